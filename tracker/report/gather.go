package report

import (
	"cmp"
	"iter"
	"runtime"
	"sync"

	"envdesk/tracker"
)

// AddAll takes the histories of many tickets, each with all its events, in any
// order, on all processors. It keeps nothing of the slices, but they must stay as
// they are until it returns. The first error of the sequence, or of a history
// that cannot be read, ends it.
func (c *Collector) AddAll(histories iter.Seq2[[]tracker.Event, error]) error {
	parts := make([]*Collector, runtime.GOMAXPROCS(0))
	failed := make([]error, len(parts)+1)
	lots := make(chan [][]tracker.Event, len(parts))
	stop := make(chan struct{})
	var once sync.Once
	var workers sync.WaitGroup
	for i := range parts {
		parts[i] = &Collector{setup: c.setup, weeks: c.weeks, asOf: c.asOf, ownFrom: c.ownFrom}
		workers.Go(func() {
			if failed[i] = parts[i].addLots(lots); failed[i] != nil {
				once.Do(func() { close(stop) })
			}
		})
	}
	failed[len(parts)] = deal(histories, lots, stop)
	workers.Wait()
	for _, p := range parts {
		c.kept, c.outside, c.sorted = append(c.kept, p.kept...), append(c.outside, p.outside...), false
	}
	return cmp.Or(failed...)
}

// addLots takes histories until there are no more.
func (c *Collector) addLots(lots <-chan [][]tracker.Event) error {
	for lot := range lots {
		for _, events := range lot {
			if err := c.Add(events); err != nil {
				return err
			}
		}
	}
	return nil
}

// deal hands histories out in lots, until there are no more or nobody wants any.
func deal(histories iter.Seq2[[]tracker.Event, error], lots chan<- [][]tracker.Event, stop <-chan struct{}) error {
	defer close(lots)
	const lotSize = 64
	var lot [][]tracker.Event
	hand := func() bool {
		select {
		case lots <- lot:
			lot = nil
			return true
		case <-stop:
			return false
		}
	}
	for events, err := range histories {
		if err != nil {
			return err
		}
		if lot = append(lot, events); len(lot) == lotSize && !hand() {
			return nil
		}
	}
	hand()
	return nil
}
