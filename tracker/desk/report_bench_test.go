package desk_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"envdesk/tracker"
	"envdesk/tracker/desk"
	"envdesk/tracker/intake"
	"envdesk/tracker/report"
	"envdesk/tracker/sqlstore"
)

// BenchmarkWeekly builds the weekly report from a store of so many tickets, of
// which 50,000 at most were opened in the last eight weeks, each with seven
// events; those of a young desk have two and are open. The aims are 2 s and 200
// MiB for a million, and 100 ms for 10,000.
func BenchmarkWeekly(b *testing.B) {
	for _, shape := range []weeklyShape{{10_000, 500, 7}, {10_000, 10_000, 2}, {10_000, 10_000, 7}, {1_000_000, 50_000, 7}} {
		b.Run(fmt.Sprintf("%d of %d recent with %d events", shape.recent, shape.all, shape.events), func(b *testing.B) {
			d, week := weeklyDesk(b, shape)
			before, busy := residentMiB(b), cpuSeconds(b)
			for b.Loop() {
				r, err := d.Weekly(b.Context(), week, desk.Edition{Kind: report.Programme})
				require.NoError(b, err)
				require.Positive(b, r.Open.Now)
			}
			b.ReportMetric(residentMiB(b)-before, "MiB-more-at-peak")
			b.ReportMetric(0, "ns/op")
			b.ReportMetric((cpuSeconds(b)-busy)/float64(b.N), "CPU-s/report")
			b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s/report")
		})
	}
}

// weeklyShape is how many tickets there are, how many of them are recent, and how
// many events a recent one has, at most seven.
type weeklyShape struct{ all, recent, events int }

// weeklyDesk has old tickets that ended long ago and recent ones.
func weeklyDesk(b *testing.B, shape weeklyShape) (*desk.Desk, report.Week) {
	recent := shape.recent
	d, path := benchDesk(b)
	week := report.WeekOf(monday, d.Rules.Zone)
	_, to := week.Bounds(d.Rules.Zone)
	require.NoError(b, d.Store.Update(b.Context(), func(tx tracker.Tx) error {
		for i := range recent {
			opened := to.Add(-time.Duration(recent-i) * (8 * 7 * 24 * time.Hour) / time.Duration(recent)).Truncate(time.Minute)
			t, events, err := benchTicket(int64(i+1), opened, shape.events)
			if err == nil {
				err = tx.Append(b.Context(), t, events)
			}
			if err != nil {
				return err
			}
		}
		return nil
	}))
	old := int64(365 * 24 * time.Hour / time.Microsecond)
	execBench(b, path, `WITH RECURSIVE n(i) AS (SELECT ?1 + 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?2)
		INSERT INTO ticket (id, key, title, type, priority, stack, environment, needed_by, status, requester_name, requester, partner, assignee, watchers,
		opened_at, picked_up_at, resolved_at, closed_at, reopened, messages, root_id, seq, hash, admitted)
		SELECT i, 'REQ-' || i, title, type, priority, stack, environment, needed_by, status, requester_name, requester, partner, assignee, watchers,
		opened_at - ?3, picked_up_at, resolved_at, closed_at, reopened, messages, root_id, seq, hash, admitted FROM n, ticket WHERE id = 1`, recent, shape.all, old)
	execBench(b, path, `INSERT INTO event SELECT t.id, e.seq, e.at - ?2, e.actor, e.cause, e.reason, e.kind, e.change, e.hash FROM ticket t, event e
		WHERE t.id > ?1 AND e.ticket = 1`, recent, old)
	return d, week
}

// benchDesk is a desk on an empty store that sends nothing.
func benchDesk(b *testing.B) (*desk.Desk, string) {
	path := filepath.Join(b.TempDir(), "envdesk.db")
	store, err := sqlstore.Open(b.Context(), path)
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, store.Close()) })
	clock := clockRules(b)
	rules := intake.Rules{Zone: clock.Ledger.Now().Calendar.Zone(), Clock: clock, Directory: tracker.Directory{
		Partners: []tracker.Partner{{Name: "OptIT", Email: "desk@optit.test"}, {Name: "GWL", Email: "desk@gwl.test"}},
	}}
	return &desk.Desk{Store: store, Rules: rules, Now: func() time.Time { return monday.AddDate(1, 0, 0) }}, path
}

// benchTicket has the first n of seven events: it is opened, given to a partner,
// picked up and, but for one in twenty, waited for, resolved and closed.
func benchTicket(id int64, opened time.Time, n int) (t tracker.Ticket, all []tracker.Event, err error) {
	partner := []string{"OptIT", "GWL"}[id%2]
	by := tracker.Actor{Name: partner, Address: "desk@" + strings.ToLower(partner) + ".test", Role: tracker.RolePartner, Partner: partner}
	steps := []struct {
		after  time.Duration
		by     tracker.Actor
		change tracker.Change
	}{
		{0, tracker.Actor{Address: fmt.Sprintf("r%d@egov.test", id%200), Role: tracker.RoleRequester}, tracker.Opened{
			Key: fmt.Sprintf("REQ-%d", id), Title: "Rotate the deploy key of service " + strconv.FormatInt(id%676, 36), Priority: fmt.Sprintf("P%d", id%4),
			Type: "GitOps", Environment: "Punjab", Requester: tracker.Address{Address: fmt.Sprintf("r%d@egov.test", id%200)}, MessageID: fmt.Sprintf("%d@egov.test", id),
		}},
		{0, tracker.Actor{Role: tracker.RoleDesk}, tracker.Assigned{Partner: partner}},
		{time.Duration(30+id%400) * time.Minute, by, tracker.PickedUp{}},
		{20 * time.Hour, by, tracker.StatusChanged{From: tracker.StatusWorking, To: tracker.StatusWaiting, Reason: "which one?"}},
		{30 * time.Hour, by, tracker.StatusChanged{From: tracker.StatusWaiting, To: tracker.StatusWorking}},
		{time.Duration(40+id%120) * time.Hour, by, tracker.Resolved{Note: "done"}},
		{time.Duration(240+id%120) * time.Hour, tracker.Actor{Role: tracker.RoleDesk}, tracker.Closed{}},
	}
	for _, s := range steps[:n] {
		after, events, err := tracker.Record(t, tracker.Event{Ticket: id, At: opened.Add(s.after), By: s.by, Cause: "x", Reason: "x"}, []tracker.Change{s.change})
		if err != nil {
			return t, nil, err
		}
		t, all = after, append(all, events...)
		if id%20 == 0 && len(all) == 3 {
			break // stays open
		}
	}
	return t, all, nil
}

// residentMiB is how much memory the process ever had at once.
func residentMiB(b *testing.B) float64 {
	runtime.GC()
	data, err := os.ReadFile("/proc/self/status")
	if err != nil {
		b.Skip("no /proc:", err)
	}
	for line := range strings.Lines(string(data)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kib, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			require.NoError(b, err)
			return kib / 1024
		}
	}
	b.Skip("/proc does not tell the memory")
	return 0
}

// cpuSeconds is how long the process kept processors busy: on a machine that is
// shared it tells more than the time that passed.
func cpuSeconds(b *testing.B) float64 {
	var use syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &use))
	return float64(use.Utime.Sec+use.Stime.Sec) + float64(use.Utime.Usec+use.Stime.Usec)/1e6
}
