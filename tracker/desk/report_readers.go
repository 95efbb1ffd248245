package desk

import (
	"context"
	"slices"
	"time"

	"envdesk/tracker"
)

// staying are the readers but for those who ended the list.
func staying(readers []addressee, ended []string) []addressee {
	return slices.DeleteFunc(slices.Clone(readers), func(r addressee) bool { return slices.ContainsFunc(ended, r.to.Is) })
}

// subscriptions are the lists that the configuration gives an address at an
// instant, and whether their reader ended them.
func (d *Desk) subscriptions(ctx context.Context, v tracker.View, address string, now time.Time) (out []tracker.Subscription, err error) {
	is := func(other string) bool { return tracker.SameAddress(address, other) }
	for _, l := range []tracker.List{tracker.ListWeekly, tracker.ListDaily} {
		if !slices.ContainsFunc(d.readersOf(l, now), is) {
			continue
		}
		ended, err := v.Unsubscribed(ctx, l)
		if err != nil {
			return nil, err
		}
		out = append(out, tracker.Subscription{List: l, Address: address, Ended: slices.ContainsFunc(ended, is)})
	}
	return out, nil
}

// readersOf lists who is on a list by the configuration.
func (d *Desk) readersOf(l tracker.List, now time.Time) (addresses []string) {
	if l == tracker.ListDaily {
		for _, r := range d.digestReaders(d.Reports.Daily.To, now) {
			addresses = append(addresses, r.to.Address)
		}
		return addresses
	}
	for _, g := range d.weeklyReaders(now) {
		for _, r := range g.readers {
			addresses = append(addresses, r.to.Address)
		}
	}
	return addresses
}
