package intake

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"envdesk/tracker"
	"envdesk/tracker/sla"
)

// What the clock does by itself, beside telling people what is due.

// clockApproval is the clock of a decision that the approvers take.
const clockApproval = "approval"

// What is due besides the moments of package sla: a day until which a partner
// waits has come, and a ticket was handed back.
const (
	momentWaitOver   = "wait-over"
	momentHandedBack = "handed-back"
	momentWarning    = "75" // of the partner's own pickup time, in per cent: next the ticket is handed back
)

// close ends a resolved ticket to which nobody has objected for as long as the
// rules give: business days of the desk. Nobody is told.
func (r *reminding) close() {
	switch at := r.rules.within(r.t.ResolvedAt, r.rules.CloseAfter); {
	case at.IsZero(): // never
	case at.After(r.now):
		r.look(at)
	default:
		days := int(r.calendar().DateOf(r.now) - r.calendar().DateOf(r.t.ResolvedAt))
		r.record(tracker.Closed{Reason: "resolved " + plural(days, "day") + " ago, and nobody objected"})
	}
}

// handBack takes the ticket from a partner who has not picked it up in its own
// time, or must not have it any more, where there is a manager to take it. Once
// the partner is warned before. What an operator works on stays with him.
func (r *reminding) handBack() {
	managers := r.operators(tracker.RoleManager, true)
	f := r.forfeit()
	if f.why == "" || len(managers) == 0 {
		return
	}
	if f.at.After(r.now) {
		r.warn(f)
	}
	if !r.comes(f.at) {
		return
	}
	change := tracker.HandedBack{Partner: r.t.Partner, Reason: f.why}
	readers := managers
	if p, barrier := r.rules.partner(r.t.Partner, r.now); barrier == "" {
		readers = append(readers, alerted{tracker.Address{Name: p.Name, Address: p.Email}, tracker.RolePartner, false})
	}
	r.record(change)
	r.handed = true
	clock, _ := r.rules.clockOf(r.history(), r.now)
	for _, rd := range once(readers) {
		n := r.mail(tracker.KindHandBack, rd)
		n.Data.By, n.Data.Changes = tracker.Actor{Role: tracker.RoleDesk}, []tracker.Change{change}
		n.Data.Clock = r.rules.clockFor(r.t, clock, rd.to, rd.as)
		n.Data.Reminders = []tracker.Reminder{{Ticket: r.t, Clock: string(sla.Pickup), What: momentHandedBack, Due: f.at, Acts: rd.acts}}
		r.plan.Notices = append(r.plan.Notices, n)
	}
}

// forfeiture is that a partner is not to have the ticket, from an instant on.
type forfeiture struct {
	why  string    // "": nothing of the kind is in sight
	at   time.Time // from when on
	warn time.Time // when the partner is warned
}

// forfeit says why and from when on the partner is not to have the ticket.
func (r *reminding) forfeit() forfeiture {
	if r.t.Partner == "" || r.t.Status == tracker.StatusApproval || r.operated() {
		return forfeiture{}
	}
	if _, barrier := r.rules.partner(r.t.Partner, r.now); barrier != "" {
		return forfeiture{why: barrier, at: r.now}
	}
	if r.t.Status != tracker.StatusAssigned {
		return forfeiture{}
	}
	states, _ := sla.PartnerClocks(r.events, r.rules.Clock.Ledger, r.now)
	for _, s := range states {
		if s.Name == sla.Pickup && s.Ended.IsZero() && !s.Due.IsZero() {
			return r.pickable(s)
		}
	}
	return forfeiture{}
}

// pickable is by when the partner must pick the ticket up: by its own clock, but
// with the whole of its time since the ticket last came to wait for that. What
// waits for the approvers or the requester cannot be picked up.
func (r *reminding) pickable(s sla.State) forfeiture {
	var t tracker.Ticket
	var since time.Time
	for _, e := range r.events {
		was := t.Status
		t, _ = tracker.Apply(t, e) // the timeline was read from them: they fit
		if t.Status == tracker.StatusAssigned && was != t.Status {
			since = e.At
		}
	}
	terms := r.rules.Clock.Ledger.At(r.now)
	c, rule := terms.CalendarOf(r.t.Partner), terms.Policy.Rules[r.t.Priority]
	if rule.Continuous {
		c = c.AroundTheClock()
	}
	from, due := s.Start, s.Due
	if whole := c.Add(since, rule.Pickup.On(c)); whole.After(due) {
		from, due = since, whole
	}
	return forfeiture{"nobody picked it up by " + r.moment(due), due, c.Add(from, c.Worked(from, due)*3/4)}
}

