package mailin

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

// FuzzCharset: any bytes under any label give valid UTF-8, and ASCII stays as it
// is under every label of a charset that holds it.
func FuzzCharset(f *testing.F) {
	for _, label := range []string{"utf-8", "cp-850", "iso_8859-1:1987", "x-unknown", "ansi_x3.110-1983", "unicode-1-1-utf-7", "gb_2312-80", "iso-2022-kr", "utf-16", "ks_c_5601-1987", "hz", "cp864", "koi8-r", ""} {
		f.Add(label, []byte("caf\xe9 \x1b$B$\x1b(B +AOk- \x00a\xd0\xd2\xc9\xd7\xc5\xd4"))
	}
	f.Fuzz(func(t *testing.T, label string, b []byte) {
		text, _ := decodeCharset(label, b)
		require.True(t, utf8.ValidString(text))
		page, known := findPage(label)
		if c := codecs[page]; known && !c.stateful {
			plain, problem := decodeCharset(label, []byte("plain ASCII"))
			require.Equal(t, "plain ASCII", plain)
			require.Empty(t, problem)
		}
	})
}

// FuzzUTF7: what has no plus and no high byte stays, and any bytes give text.
func FuzzUTF7(f *testing.F) {
	f.Add([]byte("+AOk-t+AOk +ADw-script+AD4- +- +2D3eAA- +"))
	f.Fuzz(func(t *testing.T, b []byte) {
		text := readUTF7(b)
		require.True(t, utf8.ValidString(text))
		if firstHigh(b) < 0 && !strings.Contains(string(b), "+") {
			require.Equal(t, string(b), text)
		}
	})
}

// FuzzISO2022: any bytes give text, and ASCII without controls stays.
func FuzzISO2022(f *testing.F) {
	f.Add([]byte("\x1b$BF|K\\8l\x1b(B a \x1b(I1\x1b(J\n\x1b$(D0!\x1b$)C\x0e0!\x0f"))
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, read := range []func([]byte) string{readISO2022JP, readISO2022KR, readISO2022CN} {
			text := read(b)
			require.True(t, utf8.ValidString(text))
			if firstHigh(b) < 0 && !strings.ContainsAny(string(b), "\x1b\x0e\x0f") {
				require.Equal(t, string(b), text)
			}
		}
	})
}

// FuzzWords: a header value becomes valid UTF-8, and one without encoded-words
// and escapes that is valid UTF-8 stays.
func FuzzWords(f *testing.F) {
	for _, s := range []string{"=?utf-8?Q?caf=C3?= =?utf-8?B?qQ==?=", "=?=?utf-8?Q?a??=", "=?iso-2022-jp?B?GyRCRnw=?=\t=?ISO-2022-JP?B?SyEbKEI=?=", "=?x?Q?=?y?B?", "caf\xe9 =?utf-8*en?q?=3D=3Futf-8=3FQ=3Fx=3F=3D?="} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		out := decodeWords(s)
		require.True(t, utf8.ValidString(out))
		if utf8.ValidString(s) && !strings.Contains(s, "=?") && strings.IndexByte(s, esc) < 0 {
			require.Equal(t, s, out)
		}
	})
}

// FuzzParams: a value is read to its end, its names are in lower case, and what
// was well written comes back.
func FuzzParams(f *testing.F) {
	f.Add(`attachment; filename*0*=utf-8''%C3%A4; filename*1="b c"; name=a;b.txt; filename="a "b" c`, "a; b.txt")
	f.Add(`text/plain charset="utf-8" format=flowed; x*99=; *=; =`, `it's 100% "quoted"`)
	f.Fuzz(func(t *testing.T, v, name string) {
		for k := range parseMedia(v).params {
			require.Equal(t, strings.ToLower(k), k)
		}
		if strings.ContainsAny(name, "\r\n\"\\%") || strings.Contains(name, "=?") {
			return
		}
		require.Equal(t, name, parseMedia(`attachment; x=y; filename="`+name+`"; size=1`).param("filename"))
	})
}

// FuzzDate: a date that is read has sane parts and comes back from its own form.
func FuzzDate(f *testing.F) {
	for _, s := range []string{"Mon, 23 Nov 2026 10:12:04 +0530 (IST)", "mar. 10 nov. 2026", "10/3/26 2:05PM", "2026年3月10日", "23.11.2026 10.12.04", "2026-11-23T10:12:04.5+0530"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		at, ok := parseDate(s)
		if !ok {
			return
		}
		_, offset := at.Zone()
		require.LessOrEqual(t, max(offset, -offset), 24*3600)
		if at.Year() < 1970 || offset%60 != 0 || max(offset, -offset) > 15*3600 {
			return
		}
		again, ok := parseDate(at.Format("Mon, 02 Jan 2006 15:04:05 -0700"))
		require.True(t, ok)
		require.True(t, at.Equal(again) || at.Second() == 60, "%s and %s", at, again)
	})
}
