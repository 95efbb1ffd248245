package report

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestLabelsOfCapacity(t *testing.T) {
	for _, c := range []struct {
		demand, capacity, load int
		label                  string
	}{{79, 100, 79, LabelRoom}, {80, 100, 80, LabelFull}, {100, 100, 100, LabelFull}, {101, 100, 101, LabelOver}, {0, 5, 0, LabelRoom}, {17, 14, 121, LabelOver}, {300, 1, 30_000, LabelOver}} {
		l := PartnerLine{Demand: c.demand, Capacity: c.capacity, Basis: basisLimit}
		l.label()
		assert.Equal(t, []any{c.load, c.label, basisLimit}, []any{l.Load, l.Label, l.Basis}, "%d of %d", c.demand, c.capacity)
	}
}

// TestCapacityIsKnownAfterFourWeeks has a partner that gets two requests in each
// of the last weeks, and closes some of them in the week.
func TestCapacityIsKnownAfterFourWeeks(t *testing.T) {
	for _, c := range []struct {
		name                 string
		weeks, closed, limit int
		want                 PartnerLine
	}{
		{"one week", 1, 1, 0, PartnerLine{Weeks: 1, Open: 1, Demand: 1}},
		{"three weeks that close nothing", 3, 0, 0, PartnerLine{Weeks: 3, Open: 6, Demand: 6}},
		{"a limit, and one week", 1, 1, 4, PartnerLine{Weeks: 1, Open: 1, Demand: 1, Capacity: 4, Basis: basisLimit, Load: 25, Label: LabelRoom}},
		{"a limit, and three weeks", 3, 1, 4, PartnerLine{Weeks: 3, Open: 3, Demand: 3, Capacity: 4, Basis: basisLimit, Load: 75, Label: LabelRoom}},
		{"a limit, and four weeks", 4, 1, 4, PartnerLine{Weeks: 4, Open: 4, Expected: 2, Demand: 6, Capacity: 4, Basis: basisLimit, Load: 150, Label: LabelOver}},
		{"four weeks that close all", 4, 2, 0, PartnerLine{Weeks: 4, Expected: 2, Demand: 2, Capacity: 2, Basis: basisClosures, Load: 100, Label: LabelFull}},
		{"four weeks that close nothing", 4, 0, 0, PartnerLine{Weeks: 4, Open: 8, Expected: 2, Demand: 10, Basis: basisClosures, Label: LabelOver}},
		{"nine weeks that close nothing", 9, 0, 0, PartnerLine{Weeks: 8, Open: 18, Expected: 2, Demand: 20, Basis: basisClosures, Label: LabelOver}},
	} {
		s := setup(t)
		s.Directory.Partners[1].Capacity = c.limit
		var text strings.Builder
		for w := range c.weeks {
			monday := midday(s.Week.Back(w).monday()).Format("2006-01-02")
			for n := range 2 {
				fmt.Fprintf(&text, "REQ-%d P3 GitOps AP ERP ravi: x\n  %s 10:00 opened\n  %s 10:00 assign GWL\n", 10*w+n+1, monday, monday)
				if n < c.closed {
					fmt.Fprintf(&text, "  %s 11:00 done\n", monday)
				}
			}
		}
		got := collect(t, s, tell(t, s.Zone, text.String())...).Partner("GWL").Partners[0]
		got = PartnerLine{Weeks: got.Weeks, Open: got.Open, Expected: got.Expected, Demand: got.Demand, Capacity: got.Capacity, Basis: got.Basis, Load: got.Load, Label: got.Label}
		assert.Equal(t, c.want, got, c.name)
	}
}

// What a partner that has no work and closes none could do, nobody knows.
func TestAPartnerWithoutWorkHasNoCapacity(t *testing.T) {
	var text strings.Builder
	text.WriteString("REQ-1 P3 GitOps AP ERP ravi: x\n  2026-01-12 10:00 opened\n  2026-01-12 10:00 assign GWL\n  2026-01-12 11:00 done\n")
	s := setup(t)
	got := collect(t, s, tell(t, s.Zone, text.String())...).Partner("GWL").Partners[0]
	assert.Equal(t, []any{8, 0, 0, "", ""}, []any{got.Weeks, got.Demand, got.Capacity, got.Basis, got.Label})
}
