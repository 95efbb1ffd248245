package mailout

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"envdesk/tracker"
)

// answer is what a reader asked the desk for: a field for each ticket, or the
// fields of one.
type answer struct {
	Asked  string
	Total  int
	More   int // tickets that are not listed
	Fields []answerField
}

type answerField struct{ Name, Strong, Value string }

func (v *view) answers(as []tracker.Answer, zone *time.Location) {
	for _, a := range as {
		one := answer{Asked: oneLine(a.Asked, maxLineLen), Total: a.Total, More: a.Total - len(a.Tickets)}
		for _, t := range a.Tickets {
			if a.Whole {
				one.Fields = append(one.Fields, wholeTicket(t, zone)...)
			} else {
				one.Fields = append(one.Fields, ticketLine(t, zone))
			}
		}
		v.Answers = append(v.Answers, one)
	}
}

// ticketLine is a ticket in a list.
func ticketLine(t tracker.Ticket, zone *time.Location) answerField {
	facts := []string{t.Priority, string(t.Status), t.Environment, t.Partner}
	if t.ETA != "" {
		facts = append(facts, "expected "+moment(t.ETA, zone))
	}
	facts = slices.DeleteFunc(facts, func(s string) bool { return s == "" })
	return answerField{Name: t.Key, Strong: oneLine(t.Title, shortWords), Value: " · " + strings.Join(facts, " · ")}
}

// wholeTicket lists all fields that have a value.
func wholeTicket(t tracker.Ticket, zone *time.Location) []answerField {
	at := func(when time.Time) string {
		if when.IsZero() {
			return ""
		}
		return when.In(zone).Format("2 Jan 2006, 15:04 MST")
	}
	out := []answerField{{Name: t.Key, Strong: oneLine(t.Title, 500)}}
	for _, f := range [][2]string{
		{"State", string(t.Status)}, {"Merged into", t.MergedInto}, {"Priority", t.Priority}, {"Type", t.Type}, {"Stack", t.Stack},
		{"Environment", t.Environment}, {"Needed by", date(t.NeededBy)}, {"Expected", moment(t.ETA, zone)},
		{"From", oneLine(t.Requester.Display(), 100)}, {"Partner", t.Partner}, {"Picked up by", t.Assignee},
		{"Read along", strings.Join(t.Watchers, ", ")}, {"Linked", strings.Join(t.Links, ", ")},
		{"Opened", at(t.OpenedAt)}, {"Picked up", at(t.PickedUpAt)}, {"Resolved", at(t.ResolvedAt)}, {"Ended", at(t.ClosedAt)},
	} {
		if f[1] != "" {
			out = append(out, answerField{Name: f[0], Value: f[1]})
		}
	}
	return out
}

// AnswerLine says in one line what the answers hold.
func (v *view) AnswerLine() string {
	switch {
	case len(v.Answers) != 1:
		return fmt.Sprintf("The answers to your %d questions", len(v.Answers))
	case len(v.Answers[0].Fields) > 0 && v.Answers[0].Total == 1:
		return v.Answers[0].Fields[0].Name + ": " + v.Answers[0].Fields[0].Strong
	case v.Answers[0].Total == 0:
		return "There is no such request"
	}
	return fmt.Sprintf("%d requests", v.Answers[0].Total)
}
