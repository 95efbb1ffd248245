package report

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
)

// TestDrawIsNearWhatCanBeReckoned compares one week of drawn futures with the
// values of the sample itself, all equally likely.
func TestDrawIsNearWhatCanBeReckoned(t *testing.T) {
	weeks := []turn{{3, 1}, {0, 5}, {2, 2}, {7, 1}, {1, 0}, {4, 4}, {0, 0}, {6, 1}}
	d := draw(4, weeks, longestFuture)
	seen := map[int]int{}
	for _, n := range d.next {
		seen[n]++
	}
	want := map[int]int{6: 1, 0: 1, 4: 3, 10: 1, 5: 1, 9: 1} // in eighths
	for n, eighths := range want {
		assert.InDelta(t, float64(eighths)/8, float64(seen[n])/futures, 0.02, n)
	}
	assert.Len(t, seen, len(want))
	assert.Equal(t, 4, d.next[rank(futures, 50)])
	assert.Equal(t, 9, d.next[rank(futures, 85)])
	assert.Equal(t, 1, d.cleared[0], "one of eight is cleared after a week")
	assert.Equal(t, d.next, draw(4, weeks, 1).next, "the same for ever")
	assert.Equal(t, d.next, draw(4, weeks, 1).end, "a future of one week ends with it")
	assert.InDelta(t, 4+52*9.0/8, float64(d.end[rank(futures, 50)]), 10, "nine more in eight weeks")
}

func TestForecastsThatCanBeReckonedByHand(t *testing.T) {
	v := &view{Collector: collect(t, setup(t))}
	f := v.forecast(6, []turn{{1, 3}, {1, 3}})
	assert.Equal(t, []int{4, 4, 0}, []int{f.P50, f.P85, f.InAYear})
	assert.Equal(t, "Sun 22 Mar", day(f.By))
	require.NotNil(t, f.ClearedP85)
	assert.Equal(t, "Sun 5 Apr", day(*f.ClearedP85), "three weeks on")
	f = v.forecast(1, []turn{{2, 1}})
	assert.Nil(t, f.ClearedP50)
	assert.Equal(t, 53, f.InAYear)
	assert.Equal(t, 3, v.forecast(3, []turn{{1, 1}}).InAYear)
	// Cleared at once, and again and again three come and go.
	assert.Equal(t, 3, v.forecast(0, []turn{{3, 0}, {0, 3}, {0, 3}, {3, 0}, {3, 3}, {3, 3}}).P85)
	assert.Equal(t, []int{0, 0, 0}, []int{v.forecast(0, []turn{{1, 1}}).P85, v.forecast(0, []turn{{0, 1}}).InAYear, v.forecast(2, []turn{{1, 9}}).InAYear})
}

// TestTheSentenceOfTheOutlook has the weeks from which the forecast is made.
func TestTheSentenceOfTheOutlook(t *testing.T) {
	for _, c := range []struct {
		open  int
		weeks []turn
		want  string
	}{
		{0, []turn{{1, 1}}, "With 85% confidence nothing is open on Sun 22 Mar."},
		{0, []turn{{1, 0}}, "With 85% confidence at most 1 is open on Sun 22 Mar."},
		{0, []turn{{2, 0}}, "With 85% confidence at most 2 are open on Sun 22 Mar."},
		{1, []turn{{0, 1}}, "With 85% confidence nothing is open on Sun 22 Mar."},
		{2, []turn{{0, 1}}, "With 85% confidence at most 1 is open on Sun 22 Mar. At this pace the open work is cleared by Sun 29 Mar with 85% confidence."},
		{6, []turn{{1, 3}}, "With 85% confidence at most 4 are open on Sun 22 Mar. At this pace the open work is cleared by Sun 5 Apr with 85% confidence."},
		{6, []turn{{1, 3}, {1, 2}}, "With 85% confidence at most 5 are open on Sun 22 Mar. At this pace the open work is cleared by Sun 12 Apr as likely as not, and by Sun 19 Apr with 85% confidence."},
		{84, []turn{{1, 3}}, "With 85% confidence at most 82 are open on Sun 22 Mar. At this pace the open work is cleared by Sun 3 Jan 2027 with 85% confidence."},
		{60, []turn{{0, 2}, {1, 1}}, "With 85% confidence at most 60 are open on Sun 22 Mar. At this pace the open work shrinks, but is not cleared within a year."},
		{1000, []turn{{1, 3}}, "With 85% confidence at most 998 are open on Sun 22 Mar. At this pace the open work shrinks, but is not cleared within a year."},
		{1200, []turn{{1, 3}}, "With 85% confidence at most 1198 are open on Sun 22 Mar. At this pace the open work stays about as it is."},
		{1, []turn{{2, 1}}, "With 85% confidence at most 2 are open on Sun 22 Mar. At this pace the open work grows."},
		{10, []turn{{5, 5}}, "With 85% confidence at most 10 are open on Sun 22 Mar. At this pace the open work stays about as it is."},
		{1, []turn{{5, 5}}, "With 85% confidence at most 1 is open on Sun 22 Mar. At this pace the open work stays about as it is."},
		{40, []turn{{4, 3}, {3, 4}}, "With 85% confidence at most 41 are open on Sun 22 Mar. At this pace the open work stays about as it is."},
		{30, []turn{{9, 5}, {6, 6}, {4, 4}}, "With 85% confidence at most 34 are open on Sun 22 Mar. At this pace the open work grows."},
	} {
		v := &view{Collector: collect(t, setup(t))}
		assert.Equal(t, c.want, v.foretell(c.open, v.forecast(c.open, c.weeks), nil), "%d of %v", c.open, c.weeks)
	}
	v := &view{Collector: collect(t, setup(t))}
	all := v.forecast(6, []turn{{1, 3}})
	for p85, want := range map[int]string{
		0: "With 85% confidence at most 4 are open on Sun 22 Mar, none of P0 and P1.",
		1: "With 85% confidence at most 4 are open on Sun 22 Mar, of P0 and P1 at most 1.",
		4: "With 85% confidence at most 4 are open on Sun 22 Mar, of P0 and P1 at most 4.",
	} {
		assert.Equal(t, want+" At this pace the open work is cleared by Sun 5 Apr with 85% confidence.", v.foretell(6, all, &Forecast{P85: p85}))
	}
	assert.Equal(t, "With 85% confidence nothing is open on Sun 22 Mar.", v.foretell(1, v.forecast(1, []turn{{0, 1}}), &Forecast{}))
}

