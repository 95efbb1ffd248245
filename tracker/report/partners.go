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

	Expected int    `json:"expected"` // to come in a week: median of up to eight weeks
	Demand   int    `json:"demand"`   // Open + Expected
	Capacity int    `json:"capacity"` // 0: not known
	Basis    string `json:"basis"`    // limit: as configured; closures: median of up to eight weeks; "": not known
	Load     int    `json:"load_percent"`
	Label    string `json:"label"` // room, full, over, or "" when the capacity is not known
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
// With fewer than enoughWeeks its closures say nothing of its capacity.
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
	past := v.whole(weeks, bandwidthWeeks)
	l.Expected = median(each(past, tally.in))
	l.Demand = l.Open + l.Expected
	switch {
	case p.Capacity > 0:
		l.Capacity, l.Basis = p.Capacity, basisLimit
	case len(past) >= enoughWeeks:
		l.Capacity = median(each(past, func(t tally) int { return t.solved + t.dropped }))
		l.Basis = basisClosures
	}
	l.label()
	return l, w != tally{}
}

// label tells the load. Of a partner that usually closes nothing, nothing can be
// told.
func (l *PartnerLine) label() {
	if l.Capacity == 0 {
		l.Basis = ""
		return
	}
	l.Load = (200*l.Demand + l.Capacity) / (2 * l.Capacity)
	switch {
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
