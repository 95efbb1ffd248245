package config

import (
	"time"

	"envdesk/tracker/sla"
)

// parseSpan takes a length above zero, such as 30m, 4h, 3d, 2w or 1d4h.
func parseSpan(s string) (sla.Span, *fault) {
	span, err := sla.ParseSpan(s)
	if err != nil || span.IsZero() {
		return sla.Span{}, want("a duration above zero such as 30m, 4h, 3d or 2w")
	}
	return span, nil
}

// parseTime takes a length on the clock, such as 12h; it may be 0m.
func parseTime(s string) (time.Duration, *fault) {
	span, err := sla.ParseSpan(s)
	if err != nil || span.Days > 0 || span.Weeks > 0 || span.Time > 24*time.Hour {
		return 0, want("a duration of at most 24h such as 30m or 12h")
	}
	return span.Time, nil
}
