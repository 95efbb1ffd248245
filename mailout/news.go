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
}

// weights orders changes: the heaviest is the headline.
var weights = []string{
	"noted", "classified", "expected", "accepted", "assigned", "picked_up", "working", "status", "blocked", "waiting",
	"declined", "reopened", "resolved", "closed", "absorbed", "cancelled", "merged",
}

// newsOf tells the changes that this reader may know of, the heaviest first. A
// partner that lost the ticket hears that and nothing else: which other partner
// has it now, and what else was done, is not its business.
func newsOf(n tracker.Notice, t tracker.Ticket, zone *time.Location) (news, []news) {
	var all []news
	for _, c := range n.Data.Changes {
		if _, moved := c.(tracker.Assigned); moved && n.As == tracker.RolePartner {
			return news{Kind: "handed_on"}, nil
		}
		if one, ok := tell(c, n.As, zone); ok {
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

// tell turns a change into news. False for what this reader must not know
// (internal notes), or what is told elsewhere.
func tell(c tracker.Change, reader tracker.Role, zone *time.Location) (news, bool) {
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
	case tracker.Noted:
		return because(news{Kind: "noted"}, c.Text), reader == tracker.RoleManager || reader == tracker.RoleDevOps
	}
	return news{}, false
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
