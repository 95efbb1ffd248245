package mailout

import (
	"bytes"
	"html"
	"mime"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
)

func sample(t testing.TB, name string) Sample {
	t.Helper()
	for _, s := range Samples(noon) {
		if s.Name == name {
			return s
		}
	}
	t.Fatalf("no sample %s", name)
	return Sample{}
}

func TestHeadOfAMail(t *testing.T) {
	s := sample(t, "assignment")
	c := desk(t)
	m, p := compose(t, c, s.Notice, s.Ticket)
	token := c.settings.Signer.Token(tracker.PurposeReply, "REQ-42", "desk@optit.test", noon)

	assert.Equal(t, `"Environment Requests" <requests@desk.test>`, p.header.Get("From"))
	assert.Equal(t, `"OptIT" <desk@optit.test>`, p.header.Get("To"))
	assert.Equal(t, `"Environment Requests" <requests+req-42.`+token+`@desk.test>`, p.header.Get("Reply-To"))
	assert.Equal(t, "[REQ-42] Cluster upgrade in Punjab", p.header.Get("Subject"))
	assert.Equal(t, "Tue, 24 Nov 2026 12:00:00 +0530", p.header.Get("Date"))
	assert.Equal(t, "<"+m.MessageID+">", p.header.Get("Message-Id"))
	assert.Equal(t, "<latest@egov.test>", p.header.Get("In-Reply-To"))
	assert.Equal(t, "<opening@egov.test> <latest@egov.test>", p.header.Get("References"))
	assert.Equal(t, "auto-replied", p.header.Get("Auto-Submitted"))
	assert.Equal(t, "OOF, AutoReply, DR, RN, NRN", p.header.Get("X-Auto-Response-Suppress"))
	assert.Equal(t, []string{"multipart/mixed", "multipart/alternative", "text/plain", "text/html", "application/pdf"}, p.types)

	found, ok := tracker.FindToken("requests@desk.test", m.MessageID)
	require.True(t, ok, "the Message-ID carries the token")
	assert.Equal(t, token, found.Token)
	assert.Equal(t, tracker.Mail{MessageID: m.MessageID, From: "requests@desk.test", To: "desk@optit.test", Subject: "[REQ-42] Cluster upgrade in Punjab", Text: p.text, Raw: m.Raw}, m)
}

func TestMailsThatNoMailCaused(t *testing.T) {
	s := sample(t, "alert")
	m, p := compose(t, desk(t), s.Notice, s.Ticket)
	assert.Equal(t, "auto-generated", p.header.Get("Auto-Submitted"))
	assert.Empty(t, p.header.Get("In-Reply-To"))
	assert.Empty(t, p.header.Get("Reply-To"))
	assert.Regexp(t, `^[0-9a-f]{12}@desk\.test$`, m.MessageID)
	assert.Equal(t, "2 things to look at: unknown sender, bounce", p.header.Get("Subject"))
	assert.NotContains(t, p.text, tracker.ReplyMarker)
}

func TestSerialsDifferByNotice(t *testing.T) {
	s := sample(t, "receipt")
	first, _ := compose(t, desk(t), s.Notice, s.Ticket)
	s.Notice.Key = "42/other"
	second, _ := compose(t, desk(t), s.Notice, s.Ticket)
	assert.NotEqual(t, first.MessageID, second.MessageID)
}

func TestLongAndForeignTitles(t *testing.T) {
	s := sample(t, "receipt")
	s.Ticket.Title = strings.Repeat("पंजाब क्लस्टर ", 40)
	m, p := compose(t, desk(t), s.Notice, s.Ticket)
	subject, err := new(mime.WordDecoder).DecodeHeader(p.header.Get("Subject"))
	require.NoError(t, err)
	assert.Equal(t, m.Subject, subject)
	assert.LessOrEqual(t, utf8.RuneCountInString(subject), len("[REQ-42] ")+subjectRunes)
	assert.True(t, strings.HasSuffix(subject, "…"))
	assert.Contains(t, p.html, "पंजाब")
	wellFormed(t, m.Raw, "title")
	for _, u := range links(t, p.html) {
		assert.LessOrEqual(t, len(u), 3000)
	}
}

