package tracker

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Apply is the one way a ticket changes: it returns the ticket as it is after
// the event. The event must be the next in sequence.
func Apply(t Ticket, e Event) (Ticket, error) {
	err := t.take(&e)
	return t, err
}

// Follow applies the events of a ticket from its opening on, and calls step
// behind each with the ticket as it was and as it is: those change with the next
// event, so that who keeps one copies it. The first error ends it.
func Follow(events []Event, step func(was, is *Ticket, e *Event) error) error {
	var was, is Ticket
	for i := range events {
		was = is
		if err := is.take(&events[i]); err != nil {
			return err
		}
		if err := step(&was, &is, &events[i]); err != nil {
			return err
		}
	}
	return nil
}

// take changes the ticket by the next event. Lists that it shares with a copy of
// the ticket stay as they are.
func (t *Ticket) take(e *Event) error {
	if e.Seq != t.Seq+1 {
		return fmt.Errorf("apply event %d/%d: the ticket is at event %d", e.Ticket, e.Seq, t.Seq)
	}
	if _, first := e.Change.(Opened); first != (t.Seq == 0) {
		return fmt.Errorf("apply event %d/%d: %s does not fit there", e.Ticket, e.Seq, e.Change.Kind())
	}
	if err := e.Change.apply(t, *e); err != nil {
		return fmt.Errorf("apply event %d/%d: %w", e.Ticket, e.Seq, err)
	}
	t.Seq, t.Hash = e.Seq, e.Hash
	return nil
}

// Fold rebuilds a ticket from all its events and checks their hash chain.
func Fold(events []Event) (Ticket, error) {
	var t Ticket
	for _, e := range events {
		want, err := ChainHash(t.Hash, e)
		if err != nil {
			return t, err
		}
		if e.Hash != want {
			return t, fmt.Errorf("event %d/%d: hash chain broken: has %.12s, expected %.12s", e.Ticket, e.Seq, e.Hash, want)
		}
		if t, err = Apply(t, e); err != nil {
			return t, err
		}
	}
	return t, nil
}

// Record numbers the changes as the next events of the ticket, chains their
// hashes, and returns them with the ticket as it is afterwards. The template
// gives Ticket, At, By, Cause and Reason.
func Record(t Ticket, template Event, changes []Change) (Ticket, []Event, error) {
	template.At = template.At.UTC().Truncate(time.Microsecond)
	events := make([]Event, 0, len(changes))
	for _, c := range changes {
		e := template
		var err error
		if e.Change, err = asStored(c); err != nil {
			return t, nil, err
		}
		e.Seq = t.Seq + 1
		if e.Hash, err = ChainHash(t.Hash, e); err != nil {
			return t, nil, err
		}
		if t, err = Apply(t, e); err != nil {
			return t, nil, err
		}
		events = append(events, e)
	}
	return t, events, nil
}

// asStored is the change as its stored form gives it back: bytes that are no
// UTF-8 have been replaced, so that the hash holds for ever.
func asStored(c Change) (Change, error) {
	data, err := EncodeChange(c)
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", c.Kind(), err)
	}
	return DecodeChange(c.Kind(), data)
}

func (c Opened) apply(t *Ticket, e Event) error {
	*t = Ticket{
		ID: e.Ticket, Key: c.Key, Title: c.Title, Requester: c.Requester, Status: StatusNew,
		Priority: c.Priority, Type: c.Type, Stack: c.Stack, Environment: c.Environment, NeededBy: c.NeededBy,
		OpenedAt: e.At, Messages: 1, RootID: c.MessageID, Admitted: !c.Unverified,
	}
	if c.Unverified {
		t.Status = StatusUnverified
	}
	return nil
}

func (c Replied) apply(t *Ticket, _ Event) error {
	t.Messages++
	return nil
}

func (c Noted) apply(*Ticket, Event) error { return nil }

