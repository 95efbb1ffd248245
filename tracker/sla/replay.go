package sla

import "time"

// replay goes through the facts of a ticket in the order of time and keeps one
// clock.
type replay struct {
	clock    Name
	policy   *Policy
	calendar *Calendar
	priority string

	opened time.Time // where the first round started
	wishes []Wish
	waits  int    // how many pauses the ticket is in, whether they count or not
	why    string // of the latest

	// The round: from the opening, or a reopening, to the end of the work.
	start    time.Time
	since    time.Time // when the priority was given
	running  bool      // the work has not ended
	promises []promise // the earliest binds
	version  int       // of the target; goes on over all rounds
	missed   []Miss
	late     bool    // the binding promise is in missed
	pauses   []Pause // that counted, without the present one
	pause    Pause   // the present one; From zero: none
	legs     []leg

	rounds int
	result *Result // of the first round that had one
	frozen State   // when not running
}

// leg is a part of a round during which one rule and one calendar were in force.
type leg struct {
	from     time.Time
	priority string
	calendar *Calendar // that measures
	why      string    // it began; "" where that is not told
}

// run keeps a clock up to now, from the terms of the opening on.
func (r *replay) run(clock Name, tl *Timeline, terms Edit, now time.Time) {
	*r = replay{clock: clock, policy: terms.Policy, calendar: terms.Calendar, priority: tl.Priority, opened: tl.Start()}
	r.open(r.opened)
	var space [8]step // enough for most tickets
	for _, s := range tl.steps(clock, space[:0]) {
		if s.at.After(now) {
			break
		}
		r.take(tl, s)
	}
}

// open starts a round.
func (r *replay) open(at time.Time) {
	r.running, r.start, r.since = true, at, at
	r.missed, r.pauses, r.legs = nil, nil, nil
	r.renew(at)
	r.turn(at, "")
}

// renew promises from start on, by the priority in force.
func (r *replay) renew(start time.Time) {
	r.promises = nil
	r.add(r.promise(r.priority, start))
}

// add takes a promise, if it is one, with the pauses of the round.
func (r *replay) add(p promise) {
	if p.due.IsZero() {
		return
	}
	for _, pause := range r.pauses {
		p.extend(pause)
	}
	r.promises = append(r.promises, p)
}

// turn is behind every new target: a version of its own, and not late yet.
func (r *replay) turn(at time.Time, why string) {
	r.version++
	r.late = false
	r.leg(at, why)
}

// leg is where another rule, target or calendar comes in force.
func (r *replay) leg(at time.Time, why string) {
	r.legs = append(r.legs, leg{from: at, priority: r.priority, calendar: r.measure(r.priority), why: why})
}

// promise is what the policy promises for a priority from start on; due is zero
// when it promises nothing.
func (r *replay) promise(priority string, start time.Time) promise {
	rule, c := r.policy.Rules[priority], r.measure(priority)
	p := promise{priority: priority, calendar: c, start: start}
	switch {
	case r.clock == Pickup && !rule.Pickup.IsZero():
		p.due = c.Add(start, rule.Pickup.On(c))
	case r.clock == Pickup:
	case rule.EndOfDay:
		p.day = &dayRule{calendar: c, limited: rule.Cap > 0, floor: rule.Floor, left: rule.Cap}
		natural := p.day.natural(start)
		p.lateArrival = c.Worked(p.day.start, natural) < max(rule.Floor, rule.Pickup.On(c))
		p.due = p.day.begin(start)
	case !rule.Resolve.IsZero():
		p.due = c.Add(start, rule.Resolve.On(c))
	}
	p.due = whole(p.due)
	return p
}

// measure is the calendar by which the clocks of a priority run.
func (r *replay) measure(priority string) *Calendar {
	if r.policy.Rules[priority].Continuous {
		return r.calendar.AroundTheClock()
	}
	return r.calendar
}

// binding is the earliest promise; nil when there is none.
func (r *replay) binding() *promise { return earliest(r.promises) }

func earliest(promises []promise) *promise {
	var first *promise
	for i := range promises {
		if first == nil || promises[i].due.Before(first.due) {
			first = &promises[i]
		}
	}
	return first
}

// settle records that the binding promise was missed before at: what happens
// from at on does not take that back.
func (r *replay) settle(at time.Time) {
	p := r.binding()
	if !r.running || p == nil || r.late || p.due.After(at) {
		return
	}
	r.late = true
	if last := len(r.missed) - 1; last < 0 || !r.missed[last].Due.Equal(p.due) {
		r.missed = append(r.missed, Miss{Priority: p.priority, Due: p.due, Version: r.version})
	}
}

// hold begins a pause when the ticket waits and its priority pauses: "P0 never
// pauses".
func (r *replay) hold(at time.Time) {
	if r.running && r.waits > 0 && !r.policy.Rules[r.priority].NeverPauses {
		r.pause = Pause{From: at, Why: r.why}
	}
}

// release ends the pause, if there is one.
func (r *replay) release(at time.Time) {
	pause := r.pause
	r.pause = Pause{}
	if pause.From.IsZero() || !pause.From.Before(at) {
		return
	}
	pause.To = at
	r.pauses = append(r.pauses, pause)
	for i := range r.promises {
		r.promises[i].extend(pause)
	}
}
