package mailout

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"envdesk/tracker"
)

// plan is how a planned request keeps its notice period, in words.
type plan struct {
	Days      int
	NeededBy  string // "20 Dec 2026"; "" when it names no date
	Before    string // when it had to be asked for, with the zone
	Short     bool
	First     string // the first date that keeps the notice period: "20 Dec 2026"
	Line      string // the command that names that date, or begins to name one
	NeedsDate bool
}

// Wanted is what the reader should do about the date: "name a date for it", or "".
func (p *plan) Wanted() string {
	switch {
	case p != nil && p.NeedsDate:
		return "name a date for it"
	case p != nil && p.Short:
		return "look at its date"
	}
	return ""
}

func planOf(n tracker.Notice, zone *time.Location) *plan {
	p := n.Data.Plan
	if p == nil {
		return nil
	}
	one := &plan{
		Days: p.Days, NeededBy: date(p.NeededBy), Short: p.Short && p.NeededBy != "", NeedsDate: p.NeededBy == "",
		First: date(p.FirstCompliant), Line: strings.TrimRight("/needed "+oneLine(p.FirstCompliant, 40), " "),
	}
	if !p.Before.IsZero() {
		one.Before = dueTime(p.Before.In(zone), n.At.In(zone))
	}
	return one
}

// units of a length of working time, as the configuration writes it.
var units = map[byte][2]string{
	'w': {"week of work", "weeks of work"}, 'd': {"working day", "working days"}, 'h': {"hour of work", "hours of work"}, 'm': {"minute of work", "minutes of work"},
}

// workingTime says 1d4h as "1 working day and 4 hours of work", and what is no
// such length as it is.
func workingTime(length string) string {
	var parts []string
	for rest := length; rest != ""; {
		i := strings.IndexFunc(rest, func(r rune) bool { return r < '0' || r > '9' })
		if i < 1 {
			return oneLine(length, maxLineLen)
		}
		n, err := strconv.Atoi(rest[:i])
		unit, known := units[rest[i]]
		if err != nil || !known {
			return oneLine(length, maxLineLen)
		}
		name := unit[1]
		if n == 1 {
			name = unit[0]
		}
		parts, rest = append(parts, fmt.Sprintf("%d %s", n, name)), rest[i+1:]
	}
	return strings.Join(parts, " and ")
}

// closing says how long after it was resolved a ticket closes by itself; "" for
// never.
func closing(after string) string {
	if after == "0m" {
		return ""
	}
	return workingTime(after)
}
