package report

import (
	"fmt"
	"strings"
	"time"
)

// Length tells a length of time in its two largest units: 2 d 3 h, 3 h 20 min,
// 40 min. A day is as long as given, such as the working hours of a business day.
func Length(d, day time.Duration) string {
	if d < time.Minute {
		return "under a minute"
	}
	days, rest := int64(0), d
	if day > 0 {
		days, rest = int64(d/day), d%day
	}
	hours, minutes := int64(rest/time.Hour), int64(rest%time.Hour/time.Minute)
	switch {
	case days > 0 && hours > 0:
		return fmt.Sprintf("%d d %d h", days, hours)
	case days > 0:
		return fmt.Sprintf("%d d", days)
	case hours > 0 && minutes > 0:
		return fmt.Sprintf("%d h %d min", hours, minutes)
	case hours > 0:
		return fmt.Sprintf("%d h", hours)
	}
	return fmt.Sprintf("%d min", minutes)
}

// Ago tells how long something waits: whole days from one day on, else hours.
func Ago(d time.Duration) string {
	switch {
	case d >= wholeDay:
		return Count(int(d/wholeDay), "day")
	case d >= time.Hour:
		return Count(int(d/time.Hour), "hour")
	}
	return "under an hour"
}

// wholeDay is a day of elapsed time.
const wholeDay = 24 * time.Hour

// Count tells how many: 1 day, 2 days.
func Count(n int, thing string) string {
	switch {
	case n == 1:
		return "1 " + thing
	case strings.HasSuffix(thing, "y") && !strings.HasSuffix(thing, "ay"):
		return fmt.Sprintf("%d %sies", n, strings.TrimSuffix(thing, "y"))
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// isAre agrees with a count.
func isAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

// wasWere agrees with a count.
func wasWere(n int) string {
	if n == 1 {
		return "was"
	}
	return "were"
}

// times tells how often: once, twice, 3 times.
func times(n int) string {
	switch n {
	case 1:
		return "once"
	case 2:
		return "twice"
	}
	return fmt.Sprintf("%d times", n)
}

// small spells numbers up to twelve.
func small(n int) string {
	words := []string{"no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"}
	if n >= 0 && n < len(words) {
		return words[n]
	}
	return fmt.Sprint(n)
}

// list joins words: a, b and c.
func list(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}

// day names a date: Fri 20 Mar.
func day(t time.Time) string { return t.Format("Mon 2 Jan") }

// period tells the week in words: Mon 9 – Sun 15 Mar 2026, IST. A week in which the
// clocks change has both names of the zone: CET/CEST.
func period(w Week, zone *time.Location) string {
	first, last := midday(w.monday()), midday(w.monday()+6)
	from, to := w.Bounds(zone)
	names := from.In(zone).Format("MST")
	if later := to.Add(-1).In(zone).Format("MST"); later != names {
		names += "/" + later
	}
	begin := "Mon 2"
	switch {
	case first.Year() != last.Year():
		begin = "Mon 2 Jan 2006"
	case first.Month() != last.Month():
		begin = "Mon 2 Jan"
	}
	return first.Format(begin) + " – " + last.Format("Mon 2 Jan 2006") + ", " + names
}

// cutText shortens a text to n characters.
func cutText(s string, n int) string {
	runes := []rune(s)
	if len(runes) <= n {
		return s
	}
	return strings.TrimSpace(string(runes[:n-1])) + "…"
}
