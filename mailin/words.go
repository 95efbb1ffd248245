package mailin

import (
	"encoding/base64"
	"strings"
)

// decodeWords decodes the encoded-words of a header value (RFC 2047). Adjacent
// words of one charset are joined before the charset is decoded, because many
// programs split a character between them. What is no encoded-word stays.
func decodeWords(s string) string {
	if !strings.Contains(s, "=?") {
		return headerText(s)
	}
	var d wordDecoder
	for s != "" {
		i := strings.Index(s, "=?")
		if i < 0 {
			break
		}
		w, rest, ok := cutWord(s[i:])
		if !ok {
			d.plain(s[:i+2])
			s = s[i+2:]
			continue
		}
		d.plain(s[:i])
		d.word(w)
		s = rest
	}
	d.plain(s)
	d.flush()
	return d.out.String()
}

type encodedWord struct {
	charset string
	bytes   []byte
}

// wordDecoder gathers the bytes of neighbouring words.
type wordDecoder struct {
	out     strings.Builder
	charset string
	pending []byte
	space   string // blanks behind a word, dropped when another word follows
}

func (d *wordDecoder) word(w encodedWord) {
	d.space = ""
	if d.charset != w.charset {
		d.flush()
	}
	d.charset = w.charset
	d.pending = append(d.pending, w.bytes...)
}

func (d *wordDecoder) plain(s string) {
	switch {
	case s == "":
	case len(d.pending) > 0 && strings.Trim(s, " \t") == "":
		d.space = s
	default:
		d.flush()
		d.out.WriteString(headerText(s))
	}
}

func (d *wordDecoder) flush() {
	if len(d.pending) > 0 {
		text, _ := decodeCharset(d.charset, d.pending)
		d.out.WriteString(text)
	}
	d.out.WriteString(d.space)
	d.pending, d.space = d.pending[:0], ""
}

// cutWord reads the encoded-word at the start of s. Blanks inside the text are
// let through: some programs do not encode them.
func cutWord(s string) (w encodedWord, rest string, ok bool) {
	label, rest, ok1 := strings.Cut(s[2:], "?")
	enc, rest, ok2 := strings.Cut(rest, "?")
	if !ok1 || !ok2 || label == "" || len(label) > 60 || len(enc) != 1 || strings.ContainsAny(label, " \t<>@") {
		return w, "", false
	}
	text, rest, ok := strings.Cut(rest, "?=")
	if !ok {
		return w, "", false
	}
	label, _, _ = strings.Cut(label, "*") // a language, RFC 2231 §5
	w.charset = strings.ToLower(label)
	switch enc {
	case "q", "Q":
		w.bytes = decodeQ(text)
	case "b", "B":
		w.bytes = decodeB(text)
	default:
		return w, "", false
	}
	return w, rest, true
}

func decodeQ(s string) []byte {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '_':
			out = append(out, ' ')
		case c == '=' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			out = append(out, unhex(s[i+1])<<4|unhex(s[i+2]))
			i += 2
		default:
			out = append(out, c)
		}
	}
	return out
}

func decodeB(s string) []byte {
	if out, err := base64.StdEncoding.DecodeString(s); err == nil {
		return out
	}
	d := &base64Decoder{}
	return d.finish(d.decode(nil, []byte(s)))
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'A' && c <= 'F' || c >= 'a' && c <= 'f'
}

func unhex(c byte) byte {
	switch {
	case c <= '9':
		return c - '0'
	case c <= 'F':
		return c - 'A' + 10
	}
	return c - 'a' + 10
}
