package intake

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"envdesk/tracker"
)

// maxWatchers is how many may read along on one ticket.
const maxWatchers = 10

// plainAddress is a dot-atom address of plain letters, wherever it stands: mail
// programs wrap addresses in brackets and links.
var plainAddress = regexp.MustCompile(`[A-Za-z0-9_+=~-]+(?:\.[A-Za-z0-9_+=~-]+)*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+`)

// oneAddress finds the one address that a value names, in lower case.
func oneAddress(value string) (string, error) {
	var found []string
	for _, a := range plainAddress.FindAllString(value, -1) {
		found = appendNew(found, strings.ToLower(a))
	}
	switch {
	case len(found) == 1 && len(found[0]) <= 254 && strings.IndexByte(found[0], '@') <= 64:
		return found[0], nil
	case len(found) > 1:
		return "", errors.New("it takes one address; write a line for each")
	}
	return "", fmt.Errorf("%q is no address such as asha@egov.test", value)
}

// watch lets somebody read along. A requester may name people of the own domain,
// the manager anybody.
func (r *run) watch(value string) (string, error) {
	addr, err := oneAddress(value)
	if err != nil {
		return "", err
	}
	if why := r.noWatcher(addr); why != "" {
		return "", errors.New(why)
	}
	if r.t.WatchedBy(addr) {
		return addr + " reads along already", nil
	}
	if len(r.t.Watchers) >= maxWatchers {
		return "", fmt.Errorf("%s read along already; more than that a ticket cannot have", plural(maxWatchers, "person"))
	}
	return r.did(addr+" reads along from now on", tracker.Watched{Address: addr})
}

// noWatcher says why the sender may not let the address read along, or "".
func (r *run) noWatcher(addr string) string {
	who := r.in.Rules.Directory.Lookup(tracker.Address{Address: addr})
	switch {
	case r.before.Seq == 0 && r.cred.DMARC != tracker.Pass: // a first mail has no token
		return "the mail does not prove that it comes from " + r.by.Address
	case r.limited("watch", OwnDomain) && !r.ownSide(addr):
		return "you can name people of " + tracker.DomainOf(r.by.Address) + " only; the programme manager can name anybody"
	case withoutDetail(addr) == withoutDetail(r.in.Rules.Desk.Address):
		return addr + " is the desk itself"
	case r.t.Requester.Is(addr):
		return addr + " is the requester and hears of everything anyway"
	case who.Partner != nil && strings.EqualFold(who.Partner.Name, r.t.Partner):
		return addr + " is of " + r.t.Partner + ", which has the request anyway"
	}
	return r.barrier(addr)
}

// ownSide reports whether the address is of the sender's domain.
func (r *run) ownSide(addr string) bool {
	return tracker.DomainOf(addr) == tracker.DomainOf(r.by.Address)
}

// barrier says why a partner's person must get no mail now, or "".
func (r *run) barrier(addr string) string {
	who := r.in.Rules.Directory.Lookup(tracker.Address{Address: addr})
	if who.Partner == nil {
		return ""
	}
	return who.Partner.Barrier(r.in.Received)
}

// unwatch ends reading along: the manager that of anybody, a requester that of
// the own domain, and who reads along the own, for which no address is needed.
func (r *run) unwatch(value string) (string, error) {
	if value == "" && r.is(Watcher) {
		value = r.by.Address
	}
	addr, err := oneAddress(value)
	switch {
	case err != nil:
		return "", err
	case !r.t.WatchedBy(addr):
		return "", fmt.Errorf("%s does not read along", addr)
	case r.is(Watcher) && tracker.SameAddress(addr, r.by.Address):
	case r.limited("unwatch", Oneself):
		return "", errors.New("you can end this for yourself only")
	case r.limited("unwatch", OwnDomain) && !r.ownSide(addr):
		return "", errors.New("only the programme manager ends this for people of other domains")
	}
	return r.did(addr+" reads along no more", tracker.Unwatched{Address: addr})
}

// leaves reports whether the mail does nothing but end that its sender reads
// along. Who reads along can do that, also where his words are not let in.
func (in Input) leaves(c Credentials, t tracker.Ticket) bool {
	other := func(c tracker.Command) bool { return c.Verb != "unwatch" }
	return !in.isAuto() && in.onlyCommands() && !slices.ContainsFunc(in.Orders.Commands, other) && slices.Contains(c.relations(t), Watcher)
}

// onlyCommands reports whether the mail holds commands and nothing else.
func (in Input) onlyCommands() bool {
	return len(in.Orders.Commands) > 0 && in.Orders.Comment == "" && len(attached(in.Message)) == 0
}

// welcome tells new watchers, each once for ever, with what the ticket is about.
func (r *run) welcome() {
	for _, c := range r.changes {
		w, ok := c.(tracker.Watched)
		if !ok || !r.t.WatchedBy(w.Address) || r.hasNotice(w.Address) || tracker.SameAddress(w.Address, r.by.Address) {
			continue
		}
		key := fmt.Sprintf("%d/%s/%s", r.id(), tracker.KindWatching, w.Address)
		if r.in.told(key) {
			continue
		}
		to := r.in.Rules.Directory.Lookup(tracker.Address{Address: w.Address}).Address
		r.notify(tracker.KindWatching, reader{to: to, as: tracker.RoleRequester}, func(d *tracker.NoticeData) {
			d.WithOpening = r.before.Seq > 0
		})
		r.notices[len(r.notices)-1].Key = key
	}
}
