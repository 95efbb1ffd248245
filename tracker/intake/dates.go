package intake

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

var dateLayouts = []string{
	"2006-1-2", "2006/1/2", "2.1.2006", "2/1/2006", "2 Jan 2006", "2 January 2006", "2-Jan-2006", "Jan 2 2006", "January 2 2006",
}

var shortLayouts = []string{"2 Jan", "2 January", "Jan 2", "January 2", "2.1.", "2-Jan"}

var (
	ordinal   = regexp.MustCompile(`(?i)\b(\d{1,2})(st|nd|rd|th)\b`)
	september = regexp.MustCompile(`(?i)\bsept\b`)
	weekday   = regexp.MustCompile(`(?i)^(mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s+`)
)

// ReadDate reads a date as people write it: 2026-12-20, 20 Dec, 20th December
// 2026, 20/12/2026 (day first), today, tomorrow. A date without a year is the
// next one that is not past at now, in now's zone. The result is 2006-01-02.
func ReadDate(s string, now time.Time) (string, bool) { return readDate(s, now, now) }

// readDate takes a date without a year for the next one that is not past at
// since.
func readDate(s string, now, since time.Time) (string, bool) {
	s = strings.TrimRight(strings.TrimSpace(s), ".!")
	switch strings.ToLower(s) {
	case "today":
		return now.Format(time.DateOnly), true
	case "tomorrow":
		return now.AddDate(0, 0, 1).Format(time.DateOnly), true
	}
	s = september.ReplaceAllString(ordinal.ReplaceAllString(weekday.ReplaceAllString(s, ""), "$1"), "Sep")
	s = strings.Join(strings.Fields(strings.NewReplacer(",", " ", " of ", " ").Replace(s)), " ")
	for _, layout := range dateLayouts {
		if d, err := time.Parse(layout, s); err == nil {
			return d.Format(time.DateOnly), true
		}
	}
	for _, layout := range shortLayouts {
		// With the year in place, 29 Feb is a date in leap years only.
		if d, ok := nextYearly(layout, s, since); ok {
			return d, true
		}
	}
	return "", false
}

func nextYearly(layout, s string, now time.Time) (string, bool) {
	today := now.Format(time.DateOnly)
	for year := now.Year(); year <= now.Year()+4; year++ {
		d, err := time.Parse(layout+" 2006", s+now.AddDate(year-now.Year(), 0, 0).Format(" 2006"))
		if err == nil && d.Format(time.DateOnly) >= today {
			return d.Format(time.DateOnly), true
		}
	}
	return "", false
}

// How a time of day is written at the end of a moment: 15:00, 3 pm, at 15.30.
var (
	timeOfDay = regexp.MustCompile(`(?i)^(.*?)(?:^|[\s,]+|T)(?:at\s+|by\s+|@\s*)?(\d{1,2})(?:[:.](\d{2}))?(?::\d{2})?\s*(a\.?m\.?|p\.?m\.?|h|hrs|uhr)?\s*([A-Za-z]{3,5})?$`)
	timeFirst = regexp.MustCompile(`(?i)^(?:at\s+)?(\d{1,2}(?:[:.]\d{2})?\s*(?:[ap]\.?m\.?|h|hrs|uhr)?)[\s,]+(?:on\s+)?(.+)$`)
	endOfDay  = regexp.MustCompile(`(?i)^(?:by\s+)?(?:eod|cob|end of day)[\s,]*|[\s,]*(?:eod|cob|end of day)$`)
	leadIn    = regexp.MustCompile(`(?i)^(?:by|on|until|till|before)\s+`)
)

// yearlessPast is how long ago a date without a year may be and be taken for
// past, not for one of next year.
const yearlessPast = 2 // months

// Moment is a date, or a time of a date.
type Moment struct {
	Value string    // 2006-01-02, or RFC 3339 where a time of day was named
	End   time.Time // the instant, or the end of the date
}

// ReadMoment reads when something will be: a date as ReadDate takes it, the
// next such day of the week (Friday), a time of day (15:00, 3 pm), which is of
// today where no date stands before it, or an RFC 3339 time. It is read in the
// zone of now; the result may be past.
func ReadMoment(s string, now time.Time) (Moment, bool) {
	s = strings.TrimRight(strings.TrimSpace(s), ".! ")
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return Moment{t.In(now.Location()).Format(time.RFC3339), t}, true
	}
	s = leadIn.ReplaceAllString(s, "")
	if rest := strings.TrimSpace(endOfDay.ReplaceAllString(s, "")); rest != s {
		return dateOf(rest, now)
	}
	if m, ok := dateOf(s, now); ok && s != "" {
		return m, true
	}
	if m := timeFirst.FindStringSubmatch(s); m != nil {
		if at, ok := timeOf(m[2]+" "+m[1], now); ok {
			return at, true
		}
	}
	return timeOf(s, now)
}

// dateOf reads a date without a time of day; an empty one is today.
func dateOf(s string, now time.Time) (Moment, bool) {
	if s == "" {
		s = "today"
	}
	d, ok := dayOfWeek(s, now)
	if !ok {
		d, ok = readDate(s, now, now.AddDate(0, -yearlessPast, 0))
	}
	if !ok {
		return Moment{}, false
	}
	day, err := time.ParseInLocation(time.DateOnly, d, now.Location())
	return Moment{d, day.AddDate(0, 0, 1)}, err == nil
}

// dayOfWeek reads Friday or fri: the next one, today included.
func dayOfWeek(s string, now time.Time) (string, bool) {
	s = strings.ToLower(s)
	for ahead := range 7 {
		day := now.AddDate(0, 0, ahead)
		if name := strings.ToLower(day.Weekday().String()); len(s) >= 3 && strings.HasPrefix(name, s) {
			return day.Format(time.DateOnly), true
		}
	}
	return "", false
}

// timeOf reads a time of day behind a date, or alone.
func timeOf(s string, now time.Time) (Moment, bool) {
	m := timeOfDay.FindStringSubmatch(s)
	if m == nil || m[3] == "" && m[4] == "" {
		return Moment{}, false // a bare number is no time of day
	}
	zone, ok := zoneNamed(m[5], now)
	hour, okHour := hourOf(m[2], m[4])
	minute, err := strconv.Atoi("0" + m[3])
	day, okDay := dateOf(strings.TrimRight(m[1], " ,"), now)
	if !ok || !okHour || !okDay || err != nil || minute > 59 {
		return Moment{}, false
	}
	d := day.End.AddDate(0, 0, -1)
	at := time.Date(d.Year(), d.Month(), d.Day(), hour, minute, 0, 0, zone).In(now.Location())
	return Moment{at.Format(time.RFC3339), at}, true
}

// hourOf reads an hour of 24, or of 12 with am or pm.
func hourOf(digits, half string) (int, bool) {
	hour, err := strconv.Atoi(digits)
	switch strings.ToLower(strings.ReplaceAll(half, ".", "")) {
	case "am", "pm":
		if hour < 1 || hour > 12 {
			return 0, false
		}
		hour %= 12
		if half[0]|0x20 == 'p' {
			hour += 12
		}
	}
	return hour, err == nil && hour < 24
}

// zoneNamed knows the abbreviation of now's zone, and UTC.
func zoneNamed(name string, now time.Time) (*time.Location, bool) {
	abbreviation, _ := now.Zone()
	switch {
	case name == "" || strings.EqualFold(name, abbreviation):
		return now.Location(), true
	case strings.EqualFold(name, "UTC") || strings.EqualFold(name, "GMT"):
		return time.UTC, true
	}
	return nil, false
}
