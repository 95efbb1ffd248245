package report

import (
	"slices"
	"strings"
	"time"

	"envdesk/tracker"
	"envdesk/tracker/sla"
)

// recount is a slow second way to the numbers: it plays every history up to an
// instant again and again, asks the clocks as they stood then, and counts minutes.
type recount struct {
	setup     Setup
	asOf      time.Time
	histories [][]tracker.Event
	partner   string // whose work; "" and no requester: all
	requester string
	deadlines map[int][]fall                      // by history
	lives     map[*tracker.Event][]tracker.Ticket // by the first event of the history
}

// fall is a deadline that fell, of the desk's promise.
type fall struct {
	clock    sla.Name
	start    time.Time
	at, fell time.Time
	met      bool
	ended    time.Time
	outside  bool // it passed before the ticket was let in, and fell when it was
}

// life is the ticket before any event, after the first, the second and so on.
func (r *recount) life(events []tracker.Event) []tracker.Ticket {
	if known := r.lives[&events[0]]; len(known) > len(events) {
		return known
	}
	states := make([]tracker.Ticket, 1, len(events)+1)
	for i, e := range events {
		t, err := tracker.Apply(states[i], e)
		if err != nil {
			panic(err)
		}
		states = append(states, t)
	}
	r.lives[&events[0]] = states
	return states
}

// before is the ticket as it was just before t.
func (r *recount) before(events []tracker.Event, t time.Time) tracker.Ticket {
	return r.life(events)[earlier(events, t.Add(-1))]
}

// until is the ticket as it was at t.
func (r *recount) until(events []tracker.Event, t time.Time) tracker.Ticket {
	return r.life(events)[earlier(events, t)]
}

// earlier counts the events until t.
func earlier(events []tracker.Event, t time.Time) int {
	n := 0
	for n < len(events) && !events[n].At.After(t) {
		n++
	}
	return n
}

// mine reports whether the ticket is open work of the reader.
func (r *recount) mine(t tracker.Ticket) bool {
	return t.Seq > 0 && t.Admitted && t.Status.Open() && r.reads(t)
}

func (r *recount) reads(t tracker.Ticket) bool {
	switch {
	case r.partner != "":
		return strings.EqualFold(t.Partner, r.partner)
	case r.requester != "":
		return t.Requester.Is(r.requester)
	}
	return true
}

// breaks are the instants at which a clock of the history may change its mind.
func (r *recount) breaks(events []tracker.Event) []time.Time {
	var all []time.Time
	for _, e := range events {
		if e.At.Before(r.asOf) {
			all = append(all, e.At)
		}
	}
	for _, t := range r.setup.Ledger {
		if t.Since.After(events[0].At) && t.Since.Before(r.asOf) {
			all = append(all, t.Since)
		}
	}
	slices.SortFunc(all, time.Time.Compare)
	return append(slices.CompactFunc(all, time.Time.Equal), r.asOf)
}

// asks are the clocks at an instant, by the history until then.
type asks func(events []tracker.Event, ledger sla.Ledger, now time.Time) []sla.State

func ofDesk(events []tracker.Event, ledger sla.Ledger, now time.Time) []sla.State {
	tl, terms, err := ledger.Timeline(events)
	if err != nil {
		panic(err)
	}
	return sla.Clocks(tl, terms.Policy, terms.Calendar, now)
}

func ofPartner(events []tracker.Event, ledger sla.Ledger, now time.Time) []sla.State {
	states, _ := sla.PartnerClocks(events, ledger, now)
	return states
}

// falls walks from break to break and sees which deadlines fall between them.
func (r *recount) falls(events []tracker.Event, ask asks) []fall {
	var all []fall
	add := func(f fall) {
		if !slices.ContainsFunc(all, func(o fall) bool { return o.clock == f.clock && o.start.Equal(f.start) && o.at.Equal(f.at) }) {
			all = append(all, f)
		}
	}
	breaks := r.breaks(events)
	for i := range len(breaks) - 1 {
		a, b := breaks[i], breaks[i+1]
		n := earlier(events, a)
		for _, s := range ask(events[:n], r.setup.Ledger, a) {
			f := fall{clock: s.Name, start: s.Start, at: s.Due, fell: s.Due, ended: s.Ended}
			switch {
			case s.Due.IsZero():
			case !s.Ended.IsZero():
				if f.met = s.Done && s.Due.After(s.Ended); f.met {
					add(f)
				}
			case !s.Due.After(a):
				f.fell = a
				add(f)
			case s.Pausing.IsZero() && !s.Due.After(b):
				add(f)
			case !s.Pausing.IsZero():
				if f.fell = r.whilePaused(events[:n], s, b, ask); !f.fell.IsZero() {
					f.at = f.fell
					add(f)
				}
			}
		}
	}
	return all
}

// whilePaused is when a clock that is paused fell due before b, zero when it did
// not: without working time a pause does not move what is due.
func (r *recount) whilePaused(events []tracker.Event, was sla.State, b time.Time, ask asks) time.Time {
	for _, s := range ask(events, r.setup.Ledger, b.Add(-1)) {
		if s.Name == was.Name && !s.Due.After(b) {
			return s.Due
		}
	}
	return time.Time{}
}

