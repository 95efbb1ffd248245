package report

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestLengthsAndCounts(t *testing.T) {
	const office = 9 * time.Hour
	for want, d := range map[string]time.Duration{
		"under a minute": 59 * time.Second, "1 min": time.Minute, "40 min": 40 * time.Minute, "3 h 20 min": 200 * time.Minute, "2 h": 2 * time.Hour,
		"2 d 3 h": 51*time.Hour + 59*time.Minute, "1 d": 24*time.Hour + time.Minute,
	} {
		assert.Equal(t, want, Length(d, wholeDay))
	}
	assert.Equal(t, "2 d 4 h", Length(22*time.Hour, office), "of working time")
	assert.Equal(t, "30 h", Length(30*time.Hour, 0), "without days")
	assert.Equal(t, "4 days", Ago(4*wholeDay+time.Hour))
	assert.Equal(t, "1 day", Ago(47*time.Hour))
	assert.Equal(t, "1 hour", Ago(time.Hour))
	assert.Equal(t, "under an hour", Ago(time.Minute))
	assert.Equal(t, []string{"1 reply", "2 replies", "0 days", "2 duplicates", "1 query"}, []string{Count(1, "reply"), Count(2, "reply"), Count(0, "day"), Count(2, "duplicate"), Count(1, "query")})
	assert.Equal(t, []string{"once", "twice", "3 times"}, []string{times(1), times(2), times(3)})
	assert.Equal(t, []string{"", "a", "a and b", "a, b and c"}, []string{list(nil), list([]string{"a"}), list([]string{"a", "b"}), list([]string{"a", "b", "c"})})
	assert.Equal(t, "नमस्…", cutText("नमस्ते जी", 5))
	assert.Equal(t, []string{"eight", "13"}, []string{small(8), small(13)})
}

func TestShares(t *testing.T) {
	for _, c := range []struct {
		met, of int
		want    string
	}{{0, 0, "–"}, {2, 3, "2 of 3"}, {9, 9, "9 of 9"}, {0, 10, "0%"}, {10, 10, "100%"}, {23, 25, "92%"}, {1, 1000, "1%"}, {999, 1000, "99%"}, {1, 200, "1%"}, {125, 1000, "13%"}} {
		assert.Equal(t, c.want, ratio(c.met, c.of).Text, "%d of %d", c.met, c.of)
	}
}

func TestNearestRank(t *testing.T) {
	for _, c := range []struct {
		values   []int
		p50, p85 int
	}{{[]int{7}, 7, 7}, {[]int{2, 1}, 1, 2}, {[]int{3, 1, 2}, 2, 3}, {[]int{4, 1, 3, 2}, 2, 4}, {[]int{10, 9, 8, 7, 6, 5, 4, 3, 2, 1}, 5, 9}, {[]int{5, 5, 5, 1}, 5, 5}} {
		p50, ok := quantile(c.values, 50)
		p85, _ := quantile(c.values, 85)
		assert.Equal(t, []any{true, c.p50, c.p85}, []any{ok, p50, p85}, c.values)
	}
	_, ok := quantile([]int{}, 50)
	assert.False(t, ok)
	assert.Equal(t, 0, rank(1, 0))
	assert.Equal(t, Figure{Now: 5, LastWeek: 4, Usual: 2, Net: 1}, figure([]int{100, 9, 1, 2, 4, 5}))
	assert.Equal(t, Figure{Now: 5, Net: 5}, figure([]int{5}))
	assert.Equal(t, Ratio{Met: 1, Of: 2}, medianRatio([]Ratio{{Met: 3, Of: 3}, {Of: 0}, {Met: 1, Of: 2}, {Met: 0, Of: 4}, {Met: 9, Of: 9}}))
}

func TestTheHonestyLineBalances(t *testing.T) {
	m := Mails{Received: 214, New: 27, Replies: 171, Duplicates: 9, Quarantined: 7}
	assert.Zero(t, m.Imbalance())
	assert.Equal(t, "0 mails.", Mails{}.line())
	m.Received = 215
	assert.Equal(t, 1, m.Imbalance())
	assert.Equal(t, "215 mails = 27 requests + 171 replies + 9 duplicates + 7 in quarantine. 1 of them is not accounted for.", m.line())
	m = Mails{Received: 3, New: 1, Replies: 1, Answered: 1, Ignored: 1}
	assert.Equal(t, -1, m.Imbalance())
	assert.Equal(t, "3 mails = 1 request + 1 reply + 1 question + 1 ignored. That is 1 more than came.", m.line())
	s := setup(t)
	s.Mails.Received++
	h := collect(t, s).Programme().Honesty
	assert.Equal(t, []any{1, false}, []any{h.Unaccounted, h.Balanced})
}

