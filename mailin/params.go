package mailin

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// media is a Content-Type or Content-Disposition value: the word before the
// first semicolon, in lower case, and its parameters, decoded.
type media struct {
	word   string
	params map[string]string
}

func (m media) param(name string) string { return m.params[name] }

// maxParams bounds the parameters of one field.
const maxParams = 100

// parseMedia reads such a value as far as it goes: RFC 2045 §5.1, continued and
// encoded parameters (RFC 2231), and encoded-words in parameters, which no
// standard allows and many programs write. Raw 8-bit values stay as they are:
// only the whole mail tells their charset.
func parseMedia(v string) media {
	if v == "" {
		return media{}
	}
	head, rest, _ := strings.Cut(v, ";")
	if word, lost, ok := cutWordAt(head); ok { // the semicolon behind the word is missing
		head, rest = word, lost+";"+rest
	}
	m := media{word: mediaWord(head)}
	var parts []paramPart
	for n := 0; rest != "" && n < maxParams; n++ {
		var p paramPart
		p, rest = cutParam(rest)
		switch last := len(parts) - 1; {
		case p.name != "":
			parts = append(parts, p)
		case last >= 0 && parts[last].bare && strings.HasSuffix(parts[last].name, "name") && strings.Contains(p.value, "."):
			parts[last].value += ";" + p.value // a semicolon in a name without quotes
		}
	}
	if len(parts) > 0 {
		m.params = joinParams(parts)
	}
	return m
}

// cutWordAt cuts a head at the blank behind its word where a parameter follows.
func cutWordAt(head string) (word, rest string, ok bool) {
	trimmed := strings.TrimLeft(head, " \t")
	i := strings.IndexAny(trimmed, " \t")
	if i < 0 || !startsParam(trimmed[i:]) {
		return "", "", false
	}
	return trimmed[:i], trimmed[i:], true
}

func mediaWord(s string) string {
	if isMediaWord(s) {
		return s
	}
	s, _, _ = strings.Cut(s, "(")
	return strings.ToLower(strings.Join(strings.Fields(strings.Trim(s, `"' `)), ""))
}

// isMediaWord reports a word as most programs write it.
func isMediaWord(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < 'a' || c > 'z') && c != '/' && c != '-' {
			return false
		}
	}
	return true
}

// paramPart is one parameter as written; index is -1 where it is not continued,
// bare says that its value had no quotes.
type paramPart struct {
	name    string
	index   int
	encoded bool
	bare    bool
	value   string
}

// cutParam reads one `name=value` and returns what follows it. A piece without
// "=" has only a value.
func cutParam(s string) (paramPart, string) {
	s = strings.TrimLeft(s, " \t;")
	eq := strings.IndexAny(s, "=;")
	if eq < 0 || s[eq] == ';' {
		piece, rest, _ := strings.Cut(s, ";")
		return paramPart{value: strings.TrimRight(piece, " \t")}, rest
	}
	p := paramName(s[:eq])
	s = strings.TrimLeft(s[eq+1:], " \t")
	if strings.HasPrefix(s, `"`) {
		value, rest := cutQuoted(s)
		p.value = value
		if !startsParam(rest) {
			_, rest, _ = strings.Cut(rest, ";")
		}
		return p, rest
	}
	value, rest, _ := strings.Cut(s, ";")
	p.value, p.bare = strings.TrimSpace(value), true
	return p, rest
}

// startsParam reports whether a blank and then `name=` stand at the start of s.
func startsParam(s string) bool {
	return s != "" && (s[0] == ' ' || s[0] == '\t') && namesParam(s)
}

func namesParam(s string) bool {
	s = strings.TrimLeft(s, " \t")
	name, _, ok := strings.Cut(s[:min(len(s), 32)], "=")
	if !ok || name == "" {
		return false
	}
	for _, c := range strings.TrimRight(name, " ") {
		if c != '-' && c != '*' && (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z') {
			return false
		}
	}
	return true
}

// paramName takes apart name*1* (RFC 2231 §3, §4).
func paramName(s string) paramPart {
	s = strings.ToLower(strings.TrimSpace(s))
	p := paramPart{name: s, index: -1}
	if s, p.encoded = strings.CutSuffix(s, "*"); p.encoded {
		p.name = s
	}
	if name, index, ok := strings.Cut(s, "*"); ok {
		if n, err := strconv.Atoi(index); err == nil && n >= 0 && n < maxParams {
			p.name, p.index = name, n
		}
	}
	return p
}

