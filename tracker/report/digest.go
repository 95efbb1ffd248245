package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"envdesk/tracker"
)

// Digest is what a reader has to know before the day's stand-up: each ticket
// once, in the first list that fits. What waits for the reader's own decision is
// told as such, however late it is.
type Digest struct {
	AsOf     time.Time    `json:"as_of"`
	Reader   DigestReader `json:"reader"`
	Late     DigestList   `json:"late"`           // longest first
	Today    DigestList   `json:"due_today"`      // rest of the local day, earliest first
	Hours    []Hour       `json:"hours"`          // all of Today, by the hour
	OnYou    DigestList   `json:"waiting_on_you"` // decisions first
	Blocked  DigestList   `json:"blocked"`
	NoOwner  DigestList   `json:"without_owner"`
	Headline string       `json:"headline"`
}

// DigestReader is for whom a digest is.
type DigestReader struct {
	Role    tracker.Role `json:"role"`
	Partner string       `json:"partner,omitempty"` // of a partner's people
	Address string       `json:"address,omitempty"` // what waits on this person alone
}

// DigestList is a list that is cut, with the count of what was cut off.
type DigestList struct {
	Items []DigestItem `json:"items"`
	More  int          `json:"more"`
}

// DigestItem is a ticket in a digest. When it waits for the reader's decision its
// Why tells how late it is.
type DigestItem struct {
	Item
	Need Need `json:"need,omitempty"`
}

// Need is what a ticket asks of who reads; "" when that is nothing.
type Need string

// The needs. The first three are decisions: nobody else can take them.
const (
	NeedApproval Need = "approval" // the reader was asked to approve
	NeedAccept   Need = "accept"   // an unknown sender's request waits to be let in
	NeedAnswer   Need = "answer"   // its requester was asked something
	NeedPickup   Need = "pickup"   // the reader has it and has not picked it up
	NeedWork     Need = "work"     // the reader has it
	NeedOwner    Need = "owner"    // nobody has it
	NeedUnblock  Need = "unblock"  // it is blocked
	NeedWord     Need = "word"     // it is late: who has it can be asked, or another be given it
)

// decision reports whether the reader has to decide.
func (n Need) decision() bool { return n == NeedApproval || n == NeedAccept || n == NeedAnswer }

// Total is how many there are.
func (l DigestList) Total() int { return len(l.Items) + l.More }

// Hour counts what is due in an hour of the day.
type Hour struct {
	From time.Time `json:"from"`
	Due  int       `json:"due"`
}

// mostDigest is how many of a list one screen has room for.
const mostDigest = 5

// Empty reports whether there is nothing to say.
func (d Digest) Empty() bool {
	return d.Late.Total()+d.Today.Total()+d.OnYou.Total()+d.Blocked.Total()+d.NoOwner.Total() == 0
}

// Digest is the daily digest as of the instant of the collector. For it the open
// tickets are enough. Manager and DevOps see everything; approvals that they were
// asked for and what they took over themselves wait on them, on DevOps what is
// blocked, and on the manager what waits to be let in. A partner sees its own work,
// and what it has not picked up waits on it; a requester sees its own requests, and
// those that wait for an answer wait on it.
func (c *Collector) Digest(reader DigestReader) Digest {
	v := c.viewOf(reader)
	d := Digest{AsOf: v.local(v.asOf), Reader: reader}
	lists := v.sections(reader)
	d.Late, d.Today, d.OnYou = top(lists[isLate]), top(lists[isDueToday]), top(lists[isOnYou])
	d.Blocked, d.NoOwner = top(lists[isBlocked]), top(lists[isUnowned])
	d.Hours = v.hours(lists[isDueToday])
	late := 0
	for _, i := range lists[isOnYou] {
		if i.LateBy > 0 {
			late++
		}
	}
	d.Headline = d.headline(late)
	return d
}

// sections are the whole lists.
func (v *view) sections(r DigestReader) map[section][]DigestItem {
	lists := map[section][]DigestItem{}
	for _, s := range v.openNow() {
		need := v.need(s, r)
		if at := v.section(s, need, r); at != nowhere {
			lists[at] = append(lists[at], v.digestItem(s, need))
		}
	}
	if r.Role == tracker.RoleManager {
		for _, s := range v.waitingToEnter() {
			lists[isOnYou] = append(lists[isOnYou], DigestItem{v.outsider(s), NeedAccept})
		}
	}
	for at, items := range lists {
		slices.SortStableFunc(items, func(a, b DigestItem) int {
			if at == isOnYou {
				return cmp.Or(cmp.Compare(weight(a.Need), weight(b.Need)), byDue(a, b))
			}
			return byDue(a, b)
		})
	}
	return lists
}

// weight puts approvals before what is to be let in, and both before other work.
func weight(n Need) int {
	switch n {
	case NeedApproval:
		return 0
	case NeedAccept:
		return 1
	}
	return 2
}

// byDue puts what is due first to the front, what has no due instant behind, by
// how long it waits.
func byDue(a, b DigestItem) int {
	switch {
	case a.Due.IsZero() && b.Due.IsZero():
		return a.Since.Compare(b.Since)
	case a.Due.IsZero():
		return 1
	case b.Due.IsZero():
		return -1
	}
	return a.Due.Compare(b.Due)
}

func top(items []DigestItem) DigestList {
	n := min(len(items), mostDigest)
	return DigestList{Items: slices.Concat([]DigestItem{}, items[:n]), More: len(items) - n}
}

