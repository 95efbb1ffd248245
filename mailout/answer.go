package mailout

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"envdesk/tracker"
)

// answer is what a reader asked the desk for: a field for each ticket, or the
// fields of one.
type answer struct {
	Asked  string
	Total  int
	More   int  // tickets that are not listed
	All    bool // the reader sees all tickets
	Alone  bool // it is one ticket and all that was asked for: the headline names it
	Fields []answerField
}

// answerField is a line of an answer. Mark is what is wrong: late, not picked up.
type answerField struct{ Name, Strong, Value, Mark string }

func (v *view) answers(s Settings, n tracker.Notice) {
	words := answering{settings: s, now: n.At.In(s.Zone), reader: n.As}
	for _, a := range n.Data.Answers {
		one := answer{Asked: oneLine(a.Asked, maxLineLen), Total: a.Total, More: a.Total - len(a.Tickets), All: inside(n.As)}
		for _, t := range a.Tickets {
			if a.Whole {
				one.Fields = append(one.Fields, words.whole(t, a.Clocks[t.Key])...)
			} else {
				one.Fields = append(one.Fields, words.line(t, a.Clocks[t.Key]))
			}
		}
		v.Answers = append(v.Answers, one)
	}
	v.single(n)
}

// single leaves the key and the title of the only ticket that was asked for to the
// headline.
func (v *view) single(n tracker.Notice) {
	if n.Kind != tracker.KindAnswer || n.Data.Summary != nil || len(v.Answers) != 1 || !n.Data.Answers[0].Whole || len(v.Answers[0].Fields) == 0 {
		return
	}
	one := &v.Answers[0]
	v.Single = one.Fields[0].Name + ": " + one.Fields[0].Strong
	one.Alone, one.Fields = true, one.Fields[1:]
}

// answering words tickets and their clocks for one reader.
type answering struct {
	settings Settings
	now      time.Time // in the desk's zone
	reader   tracker.Role
}

// line is a ticket in a list: what it is, how it stands, by when, and what is
// wrong with it.
func (a answering) line(t tracker.Ticket, c tracker.TicketClock) answerField {
	facts := []string{t.Priority, t.Environment, a.standing(t)}
	if t.ETA != "" {
		facts = append(facts, "expected "+moment(t.ETA, a.now.Location()))
	}
	due, late := a.due(c)
	pickup, missed := a.pickup(c)
	var wrong []string
	if late {
		wrong = append(wrong, "late since "+due)
	} else if due != "" {
		facts = append(facts, "due "+due)
	}
	if pickup != "" && missed {
		wrong = append(wrong, "not picked up by "+pickup)
	} else if pickup != "" {
		facts = append(facts, "pickup by "+pickup)
	}
	if a.seesOwn(c) && !c.Partner.DoneDue.IsZero() && !c.Partner.DoneDue.Equal(c.Due) {
		facts = append(facts, a.whose(c.Partner.Partner)+" own target "+a.at(c.Partner.DoneDue)+unlessRunning(c.Partner.DoneState))
	}
	facts = slices.DeleteFunc(facts, func(s string) bool { return s == "" })
	if len(wrong) > 0 {
		facts = append(facts, "") // the mark follows
	}
	return answerField{Name: t.Key, Strong: oneLine(t.Title, shortWords), Value: strings.Join(facts, " · "), Mark: strings.Join(wrong, ", ")}
}

// standing tells the state of a ticket, and who has it.
func (a answering) standing(t tracker.Ticket) string {
	owner := a.settings.holder(t, a.reader)
	switch {
	case t.Status == tracker.StatusApproval:
		return "waits for an approval"
	case t.Status == tracker.StatusUnverified:
		return "waits to be let in"
	case t.Status == tracker.StatusNew && owner == "":
		return "no owner yet"
	case owner == "":
		return string(t.Status)
	case t.Status == tracker.StatusAssigned:
		return "assigned to " + owner
	}
	return string(t.Status) + ", with " + owner
}

// whose is a partner's name with its ending, or "your".
func (a answering) whose(partner string) string {
	if a.reader == tracker.RolePartner {
		return "your"
	}
	return oneLine(partner, 100) + "’s"
}

// due is when the ticket is due, and whether that was missed.
func (a answering) due(c tracker.TicketClock) (string, bool) {
	if c.Due.IsZero() || c.State == "met" || c.State == "none" {
		return "", false
	}
	words := a.at(c.Due)
	if c.State == "paused" {
		words += ", clock paused"
	}
	return words, c.State == "late"
}

// pickup is by when the ticket is to be picked up, and whether that was missed.
func (a answering) pickup(c tracker.TicketClock) (string, bool) {
	return a.at(c.Pickup), c.Pickup.Before(a.now)
}

// seesOwn reports whether there is a partner's own clock that the reader may know
// of: that partner and the manager.
func (a answering) seesOwn(c tracker.TicketClock) bool {
	return c.Partner != nil && (a.reader == tracker.RolePartner || a.reader == tracker.RoleManager)
}

