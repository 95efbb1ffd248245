package mailin

import (
	"strings"
	"time"
)

// invitation is what a reader wants to know of an iCalendar object (RFC 5545)
// that came by mail (RFC 6047): its method and its first event.
type invitation struct {
	method             string // upper case, "" when there is none
	component          string // VEVENT, VTODO, VJOURNAL or VFREEBUSY
	summary, location  string
	organizer          string
	attendee, answer   string // of a reply: who, and PARTSTAT
	start, end         calendarTime
	duration           string // where there is no end
	repeats, cancelled bool
}

// maxCalendarLines bounds what is read of an object, counted in content lines.
const maxCalendarLines = 5000

// parseCalendar reads the first component that is no time zone. Lines that are
// not understood count for nothing; an object without a component gives false.
func parseCalendar(text string) (invitation, bool) {
	var v invitation
	r := calendarReader{rest: text}
	for n := 0; n < maxCalendarLines; n++ {
		l, ok := r.next()
		if !ok {
			break
		}
		name := strings.ToUpper(l.name)
		switch {
		case name == "BEGIN" && v.component == "" && isComponent(l.value):
			v.component, r.depth = strings.ToUpper(l.value), 0
		case name == "END" && v.component != "" && strings.EqualFold(l.value, v.component):
			return v, true
		case name == "BEGIN":
			r.depth++
		case name == "END":
			r.depth--
		case name == "METHOD" && v.method == "":
			v.method = strings.ToUpper(cleanLine(l.value))
		case v.component != "" && r.depth == 0: // an alarm inside has a summary too
			v.property(name, l)
		}
	}
	return v, v.component != ""
}

func isComponent(s string) bool {
	switch strings.ToUpper(s) {
	case "VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY":
		return true
	}
	return false
}

func (v *invitation) property(name string, l contentLine) {
	switch name {
	case "SUMMARY":
		v.summary = calendarText(l.value)
	case "LOCATION":
		v.location = calendarText(l.value)
	case "ORGANIZER":
		v.organizer = l.person()
	case "ATTENDEE":
		if v.attendee == "" {
			v.attendee, v.answer = l.person(), strings.ToUpper(l.param("PARTSTAT"))
		}
	case "DTSTART":
		v.start = parseCalendarTime(l)
	case "DTEND", "DUE":
		v.end = parseCalendarTime(l)
	case "DURATION":
		v.duration = l.value
	case "RRULE":
		v.repeats = true
	case "STATUS":
		v.cancelled = strings.EqualFold(l.value, "CANCELLED")
	}
}

// line tells an invitation in one line, such as "Calendar invitation: Standup,
// Tue 10 Mar 2026 10:00–10:30 (Asia/Kolkata), organiser a@b.test, at Room 4".
func (v invitation) line() string {
	out := []string{v.title()}
	if when := v.when(); when != "" {
		out = append(out, when)
	}
	if v.repeats {
		out = append(out, "repeated")
	}
	if v.organizer != "" && v.method != "REPLY" {
		out = append(out, "organiser "+v.organizer)
	}
	if v.location != "" {
		out = append(out, "at "+v.location)
	}
	s, _ := cutRunes(strings.Join(out, ", "), maxCalendarText)
	return s
}

// maxCalendarText is the length of the longest line that is told, in runes.
const maxCalendarText = 1000

func (v invitation) title() string {
	summary := v.summary
	if summary == "" {
		summary = "(no title)"
	}
	return v.kind() + ": " + summary
}

func (v invitation) kind() string {
	what := "Calendar event"
	if v.component == "VTODO" {
		what = "Calendar task"
	}
	switch {
	case v.method == "CANCEL" || v.cancelled:
		return what + " cancelled"
	case v.method == "REPLY":
		return "Calendar answer: " + v.answered()
	case v.method == "COUNTER":
		return "Calendar counter-proposal"
	case v.method == "REQUEST" && v.component != "VTODO":
		return "Calendar invitation"
	}
	return what
}

