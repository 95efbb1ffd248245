package mailin

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf16"
)

// mapiProperty is a MAPI property in a TNEF attribute ([MS-OXTNEF] §2.1.3.4), of
// several values the first.
type mapiProperty struct {
	id, kind uint16
	value    []byte
}

const (
	kindObject  = 0x0d
	kindString  = 0x1e
	kindUnicode = 0x1f
	kindBinary  = 0x102
	kindMany    = 0x1000 // flag: several values
)

// fill takes another value over unless that says nothing.
func (p *mapiProperty) fill(other mapiProperty) {
	if !other.blank() {
		*p = other
	}
}

// blank reports a string of nothing but zeros.
func (p mapiProperty) blank() bool { return len(bytes.Trim(p.value, "\x00")) == 0 }

// text is the start of a string, at least `most` bytes of it where it has as
// many; what is longer is not decoded, because that can be dear.
func (p mapiProperty) text(g *guess, codepage string, most int) string {
	if p.kind != kindUnicode {
		b := bytes.TrimRight(p.value, "\x00")
		s, _ := g.decode(codepage, b[:min(len(b), most)])
		return s
	}
	b := p.value[:min(len(p.value), 2*most)]
	units := make([]uint16, 0, len(b)/2)
	for ; len(b) >= 2; b = b[2:] {
		units = append(units, binary.LittleEndian.Uint16(b))
	}
	return strings.TrimRight(string(utf16.Decode(units)), "\x00")
}

// properties calls f for each property, up to the first that cannot be read.
func properties(b []byte, f func(mapiProperty)) {
	in := leReader{b: b}
	for n := in.uint32(); n > 0 && len(in.b) > 0; n-- {
		p := mapiProperty{kind: in.uint16(), id: in.uint16()}
		if p.id >= 0x8000 {
			in.skipName()
		}
		p.value = in.value(p.kind)
		if in.bad {
			return
		}
		p.kind &^= kindMany
		f(p)
	}
}

// leReader reads numbers of little-endian order and never beyond the end.
type leReader struct {
	b   []byte
	bad bool
}

func (r *leReader) take(n uint64) []byte {
	if n > uint64(len(r.b)) {
		r.b, r.bad = nil, true
		return nil
	}
	out := r.b[:n]
	r.b = r.b[n:]
	return out
}

func (r *leReader) uint16() uint16 {
	if b := r.take(2); b != nil {
		return binary.LittleEndian.Uint16(b)
	}
	return 0
}

func (r *leReader) uint32() uint32 {
	if b := r.take(4); b != nil {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

// skipName passes over the name of a named property: a GUID, and a number or a
// padded string.
func (r *leReader) skipName() {
	r.take(16)
	if r.uint32() == 0 {
		r.take(4)
		return
	}
	r.padded(r.uint32())
}

func (r *leReader) padded(n uint32) []byte {
	out := r.take(uint64(n))
	r.take(min(uint64(-n&3), uint64(len(r.b))))
	return out
}

// value reads the values of a kind and returns the first.
func (r *leReader) value(kind uint16) []byte {
	count := uint32(1)
	size, varies := kindSize(kind &^ kindMany)
	if varies || kind&kindMany != 0 {
		count = r.uint32()
	}
	var first []byte
	for i := uint32(0); i < count && !r.bad; i++ {
		n := size
		if varies {
			n = r.uint32()
		}
		if v := r.padded(n); i == 0 {
			first = v
		}
	}
	return first
}

// kindSize is the size of a value; varies says that it is written before it.
func kindSize(kind uint16) (size uint32, varies bool) {
	switch kind {
	case kindObject, kindString, kindUnicode, kindBinary:
		return 0, true
	case 0x05, 0x06, 0x07, 0x14, 0x40:
		return 8, false
	case 0x48:
		return 16, false
	}
	return 4, false
}
