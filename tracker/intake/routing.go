package intake

import (
	"slices"
	"strings"
	"time"

	"envdesk/tracker"
)

// Owner is who gets a ticket: a partner, or nobody with the reason for the
// manager.
type Owner struct {
	Partner tracker.Partner
	Found   bool
	Why     string // in words for the manager
	Warning string // of what the manager should know although somebody has it; "" for nothing
}

// findOwner names the partner for a ticket: by the first route that matches,
// else the one partner that owns the environment. A partner that is not
// on-boarded or has not signed the NDA gets nothing; its overflow may. One at its
// capacity leaves the ticket to an overflow that has room; where nobody has, the
// first that may have it gets it all the same, with a warning.
func findOwner(t tracker.Ticket, r Rules, load func(partner string) int, now time.Time) Owner {
	names, why := candidates(t, r)
	var hurdles []string
	var full []tracker.Partner
	for _, name := range names {
		p, hurdle := r.partner(name, now)
		if hurdle == "" {
			if hurdle = fullness(p, load); hurdle != "" {
				full = append(full, p)
			}
		}
		if hurdle == "" {
			o := Owner{Partner: p, Found: true, Why: why}
			return o.instead(t, hurdles, len(hurdles) > len(full))
		}
		hurdles = append(hurdles, hurdle)
	}
	switch {
	case len(full) > 0:
		warning := strings.Join(hurdles, "; ") + ": " + full[0].Name + " got " + t.Key + " all the same; /assign it to somebody else if it should not wait"
		return Owner{Partner: full[0], Found: true, Why: why + "; " + strings.Join(hurdles, "; "), Warning: warning}
	case len(hurdles) > 0:
		why = strings.Join(hurdles, "; ")
	}
	return Owner{Why: why}
}

// fullness says that a partner has as many open tickets as it can take; "" while
// there is room.
func fullness(p tracker.Partner, load func(partner string) int) string {
	if p.Capacity == 0 || load(p.Name) < p.Capacity {
		return ""
	}
	return p.Name + " is at its capacity of " + plural(p.Capacity, "open ticket")
}

// instead says why the owner has the ticket in the place of others. Of those that
// must not have it the manager hears; a full one has its overflow for that.
func (o Owner) instead(t tracker.Ticket, hurdles []string, barred bool) Owner {
	if len(hurdles) == 0 {
		return o
	}
	because := strings.Join(hurdles, "; ") + ", so "
	o.Why += "; " + because + o.Partner.Name + " has it"
	if barred {
		o.Warning = because + "its overflow " + o.Partner.Name + " got " + t.Key
	}
	return o
}

// partner finds a partner by its name and says why it must not have tickets now;
// "" when it may.
func (r Rules) partner(name string, now time.Time) (p tracker.Partner, barrier string) {
	p, ok := r.Directory.Partner(name)
	if !ok {
		return p, name + " is not configured"
	}
	return p, p.Barrier(now)
}

// candidates lists the partners that may get the ticket, best first.
func candidates(t tracker.Ticket, r Rules) (names []string, why string) {
	for _, route := range r.Routing {
		if !route.matches(t) {
			continue
		}
		names = append(names, route.Partner)
		if route.Overflow != "" {
			names = append(names, route.Overflow)
		}
		return names, "routing: " + route.describe() + " → " + route.Partner
	}
	for _, p := range r.Directory.Partners {
		if owns(p, t) {
			names = append(names, p.Name)
		}
	}
	switch {
	case t.Environment == "":
		return nil, "no environment was named, so no partner fits"
	case len(names) == 1:
		return names, names[0] + " owns " + t.Environment
	case len(names) > 1:
		return nil, "several partners own " + t.Environment + ": " + strings.Join(names, ", ")
	}
	return nil, "no partner owns " + t.Environment
}

func (r Route) matches(t tracker.Ticket) bool {
	for _, f := range [][2]string{
		{r.Environment, t.Environment}, {r.Type, t.Type}, {r.Stack, t.Stack}, {r.Priority, t.Priority},
		{r.Domain, tracker.DomainOf(t.Requester.Address)},
	} {
		if f[0] != "" && !strings.EqualFold(f[0], f[1]) {
			return false
		}
	}
	return true
}

func (r Route) describe() string {
	var parts []string
	for _, s := range []string{r.Environment, r.Type, r.Stack, r.Priority, r.Domain} {
		parts = appendNew(parts, s)
	}
	return strings.Join(parts, " ")
}

func owns(p tracker.Partner, t tracker.Ticket) bool {
	has := func(list []string, s string) bool {
		return slices.ContainsFunc(list, func(x string) bool { return strings.EqualFold(x, s) })
	}
	return t.Environment != "" && has(p.Environments, t.Environment) && (len(p.Types) == 0 || has(p.Types, t.Type))
}
