package intake

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"envdesk/tracker"
	"envdesk/tracker/sla"
)

// maxAnswered is how many tickets an answer lists.
const maxAnswered = 50

// maxUnprovedQuestions is how many mails an hour in somebody's name are answered
// that ask the desk something and do not prove who wrote them.
const maxUnprovedQuestions = 3

// questions are the verbs that change nothing.
var questions = []string{"help", "list", "mine", "report", "show"}

func isQuestion(c tracker.Command) bool { return slices.Contains(questions, c.Verb) }

// sight is what the sender, as far as it is proved, may see of all tickets: nil
// for all of them; false for nothing.
func (c Credentials) sight() (*tracker.Viewer, bool) {
	s, v := c.Sender, tracker.Viewer{}
	if (s.Has(tracker.RoleManager) || s.Has(tracker.RoleDevOps)) && c.may(Operator, Commands, false) {
		return nil, true
	}
	barred := s.Partner != nil && s.Partner.Barrier(c.Now) != ""
	if c.may(KnownRequester, Commands, false) && !shut(s, c.Now) {
		v.Address = s.Address.Address
	}
	if s.Partner != nil && !barred && c.may(AssignedPartner, Commands, true) {
		v.Partner = s.Partner.Name
	}
	return &v, v != tracker.Viewer{}
}

// mayAsk reports whether questions to the desk are answered to the sender: who
// may open a ticket, and a partner's people.
func (c Credentials) mayAsk() bool {
	partner := c.Sender.Partner
	return c.mayOpen() || partner != nil && partner.Barrier(c.Now) == "" && c.may(AssignedPartner, Commands, true)
}

// decideQuestion answers questions to the desk about no ticket.
func decideQuestion(in Input) tracker.Decision {
	c := credentials(in, tracker.Ticket{})
	if !c.mayAsk() || !in.answerable() {
		return decideOpen(in)
	}
	if c.DMARC != tracker.Pass && in.StrangerMails != nil && in.StrangerMails() >= maxUnprovedQuestions {
		reason := "more than " + plural(maxUnprovedQuestions, "mail") + " in an hour in the name of " + in.Message.From.Address + ", and this question does not prove that it comes from there"
		return tracker.Decision{Action: tracker.ActionIgnore, Reason: reason, Identity: c.describe()}
	}
	r := newRun(in, c, tracker.Ticket{})
	r.rel = roleRelations(c.Sender)
	r.execute(in.Orders.Commands)
	n := tracker.Notice{Kind: r.answerKind(), To: c.Sender.Address, As: c.Sender.Role(), At: in.Received}
	n.Key = string(n.Kind) + "/" + in.Cause
	n.Data = tracker.NoticeData{Answers: r.answers, Summary: r.totals, InReplyTo: in.Message.ID}
	if n.Kind == tracker.KindTranscript {
		n.Data.Transcript = r.results
	}
	if r.asked {
		n.Data.Commands = Help(r.rel)
	}
	return tracker.Decision{
		Action: tracker.ActionAnswer, By: in.actor(tracker.Ticket{}), Notices: []tracker.Notice{n}, Results: r.results, Reason: "a question to the desk",
	}
}

// answerKind is the mail in which the sender gets an answer.
func (r *run) answerKind() tracker.NoticeKind {
	switch {
	case len(r.refusedLines()) > 0:
		return tracker.KindTranscript
	case len(r.answers) > 0 || r.totals != nil:
		return tracker.KindAnswer
	}
	return tracker.KindHelp
}

// found is a ticket that was asked for, with its clock where that counts.
type found struct {
	ticket tracker.Ticket
	clock  tracker.TicketClock
}

func (f found) late() bool { return f.clock.State == string(sla.Late) }

// ask answers /list and /mine.
func (r *run) ask(c tracker.Command) (string, error) {
	v, err := r.viewer()
	if err != nil {
		return "", err
	}
	f, err := readFilter(c.Value, r.in.Rules.Vocabulary)
	if err != nil {
		return "", err
	}
	f.mine = f.mine || c.Verb == "mine"
	all := r.search(f, v)
	a := tracker.Answer{Asked: c.String(), Total: len(all)}
	for _, one := range all[:min(len(all), maxAnswered)] {
		r.add(&a, one, v)
	}
	return r.answer(a)
}

