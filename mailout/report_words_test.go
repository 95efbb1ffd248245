package mailout

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
	"envdesk/tracker/report"
)

// reportTo is the report as its reader in that role gets it.
func reportTo(t testing.TB, as tracker.Role, r report.Report) mailParts {
	t.Helper()
	n := sample(t, "report").Notice
	n.As, n.Data.Report, n.Data.Note = as, marshal(t, r), ""
	_, p := compose(t, desk(t), n, tracker.Ticket{})
	return p
}

func marshal(t testing.TB, v any) []byte {
	t.Helper()
	data, err := json.Marshal(v)
	require.NoError(t, err)
	return data
}

// part is what stands below a head of the text.
func part(t testing.TB, text, head string) string {
	t.Helper()
	_, rest, ok := strings.Cut(text, "\n"+head+"\n\n")
	require.True(t, ok, "%s in %s", head, text)
	body, _, _ := strings.Cut(rest, "\n\n"+strings.Repeat("-", width))
	return body
}

func TestOutlookTellsTheUrgentOnce(t *testing.T) {
	r := sampleReport(t, "report")
	r.Outlook.Urgent = &report.Forecast{P85: 7}
	r.Outlook.Sentence, r.Outlook.Record = "At most 9 are open. Of P0 and P1 at most 7.", "Right in 3 of 4 weeks."
	_, p := reported(t, r, "")
	assert.Equal(t, "At most 9 are open. Of P0 and P1 at most 7. Right in 3 of 4 weeks.", joined(part(t, p.text, "OUTLOOK")))
}

func TestQualityInWords(t *testing.T) {
	for _, c := range []struct {
		resolved, right, back int
		want                  string
	}{
		{0, 0, 0, ""},
		{1, 1, 0, "The one resolved was right the first time; none came back."},
		{1, 0, 0, "The one resolved was not right the first time; none came back."},
		{2, 2, 1, "Both of those resolved were right the first time; 1 came back within seven days."},
		{2, 1, 0, "2 resolved, 1 of them right the first time; none came back."},
		{2, 0, 2, "2 resolved, neither of them right the first time; 2 came back within seven days."},
		{3, 0, 0, "3 resolved, none of them right the first time; none came back."},
		{3, 3, 0, "All 3 resolved were right the first time; none came back."},
		{12, 7, 0, "12 resolved, 7 of them right the first time; none came back."},
	} {
		w := weeklyWords{Report: report.Report{Quality: report.Quality{Resolved: c.resolved, CameBack: c.back, FirstRight: report.Ratio{Met: c.right, Of: c.resolved}}}}
		assert.Equal(t, c.want, w.quality(), "%d of %d", c.right, c.resolved)
	}
}

func TestTheTableIsCountedInWords(t *testing.T) {
	r := sampleReport(t, "report")
	rows := repeat(r.Tickets, 2)
	for n, want := range map[int]string{
		0: "", 1: "The one request of the week is in requests-2026-W11.csv, times", 2: "The 2 requests of the week are in requests-2026-W11.csv, times",
		20: "The 20 requests of the week are in requests-2026-W11.csv, times",
	} {
		r.Tickets = rows[:n]
		_, p := reported(t, r, "")
		assert.Contains(t, joined(p.text), want)
		assert.Equal(t, n > 0, strings.Contains(joined(p.text), "of the week are in ") || strings.Contains(joined(p.text), "of the week is in "))
	}
}

// What is not in the week's table of requests is not said to be there.
func TestWhereTheRestIs(t *testing.T) {
	r := longer(sampleReport(t, "report"), 20, "word")
	r.Environments = repeat(r.Environments, 4)
	_, p := reported(t, r, "")
	for head, want := range map[string]string{
		"LATE": "more in the attached CSV.", "APPROVALS WAITING": "more in the attached CSV.", "COULD BECOME A UTILITY": "more.",
		"PARTNERS: WORK AGAINST CAPACITY": "more; the attached CSV has their requests.", "BY TYPE": "more; the attached CSV has their requests.",
		"BY ENVIRONMENT": "more; the attached CSV has their requests.", "BY STACK": "more; the attached CSV has their requests.",
	} {
		assert.Regexp(t, `\n\d+ `+regexp.QuoteMeta(want)+"$", part(t, p.text, head), head)
	}
	r.Tickets = nil
	_, p = reported(t, r, "")
	assert.NotContains(t, p.text, "attached CSV")
	assert.Regexp(t, `\n\d+ more\.$`, part(t, p.text, "BY TYPE"))
	assert.Regexp(t, `\n\d+ more\.$`, part(t, p.text, "LATE"))
}

