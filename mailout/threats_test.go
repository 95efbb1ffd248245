package mailout

import (
	"fmt"
	netmail "net/mail"
	"reflect"
	"regexp"
	"slices"
	"sort"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"envdesk/tracker"
)

// Each is at most 80 runes, the length up to which a reason stands in the
// headline, so that it takes the same way through the template as a word.
var payloads = []string{
	`"><script x="'>alert(1)</script>`, `<img src=x onerror=alert(1)>`, `"><svg/onload=alert(1)>`, `'><b>`, `</td></tr></table><h1>`, `</title><script>`,
	`<a href="https://evil.test">x</a>`, `<style>*{display:none}</style>`, `<!-- `, `-->`, `<![CDATA[`, `]]>`, `&lt;script&gt;`, `&#60;script&#62;`, `&amp;`,
	`<scr<script>ipt>`, `<form action=https://evil.test>`, `<iframe src=//evil.test>`, `<base href=//evil.test>`, `<meta http-equiv=refresh content=0>`,
	`javascript:alert(1)`, `" onmouseover="alert(1)`, `' style='position:fixed`, `" href="https://evil.test`, "`x`", `\`, `\"`, `%3Cscript%3E`, `%0D%0ABcc: x`,
	`[x](https://evil.test)`, `![x](https://evil.test/p.png)`, `<https://evil.test>`, `https://evil.test`, `**bold**`, `__x__`, `# head`, `## head`, `---`, `***`, `> quote`,
	`- item`, `1. item`, `: definition`, `| a | b |`, `[x]: https://evil.test`, `<div>`, `{{.Text}}`, `{{template "fields" .}}`, `{{define "x"}}`, `{{/* */}}`, `%!s(MISSING)`, `%s%n`,
	"\uE000T0\uE001", "\uE001", "\uE000", "\uE000L1\uE001", "\uE000Q1\uE001", "\uE002", "\u202Ecod.txt", "\u2066x\u2069", "\u200B", "\uFEFF", "\x00", "\x1b[31m", "\x7f", "\xff\xfe", "\xc0\xbc",
	"a\tb", "+ADw-script+AD4-", "＜script＞", "ʺ onload", "/cancel", "[REQ-1]", "— reply above this line —",
}

// volleys are the payloads, several in one where they need not stand at the
// beginning of a line, none longer than 80 runes.
func volleys() []string {
	var out []string
	for _, p := range payloads {
		last := len(out) - 1
		if last >= 0 && !strings.ContainsAny(p[:1], "#-*_>1:|[/{") && utf8.RuneCountInString(out[last]+p) < 80 {
			out[last] += " " + p
			continue
		}
		out = append(out, p)
	}
	return out
}

// fields visits every string that can be set below v. Changes, which are
// interfaces, are not among them.
func fields(v reflect.Value, path string, visit func(path string, v reflect.Value)) {
	switch v.Kind() {
	case reflect.String:
		visit(path, v)
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				fields(v.Field(i), path+"."+v.Type().Field(i).Name, visit)
			}
		}
	case reflect.Pointer:
		if !v.IsNil() {
			fields(v.Elem(), path, visit)
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			copied := reflect.New(v.Type().Elem()).Elem()
			copied.Set(v.MapIndex(key))
			fields(copied, fmt.Sprintf("%s[%s]", path, key), visit)
			v.SetMapIndex(key, copied)
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return
		}
		for i := range v.Len() {
			fields(v.Index(i), fmt.Sprintf("%s[%d]", path, i), visit)
		}
	}
}

// sampleWith is the sample with the strings that choose says set to word.
func sampleWith(name, word string, choose func(path string) bool) Sample {
	var s Sample
	for _, one := range Samples(noon) {
		if one.Name == name {
			s = one
		}
	}
	s.Notice.Data.By = sampleEngineer
	set := func(path string, v reflect.Value) {
		if choose(path) {
			v.SetString(word)
		}
	}
	fields(reflect.ValueOf(&s.Notice).Elem(), "notice", set)
	fields(reflect.ValueOf(&s.Ticket).Elem(), "ticket", set)
	for i, c := range s.Notice.Data.Changes {
		copied := reflect.New(reflect.TypeOf(c)).Elem()
		copied.Set(reflect.ValueOf(c))
		fields(copied, fmt.Sprintf("change[%d]", i), set)
		s.Notice.Data.Changes[i] = copied.Interface().(tracker.Change)
	}
	return s
}

// free reports whether a string may be anything: it steers nothing.
func free(path string) bool {
	return !strings.HasSuffix(path, ".How") && !strings.HasSuffix(path, ".Role") && !slices.Contains([]string{
		"notice.Key", "notice.Kind", "notice.As", "notice.Data.Note", // which is Markdown, see TestNotesAreRenderedSafely
		"notice.To.Address", "ticket.Key", "ticket.Status", "change[0].From", "change[0].To", "change[0].Field", "change[1].Field",
	}, path)
}

