package main

import (
	"fmt"
	"strings"
	"time"

	"envdesk/tracker/sla"
)

// wording tells times to people: in a zone, and as they look from now.
type wording struct {
	zone *time.Location
	now  time.Time
}

// at is an instant, with its year where that is not the present one.
func (w wording) at(t time.Time) string {
	return w.day(t) + ", " + t.In(w.zone).Format("15:04 MST")
}

// when is an instant and how far away it is.
func (w wording) when(t time.Time) string {
	if away := t.Sub(w.now); away > 0 {
		return w.at(t) + ", in " + length(away)
	}
	return w.at(t) + ", " + length(w.now.Sub(t)) + " ago"
}

// day is the date of an instant.
func (w wording) day(t time.Time) string {
	t = t.In(w.zone)
	if t.Year() == w.now.In(w.zone).Year() {
		return t.Format("Mon 2 Jan")
	}
	return t.Format("Mon 2 Jan 2006")
}

// date is a local date.
func (w wording) date(d sla.Date) string {
	noon, err := time.ParseInLocation(time.DateOnly+" 15", d.String()+" 12", w.zone) // a zone may skip its midnight
	if err != nil {
		return d.String()
	}
	return w.day(noon)
}

// length is elapsed time as people say it.
func length(d time.Duration) string {
	if d < 24*time.Hour {
		return hours(d)
	}
	return two(count(int(d/(24*time.Hour)), "day"), int(d%(24*time.Hour)/time.Hour), "h")
}

// hours is working time as people say it: of how many hours a day has there is
// no telling.
func hours(d time.Duration) string {
	switch minutes := int(d % time.Hour / time.Minute); {
	case d < time.Minute:
		return "less than a minute"
	case d < time.Hour:
		return fmt.Sprintf("%d min", minutes)
	default:
		return two(fmt.Sprintf("%d h", d/time.Hour), minutes, "min")
	}
}

// two adds the smaller unit, if there is any of it.
func two(large string, n int, unit string) string {
	if n == 0 {
		return large
	}
	return fmt.Sprintf("%s %d %s", large, n, unit)
}

// count is a number of things.
func count(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}

// promised tells the target of a clock in words; "" when a priority has none.
func promised(clock sla.Name, r sla.Rule) string {
	switch {
	case clock == sla.Pickup && !r.Pickup.IsZero():
		return "within " + spanWords(r.Pickup, r.Continuous)
	case clock == sla.Pickup:
		return ""
	case r.EndOfDay && r.Cap > 0:
		return "by the end of the business day, within " + hours(r.Cap)
	case r.EndOfDay:
		return "by the end of the business day"
	case !r.Resolve.IsZero():
		return "within " + spanWords(r.Resolve, r.Continuous)
	case r.Notice > 0:
		return "no due time; the request must come " + count(r.Notice, "day") + " ahead"
	}
	return ""
}

// spanWords tells a span of working time, or of a clock that never stops.
func spanWords(s sla.Span, continuous bool) string {
	var parts []string
	day := "business day"
	if continuous {
		day = "day"
	}
	if s.Weeks > 0 {
		parts = append(parts, count(s.Weeks, "week"))
	}
	if s.Days > 0 {
		parts = append(parts, count(s.Days, day))
	}
	if s.Time > 0 {
		parts = append(parts, hours(s.Time))
	}
	words := strings.Join(parts, " and ")
	switch {
	case continuous:
		words += ", around the clock"
	case s.Time > 0:
		words += " of working time"
	}
	return words
}