func TestTheDeskIsUsToItsProgrammeAlone(t *testing.T) {
	for name, want := range map[string]string{"report": "Us ", "report-partner": "The desk ", "report-requester": "The desk "} {
		r := sampleReport(t, name)
		r.Waiting = []report.WaitingLine{{Whom: "us", Open: 1, Median: 90_000, Longest: 90_000, Key: "REQ-1"}}
		_, p := reported(t, r, "")
		assert.Contains(t, part(t, p.text, "WAITING ON WHOM"), "\n"+want, name)
	}
}

func TestWhatTheReaderMayDecide(t *testing.T) {
	one := func(kind, status string) []report.Decision {
		return []report.Decision{{Kind: kind, Item: report.Item{Key: "REQ-7", Title: "Disk", Who: "eve@evil.test", Status: status}, Line: "waits 3 days"}}
	}
	const how = "by mail with the key in the subject"
	for _, c := range []struct {
		as              tracker.Role
		edition, kind   string
		status          string
		want, none      []string
		primary, facted string
	}{
		{tracker.RoleManager, "report", report.DecideAccept, "unverified", []string{"[Let it in] " + how + ": /accept", "[Cancel it] " + how + ": /cancel", "Write why behind /cancel."}, []string{"/assign"}, "Let it in", "eve@evil.test"},
		{tracker.RoleDevOps, "report", report.DecideAccept, "unverified", nil, []string{"[", "/cancel", "/assign"}, "", "eve@evil.test"},
		{tracker.RoleStakeholder, "report", report.DecideAccept, "unverified", nil, []string{"[", "/cancel", "/assign"}, "", "eve@evil.test"},
		{tracker.RoleManager, "report", report.DecideOwner, "new", []string{"[Assign REQ-7] " + how + ": /assign", "/due and a date"}, []string{"/cancel"}, "Assign REQ-7", ""},
		{tracker.RoleDevOps, "report", report.DecideOwner, "new", []string{"[Assign REQ-7] " + how + ": /assign", "Write a partner’s name behind /assign, or your question."}, []string{"/due"}, "Assign REQ-7", ""},
		{tracker.RoleManager, "report", report.DecideApproval, "approval", []string{"[Write about REQ-7] " + how}, []string{"/assign"}, "", ""},
		{tracker.RolePartner, "report-partner", report.DecideWord, "assigned", []string{"[Pick up] " + how + ": /ack [Say when] " + how + ": /eta [Done] " + how + ": /done"}, nil, "Pick up", ""},
		{tracker.RolePartner, "report-partner", report.DecideWord, "working", []string{"[Say when] " + how + ": /eta [Done] " + how + ": /done"}, []string{"Pick up"}, "Say when", ""},
	} {
		r := sampleReport(t, c.edition)
		r.Decisions, r.More = one(c.kind, c.status), 0
		p := reportTo(t, c.as, r)
		got := joined(part(t, p.text, "NEEDS A DECISION"))
		for _, want := range append(c.want, c.facted) {
			assert.Contains(t, got, want, "%s %s", c.as, c.kind)
		}
		for _, none := range c.none {
			assert.NotContains(t, got, none, "%s %s", c.as, c.kind)
		}
		primary := regexp.MustCompile(`background:` + blue + `[^>]*>([^<]*)</a>`).FindStringSubmatch(p.html)
		if c.primary == "" {
			assert.Nil(t, primary, "%s %s", c.as, c.kind)
		} else if assert.NotNil(t, primary, "%s %s", c.as, c.kind) {
			assert.Equal(t, c.primary, primary[1])
		}
	}
}

