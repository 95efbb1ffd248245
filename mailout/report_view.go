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
	Manager            bool   // the operator is the programme manager
	Assigns, Admits    bool   // of the decisions listed some look for an owner or a word, some wait to be let in

	Desk      string   // its address
	Note      prepared // the manager's, in Markdown
	NoteCut   bool     // there was more of it
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
	Requests   int    // in it
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
	CSV     string // what the table has of the rest: them, their requests, or "" for nothing
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
	CSV   string // as of other lists
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

type outlook struct{ Sentence, Record string }

func newWeekly(r report.Report, s weeklySettings) *weekly {
	w := weeklyWords{Report: r, s: s, zone: s.Zone}
	one := &weekly{
		Subject: oneLine(r.Subject, subjectRunes), Preheader: oneLine(r.Preheader, 200), Week: r.Week.Number, Period: r.Period,
		Reader: oneLine(r.For, 100), Headline: oneLine(r.Verdict.Headline, 300), Detail: oneLine(r.Verdict.Detail, 300), Quiet: r.Quiet,
		Partner: r.Edition == report.PartnerEdition, Acts: w.acts(), Manager: w.manages(), Desk: s.Address,
	}
	one.Note, one.NoteCut = noteMarkdown(s.note, s.room.note)
	if r.AsOf.Before(r.To) {
		one.Running = dueTime(r.AsOf.In(s.Zone), r.To)
	}
	if r.Quiet {
		return one
	}
	one.Decisions, one.MoreToDo = w.decisions()
	one.Assigns, one.Admits = w.lists(report.DecideOwner, report.DecideWord), w.lists(report.DecideAccept)
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
		one.Table, one.Requests = s.table.Name, len(r.Tickets)
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

// csv is what the table has of what a list leaves out, when there is a table.
func (w weeklyWords) csv(what string) string {
	if w.s.table == nil {
		return ""
	}
	return what
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
	inTime := tile{Figure: w.InTime.Now.Text, Label: "in time", Notes: w.comparing("last week "+w.InTime.LastWeek.Text, w.InTime.Usual.Text)}
	if w.InTime.Now.Of > 0 && strings.HasSuffix(w.InTime.Now.Text, "%") {
		inTime.Notes = append([]string{ofCount(w.InTime.Now)}, inTime.Notes...)
	}
	return []tile{
		inTime,
		{Figure: fmt.Sprint(w.LateNow.Now), Label: "late now", Bad: w.LateNow.Now > 0, Notes: w.comparing(before(w.LateNow))},
		{Figure: fmt.Sprint(w.Open.Now), Label: "open", Notes: w.comparing(before(w.Open))},
		{Figure: fmt.Sprintf("%d / %d", w.Flow.In.Now, w.Flow.Out.Now), Label: "in / out", Notes: w.comparing(
			fmt.Sprintf("last week %d / %d", w.Flow.In.LastWeek, w.Flow.Out.LastWeek), fmt.Sprintf("%d / %d", w.Flow.In.Usual, w.Flow.Out.Usual),
		)},
	}
}

// comparing gives the notes that compare with earlier weeks: with the last one, and
// with the median of up to four, when there were as many.
func (w weeklyWords) comparing(last, usual string) []string {
	switch before := len(w.Trend.Weeks) - 1; {
	case before < 1:
		return nil
	case before == 1:
		return []string{last}
	case before < 4:
		return []string{last, fmt.Sprintf("median of %d weeks %s", before, usual)}
	}
	return []string{last, "4 weeks " + usual}
}

// before tells what a figure was, with the direction, and what is usual.
func before(f report.Figure) (last, usual string) {
	last = fmt.Sprintf("last week %d, %s", f.LastWeek, signed(f.Net))
	if f.Net == 0 {
		last = fmt.Sprintf("last week %d too", f.LastWeek)
	}
	return last, fmt.Sprint(f.Usual)
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
