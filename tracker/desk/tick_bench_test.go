package desk_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "github.com/mattn/go-sqlite3"
	"github.com/stretchr/testify/require"

	"envdesk/mailout"
	"envdesk/tracker"
	"envdesk/tracker/desk"
	"envdesk/tracker/intake"
	"envdesk/tracker/sqlstore"
)

// The size of a desk after years.
const (
	benchOpen   = 100_000
	benchClosed = 1_000_000
	benchDue    = 1000
)

// BenchmarkTick does passes of the clock over 100,000 open and 1,000,000 closed
// tickets. The aims are 5 ms for one with nothing due and 1 s for one with
// 1,000 due.
func BenchmarkTick(b *testing.B) {
	d, path := largeDesk(b)
	now := monday.AddDate(0, 0, 1)
	b.Run("nothing due", func(b *testing.B) {
		for b.Loop() {
			p, err := d.Tick(b.Context(), now)
			require.NoError(b, err)
			require.Zero(b, p)
		}
	})
	b.Run("1000 due", func(b *testing.B) {
		first := 1
		for b.Loop() {
			b.StopTimer()
			execBench(b, path, `UPDATE ticket SET due_at = ?1 WHERE id >= ?2 AND id < ?2 + ?3`, now.UnixMicro(), first, benchDue)
			first += benchDue
			b.StartTimer()
			p, err := d.Tick(b.Context(), now)
			require.NoError(b, err)
			require.Equal(b, benchDue, p.Tickets)
		}
	})
}

// largeDesk has open tickets of P1 that are late a day after monday, each with
// its events, and closed ones that nothing reads.
func largeDesk(b *testing.B) (*desk.Desk, string) {
	path := filepath.Join(b.TempDir(), "envdesk.db")
	store, err := sqlstore.Open(b.Context(), path)
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, store.Close()) })
	require.NoError(b, store.Update(b.Context(), func(tx tracker.Tx) error { return openMany(b.Context(), tx) }))
	execBench(b, path, `UPDATE ticket SET due_at = ?1`, monday.AddDate(1, 0, 0).UnixMicro())
	execBench(b, path, `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?2)
		INSERT INTO ticket SELECT ?1 + i, 'REQ-' || (?1 + i), title, type, priority, stack, environment, needed_by, 'closed', requester_name, requester,
		partner, assignee, watchers, opened_at, picked_up_at, resolved_at, closed_at, reopened, messages,
		root_id, seq, hash, admitted, eta, links, merged_into, 0, approval FROM n, ticket WHERE id = 1`, benchOpen, benchClosed)
	signer, err := tracker.NewSigner(tracker.Key{ID: 1, Secret: []byte(strings.Repeat("k", 32))})
	require.NoError(b, err)
	rules := intake.Rules{
		Desk: tracker.Address{Address: "requests@desk.test"}, KeyPrefix: "REQ", Zone: time.UTC, Signer: signer, Clock: clockRules(b),
		Directory: tracker.Directory{
			People: []tracker.Person{{Name: "Asha", Email: "asha@egov.test", Role: tracker.RoleManager}},
			Partners: []tracker.Partner{{
				Name: "OptIT", Email: "desk@optit.test", Members: []string{"*@optit.test"}, Status: tracker.Onboarded, NDASigned: monday.AddDate(-1, 0, 0),
			}},
		},
	}
	rules.Clock.Agenda = "bench"
	terms, err := rules.Clock.Ledger.Now().Stored()
	require.NoError(b, err)
	require.NoError(b, store.Update(b.Context(), func(tx tracker.Tx) error {
		return errors.Join(tx.AddTerms(b.Context(), terms), tx.SetAgenda(b.Context(), "1/first/bench"))
	}))
	composer, err := mailout.NewComposer(mailout.Settings{Address: rules.Desk.Address, Signer: signer})
	require.NoError(b, err)
	return &desk.Desk{
		Store: store, Rules: rules, Compose: composer, Now: func() time.Time { return monday }, Log: slog.New(slog.DiscardHandler),
		Read: func(io.Reader) (tracker.Message, error) { return tracker.Message{}, nil },
	}, path
}

func openMany(ctx context.Context, tx tracker.Tx) error {
	for id := int64(1); id <= benchOpen; id++ {
		t, events, err := tracker.Record(tracker.Ticket{}, tracker.Event{Ticket: id, At: monday}, []tracker.Change{
			tracker.Opened{Key: fmt.Sprintf("REQ-%d", id), Title: "Disk full", Priority: "P1", Requester: tracker.Address{Address: "ravi@egov.test"}},
			tracker.Assigned{Partner: "OptIT"},
		})
		if err != nil {
			return err
		}
		if err := tx.Append(ctx, t, events); err != nil {
			return err
		}
	}
	return nil
}

func execBench(b *testing.B, path, query string, args ...any) {
	b.Helper()
	db, err := sql.Open("sqlite3", "file:"+path+"?_busy_timeout=5000")
	require.NoError(b, err)
	_, err = db.ExecContext(b.Context(), query, args...)
	require.NoError(b, err)
	require.NoError(b, db.Close())
}
