package mailin

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
)

func parseText(lines ...string) tracker.Message {
	return Parse([]byte(strings.Join(lines, "\n")), Options{})
}

func TestHeaderBlockRepairs(t *testing.T) {
	base := []string{"From: a@b.test", "Date: Mon, 23 Nov 2026 10:00:00 +0530", "Message-ID: <1@b.test>"}
	rest := strings.Join(base, "\n") + "\nSubject: S\n\nBody\n"
	tests := map[string]struct{ raw, problem string }{
		"nothing wrong":       {rest, ""},
		"mbox From line":      {"From a@b.test Mon Nov 23 10:00:00 2026\n" + rest, problemMboxFrom},
		"quoted From line":    {">From a@b.test Mon Nov 23 10:00:00 2026\n" + rest, problemMboxFrom},
		"leading blank lines": {"\r\n\n" + rest, problemLeadingBlank},
		"no colon":            {"garbage line\n" + rest, problemNoColon},
		"no colon inside":     {strings.Replace(rest, "Subject", "garbage\nSubject", 1), problemNoColon},
		"first line indented": {"  " + rest, problemLeadingBlank},
		"bare CR":             {strings.Replace(rest, "Subject: S", "X-A: b\rc\nSubject: S", 1), problemBareCR},
		"NUL":                 {strings.Replace(rest, "Subject: S", "Subject: \x00S", 1), problemNUL},
		"no blank line":       {strings.Replace(rest, "\n\nBody", "\nBody", 1), problemNoBlankLine},
		"blank before colon":  {strings.Replace(rest, "Subject:", "Subject \t:", 1), ""},
		"CRLF":                {strings.ReplaceAll(rest, "\n", "\r\n"), ""},
		"doubled CR":          {strings.ReplaceAll(rest, "\n", "\r\r\n"), ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			m := Parse([]byte(tt.raw), Options{})
			require.Equal(t, "S", m.Subject)
			require.Equal(t, "a@b.test", m.From.Address)
			require.Equal(t, "Body", m.Text)
			if tt.problem == "" {
				require.Empty(t, m.Problems)
			} else {
				require.Equal(t, []string{tt.problem}, problemNames(m))
			}
		})
	}
}

