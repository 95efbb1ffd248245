package sla

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
)

// history is a ticket's events, an hour apart from the first on.
func history(start time.Time, changes ...tracker.Change) []tracker.Event {
	var events []tracker.Event
	for i, c := range changes {
		events = append(events, tracker.Event{Ticket: 1, Seq: i + 1, At: start.Add(time.Duration(i) * time.Hour), Change: c})
	}
	return events
}

func status(from, to tracker.Status) tracker.StatusChanged {
	return tracker.StatusChanged{From: from, To: to}
}

func TestFromEvents(t *testing.T) {
	start := utc(t, "2026-03-10T04:30:00Z")
	at := func(hours int) time.Time { return start.Add(time.Duration(hours) * time.Hour) }
	opened := tracker.Opened{Key: "REQ-1", Priority: "P2"}
	const waiting, working, blocked = tracker.StatusWaiting, tracker.StatusWorking, tracker.StatusBlocked
	for name, c := range map[string]struct {
		changes []tracker.Change
		want    Timeline
	}{
		"opened": {[]tracker.Change{opened}, Timeline{}},
		"assigned and answered is not picked up": {
			[]tracker.Change{opened, tracker.Assigned{Partner: "OptIT"}, tracker.Replied{}}, Timeline{},
		},
		"picked up, once": {
			[]tracker.Change{opened, tracker.PickedUp{}, tracker.Assigned{Partner: "GWL"}, tracker.PickedUp{}}, Timeline{PickedUp: at(1)},
		},
		"waits and goes on": {
			[]tracker.Change{opened, tracker.PickedUp{}, status(working, waiting), status(waiting, working)},
			Timeline{PickedUp: at(1), Pauses: []Pause{{at(2), at(3), WaitingOnRequester}}},
		},
		"waits still": {
			[]tracker.Change{opened, tracker.PickedUp{}, status(working, waiting), tracker.Noted{}},
			Timeline{PickedUp: at(1), Pauses: []Pause{{From: at(2), Why: WaitingOnRequester}}},
		},
		"blocked runs": {
			[]tracker.Change{opened, tracker.PickedUp{}, status(working, blocked)}, Timeline{PickedUp: at(1)},
		},
		"waits, then declined": {
			[]tracker.Change{opened, tracker.PickedUp{}, status(working, waiting), tracker.Declined{}},
			Timeline{PickedUp: at(1), Pauses: []Pause{{at(2), at(3), WaitingOnRequester}}},
		},
		"asks for approval": {
			[]tracker.Change{opened, status(tracker.StatusNew, tracker.StatusApproval), status(tracker.StatusApproval, tracker.StatusNew)},
			Timeline{Pauses: []Pause{{at(1), at(2), WaitingForApproval}}},
		},
		"rejected": {
			[]tracker.Change{opened, status(tracker.StatusNew, tracker.StatusApproval), status(tracker.StatusApproval, tracker.StatusRejected)},
			Timeline{Pauses: []Pause{{at(1), at(2), WaitingForApproval}}, Ends: []End{{At: at(2)}}},
		},
		"resolved without pickup, closed, reopened": {
			[]tracker.Change{opened, tracker.Resolved{}, tracker.Closed{}, tracker.Reopened{}},
			Timeline{PickedUp: at(1), Ends: []End{{At: at(1), Done: true}}, Reopens: []time.Time{at(3)}},
		},
		"closed by the requester": {
			[]tracker.Change{opened, tracker.Closed{}}, Timeline{Ends: []End{{At: at(1), Done: true}}},
		},
		"cancelled": {
			[]tracker.Change{opened, tracker.Cancelled{}}, Timeline{Ends: []End{{At: at(1)}}},
		},
		"classified": {
			[]tracker.Change{
				opened, tracker.Classified{Field: tracker.FieldPriority, Old: "P2", New: "P1"},
				tracker.Classified{Field: tracker.FieldNeededBy, New: "2026-05-30"}, tracker.Classified{Field: tracker.FieldStack, New: "ERP"},
				tracker.Classified{Field: tracker.FieldNeededBy, Old: "2026-05-30"},
			},
			Timeline{Changes: []Change{{at(1), "P1"}}, Wishes: []Wish{{at(2), NewDate(2026, 5, 30)}, {At: at(4)}}},
		},
	} {
		c.want.Received, c.want.Priority = start, "P2"
		got, err := FromEvents(history(start, c.changes...))
		require.NoError(t, err, name)
		assert.Equal(t, c.want, got, name)
	}
	got, err := FromEvents(history(start, tracker.Opened{Priority: "P4", NeededBy: "2026-05-30"}))
	require.NoError(t, err)
	assert.Equal(t, []Wish{{start, NewDate(2026, 5, 30)}}, got.Wishes)
	_, err = FromEvents(history(start, tracker.PickedUp{}))
	assert.EqualError(t, err, "timeline: apply event 1/1: picked_up does not fit there")
}

// A mail that was taken in late is an event behind younger ones.
func TestEventsOutOfTheOrderOfTime(t *testing.T) {
	in := india(t)
	start := local(t, in, "2026-03-10 10:00")
	events := history(start, tracker.Opened{Priority: "P2"}, tracker.Noted{}, tracker.Classified{Field: tracker.FieldPriority, Old: "P2", New: "P0"}, tracker.PickedUp{})
	events[3].At = start.Add(30 * time.Minute)
	tl, err := FromEvents(events)
	require.NoError(t, err)
	pickup, resolve := clocks(tl, Standard(), in, start.Add(5*time.Hour))
	assert.Equal(t, 30*time.Minute, pickup.Used)
	assert.Equal(t, "P2", pickup.Priority)
	assert.Equal(t, "P0", resolve.Priority)
}
