package sla

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestNewCalendarRefuses(t *testing.T) {
	day := []Window{{9 * 60, 18 * 60}}
	for name, c := range map[string]struct {
		schedule Schedule
		want     string
	}{
		"no zone":          {Schedule{Days: workweek, Hours: day}, "calendar: no time zone"},
		"no days":          {Schedule{Zone: time.UTC, Hours: day}, "calendar: no working time"},
		"no hours":         {Schedule{Zone: time.UTC, Days: workweek}, "calendar: no working time"},
		"half-days of 0 h": {Schedule{Zone: time.UTC, Hours: day, HalfDays: map[time.Weekday][]Window{1: nil}}, "calendar: no working time"},
		"overlap":          {Schedule{Zone: time.UTC, Days: workweek, Hours: []Window{{60, 120}, {90, 180}}}, "calendar: window of minutes 90 to 180: want windows in order, without overlap, within 0 to 1440"},
		"empty window":     {Schedule{Zone: time.UTC, Days: workweek, Hours: []Window{{60, 60}}}, "calendar: window of minutes 60 to 60: want windows in order, without overlap, within 0 to 1440"},
		"past midnight":    {Schedule{Zone: time.UTC, Days: workweek, Hours: []Window{{60, 1441}}}, "calendar: window of minutes 60 to 1441: want windows in order, without overlap, within 0 to 1440"},
		"half-day":         {Schedule{Zone: time.UTC, Days: workweek, Hours: day, HalfDays: map[time.Weekday][]Window{6: {{-1, 60}}}}, "calendar: half-day Saturday: window of minutes -1 to 60: want windows in order, without overlap, within 0 to 1440"},
		"no weekday":       {Schedule{Zone: time.UTC, Days: []time.Weekday{7}, Hours: day}, "calendar: weekday 7: want 0 (Sunday) to 6 (Saturday)"},
	} {
		_, err := NewCalendar(c.schedule)
		assert.EqualError(t, err, c.want, name)
	}
}

func TestBreaksHalfDaysAndWeeks(t *testing.T) {
	c := calendarOf(t, Schedule{
		Zone: zone(t, "Europe/Berlin"), Days: workweek, Hours: []Window{{9 * 60, 13 * 60}, {14 * 60, 19 * 60}},
		HalfDays: map[time.Weekday][]Window{time.Friday: {{9 * 60, 12 * 60}}, time.Saturday: {{10 * 60, 12 * 60}}},
	})
	at := func(s string) time.Time { return local(t, c, s) }
	assert.Equal(t, 9*time.Hour, c.FullDay())
	assert.Equal(t, 54*time.Hour, c.FullWeek(), "six days with working time")
	assert.Equal(t, 3*9*time.Hour, Span{Days: 3}.On(c), "half-days do not shorten a day")
	assert.False(t, c.Open(at("2026-03-10 13:30")))
	assert.True(t, c.Open(at("2026-03-10 14:00")))
	assert.False(t, c.Open(at("2026-03-10 19:00")))
	assert.Equal(t, "2026-03-10 14:00", show(c, c.NextOpen(at("2026-03-10 13:00"))))
	assert.Equal(t, "2026-03-10 13:00", show(c, c.Add(at("2026-03-10 09:00"), 4*time.Hour)), "the break begins, it is not over")
	assert.Equal(t, "2026-03-14 12:00", show(c, c.Add(at("2026-03-13 09:00"), 5*time.Hour)))
	assert.Equal(t, 5*time.Hour, c.Worked(at("2026-03-13 00:00"), at("2026-03-16 00:00")))
	_, ok := c.EndOfDay(date(t, "2026-03-15"))
	assert.False(t, ok)
}

