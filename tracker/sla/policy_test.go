package sla

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// More readings of the policy, on the calendar of India. Times are on its wall
// clock; "" as the end of a pause means still waiting.
func TestClocks(t *testing.T) {
	in := india(t)
	for _, c := range []struct {
		name      string
		priority  string
		received  string
		pauses    [][2]string
		changes   [][2]string
		now       string // "": the last of the facts
		due       string
		status    Status
		lateSince string
		used      time.Duration
		left      time.Duration
		paused    time.Duration
		version   int
	}{
		{
			name: "P2 one nanosecond before it is late", priority: "P2", received: "2026-03-10 10:00", now: "2026-03-13 09:59:59.999999999",
			due: "2026-03-13 10:00", status: Running, used: 27*time.Hour - 1, left: 1, version: 1,
		},
		{
			name: "P2 at its due instant", priority: "P2", received: "2026-03-10 10:00", now: "2026-03-13 10:00",
			due: "2026-03-13 10:00", status: Late, lateSince: "2026-03-13 10:00", used: 27 * time.Hour, version: 1,
		},
		{
			name: "P3 is ten business days", priority: "P3", received: "2026-03-10 10:00", now: "2026-03-11 10:00",
			due: "2026-03-24 10:00", status: Running, used: 9 * time.Hour, left: 81 * time.Hour, version: 1,
		},
		{
			name: "P2 waits: what is left stays", priority: "P2", received: "2026-03-10 10:00", pauses: [][2]string{{"2026-03-10 12:00", ""}}, now: "2026-03-11 12:00",
			due: "2026-03-16 10:00", status: Paused, used: 2 * time.Hour, left: 25 * time.Hour, paused: 9 * time.Hour, version: 1,
		},
		{
			name: "P2 waited over night and for two hours", priority: "P2", received: "2026-03-10 10:00", pauses: [][2]string{{"2026-03-10 17:00", "2026-03-11 10:00"}}, now: "2026-03-11 10:00",
			due: "2026-03-13 12:00", status: Running, used: 7 * time.Hour, left: 20 * time.Hour, paused: 2 * time.Hour, version: 1,
		},
		{
			name: "P2 due at closing time, paused before", priority: "P2", received: "2026-03-14 11:00", pauses: [][2]string{{"2026-03-18 17:00", "2026-03-18 18:00"}}, now: "2026-03-18 20:00",
			due: "2026-03-19 10:00", status: Running, used: 26 * time.Hour, left: time.Hour, paused: time.Hour, version: 1,
		},
		{
			name: "two pauses that overlap count once", priority: "P2", received: "2026-03-10 10:00",
			pauses: [][2]string{{"2026-03-10 12:00", "2026-03-10 14:00"}, {"2026-03-10 13:00", "2026-03-10 15:00"}},
			due:    "2026-03-13 13:00", status: Running, used: 2 * time.Hour, left: 25 * time.Hour, paused: 3 * time.Hour, version: 1,
		},
		{
			name: "a pause behind the due instant helps no more", priority: "P2", received: "2026-03-10 10:00", pauses: [][2]string{{"2026-03-13 10:00", "2026-03-16 10:00"}},
			due: "2026-03-13 10:00", status: Late, lateSince: "2026-03-13 10:00", used: 27 * time.Hour, paused: 9 * time.Hour, version: 1,
		},
		{
			name: "P1 paused within the day stays the day's", priority: "P1", received: "2026-03-10 10:00", pauses: [][2]string{{"2026-03-10 11:00", "2026-03-10 12:00"}},
			due: "2026-03-10 18:00", status: Running, used: time.Hour, left: 6 * time.Hour, paused: time.Hour, version: 1,
		},
		{
			name: "P1 before dawn, paused: what is left of the 12 h", priority: "P1", received: "2026-03-10 04:00", pauses: [][2]string{{"2026-03-10 09:00", "2026-03-10 10:00"}},
			due: "2026-03-10 17:00", status: Running, left: 7 * time.Hour, paused: time.Hour, version: 1,
		},
		{
			name: "P1 before dawn, paused before the opening", priority: "P1", received: "2026-03-10 05:00", pauses: [][2]string{{"2026-03-10 05:30", "2026-03-10 08:30"}},
			due: "2026-03-10 17:00", status: Running, left: 8 * time.Hour, version: 1,
		},
		{
			name: "P1 resumed after hours", priority: "P1", received: "2026-03-10 10:00", pauses: [][2]string{{"2026-03-10 11:00", "2026-03-10 20:00"}},
			due: "2026-03-11 18:00", status: Running, used: time.Hour, left: 9 * time.Hour, paused: 7 * time.Hour, version: 1,
		},
		{
			name: "P1 of Friday evening, paused over the weekend", priority: "P1", received: "2026-03-13 19:00", pauses: [][2]string{{"2026-03-14 10:00", "2026-03-15 20:00"}},
			due: "2026-03-16 18:00", status: Running, left: 9 * time.Hour, version: 1,
		},
		{
			name: "P1 waits into the next day", priority: "P1", received: "2026-03-10 10:00", pauses: [][2]string{{"2026-03-10 11:00", ""}}, now: "2026-03-11 10:00",
			due: "2026-03-11 18:00", status: Paused, used: time.Hour, left: 8 * time.Hour, paused: 8 * time.Hour, version: 1,
		},
		{
			name: "P0 waits and runs on", priority: "P0", received: "2026-03-10 10:00", pauses: [][2]string{{"2026-03-10 11:00", ""}}, now: "2026-03-10 12:00",
			due: "2026-03-10 22:00", status: Running, used: 2 * time.Hour, left: 10 * time.Hour, version: 1,
		},
		{
			name: "P3 up to P1: the day of the change", priority: "P3", received: "2026-03-10 10:00", changes: [][2]string{{"2026-03-12 15:00", "P1"}},
			due: "2026-03-12 18:00", status: Running, used: 23 * time.Hour, left: 3 * time.Hour, version: 2,
		},
		{
			name: "P2 up to P1 an hour before it is due: the old due binds", priority: "P2", received: "2026-03-10 10:00", changes: [][2]string{{"2026-03-13 09:00", "P1"}},
			due: "2026-03-13 10:00", status: Running, used: 26 * time.Hour, left: time.Hour, version: 2,
		},
		{
			name: "P2 up to P0 at night", priority: "P2", received: "2026-03-10 10:00", changes: [][2]string{{"2026-03-10 22:00", "P0"}},
			due: "2026-03-11 10:00", status: Running, used: 12 * time.Hour, left: 12 * time.Hour, version: 2,
		},
		{
			name: "P2 late, up to P1: late it stays, and the new target runs", priority: "P2", received: "2026-03-10 10:00", changes: [][2]string{{"2026-03-13 11:00", "P1"}},
			due: "2026-03-13 18:00", status: Late, lateSince: "2026-03-13 10:00", used: 28 * time.Hour, left: 7 * time.Hour, version: 2,
		},
		{
			name: "P2 down to P3 from the start", priority: "P2", received: "2026-03-10 10:00", changes: [][2]string{{"2026-03-11 10:00", "P3"}},
			due: "2026-03-24 10:00", status: Running, used: 9 * time.Hour, left: 81 * time.Hour, version: 2,
		},
		{
			name: "P2 down to P3 keeps its pauses", priority: "P2", received: "2026-03-10 10:00", pauses: [][2]string{{"2026-03-10 12:00", "2026-03-10 14:00"}}, changes: [][2]string{{"2026-03-11 10:00", "P3"}},
			due: "2026-03-24 12:00", status: Running, used: 7 * time.Hour, left: 83 * time.Hour, paused: 2 * time.Hour, version: 2,
		},
		{
			name: "up and down again is as before", priority: "P2", received: "2026-03-10 10:00", changes: [][2]string{{"2026-03-10 11:00", "P1"}, {"2026-03-10 12:00", "P2"}},
			due: "2026-03-13 10:00", status: Running, used: 2 * time.Hour, left: 25 * time.Hour, version: 3,
		},
		{
			name: "the same priority again is no change", priority: "P2", received: "2026-03-10 10:00", changes: [][2]string{{"2026-03-10 11:00", "P2"}},
			due: "2026-03-13 10:00", status: Running, used: time.Hour, left: 26 * time.Hour, version: 1,
		},
		{
			name: "waiting P2 up to P0: the pause ends there", priority: "P2", received: "2026-03-10 10:00", pauses: [][2]string{{"2026-03-10 11:00", ""}}, changes: [][2]string{{"2026-03-10 12:00", "P0"}}, now: "2026-03-10 13:00",
			due: "2026-03-11 00:00", status: Running, used: 2 * time.Hour, left: 11 * time.Hour, paused: time.Hour, version: 2,
		},
		{
			name: "waiting P0 down to P2: the pause begins there", priority: "P0", received: "2026-03-10 10:00", pauses: [][2]string{{"2026-03-10 11:00", "2026-03-10 15:00"}}, changes: [][2]string{{"2026-03-10 14:00", "P2"}}, now: "2026-03-10 16:00",
			due: "2026-03-13 11:00", status: Running, used: 5 * time.Hour, left: 22 * time.Hour, paused: time.Hour, version: 2,
		},
		{
			name: "down to P4 promises nothing more", priority: "P2", received: "2026-03-10 10:00", changes: [][2]string{{"2026-03-10 12:00", "P4"}},
			status: None, version: 2,
		},
		{
			name: "late, then down to P4: late it stays", priority: "P2", received: "2026-03-10 10:00", changes: [][2]string{{"2026-03-16 12:00", "P4"}},
			status: Late, lateSince: "2026-03-13 10:00", version: 2,
		},
		{
			name: "P4 up to P2 runs from the change", priority: "P4", received: "2026-03-10 10:00", changes: [][2]string{{"2026-03-12 12:00", "P2"}},
			due: "2026-03-17 12:00", status: Running, used: 20 * time.Hour, left: 27 * time.Hour, version: 2,
		},
		{
			name: "what lies ahead is not known yet", priority: "P2", received: "2026-03-10 10:00", changes: [][2]string{{"2026-03-10 12:00", "P0"}}, now: "2026-03-10 11:59:59.999",
			due: "2026-03-13 10:00", status: Running, used: 2*time.Hour - time.Millisecond, left: 25*time.Hour + time.Millisecond, version: 1,
		},
		{
			name: "P2 up to P1 at the due instant: late it stays", priority: "P2", received: "2026-03-10 10:00", changes: [][2]string{{"2026-03-13 10:00", "P1"}},
			due: "2026-03-13 18:00", status: Late, lateSince: "2026-03-13 10:00", used: 27 * time.Hour, left: 8 * time.Hour, version: 2,
		},
		{name: "an unknown priority promises nothing", priority: "P9", received: "2026-03-10 10:00", status: None, version: 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			tl := Timeline{Received: local(t, in, c.received), Priority: c.priority}
			for _, p := range c.pauses {
				tl.Pauses = append(tl.Pauses, Pause{From: local(t, in, p[0]), To: local(t, in, p[1]), Why: WaitingOnRequester})
			}
			for _, ch := range c.changes {
				tl.Changes = append(tl.Changes, Change{At: local(t, in, ch[0]), To: ch[1]})
			}
			now := tl.last()
			if c.now != "" {
				now = local(t, in, c.now)
			}
			_, s := clocks(tl, Standard(), in, now)
			assert.Equal(t, c.due, show(in, s.Due), "due")
			assert.Equal(t, c.status, s.Status)
			assert.Equal(t, c.lateSince, show(in, s.LateSince), "late since")
			assert.Equal(t, []time.Duration{c.used, c.left, c.paused}, []time.Duration{s.Used, s.Left, s.Paused}, "used, left, paused")
			assert.Equal(t, c.version, s.Version)
		})
	}
}

