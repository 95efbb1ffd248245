package mailin

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// phrases are words in lower case with which a line may start, by a hash of their
// first two bytes, which tell most lines apart.
type phrases struct {
	lists  [hashes][]string
	second [256]uint32 // a bit for the low bits of each second byte, without case
}

// hash2 is the same for both cases of the second byte.
func hash2(a, b byte) int { return (int(a)*37 ^ int(b&31)*11) % hashes }

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
	p.file(w, form[0], form[1])
	switch form[1] {
	case ' ':
		p.file(w, form[0], 0xc2) // a no-break space
	case '\'':
		p.file(w, form[0], 0xe2) // a curly apostrophe
	}
}

func (p *phrases) file(w string, a, b byte) {
	list := &p.lists[hash2(a, b)]
	if n := len(*list); n == 0 || (*list)[n-1] != w {
		*list = append(*list, w)
	}
	p.second[a] |= 1 << (b & 31)
}

// under lists the phrases that could stand at the start of s.
func (p *phrases) under(s string) []string {
	if len(s) < 2 || p.second[s[0]]>>(s[1]&31)&1 == 0 {
		return nil
	}
	return p.lists[hash2(s[0], s[1])]
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

// length is how many bytes at the start of s are the longest of the phrases.
func (p *phrases) length(s string) int {
	n := 0
	for _, w := range p.under(s) {
		n = max(n, startsFold(s, w))
	}
	return n
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
