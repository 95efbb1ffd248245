package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	_ "github.com/mattn/go-sqlite3"
	"github.com/stretchr/testify/require"

	"envdesk/cmd/envdesk/config"
	"envdesk/mailin/mailbox"
	"envdesk/mailin/sandbox"
	"envdesk/tracker"
	"envdesk/tracker/sqlstore"
)

const benchMails = 10_000

// benchSender is the envelope sender; mail of the null sender gets no receipt.
const benchSender = "user@egov.test"

// BenchmarkIntake takes 10,000 mails of 2 KB from a mailbox of the built-in
// server into the store, each with its ticket, and its receipt and assignment in
// the outbox, and reports mails per second: the aim is 2,000 on two cores. The
// yardsticks are of the same machine at the same time: fetching those mails from
// that server without looking at them, and writing as many rows of 2 KB into a
// plain SQLite table, 200 a transaction. The time of the processors tells more
// than the clock where other programs run.
func BenchmarkIntake(b *testing.B) {
	server, desk := sandboxDesk(b)
	for i := range benchMails {
		require.NoError(b, server.Deliver(benchSender, rigAddress, benchMail(i), time.Now()))
	}
	var intake, fetch, rows effort
	n := 0
	for b.Loop() {
		n += benchMails
		fetch.add(b, func() error { return listenOnce(b, server, desk, &benchSink{}) })
		rows.add(b, func() error { return writeRows(b.Context(), filepath.Join(b.TempDir(), "rows.db"), benchMails) })
		benchIntake(b, server, desk, &intake)
	}
	b.ReportMetric(float64(n)/intake.clock.Seconds(), "mails/s")
	b.ReportMetric(float64(n)/fetch.clock.Seconds(), "fetched/s")
	b.ReportMetric(float64(n)/rows.clock.Seconds(), "rows/s")
	b.ReportMetric(float64(intake.processors.Microseconds())/float64(n), "cpu-us/mail")
	b.ReportMetric(float64(fetch.processors.Microseconds())/float64(n), "cpu-us/fetch")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkLatency delivers 300 mails one at a time and reports the time from
// the delivery, at which the server tells of the mail, to the committed ticket:
// the aim is 150 ms for 99 of 100.
func BenchmarkLatency(b *testing.B) {
	server, rig := sandboxDesk(b)
	store, s := benchDesk(b, rig)
	defer store.Close()
	s.committed = make(chan int, 1)
	l := benchListener(b, server, rig, s)
	ctx, stop := context.WithCancel(b.Context())
	ended := make(chan error, 1)
	go func() { ended <- l.Run(ctx) }()
	var took []time.Duration
	serial := 0
	oneMail := func() time.Duration {
		serial++
		m := benchMail(serial)
		start := time.Now()
		require.NoError(b, server.Deliver(benchSender, rigAddress, m, start))
		<-s.committed
		return time.Since(start)
	}
	oneMail() // the first one also waits for the login
	for b.Loop() {
		for range 300 {
			took = append(took, oneMail())
		}
	}
	stop()
	require.NoError(b, <-ended)
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkMemory runs a desk, with its mail server in another process, on a
// mailbox of 10,000 mails and one of 50 MB, and reports the peak of its
// resident memory: the aim is 150 MiB.
func BenchmarkMemory(b *testing.B) {
	const large = 36 << 20
	for b.Loop() {
		server := startChild(b, roleMailServer, strconv.Itoa(benchMails), strconv.Itoa(large))
		require.True(b, server.out.await(1, time.Minute, nil, "smtp"), server.log)
		var at benchAddrs
		require.NoError(b, json.Unmarshal([]byte(server.out.String()), &at))
		rig := newSandboxDesk(b, at.IMAP, at.SMTP)
		desk := startChild(b, roleDesk, "serve", "--config", rig.config)
		require.True(b, desk.log.await(benchMails+1, 5*time.Minute, nil, "mail taken in"), desk.log)
		b.ReportMetric(peakMiB(b, desk.cmd.Process.Pid), "intake-peak-MiB")
		for unsentForBench(b, rig) > 0 {
			desk.log.await(1, time.Second, nil, "no such line")
		}
		b.ReportMetric(peakMiB(b, desk.cmd.Process.Pid), "peak-MiB")
		require.Equal(b, 0, desk.stop(b, os.Interrupt, time.Minute), desk.log)
		server.kill()
	}
	b.ReportMetric(0, "ns/op")
}

func unsentForBench(b *testing.B, rig *rigDesk) int {
	s, err := sqlstore.OpenReader(b.Context(), rig.store())
	require.NoError(b, err)
	defer s.Close()
	n := 0
	for _, state := range []tracker.OutboxState{tracker.OutboxPending, tracker.OutboxSending, tracker.OutboxCommitting} {
		mails, err := s.Outbox().List(b.Context(), state)
		require.NoError(b, err)
		n += len(mails)
	}
	return n
}

// peakMiB is the most resident memory that a process ever had (proc(5)).
func peakMiB(b *testing.B, pid int) float64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		b.Skip("no /proc here: ", err)
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kib, err := strconv.Atoi(strings.Fields(rest)[0])
			require.NoError(b, err)
			return float64(kib) / 1024
		}
	}
	b.Skip("/proc tells no VmHWM")
	return 0
}

