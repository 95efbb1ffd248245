package sla

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// lunch is a week with a break in its days.
func lunch(t testing.TB) *Calendar {
	return calendarOf(t, Schedule{Zone: zone(t, "Asia/Kolkata"), Days: workweek, Hours: []Window{{9 * 60, 13 * 60}, {14 * 60, 19 * 60}}})
}

// A wait is one, however many parts it is told in.
func TestAWaitInParts(t *testing.T) {
	in, broken := india(t), lunch(t)
	for _, c := range []struct {
		name     string
		calendar *Calendar
		priority string
		received string
		pauses   [][2]string
		due      string
		mark     string // of 50 %
	}{
		{"alone", in, "P1", "2026-03-10 10:00", [][2]string{{"2026-03-10 15:00", "2026-03-11 08:00"}}, "2026-03-11 15:00", "2026-03-11 09:30"},
		{"overlapping", in, "P1", "2026-03-10 10:00", [][2]string{{"2026-03-10 15:00", "2026-03-11 06:00"}, {"2026-03-10 16:00", "2026-03-11 08:00"}}, "2026-03-11 15:00", "2026-03-11 09:30"},
		{"touching", in, "P1", "2026-03-10 10:00", [][2]string{{"2026-03-10 15:00", "2026-03-11 06:00"}, {"2026-03-11 06:00", "2026-03-11 08:00"}}, "2026-03-11 15:00", "2026-03-11 09:30"},
		{"nested", in, "P1", "2026-03-10 10:00", [][2]string{{"2026-03-10 15:00", "2026-03-11 08:00"}, {"2026-03-10 18:30", "2026-03-10 19:00"}}, "2026-03-11 15:00", "2026-03-11 09:30"},
		{"three", in, "P1", "2026-03-10 10:00", [][2]string{{"2026-03-10 15:00", "2026-03-10 19:00"}, {"2026-03-10 18:30", "2026-03-11 02:00"}, {"2026-03-11 02:00", "2026-03-11 08:00"}}, "2026-03-11 15:00", "2026-03-11 09:30"},
		{"the same twice", in, "P1", "2026-03-10 10:00", [][2]string{{"2026-03-10 15:00", "2026-03-11 08:00"}, {"2026-03-10 15:00", "2026-03-11 08:00"}}, "2026-03-11 15:00", "2026-03-11 09:30"},
		{"resumed between", in, "P1", "2026-03-10 10:00", [][2]string{{"2026-03-10 15:00", "2026-03-11 06:00"}, {"2026-03-11 06:30", "2026-03-11 08:00"}}, "2026-03-11 13:00", "2026-03-10 14:30"},
		{"it begins in the break", broken, "P1", "2026-03-10 01:30", [][2]string{{"2026-03-10 13:10", "2026-03-10 15:00"}}, "2026-03-10 15:20", "2026-03-10 11:10"},
		{"it begins before the break", broken, "P1", "2026-03-10 01:30", [][2]string{{"2026-03-10 12:50", "2026-03-10 15:00"}}, "2026-03-10 15:40", "2026-03-10 11:15"},
		{"it lies in the break", broken, "P1", "2026-03-10 01:30", [][2]string{{"2026-03-10 13:10", "2026-03-10 14:00"}}, "2026-03-10 13:30", "2026-03-10 11:00"},
		{"it begins at the due", broken, "P1", "2026-03-10 01:30", [][2]string{{"2026-03-10 13:30", "2026-03-10 15:00"}}, "2026-03-10 13:30", "2026-03-10 11:00"},
	} {
		tl := Timeline{Received: local(t, c.calendar, c.received), Priority: c.priority}
		for i, p := range c.pauses {
			why := []string{WaitingOnRequester, WaitingForApproval}[i%2]
			tl.Pauses = append(tl.Pauses, Pause{local(t, c.calendar, p[0]), local(t, c.calendar, p[1]), why})
		}
		_, resolve := clocks(tl, Standard(), c.calendar, tl.last())
		assert.Equal(t, c.due, show(c.calendar, resolve.Due), c.name)
		assert.Equal(t, c.mark, show(c.calendar, resolve.Marks[0].At), c.name)
	}
}

// An edit of the terms, or a change that leaves the promise, is no resume.
func TestAWaitOverAnEdit(t *testing.T) {
	in := india(t)
	tl := Timeline{Received: local(t, in, "2026-03-10 10:00"), Priority: "P1"}
	tl.Pauses = []Pause{{local(t, in, "2026-03-10 15:00"), local(t, in, "2026-03-11 08:00"), WaitingForApproval}}
	tl.Edits = []Edit{{At: local(t, in, "2026-03-10 20:00"), Policy: Standard()}, {At: local(t, in, "2026-03-11 06:00"), Policy: Standard()}}
	_, resolve := clocks(tl, Standard(), in, tl.last())
	assert.Equal(t, "2026-03-11 15:00", show(in, resolve.Due))
	assert.Equal(t, Running, resolve.Status)
}

