package config

import (
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // zones are known on machines without a zone database too
	"unicode"

	"envdesk/tracker/sla"
)

// maxText bounds a name or another line of text, in bytes.
const maxText = 200

// parseText takes one line of text.
func parseText(s string) (string, *fault) {
	switch {
	case strings.TrimSpace(s) == "":
		return "", want("text")
	case len(s) > maxText:
		return "", want("at most %d bytes", maxText)
	case strings.ContainsFunc(s, breaksLine):
		return "", want("one line without control characters")
	}
	return s, nil
}

// breaksLine reports whether a character could end a line or hide in one.
func breaksLine(r rune) bool {
	return unicode.IsControl(r) || r == '\u2028' || r == '\u2029'
}

// parseName takes the name of something that tags and commands can name.
func parseName(s string) (string, *fault) {
	if fold(s) == "" || strings.ContainsAny(s, "[]|,/") {
		return "", want("a name with letters or digits, without [ ] | , and /")
	}
	return parseText(s)
}

// fold is what of a name counts when names are compared: letters and digits
// without case.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// number takes a whole number within bounds.
func number(least, most int) func(string) (int, *fault) {
	return func(s string) (int, *fault) {
		n, err := strconv.Atoi(s)
		if err != nil || n < least || n > most {
			return 0, want("a whole number from %d to %d", least, most)
		}
		return n, nil
	}
}

func parseBool(s string) (bool, *fault) {
	switch s {
	case "true":
		return true, nil
	case "false":
		return false, nil
	}
	return false, want("true or false")
}

// choice takes one of the given words.
func choice[T ~string](words ...T) func(string) (T, *fault) {
	return func(s string) (T, *fault) {
		known := make([]string, len(words))
		for i, w := range words {
			known[i] = string(w)
			if s == known[i] {
				return w, nil
			}
		}
		return "", oneOf(s, known)
	}
}

// parseKey takes a ticket key prefix.
func parseKey(s string) (string, *fault) {
	if len(s) < 2 || len(s) > 10 || strings.Trim(strings.ToUpper(s), "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return "", want("2 to 10 letters such as REQ")
	}
	return strings.ToUpper(s), nil
}

// parseDate takes a calendar date and gives its midnight in UTC.
func parseDate(s string) (time.Time, *fault) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return t, want("a date that exists, such as 2026-01-26")
	}
	return t, nil
}

// parseHoliday takes a calendar date.
func parseHoliday(s string) (sla.Date, *fault) {
	t, f := parseDate(s)
	return sla.NewDate(t.Date()), f
}

// parseZone takes an IANA time zone. Abbreviations are refused, those too that
// the zone database has: they name no place and know no summer time.
func parseZone(s string) (*time.Location, *fault) {
	const wanted = "a time zone such as Asia/Kolkata"
	if ask := meant(strings.ToUpper(s)); ask != "" {
		return nil, &fault{want: wanted, fix: "did you mean " + ask + "?"}
	}
	if s != "UTC" && !strings.Contains(s, "/") {
		return nil, want(wanted)
	}
	zone, err := time.LoadLocation(s)
	if err != nil {
		return nil, want(wanted)
	}
	return zone, nil
}

// meant lists the zones that an abbreviation may stand for.
func meant(abbreviation string) string {
	switch abbreviation {
	case "IST":
		return "Asia/Kolkata, Asia/Jerusalem or Europe/Dublin"
	case "EST", "EDT":
		return "America/New_York"
	case "CST":
		return "America/Chicago, Asia/Shanghai or America/Havana"
	case "MST", "MDT":
		return "America/Denver or America/Phoenix"
	case "PST", "PDT":
		return "America/Los_Angeles"
	case "BST":
		return "Europe/London or Asia/Dhaka"
	case "GMT", "WET":
		return "UTC, Europe/London or Europe/Lisbon"
	case "CET", "MET":
		return "Europe/Berlin"
	case "EET":
		return "Europe/Athens"
	case "SGT":
		return "Asia/Singapore"
	}
	return ""
}
