package intake

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"envdesk/tracker"
)

// maxMerges bounds how far a merged ticket is followed. Merges make no circle:
// only a ticket that is not merged yet is merged, and into one that is not.
const maxMerges = 1000

// find looks a ticket up by its key, without case.
func (in Input) find(key string) (tracker.Ticket, bool) {
	if t, ok := in.ticketByKey(key); ok {
		return t, true
	}
	if in.Find == nil || key == "" {
		return tracker.Ticket{}, false
	}
	return in.Find(key)
}

// goesOn is the ticket as part of which a merged one goes on; any other is that
// itself.
func (in Input) goesOn(t tracker.Ticket) tracker.Ticket {
	for range maxMerges {
		next, ok := in.find(t.MergedInto)
		if t.Status != tracker.StatusMerged || !ok {
			return t
		}
		t = next
	}
	return t
}

// follow moves a match on a merged ticket to the one in which it goes on. Who
// may do what is judged there: a place in the merged one gives none.
func (in Input) follow(m match) match {
	to := in.goesOn(m.ticket)
	if to.ID == m.ticket.ID {
		return m
	}
	return match{to, m.evidence + ", merged into " + to.Key, m.ticket.ID}
}

// beside is the run of another ticket that the same mail changes.
func (r *run) beside(t tracker.Ticket) *run {
	for _, o := range r.besides {
		if o.before.ID == t.ID {
			return o
		}
	}
	o := newRun(r.in, r.cred, t)
	o.by = r.by
	r.besides = append(r.besides, o)
	return o
}

// other finds the ticket that a value names by its first word: REQ-2 or 2. A
// merged one stands for that in which it goes on.
func (r *run) other(value string) (tracker.Ticket, error) {
	key := r.keyIn(value)
	t, ok := r.in.find(key)
	if !ok {
		return t, fmt.Errorf("there is no ticket %s", key)
	}
	if t = r.in.goesOn(t); t.ID == r.id() {
		return t, fmt.Errorf("%s is this ticket itself", t.Key)
	}
	return t, nil
}

// keyIn reads the key of a ticket at the start of a value.
func (r *run) keyIn(value string) string {
	word, _, _ := strings.Cut(value, " ")
	key := strings.ToUpper(strings.Trim(word, "[](),.;:#"))
	if _, err := strconv.Atoi(key); err == nil {
		key = r.in.Rules.KeyPrefix + "-" + key
	}
	return key
}

// link shows two tickets on each other.
func (r *run) link(value string) (string, error) {
	t, err := r.other(value)
	if err != nil {
		return "", err
	}
	if r.t.LinkedTo(t.Key) {
		return "linked to " + t.Key + " already", nil
	}
	_, why, _ := strings.Cut(value, " ")
	return "linked to " + t.Key, r.connect(t, strings.TrimSpace(why))
}

func (r *run) connect(t tracker.Ticket, why string) error {
	if err := r.change(tracker.Linked{Key: t.Key, Why: why}); err != nil {
		return err
	}
	o := r.beside(t)
	if o.t.LinkedTo(r.t.Key) {
		return nil
	}
	return o.change(tracker.Linked{Key: r.t.Key, Why: why})
}

// merge ends the ticket as part of another one. Its people read along there as
// far as they are of the side that asked there.
func (r *run) merge(value string) (string, error) {
	if r.before.Seq == 0 {
		return "", errors.New("there is no request yet to merge")
	}
	t, err := r.other(value)
	switch {
	case err != nil:
		return "", err
	case t.Status.Ended():
		return "", fmt.Errorf("%s is %s", t.Key, t.Status)
	case t.Status == tracker.StatusUnverified:
		return "", fmt.Errorf("%s is not let in yet", t.Key)
	}
	o := r.beside(t)
	if err := errors.Join(r.change(tracker.Merged{Into: t.Key}), o.change(tracker.Absorbed{Key: r.t.Key})); err != nil {
		return "", err
	}
	for _, addr := range append([]string{r.t.Requester.Address}, r.t.Watchers...) {
		if o.takesAlong(addr) {
			_ = o.change(tracker.Watched{Address: strings.ToLower(addr)})
		}
	}
	return "merged into " + t.Key, nil
}

// takesAlong reports whether somebody of a merged ticket may read along here and
// does not yet: an operator, or somebody known of the requester's own domain.
func (r *run) takesAlong(addr string) bool {
	who := r.in.Rules.Directory.Lookup(tracker.Address{Address: addr})
	operator := who.Has(tracker.RoleManager) || who.Has(tracker.RoleDevOps)
	sameSide := who.Known() && tracker.DomainOf(addr) == tracker.DomainOf(r.t.Requester.Address)
	found, err := oneAddress(addr)
	return (operator || sameSide) && err == nil && tracker.SameAddress(found, addr) &&
		!r.t.Participates(who) && r.barrier(addr) == "" && len(r.t.Watchers) < maxWatchers
}

