package mailin

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// evidence is what in a line shows that it speaks of a mail.
type evidence struct{ date, time, address bool }

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
	if n == 4 && (s[:2] == "19" || s[:2] == "20") {
		e.date = true
	}
	if n > 2 || len(rest) < 2 {
		return
	}
	switch sep := rest[0]; {
	case (sep == ':' || sep == 'h') && digits(rest[1:]) >= 2, sep == '.' && digits(rest[1:]) == 2 && !strings.HasPrefix(rest[3:], "."):
		e.time = true
	case sep == '/' || sep == '.' || sep == '-':
		if m := digits(rest[1:]); m >= 1 && m <= 2 && len(rest) > m+1 && rest[m+1] == sep && digits(rest[m+2:]) >= 2 {
			e.date = true
		}
	}
}

func digits(s string) int {
	n := 0
	for n < len(s) && isDigit(s[n]) {
		n++
	}
	return n
}

// hasWritingVerb looks for a verb of the table, as a whole word or, in scripts
// without spaces between words, anywhere.
func hasWritingVerb(s string) bool {
	s = strings.ToLower(s)
	for _, v := range writingVerbs {
		if i := strings.LastIndex(s, v); i >= 0 && wholeWord(s, i, i+len(v)) {
			return true
		}
	}
	return false
}

func wholeWord(s string, from, to int) bool {
	before, _ := utf8.DecodeLastRuneInString(s[:from])
	after, _ := utf8.DecodeRuneInString(s[to:])
	first, _ := utf8.DecodeRuneInString(s[from:])
	if first >= 0x0900 { // Indic and East Asian scripts
		return true
	}
	return !letter(before) && !letter(after)
}

func letter(r rune) bool { return r != utf8.RuneError && unicode.IsLetter(r) }