func (c Classified) apply(t *Ticket, _ Event) error {
	if t.Get(c.Field) != c.Old {
		return fmt.Errorf("%s is %q, not %q", c.Field, t.Get(c.Field), c.Old)
	}
	t.set(c.Field, c.New)
	if slices.Contains(approvedFields, c.Field) {
		t.Approval.Granted = nil
	}
	return nil
}

// approvedFields are what an approval is of: it holds only as long as they stay.
var approvedFields = []Field{FieldType, FieldStack, FieldEnvironment}

// What one owner expected says nothing of the next one. Whom the manager named
// for when it is approved has his turn once.
func (c Assigned) apply(t *Ticket, _ Event) error {
	t.Approval.Partner = ""
	if !strings.EqualFold(t.Partner, c.Partner) || t.Assignee != c.Assignee && c.Partner == "" {
		t.ETA = ""
	}
	t.Partner, t.Assignee = c.Partner, c.Assignee
	t.Status = StatusAssigned
	if c.Partner == "" && c.Assignee == "" {
		t.Status = StatusNew
	}
	return nil
}

func (c PickedUp) apply(t *Ticket, e Event) error {
	t.Status, t.Assignee = StatusWorking, e.By.Address
	if t.PickedUpAt.IsZero() {
		t.PickedUpAt = e.At
	}
	return nil
}

// A ticket that waits for a decision goes on waiting, whoever had it.
func (c Declined) apply(t *Ticket, _ Event) error {
	t.Partner, t.Assignee, t.ETA = "", "", ""
	if t.Approval.State != ApprovalPending {
		t.Status = StatusNew
	}
	return nil
}

func (c StatusChanged) apply(t *Ticket, _ Event) error {
	if t.Status != c.From {
		return fmt.Errorf("status is %s, not %s", t.Status, c.From)
	}
	t.Status = c.To
	return nil
}

func (c Accepted) apply(t *Ticket, _ Event) error {
	if t.Status != StatusUnverified {
		return fmt.Errorf("status is %s, not unverified", t.Status)
	}
	t.Status, t.Admitted = StatusNew, true
	return nil
}

func (c Resolved) apply(t *Ticket, e Event) error {
	t.Status, t.ResolvedAt = StatusResolved, e.At
	return nil
}

func (c Closed) apply(t *Ticket, e Event) error {
	t.Status, t.ClosedAt = StatusClosed, e.At
	return nil
}

func (c Cancelled) apply(t *Ticket, e Event) error {
	t.Status, t.ClosedAt = StatusCancelled, e.At
	t.Approval.drop(ApprovalPending)
	return nil
}

// A reopened ticket goes back to where its work was: to the person who had it,
// to its partner, or to the manager. A rejection is behind it.
func (c Reopened) apply(t *Ticket, _ Event) error {
	t.Approval.drop(ApprovalRejected)
	t.Reopened++
	t.ETA = ""
	t.ResolvedAt, t.ClosedAt = time.Time{}, time.Time{}
	t.Status = t.withOwner()
	return nil
}

func (c Watched) apply(t *Ticket, _ Event) error {
	if t.WatchedBy(c.Address) {
		return fmt.Errorf("%s watches it already", c.Address)
	}
	t.Watchers = slices.Concat(t.Watchers, []string{c.Address})
	return nil
}

func (c Unwatched) apply(t *Ticket, _ Event) error {
	if !t.WatchedBy(c.Address) {
		return fmt.Errorf("%s does not watch it", c.Address)
	}
	var left []string
	for _, w := range t.Watchers {
		if !SameAddress(w, c.Address) {
			left = append(left, w)
		}
	}
	t.Watchers = left
	return nil
}

func (c Linked) apply(t *Ticket, _ Event) error {
	if t.LinkedTo(c.Key) {
		return fmt.Errorf("it is linked to %s already", c.Key)
	}
	t.Links = slices.Concat(t.Links, []string{c.Key})
	return nil
}

