package intake

import (
	"strings"

	"envdesk/tracker"
)

// route takes a new ticket to who comes first: the approvers while it needs an
// approval, else its owner.
func (r *run) route(named string) {
	if a, open := r.in.Rules.openNeed(r.t); open {
		r.askApproval(a, named)
		return
	}
	r.give(named, r.by.Display())
}

// give gives the ticket its owner: the partner that was named, by whom, else the
// one that the routing names.
func (r *run) give(named, by string) {
	owner := findOwner(r.t, r.in.Rules, r.openTickets, r.in.Received)
	if p, ok := r.in.Rules.Directory.Partner(named); ok {
		owner = Owner{Partner: p, Found: p.Barrier(r.in.Received) == "", Why: p.Barrier(r.in.Received)}
		if owner.Found {
			owner.Why = by + " named " + p.Name
			r.given = by + " named you for it."
		}
	}
	r.why = owner.Why
	if owner.Found {
		_ = r.change(tracker.Assigned{Partner: owner.Partner.Name, Old: r.t.Partner})
	}
	if owner.Warning != "" {
		r.alert(tracker.AlertCapacity, owner.Warning)
	}
}

func (r *run) openTickets(partner string) int {
	if r.in.OpenTickets == nil {
		return 0
	}
	return r.in.OpenTickets(partner)
}

// routedTo tells the partner that the routing would name now, or "".
func (r *run) routedTo() string {
	return findOwner(r.t, r.in.Rules, func(string) int { return 0 }, r.in.Received).Partner.Name
}

// reroute finds a new owner after a field has changed, as long as nobody has
// picked the ticket up and its owner was the routing's choice.
func (r *run) reroute(before string) {
	waits := r.t.Status == tracker.StatusNew || r.t.Status == tracker.StatusAssigned
	if _, open := r.in.Rules.openNeed(r.t); open {
		waits = false // first come the approvers
	}
	if !waits || r.before.Seq == 0 || r.t.Assignee != "" || !strings.EqualFold(r.t.Partner, before) {
		return
	}
	if now := r.routedTo(); strings.EqualFold(now, r.t.Partner) {
		return
	}
	old := r.t.Partner
	r.give("", "")
	if r.t.Partner == old && old != "" {
		_ = r.change(tracker.Assigned{Old: old})
	}
}
