package mailin

import (
	"encoding/binary"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// vocabulary is a set of phrases in folded form (see folded) that may stand
// anywhere in a text, by a hash of their first three bytes: at most words of a
// text it is done after one look.
type vocabulary struct {
	long  []string // of three bytes or more, in the order of their hashes
	from  [hashes + 1]uint16
	short []string
	begun [startWords]uint64 // a bit for the hash of the first four bytes of each phrase
}

const (
	hashes     = 512
	startWords = 128
)

func hash3(s string) int { return (int(s[0])*37 ^ int(s[1])*11 ^ int(s[2])) % hashes }

func newVocabulary(list ...string) *vocabulary {
	v := &vocabulary{}
	for _, w := range list {
		if len(w) < 3 {
			v.short = append(v.short, w)
		} else {
			v.long = append(v.long, w)
			v.from[hash3(w)+1]++
		}
		v.begin(w)
	}
	slices.SortStableFunc(v.long, func(a, b string) int { return hash3(a) - hash3(b) })
	for h := range hashes {
		v.from[h+1] += v.from[h]
	}
	return v
}

// under lists the phrases that could stand at the start of s, the short ones left
// out.
func (v *vocabulary) under(s string) []string {
	h := hash3(s)
	return v.long[v.from[h]:v.from[h+1]]
}

// begin notes the first four bytes of a phrase; behind a shorter one anything can
// follow.
func (v *vocabulary) begin(w string) {
	if len(w) < 4 {
		for i := range v.begun {
			v.begun[i] = ^uint64(0)
		}
		return
	}
	word, bit := startBit([4]byte([]byte(w)))
	v.begun[word] |= 1 << bit
}

// startBit is where the set of starts holds the first four bytes of a phrase.
func startBit(b [4]byte) (word, bit uint32) {
	h := binary.BigEndian.Uint32(b[:]) * 0x9e3779b1 >> 19
	return h / 64, h % 64
}

// starts reports whether the folded s starts with one of the phrases.
func (v *vocabulary) starts(s string) bool { return v.prefix(s) > 0 }

// prefix returns the length of the longest phrase that the folded s starts with.
func (v *vocabulary) prefix(s string) int {
	n := 0
	if len(s) >= 3 {
		if list := v.under(s); len(list) > 0 {
			n = longest(list, s, n)
		}
	}
	if len(v.short) == 0 {
		return n
	}
	return longest(v.short, s, n)
}

func longest(list []string, s string, n int) int {
	for _, w := range list {
		if len(w) > n && strings.HasPrefix(s, w) {
			n = len(w)
		}
	}
	return n
}

// in reports whether one of the phrases begins at a word of the folded s. The end
// of a phrase may lie inside a word, so that a stem stands for all its endings.
func (v *vocabulary) in(s string) bool { return v.index(s) >= 0 }

// index returns where the first of the phrases begins, -1 when there is none.
func (v *vocabulary) index(s string) int {
	for i := 0; i < len(s); i++ {
		if wordStart(s, i) && v.prefix(s[i:]) > 0 {
			return i
		}
		for i+1 < len(s) && wordBytes[s[i]] && s[i+1] < utf8.RuneSelf { // no word starts in a word
			i++
		}
	}
	return -1
}

// inText is in for a text that is not folded. A text is folded only from the
// first word on with which a phrase may begin, and most texts have none.
func (v *vocabulary) inText(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] <= ' ' { // starts nothing
			continue
		}
		if v.mayStart(s[i:]) {
			return v.in(folded(s[i:]))
		}
		word := i
		for i < len(s) && wordBytes[s[i]] {
			i++
		}
		if i < len(s) && s[i] >= utf8.RuneSelf {
			return v.in(folded(s[word:]))
		}
	}
	return false
}

