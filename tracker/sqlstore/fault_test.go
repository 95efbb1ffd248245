package sqlstore

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
)

const testBox = "desk@mail.test/INBOX"

var noon = time.Date(2026, time.November, 23, 12, 0, 0, 0, time.UTC)

// addNote stores a small mail.
func addNote(t *testing.T, tx tracker.Tx, uid uint32) {
	t.Helper()
	_, err := addMail(tx, uid, 10)
	require.NoError(t, err)
}

// addMail stores a mail whose bytes cannot be compressed.
func addMail(tx tracker.Tx, uid uint32, size int) (int64, error) {
	raw := make([]byte, size)
	_, _ = rand.NewChaCha8([32]byte{byte(uid)}).Read(raw) // never gives an error
	m := tracker.Inbound{Position: tracker.Position{Mailbox: testBox, UIDValidity: 1, UID: uid}}
	return tx.AddMail(context.Background(), m, bytes.NewReader(raw))
}

func note(t *testing.T, s *Store, uid uint32) {
	t.Helper()
	require.NoError(t, s.Update(t.Context(), func(tx tracker.Tx) error { addNote(t, tx, uid); return nil }))
}

func noted(t *testing.T, s *Store) []uint32 {
	t.Helper()
	uids, err := s.Positions(t.Context(), testBox, 1)
	require.NoError(t, err)
	return uids
}

// onWriter runs a statement on the writer's connection.
func onWriter(t *testing.T, s *Store, query string) {
	t.Helper()
	require.NoError(t, s.writer.use(t.Context(), func(w *session) error {
		return w.each(t.Context(), query, nil, func(scanner) error { return nil })
	}))
}

func TestDiskFull(t *testing.T) {
	s := newTestStore(t)
	note(t, s, 1)
	onWriter(t, s, "PRAGMA max_page_count = 60")
	err := s.Update(t.Context(), func(tx tracker.Tx) error {
		addNote(t, tx, 2)
		_, err := addMail(tx, 3, 4<<20)
		return err
	})
	require.ErrorIs(t, err, tracker.ErrBusy)
	require.ErrorContains(t, err, "the disk is full")
	assert.Equal(t, []uint32{1}, noted(t, s))

	note(t, s, 4) // with a fresh handle
	assert.Equal(t, []uint32{1, 4}, noted(t, s))
	var limit int
	require.NoError(t, s.writer.use(t.Context(), func(w *session) error {
		return w.get(t.Context(), "PRAGMA max_page_count", nil, &limit)
	}))
	assert.Greater(t, limit, 60, "the old handle was dropped")
}

// A full disk can end the transaction inside SQLite. What follows must not run
// alone, even where the caller takes the error for one of a single mail.
func TestDiskFullIsNotSwallowed(t *testing.T) {
	s := newTestStore(t)
	onWriter(t, s, "PRAGMA max_page_count = 60")
	err := s.Update(t.Context(), func(tx tracker.Tx) error {
		addNote(t, tx, 1)
		full := tx.Savepoint(t.Context(), func() error {
			_, err := addMail(tx, 2, 4<<20)
			return err
		})
		require.ErrorIs(t, full, tracker.ErrBusy)
		_, err := addMail(tx, 3, 10)
		require.ErrorIs(t, err, tracker.ErrBusy)
		require.ErrorIs(t, tx.Savepoint(t.Context(), func() error { t.Error("called"); return nil }), tracker.ErrBusy)
		_, err = tx.Ticket(t.Context(), 1)
		require.ErrorIs(t, err, tracker.ErrBusy)
		return nil
	})
	require.ErrorIs(t, err, tracker.ErrBusy)
	assert.Empty(t, noted(t, s))

	onWriter(t, s, "PRAGMA max_page_count = 60")
	own := errors.New("own")
	err = s.Update(t.Context(), func(tx tracker.Tx) error {
		_, _ = addMail(tx, 1, 4<<20)
		return own
	})
	require.ErrorIs(t, err, own)
	require.ErrorIs(t, err, tracker.ErrBusy)
}

func TestReadOnlyConnection(t *testing.T) {
	s := newTestStore(t)
	onWriter(t, s, "PRAGMA query_only = 1")
	err := s.Update(t.Context(), func(tx tracker.Tx) error { _, err := addMail(tx, 1, 10); return err })
	require.ErrorIs(t, err, tracker.ErrBusy)
	require.ErrorContains(t, err, "read-only")
	note(t, s, 2)
	assert.Equal(t, []uint32{2}, noted(t, s))
}

