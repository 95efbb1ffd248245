package report

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
)

func TestPreheaders(t *testing.T) {
	r := inWeek(7, 11)
	r.Subject = "Week 11: 64% in time (7 of 11), 4 late, 4 need you"
	r.Open = Figure{Now: 8, LastWeek: 3}
	r.Flow = Flow{In: Figure{Now: 11}, Out: Figure{Now: 6}}
	r.LateNow.Now = 4
	r.Age = Age{Oldest: &Item{Key: "REQ-39"}, Days: 26}
	assert.Equal(t, "Open work rose from 3 to 8. 11 requests came in. 6 went out. REQ-39 is the oldest open work…", r.preheader())
	r.Late = []Item{{Key: "REQ-39", LateBy: int64((25*24 + 14) * 60 * 60)}}
	r.Approvals = make([]Approval, 2)
	assert.Equal(t, "Open work rose from 3 to 8. REQ-39 is late by 25 d 14 h. 2 approvals wait. 11 requests came in.", r.preheader())
	r.Priorities = []PriorityLine{{Priority: "P0", Due: 3, Met: 2, Late: 1, LateNow: 1}}
	assert.Equal(t, "P0 met 2 of 3 deadlines. 1 P0 request is late now. Open work rose from 3 to 8. 2 approvals wait.", r.preheader())

	r = inWeek(0, 0)
	r.Approvals = make([]Approval, 1)
	assert.Equal(t, "Nothing is open. 1 approval waits. Nothing came in. Nothing went out.", r.preheader())
	r.Partners = []PartnerLine{{Name: "OptIT", Label: LabelOver}, {Name: "GWL", Label: LabelOver}, {Name: "New", Label: LabelRoom}}
	assert.Equal(t, "OptIT and GWL are over their capacity.", r.overCapacity())
	r.Partners = r.Partners[:1]
	assert.Equal(t, "OptIT is over its capacity.", r.overCapacity())
	r.Edition = PartnerEdition
	assert.Equal(t, "You are over your capacity.", r.overCapacity())
	r.Age = Age{Oldest: &Item{Key: "REQ-3"}, Days: 1}
	assert.Equal(t, "REQ-3 is the oldest open work: 1 day.", r.oldest())
	r.Age.Days = 0
	assert.Equal(t, "REQ-3 is the oldest open work: under a day.", r.oldest())
}

func TestCuttingAtAWord(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", ""},
		{"It fits here", "It fits here"},
		{"It is too long", "It is too…"},
		{"It ends, soon enough", "It ends…"},
		{"By 3 or 4 hours", "By 3 or…"},
		{"Rechtsschutzversicherung", "Rechtsschut…"},
		{"a यह बहुत लंबा है", "a यह बहुत…"},
	} {
		got := cutWords(c.text, 12)
		assert.Equal(t, c.want, got)
		assert.LessOrEqual(t, utf8.RuneCountInString(got), 12)
	}
}

// Every edition of random programmes has a preheader of a good length.
func TestLengthsOfPreheaders(t *testing.T) {
	open := 0
	for seed := range uint64(60) {
		s := setup(t)
		d := dice{Rand: rand.New(rand.NewPCG(seed, 12)), t: t, zone: s.Zone}
		from, to := s.Week.Bounds(d.zone)
		d.from, d.to = from.AddDate(0, 0, -7*d.IntN(6)), to
		if d.IntN(2) == 0 {
			s.AsOf = from.Add(time.Duration(1+d.IntN(6*24*60)) * time.Minute)
		}
		c := collect(t, s)
		for id := range d.IntN(30) {
			assert.NoError(t, c.Add(d.history(id+1)))
		}
		for _, r := range []Report{c.Programme(), c.Partner("GWL"), c.Partner("OptIT"), c.Requester(ravi.Address)} {
			n := utf8.RuneCountInString(r.Preheader)
			assert.LessOrEqual(t, n, MostPreheader, r.Preheader)
			assert.NotEqual(t, r.Subject, r.Preheader)
			assert.Equal(t, strings.TrimSpace(r.Preheader), r.Preheader)
			assert.NotEmpty(t, r.Preheader)
			if r.Open.Now > 0 {
				open++
				assert.GreaterOrEqual(t, n, LeastPreheader, r.Preheader)
			}
		}
	}
	assert.Greater(t, open, 60)
}
