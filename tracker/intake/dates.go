package intake

import (
	"regexp"
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
func ReadDate(s string, now time.Time) (string, bool) {
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
		if d, ok := nextYearly(layout, s, now); ok {
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
