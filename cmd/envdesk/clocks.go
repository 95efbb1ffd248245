package main

import (
	"context"
	"strings"
	"time"

	"envdesk/cmd/envdesk/config"
	"envdesk/tracker"
	"envdesk/tracker/desk"
	"envdesk/tracker/sla"
)

// timekeeper tells the clocks of tickets as they stand at an instant, by the
// terms that the desk has kept.
type timekeeper struct {
	config *config.Config
	ledger sla.Ledger
	now    time.Time
}

// newTimekeeper reads the terms of the desk: those of the configuration while no
// desk has used the store.
func newTimekeeper(ctx context.Context, v tracker.View, c *config.Config, now time.Time) (timekeeper, error) {
	ledger, err := desk.Ledger(ctx, v)
	if len(ledger) == 0 {
		ledger = sla.Ledger{c.Terms()}
	}
	return timekeeper{c, ledger, now}, err
}

// states are the pickup and the resolve clock of a ticket.
func (k timekeeper) states(events []tracker.Event) ([]sla.State, error) {
	return k.ledger.Clocks(events, k.now)
}

// partnerStates are the clocks of the partner who has the ticket; none where
// nobody has it.
func (k timekeeper) partnerStates(events []tracker.Event) []sla.State {
	states, _ := sla.PartnerClocks(events, k.ledger, k.now)
	return states
}

// shownClock is the form of a clock: its times in the desk's zone, "" where
// there is none, its lengths in seconds of working time.
type shownClock struct {
	Name          sla.Name   `json:"name"`
	Target        string     `json:"target"`
	Due           string     `json:"due"`
	State         sla.Status `json:"state"`
	UsedSeconds   int64      `json:"used_seconds"`
	LeftSeconds   int64      `json:"left_seconds"`
	PausedSeconds int64      `json:"paused_seconds"`
}

func shownClocks(states []sla.State, zone *time.Location) []shownClock {
	out := []shownClock{}
	for _, s := range states {
		out = append(out, shownClock{
			Name: s.Name, Target: s.Target, Due: rfc3339(s.Due, zone), State: s.Status,
			UsedSeconds: seconds(s.Used), LeftSeconds: seconds(s.Left), PausedSeconds: seconds(s.Paused),
		})
	}
	return out
}

func seconds(d time.Duration) int64 { return int64(d / time.Second) }

// lateNow reports whether a clock that has not been stopped is late.
func lateNow(s sla.State) bool { return s.Status == sla.Late && s.Ended.IsZero() }

// clockLines tells the clocks in words, as far as there is something to tell.
func clockLines(states []sla.State, w wording) (lines [][2]string) {
	for _, s := range states {
		name := map[sla.Name]string{sla.Pickup: "Pickup", sla.Resolve: "Resolve"}[s.Name]
		lines = append(lines, [2]string{name, w.line(s)})
	}
	return lines
}

// partnerLines tells the clocks of a partner likewise.
func partnerLines(states []sla.State, w wording) (lines [][2]string) {
	for _, s := range states {
		if line := w.line(s); line != "" {
			name := map[sla.Name]string{sla.Pickup: "pickup", sla.Resolve: "done"}[s.Name]
			lines = append(lines, [2]string{s.Partner + "'s own clock:", name + " " + line})
		}
	}
	return lines
}

// line tells a clock in words; "" when there is nothing to tell.
func (w wording) line(s sla.State) string {
	switch {
	case s.Due.IsZero():
		return w.noticeLine(s)
	case s.Status == sla.Met:
		return "met " + w.at(s.Ended) + ", due " + w.at(s.Due)
	case !s.Ended.IsZero() && s.Status == sla.Late:
		return "late: due " + w.at(s.LateSince) + ", ended " + w.at(s.Ended)
	case !s.Ended.IsZero():
		return "stopped " + w.at(s.Ended) + ", due " + w.at(s.Due)
	case s.Status == sla.Late && s.Due.After(w.now):
		return "late since " + w.at(s.LateSince) + "; now due " + w.when(s.Due)
	case s.Status == sla.Late:
		return "late, due " + w.when(s.Due)
	case s.Status == sla.Paused:
		return "paused since " + w.at(s.Pausing) + " with " + hours(s.Left) + " of working time left; due " + w.at(s.Due) + " if it went on now"
	}
	return "due " + w.when(s.Due)
}

// noticeLine tells how the ticket keeps the notice period, if it has one.
func (w wording) noticeLine(s sla.State) string {
	n := s.Notice
	switch {
	case n == nil:
		return ""
	case n.Planned.IsZero():
		return s.Target + ": needs a date; the first that it can name is " + w.date(n.FirstCompliant)
	}
	line := s.Target + " for " + w.date(n.Planned)
	if !n.By.IsZero() {
		line += ", to be given before " + w.at(n.By)
	}
	if n.Short {
		line += ": short notice; the first date that it could name is " + w.date(n.FirstCompliant)
	}
	return line
}

// dueCell tells in a table when an open ticket is to be resolved.
func (w wording) dueCell(states []sla.State) string {
	var parts []string
	for _, s := range states {
		switch {
		case s.Name == sla.Pickup && lateNow(s):
			parts = append(parts, "not picked up")
		case s.Name == sla.Pickup:
		case s.Due.IsZero():
			parts = append(s.Tags, parts...)
		case s.Status == sla.Paused:
			parts = append([]string{"paused"}, parts...)
		case lateNow(s):
			parts = append([]string{w.at(s.Due), "late"}, parts...)
		default:
			parts = append([]string{w.at(s.Due)}, parts...)
		}
	}
	return strings.Join(parts, ", ")
}
