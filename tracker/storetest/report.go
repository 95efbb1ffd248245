package storetest

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
)

var reportTests = map[string]func(*testing.T, store){
	"histories":            histories,
	"no history is missed": noHistoryIsMissed,
	"histories that end":   historiesThatEnd,
	"mails are counted":    mailsAreCounted,
	"the first mail":       theFirstMail,
	"kept reports":         keptReports,
	"the note":             theNote,
}

// read gives the histories since an instant by the ids of their tickets.
func (s store) read(t *testing.T, since time.Time) map[int64][]tracker.Event {
	out := map[int64][]tracker.Event{}
	s.view(t, func(ctx context.Context, v tracker.View) {
		for events, err := range v.Histories(ctx, since) {
			require.NoError(t, err)
			require.NotEmpty(t, events)
			require.NotContains(t, out, events[0].Ticket, "each ticket once")
			out[events[0].Ticket] = events
		}
	})
	return out
}

func histories(t *testing.T, s store) {
	by := tracker.Actor{Name: "Meera", Address: "meera@optit.test", Role: tracker.RolePartner, Partner: "OptIT"}
	s.update(t, func(ctx context.Context, tx tracker.Tx) {
		open := opened(t, ctx, tx, tracker.Opened{Title: "सर्वर", Priority: "P1"})
		appended(t, ctx, tx, open, tracker.Event{Ticket: open.ID, At: noon.Add(time.Hour), By: by, Cause: "c", Reason: "r"},
			tracker.Assigned{Partner: "OptIT"}, tracker.PickedUp{}, tracker.Reminded{Clock: "resolve", What: "50", Version: 1, To: []string{"a@b.test"}})
		for range 2 {
			done := opened(t, ctx, tx, tracker.Opened{Priority: "P2"})
			appended(t, ctx, tx, done, tracker.Event{Ticket: done.ID, At: noon.Add(time.Hour)}, tracker.Resolved{Note: "done"}, tracker.Closed{})
		}
	})
	got := s.read(t, noon.Add(time.Hour))
	require.Len(t, got, 3, "an event at the instant counts")
	s.view(t, func(ctx context.Context, v tracker.View) {
		for id, events := range got {
			want, err := v.Events(ctx, id)
			require.NoError(t, err)
			for i := range want {
				want[i].Cause, want[i].Reason, want[i].Hash = "", "", ""
			}
			assert.Equal(t, want, events)
		}
	})
	got = s.read(t, noon.Add(time.Hour+time.Microsecond))
	require.Len(t, got, 1, "of the others only what is open")
	assert.Len(t, got[1], 4)
}

// Every ticket in any state, whenever something happened to it last and in
// whatever order, is there exactly when it is open or has an event since.
func noHistoryIsMissed(t *testing.T, s store) {
	r := rand.New(rand.NewPCG(1, 2))
	at := func() time.Time { return noon.Add(time.Duration(r.IntN(100)) * time.Hour) }
	ends := []tracker.Change{tracker.Resolved{}, tracker.Closed{}, tracker.Cancelled{}, tracker.Merged{Into: "REQ-1"}, tracker.Noted{Text: "x"}, tracker.Reopened{}}
	want := map[int64][]time.Time{}
	var open []int64
	s.update(t, func(ctx context.Context, tx tracker.Tx) {
		for range 200 {
			id, err := tx.NextTicket(ctx)
			require.NoError(t, err)
			k := tracker.Ticket{}
			for i := range 1 + r.IntN(4) {
				change := ends[r.IntN(len(ends))]
				if i == 0 {
					change = tracker.Opened{Key: key(id), Requester: asha, Unverified: r.IntN(4) == 0}
				}
				when := at()
				k = appended(t, ctx, tx, k, tracker.Event{Ticket: id, At: when}, change)
				want[id] = append(want[id], when)
			}
			if k.Status.Open() {
				open = append(open, id)
			}
		}
	})
	for hours := range 110 {
		since := noon.Add(time.Duration(hours) * time.Hour)
		got := s.read(t, since)
		for id, times := range want {
			counts := slices.Contains(open, id) || slices.ContainsFunc(times, func(at time.Time) bool { return !at.Before(since) })
			require.Equal(t, counts, got[id] != nil, "ticket %d since hour %d", id, hours)
			if counts {
				require.Len(t, got[id], len(times))
			}
		}
	}
}

func historiesThatEnd(t *testing.T, s store) {
	s.update(t, func(ctx context.Context, tx tracker.Tx) {
		for range 5 {
			opened(t, ctx, tx, tracker.Opened{})
		}
	})
	s.view(t, func(ctx context.Context, v tracker.View) {
		n := 0
		for range v.Histories(ctx, noon) {
			if n++; n == 2 {
				break
			}
		}
		assert.Equal(t, 2, n)
		_, err := v.Ticket(ctx, 1)
		assert.NoError(t, err, "the view can be read on")
	})
	ctx, cancel := context.WithCancel(t.Context())
	err := s.View(ctx, func(v tracker.View) error {
		for _, err := range v.Histories(ctx, noon) {
			if err != nil {
				return err
			}
			cancel()
		}
		return errors.New("it was read to its end")
	})
	assert.ErrorIs(t, err, context.Canceled)
}

