package main

import (
	"fmt"
	"strings"
	"time"

	"envdesk/tracker"
)

// history tells changes in words, and times in a zone; nil is UTC.
func history(zone *time.Location) historian {
	if zone == nil {
		zone = time.UTC
	}
	return historian{zone}
}

type historian struct{ zone *time.Location }

func because(s string) string {
	if s == "" {
		return ""
	}
	return ": " + s
}

// describe says in words what a change did.
func (w historian) describe(c tracker.Change) string {
	switch c := c.(type) {
	case tracker.Opened:
		if c.Unverified {
			return "opened it, unverified"
		}
		return "opened it"
	case tracker.Replied:
		return "wrote (" + string(c.Visibility) + ")"
	case tracker.Noted:
		return "noted: " + c.Text
	case tracker.Classified:
		if c.Old == "" {
			return fmt.Sprintf("set %s to %s", c.Field, c.New)
		}
		return fmt.Sprintf("changed %s from %s to %s", c.Field, c.Old, c.New)
	case tracker.Assigned:
		if owner := c.Partner + c.Assignee; owner != "" {
			return "assigned to " + owner
		}
		return "taken from " + c.Old
	case tracker.PickedUp:
		return "picked it up"
	case tracker.Declined:
		return c.Partner + " handed it back" + because(c.Reason)
	case tracker.StatusChanged:
		return fmt.Sprintf("%s → %s%s", c.From, c.To, because(c.Reason))
	case tracker.Accepted:
		return "let it in"
	case tracker.Resolved:
		return "resolved it" + because(c.Note)
	case tracker.Closed:
		return "closed it" + because(c.Reason)
	case tracker.Cancelled:
		return "cancelled it" + because(c.Reason)
	case tracker.Reopened:
		return "reopened it" + because(c.Reason)
	case tracker.Watched:
		return "let " + c.Address + " read along"
	case tracker.Unwatched:
		return "ended that " + c.Address + " reads along"
	case tracker.Linked:
		return "linked it to " + c.Key + because(c.Why)
	case tracker.Merged:
		return "merged it into " + c.Into
	case tracker.Absorbed:
		return "merged " + c.Key + " into it"
	case tracker.Reminded:
		return "reminded " + strings.Join(c.To, ", ") + ": " + c.Clock + " " + c.What
	case tracker.Refused:
		return "was refused " + c.Command + because(c.Why)
	}
	return w.describeRules(c)
}

// describeRules says what was decided, promised, or done by the clock.
func (w historian) describeRules(c tracker.Change) string {
	switch c := c.(type) {
	case tracker.FirstSeen:
		return "taken in late, " + w.at(c.At)
	case tracker.ApprovalAsked:
		return fmt.Sprintf("asked %s to approve: %s, round %d, %d needed%s", listed(c.Approvers), c.Need, c.Round, c.Quorum, w.until(c.Due))
	case tracker.Approved:
		return fmt.Sprintf("approved %s, round %d%s", c.Need, c.Round, because(c.Reason))
	case tracker.Rejected:
		return fmt.Sprintf("rejected %s, round %d%s", c.Need, c.Round, because(c.Reason))
	case tracker.ApprovalVoided:
		return fmt.Sprintf("took the question back: %s, round %d%s", c.Need, c.Round, because(c.Reason))
	case tracker.TargetChanged:
		if c.Extend != "" {
			return "made it due " + c.Extend + " later" + because(c.Reason)
		}
		return "made it due " + w.at(c.Due) + because(c.Reason)
	case tracker.TermsChanged:
		return "reckons it by new terms: " + c.Old + " → " + c.New
	case tracker.HandedBack:
		return "handed it back from " + c.Partner + because(c.Reason)
	}
	return c.Kind()
}

func (w historian) at(t time.Time) string { return t.In(w.zone).Format("2006-01-02 15:04 -0700") }

func (w historian) until(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return ", by " + w.at(t)
}
