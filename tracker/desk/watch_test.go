package desk_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
	"envdesk/tracker/report"
)

// watch reads the mailbox every ten minutes and does what is due, up to a time in
// Kolkata.
func (r *rig) watch(until string) {
	r.t.Helper()
	start := r.now
	r.set(until)
	end := r.now
	r.now = start
	for ; !r.now.After(end); r.now = r.now.Add(10 * time.Minute) {
		require.NoError(r.t, r.Watched(r.t.Context(), r.now))
		r.tick(r.now)
	}
	r.now = end
}

// keptWeek is the programme's report on a week as it was sent, which is the same
// when it is built anew.
func (r *rig) keptWeek(w string) (got report.Report) {
	r.t.Helper()
	k := r.kept("weekly/" + w + "/programme")
	anew, err := r.Weekly(r.t.Context(), week(r.t, w), programme)
	require.NoError(r.t, err)
	data, err := json.Marshal(anew)
	require.NoError(r.t, err)
	require.Equal(r.t, string(k.Data), string(data), "built anew, byte for byte")
	require.NoError(r.t, json.Unmarshal(k.Data, &got))
	return got
}

// Two weeks with a gap in the first, and one from the second into the third.
func TestTheReportTellsHowLongTheMailboxWasNotRead(t *testing.T) {
	r := newReportRig(t)
	r.Reports.Daily.To = nil
	r.weekOfWork()
	r.watch("2026-11-25 22:00")
	r.set("2026-11-26 01:20")
	r.watch("2026-11-30 09:00")
	text, raw := r.last("board@egov.test")
	r.watch("2026-12-06 23:00")
	r.set("2026-12-07 02:00")
	r.reopen()
	r.watch("2026-12-14 09:00")

	var told []string
	for _, w := range []string{"2026-W48", "2026-W49", "2026-W50"} {
		told = append(told, r.keptWeek(w).Honesty.Trouble())
	}
	assert.Equal(t, []string{
		"The mailbox was not read for 3 h 20 min.", "The mailbox was not read for 1 h.", "The mailbox was not read for 2 h.",
	}, told)
	assert.EqualValues(t, 200*60, r.keptWeek("2026-W48").Honesty.DowntimeSeconds)
	for times, mail := range map[int]string{1: text, 2: raw} { // the mail has text and HTML
		words := strings.Join(strings.Fields(strings.ReplaceAll(mail, "=\r\n", "")), " ")
		assert.Equal(t, times, strings.Count(words, "The mailbox was not read for 3 h 20 min."))
		assert.Equal(t, times, strings.Count(words, "not read for"), "said once, in one form")
		assert.Equal(t, times, strings.Count(words, "for more than 15 min at a time"), "defined")
	}
}

func TestAWatchedWeekHasNoDowntime(t *testing.T) {
	r := newReportRig(t)
	r.weekOfWork()
	r.watch("2026-11-30 09:00")
	text, _ := r.last("board@egov.test")
	assert.NotContains(t, text, "not read")
	assert.Zero(t, r.keptWeek("2026-W48").Honesty.DowntimeSeconds)
}

// The week that runs tells of the time since the mailbox was read last. A desk that
// never watched its mailbox (ingest and cron alone) says nothing.
func TestDowntimeOfTheWeekThatRuns(t *testing.T) {
	r := newReportRig(t)
	r.weekOfWork()
	downtime := func(when string) time.Duration {
		r.set(when)
		got, err := r.Weekly(t.Context(), week(t, "2026-W48"), programme)
		require.NoError(t, err)
		return time.Duration(got.Honesty.DowntimeSeconds) * time.Second
	}
	assert.Zero(t, downtime("2026-11-25 09:00"), "never watched")
	r.watch("2026-11-25 12:00")
	assert.Zero(t, downtime("2026-11-25 12:15"))
	assert.Equal(t, 16*time.Minute, downtime("2026-11-25 12:16"))
	r.watch("2026-11-25 13:00")
	assert.Equal(t, 16*time.Minute, downtime("2026-11-25 13:05"))
}

// What is told at midnight on the week that ends then stays true when the desk
// stops at once.
func TestDowntimeUpToTheEndOfTheWeek(t *testing.T) {
	r := newReportRig(t)
	r.Reports.Daily.To, r.Reports.Weekly.At = nil, 0
	r.weekOfWork()
	r.watch("2026-11-29 23:50")
	for _, after := range []time.Duration{9*time.Minute + 30*time.Second, 10*time.Minute + 2*time.Second, time.Hour} {
		r.set("2026-11-29 23:50")
		r.now = r.now.Add(after)
		require.NoError(t, r.Watched(t.Context(), r.now))
		r.tick(r.now)
	}
	assert.Zero(t, r.keptWeek("2026-W48").Honesty.DowntimeSeconds)
}

// countedStore counts write transactions, and gives the error that is set instead
// of one.
type countedStore struct {
	tracker.Store
	writes int
	err    error
}

func (s *countedStore) Update(ctx context.Context, f func(tracker.Tx) error) error {
	s.writes++
	if s.err != nil {
		return s.err
	}
	return s.Store.Update(ctx, f)
}

func TestWatchedWritesOnceAMinute(t *testing.T) {
	r := newReportRig(t)
	counted := &countedStore{Store: r.store}
	r.Desk.Store = counted
	start := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	r.now = start.Add(time.Hour)
	for s := range 180 / 5 {
		require.NoError(t, r.Watched(t.Context(), start.Add(time.Duration(5*s)*time.Second)))
	}
	assert.Equal(t, 3, counted.writes)
	last := start.Add(175 * time.Second)
	for _, upTo := range []time.Time{last, last, last.Add(-50 * time.Second), {}} {
		require.NoError(t, r.Watched(t.Context(), upTo))
	}
	assert.Equal(t, 3, counted.writes, "nothing new is known")

	counted.err = tracker.ErrBusy
	for range 2 {
		require.ErrorIs(t, r.Watched(t.Context(), start.Add(3*time.Minute)), tracker.ErrBusy)
	}
	counted.err = nil
	require.NoError(t, r.Watched(t.Context(), start.Add(3*time.Minute)))
	assert.Equal(t, 6, counted.writes, "what could not be written is tried again")
}

// A clock that ran ten years ahead for an hour leaves no downtime: neither in the
// desk that ran then, which holds on to the instant, nor in one that starts later.
func TestAClockThatRanAheadLeavesNoDowntime(t *testing.T) {
	for _, again := range []bool{false, true} {
		r := newReportRig(t)
		r.weekOfWork()
		r.watch("2026-11-25 12:00")
		start := r.now
		ahead := start.AddDate(10, 0, 0)
		for m := 0; m <= 60; m += 10 {
			r.now = ahead.Add(time.Duration(m) * time.Minute)
			require.NoError(t, r.Watched(t.Context(), r.now))
		}
		told := r.now
		if r.now = start; again {
			r.reopen()
			told = start
		}
		for ; r.now.Before(start.AddDate(0, 0, 1)); r.now = r.now.Add(10 * time.Minute) {
			require.NoError(t, r.Watched(t.Context(), later(told, r.now)))
		}
		got, err := r.Weekly(t.Context(), week(t, "2026-W48"), programme)
		require.NoError(t, err)
		assert.Zero(t, got.Honesty.DowntimeSeconds, "started anew: %t", again)
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
