package mailin

import (
	"bytes"
	"encoding/base64"
)

// base64Decoder skips what is not of the alphabet and takes padding as the end
// of a run, so that joined runs decode too. Lines of words behind the data, such
// as the footer of a mailing list, are no data.
type base64Decoder struct {
	inBody   bool // words may stand before and behind the data
	keepTail bool // those behind it are content

	line  []byte // without its end so far
	quad  [4]byte
	n     int
	long  bool // inside a line that is too long to be held
	begun bool
	tail  bool
	bad   bool
}

// shortestProse is the shortest line that is read as words.
const shortestProse = 3

// maxBase64Line is how much of a line is held back to see what it is.
const maxBase64Line = 1000

func (d *base64Decoder) decode(dst, src []byte) []byte {
	for len(src) > 0 {
		i := bytes.IndexByte(src, '\n')
		if i < 0 {
			return d.hold(dst, src)
		}
		line := src[:i]
		if len(d.line) > 0 {
			d.line = append(d.line, line...)
			line = d.line
		}
		dst = d.ended(dst, line)
		d.line, src = d.line[:0], src[i+1:]
	}
	return dst
}

func (d *base64Decoder) hold(dst, src []byte) []byte {
	if d.line = append(d.line, src...); len(d.line) <= maxBase64Line {
		return dst
	}
	line := d.line
	d.line = d.line[:0]
	switch {
	case !d.tail:
		d.long = true
		return d.data(dst, line)
	case d.keepTail:
		return append(dst, line...)
	}
	return dst
}

// ended takes a whole line, or the rest of a long one.
func (d *base64Decoder) ended(dst, line []byte) []byte {
	line = bytes.TrimRight(line, "\r")
	if d.long || !d.tail && d.n == 0 && len(line)&3 == 0 {
		before := len(dst)
		if out, rest := d.whole(dst, line); len(rest) == 0 {
			d.begun = d.begun || len(out) > before
			d.long = false
			return out
		}
	}
	switch {
	case d.long:
		d.long = false
	case d.tail:
		return d.words(dst, line)
	case d.inBody && isProse(line):
		if d.bad = true; !d.begun || d.n > 1 {
			return dst
		}
		d.tail = true
		if d.keepTail {
			dst = append(dst, '\n')
		}
		return d.words(dst, line)
	}
	return d.data(dst, line)
}

func (d *base64Decoder) words(dst, line []byte) []byte {
	if !d.keepTail {
		return dst
	}
	return append(append(dst, line...), '\n')
}

func (d *base64Decoder) data(dst, line []byte) []byte {
	d.begun = true
	for d.n > 0 && len(line) > 0 {
		dst = d.char(dst, line[0])
		line = line[1:]
	}
	dst, line = d.whole(dst, line)
	for _, c := range line {
		dst = d.char(dst, c)
	}
	return dst
}

// whole decodes the quads at the start of a clean line at once.
func (d *base64Decoder) whole(dst, line []byte) (out, rest []byte) {
	quads := len(line) &^ 3
	if quads == 0 || d.n > 0 {
		return dst, line
	}
	end := len(dst)
	dst = append(dst, line[:quads]...) // room; decoded text is shorter
	n, err := base64.StdEncoding.Decode(dst[end:], line[:quads])
	if err != nil {
		return dst[:end], line
	}
	return dst[:end+n], line[quads:]
}

func (d *base64Decoder) char(dst []byte, c byte) []byte {
	switch {
	case c == '=':
		return d.flush(dst)
	case c == ' ' || c == '\t' || c == '\r' || c == '\n':
		return dst
	case base64Value(c) == 0xff:
		d.bad = true
		return dst
	}
	d.quad[d.n] = base64Value(c)
	if d.n++; d.n < 4 {
		return dst
	}
	d.n = 0
	q := d.quad
	return append(dst, q[0]<<2|q[1]>>4, q[1]<<4|q[2]>>2, q[2]<<6|q[3])
}

func (d *base64Decoder) flush(dst []byte) []byte {
	q, n := d.quad, d.n
	d.n = 0
	switch n {
	case 1:
		d.bad = true
	case 2:
		dst = append(dst, q[0]<<2|q[1]>>4)
	case 3:
		dst = append(dst, q[0]<<2|q[1]>>4, q[1]<<4|q[2]>>2)
	}
	return dst
}

func (d *base64Decoder) finish(dst []byte) []byte {
	if len(d.line) > 0 {
		dst = d.ended(dst, d.line)
		d.line = nil
	}
	d.bad = d.bad || d.n > 0
	return d.flush(dst)
}

func (d *base64Decoder) damage() string {
	if d.bad {
		return problemBase64
	}
	return ""
}

// base64Value reads both alphabets of RFC 4648; 0xff is none.
func base64Value(c byte) byte {
	switch {
	case c >= 'A' && c <= 'Z':
		return c - 'A'
	case c >= 'a' && c <= 'z':
		return c - 'a' + 26
	case c >= '0' && c <= '9':
		return c - '0' + 52
	case c == '+' || c == '-':
		return 62
	case c == '/' || c == '_':
		return 63
	}
	return 0xff
}

// isProse recognises a line of words or a ruler: blanks between words that are
// no whole quads, or many characters that the alphabet has not.
func isProse(line []byte) bool {
	line = bytes.Trim(line, " \t\r")
	if bytes.HasPrefix(line, []byte("___")) || bytes.HasPrefix(line, []byte("--")) {
		return true
	}
	strange, word, blanks, uneven := 0, 0, 0, false
	if len(line) < shortestProse { // junk, not words
		return false
	}
	for _, c := range line {
		switch {
		case c == ' ' || c == '\t':
			blanks++
			uneven = uneven || word%4 != 0
			word = 0
			continue
		case base64Value(c) == 0xff && c != '=':
			strange++
		}
		word++
	}
	return blanks > 0 && uneven || strange*4 > len(line)
}

// likeBase64 reports whether the start of a part may be base64: most of it is
// not prose.
func likeBase64(start []byte) bool {
	start = start[:min(len(start), 4096)]
	prose, all := 0, 0
	for len(start) > 0 {
		var line []byte
		line, start, _ = bytes.Cut(start, []byte("\n"))
		all += len(line)
		if !base64Line(line) && isProse(line) {
			prose += len(line)
		}
	}
	return 2*prose <= all
}

// onlyBase64 reports whether all of the start is base64 in lines of one length.
func onlyBase64(start []byte) bool {
	start = bytes.TrimSpace(start[:min(len(start), 4096)])
	first, rest, _ := bytes.Cut(start, []byte("\n"))
	width := len(bytes.TrimRight(first, "\r"))
	if width < 40 || width%4 != 0 || !base64Line(first) {
		return false
	}
	for len(rest) > 0 {
		var line []byte
		line, rest, _ = bytes.Cut(rest, []byte("\n"))
		if line = bytes.TrimRight(line, "\r"); !base64Line(line) || len(line) > width || len(line) < width && len(rest) > 0 {
			return false
		}
	}
	return true
}

func base64Line(line []byte) bool {
	for _, c := range bytes.TrimRight(line, "=\r") {
		if base64Value(c) == 0xff || c == '-' || c == '_' {
			return false
		}
	}
	return true
}