func (c Merged) apply(t *Ticket, e Event) error {
	t.Status, t.MergedInto, t.ClosedAt = StatusMerged, c.Into, e.At
	t.Approval.drop(ApprovalPending)
	return nil
}

func (c Absorbed) apply(t *Ticket, e Event) error {
	if t.LinkedTo(c.Key) {
		return nil
	}
	return Linked{Key: c.Key}.apply(t, e)
}

func (c FirstSeen) apply(*Ticket, Event) error { return nil }

func (c ApprovalAsked) apply(t *Ticket, _ Event) error {
	a := &t.Approval
	again := a.State == ApprovalPending && c.Round == a.Round
	if !again && c.Round != a.Round+1 {
		return fmt.Errorf("approval round %d follows round %d", c.Round, a.Round)
	}
	if again {
		a.Given = slices.DeleteFunc(slices.Clone(a.Given), func(by string) bool { return !hasPerson(c.Approvers, by) })
	} else {
		a.Given, a.Blocked = nil, t.Status == StatusBlocked
	}
	if c.Partner != "" {
		a.Partner = c.Partner
	}
	a.State, a.Need, a.Round, a.Extended = ApprovalPending, c.Need, c.Round, c.Extended
	a.Approvers, a.Barred, a.Quorum, a.Due = slices.Clone(c.Approvers), slices.Clone(c.Barred), c.Quorum, c.Due
	t.Status = StatusApproval
	return nil
}

func (c Approved) apply(t *Ticket, e Event) error {
	a := &t.Approval
	if err := a.open(c.Need, c.Round); err != nil {
		return err
	}
	a.By, a.At = e.By.Address, e.At
	if !a.Decided(e.By.Address) { // one person counts once
		a.Given = slices.Concat(a.Given, []string{e.By.Address})
	}
	if a.Missing() > 0 {
		return nil
	}
	a.State, a.Granted = ApprovalGiven, slices.Concat(a.Granted, []string{c.Need})
	t.Status = t.behindApproval()
	return nil
}

func (c Rejected) apply(t *Ticket, e Event) error {
	a := &t.Approval
	if err := a.open(c.Need, c.Round); err != nil {
		return err
	}
	a.State, a.By, a.At = ApprovalRejected, e.By.Address, e.At
	t.Status, t.ClosedAt = StatusRejected, e.At
	return nil
}

func (c ApprovalVoided) apply(t *Ticket, _ Event) error {
	a := &t.Approval
	if err := a.open(c.Need, c.Round); err != nil {
		return err
	}
	a.State = ""
	t.Status = t.behindApproval()
	return nil
}

// drop forgets a decision that is in the state.
func (a *Approval) drop(s ApprovalState) {
	if a.State == s {
		a.State = ""
	}
}

// open reports an error when the round is not the one that waits for a decision.
func (a Approval) open(need string, round int) error {
	if a.State != ApprovalPending || round != a.Round || need != a.Need {
		return fmt.Errorf("no decision on %s, round %d, is waited for", need, round)
	}
	return nil
}

// behindApproval is the state of a ticket whose approval is decided or needed no
// more: nobody has cleared the way of a blocked one.
func (t Ticket) behindApproval() Status {
	if s := t.withOwner(); s != StatusWorking || !t.Approval.Blocked {
		return s
	}
	return StatusBlocked
}

// withOwner is the state of a ticket that only waits for who works on it.
func (t Ticket) withOwner() Status {
	switch {
	case !t.Admitted:
		return StatusUnverified
	case t.Assignee != "":
		return StatusWorking
	case t.Partner != "":
		return StatusAssigned
	}
	return StatusNew
}

func (c TargetChanged) apply(*Ticket, Event) error { return nil }

func (c TermsChanged) apply(*Ticket, Event) error { return nil }

func (c HandedBack) apply(t *Ticket, e Event) error {
	return Declined(c).apply(t, e)
}

func (c Reminded) apply(*Ticket, Event) error { return nil }

func (c Refused) apply(*Ticket, Event) error { return nil }
