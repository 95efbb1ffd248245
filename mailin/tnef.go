package mailin

import (
	"bytes"
	"encoding/binary"
	"strconv"
)

// tnef is what a winmail.dat holds: Microsoft's Transport Neutral Encapsulation
// Format ([MS-OXTNEF]), a list of attributes.
type tnef struct {
	files    []packedFile
	body     packedFile // data is nil when there is none
	codepage string
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
		if text := bytes.TrimRight(data, "\x00"); len(text) > 0 {
			t.body = packedFile{kind: "text/plain", charset: t.codepage, data: text}
		}
	case attrProperties:
		t.mailProperties(data)
	case attrRendering:
		if len(t.files) < maxTNEFFiles {
			t.files = append(t.files, packedFile{})
		}
	}
	if len(t.files) == 0 {
		return
	}
	f := &t.files[len(t.files)-1]
	switch id {
	case attrTitle:
		if f.name == "" {
			f.name = t.text(data)
		}
	case attrFile:
		f.data = data
	case attrFileProps:
		t.fileProperties(f, data)
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

func (t *tnef) text(b []byte) string {
	s, _ := decodeCharset(t.codepage, bytes.TrimRight(b, "\x00"))
	return s
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

// mailProperties takes the text of the mail: the plain one, else HTML, else what
// can be read of the rich text.
func (t *tnef) mailProperties(b []byte) {
	var html, rtf []byte
	charset := t.codepage
	properties(b, func(p mapiProperty) {
		switch p.id {
		case propCodepage:
			if len(p.value) >= 4 {
				charset = codepageLabel(binary.LittleEndian.Uint32(p.value))
			}
		case propBody:
			if text := p.text(t); text != "" {
				t.body = packedFile{kind: "text/plain", charset: "utf-8", data: []byte(text)}
			}
		case propHTML:
			html = p.value
		case propRTF:
			rtf = p.value
		}
	})
	switch {
	case len(bytes.TrimSpace(t.body.data)) > 0:
	case len(html) > 0:
		t.body = packedFile{kind: "text/html", charset: charset, data: html}
	case len(rtf) > 0:
		t.body = rtfBody(rtf)
	}
}

func (t *tnef) fileProperties(f *packedFile, b []byte) {
	short := ""
	properties(b, func(p mapiProperty) {
		switch p.id {
		case propFile:
			if name := p.text(t); name != "" {
				f.name = name
			}
		case propShortFile, propName:
			short = p.text(t)
		case propMIMEType:
			f.kind = mediaWord(p.text(t))
		case propContentID:
			f.id = p.text(t)
		case propData:
			if f.data == nil {
				f.data = embedded(p.value)
			}
		}
	})
	if f.name == "" {
		f.name = short
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
	kept := t.files[:0]
	for _, f := range t.files {
		if f.name != "" || len(f.data) > 0 {
			kept = append(kept, f)
		}
	}
	t.files = kept
}