func TestHeaderLimits(t *testing.T) {
	t.Run("fields", func(t *testing.T) {
		m := Parse([]byte(strings.Repeat("X-A: b\n", 5000)+"From: a@b.test\n\nBody"), Options{})
		require.Contains(t, problemNames(m), problemTooManyFields)
		require.Equal(t, "Body", m.Text)
	})
	t.Run("a From beyond the limit may hide a second one", func(t *testing.T) {
		m := Parse([]byte("From: a@b.test\n"+strings.Repeat("X-A: b\n", 5000)+"From: c@d.test\n\nBody"), Options{})
		require.Equal(t, "a@b.test", m.From.Address)
		require.Empty(t, m.Identity.Address)
	})
	t.Run("fields that matter are taken beyond it", func(t *testing.T) {
		const late = "Subject: S\n T\nX-A: dropped\n fold\nAuto-Submitted: auto-replied\nContent-Type: text/html\nFrom: a@b.test\n\n<p>Body"
		for name, tt := range map[string]struct{ head, problem string }{
			"fields":      {strings.Repeat("X: b\n", 1000), problemTooManyFields},
			"more fields": {strings.Repeat("X: b\n", 3000), problemTooManyFields},
			"bytes":       {strings.Repeat("X: "+strings.Repeat("b", 60<<10)+"\n", 5), problemHeaderTooBig},
		} {
			m := Parse([]byte(tt.head+late), Options{})
			require.Equal(t, "S T", m.Subject, name)
			require.Equal(t, "a@b.test", m.From.Address, name)
			require.Equal(t, tracker.AutoReply, m.Auto, name)
			require.Equal(t, "Body", m.Text, name)
			require.Empty(t, m.Identity.Address, name)
			require.Contains(t, problemNames(m), tt.problem, name)
		}
	})
	t.Run("but not without bound", func(t *testing.T) {
		m := Parse([]byte(strings.Repeat("X: b\n", 1000)+strings.Repeat("To: a@b.test\n", lateFields)+"Subject: S\n\nBody"), Options{})
		require.Len(t, m.To, lateFields)
		require.Empty(t, m.Subject)
		m = Parse([]byte("X: "+strings.Repeat("b", 60<<10)+"\n"+strings.Repeat("Content-X: "+strings.Repeat("b", 60<<10)+"\n", 5)+"Subject: S\n\nBody"), Options{})
		require.Equal(t, "S", m.Subject)
	})
	t.Run("bytes", func(t *testing.T) {
		m := Parse([]byte(strings.Repeat("X-A: "+strings.Repeat("b", 60<<10)+"\n", 10)+"Subject: late\n\nBody"), Options{})
		require.Contains(t, problemNames(m), problemHeaderTooBig)
		require.Equal(t, "Body", m.Text)
	})
	t.Run("one long line", func(t *testing.T) {
		m := Parse([]byte("Subject: "+strings.Repeat("a", 1<<20)+"\nFrom: a@b.test\n\nBody"), Options{})
		require.Contains(t, problemNames(m), problemFieldTooLong)
		require.Len(t, m.Subject, 500)
		require.Equal(t, "a@b.test", m.From.Address)
		require.Equal(t, "Body", m.Text)
	})
	t.Run("folds", func(t *testing.T) {
		m := Parse([]byte("Subject: a\n"+strings.Repeat(" b\n", 100_000)+"From: a@b.test\n\nBody"), Options{})
		require.Contains(t, problemNames(m), problemFieldTooLong)
		require.Equal(t, "a@b.test", m.From.Address)
	})
	t.Run("downwards only", func(t *testing.T) {
		l := Limits{Parts: 10_000, Depth: 3, Text: -1}.withDefaults()
		require.Equal(t, []int{500, 3, 256 << 10}, []int{l.Parts, l.Depth, l.Text})
	})
}

func TestUnindentedParameter(t *testing.T) {
	m := parseText("From: a@b.test", "Content-Type: multipart/mixed;", `boundary="x"`, "", "--x", "Content-Type: text/plain;", "charset=iso-8859-1", "", "caf\xe9", "--x--")
	require.Equal(t, "café", m.Text)
	require.Contains(t, problemNames(m), problemNoColon)
}

func TestMessageIDs(t *testing.T) {
	m := parseText("Message-ID: <a@b>", "In-Reply-To: Your message of Monday <c@d> (Asha)", "References: <e@f>", "\t<g@h><i@ j>", "", "x")
	require.Equal(t, "a@b", m.ID)
	require.Equal(t, []string{"c@d"}, m.InReplyTo)
	require.Equal(t, []string{"e@f", "g@h", "i@j"}, m.References)

	m = parseText("Message-ID: <<a@b>> <c@d>", "In-Reply-To: asha@egov.test's message of Monday", "References: <a@b,c@d> (x), <e@f <g@h>", "", "x")
	require.Equal(t, "a@b", m.ID)
	require.Empty(t, m.InReplyTo)
	require.Equal(t, []string{"a@b,c@d", "e@f", "g@h"}, m.References)

	m = parseText("Message-ID: bare@id", "References: "+strings.Repeat("<r@x> ", 500)+"<last@x>", "", "x")
	require.Equal(t, "bare@id", m.ID)
	require.Len(t, m.References, 100)
	require.Equal(t, "last@x", m.References[99])
	require.Contains(t, problemNames(m), problemManyReferences)
}

