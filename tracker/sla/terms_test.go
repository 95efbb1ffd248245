package sla

import (
	"encoding/json"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
)

func TestTermsComeBackAsTheyWereStored(t *testing.T) {
	policy := Standard()
	policy.Rules["P1"] = Rule{Pickup: Span{Weeks: 1, Days: 2, Time: 90 * time.Minute}, EndOfDay: true, Cap: 11 * time.Hour, Floor: 30 * time.Minute}
	for name, s := range map[string]Schedule{
		"full": {
			Version: "full", Zone: zone(t, "Europe/Berlin"), Days: workweek, Hours: []Window{{0, 13 * 60}, {14 * 60, 24 * 60}},
			HalfDays: map[time.Weekday][]Window{time.Sunday: {{9 * 60, 12 * 60}}, time.Friday: nil}, Holidays: []Date{date(t, "1970-01-01"), date(t, "2026-12-25")},
		},
		"continuous": {Version: "24x7", Zone: time.UTC, Continuous: true},
		"plain":      {Zone: zone(t, "Asia/Kolkata"), Days: workweek, Hours: []Window{{9 * 60, 18 * 60}}},
	} {
		want := Terms{Since: utc(t, "2026-03-10T04:30:00.000001Z"), Version: "v1", Policy: policy, Calendar: calendarOf(t, s), Partners: map[string]*Calendar{"optit": india(t)}}
		stored, err := want.Stored()
		require.NoError(t, err, name)
		assert.Equal(t, "v1", stored.Version)
		l, err := ReadLedger([]tracker.StoredTerms{stored, stored})
		require.NoError(t, err, name)
		assert.Equal(t, Ledger{want, want}, l, name)
		assert.Equal(t, s, l[0].Calendar.Schedule(), name)
	}
}

func TestACalendarOfRandomSchedulesComesBack(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	for range 200 {
		s := randomSchedule(rnd, zone(t, "Africa/Cairo"), utc(t, "2026-04-23T22:00:00Z"))
		want := calendarOf(t, s)
		data, err := json.Marshal(want)
		require.NoError(t, err)
		var got Calendar
		require.NoError(t, json.Unmarshal(data, &got))
		again, err := json.Marshal(&got)
		require.NoError(t, err)
		require.JSONEq(t, string(data), string(again))
		at := utc(t, "2026-04-20T00:00:00Z").Add(time.Duration(rnd.IntN(9*24*60)) * time.Minute)
		require.Equal(t, want.Add(at, 10*time.Hour), got.Add(at, 10*time.Hour), "%+v", s)
	}
}

func TestTermsThatCannotBeKept(t *testing.T) {
	l := shifts(t)
	away := l.Now()
	away.Calendar = calendarOf(t, Schedule{Version: "x", Zone: time.FixedZone("Here", 3600), Days: workweek, Hours: []Window{{9 * 60, 18 * 60}}})
	_, err := away.Stored()
	assert.ErrorContains(t, err, "unknown time zone Here")
	for data, want := range map[string]string{
		"{": "read terms v9: ", "{}": "no policy or no calendar", `{"policy":{},"calendar":{"zone":"UTC"}}`: "no working time",
		`{"policy":{},"calendar":{"zone":"No/Where"}}`: "unknown time zone", `{"policy":{},"calendar":{"zone":"UTC","holidays":["soon"]}}`: "2026-01-26",
	} {
		_, err := ReadLedger([]tracker.StoredTerms{{Version: "v9", Data: []byte(data)}})
		assert.ErrorContains(t, err, want, data)
	}
}

func TestACalendarIsNoMoreTiedToItsSchedule(t *testing.T) {
	s := Schedule{Zone: time.UTC, Days: []time.Weekday{time.Monday}, Hours: []Window{{9 * 60, 18 * 60}}, HalfDays: map[time.Weekday][]Window{time.Friday: {{9 * 60, 12 * 60}}}}
	c := calendarOf(t, s)
	s.Hours[0].From, s.HalfDays[time.Friday][0].From = 0, 0
	back := c.Schedule()
	back.Hours[0].From = 60
	assert.Equal(t, 9*time.Hour, c.FullDay())
	assert.Equal(t, 9*60, c.Schedule().Hours[0].From)
	assert.Equal(t, 9*60, c.Schedule().HalfDays[time.Friday][0].From)
}

