package sla

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
)

func TestTheClockRunsByTheCalendarOfWhoHasTheTicket(t *testing.T) {
	desk := india(t)
	optit := calendarOf(t, Schedule{Zone: desk.Zone(), Days: workweek, Hours: []Window{{9 * 60, 13 * 60}}})
	of := func(partner string) *Calendar {
		if strings.EqualFold(partner, "OptIT") {
			return optit
		}
		return desk
	}
	opened := tracker.Opened{Key: "REQ-1", Priority: "P1"}
	for _, c := range []struct {
		name    string
		changes []tracker.Change
		due     string
	}{
		{"nobody", []tracker.Change{opened}, "2026-03-10 18:00"},
		{"a partner with its own calendar", []tracker.Change{opened, tracker.Assigned{Partner: "OptIT"}}, "2026-03-10 13:00"},
		{"a partner without one", []tracker.Change{opened, tracker.Assigned{Partner: "GWL"}}, "2026-03-10 18:00"},
		{"handed back", []tracker.Change{opened, tracker.Assigned{Partner: "OptIT"}, tracker.Declined{Partner: "OptIT"}}, "2026-03-10 18:00"},
		{"given on", []tracker.Change{opened, tracker.Assigned{Partner: "GWL"}, tracker.Assigned{Partner: "OptIT"}}, "2026-03-10 13:00"},
	} {
		events := history(local(t, desk, "2026-03-10 09:30"), c.changes...)
		tl, err := FromEventsBy(events, of)
		require.NoError(t, err)
		_, resolve := clocks(tl, Standard(), desk, events[len(events)-1].At)
		assert.Equal(t, c.due, show(desk, resolve.Due), c.name)
	}
	_, err := FromEventsBy(history(local(t, desk, "2026-03-10 09:30"), tracker.PickedUp{}), of)
	require.Error(t, err)
}

func TestAccountTellsWhatDueTells(t *testing.T) {
	in := india(t)
	q := Question{Priority: "P1", At: local(t, in, "2026-03-10 10:00")}
	told, err := Due(q, Standard(), in)
	require.NoError(t, err)
	tl, err := FromEvents(history(q.At, tracker.Opened{Key: "REQ-1", Priority: "P1"}))
	require.NoError(t, err)
	assert.Equal(t, told, Account(tl, Standard(), in, q.At))
	late := Account(tl, Standard(), in, local(t, in, "2026-03-11 10:00"))
	assert.Equal(t, told.Resolve.Due, late.Resolve.Due)
}