func TestDaylightSaving(t *testing.T) {
	for name, c := range map[string]struct {
		zone    string
		window  Window
		date    string
		worked  time.Duration
		windows [][2]string
	}{
		"a boundary in a gap is the transition": {"America/New_York", Window{2*60 + 30, 4 * 60}, "2026-03-08", time.Hour, [][2]string{{"2026-03-08T07:00:00Z", "2026-03-08T08:00:00Z"}}},
		"a window in a gap is none":             {"America/New_York", Window{2 * 60, 3 * 60}, "2026-03-08", 0, nil},
		"a window over a gap":                   {"Europe/Berlin", Window{60, 4 * 60}, "2026-03-29", 2 * time.Hour, [][2]string{{"2026-03-29T00:00:00Z", "2026-03-29T02:00:00Z"}}},
		"a repeated hour counts twice":          {"Europe/Berlin", Window{60, 4 * 60}, "2026-10-25", 4 * time.Hour, [][2]string{{"2026-10-24T23:00:00Z", "2026-10-25T03:00:00Z"}}},
		"a window that is repeated in part":     {"Europe/Berlin", Window{60, 2*60 + 30}, "2026-10-25", 2 * time.Hour, [][2]string{{"2026-10-24T23:00:00Z", "2026-10-25T00:30:00Z"}, {"2026-10-25T01:00:00Z", "2026-10-25T01:30:00Z"}}},
		"half an hour":                          {"Australia/Lord_Howe", Window{0, 4 * 60}, "2026-10-04", 3*time.Hour + 30*time.Minute, [][2]string{{"2026-10-03T13:30:00Z", "2026-10-03T17:00:00Z"}}},
		"a day that starts at one o'clock":      {"America/Santiago", Window{0, 24 * 60}, "2026-09-06", 23 * time.Hour, [][2]string{{"2026-09-06T04:00:00Z", "2026-09-07T03:00:00Z"}}},
		"a day that the calendar leaves out":    {"Pacific/Apia", Window{0, 24 * 60}, "2011-12-30", 0, nil},
		"the day before it":                     {"Pacific/Apia", Window{0, 24 * 60}, "2011-12-29", 24 * time.Hour, [][2]string{{"2011-12-29T10:00:00Z", "2011-12-30T10:00:00Z"}}},
		"a midnight that is passed twice":       {"America/St_Johns", Window{0, 24 * 60}, "2010-11-07", 24*time.Hour + time.Minute, [][2]string{{"2010-11-07T02:30:00Z", "2010-11-07T02:31:00Z"}, {"2010-11-07T03:30:00Z", "2010-11-08T03:30:00Z"}}},
		"a zone of a quarter":                   {"Asia/Kathmandu", Window{9 * 60, 17 * 60}, "2026-03-10", 8 * time.Hour, [][2]string{{"2026-03-10T03:15:00Z", "2026-03-10T11:15:00Z"}}},
		"a day of 25 hours":                     {"Africa/Casablanca", Window{0, 24 * 60}, "2026-02-15", 25 * time.Hour, [][2]string{{"2026-02-14T23:00:00Z", "2026-02-16T00:00:00Z"}}},
	} {
		t.Run(name, func(t *testing.T) {
			cal := calendarOf(t, Schedule{Zone: zone(t, c.zone), Days: allWeek, Hours: []Window{c.window}})
			var want []Interval
			var sum time.Duration
			for _, w := range c.windows {
				want = append(want, Interval{utc(t, w[0]), utc(t, w[1])})
			}
			got := cal.Windows(date(t, c.date))
			assert.Equal(t, want, got)
			for _, w := range got {
				sum += cal.Worked(w.From, w.To)
			}
			assert.Equal(t, c.worked, sum)
		})
	}
}

func TestHorizon(t *testing.T) {
	in := india(t)
	start := local(t, in, "2026-03-10 10:00")
	assert.Zero(t, in.Add(start, Horizon), "ten years of working time are farther away than ten years")
	assert.Zero(t, in.Add(start, Horizon+1))
	assert.Zero(t, in.AroundTheClock().Add(start, Horizon+1))
	assert.Equal(t, start.UTC().Add(Horizon), in.AroundTheClock().Add(start, Horizon))
	assert.Equal(t, start.UTC(), in.Add(start, 0))
	s := Schedule{Zone: in.Zone(), Days: []time.Weekday{time.Tuesday}, Hours: []Window{{9 * 60, 18 * 60}}}
	for d := range Date(12 * 366) {
		s.Holidays = append(s.Holidays, in.DateOf(start)+d)
	}
	holiday := calendarOf(t, s)
	assert.Zero(t, holiday.NextOpen(start))
	assert.Zero(t, NoticeBy(holiday, in.DateOf(start)+11*366, 21))
	for _, priority := range []string{"P1", "P2"} {
		_, resolve := clocks(Timeline{Received: start, Priority: priority}, Standard(), holiday, start)
		assert.Equal(t, None, resolve.Status, priority)
	}
}