// benchAddrs is what a mail server in a process of its own says of itself.
type benchAddrs struct {
	IMAP string `json:"imap"`
	SMTP string `json:"smtp"`
}

// playMailServer serves a mailbox of so many small mails and one with an
// attachment of so many bytes.
func playMailServer() int {
	small, _ := strconv.Atoi(os.Args[1])
	large, _ := strconv.Atoi(os.Args[2])
	server, err := sandbox.Start(sandbox.Options{Desk: rigAddress, AuthservID: sandboxAuthserv})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	for i := range small {
		_ = server.Deliver(benchSender, rigAddress, benchMail(i), time.Now())
	}
	_ = server.Deliver(benchSender, rigAddress, largeMail(large), time.Now())
	if err := json.NewEncoder(os.Stdout).Encode(benchAddrs{IMAP: server.IMAPAddr(), SMTP: server.SMTPAddr()}); err != nil {
		return 1
	}
	select {}
}

// benchMail is a plain request of about 2 KB.
func benchMail(i int) []byte {
	const sentence = "The deploy key of the portal expires this month and must be replaced on all four hosts.\n"
	return rigMail{
		from: fmt.Sprintf("Ravi Kumar <user%d@egov.test>", i%500), to: rigAddress, id: fmt.Sprintf("bench-%d@egov.test", i),
		subject: fmt.Sprintf("[P2][GitOps] Rotate deploy key number %d for Punjab", i),
		body:    fmt.Sprintf("Request number %d.\n\n", i) + strings.Repeat(sentence, 18) + "\nRegards,\nRavi\n",
	}.bytes()
}

// largeMail has an attachment of size bytes, in base64 (RFC 2045 §6.8).
func largeMail(size int) []byte {
	var b bytes.Buffer
	b.WriteString("From: Ravi Kumar <ravi@egov.test>\r\nTo: " + rigAddress + "\r\nSubject: [P2] Disk image for Punjab\r\nMessage-ID: <large@egov.test>\r\n" +
		"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=part\r\n\r\n--part\r\nContent-Type: text/plain\r\n\r\nThe image is attached.\r\n" +
		"--part\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=disk.img\r\nContent-Transfer-Encoding: base64\r\n\r\n")
	content := make([]byte, size)
	_, _ = rand.NewChaCha8([32]byte{}).Read(content)
	for line := range slices.Chunk(content, 57) {
		b.WriteString(base64.StdEncoding.EncodeToString(line) + "\r\n")
	}
	b.WriteString("--part--\r\n")
	return b.Bytes()
}

