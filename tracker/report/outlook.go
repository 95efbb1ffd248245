package report

import (
	"fmt"
	"math/bits"
	"math/rand/v2"
	"slices"
	"time"

	"envdesk/tracker/sla"
)

// Outlook is what the last weeks say of the coming ones, if they go on alike.
type Outlook struct {
	Known    bool      `json:"known"` // there is enough history
	Weeks    int       `json:"weeks"` // of history, at most twelve
	Needs    int       `json:"needs"`
	All      *Forecast `json:"all,omitempty"`
	Urgent   *Forecast `json:"urgent,omitempty"` // of P0 and P1 alone, when there were enough of them
	Tested   int       `json:"tested"`           // weeks for which the same forecast was made from the weeks before them
	Right    int       `json:"right"`            // how often no more was open then than said
	Sentence string    `json:"sentence"`
	Record   string    `json:"record"` // Such forecasts were right in 9 of 10 weeks.
}

// Forecast is how many will be open a week on, and when none is.
type Forecast struct {
	By         time.Time  `json:"by"` // the last day
	P50        int        `json:"open_p50"`
	P85        int        `json:"open_p85"` // with 85 % confidence no more than these
	ClearedP50 *time.Time `json:"cleared_p50"`
	ClearedP85 *time.Time `json:"cleared_p85"` // nil: not within a year
}

// The rules of the outlook: from the last six to twelve whole weeks, 10,000
// futures are drawn, week for week what came in and what went out in one of
// those weeks. The seed is fixed, so that the same history gives the same words.
const (
	outlookWeeks  = 12
	outlookNeeds  = 6
	futures       = 10_000
	longestFuture = 52
	seedHigh      = 0x656e766465736b
	seedLow       = 0x6f75746c6f6f6b
	testedWeeks   = 10
	fewestTests   = 4
	fewestUrgent  = 10
)

// turn is what came in and went out in a week.
type turn struct{ in, out int }

// outlook forecasts from the weeks that have ended.
func (v *view) outlook(weeks []tally) *Outlook {
	past := v.whole(weeks, horizon)
	sample := past[max(0, len(past)-outlookWeeks):]
	o := &Outlook{Weeks: len(sample), Needs: outlookNeeds}
	if len(sample) < outlookNeeds {
		o.Sentence = fmt.Sprintf("Not enough history yet (%d of %d weeks).", len(sample), outlookNeeds)
		return o
	}
	now := weeks[horizon-1]
	o.Known = true
	o.All = v.forecast(now.open, turns(sample))
	o.Sentence = foretell(now.open, o.All)
	if urgent := urgentTurns(sample); arrivals(urgent) >= fewestUrgent {
		o.Urgent = v.forecast(now.urgentOpen, urgent)
		o.Sentence += fmt.Sprintf(" Of P0 and P1 at most %d.", o.Urgent.P85)
	}
	o.test(past)
	return o
}

func turns(weeks []tally) []turn {
	var all []turn
	for _, w := range weeks {
		all = append(all, turn{w.in(), w.out()})
	}
	return all
}

func urgentTurns(weeks []tally) []turn {
	var all []turn
	for _, w := range weeks {
		all = append(all, turn{w.urgentIn, w.urgentOut})
	}
	return all
}

func arrivals(weeks []turn) int {
	n := 0
	for _, w := range weeks {
		n += w.in
	}
	return n
}

// forecast draws futures from the weeks.
func (v *view) forecast(open int, weeks []turn) *Forecast {
	next, cleared := draw(open, weeks, longestFuture)
	f := &Forecast{By: v.lastDay(1), P50: next[rank(futures, 50)], P85: next[rank(futures, 85)]}
	f.ClearedP50, f.ClearedP85 = v.clearedBy(cleared, 50), v.clearedBy(cleared, 85)
	return f
}

// draw plays futures. It gives, both rising, how many are open after the first
// week of each, and after how many weeks none was; longest + 1 for never. How
// long the futures are does not change their first week.
func draw(open int, weeks []turn, longest int) (next, cleared []int) {
	source := rand.NewPCG(seedHigh, seedLow)
	after := func(left int) int {
		pick, _ := bits.Mul64(source.Uint64(), uint64(len(weeks)))
		return max(0, left+weeks[pick].in-weeks[pick].out)
	}
	next, cleared = make([]int, futures), make([]int, futures)
	for i := range futures {
		next[i] = after(open)
	}
	for i, left := range next {
		week := 1
		for ; left > 0 && week < longest; week++ {
			left = after(left)
		}
		if left > 0 {
			week = longest + 1
		}
		cleared[i] = week
	}
	slices.Sort(next)
	slices.Sort(cleared)
	return next, cleared
}

// clearedBy is the last day of the week in which so many per cent of the futures
// had nothing open any more; nil when that is not within a year.
func (v *view) clearedBy(cleared []int, percent int) *time.Time {
	n := cleared[rank(futures, percent)]
	if n > longestFuture {
		return nil
	}
	by := v.lastDay(n)
	return &by
}

// lastDay is the first instant of the last date before n weeks behind the
// instant of the report have passed.
func (v *view) lastDay(n int) time.Time {
	c := around(v.setup.Zone)
	return v.local(c.StartOfDay(c.DateOf(v.asOf.Add(-1)) + sla.Date(7*n)))
}

// foretell words a forecast.
func foretell(open int, f *Forecast) string {
	s := fmt.Sprintf("With 85%% confidence at most %d %s open on %s.", f.P85, isAre(f.P85), day(f.By))
	switch {
	case open == 0 || f.P85 == 0:
		return s
	case f.ClearedP50 == nil:
		return s + " At this pace the open work is not cleared within a year."
	case f.ClearedP85 == nil:
		return s + fmt.Sprintf(" At this pace it is cleared by %s, as likely as not.", day(*f.ClearedP50))
	}
	return s + fmt.Sprintf(" At this pace it is cleared by %s as likely as not, and by %s with 85%% confidence.", day(*f.ClearedP50), day(*f.ClearedP85))
}

// test makes the forecast of the last weeks from what was known before each.
func (o *Outlook) test(past []tally) {
	for k := max(outlookNeeds, len(past)-testedWeeks); k < len(past); k++ {
		sample := turns(past[max(0, k-outlookWeeks):k])
		next, _ := draw(past[k-1].open, sample, 1)
		o.Tested++
		if past[k].open <= next[rank(futures, 85)] {
			o.Right++
		}
	}
	if o.Tested >= fewestTests {
		o.Record = fmt.Sprintf("Such forecasts were right in %d of %d weeks.", o.Right, o.Tested)
	}
}
