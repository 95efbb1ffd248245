package sla

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
)

// longStory is a ticket that goes from partner to partner, waits, is reopened and
// gets another priority and another target, with an event an hour.
func longStory(t testing.TB, l Ledger) []tracker.Event {
	return at9(t, l, tracker.Opened{Priority: "P2", NeededBy: "2026-04-20"}, tracker.FirstSeen{At: local(t, l.Now().Calendar, "2026-03-10 09:30")},
		tracker.Assigned{Partner: "OptIT"}, tracker.PickedUp{}, status(tracker.StatusWorking, tracker.StatusWaiting),
		tracker.Assigned{Partner: "GWL"}, status(tracker.StatusAssigned, tracker.StatusWaiting), status(tracker.StatusWaiting, tracker.StatusWorking),
		tracker.Classified{Field: tracker.FieldPriority, Old: "P2", New: "P1"}, tracker.TargetChanged{Extend: "2h"}, tracker.Resolved{},
		tracker.Reopened{}, tracker.Assigned{Partner: "optit"}, tracker.Declined{Partner: "optit"}, tracker.Resolved{}, tracker.Closed{})
}

func TestAPartOfAHistoryIsTheHistoryUntilThen(t *testing.T) {
	l := shifts(t)
	events := longStory(t, l)
	whole, err := ReadHistory(events)
	require.NoError(t, err)
	for n := range len(events) + 1 {
		now := events[max(n, 1)-1].At.Add(90 * time.Minute)
		want, err := l.Clocks(events[:n], now)
		require.NoError(t, err)
		got, err := whole[:n].Clocks(l, now)
		require.NoError(t, err)
		assert.Equal(t, want, got, "%d events", n)
		wantOwn, wantOK := PartnerClocks(events[:n], l, now)
		own, ok := whole[:n].PartnerClocks(l, now)
		assert.Equal(t, wantOK, ok, "%d events", n)
		assert.Equal(t, wantOwn, own, "%d events", n)
	}
}

func TestAHistoryBeforeAnInstant(t *testing.T) {
	l := shifts(t)
	h, err := ReadHistory(at9(t, l, tracker.Opened{Priority: "P1"}, tracker.PickedUp{}, tracker.Noted{}))
	require.NoError(t, err)
	for at, want := range map[string]int{"2026-03-10 08:59": 0, "2026-03-10 09:00": 0, "2026-03-10 09:01": 1, "2026-03-10 10:00": 1, "2026-03-10 11:00": 2, "2026-03-10 11:01": 3} {
		assert.Len(t, h.Before(local(t, l.Now().Calendar, at)), want, at)
	}
}

func TestAHistoryThatCannotBeRead(t *testing.T) {
	l := shifts(t)
	_, err := ReadHistory(at9(t, l, tracker.PickedUp{}))
	assert.ErrorContains(t, err, "timeline: apply event 1/1")
	h, err := ReadHistory(at9(t, l, tracker.Opened{Priority: "P1"}, tracker.Assigned{Partner: "OptIT"}, tracker.TargetChanged{Extend: "soon"}))
	require.NoError(t, err)
	now := local(t, l.Now().Calendar, "2026-03-10 12:00")
	_, err = h.Clocks(l, now)
	assert.ErrorContains(t, err, "timeline: target of event 1/3")
	_, ok := h.PartnerClocks(l, now)
	assert.False(t, ok)
}

func TestClocksWithoutMarksAreTheSameButForTheMarks(t *testing.T) {
	l := shifts(t)
	events := longStory(t, l)
	marked := 0
	for n := 1; n <= len(events); n++ {
		now := events[n-1].At.Add(90 * time.Minute)
		want, err := l.Clocks(events[:n], now)
		require.NoError(t, err)
		for i := range want {
			marked += len(want[i].Marks)
			want[i].Marks = nil
		}
		got, err := l.WithoutMarks().Clocks(events[:n], now)
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
	assert.Positive(t, marked)
	assert.Equal(t, []int{50, 75, 90}, l.Now().Policy.Marks, "the ledger stays as it was")
}