func TestPartnersWorkInWords(t *testing.T) {
	for name, c := range map[string]struct {
		line   report.PartnerLine
		figure string
		note   string
		share  int
	}{
		"over":         {report.PartnerLine{Open: 5, Expected: 2, Capacity: 6, Basis: "limit", Load: 117, Label: report.LabelOver}, "117%, over", "5 open + 2 expected, 6 agreed as its limit", 100},
		"room":         {report.PartnerLine{Weeks: 8, Open: 1, Expected: 0, Capacity: 2, Basis: "closures", Load: 50, Label: report.LabelRoom}, "50%, room", "1 open + 0 expected, 2 usually closed in a week", 50},
		"not known":    {report.PartnerLine{Open: 3}, "–", "Capacity not known yet", -1},
		"first weeks":  {report.PartnerLine{Weeks: 3, Open: 3, Capacity: 6, Basis: "limit", Load: 50, Label: report.LabelRoom}, "50%, room", "3 open, 6 agreed as its limit", 50},
		"idle":         {report.PartnerLine{Weeks: 4}, "–", "0 open + 0 expected, none usually closed in a week", -1},
		"none closed":  {report.PartnerLine{Weeks: 4, Open: 3, Expected: 2, Label: report.LabelOver}, "over", "3 open + 2 expected, none usually closed in a week", 100},
		"far too much": {report.PartnerLine{Open: 99, Expected: 2, Capacity: 1, Basis: "closures", Load: 10_100, Label: report.LabelOver}, "over 999%", "99 open + 2 expected, 1 usually closed in a week", 100},
		"just not":     {report.PartnerLine{Weeks: 8, Open: 999, Capacity: 100, Basis: "closures", Load: 999, Label: report.LabelOver}, "999%, over", "999 open + 0 expected, 100 usually closed in a week", 100},
	} {
		w := weeklyWords{Report: report.Report{Partners: []report.PartnerLine{c.line}}, s: weeklySettings{room: rooms()[0]}}
		got := w.partners().Entries[0]
		assert.Equal(t, c.figure, got.Figure, name)
		assert.Equal(t, c.note, got.Notes[2], name)
		if c.share < 0 {
			assert.Nil(t, got.Bar, name)
		} else if assert.NotNil(t, got.Bar, name) {
			assert.Equal(t, c.share, got.Bar.share, name)
		}
	}
}

// One partner far above its capacity leaves the bars of the others to be seen.
func TestBarsOfPartnersShareAScale(t *testing.T) {
	far := report.PartnerLine{Open: 500, Capacity: 1, Load: 50_000, Label: report.LabelOver}
	near := report.PartnerLine{Open: 5, Capacity: 5, Load: 100, Label: report.LabelFull}
	w := weeklyWords{Report: report.Report{Partners: []report.PartnerLine{far, near}}, s: weeklySettings{room: rooms()[0]}}
	assert.Equal(t, 10, w.partners().Entries[1].Bar.share)
}

func TestTheUsualWeekNamesItsWeeks(t *testing.T) {
	r := sampleReport(t, "report")
	for weeks, want := range map[int]string{1: "", 2: "", 3: "median of 2 weeks", 4: "median of 3 weeks", 5: "4 weeks", 8: "4 weeks"} {
		r := r
		r.Trend.Weeks = slices.Clone(r.Trend.Weeks)[8-weeks:]
		_, p := reported(t, r, "")
		assert.Equal(t, weeks > 1, strings.Contains(p.text, "last week"), weeks)
		for _, all := range []string{"median of 2 weeks", "median of 3 weeks", "· 4 weeks"} {
			n := 0
			if strings.HasSuffix(all, want) && want != "" {
				n = 4
			}
			tiles := p.text[strings.Index(p.text, "  in time"):strings.Index(p.text, "BY PRIORITY")]
			assert.Equal(t, n, strings.Count(joined(tiles), all), "%d: %s in %s", weeks, all, tiles)
		}
	}
}

// A sentence that is absent leaves no hole.
func TestNoEmptyLines(t *testing.T) {
	hollow := sampleReport(t, "report")
	hollow.Age.Line, hollow.Age.Oldest, hollow.Trend.Sentence, hollow.Quality = "", nil, "", report.Quality{}
	hollow.Outlook.Sentence, hollow.Outlook.Record, hollow.Verdict.Detail = "", "", ""
	all := specimens(t)
	for name, r := range map[string]report.Report{"hollow": hollow, "hollow partner": withEdition(hollow, report.PartnerEdition)} {
		_, p := reported(t, r, "")
		all = append(all, specimen{name, p})
	}
	for _, s := range all {
		assert.False(t, strings.Contains(s.Parts.text, "\n\n\n"), s.Name)
		assert.Empty(t, regexp.MustCompile(`<p [^>]*>\s*</p>`).FindString(s.Parts.html), s.Name)
	}
}

func withEdition(r report.Report, e report.Edition) report.Report {
	r.Edition, r.Honesty = e, nil
	return r
}

