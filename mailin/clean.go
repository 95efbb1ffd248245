package mailin

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// isControl reports C0 and C1 controls and DEL.
func isControl(r rune) bool { return r < ' ' || r >= 0x7f && r < 0xa0 }

// isHidden reports characters that change how others are shown, or show nothing:
// bidirectional controls, zero-width characters, line and paragraph separators,
// fillers, annotations, tags.
func isHidden(r rune) bool {
	switch {
	case r < 0x61c:
		return r == 0xad || r == 0x34f
	case r >= 0x200b && r <= 0x200f, r >= 0x2028 && r <= 0x202e, r >= 0x2060 && r <= 0x206f:
		return true
	case r >= 0xfff9 && r <= 0xfffb, r >= 0xe0000 && r <= 0xe007f:
		return true
	}
	return r == 0x61c || r == 0x115f || r == 0x1160 || r == 0x180e || r == 0xfeff || isFiller(r)
}

// isFiller reports letters and signs that look like a blank.
func isFiller(r rune) bool { return r == 0x2800 || r == 0x3164 || r == 0xffa0 }

// joins reports the two joiners without which some scripts and emoji cannot be
// written; they are harmless between such letters.
func joins(r rune) bool { return r == 0x200c || r == 0x200d }

// cleanLine makes one line for showing: no controls, no hidden characters, no
// blanks around it, NFC.
func cleanLine(s string) string {
	if plainLine(s) {
		return strings.TrimSpace(s)
	}
	var b strings.Builder
	b.Grow(len(s))
	last := rune(0)
	for i, r := range s {
		switch {
		case r == '\r' && strings.HasPrefix(s[i+1:], "\n"):
			continue
		case r == '\n' && strings.HasPrefix(s[i+1:], " "): // a fold that was encoded
			continue
		case r == '\t' || r == '\n' || r == '\r' || r == 0x2028 || r == 0x2029 || isFiller(r):
			r = ' '
		case joins(r):
			next, _ := utf8.DecodeRuneInString(s[i+utf8.RuneLen(r):])
			if last < 0x600 || next < 0x600 || joins(next) {
				continue
			}
		case isControl(r) || isHidden(r):
			continue
		}
		b.WriteRune(r)
		last = r
	}
	return strings.TrimSpace(composed(b.String()))
}

// composed is NFC without the joiner that the library puts behind each thirty
// marks in a row.
func composed(s string) string {
	return strings.ReplaceAll(norm.NFC.String(s), "\u034f", "")
}

// plainLine reports printable ASCII, which needs no cleaning.
func plainLine(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] >= 0x7f {
			return false
		}
	}
	return true
}

// unbroken is for strings.Map: it drops blanks, controls and what cannot be seen.
func unbroken(r rune) rune {
	if r <= ' ' || isControl(r) || isHidden(r) {
		return -1
	}
	return r
}

// cutRunes cuts s to at most n runes and reports whether it was longer.
func cutRunes(s string, n int) (string, bool) {
	if len(s) <= n {
		return s, false
	}
	count := 0
	for i := range s {
		if count == n {
			return s[:i], true
		}
		count++
	}
	return s, false
}

// cleanText makes body text: LF line ends, no controls but tab and LF. CR, FF and
// VT end a line too, but not within a quoted one.
func cleanText(s string) string {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	if !needsCleaning(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	start, lined := 0, strings.Contains(s, "\n")
	for _, r := range s {
		switch {
		case breaksLine(r) && lined && startsQuoted(b.String()[start:]):
			b.WriteByte(' ') // a new line would lack the sign
		case breaksLine(r) || r == '\n':
			b.WriteByte('\n')
			start = b.Len()
		case r == '\t' || !isControl(r) && r != 0xfeff:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// breaksLine reports what some programs write for the end of a line or page.
func breaksLine(r rune) bool { return r == '\r' || r == '\f' || r == '\v' }

// startsQuoted reports a line with a quotation sign, also an unusual one.
func startsQuoted(s string) bool {
	s = strings.TrimLeft(s[:min(len(s), 64)], " \t")
	return strings.HasPrefix(s, ">") || strings.HasPrefix(s, "＞") || unusualSign(s) != ""
}

func needsCleaning(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case c >= ' ' && c < 0x7f, c == '\n', c == '\t':
		case c < 0x80, c == 0xc2, c == 0xef: // controls; lead bytes of C1 and U+FEFF
			return true
		}
	}
	return false
}
