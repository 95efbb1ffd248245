package report

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWeeksAreThoseOfISO8601(t *testing.T) {
	for _, c := range []struct{ date, week string }{
		{"2026-11-23", "2026-W48"}, {"2026-11-22", "2026-W47"}, {"2026-01-01", "2026-W01"}, {"2025-12-29", "2026-W01"}, {"2025-12-28", "2025-W52"},
		{"2027-01-01", "2026-W53"}, {"2027-01-03", "2026-W53"}, {"2027-01-04", "2027-W01"}, {"2021-01-03", "2020-W53"}, {"2024-12-30", "2025-W01"},
	} {
		noon, err := time.Parse(time.DateOnly, c.date)
		require.NoError(t, err)
		w := WeekOf(noon.Add(12*time.Hour), time.UTC)
		assert.Equal(t, c.week, w.String(), c.date)
		y, n := noon.ISOWeek()
		assert.Equal(t, Week{y, n}, w, c.date)
		again, err := ParseWeek(c.week)
		require.NoError(t, err)
		assert.Equal(t, w, again)
		assert.Equal(t, w, w.Back(3).Back(-3))
	}
}

func TestEveryDayOfFiftyYearsHasTheWeekOfTheStandardLibrary(t *testing.T) {
	for d := time.Date(1999, 12, 1, 12, 0, 0, 0, time.UTC); d.Year() < 2050; d = d.AddDate(0, 0, 1) {
		y, n := d.ISOWeek()
		w := WeekOf(d, time.UTC)
		require.Equal(t, Week{y, n}, w, d)
		from, to := w.Bounds(time.UTC)
		require.True(t, !d.Before(from) && d.Before(to) && from.Weekday() == time.Monday && to.Sub(from) == 7*24*time.Hour, d)
	}
}

func TestParseWeekRefuses(t *testing.T) {
	for _, s := range []string{"", "2026", "2026-47", "2026-W1", "2026-W00", "2026-W54", "2025-W53", "26-W01", "2026-W-1", "2026-W047", "x-Wyz", "2026-W47 "} {
		_, err := ParseWeek(s)
		assert.Error(t, err, s)
	}
	_, err := ParseWeek("2026-W53")
	assert.NoError(t, err, "2026 has 53 weeks")
	var w Week
	assert.Error(t, json.Unmarshal([]byte(`"2026"`), &w))
	require.NoError(t, json.Unmarshal([]byte(`"2026-W11"`), &w))
	assert.Equal(t, Week{2026, 11}, w)
}

func TestBoundsAreLocalMondays(t *testing.T) {
	for _, c := range []struct{ zone, week, from, to string }{
		{"Asia/Kolkata", "2026-W11", "2026-03-08T18:30:00Z", "2026-03-15T18:30:00Z"}, // case 30 of the clock: Sun 18:30Z to Sun 18:30Z
		{"Europe/Berlin", "2026-W13", "2026-03-22T23:00:00Z", "2026-03-29T22:00:00Z"},
		{"America/New_York", "2026-W44", "2026-10-26T04:00:00Z", "2026-11-02T05:00:00Z"},
		{"Asia/Kolkata", "2026-W53", "2026-12-27T18:30:00Z", "2027-01-03T18:30:00Z"},
		// Monday's midnight is skipped: the week begins with the transition.
		{"America/Sao_Paulo", "1997-W41", "1997-10-06T03:00:00Z", "1997-10-13T02:00:00Z"},
	} {
		w, err := ParseWeek(c.week)
		require.NoError(t, err)
		z := zone(t, c.zone)
		from, to := w.Bounds(z)
		assert.Equal(t, c.from, from.Format(time.RFC3339), c.week)
		assert.Equal(t, c.to, to.Format(time.RFC3339), c.week)
		assert.Equal(t, w, WeekOf(from, z))
		assert.Equal(t, w, WeekOf(to.Add(-1), z))
		assert.Equal(t, w.Back(-1), WeekOf(to, z))
	}
}

func TestPeriod(t *testing.T) {
	kolkata := zone(t, "Asia/Kolkata")
	for week, want := range map[Week]string{
		{2026, 11}: "Mon 9 – Sun 15 Mar 2026, IST", {2026, 14}: "Mon 30 Mar – Sun 5 Apr 2026, IST", {2026, 53}: "Mon 28 Dec 2026 – Sun 3 Jan 2027, IST",
	} {
		assert.Equal(t, want, period(week, kolkata))
	}
	berlin := zone(t, "Europe/Berlin")
	for week, want := range map[Week]string{
		{2026, 12}: "Mon 16 – Sun 22 Mar 2026, CET", {2026, 13}: "Mon 23 – Sun 29 Mar 2026, CET/CEST", {2026, 14}: "Mon 30 Mar – Sun 5 Apr 2026, CEST",
		{2026, 43}: "Mon 19 – Sun 25 Oct 2026, CEST/CET",
	} {
		assert.Equal(t, want, period(week, berlin))
	}
	assert.Equal(t, "Mon 6 – Sun 12 Oct 1997, -02", strings.Replace(period(Week{1997, 41}, zone(t, "America/Sao_Paulo")), "-03", "-02", 1), "it changes at the edge")
}
