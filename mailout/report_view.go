package mailout

import (
	"fmt"
	"strings"
	"time"

	"envdesk/tracker"
	"envdesk/tracker/report"
)

// weekly is what the template of the report sees: the report's own words and
// numbers, lists cut to the room there is, and lengths and shares in words.
type weekly struct {
	Subject, Preheader string
	Week               int
	Period             string // Mon 9 – Sun 15 Mar 2026, IST
	Reader             string // whose edition it is: a partner's name, an address, or ""
	Running            string // as of when, of a week that is not over
	Headline, Detail   string
	Quiet              bool
	Partner            bool
	Acts               string // what the reader may do about decisions: operator, partner, requester, or "" for nothing

	Desk      string   // its address
	Note      prepared // the manager's, in Markdown
	Decisions []decision
	MoreToDo  int

	Tiles      []tile
	Priorities []priorityLine
	Late       cutList
	Ages       []ageLine
	Oldest     string
	Partners   cutList
	Groups     []group
	Waiting    []waitingLine
	Approvals  cutList
	Trend      trend
	Outlook    *outlook
	Recurring  cutList
	GoodNews   []string
	Quality    string
	Mails      string // the honesty line
	Work       string
	Trouble    string
	Rules      []report.Definition
	Table      string // the attached file
	Requests   string // 18 requests
}

type weeklySettings struct {
	Settings
	enclosed
	room room
	note string
	as   tracker.Role // the reader's
}

// decision is one thing that somebody has to decide, and how the reader begins to.
type decision struct {
	Number       int
	Title, Facts string
	Actions      []button
}

// button begins a mail about a request.
type button struct {
	Label string
	Write link
	First bool // what most readers want
}

// tile is a figure, with what it was before.
type tile struct {
	Figure, Label string
	Bad           bool
	Notes         []string
}

// entry is a line of a list: what, how much, and more about it.
type entry struct {
	Title, Figure string
	Bad           bool
	Notes         []string
	Keys          []key // of a kind of request
	Bar           *bar
}

// cutList is a list with what was left out of it.
type cutList struct {
	Entries []entry
	More    int
}

type ageLine struct {
	Label string
	Open  int
	Bar   bar
}

type group struct {
	Name  string
	Lines []groupLine
	More  int
}

type groupLine struct {
	Name, Flow, InTime, Late string
	Open                     int
}

type waitingLine struct {
	Whom            string
	Open            int
	Median, Longest string
	Key             string
}

type trend struct {
	Picture       *picture
	Alt, Sentence string
	Weeks         []trendLine
}

type trendLine struct {
	Label, Late   string
	Open, In, Out int
	Bar           bar
}

type outlook struct{ Sentence, Urgent, Record string }

func newWeekly(r report.Report, s weeklySettings) *weekly {
	w := weeklyWords{Report: r, s: s, zone: s.Zone}
	one := &weekly{
		Subject: oneLine(r.Subject, subjectRunes), Preheader: oneLine(r.Preheader, 200), Week: r.Week.Number, Period: r.Period,
		Reader: oneLine(r.For, 100), Headline: oneLine(r.Verdict.Headline, 300), Detail: oneLine(r.Verdict.Detail, 300), Quiet: r.Quiet,
		Partner: r.Edition == report.PartnerEdition, Acts: w.acts(), Desk: s.Address, Note: noteMarkdown(s.note, s.room.note),
	}
	if r.AsOf.Before(r.To) {
		one.Running = dueTime(r.AsOf.In(s.Zone), r.To)
	}
	if r.Quiet {
		return one
	}
	one.Decisions, one.MoreToDo = w.decisions()
	one.Tiles, one.Priorities, one.Late = w.tiles(), w.priorities(), w.late()
	one.Ages, one.Oldest = w.ages(), oneLine(r.Age.Line, 40+2*s.room.title)
	one.Partners, one.Groups, one.Waiting, one.Approvals = w.partners(), w.groups(), w.waiting(), w.approvals()
	one.Trend, one.Outlook, one.Recurring = w.trend(), w.outlook(), w.recurring()
	one.Quality, one.Rules = w.quality(), r.Definitions
	for i := range min(len(r.GoodNews), 5) {
		one.GoodNews = append(one.GoodNews, oneLine(r.GoodNews[i], 200))
	}
	if r.Honesty != nil {
		one.Mails, one.Work, one.Trouble = r.Honesty.Line, r.Honesty.Tickets, r.Honesty.Trouble()
	}
	if s.table != nil {
		one.Table, one.Requests = s.table.Name, report.Count(len(r.Tickets), "request")
	}
	return one
}