func TestPickup(t *testing.T) {
	in := india(t)
	received := local(t, in, "2026-03-10 10:00")
	for _, c := range []struct {
		name   string
		tl     Timeline
		now    string
		due    string
		status Status
	}{
		{"runs while the ticket waits", Timeline{Priority: "P2", Pauses: []Pause{{From: received}}}, "2026-03-10 12:00", "2026-03-11 10:00", Running},
		{"kept", Timeline{Priority: "P2", PickedUp: received.Add(time.Hour)}, "2026-03-12 12:00", "2026-03-11 10:00", Met},
		{"missed", Timeline{Priority: "P2"}, "2026-03-12 12:00", "2026-03-11 10:00", Late},
		{"raised: from the change", Timeline{Priority: "P3", Changes: []Change{{received.Add(time.Hour), "P0"}}}, "2026-03-10 12:00", "2026-03-10 15:00", Running},
		{"raised when picked up: frozen", Timeline{Priority: "P3", PickedUp: received, Changes: []Change{{received.Add(time.Hour), "P0"}}}, "2026-03-12 12:00", "2026-03-12 10:00", Met},
		{"raised and picked up in one mail", Timeline{Priority: "P3", PickedUp: received.Add(time.Hour), Changes: []Change{{received.Add(time.Hour), "P0"}}}, "2026-03-12 12:00", "2026-03-10 15:00", Met},
		{"cancelled before", Timeline{Priority: "P2", Ends: []End{{At: received.Add(time.Hour)}}}, "2026-03-12 12:00", "2026-03-11 10:00", None},
		{"cancelled when late", Timeline{Priority: "P2", Ends: []End{{At: received.Add(48 * time.Hour)}}}, "2026-03-12 12:00", "2026-03-11 10:00", Late},
		{"reopened when never picked up", Timeline{Priority: "P2", Ends: []End{{At: received.Add(time.Hour)}}, Reopens: []time.Time{received.Add(2 * time.Hour)}}, "2026-03-10 14:00", "2026-03-11 12:00", Running},
	} {
		c.tl.Received = received
		pickup, _ := clocks(c.tl, Standard(), in, local(t, in, c.now))
		assert.Equal(t, c.due, show(in, pickup.Due), c.name)
		assert.Equal(t, c.status, pickup.Status, c.name)
	}
}

