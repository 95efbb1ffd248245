package mailin

import (
	"strings"

	"envdesk/tracker"
)

// cleanSpec makes an addr-spec of what stood in brackets: without a route
// (RFC 5322 §4.4), blanks, controls and hidden characters; "" when there is no @.
func (g *guess) cleanSpec(s string) string {
	if strings.HasPrefix(s, "@") {
		if _, after, ok := strings.Cut(s, ":"); ok {
			s = after
		}
	}
	if strings.IndexByte(s, '(') >= 0 && strings.IndexByte(s, '"') < 0 {
		s = withoutComments(s)
	}
	s = g.header(s)
	s = strings.Map(unbroken, s)
	s = unwrapSpec(s)
	if len(s) > 7 && strings.EqualFold(s[:7], "mailto:") {
		s = s[7:]
	}
	s = strings.TrimRight(strings.Trim(s, "<>'"), ".,;:")
	if strings.IndexByte(s, '@') < 0 {
		return ""
	}
	return s
}

// withoutComments drops comments and what they hold.
func withoutComments(s string) string {
	var b strings.Builder
	depth := 0
	for i := range len(s) {
		switch c := s[i]; {
		case c == '(':
			depth++
		case c == ')' && depth > 0:
			depth--
		case depth == 0:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// unwrapSpec takes off quotes and square brackets around a whole address.
func unwrapSpec(s string) string {
	if len(s) < 3 || s[0] != '"' && s[0] != '[' {
		return s
	}
	inner := strings.TrimRight(s[1:], `"]`)
	if strings.IndexByte(inner, '@') > 0 && !strings.ContainsAny(inner, `"]`) {
		return inner
	}
	return s
}

// mailbox reads the one mailbox that most fields hold, a bare address or one in
// angle brackets behind a name without quotes. False is for all other forms.
func (g *guess) mailbox(v string) (tracker.Address, bool) {
	open := strings.IndexByte(v, '<')
	if open < 0 {
		return tracker.Address{Address: v}, isPlainSpec(v)
	}
	name, spec := v[:open], v[open+1:]
	if spec, closed := strings.CutSuffix(spec, ">"); closed && isPlainSpec(spec) && isPlainName(name) {
		return tracker.Address{Name: g.displayName(strings.TrimSpace(name)), Address: spec}, true
	}
	return tracker.Address{}, false
}

// isPlainSpec reports an addr-spec that stays as it is.
func isPlainSpec(s string) bool {
	at := strings.IndexByte(s, '@')
	if at <= 0 || at == len(s)-1 || s[len(s)-1] == '.' {
		return false
	}
	for i := range len(s) {
		if i != at && s[i] != '.' && !hostByte(s[i]) && s[i] != '_' && s[i] != '+' && s[i] != '=' {
			return false
		}
	}
	return true
}

// isPlainName reports words with one blank between them and nothing that has a
// meaning in an address list.
func isPlainName(s string) bool {
	for i := range len(s) {
		switch s[i] {
		case ',', ';', ':', '(', ')', '<', '>', '"', '@', '\\', 0x7f:
			return false
		case ' ':
			if i+1 < len(s) && s[i+1] == ' ' {
				return false
			}
		default:
			if s[i] < ' ' {
				return false
			}
		}
	}
	return true
}
