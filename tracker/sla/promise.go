package sla

import "time"

// promise is a due instant, how it came about, and so how a pause moves it.
type promise struct {
	priority    string
	calendar    *Calendar // measures it
	start       time.Time
	due         time.Time
	day         *dayRule  // by the end of the day; nil: a budget of working time, or fixed
	fixed       bool      // the manager set due
	lateArrival bool      // what is left of the day is too little
	last        Pause     // the latest that it was extended by; To zero: none
	dueBefore   time.Time // due and day, before it did
	dayBefore   *dayRule
}

// extend moves the promise by a pause, which does not begin before the one that
// it was extended by last. One that touches that goes on with it: between them
// nothing was resumed.
func (p *promise) extend(pause Pause) {
	if !p.last.To.IsZero() && !pause.From.After(p.last.To) {
		pause.From, pause.To = p.last.From, later(p.last.To, pause.To)
		p.due, p.day = p.dueBefore, p.dayBefore
	}
	p.last, p.dueBefore, p.dayBefore = pause, p.due, p.day
	p.wait(pause)
}

// wait moves the promise by a whole pause. What was left of a budget is left
// behind the pause; "by the end of the day" is applied anew. A pause without
// working time is worth nothing, and none helps a promise that was late before,
// or a budget of which no working time was left.
func (p *promise) wait(pause Pause) {
	from := later(pause.From, p.start)
	if !from.Before(pause.To) || !from.Before(p.due) {
		return
	}
	opens := p.calendar.NextOpen(from)
	switch {
	case opens.IsZero() || !opens.Before(pause.To):
	case p.day != nil:
		day := *p.day
		p.due = whole(day.resume(from, pause.To))
		p.day = &day
	case opens.Before(p.due):
		p.due = whole(p.calendar.Add(p.due, p.calendar.Worked(opens, pause.To)))
	}
}

// whole is an instant as it is stored: rounded up to the microsecond.
func whole(t time.Time) time.Time {
	if cut := t.Truncate(time.Microsecond); cut.Before(t) {
		return cut.Add(time.Microsecond)
	}
	return t
}

// Mark is the instant at which a percentage of the working time is used up.
type Mark struct {
	Percent int
	At      time.Time
}

// marks are the instants at which percentages of the promised working time are
// used up. A promise without working time has none.
func (p *promise) marks(percents []int, pauses []Pause) []Mark {
	if len(percents) == 0 {
		return nil
	}
	budget := p.calendar.Worked(p.start, p.due)
	lost := make([]time.Duration, len(pauses))
	for i, pause := range pauses {
		lost[i] = p.calendar.Worked(later(pause.From, p.start), earlier(pause.To, p.due))
		budget -= lost[i]
	}
	if budget <= 0 {
		return nil
	}
	marks := make([]Mark, 0, len(percents))
	for _, percent := range percents {
		at := p.calendar.Add(p.start, share(budget, percent))
		for i, pause := range pauses {
			if lost[i] > 0 && pause.From.Before(at) {
				at = p.calendar.Add(at, lost[i])
			}
		}
		marks = append(marks, Mark{Percent: percent, At: whole(at)})
	}
	return marks
}

// share is a percentage of a duration.
func share(d time.Duration, percent int) time.Duration {
	n := time.Duration(percent)
	return d/100*n + d%100*n/100
}

// dayRule resolves by the end of the business day: "same day until EOD, < 12
// hours".
type dayRule struct {
	calendar *Calendar
	limited  bool // there is a cap
	floor    time.Duration
	start    time.Time     // since when it runs: the receipt, the opening after it, or the last resume
	left     time.Duration // what was left of the cap then
}

// begin applies the rule to what is received at t. Off hours that counts as
// received at the next opening.
func (d *dayRule) begin(t time.Time) (due time.Time) {
	due = d.natural(t)
	if d.floor > 0 && d.calendar.Worked(d.start, due) < d.floor {
		return d.calendar.Add(d.start, d.floor)
	}
	return due
}

// natural is what begin gives without a floor.
func (d *dayRule) natural(t time.Time) time.Time {
	start, due := d.calendar.dayOf(t)
	d.start = start
	if d.limited {
		due = earlier(due, start.Add(d.left))
	}
	return due
}

// resume applies the rule anew behind a pause, with what is left of the cap.
func (d *dayRule) resume(paused, resumed time.Time) (due time.Time) {
	if ran := paused.Sub(d.start); ran > 0 {
		d.left -= ran
	}
	return d.begin(resumed)
}