// partner tells of the partner's own clock.
func (a answering) partner(c tracker.TicketClock) string {
	if !a.seesOwn(c) {
		return ""
	}
	var parts []string
	for _, one := range []struct {
		what, state string
		due         time.Time
	}{{"pickup", c.Partner.PickupState, c.Partner.PickupDue}, {"done", c.Partner.DoneState, c.Partner.DoneDue}} {
		if !one.due.IsZero() {
			parts = append(parts, one.what+" by "+a.at(one.due)+unlessRunning(one.state))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return oneLine(c.Partner.Partner, 100) + ": " + strings.Join(parts, ", ")
}

func unlessRunning(state string) string {
	if state == "" || state == "running" {
		return ""
	}
	return " (" + state + ")"
}

func (a answering) at(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return dueTime(t.In(a.now.Location()), a.now)
}

// whole lists all fields that have a value.
func (a answering) whole(t tracker.Ticket, c tracker.TicketClock) []answerField {
	at := func(when time.Time) string {
		if when.IsZero() {
			return ""
		}
		return moment(when.Format(time.RFC3339), a.now.Location())
	}
	out := []answerField{{Name: t.Key, Strong: oneLine(t.Title, 500)}}
	for _, f := range []answerField{
		{Name: "State", Value: string(t.Status)}, a.approval(t), {Name: "Merged into", Value: t.MergedInto}, a.dueField(c), a.pickupField(c), {Name: "Own target", Value: a.partner(c)},
		{Name: "Priority", Value: t.Priority}, {Name: "Type", Value: t.Type}, {Name: "Stack", Value: t.Stack},
		{Name: "Environment", Value: t.Environment}, {Name: "Needed by", Value: date(t.NeededBy)}, {Name: "Expected", Value: moment(t.ETA, a.now.Location())},
		{Name: "From", Value: oneLine(t.Requester.Display(), 100)}, {Name: "Partner", Value: t.Partner}, {Name: "Picked up by", Value: a.assignee(t)},
		{Name: "Read along", Value: strings.Join(t.Watchers, ", ")}, {Name: "Linked", Value: strings.Join(t.Links, ", ")},
		{Name: "Opened", Value: at(t.OpenedAt)}, {Name: "Picked up", Value: at(t.PickedUpAt)}, {Name: "Resolved", Value: at(t.ResolvedAt)}, {Name: "Ended", Value: at(t.ClosedAt)},
	} {
		if f.Value != "" || f.Mark != "" {
			out = append(out, f)
		}
	}
	return out
}

// assignee is the person who picked the ticket up, for who may know.
func (a answering) assignee(t tracker.Ticket) string {
	if t.Assignee == "" || !inside(a.reader) {
		return t.Assignee
	}
	return a.settings.person(t.Assignee)
}

func (a answering) dueField(c tracker.TicketClock) answerField {
	due, late := a.due(c)
	if late {
		return answerField{Name: "Due", Value: due + " · ", Mark: "late, " + distance(c.Due.Sub(a.now))}
	}
	if due != "" && c.State != "paused" {
		due += ", " + distance(c.Due.Sub(a.now))
	}
	return answerField{Name: "Due", Value: due}
}

func (a answering) pickupField(c tracker.TicketClock) answerField {
	pickup, missed := a.pickup(c)
	if pickup != "" && missed {
		return answerField{Name: "Pickup", Value: "by " + pickup + " · ", Mark: "not picked up"}
	}
	if pickup != "" {
		pickup = "by " + pickup
	}
	return answerField{Name: "Pickup", Value: pickup}
}

// approval tells how far an approval is; by whom, to the desk's own side.
func (a answering) approval(t tracker.Ticket) answerField {
	one := a.settings.approvalOf(t, a.now)
	var parts []string
	switch {
	case one.Waits:
		parts = append(parts, "waits", one.Need)
		if one.Due != "" {
			parts = append(parts, "to be decided by "+one.Due)
		}
	case t.Approval.State != "":
		parts = append(parts, string(t.Approval.State), one.Need, one.When)
	}
	if inside(a.reader) {
		parts = append(parts, one.There, one.From)
	}
	parts = slices.DeleteFunc(parts, func(s string) bool { return s == "" })
	return answerField{Name: "Approval", Value: strings.Join(parts, " · ")}
}

// AnswerLine says in one line what the answers hold.
func (v *view) AnswerLine() string {
	questions := len(v.Answers)
	if v.Standing != nil {
		questions++
	}
	switch {
	case questions != 1:
		return fmt.Sprintf("The answers to your %d questions", questions)
	case v.Standing != nil:
		return v.Standing.Line()
	case v.Single != "":
		return v.Single
	case v.Answers[0].Total == 0:
		return "There is no such request"
	case v.Answers[0].Total == 1:
		return "1 request"
	}
	return fmt.Sprintf("%d requests", v.Answers[0].Total)
}
