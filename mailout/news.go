package mailout

import (
	"slices"
	"time"
	"unicode/utf8"

	"envdesk/tracker"
)

// news is one change of a ticket in the words of this reader.
type news struct {
	Kind      string // as the headline of status.md knows it
	Owner     string // who did it, or for whom: the partner where there is one
	Requester string
	Yours     bool // the reader is the requester
	Short     string
	Long      string // the reason or note, when it is too long for a headline
	From      string
	Old, New  string
	Field     string
	Until     string
	Away      string // how far New is, when it is a time
}

// Other is the other request of a merge.
func (n news) Other() key { return key(n.New) }

// weights orders changes: the heaviest is the headline.
var weights = []string{
	"noted", "classified", "expected", "due", "accepted", "approval_voided", "approved", "assigned", "picked_up", "working", "status", "blocked",
	"waiting", "approval_asked", "declined", "reopened", "resolved", "closed", "absorbed", "cancelled", "rejected", "merged",
}

// newsOf tells the changes that this reader may know of, the heaviest first. A
// partner that lost the ticket hears that and nothing else: which other partner
// has it now, and what else was done, is not its business.
func newsOf(n tracker.Notice, t tracker.Ticket, zone *time.Location) (news, []news) {
	tell := teller{reader: n.As, by: n.Data.By, now: n.At.In(zone)}
	var all []news
	for _, c := range n.Data.Changes {
		if _, moved := c.(tracker.Assigned); moved && n.As == tracker.RolePartner {
			return news{Kind: "handed_on"}, nil
		}
		if one, ok := tell.change(c); ok {
			one = one.renew(n.Data.Clock, tell.now)
			one.Owner, one.Requester, one.Yours = owner(one, n.Data.By, t), t.Requester.Display(), n.As == tracker.RoleRequester
			all = append(all, one)
		}
	}
	slices.SortStableFunc(all, func(a, b news) int { return slices.Index(weights, b.Kind) - slices.Index(weights, a.Kind) })
	if len(all) == 0 {
		return news{Kind: "status", New: string(t.Status)}, nil
	}
	return all[0], all[1:]
}

func owner(n news, by tracker.Actor, t tracker.Ticket) string {
	switch {
	case n.Owner != "":
		return n.Owner
	case n.Kind == "expected" && by.Partner == "": // somebody of DevOps
		return by.Display()
	case by.Partner != "":
		return by.Partner
	case t.Partner != "":
		return t.Partner
	}
	return by.Display()
}

// teller words changes for one reader.
type teller struct {
	reader tracker.Role
	by     tracker.Actor
	now    time.Time // in the desk's zone
}

// change turns a change into news. False for what this reader must not know
// (internal notes), or what is told elsewhere.
func (l teller) change(c tracker.Change) (news, bool) {
	zone := l.now.Location()
	switch c := c.(type) {
	case tracker.Classified:
		if c.Field == tracker.FieldETA {
			return news{Kind: "expected", Old: moment(c.Old, zone), New: moment(c.New, zone)}, true
		}
		return news{Kind: "classified", Field: fieldName(c.Field), Old: fieldValue(c.Field, c.Old), New: fieldValue(c.Field, c.New)}, true
	case tracker.Assigned:
		return news{Kind: "assigned", Old: c.Old, New: c.Partner}, true
	case tracker.PickedUp:
		return news{Kind: "picked_up"}, true
	case tracker.Declined:
		return because(news{Kind: "declined", Owner: c.Partner}, c.Reason), true
	case tracker.StatusChanged:
		return because(news{Kind: statusKind(c.To), From: string(c.From), New: string(c.To), Until: date(c.Until)}, c.Reason), true
	case tracker.Accepted:
		return news{Kind: "accepted"}, true
	case tracker.TargetChanged:
		return l.target(c), true
	case tracker.Noted:
		return because(news{Kind: "noted"}, c.Text), inside(l.reader)
	}
	if one, ok := l.decision(c); ok {
		return one, true
	}
	return ending(c)
}

// decision words what became of a question to the approvers. Their words are not
// for partners.
func (l teller) decision(c tracker.Change) (news, bool) {
	words := func(s string) string {
		if l.reader == tracker.RolePartner {
			return ""
		}
		return s
	}
	switch c := c.(type) {
	case tracker.ApprovalAsked:
		return news{Kind: "approval_asked", New: c.Need}, true
	case tracker.ApprovalVoided:
		return because(news{Kind: "approval_voided", New: c.Need}, words(c.Reason)), true
	case tracker.Approved:
		return because(news{Kind: "approved", Owner: decider(l.by, l.reader), New: c.Need}, words(c.Reason)), true
	case tracker.Rejected:
		return because(news{Kind: "rejected", Owner: decider(l.by, l.reader), New: c.Need}, words(c.Reason)), true
	}
	return news{}, false
}

// ending words what ends a request, or takes it up again.
func ending(c tracker.Change) (news, bool) {
	switch c := c.(type) {
	case tracker.Resolved:
		return because(news{Kind: "resolved"}, c.Note), true
	case tracker.Closed:
		return because(news{Kind: "closed"}, c.Reason), true
	case tracker.Cancelled:
		return because(news{Kind: "cancelled"}, c.Reason), true
	case tracker.Merged:
		return news{Kind: "merged", New: c.Into}, true
	case tracker.Absorbed:
		return news{Kind: "absorbed", New: c.Key}, true
	case tracker.Reopened:
		return because(news{Kind: "reopened"}, c.Reason), true
	}
	return news{}, false
}

// target tells when the work is due now, or how much later than before.
func (l teller) target(c tracker.TargetChanged) news {
	one := news{Kind: "due", Field: workingTime(c.Extend)}
	if !c.Due.IsZero() {
		one.New, one.Away = dueTime(c.Due.In(l.now.Location()), l.now), distance(c.Due.Sub(l.now))
	}
	if !c.Old.IsZero() {
		one.Old = dueTime(c.Old.In(l.now.Location()), l.now)
	}
	return because(one, c.Reason)
}

func statusKind(s tracker.Status) string {
	switch s {
	case tracker.StatusWorking, tracker.StatusWaiting, tracker.StatusBlocked:
		return string(s)
	}
	return "status"
}

// because adds a reason: to the headline when it is short.
func because(n news, words string) news {
	if utf8.RuneCountInString(words) <= shortWords {
		n.Short = oneLine(words, shortWords)
	} else {
		n.Long = cut(clean(words), 4000)
	}
	return n
}