func TestLongWordsAreBroken(t *testing.T) {
	devanagari := strings.Repeat("क्षि", 60)
	for in, want := range map[string][]string{
		strings.Repeat("x", 72):                        {strings.Repeat("x", 72)},
		strings.Repeat("x", 120):                       {strings.Repeat("x", 72), strings.Repeat("x", 48)},
		"a " + strings.Repeat("x", 150) + " b":         {"a", strings.Repeat("x", 72), strings.Repeat("x", 72), "xxxxxx b"},
		"https://desk.test/" + strings.Repeat("x", 80): {"https://desk.test/" + strings.Repeat("x", 80)},
		strings.Repeat("x", 80) + "@desk.test":         {strings.Repeat("x", 80) + "@desk.test"},
		strings.Repeat("x", 72) + "/done":              {strings.Repeat("x", 71), "x/done"},
		strings.Repeat("x", 72) + " /done":             {strings.Repeat("x", 71), "x /done"},
		strings.Repeat("x", 70) + "//!#/done":          {strings.Repeat("x", 69), "x//!#/done"},
		strings.Repeat("/", 90):                        {strings.Repeat("/", 90)},
	} {
		w := textWriter{}
		w.wrap(in, "", "")
		assert.Equal(t, want, strings.Split(strings.TrimSuffix(w.b.String(), "\n"), "\n"), in)
	}
	w := textWriter{}
	w.wrap(strings.Repeat("x", 30), strings.Repeat("1", 80), strings.Repeat(" ", 80))
	assert.Equal(t, []int{20, 10}, []int{strings.Count(strings.Split(w.b.String(), "\n")[0], "x"), strings.Count(strings.Split(w.b.String(), "\n")[1], "x")}, "behind a figure that is too wide itself")
	w = textWriter{}
	w.wrap(devanagari, "- ", "  ")
	for l := range strings.SplitSeq(strings.TrimSuffix(w.b.String(), "\n"), "\n") {
		assert.LessOrEqual(t, len([]rune(l)), width)
		assert.True(t, strings.HasPrefix(l[2:], "क"), "a letter keeps its marks: %s", l)
	}
	assert.Equal(t, devanagari, regexp.MustCompile(`[\s-]`).ReplaceAllString(w.b.String(), ""))
}

func TestNoLineOfAReportIsTooWide(t *testing.T) {
	for _, name := range []string{"report", "report-partner", "report-requester"} {
		_, p := reported(t, longer(sampleReport(t, name), 1, strings.Repeat("x", 120)), "A word: "+strings.Repeat("y", 200))
		for l := range strings.SplitSeq(p.text, "\n") {
			assert.LessOrEqual(t, len([]rune(l)), width, "%s: %s", name, l)
		}
	}
}

func TestALongNoteIsWholeOrSaysSo(t *testing.T) {
	c := desk(t)
	const rest = "The note was longer: the rest is left out."
	words := func(runes int) string { return string([]rune(strings.Repeat("grateful ", 1+runes/9))[:runes-1]) + "!" }
	for _, name := range []string{"report", "report-quiet"} {
		for _, times := range []int{1, 100} {
			r := sampleReport(t, name)
			if name == "report" {
				r = longer(r, times, strings.Repeat(devanagari, 4))
			}
			_, p := reportedBy(t, c, r, words(4000))
			assert.Equal(t, 1, strings.Count(p.text, "grateful!")+strings.Count(p.text, "!"), "whole")
			assert.NotContains(t, p.text, rest)
			_, p = reportedBy(t, c, r, strings.Repeat("ध", 4000))
			assert.Equal(t, 4000, strings.Count(part(t, p.text, "A WORD FROM THE PROGRAMME MANAGER"), "ध"))
			_, p = reportedBy(t, c, r, words(4001))
			assert.Contains(t, p.text, "…\n\n"+rest+"\n")
			assert.Contains(t, p.html, rest)
			assert.LessOrEqual(t, len(p.html), maxHTML)
		}
	}
	for what, note := range map[string]string{"table": "|a|b|\n|-|-|\n" + strings.Repeat("|1|2|\n", 600), "lines": strings.Repeat("x\n\n", 1300)} {
		_, p := reportedBy(t, c, longer(sampleReport(t, "report"), 100, longName), note)
		assert.Contains(t, p.text, rest, what)
		assert.LessOrEqual(t, len(p.html), maxHTML, what)
	}
}

// What gives way first are the lists.
func TestTheNoteKeepsItsRoom(t *testing.T) {
	all := rooms()
	whole := 0
	for i, room := range all {
		if room.note == 4000 {
			whole++
			assert.Equal(t, i+1, whole, "those with room for the note come first")
		}
		assert.Positive(t, room.note, fmt.Sprint(room))
	}
	assert.GreaterOrEqual(t, whole, 5)
	assert.Equal(t, all[len(all)-1].late, all[whole].late, "behind them nothing but the note gives way")
}