// viewOf is what the reader may see.
func (c *Collector) viewOf(r DigestReader) *view {
	switch r.Role {
	case tracker.RoleManager, tracker.RoleDevOps:
		return c.programme()
	case tracker.RolePartner:
		return c.partner(r.Partner)
	}
	return c.requester(r.Address)
}

// section is a list of the digest.
type section int

const (
	nowhere section = iota
	isLate
	isDueToday
	isOnYou
	isBlocked
	isUnowned
)

// section is the first list that a ticket fits.
func (v *view) section(s *seen, need Need, r DigestReader) section {
	switch {
	case need.decision():
		return isOnYou
	case v.isLate(s):
		return isLate
	case v.dueToday(s):
		return isDueToday
	case v.onReader(s, need, r):
		return isOnYou
	case s.status == tracker.StatusBlocked:
		return isBlocked
	case need == NeedOwner:
		return isUnowned
	}
	return nowhere
}

func (v *view) isLate(s *seen) bool {
	since, _ := s.lateAt(v.asOf)
	return !since.IsZero()
}

// dueToday reports whether a clock of the ticket that is not late comes due before
// the local day is over.
func (v *view) dueToday(s *seen) bool {
	n, ok := s.soonest()
	return ok && n.due.Before(v.tomorrow())
}

// onReader reports whether the ticket waits on who reads though there is nothing to
// decide. That nobody has it is told in a list of its own.
func (v *view) onReader(s *seen, need Need, r DigestReader) bool {
	switch {
	case need == NeedUnblock:
		return r.Role == tracker.RoleDevOps || v.owns(s, r)
	case v.edition == PartnerEdition:
		return need == NeedPickup
	}
	return need == NeedPickup || need == NeedWork
}

// owns reports whether the reader has the ticket: a partner all that it sees, a
// person of the desk's own side what that person took over.
func (v *view) owns(s *seen, r DigestReader) bool {
	switch v.edition {
	case PartnerEdition:
		return true
	case Programme:
		return s.partner == "" && s.assignee != "" && tracker.SameAddress(s.assignee, r.Address)
	}
	return false
}

// need is what the ticket asks of who reads.
func (v *view) need(s *seen, r DigestReader) Need {
	operator := v.edition == Programme
	switch {
	case s.status == tracker.StatusApproval:
		if r.Role != tracker.RolePartner && s.approval.Asked(r.Address) && !s.approval.Decided(r.Address) {
			return NeedApproval
		}
	case s.status == tracker.StatusWaiting:
		if v.edition == RequesterEdition {
			return NeedAnswer
		}
	case s.status == tracker.StatusBlocked:
		if operator {
			return NeedUnblock
		}
	case v.owns(s, r) && s.status == tracker.StatusAssigned:
		return NeedPickup
	case v.owns(s, r):
		return NeedWork
	case operator && s.partner == "" && s.assignee == "":
		return NeedOwner
	case operator && v.isLate(s):
		return NeedWord
	}
	return ""
}

// digestItem shows a ticket. The programme is told who is to approve, and who has
// to decide how late the ticket is, since no list of its own says so.
func (v *view) digestItem(s *seen, need Need) DigestItem {
	i := v.item(s)
	when := ""
	switch {
	case i.LateBy > 0:
		when = lateBy(i)
	case v.dueToday(s):
		when = "due today at " + i.Due.Format("15:04")
	}
	switch {
	case need == NeedApproval:
		i.Why = "waits for your approval"
		if when != "" {
			i.Why += ", " + when
		}
	case need == NeedAnswer && when != "":
		i.Why = when + ", " + i.Why
	case s.status == tracker.StatusApproval && v.edition == Programme:
		if asked := v.undecidedApprovers(s); len(asked) > 0 {
			i.Why = "waits for the approval of " + list(asked)
		}
	}
	return DigestItem{i, need}
}

// tomorrow is the first instant of the next local date.
func (v *view) tomorrow() time.Time {
	c := around(v.setup.Zone)
	return c.StartOfDay(c.DateOf(v.asOf) + 1)
}

// hours count the items by the hour of the wall clock in which they are due.
func (v *view) hours(items []DigestItem) []Hour {
	hours := []Hour{}
	for _, i := range items {
		from := i.Due.Add(-time.Duration(i.Due.Minute())*time.Minute - time.Duration(i.Due.Second())*time.Second - time.Duration(i.Due.Nanosecond()))
		if last := len(hours) - 1; last >= 0 && hours[last].From.Equal(from) {
			hours[last].Due++
		} else {
			hours = append(hours, Hour{From: from, Due: 1})
		}
	}
	return hours
}

// headline tells the digest in one line: 2 late, 3 due today, 2 wait on you (1
// late). So many of what waits on the reader are late.
func (d Digest) headline(late int) string {
	waits := "wait on you"
	if d.OnYou.Total() == 1 {
		waits = "waits on you"
	}
	if late > 0 {
		waits += fmt.Sprintf(" (%d late)", late)
	}
	var parts []string
	for _, p := range []struct {
		of    DigestList
		words string
	}{{d.Late, "late"}, {d.Today, "due today"}, {d.OnYou, waits}, {d.Blocked, "blocked"}, {d.NoOwner, "without owner"}} {
		if n := p.of.Total(); n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, p.words))
		}
	}
	if len(parts) == 0 {
		return "Nothing is late, due today or waits on you."
	}
	return strings.Join(parts, ", ")
}
