package report

import (
	"fmt"
	"strings"
	"time"

	"envdesk/tracker"
	"envdesk/tracker/sla"
)

// facts are what a report keeps of a ticket: not its events.
type facts struct {
	id        int64
	key       string
	title     string
	priority  string
	kind      string // its type
	env       string
	stack     string
	requester tracker.Address
	status    tracker.Status
	partner   string
	assignee  string
	admitted  bool
	opened    time.Time // its receipt
	entered   time.Time // when it was let in; zero: not yet
	reopened  time.Time // first
	last      time.Time // its last event

	whom     whom      // on whom it waits now
	since    time.Time // since when
	reason   string    // why it waits or is blocked, or was handed back
	word     time.Time // the last sign of life of who has it; zero: none
	asked    time.Time // when the approval that it waits for was asked for
	approval tracker.Approval
	picked   tracker.Actor // who picked it up first

	spans  []span     // in which it was open
	holds  []span     // in which it was open and with a partner
	due    []deadline // of the desk's promise
	own    []deadline // of the partners' own clocks
	done   []outcome
	next   []next // what is due on it next
	ownDue time.Time
	notice *sla.Notice
}

// span is a time in which a ticket was open work.
type span struct {
	from, to time.Time // to zero: still
	again    bool      // began with a reopening
	exit     exit
	right    bool   // ended resolved, at the first try until then: not reopened, not given on, no question asked back
	partner  string // whose work it was; "" in the spans of the whole programme
}

// exit is how open work ended.
type exit int

const (
	stays   exit = iota
	solved       // resolved
	dropped      // cancelled, merged or rejected
	given        // to another partner or back to the manager
)

// deadline is a target that bound: it was missed at its instant, or the work was
// done before.
type deadline struct {
	clock    sla.Name
	at       time.Time
	fell     time.Time // at, or later when the target was set or the ticket let in behind at: neither changes the past
	until    time.Time // when the clock was stopped; zero: it runs
	met      bool
	priority string
	partner  string // who had the ticket then
}

// outcome is a clock that was stopped with a result.
type outcome struct {
	clock    sla.Name
	at       time.Time
	used     time.Duration // working time without pauses
	elapsed  time.Duration
	priority string
	partner  string
}

// next is a running clock.
type next struct {
	clock sla.Name
	due   time.Time
}

// whom says on whom a ticket waits.
type whom string

const (
	onUs        whom = "us"
	onPartner   whom = "partner"
	onRequester whom = "requester"
	onApprover  whom = "approver"
	onNobody    whom = ""
)

// waitsOn tells on whom a ticket waits: on us while nobody has it, while it is
// blocked, and when a person of the desk's own side has it.
func waitsOn(t *tracker.Ticket) whom {
	switch {
	case !open(t):
		return onNobody
	case t.Status == tracker.StatusWaiting:
		return onRequester
	case t.Status == tracker.StatusApproval:
		return onApprover
	case t.Status == tracker.StatusBlocked || t.Partner == "":
		return onUs
	}
	return onPartner
}

// open reports whether a ticket is work that the desk counts.
func open(t *tracker.Ticket) bool { return t.Admitted && t.Status.Open() }

// reader folds a ticket's events into facts. It can read one ticket after another.
type reader struct {
	*facts
	history sla.History
	t       *tracker.Ticket // as it is
	at      time.Time       // of the event; never goes back
	trail   []point
	stops   []stop
	told    []round
	asking  bool // its requester was asked something
	moves   int  // how many partners had it
	withOwn bool // the partners' own clocks are asked too
}

// stop is an event at which what the clocks told until then would be lost.
type stop struct {
	event int
	at    time.Time
	again bool // another round begins
	moved bool // the ticket leaves a partner
}

// point is the state of a ticket from an instant on.
type point struct {
	at       time.Time
	priority string
	partner  string
}

// read folds the events of a ticket. It forgets the one before, but for its facts.
func (r *reader) read(events []tracker.Event) error {
	*r = reader{facts: &facts{}, history: r.history[:0], trail: r.trail[:0], stops: r.stops[:0], told: r.told[:0]}
	err := tracker.Follow(events, func(was, is *tracker.Ticket, e *tracker.Event) error {
		r.t = is
		if e.At.After(r.at) {
			r.at = e.At.UTC()
		}
		if s := r.step(was, e); s.again || s.moved {
			r.stops = append(r.stops, s)
		}
		r.history = append(r.history, sla.NewHistoryEvent(was, is, e))
		return nil
	})
	if err != nil {
		return fmt.Errorf("report on ticket %d: %w", events[0].Ticket, err)
	}
	r.present()
	return nil
}

