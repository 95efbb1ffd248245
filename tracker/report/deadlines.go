package report

import (
	"slices"
	"time"

	"envdesk/tracker/sla"
)

// round names a round of a clock: one of the desk's promise or of a partner's
// own clock.
type round struct {
	clock sla.Name
	own   bool
	start time.Time
}

// asked is what the clocks are asked with.
type asked struct {
	history sla.History
	ledger  sla.Ledger
	now     time.Time
	own     bool // the partner's own clocks, else the desk's
}

// states are the clocks; none when nobody has an own clock.
func (a asked) states() ([]sla.State, error) {
	if a.own {
		states, _ := a.history.PartnerClocks(a.ledger, a.now)
		return states, nil
	}
	return a.history.Clocks(a.ledger, a.now)
}

// clocks adds what the clocks tell: of the desk's promise, and of the own clocks
// of the partners who had the ticket.
//
// A clock tells of its present round alone, and a partner's clock of the present
// partner. So the clocks are asked before every event that begins another round
// or takes the ticket from a partner, with the history until then, and at now.
func (r *reader) clocks(ledger sla.Ledger, now time.Time) error {
	var at time.Time
	for _, s := range r.stops {
		at = later(at, s.at)
		a := asked{r.history[:s.event], ledger, at, false}
		if s.again {
			if _, err := r.ask(a); err != nil {
				return err
			}
		}
		a.own = true
		if _, err := r.ask(a); err != nil {
			return err
		}
	}
	states, err := r.ask(asked{r.history, ledger, now, false})
	if err != nil {
		return err
	}
	own, err := r.ask(asked{r.history, ledger, now, true})
	if err != nil {
		return err
	}
	r.running(states, own)
	return nil
}

// ask adds the deadlines and the result of each round once.
func (r *reader) ask(a asked) ([]sla.State, error) {
	if a.own && !r.withOwn {
		return nil, nil
	}
	states, err := a.states()
	if err != nil {
		return nil, err
	}
	for i := range states {
		s := &states[i]
		id := round{s.Name, a.own, s.Start}
		if s.Due.IsZero() && len(s.Missed) == 0 || r.knows(id) {
			continue
		}
		r.told = append(r.told, id)
		if a.own {
			r.own, err = r.deadlines(r.own, s, a)
		} else {
			r.due, err = r.deadlines(r.due, s, a)
			r.result(s)
		}
		if err != nil {
			return nil, err
		}
	}
	return states, nil
}

// result adds how a round of a clock of the desk's promise ended.
func (r *reader) result(s *sla.State) {
	if s.Done && !s.Due.IsZero() {
		r.done = append(r.done, outcome{
			clock: s.Name, at: s.Ended, used: s.Used, elapsed: s.Ended.Sub(s.Start),
			priority: s.Priority, partner: r.before(s.Ended, true).partner,
		})
	}
}

func (r *reader) knows(id round) bool {
	for _, k := range r.told {
		if k.clock == id.clock && k.own == id.own && k.start.Equal(id.start) {
			return true
		}
	}
	return false
}

// deadlines adds the targets that bound in a round: those that were missed, and
// the one before which the work was done. A target that was replaced before its
// due instant, and one of work that ended without a result before it, is none. One
// that passed before the ticket was let in falls when it is: by then nobody had it.
func (r *reader) deadlines(all []deadline, s *sla.State, a asked) ([]deadline, error) {
	for _, at := range missed(s, a.now) {
		fell, err := r.fell(s.Name, at, a)
		if err != nil {
			return nil, err
		}
		p := r.before(fell, fell.After(at))
		if fell.Before(r.entered) {
			fell, p = r.entered, r.before(r.entered, false)
		}
		all = append(all, deadline{clock: s.Name, at: at, fell: fell, until: s.Ended, priority: p.priority, partner: p.partner})
	}
	if s.Done && s.Due.After(s.Ended) && !s.Ended.Before(r.entered) {
		p := r.before(s.Ended, true)
		all = append(all, deadline{clock: s.Name, at: s.Due, fell: s.Due, until: s.Ended, met: true, priority: s.Priority, partner: p.partner})
	}
	return all, nil
}

// missed are the due instants that a clock missed until now, each once: a target
// that comes back is the same.
func missed(s *sla.State, now time.Time) []time.Time {
	var all []time.Time
	add := func(due time.Time) {
		if !slices.ContainsFunc(all, due.Equal) {
			all = append(all, due.UTC())
		}
	}
	for _, m := range s.Missed {
		add(m.Due)
	}
	if s.Ended.IsZero() && !s.Due.IsZero() && !s.Due.After(now) {
		add(s.Due)
	}
	return all
}

// fell is when a missed target fell due: at its instant or, when another
// priority or other terms set it only behind that, when they did.
func (r *reader) fell(clock sla.Name, due time.Time, a asked) (time.Time, error) {
	fell := due
	for _, turn := range r.turns(due, a) {
		before := a
		before.history, before.now = a.history.Before(turn), turn.Add(-1)
		states, err := before.states()
		if err != nil {
			return fell, err
		}
		for _, s := range states {
			if s.Name == clock && tells(s, due) {
				return fell, nil
			}
		}
		fell = turn
	}
	return fell, nil
}

// turns are the instants behind due at which another priority or other terms
// set other targets, in the order of time.
func (r *reader) turns(due time.Time, a asked) []time.Time {
	var all []time.Time
	for _, p := range r.trail {
		if p.at.After(due) && !p.at.After(a.now) {
			all = append(all, p.at)
		}
	}
	for _, t := range a.ledger {
		if t.Since.After(due) && !t.Since.After(a.now) {
			all = append(all, t.Since.UTC())
		}
	}
	slices.SortFunc(all, time.Time.Compare)
	return all
}

// tells reports whether the clock knows the due instant as its own.
func tells(s sla.State, due time.Time) bool {
	return s.Due.Equal(due) || slices.ContainsFunc(s.Missed, func(m sla.Miss) bool { return m.Due.Equal(due) })
}

// running takes what is due next.
func (r *reader) running(states, own []sla.State) {
	for _, s := range states {
		if s.Notice != nil {
			r.notice = s.Notice
		}
		if ticks(s) {
			r.next = append(r.next, next{clock: s.Name, due: s.Due})
		}
	}
	for _, s := range own {
		if ticks(s) && (r.ownDue.IsZero() || s.Due.Before(r.ownDue)) {
			r.ownDue = s.Due
		}
	}
}

// ticks reports whether a clock goes towards a due instant.
func ticks(s sla.State) bool { return s.Ended.IsZero() && s.Pausing.IsZero() && !s.Due.IsZero() }
