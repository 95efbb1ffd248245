package mailout

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"envdesk/tracker"
	"envdesk/tracker/report"
)

// specimen is a mail as it is looked at.
type specimen struct {
	Name  string
	Parts mailParts
}

// specimens are the samples of every kind, and every edition of the report with
// three times the data, long names, other scripts, and none.
func specimens(t testing.TB) []specimen {
	t.Helper()
	c := desk(t)
	var out []specimen
	for _, s := range Samples(noon) {
		_, p := compose(t, c, s.Notice, s.Ticket)
		out = append(out, specimen{s.Name, p})
		if counts(s.Notice.Kind) {
			continue
		}
		for name, title := range map[string]string{"long": strings.Repeat("x", 60) + " " + longName, "devanagari": devanagari, "arabic": arabic} {
			s.Ticket.Title = title
			_, p := compose(t, c, s.Notice, s.Ticket)
			out = append(out, specimen{s.Name + "/" + name, p})
		}
	}
	for _, edition := range []string{"report", "report-partner", "report-requester"} {
		r := sampleReport(t, edition)
		for name, change := range map[string]report.Report{
			"threefold": longer(r, 3, longName), "devanagari": longer(r, 1, devanagari), "arabic": longer(r, 1, arabic), "unbroken": longer(r, 1, strings.Repeat("x", 60)), "none": emptied(r),
		} {
			_, p := reportedBy(t, c, change, "")
			out = append(out, specimen{edition + "/" + name, p})
		}
	}
	for _, name := range []string{"digest", "digest-partner"} {
		for _, title := range []string{longName, devanagari, arabic} {
			_, p := compose(t, c, fullDay(t, name, title), tracker.Ticket{})
			out = append(out, specimen{name + "/" + title[:6], p})
		}
	}
	return out
}

// emptied is the report of a desk that has just begun: it is not quiet, but there
// is next to nothing to count.
func emptied(r report.Report) report.Report {
	none := report.Ratio{Text: "–"}
	return report.Report{
		Edition: r.Edition, For: r.For, Week: r.Week, From: r.From, To: r.To, AsOf: r.AsOf, Period: r.Period, Subject: "Week 11: no deadlines", Preheader: "1 request came in.",
		Verdict: report.Verdict{Headline: "No deadline fell into the week.", Detail: "1 request came in."}, InTime: report.InTime{Now: none, LastWeek: none, Usual: none},
		Trend: report.Trend{Weeks: r.Trend.Weeks[:1], Sentence: "The first week: 0 requests are open at its end."}, Definitions: r.Definitions,
	}
}

// fullDay has every list of a digest full.
func fullDay(t testing.TB, name, title string) tracker.Notice {
	t.Helper()
	n := sample(t, name).Notice
	var d report.Digest
	require.NoError(t, json.Unmarshal(n.Data.Report, &d))
	for _, l := range []*report.DigestList{&d.Late, &d.Today, &d.OnYou, &d.Blocked, &d.NoOwner} {
		if l.More = 9; len(l.Items) > 0 {
			l.Items = repeat(l.Items, 5)[:5]
		}
		for i := range l.Items {
			l.Items[i].Title, l.Items[i].Who = title, title
		}
	}
	data, err := json.Marshal(d)
	require.NoError(t, err)
	n.Data.Report = data
	return n
}

var (
	slips  = regexp.MustCompile(`\bNaN\b|\bInf\b|<nil>|<no value>|\{\{|%!|0001-01-01|[^\w–-]-0\b|\(s\)`)
	banned = regexp.MustCompile(`(?i)<script|<style|<svg|<form|<link|position:|var\(|url\(|\bon\w+=|<progress|<meter|<picture`)
	styles = regexp.MustCompile(`style="[^"]*"`)
)

// What the bytes of a mail tell.
func TestMailsByTheirBytes(t *testing.T) {
	for _, s := range specimens(t) {
		p := s.Parts
		assert.LessOrEqual(t, len(p.html), maxHTML, s.Name)
		assert.Regexp(t, `(?s)^<!doctype html>\s*<html lang="en"><head><meta charset="utf-8">.*<title>[^<]+</title>`, p.html, s.Name)
		assert.Empty(t, banned.FindString(p.html), s.Name)
		assert.Empty(t, slips.FindString(visible(t, p.html)+"\n"+p.text), s.Name)
		assert.LessOrEqual(t, distinct(styles.FindAllString(p.html, -1)), 8<<10, "%s: CSS", s.Name)
		elementsKeepTheRules(t, s)
		for l := range strings.SplitSeq(p.text, "\n") {
			if !strings.Contains(l, "@") && !strings.Contains(l, "://") {
				assert.LessOrEqual(t, len([]rune(strings.TrimPrefix(l, "> "))), width, "%s: %s", s.Name, l)
			}
		}
	}
}

// distinct is the size of different styles.
func distinct(all []string) int {
	seen, size := map[string]bool{}, 0
	for _, s := range all {
		if !seen[s] {
			seen[s], size = true, size+len(s)
		}
	}
	return size
}

func elementsKeepTheRules(t *testing.T, s specimen) {
	t.Helper()
	z := html.NewTokenizer(strings.NewReader(s.Parts.html))
	data := false // a table of data has begun, and has no head yet
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			return
		}
		if kind != html.StartTagToken {
			continue
		}
		tok := z.Token()
		attrs := map[string]string{}
		for _, a := range tok.Attr {
			attrs[a.Key] = a.Val
		}
		switch tok.Data {
		case "img":
			assert.NotEmpty(t, attrs["alt"], "%s: alt", s.Name)
			assert.Equal(t, "600 200", attrs["width"]+" "+attrs["height"], s.Name)
			assert.Regexp(t, `^cid:`, attrs["src"], s.Name)
		case "table":
			data = attrs["role"] != "presentation"
		case "th":
			assert.Contains(t, []string{"col", "row"}, attrs["scope"], "%s: th scope", s.Name)
			data = false
		case "td":
			assert.False(t, data, "%s: a table of data begins with a head", s.Name)
		case "a":
			assert.Regexp(t, `^mailto:`, attrs["href"], "%s: no address outside", s.Name)
		}
	}
}

// Every figure of the report stands in its text part.
func TestTheTextHasEveryFigure(t *testing.T) {
	for _, edition := range []string{"report", "report-partner", "report-requester"} {
		r := sampleReport(t, edition)
		_, p := reported(t, r, "")
		for what, figure := range map[string]string{
			"in time": r.InTime.Now.Text, "last week": "last week " + r.InTime.LastWeek.Text, "4 weeks": "4 weeks " + r.InTime.Usual.Text,
			"late": fmt.Sprintf("%d  late now", r.LateNow.Now), "open": fmt.Sprintf("%d  open", r.Open.Now), "flow": fmt.Sprintf("%d / %d", r.Flow.In.Now, r.Flow.Out.Now),
		} {
			assert.Contains(t, p.text, figure, "%s: %s", edition, what)
		}
	}
}
