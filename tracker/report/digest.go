package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"envdesk/tracker"
)

// Digest is what a reader has to know before the day's stand-up: each ticket
// once, in the first list that fits.
type Digest struct {
	AsOf     time.Time    `json:"as_of"`
	Reader   DigestReader `json:"reader"`
	Late     DigestList   `json:"late"`      // longest first
	Today    DigestList   `json:"due_today"` // rest of the local day, earliest first
	Hours    []Hour       `json:"hours"`     // all of Today, by the hour
	OnYou    DigestList   `json:"waiting_on_you"`
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
	Items []Item `json:"items"`
	More  int    `json:"more"`
}

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
// asked for and what they took over themselves wait on them, and on DevOps what
// is blocked. A partner sees its own work, and what it has not picked up waits on
// it; a requester sees its own requests, and those that wait for an answer wait on
// it.
func (c *Collector) Digest(reader DigestReader) Digest {
	v := c.viewOf(reader)
	d := Digest{AsOf: v.local(v.asOf), Reader: reader}
	lists := map[section][]Item{}
	for _, s := range v.openNow() {
		if at := v.section(s, reader); at != nowhere {
			lists[at] = append(lists[at], v.item(s))
		}
	}
	for _, items := range lists {
		slices.SortStableFunc(items, byDue)
	}
	d.Late, d.Today, d.OnYou = top(lists[isLate]), top(lists[isDueToday]), top(lists[isOnYou])
	d.Blocked, d.NoOwner = top(lists[isBlocked]), top(lists[isUnowned])
	d.Hours = v.hours(lists[isDueToday])
	d.Headline = d.headline()
	return d
}

// byDue puts what is due first to the front, what has no due instant behind, by
// how long it waits.
func byDue(a, b Item) int {
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

func top(items []Item) DigestList {
	n := min(len(items), mostDigest)
	return DigestList{Items: slices.Concat([]Item{}, items[:n]), More: len(items) - n}
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
func (v *view) section(s *seen, r DigestReader) section {
	if since, _ := s.lateAt(v.asOf); !since.IsZero() {
		return isLate
	}
	if n, ok := s.soonest(); ok && n.due.Before(v.tomorrow()) {
		return isDueToday
	}
	switch {
	case v.onReader(s, r):
		return isOnYou
	case s.status == tracker.StatusBlocked:
		return isBlocked
	case s.whom == onUs && s.assignee == "" && v.edition == Programme:
		return isUnowned
	}
	return nowhere
}

// onReader reports whether the ticket waits on who reads. That nobody has it is
// told in a list of its own.
func (v *view) onReader(s *seen, r DigestReader) bool {
	switch {
	case s.status == tracker.StatusApproval:
		return r.Role != tracker.RolePartner && s.approval.Asked(r.Address) && !s.approval.Decided(r.Address)
	case r.Role == tracker.RolePartner:
		return s.status == tracker.StatusAssigned
	case r.Role == tracker.RoleDevOps && s.status == tracker.StatusBlocked:
		return true
	case v.edition == Programme:
		return s.whom == onUs && tracker.SameAddress(s.assignee, r.Address)
	}
	return s.whom == onRequester
}

// tomorrow is the first instant of the next local date.
func (v *view) tomorrow() time.Time {
	c := around(v.setup.Zone)
	return c.StartOfDay(c.DateOf(v.asOf) + 1)
}

// hours count the items by the hour of the wall clock in which they are due.
func (v *view) hours(items []Item) []Hour {
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

// headline tells the digest in one line: 2 late, 3 due today, 1 waits on you.
func (d Digest) headline() string {
	waits := "wait on you"
	if d.OnYou.Total() == 1 {
		waits = "waits on you"
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
