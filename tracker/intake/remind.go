package intake

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"envdesk/tracker"
	"envdesk/tracker/sla"
)

// What the clock tells of behind the moments of package sla: a target was
// missed a working day ago, and nothing came of it.
const momentLater = "later"

// clockNotice is the clock of the notice period.
const clockNotice = "notice"

// Plan is what the clock has to do on a ticket.
type Plan struct {
	Next    time.Time        // when it has something to do: the present when it has now, zero when never as things stand
	Changes []tracker.Change // what to record now
	Notices []tracker.Notice // one a reader
}

// Remind decides what the clock does with a ticket at now, and who is told what
// is due on it, given all its events. Nobody is told of a ticket on which no work
// is left, and nobody twice of one moment. Of several moments of a clock that
// passed unnoticed the latest alone is told. Readers outside their working hours
// wait for these, but for P0.
func Remind(t tracker.Ticket, events []tracker.Event, rules Rules, now time.Time) (Plan, error) {
	if len(rules.Clock.Ledger) == 0 || t.Status.Ended() {
		return Plan{}, nil
	}
	r := reminding{t: t, events: events, rules: rules, now: now}
	if t.Status == tracker.StatusResolved {
		r.close()
		return r.plan, r.err
	}
	tl, terms, err := rules.Clock.Ledger.Timeline(events)
	if err != nil {
		return Plan{}, fmt.Errorf("clock of %s: %w", t.Key, err)
	}
	r.states = sla.Clocks(tl, terms.Policy, terms.Calendar, now)
	r.handBack()
	r.chase()
	r.endWait()
	r.look(sla.NextDue(tl, terms.Policy, terms.Calendar, now).At)
	if at := r.laterAt(); at.After(now) {
		r.look(at)
	}
	for _, m := range sla.Passed(r.states, tl.Start(), now) {
		if what, ok := r.weigh(m); ok {
			m.What = what
			if m.Clock == clockNotice {
				m.Version = r.wishes()
			}
			r.tell(m)
		}
	}
	r.plan.Notices = weightiest(r.plan.Notices)
	return r.plan, r.err
}

// weightiest leaves each reader one mail of a pass: what was done rather than what
// is due, and of that the weightiest.
func weightiest(notices []tracker.Notice) []tracker.Notice {
	var out []tracker.Notice
	for _, n := range notices {
		i := slices.IndexFunc(out, func(o tracker.Notice) bool { return o.To.Is(n.To.Address) })
		switch {
		case i < 0 || n.Kind != tracker.KindReminder && out[i].Kind != tracker.KindReminder:
			out = append(out, n)
		case weight(n) > weight(out[i]):
			out[i] = n
		}
	}
	return out
}

// weight orders the mails of a pass: a missed target over a near one, and both over
// a warning that the ticket should be picked up.
func weight(n tracker.Notice) int {
	if n.Kind != tracker.KindReminder {
		return 9
	}
	w, m := 0, n.Data.Reminders[0]
	if m.Clock != string(sla.Pickup) {
		w++
	}
	if m.What == sla.MomentLate || m.What == momentLater {
		w += 2
	}
	return w
}

// reminding is the clock at work on one ticket.
type reminding struct {
	t      tracker.Ticket
	events []tracker.Event
	rules  Rules
	now    time.Time
	states []sla.State
	handed bool      // a hand-back tells the manager that nobody picked it up
	goes   time.Time // when the partner loses the ticket of which it is warned
	plan   Plan
	err    error // a change that does not fit
}

// record makes a change a part of the plan, and of the ticket from here on.
func (r *reminding) record(c tracker.Change) {
	t, err := tracker.Apply(r.t, tracker.Event{Ticket: r.t.ID, Seq: r.t.Seq + 1, At: r.now, Change: c})
	if err != nil {
		r.err = fmt.Errorf("clock of %s: %w", r.t.Key, err)
		return
	}
	r.t, r.plan.Changes = t, append(r.plan.Changes, c)
	r.look(r.now)
}

// history is what happened to the ticket, with what the plan records.
func (r *reminding) history() []tracker.Event {
	events := slices.Clone(r.events)
	for _, c := range r.plan.Changes {
		events = append(events, tracker.Event{Ticket: r.t.ID, Seq: len(events) + 1, At: r.now, Change: c})
	}
	return events
}

// calendar is the desk's.
func (r *reminding) calendar() *sla.Calendar { return r.rules.Clock.Ledger.At(r.now).Calendar }

// comes reports whether the instant has come at which the clock does something
// that people of the desk should see at once: in their working hours, for P0 at
// any. Otherwise the ticket is looked at again then.
func (r *reminding) comes(at time.Time) bool {
	switch c := r.calendar(); {
	case at.After(r.now):
		r.look(at)
	case r.t.Priority == "P0" || c.Open(r.now):
		return true
	default:
		r.look(c.NextOpen(r.now))
	}
	return false
}

// look makes the plan look at the ticket again at an instant.
func (r *reminding) look(at time.Time) {
	if !at.IsZero() && (r.plan.Next.IsZero() || at.Before(r.plan.Next)) {
		r.plan.Next = at
	}
}

func (r *reminding) state(clock string) sla.State {
	if i := slices.IndexFunc(r.states, func(s sla.State) bool { return string(s.Name) == clock }); i >= 0 {
		return r.states[i]
	}
	return sla.State{}
}

