package mailin

import (
	"bytes"
	"io"
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
	"": "", "7bit": "", "8bit": "", "binary": "", "7bits": "", "8bits": "", "7": "", "8": "", "7bitascii": "", "none": "", "plain": "", "text": "",
	"utf8": "", "usascii": "", "ascii": "", "iso88591": "", "iso885915": "", "windows1252": "", "16bit": "", "bit": "",
	"base64": "base64", "b": "base64", "b64": "base64", "base64encoded": "base64", "xbase64": "base64",
	"quotedprintable": "quoted-printable", "qp": "quoted-printable", "q": "quoted-printable", "quoted": "quoted-printable", "quoteprintable": "quoted-printable", "quotedprintible": "quoted-printable", "printable": "quoted-printable",
	"xuuencode": "uuencode", "uuencode": "uuencode", "xuue": "uuencode", "uue": "uuencode", "xuu": "uuencode", "uu": "uuencode", "xuuencoded": "uuencode", "uuencoded": "uuencode",
	"xyenc": "yenc", "yenc": "yenc", "xyencode": "yenc",
}

// encodingName is the encoding that a field value means: "", base64,
// quoted-printable, uuencode or yenc. False when it is none that is known.
func encodingName(v string) (string, bool) {
	if name, ok := standardEncodings[v]; ok {
		return name, true
	}
	v, _, _ = strings.Cut(strings.ToLower(dropComments(v)), ";")
	v = strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, v)
	name, known := encodingAliases[v]
	return name, known
}

var standardEncodings = map[string]string{"": "", "7bit": "", "8bit": "", "binary": "", "base64": "base64", "quoted-printable": "quoted-printable"}

// encodes reports whether the encoding changes bytes.
func encodes(encoding string) bool {
	name, _ := encodingName(encoding)
	return name != ""
}

// decoder chooses how a part is decoded: as it says, unless its start shows that
// this cannot be. nil: its bytes are taken as they are.
func (p *parser) decoder(n *part, start []byte) transferDecoder {
	name, known := encodingName(n.head.encoding)
	switch {
	case !known:
		p.problems.note(problemEncoding, "the transfer encoding %q is unknown", cleanLine(headerText(n.head.encoding)))
		name = guessEncoding(start)
	case name == "base64" && !likeBase64(start):
		p.problems.note(problemNotBase64, "a part says that it is base64 and is not")
		if name = guessEncoding(start); name == "base64" {
			name = ""
		}
	}
	return newDecoder(name, n.head.isText() || n.head.mayBeText())
}

// newDecoder returns nil where bytes stay as they are. Text behind the end of
// base64 is kept where keepTail is set.
func newDecoder(name string, keepTail bool) transferDecoder {
	switch name {
	case "base64":
		return &base64Decoder{inBody: true, keepTail: keepTail}
	case "quoted-printable":
		return &qpDecoder{}
	case "uuencode":
		return &fileDecoder{start: uuStart}
	case "yenc":
		return &fileDecoder{start: yencStart}
	}
	return nil
}

// guessEncoding looks at the start of a part of which the encoding is not told.
func guessEncoding(start []byte) string {
	switch {
	case onlyBase64(start):
		return "base64"
	case bytes.Contains(start, []byte("=\n")) || bytes.Contains(start, []byte("=\r\n")) || bytes.Contains(start, []byte("=20")) || bytes.Contains(start, []byte("=3D")):
		return "quoted-printable"
	}
	return ""
}

// decodingReader decodes a stream.
type decodingReader struct {
	in   io.Reader
	dec  transferDecoder
	raw  [4096]byte
	buf  []byte // decoded
	pos  int    // of buf, read so far
	done bool
}

// Read implements io.Reader.
func (d *decodingReader) Read(b []byte) (int, error) {
	for d.pos == len(d.buf) {
		if d.done {
			return 0, io.EOF
		}
		n, err := d.in.Read(d.raw[:])
		d.buf, d.pos = d.dec.decode(d.buf[:0], d.raw[:n]), 0
		if err != nil {
			d.buf, d.done = d.dec.finish(d.buf), true
		}
	}
	n := copy(b, d.buf[d.pos:])
	d.pos += n
	return n, nil
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