// cutQuoted reads the quoted string at the start of s, without its quotes. A
// quote inside a name that nobody escaped does not end it; a string that is
// never closed ends where the next parameter starts.
func cutQuoted(s string) (value, rest string) {
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && i+1 < len(s) && (s[i+1] == '"' && !endsQuoted(s[i+2:]) || s[i+1] == '\\'):
			i++
			b.WriteByte(s[i])
		case c == '"' && (endsQuoted(s[i+1:]) || strings.IndexByte(s[i+1:], '"') < 0):
			return b.String(), s[i+1:]
		default:
			b.WriteByte(c)
		}
	}
	for i := 1; i < len(s); i++ {
		if s[i] == ';' && namesParam(s[i+1:]) {
			return strings.TrimRight(s[1:i], " \t"), s[i:]
		}
	}
	return b.String(), ""
}

// endsQuoted tells whether what stands behind a quote can follow a value.
func endsQuoted(rest string) bool {
	trimmed := strings.TrimLeft(rest, " \t")
	return trimmed == "" || trimmed[0] == ';' || trimmed[0] == ',' || trimmed[0] == '(' || startsParam(rest)
}

// joinParams puts continued parameters together. The encoded form of a name
// wins over the plain one (RFC 2231 §4; RFC 6266 §4.3 says it for file names).
func joinParams(parts []paramPart) map[string]string {
	out := make(map[string]string, len(parts))
	for _, p := range parts {
		if _, seen := out[p.name]; p.index < 0 && !p.encoded && !seen {
			out[p.name] = paramText(p.value)
		}
	}
	for i, p := range parts {
		if (p.index >= 0 || p.encoded) && !continuedAbove(p.name, parts[:i]) {
			out[p.name] = decodeContinued(p.name, parts)
		}
	}
	return out
}

func continuedAbove(name string, parts []paramPart) bool {
	for _, p := range parts {
		if p.name == name && (p.index >= 0 || p.encoded) {
			return true
		}
	}
	return false
}

// paramText decodes a plain value: encoded-words, a value of RFC 2231 whose name
// lost its star, and UTF-8 behind percent signs where it can be nothing else.
func paramText(v string) string {
	if strings.Contains(v, "=?") {
		return decodeWords(v)
	}
	if strings.IndexByte(v, '%') < 0 {
		return v
	}
	label := ""
	rest := cutLabel(v, true, &label)
	if _, known := findPage(label); known && label != "" && strings.Count(v, "'") >= 2 {
		text, _ := decodeCharset(label, []byte(percentDecode(rest)))
		return text
	}
	text := percentDecode(v)
	if utf8.ValidString(text) && firstHigh([]byte(text)) >= 0 && firstHigh([]byte(v)) < 0 {
		return text
	}
	return v
}

// decodeContinued joins the pieces of a parameter by their numbers (RFC 2231
// §3). Numbers that miss are passed over.
func decodeContinued(name string, parts []paramPart) string {
	var pieces []paramPart
	encoded := false
	for _, p := range parts {
		if p.name == name && (p.index >= 0 || p.encoded) {
			pieces = append(pieces, p)
			encoded = encoded || p.encoded
		}
	}
	slices.SortStableFunc(pieces, func(a, b paramPart) int { return max(a.index, 0) - max(b.index, 0) })
	label, all := "", []byte(nil)
	for i, p := range pieces {
		v := p.value
		if p.encoded {
			v = cutLabel(v, i == 0, &label)
			v = percentDecode(v)
		}
		all = append(all, v...)
	}
	if !encoded {
		return paramText(string(all))
	}
	text, _ := decodeCharset(label, all)
	return decodeWords(text)
}

// cutLabel takes charset'language' off the first piece (RFC 2231 §4), and off
// later ones where a program repeats it.
func cutLabel(v string, first bool, label *string) string {
	name, rest, ok := strings.Cut(v, "'")
	if !ok || !first && !strings.EqualFold(name, *label) {
		return v
	}
	if _, known := findPage(name); !known && len(name) > 20 {
		return v
	}
	if _, after, ok := strings.Cut(rest, "'"); ok && (first || name != "") {
		*label = name
		return after
	}
	if _, known := findPage(name); known && name != "" && first {
		*label = name
		return rest
	}
	return v
}

func percentDecode(s string) string {
	if strings.IndexByte(s, '%') < 0 {
		return s
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]) {
			out = append(out, unhex(s[i+1])<<4|unhex(s[i+2]))
			i += 2
			continue
		}
		out = append(out, s[i])
	}
	return string(out)
}
