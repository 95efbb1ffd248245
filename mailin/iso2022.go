package mailin

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// The charsets of ISO 2022 for mail: text in 7 bits, where escape sequences and
// the controls SO and SI say what the bytes mean. Each is read by turning its
// runs into bytes of the EUC charset with the same characters.

const (
	esc = 0x1b
	so  = 0x0e
	si  = 0x0f
)

// charset7 is one character set that a run of bytes can be in.
type charset7 struct {
	read   func([]byte) string // what has the same characters with the high bits set
	width  int
	prefix byte // what EUC-JP puts before each character
}

var (
	set7ASCII = charset7{}
	set7Kana  = charset7{read: reader(japanese.ShiftJIS), width: 1}
	set7JIS   = charset7{read: reader(japanese.EUCJP), width: 2}
	set7JIS2  = charset7{read: reader(japanese.EUCJP), width: 2, prefix: 0x8f}
	set7KS    = charset7{read: reader(korean.EUCKR), width: 2}
	set7GB    = charset7{read: reader(simplifiedchinese.GB18030), width: 2}
)

// escapes7 are the escape sequences of RFC 1468, 1554, 2237, 1557 and 1922. The
// ones with ) name what SO switches to.
var escapes7 = []struct {
	bytes   string
	set     charset7
	shifted bool
}{
	{"(B", set7ASCII, false}, {"(J", set7ASCII, false}, {"(H", set7ASCII, false}, {"(I", set7Kana, false},
	{"$@", set7JIS, false}, {"$B", set7JIS, false}, {"$(@", set7JIS, false}, {"$(B", set7JIS, false}, {"$(D", set7JIS2, false},
	{"$(O", set7JIS, false}, {"$(Q", set7JIS, false}, {"&@", set7JIS, false}, {"$A", set7GB, false}, {"$(A", set7GB, false}, {"$(C", set7KS, false},
	{"$)C", set7KS, true}, {"$)A", set7GB, true},
}

func readISO2022JP(b []byte) string { return readISO2022(b, set7Kana) }
func readISO2022KR(b []byte) string { return readISO2022(b, set7KS) }
func readISO2022CN(b []byte) string { return readISO2022(b, set7GB) }

// readISO2022 reads such text. other is what SO switches to until the text says.
func readISO2022(b []byte, other charset7) string {
	r := iso2022{in: b, other: other, now: set7ASCII}
	r.out.Grow(len(b))
	for len(r.in) > 0 {
		r.step()
	}
	return r.out.String()
}

type iso2022 struct {
	in    []byte
	now   charset7
	base  charset7 // what SI goes back to
	other charset7
	out   strings.Builder
}

func (r *iso2022) step() {
	switch c := r.in[0]; {
	case c == esc:
		r.escape()
	case c == so:
		r.now, r.in = r.other, r.in[1:]
	case c == si:
		r.now, r.in = r.base, r.in[1:]
	case c == '\n' || c == '\r': // each line starts anew (RFC 1468, RFC 1557)
		r.now, r.base = set7ASCII, set7ASCII
		r.plain(1)
	case c <= ' ' || c == 0x7f:
		r.plain(1)
	case c >= utf8.RuneSelf && r.now.width == 0:
		r.out.WriteRune(utf8.RuneError)
		r.in = r.in[1:]
	case r.now.width == 0:
		r.plain(r.runLength())
	default:
		r.run()
	}
}

// runLength is how far no control, no blank and no change of 7 to 8 bits comes.
func (r *iso2022) runLength() int {
	high := r.in[0] & 0x80
	n := 0
	for n < len(r.in) && r.in[n] > ' ' && r.in[n] != 0x7f && r.in[n]&0x80 == high {
		n++
	}
	return n
}

func (r *iso2022) plain(n int) {
	r.out.Write(r.in[:n])
	r.in = r.in[n:]
}

func (r *iso2022) escape() {
	for _, e := range escapes7 {
		if bytes.HasPrefix(r.in[1:], []byte(e.bytes)) {
			r.in = r.in[1+len(e.bytes):]
			if e.shifted {
				r.other = e.set
			} else {
				r.now, r.base = e.set, e.set
			}
			return
		}
	}
	r.out.WriteRune(utf8.RuneError)
	r.in = r.in[1:]
}

// run reads all characters up to the next control or blank.
func (r *iso2022) run() {
	n := r.runLength()
	raw := make([]byte, 0, 3*n)
	i := 0
	for ; i+r.now.width <= n; i += r.now.width {
		if r.now.prefix != 0 {
			raw = append(raw, r.now.prefix)
		}
		for _, c := range r.in[i : i+r.now.width] {
			raw = append(raw, c|0x80)
		}
	}
	r.out.WriteString(r.now.read(raw))
	if i < n {
		r.out.WriteRune(utf8.RuneError)
	}
	r.in = r.in[n:]
}
