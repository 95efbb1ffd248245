package report

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"envdesk/tracker"
)

// item shows a ticket as it stands.
func (v *view) item(s *seen) Item {
	i := Item{
		Key: s.key, Title: s.title, Priority: s.priority, Type: s.kind, Who: v.who(s.facts), Status: string(s.status),
		Since: v.local(s.since), Why: v.why(s.facts),
	}
	i.Clock, i.Due, i.LateBy = v.deadline(s)
	if v.edition == PartnerEdition {
		i.OwnDue = v.local(s.ownDue)
	}
	return i
}

// outsider shows a request that waits to be let in: Who is the sender's address,
// as it stands.
func (v *view) outsider(s *seen) Item {
	i := v.item(s)
	i.Who, i.Since, i.Why = s.requester.Address, v.local(s.opened), "waits to be let in"
	return i
}

// deadline is the first that was missed of a ticket that is late, and by how many
// seconds, else the next.
func (v *view) deadline(s *seen) (clock string, due time.Time, lateBy int64) {
	if since, of := s.lateAt(v.asOf); !since.IsZero() {
		return string(of), v.local(since), seconds(v.asOf.Sub(since))
	}
	if n, ok := s.soonest(); ok {
		return string(n.clock), v.local(n.due), 0
	}
	return "", due, 0
}

// local is an instant on the desk's wall clock; the zero time stays zero.
func (v *view) local(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return t.In(v.setup.Zone)
}

// soonest is what is due next on the ticket.
func (f *facts) soonest() (next, bool) {
	if len(f.next) == 0 {
		return next{}, false
	}
	return slices.MinFunc(f.next, func(a, b next) int { return a.due.Compare(b.due) }), true
}

// who has the ticket, by name.
func (v *view) who(f *facts) string {
	switch {
	case f.partner != "":
		return v.partnerName(f.partner)
	case f.assignee != "":
		return v.display(f.assignee)
	}
	return "nobody"
}

// partnerName is the name as configured.
func (v *view) partnerName(name string) string {
	if p, ok := v.setup.Directory.Partner(name); ok {
		return p.Name
	}
	return name
}

// display names who has the address.
func (v *view) display(address string) string {
	return v.setup.Directory.Lookup(tracker.Address{Address: address}).Address.Display()
}

// why tells what an open ticket waits for. A partner is not told the reasons of
// others: what its own people gave stands with the ticket.
func (v *view) why(f *facts) string {
	switch {
	case f.status == tracker.StatusWaiting && v.edition == RequesterEdition:
		return because("waits for your answer", v.reason(f))
	case f.status == tracker.StatusWaiting:
		return because("waits for its requester", v.reason(f))
	case f.status == tracker.StatusApproval:
		return "waits for an approval"
	case f.status == tracker.StatusBlocked:
		return because("blocked", v.reason(f))
	case f.partner == "" && f.assignee == "":
		return because("nobody has it", v.reason(f))
	case f.status == tracker.StatusAssigned:
		return "not picked up"
	case f.word.IsZero():
		return "no word yet"
	}
	return "last word " + day(v.local(f.word))
}

// reason is what a person gave as the reason, as far as the reader may know it:
// why a ticket was handed back is the programme's matter, and why it is blocked
// no requester's.
func (v *view) reason(f *facts) string {
	unowned := f.partner == "" && f.assignee == ""
	if v.edition != Programme && unowned || v.edition == RequesterEdition && f.status == tracker.StatusBlocked {
		return ""
	}
	return cutText(f.reason, 200)
}

// openNow are the open tickets.
func (v *view) openNow() []*seen {
	if v.open != nil {
		return v.open
	}
	v.open = []*seen{}
	for i := range v.tickets {
		if s := &v.tickets[i]; s.openAt(v.asOf) {
			v.open = append(v.open, s)
		}
	}
	return v.open
}

// overdue is a ticket that is late.
type overdue struct {
	*seen
	at time.Time // the due instant that was missed
}

// lateNow are the tickets that are late, longest first.
func (v *view) lateNow() []overdue {
	if v.overdue != nil {
		return v.overdue
	}
	v.overdue = []overdue{}
	for _, s := range v.openNow() {
		if at, _ := s.lateAt(v.asOf); !at.IsZero() {
			v.overdue = append(v.overdue, overdue{s, at})
		}
	}
	slices.SortStableFunc(v.overdue, func(a, b overdue) int { return a.at.Compare(b.at) })
	return v.overdue
}

// late shows the tickets that are late, longest first.
func (v *view) late() []Item {
	late := make([]Item, 0, len(v.lateNow()))
	for _, s := range v.lateNow() {
		late = append(late, v.item(s.seen))
	}
	return late
}

