package sla

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// agenda is every moment of a timeline, one after the other.
func agenda(tl Timeline, c *Calendar, after time.Time) []string {
	var all []string
	for m := NextDue(tl, Standard(), c, after); !m.IsZero(); m = NextDue(tl, Standard(), c, m.At) {
		all = append(all, show(c, m.At)+" "+m.Key())
	}
	return all
}

func TestNextDue(t *testing.T) {
	in := india(t)
	at := func(s string) time.Time { return local(t, in, s) }
	received := at("2026-03-10 10:00")
	for name, c := range map[string]struct {
		tl   Timeline
		want []string
	}{
		"P1": {Timeline{Priority: "P1"}, []string{
			"2026-03-10 12:00 pickup/late/v1", "2026-03-10 14:00 resolve/50/v1", "2026-03-10 16:00 resolve/75/v1", "2026-03-10 17:12 resolve/90/v1", "2026-03-10 18:00 resolve/late/v1",
		}},
		"P0, picked up": {Timeline{Priority: "P0", PickedUp: received.Add(time.Hour)}, []string{
			"2026-03-10 16:00 resolve/50/v1", "2026-03-10 19:00 resolve/75/v1", "2026-03-10 20:48 resolve/90/v1", "2026-03-10 22:00 resolve/late/v1",
		}},
		"waiting":  {Timeline{Priority: "P2", PickedUp: received, Pauses: []Pause{{From: received.Add(time.Hour)}}}, nil},
		"resolved": {Timeline{Priority: "P2", PickedUp: received, Ends: []End{{received.Add(time.Hour), true}}}, nil},
		"missed and raised": {Timeline{Priority: "P2", PickedUp: received, Changes: []Change{{at("2026-03-13 14:00"), "P1"}}}, []string{
			"2026-03-13 16:00 resolve/50/v2", "2026-03-13 17:00 resolve/75/v2", "2026-03-13 17:36 resolve/90/v2", "2026-03-13 18:00 resolve/late/v2",
		}},
		"P4":                   {Timeline{Priority: "P4", Wishes: []Wish{{received, NewDate(2026, 5, 30)}}}, []string{"2026-05-08 18:00 notice/window/v1"}},
		"P4 without a date":    {Timeline{Priority: "P4"}, []string{"2026-03-12 10:00 notice/needs-date/v1"}},
		"P4 since the day of":  {Timeline{Priority: "P2", PickedUp: received, Changes: []Change{{at("2026-03-11 10:00"), "P4"}}}, []string{"2026-03-13 10:00 notice/needs-date/v2"}},
		"no priority, no time": {Timeline{}, nil},
	} {
		c.tl.Received = received
		assert.Equal(t, c.want, agenda(c.tl, in, c.tl.last()), name)
	}
}

func TestPassed(t *testing.T) {
	in := india(t)
	at := func(s string) time.Time { return local(t, in, s) }
	tl := Timeline{Received: at("2026-03-10 10:00"), Priority: "P1"}
	keys := func(after, now string) []string {
		var keys []string
		for _, m := range Passed(Clocks(tl, Standard(), in, at(now)), at(after), at(now)) {
			keys = append(keys, m.Key())
		}
		return keys
	}
	assert.Empty(t, keys("2026-03-10 10:00", "2026-03-10 11:59"))
	assert.Equal(t, []string{"pickup/late/v1"}, keys("2026-03-10 10:00", "2026-03-10 12:00"))
	assert.Empty(t, keys("2026-03-10 12:00", "2026-03-10 13:59"))
	assert.Equal(t, []string{"pickup/late/v1", "resolve/90/v1"}, keys("2026-03-10 10:00", "2026-03-10 17:30"), "after a downtime only the highest")
	assert.Equal(t, []string{"resolve/late/v1"}, keys("2026-03-10 17:30", "2026-03-12 10:00"))
	tl.PickedUp, tl.Ends = at("2026-03-10 11:00"), []End{{at("2026-03-10 11:30"), true}}
	assert.Empty(t, keys("2026-03-10 10:00", "2026-03-12 10:00"), "nothing for clocks that have stopped")
}
