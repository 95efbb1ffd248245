package report

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

// agreePartner compares the line of the partner that the recount is of.
func agreePartner(t *testing.T, r recount, got PartnerLine) {
	t.Helper()
	now := r.week(0)
	from, to := r.setup.Week.Bounds(r.setup.Zone)
	var own counted
	for _, h := range r.histories {
		if !r.before(h, r.asOf).Admitted {
			continue
		}
		for _, f := range r.falls(h, ofPartner) {
			if f.fell.Before(from) || !f.fell.Before(r.asOf) || !r.reads(r.whenFell(h, f)) {
				continue
			}
			if own.due++; f.met {
				own.met++
			}
		}
	}
	var in, out []int
	first := 0
	if r.asOf.Before(to) {
		first = 1
	}
	for back := first; back < min(first+8, r.seenWeeks(horizon)); back++ {
		c := r.week(back)
		in, out = append(in, c.in()), append(out, c.solved+c.dropped)
	}
	want := got
	want.Open, want.LateNow, want.Opened, want.Reopened = now.open, now.late, now.opened, now.reopened
	want.Closed, want.Given, want.Net = now.solved+now.dropped, now.given, now.in()-now.out()
	want.InTime, want.OwnInTime = now.ratio(), own.ratio()
	want.Weeks, want.Expected, want.Capacity, want.Basis = len(in), 0, 0, ""
	if len(in) >= 4 {
		want.Expected, want.Capacity, want.Basis = middle(in), middle(out), "closures"
	}
	want.Demand = now.open + want.Expected
	switch {
	case got.Name == "OptIT":
		want.Capacity, want.Basis = 6, "limit"
	case want.Capacity+want.Demand == 0:
		want.Basis = ""
	}
	want.Load, want.Label = loadOf(want)
	assert.Equal(t, want, got)
}

// loadOf compares the work with the capacity as a fraction.
func loadOf(p PartnerLine) (load int, label string) {
	switch share := float64(p.Demand) / float64(p.Capacity); {
	case p.Basis == "":
		return 0, ""
	case p.Capacity == 0:
		return 0, "over"
	case share > 1:
		return int(math.Floor(100*share + 0.5)), "over"
	case share > 0.8-1e-9:
		return int(math.Floor(100*share + 0.5)), "full"
	default:
		return int(math.Floor(100*share + 0.5)), "room"
	}
}