// A date has its year when the reader may think of another one.
func TestTheYearOfADate(t *testing.T) {
	for _, c := range []struct {
		week Week
		want string
	}{
		{Week{2026, 51}, "at most 4 are open on Sun 27 Dec. At this pace the open work is cleared by Sun 10 Jan 2027 with"},
		{Week{2026, 52}, "at most 4 are open on Sun 3 Jan 2027. At this pace the open work is cleared by Sun 17 Jan 2027 with"},
		{Week{2026, 53}, "at most 4 are open on Sun 10 Jan 2027. At this pace the open work is cleared by Sun 24 Jan 2027 with"},
		{Week{2027, 1}, "at most 4 are open on Sun 17 Jan. At this pace the open work is cleared by Sun 31 Jan with"},
	} {
		s := setup(t)
		s.Week = c.week
		v := &view{Collector: collect(t, s)}
		assert.Contains(t, v.foretell(6, v.forecast(6, []turn{{1, 3}}), nil), c.want)
	}
}

// Of fewer requests the spread may be wider than of all, but no part is larger
// than the whole.
func TestTheUrgentAreNoMoreThanAll(t *testing.T) {
	s := setup(t)
	by := func(n int) *time.Time { d := s.Zone; at := time.Date(2026, 3, n, 0, 0, 0, 0, d); return &at }
	all := Forecast{P50: 3, P85: 9, InAYear: 2, ClearedP50: by(20), ClearedP85: by(25)}
	for name, c := range map[string]struct{ urgent, want Forecast }{
		"less":  {Forecast{P50: 1, P85: 4, InAYear: 1, ClearedP50: by(19), ClearedP85: by(20)}, Forecast{P50: 1, P85: 4, InAYear: 1, ClearedP50: by(19), ClearedP85: by(20)}},
		"more":  {Forecast{P50: 5, P85: 12, InAYear: 7, ClearedP50: by(21), ClearedP85: by(28)}, all},
		"never": {Forecast{P50: 3, P85: 9, InAYear: 2}, all},
	} {
		c.urgent.within(&all)
		assert.Equal(t, c.want, c.urgent, name)
	}
	urgent := Forecast{P85: 4, ClearedP50: by(19)}
	urgent.within(&Forecast{P85: 9})
	assert.Equal(t, Forecast{P85: 4, ClearedP50: by(19)}, urgent, "all are never cleared, the urgent ones are")

	// Each odd week two urgent ones come and two others are resolved, each even
	// week the other way round: the whole stays, the urgent ones swing.
	var weeks []tally
	for i := range horizon {
		w := tally{opened: 2, solved: 2, open: 2, urgentOpen: 2}
		if i%2 == 0 {
			w.urgentIn = 2
		} else {
			w.urgentOut = 2
		}
		weeks = append(weeks, w)
	}
	k := &story{t: t, zone: s.Zone}
	k.do(Since(s.Week, s.Zone).Add(time.Hour), ravi, tracker.Opened{Key: "REQ-1", Priority: "P1"})
	o := collect(t, s, k.events).programme().outlook(weeks)
	require.NotNil(t, o.Urgent)
	assert.Equal(t, []int{2, 2}, []int{o.All.P85, o.Urgent.P85})
	assert.Contains(t, o.Sentence, "at most 2 are open on Sun 22 Mar, of P0 and P1 at most 2.")
}

