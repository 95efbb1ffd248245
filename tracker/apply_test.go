package tracker_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
)

func TestFollowGivesTheTicketBeforeAndAfterEachEvent(t *testing.T) {
	changes := append(samples(),
		tracker.Watched{Address: "a@x.test"}, tracker.Watched{Address: "b@x.test"}, tracker.Unwatched{Address: "a@x.test"},
		tracker.Linked{Key: "REQ-2"}, tracker.Reopened{},
		tracker.ApprovalAsked{Need: "x", Round: 1, Approvers: []string{"a@x.test", "b@x.test"}, Quorum: 2},
		tracker.Approved{Need: "x", Round: 1}, tracker.Closed{})
	_, events, err := tracker.Record(tracker.Ticket{}, tracker.Event{Ticket: 1, At: monday, By: tracker.Actor{Address: "a@x.test"}}, changes)
	require.NoError(t, err)
	want := []tracker.Ticket{{}}
	for i, e := range events {
		next, err := tracker.Apply(want[i], e)
		require.NoError(t, err)
		want = append(want, next)
	}
	kept := []tracker.Ticket{{}}
	require.NoError(t, tracker.Follow(events, func(was, is *tracker.Ticket, e *tracker.Event) error {
		assert.Equal(t, events[len(kept)-1], *e)
		assert.Equal(t, kept[len(kept)-1], *was, "%s", e.Change.Kind())
		kept = append(kept, *is)
		return nil
	}))
	assert.Equal(t, want, kept, "a copy stays as it is")
}

func TestFollowEndsAtTheFirstError(t *testing.T) {
	_, events, err := tracker.Record(tracker.Ticket{}, tracker.Event{Ticket: 1, At: monday}, samples()[:4])
	require.NoError(t, err)
	n := 0
	count := func(_, _ *tracker.Ticket, _ *tracker.Event) error { n++; return nil }
	gap := append(events[:1:1], events[2:]...)
	assert.ErrorContains(t, tracker.Follow(gap, count), "apply event 1/3: the ticket is at event 1")
	assert.Equal(t, 1, n)
	assert.ErrorContains(t, tracker.Follow(events[1:], count), "apply event 1/2")
	err = tracker.Follow(events, func(_, _ *tracker.Ticket, e *tracker.Event) error {
		if e.Seq == 2 {
			return assert.AnError
		}
		return count(nil, nil, e)
	})
	assert.Equal(t, assert.AnError, err)
	assert.Equal(t, 2, n)
	assert.NoError(t, tracker.Follow(nil, count))
}
