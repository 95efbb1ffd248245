package sla

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Window is a part of a local date, in minutes of wall-clock time after
// midnight: 0 ≤ From < To ≤ 1440.
type Window struct {
	From int `json:"from"`
	To   int `json:"to"`
}

// Schedule says when work is done. NewCalendar makes a Calendar of it.
type Schedule struct {
	Version    string // names this state of the calendar; clocks tell which one they used
	Zone       *time.Location
	Continuous bool                      // 24×7: every instant is working time, the fields below are not read
	Days       []time.Weekday            // business days
	Hours      []Window                  // of those days, in order, without overlap; what lies between is a break
	HalfDays   map[time.Weekday][]Window // weekdays with hours of their own, in Days or not
	Holidays   []Date                    // without working time
}

// Calendar tells working time. It does not change and may be shared.
//
// A moment is working time when the wall clock of the zone then shows a minute
// inside a window of the date that it shows. So an hour that the wall clock
// skips counts nothing, one that it repeats counts twice, and a boundary inside
// a skipped hour is the instant of the transition.
type Calendar struct {
	schedule   Schedule // a copy
	version    string
	zone       *time.Location
	continuous bool
	hours      []Window
	week       [7]weekday
	holidays   map[Date]bool
	fullDay    time.Duration
	around     *Calendar // the 24×7 one; nil when this is it
}

// weekday is a weekday that is no holiday.
type weekday struct {
	windows []Window
	length  time.Duration
	half    bool
}

// NewCalendar checks a schedule. One without working time is refused.
func NewCalendar(s Schedule) (*Calendar, error) {
	if s.Zone == nil {
		return nil, errors.New("calendar: no time zone")
	}
	s = s.clone()
	if s.Continuous {
		return continuous(s), nil
	}
	if err := s.check(); err != nil {
		return nil, fmt.Errorf("calendar: %w", err)
	}
	c := &Calendar{schedule: s, version: s.Version, zone: s.Zone, hours: s.Hours, holidays: map[Date]bool{}, around: continuous(s)}
	for _, d := range s.Days {
		c.week[d] = weekday{windows: c.hours, length: length(c.hours)}
	}
	for d, windows := range s.HalfDays {
		c.week[d] = weekday{windows: windows, length: length(windows), half: true}
	}
	for _, d := range s.Holidays {
		c.holidays[d] = true
	}
	c.fullDay = length(c.hours)
	longest := slices.MaxFunc(c.week[:], func(a, b weekday) int { return int(a.length - b.length) })
	if longest.length == 0 {
		return nil, errors.New("calendar: no working time")
	}
	if c.fullDay == 0 {
		c.fullDay = longest.length
	}
	return c, nil
}

// continuous is working time around the clock in the zone of a schedule.
func continuous(s Schedule) *Calendar {
	s.Continuous = true
	c := &Calendar{schedule: s, version: s.Version, zone: s.Zone, continuous: true, hours: []Window{{To: 24 * 60}}, fullDay: 24 * time.Hour}
	for d := range c.week {
		c.week[d] = weekday{windows: c.hours, length: c.fullDay}
	}
	return c
}

// clone shares nothing with s that could change.
func (s Schedule) clone() Schedule {
	s.Days, s.Hours, s.Holidays = slices.Clone(s.Days), slices.Clone(s.Hours), slices.Clone(s.Holidays)
	s.HalfDays = maps.Clone(s.HalfDays)
	for day, hours := range s.HalfDays {
		s.HalfDays[day] = slices.Clone(hours)
	}
	return s
}

func (s Schedule) check() error {
	if err := checkWindows(s.Hours); err != nil {
		return err
	}
	for _, d := range slices.Concat(s.Days, slices.Collect(maps.Keys(s.HalfDays))) {
		if d < time.Sunday || d > time.Saturday {
			return fmt.Errorf("weekday %d: want 0 (Sunday) to 6 (Saturday)", int(d))
		}
		if err := checkWindows(s.HalfDays[d]); err != nil {
			return fmt.Errorf("half-day %s: %w", d, err)
		}
	}
	return nil
}

func checkWindows(windows []Window) error {
	end := 0
	for _, w := range windows {
		if w.From < end || w.To <= w.From || w.To > 24*60 {
			return fmt.Errorf("window of minutes %d to %d: want windows in order, without overlap, within 0 to 1440", w.From, w.To)
		}
		end = w.To
	}
	return nil
}

func length(windows []Window) time.Duration {
	sum := 0
	for _, w := range windows {
		sum += w.To - w.From
	}
	return time.Duration(sum) * time.Minute
}

// Schedule is what the calendar was made of.
func (c *Calendar) Schedule() Schedule { return c.schedule.clone() }

// Version names the state of the calendar.
func (c *Calendar) Version() string { return c.version }

// Zone is where the wall clock hangs.
func (c *Calendar) Zone() *time.Location { return c.zone }

// Continuous reports whether every instant is working time.
func (c *Calendar) Continuous() bool { return c.continuous }

// AroundTheClock is the 24×7 calendar of the same zone and version.
func (c *Calendar) AroundTheClock() *Calendar {
	if c.continuous {
		return c
	}
	return c.around
}

// FullDay is the length of a full business day: half-days do not shorten it.
func (c *Calendar) FullDay() time.Duration { return c.fullDay }

// FullWeek is the length of a week: a full day for each weekday with working time.
func (c *Calendar) FullWeek() time.Duration {
	var sum time.Duration
	for _, d := range c.week {
		if d.length > 0 {
			sum += c.fullDay
		}
	}
	return sum
}

// on gives the working time of a date; none on a holiday.
func (c *Calendar) on(d Date) weekday {
	if c.holidays[d] {
		return weekday{}
	}
	return c.week[d.Weekday()]
}
