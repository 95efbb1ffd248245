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
		list := p.guess.addresses(v, p.limits.Addresses+1)
		if out == nil {
			out = list
			continue
		}
		out = append(out, list...)
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
	return (&guess{}).addresses(v, most)
}

// addresses is parseAddresses with what the mail tells about its charset.
func (g *guess) addresses(v string, most int) []tracker.Address {
	if a, ok := g.mailbox(v); ok && most > 0 {
		return []tracker.Address{a}
	}
	v = g.escaped(v)
	s := addressScanner{guess: g, in: v, most: most, lastSemicolon: strings.LastIndexByte(v, ';')}
	for s.pos < len(s.in) && len(s.out) < most {
		s.step()
	}
	s.flush()
	s.release()
	return s.out
}

// addressScanner holds the entry that is being read.
type addressScanner struct {
	guess         *guess
	in            string
	pos           int
	most          int
	lastSemicolon int
	words         []string // raw, blanks between them gone
	comment       string
	angle         string
	inAngle       bool     // an angle address was seen
	before        int      // words that stood before it
	held          []string // what may be the start of a name with a comma
	out           []tracker.Address
}

func (s *addressScanner) step() {
	switch c := s.in[s.pos]; c {
	case ' ', '\t', '\r', '\n':
		s.pos++
	case ',':
		s.pos++
		if s.onlyName() {
			s.held = append(s.held, strings.Join(s.words, " "))
			s.words = nil
			return
		}
		s.flush()
	case ';':
		s.pos++
		s.flush()
		s.release()
	case '(':
		s.comment = s.takeComment()
	case '<':
		s.takeAngle()
	case '>':
		s.pos++
	case ':':
		s.colon()
	default:
		s.words = append(s.words, s.takeWord())
	}
}

// onlyName reports an entry that ends at a comma and has no address: its comma
// may stand in a name without quotes (Rao, Asha <a@b>).
func (s *addressScanner) onlyName() bool {
	if s.inAngle || len(s.words) == 0 || s.comment != "" || len(s.held) > 8 {
		return false
	}
	for _, w := range s.words {
		if strings.IndexByte(w, '@') >= 0 || w[0] == '"' {
			return false
		}
	}
	return true
}

// release lets entries go that were held and are no part of a name.
func (s *addressScanner) release() {
	for _, name := range s.held {
		if a := (tracker.Address{Name: s.displayName([]string{name})}); a.Name != "" && len(s.out) < s.most {
			s.out = append(s.out, a)
		}
	}
	s.held = nil
}

// colon ends the name of a group, which a semicolon closes (RFC 5322 §3.4);
// without one it is part of a name that has no quotes.
func (s *addressScanner) colon() {
	s.pos++
	if s.lastSemicolon > s.pos-1 || len(s.words) == 0 {
		s.words = nil
		s.release()
		return
	}
	s.words[len(s.words)-1] += ":"
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

func isMailto(s string) bool { return strings.EqualFold(strings.TrimLeft(s, "["), "mailto") }

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

// takeAngle reads what stands in angle brackets. Where the closing one is
// missing, a comma behind an address closes it.
func (s *addressScanner) takeAngle() {
	if s.inAngle && strings.IndexByte(s.angle, '@') >= 0 && len(s.words) >= s.before { // a comma is missing
		next := s.words[s.before:]
		s.words = s.words[:s.before]
		s.flush()
		s.words = next
	}
	start := s.pos + 1
	end := start
	for end < len(s.in) && s.in[end] != '>' {
		c := s.in[end]
		if c == '"' {
			end = skipQuoted(s.in, end)
			continue
		}
		if (c == ',' || c == ';') && s.in[start] != '@' && strings.IndexByte(s.in[start:end], '@') > 0 {
			break
		}
		if c == '<' { // the first bracket was part of a name
			start = end + 1
		}
		end++
	}
	if strings.IndexByte(s.angle, '@') < 0 {
		s.angle = s.in[min(start, end):end]
	}
	s.inAngle, s.before = true, len(s.words)
	s.pos = end
	if end < len(s.in) && s.in[end] == '>' {
		s.pos++
	}
}

// flush ends an entry.
func (s *addressScanner) flush() {
	if s.inAngle && len(s.held) > 0 {
		s.words = append([]string{strings.Join(s.held, ", ") + ","}, s.words...)
		s.held = nil
	}
	s.release()
	if !s.inAngle && len(s.words) > 1 && s.comment == "" && allSpecs(s.words) { // a list without commas
		for _, w := range s.words[:min(len(s.words)-1, s.most-len(s.out))] {
			s.out = append(s.out, tracker.Address{Address: s.guess.cleanSpec(w)})
		}
		s.words = s.words[len(s.words)-1:]
	}
	a := s.entry()
	if a != (tracker.Address{}) && len(s.out) < s.most {
		s.out = append(s.out, a)
	}
	s.words, s.comment, s.angle, s.inAngle = nil, "", "", false
}

func (s *addressScanner) entry() tracker.Address {
	words, spec := s.words, s.angle
	if !s.inAngle || strings.IndexByte(spec, '@') < 0 {
		if w, rest := pickSpec(words); w != "" {
			words, spec = rest, w
			if s.angle != "" { // the name stands in the brackets
				words = append(words, s.angle)
			}
		}
	}
	a := tracker.Address{Name: s.displayName(words), Address: s.guess.cleanSpec(spec)}
	if a.Name == "" && s.comment != "" { // asha@egov.test (Asha Rao)
		a.Name = cleanLine(s.guess.words(s.comment))
	}
	if a.Address == "" && a.Name == "" {
		a.Name = cleanLine(s.guess.words(spec))
	}
	if a.Address == "" && strings.IndexByte(a.Name, '@') > 0 && strings.Contains(s.in, "=?") {
		return encodedWhole(a)
	}
	return a
}

// allSpecs reports words that are addresses each.
func allSpecs(words []string) bool {
	for _, w := range words {
		if at := strings.IndexByte(w, '@'); at <= 0 || at == len(w)-1 || strings.IndexByte(w, '"') >= 0 {
			return false
		}
	}
	return true
}

// encodedWhole reads a name that was encoded together with its address. It is
// shown so; identify never reads it.
func encodedWhole(a tracker.Address) tracker.Address {
	if list := parseAddresses(strings.ReplaceAll(a.Name, "=?", "?"), 2); len(list) == 1 && list[0].Address != "" {
		return list[0]
	}
	return a
}

// pickSpec finds the address among words without brackets. Blanks around its @
// do not count (RFC 5322 §4.4).
func pickSpec(words []string) (spec string, rest []string) {
	for i, w := range words {
		if !strings.Contains(w, "@") {
			continue
		}
		from, to := i, i+1
		if w[0] == '@' && i > 0 {
			from--
		}
		if w[len(w)-1] == '@' && to < len(words) {
			to++
		}
		return strings.Join(words[from:to], ""), append(append([]string(nil), words[:from]...), words[to:]...)
	}
	return "", words
}

func (s *addressScanner) displayName(words []string) string {
	if len(words) == 0 {
		return ""
	}
	for i, w := range words {
		if strings.IndexByte(w, '"') >= 0 {
			words[i] = unquote(w)
		}
	}
	return s.guess.displayName(strings.Join(words, " "))
}

func (g *guess) displayName(s string) string {
	name, _ := cutRunes(cleanLine(g.words(s)), 200)
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