func TestDecodeWords(t *testing.T) {
	tests := map[string]string{
		"plain":                                                     "plain",
		"=?utf-8?Q?caf=C3=A9?=":                                     "café",
		"=?UTF-8?B?Y2Fmw6k=?=":                                      "café",
		"=?utf-8?Q?a?= =?utf-8?Q?b?=":                               "ab",
		"=?utf-8?Q?a?= b =?utf-8?Q?c?=":                             "a b c",
		"=?utf-8?Q?caf=C3?=\t=?utf-8?Q?=A9?=":                       "café",
		"=?utf-8?B?w6k?= =?iso-8859-1?Q?=E9?=":                      "éé",
		"[P1] =?utf-8?Q?x_y?= z":                                    "[P1] x y z",
		"=?utf-8*en?Q?lang?=":                                       "lang",
		"=?utf-8?Q?with space inside?=":                             "with space inside",
		"=?utf-8?X?bad?=":                                           "=?utf-8?X?bad?=",
		"=?utf-8?Q?never closed":                                    "never closed",
		"=?utf-8?Q?never_closed?":                                   "never closed",
		"=?utf-8?Q?open =?utf-8?Q?_next?=":                          "open next",
		"=?none-such?Q?never closed":                                "=?none-such?Q?never closed",
		"=?utf-8?Q??=":                                              "",
		"a =?utf-8?Q??= b":                                          "a  b",
		"=?=?utf-8?Q?twice?=":                                       "twice",
		"x=?utf-8?q?=C3=A9?=y":                                      "xéy",
		"(=?utf-8?b?w6k=?=)":                                        "(é)",
		"=?UTF-8?Q?caf=C3?= =?utf-8?B?qQ==?=":                       "café",
		"=?utf8?Q?caf=C3?= =?UTF-8?Q?=A9?=":                         "café",
		"=?utf-8?B?w6k?=":                                           "é",
		"=?utf-8?B?w6 k=?=":                                         "é",
		"=?utf-8?B?Y2Fm=C3=A9?=":                                    "Y2Fmé",
		"=?utf-8?Q?caf\xc3\xa9?=":                                   "café",
		"=?iso-8859-1?Q?caf\xe9?=":                                  "café",
		"=?utf-8?Q?50=_off=3?=":                                     "50= off=3",
		"=?utf-8?Q?Who=27s_there??=":                                "Who's there?",
		"=?utf-8?Q?Wie_geht's?=C3=A9_x?=":                           "Wie geht's?é x",
		"=?utf-8?Q?fol ded_word?=":                                  "folded word",
		"=? utf-8 ? Q ?blanks?=":                                    "blanks",
		"=?utf-8?Q?=3D=3Futf-8=3FQ=3F=C3=83=3F=3D?=":                "Ã",
		"=?utf-8?Q?=3D=3Futf-8=3FQ=3Ftwice=5Fover=3F=3D?=":          "twice over",
		"=?utf-8?Q?say_=3D=3Futf-8=3FQ=3Fx=3F=3D?=":                 "say =?utf-8?Q?x?=",
		"=?iso-2022-jp?B?GyRCRnxLXA==?= =?iso-2022-jp?B?OGwbKEI=?=": "日本語",
		"=?iso-2022-jp?B?GyRCRnxLXBsoQg==?= =?ISO-2022-JP?B?GyRCOGwbKEI=?=": "日本語",
		"\x1b$BF|K\\8l\x1b(B raw":                  "日本語 raw",
		"=?utf-7?Q?+AOk-t+AOk?= =?utf-7?Q?abc?=":   "étéabc",
		"=?gb2312?B?0MLTyg==?= =?gb2312?B?vP4=?=":  "新邮件",
		"=?gb2312?Q?=E6=96=B0=E9=82=AE=E4=BB=B6?=": "新邮件",
		"=?utf-8?Q?J=FCrgen?=":                     "Jürgen",
		"=?us-ascii?Q?J=FCrgen?=":                  "Jürgen",
		"=?x-unknown?Q?J=FCrgen?=":                 "Jürgen",
		"=?utf-8?B?8NLJ18XU?=":                     "Привет",
		"J\xfcrgen =?utf-8?Q?Wei=C3=9F?=":          "Jürgen Weiß",
		"=?no-such-charset?Q?caf=E9?=":             "café",
		"=?windows-1252?Q?=93q=94?=":               "“q”",
		"raw caf\xe9":                              "raw café",
		"=?utf-8?B?!!Y2F!m?=":                      "caf",
		"100=?= 5":                                 "100=?= 5",
		"=?iso-2022-jp?B?GyRCRnxLXDhsGyhC?=":       "日本語",
		"=?gb2312?B?0MK1xA==?= =?gb2312?B?08o=?=":  "新的邮",
	}
	for in, want := range tests {
		assert.Equal(t, want, decodeWords(in), in)
	}
}