// mayStart reports whether s, folded, could start with a phrase: for certain only
// where it is ASCII without blanks beside each other.
func (v *vocabulary) mayStart(s string) bool {
	if len(s) < 4 {
		return true
	}
	four := [4]byte{asFolded[s[0]], asFolded[s[1]], asFolded[s[2]], asFolded[s[3]]}
	for i := 1; i < 4; i++ {
		if four[i] <= ' ' && (four[i] == 0 || four[i-1] == ' ') {
			return true
		}
	}
	word, bit := startBit(four)
	if v.begun[word]>>bit&1 == 0 {
		return four[0] == 0
	}
	for _, w := range v.under(string(four[:])) {
		if mayBe(s, w) {
			return true
		}
	}
	return false
}

// mayBe reports whether s, folded, could start with the phrase w.
func mayBe(s, w string) bool {
	for i := range min(len(s), len(w)) {
		if c := asFolded[s[i]]; c != w[i] {
			return c == 0 || c == ' ' && i > 0 && s[i-1] <= ' '
		}
	}
	return true
}

// asFolded are the ASCII characters in folded form, 0 for all other bytes.
var asFolded = func() (set [256]byte) {
	for c := range byte(utf8.RuneSelf) {
		if set[c] = lowered[c]; set[c] == 0 {
			set[c] = ' '
		}
	}
	return set
}()

// with joins vocabularies to one that is looked through once.
func (v *vocabulary) with(others ...*vocabulary) *vocabulary {
	all := slices.Concat(v.long, v.short)
	for _, o := range others {
		all = slices.Concat(all, o.long, o.short)
	}
	return newVocabulary(all...)
}

// wordStart reports whether a word can begin at i. Scripts of three-byte
// characters (Indic, Thai, East Asian) put no blanks between words.
func wordStart(s string, i int) bool {
	if i == 0 || s[i] >= 0xe0 {
		return true
	}
	before := s[i-1]
	return before < utf8.RuneSelf && !wordBytes[before] || before >= utf8.RuneSelf && s[i] < utf8.RuneSelf && wideBefore(s, i)
}

// wideBefore reports whether the character before i is of such a script or a
// full-width sign.
func wideBefore(s string, i int) bool {
	r, _ := utf8.DecodeLastRuneInString(s[:i])
	return r >= 0x0900 && r != utf8.RuneError
}

// wordBytes are the ASCII letters and digits.
var wordBytes = func() (set [256]bool) {
	for c := range set {
		set[c] = alnum(byte(c))
	}
	return set
}()

func alnum(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || isDigit(c) }

// folded makes a text comparable with a vocabulary: lower case, blanks and line
// ends as one space, typographic apostrophes and hyphens plain, and characters
// that cannot be seen left out.
func folded(s string) string {
	b := make([]byte, 0, len(s))
	blank := true
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case lowered[c] != 0:
			b, blank = append(b, lowered[c]), false
			i++
			continue
		case c >= utf8.RuneSelf:
			r, n := utf8.DecodeRuneInString(s[i:])
			i += n
			if b, c = foldRune(b, r); c == 0 {
				blank = false
			}
			if c != ' ' {
				continue
			}
		default:
			i++
		}
		if !blank {
			b, blank = append(b, ' '), true
		}
	}
	return strings.TrimSuffix(string(b), " ")
}

// foldRune appends a character beyond ASCII in folded form; its answer is ' ' for
// a blank, 0 for what was appended, and 1 for what is left out.
func foldRune(b []byte, r rune) ([]byte, byte) {
	switch {
	case r == 0xa0 || r == 0x202f || r == 0x3000:
		return b, ' '
	case r == 0x2019 || r == 0x2018 || r == 0xb4:
		return append(b, '\''), 0
	case r == 0x2010 || r == 0x2011:
		return append(b, '-'), 0
	case isHidden(r):
		return b, 1
	}
	return utf8.AppendRune(b, unicode.ToLower(r)), 0
}

// lowered are the ASCII characters that can be seen, in lower case.
var lowered = func() (lower [256]byte) {
	for c := byte('!'); c < utf8.RuneSelf; c++ {
		lower[c] = c
		if c >= 'A' && c <= 'Z' {
			lower[c] += 'a' - 'A'
		}
	}
	return lower
}()

// cutBytes returns the start of s of at most n bytes, in whole characters.
func cutBytes(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
