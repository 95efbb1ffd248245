package mailin

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFindPage(t *testing.T) {
	tests := map[string]string{
		"utf-8": "UTF-8", "UTF8": "UTF-8", "utf_8": "UTF-8", `"utf-8"`: "UTF-8", "utf-8;format=flowed": "UTF-8", "utf-8 (unicode)": "UTF-8", "utf8mb4": "UTF-8", "charset=utf-8": "UTF-8", "cp65001": "UTF-8", "x-utf-8": "UTF-8",
		"us-ascii": "ASCII", "us-ascii; name=": "ASCII", "ansi_x3.4-1968": "ASCII", "x-unknown": "ASCII", "unknown-8bit": "ASCII", "binary": "ASCII", "none": "ASCII", "x-user-defined": "ASCII",
		"iso-8859-1": "Windows-1252", "iso88591": "Windows-1252", "iso_8859-1": "Windows-1252", "iso-8859_1": "Windows-1252", "8859_1": "Windows-1252", "latin1": "Windows-1252", "ISO_8859-1:1987": "Windows-1252", "cp819": "Windows-1252",
		"cp1252_8bit": "Windows-1252", "windows1252": "Windows-1252", "cp 1252": "Windows-1252", "ansi": "Windows-1252", "ansi_x3.110-1983": "Windows-1252", "iso-8859-1-windows-3.1-latin-1": "Windows-1252",
		"win-1251": "Windows-1251", "x-cp1250": "Windows-1250", "microsoft-cp1251": "", "iso-8859-9": "Windows-1254", "iso-8859-11": "Windows-874", "tis-620": "Windows-874", "iso-8859-15": "ISO-8859-15", "iso-8859-8-i": "ISO-8859-8", "iso-8859-2": "ISO-8859-2",
		"cp-850": "CP850", "dos-862": "CP862", "ibm437": "CP437", "cp866": "CP866", "866": "CP866", "cp858": "CP858", "cp037": "EBCDIC 037", "macintosh": "Mac Roman", "x-mac-roman": "Mac Roman", "x-mac-ce": "Mac Central European", "x-mac-cyrillic": "Mac Cyrillic",
		"koi8-r": "KOI8-R", "koi8_u": "KOI8-U", "koi8-ru": "KOI8-U", "ks_c_5601-1987": "EUC-KR", "euc_kr": "EUC-KR", "cp949": "EUC-KR", "gb_2312-80": "GB18030", "x-gbk": "GB18030", "gb2312": "GB18030", "big-5": "Big5", "big5-hkscs": "Big5", "x-x-big5": "Big5",
		"x-sjis": "Shift_JIS", "windows-31j": "Shift_JIS", "cp932": "Shift_JIS", "euc-jp": "EUC-JP", "x-euc-jp": "EUC-JP", "iso-2022-jp": "ISO-2022-JP", "_iso-2022-jp$ESC": "ISO-2022-JP", "iso-2022-jp-2": "ISO-2022-JP", "iso-2022-kr": "ISO-2022-KR", "iso-2022-cn-ext": "ISO-2022-CN", "hz-gb-2312": "HZ",
		"unicode-1-1-utf-7": "UTF-7", "utf-7": "UTF-7", "utf-16": "UTF-16", "iso-10646-ucs-2": "UTF-16", "utf-16le": "UTF-16LE", "utf-32": "UTF-32", "x-foo": "", "iso-8859-99": "ISO-8859-9?", "windows-9999": "", "1": "",
	}
	for label, want := range tests {
		page, known := findPage(label)
		if want == "ISO-8859-9?" { // nobody can tell
			continue
		}
		assert.Equal(t, want != "", known, label)
		if known {
			assert.Equal(t, want, codecs[page].name, label)
		}
	}
}

// Every label leads to a codec, and every codec reads any bytes.
func TestCodecs(t *testing.T) {
	for label, page := range labelNames {
		require.Contains(t, codecs, page, label)
	}
	for from, page := range otherNumbers {
		require.Contains(t, codecs, page, from)
	}
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	for page, c := range codecs {
		require.NotEmpty(t, c.read(all), page)
		if !c.stateful {
			require.Equal(t, "plain", c.read([]byte("plain")), c.name)
		}
	}
}