func ageBuckets() []Bucket {
	return []Bucket{{Label: "0–1 day"}, {Label: "1–3 days"}, {Label: "3–7 days"}, {Label: "7–14 days"}, {Label: "over 14 days", Over: true}}
}

// bucketOf is the bucket of an age. One of exactly a bucket's end belongs to the
// next.
func bucketOf(age time.Duration) int {
	for i, end := range []time.Duration{1, 3, 7, 14} {
		if age < end*wholeDay {
			return i
		}
	}
	return 4
}

// age is how old the open work is.
func (v *view) age() Age {
	a := Age{Buckets: ageBuckets()}
	var oldest *seen
	for _, s := range v.openNow() {
		a.Buckets[bucketOf(v.asOf.Sub(s.opened))].Open++
		if oldest == nil || s.opened.Before(oldest.opened) {
			oldest = s
		}
	}
	if oldest == nil {
		return a
	}
	i := v.item(oldest)
	a.Oldest, a.Days = &i, int(v.asOf.Sub(oldest.opened)/wholeDay)
	a.Line = fmt.Sprintf("Oldest: %s, %s, %s.", i.Key, Count(a.Days, "day"), i.Why)
	return a
}

// waiting tells on whom the open work waits.
func (v *view) waiting() []WaitingLine {
	lines := []WaitingLine{}
	for _, w := range []whom{onUs, onPartner, onRequester, onApprover} {
		l := WaitingLine{Whom: string(w)}
		var waits []time.Duration
		for _, s := range v.openNow() {
			if s.whom != w {
				continue
			}
			d := v.asOf.Sub(s.since)
			if waits = append(waits, d); l.Key == "" || seconds(d) > l.Longest {
				l.Longest, l.Key = seconds(d), s.key
			}
		}
		if l.Open = len(waits); l.Open > 0 {
			l.Median = seconds(median(waits))
			lines = append(lines, l)
		}
	}
	return lines
}

// approvals are the tickets that wait for an approver, longest first.
func (v *view) approvals() []Approval {
	all := []Approval{}
	for _, s := range v.openNow() {
		if s.status != tracker.StatusApproval || v.edition != Programme {
			continue
		}
		all = append(all, Approval{
			Item: v.item(s), Need: s.approval.Need, Asked: v.local(s.asked), Waited: seconds(v.asOf.Sub(s.asked)),
			From: v.undecidedApprovers(s), Missing: s.approval.Missing(),
		})
	}
	slices.SortStableFunc(all, func(a, b Approval) int { return cmp.Compare(b.Waited, a.Waited) })
	return all
}

// undecidedApprovers are the names of those who were asked and have not decided.
func (v *view) undecidedApprovers(s *seen) (names []string) {
	for _, a := range s.approval.Approvers {
		if !s.approval.Decided(a) {
			names = append(names, v.display(a))
		}
	}
	return names
}

// groups count the tickets by a field.
func (v *view) groups(field func(*facts) string) []GroupLine {
	byName := map[string]*groupCount{}
	for i := range v.tickets {
		s := &v.tickets[i]
		name := field(s.facts)
		if byName[name] == nil {
			byName[name] = &groupCount{}
		}
		byName[name].add(v.Collector, s)
	}
	lines := []GroupLine{}
	for name, n := range byName {
		n.InTime, n.Name = ratio(n.met, n.due), name
		if n.GroupLine != (GroupLine{Name: name, InTime: ratio(0, 0)}) {
			lines = append(lines, n.GroupLine)
		}
	}
	slices.SortFunc(lines, func(a, b GroupLine) int {
		return cmp.Or(cmp.Compare(b.Open, a.Open), cmp.Compare(b.In, a.In), cmp.Compare(a.Name, b.Name))
	})
	return lines
}

// groupCount gathers what a group line tells.
type groupCount struct {
	GroupLine
	due, met int
}

func (n *groupCount) add(c *Collector, s *seen) {
	for _, p := range s.spans {
		if c.thisWeek(p.from) {
			n.In++
		}
		if c.thisWeek(p.to) {
			n.Out++
			if p.exit == solved {
				n.Resolved++
			}
		}
	}
	for _, d := range s.due {
		if c.thisWeek(d.fell) {
			n.due++
			if d.met {
				n.met++
			}
		}
	}
	if !s.openAt(c.asOf) {
		return
	}
	n.Open++
	if since, _ := s.lateAt(c.asOf); !since.IsZero() {
		n.LateNow++
	}
}
