package config

import (
	"strconv"
	"strings"
	"time"

	"envdesk/tracker/sla"
)

// parseSpan takes a length above zero, such as 30m, 4h, 3d, 2w or 1d4h.
func parseSpan(s string) (sla.Span, *fault) {
	span, ok := spanOf(s)
	if !ok || span.IsZero() {
		return sla.Span{}, want("a duration above zero such as 30m, 4h, 3d or 2w")
	}
	return span, nil
}

// parseTime takes a length on the clock, such as 12h; it may be 0m.
func parseTime(s string) (time.Duration, *fault) {
	span, ok := spanOf(s)
	if !ok || span.Days > 0 || span.Weeks > 0 || span.Time > 24*time.Hour {
		return 0, want("a duration of at most 24h such as 30m or 12h")
	}
	return span.Time, nil
}

// spanOf reads numbers with units in falling order, each unit at most once.
func spanOf(s string) (sla.Span, bool) {
	var span sla.Span
	units := "wdhm"
	for rest := s; rest != ""; {
		digits := len(rest) - len(strings.TrimLeft(rest, "0123456789"))
		n, err := strconv.Atoi(rest[:digits])
		if err != nil || n > 9999 || digits == len(rest) {
			return sla.Span{}, false
		}
		at := strings.IndexByte(units, rest[digits])
		if at < 0 {
			return sla.Span{}, false
		}
		addUnit(&span, n, units[at])
		units, rest = units[at+1:], rest[digits+1:]
	}
	return span, s != ""
}

// addUnit adds so many weeks, days, hours or minutes.
func addUnit(s *sla.Span, n int, unit byte) {
	switch unit {
	case 'w':
		s.Weeks += n
	case 'd':
		s.Days += n
	case 'h':
		s.Time += time.Duration(n) * time.Hour
	case 'm':
		s.Time += time.Duration(n) * time.Minute
	}
}