// present takes what the ticket is now.
func (r *reader) present() {
	t := r.t
	r.id, r.key, r.title, r.priority, r.kind, r.env, r.stack = t.ID, t.Key, t.Title, t.Priority, t.Type, t.Environment, t.Stack
	r.requester, r.status, r.partner, r.assignee, r.admitted = t.Requester, t.Status, t.Partner, t.Assignee, t.Admitted
	r.opened, r.last, r.whom, r.approval = t.OpenedAt.UTC(), r.at, waitsOn(t), t.Approval
}

// step takes what an event did, and tells whether the clocks must be asked
// before it.
func (r *reader) step(was *tracker.Ticket, e *tracker.Event) stop {
	is := r.t
	if is.Priority != was.Priority || is.Partner != was.Partner || len(r.trail) == 0 {
		r.trail = append(r.trail, point{r.at, is.Priority, is.Partner})
	}
	if is.Admitted && !was.Admitted {
		r.entered = r.at
	}
	if r.reopened.IsZero() && is.Reopened > 0 {
		r.reopened = r.at
	}
	r.asking = r.asking || is.Status == tracker.StatusWaiting
	moved := !strings.EqualFold(was.Partner, is.Partner)
	if moved && is.Partner != "" {
		r.moves++
	}
	r.work(was)
	r.say(was, e)
	again := was.Seq > 0 && !was.Status.Open() && is.Status.Open()
	return stop{event: len(r.history), at: e.At, again: again, moved: moved && was.Partner != ""}
}

// work keeps the spans.
func (r *reader) work(was *tracker.Ticket) {
	before, now := open(was), open(r.t)
	again := now && !before && len(r.spans) > 0
	if before && !now {
		r.leave(&r.spans[len(r.spans)-1], r.exit())
	}
	if now && !before {
		r.spans = append(r.spans, span{from: r.at, again: again})
	}
	had, has := owner(was), owner(r.t)
	if strings.EqualFold(had, has) {
		return
	}
	if had != "" {
		how := given
		if !now {
			how = r.exit()
		}
		r.leave(&r.holds[len(r.holds)-1], how)
	}
	if has != "" {
		r.holds = append(r.holds, span{from: r.at, again: again, partner: has})
	}
}

func (r *reader) leave(s *span, how exit) {
	s.to, s.exit = r.at, how
	s.right = how == solved && r.t.Reopened == 0 && !r.asking && r.moves <= 1
}

// exit is how the ticket ended.
func (r *reader) exit() exit {
	if r.t.Status == tracker.StatusResolved || r.t.Status == tracker.StatusClosed {
		return solved
	}
	return dropped
}

// owner is the partner whose open work the ticket is, or "".
func owner(t *tracker.Ticket) string {
	if !open(t) {
		return ""
	}
	return t.Partner
}

// say keeps what is told of the ticket as it stands.
func (r *reader) say(was *tracker.Ticket, e *tracker.Event) {
	is := r.t
	if waitsOn(was) != waitsOn(is) || was.Partner != is.Partner {
		r.since = r.at
	}
	if was.Status != is.Status || was.Partner != is.Partner {
		r.reason = reasonOf(e.Change)
	}
	if was.Partner != is.Partner || was.Partner == "" && was.Assignee != is.Assignee {
		r.word = time.Time{}
	}
	if r.spoke(e) {
		r.word = r.at
	}
	if is.Status == tracker.StatusApproval && was.Status != is.Status {
		r.asked = r.at
	}
	if !is.PickedUpAt.IsZero() && was.PickedUpAt.IsZero() {
		r.picked = e.By
	}
}

// spoke reports whether the event is a sign of life of who has the ticket: a
// mail of a person or a command.
func (r *reader) spoke(e *tracker.Event) bool {
	if reply, ok := e.Change.(tracker.Replied); ok && reply.Auto != "" && reply.Auto != tracker.AutoNone {
		return false
	}
	if r.t.Partner != "" {
		return strings.EqualFold(e.By.Partner, r.t.Partner)
	}
	return tracker.SameAddress(e.By.Address, r.t.Assignee)
}

// reasonOf is the reason that a person gave for the state of a ticket.
func reasonOf(c tracker.Change) string {
	switch c := c.(type) {
	case tracker.StatusChanged:
		return c.Reason
	case tracker.Declined:
		return because("handed back by "+c.Partner, c.Reason)
	case tracker.HandedBack:
		return because("handed back by "+c.Partner, c.Reason)
	}
	return ""
}

func because(what, reason string) string {
	if reason == "" {
		return what
	}
	return what + ": " + reason
}

// before is the state of the ticket just before t, or at t when that counts too.
func (r *reader) before(t time.Time, including bool) point {
	p := r.trail[0]
	for _, q := range r.trail {
		if q.at.Before(t) || including && q.at.Equal(t) {
			p = q
		}
	}
	return p
}