func TestReferencesAreCheckedAndBounded(t *testing.T) {
	s := sample(t, "receipt")
	s.Notice.Data.InReplyTo = "not an id"
	s.Notice.Data.References = []string{"root@x.test", "bad id@x", "no-at", "<b@x.test>", "a@b@c", "x@y\r\nBcc: e", strings.Repeat("x", 300) + "@x.test"}
	for i := range 40 {
		s.Notice.Data.References = append(s.Notice.Data.References, "n"+strconv.Itoa(i)+"@x.test")
	}
	_, p := compose(t, desk(t), s.Notice, s.Ticket)
	refs := strings.Fields(p.header.Get("References"))
	assert.Len(t, refs, maxReferences)
	assert.Equal(t, "<root@x.test>", refs[0])
	assert.Equal(t, "<n39@x.test>", refs[len(refs)-1])
	assert.Empty(t, p.header.Get("In-Reply-To"))
	assert.Equal(t, "auto-replied", p.header.Get("Auto-Submitted"), "still caused by a mail")
}

func TestMailsThatCannotBe(t *testing.T) {
	s := sample(t, "receipt")
	c := desk(t)
	for name, change := range map[string]func(*tracker.Notice, *tracker.Ticket){
		"kind":      func(n *tracker.Notice, _ *tracker.Ticket) { n.Kind = "gossip" },
		"recipient": func(n *tracker.Notice, _ *tracker.Ticket) { n.To.Address = "a@b>, <evil@x.test" },
		"nobody":    func(n *tracker.Notice, _ *tracker.Ticket) { n.To.Address = "" },
		"key":       func(_ *tracker.Notice, k *tracker.Ticket) { k.Key = "RE Q<1>" },
	} {
		n, k := s.Notice, s.Ticket
		change(&n, &k)
		_, _, err := c.Compose(n, k)
		assert.Error(t, err, name)
	}
	_, err := NewComposer(Settings{Address: "not an address"})
	assert.Error(t, err)
}

var href = regexp.MustCompile(`href="([^"]*)"`)

func links(t *testing.T, doc string) []string {
	t.Helper()
	var out []string
	for _, m := range href.FindAllStringSubmatch(doc, -1) {
		out = append(out, strings.ReplaceAll(m[1], "&amp;", "&"))
	}
	return out
}

func TestButtonsOpenAReplyWithItsCommand(t *testing.T) {
	s := sample(t, "receipt")
	s.Ticket.Title = "100% & +more? #1"
	_, p := compose(t, desk(t), s.Notice, s.Ticket)
	var bodies []string
	for _, l := range links(t, p.html) {
		assert.NotContains(t, l, "+more", "a plus would be read as a space by some")
		u, err := url.Parse(l)
		require.NoError(t, err)
		assert.Equal(t, "mailto", u.Scheme)
		to, err := url.PathUnescape(u.Opaque)
		require.NoError(t, err)
		found, ok := tracker.FindToken("requests@desk.test", to)
		require.True(t, ok)
		assert.Equal(t, "REQ-42", found.TicketKey)
		assert.Equal(t, "Re: [REQ-42] 100% & +more? #1", u.Query().Get("subject"))
		bodies = append(bodies, u.Query().Get("body"))
	}
	assert.Equal(t, []string{"/priority \r\n", "/type \r\n", "/cancel\r\n"}, bodies)
	assert.Contains(t, p.text, "[Cancel it] reply with /cancel")
}

func TestTextParts(t *testing.T) {
	for _, s := range Samples(noon) {
		_, p := compose(t, desk(t), s.Notice, s.Ticket)
		lines := strings.Split(p.text, "\n")
		for _, l := range lines {
			assert.LessOrEqual(t, utf8.RuneCountInString(strings.TrimPrefix(l, "> ")), width, "%s: %s", s.Name, l)
			assert.NotRegexp(t, `^\s*[/#!][a-z]`, l, "%s: a line that commands", s.Name)
			assert.NotEqual(t, "-- ", l)
		}
		assert.Equal(t, takesReplies(s.Notice), lines[0] == tracker.ReplyMarker, s.Name)
		assert.NotRegexp(t, `<nil>|<no value>|%!|\{\{|0001|\n\n\n|  \.`, p.text+p.html, s.Name)
		assert.Empty(t, onlyInText(p), "%s: in the text part and not in the HTML", s.Name)
	}
}