func TestLockedByAnother(t *testing.T) {
	s, err := open(t.Context(), filepath.Join(t.TempDir(), "desk.db"), time.Millisecond)
	require.NoError(t, err)
	defer func() { assert.NoError(t, s.Close()) }()
	other := rawDB(t, s.path)
	execute(t, other, "BEGIN IMMEDIATE")
	err = s.Update(t.Context(), func(tracker.Tx) error { t.Error("called"); return nil })
	require.ErrorIs(t, err, tracker.ErrBusy)
	require.ErrorContains(t, err, "another process is writing")
	assert.Empty(t, noted(t, s), "reading goes on")
	execute(t, other, "ROLLBACK")
	note(t, s, 1)
	assert.Equal(t, []uint32{1}, noted(t, s))
}

func TestFileThatVanished(t *testing.T) {
	s := newTestStore(t)
	require.NoError(t, s.writer.use(t.Context(), func(w *session) error { w.broken = errors.New("x"); return nil }))
	moved := s.path + ".moved"
	require.NoError(t, os.Rename(s.path, moved))
	err := s.Update(t.Context(), func(tracker.Tx) error { t.Error("called"); return nil })
	require.ErrorIs(t, err, tracker.ErrBusy)
	require.NoFileExists(t, s.path, "no empty store takes its place")
	require.NoError(t, os.Rename(moved, s.path))
	note(t, s, 1)
}

func TestDamagedPieces(t *testing.T) {
	for name, damage := range map[string]string{
		"a byte is changed":         "UPDATE inbound_piece SET data = CAST(substr(data, 1, 200) || x'00' || substr(data, 202) AS BLOB) WHERE seq = 1",
		"a piece is gone":           "DELETE FROM inbound_piece WHERE seq = 1",
		"the last piece is gone":    "DELETE FROM inbound_piece WHERE seq = 2",
		"a piece is short":          "UPDATE inbound_piece SET data = substr(data, 1, 500) WHERE seq = 1",
		"a piece is empty":          "UPDATE inbound_piece SET data = x'' WHERE seq = 1",
		"a piece is another":        "UPDATE inbound_piece SET data = (SELECT data FROM inbound_piece WHERE seq = 0) WHERE seq = 1",
		"the length is another":     "UPDATE inbound SET raw_size = raw_size + 1",
		"the checksum is another":   "UPDATE inbound SET sha256 = replace(sha256, substr(sha256, 1, 1), 'x')",
		"there is a piece too many": "INSERT INTO inbound_piece SELECT owner, 3, data FROM inbound_piece WHERE seq = 0",
	} {
		s := newTestStore(t)
		var id int64
		require.NoError(t, s.Update(t.Context(), func(tx tracker.Tx) (err error) {
			id, err = addMail(tx, 1, 3<<20)
			return err
		}))
		ids, err := s.MailIDs(t.Context())
		require.NoError(t, err)
		require.Equal(t, []int64{id}, ids)
		require.NoError(t, s.CheckMail(t.Context(), id))
		execute(t, rawDB(t, s.path), damage)
		require.Error(t, s.CheckMail(t.Context(), id), name)
	}
}

func TestDamagedOutboxPiece(t *testing.T) {
	s := newTestStore(t)
	require.NoError(t, s.Update(t.Context(), func(tx tracker.Tx) error {
		_, err := tx.Enqueue(t.Context(), tracker.Notice{Key: "k"}, tracker.Mail{Raw: []byte("a mail to send")})
		return err
	}))
	execute(t, rawDB(t, s.path), "DELETE FROM outbox_piece")
	_, err := s.Outbox().Claim(t.Context(), noon, 1)
	require.ErrorContains(t, err, "mail k: it is damaged")
	pending, err := s.Outbox().List(t.Context(), tracker.OutboxPending)
	require.NoError(t, err)
	assert.Len(t, pending, 1, "it is not lost")
}

func TestIntegrityFindsDamage(t *testing.T) {
	s := newTestStore(t)
	for uid := range uint32(50) {
		note(t, s, uid+1)
	}
	require.NoError(t, s.Integrity(t.Context()))
	require.NoError(t, s.Close())
	file, err := os.ReadFile(s.path)
	require.NoError(t, err)
	copy(file[len(file)-4096:], bytes.Repeat([]byte{0xff}, 64))
	require.NoError(t, os.WriteFile(s.path, file, 0o600))
	r, err := OpenReader(t.Context(), s.path)
	require.NoError(t, err)
	defer func() { assert.NoError(t, r.Close()) }()
	require.ErrorContains(t, r.Integrity(t.Context()), "damaged")
}