// merging is the run of the ticket that this one is merged into; nil when it
// is not.
func (r *run) merging() *run {
	if !made[tracker.Merged](r) {
		return nil
	}
	i := slices.IndexFunc(r.besides, func(o *run) bool { return o.t.Key == r.t.MergedInto })
	return r.besides[i]
}

// sees reports whether a reader of one ticket may know of this one.
func (r *run) sees(rd reader) bool {
	if rd.as == tracker.RoleManager || rd.as == tracker.RoleDevOps {
		return true
	}
	return r.t.Participates(r.in.Rules.Directory.Lookup(rd.to))
}

// discreet hides the other ticket of a merge from those who may not know of it.
func (r *run) discreet(rd reader, changes []tracker.Change) []tracker.Change {
	o := r.merging()
	if o == nil || o.sees(rd) {
		return changes
	}
	changes = slices.Clone(changes)
	for i, c := range changes {
		if _, ok := c.(tracker.Merged); ok {
			changes[i] = tracker.Merged{}
		}
	}
	return changes
}

// tellTarget tells the people of the ticket that took another one in: its
// partner, and its requester where both tickets are of one side.
func (r *run) tellTarget() {
	o := r.merging()
	if o == nil {
		return
	}
	readers := []reader{{to: o.partnerAddress(o.t.Partner), as: tracker.RolePartner}}
	if tracker.DomainOf(r.t.Requester.Address) == tracker.DomainOf(o.t.Requester.Address) {
		readers = append(readers, reader{to: o.requester(), as: tracker.RoleRequester})
	}
	for _, rd := range readers {
		if rd.to.IsZero() || rd.to.Is(r.by.Address) || r.hasNotice(rd.to.Address) || o.hasNotice(rd.to.Address) {
			continue
		}
		absorbed := tracker.Absorbed{}
		if rd.as == tracker.RoleRequester || r.sees(rd) {
			absorbed.Key = r.t.Key
		}
		o.notify(tracker.KindStatus, rd, func(d *tracker.NoticeData) {
			d.Changes, d.Text, d.Attachments = []tracker.Change{absorbed}, "", nil // what the mail says is the merged one's
		})
	}
}

// split makes a new ticket of what the mail says; see splitOff. The title can
// hold tags, as a subject does.
func (r *run) split(value string) (string, error) {
	title := ReadSubject(value, r.in.Rules, r.in.Received).Title
	note := slices.ContainsFunc(r.in.Orders.Commands, func(c tracker.Command) bool { return c.Verb == "note" })
	switch {
	case r.before.Seq == 0:
		return "", errors.New("there is no request yet to split")
	case r.parted != "":
		return "", errors.New("one mail makes one new request")
	case note:
		return "", errors.New("an internal note opens no request")
	case title == "" && strings.TrimSpace(r.in.Orders.Comment) == "":
		return "", errors.New("it needs words: a title behind /split, or a text below it")
	}
	key := r.newKey()
	if err := r.change(tracker.Linked{Key: key, Why: "split off"}); err != nil {
		return "", err
	}
	r.parted = titleOf(title, tracker.Message{Reply: r.in.Orders.Comment})
	return "opened " + key, nil
}

func (r *run) newKey() string { return r.in.Rules.KeyPrefix + "-" + strconv.FormatInt(r.in.NewID, 10) }

// splitOff opens the ticket that /split asked for: the words and files of the
// mail are its first, its requester is that of the old one, and so are the
// fields that no tag of its title names.
func (r *run) splitOff() {
	if r.parted == "" {
		return
	}
	o := newRun(r.in, r.cred, tracker.Ticket{})
	o.by, o.comment = r.by, r.comment
	req := r.part()
	_ = o.change(req.opened)
	_ = o.change(tracker.Linked{Key: r.t.Key, Why: "split off from it"})
	o.route(req.partner)
	o.receipt(req)
	o.ownerNotice()
	r.besides = append(r.besides, o)
}

// part is the request that a /split makes.
func (r *run) part() request {
	in, subject, old := r.in, Subject{}, r.t
	for _, res := range r.results {
		if res.Done && res.Command.Verb == "split" {
			subject = ReadSubject(res.Command.Value, in.Rules, in.Received)
		}
	}
	if subject.Title == "" {
		subject.Title = r.parted
	}
	in.Subject, in.earlier = &subject, &old
	req := understand(in, r.is(Manager))
	req.opened.Requester = old.Requester
	if req.opened.NeededBy == "" && old.NeededBy != "" {
		req.opened.NeededBy = old.NeededBy
		req.understood = append(req.understood, tracker.Understanding{Field: tracker.FieldNeededBy, Value: old.NeededBy, Source: old.Key, How: tracker.HowEarlier})
	}
	req.why = r.by.Display() + " made a request of its own of a part of " + old.Key + "."
	return req
}