// onlyInText lists the words of the text part, but for the furniture of
// buttons, that the HTML has not.
func onlyInText(p mailParts) []string {
	plain := strings.NewReplacer("<strong>", "", "</strong>", "", `<span style="white-space:nowrap">`, "", "</span>", "").Replace(p.html)
	plain = html.UnescapeString(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(plain, " "))
	var missing []string
	for l := range strings.SplitSeq(p.text, "\n") {
		l, _, _ = strings.Cut(strings.TrimPrefix(l, "["), "]")
		for word := range strings.FieldsSeq(strings.TrimLeft(l, ">- ")) {
			if word = strings.Trim(word, "█"); !strings.Contains(strings.ToLower(plain), strings.ToLower(word)) {
				missing = append(missing, word)
			}
		}
	}
	return missing
}

var avoided = regexp.MustCompile(`(?i)https?:|data:|url\(|var\(|<script|<svg|<form|<img|<link|<style|position:|flex|grid|class=|\son\w+=`)

func TestHTMLKeepsToWhatMailProgramsUnderstand(t *testing.T) {
	for _, s := range Samples(noon) {
		if counts(s.Notice.Kind) { // has pictures and more room, see TestMailsByTheirBytes
			continue
		}
		_, p := compose(t, desk(t), s.Notice, s.Ticket)
		assert.Regexp(t, `(?s)^<!doctype html>\s*<html lang="en"><head><meta charset="utf-8">.*<title>[^<]+</title>`, p.html, s.Name)
		assert.Empty(t, avoided.FindString(p.html), s.Name)
		for _, table := range strings.Split(p.html, "<table")[1:] {
			assert.Regexp(t, `^( role="presentation"| [^>]*>\s*<tr><th scope="col")`, table, "%s: layout is marked as such, data has heads", s.Name)
		}
		for _, size := range regexp.MustCompile(`font:\d+ (\d+)px`).FindAllStringSubmatch(p.html, -1) {
			n, _ := strconv.Atoi(size[1])
			assert.GreaterOrEqual(t, n, 12, s.Name)
		}
		assert.Less(t, len(p.html), 20<<10, s.Name)
	}
}

func TestColoursCanBeRead(t *testing.T) {
	for _, pair := range [][2]string{{ink, paper}, {muted, paper}, {muted, "#f2f4f7"}, {blue, paper}, {paper, blue}, {red, paper}} {
		assert.GreaterOrEqual(t, contrast(t, pair[0], pair[1]), 4.5, pair)
	}
}

// contrast is WCAG's ratio.
func contrast(t *testing.T, a, b string) float64 {
	la, lb := luminance(t, a), luminance(t, b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	n, err := strconv.ParseUint(colour[1:], 16, 32)
	require.NoError(t, err)
	linear := func(c uint64) float64 { // close enough to sRGB's curve
		f := float64(c&255) / 255
		return f * f * (0.2 + 0.8*f)
	}
	return 0.2126*linear(n>>16) + 0.7152*linear(n>>8) + 0.0722*linear(n)
}

func TestConcurrentComposing(t *testing.T) {
	c := desk(t)
	want := map[string][]byte{}
	for _, s := range Samples(noon) {
		m, _ := compose(t, desk(t), s.Notice, s.Ticket)
		want[s.Name] = m.Raw
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for _, s := range Samples(noon) {
				m, _, err := c.Compose(s.Notice, s.Ticket)
				assert.NoError(t, err)
				assert.True(t, bytes.Equal(want[s.Name], m.Raw), s.Name)
			}
		})
	}
	wg.Wait()
}

func TestTheCacheIsBounded(t *testing.T) {
	p := desk(t).builtin.press
	for i := range maxPages + 20 {
		_, err := p.page("# "+strconv.Itoa(i), "", "")
		require.NoError(t, err)
	}
	assert.LessOrEqual(t, len(p.pages), maxPages)
}

func TestZoneOfTheDates(t *testing.T) {
	s := sample(t, "alert")
	_, p := compose(t, desk(t, func(s *Settings) { s.Zone = time.UTC }), s.Notice, s.Ticket)
	assert.Contains(t, p.text, "Tue 24 Nov, 05:50 UTC")
	assert.Equal(t, "Tue, 24 Nov 2026 06:30:00 +0000", p.header.Get("Date"))
}