// effort is what some work took.
type effort struct {
	clock      time.Duration
	processors time.Duration // of this process, all cores together
}

func (e *effort) add(b *testing.B, work func() error) {
	before, start := processorTime(b), time.Now()
	require.NoError(b, work())
	e.clock += time.Since(start)
	e.processors += processorTime(b) - before
}

func processorTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// benchIntake takes the whole mailbox into a new store and looks at what came
// of it.
func benchIntake(b *testing.B, server *sandbox.Server, rig *rigDesk, e *effort) {
	fresh := *rig
	fresh.dir = b.TempDir()
	store, s := benchDesk(b, &fresh)
	defer store.Close()
	e.add(b, func() error { return listenOnce(b, server, rig, s) })
	receipts := 0
	mails, err := store.Outbox().List(b.Context(), tracker.OutboxPending)
	require.NoError(b, err)
	for _, m := range mails {
		if m.Kind == tracker.KindReceipt {
			receipts++
		}
	}
	require.Equal(b, benchMails, receipts)
}

// benchDesk opens the desk of a configuration, with its store in the rig's
// folder.
func benchDesk(b *testing.B, rig *rigDesk) (*sqlstore.Store, *benchSink) {
	c, err := config.Load(rig.config, config.AllSections()...)
	require.NoError(b, err)
	store, err := sqlstore.Open(b.Context(), rig.store())
	require.NoError(b, err)
	log := slog.New(slog.DiscardHandler)
	d, err := newDesk(c, store, time.Now, log)
	require.NoError(b, err)
	return store, &benchSink{sink: &sink{d, log}}
}

// benchSink is the sink of the program that tells of commits; without one in
// it, it throws all mail away.
type benchSink struct {
	*sink
	committed chan int
}

func (s *benchSink) Cursor(ctx context.Context, mailbox string) (tracker.Cursor, error) {
	if s.sink == nil {
		return tracker.Cursor{}, nil
	}
	return s.sink.Cursor(ctx, mailbox)
}

func (s *benchSink) Receive(ctx context.Context, batch []tracker.Delivery) error {
	if s.sink == nil {
		for _, d := range batch {
			if _, err := io.Copy(io.Discard, d.Raw); err != nil {
				return err
			}
		}
		return nil
	}
	err := s.sink.Receive(ctx, batch)
	if err == nil && s.committed != nil {
		s.committed <- len(batch)
	}
	return err
}

func listenOnce(b *testing.B, server *sandbox.Server, rig *rigDesk, s mailbox.Sink) error {
	return benchListener(b, server, rig, s).Once(b.Context())
}

func benchListener(b *testing.B, server *sandbox.Server, rig *rigDesk, s mailbox.Sink) *mailbox.Listener {
	c, err := config.Load(rig.config, config.AllSections()...)
	require.NoError(b, err)
	useSandbox(c, server)
	l, err := newListener(c.IMAP[0], s, listenerOptions{now: time.Now, log: slog.New(slog.DiscardHandler)})
	require.NoError(b, err)
	return l
}

// writeRows writes rows of 2 KB with the settings of the desk's store.
func writeRows(ctx context.Context, file string, n int) error {
	db, err := sql.Open("sqlite3", "file:"+file+"?_journal_mode=WAL&_synchronous=FULL&_txlock=immediate")
	if err != nil {
		return err
	}
	defer db.Close()
	if _, err := db.ExecContext(ctx, "CREATE TABLE mail (id INTEGER PRIMARY KEY, raw BLOB)"); err != nil {
		return err
	}
	for first := 0; first < n; first += 200 {
		tx, err := db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		for i := first; i < min(first+200, n); i++ {
			if _, err := tx.ExecContext(ctx, "INSERT INTO mail (raw) VALUES (?)", benchMail(i)); err != nil {
				return err
			}
		}
		if err := tx.Commit(); err != nil {
			return err
		}
	}
	return nil
}