func TestCheckpoint(t *testing.T) {
	s, err := open(t.Context(), filepath.Join(t.TempDir(), "desk.db"), time.Millisecond)
	require.NoError(t, err)
	defer func() { assert.NoError(t, s.Close()) }()
	note(t, s, 1)
	require.NoError(t, s.View(t.Context(), func(v tracker.View) error {
		_, err := v.Ticket(t.Context(), 1)
		require.ErrorIs(t, err, tracker.ErrNotFound)
		require.ErrorIs(t, s.Checkpoint(t.Context()), tracker.ErrBusy)
		return nil
	}))
	require.NoError(t, s.Checkpoint(t.Context()))
	info, err := os.Stat(s.path + "-wal")
	require.NoError(t, err)
	assert.Zero(t, info.Size())
}

func TestBackup(t *testing.T) {
	s := newTestStore(t)
	dir := t.TempDir()
	dst := filepath.Join(dir, "it's a copy.db")
	for uid := range uint32(3) {
		note(t, s, uid+1)
		require.NoError(t, s.Backup(t.Context(), dst))
		names, err := filepath.Glob(filepath.Join(dir, "*"))
		require.NoError(t, err)
		assert.Equal(t, []string{dst}, names, "nothing else is left")
		info, err := os.Stat(dst)
		require.NoError(t, err)
		assert.EqualValues(t, 0o600, info.Mode().Perm())

		c, err := OpenReader(t.Context(), dst)
		require.NoError(t, err)
		assert.Equal(t, noted(t, s), noted(t, c))
		require.NoError(t, c.CheckMail(t.Context(), int64(uid+1)))
		require.NoError(t, c.Close())
	}
	restored := openTestStore(t, dst)
	note(t, restored, 9)
	assert.Equal(t, []uint32{1, 2, 3, 9}, noted(t, restored))
}

func TestBackupBesideAWriter(t *testing.T) {
	s := newTestStore(t)
	dst := filepath.Join(t.TempDir(), "copy.db")
	require.NoError(t, s.Update(t.Context(), func(tx tracker.Tx) error {
		addNote(t, tx, 1)
		return s.Backup(t.Context(), dst)
	}))
	assert.Empty(t, noted(t, openTestStore(t, dst)), "only what was committed")
}

func TestBackupThatFails(t *testing.T) {
	s := newTestStore(t)
	note(t, s, 1)
	dir := t.TempDir()
	require.ErrorContains(t, s.Backup(t.Context(), s.path), "the store itself")
	require.Error(t, s.Backup(t.Context(), filepath.Join(dir, "no", "copy.db")))
	require.Error(t, s.Backup(t.Context(), dir))

	old := filepath.Join(dir, "copy.db")
	require.NoError(t, os.WriteFile(old, []byte("the last good copy"), 0o600))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, s.Backup(ctx, old), context.Canceled)
	kept, err := os.ReadFile(old)
	require.NoError(t, err)
	assert.Equal(t, "the last good copy", string(kept))
	names, err := filepath.Glob(filepath.Join(dir, "*.tmp"))
	require.NoError(t, err)
	assert.Empty(t, names)
}

func TestVerifyHelpers(t *testing.T) {
	s := newTestStore(t)
	for _, uid := range []uint32{7, 1<<32 - 1, 3} {
		note(t, s, uid)
	}
	require.NoError(t, s.Update(t.Context(), func(tx tracker.Tx) error {
		for i := range 3 {
			id, err := tx.NextTicket(t.Context())
			require.NoError(t, err)
			ticket, events, err := tracker.Record(tracker.Ticket{}, tracker.Event{Ticket: id, At: noon}, []tracker.Change{tracker.Opened{Key: fmt.Sprint(i)}})
			require.NoError(t, err)
			require.NoError(t, tx.Append(t.Context(), ticket, events))
		}
		_, err := addMail(tx, 0, 1) // from no mailbox
		return err
	}))
	assert.Equal(t, []uint32{3, 7, 1<<32 - 1}, noted(t, s))
	for name, key := range map[string]struct {
		mailbox  string
		validity uint32
	}{"another mailbox": {"x", 1}, "another epoch": {testBox, 2}} {
		uids, err := s.Positions(t.Context(), key.mailbox, key.validity)
		require.NoError(t, err)
		assert.Empty(t, uids, name)
	}
	ids, err := s.TicketIDs(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []int64{1, 2, 3}, ids)
	mails, err := s.MailIDs(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []int64{1, 2, 3, 4}, mails)
}
