package intake

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
	"envdesk/tracker/sla"
)

// timedWorld is a world whose desk works from Monday to Friday, 09:00 to 18:00 in
// Kolkata, but for Friday 25 December.
func timedWorld(t testing.TB) *world {
	t.Helper()
	w := newWorld(t)
	w.rules = timedRules(t)
	days := []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}
	var err error
	w.rules.Calendar, err = sla.NewCalendar(sla.Schedule{
		Zone: w.rules.Zone, Days: days, Hours: []sla.Window{{From: 9 * 60, To: 18 * 60}}, Holidays: []sla.Date{sla.NewDate(2026, 12, 25)},
	})
	require.NoError(t, err)
	w.rules.Clock.Ledger = sla.Ledger{{Version: "1", Policy: sla.Standard(), Calendar: w.rules.Calendar}}
	return w
}

// due is when the clock of a ticket is due, in words.
func (w *world) due(id int64, at time.Time) string {
	w.t.Helper()
	c, err := w.rules.clockOf(w.events[id], at)
	require.NoError(w.t, err)
	if c.Due.IsZero() {
		return c.State
	}
	return c.State + " " + c.Due.In(w.rules.Zone).Format("Mon 2 Jan 15:04")
}

func TestReadAim(t *testing.T) {
	now := noon.In(testRules(t).Zone) // Monday 23 Nov 2026, 12:00 IST
	for value, want := range map[string]string{
		"20 Dec because the vendor is late":       "20 Dec|2026-12-20|the vendor is late",
		"2026-12-20 - parts are missing":          "2026-12-20|2026-12-20|parts are missing",
		"2026-12-20: parts are missing":           "2026-12-20|2026-12-20|parts are missing",
		"20 Dec 15:00, reason: a review":          "20 Dec 15:00|2026-12-20T15:00:00+05:30|a review",
		"Friday 15:00 because of the audit":       "Friday 15:00|2026-11-27T15:00:00+05:30|the audit",
		"tomorrow agreed with Ravi":               "tomorrow|2026-11-24|agreed with Ravi",
		"by 20th December 2026 – due to holidays": "by 20th December 2026|2026-12-20|holidays",
		"20 Dec 3 servers are missing":            "20 Dec|2026-12-20|3 servers are missing",
		"20 Dec 15:00 UTC they sleep":             "20 Dec 15:00 UTC|2026-12-20T20:30:00+05:30|they sleep",
		"+2d because the disk is full":            "+2d|2d|the disk is full",
		"+1d4h: a reason":                         "+1d4h|1d4h|a reason",
		"+2 days, 4 hours - a reason":             "+2d4h|2d4h|a reason",
		"+ 1 week reasonable delay":               "+1w|1w|reasonable delay",
		"+90 min 3 servers":                       "+1h30m|1h30m|3 servers",
		"20 Dec":                                  "20 Dec|2026-12-20|",
		"20 Dec because …":                        "20 Dec|2026-12-20|",
		"20 Dec -- !":                             "20 Dec|2026-12-20|",
		"+2d":                                     "+2d|2d|",
		"2d because it is slow":                   "",
		"+0d because":                             "",
		"+2 because":                              "",
		"+2h3d because":                           "",
		"+ because":                               "",
		"soon because":                            "",
		"":                                        "",
		"because Friday":                          "",
	} {
		got := ""
		if a, ok := readAim(value, now); ok {
			target := a.moment.Value
			if !a.extend.IsZero() {
				target = a.extend.String()
			}
			got = strings.Join([]string{a.said, target, a.reason}, "|")
		}
		assert.Equal(t, want, got, value)
	}
}

func FuzzReadAim(f *testing.F) {
	for _, s := range []string{"20 Dec 15:00 because of rain", "+2d4h: x", "Friday - y", "+ 2 weeks z", "tomorrow, due to it", "by EOD … because"} {
		f.Add(s)
	}
	now := noon.In(testRules(f).Zone)
	f.Fuzz(func(t *testing.T, s string) {
		a, ok := readAim(s, now)
		if !ok {
			assert.Zero(t, a)
			return
		}
		assert.NotEqual(t, a.extend.IsZero(), a.moment.Value == "", "one of both")
		assert.Contains(t, strings.Join(strings.Fields(s), " "), strings.Join(strings.Fields(a.reason), " "))
		again, ok := readAim(a.said+" because "+a.reason, now)
		require.True(t, ok)
		assert.Equal(t, a.extend, again.extend)
		if a.reason == "" {
			assert.Equal(t, a.moment.Value, again.moment.Value)
		}
	})
}