// wishes counts the planned dates, the one of the opening or its lack included:
// each has a notice period of its own.
func (r *reminding) wishes() int {
	n := 1
	for _, e := range r.events {
		if c, ok := e.Change.(tracker.Classified); ok && c.Field == tracker.FieldNeededBy {
			n++
		}
	}
	return n
}

// laterAt is when a missed resolve target has been missed for a working day: a
// day of 24 hours on a clock that never stops. Zero while the clock is paused.
func (r *reminding) laterAt() time.Time {
	s := r.state(string(sla.Resolve))
	if s.Due.IsZero() || !s.Pausing.IsZero() {
		return time.Time{}
	}
	terms := r.rules.Clock.Ledger.At(r.now)
	c := terms.Calendar
	if terms.Policy.Rules[r.t.Priority].Continuous {
		c = c.AroundTheClock()
	}
	return c.Add(s.Due, c.FullDay())
}

// weigh says as what a moment is told, and false when it is not worth it: who
// asked at short notice knows that the time is near, and before the approvers let
// it through nobody could pick it up.
func (r *reminding) weigh(m sla.Moment) (string, bool) {
	if m.Clock == string(sla.Pickup) && (r.t.Status == tracker.StatusApproval || m.At.Before(r.t.Approval.At)) {
		return "", false
	}
	switch m.What {
	case sla.MomentWindow:
		n := r.state(string(sla.Resolve)).Notice
		return m.What, n != nil && !n.Short
	case sla.MomentLate:
		if at := r.laterAt(); m.Clock == string(sla.Resolve) && !at.IsZero() && !at.After(r.now) {
			return momentLater, true
		}
	}
	return m.What, true
}

// tell tells of a moment that has passed whoever has not been told and reads
// mail at this hour.
func (r *reminding) tell(m sla.Moment) {
	last, told := r.told(m.Clock, m.What, m.Version)
	change := tracker.Reminded{Clock: m.Clock, What: m.What, Version: m.Version}
	for _, rd := range r.audience(m) {
		if told && !slices.ContainsFunc(last.Waiting, rd.to.Is) {
			continue
		}
		if c := r.calendarOf(rd); r.t.Priority != "P0" && !c.Open(r.now) {
			change.Waiting = append(change.Waiting, rd.to.Address)
			r.look(c.NextOpen(r.now))
			continue
		}
		change.To = append(change.To, rd.to.Address)
		if m.Clock != string(sla.Pickup) || !r.handed || rd.as != tracker.RoleManager {
			r.plan.Notices = append(r.plan.Notices, r.notice(m, rd))
		}
	}
	if len(change.To) > 0 {
		r.record(change)
	}
}

// told finds the last time at which a moment was told of.
func (r *reminding) told(clock, what string, version int) (tracker.Reminded, bool) {
	for _, e := range slices.Backward(r.events) {
		c, ok := e.Change.(tracker.Reminded)
		if ok && c.Clock == clock && c.What == what && c.Version == version {
			return c, true
		}
	}
	return tracker.Reminded{}, false
}

// calendarOf is the calendar by which somebody reads mail.
func (r *reminding) calendarOf(rd alerted) *sla.Calendar {
	if rd.as == tracker.RolePartner {
		return r.rules.Clock.Ledger.At(r.now).CalendarOf(r.t.Partner)
	}
	return r.rules.Clock.Ledger.At(r.now).Calendar
}

// notice tells one reader of a moment. Its key is that of the moment and the
// reader, so that no mail goes out twice.
func (r *reminding) notice(m sla.Moment, rd alerted) tracker.Notice {
	due := r.state(m.Clock).Due
	switch {
	case m.Clock == clockApproval:
		due = m.At
	case m.Clock == string(sla.Pickup) && m.What == momentWarning:
		due = r.goes
	case m.What == sla.MomentWindow:
		due = r.state(string(sla.Resolve)).Notice.By
	}
	return tracker.Notice{
		Key:  fmt.Sprintf("%d/%s/%s", r.t.ID, m.Key(), strings.ToLower(rd.to.Address)),
		Kind: tracker.KindReminder, To: rd.to, As: rd.as, Ticket: r.t.ID, At: r.now,
		Data: tracker.NoticeData{
			References: []string{threadRoot(r.t, r.rules)},
			Reminders:  []tracker.Reminder{{Ticket: r.t, Clock: m.Clock, What: m.What, Due: due, Acts: rd.acts}},
		},
	}
}

// foldAbove is how many reminders one reader gets in one pass, each as a mail of
// its own; more become one mail.
const foldAbove = 5

// FoldReminders makes one mail of the reminders of each reader who would get too
// many at once. A mail without reminders, such as one that asks for an approval,
// stays as it is.
func FoldReminders(notices []tracker.Notice) []tracker.Notice {
	count := map[string]int{}
	for _, n := range notices {
		if len(n.Data.Reminders) > 0 {
			count[strings.ToLower(n.To.Address)]++
		}
	}
	var out []tracker.Notice
	folded := map[string]int{} // index into out
	for _, n := range notices {
		to := strings.ToLower(n.To.Address)
		if count[to] <= foldAbove || len(n.Data.Reminders) == 0 {
			out = append(out, n)
			continue
		}
		i, known := folded[to]
		if !known {
			i = len(out)
			folded[to] = i
			out = append(out, tracker.Notice{Key: "reminders/" + n.Key, Kind: tracker.KindReminders, To: n.To, As: n.As, At: n.At})
		}
		out[i].Data.Reminders = append(out[i].Data.Reminders, n.Data.Reminders...)
	}
	return out
}
