package mailin

import (
	"encoding/base64"
	"strings"
	"unicode/utf8"
)

// decodeWords decodes the encoded-words of a header value (RFC 2047). What is no
// encoded-word stays.
func decodeWords(s string) string { return (&guess{}).words(s) }

// words is decodeWords with what the mail tells about its charset. A result that
// is one encoded-word again was encoded twice.
func (g *guess) words(s string) string {
	out := g.wordsOnce(g.escaped(s))
	if isWord(out) && !isWord(s) || isWord(out) && out != s && isWord(strings.TrimSpace(s)) {
		return g.wordsOnce(out)
	}
	return out
}

// isWord reports whether s is encoded-words and nothing else.
func isWord(s string) bool {
	s = strings.TrimSpace(s)
	return strings.HasPrefix(s, "=?") && strings.HasSuffix(s, "?=") && strings.Count(s, "?") >= 4
}

func (g *guess) wordsOnce(s string) string {
	if !strings.Contains(s, "=?") {
		return g.header(s)
	}
	d := wordDecoder{guess: g}
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
	if s == "" && d.out.Len() == 0 && len(d.ends) > 0 {
		return d.text()
	}
	d.plain(s)
	d.flush()
	return d.out.String()
}

type encodedWord struct {
	charset string
	bytes   []byte
}

// wordDecoder gathers the bytes of neighbouring words of one charset: many
// programs split a character between them.
type wordDecoder struct {
	guess   *guess
	out     strings.Builder
	charset string
	pending []byte
	ends    []int  // where the words in pending end
	space   string // blanks behind a word, dropped when another word follows
}

func (d *wordDecoder) word(w encodedWord) {
	d.space = ""
	if len(d.ends) == 0 {
		d.charset, d.pending, d.ends = w.charset, w.bytes, append(d.ends, len(w.bytes))
		return
	}
	if !joinable(d.charset, w.charset) {
		d.flush()
	}
	d.charset = w.charset
	d.pending = append(d.pending, w.bytes...)
	d.ends = append(d.ends, len(d.pending))
}

// joinable reports whether words of these labels are one text. Each word of
// UTF-7 is closed in itself, with or without its mark.
func joinable(a, b string) bool {
	p, known := findPage(a)
	q, _ := findPage(b)
	return p == q && p != pageUTF7 && (known || strings.EqualFold(a, b))
}

func (d *wordDecoder) plain(s string) {
	switch {
	case s == "":
	case len(d.ends) > 0 && strings.Trim(s, " \t\r\n") == "":
		d.space = s
	default:
		d.flush()
		d.out.WriteString(d.guess.header(s))
	}
}

func (d *wordDecoder) flush() {
	if len(d.ends) > 0 {
		d.out.WriteString(d.text())
	}
	d.out.WriteString(d.space)
	d.pending, d.ends, d.space = d.pending[:0], d.ends[:0], ""
}

// text decodes the words together or, where that does not fit and each alone
// does, one by one.
func (d *wordDecoder) text() string {
	whole, doubt := d.guess.decode(d.charset, d.pending)
	if len(d.ends) > 1 && (doubt.problem != "" || strings.ContainsRune(whole, utf8.RuneError)) {
		if single, ok := d.oneByOne(); ok {
			return single
		}
	}
	d.guess.doubt(doubt)
	return whole
}

func (d *wordDecoder) oneByOne() (string, bool) {
	var out strings.Builder
	start := 0
	for _, end := range d.ends {
		text, doubt := d.guess.decode(d.charset, d.pending[start:end])
		if doubt.problem != "" || strings.ContainsRune(text, utf8.RuneError) {
			return "", false
		}
		out.WriteString(text)
		start = end
	}
	return out.String(), true
}

// The longest charset label and the longest text of a word.
const (
	maxLabel = 60
	maxWord  = 8 << 10
)

// cutWord reads the encoded-word at the start of s. Blanks inside it are let
// through: some programs do not encode them.
func cutWord(s string) (w encodedWord, rest string, ok bool) {
	if strings.HasPrefix(s[2:], "=?") && !strings.HasPrefix(s[4:], "=?") { // one mark too many
		s = s[2:]
	}
	label, _, ok1 := strings.Cut(s[2:min(len(s), maxLabel+2)], "?")
	if !ok1 {
		return w, "", false
	}
	rest = s[2+len(label)+1:]
	label = strings.TrimSpace(label)
	enc, rest, ok2 := strings.Cut(rest, "?")
	enc = strings.TrimSpace(enc)
	if !ok2 || label == "" || len(enc) != 1 || strings.ContainsAny(label, " \t<>@=") {
		return w, "", false
	}
	text, rest, ok := cutWordText(rest, enc, label)
	if !ok {
		return w, "", false
	}
	label, _, _ = strings.Cut(label, "*") // a language, RFC 2231 §5
	w.charset = label
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

// cutWordText finds the end of an encoded text. A question mark that nobody
// encoded, before an encoded byte, is no end; and a word that is never closed
// goes on to the next word or to the end, where its charset is one.
func cutWordText(s, enc, label string) (text, rest string, ok bool) {
	near := s[:min(len(s), maxWord)]
	text, rest, ok = cutShortText(near, enc, label)
	return text, s[len(near)-len(rest):], ok
}

func cutShortText(s, enc, label string) (text, rest string, ok bool) {
	for i := 0; i < len(s); {
		n := strings.Index(s[i:], "?=")
		if n < 0 {
			break
		}
		i += n
		if next := strings.Index(s[:i], "=?"); next >= 0 && (enc == "b" || enc == "B" || next > 0 && s[next-1] == ' ') {
			break // of the word behind
		}
		if closes(s[i+2:], enc) {
			return s[:i], s[i+2:], true
		}
		i += 2
	}
	if _, known := findPage(label); !known || s == "" {
		return "", "", false
	}
	if next := strings.Index(s, "=?"); next >= 0 {
		return strings.TrimRight(s[:next], " \t"), s[next:], true
	}
	return strings.TrimRight(s, "?= \t"), "", true
}

// closes tells whether what stands behind ?= can stand behind a word.
func closes(rest, enc string) bool {
	if enc == "b" || enc == "B" || len(rest) < 2 || !isHex(rest[0]) || !isHex(rest[1]) {
		return true
	}
	word, _, _ := strings.Cut(rest, " ")
	end, next := strings.Index(word, "?="), strings.Index(word, "=?")
	return end < 0 || next >= 0 && next < end
}

// decodeQ undoes the Q encoding (RFC 2047 §4.2). Where blanks are encoded, bare
// ones come from folding inside the word.
func decodeQ(s string) []byte {
	encoded := strings.IndexByte(s, '_') >= 0 || strings.Contains(s, "=20")
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '_':
			out = append(out, ' ')
		case (c == ' ' || c == '\t') && encoded:
		case c == '=' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			out = append(out, unhex(s[i+1])<<4|unhex(s[i+2]))
			i += 2
		case c == '=' && i+1 == len(s):
		default:
			out = append(out, c)
		}
	}
	return out
}

// decodeB undoes base64. Some programs write Q under its name.
func decodeB(s string) []byte {
	if out, err := base64.StdEncoding.DecodeString(s); err == nil {
		return out
	}
	if i := strings.IndexByte(s, '='); i >= 0 && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]) && len(strings.Trim(s[i:], "=")) > 2 && strings.Count(s, "=") > 1 {
		return decodeQ(s)
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
