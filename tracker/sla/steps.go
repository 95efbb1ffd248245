package sla

import (
	"slices"
	"strings"
	"time"
)

// step is a fact of a timeline, when it moves the clock.
type step struct {
	at    time.Time
	fact  fact
	index int // in the timeline's list of such facts
}

// fact is what kind of fact moves a clock.
type fact int

const (
	factEdit fact = iota
	factWish
	factChange
	factTarget
	factResume // the end of a pause
	factPause
	factPickup
	factEnd
	factReopen
)

// steps adds the facts that matter to a clock, in the order of time. Of facts of
// one instant the terms come first and the end last: who raises the priority and
// picks up in one mail picks up at the new priority.
func (tl *Timeline) steps(clock Name, all []step) []step {
	for i, e := range tl.Edits {
		all = append(all, step{e.At, factEdit, i})
	}
	for i, w := range tl.Wishes {
		all = append(all, step{w.At, factWish, i})
	}
	for i, c := range tl.Changes {
		all = append(all, step{c.At, factChange, i})
	}
	if clock == Resolve {
		all = tl.resolveSteps(all)
	} else if !tl.PickedUp.IsZero() {
		all = append(all, step{at: tl.PickedUp, fact: factPickup})
	}
	for i, e := range tl.Ends {
		all = append(all, step{e.At, factEnd, i})
	}
	for i, at := range tl.Reopens {
		all = append(all, step{at, factReopen, i})
	}
	slices.SortStableFunc(all, func(a, b step) int { return a.at.Compare(b.at) })
	return all
}

// resolveSteps adds what moves the resolve clock alone. A pause that ends before
// it begins is none.
func (tl *Timeline) resolveSteps(all []step) []step {
	for i, o := range tl.Targets {
		all = append(all, step{o.At, factTarget, i})
	}
	for i, p := range tl.Pauses {
		if p.From.Before(p.To) {
			all = append(all, step{p.To, factResume, i})
		}
	}
	for i, p := range tl.Pauses {
		if p.To.IsZero() || p.From.Before(p.To) {
			all = append(all, step{p.From, factPause, i})
		}
	}
	return all
}

// take moves the clock by a step.
func (r *replay) take(tl *Timeline, s step) {
	switch s.fact {
	case factEdit:
		r.edit(tl.Edits[s.index])
	case factWish:
		r.wishes = append(r.wishes, tl.Wishes[s.index])
	case factChange:
		r.change(tl.Changes[s.index])
	case factTarget:
		r.override(tl.Targets[s.index])
	case factResume:
		r.wait(s.at, -1, r.why)
	case factPause:
		r.wait(s.at, 1, tl.Pauses[s.index].Why)
	case factPickup:
		r.end(End{At: s.at, Done: true})
	case factEnd:
		r.end(End{At: s.at, Done: tl.Ends[s.index].Done && r.clock == Resolve})
	case factReopen:
		r.reopen(s.at)
	}
}

// wait counts the ticket's pauses up or down.
func (r *replay) wait(at time.Time, n int, why string) {
	r.release(at)
	r.settle(at)
	r.waits, r.why = r.waits+n, why
	r.hold(at)
}

// change gives another priority. Upwards, the new target runs from the change,
// and the earlier due instant binds, unless the old one was missed. Downwards,
// the new target runs from the start, so that the consumed time is kept.
func (r *replay) change(c Change) {
	if c.To == r.priority {
		return
	}
	up := moreUrgent(c.To, r.priority)
	r.priority = c.To
	if !r.running {
		return
	}
	r.release(c.At)
	r.settle(c.At)
	switch {
	case !up:
		r.renew(r.start)
	case r.late:
		r.renew(c.At)
	default:
		r.add(r.promise(c.To, c.At))
	}
	r.since = c.At
	r.turn(c.At, "changed to "+c.To)
	r.hold(c.At)
}

// edit recomputes an open clock under other terms. A finished one stays as it
// is. A target that the edit leaves where it was stays the same target: who was
// reminded of it is not reminded again.
func (r *replay) edit(e Edit) {
	if r.running {
		r.release(e.At)
		r.settle(e.At)
	}
	if e.Policy != nil {
		r.policy = e.Policy
	}
	if e.Calendar != nil {
		r.calendar = e.Calendar
	}
	if !r.running {
		return
	}
	old := r.binding()
	r.recompute()
	if same(old, r.binding()) {
		r.leg(e.At, "")
	} else {
		r.turn(e.At, "")
	}
	r.hold(e.At)
}

// recompute makes the promises of the round anew, by the terms in force. What
// the manager set stays.
func (r *replay) recompute() {
	old := r.promises
	r.promises = nil
	for _, p := range old {
		if p.fixed {
			p.calendar = r.measure(r.priority)
			r.promises = append(r.promises, p)
		} else {
			r.add(r.promise(p.priority, p.start))
		}
	}
	if len(old) == 0 {
		r.add(r.promise(r.priority, r.start))
	}
}

// same reports whether two promises are due at the same instant, or neither is
// one.
func same(a, b *promise) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.due.Equal(b.due)
}

// override puts the manager's target in the place of all others. One that lies
// behind the Horizon is none.
func (r *replay) override(o Override) {
	if !r.running {
		return
	}
	r.release(o.At)
	r.settle(o.At)
	c := r.measure(r.priority)
	due := o.Due.UTC()
	if o.Due.IsZero() {
		due = whole(c.Add(r.extended(o.At), o.Extend.On(c)))
	}
	if !due.IsZero() {
		r.promises = []promise{{priority: r.priority, calendar: c, start: o.At, due: due, fixed: true}}
		r.turn(o.At, strings.TrimSuffix("target set by "+o.By, " by "))
	}
	r.hold(o.At)
}

// extended is from where a target that is extended at an instant goes on.
func (r *replay) extended(at time.Time) time.Time {
	if p := r.binding(); p != nil {
		return later(at, p.due)
	}
	return at
}

// end freezes the clock.
func (r *replay) end(e End) {
	if !r.running {
		return
	}
	r.release(e.At)
	r.settle(e.At)
	r.frozen = r.state(e.At)
	r.frozen.Ended, r.frozen.Done = e.At.UTC(), e.Done
	if r.frozen.Status == Running {
		r.frozen.Status = None
		if e.Done {
			r.frozen.Status = Met
		}
	}
	if r.result == nil && (e.Done || r.frozen.Status == Late) {
		r.result = &Result{Due: r.frozen.Due, Ended: r.frozen.Ended, Status: r.frozen.Status}
		r.frozen.First = r.result
	}
	r.running = false
}

// reopen starts a new round at the priority in force. What was picked up stays
// so.
func (r *replay) reopen(at time.Time) {
	if r.running || r.clock == Pickup && r.frozen.Done {
		return
	}
	r.rounds++
	r.open(at)
	r.hold(at)
}