func TestTheRecordOfForecasts(t *testing.T) {
	// Steady weeks but for one jump in the last but one: each P85 holds but that.
	var past []tally
	for i := range 16 {
		past = append(past, tally{opened: 5, solved: 5, open: 10})
		if i >= 14 {
			past[i].open = 13
		}
	}
	past[14].opened = 8
	var o Outlook
	o.test(past)
	assert.Equal(t, []int{10, 9}, []int{o.Tested, o.Right})
	assert.Equal(t, "Such forecasts were right in 9 of 10 weeks.", o.Record)
	// A second jump: the first one alone does not foretell it.
	past[15].opened, past[15].open = 8, 16
	o = Outlook{}
	o.test(past)
	assert.Equal(t, []int{10, 8}, []int{o.Tested, o.Right})
	o = Outlook{}
	o.test(past[:9])
	assert.Equal(t, 3, o.Tested)
	assert.Equal(t, "Such forecasts were right in 3 of 3 weeks.", o.Record)
	for want, o := range map[string]Outlook{
		"": {},
		"The one such forecast so far was right.":     {Tested: 1, Right: 1},
		"The one such forecast so far was not right.": {Tested: 1},
		"Such forecasts were right in 0 of 2 weeks.":  {Tested: 2},
		"Such forecasts were right in 1 of 2 weeks.":  {Tested: 2, Right: 1},
		"Such forecasts were right in 2 of 2 weeks.":  {Tested: 2, Right: 2},
		"Such forecasts were right in 9 of 10 weeks.": {Tested: 10, Right: 9},
	} {
		assert.Equal(t, want, o.record())
	}
}

// steady is a desk of so many weeks: each Tuesday some requests of a priority come
// and are resolved the next day.
func steady(t *testing.T, s Setup, weeks, each int, priority string) *Collector {
	c := collect(t, s)
	for w := range weeks {
		from, _ := s.Week.Back(w).Bounds(s.Zone)
		for n := range each {
			k := &story{t: t, zone: s.Zone}
			k.do(from.Add(34*time.Hour), ravi, tracker.Opened{Key: "REQ-1", Title: "x", Priority: priority})
			k.do(from.Add(58*time.Hour), asha, tracker.Resolved{})
			for i := range k.events {
				k.events[i].Ticket = int64(100*w + n + 1)
			}
			require.NoError(t, c.Add(k.events))
		}
	}
	return c
}

func TestAnOutlookNeedsSixWholeWeeks(t *testing.T) {
	s := setup(t)
	five := steady(t, s, 5, 1, "P3").Programme().Outlook
	assert.Equal(t, &Outlook{Weeks: 5, Needs: 6, Sentence: "Not enough history yet (5 of 6 weeks)."}, five)
	six := steady(t, s, 6, 1, "P3").Programme().Outlook
	assert.True(t, six.Known)
	assert.Nil(t, six.Urgent)
	many := steady(t, s, 20, 2, "P1").Programme().Outlook
	assert.Equal(t, []int{12, 10, 10}, []int{many.Weeks, many.Tested, many.Right})
	assert.NotNil(t, many.Urgent, "24 urgent ones in twelve weeks")
	assert.Equal(t, "With 85% confidence nothing is open on Sun 22 Mar.", many.Sentence, "so no P0 and P1 either")

	s.AsOf, _ = s.Week.Bounds(s.Zone)
	s.AsOf = s.AsOf.Add(50 * time.Hour)
	assert.Equal(t, 5, steady(t, s, 6, 1, "P3").Programme().Outlook.Weeks, "the week that goes on does not count")
}

func TestTheSentenceOfTheTrend(t *testing.T) {
	trend := func(open ...int) []TrendWeek {
		var weeks []TrendWeek
		for _, n := range open {
			weeks = append(weeks, TrendWeek{Open: n})
		}
		return weeks
	}
	for want, weeks := range map[string][]TrendWeek{
		"Open work fell from 41 to 33 over seven weeks, the lowest of them.": trend(41, 43, 40, 38, 39, 36, 37, 33),
		"Open work fell from 41 to 36 over three weeks.":                     trend(41, 43, 35, 36),
		"Open work rose from 1 to 4 over two weeks, the highest of them.":    trend(1, 2, 4),
		"Open work rose from 1 to 4 over one week.":                          trend(1, 4),
		"Open work fell from 4 to 0 over one week.":                          trend(4, 0),
		"Open work rose from 0 to 1 over one week.":                          trend(0, 1),
		"Open work is at 4 again, as two weeks ago.":                         trend(4, 2, 4),
		"Open work is at 1 again, as three weeks ago.":                       trend(1, 1, 0, 1),
		"Open work stayed at 4 over two weeks.":                              trend(4, 4, 4),
		"Open work stayed at 1 over one week.":                               trend(1, 1),
		"Nothing is open, as two weeks ago.":                                 trend(0, 1, 0),
		"Nothing is open, as one week ago.":                                  trend(0, 0),
		"Nothing was open at the end of any of the three weeks.":             trend(0, 0, 0),
		"The first week: nothing is open at its end.":                        trend(0),
		"The first week: 1 request is open at its end.":                      trend(1),
		"The first week: 2 requests are open at its end.":                    trend(2),
	} {
		assert.Equal(t, want, finding(weeks))
	}
}