func mailsAreCounted(t *testing.T, s store) {
	actions := []tracker.Action{tracker.ActionOpen, tracker.ActionReply, tracker.ActionReply, tracker.ActionAnswer, tracker.ActionDuplicate, tracker.ActionIgnore, tracker.ActionQuarantine}
	to := noon.Add(time.Hour)
	s.update(t, func(ctx context.Context, tx tracker.Tx) {
		for i, at := range []time.Time{noon.Add(-time.Microsecond), noon, to.Add(-time.Microsecond), to} {
			for j, a := range actions {
				_, err := tx.AddMail(ctx, tracker.Inbound{
					Position: tracker.Position{Mailbox: mailbox, UIDValidity: 1, UID: uint32(100*i + j + 1)}, Received: at, State: a,
				}, nil)
				require.NoError(t, err)
			}
			k := opened(t, ctx, tx, tracker.Opened{})
			appended(t, ctx, tx, k, tracker.Event{Ticket: k.ID, At: at}, tracker.Refused{Command: "/x", Why: "no"}, tracker.Noted{Text: "x"})
			_, err := tx.Enqueue(ctx, tracker.Notice{Key: key(int64(i)), Kind: tracker.KindReminder, At: at}, tracker.Mail{Raw: []byte("x")})
			require.NoError(t, err)
		}
	})
	for _, m := range claim(t, s, to, 9) {
		require.NoError(t, s.outbox.Committing(t.Context(), m.ID))
	}
	_, n, err := s.outbox.Recover(t.Context())
	require.NoError(t, err)
	require.Equal(t, 4, n)
	s.view(t, func(ctx context.Context, v tracker.View) {
		got, err := v.MailCount(ctx, noon, to)
		require.NoError(t, err)
		assert.Equal(t, tracker.MailCount{Received: 14, Refused: 2, InDoubt: 2, Outcomes: map[tracker.Action]int{
			tracker.ActionOpen: 2, tracker.ActionReply: 4, tracker.ActionAnswer: 2, tracker.ActionDuplicate: 2, tracker.ActionIgnore: 2, tracker.ActionQuarantine: 2,
		}}, got)
		got, err = v.MailCount(ctx, to.Add(time.Hour), to.Add(2*time.Hour))
		require.NoError(t, err)
		assert.Zero(t, got.Received+got.Refused+got.InDoubt+len(got.Outcomes))
	})
}

func theFirstMail(t *testing.T, s store) {
	s.update(t, func(ctx context.Context, tx tracker.Tx) {
		at, err := tx.FirstMail(ctx)
		require.NoError(t, err)
		assert.True(t, at.IsZero())
		for i, when := range []time.Time{noon, noon.Add(-time.Hour)} {
			_, err := tx.Enqueue(ctx, tracker.Notice{Key: key(int64(i)), At: when}, tracker.Mail{})
			require.NoError(t, err)
		}
		at, err = tx.FirstMail(ctx)
		require.NoError(t, err)
		assert.Equal(t, noon, at, "the first that was composed")
	})
}

func keptReports(t *testing.T, s store) {
	first := tracker.KeptReport{Name: "weekly/2026-W47/partner/OptIT", Made: noon, Data: []byte(`{"for":"सर्वर"}`), Note: "**Well done**"}
	s.update(t, func(ctx context.Context, tx tracker.Tx) {
		_, err := tx.KeptReport(ctx, first.Name)
		assert.ErrorIs(t, err, tracker.ErrNotFound)
		kept, err := tx.HasReport(ctx, first.Name)
		require.NoError(t, err)
		assert.False(t, kept)
		fresh, err := tx.KeepReport(ctx, first)
		require.NoError(t, err)
		assert.True(t, fresh)
	})
	s.update(t, func(ctx context.Context, tx tracker.Tx) {
		fresh, err := tx.KeepReport(ctx, tracker.KeptReport{Name: first.Name, Made: noon.Add(time.Hour), Data: []byte("{}")})
		require.NoError(t, err)
		assert.False(t, fresh)
	})
	s.view(t, func(ctx context.Context, v tracker.View) {
		got, err := v.KeptReport(ctx, first.Name)
		require.NoError(t, err)
		assert.Equal(t, first, got, "what was kept stays")
		kept, err := v.HasReport(ctx, first.Name)
		require.NoError(t, err)
		assert.True(t, kept)
	})
}

func theNote(t *testing.T, s store) {
	s.update(t, func(ctx context.Context, tx tracker.Tx) {
		note, err := tx.ReportNote(ctx)
		require.NoError(t, err)
		assert.Empty(t, note)
		for _, want := range []string{"one\n\n- two", "other", ""} {
			require.NoError(t, tx.SetReportNote(ctx, want))
			got, err := tx.ReportNote(ctx)
			require.NoError(t, err)
			assert.Equal(t, want, got)
		}
	})
}