// answered tells who answered and how (RFC 5545 §3.2.12).
func (v invitation) answered() string {
	words := map[string]string{"ACCEPTED": "accepted", "DECLINED": "declined", "TENTATIVE": "tentatively accepted", "DELEGATED": "delegated"}
	word := words[v.answer]
	if word == "" {
		word = "answered"
	}
	return strings.TrimSpace(v.attendee + " " + word)
}

// when tells the time as written; the end without its date when that is the same.
func (v invitation) when() string {
	if v.start.at.IsZero() {
		return ""
	}
	const day = "Mon 2 Jan 2006"
	until := v.end
	if until.at.IsZero() {
		until = v.start.plus(v.duration)
	}
	start, end := v.start.at, until.at
	if v.start.date {
		if last := end.AddDate(0, 0, -1); until.date && last.After(start) { // DTEND is the first day that is free
			return start.Format(day) + " – " + last.Format(day)
		}
		return start.Format(day)
	}
	s := start.Format(day + " 15:04")
	switch {
	case end.IsZero() || until.date || until.zone != v.start.zone:
	case end.Format(day) == start.Format(day):
		s += "–" + end.Format("15:04")
	default:
		s += " – " + end.Format(day+" 15:04")
	}
	if v.start.zone != "" {
		s += " (" + v.start.zone + ")"
	}
	return s
}

// told reports whether a text already names the time of the event: an hour and
// the day of the month.
func (v invitation) told(text string) bool {
	at := v.start.at
	if at.IsZero() {
		return v.summary == "" || strings.Contains(text, v.summary)
	}
	if !strings.Contains(text, at.Format("2")) {
		return false
	}
	if v.start.date {
		return strings.Contains(text, at.Format("2006"))
	}
	for _, clock := range []string{"15:04", "15.04", "3:04", "15h04"} {
		if strings.Contains(text, at.Format(clock)) {
			return true
		}
	}
	return at.Minute() == 0 && strings.Contains(strings.ToLower(strings.ReplaceAll(text, " ", "")), at.Format("3pm"))
}

// calendarTime is a time as it was written: zone is the name that the object
// gives, "UTC", or "" for a time without one.
type calendarTime struct {
	at   time.Time
	date bool // a day without a time
	zone string
}

// parseCalendarTime reads DATE and DATE-TIME values (RFC 5545 §3.3.4, §3.3.5).
func parseCalendarTime(l contentLine) calendarTime {
	value := strings.TrimSpace(l.value)
	if at, err := time.Parse("20060102", value); err == nil {
		return calendarTime{at: at, date: true}
	}
	bare := strings.TrimSuffix(value, "Z")
	at, err := time.Parse("20060102T150405", bare)
	if err != nil {
		if at, err = time.Parse("20060102T1504", bare); err != nil {
			return calendarTime{}
		}
	}
	zone := cleanLine(l.param("TZID"))
	if bare != value {
		zone = "UTC"
	}
	return calendarTime{at: at, zone: zone}
}

// plus adds a DURATION (RFC 5545 §3.3.6), such as PT1H30M or P1D.
func (t calendarTime) plus(duration string) calendarTime {
	units := map[byte]time.Duration{'W': 7 * 24 * time.Hour, 'D': 24 * time.Hour, 'H': time.Hour, 'M': time.Minute, 'S': time.Second}
	total, n := time.Duration(0), time.Duration(0)
	for i := range min(len(duration), 30) {
		switch c := duration[i]; {
		case c >= '0' && c <= '9':
			n = min(n*10+time.Duration(c-'0'), 10_000)
		case units[c] > 0:
			total, n = total+n*units[c], 0
		}
	}
	if t.at.IsZero() || total == 0 {
		return calendarTime{}
	}
	t.at = t.at.Add(total)
	return t
}