// injected composes the sample with word in all free strings at once, and, when
// one is asked for, in each string alone.
func injected(t *testing.T, c *Composer, name, word string, alone bool, then func(path string, m tracker.Mail, p mailParts)) {
	t.Helper()
	try := func(path string, choose func(string) bool) {
		s := sampleWith(name, word, choose)
		m, problem, err := c.Compose(s.Notice, s.Ticket)
		if err != nil {
			return // such as an address that cannot be mailed, or an unknown kind
		}
		require.Empty(t, problem)
		then(path, m, split(t, m.Raw))
	}
	try("all", free)
	if !alone {
		return
	}
	var paths []string
	sampleWith(name, word, func(path string) bool { paths = append(paths, path); return false })
	for _, path := range paths {
		try(path, func(p string) bool { return p == path })
	}
}

// shape is the sequence of elements with their attributes. The target of a link
// is reduced to its beginning.
func shape(t *testing.T, doc string) string {
	t.Helper()
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(doc))
	for {
		switch kind := z.Next(); kind {
		case html.ErrorToken:
			return b.String()
		case html.TextToken:
		default:
			tok := z.Token()
			fmt.Fprintf(&b, "%d %s", kind, tok.Data)
			for _, a := range tok.Attr {
				if a.Key == "href" {
					assert.Regexp(t, `^mailto:requests(\+[^"<> ]*)?@desk\.test\?subject=[^"<> ]*(&body=[^"<> ]*)?$`, a.Val)
					a.Val = "mailto"
				}
				fmt.Fprintf(&b, " %s=%q", a.Key, a.Val)
			}
			b.WriteByte('\n')
		}
	}
}

var unwanted = regexp.MustCompile("[\uE000-\uE002\u202A-\u202E\u2066-\u2069\x00-\x08\x0b-\x1f]")

func TestThreat14NoFieldAddsAnElementOrAttribute(t *testing.T) {
	c := desk(t)
	for _, s := range Samples(noon) {
		if counts(s.Notice.Kind) {
			continue // see TestNoWordOfAReportAddsAnElement
		}
		t.Run(s.Name, func(t *testing.T) {
			want := map[string]string{}
			injected(t, c, s.Name, "word", true, func(path string, _ tracker.Mail, p mailParts) { want[path] = shape(t, p.html) })
			require.NotEmpty(t, want)
			for i, payload := range volleys() {
				injected(t, c, s.Name, payload, i == 0, func(path string, _ tracker.Mail, p mailParts) {
					if got := shape(t, p.html); got != want[path] {
						assert.Equal(t, want[path], got, "%s = %q", path, payload)
					}
					assert.Empty(t, unwanted.FindString(p.html+p.text), "%s = %q", path, payload)
				})
			}
		})
	}
}

func TestThreat11NoFieldAddsAHeaderOrRecipient(t *testing.T) {
	breaks := []string{
		"x\r\nBcc: evil@x.test", "x\nBcc: evil@x.test", "x\rBcc: evil@x.test", "x\r\n\r\n<h1>body</h1>", "x\x00y", "x\u2028Bcc: evil@x.test", "x\u2029y", "x\u0085y",
		`x" <evil@x.test>, "y`, "evil@x.test, y", "<evil@x.test>", "=?utf-8?q?x=0D=0ABcc:_evil@x.test?=", "x> <evil@x.test", strings.Repeat("long ", 400), strings.Repeat("ख", 3000), strings.Repeat("x", 3000),
	}
	c := desk(t)
	for _, s := range Samples(noon) {
		if counts(s.Notice.Kind) && s.Name != "report-quiet" && s.Name != "digest" {
			continue // as these
		}
		var want []string
		injected(t, c, s.Name, "word", true, func(_ string, _ tracker.Mail, p mailParts) { want = append(want, headerNames(p.header)) })
		for i, payload := range breaks {
			n := 0
			injected(t, c, s.Name, payload, i == 0, func(path string, m tracker.Mail, p mailParts) {
				assert.Subset(t, strings.Split(headerNames(p.header), ","), requiredHeaders, "%s: %s = %q", s.Name, path, payload)
				assert.Subset(t, strings.Split(longest(want), ","), strings.Split(headerNames(p.header), ","), "%s: %s = %q", s.Name, path, payload)
				to, err := netmail.ParseAddressList(p.header.Get("To"))
				require.NoError(t, err, path)
				require.Len(t, to, 1)
				assert.Equal(t, m.To, to[0].Address)
				from, err := netmail.ParseAddressList(p.header.Get("From"))
				require.NoError(t, err, path)
				assert.Equal(t, "requests@desk.test", from[0].Address)
				assert.NotContains(t, strings.ToLower(strings.Join(p.header["References"], "")), "bcc", path)
				wellFormed(t, m.Raw, path)
				n++
			})
			require.Positive(t, n)
		}
	}
}

