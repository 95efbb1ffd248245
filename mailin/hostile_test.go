package mailin

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// hostile makes mails of about n bytes that try to make one parser work hard.
var hostile = map[string]func(n int) string{
	"header fields":      func(n int) string { return fill("X: y\n", n) + "\n" },
	"folded field":       func(n int) string { return "Subject: a\n" + fill(" b\n", n) + "\n" },
	"one header line":    func(n int) string { return "Subject: " + fill("a ", n) + "\n\n" },
	"encoded words":      func(n int) string { return "Subject: " + fill("=?utf-8?q?=C3?=\n =?utf-8?q?=A9?=\n ", n) + "\n\n" },
	"open encoded words": func(n int) string { return "Subject: " + fill("=?utf-8?q?", n) + "\n\n" },
	"addresses":          func(n int) string { return "To: " + fill("\"a, b\" <a@b.test>,\n ", n) + "\n\n" },
	"address comments":   func(n int) string { return "From: " + fill("(", n) + "\n\n" },
	"address quotes":     func(n int) string { return "From: " + fill("\"\\", n) + "\n\n" },
	"references":         func(n int) string { return "References: " + fill("<a@b>\n ", n) + "\n\n" },
	"parameters":         func(n int) string { return "Content-Type: text/plain; " + fill("name*0=a;\n ", n) + "\n\nx" },
	"authentication":     func(n int) string { return "Authentication-Results: mx; " + fill("dkim=pass (", n) + "\n\nx" },
	"one long line":      func(n int) string { return "\n" + fill("a", n) },
	"blank lines":        func(n int) string { return "\n" + fill("\n", n) },
	"attributions":       func(n int) string { return "\n" + fill("On Mon, Nov 23, 2026 at 9:00 AM x\n", n) },
	"attribution starts": func(n int) string { return "\n" + fill("On x y\n", n) },
	"addresses in text":  func(n int) string { return "\n" + fill("a@b.test 10:00\n", n) },
	"header blocks":      func(n int) string { return "\n" + fill("From: a\nTo: b\n", n) },
	"signatures":         func(n int) string { return "\n" + fill("--\na\n", n) },
	"quotes":             func(n int) string { return "\n" + fill("> > > a\nb\n", n) },
	"footers":            func(n int) string { return "\n" + fill("Sent from my iPhone\n\n", n) },
	"disclaimers":        func(n int) string { return "\n" + fill("Confidentiality notice\n\n", n) },
	"uuencode":           func(n int) string { return "\n" + fill("begin 644 a\n", n) },
	"yenc":               func(n int) string { return "\n" + fill("=ybegin line=128 size=9 name=a\n", n) },
	"flowed": func(n int) string {
		return "Content-Type: text/plain; format=flowed; delsp=yes\n\n" + fill("> a \n", n)
	},
	"nested multiparts": func(n int) string { return nested(n) },
	"boundaries":        func(n int) string { return "Content-Type: multipart/mixed; boundary=b\n\n" + fill("--b\n\n", n) },
	"almost boundaries": func(n int) string { return "Content-Type: multipart/mixed; boundary=b\n\n--b\n\n" + fill("--bb\n", n) },
	"quoted-printable":  func(n int) string { return "Content-Transfer-Encoding: quoted-printable\n\n" + fill("=C3=", n) },
	"base64":            func(n int) string { return "Content-Transfer-Encoding: base64\n\n" + fill("YQ==\n", n) },
	"iso-2022-jp":       func(n int) string { return "Content-Type: text/plain; charset=iso-2022-jp\n\n" + fill("\x1b$B", n) },
	"utf-7":             func(n int) string { return "Content-Type: text/plain; charset=utf-7\n\n" + fill("+AGE-", n) },
	"gb18030":           func(n int) string { return "Content-Type: text/plain; charset=gb2312\n\n" + fill("\x81\x30", n) },
	"undeclared bytes":  func(n int) string { return "\n" + fill("\xc0\xd5 ", n) },
	"html divs":         func(n int) string { return htmlMail(fill("<div>", n)) },
	"html tables":       func(n int) string { return htmlMail(fill("<table><tr><td>", n)) },
	"html lists":        func(n int) string { return htmlMail(fill("<ol><li>a", n)) },
	"html quotes":       func(n int) string { return htmlMail(fill("<blockquote>a", n)) },
	"html attributes":   func(n int) string { return htmlMail("<p " + fill("a=b ", n) + ">") },
	"html styles":       func(n int) string { return htmlMail(fill("<p style=\"display:none;", n)) },
	"html open tags":    func(n int) string { return htmlMail(fill("<a <", n)) },
	"html comments":     func(n int) string { return htmlMail(fill("<!--[if", n)) },
	"html entities":     func(n int) string { return htmlMail(fill("&amp;&x", n)) },
	"html links":        func(n int) string { return htmlMail(fill("<a href=\"https://a.test\">b</a>", n)) },
	"html gmail quotes": func(n int) string {
		return htmlMail(fill("<div class=gmail_quote><div class=gmail_attr>On x wrote:</div>", n))
	},
	"calendar": func(n int) string {
		return "Content-Type: text/calendar\n\nBEGIN:VCALENDAR\n" + fill("BEGIN:VEVENT\nSUMMARY:a\n b\n", n)
	},
	"delivery status": func(n int) string {
		return statusReport(fill("Final-Recipient: rfc822;a@b.test\nAction: failed\n\n", n))
	},
	"delivery text": func(n int) string {
		return "From: mailer-daemon@b.test\nSubject: Undelivered Mail\n\n" + fill("<a@b.test>: 550 said\n", n)
	},
	"tnef": func(n int) string {
		return "Content-Type: application/ms-tnef\n\n\x78\x9f\x3e\x22\x00\x00" + fill("\x02\x0f\x80\x06\x00\x04\x00\x00\x00abcd\x00\x00", n)
	},
	"auto reply text": func(n int) string { return "Subject: Re: a\n\n" + fill("I am out of the office until Monday. ", n) },
	"unicode marks":   func(n int) string { return "\n" + fill("e\u0301\u200b", n) },
	"subject marks":   func(n int) string { return "Subject: " + fill("e\u0301", n) + "\n\n" },
	"attached mails":  func(n int) string { return fill("Content-Type: message/rfc822\n\n", n) },
	"parts without names": func(n int) string {
		return "Content-Type: multipart/mixed; boundary=b\n\n" + fill("--b\nContent-Type: x/y\n\na\n", n)
	},
}

func fill(s string, n int) string { return strings.Repeat(s, n/len(s)) }

func htmlMail(body string) string { return "Content-Type: text/html; charset=utf-8\n\n" + body }

func nested(n int) string {
	var b strings.Builder
	b.WriteString("Content-Type: multipart/mixed; boundary=b0\n\n")
	for i := 1; b.Len() < n; i++ {
		fmt.Fprintf(&b, "--b%d\nContent-Type: multipart/mixed; boundary=b%d\n\n", i-1, i)
	}
	return b.String()
}

func statusReport(status string) string {
	return "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nx\n--b\nContent-Type: message/delivery-status\n\n" + status
}

// TestMemory: a mail of 1 MiB takes less than 64 MiB, all allocations together.
func TestMemory(t *testing.T) {
	for name, mail := range hostile {
		t.Run(name, func(t *testing.T) {
			raw := []byte(mail(1 << 20))
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			m := Parse(raw, Options{KeepAttachments: 1 << 20})
			runtime.ReadMemStats(&after)
			require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(64<<20))
			require.NotContains(t, problemNames(m), problemInternal)
		})
	}
}