func TestReopenKeepsTheFirstResult(t *testing.T) {
	in := india(t)
	at := func(s string) time.Time { return local(t, in, s) }
	tl := Timeline{
		Received: at("2026-03-10 10:00"), Priority: "P2", PickedUp: at("2026-03-10 11:00"),
		Ends:    []End{{At: at("2026-03-12 10:00"), Done: true}, {At: at("2026-03-30 10:00"), Done: true}},
		Changes: []Change{{at("2026-03-15 10:00"), "P3"}},
		Reopens: []time.Time{at("2026-03-16 10:00")},
	}
	pickup, resolve := clocks(tl, Standard(), in, at("2026-03-16 12:00"))
	assert.Equal(t, Met, pickup.Status, "what was picked up stays so")
	assert.Equal(t, Running, resolve.Status)
	assert.Equal(t, "2026-03-30 10:00", show(in, resolve.Due), "at the current priority")
	assert.Equal(t, 1, resolve.Round)
	assert.Equal(t, 2, resolve.Version)
	first := &Result{Due: at("2026-03-13 10:00").UTC(), Ended: at("2026-03-12 10:00").UTC(), Status: Met}
	assert.Equal(t, first, resolve.First)
	_, resolve = clocks(tl, Standard(), in, at("2026-04-01 12:00"))
	assert.Equal(t, Late, resolve.Status)
	assert.Equal(t, first, resolve.First)
}

