package mailin

import (
	"bufio"
	"bytes"
	"strings"

	"envdesk/tracker"
)

// maxBounceRecipients bounds what is read of one report.
const maxBounceRecipients = 100

// bounce reads a delivery report; nil when the mail is none. A report in the
// standard form needs a multipart/report, or the sender of a mail server, so that
// a person who passes one on is no report.
func bounce(h header, top partHead, all []*part, m tracker.Message) *tracker.Bounce {
	system := isMailSystem(m.From.Address) || m.NullSender
	for _, n := range all {
		status := n.head.word == "message/delivery-status" || n.head.word == "message/global-delivery-status"
		if status && (top.word == "multipart/report" || top.word == n.head.word || system) {
			b := &tracker.Bounce{Recipients: reportRecipients(n.text), OriginalMessageID: returnedID(all)}
			if len(b.Recipients) == 0 {
				b.Recipients = failedRecipients(h)
			}
			return b
		}
	}
	if system || h.has("X-Failed-Recipients") || top.isReportOf("delivery-status") {
		return plainBounce(h, all, m)
	}
	return nil
}

// reportRecipients reads message/delivery-status (RFC 3464 §2): header blocks
// separated by blank lines, the first about the mail, each other about one
// recipient.
func reportRecipients(text []byte) []tracker.BounceRecipient {
	out := []tracker.BounceRecipient{}
	for _, block := range blocks(text) {
		h := parseHeaderBlock(block)
		addr := typedValue(h.get("Original-Recipient"))
		if !strings.Contains(addr, "@") {
			addr = typedValue(h.get("Final-Recipient"))
		}
		if addr == "" || len(out) >= maxBounceRecipients {
			continue
		}
		out = append(out, recipient(addr, keyword(h, "Action"), h.get("Status"), h.get("Diagnostic-Code")))
	}
	return out
}

// recipient completes what a report says. Permanent is a failure with a status
// of class 5 or with none of class 4.
func recipient(addr, action, status, diagnostic string) tracker.BounceRecipient {
	r := tracker.BounceRecipient{Address: addr, Action: action, Status: findStatus(status)}
	if r.Status == "" {
		r.Status = findStatus(diagnostic)
	}
	temporary := strings.HasPrefix(r.Status, "4") || r.Status == "" && hasReplyCode(diagnostic, '4')
	r.Permanent = action == "failed" && !temporary
	return r
}

// typedValue reads "rfc822; user@example.test" (RFC 3464 §2.1.2).
func typedValue(v string) string {
	if _, after, ok := strings.Cut(v, ";"); ok {
		v = after
	}
	v = strings.TrimSpace(v)
	if list := parseAddresses(v, 1); len(list) > 0 && list[0].Address != "" {
		return list[0].Address
	}
	return cleanLine(headerText(v))
}

// findStatus finds an enhanced status code (RFC 3463 §2): class.subject.detail.
func findStatus(s string) string {
	for i := 0; i+4 < len(s); i++ {
		if (s[i] != '2' && s[i] != '4' && s[i] != '5') || s[i+1] != '.' || i > 0 && (isDigit(s[i-1]) || s[i-1] == '.') {
			continue
		}
		n := digits(s[i+2:])
		rest := s[i+2+n:]
		if n < 1 || n > 3 || len(rest) < 2 || rest[0] != '.' {
			continue
		}
		if k := digits(rest[1:]); k >= 1 && k <= 3 && !strings.HasPrefix(rest[1+k:], ".") {
			return s[i : i+2+n+1+k]
		}
	}
	return ""
}

// hasReplyCode looks for an SMTP reply code of a class (RFC 5321 §4.2.1).
func hasReplyCode(s string, class byte) bool {
	for i := 0; i+2 < len(s); i++ {
		start := i == 0 || !isDigit(s[i-1]) && s[i-1] != '.'
		if start && s[i] == class && digits(s[i:]) == 3 && s[i+1] <= '5' && !strings.HasPrefix(s[i+3:], ".") {
			return true
		}
	}
	return false
}

// returnedID finds the Message-ID of the mail that a report is about.
func returnedID(all []*part) string {
	for _, n := range all {
		switch n.head.word {
		case "message/rfc822", "text/rfc822-headers", "message/rfc822-headers", "message/global", "message/global-headers":
			if id := firstID(innerHeader(n).get("Message-ID")); id != "" {
				return id
			}
		}
	}
	return ""
}

// innerHeader reads the header of a mail that is attached.
func innerHeader(n *part) header { return parseHeaderBlock(n.text) }

func parseHeaderBlock(b []byte) header {
	r := headerReader{in: bufio.NewReaderSize(bytes.NewReader(b), min(len(b)+16, 4096)), limits: defaultLimits(), problems: &problems{}}
	return r.read()
}

func blocks(text []byte) [][]byte {
	text = bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))
	var out [][]byte
	for _, b := range bytes.SplitN(text, []byte("\n\n"), maxBounceRecipients+10) {
		if b = bytes.Trim(b, "\n"); len(b) > 0 {
			out = append(out, append(b, '\n'))
		}
	}
	return out
}

// failedRecipients reads the field that Exim and Gmail write.
func failedRecipients(h header) []tracker.BounceRecipient {
	out := []tracker.BounceRecipient{}
	for _, v := range h.all("X-Failed-Recipients") {
		for _, a := range parseAddresses(v, maxBounceRecipients) {
			if a.Address != "" {
				out = append(out, recipient(a.Address, "failed", "", ""))
			}
		}
	}
	return out
}
