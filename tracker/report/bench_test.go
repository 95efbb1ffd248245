package report

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"envdesk/tracker"
)

// line gives the events of ticket i of n, made without chance: the last ones are
// open, the others were opened evenly over the weeks before the report's and took
// some days.
func line(s Setup, id, n int) []tracker.Event {
	_, to := s.Week.Bounds(s.Zone)
	span := 11 * 7 * 24 * time.Hour
	opened := to.Add(-span * time.Duration(n-id) / time.Duration(n)).Truncate(time.Minute)
	partner := []string{"OptIT", "GWL", "MacroSkies"}[id%3]
	by := member(partner)
	at := func(d time.Duration) time.Time { return opened.Add(d) }
	changes := []struct {
		after  time.Duration
		by     tracker.Actor
		change tracker.Change
	}{
		{0, ravi, tracker.Opened{
			Key: fmt.Sprintf("REQ-%d", id), Title: fmt.Sprintf("Rotate the deploy key of service%c%c", 'a'+rune(id%26), 'a'+rune(id/26%26)), Priority: fmt.Sprintf("P%d", id%4),
			Type: []string{"GitOps", "AccessOps", "Releases"}[id/3%3], Environment: "Punjab", Stack: "ERP", Requester: tracker.Address{Address: fmt.Sprintf("r%d@egov.test", id%200)},
		}},
		{time.Minute, desk, tracker.Assigned{Partner: partner}},
		{time.Duration(30+id%400) * time.Minute, by, tracker.PickedUp{}},
		{20 * time.Hour, by, tracker.StatusChanged{From: tracker.StatusWorking, To: tracker.StatusWaiting, Reason: "which one?"}},
		{30 * time.Hour, by, tracker.StatusChanged{From: tracker.StatusWaiting, To: tracker.StatusWorking}},
		{time.Duration(40+id%120) * time.Hour, by, tracker.Resolved{}},
		{time.Duration(240+id%120) * time.Hour, desk, tracker.Closed{}},
	}
	var events []tracker.Event
	for i, c := range changes {
		events = append(events, tracker.Event{Ticket: int64(id), Seq: i + 1, At: at(c.after), By: c.by, Change: c.change})
	}
	return events
}

func benchWeekly(b *testing.B, all, relevant int) {
	s := setup(b)
	old := line(s, 1, 2)
	for i := range old {
		old[i].At = old[i].At.AddDate(-1, 0, 0)
	}
	for b.Loop() {
		c := collect(b, s)
		start := time.Now()
		err := c.AddAll(func(yield func([]tracker.Event, error) bool) {
			for range all - relevant {
				if !yield(old, nil) {
					return
				}
			}
			for id := range relevant {
				if !yield(line(s, id+1, relevant), nil) {
					return
				}
			}
		})
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(time.Since(start).Seconds(), "s/taking-in")
		start = time.Now()
		r := c.Programme()
		b.ReportMetric(float64(time.Since(start).Milliseconds()), "ms/report")
		if r.Open.Now == 0 {
			b.Fatal("nothing is open")
		}
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		b.ReportMetric(float64(m.HeapAlloc)/(1<<20), "MiB-kept")
		b.ReportMetric(float64(m.HeapSys)/(1<<20), "MiB-heap")
		runtime.KeepAlive(c)
	}
}

func BenchmarkWeeklyOfAMillion(b *testing.B) { benchWeekly(b, 1_000_000, 50_000) }

func BenchmarkWeeklyOfTenThousand(b *testing.B) { benchWeekly(b, 10_000, 10_000) }