// weeklyWords words a report.
type weeklyWords struct {
	report.Report
	s    weeklySettings
	zone *time.Location
}

// top is how many of n lines there is room for, and how many are left out.
func (w weeklyWords) top(n int) (shown, more int) {
	shown = min(n, w.s.room.lines)
	return shown, n - shown
}

func (w weeklyWords) title(s string) string { return oneLine(s, w.s.room.title) }

// words are at most so many runes long, and as long as a title may be.
func (w weeklyWords) words(s string, most int) string {
	return oneLine(s, min(most, w.s.room.title))
}

// facts joins what is known.
func facts(parts ...string) string {
	var known []string
	for _, p := range parts {
		if p != "" {
			known = append(known, p)
		}
	}
	return strings.Join(known, " · ")
}

// tiles compare with the weeks before, of which the first week has none.
func (w weeklyWords) tiles() []tile {
	inTime := tile{Figure: w.InTime.Now.Text, Label: "in time", Notes: w.comparing("last week "+w.InTime.LastWeek.Text, "4 weeks "+w.InTime.Usual.Text)}
	if w.InTime.Now.Of > 0 && strings.HasSuffix(w.InTime.Now.Text, "%") {
		inTime.Notes = append([]string{ofCount(w.InTime.Now)}, inTime.Notes...)
	}
	return []tile{
		inTime,
		{Figure: fmt.Sprint(w.LateNow.Now), Label: "late now", Bad: w.LateNow.Now > 0, Notes: w.comparing(before(w.LateNow)...)},
		{Figure: fmt.Sprint(w.Open.Now), Label: "open", Notes: w.comparing(before(w.Open)...)},
		{Figure: fmt.Sprintf("%d / %d", w.Flow.In.Now, w.Flow.Out.Now), Label: "in / out", Notes: w.comparing(
			fmt.Sprintf("last week %d / %d", w.Flow.In.LastWeek, w.Flow.Out.LastWeek), fmt.Sprintf("4 weeks %d / %d", w.Flow.In.Usual, w.Flow.Out.Usual),
		)},
	}
}

// comparing gives the notes that compare with earlier weeks, when there were any.
func (w weeklyWords) comparing(notes ...string) []string {
	if len(w.Trend.Weeks) < 2 {
		return nil
	}
	return notes
}

// before tells what a figure was, with the direction.
func before(f report.Figure) []string {
	last := fmt.Sprintf("last week %d, %s", f.LastWeek, signed(f.Net))
	if f.Net == 0 {
		last = fmt.Sprintf("last week %d too", f.LastWeek)
	}
	return []string{last, fmt.Sprintf("4 weeks %d", f.Usual)}
}

// signed is a difference with its sign, a minus of typography.
func signed(n int) string {
	switch {
	case n == 0:
		return "0"
	case n < 0:
		return fmt.Sprintf("−%d", -n)
	}
	return fmt.Sprintf("+%d", n)
}

func ofCount(r report.Ratio) string { return held(fmt.Sprintf("%d of %d", r.Met, r.Of)) }

// share is a ratio as counts, a dash for nothing.
func share(r report.Ratio) string {
	if r.Of == 0 {
		return "–"
	}
	return ofCount(r)
}
