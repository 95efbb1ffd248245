package intake

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"envdesk/tracker"
	"envdesk/tracker/sla"
)

// aim is a target as the manager names it: a moment, or a length behind the
// present due instant, or behind now when there is none or it has passed.
type aim struct {
	said   string // the words that name it
	moment Moment
	extend sla.Span // zero: moment
	reason string   // why; "" where none was given
}

// maxAimWords is of how many words a moment consists at most.
const maxAimWords = 7

var (
	lengthPart = regexp.MustCompile(`^[\s,]*(\d{1,4})\s*([A-Za-z]+)`)
	leadReason = regexp.MustCompile(`(?i)^(?:[\s,;:.…–—-]+|because(?:\s+of)?\b|due\s+to\b|reason\b)+`)
)

// unitLetters are the units of a length as people write them.
var unitLetters = map[string]string{
	"w": "w", "wk": "w", "wks": "w", "week": "w", "weeks": "w", "d": "d", "day": "d", "days": "d",
	"h": "h", "hr": "h", "hrs": "h", "hour": "h", "hours": "h", "m": "m", "min": "m", "mins": "m", "minute": "m", "minutes": "m",
}

// readAim reads a target and the reason behind it: "20 Dec 15:00 because …" as
// ReadMoment takes it, or "+2d: …". The longest run of words that is a moment
// is it.
func readAim(value string, now time.Time) (aim, bool) {
	if rest, ok := strings.CutPrefix(strings.TrimSpace(value), "+"); ok {
		return readExtension(rest)
	}
	words := strings.Fields(value)
	for n := min(len(words), maxAimWords); n > 0; n-- {
		said := strings.TrimRight(strings.Join(words[:n], " "), " ,;:.–—-")
		if m, ok := ReadMoment(said, now); ok && said != "" {
			return aim{said: said, moment: m, reason: readReason(strings.Join(words[n:], " "))}, true
		}
	}
	return aim{}, false
}

// readExtension reads a length: 2d, 1d4h or 2 days 4 hours.
func readExtension(s string) (aim, bool) {
	length, rest := "", s
	for m := lengthPart.FindStringSubmatch(rest); m != nil; m = lengthPart.FindStringSubmatch(rest) {
		unit, ok := unitLetters[strings.ToLower(m[2])]
		if !ok {
			break
		}
		length, rest = length+m[1]+unit, rest[len(m[0]):]
	}
	span, err := sla.ParseSpan(length)
	if err != nil || span.IsZero() {
		return aim{}, false
	}
	return aim{said: "+" + span.String(), extend: span, reason: readReason(rest)}, true
}

// readReason drops the words that only lead to a reason.
func readReason(s string) string {
	s = strings.TrimSpace(leadReason.ReplaceAllString(strings.TrimSpace(s), ""))
	if !strings.ContainsFunc(s, unicode.IsLetter) {
		return ""
	}
	return s
}

// due gives the ticket another due instant, with the manager's reason.
func (r *run) due(value string) (string, error) {
	now := r.in.Received.In(zone(r.in.Rules))
	a, ok := readAim(value, now)
	switch {
	case !ok:
		return "", fmt.Errorf("%q names no date, time or length; write 2026-12-20, 20 Dec 15:00, Friday, tomorrow or +2d, and behind it why", value)
	case a.reason == "":
		return "", fmt.Errorf("it needs a reason: /due %s because …", a.said)
	}
	before, err := r.dueBy()
	if err != nil {
		return "", err
	}
	c, due, err := r.target(a, before)
	switch {
	case err != nil:
		return "", err
	case !due.After(now):
		return "", fmt.Errorf("%s is %s, which is past: it is %s now", a.said, r.clockTime(due), r.clockTime(now))
	case due.Equal(before):
		return "it is due " + r.clockTime(due) + " already", nil
	}
	c.Old = before
	if err := r.change(c); err != nil {
		return "", err
	}
	if c.Old.IsZero() {
		return "due " + r.clockTime(due), nil
	}
	return "due " + r.clockTime(c.Old) + " → " + r.clockTime(due), nil
}

// target makes a change of an aim, and tells the instant that it leads to.
func (r *run) target(a aim, before time.Time) (c tracker.TargetChanged, due time.Time, err error) {
	c.Reason = a.reason
	if a.extend.IsZero() {
		c.Due, err = r.endOf(a.moment)
		due = c.Due
	} else {
		c.Extend = a.extend.String()
		due, err = r.dueBy(c)
	}
	far := due.Sub(r.in.Received) > sla.Horizon || !a.extend.IsZero() && !due.After(before) // behind the horizon the clock takes none
	if err == nil && far {
		err = errors.New(a.said + " is too far away")
	}
	return c, due, err
}

// dueBy is when the ticket is due, with what may come now.
func (r *run) dueBy(next ...tracker.Change) (time.Time, error) {
	clock, err := r.in.Rules.clockOf(r.history(next...), r.in.Received)
	return clock.Due, err
}

// endOf is the instant of a moment: the end of the business day where it names
// no time of day.
func (r *run) endOf(m Moment) (time.Time, error) {
	date, err := sla.ParseDate(m.Value)
	calendar := r.in.Rules.Clock.Ledger.Now().Calendar
	if err != nil || calendar == nil { // it names a time of day, or every day is a business day
		return m.End, nil
	}
	if end, ok := calendar.EndOfDay(date); ok {
		return end, nil
	}
	open := calendar.NextOpen(calendar.StartOfDay(date))
	if open.IsZero() {
		return open, fmt.Errorf("%s is no business day", m.Value)
	}
	day := m.End.AddDate(0, 0, -1).Format("Mon 2 Jan 2006")
	return open, fmt.Errorf("%s is no business day; the next one is %s. Write that, or a time of day too", day, open.In(calendar.Zone()).Format("Mon 2 Jan 2006"))
}

// history is what happened to the ticket so far, with what this mail did and
// what may come now.
func (r *run) history(next ...tracker.Change) []tracker.Event {
	if r.past == nil && r.before.Seq > 0 && r.in.Events != nil {
		r.past = r.in.Events(r.before.ID)
	}
	events := slices.Clone(r.past)
	for _, c := range slices.Concat(r.recorded(), next) {
		events = append(events, tracker.Event{Ticket: r.id(), Seq: len(events) + 1, At: r.in.Received, By: r.by, Cause: r.in.Cause, Change: c})
	}
	return events
}

// clockTime writes an instant for a transcript, with the year where that is not
// the present one.
func (r *run) clockTime(at time.Time) string {
	at = at.In(zone(r.in.Rules))
	if at.Year() != r.in.Received.In(at.Location()).Year() {
		return at.Format("Mon 2 Jan 2006, 15:04")
	}
	return at.Format("Mon 2 Jan, 15:04")
}
