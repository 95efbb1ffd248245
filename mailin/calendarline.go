package mailin

import "strings"

// contentLine is one unfolded line of an iCalendar object: a property with its
// parameters and its value (RFC 5545 §3.1).
type contentLine struct{ name, params, value string }

// calendarReader gives the content lines of an object one after the other.
type calendarReader struct {
	rest  string
	depth int // components open inside the one that is read
}

// maxContentLine bounds an unfolded line; the rest of a longer one is left out.
const maxContentLine = 4096

// next gives the next line that has a value. A line that starts with a blank goes
// on with the one before it; some programs write a bare LF there.
func (r *calendarReader) next() (contentLine, bool) {
	for r.rest != "" {
		if l, ok := splitContentLine(r.unfold()); ok {
			return l, true
		}
	}
	return contentLine{}, false
}

func (r *calendarReader) unfold() string {
	var l string
	l, r.rest, _ = strings.Cut(r.rest, "\n")
	l = strings.TrimSuffix(l, "\r")
	if !r.folded() {
		return l
	}
	var b strings.Builder
	b.WriteString(l)
	for r.folded() {
		var more string
		more, r.rest, _ = strings.Cut(r.rest[1:], "\n")
		if more = strings.TrimSuffix(more, "\r"); b.Len()+len(more) <= maxContentLine {
			b.WriteString(more)
		}
	}
	return b.String()
}

func (r *calendarReader) folded() bool {
	return r.rest != "" && (r.rest[0] == ' ' || r.rest[0] == '\t')
}

// splitContentLine cuts at the first colon outside of quotes.
func splitContentLine(s string) (contentLine, bool) {
	s = s[:min(len(s), maxContentLine)]
	quoted := false
	for i := range len(s) {
		switch {
		case s[i] == '"':
			quoted = !quoted
		case s[i] == ':' && !quoted:
			name, params, _ := strings.Cut(s[:i], ";")
			return contentLine{strings.TrimSpace(name), params, strings.TrimSpace(s[i+1:])}, true
		}
	}
	return contentLine{}, false
}

// param gives the first value of a parameter.
func (l contentLine) param(name string) string {
	quoted, start := false, 0
	for i := 0; i <= len(l.params); i++ {
		switch {
		case i < len(l.params) && l.params[i] == '"':
			quoted = !quoted
		case i == len(l.params) || l.params[i] == ';' && !quoted:
			if k, v, ok := strings.Cut(l.params[start:i], "="); ok && strings.EqualFold(strings.TrimSpace(k), name) {
				return strings.Trim(v, `" `)
			}
			start = i + 1
		}
	}
	return ""
}

// person is the address of an ORGANIZER or ATTENDEE, or the name where the value
// is no mail address (RFC 5545 §3.3.3).
func (l contentLine) person() string {
	const scheme = "mailto:"
	if len(l.value) > len(scheme) && strings.EqualFold(l.value[:len(scheme)], scheme) {
		return cleanLine(l.value[len(scheme):])
	}
	if address := l.param("EMAIL"); address != "" {
		return cleanLine(address)
	}
	if name := l.param("CN"); name != "" {
		return cleanLine(name)
	}
	return cleanLine(l.value)
}

// calendarText undoes the escapes of TEXT (RFC 5545 §3.3.11) and makes one line.
func calendarText(s string) string {
	s = strings.NewReplacer(`\\`, `\`, `\n`, " ", `\N`, " ", `\,`, ",", `\;`, ";").Replace(s)
	return strings.Join(strings.Fields(cleanLine(s)), " ")
}
