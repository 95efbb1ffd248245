package mailin

import (
	"slices"
	"strings"

	"envdesk/tracker"
)

// from is the sender as mail programs show it: the first address of the first
// From field, or the name alone where there is no address.
func (p *parser) from(h header) tracker.Address {
	list := p.addresses(h, "From")
	if len(list) == 0 {
		p.problems.note(problemNoFrom, "the mail has no sender")
		return tracker.Address{}
	}
	if list[0].IsZero() {
		p.problems.note(problemBadAddress, "the From field has no address")
	}
	return list[0]
}

// addresses reads every field of that name.
func (p *parser) addresses(h header, name string) []tracker.Address {
	var out []tracker.Address
	for _, v := range h.all(name) {
		out = append(out, parseAddresses(v, p.limits.Addresses+1)...)
	}
	if len(out) > p.limits.Addresses {
		p.problems.note(problemManyAddresses, "more than %d addresses in %s", p.limits.Addresses, name)
		out = out[:p.limits.Addresses]
	}
	return out
}

// deliveredTo lists where servers say that the mail was delivered.
func deliveredTo(h header) []string {
	var out []string
	for _, name := range []string{"Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To"} {
		for _, v := range h.all(name) {
			for _, a := range parseAddresses(v, 10) {
				if a.Address != "" && !slices.Contains(out, a.Address) {
					out = append(out, a.Address)
				}
			}
		}
	}
	return out
}

// nullSender reports a Return-Path of <> (RFC 5321 §4.5.5).
func nullSender(h header) bool {
	return h.has("Return-Path") && strings.Trim(h.get("Return-Path"), " \t") == "<>"
}

// parseAddresses reads an address list (RFC 5322 §3.4) as mail programs do:
// names that need quotes and have none, semicolons for commas, groups, comments
// and missing brackets are all read. It answers at most `most` entries; an entry
// without an address has only a name.
func parseAddresses(v string, most int) []tracker.Address {
	s := addressScanner{in: v, most: most}
	for s.pos < len(s.in) && len(s.out) < most {
		s.step()
	}
	s.flush()
	return s.out
}

// addressScanner holds the entry that is being read.
type addressScanner struct {
	in      string
	pos     int
	most    int
	words   []string // raw, blanks between them gone
	comment string
	angle   string
	inAngle bool // an angle address was seen
	out     []tracker.Address
}

func (s *addressScanner) step() {
	switch c := s.in[s.pos]; c {
	case ' ', '\t', '\r', '\n':
		s.pos++
	case ',', ';':
		s.pos++
		s.flush()
	case '(':
		s.comment = s.takeComment()
	case '<':
		s.takeAngle()
	case '>':
		s.pos++
	case ':':
		s.pos++
		s.words = nil // the name of a group
	default:
		s.words = append(s.words, s.takeWord())
	}
}

// takeWord reads up to a blank or special, with quoted strings whole.
func (s *addressScanner) takeWord() string {
	start := s.pos
	for s.pos < len(s.in) {
		switch c := s.in[s.pos]; {
		case c == '"':
			s.pos = skipQuoted(s.in, s.pos)
			continue
		case c == ':' && strings.ContainsAny(s.in[start:s.pos], "@"), c == ':' && isMailto(s.in[start:s.pos]):
		case strings.IndexByte(" \t\r\n,;(<>:", c) >= 0:
			return s.in[start:s.pos]
		}
		s.pos++
	}
	return s.in[start:]
}

func isMailto(s string) bool { return strings.EqualFold(s, "mailto") }

// skipQuoted returns the position behind the quoted string at i, or behind the
// quote alone where it is never closed.
func skipQuoted(s string, i int) int {
	for j := i + 1; j < len(s); j++ {
		switch s[j] {
		case '\\':
			j++
		case '"':
			return j + 1
		}
	}
	return i + 1
}

func (s *addressScanner) takeComment() string {
	depth, start := 0, s.pos
	for ; s.pos < len(s.in); s.pos++ {
		switch s.in[s.pos] {
		case '\\':
			s.pos++
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				s.pos++
				return s.in[start+1 : s.pos-1]
			}
		}
	}
	s.pos = len(s.in)
	return s.in[min(start+1, len(s.in)):]
}

func (s *addressScanner) takeAngle() {
	start := s.pos + 1
	end := start
	for end < len(s.in) && s.in[end] != '>' {
		if s.in[end] == '"' {
			end = skipQuoted(s.in, end)
			continue
		}
		if s.in[end] == '<' { // the first bracket was part of a name
			start = end + 1
		}
		end++
	}
	if !s.inAngle || s.angle == "" {
		s.angle = s.in[start:end]
	}
	s.inAngle = true
	s.pos = min(end+1, len(s.in))
}

// flush ends an entry.
func (s *addressScanner) flush() {
	a := s.entry()
	if a != (tracker.Address{}) && len(s.out) < s.most {
		s.out = append(s.out, a)
	}
	s.words, s.comment, s.angle, s.inAngle = nil, "", "", false
}

func (s *addressScanner) entry() tracker.Address {
	words, spec := s.words, s.angle
	if !s.inAngle {
		for i, w := range words {
			if strings.Contains(w, "@") {
				spec = w
				words = append(append([]string(nil), words[:i]...), words[i+1:]...)
				break
			}
		}
	}
	a := tracker.Address{Name: displayName(words), Address: cleanSpec(spec)}
	if a.Name == "" && s.comment != "" { // asha@egov.test (Asha Rao)
		a.Name = cleanLine(decodeWords(s.comment))
	}
	if a.Address == "" && a.Name == "" {
		a.Name = cleanLine(headerText(spec))
	}
	return a
}

func displayName(words []string) string {
	if len(words) == 0 {
		return ""
	}
	for i, w := range words {
		if strings.IndexByte(w, '"') >= 0 {
			words[i] = unquote(w)
		}
	}
	name, _ := cutRunes(cleanLine(decodeWords(strings.Join(words, " "))), 200)
	return strings.Trim(name, "'\" ")
}

// unquote drops the quotes of quoted strings and their escapes.
func unquote(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s):
			i++
			b.WriteByte(s[i])
		case s[i] != '"':
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

// cleanSpec makes an addr-spec of what stood in brackets: without a route
// (RFC 5322 §4.4), blanks, controls and hidden characters; "" when there is no @.
func cleanSpec(s string) string {
	if strings.HasPrefix(s, "@") {
		if _, after, ok := strings.Cut(s, ":"); ok {
			s = after
		}
	}
	s = headerText(s)
	s = strings.Map(func(r rune) rune {
		if r <= ' ' || isControl(r) || isHidden(r) {
			return -1
		}
		return r
	}, s)
	if len(s) > 7 && strings.EqualFold(s[:7], "mailto:") {
		s = s[7:]
	}
	s = strings.Trim(s, "<>'")
	if strings.IndexByte(s, '@') < 0 {
		return ""
	}
	return s
}
