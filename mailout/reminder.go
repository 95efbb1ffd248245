package mailout

import (
	"fmt"
	"strings"
	"time"

	"envdesk/tracker"
)

// reminder is what is due on a ticket, in words for this reader.
type reminder struct {
	Key, Title, Priority, Holder string
	Kind                         string // pickup, mark, late, later, returning, needs-date, window, approval, wait-over, handed-back
	Percent                      string // of a mark
	Due                          string // Tue 10 Mar, 18:00 IST; "" when there is no due time
	Away                         string // how far that is: "in 3 h 20 min", "2 days ago"
	Acts                         bool   // the reader is who can act
	Reader                       string // what the reader is to the ticket
	NeededBy                     string
	Requester                    string
	Decides                      bool   // the ticket waits for the reader's decision
	From                         string // whose decision it waits for, for the desk's own side
	Until                        string // by when these should decide now, when they got more time
	Unverified                   bool   // nobody let it in yet
	Ownerless                    bool   // nobody has it, and the reader is the manager
	Unpicked                     bool   // it has an owner, and nobody picked it up

	replyTo, replySubject string
}

// Reply is a mailto: link to the ticket of the reminder.
func (r reminder) Reply(command string) link { return replyLink(r.replyTo, r.replySubject, command) }

// Answerable reports whether a reply reaches the ticket.
func (r reminder) Answerable() bool { return r.replyTo != "" }

// Missed reports whether a time has passed.
func (r reminder) Missed() bool {
	return r.Kind == "late" || r.Kind == "later" || r.Kind == "pickup" || r.Kind == "approval"
}

// Wanted says in one line what is wanted or wrong.
func (r reminder) Wanted() string {
	switch r.Kind {
	case "pickup":
		return "Not picked up in time"
	case "late":
		return "Late"
	case "later":
		return "Late for a working day and more"
	case "needs-date":
		return "It needs a date"
	case "window":
		return "Its planned date comes near"
	case "approval":
		return "Not decided in time"
	case "wait-over":
		return "The date it waited for is here"
	case "handed-back":
		return "Handed back: it needs a new owner"
	case "returning":
		return "Not picked up: it goes back soon"
	}
	return r.Percent + " % of the time is used"
}

func (v *view) reminders(s Settings, n tracker.Notice) {
	v.Total = len(n.Data.Reminders)
	for i, r := range n.Data.Reminders {
		if i >= maxListed {
			v.MoreLines = v.Total - maxListed
			break
		}
		v.Reminders = append(v.Reminders, reminderOf(s, n, r))
	}
}

func reminderOf(s Settings, n tracker.Notice, r tracker.Reminder) reminder {
	t := r.Ticket
	one := reminder{
		Key: t.Key, Title: oneLine(t.Title, shortWords), Priority: t.Priority, Acts: r.Acts, NeededBy: date(t.NeededBy),
		Holder: s.holder(t, n.As), Kind: r.What, Reader: string(n.As), Requester: requester(t),
		Unverified: t.Status == tracker.StatusUnverified, Unpicked: t.Status == tracker.StatusAssigned,
	}
	one.Ownerless = r.Acts && n.As == tracker.RoleManager && one.Holder == ""
	if isKey(t.Key) {
		one.replyTo, one.replySubject = tracker.ReplyAddress(s.Address, t.Key, s.token(n, t)), "Re: "+threadSubject(t.Key, t.Title)
	}
	switch {
	case r.What == "handed-back":
	case r.Clock == "pickup" && isPercent(r.What):
		one.Kind, one.Percent = "returning", r.What
	case r.Clock == "pickup":
		one.Kind = "pickup"
	case r.Clock == clockApproval:
		one.Kind, one.Decides = "approval", mayDecide(t, n.To)
		asked := s.approvalOf(t, n.At.In(s.Zone))
		if inside(n.As) {
			one.From = asked.From
		}
		if t.Approval.Extended && !asked.Over {
			one.Until = asked.Due
		}
	case isPercent(r.What):
		one.Kind, one.Percent = "mark", r.What
	}
	if !r.Due.IsZero() {
		one.Due, one.Away = dueTime(r.Due.In(s.Zone), n.At.In(s.Zone)), distance(r.Due.Sub(n.At))
	}
	return one
}

func isPercent(what string) bool { return strings.Trim(what, "0123456789") == "" }

// distance is how far away an instant is, in elapsed time.
func distance(d time.Duration) string {
	switch {
	case d > 0 && d < time.Minute:
		return "now"
	case d <= 0 && d > -time.Minute:
		return held("just now")
	case d < 0:
		return held(span(-d) + " ago")
	}
	return held("in " + span(d))
}

func span(d time.Duration) string {
	large, small, unit := int(d/time.Hour), int(d%time.Hour/time.Minute), "min"
	name := "h"
	switch {
	case d < time.Hour:
		return fmt.Sprintf("%d min", small)
	case d >= 48*time.Hour:
		large, small, unit, name = large/24, large%24, "h", "days"
	}
	if small == 0 {
		return fmt.Sprintf("%d %s", large, name)
	}
	return fmt.Sprintf("%d %s %d %s", large, name, small, unit)
}
