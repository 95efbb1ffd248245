package intake

import (
	"cmp"
	"slices"

	"envdesk/tracker"
)

// Transition is one line of the drawing of a ticket's states.
type Transition struct {
	From tracker.Status // "": there is no ticket yet
	To   tracker.Status
	By   []string // commands, and in words what the desk does by itself
}

// move is what the desk does to a state by itself.
type move struct {
	from, to []tracker.Status
	why      string
	anew     bool // behind a verb that has routing and approvals look at the ticket anew
}

var ownMoves = []move{
	{[]tracker.Status{""}, []tracker.Status{tracker.StatusNew}, "a known sender writes", false},
	{[]tracker.Status{""}, []tracker.Status{tracker.StatusUnverified}, "anybody else writes", false},
	{[]tracker.Status{tracker.StatusNew}, []tracker.Status{tracker.StatusAssigned}, "a partner fits", true},
	{[]tracker.Status{tracker.StatusAssigned}, []tracker.Status{tracker.StatusNew}, "no partner fits any more", true},
	{unfinished, []tracker.Status{tracker.StatusApproval}, "an approval is needed", true},
	{[]tracker.Status{tracker.StatusApproval}, append([]tracker.Status{tracker.StatusBlocked}, goesOn...), "no approval is needed any more", true},
	{withOwner, []tracker.Status{tracker.StatusNew}, "handed back", false},
	{[]tracker.Status{tracker.StatusWaiting}, []tracker.Status{tracker.StatusAssigned, tracker.StatusWorking}, "the requester answers", false},
	{[]tracker.Status{tracker.StatusResolved}, []tracker.Status{tracker.StatusAssigned, tracker.StatusWorking}, "the requester writes again", false},
	{[]tracker.Status{tracker.StatusClosed}, goesOn, "the requester writes again", false},
	{[]tracker.Status{tracker.StatusResolved}, []tracker.Status{tracker.StatusClosed}, "nobody objected", false},
	{[]tracker.Status{tracker.StatusNew}, []tracker.Status{tracker.StatusClosed}, "archived", false},
	{[]tracker.Status{tracker.StatusUnverified}, []tracker.Status{tracker.StatusCancelled}, "archived", false},
}

// Transitions lists every way from one state to another: those of the table of
// verbs and those of the desk itself, in the order of the states.
func Transitions() []Transition {
	var out []Transition
	for _, v := range verbs {
		for _, from := range v.From {
			for _, to := range v.Leads(from) {
				out = drawn(out, from, to, "/"+v.Name)
			}
		}
	}
	for _, m := range ownMoves {
		for _, from := range m.from {
			for _, to := range m.to {
				out = drawn(out, from, to, m.why)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Transition) int {
		return cmp.Or(slices.Index(states, a.From)-slices.Index(states, b.From), slices.Index(states, a.To)-slices.Index(states, b.To))
	})
	return out
}

// drawn adds a way to the transitions; what leaves the state as it is, is none.
func drawn(ts []Transition, from, to tracker.Status, by string) []Transition {
	if from == to {
		return ts
	}
	i := slices.IndexFunc(ts, func(t Transition) bool { return t.From == from && t.To == to })
	if i < 0 {
		return append(ts, Transition{from, to, []string{by}})
	}
	ts[i].By = append(ts[i].By, by)
	return ts
}
