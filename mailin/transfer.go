package mailin

import (
	"bytes"
	"encoding/base64"
	"strings"
)

// transferDecoder undoes a Content-Transfer-Encoding (RFC 2045 §6) piece by
// piece. It never stops at damage: what can be read comes out.
type transferDecoder interface {
	// decode appends to dst what src holds; finish appends what is left.
	decode(dst, src []byte) []byte
	finish(dst []byte) []byte
	// damage names what was wrong, "" when nothing was.
	damage() string
}

// encodingAliases are ways to write an encoding that the standard has not.
var encodingAliases = map[string]string{
	"": "", "7bit": "", "8bit": "", "binary": "", "7-bit": "", "8-bit": "", "7bits": "", "8bits": "", "none": "", "utf-8": "", "us-ascii": "",
	"base64": "base64", "base-64": "base64", "b": "base64",
	"quoted-printable": "quoted-printable", "quotedprintable": "quoted-printable", "quoted/printable": "quoted-printable", "qp": "quoted-printable", "q": "quoted-printable",
}

// newDecoder finds the decoder; false when the encoding is unknown and the bytes
// are taken as they are.
func newDecoder(encoding string) (transferDecoder, bool) {
	encoding = strings.ToLower(strings.Trim(dropComments(encoding), " \t;\"'"))
	name, known := encodingAliases[encoding]
	switch name {
	case "base64":
		return &base64Decoder{}, known
	case "quoted-printable":
		return &qpDecoder{}, known
	}
	return identity{}, known
}

type identity struct{}

func (identity) decode(dst, src []byte) []byte { return append(dst, src...) }
func (identity) finish(dst []byte) []byte      { return dst }
func (identity) damage() string                { return "" }

// base64Decoder skips what is not of the alphabet and takes padding as the end
// of a run, so that joined runs decode too.
type base64Decoder struct {
	quad [4]byte
	n    int
	bad  bool
}

func (d *base64Decoder) decode(dst, src []byte) []byte {
	for len(src) > 0 {
		line := src
		if i := bytes.IndexByte(src, '\n'); i >= 0 {
			line = src[:i+1]
		}
		src = src[len(line):]
		line = bytes.TrimRight(line, "\r\n")
		for d.n > 0 && len(line) > 0 {
			dst = d.char(dst, line[0])
			line = line[1:]
		}
		dst, line = d.whole(dst, line)
		for _, c := range line {
			dst = d.char(dst, c)
		}
	}
	return dst
}

// whole decodes the quads at the start of a clean line at once.
func (d *base64Decoder) whole(dst, line []byte) (out, rest []byte) {
	quads := len(line) &^ 3
	if quads == 0 {
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

// qpDecoder decodes whole lines; a line is held back until its end is there.
type qpDecoder struct {
	line []byte
	bad  bool
}

// maxQPLine is where a line without an end is decoded anyway.
const maxQPLine = 64 << 10

func (d *qpDecoder) decode(dst, src []byte) []byte {
	for len(src) > 0 {
		i := bytes.IndexByte(src, '\n')
		if i < 0 {
			d.line = append(d.line, src...)
			if len(d.line) > maxQPLine {
				dst = d.part(dst)
			}
			return dst
		}
		line := src[:i+1]
		if len(d.line) > 0 {
			d.line = append(d.line, line...)
			line = d.line
		}
		dst = d.ended(dst, line)
		d.line, src = d.line[:0], src[i+1:]
	}
	return dst
}

// part decodes a line without end but for a tail that may be a cut escape.
func (d *qpDecoder) part(dst []byte) []byte {
	cut := len(d.line) - 3
	if i := bytes.IndexByte(d.line[cut:], '='); i >= 0 {
		cut += i
	}
	dst = d.text(dst, d.line[:cut])
	d.line = append(d.line[:0], d.line[cut:]...)
	return dst
}

// ended decodes a line with its end: blanks before it are dropped, and a last
// "=" joins the next line (RFC 2045 §6.7 rules 3 and 5).
func (d *qpDecoder) ended(dst, line []byte) []byte {
	end := "\n"
	body := line[:len(line)-1]
	if bytes.HasSuffix(body, []byte("\r")) {
		end, body = "\r\n", body[:len(body)-1]
	}
	body = bytes.TrimRight(body, " \t\r")
	if bytes.HasSuffix(body, []byte("=")) {
		return d.text(dst, body[:len(body)-1])
	}
	return append(d.text(dst, body), end...)
}

func (d *qpDecoder) text(dst, s []byte) []byte {
	for {
		i := bytes.IndexByte(s, '=')
		if i < 0 {
			return append(dst, s...)
		}
		dst = append(dst, s[:i]...)
		if s = s[i:]; len(s) > 2 && isHex(s[1]) && isHex(s[2]) {
			dst = append(dst, unhex(s[1])<<4|unhex(s[2]))
			s = s[3:]
			continue
		}
		d.bad = true
		dst = append(dst, '=')
		s = s[1:]
	}
}

func (d *qpDecoder) finish(dst []byte) []byte {
	line := bytes.TrimRight(d.line, " \t\r")
	dst = d.text(dst, bytes.TrimSuffix(line, []byte("=")))
	d.line = nil
	return dst
}

func (d *qpDecoder) damage() string {
	if d.bad {
		return problemQP
	}
	return ""
}