func TestOnlyP0NeverPauses(t *testing.T) {
	in := india(t)
	p := Standard()
	p.Rules["P2"] = Rule{Resolve: Span{Days: 3}, Continuous: true}
	p.Rules["P0"] = Rule{Resolve: Span{Time: 12 * time.Hour}, NeverPauses: true} // in business time
	for priority, want := range map[string]string{"P2": "2026-03-17 10:00", "P0": "2026-03-16 13:00"} {
		tl := Timeline{Received: local(t, in, "2026-03-13 10:00"), Priority: priority}
		tl.Pauses = []Pause{{local(t, in, "2026-03-13 11:00"), local(t, in, "2026-03-14 11:00"), WaitingOnRequester}}
		_, resolve := clocks(tl, p, in, tl.last())
		assert.Equal(t, want, show(in, resolve.Due), priority)
	}
	var stored Policy
	require.NoError(t, json.Unmarshal([]byte(`{"version":"old","rules":{"P0":{"continuous":true},"P2":{"continuous":true},"P3":{"continuous":true,"never_pauses":true}},"marks":[50]}`), &stored))
	assert.Equal(t, Policy{Version: "old", Marks: []int{50}, Rules: map[string]Rule{
		"P0": {Continuous: true, NeverPauses: true}, "P2": {Continuous: true}, "P3": {Continuous: true, NeverPauses: true},
	}}, stored)
}

// A change down whose due instant has passed is late, and said to be.
func TestAChangeDownThatIsLate(t *testing.T) {
	in := india(t)
	for _, c := range []struct {
		name, priority string
		changes        []Change
		due            string
		late           bool
	}{
		{"P3, P1, P2", "P3", []Change{{local(t, in, "2026-03-17 10:00"), "P1"}, {local(t, in, "2026-03-17 12:00"), "P2"}}, "2026-03-13T10:00:00+05:30", true},
		{"P2, P0, P1", "P2", []Change{{local(t, in, "2026-03-11 10:00"), "P0"}, {local(t, in, "2026-03-11 12:00"), "P1"}}, "2026-03-10T18:00:00+05:30", true},
		{"at the due instant", "P3", []Change{{local(t, in, "2026-03-12 11:00"), "P0"}, {local(t, in, "2026-03-13 10:00"), "P2"}}, "2026-03-13T10:00:00+05:30", true},
		{"a moment before", "P3", []Change{{local(t, in, "2026-03-13 09:00"), "P0"}, {local(t, in, "2026-03-13 09:59:59"), "P2"}}, "2026-03-13T10:00:00+05:30", false},
	} {
		a, err := Due(Question{Priority: c.priority, At: local(t, in, "2026-03-10 10:00"), Changes: c.changes}, Standard(), in)
		require.NoError(t, err)
		assert.Equal(t, c.due, a.Resolve.Due.Format(time.RFC3339), c.name)
		assert.Equal(t, c.late, len(a.Tags) == 1 && a.Tags[0] == TagLate, c.name)
	}
}

// What counts adds up to the target that binds, by its own calendar.
func TestSegmentsAddUp(t *testing.T) {
	in := india(t)
	for _, c := range []struct {
		name, priority, at, to string
		want                   time.Duration
	}{
		{"P0 → P2", "P0", "2026-03-10 20:00", "P2", 27 * time.Hour},
		{"P0 → P2 when late", "P0", "2026-03-10 22:00", "P2", 27 * time.Hour},
		{"P0 → P3", "P0", "2026-03-10 11:00", "P3", 90 * time.Hour},
		{"P0 → P1", "P0", "2026-03-10 11:00", "P1", 8 * time.Hour},
		{"P2 → P3", "P2", "2026-03-11 11:00", "P3", 90 * time.Hour},
		{"P2 → P0, the old due binds", "P2", "2026-03-13 09:00", "P0", 27 * time.Hour},
	} {
		tl := Timeline{Received: local(t, in, "2026-03-10 10:00"), Priority: c.priority, Changes: []Change{{local(t, in, c.at), c.to}}}
		var sum time.Duration
		for _, s := range Explain(tl, Standard(), in, tl.last()) {
			if s.Counts {
				sum += s.To.Sub(s.From)
			}
		}
		assert.Equal(t, c.want, sum, c.name)
	}
}

