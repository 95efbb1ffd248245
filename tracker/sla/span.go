package sla

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Span is a length of working time as people write it: a day is a full
// business day of the calendar, a week one for each of its business days. On a
// clock that runs 24×7 a day is 24 hours.
type Span struct {
	Weeks int           `json:"weeks,omitempty"`
	Days  int           `json:"days,omitempty"`
	Time  time.Duration `json:"time_ns,omitempty"`
}

// ParseSpan reads a span as String writes it, such as 30m, 4h, 3d, 2w or 1d4h:
// numbers with units in falling order, each unit at most once. It may be 0m.
func ParseSpan(s string) (Span, error) {
	var span Span
	units := "wdhm"
	for rest := s; rest != "" || s == ""; {
		digits := len(rest) - len(strings.TrimLeft(rest, "0123456789"))
		n, err := strconv.Atoi(rest[:digits])
		at := -1
		if digits < len(rest) {
			at = strings.IndexByte(units, rest[digits])
		}
		if err != nil || n > 9999 || at < 0 {
			return Span{}, fmt.Errorf("length %q: want one such as 30m, 4h, 3d, 2w or 1d4h", s)
		}
		span.add(n, units[at])
		units, rest = units[at+1:], rest[digits+1:]
	}
	return span, nil
}

// add adds so many weeks, days, hours or minutes.
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

// IsZero reports whether the span has no length.
func (s Span) IsZero() bool { return s == Span{} }

// On is the length of the span on a calendar.
func (s Span) On(c *Calendar) time.Duration {
	return time.Duration(s.Weeks)*c.FullWeek() + time.Duration(s.Days)*c.FullDay() + s.Time
}

// String is the span as the configuration writes it, such as 3d or 1d4h.
func (s Span) String() string {
	b := make([]byte, 0, 16)
	for _, p := range []struct {
		n    int
		unit string
	}{{s.Weeks, "w"}, {s.Days, "d"}, {int(s.Time / time.Hour), "h"}, {int(s.Time % time.Hour / time.Minute), "m"}} {
		if p.n > 0 {
			b = append(strconv.AppendInt(b, int64(p.n), 10), p.unit...)
		}
	}
	if len(b) == 0 {
		return "0m"
	}
	return string(b)
}
