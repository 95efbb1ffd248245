package intake

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/cases"
)

// Shortest names for which a prefix and a typing slip are accepted.
const (
	minPrefix = 4
	minSlip   = 5
)

// find returns the term that the word names: by name or alias without case,
// spaces and punctuation; else by a prefix of four letters or more; else with
// one typing slip in five letters or more; each only when exactly one fits.
func find(terms []Term, word string) (string, bool) {
	w := fold(word)
	if w == "" {
		return "", false
	}
	if name, ok := findExact(terms, word); ok {
		return name, true
	}
	if letters(w) >= minPrefix {
		if name, ok := only(terms, func(spelling string) bool { return strings.HasPrefix(spelling, w) }); ok {
			return name, true
		}
	}
	if letters(w) < minSlip {
		return "", false
	}
	return only(terms, func(spelling string) bool { return letters(spelling) >= minSlip && oneSlip(spelling, w) })
}

// findExact returns the term whose name or alias is the word.
func findExact(terms []Term, word string) (string, bool) {
	w := fold(word)
	return only(terms, func(spelling string) bool { return w != "" && spelling == w })
}

// only returns the one term of which a spelling fits.
func only(terms []Term, fits func(spelling string) bool) (string, bool) {
	name := ""
	for _, t := range terms {
		if !fits(fold(t.Name)) && !slices.ContainsFunc(t.Aliases, func(s string) bool { return fits(fold(s)) }) {
			continue
		}
		if name != "" {
			return "", false
		}
		name = t.Name
	}
	return name, name != ""
}

// fold drops case, spaces and punctuation.
func fold(s string) string {
	if isPlainWord(s) {
		return s
	}
	if plain, ok := foldASCII(s); ok {
		return plain
	}
	return cases.Fold().String(strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r) {
			return r
		}
		return -1
	}, s))
}

// foldASCII is fold without the tables of Unicode, for most words of a subject.
func foldASCII(s string) (string, bool) {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c >= 0x80:
			return "", false
		case 'A' <= c && c <= 'Z':
			out = append(out, c|0x20)
		case 'a' <= c && c <= 'z' || '0' <= c && c <= '9':
			out = append(out, c)
		}
	}
	return string(out), true
}

func isPlainWord(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}

func letters(s string) int { return len([]rune(s)) }

// oneSlip reports whether a and b differ by one letter added, dropped or
// changed, or by two neighbours swapped (Damerau 1964).
func oneSlip(a, b string) bool {
	x, y := []rune(a), []rune(b)
	if len(x) < len(y) {
		x, y = y, x
	}
	if len(x)-len(y) > 1 {
		return false
	}
	i := 0
	for i < len(y) && x[i] == y[i] {
		i++
	}
	if len(x) > len(y) {
		return slices.Equal(x[i+1:], y[i:])
	}
	if i == len(x) || slices.Equal(x[i+1:], y[i+1:]) {
		return true
	}
	return i+1 < len(x) && x[i] == y[i+1] && x[i+1] == y[i] && slices.Equal(x[i+2:], y[i+2:])
}
