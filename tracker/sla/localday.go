package sla

import "time"

// localDay is a part of a local date during which the zone's offset from UTC
// stays the same. Most dates are one such part; a date on which the clocks
// change has two or more. Walking from part to part goes straight ahead in
// time, whatever the wall clock does.
type localDay struct {
	calendar *Calendar
	date     Date
	midnight time.Time // when the wall clock would show 00:00 at this offset
	from, to time.Time // the part: from ≤ t < to
	shift    time.Time // when the offset changes next; zero: never
	weekday
}

// dayAt is the part of a date that holds t.
func (c *Calendar) dayAt(t time.Time) localDay {
	local := t.In(c.zone)
	_, offset := local.Zone()
	since, shift := local.ZoneBounds()
	date := dateAt(t, offset)
	day := localDay{calendar: c, date: date, midnight: date.utc().Add(-time.Duration(offset) * time.Second), shift: shift}
	day.cut()
	day.from = later(day.from, since)
	return day
}

// next goes on to the part that follows.
func (d *localDay) next() {
	if d.to.Equal(d.shift) {
		*d = d.calendar.dayAt(d.shift)
		return
	}
	d.date++
	d.midnight = d.to
	d.cut()
}

// cut ends the part at midnight or where the offset changes.
func (d *localDay) cut() {
	d.weekday = d.calendar.on(d.date)
	d.from, d.to = d.midnight, d.midnight.Add(24*time.Hour)
	if !d.shift.IsZero() && d.shift.Before(d.to) {
		d.to = d.shift
	}
}

// whole reports whether the part is a whole date of 24 hours.
func (d *localDay) whole() bool { return d.to.Sub(d.from) == 24*time.Hour }

// clip is a window as far as it lies within the part; from ≥ to when it does not.
func (d *localDay) clip(w Window) (from, to time.Time) {
	from = later(d.from, d.midnight.Add(time.Duration(w.From)*time.Minute))
	to = earlier(d.to, d.midnight.Add(time.Duration(w.To)*time.Minute))
	return from, to
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
