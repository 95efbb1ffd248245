package mailout

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"envdesk/tracker"
)

// approval is the decision that a ticket waits for, or got, in words for this
// reader.
type approval struct {
	Need  string // what of the ticket needs it: "type AccessOps"; "" where none was ever needed
	Waits bool   // it is not decided
	Yours bool   // it waits for the reader
	Due   string // when it should be decided: Tue 10 Mar, 18:00 IST
	Away  string // how far that is
	Over  bool   // that time has come
	When  string // when it was decided
	Who   string // who was asked, in words for the requester: "DevOps"
	// For who may know the approvers.
	There string // how many approvals are there, when more than one is needed
	From  string // who has not decided, "a@b.test or c@d.test"
	// Of the mail that asks for it.
	Code string // until when its code counts
	For  string // for whose address
}

// inside reports whether the reader is on the desk's own side.
func inside(reader tracker.Role) bool {
	return reader == tracker.RoleManager || reader == tracker.RoleDevOps
}

func (v *view) approval(s Settings, n tracker.Notice, t tracker.Ticket) {
	zone := s.Zone
	v.Approval = s.approvalOf(t, n.At.In(zone))
	if n.As == tracker.RoleRequester {
		v.Approval.Who = s.approvers(t.Approval)
	}
	v.Approval.Yours = mayDecide(t, n.To)
	if !inside(n.As) && n.Kind != tracker.KindApproval {
		v.Approval.There, v.Approval.From = "", ""
	}
	if n.Kind == tracker.KindApproval {
		v.Approval.Code, v.Approval.For = dueTime(n.At.Add(tracker.ApprovalLife).In(zone), n.At.In(zone)), n.To.Address
	}
	if decides(n.Data.Changes) {
		v.By = decider(n.Data.By, n.As)
	}
}

// approvalOf words a ticket's approval; now is in the zone of its times.
func (s Settings) approvalOf(t tracker.Ticket, now time.Time) approval {
	a := t.Approval
	one := approval{Need: oneLine(a.Need, maxLineLen), Waits: a.State == tracker.ApprovalPending, There: s.there(a)}
	if a.State == "" {
		return approval{}
	}
	if !a.At.IsZero() && !one.Waits {
		one.When = dueTime(a.At.In(now.Location()), now)
	}
	if !one.Waits {
		return one
	}
	one.From = strings.Join(s.persons(slices.DeleteFunc(slices.Clone(a.Approvers), a.Decided)), " or ")
	if !a.Due.IsZero() {
		one.Due, one.Away, one.Over = dueTime(a.Due.In(now.Location()), now), distance(a.Due.Sub(now)), !now.Before(a.Due)
	}
	return one
}

// approvers names who was asked, each name once; "" when not all have one, and for
// a crowd.
func (s Settings) approvers(a tracker.Approval) string {
	if s.NameApprover == nil {
		return ""
	}
	var names []string
	for _, address := range a.Approvers {
		name := oneLine(s.NameApprover(address), 100)
		if name == "" || strings.Contains(name, "@") {
			return ""
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	switch {
	case len(names) > 3:
		return ""
	case a.Quorum == len(a.Approvers):
		return strings.Join(names, " and ")
	}
	return strings.Join(names, " or ")
}

// person is how the desk's own side calls somebody: by the name of the
// configuration, else by the address.
func (s Settings) person(address string) string {
	if s.NamePerson == nil {
		return address
	}
	return cmp.Or(oneLine(s.NamePerson(address), 100), address)
}

func (s Settings) persons(addresses []string) []string {
	var out []string
	for _, a := range addresses {
		out = append(out, s.person(a))
	}
	return out
}

// there counts the approvals, when more than one is needed.
func (s Settings) there(a tracker.Approval) string {
	given := ": " + strings.Join(s.persons(a.Given), ", ")
	switch {
	case a.Quorum < 2:
		return ""
	case len(a.Given) == 0:
		return fmt.Sprintf("%d approvals are needed, none is there", a.Quorum)
	case len(a.Given) == 1:
		return fmt.Sprintf("1 of %d approvals is there", a.Quorum) + given
	}
	return fmt.Sprintf("%d of %d approvals are there", len(a.Given), a.Quorum) + given
}

func decides(changes []tracker.Change) bool {
	return slices.ContainsFunc(changes, func(c tracker.Change) bool {
		switch c.(type) {
		case tracker.Approved, tracker.Rejected:
			return true
		}
		return false
	})
}

// decider names who decided: to the requester by the name of the configuration or
// the role, to a partner by the role, never by address.
func decider(by tracker.Actor, reader tracker.Role) string {
	if inside(reader) {
		return oneLine(by.Display(), maxLineLen)
	}
	name := ""
	if reader != tracker.RolePartner && !by.Given && !strings.Contains(by.Name, "@") {
		name = oneLine(by.Name, 100)
	}
	return cmp.Or(name, map[tracker.Role]string{tracker.RoleDevOps: "DevOps", tracker.RoleManager: "The programme manager"}[by.Role], "The approver")
}

// decisionAsked reports whether the mail asks its reader for a decision: it then
// carries the one-time code of the round.
func decisionAsked(n tracker.Notice, t tracker.Ticket) bool {
	return n.Kind == tracker.KindApproval || mayDecide(t, n.To) && slices.ContainsFunc(n.Data.Reminders, func(r tracker.Reminder) bool {
		return r.Clock == clockApproval && r.Ticket.Key == t.Key
	})
}

// clockApproval is the clock of the approvers in a reminder.
const clockApproval = "approval"

// mayDecide reports whether the ticket waits for the decision of this person.
func mayDecide(t tracker.Ticket, who tracker.Address) bool {
	return t.Approval.State == tracker.ApprovalPending && t.Approval.Asked(who.Address) && !t.Approval.Decided(who.Address)
}

// token is that of a mail about the ticket, or of a button in it.
func (s Settings) token(n tracker.Notice, t tracker.Ticket) string {
	purpose := tracker.PurposeReply
	if decisionAsked(n, t) {
		purpose = tracker.PurposeApproval(t.Approval.Round)
	}
	return s.Signer.Token(purpose, t.Key, n.To.Address, n.At)
}

// ExplainApproval reports whether the receipt still has to say what needs the
// approval.
func (v *view) ExplainApproval() bool {
	return v.Approval.Waits && v.Approval.Need != "" && !strings.Contains(v.Reason, "approval")
}

// handBack tells why a partner has the ticket no more, and which.
func (v *view) handBack(n tracker.Notice) {
	for _, c := range n.Data.Changes {
		if h, ok := c.(tracker.HandedBack); ok && n.Kind == tracker.KindHandBack {
			v.HandedBack = h.Partner
			v.Reason = cmp.Or(v.Reason, sentence(oneLine(h.Reason, 2*maxLineLen)))
		}
	}
}
