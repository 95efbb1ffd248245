package mailout

import (
	"bytes"
	"encoding/csv"
	"strconv"
	"strings"
	"time"

	"envdesk/tracker/report"
)

// tableOf is the CSV of the requests of a week (RFC 4180): UTF-8 with a byte
// order mark, without which Excel reads it in the code page of its country, and
// times on the desk's wall clock in a form that it knows as such.
func tableOf(rows []report.Row, zone *time.Location) []byte {
	var b bytes.Buffer
	b.WriteString("\uFEFF")
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	_ = w.Write([]string{
		"key", "title", "priority", "type", "environment", "stack", "status", "with", "opened", "ended", "open", "late", "deadline", "late_by_hours",
		"deadlines_in_week", "deadlines_met", "why",
	})
	for _, r := range rows {
		_ = w.Write([]string{ // a bytes.Buffer takes everything
			inert(r.Key), inert(r.Title), inert(r.Priority), inert(r.Type), inert(r.Environment), inert(r.Stack), inert(r.Status), inert(r.Who),
			wallClock(r.Opened, zone), wallClock(r.Ended, zone), yesNo(r.IsOpen), yesNo(r.Late), wallClock(r.Deadline, zone), hours(r.LateBy),
			strconv.Itoa(r.Due), strconv.Itoa(r.Met), inert(r.Why),
		})
	}
	w.Flush()
	return b.Bytes()
}

// inert is a value that no spreadsheet takes for a formula.
func inert(s string) string {
	s = strings.Join(strings.FieldsFunc(clean(s), func(r rune) bool { return r == '\n' }), " ")
	if s != "" && strings.ContainsAny(s[:1], "=+-@\t") || strings.HasPrefix(s, "\r") {
		return "'" + s
	}
	return s
}

func wallClock(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	return t.In(zone).Format("2006-01-02 15:04")
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// hours are hours with one decimal, "" for none.
func hours(seconds int64) string {
	if seconds == 0 {
		return ""
	}
	return strconv.FormatFloat(float64(seconds)/3600, 'f', 1, 64)
}