// search lists the tickets that fit and that the viewer may see: the late ones
// first, as they became due, and the others by their priority.
func (r *run) search(f filter, v *tracker.Viewer) []found {
	var out []found
	for _, t := range r.in.list(tracker.TicketQuery{Open: f.open(), For: v}) {
		if v != nil && !v.Sees(t) || !f.takes(t) || f.mine && !r.mine(t) || f.needsDate && !r.in.Rules.needsDate(t) {
			continue
		}
		one := found{ticket: t}
		if t.Status.Open() {
			one.clock = r.clock(t)
		}
		if !f.timed() || f.late && one.late() || f.dueToday && r.dueToday(one) {
			out = append(out, one)
		}
	}
	slices.SortStableFunc(out, lateFirst)
	return out
}

func lateFirst(a, b found) int {
	switch {
	case a.late() && b.late():
		return cmp.Or(a.clock.Due.Compare(b.clock.Due), cmp.Compare(a.ticket.Priority, b.ticket.Priority))
	case a.late():
		return -1
	case b.late():
		return 1
	}
	return cmp.Compare(a.ticket.Priority, b.ticket.Priority)
}

// clock is when a ticket is due, zero where its history does not tell. A list may
// hold very many: the partner's own clock is left to those that are shown.
func (r *run) clock(t tracker.Ticket) tracker.TicketClock {
	events := r.eventsOf(t)
	if len(events) == 0 {
		return tracker.TicketClock{}
	}
	clock, err := r.in.Rules.promiseOf(events, r.in.seen())
	if err != nil { // one damaged history holds up no answer
		return tracker.TicketClock{}
	}
	return clock
}

func (r *run) eventsOf(t tracker.Ticket) []tracker.Event {
	if r.in.Events == nil {
		return nil
	}
	return r.in.Events(t.ID)
}

// dueToday reports whether the ticket is not late yet and will be on this date
// of the desk.
func (r *run) dueToday(f found) bool {
	date := func(t time.Time) string { return t.In(zone(r.in.Rules)).Format(time.DateOnly) }
	return f.clock.State == string(sla.Running) && date(f.clock.Due) == date(r.in.seen())
}

// add puts a ticket and its clock into an answer, as far as the viewer may know
// them.
func (r *run) add(a *tracker.Answer, f found, v *tracker.Viewer) {
	a.Tickets = append(a.Tickets, r.shownTo(f.ticket, v))
	if f.clock == (tracker.TicketClock{}) {
		return
	}
	if a.Clocks == nil {
		a.Clocks = map[string]tracker.TicketClock{}
	}
	if len(a.Tickets) <= maxAnswered && r.seesPartner(f.ticket.Partner, v) {
		f.clock.Partner = r.in.Rules.partnerClockOf(r.eventsOf(f.ticket), r.in.seen())
	}
	a.Clocks[f.ticket.Key] = f.clock
}

// seesPartner reports whether the viewer may know of the own clock of a partner:
// its people and the manager.
func (r *run) seesPartner(name string, v *tracker.Viewer) bool {
	if v == nil {
		return r.cred.Sender.Has(tracker.RoleManager)
	}
	return v.Partner != "" && strings.EqualFold(v.Partner, name)
}

// showOne answers /show: the ticket that is named, or the one of the mail.
func (r *run) showOne(c tracker.Command) (string, error) {
	v, err := r.viewer()
	if err != nil {
		return "", err
	}
	t, key := r.before, r.keyIn(c.Value)
	if key != "" {
		t, _ = r.in.find(key)
	} else if t.ID == 0 {
		return "", errors.New("it needs a key, such as /show " + r.in.Rules.KeyPrefix + "-1")
	}
	asked := t.ID == r.before.ID && r.is(Approver) // decides by what it says
	if t.ID == 0 || v != nil && !v.Sees(t) && !asked {
		if v == nil {
			return "", fmt.Errorf("there is no ticket %s", cmp.Or(key, t.Key))
		}
		return "", fmt.Errorf("there is no ticket %s that you may see", cmp.Or(key, t.Key))
	}
	a := tracker.Answer{Asked: c.String(), Total: 1, Whole: true}
	r.add(&a, found{t, r.clock(t)}, v)
	return r.answer(a)
}