func TestLedger(t *testing.T) {
	first := shifts(t).Now()
	c := first.Calendar
	second, third := first, first
	second.Since, second.Version, second.Policy = local(t, c, "2026-03-11 10:00"), "second", withP2(5)
	third.Since, third.Version = local(t, c, "2026-03-12 10:00"), "third"
	l := Ledger{first, second, third}
	for at, want := range map[string]string{"2020-01-01 10:00": "first", "2026-03-11 09:59": "first", "2026-03-11 10:00": "second", "2026-03-12 09:59": "second", "2030-01-01 10:00": "third"} {
		assert.Equal(t, want, l.At(local(t, c, at)).Version, at)
	}
	assert.Equal(t, "third", l.Now().Version)
	assert.Zero(t, Ledger{}.Now())
	assert.Zero(t, Ledger{}.At(third.Since))
	assert.Same(t, first.Partners["optit"], first.CalendarOf("OptIT"))
	assert.Same(t, c, first.CalendarOf("GWL"))

	for opening, want := range map[string][]string{
		"2026-03-10 10:00": {"first", "second", "third"}, "2026-03-11 10:00": {"second", "third"}, "2026-03-11 12:00": {"second", "third"}, "2026-03-13 12:00": {"third"},
	} {
		tl, terms, err := l.Timeline(history(local(t, c, opening), tracker.Opened{Priority: "P2"}))
		require.NoError(t, err)
		got := []string{terms.Version}
		for _, e := range tl.Edits {
			got = append(got, e.Version)
		}
		assert.Equal(t, want, got, opening)
	}
}

// withP2 is the programme's policy with another target of P2, in business days.
func withP2(days int) *Policy {
	p := Standard()
	p.Rules["P2"] = Rule{Pickup: Span{Days: 1}, Resolve: Span{Days: days}}
	return p
}

func TestAnEditCountsFromThenOn(t *testing.T) {
	first := shifts(t).Now()
	c := first.Calendar
	edit := func(at string, p *Policy) Terms {
		return Terms{Since: local(t, c, at), Version: at, Policy: p, Calendar: c}
	}
	for _, k := range []struct {
		name    string
		edit    Terms
		changes []tracker.Change // at 10:00, 11:00 … on Tuesday
		want    string           // of the resolve clock on Friday noon
		version int
	}{
		{"longer", edit("2026-03-11 10:00", withP2(5)), nil, "2026-03-16 18:00 running", 2},
		{"shorter", edit("2026-03-11 10:00", withP2(1)), nil, "2026-03-10 18:00 late", 2},
		{"the same target stays the same", edit("2026-03-11 10:00", withP2(3)), nil, "2026-03-12 18:00 late", 1},
		{"after it was missed", edit("2026-03-13 10:00", withP2(5)), nil, "2026-03-16 18:00 late", 2},
		{"after the end", edit("2026-03-11 10:00", withP2(5)), []tracker.Change{tracker.Resolved{}}, "2026-03-12 18:00 met", 1},
		{"reopened since", edit("2026-03-10 10:30", withP2(5)), []tracker.Change{tracker.Resolved{}, tracker.Reopened{}}, "2026-03-17 11:00 running", 2},
		{"what the manager set stays", edit("2026-03-11 10:00", withP2(5)), []tracker.Change{tracker.TargetChanged{Due: local(t, c, "2026-03-16 12:00")}}, "2026-03-16 12:00 running", 2},
	} {
		states, err := Ledger{first, k.edit}.Clocks(at9(t, shifts(t), append([]tracker.Change{tracker.Opened{Priority: "P2"}}, k.changes...)...), local(t, c, "2026-03-13 12:00"))
		require.NoError(t, err, k.name)
		assert.Equal(t, k.want, tell(c, states)[1], k.name)
		assert.Equal(t, k.version, states[1].Version, k.name)
	}
}

func TestTargetsOfTheManager(t *testing.T) {
	l := shifts(t)
	c := l.Now().Calendar
	asha := tracker.Actor{Name: "Asha Rao", Address: "asha@egov.test", Role: tracker.RoleManager}
	for _, k := range []struct {
		name     string
		priority string
		change   tracker.TargetChanged // on Tuesday at 10:00
		want     string
	}{
		{"a date", "P2", tracker.TargetChanged{Due: local(t, c, "2026-03-20 18:00")}, "2026-03-20 18:00 running"},
		{"sooner", "P2", tracker.TargetChanged{Due: local(t, c, "2026-03-10 15:00")}, "2026-03-10 15:00 running"},
		{"later", "P2", tracker.TargetChanged{Extend: "1d2h"}, "2026-03-16 11:00 running"},
		{"around the clock", "P0", tracker.TargetChanged{Extend: "1d"}, "2026-03-11 21:00 running"},
		{"where nothing was promised", "P4", tracker.TargetChanged{Due: local(t, c, "2026-03-20 18:00")}, "2026-03-20 18:00 running"},
		{"later than nothing", "P4", tracker.TargetChanged{Extend: "2d"}, "2026-03-12 10:00 running"},
		{"further than the clock looks", "P2", tracker.TargetChanged{Extend: "9999w"}, "2026-03-12 18:00 running"},
	} {
		k.change.Reason = "freeze"
		events := at9(t, l, tracker.Opened{Priority: k.priority}, k.change)
		events[1].By = asha
		states, err := l.Clocks(events, events[1].At)
		require.NoError(t, err, k.name)
		assert.Equal(t, k.want, tell(c, states)[1], k.name)
		assert.NotContains(t, tell(c, states)[0], k.want, "the pickup is not the manager's to move")
		tl, err := FromEvents(events)
		require.NoError(t, err)
		require.Len(t, tl.Targets, 1)
		assert.Equal(t, []string{"Asha Rao", "freeze"}, []string{tl.Targets[0].By, tl.Targets[0].Reason})
	}
	_, err := FromEvents(at9(t, l, tracker.Opened{Priority: "P2"}, tracker.TargetChanged{Extend: "soon"}))
	assert.EqualError(t, err, `timeline: target of event 1/2: length "soon": want one such as 30m, 4h, 3d, 2w or 1d4h`)
}