func TestSubjectIsOneCleanLine(t *testing.T) {
	m := parseText("Subject: =?utf-8?Q?a=0D=0ABcc:_x=00=E2=80=AEcba=E2=80=8B_=F0=9F=91=A8=E2=80=8D=F0=9F=91=A9?=", "", "x")
	require.Equal(t, "a Bcc: xcba 👨‍👩", m.Subject)
}

func TestParseDate(t *testing.T) {
	tests := map[string]string{
		"Mon, 23 Nov 2026 10:12:04 +0530":             "2026-11-23T10:12:04+05:30",
		"23 Nov 2026 10:12 GMT":                       "2026-11-23T10:12:00Z",
		"Mon, 23 Nov 26 10:12:04 EST":                 "2026-11-23T10:12:04-05:00",
		"Mon, 23 Nov 2026 10:12:04 -0000 (UTC)":       "2026-11-23T10:12:04Z",
		"Mon Nov 23 10:12:04 2026":                    "2026-11-23T10:12:04Z",
		"Monday, November 23, 2026 10:12 PM":          "2026-11-23T22:12:00Z",
		"2026-11-23T10:12:04+05:30":                   "2026-11-23T10:12:04+05:30",
		"2026-11-23 10:12:04 +0530":                   "2026-11-23T10:12:04+05:30",
		"Mon, 23-Nov-2026 10:12:04 +05:30":            "2026-11-23T10:12:04+05:30",
		"Thu, 1 Jan 2026 00:00:00 +9999":              "2026-01-01T00:00:00Z",
		"Mon, 31 Feb 2026 10:00:00 +0000":             "",
		"Mon, 23 Nov 2026 25:00:00 +0000":             "",
		"Tue 10 Mar 2026 14:05:06 +0100":              "2026-03-10T14:05:06+01:00",
		"10 Mar 2026 14:05 +0100":                     "2026-03-10T14:05:00+01:00",
		"Tue, 10 March 2026 14:05:06 CEST":            "2026-03-10T14:05:06+02:00",
		"Tue, 10 Mar 2026 14:05:06 GMT+0200":          "2026-03-10T14:05:06+02:00",
		"Tue, 10 Mar 2026 14:05:06 GMT+02:00 (CEST)":  "2026-03-10T14:05:06+02:00",
		"Tue, 10 Mar 2026 14:05:06 (CET)":             "2026-03-10T14:05:06+01:00",
		"Tue, 10 Mar 2026 14:05:06 +0530 (IST)":       "2026-03-10T14:05:06+05:30",
		"Tue, 10 Mar 2026 14:05:06 UT":                "2026-03-10T14:05:06Z",
		"Tue, 10 Mar 2026 14:05:06 Z":                 "2026-03-10T14:05:06Z",
		"Tue, 10 Mar 2026 14:05:06 R":                 "2026-03-10T14:05:06Z",
		"Tue, (x) 10 (y (z)) Mar 2026 14:05:06 +0100": "2026-03-10T14:05:06+01:00",
		"Di, 10 Mär 2026 14:05:06 +0100":              "2026-03-10T14:05:06+01:00",
		"Dienstag, 10. März 2026 14:05:06 +0100":      "2026-03-10T14:05:06+01:00",
		"mar., 10 nov. 2026 14:05:06 +0100":           "2026-11-10T14:05:06+01:00",
		"mardi 10 février 2026 14:05:06 +0100":        "2026-02-10T14:05:06+01:00",
		"lun, 10 ago 2026 14:05:06 +0200":             "2026-08-10T14:05:06+02:00",
		"10.03.2026 14:05:06":                         "2026-03-10T14:05:06Z",
		"10/03/2026 14:05:06":                         "2026-10-03T14:05:06Z",
		"23/03/2026 14:05:06":                         "2026-03-23T14:05:06Z",
		"2026/03/10 14:05:06 +0100":                   "2026-03-10T14:05:06+01:00",
		"2026-03-10T14:05:06.123Z":                    "2026-03-10T14:05:06Z",
		"2026-03-10T14:05:06+0100":                    "2026-03-10T14:05:06+01:00",
		"Tue Mar 10 14:05:06 CET 2026":                "2026-03-10T14:05:06+01:00",
		"3/10/2026 2:05:06 PM":                        "2026-03-10T14:05:06Z",
		"Tue, 10 Mar 2026 02:05:06PM -0500":           "2026-03-10T14:05:06-05:00",
		"Tue, 10 Mar 2026 12:05 AM":                   "2026-03-10T00:05:00Z",
		"Thu, 31 Dec 2026 23:59:60 +0000":             "2027-01-01T00:00:00Z",
		"Tue, 10 Mar 126 14:05:06 +0000":              "2026-03-10T14:05:06Z",
		"Thu, 1 Jan 1970 00:00:00 +0000":              "1970-01-01T00:00:00Z",
		"Sat, 1 Jan 2089 00:00:00 +0000":              "2089-01-01T00:00:00Z",
		"2026年3月10日 14:05:06":                         "2026-03-10T14:05:06Z",
		"Tue, 10 Mar 2026 14:05:06 + 0530":            "2026-03-10T14:05:06+05:30",
		"周二, 10 三月 2026 14:05:06 +0800":               "2026-03-10T14:05:06+08:00",
		"周二, 10 11月 2026 14:05:06 +0800":              "2026-11-10T14:05:06+08:00",
		"Wed, 32 Mar 2026 14:05:06 +0000":             "",
		"Tue, 10 Mar 2026 14:65:06 +0000":             "",
		"2026-13-10 10:00":                            "",
		"yesterday":                                   "",
		"":                                            "",
	}
	for in, want := range tests {
		got, ok := parseDate(in)
		assert.Equal(t, want != "", ok, in)
		if ok {
			assert.Equal(t, want, got.Format("2006-01-02T15:04:05Z07:00"), in)
		}
	}
}

