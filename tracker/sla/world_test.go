package sla

import (
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/stretchr/testify/require"
)

// workweek is Monday to Friday.
var workweek = []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}

// allWeek is Sunday to Saturday.
var allWeek = append([]time.Weekday{time.Saturday, time.Sunday}, workweek...)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	require.NoError(t, err)
	return z
}

func calendarOf(t testing.TB, s Schedule) *Calendar {
	t.Helper()
	c, err := NewCalendar(s)
	require.NoError(t, err)
	return c
}

func date(t testing.TB, s string) Date {
	t.Helper()
	d, err := ParseDate(s)
	require.NoError(t, err)
	return d
}

// india is Mon–Fri 09:00–18:00 in Kolkata with three holidays of 2026.
func india(t testing.TB) *Calendar {
	return calendarOf(t, Schedule{
		Version: "IN", Zone: zone(t, "Asia/Kolkata"), Days: workweek, Hours: []Window{{9 * 60, 18 * 60}},
		Holidays: []Date{date(t, "2026-01-26"), date(t, "2026-10-02"), date(t, "2026-12-25")},
	})
}

// local reads "2006-01-02 15:04[:05[.999]]" on the wall clock of the calendar;
// "" is the zero time.
func local(t testing.TB, c *Calendar, s string) time.Time {
	t.Helper()
	if s == "" {
		return time.Time{}
	}
	layout := "2006-01-02 15:04:05"
	if len(s) == len("2006-01-02 15:04") {
		layout = "2006-01-02 15:04"
	}
	at, err := time.ParseInLocation(layout, s, c.Zone())
	require.NoError(t, err)
	return at
}

// utc reads an instant in RFC 3339.
func utc(t testing.TB, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339Nano, s)
	require.NoError(t, err)
	return at.UTC()
}

// show is an instant on the wall clock of the calendar; "" for the zero time.
func show(c *Calendar, at time.Time) string {
	if at.IsZero() {
		return ""
	}
	s := at.In(c.Zone()).Format("2006-01-02 15:04:05.999999999")
	if s[len("2006-01-02 15:04"):] == ":00" {
		s = s[:len("2006-01-02 15:04")]
	}
	return s
}

// clocks are the pickup and resolve clock.
func clocks(tl Timeline, p *Policy, c *Calendar, now time.Time) (pickup, resolve State) {
	s := Clocks(tl, p, c, now)
	return s[0], s[1]
}
