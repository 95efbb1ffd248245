package sla

import (
	"flag"
	"maps"
	"math/rand/v2"
	"slices"
	"sort"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var (
	walkerCases = flag.Int("cases", 20_000, "how many random cases TestWalker and TestWalkerOfWaits compare")
	walkerSeed  = flag.Uint64("seed", 1, "their seed; 0: a new one")
)

// transitions are zones and instants at which something happens to their wall
// clocks: half an hour, an hour, a whole day, at midnight, at a quarter.
var transitions = map[string][]string{
	"Asia/Kolkata":        {"2026-01-26T00:00:00Z"},
	"America/New_York":    {"2026-03-08T07:00:00Z", "2026-11-01T06:00:00Z"},
	"America/Santiago":    {"2026-09-06T04:00:00Z", "2026-04-05T03:00:00Z"},
	"Europe/Berlin":       {"2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z"},
	"Australia/Lord_Howe": {"2026-10-03T15:30:00Z", "2026-04-04T15:00:00Z"},
	"Asia/Kathmandu":      {"1985-12-31T18:30:00Z", "2026-03-01T00:00:00Z"},
	"Africa/Cairo":        {"2026-04-23T22:00:00Z", "2026-10-29T21:00:00Z"},
	"Africa/Casablanca":   {"2026-02-15T02:00:00Z", "2026-03-22T02:00:00Z"},
	"Pacific/Apia":        {"2011-12-30T10:00:00Z", "2012-03-31T14:00:00Z"},
	"America/St_Johns":    {"2010-11-07T02:31:00Z", "2010-03-14T03:31:00Z"},
}

// casesPerWalk are the starts, ends and budgets that one walk judges.
const casesPerWalk = 20

// TestWalker compares the arithmetic with a walk: minute by minute in UTC, is
// the local minute inside a window of its local date?
func TestWalker(t *testing.T) {
	eachWalk(t, func(rnd *rand.Rand, s Schedule, from time.Time) {
		c, err := NewCalendar(s)
		require.NoError(t, err)
		w := walk(s, from, 1+rnd.IntN(9*24*60))
		for range casesPerWalk {
			w.compare(t, c, rnd)
		}
		w.compareDay(t, c, rnd)
	})
}

// eachWalk calls f with a schedule and a start near a transition of its zone, as
// often as there are cases to compare, until it fails.
func eachWalk(t *testing.T, f func(rnd *rand.Rand, s Schedule, from time.Time)) {
	t.Helper()
	seed := *walkerSeed
	if seed == 0 {
		seed = uint64(time.Now().UnixNano())
	}
	t.Logf("%d cases, -seed %d", *walkerCases, seed)
	rnd := rand.New(rand.NewPCG(seed, 1))
	zones := slices.Sorted(maps.Keys(transitions))
	for done := 0; done < *walkerCases; done += casesPerWalk {
		name := zones[rnd.IntN(len(zones))]
		around := utc(t, transitions[name][rnd.IntN(len(transitions[name]))])
		s := randomSchedule(rnd, zone(t, name), around)
		from := around.Add(-time.Duration(rnd.IntN(5*24*60)) * time.Minute)
		if f(rnd, s, from); t.Failed() {
			t.Fatalf("zone %s, schedule %+v, from %s; again with -seed %d", name, s, from, seed)
		}
	}
}

// randomSchedule has breaks, half-days and holidays near the instant.
func randomSchedule(rnd *rand.Rand, zone *time.Location, around time.Time) Schedule {
	s := Schedule{Zone: zone, Continuous: rnd.IntN(20) == 0, Hours: randomWindows(rnd), HalfDays: map[time.Weekday][]Window{}}
	for _, d := range allWeek {
		if rnd.IntN(3) > 0 {
			s.Days = append(s.Days, d)
		}
		if rnd.IntN(6) == 0 {
			s.HalfDays[d] = randomWindows(rnd)
		}
	}
	s.Days = append(s.Days, time.Wednesday)
	delete(s.HalfDays, time.Wednesday)
	for range rnd.IntN(3) {
		s.Holidays = append(s.Holidays, dateAt(around, 0)+Date(rnd.IntN(9)-4))
	}
	return s
}

// randomWindows are one to four, some of the whole day, some touching, many
// with boundaries in the small hours, where clocks change.
func randomWindows(rnd *rand.Rand) []Window {
	if rnd.IntN(6) == 0 {
		return []Window{{0, 24 * 60}}
	}
	most := 24 * 60
	if rnd.IntN(2) == 0 {
		most = 4 * 60
	}
	ends := make([]int, 2*(1+rnd.IntN(4)))
	for i := range ends {
		ends[i] = rnd.IntN(most + 1)
	}
	sort.Ints(ends)
	var windows []Window
	for i := 0; i < len(ends); i += 2 {
		if ends[i] < ends[i+1] {
			windows = append(windows, Window{ends[i], ends[i+1]})
		}
	}
	if len(windows) == 0 {
		return []Window{{9 * 60, 18 * 60}}
	}
	return windows
}

// walked is what a walk found: sum[i] is the working minutes before minute i.
type walked struct {
	from time.Time
	open []bool
	sum  []int
	date []Date // of each minute
}

func walk(s Schedule, from time.Time, minutes int) walked {
	w := walked{from: from.Truncate(time.Minute), open: make([]bool, minutes), sum: make([]int, minutes+1), date: make([]Date, minutes)}
	holidays := map[string]bool{}
	for _, d := range s.Holidays {
		holidays[d.String()] = true
	}
	days := map[time.Weekday][]Window{}
	for _, d := range s.Days {
		days[d] = s.Hours
	}
	for d, windows := range s.HalfDays {
		days[d] = windows
	}
	var today []Window
	day, date := -1, Date(0)
	for i := range minutes {
		at := w.from.Add(time.Duration(i) * time.Minute).In(s.Zone)
		if at.Day() != day {
			day, today = at.Day(), days[at.Weekday()]
			date = NewDate(at.Date())
			if holidays[at.Format(time.DateOnly)] {
				today = nil
			}
		}
		w.date[i] = date
		minute := at.Hour()*60 + at.Minute()
		w.open[i] = s.Continuous
		for _, window := range today {
			w.open[i] = w.open[i] || window.From <= minute && minute < window.To
		}
		w.sum[i+1] = w.sum[i]
		if w.open[i] {
			w.sum[i+1]++
		}
	}
	return w
}

// at is an instant of the walk: any nanosecond, or a whole minute.
func (w walked) at(rnd *rand.Rand) time.Duration {
	if rnd.IntN(2) == 0 {
		return time.Duration(rnd.IntN(len(w.open)+1)) * time.Minute
	}
	return time.Duration(rnd.Int64N(int64(len(w.open)) * int64(time.Minute)))
}

// worked is the working time before an instant of the walk.
func (w walked) worked(at time.Duration) time.Duration {
	minute := int(at / time.Minute)
	sum := time.Duration(w.sum[minute]) * time.Minute
	if minute < len(w.open) && w.open[minute] {
		sum += at % time.Minute
	}
	return sum
}

// when is the first instant at which the working time before it is sum.
func (w walked) when(sum time.Duration) time.Duration {
	minute := sort.Search(len(w.sum), func(i int) bool { return time.Duration(w.sum[i])*time.Minute >= sum })
	if time.Duration(w.sum[minute])*time.Minute == sum {
		return time.Duration(minute) * time.Minute
	}
	minute--
	return time.Duration(minute)*time.Minute + sum - time.Duration(w.sum[minute])*time.Minute
}

func (w walked) compare(t *testing.T, c *Calendar, rnd *rand.Rand) {
	a, b := w.at(rnd), w.at(rnd)
	a, b = min(a, b), max(a, b)
	from, to := w.from.Add(a), w.from.Add(b)
	total := w.worked(b) - w.worked(a)
	if got := c.Worked(from, to); got != total {
		t.Errorf("worked from %s to %s: %s, walked %s", from, to, got, total)
	}
	if minute := int(a / time.Minute); minute < len(w.open) {
		if got := c.Open(from); got != w.open[minute] {
			t.Errorf("open at %s: %v", from, got)
		}
	}
	budget := total
	if total > 0 && rnd.IntN(2) == 0 {
		budget = time.Duration(1 + rnd.Int64N(int64(total)))
	}
	want := w.from.Add(w.when(w.worked(a) + budget))
	if budget == 0 {
		want = from
	}
	if got := c.Add(from, budget); !got.Equal(want) {
		t.Errorf("add %s to %s: %s, walked %s", budget, from, got, want)
	}
	w.compareOpening(t, c, a)
}

// compareOpening looks for the next opening within the walk.
func (w walked) compareOpening(t *testing.T, c *Calendar, a time.Duration) {
	from, minute := w.from.Add(a), int(a/time.Minute)
	next := sort.Search(len(w.sum), func(i int) bool { return i > minute && w.sum[i] > w.sum[min(minute, i)] })
	if next == len(w.sum) {
		return
	}
	want := later(from, w.from.Add(time.Duration(next-1)*time.Minute))
	if got := c.NextOpen(from); !got.Equal(want) {
		t.Errorf("next opening from %s: %s, walked %s", from, got, want)
	}
}

// compareDay looks for the end of a date that lies well within the walk.
func (w walked) compareDay(t *testing.T, c *Calendar, rnd *rand.Rand) {
	d := w.date[rnd.IntN(len(w.date))]
	if d <= w.date[0]+1 || d >= w.date[len(w.date)-1]-1 {
		return
	}
	start, end := time.Time{}, time.Time{}
	for i, date := range w.date {
		if date != d {
			continue
		}
		if start.IsZero() {
			start = w.from.Add(time.Duration(i) * time.Minute)
		}
		if w.open[i] {
			end = w.from.Add(time.Duration(i+1) * time.Minute)
		}
	}
	if got, ok := c.EndOfDay(d); ok == end.IsZero() || !got.Equal(end) {
		t.Errorf("end of %s: %s %v, walked %s", d, got, ok, end)
	}
	if got := c.StartOfDay(d); !got.Equal(start) {
		t.Errorf("start of %s: %s, walked %s", d, got, start)
	}
}
