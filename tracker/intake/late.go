package intake

import (
	"errors"
	"slices"
	"time"

	"envdesk/tracker"
	"envdesk/tracker/sla"
)

// reopenUntil is when a ticket that has ended can be taken up again no more: as
// much business time behind its end as the rules allow. Zero: for ever.
func (r Rules) reopenUntil(ended time.Time) time.Time { return r.within(ended, r.ReopenWithin) }

// within is the end of a length of business time from an instant, or of days of
// 24 hours where the rules have no calendar. Zero where one of them is.
func (r Rules) within(from time.Time, length sla.Span) time.Time {
	switch {
	case length.IsZero() || from.IsZero():
		return time.Time{}
	case r.Calendar == nil:
		return from.AddDate(0, 0, 7*length.Weeks+length.Days).Add(length.Time)
	default:
		return r.Calendar.Add(from, length.On(r.Calendar))
	}
}

// tooLate reports whether a ticket has ended longer ago than it can be reopened.
func (in Input) tooLate(t tracker.Ticket) bool {
	until := in.Rules.reopenUntil(t.ClosedAt)
	return t.Status.Ended() && !until.IsZero() && in.Received.After(until)
}

// reopen takes a ticket up again: the requester as long as the rules let him,
// the manager always.
func (r *run) reopen(reason string) (string, error) {
	if r.in.tooLate(r.t) && r.limited("reopen", InTime) {
		return "", errors.New("it ended too long ago; write a new request to " + r.in.Rules.Desk.Address)
	}
	return r.did("reopened", tracker.Reopened{Reason: reason})
}

// overdue reports whether a reply of a participant comes so long after the end
// of its ticket that it is a new request. Mail that says nothing new (thanks,
// notes, questions to the desk) is filed with the old one whenever it comes.
func (in Input) overdue(m match) bool {
	if !in.tooLate(m.ticket) || in.isAuto() || in.Archive {
		return false
	}
	c := credentials(in, m.ticket)
	return c.mayFile(m.ticket) && m.ticket.Participates(c.Sender) && credentials(in, tracker.Ticket{}).mayOpen() && in.asks()
}

// asks reports whether the mail asks for something.
func (in Input) asks() bool {
	has := func(verb string) bool {
		return slices.ContainsFunc(in.Orders.Commands, func(c tracker.Command) bool { return c.Verb == verb })
	}
	return !has("note") && (has("reopen") || wantsMore(in.Orders.Comment) || len(attached(in.Message)) > 0)
}

// decideOverdue files a late reply with the request that an earlier late one
// has opened, or opens one.
func decideOverdue(in Input, m match) tracker.Decision {
	who := in.sender()
	for _, key := range slices.Backward(in.continuations(m.ticket)) {
		t, ok := in.find(key)
		if ok && t.ID > m.ticket.ID && !t.Status.Ended() && t.Participates(who) {
			return decideReply(in, match{t, m.evidence + ", which ended and goes on as " + t.Key, m.ticket.ID})
		}
	}
	in.earlier = &m.ticket
	d := openNormal(in, credentials(in, tracker.Ticket{}))
	d.Evidence = m.evidence + ", which ended too long ago"
	return d
}

// lateReply is why a ticket that a late reply opened is linked to the old one.
const lateReply = "a reply after its end"

// continuations are the keys of the tickets that late replies to this one opened:
// what people linked to it or split off goes its own way.
func (in Input) continuations(t tracker.Ticket) []string {
	if in.Events == nil || len(t.Links) == 0 {
		return nil
	}
	var out []string
	for _, e := range in.Events(t.ID) {
		if c, ok := e.Change.(tracker.Linked); ok && c.Why == lateReply {
			out = append(out, c.Key)
		}
	}
	return out
}

// continues ties a new ticket to the one that it goes on from.
func (r *run) continues(old *tracker.Ticket) (why string) {
	if old == nil {
		return ""
	}
	_ = r.connect(*old, lateReply)
	return old.Key + " ended on " + old.ClosedAt.In(zone(r.in.Rules)).Format("2 Jan 2006") + ", too long ago to be reopened: this is a new request, linked to it."
}