func TestReopenStartsAfresh(t *testing.T) {
	in := india(t)
	at := func(s string) time.Time { return local(t, in, s) }
	tl := Timeline{
		Received: at("2026-03-10 10:00"), Priority: "P2", Pauses: []Pause{{at("2026-03-10 11:00"), at("2026-03-10 12:00"), WaitingOnRequester}},
		Ends: []End{{At: at("2026-03-20 10:00"), Done: true}}, Reopens: []time.Time{at("2026-03-23 10:00")},
	}
	_, resolve := clocks(tl, Standard(), in, at("2026-03-23 11:00"))
	assert.Equal(t, Running, resolve.Status, "the lateness is that of the first result")
	assert.Equal(t, Late, resolve.First.Status)
	assert.Zero(t, resolve.Paused)
	assert.Equal(t, time.Hour, resolve.Used)
	assert.Equal(t, "2026-03-26 10:00", show(in, resolve.Due))
}

func TestOverride(t *testing.T) {
	in := india(t)
	at := func(s string) time.Time { return local(t, in, s) }
	tl := Timeline{Received: at("2026-03-10 10:00"), Priority: "P2"}
	for _, c := range []struct {
		name   string
		target Override
		pauses []Pause
		due    string
		words  string
		status Status
	}{
		{"a date", Override{At: at("2026-03-11 10:00"), Due: at("2026-03-20 18:00")}, nil, "2026-03-20 18:00", "2026-03-20 18:00", Running},
		{"off hours", Override{At: at("2026-03-11 10:00"), Due: at("2026-03-21 12:00")}, nil, "2026-03-21 12:00", "2026-03-21 12:00", Running},
		{"two days more", Override{At: at("2026-03-11 10:00"), Extend: Span{Days: 2}}, nil, "2026-03-17 10:00", "2026-03-17 10:00", Running},
		{"two days more when late", Override{At: at("2026-03-13 12:00"), Extend: Span{Days: 2}}, nil, "2026-03-17 12:00", "2026-03-17 12:00", Late},
		{
			"paused behind it", Override{At: at("2026-03-11 10:00"), Due: at("2026-03-20 18:00")}, []Pause{{at("2026-03-11 12:00"), at("2026-03-11 13:00"), "approval"}},
			"2026-03-23 10:00", "2026-03-23 10:00", Running,
		},
	} {
		tl.Targets, tl.Pauses = []Override{c.target}, c.pauses
		_, resolve := clocks(tl, Standard(), in, tl.last())
		assert.Equal(t, c.due, show(in, resolve.Due), c.name)
		assert.Equal(t, c.words, resolve.Target, c.name)
		assert.Equal(t, c.status, resolve.Status, c.name)
		assert.Equal(t, 2, resolve.Version, c.name)
	}
}

