package mailin

import (
	"encoding/binary"
	"slices"
	"strconv"
	"strings"
)

// tnef is what a winmail.dat holds: Microsoft's Transport Neutral Encapsulation
// Format ([MS-OXTNEF]), a list of attributes. All of it are pieces of the
// winmail.dat; what is needed of it is decoded when all was read.
type tnef struct {
	files    []tnefFile
	more     bool // there are more than maxTNEFFiles
	codepage string
	plain    mapiProperty // the text in each of its forms
	html     []byte
	charset  string // of html
	rtf      []byte
}

// tnefFile is a file in it.
type tnefFile struct {
	title, long, short, kind, id mapiProperty
	data                         []byte
}

const (
	tnefSignature = 0x223e9f78

	attrBody       = 0x800c
	attrTitle      = 0x8010 // file name
	attrFile       = 0x800f
	attrRendering  = 0x9002 // starts a file
	attrProperties = 0x9003 // of the mail
	attrFileProps  = 0x9005
	attrCodepage   = 0x9007
)

// maxTNEFFiles bounds the files of one winmail.dat.
const maxTNEFFiles = 200

// readTNEF reads b as far as it goes; false when it ends too early or is no TNEF.
func readTNEF(b []byte) (tnef, bool) {
	var t tnef
	if len(b) < 6 || binary.LittleEndian.Uint32(b) != tnefSignature {
		return t, false
	}
	b = b[6:]
	for len(b) >= 11 {
		id, size := binary.LittleEndian.Uint32(b[1:])&0xffff, uint64(binary.LittleEndian.Uint32(b[5:]))
		b = b[9:]
		if size+2 > uint64(len(b)) {
			t.attribute(id, b)
			t.finish()
			return t, false
		}
		t.attribute(id, b[:size])
		b = b[size+2:] // and the check sum
	}
	t.finish()
	return t, true
}

func (t *tnef) attribute(id uint32, data []byte) {
	switch id {
	case attrCodepage:
		if len(data) >= 4 {
			t.codepage = codepageLabel(binary.LittleEndian.Uint32(data))
		}
	case attrBody:
		t.plain.fill(mapiProperty{kind: kindString, value: data})
	case attrProperties:
		t.mailProperties(data)
	case attrRendering:
		if t.more = len(t.files) == maxTNEFFiles; !t.more {
			t.files = append(t.files, tnefFile{})
		}
	}
	if len(t.files) == 0 || t.more {
		return
	}
	f := &t.files[len(t.files)-1]
	switch id {
	case attrTitle:
		if f.title.blank() {
			f.title = mapiProperty{kind: kindString, value: data}
		}
	case attrFile:
		f.data = data
	case attrFileProps:
		f.properties(data)
	}
}

func codepageLabel(n uint32) string {
	switch n {
	case 65001:
		return "utf-8"
	case 20127, 0:
		return "us-ascii"
	case 932:
		return "shift_jis"
	case 936:
		return "gb18030"
	case 949:
		return "euc-kr"
	case 950:
		return "big5"
	case 28591:
		return "iso-8859-1"
	}
	if n < 1000 {
		return "cp" + strconv.Itoa(int(n))
	}
	return "windows-" + strconv.Itoa(int(n))
}

// The properties of [MS-OXPROPS] that matter here.
const (
	propBody      = 0x1000
	propRTF       = 0x1009
	propHTML      = 0x1013
	propCodepage  = 0x3fde
	propData      = 0x3701
	propName      = 0x3001
	propShortFile = 0x3704
	propFile      = 0x3707
	propMIMEType  = 0x370e
	propContentID = 0x3712
)

func (t *tnef) mailProperties(b []byte) {
	charset := t.codepage
	properties(b, func(p mapiProperty) {
		switch p.id {
		case propCodepage:
			if len(p.value) >= 4 {
				charset = codepageLabel(binary.LittleEndian.Uint32(p.value))
			}
		case propBody:
			t.plain.fill(p)
		case propHTML:
			t.html = p.value
		case propRTF:
			t.rtf = p.value
		}
	})
	t.charset = charset
}

func (f *tnefFile) properties(b []byte) {
	properties(b, func(p mapiProperty) {
		switch p.id {
		case propFile:
			f.long.fill(p)
		case propShortFile, propName:
			f.short.fill(p)
		case propMIMEType:
			f.kind.fill(p)
		case propContentID:
			f.id.fill(p)
		case propData:
			if f.data == nil {
				f.data = embedded(p.value)
			}
		}
	})
}

// text is the text of the mail, at least its first `most` bytes where it has as
// many: the plain one, else HTML, else what can be read of the rich text.
func (t *tnef) text(g *guess, most int) packedFile {
	if plain := t.plain.text(g, t.codepage, most); strings.TrimSpace(plain) != "" {
		return packedFile{kind: "text/plain", charset: "utf-8", data: []byte(plain)}
	}
	if len(t.html) > 0 {
		return packedFile{kind: "text/html", charset: t.charset, data: t.html}
	}
	return rtfBody(g, t.rtf)
}

// maxPackedName bounds what is decoded of a name.
const maxPackedName = 1 << 10

// file decodes what is told about a file.
func (t *tnef) file(g *guess, f tnefFile) packedFile {
	name := f.long
	for _, other := range []mapiProperty{f.title, f.short} {
		if name.blank() {
			name = other
		}
	}
	return packedFile{
		name: name.text(g, t.codepage, maxPackedName), kind: mediaWord(f.kind.text(g, t.codepage, maxPackedName)),
		id: f.id.text(g, t.codepage, maxPackedName), data: f.data,
	}
}

// embedded drops the interface id in front of an attached mail.
func embedded(b []byte) []byte {
	if len(b) > 20 && binary.LittleEndian.Uint32(b[16:]) == tnefSignature {
		return b[16:]
	}
	return b
}

// finish drops files that hold nothing and have no name.
func (t *tnef) finish() {
	t.files = slices.DeleteFunc(t.files, func(f tnefFile) bool {
		return len(f.data) == 0 && f.title.blank() && f.long.blank() && f.short.blank()
	})
}
