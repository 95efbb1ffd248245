package config

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Span is a length of time as people write it. What a day and a week are is the
// calendar's business: days are business days, a week is the calendar's
// business days of a week.
type Span struct {
	Weeks int
	Days  int
	Time  time.Duration // whole minutes
}

// IsZero reports whether the span has no length.
func (s Span) IsZero() bool { return s == Span{} }

// String is the span as the configuration writes it, such as 3d or 1d4h.
func (s Span) String() string {
	var b strings.Builder
	for _, p := range []struct {
		n    int
		unit string
	}{{s.Weeks, "w"}, {s.Days, "d"}, {int(s.Time / time.Hour), "h"}, {int(s.Time % time.Hour / time.Minute), "m"}} {
		if p.n > 0 {
			fmt.Fprintf(&b, "%d%s", p.n, p.unit)
		}
	}
	if b.Len() == 0 {
		return "0m"
	}
	return b.String()
}

// parseSpan takes a length above zero, such as 30m, 4h, 3d, 2w or 1d4h.
func parseSpan(s string) (Span, *fault) {
	span, ok := spanOf(s)
	if !ok || span.IsZero() {
		return Span{}, want("a duration above zero such as 30m, 4h, 3d or 2w")
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
func spanOf(s string) (Span, bool) {
	var span Span
	units := "wdhm"
	for rest := s; rest != ""; {
		digits := len(rest) - len(strings.TrimLeft(rest, "0123456789"))
		n, err := strconv.Atoi(rest[:digits])
		if err != nil || n > 9999 || digits == len(rest) {
			return Span{}, false
		}
		at := strings.IndexByte(units, rest[digits])
		if at < 0 {
			return Span{}, false
		}
		span.add(n, units[at])
		units, rest = units[at+1:], rest[digits+1:]
	}
	return span, s != ""
}

func (s *Span) add(n int, unit byte) {
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