func TestDueSetsANewTarget(t *testing.T) {
	for _, tt := range []struct{ name, priority, value, why, due string }{
		{"a date is the end of its business day", "P2", "27 Nov because of the audit", "due Thu 26 Nov, 12:00 → Fri 27 Nov, 18:00", "running Fri 27 Nov 18:00"},
		{"a time", "P2", "Wednesday 10:30 because of the audit", "due Thu 26 Nov, 12:00 → Wed 25 Nov, 10:30", "running Wed 25 Nov 10:30"},
		{"a time off hours", "P2", "Saturday 10:30: they come in", "due Thu 26 Nov, 12:00 → Sat 28 Nov, 10:30", "running Sat 28 Nov 10:30"},
		{"a length is working time", "P2", "+2d as agreed", "due Thu 26 Nov, 12:00 → Mon 30 Nov, 12:00", "running Mon 30 Nov 12:00"},
		{"hours go over the night", "P1", "+4h more", "due Mon 23 Nov, 18:00 → Tue 24 Nov, 13:00", "running Tue 24 Nov 13:00"},
		{"P0 too", "P0", "Friday the board knows", "due Tue 24 Nov, 00:00 → Fri 27 Nov, 18:00", "running Fri 27 Nov 18:00"},
		{"P0 by the clock around", "P0", "+4h the board knows", "due Tue 24 Nov, 00:00 → Tue 24 Nov, 04:00", "running Tue 24 Nov 04:00"},
		{"where nothing was due", "P4", "18 Dec a promise", "due Fri 18 Dec, 18:00", "running Fri 18 Dec 18:00"},
		{"a length where nothing was due", "P4", "+1w a promise", "due Mon 30 Nov, 12:00", "running Mon 30 Nov 12:00"},
		{"another year", "P3", "2027-01-04 a freeze", "due Mon 7 Dec, 12:00 → Mon 4 Jan 2027, 18:00", "running Mon 4 Jan 18:00"},
		{"as it is", "P2", "Thursday 12:00 it stays", "it is due Thu 26 Nov, 12:00 already", "running Thu 26 Nov 12:00"},
		{"no reason", "P2", "27 Nov", "it needs a reason: /due 27 Nov because …", ""},
		{"no reason, a length", "P2", "+2 days -", "it needs a reason: /due +2d because …", ""},
		{"past", "P2", "20 Nov because", "it needs a reason", ""},
		{"a past date", "P2", "20 Nov the audit", "20 Nov is Fri 20 Nov, 18:00, which is past: it is Mon 23 Nov, 12:00 now", ""},
		{"a past time", "P2", "11:00 the audit", "11:00 is Mon 23 Nov, 11:00, which is past", ""},
		{"now", "P2", "12:00 the audit", "which is past", ""},
		{"a weekend", "P2", "28 Nov the audit", "Sat 28 Nov 2026 is no business day; the next one is Mon 30 Nov 2026. Write that, or a time of day too", ""},
		{"a holiday", "P2", "25 Dec the audit", "Fri 25 Dec 2026 is no business day; the next one is Mon 28 Dec 2026", ""},
		{"nonsense", "P2", "soon the audit", `"soon the audit" names no date, time or length`, ""},
		{"too far", "P2", "2099-01-02 the audit", "2099-01-02 is too far away", ""},
		{"a length too far", "P2", "+9999w the audit", "+9999w is too far away", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := timedWorld(t)
			w.mail(mailTo{from: "ravi@egov.test", subject: "[" + tt.priority + "][Punjab] x"})
			before := w.due(1, noon)
			for _, verb := range []string{"/due ", "/sla "} {
				d := w.mail(mailTo{from: "asha@egov.test", answers: "m1@test", text: verb + tt.value})
				assert.Equal(t, "due", d.Results[0].Command.Verb)
				switch {
				case tt.due == "":
					assert.Contains(t, d.Results[0].Why, tt.why)
					assert.Equal(t, []string{"transcript asha@egov.test"}, told(d))
					assert.Equal(t, before, w.due(1, noon))
				case strings.HasPrefix(tt.why, "due"):
					assert.Equal(t, tt.why, d.Results[0].Why)
					assert.Equal(t, []string{"status desk@optit.test", "status ravi@egov.test"}, told(d))
				default:
					assert.Equal(t, tt.why, d.Results[0].Why)
					assert.Empty(t, told(d))
				}
				if tt.due != "" {
					assert.Equal(t, tt.due, w.due(1, noon))
					break
				}
			}
			foldsWell(t, w)
		})
	}
}

// A target that has passed is no place to count from: the new one would have passed
// too, or be nearer than was said.
func TestDueOfWhatIsLateCountsFromNow(t *testing.T) {
	w := timedWorld(t)
	w.mail(mailTo{from: "ravi@egov.test", subject: "[P1][Punjab] x"})
	d := w.at(24*time.Hour, mailTo{from: "asha@egov.test", answers: "m1@test", text: "/due +2h the vendor is late"})
	assert.Equal(t, "due Mon 23 Nov, 18:00 → Tue 24 Nov, 14:00", d.Results[0].Why)
	assert.Equal(t, "late Tue 24 Nov 14:00", w.due(1, noon.Add(24*time.Hour)))
}

