package mailout

import (
	"fmt"
	"strconv"

	"envdesk/tracker"
)

// standing is how things stand: the answer to /report.
type standing struct {
	Scope            string // "All requests"
	Since            string // "Tue 17 Nov"
	Opened, Resolved int
	Open, Late       int // of all priorities
	Lines            []standingLine
	LateOnes         []answerField
	MoreLate         int // late ones that are not listed
}

// standingLine counts the open requests of a priority; the counts are words, a
// dash for none.
type standingLine struct{ Priority, Open, Late, DueToday, Waiting, Blocked, Unowned string }

func (s Settings) standingOf(n tracker.Notice) *standing {
	sum := n.Data.Summary
	if sum == nil {
		return nil
	}
	one := &standing{Scope: oneLine(sum.Scope, maxLineLen), Opened: sum.Opened, Resolved: sum.Resolved}
	if !sum.Since.IsZero() {
		one.Since = sum.Since.In(s.Zone).Format("Mon 2 Jan")
	}
	all := tracker.SummaryLine{Priority: "All"}
	for _, l := range sum.Lines {
		one.Lines = append(one.Lines, countLine(l))
		all.Open, all.Late, all.DueToday = all.Open+l.Open, all.Late+l.Late, all.DueToday+l.DueToday
		all.Waiting, all.Blocked, all.Unowned = all.Waiting+l.Waiting, all.Blocked+l.Blocked, all.Unowned+l.Unowned
	}
	if len(sum.Lines) > 1 {
		one.Lines = append(one.Lines, countLine(all))
	}
	one.Open, one.Late = all.Open, all.Late
	words := answering{settings: s, now: n.At.In(s.Zone), reader: n.As}
	for i, t := range sum.Late {
		if i == maxListed {
			one.MoreLate = len(sum.Late) - maxListed
			break
		}
		one.LateOnes = append(one.LateOnes, words.line(t, sum.Clocks[t.Key]))
	}
	return one
}

func countLine(l tracker.SummaryLine) standingLine {
	count := func(n int) string {
		if n == 0 {
			return "–"
		}
		return strconv.Itoa(n)
	}
	return standingLine{
		Priority: oneLine(l.Priority, 20), Open: count(l.Open), Late: count(l.Late), DueToday: count(l.DueToday),
		Waiting: count(l.Waiting), Blocked: count(l.Blocked), Unowned: count(l.Unowned),
	}
}

// Line says in one line how things stand.
func (s *standing) Line() string {
	switch {
	case s.Open == 0:
		return "Nothing is open"
	case s.Late == 0:
		return fmt.Sprintf("%d open, none late", s.Open)
	}
	return fmt.Sprintf("%d open, %d late", s.Open, s.Late)
}
