package report

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"envdesk/tracker/sla"
)

// Week is a week of ISO 8601: Monday to Sunday, and the first week of a year is
// the one that holds 4 January. In a zone it runs from Monday's first instant to
// that of the next Monday.
type Week struct {
	Year   int // to which the week belongs: 1 January may lie in the last week of the year before
	Number int // 1 to 53
}

// ParseWeek reads a week written as 2026-W47.
func ParseWeek(s string) (Week, error) {
	year, number, ok := strings.Cut(s, "-W")
	y, errYear := strconv.Atoi(year)
	n, errNumber := strconv.Atoi(number)
	w := Week{y, n}
	if !ok || errYear != nil || errNumber != nil || len(year) != 4 || len(number) != 2 || y < 1 || weekOf(w.monday()) != w {
		return Week{}, fmt.Errorf("week %q: want a week such as 2026-W47", s)
	}
	return w, nil
}

// WeekOf is the week in which an instant lies for those who live in the zone.
func WeekOf(t time.Time, zone *time.Location) Week {
	return weekOf(around(zone).DateOf(t))
}

func weekOf(d sla.Date) Week {
	thursday := d - daysSinceMonday(d) + 3
	at := midday(thursday)
	return Week{Year: at.Year(), Number: (at.YearDay()-1)/7 + 1}
}

// String is the week as 2026-W47.
func (w Week) String() string { return fmt.Sprintf("%04d-W%02d", w.Year, w.Number) }

// MarshalText gives the week as 2026-W47.
func (w Week) MarshalText() ([]byte, error) { return []byte(w.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (w *Week) UnmarshalText(text []byte) error {
	var err error
	*w, err = ParseWeek(string(text))
	return err
}

// Back is the week n weeks before; a negative n goes ahead.
func (w Week) Back(n int) Week { return weekOf(w.monday() - sla.Date(7*n)) }

// Bounds are the first instant of the week's Monday and of the Monday behind it.
func (w Week) Bounds(zone *time.Location) (from, to time.Time) {
	c := around(zone)
	return c.StartOfDay(w.monday()), c.StartOfDay(w.monday() + 7)
}

// monday is the week's first date.
func (w Week) monday() sla.Date {
	fourth := sla.NewDate(w.Year, time.January, 4)
	return fourth - daysSinceMonday(fourth) + sla.Date(7*(w.Number-1))
}

func daysSinceMonday(d sla.Date) sla.Date { return sla.Date(d.Weekday()+6) % 7 }

// midday is an instant of the date in UTC, to read its parts from.
func midday(d sla.Date) time.Time {
	return time.Unix(int64(d)*24*60*60, 0).UTC().Add(12 * time.Hour)
}

// around is the calendar of the zone in which every instant counts: it knows
// when local dates begin.
func around(zone *time.Location) *sla.Calendar {
	c, err := sla.NewCalendar(sla.Schedule{Zone: zone, Continuous: true})
	if err != nil {
		panic("report: " + err.Error()) // only a nil zone is refused
	}
	return c
}