func TestDueIsAVersionWithItsReason(t *testing.T) {
	w := timedWorld(t)
	w.mail(mailTo{from: "ravi@egov.test", subject: "[P2][Punjab] x"})
	d := w.mail(mailTo{from: "asha@egov.test", answers: "m1@test", text: "/due 27 Nov because of the audit\nSorry for that."})
	old := time.Date(2026, 11, 26, 6, 30, 0, 0, time.UTC)
	want := tracker.TargetChanged{Due: time.Date(2026, 11, 27, 12, 30, 0, 0, time.UTC), Old: old, Reason: "the audit"}
	got := d.Changes[0].(tracker.TargetChanged)
	assert.True(t, want.Due.Equal(got.Due) && want.Old.Equal(got.Old))
	assert.Equal(t, "the audit", got.Reason)
	assert.Equal(t, "Sorry for that.", noticeTo(t, d, "ravi@egov.test").Data.Text)

	d = w.mail(mailTo{from: "asha@egov.test", answers: "m1@test", text: "/due +1d a day more\n/due +1d and one more"})
	assert.Equal(t, "due Fri 27 Nov, 18:00 → Mon 30 Nov, 18:00", d.Results[0].Why)
	assert.Equal(t, "due Mon 30 Nov, 18:00 → Tue 1 Dec, 18:00", d.Results[1].Why, "what the mail did before counts")
	d = w.at(time.Hour, mailTo{from: "asha@egov.test", answers: "m1@test", text: "/p1\n/due +1h for the tests"})
	assert.Equal(t, "due Mon 23 Nov, 18:00 → Tue 24 Nov, 10:00", d.Results[1].Why)
	states, err := w.rules.Clock.Ledger.Clocks(w.events[1], noon.Add(time.Hour))
	require.NoError(t, err)
	assert.Equal(t, 6, states[1].Version)
}

func TestWhoSetsATargetAndWhen(t *testing.T) {
	open := []tracker.Status{tracker.StatusNew, tracker.StatusAssigned, tracker.StatusWorking, tracker.StatusWaiting, tracker.StatusBlocked}
	for s := range leads {
		var want []string
		for _, o := range open {
			if o == s {
				want = []string{"manager"}
			}
		}
		assert.Equal(t, want, by(t, s, "/due 27 Nov 18:00 because"+" of it"), "%s", s)
	}
	w := timedWorld(t)
	w.mail(mailTo{from: "ravi@egov.test", subject: "[P2][Punjab] x"})
	d := w.mail(mailTo{from: "asha@egov.test", answers: "m1@test", text: "/due 27 Nov because of it", dmarc: tracker.None})
	assert.False(t, len(d.Results) > 0 && d.Results[0].Done, "a manager without proof")
	d = w.shell(1, "asha@egov.test", tracker.Command{Verb: "due", Value: "27 Nov because of it"})
	assert.True(t, d.Results[0].Done)
	d = w.mail(mailTo{from: "asha@egov.test", subject: "[P2][Punjab] y", text: "/due 30 Nov because of it"})
	assert.Equal(t, "due Thu 26 Nov, 12:00 → Mon 30 Nov, 18:00", d.Results[0].Why, "in a first mail")
	assert.Equal(t, "running Mon 30 Nov 18:00", w.due(2, noon))
}

func TestDueWhileItWaits(t *testing.T) {
	w := timedWorld(t)
	w.mail(mailTo{from: "ravi@egov.test", subject: "[P2][Punjab] x"})
	w.mail(mailTo{from: "desk@optit.test", answers: "m1@test", text: "/wait for the list"})
	d := w.at(24*time.Hour, mailTo{from: "asha@egov.test", answers: "m1@test", text: "/due 30 Nov because of it"})
	assert.Equal(t, "due Fri 27 Nov, 12:00 → Mon 30 Nov, 18:00", d.Results[0].Why)
	w.at(48*time.Hour, mailTo{from: "ravi@egov.test", answers: "m1@test", text: "here it is"})
	assert.Equal(t, "running Tue 1 Dec 18:00", w.due(1, noon.AddDate(0, 0, 2)), "the wait behind it is added")

	w = timedWorld(t)
	w.mail(mailTo{from: "ravi@egov.test", subject: "[P1][Punjab] x"})
	d = w.at(24*time.Hour, mailTo{from: "asha@egov.test", answers: "m1@test", text: "/due +2h because it failed"})
	assert.Equal(t, "due Mon 23 Nov, 18:00 → Tue 24 Nov, 14:00", d.Results[0].Why, "behind the present, where the old one has passed")
	assert.Equal(t, "late Tue 24 Nov 14:00", w.due(1, noon.AddDate(0, 0, 1)), "what was late stays late")
}