func TestSegmentsTellWhatChanged(t *testing.T) {
	in := india(t)
	start := local(t, in, "2026-03-10 10:00")
	for _, c := range []struct {
		name string
		tl   Timeline
		want []string
	}{
		{"a priority", Timeline{Priority: "P3", Changes: []Change{{local(t, in, "2026-03-10 12:00"), "P2"}, {local(t, in, "2026-03-10 13:00"), "P1"}}}, []string{
			"+ Tue 10:00 … Tue 12:00 business hours", "+ Tue 12:00 … Tue 13:00 changed to P2: business hours", "+ Tue 13:00 … Tue 18:00 changed to P1: business hours",
		}},
		{"while it waits", Timeline{Priority: "P2", Changes: []Change{{local(t, in, "2026-03-10 12:00"), "P1"}}, Pauses: []Pause{{local(t, in, "2026-03-10 11:00"), local(t, in, "2026-03-10 13:00"), WaitingOnRequester}}}, []string{
			"+ Tue 10:00 … Tue 11:00 business hours", "- Tue 11:00 … Tue 12:00 waiting on the requester",
			"- Tue 12:00 … Tue 13:00 changed to P1: waiting on the requester", "+ Tue 13:00 … Tue 18:00 business hours",
		}},
		{"a target", Timeline{Priority: "P3", Targets: []Override{{At: local(t, in, "2026-03-10 12:00"), Due: local(t, in, "2026-03-10 17:00"), By: "Asha Rao"}}}, []string{
			"+ Tue 10:00 … Tue 12:00 business hours", "+ Tue 12:00 … Tue 17:00 target set by Asha Rao: business hours",
		}},
		{"the reason of a wait", Timeline{Priority: "P1", Pauses: []Pause{
			{local(t, in, "2026-03-10 11:00"), local(t, in, "2026-03-10 12:00"), WaitingOnRequester}, {local(t, in, "2026-03-10 12:00"), local(t, in, "2026-03-10 13:00"), WaitingForApproval},
		}}, []string{
			"+ Tue 10:00 … Tue 11:00 business hours", "- Tue 11:00 … Tue 12:00 waiting on the requester", "- Tue 12:00 … Tue 13:00 approval", "+ Tue 13:00 … Tue 18:00 business hours",
		}},
	} {
		c.tl.Received = start
		assert.Equal(t, c.want, lines(in, Explain(c.tl, Standard(), in, c.tl.last())), c.name)
	}
}

func TestWordsForDaysOff(t *testing.T) {
	mon, tue, wed, thu, fri, sat, sun := time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday, time.Sunday
	for _, c := range []struct {
		days    []time.Weekday
		weekend []time.Weekday
		off     []time.Weekday
	}{
		{workweek, []time.Weekday{sat, sun}, nil},
		{[]time.Weekday{mon, tue, thu, fri}, []time.Weekday{sat, sun}, []time.Weekday{wed}},
		{[]time.Weekday{sun, mon, tue, wed, thu}, []time.Weekday{fri, sat}, nil},
		{[]time.Weekday{tue, thu, fri, sat}, []time.Weekday{sun, mon}, []time.Weekday{wed}},
		{[]time.Weekday{sat, sun, mon, tue, fri}, nil, []time.Weekday{wed, thu}},
		{[]time.Weekday{wed}, []time.Weekday{thu, fri, sat, sun, mon, tue}, nil},
	} {
		cal := calendarOf(t, Schedule{Zone: time.UTC, Days: c.days, Hours: []Window{{9 * 60, 18 * 60}}})
		for day := date(t, "2026-03-09"); day < date(t, "2026-03-16"); day++ {
			d := cal.dayAt(cal.StartOfDay(day))
			for word, days := range map[string][]time.Weekday{whyWeekend: c.weekend, whyDayOff: c.off} {
				for _, w := range days {
					if w == day.Weekday() {
						assert.Equal(t, word, d.whyFree(), "%v %s", c.days, w)
					}
				}
			}
		}
	}
}

// What is stored in microseconds and what is reckoned anew agree.
func TestInstantsAreWholeMicroseconds(t *testing.T) {
	in := india(t)
	received := local(t, in, "2026-03-10 17:53:00.000000001")
	for _, priority := range []string{"P0", "P1", "P2", "P3"} {
		tl := Timeline{Received: received, Priority: priority, Pauses: []Pause{{received.Add(7*time.Second + 1), received.Add(90*time.Second + 3), WaitingOnRequester}}}
		for _, s := range Clocks(tl, Standard(), in, tl.last()) {
			assert.Equal(t, s.Due.Truncate(time.Microsecond), s.Due, priority)
			for _, m := range s.Marks {
				assert.Equal(t, m.At.Truncate(time.Microsecond), m.At, priority)
			}
		}
	}
	assert.Equal(t, received.Add(999), whole(received), "up")
	assert.True(t, whole(time.Time{}).IsZero())
}
