package report

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"envdesk/tracker"
)

// TestWhoPickedUpFastest has who acted for a partner.
func TestWhoPickedUpFastest(t *testing.T) {
	for name, c := range map[string]struct {
		by   tracker.Actor
		want string
	}{
		"a person":                       {tracker.Actor{Name: "Ines Paul", Address: "ines@macroskies.test", Partner: "MacroSkies"}, ", Ines Paul at MacroSkies."},
		"a person without a name":        {tracker.Actor{Address: "ines@macroskies.test", Partner: "MacroSkies"}, ", ines@macroskies.test at MacroSkies."},
		"a person at the shared address": {tracker.Actor{Name: "Ines Paul", Address: "desk@macroskies.test", Partner: "MacroSkies"}, ", Ines Paul at MacroSkies."},
		"the partner's own address":      {tracker.Actor{Name: "MacroSkies", Address: "desk@macroskies.test", Partner: "MacroSkies"}, ", MacroSkies."},
		"that, written otherwise":        {tracker.Actor{Name: "macroskies", Address: "Desk@MacroSkies.test", Partner: "MacroSkies"}, ", MacroSkies."},
		"that, without a name":           {tracker.Actor{Address: "Desk@macroskies.test", Partner: "MacroSkies"}, ", MacroSkies."},
		"the desk's own side":            {asha, ", Asha Rao."},
	} {
		s := setup(t)
		k := &story{t: t, zone: s.Zone}
		k.do(at(t, s.Zone, "2026-03-10 10:00"), ravi, tracker.Opened{Key: "REQ-1", Priority: "P0", Requester: tracker.Address{Address: ravi.Address}}, tracker.Assigned{Partner: "MacroSkies"})
		k.do(k.events[0].At.Add(2*time.Minute), c.by, tracker.PickedUp{})
		assert.Equal(t, "Fastest P0: picked up in 2 min"+c.want, collect(t, s, k.events).Programme().GoodNews[0], name)
	}
}

func TestTheSentencesOfGoodNews(t *testing.T) {
	trend := func(open ...int) Trend {
		var all Trend
		for _, n := range open {
			all.Weeks = append(all.Weeks, TrendWeek{Open: n})
		}
		return all
	}
	for want, trend := range map[string]Trend{
		"": trend(2, 1),
		"Nothing is open, for the first time in three weeks.": trend(2, 1, 0),
		"Open work is at its lowest in three weeks: 1.":       trend(2, 2, 1),
		"Open work is at its lowest in four weeks: 2.":        trend(3, 4, 3, 2),
	} {
		r := Report{Trend: trend, Open: Figure{Now: trend.Weeks[len(trend.Weeks)-1].Open}}
		assert.Equal(t, want, r.lowest())
	}
	for want, late := range map[string]int{"": 0, "Nothing is late any more: 1 request a week ago.": 1, "Nothing is late any more: 2 requests a week ago.": 2} {
		r := Report{Open: Figure{Now: 1}, LateNow: Figure{LastWeek: late}}
		assert.Equal(t, want, r.allMet())
	}
	for want, met := range map[string]int{"Every deadline was met; the week before none of 11.": 0, "Every deadline was met; the week before 1 of 11.": 1, "": 11} {
		r := Report{InTime: InTime{Now: ratio(12, 12), LastWeek: ratio(met, 11)}}
		assert.Equal(t, want, r.allMet())
	}
	r := Report{InTime: InTime{Now: ratio(12, 12), LastWeek: ratio(0, 1)}}
	assert.Equal(t, "Every deadline was met; the one of the week before was not.", r.allMet())
	busy := func(names ...string) (all []PartnerLine) {
		for _, n := range names {
			all = append(all, PartnerLine{Name: n, Closed: 5})
		}
		return all
	}
	for want, partners := range map[string][]PartnerLine{
		"": busy(), "Nothing was reopened at A.": busy("A"), "Nothing was reopened at A and B.": busy("A", "B"), "Nothing was reopened at A, B and C.": busy("A", "B", "C"),
	} {
		assert.Equal(t, want, (&Report{Edition: Programme, Flow: Flow{Reopened: 1}, Partners: partners}).nothingBack())
	}
}