func TestCharsetsOfMail(t *testing.T) {
	tests := []struct{ label, raw, want string }{
		{"utf-7", "Hi Mom -+Jjo--!", "Hi Mom -☺-!"},
		{"utf-7", "A+ImIDkQ.", "A≢Α."},
		{"utf-7", "1 +- 1 +2D3eAA-", "1 + 1 😀"},
		{"iso-2022-jp", "\x1b$BF|K\\8l\x1b(B", "日本語"},
		{"iso-2022-jp", "\x1b$B%\"%/\x1b(I1=\x1b(B!", "アクｱｽ!"},
		{"iso-2022-jp", "\x1b$BF|\n\x1b$BK\\\x1b(B", "日\n本"},
		{"iso-2022-kr", "\x1b$)C\x0e>H3g\x0f hi", "안녕 hi"},
		{"iso-2022-cn", "\x1b$)A\x0eDc:C\x0f hi", "你好 hi"},
		{"hz-gb-2312", "~{Dc:C~} hi", "你好 hi"},
		{"utf-16", "\xff\xfea\x00\xe9\x00", "aé"},
		{"utf-16", "\x00a\x00\xe9", "aé"},
		{"utf-16", "a\x00\xe9\x00", "aé"},
		{"utf-32be", "\x00\x00\x00a", "a"},
		{"", "a\x00b\x00c\x00d\x00", "abcd"},
		{"utf-8", "\xff\xfea\x00\xe9\x00", "aé"},
		{"cp850", "\x81\x84\x94", "üäö"},
		{"cp861", "\x8d\x95", "Þþ"},
		{"x-mac-ce", "\x8e\xde", "éř"},
		{"macintosh", "caf\x8e", "café"},
		{"koi8-r", "\xd0\xc9\xa6\xc9", "пиіи"},
		{"big5-hkscs", "\x87\x40", "䏰"},
		{"gb18030", "\x81\x30\x81\x30", "\u0080"},
		{"iso-8859-1", "\x93q\x94", "“q”"},
		{"us-ascii", "\x1b$BF|K\\\x1b(B", "日本"},
		{"cp037", "\x88\x89", "hi"},
		{"utf-8", "\xed\xa0\xbd\xed\xba\x80 go", "🚀 go"},
		{"", "caf\xc3\xa9 \xed\xa0\xbd\xed\xba\x80", "café 🚀"},
		{"utf-8", "\xed\x95\x9c\xea\xb8\x80", "한글"},
	}
	for _, tt := range tests {
		got, _ := decodeCharset(tt.label, []byte(tt.raw))
		assert.Equal(t, tt.want, got, "%s %q", tt.label, tt.raw)
	}
}

// A raw ISO-2022-JP name is read before the address: its bytes look like a colon,
// a semicolon and an at sign. Whose address counts is still read from the bytes.
func TestEscapedNames(t *testing.T) {
	tests := map[string]struct{ from, name, address, identity string }{
		"bare":         {"\x1b$B;3EDB@O:\x1b(B <a@egov.test>", "山田太郎", "a@egov.test", ""},
		"quoted":       {"\"\x1b$B;3EDB@O:\x1b(B\" <a@egov.test>", "山田太郎", "a@egov.test", "a@egov.test"},
		"hides a sign": {"\x1b$B <b@egov.test> \x1b(B <a@egov.test>", "", "a@egov.test", ""},
	}
	for name, tt := range tests {
		m := Parse([]byte("From: "+tt.from+"\nSubject: \x1b$B=?<~\x1b(B\n\nhi\n"), Options{})
		if tt.name != "" {
			assert.Equal(t, tt.name, m.From.Name, name)
		}
		assert.Equal(t, tt.address, m.From.Address, name)
		assert.Equal(t, tt.identity, m.Identity.Address, name)
		assert.Equal(t, "戎周", m.Subject, name)
	}
}
