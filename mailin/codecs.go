package mailin

import (
	"bytes"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

// codec reads one charset: any bytes give valid UTF-8, with U+FFFD for what does
// not fit.
type codec struct {
	name     string // as a person knows it
	read     func([]byte) string
	stateful bool // ASCII bytes may mean other things than ASCII
}

var codecs = map[codepage]codec{
	pageUTF8:      {name: "UTF-8", read: readUTF8},
	pageASCII:     {name: "ASCII", read: readUTF8},
	pageUTF7:      {name: "UTF-7", read: readUTF7, stateful: true},
	pageUTF16:     {name: "UTF-16", read: readUTF16, stateful: true},
	pageUTF16LE:   {name: "UTF-16LE", read: reader(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)), stateful: true},
	pageUTF16BE:   {name: "UTF-16BE", read: reader(unicode.UTF16(unicode.BigEndian, unicode.UseBOM)), stateful: true},
	pageUTF32:     {name: "UTF-32", read: reader(utf32.UTF32(utf32.BigEndian, utf32.UseBOM)), stateful: true},
	12000:         {name: "UTF-32LE", read: reader(utf32.UTF32(utf32.LittleEndian, utf32.UseBOM)), stateful: true},
	12001:         {name: "UTF-32BE", read: reader(utf32.UTF32(utf32.BigEndian, utf32.UseBOM)), stateful: true},
	pageISO2022JP: {name: "ISO-2022-JP", read: readISO2022JP, stateful: true},
	pageISO2022KR: {name: "ISO-2022-KR", read: readISO2022KR, stateful: true},
	pageISO2022CN: {name: "ISO-2022-CN", read: readISO2022CN, stateful: true},
	pageHZ:        {name: "HZ", read: reader(simplifiedchinese.HZGB2312), stateful: true},
	pageGB18030:   {name: "GB18030", read: reader(simplifiedchinese.GB18030)},
	pageBig5:      {name: "Big5", read: reader(traditionalchinese.Big5)},
	pageKorean:    {name: "EUC-KR", read: reader(korean.EUCKR)},
	pageShiftJIS:  {name: "Shift_JIS", read: reader(japanese.ShiftJIS)},
	pageEUCJP:     {name: "EUC-JP", read: reader(japanese.EUCJP)},
	pageKOI8R:     {name: "KOI8-R", read: readKOI8},
	pageKOI8U:     {name: "KOI8-U", read: reader(charmap.KOI8U)},
	pageKOI8T:     {name: "KOI8-T", read: highHalf(koi8T)},
	pageKZ1048:    {name: "KZ-1048", read: highHalf(kz1048)},
	pageRoman8:    {name: "HP Roman 8", read: highHalf(hpRoman8)},

	1250: {name: "Windows-1250", read: reader(charmap.Windows1250)},
	1251: {name: "Windows-1251", read: reader(charmap.Windows1251)},
	1252: {name: "Windows-1252", read: reader(charmap.Windows1252)},
	1253: {name: "Windows-1253", read: reader(charmap.Windows1253)},
	1254: {name: "Windows-1254", read: reader(charmap.Windows1254)},
	1255: {name: "Windows-1255", read: reader(charmap.Windows1255)},
	1256: {name: "Windows-1256", read: reader(charmap.Windows1256)},
	1257: {name: "Windows-1257", read: reader(charmap.Windows1257)},
	1258: {name: "Windows-1258", read: reader(charmap.Windows1258)},
	874:  {name: "Windows-874", read: reader(charmap.Windows874)},

	// Programs write these labels above bytes of the Windows pages.
	pageLatin1: {name: "Windows-1252", read: reader(charmap.Windows1252)},
	28599:      {name: "Windows-1254", read: reader(charmap.Windows1254)},

	28592: {name: "ISO-8859-2", read: reader(charmap.ISO8859_2)},
	28593: {name: "ISO-8859-3", read: reader(charmap.ISO8859_3)},
	28594: {name: "ISO-8859-4", read: reader(charmap.ISO8859_4)},
	28595: {name: "ISO-8859-5", read: reader(charmap.ISO8859_5)},
	28596: {name: "ISO-8859-6", read: reader(charmap.ISO8859_6)},
	28597: {name: "ISO-8859-7", read: reader(charmap.ISO8859_7)},
	28598: {name: "ISO-8859-8", read: reader(charmap.ISO8859_8)},
	28600: {name: "ISO-8859-10", read: reader(charmap.ISO8859_10)},
	28603: {name: "ISO-8859-13", read: reader(charmap.ISO8859_13)},
	28604: {name: "ISO-8859-14", read: reader(charmap.ISO8859_14)},
	28605: {name: "ISO-8859-15", read: reader(charmap.ISO8859_15)},
	28606: {name: "ISO-8859-16", read: reader(charmap.ISO8859_16)},

	37:    {name: "EBCDIC 037", read: reader(charmap.CodePage037), stateful: true},
	1047:  {name: "EBCDIC 1047", read: reader(charmap.CodePage1047), stateful: true},
	1140:  {name: "EBCDIC 1140", read: reader(charmap.CodePage1140), stateful: true},
	437:   {name: "CP437", read: reader(charmap.CodePage437)},
	737:   {name: "CP737", read: highHalf(cp737)},
	775:   {name: "CP775", read: highHalf(cp775)},
	850:   {name: "CP850", read: reader(charmap.CodePage850)},
	852:   {name: "CP852", read: reader(charmap.CodePage852)},
	855:   {name: "CP855", read: reader(charmap.CodePage855)},
	857:   {name: "CP857", read: highHalf(cp857)},
	858:   {name: "CP858", read: reader(charmap.CodePage858)},
	860:   {name: "CP860", read: reader(charmap.CodePage860)},
	861:   {name: "CP861", read: highHalf(cp861)},
	862:   {name: "CP862", read: reader(charmap.CodePage862)},
	863:   {name: "CP863", read: reader(charmap.CodePage863)},
	864:   {name: "CP864", read: highHalf(cp864)},
	865:   {name: "CP865", read: reader(charmap.CodePage865)},
	866:   {name: "CP866", read: reader(charmap.CodePage866)},
	869:   {name: "CP869", read: highHalf(cp869)},
	1125:  {name: "CP1125", read: highHalf(cp1125)},
	10000: {name: "Mac Roman", read: reader(charmap.Macintosh)},
	10006: {name: "Mac Greek", read: highHalf(macGreek)},
	10007: {name: "Mac Cyrillic", read: reader(charmap.MacintoshCyrillic)},
	10029: {name: "Mac Central European", read: highHalf(macLatin2)},
	10079: {name: "Mac Icelandic", read: highHalf(macIceland)},
	10081: {name: "Mac Turkish", read: highHalf(macTurkish)},
}

