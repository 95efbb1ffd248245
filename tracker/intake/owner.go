package intake

import (
	"slices"
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
			r.warnFull(p)
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

// warnFull tells the manager that a partner who gets the ticket by name has as
// many as it can take.
func (r *run) warnFull(p tracker.Partner) {
	if full := fullness(p, r.openTickets); full != "" {
		r.alert(tracker.AlertCapacity, full+" and was given "+r.t.Key+" by name")
	}
}

func (r *run) openTickets(partner string) int {
	if r.in.OpenTickets == nil {
		return 0
	}
	return r.in.OpenTickets(partner)
}

// routed reports whether the ticket is where the routing would have it now: with
// a partner that it names and that may have it, be it an overflow, or with nobody
// where there is none.
func (r *run) routed() bool {
	names, _ := candidates(r.t, r.in.Rules)
	fit := slices.DeleteFunc(names, func(name string) bool {
		_, hurdle := r.in.Rules.partner(name, r.in.Received)
		return hurdle != ""
	})
	if r.t.Partner == "" {
		return len(fit) == 0
	}
	return slices.ContainsFunc(fit, func(name string) bool { return strings.EqualFold(name, r.t.Partner) })
}

// reroute finds a new owner after a field has changed, as long as nobody has
// picked the ticket up and its owner was the routing's choice.
func (r *run) reroute(wasRouted bool) {
	waits := r.t.Status == tracker.StatusNew || r.t.Status == tracker.StatusAssigned
	if _, open := r.in.Rules.openNeed(r.t); open {
		waits = false // first come the approvers
	}
	if !waits || r.before.Seq == 0 || r.t.Assignee != "" || !wasRouted || r.routed() {
		return
	}
	old := r.t.Partner
	r.give("", "")
	if r.t.Partner == old && old != "" {
		_ = r.change(tracker.Assigned{Old: old})
	}
}
