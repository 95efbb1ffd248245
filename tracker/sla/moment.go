package sla

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// Moment is an instant at which something of a ticket becomes due.
type Moment struct {
	At      time.Time
	Clock   string // pickup, resolve or notice
	What    string // a percentage of the resolve clock (50), or one of the words below
	Version int    // of the clock's target
}

// What becomes due besides the percentages.
const (
	MomentLate      = "late"       // the due instant of a clock
	MomentWindow    = "window"     // the notice period begins: the planned date comes near
	MomentNeedsDate = "needs-date" // the requester is reminded to name a date
)

// clockNotice is where the moments of the notice period belong.
const clockNotice = "notice"

// Key names the moment once and for all, within its ticket: resolve/75/v2.
func (m Moment) Key() string { return fmt.Sprintf("%s/%s/v%d", m.Clock, m.What, m.Version) }

// IsZero reports whether there is no such moment.
func (m Moment) IsZero() bool { return m.At.IsZero() }

// NextDue is the first moment of a ticket behind after, zero when there is none
// as things stand. A paused clock has none before it resumes.
func NextDue(tl Timeline, policy *Policy, calendar *Calendar, after time.Time) Moment {
	for _, m := range moments(Clocks(tl, policy, calendar, later(after, tl.last()))) {
		if m.At.After(after) {
			return m
		}
	}
	return Moment{}
}

// Passed are the moments of open clocks that lie behind after and not behind
// now: of each clock the latest alone, so that one reminder is sent after a
// downtime.
func Passed(states []State, after, now time.Time) []Moment {
	var last []Moment
	for _, m := range moments(states) {
		if !m.At.After(after) || m.At.After(now) {
			continue
		}
		last = slices.DeleteFunc(last, func(o Moment) bool { return o.Clock == m.Clock })
		last = append(last, m)
	}
	return last
}

// moments are those of the clocks that run, in the order of time.
func moments(states []State) []Moment {
	var all []Moment
	for _, s := range states {
		if s.Ended.IsZero() {
			all = append(all, s.moments()...)
		}
	}
	slices.SortStableFunc(all, func(a, b Moment) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Clock, b.Clock)) })
	return all
}

func (s State) moments() []Moment {
	var all []Moment
	add := func(clock, what string, at time.Time) {
		if !at.IsZero() {
			all = append(all, Moment{At: at, Clock: clock, What: what, Version: s.Version})
		}
	}
	if s.Pausing.IsZero() {
		if s.Name == Resolve {
			for _, m := range s.Marks {
				add(string(s.Name), strconv.Itoa(m.Percent), m.At)
			}
		}
		add(string(s.Name), MomentLate, s.Due)
	}
	if s.Notice != nil {
		add(clockNotice, MomentWindow, s.Notice.By)
		add(clockNotice, MomentNeedsDate, s.Notice.AskAgain)
	}
	return all
}
