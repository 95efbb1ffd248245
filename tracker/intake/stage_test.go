package intake

import (
	"maps"
	"slices"
	"testing"
	"time"

	"envdesk/tracker"
	"envdesk/tracker/sla"
)

// proofRules have all that the proofs of authority play with: working hours,
// approvals of every form, an approver without any role, two people of DevOps.
func proofRules(t testing.TB) Rules {
	r := timedRules(t)
	r.Calendar = r.Clock.Ledger.Now().Calendar
	r.ReopenWithin, r.CloseAfter = sla.Span{Days: 10}, sla.Span{Days: 5}
	r.Directory.People = append(r.Directory.People,
		tracker.Person{Name: "Dev Two", Email: "dev@egov.test", Role: tracker.RoleDevOps},
		tracker.Person{Email: "*@corp.test", Role: tracker.RoleRequester})
	r.Approvals = []Approval{
		{Type: "AccessOps", Role: tracker.RoleDevOps, Quorum: 1, Within: sla.Span{Days: 1}, Delegate: "deputy@egov.test"},
		{Type: "Releases", Role: tracker.RoleDevOps, Quorum: 2, Within: sla.Span{Days: 1}},
		{Environment: "AP", Address: ciso, Quorum: 1, Within: sla.Span{Days: 2}},
	}
	return r
}

// ciso approves what is for AP, and has no role in the directory.
const ciso = "ciso@board.test"

// stage plays the desk around Decide as world does, without hashes and without
// assertions, for mails by the million.
type stage struct {
	rules    Rules
	now      time.Time
	tickets  map[int64]tracker.Ticket
	events   map[int64][]tracker.Event
	refs     []tracker.MailRef
	subjects map[int64]string
	told     map[string]bool
	mails    int
	moves    map[[2]tracker.Status]bool // that single events made
	wrong    string                     // what must not happen and did
}

func newStage(r Rules) *stage {
	r.Directory.Partners = slices.Clone(r.Directory.Partners)
	return &stage{
		rules: r, now: noon, tickets: map[int64]tracker.Ticket{}, events: map[int64][]tracker.Event{}, subjects: map[int64]string{},
		told: map[string]bool{}, moves: map[[2]tracker.Status]bool{},
	}
}

// mail makes a mail as the reader would give it.
func (s *stage) mail(m mailTo) tracker.Message {
	s.mails++
	return m.read(s.mails, s.rules.Desk.Address)
}

func (s *stage) input(msg tracker.Message) Input {
	return Input{
		Rules: s.rules, Message: msg, Received: s.now, Now: s.now, Cause: msg.ID, NewID: int64(len(s.tickets) + 1),
		Refs: s.refs, Tickets: s.tickets, OpeningSubject: func(id int64) string { return s.subjects[id] },
		Told: func(key string) bool { return s.told[key] }, List: s.list,
		Events:      func(id int64) []tracker.Event { return s.events[id] },
		OpenTickets: func(string) int { return 0 },
	}
}

func (s *stage) list(tracker.TicketQuery) []tracker.Ticket {
	out := make([]tracker.Ticket, 0, len(s.tickets))
	for id := range int64(len(s.tickets)) {
		out = append(out, s.tickets[id+1])
	}
	return out
}

// receive decides a mail and commits the decision; before holds the tickets as
// they were.
func (s *stage) receive(in Input) (before map[int64]tracker.Ticket, d tracker.Decision) {
	before = maps.Clone(s.tickets)
	d = Decide(in)
	id := d.Ticket
	if d.Action == tracker.ActionOpen {
		id = in.NewID
		s.subjects[id] = in.Message.Subject
	}
	s.record(id, tracker.Event{At: in.Received, By: d.By, Cause: in.Cause}, d.Changes)
	for _, e := range d.Also {
		s.record(e.Ticket, tracker.Event{At: in.Received, By: d.By, Cause: in.Cause}, e.Changes)
	}
	if d.Filed != 0 {
		id = d.Filed
	}
	if id != 0 {
		s.refs = append(s.refs, tracker.MailRef{MessageID: in.Message.ID, Ticket: id, Kind: tracker.RefReceived})
	}
	s.send(d.Notices)
	return before, d
}

// record applies changes to a ticket and keeps their events.
func (s *stage) record(id int64, e tracker.Event, changes []tracker.Change) {
	for _, c := range changes {
		t := s.tickets[id]
		e.Ticket, e.Seq, e.Change = id, t.Seq+1, c
		after, err := tracker.Apply(t, e)
		if err != nil {
			s.wrong = err.Error()
			return
		}
		s.moves[[2]tracker.Status{t.Status, after.Status}] = true
		s.tickets[id], s.events[id] = after, append(s.events[id], e)
	}
}

// send keeps what the outbox keeps of notices.
func (s *stage) send(notices []tracker.Notice) {
	for _, n := range notices {
		if s.told[n.Key] {
			s.wrong = "the key is used twice: " + n.Key
		}
		s.told[n.Key] = true
	}
}

// pass lets the clock look at all tickets at a time; before holds them as they
// were.
func (s *stage) pass(at time.Time) (before map[int64]tracker.Ticket, notices []tracker.Notice) {
	before, s.now = maps.Clone(s.tickets), at
	for _, t := range s.list(tracker.TicketQuery{}) {
		plan, err := Remind(t, s.events[t.ID], s.rules, at)
		if err != nil {
			s.wrong = err.Error()
			return before, nil
		}
		s.record(t.ID, tracker.Event{At: at, By: tracker.Actor{Role: tracker.RoleDesk}}, plan.Changes)
		notices = append(notices, plan.Notices...)
	}
	s.send(notices)
	return before, FoldReminders(notices)
}

// replyTo is the reply address that somebody has for a ticket, made at a time.
func (s *stage) replyTo(t tracker.Ticket, purpose, owner string, made time.Time) string {
	return tracker.ReplyAddress(s.rules.Desk.Address, t.Key, s.rules.Signer.Token(purpose, t.Key, owner, made))
}
