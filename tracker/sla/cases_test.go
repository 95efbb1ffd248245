package sla

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
)

// withFloor is the standard policy with a floor for P1.
func withFloor(floor time.Duration) *Policy {
	p := Standard()
	rule := p.Rules["P1"]
	rule.Floor = floor
	p.Rules["P1"] = rule
	return p
}

// Cases of the policy that name one due instant, on the calendar of India
// unless said otherwise. Times are on the calendar's wall clock.
func TestCases(t *testing.T) {
	in := india(t)
	newYork := calendarOf(t, Schedule{Zone: zone(t, "America/New_York"), Days: workweek, Hours: []Window{{9 * 60, 17 * 60}}})
	santiago := calendarOf(t, Schedule{Zone: zone(t, "America/Santiago"), Continuous: true})
	santiagoDays := calendarOf(t, Schedule{Zone: zone(t, "America/Santiago"), Days: allWeek, Hours: []Window{{0, 24 * 60}}})
	for _, c := range []struct {
		name     string
		calendar *Calendar
		policy   *Policy
		priority string
		received string
		pauses   [][2]string
		changes  [][2]string
		reopened string // after a resolution one minute earlier
		pickup   string // "" is not looked at
		resolve  string
		marks    []string
		tags     []string
	}{
		{name: "1 P0 at night on a weekend", priority: "P0", received: "2026-03-07 23:30", pickup: "2026-03-08 03:30", resolve: "2026-03-08 11:30"},
		{name: "3 P0 when the clocks go forward", calendar: newYork, priority: "P0", received: "2026-03-08 00:30", pickup: "2026-03-08 05:30", resolve: "2026-03-08 13:30"},
		{name: "4 P0 when the clocks go back", calendar: newYork, priority: "P0", received: "2026-11-01 00:30", pickup: "2026-11-01 03:30", resolve: "2026-11-01 11:30"},
		{
			name: "6 P1 in the morning", priority: "P1", received: "2026-03-10 10:00", pickup: "2026-03-10 12:00", resolve: "2026-03-10 18:00",
			marks: []string{"2026-03-10 14:00", "2026-03-10 16:00", "2026-03-10 17:12"},
		},
		{name: "7 P1 before dawn, the cap binds", priority: "P1", received: "2026-03-10 05:00", pickup: "2026-03-10 11:00", resolve: "2026-03-10 17:00"},
		{name: "8 P1 just before the end of the day", priority: "P1", received: "2026-03-10 17:55", pickup: "2026-03-11 10:55", resolve: "2026-03-10 18:00", tags: []string{TagLateArrival}},
		{name: "8 with two hours left it is in time", priority: "P1", received: "2026-03-10 16:00", pickup: "2026-03-10 18:00", resolve: "2026-03-10 18:00"},
		{
			name: "8 the same with a floor of 120 min", policy: withFloor(2 * time.Hour), priority: "P1", received: "2026-03-10 17:55",
			resolve: "2026-03-11 10:55", tags: []string{TagLateArrival},
		},
		{name: "9 P1 exactly at the end of the day", priority: "P1", received: "2026-03-10 18:00", resolve: "2026-03-11 18:00"},
		{name: "10 P1 on Friday evening", priority: "P1", received: "2026-03-13 19:00", resolve: "2026-03-16 18:00"},
		{name: "11 P1 before a long weekend", priority: "P1", received: "2026-01-23 20:00", resolve: "2026-01-27 18:00"},
		{name: "12 P1 on Monday in UTC, Tuesday in India", priority: "P1", received: "2026-03-10 05:15", resolve: "2026-03-10 17:15"},
		{name: "14 P2 on a Saturday", priority: "P2", received: "2026-03-14 11:00", pickup: "2026-03-16 18:00", resolve: "2026-03-18 18:00"},
		{name: "15 P2 over a holiday and a weekend", priority: "P2", received: "2026-10-01 12:00", resolve: "2026-10-07 12:00"},
		{
			name: "20 P2 paused off-hours", priority: "P2", received: "2026-03-12 10:00", pauses: [][2]string{{"2026-03-13 19:00", "2026-03-15 20:00"}},
			resolve: "2026-03-17 10:00",
		},
		{
			name: "21 P1 paused to the next day", priority: "P1", received: "2026-03-10 10:00", pauses: [][2]string{{"2026-03-10 11:00", "2026-03-11 10:00"}},
			resolve: "2026-03-11 18:00",
		},
		{name: "23 P1 to P2 when late", priority: "P1", received: "2026-03-16 10:00", changes: [][2]string{{"2026-03-17 09:30", "P2"}}, resolve: "2026-03-19 10:00"},
		{name: "25 P1 round the clock before a skipped midnight", calendar: santiago, priority: "P1", received: "2026-09-05 13:00", resolve: "2026-09-06 01:00"},
		{name: "25 the same with windows of 24 hours", calendar: santiagoDays, priority: "P1", received: "2026-09-05 13:00", resolve: "2026-09-06 01:00"},
		{name: "32 reopened at P2", priority: "P2", received: "2026-03-10 10:00", reopened: "2026-03-20 15:00", resolve: "2026-03-25 15:00"},
		{name: "34 P1 on a holiday", priority: "P1", received: "2026-10-02 12:00", resolve: "2026-10-05 18:00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.calendar == nil {
				c.calendar = in
			}
			if c.policy == nil {
				c.policy = Standard()
			}
			tl := Timeline{Received: local(t, c.calendar, c.received), Priority: c.priority}
			for _, p := range c.pauses {
				tl.Pauses = append(tl.Pauses, Pause{From: local(t, c.calendar, p[0]), To: local(t, c.calendar, p[1]), Why: WaitingOnRequester})
			}
			for _, ch := range c.changes {
				tl.Changes = append(tl.Changes, Change{At: local(t, c.calendar, ch[0]), To: ch[1]})
			}
			if c.reopened != "" {
				again := local(t, c.calendar, c.reopened)
				tl.Ends, tl.Reopens = []End{{At: again.Add(-time.Minute), Done: true}}, []time.Time{again}
			}
			pickup, resolve := clocks(tl, c.policy, c.calendar, tl.last())
			if c.pickup != "" {
				assert.Equal(t, c.pickup, show(c.calendar, pickup.Due), "pickup")
			}
			assert.Equal(t, c.resolve, show(c.calendar, resolve.Due), "resolve")
			assert.Equal(t, c.tags, resolve.Tags)
			if c.marks != nil {
				var marks []string
				for _, m := range resolve.Marks {
					marks = append(marks, show(c.calendar, m.At))
				}
				assert.Equal(t, c.marks, marks)
			}
		})
	}
}

