package sla

import (
	"fmt"
	"time"
)

// Rule is the policy of a priority.
type Rule struct {
	Pickup     Span          `json:"pickup,omitzero"`       // zero: no pickup target
	Resolve    Span          `json:"resolve,omitzero"`      // zero: no resolve target, or EndOfDay
	EndOfDay   bool          `json:"end_of_day,omitempty"`  // resolve by the end of the business day
	Cap        time.Duration `json:"cap_ns,omitempty"`      // with EndOfDay: at most this long, elapsed; 0: none
	Floor      time.Duration `json:"floor_ns,omitempty"`    // with EndOfDay: at least this much working time
	Continuous bool          `json:"continuous,omitempty"`  // the clocks run 24×7
	Notice     int           `json:"notice_days,omitempty"` // local days before the planned date; 0: none is asked for

	NeverPauses bool `json:"never_pauses"` // waiting does not stop the resolve clock
}

// Policy is what is promised for each priority. It must not be changed while
// it is in use.
type Policy struct {
	Version string          `json:"version"` // names this state of the policy; clocks tell which one they used
	Rules   map[string]Rule `json:"rules"`   // by priority, P0 (most urgent) to P4
	Marks   []int           `json:"marks"`   // per cent of working time at which is reminded, rising
}

// Standard is the programme's policy: "P0 — picked up immediately / in few
// hours, < 4 hours. P1 — same day until EOD, < 12 hours. P2 — few days, < 3
// days. P3 — week, < 2 weeks. P4 — near future / advance intimation ahead of 3
// weeks."
func Standard() *Policy {
	return &Policy{
		Version: "standard",
		Rules: map[string]Rule{
			"P0": {Pickup: Span{Time: 4 * time.Hour}, Resolve: Span{Time: 12 * time.Hour}, Continuous: true, NeverPauses: true},
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
