package mailin

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// evidence is what in a line shows that it speaks of a mail.
type evidence struct{ date, time, address bool }

// count is how many kinds of evidence there are.
func (e evidence) count() int { return add(e.date) + add(e.time) + add(e.address) }

// evidenceIn looks for dates (23/11/2026, 2026-11-23, 2026年, or a year), times
// (10:00, 10h30) and addresses.
func evidenceIn(s string) evidence {
	var e evidence
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '@':
			e.address = e.address || i > 0 && i+1 < len(s) && wordByte(s[i-1]) && wordByte(s[i+1])
		case isDigit(c) && (i == 0 || !isDigit(s[i-1])):
			e.number(s[i:])
		}
	}
	return e
}

func wordByte(c byte) bool { return c > ' ' && c != '<' && c != '>' && c != ',' }

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// number looks at what a run of digits starts.
func (e *evidence) number(s string) {
	n := digits(s)
	rest := s[n:]
	if n == 4 && (s[:2] == "19" || s[:2] == "20" || s[:2] == "25") { // 25: Buddhist years
		e.date = true
	}
	if n > 2 || len(rest) < 2 {
		return
	}
	switch sep := rest[0]; {
	case (sep == ':' || sep == 'h') && digits(rest[1:]) >= 2, sep == '.' && digits(rest[1:]) == 2 && !strings.HasPrefix(rest[3:], "."):
		e.time = true
	case sep == '/' || sep == '.' || sep == '-':
		e.date = e.date || dayMonthYear(rest[1:], sep)
	}
}

// dayMonthYear recognises what stands behind the first number and its separator:
// "11/2026", "11. 2026".
func dayMonthYear(s string, sep byte) bool {
	s = strings.TrimLeft(s, " ")
	m := digits(s)
	if m < 1 || m > 2 || len(s) <= m+1 || s[m] != sep {
		return false
	}
	return digits(strings.TrimLeft(s[m+1:], " ")) >= 2
}

func digits(s string) int {
	n := 0
	for n < len(s) && isDigit(s[n]) {
		n++
	}
	return n
}

// plainDigits writes the decimal digits of other scripts as ASCII ones and drops
// marks of direction.
func plainDigits(s string) string {
	if ascii(s) || strings.IndexFunc(s, foreignMark) < 0 {
		return s
	}
	return strings.Map(func(r rune) rune {
		switch {
		case isDirection(r):
			return -1
		case r > utf8.RuneSelf && unicode.IsDigit(r):
			return '0' + digitValue(r)
		}
		return r
	}, s)
}

func foreignMark(r rune) bool {
	return r >= utf8.RuneSelf && (isDirection(r) || unicode.IsDigit(r))
}

// digitValue counts from the zero of the script, whose digits lie together.
func digitValue(r rune) rune {
	n := rune(0)
	for n < 9 && unicode.IsDigit(r-n-1) {
		n++
	}
	return n
}

// isDirection reports marks of writing direction and other characters of no
// width that programs put around names and dates.
func isDirection(r rune) bool {
	return r >= 0x200b && r <= 0x200f || r >= 0x202a && r <= 0x202e || r >= 0x2060 && r <= 0x2069 || r == 0xfeff
}

// stripped is a line without blanks and marks of direction at its ends. Most lines
// have none.
func stripped(s string) string {
	if s != "" && printed(s[0]) && printed(s[len(s)-1]) {
		return s
	}
	return stripEnds(s)
}

// printed reports the bytes of visible ASCII.
func printed(c byte) bool { return c > ' ' && c < 0x7f }

func stripEnds(s string) string {
	s = strings.TrimSpace(s)
	if s == "" || s[0] < utf8.RuneSelf && s[len(s)-1] < utf8.RuneSelf {
		return s
	}
	return strings.TrimFunc(s, func(r rune) bool { return isDirection(r) || unicode.IsSpace(r) })
}

// writingVerb returns where the last verb of the table stands in s: a whole word
// or, in scripts without spaces between words, anywhere. From is -1 for none.
func writingVerb(s string) (from, to int) {
	for i := len(s) - 2; i >= 0; i-- {
		for _, v := range writingVerbs.under(s[i:]) {
			if n := startsFold(s[i:], v); i+n > to && n > 0 && wholeWord(s, i, i+n) {
				from, to = i, i+n
			}
		}
		if to > 0 {
			return from, to
		}
	}
	return -1, 0
}

func wholeWord(s string, from, to int) bool {
	first, _ := utf8.DecodeRuneInString(s[from:])
	if first >= 0x0900 { // Indic and East Asian scripts
		return true
	}
	before, _ := utf8.DecodeLastRuneInString(s[:from])
	after, _ := utf8.DecodeRuneInString(s[to:])
	return !letter(before) && !letter(after)
}

func letter(r rune) bool { return r != utf8.RuneError && unicode.IsLetter(r) }
