package report

import (
	"slices"
	"strings"
	"time"

	"envdesk/tracker/sla"
)

// view is what one reader may see: tickets, each with the part of its life that
// counts for the reader.
type view struct {
	*Collector
	edition Edition
	name    string // of the partner, or the address of the requester
	tickets []seen
	open    []*seen   // of tickets, once openNow was asked
	overdue []overdue // of those, once lateNow was asked
}

// seen is a ticket as one reader may see it.
type seen struct {
	*facts
	spans []span // in which it is the reader's open work
	due   []deadline
	done  []outcome
}

// programme sees everything.
func (c *Collector) programme() *view {
	v := &view{Collector: c, edition: Programme, tickets: make([]seen, 0, len(c.kept))}
	for _, f := range c.tickets() {
		v.tickets = append(v.tickets, seen{f, f.spans, f.due, f.done})
	}
	return v
}

// partners are the views of all partners who ever had work that counts, by name
// in lower case: each sees the tickets while they are its own.
func (c *Collector) partners() map[string]*view {
	views := map[string]*view{}
	for _, f := range c.tickets() {
		for i, h := range f.holds {
			if slices.ContainsFunc(f.holds[:i], func(p span) bool { return same(p.partner, h.partner) }) {
				continue
			}
			name := strings.ToLower(h.partner)
			if views[name] == nil {
				views[name] = &view{Collector: c, edition: PartnerEdition, name: h.partner}
			}
			views[name].tickets = append(views[name].tickets, f.of(h.partner))
		}
	}
	return views
}

// of is the ticket as the partner may see it.
func (f *facts) of(partner string) seen {
	return seen{
		facts: f,
		spans: those(f.holds, func(h span) bool { return same(h.partner, partner) }),
		due:   those(f.due, func(d deadline) bool { return same(d.partner, partner) }),
		done:  those(f.done, func(o outcome) bool { return same(o.partner, partner) }),
	}
}

// those are the elements of a list that are so; the list itself when all are.
func those[T any](list []T, so func(T) bool) []T {
	for i := range list {
		if !so(list[i]) {
			return append(list[:i:i], slices.DeleteFunc(slices.Clone(list[i:]), func(e T) bool { return !so(e) })...)
		}
	}
	return list
}

// partner sees the tickets while they are the partner's.
func (c *Collector) partner(name string) *view {
	if v := c.partners()[strings.ToLower(name)]; v != nil {
		return v
	}
	return &view{Collector: c, edition: PartnerEdition, name: name}
}

// requester sees the requests of an address.
func (c *Collector) requester(address string) *view {
	v := &view{Collector: c, edition: RequesterEdition, name: address}
	for _, f := range c.tickets() {
		if f.requester.Is(address) {
			v.tickets = append(v.tickets, seen{f, f.spans, f.due, f.done})
		}
	}
	return v
}

// waitingToEnter are the requests of unknown senders that wait to be let in,
// longest waiting first. They are no open work, and nobody's but the programme's
// to let in; an Item tells of them by outsider.
func (v *view) waitingToEnter() []*seen {
	if v.edition != Programme {
		return nil
	}
	v.sort()
	all := make([]*seen, len(v.outside))
	for i, f := range v.outside {
		all[i] = &seen{facts: f}
	}
	slices.SortStableFunc(all, func(a, b *seen) int { return a.opened.Compare(b.opened) })
	return all
}

// openAt reports whether the ticket was the reader's open work just before t.
func (s *seen) openAt(t time.Time) bool {
	for _, p := range s.spans {
		if p.from.Before(t) && (p.to.IsZero() || !p.to.Before(t)) {
			return true
		}
	}
	return false
}

// lateAt is the first due instant that was missed of a clock that still ran just
// before t, and that clock; zero when the ticket was not late then, or not the
// reader's open work. Of two clocks it is the one that is late for longer.
func (s *seen) lateAt(t time.Time) (since time.Time, of sla.Name) {
	if !s.openAt(t) {
		return since, of
	}
	for _, clock := range []sla.Name{sla.Pickup, sla.Resolve} {
		if first := s.firstMissed(clock, t); !first.IsZero() && (since.IsZero() || first.Before(since)) {
			since, of = first, clock
		}
	}
	return since, of
}

// firstMissed is the due instant that a clock that still ran just before t was
// the first to miss; zero for none.
func (f *facts) firstMissed(clock sla.Name, t time.Time) time.Time {
	for _, d := range f.due {
		if d.clock == clock && !d.met && d.fell.Before(t) && (d.until.IsZero() || !d.until.Before(t)) {
			return d.at
		}
	}
	return time.Time{}
}