// warn tells the partner once of each assignment, in its working hours, that the
// ticket is handed back soon.
func (r *reminding) warn(f forfeiture) {
	n := 0
	for _, e := range r.events {
		if c, ok := e.Change.(tracker.Assigned); ok && c.Partner != "" {
			n++
		}
	}
	if f.warn.After(r.now) {
		r.look(f.warn)
		return
	}
	r.goes = f.at
	r.tell(sla.Moment{At: f.warn, Clock: string(sla.Pickup), What: momentWarning, Version: n})
}

// operated reports whether somebody of the desk's own side works on the ticket.
func (r *reminding) operated() bool {
	who := r.rules.Directory.Lookup(tracker.Address{Address: r.t.Assignee})
	return who.Has(tracker.RoleDevOps) || who.Has(tracker.RoleManager)
}

// chase sees to a decision that was not taken in time. The first time the
// delegates are asked too, and all get as long again; the second time nobody is
// added; then nothing more comes of it. Each time everybody who has not decided
// gets a fresh code, and the manager hears of it.
func (r *reminding) chase() {
	if r.t.Status != tracker.StatusApproval || r.t.Approval.Due.IsZero() {
		return
	}
	m := sla.Moment{At: r.t.Approval.Due, Clock: clockApproval, What: sla.MomentLate, Version: r.t.Approval.Round}
	if r.t.Approval.Extended {
		m.What = momentLater
	}
	if _, told := r.told(m.Clock, m.What, m.Version); told || !r.comes(m.At) {
		return
	}
	r.extend()
	var late []tracker.Address // who has not decided
	for _, addr := range r.t.Approval.Approvers {
		if r.rules.waitsForDecision(r.t, addr) {
			late = append(late, r.rules.person(addr))
		}
	}
	change := tracker.Reminded{Clock: m.Clock, What: m.What, Version: m.Version}
	all := unite(late, r.rules.Directory.WithRole(tracker.RoleManager))
	for _, to := range all {
		change.To = append(change.To, to.Address)
	}
	if len(all) > 0 {
		r.record(change)
	}
	for i, to := range all {
		n := r.notice(m, alerted{to, tracker.RoleManager, false})
		if i < len(late) {
			n = approvalNotice(r.t, r.rules, to, r.now, r.t.Seq)
			if !r.t.Approval.Due.Equal(m.At) {
				n.Data.Reason = "it was to be decided by " + r.moment(m.At) + "; " + n.Data.Reason
			}
		}
		r.plan.Notices = append(r.plan.Notices, n)
	}
}

// extend asks the delegates too, and whom the rules name by now, once, as long as
// the rules ask for the approval.
func (r *reminding) extend() {
	a := r.t.Approval
	rule, ok := r.rules.approvalOf(r.t)
	if a.Extended || !ok {
		return
	}
	c := again(a)
	c.Quorum, c.Due, c.Extended = max(1, rule.Quorum), r.rules.within(r.now, rule.Within), true
	c.Approvers = slices.DeleteFunc(c.Approvers, func(addr string) bool { return !r.rules.asked(r.t, addr) })
	for _, to := range unite(r.rules.approvers(rule, r.t), r.rules.delegates(rule, r.t)) {
		if !slices.ContainsFunc(c.Approvers, func(addr string) bool { return tracker.SamePerson(addr, to.Address) }) {
			c.Approvers = append(c.Approvers, to.Address)
		}
	}
	r.record(c)
}

// moment writes an instant as a person of the desk reads it.
func (r *reminding) moment(at time.Time) string {
	return at.In(zone(r.rules)).Format("Mon 2 Jan, 15:04 MST")
}

// endWait reminds who works on a ticket that waits for its requester when the
// day begins until which it was to wait.
func (r *reminding) endWait() {
	if r.t.Status != tracker.StatusWaiting {
		return
	}
	waits, since, until := 0, time.Time{}, ""
	for _, e := range r.events {
		if c, ok := e.Change.(tracker.StatusChanged); ok && c.To == tracker.StatusWaiting {
			waits, since, until = waits+1, e.At, c.Until
		}
	}
	date, err := sla.ParseDate(until)
	if err != nil {
		return
	}
	switch begins := r.calendar().NextOpen(r.calendar().StartOfDay(date)); {
	case !begins.After(since): // it had begun
	case begins.After(r.now):
		r.look(begins)
	default:
		r.tell(sla.Moment{At: begins, Clock: string(sla.Resolve), What: momentWaitOver, Version: waits})
	}
}

// mail is a notice about the ticket as it is now. Its key is that of the last
// event.
func (r *reminding) mail(kind tracker.NoticeKind, rd alerted) tracker.Notice {
	return tracker.Notice{
		Key:  fmt.Sprintf("%d/%d/%s/%s", r.t.ID, r.t.Seq, kind, strings.ToLower(rd.to.Address)),
		Kind: kind, To: rd.to, As: rd.as, Ticket: r.t.ID, At: r.now,
		Data: tracker.NoticeData{References: []string{threadRoot(r.t, r.rules)}},
	}
}