func TestEdit(t *testing.T) {
	in := india(t)
	at := func(s string) time.Time { return local(t, in, s) }
	long := Standard()
	long.Version = "long"
	long.Rules["P2"] = Rule{Pickup: Span{Days: 1}, Resolve: Span{Days: 5}}
	short := calendarOf(t, Schedule{Version: "short", Zone: in.Zone(), Days: workweek, Hours: []Window{{9 * 60, 13 * 60}}})
	tl := Timeline{Received: at("2026-03-10 10:00"), Priority: "P2", Pauses: []Pause{{at("2026-03-10 11:00"), at("2026-03-10 15:00"), "approval"}}}
	for _, c := range []struct {
		name    string
		edit    Edit
		end     string
		due     string
		status  Status
		version string
	}{
		{"a longer target", Edit{At: at("2026-03-11 10:00"), Policy: long}, "", "2026-03-17 14:00", Running, "long/IN"},
		{"a shorter day", Edit{At: at("2026-03-11 10:00"), Calendar: short}, "", "2026-03-13 12:00", Running, "standard/short"},
		{"both", Edit{At: at("2026-03-11 10:00"), Policy: long, Calendar: short}, "", "2026-03-17 12:00", Running, "long/short"},
		{"after the end", Edit{At: at("2026-03-12 10:00"), Policy: long}, "2026-03-11 10:00", "2026-03-13 14:00", Met, "standard/IN"},
		{"when late", Edit{At: at("2026-03-13 15:00"), Policy: long}, "", "2026-03-17 14:00", Late, "long/IN"},
	} {
		tl.Edits, tl.Ends = []Edit{c.edit}, nil
		if c.end != "" {
			tl.Ends = []End{{At: at(c.end), Done: true}}
		}
		_, resolve := clocks(tl, Standard(), in, c.edit.At)
		assert.Equal(t, c.due, show(in, resolve.Due), c.name)
		assert.Equal(t, c.status, resolve.Status, c.name)
		assert.Equal(t, c.version, resolve.Policy+"/"+resolve.Calendar, c.name)
	}
}

