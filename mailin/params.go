package mailin

import (
	"strconv"
	"strings"
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
// standard allows and many programs write.
func parseMedia(v string) media {
	head, rest, _ := strings.Cut(v, ";")
	m := media{word: mediaWord(head)}
	var parts []paramPart
	for rest != "" && len(parts) < maxParams {
		var p paramPart
		p, rest = cutParam(rest)
		if p.name != "" {
			parts = append(parts, p)
		}
	}
	if len(parts) > 0 {
		m.params = joinParams(parts)
	}
	return m
}

func mediaWord(s string) string {
	s, _, _ = strings.Cut(s, "(")
	return strings.ToLower(strings.Join(strings.Fields(strings.Trim(s, `"' `)), ""))
}

// paramPart is one parameter as written; index is -1 where it is not continued.
type paramPart struct {
	name    string
	index   int
	encoded bool
	value   string
}

// cutParam reads one `name=value` and returns what follows its semicolon.
func cutParam(s string) (paramPart, string) {
	s = strings.TrimLeft(s, " \t;")
	eq := strings.IndexAny(s, "=;")
	if eq < 0 || s[eq] == ';' {
		_, rest, _ := strings.Cut(s, ";")
		return paramPart{}, rest
	}
	p := paramName(s[:eq])
	s = strings.TrimLeft(s[eq+1:], " \t")
	if strings.HasPrefix(s, `"`) {
		value, rest := cutQuoted(s)
		p.value = value
		_, rest, _ = strings.Cut(rest, ";")
		return p, rest
	}
	value, rest, _ := strings.Cut(s, ";")
	p.value = strings.TrimSpace(value)
	return p, rest
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

// cutQuoted reads the quoted string at the start of s, without its quotes.
func cutQuoted(s string) (value, rest string) {
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\\'):
			i++
			b.WriteByte(s[i])
		case c == '"':
			return b.String(), s[i+1:]
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), ""
}

// joinParams puts continued parameters together. The encoded form of a name
// wins over the plain one (RFC 2231 §4; RFC 6266 §4.3 says it for file names).
func joinParams(parts []paramPart) map[string]string {
	out := make(map[string]string, len(parts))
	for _, p := range parts {
		if _, seen := out[p.name]; p.index < 0 && !p.encoded && !seen {
			out[p.name] = decodeWords(p.value)
		}
	}
	for _, p := range parts {
		if p.index == 0 || p.index < 0 && p.encoded {
			out[p.name] = decodeContinued(p.name, parts)
		}
	}
	return out
}

func decodeContinued(name string, parts []paramPart) string {
	charset, all := "", []byte(nil)
	for i := range len(parts) {
		p, ok := findPart(name, i, parts)
		if !ok {
			break
		}
		v := p.value
		if p.encoded && i == 0 {
			if label, rest, ok := strings.Cut(v, "'"); ok {
				charset = label
				_, v, _ = strings.Cut(rest, "'")
			}
		}
		if p.encoded {
			v = percentDecode(v)
		}
		all = append(all, v...)
	}
	text, _ := decodeCharset(charset, all)
	return decodeWords(text)
}

func findPart(name string, index int, parts []paramPart) (paramPart, bool) {
	for _, p := range parts {
		if p.name == name && (p.index == index || index == 0 && p.index < 0 && p.encoded) {
			return p, true
		}
	}
	return paramPart{}, false
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
