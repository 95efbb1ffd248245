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
	next, cleared := draw(4, weeks, longestFuture)
	seen := map[int]int{}
	for _, n := range next {
		seen[n]++
	}
	want := map[int]int{6: 1, 0: 1, 4: 3, 10: 1, 5: 1, 9: 1} // in eighths
	for n, eighths := range want {
		assert.InDelta(t, float64(eighths)/8, float64(seen[n])/futures, 0.02, n)
	}
	assert.Len(t, seen, len(want))
	assert.Equal(t, 4, next[rank(futures, 50)])
	assert.Equal(t, 9, next[rank(futures, 85)])
	assert.Equal(t, 1, cleared[0], "one of eight is cleared after a week")
	again, _ := draw(4, weeks, 1)
	assert.Equal(t, next, again, "the same for ever")
}

func TestForecastsThatCanBeReckonedByHand(t *testing.T) {
	v := &view{Collector: collect(t, setup(t))}
	f := v.forecast(6, []turn{{1, 3}, {1, 3}})
	assert.Equal(t, []int{4, 4}, []int{f.P50, f.P85})
	assert.Equal(t, "Sun 22 Mar", day(f.By))
	require.NotNil(t, f.ClearedP85)
	assert.Equal(t, "Sun 5 Apr", day(*f.ClearedP85), "three weeks on")
	assert.Equal(t, "With 85% confidence at most 4 are open on Sun 22 Mar. At this pace it is cleared by Sun 5 Apr as likely as not, and by Sun 5 Apr with 85% confidence.", foretell(6, f))
	f = v.forecast(1, []turn{{2, 1}})
	assert.Nil(t, f.ClearedP50)
	assert.Equal(t, "With 85% confidence at most 2 are open on Sun 22 Mar. At this pace the open work is not cleared within a year.", foretell(1, f))
	f = v.forecast(0, []turn{{1, 1}})
	assert.Equal(t, "With 85% confidence at most 0 are open on Sun 22 Mar.", foretell(0, f))
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
	assert.Empty(t, o.Record, "three weeks are no record")
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
	assert.Contains(t, many.Sentence, "Of P0 and P1 at most 0.")

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
		"Open work fell from 41 to 33 over eight weeks, the lowest of them.": trend(41, 43, 40, 38, 39, 36, 37, 33),
		"Open work fell from 41 to 36 over four weeks.":                      trend(41, 43, 35, 36),
		"Open work rose from 1 to 4 over three weeks, the highest of them.":  trend(1, 2, 4),
		"Open work rose from 1 to 4 over two weeks.":                         trend(1, 4),
		"Open work is at 4 again, as two weeks ago.":                         trend(4, 2, 4),
		"The first week: 1 request is open at its end.":                      trend(1),
	} {
		assert.Equal(t, want, finding(weeks))
	}
}

func TestLabelsOfCapacity(t *testing.T) {
	for _, c := range []struct {
		demand, capacity, load int
		label                  string
	}{{79, 100, 79, LabelRoom}, {80, 100, 80, LabelFull}, {100, 100, 100, LabelFull}, {101, 100, 101, LabelOver}, {0, 5, 0, LabelRoom}, {17, 14, 121, LabelOver}, {3, 0, 0, ""}} {
		l := PartnerLine{Demand: c.demand, Capacity: c.capacity, Basis: basisLimit}
		l.label()
		assert.Equal(t, []any{c.load, c.label}, []any{l.Load, l.Label}, "%d of %d", c.demand, c.capacity)
	}
}
