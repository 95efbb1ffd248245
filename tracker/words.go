package tracker

import (
	"unicode"
	"unicode/utf8"
)

// Capital begins a sentence: its first letter becomes a large one.
func Capital(s string) string {
	first, n := utf8.DecodeRuneInString(s)
	if n == 0 || first == utf8.RuneError {
		return s
	}
	return string(unicode.ToUpper(first)) + s[n:]
}
