package sla

import "time"

// Horizon is how far ahead the clock looks: ten years.
const Horizon = 3653 * 24 * time.Hour

// reach is more than any zone is away from UTC.
const reach = 16 * time.Hour

// Open reports whether t is working time. A window holds its first instant and
// not its last.
func (c *Calendar) Open(t time.Time) bool {
	day := c.dayAt(t)
	for _, w := range day.windows {
		if from, to := day.clip(w); !t.Before(from) && t.Before(to) {
			return true
		}
	}
	return false
}

// Worked is the working time from a to b, to the nanosecond; 0 when b is not
// after a.
func (c *Calendar) Worked(a, b time.Time) time.Duration {
	if !a.Before(b) {
		return 0
	}
	if c.continuous {
		return b.Sub(a)
	}
	var sum time.Duration
	for day := c.dayAt(a); day.from.Before(b); day.next() {
		if day.whole() && !day.from.Before(a) && !day.to.After(b) {
			sum += day.length
			continue
		}
		for _, w := range day.windows {
			from, to := day.clip(w)
			if from, to = later(from, a), earlier(to, b); from.Before(to) {
				sum += to.Sub(from)
			}
		}
	}
	return sum
}

// Add is the instant at which a budget of working time that starts to run at
// start is used up. When that is exactly at closing time it is the closing time,
// not the next opening. A budget of nothing ends at start. Zero: not within the
// Horizon.
func (c *Calendar) Add(start time.Time, budget time.Duration) time.Time {
	if budget <= 0 {
		return start.UTC()
	}
	if budget > Horizon {
		return time.Time{}
	}
	if c.continuous {
		return start.UTC().Add(budget)
	}
	end := start.Add(Horizon)
	for day := c.dayAt(start); day.from.Before(end); day.next() {
		if budget > day.length && day.whole() && !day.from.Before(start) {
			budget -= day.length
			continue
		}
		for _, w := range day.windows {
			from, to := day.clip(w)
			from = later(from, start)
			if free := to.Sub(from); budget <= free {
				return from.UTC().Add(budget)
			} else if free > 0 {
				budget -= free
			}
		}
	}
	return time.Time{}
}

// NextOpen is the first instant of working time at or after t. Zero: not within
// the Horizon.
func (c *Calendar) NextOpen(t time.Time) time.Time {
	end := t.Add(Horizon)
	for day := c.dayAt(t); day.from.Before(end); day.next() {
		for _, w := range day.windows {
			from, to := day.clip(w)
			if from = later(from, t); from.Before(to) {
				return from.UTC()
			}
		}
	}
	return time.Time{}
}

// DateOf is the date that the wall clock shows at t.
func (c *Calendar) DateOf(t time.Time) Date {
	_, offset := t.In(c.zone).Zone()
	return dateAt(t, offset)
}

// EndOfDay is the end of the last window of a date, and false when the date has
// no working time.
func (c *Calendar) EndOfDay(d Date) (time.Time, bool) {
	var end time.Time
	for _, w := range c.Windows(d) {
		end = later(end, w.To)
	}
	return end, !end.IsZero()
}

// Interval is the time from an instant until another.
type Interval struct{ From, To time.Time }

// Windows are the intervals of working time of a date, in the order of time.
// Touching ones are joined.
func (c *Calendar) Windows(d Date) []Interval {
	var all []Interval
	for day := c.dayAt(d.utc().Add(-reach)); day.from.Before((d + 1).utc().Add(reach)); day.next() {
		if day.date != d {
			continue
		}
		for _, w := range day.windows {
			from, to := day.clip(w)
			if last := len(all) - 1; last >= 0 && all[last].To.Equal(from) && from.Before(to) {
				all[last].To = to.UTC()
			} else if from.Before(to) {
				all = append(all, Interval{from.UTC(), to.UTC()})
			}
		}
	}
	return all
}

// StartOfDay is the first instant of a date. Where the wall clock skips the
// start of the date, or all of it, that is the instant of the transition.
func (c *Calendar) StartOfDay(d Date) time.Time {
	day := c.dayAt(d.utc().Add(-reach))
	for day.date < d {
		day.next()
	}
	return day.from.UTC()
}

// Week is the week of t, from Monday's first instant to that of the next Monday.
func (c *Calendar) Week(t time.Time) (from, to time.Time) {
	d := c.DateOf(t)
	monday := d - Date((d.Weekday()+6)%7)
	return c.StartOfDay(monday), c.StartOfDay(monday + 7)
}

// dayOf is the business day that a request of t falls into: from t to its end
// when t is on a business day before its end, else the next one from its opening.
func (c *Calendar) dayOf(t time.Time) (start, end time.Time) {
	if end, ok := c.EndOfDay(c.DateOf(t)); ok && t.Before(end) {
		return t.UTC(), end
	}
	start = c.NextOpen(t)
	if start.IsZero() {
		return start, start
	}
	end, _ = c.EndOfDay(c.DateOf(start))
	return start, end
}