// answer keeps an answer for the mail to the sender; on the command line its
// lines are the transcript.
func (r *run) answer(a tracker.Answer) (string, error) {
	r.answers = append(r.answers, a)
	if !r.in.Shell {
		return plural(a.Total, "ticket"), nil
	}
	lines := []string{plural(a.Total, "ticket")}
	for _, t := range a.Tickets {
		lines = append(lines, r.line(t, a.Clocks[t.Key]))
	}
	return strings.Join(lines, "\n  "), nil
}

// line is a ticket in one line.
func (r *run) line(t tracker.Ticket, c tracker.TicketClock) string {
	due := ""
	switch {
	case c.Due.IsZero() || !t.Status.Open():
	case c.State == string(sla.Late):
		due = "late: due " + r.clockTime(c.Due)
	default:
		due = "due " + r.clockTime(c.Due)
	}
	facts := []string{t.Key, t.Priority, string(t.Status), due, t.Environment, t.Partner, t.Title}
	return strings.Join(slices.DeleteFunc(facts, func(s string) bool { return s == "" }), " · ")
}

func (r *run) viewer() (*tracker.Viewer, error) {
	v, ok := r.cred.sight()
	if !ok {
		return nil, errors.New("the mail does not prove that it comes from " + r.cred.Sender.Address.Address + " (" + r.cred.describe() + ")")
	}
	return v, nil
}

func (in Input) list(q tracker.TicketQuery) []tracker.Ticket {
	if in.List == nil {
		return nil
	}
	return in.List(q)
}

// mine reports whether the ticket is the sender's own: asked for, or to work on.
func (r *run) mine(t tracker.Ticket) bool {
	who := r.cred.Sender
	return t.Requester.Is(who.Address.Address) || tracker.SameAddress(t.Assignee, who.Address.Address) || t.AssignedTo(who)
}

// shownTo is the ticket with what a viewer may know of it; nil is an operator.
func (r *run) shownTo(t tracker.Ticket, v *tracker.Viewer) tracker.Ticket {
	if v == nil {
		return t
	}
	out := tracker.Ticket{
		Key: t.Key, Title: t.Title, Type: t.Type, Priority: t.Priority, Stack: t.Stack, Environment: t.Environment, NeededBy: t.NeededBy,
		ETA: t.ETA, Status: t.Status, Requester: t.Requester, Partner: t.Partner,
		OpenedAt: t.OpenedAt, PickedUpAt: t.PickedUpAt, ResolvedAt: t.ResolvedAt, ClosedAt: t.ClosedAt,
		Approval: tracker.Approval{State: t.Approval.State, Need: t.Approval.Need, At: t.Approval.At, Due: t.Approval.Due},
	}
	if t.Requester.Is(v.Address) {
		out.Watchers = t.Watchers
		out.Approval.Quorum, out.Approval.By = t.Approval.Quorum, r.nameOf(t.Approval.By)
		out.Approval.Approvers, out.Approval.Given = r.namesOf(t.Approval.Approvers), r.namesOf(t.Approval.Given)
	}
	return out
}

// nameOf is how somebody is called to a requester: by name, or by the role.
func (r *run) nameOf(addr string) string {
	who := r.in.Rules.Directory.Lookup(tracker.Address{Address: addr})
	switch {
	case addr == "" || who.Named:
		return who.Address.Name
	case who.Has(tracker.RoleManager):
		return "the programme manager"
	case who.Has(tracker.RoleDevOps):
		return "DevOps"
	}
	return addr
}

func (r *run) namesOf(addrs []string) []string {
	var out []string
	for _, a := range addrs {
		out = append(out, r.nameOf(a))
	}
	return out
}