func TestParseSpan(t *testing.T) {
	for text, want := range map[string]Span{
		"30m": {Time: 30 * time.Minute}, "90m": {Time: 90 * time.Minute}, "4h": {Time: 4 * time.Hour}, "3d": {Days: 3}, "2w": {Weeks: 2},
		"1d4h": {Days: 1, Time: 4 * time.Hour}, "1w2d3h4m": {Weeks: 1, Days: 2, Time: 3*time.Hour + 4*time.Minute}, "0m": {}, "9999d": {Days: 9999},
	} {
		got, err := ParseSpan(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, got, text)
	}
	for _, text := range []string{"", "0", "4", "h", "-1d", "+1d", "1.5h", "4 h", " 4h", "4H", "1h1d", "1d1d", "10000d", "99999999999999999999d", "１d", "1s", "1d4"} {
		_, err := ParseSpan(text)
		assert.Error(t, err, text)
	}
}

// Whatever happens to a ticket under whatever terms, its clocks and those of its
// partners are sound, and what is known of the past does not change.
func TestHistoriesUnderEditedTerms(t *testing.T) {
	l := shifts(t)
	rnd := rand.New(rand.NewPCG(7, 9))
	start := local(t, l.Now().Calendar, "2026-03-09 10:00")
	for range 150 {
		ledger := l
		for i := range rnd.IntN(3) {
			next := ledger.Now()
			next.Since, next.Version = start.Add(time.Duration(30*(i+1)+rnd.IntN(20))*time.Hour), next.Version+"+"
			next.Policy = withP2(1 + rnd.IntN(5))
			if rnd.IntN(2) == 0 {
				next.Partners = nil
			}
			ledger = append(ledger[:len(ledger):len(ledger)], next)
		}
		events := randomHistory(t, rnd, start)
		late := time.Time{}
		for now := start; now.Before(start.Add(8 * 24 * time.Hour)); now = now.Add(time.Duration(1+rnd.IntN(20)) * time.Hour) {
			known := events
			for len(known) > 0 && known[len(known)-1].At.After(now) {
				known = known[:len(known)-1]
			}
			states, err := ledger.Clocks(known, now)
			require.NoError(t, err)
			own, _ := PartnerClocks(known, ledger, now)
			for _, s := range append(states, own...) {
				requireSound(t, s, now)
			}
			later, err := ledger.Clocks(events, now)
			require.NoError(t, err)
			require.Equal(t, later, states)
			if resolve := states[1]; resolve.Round == 0 {
				if !late.IsZero() {
					require.Equal(t, late, resolve.LateSince, "what is late stays late")
				}
				late = resolve.LateSince
			}
		}
	}
}

// randomHistory is what can happen to a ticket of P2 or P3 in a week.
func randomHistory(t *testing.T, rnd *rand.Rand, start time.Time) []tracker.Event {
	t.Helper()
	var k tracker.Ticket
	var all []tracker.Event
	happen := func(at time.Time, c tracker.Change) {
		after, events, err := tracker.Record(k, tracker.Event{Ticket: 1, At: at}, []tracker.Change{c})
		require.NoError(t, err)
		k, all = after, append(all, events...)
	}
	happen(start, tracker.Opened{Key: "REQ-1", Priority: []string{"P1", "P2", "P3", "P4"}[rnd.IntN(4)]})
	for at := start; at.Before(start.Add(7 * 24 * time.Hour)); at = at.Add(time.Duration(1+rnd.IntN(30*60)) * time.Minute) {
		switch n := rnd.IntN(9); {
		case !k.Status.Open():
			happen(at, tracker.Reopened{})
		case n < 2:
			happen(at, tracker.Assigned{Partner: []string{"OptIT", "GWL", ""}[rnd.IntN(3)]})
		case n == 2:
			happen(at, tracker.PickedUp{})
		case n == 3 && k.Status == tracker.StatusWaiting:
			happen(at, status(k.Status, tracker.StatusWorking))
		case n == 3:
			happen(at, status(k.Status, tracker.StatusWaiting))
		case n == 4:
			happen(at, tracker.TargetChanged{Due: at.Add(time.Duration(rnd.IntN(100)) * time.Hour)})
		case n == 5:
			happen(at, tracker.TargetChanged{Extend: "1d"})
		case n == 6:
			happen(at, tracker.Classified{Field: tracker.FieldPriority, Old: k.Priority, New: []string{"P0", "P1", "P2", "P3", "P4"}[rnd.IntN(5)]})
		case n == 7 && k.Partner != "":
			happen(at, tracker.HandedBack{Partner: k.Partner})
		case n == 8:
			happen(at, tracker.Resolved{})
		}
	}
	return all
}