// What went wrong is told once, beside the line.
func TestTheTroubleOfAWeek(t *testing.T) {
	for want, m := range map[string]Mails{
		"":                         {},
		"1 command was refused.":   {Refused: 1},
		"2 commands were refused.": {Refused: 2},
		"Of 1 mail it is not known whether it arrived.":    {InDoubt: 1},
		"Of 3 mails it is not known whether they arrived.": {InDoubt: 3},
		"The mailbox was not read for 3 h 20 min.":         {Downtime: 200 * time.Minute},
		"The mailbox was not read for 1 min.":              {Downtime: 119 * time.Second},
		"The mailbox was not read for 2 d 3 h.":            {Downtime: 51 * time.Hour},
		"2 commands were refused. Of 1 mail it is not known whether it arrived. The mailbox was not read for 20 min.": {Refused: 2, InDoubt: 1, Downtime: 20 * time.Minute},
	} {
		s := setup(t)
		s.Mails = m
		h := collect(t, s).Programme().Honesty
		assert.Equal(t, want, h.Trouble())
		assert.Equal(t, "0 mails.", h.Line)
		var kept Honesty
		data, err := json.Marshal(h)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(data, &kept))
		assert.Equal(t, want, kept.Trouble(), "of a report that was kept")
	}
}

// A report says what it means by that only where it tells of it.
func TestTheDefinitionOfDowntime(t *testing.T) {
	terms := func(r Report) (all []string) {
		for _, d := range r.Definitions {
			all = append(all, d.Term)
		}
		return all
	}
	s := setup(t)
	assert.NotContains(t, terms(collect(t, s).Programme()), "Not read")
	s.Mails.Downtime = time.Hour
	c := collect(t, s)
	assert.Contains(t, c.Programme().Definitions, Definition{"Not read", notRead()})
	assert.Contains(t, notRead(), "for more than 15 min at a time")
	assert.NotContains(t, terms(c.Partner("OptIT")), "Not read")
}

func TestVerdicts(t *testing.T) {
	week := func(met, due int, partners ...PartnerLine) Report {
		return Report{
			Edition: Programme, InTime: InTime{Now: ratio(met, due)}, Partners: partners, Open: Figure{Now: 3, LastWeek: 3},
			Trend: Trend{Weeks: make([]TrendWeek, 2)},
		}
	}
	late := func(name string, n int) PartnerLine { return PartnerLine{Name: name, InTime: ratio(5, 5+n)} }
	for want, r := range map[string]Report{
		"No deadline fell into this week.":                              week(0, 0),
		"The one deadline was met.":                                     week(1, 1),
		"All 25 deadlines met.":                                         week(25, 25, late("OptIT", 0)),
		"23 of 25 deadlines met. OptIT was late twice.":                 week(23, 25, late("GWL", 0), late("OptIT", 2)),
		"Only 4 of 25 deadlines met. Three partners were late.":         week(4, 25, late("A", 1), late("B", 1), late("C", 19)),
		"None of 3 deadlines met.":                                      week(0, 3),
		"10 of 12 deadlines met. 2 deadlines passed without a partner.": week(10, 12, late("A", 0)),
	} {
		assert.Equal(t, want, r.verdict().Headline)
	}
	r := week(23, 25)
	r.Priorities = []PriorityLine{{Priority: "P0", Due: 3, Met: 3}}
	assert.Equal(t, "Every P0 was in time. Open work stays at 3.", r.verdict().Detail)
	r.Priorities[0].Met, r.Priorities[0].Late, r.Open.Now = 2, 1, 1
	assert.Equal(t, "P0 met 2 of 3 deadlines. Open work fell from 3 to 1.", r.verdict().Detail)
	r.Late = []Item{{Key: "REQ-9", LateBy: 3600}}
	r.Verdict = r.verdict()
	r.Approvals = make([]Approval, 2)
	r.LateNow.Now, r.Decisions, r.More = 1, make([]Decision, 5), 2
	assert.Equal(t, "Week 0: 92% in time (23 of 25), 1 late, 7 need you", r.subject())
	assert.Equal(t, "P0 met 2 of 3 deadlines. Open work fell from 3 to 1. REQ-9 is late by 1 h. 2 approvals wait.", r.preheader())
}