// due are the deadlines of a history that count for the reader.
func (r *recount) due(i int) []fall {
	if r.deadlines[i] == nil {
		r.deadlines[i] = append([]fall{}, r.falls(r.histories[i], ofDesk)...)
	}
	entered := r.entered(r.histories[i])
	var all []fall
	for _, f := range r.deadlines[i] {
		if f.fell.Before(entered) {
			f.fell, f.outside = entered, true
		}
		if r.reads(r.whenFell(r.histories[i], f)) && f.fell.Before(r.asOf) {
			all = append(all, f)
		}
	}
	return all
}

// whenFell is the ticket as it was when the deadline was decided.
func (r *recount) whenFell(events []tracker.Event, f fall) tracker.Ticket {
	switch {
	case f.met:
		return r.until(events, f.ended)
	case f.fell.After(f.at) && !f.outside:
		return r.until(events, f.fell)
	}
	return r.before(events, f.fell)
}

func (r *recount) entered(events []tracker.Event) time.Time {
	for _, e := range events {
		if r.until(events, e.At).Admitted {
			return e.At
		}
	}
	return r.asOf
}

// lateAt asks the clocks just before t whether one that runs is late, and since
// when.
func (r *recount) lateAt(events []tracker.Event, t time.Time) time.Time {
	var since time.Time
	if !r.mine(r.before(events, t)) {
		return since
	}
	n := earlier(events, t.Add(-1))
	for _, s := range ofDesk(events[:n], r.setup.Ledger, t.Add(-1)) {
		if s.Status == sla.Late && s.Ended.IsZero() && (since.IsZero() || s.LateSince.Before(since)) {
			since = s.LateSince
		}
	}
	return since
}

// moves are what came into the reader's open work in [from, to), and what went.
type moves struct {
	opened, reopened, solved, dropped, given int
	back, right                              int
}

func (m moves) in() int  { return m.opened + m.reopened }
func (m moves) out() int { return m.solved + m.dropped + m.given }

func (r *recount) moves(events []tracker.Event, from, to time.Time, m *moves) {
	for i, e := range events {
		if e.At.Before(from) || !e.At.Before(to) {
			continue
		}
		was := r.life(events)[i]
		is := r.life(events)[i+1]
		everOpen, asked, partners := false, false, map[int]bool{}
		var lastEnd time.Time
		var lastStatus tracker.Status
		for k := range i + 1 {
			t := r.life(events)[k+1]
			everOpen = everOpen || k < i && t.Admitted && t.Status.Open()
			asked = asked || t.Status == tracker.StatusWaiting
			if p := r.life(events)[k]; !strings.EqualFold(p.Partner, t.Partner) && t.Partner != "" {
				partners[k] = true
			}
			if p := r.life(events)[k]; p.Status.Open() && p.Seq > 0 && !t.Status.Open() && k < i {
				lastEnd, lastStatus = events[k].At, t.Status
			}
		}
		solved := is.Status == tracker.StatusResolved || is.Status == tracker.StatusClosed
		switch {
		case r.mine(is) && !r.mine(was):
			if everOpen && !was.Status.Open() {
				m.reopened++
				wasSolved := lastStatus == tracker.StatusResolved || lastStatus == tracker.StatusClosed
				if wasSolved && e.At.Sub(lastEnd) <= 7*24*time.Hour && r.hadIt(events, i) {
					m.back++
				}
			} else {
				m.opened++
			}
		case !r.mine(was) || r.mine(is):
		case is.Status.Open():
			m.given++
		case solved:
			m.solved++
			if !asked && len(partners) <= 1 && !reopenedBefore(events, to) {
				m.right++
			}
		default:
			m.dropped++
		}
	}
}

func reopenedBefore(events []tracker.Event, t time.Time) bool {
	return slices.ContainsFunc(events, func(e tracker.Event) bool { _, re := e.Change.(tracker.Reopened); return re && e.At.Before(t) })
}

// hadIt reports whether the ticket was the reader's when its work last ended.
func (r *recount) hadIt(events []tracker.Event, i int) bool {
	for k := i - 1; k > 0; k-- {
		is := r.life(events)[k]
		if is.Status.Open() {
			return r.mine(is)
		}
	}
	return false
}

// minutes counts the working minutes of a clock that was stopped at end, without
// those in which it was paused.
func (r *recount) minutes(events []tracker.Event, clock sla.Name, start, end time.Time) time.Duration {
	terms := r.setup.Ledger.At(start)
	for _, t := range r.setup.Ledger {
		if t.Since.After(start) && !t.Since.After(end) {
			terms = t
		}
	}
	rules, calendar := terms.Policy.Rules, terms.Calendar
	if rules[r.until(events, end).Priority].Continuous {
		calendar = calendar.AroundTheClock()
	}
	n := 0
	var state tracker.Ticket
	next := 0
	for m := start; m.Before(end); m = m.Add(time.Minute) {
		for next < len(events) && !events[next].At.After(m) {
			state, _ = tracker.Apply(state, events[next])
			next++
		}
		waits := state.Status == tracker.StatusWaiting || state.Status == tracker.StatusApproval
		if clock == sla.Resolve && waits && !rules[state.Priority].Continuous {
			continue
		}
		if calendar.Open(m) {
			n++
		}
	}
	return time.Duration(n) * time.Minute
}
