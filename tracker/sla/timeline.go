package sla

import (
	"fmt"
	"time"

	"envdesk/tracker"
)

// Timeline is what happened to a ticket, as far as its clocks care. Each list
// is in the order of time, as a ticket's history is; what lies after the
// present is not looked at.
type Timeline struct {
	Received   time.Time // the server's receipt of the opening mail, never its Date field
	Seen       time.Time // when the desk first saw that mail; zero: at its receipt
	LateIntake bool      // a mail of the ticket was taken in late, see LateIntake
	Priority   string    // at the opening
	Changes    []Change
	Pauses     []Pause
	Targets    []Override
	Edits      []Edit
	Wishes     []Wish
	PickedUp   time.Time // zero: not yet
	Ends       []End
	Reopens    []time.Time
}

// Change gives the ticket another priority.
type Change struct {
	At time.Time
	To string
}

// Pause is a time of waiting.
type Pause struct {
	From time.Time
	To   time.Time // zero: still waiting
	Why  string    // WaitingOnRequester, WaitingForApproval
}

// Why a ticket waits.
const (
	WaitingOnRequester = "waiting on the requester"
	WaitingForApproval = "approval"
)

// Override is a resolve target that the manager set.
type Override struct {
	At     time.Time
	Due    time.Time // zero: Extend
	Extend Span      // working time behind the due instant, or behind At when that has passed
	By     string
	Reason string
}

// Edit puts another policy or another calendar in force: the configuration was
// edited.
type Edit struct {
	At       time.Time
	Version  string    // names the terms that came in force
	Policy   *Policy   // nil: as before
	Calendar *Calendar // nil: as before
}

// Wish names the date for which the request is planned.
type Wish struct {
	At   time.Time
	Date Date // zero: taken back
}

// End is where the work on the ticket ended.
type End struct {
	At   time.Time
	Done bool // with a result; false for a cancelled, merged or rejected ticket
}

// oldest is the age of a mail at first sight above which the clock does not
// start at its receipt.
const oldest = 7 * 24 * time.Hour

// Start is where the clocks of a ticket start: the receipt of its opening mail.
// A receipt in the future, or more than seven days before the desk first saw the
// mail, is not believed: then it is the first sight.
func (tl Timeline) Start() time.Time {
	if tl.disbelieved() {
		return tl.Seen.UTC()
	}
	return tl.Received.UTC()
}

func (tl Timeline) disbelieved() bool {
	return !tl.Seen.IsZero() && (tl.Received.After(tl.Seen) || tl.old())
}

func (tl Timeline) old() bool {
	return !tl.Seen.IsZero() && tl.Seen.Sub(tl.Received) > oldest
}

// LateIntake reports whether a mail was taken in so long after its receipt, ten
// minutes, that the desk must have been down meanwhile. What the mail says counts
// from its receipt all the same.
func LateIntake(receipt, seen time.Time) bool { return seen.Sub(receipt) > 10*time.Minute }

// FromEvents reads the timeline from all events of a ticket, in their order.
func FromEvents(events []tracker.Event) (Timeline, error) {
	h, err := ReadHistory(events)
	if err != nil {
		return Timeline{}, err
	}
	return h.facts()
}

// read takes what an event says by its kind.
func (tl *Timeline) read(e *tracker.Event) error {
	switch c := e.Change.(type) {
	case tracker.Opened:
		tl.Received, tl.Priority = e.At, c.Priority
		tl.wish(e.At, c.NeededBy)
	case tracker.Classified:
		switch c.Field {
		case tracker.FieldPriority:
			tl.Changes = append(tl.Changes, Change{At: e.At, To: c.New})
		case tracker.FieldNeededBy:
			tl.wish(e.At, c.New)
		}
	case tracker.PickedUp:
		tl.pickUp(e.At)
	case tracker.Resolved:
		tl.pickUp(e.At)
	case tracker.FirstSeen:
		tl.LateIntake = true
		if e.Seq == 2 { // behind the opening: of that mail
			tl.Seen = c.At
		}
	case tracker.TargetChanged:
		return tl.target(e, c)
	}
	return nil
}

// target notes what the manager set.
func (tl *Timeline) target(e *tracker.Event, c tracker.TargetChanged) error {
	o := Override{At: e.At, Due: c.Due, By: e.By.Display(), Reason: c.Reason}
	if c.Due.IsZero() {
		var err error
		if o.Extend, err = ParseSpan(c.Extend); err != nil {
			return fmt.Errorf("target of event %d/%d: %w", e.Ticket, e.Seq, err)
		}
	}
	tl.Targets = append(tl.Targets, o)
	return nil
}

// readStatus takes what the status says: where it waits, ends and goes on.
func (tl *Timeline) readStatus(was, is tracker.Status, at time.Time) {
	if was == is {
		return
	}
	if why(was) != "" {
		tl.Pauses[len(tl.Pauses)-1].To = at
	}
	if w := why(is); w != "" {
		tl.Pauses = append(tl.Pauses, Pause{From: at, Why: w})
	}
	if is.Open() && !was.Open() {
		tl.Reopens = append(tl.Reopens, at)
	}
	if was.Open() && !is.Open() {
		done := is == tracker.StatusResolved || is == tracker.StatusClosed
		tl.Ends = append(tl.Ends, End{At: at, Done: done})
	}
}

// why tells for what a ticket of the status waits; "" when its clock runs.
func why(s tracker.Status) string {
	switch s {
	case tracker.StatusWaiting:
		return WaitingOnRequester
	case tracker.StatusApproval:
		return WaitingForApproval
	}
	return ""
}

// pickUp notes the first pickup. Who resolves a ticket that nobody picked up
// did so.
func (tl *Timeline) pickUp(at time.Time) {
	if tl.PickedUp.IsZero() {
		tl.PickedUp = at
	}
}

// wish notes a planned date. A date that cannot be read is none.
func (tl *Timeline) wish(at time.Time, date string) {
	if date == "" && len(tl.Wishes) == 0 {
		return
	}
	d, err := ParseDate(date)
	if err != nil && len(tl.Wishes) == 0 {
		return
	}
	tl.Wishes = append(tl.Wishes, Wish{At: at, Date: d})
}

// last is the latest instant that the timeline tells of.
func (tl Timeline) last() time.Time {
	t := later(tl.Start(), tl.PickedUp)
	for _, c := range tl.Changes {
		t = later(t, c.At)
	}
	for _, p := range tl.Pauses {
		t = later(t, later(p.From, p.To))
	}
	for _, o := range tl.Targets {
		t = later(t, o.At)
	}
	for _, e := range tl.Edits {
		t = later(t, e.At)
	}
	for _, w := range tl.Wishes {
		t = later(t, w.At)
	}
	for _, e := range tl.Ends {
		t = later(t, e.At)
	}
	for _, r := range tl.Reopens {
		t = later(t, r)
	}
	return t
}
