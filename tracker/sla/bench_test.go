package sla

import (
	"testing"
	"time"

	"envdesk/tracker"
)

// busyTicket has 200 events: it waits and goes on, is re-classified and written
// to all day long for weeks.
func busyTicket(start time.Time) []tracker.Event {
	changes := []tracker.Change{tracker.Opened{Key: "REQ-1", Priority: "P3"}, tracker.PickedUp{}}
	priority := []string{"P3", "P2", "P1", "P2"}
	for i := 0; len(changes) < 200; i++ {
		changes = append(changes,
			tracker.Replied{}, status(tracker.StatusWorking, tracker.StatusWaiting), tracker.Noted{}, status(tracker.StatusWaiting, tracker.StatusWorking),
			tracker.Classified{Field: tracker.FieldPriority, Old: priority[i%4], New: priority[(i+1)%4]})
	}
	return history(start, changes[:200]...)
}

func BenchmarkClocks(b *testing.B) {
	in := india(b)
	events := busyTicket(local(b, in, "2026-03-10 10:00"))
	now := events[len(events)-1].At.Add(time.Hour)
	p := Standard()
	for b.Loop() {
		tl, err := FromEvents(events)
		if err != nil {
			b.Fatal(err)
		}
		Clocks(tl, p, in, now)
	}
}

// A ticket is rebuilt from its events, with the check of their hashes, and its
// clocks from the ticket's history.
func BenchmarkRebuild(b *testing.B) {
	in := india(b)
	busy := busyTicket(local(b, in, "2026-03-10 10:00"))
	var t tracker.Ticket
	var events []tracker.Event
	for _, e := range busy {
		next, recorded, err := tracker.Record(t, tracker.Event{Ticket: 1, At: e.At}, []tracker.Change{e.Change})
		if err != nil {
			b.Fatal(err)
		}
		t, events = next, append(events, recorded...)
	}
	ledger := Ledger{{Version: "first", Policy: Standard(), Calendar: in}}
	now := events[len(events)-1].At.Add(time.Hour)
	for b.Loop() {
		if _, err := tracker.Fold(events); err != nil {
			b.Fatal(err)
		}
		if _, err := ledger.Clocks(events, now); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAddTenDays(b *testing.B) {
	in := india(b)
	start := local(b, in, "2026-03-10 10:00")
	for b.Loop() {
		in.Add(start, 10*in.FullDay())
	}
}

func BenchmarkAddTenDaysOverDaylightSaving(b *testing.B) {
	c := calendarOf(b, Schedule{Zone: zone(b, "Europe/Berlin"), Days: workweek, Hours: []Window{{9 * 60, 13 * 60}, {14 * 60, 19 * 60}}})
	start := local(b, c, "2026-03-25 10:00")
	for b.Loop() {
		c.Add(start, 10*c.FullDay())
	}
}

func BenchmarkEndOfDay(b *testing.B) {
	in := india(b)
	d := date(b, "2026-03-10")
	for b.Loop() {
		in.EndOfDay(d)
	}
}
