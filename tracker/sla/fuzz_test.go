package sla

import (
	"encoding/json"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// FuzzParseDate reads any text; what it takes it gives back as it was.
func FuzzParseDate(f *testing.F) {
	for _, s := range []string{"2026-01-26", "2026-02-30", "0000-01-01", "9999-12-31", "1970-01-01", "26-1-1", "", "2026-01-26T00:00:00Z"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := ParseDate(s)
		if err != nil {
			return
		}
		require.Equal(t, s, d.String())
		want, err := time.Parse(time.DateOnly, s)
		require.NoError(t, err)
		require.Equal(t, want.Weekday(), d.Weekday())
		require.Equal(t, d, NewDate(want.Date()))
	})
}

// FuzzDue asks anything: an answer holds together, and it can be written.
func FuzzDue(f *testing.F) {
	f.Add(uint64(1), int64(1773117000), "P1", "P2", "2026-05-30", int64(3600), int64(86400))
	f.Add(uint64(2), int64(1793512800), "P3", "P0", "", int64(-3600), int64(90000))
	f.Add(uint64(3), int64(1757090000), "P4", "P4", "1900-01-01", int64(0), int64(1))
	f.Fuzz(func(t *testing.T, seed uint64, at int64, priority, to, planned string, after, length int64) {
		rnd := rand.New(rand.NewPCG(seed, 5))
		names := []string{"America/New_York", "America/Santiago", "Europe/Berlin", "Australia/Lord_Howe", "Pacific/Apia"}
		received := time.Unix(at, 0)
		c, err := NewCalendar(randomSchedule(rnd, zone(t, names[seed%uint64(len(names))]), received))
		require.NoError(t, err)
		from := received.Add(time.Duration(after) * time.Second)
		q := Question{
			Priority: priority, At: received, Changes: []Change{{At: received.Add(time.Duration(length) * time.Second / 2), To: to}},
			Pauses: []Pause{{From: from, To: from.Add(time.Duration(length) * time.Second)}},
		}
		q.Planned, _ = ParseDate(planned)
		a, err := Due(q, Standard(), c)
		if err != nil {
			return
		}
		_, err = json.Marshal(a)
		require.NoError(t, err)
		requireOneStory(t, q, a)
	})
}

// requireOneStory holds the segments to be one unbroken time from the receipt
// to the due instant.
func requireOneStory(t *testing.T, q Question, a Answer) {
	if a.Resolve.Due == nil {
		require.Empty(t, a.Segments)
		return
	}
	at := q.At
	for _, s := range a.Segments {
		require.True(t, s.From.Equal(at), "%s %+v", at, s)
		require.True(t, s.From.Before(s.To))
		at = s.To
	}
	require.True(t, at.Equal(*a.Resolve.Due))
}

// What is read as a length is written so that it reads the same.
func FuzzParseSpan(f *testing.F) {
	for _, s := range []string{"30m", "1d4h", "2w", "0m", "", "9999w9999d9999h9999m", "1h1d", "4 h"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := ParseSpan(text)
		if err != nil {
			return
		}
		again, err := ParseSpan(s.String())
		if s.Time < 10_000*time.Hour { // more hours than one number of a length takes
			require.NoError(t, err)
			require.Equal(t, s, again)
		}
	})
}