func reader(enc encoding.Encoding) func([]byte) string {
	return func(b []byte) string {
		out, err := enc.NewDecoder().Bytes(b)
		if err != nil {
			out = append(out, "\uFFFD"...)
		}
		return strings.ToValidUTF8(string(out), "\uFFFD")
	}
}

// highHalf reads a page whose lower half is ASCII; upper are the other 128
// characters.
func highHalf(upper string) func([]byte) string {
	return func(b []byte) string {
		table := []rune(upper)
		var out strings.Builder
		out.Grow(2 * len(b))
		for _, c := range b {
			switch i := int(c) - 0x80; {
			case i < 0:
				out.WriteByte(c)
			case i < len(table):
				out.WriteRune(table[i])
			default:
				out.WriteRune(utf8.RuneError)
			}
		}
		return out.String()
	}
}

func readUTF8(b []byte) string {
	b = joinSurrogates(bytes.TrimPrefix(b, []byte("\xef\xbb\xbf")))
	return strings.ToValidUTF8(string(b), "\uFFFD")
}

// joinSurrogates makes UTF-8 of CESU-8 (Unicode Technical Report 26), where each
// half of a surrogate pair has three bytes of its own.
func joinSurrogates(b []byte) []byte {
	if !bytes.Contains(b, []byte{0xed}) || utf8.Valid(b) {
		return b
	}
	out := make([]byte, 0, len(b))
	for len(b) > 0 {
		if r := pairAt(b); r != utf8.RuneError {
			out, b = utf8.AppendRune(out, r), b[6:]
			continue
		}
		out, b = append(out, b[0]), b[1:]
	}
	return out
}

// pairAt returns the character of a surrogate pair in six bytes, or U+FFFD.
func pairAt(b []byte) rune {
	if len(b) < 6 || b[0] != 0xed || b[3] != 0xed || b[2]&0xc0 != 0x80 || b[5]&0xc0 != 0x80 {
		return utf8.RuneError
	}
	return utf16.DecodeRune(0xd000|rune(b[1]&0x3f)<<6|rune(b[2]&0x3f), 0xd000|rune(b[4]&0x3f)<<6|rune(b[5]&0x3f))
}

// readKOI8 reads KOI8-R (RFC 1489), or KOI8-U (RFC 2319) where its Ukrainian
// letters stand beside others: in KOI8-R these bytes draw boxes.
func readKOI8(b []byte) string {
	for i, c := range b {
		switch c {
		case 0xa4, 0xa6, 0xa7, 0xad, 0xb4, 0xb6, 0xb7, 0xbd:
			if i > 0 && b[i-1] >= 0xc0 || i+1 < len(b) && b[i+1] >= 0xc0 {
				return koi8U(b)
			}
		}
	}
	return koi8R(b)
}

var koi8R, koi8U = reader(charmap.KOI8R), reader(charmap.KOI8U)

// readUTF16 finds the byte order by the mark, else by the side on which the zero
// bytes of ASCII stand, else takes the big end first (RFC 2781 §4.3).
func readUTF16(b []byte) string {
	enc := unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	if even, odd := zeros(b); odd > even {
		enc = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	}
	return reader(enc)(b)
}

// zeros counts the zero bytes at even and odd places.
func zeros(b []byte) (even, odd int) {
	for i, c := range b {
		if c == 0 {
			even += 1 - i&1
			odd += i & 1
		}
	}
	return even, odd
}
