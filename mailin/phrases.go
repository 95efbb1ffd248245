package mailin

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// phrases are words in lower case with which a line may start, by their first
// byte. Most lines are told apart by their first two bytes alone.
type phrases struct {
	lists  [256][]string
	second [256]uint32 // a bit for the low bits of each second byte, without case
}

func newPhrases(list ...string) *phrases {
	p := &phrases{}
	for _, w := range list {
		p.add(w, w)
		if up := strings.ToUpper(w); up[0] != w[0] || up[1] != w[1] {
			p.add(w, up)
		}
	}
	return p
}

// add files a phrase under the first bytes of one of its forms.
func (p *phrases) add(w, form string) {
	c := form[0]
	if n := len(p.lists[c]); n == 0 || p.lists[c][n-1] != w {
		p.lists[c] = append(p.lists[c], w)
	}
	p.second[c] |= 1 << (form[1] & 31)
	if form[1] == ' ' {
		p.second[c] |= 1 << (0xc2 & 31) // a no-break space
	}
}

// under lists the phrases that could stand at the start of s.
func (p *phrases) under(s string) []string {
	if len(s) < 2 || p.second[s[0]]>>(s[1]&31)&1 == 0 {
		return nil
	}
	return p.lists[s[0]]
}

// start reports whether s starts with one of the phrases, in any case.
func (p *phrases) start(s string) bool {
	for _, w := range p.under(s) {
		if startsFold(s, w) > 0 {
			return true
		}
	}
	return false
}

// count is how many words of s start one of the phrases.
func (p *phrases) count(s string) int {
	hits := 0
	for i := 0; i < len(s); i++ {
		if p.second[s[i]] != 0 && (i == 0 || !letterByte(s[i-1])) && p.start(s[i:]) {
			hits++
		}
	}
	return hits
}

// within reports whether one of the phrases starts at any word of s.
func (p *phrases) within(s string) bool {
	for i := 0; i < len(s); i++ {
		if p.second[s[i]] != 0 && (i == 0 || !letterByte(s[i-1])) && p.start(s[i:]) {
			return true
		}
	}
	return false
}

func letterByte(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// startsFold returns how many bytes at the start of s are w, which is in lower
// case, or 0. A no-break space counts as a space and a curly apostrophe as a
// straight one: programs change both.
func startsFold(s, w string) int {
	i := 0
	for j := 0; j < len(w); {
		if i >= len(s) {
			return 0
		}
		if c := s[i]; c < utf8.RuneSelf {
			if c >= 'A' && c <= 'Z' {
				c += 'a' - 'A'
			}
			if c != w[j] {
				return 0
			}
			i, j = i+1, j+1
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		want, m := utf8.DecodeRuneInString(w[j:])
		if r != want && fold(r) != want {
			return 0
		}
		i, j = i+n, j+m
	}
	return i
}

func fold(r rune) rune {
	switch r {
	case 0xa0, 0x202f:
		return ' '
	case '’':
		return '\''
	}
	return unicode.ToLower(r)
}
