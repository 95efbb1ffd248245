package mailin

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestHeaderShapes(t *testing.T) {
	base := "From: a@b.test\nDate: Mon, 23 Nov 2026 10:00:00 +0530\nMessage-ID: <1@b.test>\n"
	tests := map[string]struct{ raw, subject, to, text, problem string }{
		"byte order mark":        {"\xef\xbb\xbf" + base + "Subject: S\n\nBody", "S", "", "Body", problemBOM},
		"CR alone":               {strings.ReplaceAll(base+"Subject: S\n\nBody\nmore", "\n", "\r"), "S", "", "Body\nmore", problemCRLines},
		"CR in the header only":  {strings.ReplaceAll(base+"Subject: S\n\n", "\n", "\r") + "Body\r\nmore\n", "S", "", "Body\nmore", problemCRLines},
		"indented as a whole":    {"  " + strings.ReplaceAll(base+"Subject: S", "\n", "\n  ") + "\n\nBody", "S", "", "Body", problemLeadingBlank},
		"mbox line inside":       {base + ">From x Mon Nov 23 10:00:00 2026\nSubject: S\n\nBody", "S", "", "Body", problemMboxFrom},
		"list without indent":    {base + "To: c@d.test,\ne@f.test\nSubject: S\n\nBody", "S", "c@d.test, e@f.test", "Body", problemNoColon},
		"subject without indent": {base + "Subject: S\ngoes on\nX-A: b\n\nBody", "S goes on", "", "Body", problemNoColon},
		"two stray lines":        {base + "stray\nlines\nSubject: S\n\nBody", "S", "", "Body", problemNoColon},
		"blanks are a fold":      {base + "Subject: S\n  \nTo: c@d.test\n\nBody", "S", "c@d.test", "Body", ""},
		"blanks are the end":     {base + "Subject: S\n  \nBody\n\nmore", "S", "", "Body\n\nmore", problemNoBlankLine},
		"split by a blank line":  {base + "Subject: S\n\nMIME-Version: 1.0\nContent-Type: text/html\n\n<p>Body", "S", "", "Body", problemSplitHeader},
		"text with a colon":      {"Note: gateway down\n\nBody", "", "", "Note: gateway down\n\nBody", problemNoHeader},
		"words of a text":        {base + "Subject: S\nHello all,\nthis is it\n\nFrom: x", "S", "", "Hello all,\nthis is it\n\nFrom: x", problemNoBlankLine},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			m := Parse([]byte(tt.raw), Options{})
			require.Equal(t, tt.subject, m.Subject)
			require.Equal(t, tt.to, strings.Join(showAll(m.To), ", "))
			require.Equal(t, tt.text, m.Text)
			if tt.problem == "" {
				require.Empty(t, m.Problems)
			} else {
				require.Contains(t, problemNames(m), tt.problem)
			}
		})
	}
}

func TestMediaShapes(t *testing.T) {
	tests := map[string]struct{ value, word, param, encoding string }{
		"standard":            {"text/html; charset=x", "text/html", "x", ""},
		"no semicolon":        {"text/html charset=x", "text/html", "x", ""},
		"comma":               {"text/html, charset=x", "text/html", "x", ""},
		"two semicolons":      {"text/html;; charset=x;", "text/html", "x", ""},
		"blanks around equal": {"text/html; charset = x", "text/html", "x", ""},
		"comment":             {"text/html (a); charset=x", "text/html", "x", ""},
		"upper case":          {"TEXT/HTML; CHARSET=x", "text/html", "x", ""},
		"turned around":       {"plain/text; charset=x", "text/plain", "x", ""},
		"no subtype":          {"text; charset=x", "text/plain", "x", ""},
		"empty subtype":       {"text/; charset=x", "text/plain", "x", ""},
		"encoding inside":     {"text/html; charset=x; Content-Transfer-Encoding: base64", "text/html", "x", "base64"},
		"empty":               {"", "text/plain", "", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			head := newPartHead(header{fields: []field{{"Content-Type", " " + tt.value}}}, "text/plain")
			require.Equal(t, []string{tt.word, tt.param, tt.encoding}, []string{head.word, head.param("charset"), head.encoding})
		})
	}
	two := header{fields: []field{{"Content-Type", "text/plain"}, {"Content-Type", "multipart/mixed; boundary=x"}}}
	require.Equal(t, "multipart/mixed", newPartHead(two, "text/plain").word)
	two = header{fields: []field{{"Content-Type", "nonsense"}, {"Content-Type", "text/html"}}}
	require.Equal(t, "text/html", newPartHead(two, "text/plain").word)
}
