package intake

import (
	"slices"

	"envdesk/tracker"
	"envdesk/tracker/sla"
)

// alerted is somebody whom the clock tells of a ticket.
type alerted struct {
	to   tracker.Address
	as   tracker.Role
	acts bool // can do what is due
}

// audience lists who is told of a moment, each address once: at the marks who
// can act, when a target is missed the ladder of the rules, of an unanswered
// question for a date the requester. A ticket that nobody let in is the
// manager's alone; of P0 the manager hears from the first.
func (r *reminding) audience(m sla.Moment) []alerted {
	if !r.t.Admitted {
		return r.operators(tracker.RoleManager, true)
	}
	if m.Clock == string(sla.Pickup) && m.What == momentWarning {
		return r.actors()
	}
	var all []alerted
	switch m.What {
	case sla.MomentNeedsDate:
		all = r.requester(true)
	case sla.MomentWindow:
		all = slices.Concat(r.requester(false), r.actors())
	case sla.MomentLate:
		all = r.ladder(r.rules.Clock.Late)
	case momentLater:
		all = r.ladder(r.rules.Clock.Later)
		if _, told := r.told(m.Clock, sla.MomentLate, m.Version); !told {
			all = slices.Concat(r.ladder(r.rules.Clock.Late), all)
		}
	default:
		all = r.actors()
	}
	unpicked := m.Clock == string(sla.Pickup)
	if r.t.Priority == "P0" {
		all = slices.Concat(r.actors(), all)
	}
	if r.t.Priority == "P0" || unpicked {
		all = slices.Concat(all, r.operators(tracker.RoleManager, unpicked))
	}
	return once(all)
}

// once keeps the first entry of each address.
func once(all []alerted) []alerted {
	var out []alerted
	for _, a := range all {
		if a.to.Address != "" && !slices.ContainsFunc(out, func(o alerted) bool { return o.to.Is(a.to.Address) }) {
			out = append(out, a)
		}
	}
	return out
}

// ladder lists the people of the roles, as far as they may see the ticket.
func (r *reminding) ladder(roles []tracker.Role) []alerted {
	var out []alerted
	for _, role := range roles {
		switch role {
		case tracker.RolePartner:
			out = append(out, r.actors()...)
		case tracker.RoleManager, tracker.RoleDevOps:
			out = append(out, r.operators(role, false)...)
		case tracker.RoleRequester:
			out = append(out, r.requester(false)...)
		case tracker.RoleStakeholder:
			for _, s := range r.operators(role, false) {
				if r.t.WatchedBy(s.to.Address) {
					out = append(out, s)
				}
			}
		}
	}
	return out
}

// actors are who can act: the person who picked it up, else the partner, else
// the manager. A partner who may not be told now cannot act, and while the
// approvers decide no partner can.
func (r *reminding) actors() []alerted {
	if r.t.Status == tracker.StatusApproval {
		return r.operators(tracker.RoleManager, true)
	}
	dir := r.rules.Directory
	p, ok := dir.Partner(r.t.Partner)
	ok = ok && p.Barrier(r.now) == ""
	if r.t.Assignee != "" {
		who := dir.Lookup(tracker.Address{Address: r.t.Assignee})
		switch {
		case who.Has(tracker.RoleDevOps):
			return []alerted{{who.Address, tracker.RoleDevOps, true}}
		case who.Has(tracker.RoleManager):
			return []alerted{{who.Address, tracker.RoleManager, true}}
		case ok && r.t.AssignedTo(who):
			return []alerted{{who.Address, tracker.RolePartner, true}}
		}
	}
	if ok {
		return []alerted{{tracker.Address{Name: p.Name, Address: p.Email}, tracker.RolePartner, true}}
	}
	return r.operators(tracker.RoleManager, true)
}

func (r *reminding) operators(role tracker.Role, acts bool) []alerted {
	var out []alerted
	for _, a := range r.rules.Directory.WithRole(role) {
		out = append(out, alerted{a, role, acts})
	}
	return out
}

func (r *reminding) requester(acts bool) []alerted {
	return []alerted{{r.rules.requesterOf(r.t, r.now), tracker.RoleRequester, acts}}
}
