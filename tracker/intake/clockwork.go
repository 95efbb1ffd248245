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
// time, or must not have it any more, where there is a manager to take it. What
// an operator works on stays with him.
func (r *reminding) handBack() {
	managers := r.operators(tracker.RoleManager, true)
	why, at := r.forfeit()
	if why == "" || len(managers) == 0 || !r.comes(at) {
		return
	}
	change := tracker.HandedBack{Partner: r.t.Partner, Reason: why}
	readers := managers
	if p, barrier := r.rules.partner(r.t.Partner, r.now); barrier == "" {
		readers = append(readers, alerted{tracker.Address{Name: p.Name, Address: p.Email}, tracker.RolePartner, false})
	}
	r.record(change)
	r.handed = true
	for _, rd := range once(readers) {
		n := r.mail(tracker.KindHandBack, rd)
		n.Data.By, n.Data.Changes = tracker.Actor{Role: tracker.RoleDesk}, []tracker.Change{change}
		n.Data.Reminders = []tracker.Reminder{{Ticket: r.t, Clock: string(sla.Pickup), What: momentHandedBack, Due: at, Acts: rd.acts}}
		r.plan.Notices = append(r.plan.Notices, n)
	}
}

// forfeit says why and since when the partner is not to have the ticket, or from
// when on it is not; "" when nothing of the kind is in sight.
func (r *reminding) forfeit() (why string, at time.Time) {
	if r.t.Partner == "" || r.t.Status == tracker.StatusApproval || r.operated() {
		return "", time.Time{}
	}
	if _, barrier := r.rules.partner(r.t.Partner, r.now); barrier != "" {
		return barrier, r.now
	}
	if r.t.Status != tracker.StatusAssigned {
		return "", time.Time{}
	}
	states, _ := sla.PartnerClocks(r.events, r.rules.Clock.Ledger, r.now)
	for _, s := range states {
		if s.Name == sla.Pickup && s.Ended.IsZero() && !s.Due.IsZero() {
			due := r.pickable(s.Due)
			return "nobody picked it up by " + r.moment(due), due
		}
	}
	return "", time.Time{}
}

// pickable is by when the partner must pick the ticket up: by its own clock, but
// with the whole of its time since the ticket last came to wait for that. What
// waits for the approvers or the requester cannot be picked up.
func (r *reminding) pickable(due time.Time) time.Time {
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
	if whole := c.Add(since, rule.Pickup.On(c)); whole.After(due) {
		return whole
	}
	return due
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
				n.Data.Reason = "it was to be decided by " + r.moment(m.At) + ", and " + n.Data.Reason
			}
		}
		r.plan.Notices = append(r.plan.Notices, n)
	}
}

// extend asks the delegates too, once, as long as the rules ask for the approval.
func (r *reminding) extend() {
	a := r.t.Approval
	rule, ok := r.rules.approvalOf(r.t)
	if a.Extended || !ok {
		return
	}
	c := tracker.ApprovalAsked{Need: a.Need, Round: a.Round, Approvers: slices.Clone(a.Approvers), Quorum: a.Quorum, Due: r.rules.within(r.now, rule.Within)}
	for _, d := range r.rules.delegates(rule, r.t) {
		if !a.Asked(d.Address) {
			c.Approvers = append(c.Approvers, d.Address)
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
