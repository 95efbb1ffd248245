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
	Why     string // in words for the reader
}

// findOwner names the partner for a ticket: by the first route that matches,
// else the one partner that owns the environment. A partner that is not
// on-boarded, has not signed the NDA or is at capacity gets nothing; its
// overflow may.
func findOwner(t tracker.Ticket, r Rules, load func(partner string) int, now time.Time) Owner {
	names, why := candidates(t, r)
	if len(names) == 0 {
		return Owner{Why: why}
	}
	var barriers []string
	for _, name := range names {
		p, ok := r.Directory.Partner(name)
		if !ok {
			barriers = append(barriers, name+" is not configured")
			continue
		}
		if b := p.Barrier(now); b != "" {
			barriers = append(barriers, b)
			continue
		}
		if p.Capacity > 0 && load(p.Name) >= p.Capacity {
			barriers = append(barriers, p.Name+" is at its capacity of "+plural(p.Capacity, "open ticket"))
			continue
		}
		return Owner{Partner: p, Found: true, Why: why}
	}
	return Owner{Why: strings.Join(barriers, "; ")}
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