// Worked and Add are a measure and its inverse.
func TestAlgebra(t *testing.T) {
	rnd := rand.New(rand.NewPCG(7, 7))
	berlin := zone(t, "Europe/Berlin")
	around := utc(t, "2026-10-25T01:00:00Z")
	for range 5000 {
		c, err := NewCalendar(randomSchedule(rnd, berlin, around))
		require.NoError(t, err)
		instant := func() time.Time {
			return around.Add(time.Duration(rnd.Int64N(int64(30*24*time.Hour))) - 15*24*time.Hour)
		}
		x, y, z := instant(), instant(), instant()
		a, d := earlier(x, earlier(y, z)), later(x, later(y, z))
		b := later(earlier(x, y), earlier(later(x, y), z))
		require.Equal(t, c.Worked(a, d), c.Worked(a, b)+c.Worked(b, d))
		worked := c.Worked(a, d)
		end := c.Add(a, worked)
		require.False(t, end.After(d))
		require.Equal(t, worked, c.Worked(a, end))
		require.Zero(t, c.Worked(d, a))
		if worked > 0 {
			less := time.Duration(1 + rnd.Int64N(int64(worked)))
			require.False(t, c.Add(a, less).After(end))
			require.True(t, c.Add(c.Add(a, less), worked-less).Equal(end))
			require.False(t, c.Add(b, less).Before(c.Add(a, less)), "who starts later ends no earlier")
		}
		require.Equal(t, c.Open(a), c.NextOpen(a).Equal(a))
	}
}

// The resolve clock of a budget is what a walk counts that leaves out the
// pauses.
func TestBudgetWalk(t *testing.T) {
	rnd := rand.New(rand.NewPCG(11, 3))
	berlin := zone(t, "Europe/Berlin")
	around := utc(t, "2026-03-29T01:00:00Z")
	compared := 0
	for range 300 {
		s := randomSchedule(rnd, berlin, around)
		s.Continuous = false
		c, err := NewCalendar(s)
		require.NoError(t, err)
		p := Standard()
		p.Rules["P2"] = Rule{Resolve: Span{Time: time.Duration(1+rnd.IntN(1200)) * time.Minute}}
		from := around.Add(-time.Duration(rnd.IntN(5*24*60)) * time.Minute)
		w := walk(s, from, 8*24*60)
		tl := Timeline{Received: from, Priority: "P2"}
		paused := make([]bool, len(w.open))
		for at := rnd.IntN(600); at < len(paused)-1000; at += 1 + rnd.IntN(3000) {
			end := at + 1 + rnd.IntN(900)
			tl.Pauses = append(tl.Pauses, Pause{From: from.Add(time.Duration(at) * time.Minute), To: from.Add(time.Duration(end) * time.Minute)})
			for i := at; i < end; i++ {
				paused[i] = true
			}
			at = end
		}
		want, left := time.Time{}, int(p.Rules["P2"].Resolve.Time/time.Minute)
		for i := range w.open {
			if w.open[i] && !paused[i] {
				left--
			}
			if left == 0 {
				want = from.Add(time.Duration(i+1) * time.Minute)
				break
			}
		}
		if want.IsZero() {
			continue
		}
		_, resolve := clocks(tl, p, c, want)
		require.Equal(t, want, resolve.Due, "%+v %+v", s, tl)
		require.Equal(t, Late, resolve.Status)
		_, resolve = clocks(tl, p, c, want.Add(-1))
		require.NotEqual(t, Late, resolve.Status)
		compared++
	}
	assert.Greater(t, compared, 100)
}
