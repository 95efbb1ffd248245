package mailin

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"
)

// charsetAliases are labels that programs write and the WHATWG table lacks.
var charsetAliases = map[string]string{
	"utf8mb4": "utf-8", "utf-8n": "utf-8", "x-utf-8": "utf-8", "cp65001": "utf-8", "unicode-1-1-utf-8": "utf-8",
	"latin-1": "iso-8859-1", "iso8859-1": "iso-8859-1", "iso_8859_1": "iso-8859-1", "8859-1": "iso-8859-1", "iso-8859-1-windows-3.1-latin-1": "windows-1252",
	"win-1251": "windows-1251", "win1251": "windows-1251", "cp-1251": "windows-1251", "win-1252": "windows-1252", "cp-1252": "windows-1252", "ansi": "windows-1252",
	"gb-2312": "gb18030", "gb2312-80": "gb18030", "cp936": "gb18030", "x-gb18030": "gb18030", "cp950": "big5", "big5hkscs": "big5", "x-big5": "big5",
	"cp949": "euc-kr", "ms949": "euc-kr", "x-windows-949": "euc-kr", "ks_c_5601": "euc-kr", "cp932": "shift_jis", "ms932": "shift_jis", "x-ms-cp932": "shift_jis", "sjis": "shift_jis",
	"iso-2022-jp-ms": "iso-2022-jp", "iso-2022-jp-1": "iso-2022-jp", "cp50220": "iso-2022-jp", "koi8": "koi8-r", "tis620": "tis-620", "iso-8859-8-e": "iso-8859-8",
}

// isUnicodeLabel reports labels under which UTF-8 is looked for first: UTF-8
// itself, ASCII (8-bit text under it is a mistake) and none at all.
func isUnicodeLabel(label string) bool {
	switch label {
	case "", "utf-8", "utf8", "us-ascii", "ascii", "ansi_x3.4-1968", "default", "unknown-8bit", "x-unknown":
		return true
	}
	return false
}

// decodeCharset turns bytes into valid UTF-8. Its problem is "" or the name of
// what was wrong; text comes out either way.
func decodeCharset(label string, b []byte) (text, problem string) {
	label = strings.ToLower(strings.Trim(strings.TrimSpace(label), `"'`))
	if alias, ok := charsetAliases[label]; ok {
		label = alias
	}
	if isUnicodeLabel(label) {
		return decodeUnicode(label, b)
	}
	enc := findEncoding(label)
	if enc == nil {
		if utf8.Valid(b) {
			return string(b), problemCharset
		}
		return fromWindows1252(b), problemCharset
	}
	out, err := enc.NewDecoder().Bytes(b)
	if err != nil {
		problem = problemBadText
	}
	return strings.ToValidUTF8(string(out), "\uFFFD"), problem
}

func findEncoding(label string) encoding.Encoding {
	if enc, err := htmlindex.Get(label); err == nil && enc != encoding.Replacement {
		return enc
	}
	if enc, err := ianaindex.MIME.Encoding(label); err == nil && enc != nil && !strings.HasPrefix(label, "utf-7") {
		return enc
	}
	return nil
}

func decodeUnicode(label string, b []byte) (text, problem string) {
	b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	if utf8.Valid(b) {
		return string(b), ""
	}
	if !mostlyUTF8(b) {
		if label == "utf-8" || label == "utf8" {
			problem = problemBadText
		}
		return fromWindows1252(b), problem
	}
	return strings.ToValidUTF8(string(b), "\uFFFD"), problemBadText
}

// mostlyUTF8 reports whether text that is not valid UTF-8 was still meant as it:
// it has more characters of several bytes than bytes that fit nowhere.
func mostlyUTF8(b []byte) bool {
	good, bad := 0, 0
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		switch {
		case r == utf8.RuneError && n == 1:
			bad++
		case n > 1:
			good++
		}
		b = b[n:]
	}
	return good > bad
}

// fromWindows1252 reads each byte as a character; no byte fails.
func fromWindows1252(b []byte) string {
	out, err := charmap.Windows1252.NewDecoder().Bytes(b)
	if err != nil {
		return strings.ToValidUTF8(string(b), "\uFFFD")
	}
	return string(out)
}

// headerText makes valid UTF-8 of raw header bytes (RFC 6532, or older 8-bit).
func headerText(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	text, _ := decodeUnicode("", []byte(s))
	return text
}

// htmlLabel is the charset that an HTML document declares in itself, "" when it
// declares none.
func htmlLabel(b []byte) string {
	head := b[:min(len(b), 1024)]
	if !bytes.Contains(bytes.ToLower(head), []byte("charset")) {
		return ""
	}
	if _, name, certain := charset.DetermineEncoding(head, ""); certain || name != "windows-1252" {
		return name
	}
	return ""
}
