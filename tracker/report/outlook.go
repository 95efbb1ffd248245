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
	P85        int        `json:"open_p85"`           // with 85 % confidence no more than these
	InAYear    int        `json:"open_in_a_year_p50"` // after 52 weeks
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
	fewestUrgent  = 10
	aboutAsItIs   = 10 // per cent of the open work by which it may have moved after a year, but at least one request
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
	if urgent := urgentTurns(sample); arrivals(urgent) >= fewestUrgent {
		o.Urgent = v.forecast(now.urgentOpen, urgent)
		o.Urgent.within(o.All)
	}
	o.Sentence = v.foretell(now.open, o.All, o.Urgent)
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
	d := draw(open, weeks, longestFuture)
	return &Forecast{
		By: v.lastDay(1), P50: d.next[rank(futures, 50)], P85: d.next[rank(futures, 85)], InAYear: d.end[rank(futures, 50)],
		ClearedP50: v.clearedBy(d.cleared, 50), ClearedP85: v.clearedBy(d.cleared, 85),
	}
}

// within bounds the forecast of a part by that of the whole: drawn alone, a part
// may swing more.
func (f *Forecast) within(whole *Forecast) {
	f.P50, f.P85, f.InAYear = min(f.P50, whole.P50), min(f.P85, whole.P85), min(f.InAYear, whole.InAYear)
	f.ClearedP50, f.ClearedP85 = sooner(f.ClearedP50, whole.ClearedP50), sooner(f.ClearedP85, whole.ClearedP85)
}

// sooner is the earlier of two instants of which nil is never.
func sooner(a, b *time.Time) *time.Time {
	if a == nil || b != nil && b.Before(*a) {
		return b
	}
	return a
}

// drawn are futures, each of its lists rising: how many are open after the first
// week, after how many weeks nothing was for the first time, the longest + 1 for
// never, and how many are open at the end.
type drawn struct{ next, cleared, end []int }

// draw plays futures of so many weeks. How long they are does not change their
// first week.
func draw(open int, weeks []turn, longest int) drawn {
	source := rand.NewPCG(seedHigh, seedLow)
	after := func(left int) int {
		pick, _ := bits.Mul64(source.Uint64(), uint64(len(weeks)))
		return max(0, left+weeks[pick].in-weeks[pick].out)
	}
	d := drawn{make([]int, futures), make([]int, futures), make([]int, futures)}
	for i := range futures {
		d.next[i] = after(open)
	}
	for i, left := range d.next {
		d.cleared[i] = longest + 1
		for week := 1; week <= longest; week++ {
			if week > 1 {
				left = after(left)
			}
			if left == 0 {
				d.cleared[i] = min(d.cleared[i], week)
			}
		}
		d.end[i] = left
	}
	slices.Sort(d.next)
	slices.Sort(d.cleared)
	slices.Sort(d.end)
	return d
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

// foretell words the forecast of all, and of P0 and P1 when there is one.
func (v *view) foretell(open int, all, urgent *Forecast) string {
	if all.P85 == 0 {
		return fmt.Sprintf("With 85%% confidence nothing is open on %s.", v.dayOf(all.By))
	}
	s := fmt.Sprintf("With 85%% confidence at most %d %s open on %s", all.P85, isAre(all.P85), v.dayOf(all.By))
	switch {
	case urgent == nil:
	case urgent.P85 == 0:
		s += ", none of P0 and P1"
	default:
		s += fmt.Sprintf(", of P0 and P1 at most %d", urgent.P85)
	}
	if open == 0 {
		return s + "."
	}
	return s + ". At this pace the open work " + v.pace(open, all) + "."
}

// pace tells where the open work goes: by when it is cleared, or what becomes of
// it within a year.
func (v *view) pace(open int, f *Forecast) string {
	about := max(1, open*aboutAsItIs/100)
	switch p50, p85 := f.ClearedP50, f.ClearedP85; {
	case p50 != nil && p85 != nil && p50.Equal(*p85):
		return fmt.Sprintf("is cleared by %s with 85%% confidence", v.dayOf(*p85))
	case p50 != nil && p85 != nil:
		return fmt.Sprintf("is cleared by %s as likely as not, and by %s with 85%% confidence", v.dayOf(*p50), v.dayOf(*p85))
	case p50 != nil:
		return fmt.Sprintf("is cleared by %s, as likely as not", v.dayOf(*p50))
	case f.InAYear > open+about:
		return "grows"
	case f.InAYear < open-about:
		return "shrinks, but is not cleared within a year"
	}
	return "stays about as it is"
}

// dayOf names a date, with its year when it is not that of the week.
func (v *view) dayOf(t time.Time) string {
	if t.Year() != v.setup.Week.Year {
		return t.Format("Mon 2 Jan 2006")
	}
	return day(t)
}

// test makes the forecast of the last weeks from what was known before each.
func (o *Outlook) test(past []tally) {
	for k := max(outlookNeeds, len(past)-testedWeeks); k < len(past); k++ {
		sample := turns(past[max(0, k-outlookWeeks):k])
		o.Tested++
		if past[k].open <= draw(past[k-1].open, sample, 1).next[rank(futures, 85)] {
			o.Right++
		}
	}
	o.Record = o.record()
}

// record words how the forecasts of the last weeks did, nothing before the first.
func (o *Outlook) record() string {
	switch {
	case o.Tested == 0:
		return ""
	case o.Tested > 1:
		return fmt.Sprintf("Such forecasts were right in %d of %d weeks.", o.Right, o.Tested)
	case o.Right == 0:
		return "The one such forecast so far was not right."
	}
	return "The one such forecast so far was right."
}