func TestCase2TheDueInstantIsLate(t *testing.T) {
	in := india(t)
	for at, want := range map[string]Status{"2026-03-10 14:00:00.000": Late, "2026-03-10 13:59:59.999": Met} {
		tl := Timeline{Received: local(t, in, "2026-03-10 10:00"), Priority: "P0", PickedUp: local(t, in, at)}
		pickup, _ := clocks(tl, Standard(), in, local(t, in, "2026-03-10 15:00"))
		assert.Equal(t, want, pickup.Status, at)
	}
}

func TestCases3And4InUTC(t *testing.T) {
	c := calendarOf(t, Schedule{Zone: zone(t, "America/New_York"), Days: workweek, Hours: []Window{{9 * 60, 17 * 60}}})
	for received, due := range map[string]string{
		"2026-03-08T00:30:00-05:00": "2026-03-08T05:30:00-04:00",
		"2026-11-01T00:30:00-04:00": "2026-11-01T03:30:00-05:00",
	} {
		pickup, _ := clocks(Timeline{Received: utc(t, received), Priority: "P0"}, Standard(), c, utc(t, received))
		assert.Equal(t, utc(t, due), pickup.Due)
	}
}

func TestCase12TheDayIsThatOfTheZone(t *testing.T) {
	in := india(t)
	received := utc(t, "2026-03-09T23:45:00Z")
	_, resolve := clocks(Timeline{Received: received, Priority: "P1"}, Standard(), in, received)
	assert.Equal(t, "2026-03-10 17:15", show(in, resolve.Due))
}

func TestCase17Notice(t *testing.T) {
	in := india(t)
	planned := date(t, "2026-05-30")
	for _, c := range []struct {
		received string
		tags     []string
		first    string
	}{
		{"2026-05-20 10:00", []string{TagShortNotice}, "2026-06-10"},
		{"2026-05-08 17:59", nil, "2026-05-29"},
		{"2026-05-08 18:00", []string{TagShortNotice}, "2026-06-01"},
	} {
		tl := Timeline{Received: local(t, in, c.received), Priority: "P4", Wishes: []Wish{{At: local(t, in, c.received), Date: planned}}}
		_, resolve := clocks(tl, Standard(), in, tl.last())
		require.NotNil(t, resolve.Notice)
		assert.Equal(t, "2026-05-08 18:00", show(in, resolve.Notice.By))
		assert.Equal(t, c.first, resolve.Notice.FirstCompliant.String(), c.received)
		assert.Equal(t, c.tags, resolve.Tags, c.received)
		assert.Equal(t, None, resolve.Status, "short notice is never late")
		assert.Zero(t, resolve.Due)
	}
}

