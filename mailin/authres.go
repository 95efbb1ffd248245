package mailin

import "strings"

// parseResults reads an Authentication-Results value (RFC 8601 §2.2). False when
// it has no authserv-id or a version other than 1: such a field proves nothing.
func parseResults(v string) (id string, r results, ok bool) {
	clauses, sound := splitClauses(v)
	if len(clauses) == 0 {
		return "", r, false
	}
	head := clauses[0]
	if len(head) == 0 || len(head) > 2 || strings.Contains(head[0], "=") || len(head) == 2 && head[1] != "1" {
		return "", r, false
	}
	return head[0], readClauses(clauses[1:], sound), true
}

// parseMicrosoftResults reads Microsoft 365's field, which starts with its first
// result.
func parseMicrosoftResults(v string) (results, bool) {
	clauses, sound := splitClauses(v)
	if len(clauses) == 0 || len(clauses[0]) == 0 || !strings.Contains(clauses[0][0], "=") {
		return results{}, false
	}
	return readClauses(clauses, sound), true
}

// readClauses takes the methods that the rules know. Of several DKIM signatures
// one that passes is enough (RFC 6376 §6.1); of the other methods a second result
// cannot improve the first. Servers copy words of the sender into the field, so
// one that is not sound may hide its own verdict: it proves no DMARC.
func readClauses(clauses [][]string, sound bool) results {
	var r results
	if !sound {
		r.dmarc = "permerror"
	}
	for _, words := range clauses {
		if len(words) == 0 {
			continue
		}
		method, value, ok := strings.Cut(strings.ToLower(words[0]), "=")
		if !ok {
			continue
		}
		if !isKeyword(value) {
			value = "permerror"
		}
		method, _, _ = strings.Cut(method, "/") // a method version
		switch method {
		case "dmarc":
			r.dmarc = weakest(r.dmarc, value)
			r.from = append(r.from, propertyValues(words, "header.from")...)
		case "spf":
			r.spf = worse(r.spf, value)
		case "dkim":
			if r.dkim == "" || value == "pass" {
				r.dkim = value
			}
		}
	}
	return r
}

// isKeyword reports whether s can be a result: Keyword of RFC 8601 §2.2.
func isKeyword(s string) bool {
	return s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}

// propertyValues returns every value that a result gives of one property.
func propertyValues(words []string, name string) []string {
	var out []string
	for _, w := range words[1:] {
		if k, v, ok := strings.Cut(w, "="); ok && strings.EqualFold(k, name) {
			out = append(out, strings.Trim(v, "."))
		}
	}
	return out
}

// splitClauses splits a value at semicolons, and each clause into words, with
// `a = b` as one word. Comments, in which anything may stand, are dropped; quoted
// strings stay whole. The value is sound when comments and quoted strings are
// closed, one within the other.
func splitClauses(v string) (clauses [][]string, sound bool) {
	var s clauseScanner
	for i := 0; i < len(v); i++ {
		switch c := v[i]; {
		case s.depth > 0:
			s.inComment(&i, v)
		case s.quoted:
			s.inQuotes(&i, v)
		case c == '(':
			s.depth = 1
			s.endWord()
		case c == '"':
			s.quoted = true
		case c == ')':
			s.broken = true
			s.endWord()
		case c == ';':
			s.endClause()
		case c == ' ' || c == '\t' || c == '\r' || c == '\n':
			s.endWord()
		default:
			s.add(c)
		}
	}
	if s.depth > 0 || s.quoted { // cut in the middle: do not believe the rest
		s.word, s.broken = s.word[:0], true
	}
	s.endClause()
	return s.clauses, !s.broken
}

type clauseScanner struct {
	clauses [][]string
	words   []string
	word    []byte
	depth   int // of comments
	quoted  bool
	odd     bool // an odd number of quotation marks in the comment
	broken  bool
}

// inComment takes a comment that cuts a quoted string in two for broken: a quoted
// local part can close the comment that the server has put around it.
func (s *clauseScanner) inComment(i *int, v string) {
	switch v[*i] {
	case '\\':
		*i++
	case '(':
		s.depth++
	case ')':
		s.depth--
		s.broken = s.broken || s.odd
	case '"':
		s.odd = !s.odd
	}
}

func (s *clauseScanner) inQuotes(i *int, v string) {
	switch c := v[*i]; {
	case c == '\\' && *i+1 < len(v):
		*i++
		s.word = append(s.word, v[*i])
	case c == '"':
		s.quoted = false
	default:
		s.word = append(s.word, c)
	}
}

// add joins "a", "=" and "b" to one word, whatever blanks stand between them.
func (s *clauseScanner) add(c byte) {
	if n := len(s.words); len(s.word) == 0 && n > 0 && halves(s.words[n-1], c) {
		s.word = append(s.word, s.words[n-1]...)
		s.words = s.words[:n-1]
	}
	s.word = append(s.word, c)
}

// halves reports whether c goes on with the word before a blank.
func halves(before string, c byte) bool {
	i := strings.IndexByte(before, '=')
	return c == '=' && i < 0 || i == len(before)-1 && i > 0
}

func (s *clauseScanner) endWord() {
	if len(s.word) > 0 {
		s.words = append(s.words, string(s.word))
		s.word = s.word[:0]
	}
}

func (s *clauseScanner) endClause() {
	s.endWord()
	s.clauses = append(s.clauses, s.words)
	s.words = nil
}
