package mailout

import (
	netmail "net/mail"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
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
	c := desk(f)
	samples := []Sample{sample(f, "relay-partner"), sample(f, "approval"), sample(f, "approval-result"), sample(f, "hand-back"), sample(f, "status-due")}
	f.Fuzz(func(t *testing.T, title, name, text string) {
		for _, s := range samples {
			n, k := s.Notice, s.Ticket
			k.Title, n.Data.By.Name, n.Data.Text, n.Data.Reason, n.To.Name = title, name, text, text, name
			k.Approval.Need, n.Data.Attachments = name, nil
			m, p := compose(t, c, n, k)
			wellFormed(t, m.Raw, "fuzz")
			assert.Equal(t, s.Notice.To.Address, m.To)
			assert.Equal(t, strings.Count(p.html, "<script"), 0)
		}
		_, p := compose(t, c, quoting(samples[0].Notice, text), samples[0].Ticket)
		for line := range strings.SplitSeq(clean(text), "\n") {
			if word := strings.TrimSpace(line); len(clean(text)) < 200 && word != "" && !strings.ContainsAny(word, " \t\u00a0") {
				assert.Contains(t, p.text, word)
			}
		}
	})
}

// quoting is the notice with the text to quote alone.
func quoting(n tracker.Notice, text string) tracker.Notice {
	n.Data.Text, n.Data.Attachments = text, nil
	return n
}

// The length of a new target is said in words, or as it stands.
func FuzzWorkingTime(f *testing.F) {
	for _, s := range []string{"2d", "1d4h", "90m", "", "d", "1w2d3h4m", "-1d", "9999999999999999999999d", "٣d", "1\x00d"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := workingTime(s)
		assert.Equal(t, clean(got), got)
		assert.NotContains(t, got, "\n")
		assert.LessOrEqual(t, utf8.RuneCountInString(got), 30*(1+len(s)))
	})
}
