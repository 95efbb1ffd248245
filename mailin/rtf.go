package mailin

import (
	"encoding/binary"
	"strconv"
	"strings"
)

// maxRTF bounds rich text that is unpacked.
const maxRTF = 1 << 20

const (
	rtfPacked = 0x75465a4c // "LZFu"
	rtfPlain  = 0x414c454d // "MELA"
)

// rtfPrefix is what the dictionary of compressed rich text starts with
// ([MS-OXRTFCP] §2.1.2.1).
const rtfPrefix = `{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0` + "\r\n" + `\par \pard\plain\f0\fs20\b\i\u\tab\tx`

// unpackRTF undoes the compression of [MS-OXRTFCP] as far as it goes.
func unpackRTF(b []byte) []byte {
	if len(b) < 16 {
		return nil
	}
	size := min(int(binary.LittleEndian.Uint32(b[4:])), maxRTF)
	switch binary.LittleEndian.Uint32(b[8:]) {
	case rtfPlain:
		return b[16:min(len(b), 16+max(size, 0))]
	case rtfPacked:
		return inflateRTF(b[16:], size)
	}
	return nil
}

// inflateRTF reads runs of eight items, each a byte or a reference of twelve bits
// for the place and four for the length.
func inflateRTF(b []byte, size int) []byte {
	var ring [4096]byte
	at := copy(ring[:], rtfPrefix)
	var out []byte
	put := func(c byte) {
		out = append(out, c)
		ring[at&4095] = c
		at++
	}
	for len(b) > 0 && len(out) < size {
		flags := b[0]
		b = b[1:]
		for bit := 0; bit < 8 && len(b) > 0 && len(out) < size; bit++ {
			if flags>>bit&1 == 0 {
				put(b[0])
				b = b[1:]
				continue
			}
			if len(b) < 2 {
				return out
			}
			from, n := int(b[0])<<4|int(b[1]>>4), int(b[1]&15)+2
			if b = b[2:]; from == at&4095 {
				return out
			}
			for i := range n {
				put(ring[(from+i)&4095])
			}
		}
	}
	return out
}

// rtfBody is the text of compressed rich text: the HTML inside it where it was
// made of HTML ([MS-OXRTFEX]), else its words.
func rtfBody(g *guess, packed []byte) packedFile {
	src := unpackRTF(packed)
	if len(src) == 0 {
		return packedFile{}
	}
	r := rtfReader{guess: g, src: string(src), charset: "windows-1252", html: strings.Contains(string(src[:min(len(src), 400)]), `\fromhtml`)}
	r.read()
	kind := "text/plain"
	if r.html {
		kind = "text/html"
	}
	return packedFile{kind: kind, charset: "utf-8", data: []byte(r.out.String())}
}

// rtfReader takes the words out of rich text.
type rtfReader struct {
	guess   *guess
	src     string
	charset string
	html    bool // the words are HTML

	out   strings.Builder
	bytes []byte // of the charset, not yet decoded
	state rtfState
	stack []rtfState
	skip  int // characters that stand for a \u before them
}

// rtfState is what a group inherits.
type rtfState struct {
	hidden bool // a destination that is no text
	rtf    bool // between \htmlrtf and \htmlrtf0: rich text beside the HTML
	uc     int  // characters that follow a \u for old readers
}

const maxRTFGroups = 200

func (r *rtfReader) read() {
	r.state.uc = 1
	for r.src != "" && r.out.Len() < maxRTF {
		c := r.src[0]
		r.src = r.src[1:]
		switch c {
		case '{':
			if len(r.stack) == maxRTFGroups {
				r.flush()
				return
			}
			r.stack = append(r.stack, r.state)
		case '}':
			if n := len(r.stack); n > 0 {
				r.state, r.stack = r.stack[n-1], r.stack[:n-1]
			}
		case '\\':
			r.control()
		case '\r', '\n':
		default:
			r.char(c)
		}
	}
	r.flush()
}

func (r *rtfReader) visible() bool {
	return !r.state.hidden && !r.state.rtf
}

func (r *rtfReader) char(c byte) {
	switch {
	case r.skip > 0:
		r.skip--
	case r.visible():
		r.bytes = append(r.bytes, c)
	}
}

func (r *rtfReader) flush() {
	if len(r.bytes) > 0 {
		text, _ := r.guess.decode(r.charset, r.bytes)
		r.out.WriteString(text)
		r.bytes = r.bytes[:0]
	}
}

func (r *rtfReader) text(s string) {
	if r.visible() {
		r.flush()
		r.out.WriteString(s)
	}
}

// control reads a control symbol or word behind its backslash.
func (r *rtfReader) control() {
	if r.src == "" {
		return
	}
	switch c := r.src[0]; {
	case c == '\'':
		if len(r.src) > 2 && isHex(r.src[1]) && isHex(r.src[2]) {
			b := unhex(r.src[1])<<4 | unhex(r.src[2])
			r.src = r.src[3:]
			r.char(b)
			return
		}
		r.src = r.src[1:]
	case c == '*':
		r.src = r.src[1:]
		r.state.hidden = !strings.HasPrefix(r.src, `\htmltag`)
	case c == '{' || c == '}' || c == '\\':
		r.src = r.src[1:]
		r.char(c)
	case c == '~':
		r.src = r.src[1:]
		r.text("\u00a0")
	case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z':
		r.word()
	default:
		r.src = r.src[1:]
	}
}

// word reads a control word with its number and the blank that ends it.
func (r *rtfReader) word() {
	end := 0
	for end < len(r.src) && end < 32 && (r.src[end]|0x20 >= 'a' && r.src[end]|0x20 <= 'z') {
		end++
	}
	word := r.src[:end]
	r.src = r.src[end:]
	end = 0
	for end < len(r.src) && end < 11 && (isDigit(r.src[end]) || end == 0 && r.src[0] == '-') {
		end++
	}
	number, err := strconv.Atoi(r.src[:end])
	if r.src = r.src[end:]; strings.HasPrefix(r.src, " ") {
		r.src = r.src[1:]
	}
	r.do(word, number, err == nil)
}

func (r *rtfReader) do(word string, n int, numbered bool) {
	switch word {
	case "fonttbl", "colortbl", "stylesheet", "info", "pict", "object", "listtable", "listoverridetable", "header", "footer":
		r.state.hidden = true
	case "htmltag":
		r.state.hidden = false
	case "htmlrtf":
		r.state.rtf = !numbered || n != 0
	case "ansicpg":
		r.charset = codepageLabel(uint32(n))
	case "uc":
		r.state.uc = min(max(n, 0), 10)
	case "u":
		if n < 0 {
			n += 1 << 16
		}
		r.text(string(rune(n)))
		r.skip = r.state.uc
	case "par", "line", "row":
		r.text("\n")
	case "tab", "cell":
		r.text("\t")
	default:
		if s := rtfSigns[word]; s != "" {
			r.text(s)
		}
	}
}

var rtfSigns = map[string]string{"lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "endash": "–", "emdash": "—", "bullet": "•"}
