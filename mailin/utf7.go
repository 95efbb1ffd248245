package mailin

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// readUTF7 reads UTF-7 (RFC 2152): between + and the first byte that is not of
// the base64 alphabet stands UTF-16; "+-" is a plus.
func readUTF7(b []byte) string {
	var out strings.Builder
	out.Grow(len(b))
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case c == '+' && i+1 < len(b) && b[i+1] == '-':
			out.WriteByte('+')
			i++
		case c == '+' && i+1 < len(b) && base64Value(b[i+1]) < 64:
			end := base64Run(b, i+1)
			writeUTF16(&out, b[i+1:end])
			i = end - 1
			if end < len(b) && b[end] == '-' {
				i = end
			}
		case c >= utf8.RuneSelf:
			out.WriteRune(utf8.RuneError)
		default:
			out.WriteByte(c)
		}
	}
	return out.String()
}

// base64Run returns where the run that starts at i ends. Only the alphabet of
// RFC 2045 counts: the minus of the other one ends a run.
func base64Run(b []byte, i int) int {
	for i < len(b) && b[i] != '-' && b[i] != '_' && base64Value(b[i]) < 64 {
		i++
	}
	return i
}

// writeUTF16 decodes base64 of UTF-16 with the big end first. Bits that fill no
// unit are padding; a lone surrogate becomes U+FFFD.
func writeUTF16(out *strings.Builder, run []byte) {
	units := make([]uint16, 0, len(run)*6/16+1)
	acc, bits := uint32(0), 0
	for _, c := range run {
		acc = acc<<6 | uint32(base64Value(c))
		if bits += 6; bits >= 16 {
			bits -= 16
			units = append(units, uint16(acc>>bits))
			acc &= 1<<bits - 1
		}
	}
	for _, r := range utf16.Decode(units) {
		out.WriteRune(r)
	}
}
