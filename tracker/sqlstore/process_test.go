package sqlstore

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
)

// The test binary runs itself as another process: this variable names the job,
// the last argument the store.
const jobVariable = "SQLSTORE_TEST_JOB"

func runJob(job, path string) int {
	jobs := map[string]func(string) error{"write": jobWrite, "lock": jobLock, "io error": jobIOError}
	if err := jobs[job](path); err != nil {
		fmt.Println("error:", err)
		return 1
	}
	return 0
}

func startJob(t *testing.T, job, path string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], path)
	cmd.Env = append(os.Environ(), jobVariable+"="+job)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	return cmd, bufio.NewScanner(out)
}

const mailsPerStep = 5

// jobWrite takes mails in for ever and prints each step that is committed.
func jobWrite(path string) error {
	s, err := Open(context.Background(), path)
	if err != nil {
		return err
	}
	for {
		var step int64
		if err := s.Update(context.Background(), func(tx tracker.Tx) (err error) {
			step, err = takeStep(tx)
			return err
		}); err != nil {
			return err
		}
		fmt.Println("committed", step)
	}
}

// takeStep opens a ticket with its events, mails and notices, all of which must
// stand or fall together.
func takeStep(tx tracker.Tx) (int64, error) {
	ctx := context.Background()
	id, err := tx.NextTicket(ctx)
	if err != nil {
		return 0, err
	}
	for i := range mailsPerStep {
		if _, err := addMail(tx, uint32(id)*mailsPerStep+uint32(i), 20_000); err != nil {
			return 0, err
		}
		n := tracker.Notice{Key: fmt.Sprintf("%d/%d", id, i), Ticket: id}
		if _, err := tx.Enqueue(ctx, n, tracker.Mail{Raw: make([]byte, 5000)}); err != nil {
			return 0, err
		}
	}
	opened := []tracker.Change{tracker.Opened{Key: fmt.Sprintf("REQ-%d", id)}, tracker.Noted{Text: "x"}}
	ticket, events, err := tracker.Record(tracker.Ticket{}, tracker.Event{Ticket: id, At: noon}, opened)
	if err != nil {
		return 0, err
	}
	return id, tx.Append(ctx, ticket, events)
}

func TestKilledWhileWriting(t *testing.T) {
	path := filepath.Join(t.TempDir(), "desk.db")
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, seed))
	for range 12 {
		cmd, out := startJob(t, "write", path)
		last := int64(0)
		for range 1 + random.IntN(30) {
			require.True(t, out.Scan())
			_, err := fmt.Sscanf(out.Text(), "committed %d", &last)
			require.NoError(t, err, out.Text())
		}
		require.NoError(t, cmd.Process.Kill())
		for out.Scan() { // what it still said
			_, _ = fmt.Sscanf(out.Text(), "committed %d", &last)
		}
		require.Error(t, cmd.Wait())
		requireWhole(t, path, last)
	}
}

// requireWhole checks that all steps up to last are there, at most one more,
// and each as a whole.
func requireWhole(t *testing.T, path string, last int64) {
	t.Helper()
	s, err := Open(t.Context(), path)
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	require.NoError(t, s.Integrity(t.Context()))
	ids, err := s.TicketIDs(t.Context())
	require.NoError(t, err)
	require.Contains(t, []int64{last, last + 1}, int64(len(ids)))
	require.Len(t, noted(t, s), len(ids)*mailsPerStep)
	outbox, err := s.Outbox().List(t.Context(), tracker.OutboxPending)
	require.NoError(t, err)
	require.Len(t, outbox, len(ids)*mailsPerStep)
	mails, err := s.MailIDs(t.Context())
	require.NoError(t, err)
	for _, id := range mails {
		require.NoError(t, s.CheckMail(t.Context(), id))
	}
	for _, id := range ids {
		require.NoError(t, s.View(t.Context(), func(v tracker.View) error {
			ticket, err := v.Ticket(t.Context(), id)
			require.NoError(t, err)
			events, err := v.Events(t.Context(), id)
			require.NoError(t, err)
			folded, err := tracker.Fold(events)
			require.Equal(t, ticket, folded)
			return err
		}))
	}
}

// jobIOError writes under a limit of the file size, which makes the system
// refuse writes, and then without.
func jobIOError(path string) error {
	signal.Ignore(syscall.SIGXFSZ)
	s, err := Open(context.Background(), path)
	if err != nil {
		return err
	}
	write := func(uid uint32) error {
		return s.Update(context.Background(), func(tx tracker.Tx) error { _, err := addMail(tx, uid, 2<<20); return err })
	}
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		return err
	}
	free := limit.Cur
	limit.Cur = 400_000
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		return err
	}
	for range 3 {
		err := write(1)
		if !errors.Is(err, tracker.ErrBusy) {
			return fmt.Errorf("wrong error: %w", err)
		}
		fmt.Println("refused:", err)
	}
	limit.Cur = free
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		return err
	}
	if err := write(2); err != nil {
		return err
	}
	return s.Close()
}

func TestWriteErrorsOfTheSystem(t *testing.T) {
	path := filepath.Join(t.TempDir(), "desk.db")
	note(t, openTestStore(t, path), 9)
	cmd, out := startJob(t, "io error", path)
	var lines []string
	for out.Scan() {
		lines = append(lines, out.Text())
	}
	require.NoError(t, cmd.Wait(), strings.Join(lines, "\n"))
	require.Len(t, lines, 3)
	assert.Contains(t, lines[0], "the disk")
	s := openTestStore(t, path)
	assert.Equal(t, []uint32{2, 9}, noted(t, s))
	require.NoError(t, s.Integrity(t.Context()))
}

// jobLock holds the lock until its end of life.
func jobLock(path string) error {
	if _, err := LockInstance(path); err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	fmt.Println("locked")
	<-ctx.Done()
	return nil
}

func TestLockInstance(t *testing.T) {
	path := filepath.Join(t.TempDir(), "desk.db")
	release, err := LockInstance(path)
	require.NoError(t, err, "the store need not be there yet")
	_, err = LockInstance(path)
	require.ErrorContains(t, err, fmt.Sprintf("process %d uses it already", os.Getpid()))
	release()

	cmd, out := startJob(t, "lock", path)
	require.True(t, out.Scan())
	require.Equal(t, "locked", out.Text())
	_, err = LockInstance(path)
	require.ErrorContains(t, err, fmt.Sprintf("process %d uses it already", cmd.Process.Pid))
	require.NoError(t, cmd.Process.Kill())
	require.Error(t, cmd.Wait())

	release, err = LockInstance(path)
	require.NoError(t, err, "a dead process holds no lock")
	release()
}

func TestLockFollowsLinks(t *testing.T) {
	s := newTestStore(t)
	link := filepath.Join(t.TempDir(), "link.db")
	require.NoError(t, os.Symlink(s.path, link))
	release, err := LockInstance(s.path)
	require.NoError(t, err)
	defer release()
	_, err = LockInstance(link)
	require.ErrorContains(t, err, "uses it already")
	_, err = LockInstance(filepath.Join(t.TempDir(), "no", "desk.db"))
	require.Error(t, err)
}
