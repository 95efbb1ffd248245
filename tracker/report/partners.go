package report

import (
	"slices"
	"strings"

	"envdesk/tracker"
)

// PartnerLine is a partner's traction and its work against its capacity.
type PartnerLine struct {
	Name         string   `json:"name"`
	Environments []string `json:"environments"`
	Open         int      `json:"open"`
	LateNow      int      `json:"late_now"`
	Opened       int      `json:"opened"` // given to it in the week
	Reopened     int      `json:"reopened"`
	Closed       int      `json:"closed"` // resolved, cancelled, merged or rejected
	Given        int      `json:"given"`  // handed back or given to others
	Net          int      `json:"net"`    // Opened + Reopened − Closed − Given
	InTime       Ratio    `json:"in_time"`
	OwnInTime    Ratio    `json:"own_in_time"` // by its own clock, from when it got the work

	Weeks    int    `json:"weeks"`        // of history, whole ones, at most eight
	Expected int    `json:"expected"`     // to come in a week: median of those weeks; 0 below four
	Demand   int    `json:"demand"`       // Open + Expected
	Capacity int    `json:"capacity"`     // 0: not known, or by Basis none is usually closed
	Basis    string `json:"basis"`        // limit: as configured; closures: median of four to eight weeks; "": not known
	Load     int    `json:"load_percent"` // of Demand in Capacity, however many; 0 when Capacity is
	Label    string `json:"label"`        // room, full, over, or "" when the capacity is not known
}

// How the capacity of a partner is known.
const (
	basisLimit    = "limit"
	basisClosures = "closures"
)

// Labels of how much work a partner has for its capacity: under 80 %, to 100 %,
// above.
const (
	LabelRoom = "room"
	LabelFull = "full"
	LabelOver = "over"
)

// bandwidthWeeks are the weeks whose medians tell what a partner gets and ends.
// Fewer than enoughWeeks say neither.
const (
	bandwidthWeeks = 8
	enoughWeeks    = 4
)

// partnerLines are the on-boarded partners in the order of the configuration,
// then others that have numbers, by name.
func (v *view) partnerLines() []PartnerLine {
	lines := []PartnerLine{}
	views := v.partners()
	known := map[string]bool{}
	for _, p := range v.setup.Directory.Partners {
		name := strings.ToLower(p.Name)
		known[name] = true
		of := views[name]
		if of == nil {
			of = &view{Collector: v.Collector, edition: PartnerEdition, name: p.Name}
		}
		if l, busy := of.partnerLine(p); busy || p.Status == tracker.Onboarded {
			lines = append(lines, l)
		}
	}
	var others []string
	for name := range views {
		if !known[name] {
			others = append(others, name)
		}
	}
	slices.Sort(others)
	for _, name := range others {
		if l, busy := views[name].partnerLine(tracker.Partner{Name: views[name].name}); busy {
			lines = append(lines, l)
		}
	}
	return lines
}

// partnerLine is the line of the view's partner, and whether it had anything to
// do in the week.
func (v *view) partnerLine(p tracker.Partner) (PartnerLine, bool) {
	weeks := v.tally()
	w := weeks[horizon-1]
	l := PartnerLine{
		Name: p.Name, Environments: slices.Concat([]string{}, p.Environments), Open: w.open, LateNow: w.late,
		Opened: w.opened, Reopened: w.reopened, Closed: w.solved + w.dropped, Given: w.given, Net: w.in() - w.out(),
		InTime: ratio(w.met, w.due), OwnInTime: v.ownInTime(),
	}
	l.weigh(p.Capacity, v.whole(weeks, bandwidthWeeks))
	return l, w != tally{}
}

// weigh sets the partner's work against its capacity, by the limit agreed on, 0
// for none, and what the weeks that have ended tell.
func (l *PartnerLine) weigh(limit int, past []tally) {
	l.Weeks = len(past)
	if l.Weeks >= enoughWeeks {
		l.Expected = median(each(past, tally.in))
	}
	l.Demand = l.Open + l.Expected
	switch {
	case limit > 0:
		l.Capacity, l.Basis = limit, basisLimit
	case l.Weeks >= enoughWeeks:
		l.Capacity, l.Basis = median(each(past, func(t tally) int { return t.solved + t.dropped })), basisClosures
	}
	l.label()
}

// label tells the load. A partner that has work and usually closes none has more
// than it can do, by no share that could be told; of one that has no work either
// nothing can be told.
func (l *PartnerLine) label() {
	if l.Capacity == 0 && l.Demand == 0 {
		l.Basis = ""
	}
	if l.Capacity > 0 {
		l.Load = (200*l.Demand + l.Capacity) / (2 * l.Capacity)
	}
	switch {
	case l.Basis == "":
	case l.Demand > l.Capacity:
		l.Label = LabelOver
	case 5*l.Demand >= 4*l.Capacity:
		l.Label = LabelFull
	default:
		l.Label = LabelRoom
	}
}

// ownInTime is the share met of the deadlines of the partner's own clock that
// fell into the week.
func (v *view) ownInTime() Ratio {
	due, met := 0, 0
	for _, s := range v.tickets {
		for _, d := range s.own {
			if same(d.partner, v.name) && v.thisWeek(d.fell) {
				due++
				if d.met {
					met++
				}
			}
		}
	}
	return ratio(met, due)
}

// whole are up to n weeks that have ended, since the view had work.
func (v *view) whole(weeks []tally, n int) []tally {
	end := horizon
	if _, to := v.setup.Week.Bounds(v.setup.Zone); v.asOf.Before(to) {
		end--
	}
	begin := min(v.begin(), end)
	return weeks[max(begin, end-n):end]
}
