package mailin

import (
	"strconv"
	"strings"
	"time"
)

// date reads the Date field; the zero time when there is none that makes sense.
func (p *parser) date(h header) time.Time {
	v := h.get("Date")
	t, ok := parseDate(v)
	switch {
	case v == "":
		p.problems.note(problemNoDate, "the mail has no date")
	case !ok:
		p.problems.note(problemBadDate, "the date is not readable")
	}
	return t
}

// parseDate reads a date as RFC 5322 §3.3 and §4.3 and common programs write it:
// the parts are found by their shape, in any sane order. The zone is kept as an
// offset; an unknown zone counts as UTC (RFC 5322 §4.3).
func parseDate(v string) (time.Time, bool) {
	v = strings.TrimSpace(v)
	if t, err := time.Parse(time.RFC3339, v); err == nil {
		return fixed(t), true
	}
	var d dateParts
	for _, w := range strings.FieldsFunc(dropComments(v), isDateSeparator) {
		d.take(w)
	}
	return d.time()
}

func fixed(t time.Time) time.Time {
	_, offset := t.Zone()
	return t.In(time.FixedZone("", offset))
}

func isDateSeparator(r rune) bool { return r == ' ' || r == ',' || r == '\t' || r == '\n' }

func dropComments(s string) string {
	head, _, _ := strings.Cut(s, "(")
	return head
}

// dateParts is what was found; month 0 and day 0 are not found.
type dateParts struct {
	year, month, day int
	clock            [3]int
	hasYear, hasTime bool
	offset           int // seconds
	pm, am           bool
}

func (d *dateParts) take(w string) {
	switch {
	case strings.Contains(w, ":") && !d.hasTime:
		d.takeClock(w)
	case w[0] == '+' || w[0] == '-':
		d.takeOffset(w)
	case strings.Count(w, "-") == 2:
		d.takeDashed(strings.Split(w, "-"))
	case w[0] >= '0' && w[0] <= '9':
		d.takeNumber(w)
	default:
		d.takeWord(strings.ToLower(strings.Trim(w, ".")))
	}
}

// takeDashed reads 2026-11-23 and 23-Nov-2026.
func (d *dateParts) takeDashed(parts []string) {
	if month, err := strconv.Atoi(parts[1]); err == nil && len(parts[0]) == 4 {
		d.takeNumber(parts[0])
		d.month = min(max(month, 0), 12)
		d.takeNumber(parts[2])
		return
	}
	for _, part := range parts {
		if part != "" {
			d.take(part)
		}
	}
}

func (d *dateParts) takeClock(w string) {
	for i, part := range strings.SplitN(w, ":", 3) {
		part, _, _ = strings.Cut(part, ".")
		n, err := strconv.Atoi(part)
		if err != nil || n < 0 {
			return
		}
		d.clock[i] = n
	}
	d.hasTime = true
}

func (d *dateParts) takeOffset(w string) {
	digits := strings.ReplaceAll(w[1:], ":", "")
	n, err := strconv.Atoi(digits)
	if err != nil || len(digits) > 4 {
		return
	}
	d.offset = (n/100*60 + n%100) * 60
	if len(digits) <= 2 {
		d.offset = n * 3600
	}
	if d.offset > 15*3600 {
		d.offset = 0
	}
	if w[0] == '-' {
		d.offset = -d.offset
	}
}

func (d *dateParts) takeNumber(w string) {
	n, err := strconv.Atoi(strings.Trim(w, "."))
	switch {
	case err != nil:
	case d.day == 0 && n >= 1 && n <= 31 && len(w) <= 3:
		d.day = n
	case !d.hasYear:
		d.year, d.hasYear = fullYear(n, len(w)), true
	}
}

// fullYear reads years of two and three digits (RFC 5322 §4.3).
func fullYear(n, digits int) int {
	switch {
	case digits == 2 && n < 50:
		return n + 2000
	case digits <= 3:
		return n + 1900
	}
	return n
}

var months = []string{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}

// zones are the names of RFC 5322 §4.3, in hours.
var zones = map[string]int{"est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7}

func (d *dateParts) takeWord(w string) {
	if h, ok := zones[w]; ok {
		d.offset = h * 3600
		return
	}
	switch w {
	case "am":
		d.am = true
	case "pm":
		d.pm = true
	}
	for i, m := range months {
		if len(w) >= 3 && w[:3] == m && d.month == 0 {
			d.month = i + 1
		}
	}
}

func (d *dateParts) time() (time.Time, bool) {
	if d.day == 0 || d.month == 0 || d.year < 1970 || d.year > 9999 {
		return time.Time{}, false
	}
	hour := d.clock[0]
	switch {
	case d.pm && hour < 12:
		hour += 12
	case d.am && hour == 12:
		hour = 0
	}
	if hour > 23 || d.clock[1] > 59 || d.clock[2] > 60 {
		return time.Time{}, false
	}
	t := time.Date(d.year, time.Month(d.month), d.day, hour, d.clock[1], d.clock[2], 0, time.FixedZone("", d.offset))
	return t, t.Day() == d.day || d.clock[2] == 60
}