func TestCase18NeedsDate(t *testing.T) {
	in := india(t)
	tl := Timeline{Received: local(t, in, "2026-03-13 10:00"), Priority: "P4"}
	pickup, resolve := clocks(tl, Standard(), in, tl.last())
	assert.Equal(t, None, pickup.Status)
	assert.Equal(t, None, resolve.Status)
	assert.Zero(t, resolve.Due)
	assert.Equal(t, []string{TagNeedsDate}, resolve.Tags)
	next := NextDue(tl, Standard(), in, tl.Received)
	assert.Equal(t, "notice/needs-date/v1", next.Key())
	assert.Equal(t, "2026-03-17 10:00", show(in, next.At), "two business days")
}

func TestCase23LatenessStays(t *testing.T) {
	in := india(t)
	tl := Timeline{Received: local(t, in, "2026-03-16 10:00"), Priority: "P1", Changes: []Change{{At: local(t, in, "2026-03-17 09:30"), To: "P2"}}}
	tl.Ends = []End{{At: local(t, in, "2026-03-18 12:00"), Done: true}}
	for _, now := range []string{"2026-03-17 09:30", "2026-03-18 11:00", "2026-03-20 11:00"} {
		_, resolve := clocks(tl, Standard(), in, local(t, in, now))
		assert.Equal(t, Late, resolve.Status, now)
		assert.Equal(t, "2026-03-16 18:00", show(in, resolve.LateSince), now)
		assert.Equal(t, "2026-03-19 10:00", show(in, resolve.Due), now)
	}
}

func TestCase26LateIntake(t *testing.T) {
	in := india(t)
	down, up := local(t, in, "2026-03-10 13:00"), local(t, in, "2026-03-10 18:00")
	ack := local(t, in, "2026-03-10 14:30")
	tl := Timeline{Received: local(t, in, "2026-03-10 12:00"), Priority: "P0", PickedUp: ack, LateIntake: LateIntake(ack, up)}
	states := Clocks(tl, Standard(), in, up)
	assert.Equal(t, Met, states[0].Status)
	assert.Equal(t, 2*time.Hour+30*time.Minute, states[0].Used)
	assert.Contains(t, states[0].Tags, TagLateIntake)
	for _, m := range Passed(states, down, up) {
		assert.NotEqual(t, string(Pickup), m.Clock, "nothing is sent for a clock that has stopped")
	}
}

func TestCase27TheStartIsTheReceipt(t *testing.T) {
	in := india(t)
	receipt := local(t, in, "2026-03-10 10:00")
	tl, err := FromEvents([]tracker.Event{{Ticket: 1, Seq: 1, At: receipt, Change: tracker.Opened{Key: "REQ-1", Priority: "P1"}}})
	require.NoError(t, err)
	assert.Equal(t, receipt.UTC(), tl.Start())
	tl.Seen = receipt.Add(-time.Hour)
	assert.Equal(t, tl.Seen.UTC(), tl.Start(), "a receipt in the future is now")
	tl.Seen = receipt.Add(7 * 24 * time.Hour)
	assert.Equal(t, receipt.UTC(), tl.Start())
	tl.Seen = tl.Seen.Add(time.Second)
	assert.Equal(t, tl.Seen.UTC(), tl.Start(), "an old one is the first sight")
	_, resolve := clocks(tl, Standard(), in, tl.Seen)
	assert.Contains(t, resolve.Tags, TagOldReceipt)
}

func TestCase30TheWeekOfTheReport(t *testing.T) {
	in := india(t)
	for _, at := range []string{"2026-03-09 00:00", "2026-03-11 12:00", "2026-03-15 23:59"} {
		from, to := in.Week(local(t, in, at))
		assert.Equal(t, utc(t, "2026-03-08T18:30:00Z"), from)
		assert.Equal(t, utc(t, "2026-03-15T18:30:00Z"), to)
	}
}
