package mailin

import (
	"os"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

func addMails(f *testing.F) {
	f.Helper()
	for _, file := range mailFiles(f) {
		raw, err := os.ReadFile(file)
		require.NoError(f, err)
		f.Add(raw)
	}
}

// FuzzParse: any bytes give a message that keeps its promises, and the same one
// however the bytes arrive.
func FuzzParse(f *testing.F) {
	addMails(f)
	f.Add([]byte("Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: multipart/digest; boundary=xx\n\n--xx\n--x--\n--x"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		o := Options{KeepAttachments: 1000, Trust: Trust{AuthservIDs: []string{"mx.desk.test"}, ReceivedAbove: 1}, Limits: Limits{Depth: 5, Parts: 20, Decoded: 1 << 20}}
		m := Parse(raw, o)
		checkInvariants(t, raw, m)
		halves, err := Read(iotest.HalfReader(strings.NewReader(string(raw))), o)
		require.NoError(t, err)
		if len(raw) < maxBuffer { // how far a buffer looks ahead may change a repair
			require.Equal(t, m, halves)
		}
	})
}

// FuzzReply: what is new is part of the text, in order, and the work grows with
// the text alone.
func FuzzReply(f *testing.F) {
	for _, s := range hostileLines {
		f.Add(s+s+s, false)
	}
	f.Add("/ack\n\nOn Mon, Nov 23, 2026 at 10:31 AM a <a@b.test>\nwrote:\n> x\nanswer\n-- \nme", false)
	f.Add("fyi\n-----Original Message-----\nFrom: a\nTo: b\nSubject: c\n", true)
	f.Fuzz(func(t *testing.T, text string, forward bool) {
		lines := trimLines(splitLines(cleanText(strings.ToValidUTF8(text, "?"))))
		c := cutter{thread: thread{forward: forward, reply: !forward}, lines: lines}
		c.run()
		require.LessOrEqual(t, c.looks, 300*(len(lines)+1))
		reply, own := newText(joinLines(lines), lines, c.thread)
		rest := lines
		for _, k := range strings.Split(reply, "\n") {
			for len(rest) > 0 && rest[0].text != k {
				rest = rest[1:]
			}
			require.False(t, len(rest) == 0 && k != "", "%q is not in the text at its place", k)
			rest = rest[min(1, len(rest)):]
		}
		require.LessOrEqual(t, own, len(strings.Split(reply, "\n")))
		require.Equal(t, strings.TrimSpace(joinLines(lines)) == "", strings.TrimSpace(reply) == "")
	})
}

// FuzzHTMLText: any markup gives clean text within its bound.
func FuzzHTMLText(f *testing.F) {
	f.Add(`<div class="gmail_quote"><blockquote type=cite>a<table><tr><td><ul><li><p>b</div></td>c<pre>d`)
	f.Add(`<a href="https://x.test">t</a><hr><br><td><td>x<span id=OLK_SRC_BODY_SECTION>y`)
	f.Add(`<p>&nbsp;<p style="display:none">x</p></p></blockquote></ul></li></td>`)
	f.Fuzz(func(t *testing.T, src string) {
		src = strings.ToValidUTF8(src, "?")
		for _, l := range htmlLines(src, 4096) {
			require.True(t, utf8.ValidString(l.text))
			require.NotContains(t, l.text, "\n")
			require.False(t, strings.ContainsFunc(l.text, func(r rune) bool { return r != '\t' && isControl(r) }), "%q", l.text)
		}
	})
}

// FuzzAuthResults: a field never yields a word that does not stand in it outside
// of comments, and an id that is not its first word.
func FuzzAuthResults(f *testing.F) {
	f.Add("mx.desk.test; dkim=pass header.d=a; spf=pass (x; dmarc=pass) smtp.mailfrom=\"a;b\"; dmarc = fail")
	f.Add("spf=pass (sender IP is 1.2.3.4) smtp.mailfrom=a;dmarc=pass action=none header.from=a;compauth=pass")
	f.Add("a 1; (((\\)dmarc=pass")
	f.Add("0;dmArC=\";\"")
	f.Fuzz(func(t *testing.T, v string) {
		id, r, ok := parseResults(v)
		if ok {
			unquote := strings.NewReplacer(`"`, "", `\`, "")
			require.True(t, strings.Contains(unquote.Replace(v), unquote.Replace(id)), "%q", id)
		}
		for _, word := range []string{r.dmarc, r.dkim, r.spf} {
			require.NotContains(t, word, ";")
		}
		commented, s, ok := parseResults("mx.desk.test; spf=none (" + strings.NewReplacer("(", "", ")", "", `\`, "", `"`, "").Replace(v) + ")")
		require.True(t, ok)
		require.Equal(t, "mx.desk.test", commented)
		require.Equal(t, results{spf: "none"}, s)
		parseMicrosoftResults(v)
	})
}

// FuzzAddress: what counts as the sender is what is shown as the sender.
func FuzzAddress(f *testing.F) {
	for _, s := range []string{`"Rao, Asha" <a@b.test>`, `Team: a@b.test, c;`, `a@b.test (x (y))`, `<@r:a@b.test>`, `=?utf-8?q?a?= <a@b.test>`, `"a\"b" <a@b.test>,,<`, `a@b.test <c@d.test>`, `'@0`, `'a@b.test`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, v string) {
		list := parseAddresses(v, 10)
		require.LessOrEqual(t, len(list), 10)
		for _, a := range list {
			requireLine(t, a.Name)
			requireLine(t, a.Address)
			require.NotContains(t, a.Address, " ")
		}
		v = strings.NewReplacer("\r", "", "\n", "", "\x00", "").Replace(v)
		m := Parse([]byte("From: "+v+"\n\nx"), Options{})
		if strict := m.Identity.Address; strict != "" {
			require.True(t, m.From.Is(strict), "%q is not %q", strict, m.From.Address)
			require.Len(t, parseAddresses(v, 10), 1)
		}
	})
}
