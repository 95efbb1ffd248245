package mailin

import "strings"

// phrases are words in lower case with which a line may start, by their first
// byte: most lines are told apart by that alone.
type phrases map[byte][]string

// maxPhrase is how much of a line is compared; no phrase is longer.
const maxPhrase = 80

func newPhrases(list ...string) phrases {
	p := phrases{}
	for _, w := range list {
		p[w[0]] = append(p[w[0]], w)
	}
	return p
}

// start reports whether s starts with one of the phrases, in any case.
func (p phrases) start(s string) bool {
	if s == "" {
		return false
	}
	c := s[0]
	if c >= 'A' && c <= 'Z' {
		c += 'a' - 'A'
	}
	if c < 0x80 && len(p[c]) == 0 {
		return false
	}
	s = strings.ToLower(s[:min(len(s), maxPhrase)])
	for _, w := range p[s[0]] {
		if strings.HasPrefix(s, w) {
			return true
		}
	}
	return false
}
