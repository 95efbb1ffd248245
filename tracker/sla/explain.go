package sla

import (
	"cmp"
	"slices"
	"time"
)

// Segment is a stretch of time that counts for a clock, or does not, and why.
type Segment struct {
	From   time.Time `json:"from"`
	To     time.Time `json:"to"`
	Counts bool      `json:"counts"`
	Why    string    `json:"why"`
}

// maxSegments bounds an explanation; what is beyond is one last segment.
const maxSegments = 500

// The words of an explanation; a holiday is told with its date, a priority
// that runs 24×7 by its name.
const (
	whyOpen    = "business hours"
	whyNight   = "night"
	whyBreak   = "break"
	whyHalfDay = "half-day"
	whyWeekend = "weekend"
	whyDayOff  = "no working day"
	whyRest    = "and so on"
)

// Explain tells why the resolve clock of a ticket is due when it is due: the
// time from the start of its present round to its due instant. Since the start
// of the target that binds, time counts by the calendar that measures it, so that
// what counts adds up to the target; before, by what was in force then. A change of
// the priority and a target that the manager set begin a segment. It tells nothing
// when there is no due instant.
func Explain(tl Timeline, policy *Policy, calendar *Calendar, now time.Time) []Segment {
	var r replay
	r.run(Resolve, &tl, Edit{Policy: policy, Calendar: calendar}, now)
	return r.explain(now)
}

func (r *replay) explain(now time.Time) []Segment {
	due := r.state(now).Due
	if due.IsZero() {
		return nil
	}
	p, pauses := r.at(now)
	var e explanation
	for i, l := range r.legs {
		to := due
		if i+1 < len(r.legs) {
			to = earlier(due, r.legs[i+1].from)
		}
		if !l.from.Before(p.start) {
			l.priority, l.calendar = p.priority, p.calendar
		}
		e.begins = cmp.Or(l.why, e.begins)
		e.leg(l, to, pauses)
	}
	return e.segments
}

// explanation gathers segments that follow each other.
type explanation struct {
	segments []Segment
	why      string // of the last, without what began it
	begins   string // what the next segment begins with
}

// add goes on with a segment; one like the last makes that one longer.
func (e *explanation) add(from, to time.Time, counts bool, why string) {
	if !from.Before(to) {
		return
	}
	last := len(e.segments) - 1
	switch {
	case last >= 0 && e.begins == "" && e.segments[last].Counts == counts && e.why == why:
		e.segments[last].To = to.UTC()
		return
	case last+1 == maxSegments:
		e.segments[last] = Segment{From: e.segments[last].From, To: to.UTC(), Counts: true, Why: whyRest}
	case e.begins != "":
		e.segments = append(e.segments, Segment{From: from.UTC(), To: to.UTC(), Counts: counts, Why: e.begins + ": " + why})
	default:
		e.segments = append(e.segments, Segment{From: from.UTC(), To: to.UTC(), Counts: counts, Why: why})
	}
	e.why, e.begins = why, ""
}

// leg tells a leg as far as to: the pauses in it, and the time around them.
func (e *explanation) leg(l leg, to time.Time, pauses []Pause) {
	at := l.from
	for _, p := range pauses {
		from, until := later(p.From, at), earlier(p.To, to)
		if from.Before(until) {
			e.run(l, at, from)
			e.add(from, until, false, p.Why)
			at = until
		}
	}
	e.run(l, at, to)
}

// run tells the time in which the clock is not paused.
func (e *explanation) run(l leg, from, to time.Time) {
	if l.calendar.continuous {
		e.add(from, to, true, l.priority+" runs around the clock")
		return
	}
	for day := l.calendar.dayAt(from); day.from.Before(to); day.next() {
		at := later(from, day.from)
		for _, w := range day.windows {
			open, shut := day.clip(w)
			open, shut = later(open, at), earlier(shut, to)
			if open.Before(shut) {
				e.closed(&day, at, open)
				e.add(open, shut, true, whyOpen)
				at = shut
			}
		}
		e.closed(&day, at, earlier(to, day.to))
	}
}

// closed tells a part of a date between its windows.
func (e *explanation) closed(day *localDay, from, to time.Time) {
	if day.length == 0 {
		e.add(from, to, false, day.whyFree())
		return
	}
	opens := day.wall(day.windows[0].From)
	shuts := day.wall(day.windows[len(day.windows)-1].To)
	usual := later(shuts, day.wall(day.calendar.usualEnd()))
	if !day.half {
		usual = shuts
	}
	e.add(from, earlier(to, opens), false, whyNight)
	e.add(later(from, opens), earlier(to, shuts), false, whyBreak)
	e.add(later(from, shuts), earlier(to, usual), false, whyHalfDay)
	e.add(later(from, usual), to, false, whyNight)
}

// wall is when the wall clock shows a minute of the date, at the part's offset.
func (d *localDay) wall(minute int) time.Time {
	return d.midnight.Add(time.Duration(minute) * time.Minute)
}

// whyFree tells why a date has no working time.
func (d *localDay) whyFree() string {
	if d.calendar.week[d.date.Weekday()].length > 0 {
		return "holiday " + d.date.String()
	}
	if d.calendar.weekend(d.date.Weekday()) {
		return whyWeekend
	}
	return whyDayOff
}

// weekend reports whether a weekday without working time is a Saturday or a
// Sunday, or hangs together with one without working time.
func (c *Calendar) weekend(day time.Weekday) bool {
	for _, step := range []time.Weekday{1, 6} {
		for d, n := day, 0; n < 7 && c.week[d].length == 0; d, n = (d+step)%7, n+1 {
			if d == time.Saturday || d == time.Sunday {
				return true
			}
		}
	}
	return false
}

// usualEnd is the minute at which a full day ends; 0 when there are none.
func (c *Calendar) usualEnd() int {
	if len(c.hours) == 0 {
		return 0
	}
	return slices.MaxFunc(c.hours, func(a, b Window) int { return a.To - b.To }).To
}