func TestDateFromReceived(t *testing.T) {
	received := "Received: from a by b; Mon, 23 Nov 2026 10:12:04 +0530"
	m := parseText(received, "", "x")
	require.Equal(t, "2026-11-23T10:12:04+05:30", m.Date.Format("2006-01-02T15:04:05Z07:00"))
	require.Contains(t, problemNames(m), problemNoDate)

	m = parseText(received, "Date: yesterday", "", "x")
	require.Equal(t, "2026-11-23T10:12:04+05:30", m.Date.Format("2006-01-02T15:04:05Z07:00"))
	require.Contains(t, problemNames(m), problemBadDate)
}

func TestParseMedia(t *testing.T) {
	tests := map[string]media{
		`text/plain`:                                                                   {word: "text/plain"},
		`Text/HTML; Charset="UTF-8"`:                                                   {"text/html", map[string]string{"charset": "UTF-8"}},
		`text/plain; charset=utf-8; format=flowed;`:                                    {"text/plain", map[string]string{"charset": "utf-8", "format": "flowed"}},
		`multipart/mixed; boundary=a=b c;x`:                                            {"multipart/mixed", map[string]string{"boundary": "a=b c"}},
		`text/plain (a comment); name="a\"b"`:                                          {"text/plain", map[string]string{"name": `a"b`}},
		`attachment; filename*=utf-8'en'a%20%C3%A4.txt; filename="a.txt"`:              {"attachment", map[string]string{"filename": "a ä.txt"}},
		`attachment; filename*0*=iso-8859-1''%E4; filename*1="b%20"; filename*2*=%20c`: {"attachment", map[string]string{"filename": "äb%20 c"}},
		`attachment; filename="=?utf-8?Q?=C3=A4?=.txt"`:                                {"attachment", map[string]string{"filename": "ä.txt"}},
		`attachment; filename="a; b.txt"`:                                              {"attachment", map[string]string{"filename": "a; b.txt"}},
		`attachment; filename="C:\dir\f.txt"`:                                          {"attachment", map[string]string{"filename": `C:\dir\f.txt`}},
		`attachment; filename="never closed`:                                           {"attachment", map[string]string{"filename": "never closed"}},
		`attachment; filename=a b.pdf; size=3`:                                         {"attachment", map[string]string{"filename": "a b.pdf", "size": "3"}},
		`attachment; filename=a; b.txt`:                                                {"attachment", map[string]string{"filename": "a;b.txt"}},
		`attachment; filename="a "b" c.pdf"; size=3`:                                   {"attachment", map[string]string{"filename": `a "b" c.pdf`, "size": "3"}},
		`attachment; filename="open.pdf; size=3`:                                       {"attachment", map[string]string{"filename": `open.pdf`, "size": "3"}},
		`text/plain; charset="utf-8" format=flowed`:                                    {"text/plain", map[string]string{"charset": "utf-8", "format": "flowed"}},
		`attachment; filename="C:\\"; size=3`:                                          {"attachment", map[string]string{"filename": `C:\`, "size": "3"}},
		`attachment; filename*1=b; filename*0=a; filename*2=c`:                         {"attachment", map[string]string{"filename": "abc"}},
		`attachment; filename*1*=utf-8''%C3%A4; filename*3=.txt`:                       {"attachment", map[string]string{"filename": "ä.txt"}},
		`attachment; filename*0*=utf-8''%C3; filename*1*=utf-8''%A4.txt`:               {"attachment", map[string]string{"filename": "ä.txt"}},
		`attachment; filename*=''%C3%A4.txt`:                                           {"attachment", map[string]string{"filename": "ä.txt"}},
		`attachment; filename*=%C3%A4.txt`:                                             {"attachment", map[string]string{"filename": "ä.txt"}},
		`attachment; filename*=utf-8'%C3%A4.txt`:                                       {"attachment", map[string]string{"filename": "ä.txt"}},
		`attachment; filename*="it's.txt"`:                                             {"attachment", map[string]string{"filename": "it's.txt"}},
		`attachment; filename*="utf-8''a%20b.txt"`:                                     {"attachment", map[string]string{"filename": "a b.txt"}},
		`attachment; filename="a%20b.txt"`:                                             {"attachment", map[string]string{"filename": "a%20b.txt"}},
		`attachment; filename="%D0%B0%20b.txt"`:                                        {"attachment", map[string]string{"filename": "а b.txt"}},
		`attachment; filename*0="=?utf-8?B?w6Q="; filename*1="?=.txt"`:                 {"attachment", map[string]string{"filename": "ä.txt"}},
		`attachment; filename==?utf-8?Q?=C3=A4?= =?utf-8?Q?b.txt?=`:                    {"attachment", map[string]string{"filename": "äb.txt"}},
		"attachment; filename=\"\xe4.txt\"":                                            {"attachment", map[string]string{"filename": "\xe4.txt"}},
		``:                                                                             {},
	}
	for in, want := range tests {
		assert.Equal(t, want, parseMedia(in), in)
	}
}

func TestCleanName(t *testing.T) {
	tests := map[string]string{
		"report.pdf": "report.pdf", "../../etc/passwd": "passwd", `..\..\boot.ini`: "boot.ini", `C:\dir\f.txt`: "f.txt", "C:f.txt": "f.txt",
		"/abs/f": "f", "a\x00b\x1b.txt": "ab.txt", "\u202egpj.exe": "gpj.exe", "\u200b.htaccess": ".htaccess", "..": "", "name. . ": "name", "a\r\nb": "a b",
		strings.Repeat("x", 300) + ".pdf": strings.Repeat("x", 251) + ".pdf",
		"re\u0301sume\u0301.pdf":          "résumé.pdf",
	}
	for in, want := range tests {
		require.Equal(t, want, cleanName(in, 255), in)
	}
}