func TestEditBesidesBudgets(t *testing.T) {
	in := india(t)
	at := func(s string) time.Time { return local(t, in, s) }
	promising := Standard()
	promising.Rules["P4"] = Rule{Resolve: Span{Weeks: 1}, Notice: 21}
	edit := []Edit{{At: at("2026-03-11 10:00"), Policy: promising}}

	_, resolve := clocks(Timeline{Received: at("2026-03-10 10:00"), Priority: "P4", Edits: edit}, Standard(), in, edit[0].At)
	assert.Equal(t, "2026-03-17 10:00", show(in, resolve.Due), "what promised nothing may promise now")
	assert.Equal(t, Running, resolve.Status)

	set := []Override{{At: at("2026-03-10 12:00"), Due: at("2026-03-20 18:00"), By: "Asha", Reason: "freeze"}}
	_, resolve = clocks(Timeline{Received: at("2026-03-10 10:00"), Priority: "P2", Targets: set, Edits: edit}, Standard(), in, edit[0].At)
	assert.Equal(t, "2026-03-20 18:00", show(in, resolve.Due), "what the manager set stays set")
	assert.Equal(t, 2, resolve.Version, "and the same target")

	edit[0].Calendar = in.AroundTheClock()
	_, resolve = clocks(Timeline{Received: at("2026-03-10 10:00"), Priority: "P2", Targets: set, Edits: edit}, Standard(), in, edit[0].At)
	assert.Equal(t, 9*24*time.Hour+8*time.Hour, resolve.Left, "by the calendar in force")
}

func TestNoticeCountsFromWhenTheDateWasTold(t *testing.T) {
	in := india(t)
	at := func(s string) time.Time { return local(t, in, s) }
	opened, later := at("2026-03-02 10:00"), at("2026-05-20 10:00")
	for name, c := range map[string]struct {
		first, second string
		tags          []string
	}{
		"told late":  {"", "2026-05-30", []string{TagShortNotice}},
		"told early": {"2026-05-30", "", []string{TagNeedsDate}},
		"brought on": {"2026-06-30", "2026-05-30", []string{TagShortNotice}},
		"put off":    {"2026-05-30", "2026-06-03", nil},
	} {
		tl := Timeline{Received: opened, Priority: "P4"}
		tl.wish(opened, c.first)
		tl.wish(later, c.second)
		_, resolve := clocks(tl, Standard(), in, later)
		assert.Equal(t, c.tags, resolve.Tags, name)
	}
}

func TestFirstCompliant(t *testing.T) {
	in := india(t)
	for received, want := range map[string]string{
		"2026-05-20 10:00": "2026-06-10", // Wednesday
		"2026-05-20 18:00": "2026-06-11", // after hours: Thursday
		"2026-05-22 18:00": "2026-06-15", // Friday after hours: Monday
		"2026-05-23 10:00": "2026-06-15", // Saturday: Monday
		"2026-10-01 19:00": "2026-10-26", // before a holiday and a weekend
	} {
		first := FirstCompliant(in, local(t, in, received), 21)
		assert.Equal(t, want, first.String(), received)
		assert.True(t, local(t, in, received).Before(NoticeBy(in, first, 21)))
		assert.False(t, local(t, in, received).Before(NoticeBy(in, first-1, 21)))
	}
}