var requiredHeaders = []string{"From", "To", "Subject", "Date", "Message-Id", "Auto-Submitted", "X-Auto-Response-Suppress", "Mime-Version", "Content-Type"}

func headerNames(h netmail.Header) string {
	var names []string
	for name, values := range h {
		names = append(names, strings.Repeat(name+",", len(values)-1)+name)
	}
	sort.Strings(names)
	return strings.Join(names, ",")
}

func longest(names []string) string {
	out := ""
	for _, n := range names {
		if len(n) > len(out) {
			out = n
		}
	}
	return out
}

// wellFormed: CRLF only, lines within RFC 5322 §2.1.1, ASCII.
func wellFormed(t *testing.T, raw []byte, path string) {
	t.Helper()
	s := string(raw)
	assert.Equal(t, strings.Count(s, "\r\n"), strings.Count(s, "\n"), path)
	assert.Equal(t, strings.Count(s, "\r\n"), strings.Count(s, "\r"), path)
	assert.True(t, isASCII(s), path)
	for l := range strings.SplitSeq(s, "\r\n") {
		if len(l) > 998 {
			t.Errorf("%s: a line of %d octets", path, len(l))
		}
	}
}

// What a stranger wrote goes back to nobody (backscatter).
func TestThreat25AStrangerGetsNoneOfItsWords(t *testing.T) {
	const canary = "canary"
	c := desk(t)
	var s Sample
	for _, one := range Samples(noon) {
		if one.Notice.Kind == tracker.KindUnverifiedReceipt {
			s = one
		}
	}
	seen := 0
	set := func(path string, v reflect.Value) {
		switch path {
		case "notice.Kind", "notice.To.Address", "notice.Key", "notice.Data.InReplyTo", "ticket.Key":
		default:
			v.SetString(canary)
			seen++
		}
	}
	s.Notice.Data.Understood = []tracker.Understanding{{}}
	s.Notice.Data.Unknown = []string{""}
	s.Notice.Data.Attachments = []tracker.Attachment{{Content: []byte(canary)}}
	s.Notice.Data.Changes = []tracker.Change{tracker.Resolved{Note: canary}}
	s.Notice.Data.Transcript = []tracker.CommandResult{{}}
	s.Notice.Data.Alerts = []tracker.Alert{{}}
	s.Notice.Data.Plan, s.Notice.Data.Summary = &tracker.Plan{}, &tracker.Summary{Lines: []tracker.SummaryLine{{}}, Late: []tracker.Ticket{{}}}
	s.Notice.Data.Answers = []tracker.Answer{{Tickets: []tracker.Ticket{{}}}}
	s.Notice.Data.Reminders = []tracker.Reminder{{}}
	changes := s.Notice.Data.Changes
	s.Notice.Data.Changes = nil
	fields(reflect.ValueOf(&s.Notice).Elem(), "notice", set)
	fields(reflect.ValueOf(&s.Ticket).Elem(), "ticket", set)
	s.Notice.Data.Changes = changes
	require.Greater(t, seen, 30)

	m, p := compose(t, c, s.Notice, s.Ticket)
	assert.NotContains(t, strings.ToLower(string(m.Raw)+p.html+p.text), canary)
	assert.Empty(t, p.header.Get("Reply-To"))
	assert.NotContains(t, m.MessageID, "req-42", "no token for a stranger")
	assert.NotContains(t, p.html, "mailto:")
	assert.Equal(t, "auto-replied", p.header.Get("Auto-Submitted"))
}

// Notes and other partners' names stay inside.
func TestThreat28WhatAPartnerMustNotRead(t *testing.T) {
	s := Samples(noon)[0]
	n := s.Notice
	n.Kind, n.As, n.To = tracker.KindStatus, tracker.RolePartner, samplePartner
	n.Data = tracker.NoticeData{By: sampleAsker, Changes: []tracker.Change{
		tracker.Noted{Text: "canary-note"}, tracker.Assigned{Partner: "canary-partner", Old: "OptIT"}, tracker.Refused{Command: "/x", Why: "canary-why"},
	}}
	m, p := compose(t, desk(t), n, s.Ticket)
	assert.NotContains(t, string(m.Raw)+p.html+p.text, "canary")
	assert.Contains(t, p.text, "It was given to somebody else")

	n.As, n.To = tracker.RoleRequester, sampleRequester
	_, p = compose(t, desk(t), n, s.Ticket)
	assert.NotContains(t, p.html+p.text, "canary-note")

	n.As, n.To = tracker.RoleManager, sampleManager
	_, p = compose(t, desk(t), n, s.Ticket)
	assert.Contains(t, p.text, "canary-note")
}
