package sla

import (
	"fmt"
	"strings"
	"time"
)

// Span is a length of working time as people write it: a day is a full
// business day of the calendar, a week one for each of its business days. On a
// clock that runs 24×7 a day is 24 hours.
type Span struct {
	Weeks int
	Days  int
	Time  time.Duration
}

// IsZero reports whether the span has no length.
func (s Span) IsZero() bool { return s == Span{} }

// On is the length of the span on a calendar.
func (s Span) On(c *Calendar) time.Duration {
	return time.Duration(s.Weeks)*c.FullWeek() + time.Duration(s.Days)*c.FullDay() + s.Time
}

// String is the span as the configuration writes it, such as 3d or 1d4h.
func (s Span) String() string {
	var b strings.Builder
	for _, p := range []struct {
		n    int
		unit string
	}{{s.Weeks, "w"}, {s.Days, "d"}, {int(s.Time / time.Hour), "h"}, {int(s.Time % time.Hour / time.Minute), "m"}} {
		if p.n > 0 {
			fmt.Fprintf(&b, "%d%s", p.n, p.unit)
		}
	}
	if b.Len() == 0 {
		return "0m"
	}
	return b.String()
}

// Rule is the policy of a priority.
type Rule struct {
	Pickup     Span          // zero: no pickup target
	Resolve    Span          // zero: no resolve target, or EndOfDay
	EndOfDay   bool          // resolve by the end of the business day
	Cap        time.Duration // with EndOfDay: at most this long, elapsed; 0: none
	Floor      time.Duration // with EndOfDay: at least this much working time
	Continuous bool          // the clocks run 24×7 and never pause
	Notice     int           // local days before the planned date; 0: none is asked for
}

// Policy is what is promised for each priority. It must not be changed while
// it is in use.
type Policy struct {
	Version string          // names this state of the policy; clocks tell which one they used
	Rules   map[string]Rule // by priority, P0 (most urgent) to P4
	Marks   []int           // per cent of working time at which is reminded, rising
}

// Standard is the programme's policy: "P0 — picked up immediately / in few
// hours, < 4 hours. P1 — same day until EOD, < 12 hours. P2 — few days, < 3
// days. P3 — week, < 2 weeks. P4 — near future / advance intimation ahead of 3
// weeks."
func Standard() *Policy {
	return &Policy{
		Version: "standard",
		Rules: map[string]Rule{
			"P0": {Pickup: Span{Time: 4 * time.Hour}, Resolve: Span{Time: 12 * time.Hour}, Continuous: true},
			"P1": {Pickup: Span{Time: 2 * time.Hour}, EndOfDay: true, Cap: 12 * time.Hour},
			"P2": {Pickup: Span{Days: 1}, Resolve: Span{Days: 3}},
			"P3": {Pickup: Span{Days: 2}, Resolve: Span{Days: 10}},
			"P4": {Notice: 21},
		},
		Marks: []int{50, 75, 90},
	}
}

// moreUrgent reports whether priority a is above b; their names sort by urgency.
func moreUrgent(a, b string) bool { return a < b }

// words tell the target of a clock.
func (r Rule) words(clock Name) string {
	switch {
	case clock == Pickup && !r.Pickup.IsZero():
		return r.Pickup.String()
	case clock == Pickup:
		return ""
	case r.EndOfDay:
		return "eod"
	case !r.Resolve.IsZero():
		return r.Resolve.String()
	case r.Notice > 0:
		return fmt.Sprintf("%dd notice", r.Notice)
	}
	return ""
}
