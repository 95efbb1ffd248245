package mailin

import (
	"fmt"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
)

// uuencode writes a file as POSIX uuencode does.
func uuencode(name, data string) []string {
	lines := []string{"begin 644 " + name}
	for len(data) > 0 {
		n := min(45, len(data))
		lines = append(lines, uuLineOf(data[:n]))
		data = data[n:]
	}
	return append(lines, "`", "end")
}

func uuLineOf(s string) string {
	out := []byte{uuByte(byte(len(s)))}
	for s += "\x00\x00"; len(s) >= 3; s = s[3:] {
		out = append(out, uuByte(s[0]>>2), uuByte(s[0]<<4|s[1]>>4), uuByte(s[1]<<2|s[2]>>6), uuByte(s[2]))
	}
	return string(out)
}

func uuByte(b byte) byte {
	if b &= 63; b == 0 {
		return '`'
	}
	return b + ' '
}

func yencode(name, data string) []string {
	var line strings.Builder
	for _, c := range []byte(data) {
		if c += 42; c == 0 || c == '\n' || c == '\r' || c == '=' {
			line.WriteByte('=')
			c += 64
		}
		line.WriteByte(c)
	}
	return []string{fmt.Sprintf("=ybegin line=128 size=%d name=%s", len(data), name), line.String(), fmt.Sprintf("=yend size=%d", len(data))}
}

func TestFilesInText(t *testing.T) {
	long := strings.Repeat("0123456789", 12)
	file := uuencode("a.txt", long)
	join := func(lists ...[]string) []string {
		var out []string
		for _, l := range lists {
			out = append(out, l...)
		}
		return out
	}
	tests := map[string]struct {
		lines    []string
		want     string
		problems []string
	}{
		"one":           {join([]string{"see"}, file, []string{"bye"}), "see/bye +a.txt(text/plain 120)", []string{problemInlineFile}},
		"two":           {join(file, []string{""}, uuencode("b c.txt", "x")), " +a.txt(text/plain 120) +b c.txt(text/plain 1)", []string{problemInlineFile}},
		"blanks cut":    {[]string{"begin 644 z", "#    ", "`", "end"}, " +z(application/octet-stream 3)", []string{problemInlineFile}},
		"no end":        {join([]string{"see"}, file[:3]), "see +a.txt(text/plain 90)", []string{problemInlineFile, problemFileEnd}},
		"no end, text":  {join(file[:4], []string{"kind regards, Asha"}), "kind regards, Asha +a.txt(text/plain 120)", []string{problemInlineFile, problemFileEnd}},
		"a bad line":    {join(file[:2], []string{"M!!"}, file[3:]), " +a.txt(application/octet-stream 81)", []string{problemInlineFile, problemFileDamaged}},
		"prose":         {[]string{"let us", "begin 2026 with it", "begin 644 is a mode", "of files"}, "let us/begin 2026 with it/begin 644 is a mode/of files", nil},
		"begin is last": {[]string{"a", "begin 644 x"}, "a/begin 644 x", nil},
		"yEnc":          {join([]string{"see"}, yencode("d e.txt", long+"=\x00"), []string{"bye"}), "see/bye +d e.txt(application/octet-stream 122)", []string{problemInlineFile}},
		"yEnc, no end":  {yencode("d.txt", long)[:2], " +d.txt(text/plain 120)", []string{problemInlineFile, problemFileEnd}},
		"yEnc in prose": {[]string{"=ybegin of what?"}, "=ybegin of what?", nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			raw := mime("text/plain; charset=iso-8859-1", tt.lines...)
			m := Parse(raw, Options{KeepAttachments: 1000})
			require.Equal(t, tt.want, outline(m))
			require.ElementsMatch(t, tt.problems, problemNames(m))
			slow, err := Read(iotest.OneByteReader(strings.NewReader(string(raw))), Options{KeepAttachments: 1000})
			require.NoError(t, err)
			require.Equal(t, m, slow)
		})
	}
	m := Parse(mime("text/plain", file...), Options{KeepAttachments: 1000})
	require.Equal(t, long, string(m.Attachments[0].Content))
}

// A file in the text streams: no more of it is held than is kept.
func TestFilesInTextAreCounted(t *testing.T) {
	one := strings.Join(uuencode("a", "x"), "\r\n") + "\r\n"
	m := Parse(mime("text/plain", strings.Repeat(one, 2000)), Options{})
	require.Contains(t, problemNames(m), problemTooManyParts)
	require.Len(t, m.Attachments, 500)
}

func TestFileEncodings(t *testing.T) {
	part := func(encoding string, lines ...string) []byte {
		return mime("application/octet-stream; name=a.bin\r\nContent-Transfer-Encoding: "+encoding, lines...)
	}
	require.Equal(t, " +a.bin(application/octet-stream 5)", outline(Parse(part("x-uuencode", uuencode("b.bin", "hello")...), Options{})))
	require.Equal(t, " +a.bin(application/octet-stream 5)", outline(Parse(part("x-yenc", yencode("b.bin", "hello")...), Options{})))
	m := Parse(part("uuencode", "nothing"), Options{})
	require.Equal(t, []string{problemNoFile}, problemNames(m))
}

// FuzzFilesInText: text and files together hold no more than came in, and how it
// came in pieces does not matter.
func FuzzFilesInText(f *testing.F) {
	f.Add(strings.Join(append(uuencode("a", "hello"), yencode("b", "hello")...), "\n"), uint8(3))
	f.Add("begin 644 x\n#\nM\n\nend", uint8(1))
	f.Fuzz(func(t *testing.T, text string, step uint8) {
		whole, pieces := splitFiles(text, len(text)), splitFiles(text, int(step)+1)
		require.Equal(t, whole, pieces)
	})
}

func splitFiles(text string, step int) []string {
	p := newParser(Options{KeepAttachments: 1 << 20}, minBuffer)
	n := &part{head: partHead{media: media{word: "text/plain"}}}
	x := p.outlet(n, p.newSink(n))
	for len(text) > 0 {
		k := min(step, len(text))
		x.write([]byte(text[:k]))
		text = text[k:]
	}
	x.close()
	out := []string{string(n.text)}
	for _, file := range n.files {
		out = append(out, string(file.content))
	}
	return out
}
