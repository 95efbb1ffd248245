package mailout

import (
	netmail "net/mail"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Whatever a value holds, it comes back as one value, and nothing of it is left
// in the skeleton.
func FuzzSlot(f *testing.F) {
	for _, p := range payloads {
		f.Add(p, "x")
		f.Add("x", p)
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		skeleton, values := extract("before "+slot(a)+" between "+slot(link{url: b, command: a})+" after", 3)
		assert.Equal(t, "before "+token(slotText, 3)+" between "+token(slotLink, 4)+" after", skeleton)
		require.Len(t, values, 2)
		assert.Equal(t, clean(a), values[0].text)
		assert.Equal(t, value{text: clean(b), command: clean(a)}, values[1])
		assert.Len(t, pieces(skeleton), 5)
	})
}

func FuzzClean(f *testing.F) {
	for _, p := range payloads {
		f.Add(p)
	}
	f.Add("क्\u200dष")
	f.Fuzz(func(t *testing.T, s string) {
		got := clean(s)
		assert.True(t, utf8.ValidString(got))
		assert.False(t, strings.ContainsFunc(got, func(r rune) bool { return hidden(r) && r != '\n' && r != '\t' }))
		assert.Equal(t, got, clean(got), "cleaning twice changes nothing")
		assert.NotContains(t, oneLine(s, 50), "\n")
		assert.LessOrEqual(t, utf8.RuneCountInString(oneLine(s, 50)), 50)
	})
}

// An address that may go over the wire is read alike by another parser.
func FuzzCheckAddress(f *testing.F) {
	for _, a := range []string{"a@b.test", `"a> ORCPT=x@y"@z`, "a@b>", "a..b@c", "ä@b.test", "a@मेल.test", "a@[::1]", "a+b=c@d.test", "a@b.test\r\nRCPT TO:<x>", "a@-b", "a@b@c"} {
		f.Add(a)
	}
	f.Fuzz(func(t *testing.T, s string) {
		wire, err := wireAddress(s)
		if err != nil {
			return
		}
		assert.False(t, strings.ContainsAny(wire, " <>\"()[]\\,;:\r\n\x00"))
		parsed, err := netmail.ParseAddress("<" + s + ">")
		require.NoError(t, err)
		assert.Equal(t, s, parsed.Address)
	})
}

func FuzzMessageID(f *testing.F) {
	for _, id := range []string{"a@b", "<a@b>", "a b@c", "a@b\r\nBcc: x", "a@b@c", "", "é@b"} {
		f.Add(id)
	}
	f.Fuzz(func(t *testing.T, id string) {
		if got := messageID(id); got != "" {
			assert.Equal(t, id, got)
			assert.False(t, strings.ContainsAny(got, "<> \t\r\n"))
			assert.True(t, isASCII(got))
		}
	})
}

// Any text makes a mail that another parser reads, with the text in it.
func FuzzCompose(f *testing.F) {
	for _, p := range payloads {
		f.Add(p, p, p)
	}
	c, s := desk(f), sample(f, "relay-partner")
	f.Fuzz(func(t *testing.T, title, name, text string) {
		n, k := s.Notice, s.Ticket
		k.Title, n.Data.By.Name, n.Data.Text, n.To.Name = title, name, text, name
		n.Data.Attachments = nil
		m, p := compose(t, c, n, k)
		wellFormed(t, m.Raw, "fuzz")
		assert.Equal(t, "desk@optit.test", m.To)
		assert.Equal(t, strings.Count(p.html, "<script"), 0)
		for line := range strings.SplitSeq(clean(text), "\n") {
			if word := strings.TrimSpace(line); len(clean(text)) < 200 && word != "" && !strings.ContainsAny(word, " \t\u00a0") {
				assert.Contains(t, p.text, word)
			}
		}
	})
}
