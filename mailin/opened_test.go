package mailin

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

// tnefAttr writes one attribute of a winmail.dat.
func tnefAttr(level byte, id, kind uint16, data string) string {
	b := binary.LittleEndian.AppendUint16([]byte{level}, id)
	b = binary.LittleEndian.AppendUint16(b, kind)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(data)))
	return string(b) + data + "\x00\x00"
}

// mapiProps writes a list of properties, each a kind, an id and a value.
func mapiProps(list ...mapiProperty) string {
	b := binary.LittleEndian.AppendUint32(nil, uint32(len(list)))
	for _, p := range list {
		b = binary.LittleEndian.AppendUint16(b, p.kind)
		b = binary.LittleEndian.AppendUint16(b, p.id)
		b = binary.LittleEndian.AppendUint32(b, 1)
		b = binary.LittleEndian.AppendUint32(b, uint32(len(p.value)))
		b = append(append(b, p.value...), make([]byte, -len(p.value)&3)...)
	}
	return string(b)
}

func utf16LE(s string) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b
}

func tnefOf(attrs ...string) string {
	return "\x78\x9f\x3e\x22\x01\x00" + tnefAttr(1, attrCodepage, 6, "\xe4\x04\x00\x00\x00\x00\x00\x00") + strings.Join(attrs, "")
}

func tnefFileOf(title, long, data string) string {
	props := mapiProps(mapiProperty{propFile, kindUnicode, utf16LE(long)})
	return tnefAttr(2, attrRendering, 6, "\x01\x00") + tnefAttr(2, attrTitle, 1, title+"\x00") + tnefAttr(2, attrFile, 6, data) + tnefAttr(2, attrFileProps, 6, props)
}

// rtfOf wraps rich text without compressing it.
func rtfOf(s string) []byte {
	b := binary.LittleEndian.AppendUint32(nil, uint32(len(s)+12))
	b = binary.LittleEndian.AppendUint32(b, uint32(len(s)))
	b = binary.LittleEndian.AppendUint32(b, rtfPlain)
	return append(append(b, 0, 0, 0, 0), s...)
}

func TestTNEF(t *testing.T) {
	mail := func(text, dat string) []byte {
		return mime("multipart/mixed; boundary=x", "--x", "", text, "--x", "Content-Type: application/ms-tnef; name=winmail.dat", "Content-Transfer-Encoding: base64", "", base64.StdEncoding.EncodeToString([]byte(dat)), "--x--")
	}
	body := func(id, kind uint16, value []byte) string {
		return tnefAttr(1, attrProperties, 6, mapiProps(mapiProperty{id, kind, value}))
	}
	tests := map[string]struct {
		text, dat, want string
		problems        []string
	}{
		"files":          {"see files", tnefOf(tnefFileOf("A~1.TXT", "März.txt", "abc"), tnefFileOf("b.bin", "", "12")), "see files +März.txt(text/plain 3) +b.bin(text/plain 2)", nil},
		"plain text":     {"", tnefOf(tnefAttr(1, attrBody, 2, "caf\xe9\x00")), "café +DAT", nil},
		"text is a copy": {"mine", tnefOf(body(propBody, kindUnicode, utf16LE("other"))), "mine +DAT", nil},
		"html text":      {"", tnefOf(body(propHTML, kindBinary, []byte("<p>a<p>b"))), "a//b +DAT", nil},
		"rich text":      {"", tnefOf(body(propRTF, kindBinary, rtfOf(`{\rtf1\ansi{\fonttbl{\f0 X;}}Gr\'fc\'dfe\par\u8364?5}`))), "Grüße/€5 +DAT", nil},
		"html in rtf":    {"", tnefOf(body(propRTF, kindBinary, rtfOf(`{\rtf1\ansi\fromhtml1{\*\htmltag64 <p>}\htmlrtf {\b\htmlrtf0 a{\*\htmltag84 <br>}\htmlrtf }\htmlrtf0 b}`))), "a/b +DAT", nil},
		"cut":            {"t", tnefOf(tnefFileOf("a.txt", "", "abc")) + "\x02\x10\x80\x01\x00\xff\xff\xff\x7fb.t", "t +a.txt(text/plain 3)", []string{problemTNEF}},
		"not one":        {"t", "PK\x03\x04", "t +DAT", []string{problemTNEF}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			m := Parse(mail(tt.text, tt.dat), Options{})
			dat := fmt.Sprintf("winmail.dat(application/ms-tnef %d)", len(tt.dat))
			require.Equal(t, strings.ReplaceAll(tt.want, "DAT", dat), outline(m))
			require.ElementsMatch(t, tt.problems, problemNames(m))
		})
	}
}

func TestInflateRTF(t *testing.T) {
	// Sixteen literal bytes would need two flags: "abcabcabc" is three of them and a reference.
	at := len(rtfPrefix)
	packed := []byte{0b1000, 'a', 'b', 'c', byte(at >> 4), byte(at<<4) | 4}
	require.Len(t, rtfPrefix, 207)
	require.Equal(t, "abcabcabc", string(inflateRTF(packed, 9)))
	require.Equal(t, "abcab", string(inflateRTF(packed[:5], 9))+"ab")
}

// ber writes a value of ASN.1.
func ber(tag byte, body ...string) string {
	b := strings.Join(body, "")
	if len(b) < 0x80 {
		return string([]byte{tag, byte(len(b))}) + b
	}
	return string([]byte{tag, 0x82, byte(len(b) >> 8), byte(len(b))}) + b
}

func endless(tag byte, body ...string) string {
	return string([]byte{tag, 0x80}) + strings.Join(body, "") + "\x00\x00"
}

func signedMail(content string) string {
	signed := ber(tagSequence, ber(2, "\x01"), ber(0x31), ber(tagSequence, ber(tagOID, string(oidData)), ber(tagZero, content)))
	return ber(tagSequence, ber(tagOID, string(oidSigned)), ber(tagZero, signed))
}

func TestOpaqueSignature(t *testing.T) {
	const mail = "Content-Type: multipart/mixed; boundary=y\r\n\r\n--y\r\n\r\nsigned text\r\n--y\r\nContent-Type: image/png; name=a.png\r\n\r\npng\r\n--y--\r\n"
	inPieces := endless(tagSequence, ber(tagOID, string(oidSigned)), endless(tagZero, endless(tagSequence, ber(2, "\x01"), ber(0x31),
		endless(tagSequence, ber(tagOID, string(oidData)), endless(tagZero, endless(tagOctetList, ber(tagOctets, mail[:20]), ber(tagOctets, mail[20:])))))))
	tests := map[string]struct{ der, want string }{
		"definite":   {signedMail(ber(tagOctets, mail)), "signed text"},
		"in pieces":  {inPieces, "signed text"},
		"cut":        {inPieces[:60], ""},
		"encrypted":  {strings.Replace(signedMail(ber(tagOctets, mail)), "\x07\x02", "\x07\x03", 1), ""},
		"no content": {signedMail(""), ""},
		"not DER":    {"hello", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			m := Parse(mime("application/pkcs7-mime; name=smime.p7m\r\nContent-Transfer-Encoding: base64", base64.StdEncoding.EncodeToString([]byte(tt.der))), Options{})
			require.Equal(t, tt.want, m.Text)
			require.Equal(t, "smime.p7m", m.Attachments[0].Name)
			require.Equal(t, tt.want != "", len(m.Attachments) == 2 && m.Attachments[1].Name == "a.png")
		})
	}
}

func TestTNEFNamesAreCutBeforeDecoding(t *testing.T) {
	long := strings.Repeat("\x80", 100_000)
	out, _ := readTNEF([]byte(tnefOf(tnefFileOf(long, "", "1"), tnefFileOf("", long, "2"))))
	for _, file := range out.files {
		require.LessOrEqual(t, len([]rune(out.file(&guess{}, file).name)), maxPackedName)
	}
}

func TestTNEFWithTooManyFilesStaysAttached(t *testing.T) {
	one := tnefFileOf("a.txt", "", "abc")
	tests := map[string]struct {
		files, limit int
		first        string
		want         int
	}{
		"all":                   {3, 500, "a.txt", 3},
		"more than it may have": {maxTNEFFiles + 1, 500, "winmail.dat", maxTNEFFiles + 1},
		"more than fit":         {5, 3, "winmail.dat", 4},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			packed := base64.StdEncoding.EncodeToString([]byte(tnefOf(strings.Repeat(one, tt.files))))
			m := Parse(mime("application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: base64", packed), Options{Limits: Limits{Parts: tt.limit}})
			require.Equal(t, tt.first, m.Attachments[0].Name)
			require.Len(t, m.Attachments, tt.want)
		})
	}
}

// FuzzTNEF: any bytes give files that lie within them and a text that is bounded.
func FuzzTNEF(f *testing.F) {
	f.Add([]byte(tnefOf(tnefFileOf("a", "b", "c"), tnefAttr(1, attrBody, 2, "x"))))
	f.Add([]byte(tnefOf(tnefAttr(1, attrProperties, 6, mapiProps(mapiProperty{propRTF, kindBinary, rtfOf(`{\rtf1\fromhtml1 {\*\htmltag <p>}a\u-20?\'e9}`)})))))
	f.Fuzz(func(t *testing.T, b []byte) {
		out, _ := readTNEF(b)
		text := out.text(&guess{}, maxRTF)
		require.LessOrEqual(t, len(out.files), maxTNEFFiles)
		for _, file := range out.files {
			require.LessOrEqual(t, len(file.data), len(b))
			require.True(t, utf8.ValidString(out.file(&guess{}, file).name))
		}
		require.LessOrEqual(t, len(text.data), max(2*maxRTF, 2*len(b)))
	})
}

// FuzzRTF: any rich text gives valid UTF-8, bounded.
func FuzzRTF(f *testing.F) {
	f.Add([]byte(`{\rtf1\ansi\ansicpg1252\uc1{\fonttbl{\f0 A;}}a\'fcb\u8364?\par{\*\x y}\tab\{ }`), false)
	f.Add([]byte{0b1000, 'a', 'b', 'c', 0x0c, 0xf4}, true)
	f.Fuzz(func(t *testing.T, b []byte, packed bool) {
		head := rtfOf(string(b))
		if packed {
			binary.LittleEndian.PutUint32(head[8:], rtfPacked)
		}
		body := rtfBody(&guess{}, head)
		require.True(t, utf8.Valid(body.data), "%q", body.data)
		require.LessOrEqual(t, len(body.data), 2*maxRTF)
	})
}

// FuzzSigned: what is found inside a signature are bytes of it, in order.
func FuzzSigned(f *testing.F) {
	f.Add([]byte(signedMail(ber(tagOctets, "Content-Type: text/plain\n\na"))))
	f.Add([]byte(signedMail(endless(tagOctetList, ber(tagOctets, "a"), ber(tagOctets, "b")))))
	f.Fuzz(func(t *testing.T, b []byte) {
		content, ok := signedContent(b)
		require.True(t, ok || content == nil)
		for _, c := range content {
			i := bytes.IndexByte(b, c)
			require.GreaterOrEqual(t, i, 0)
			b = b[i+1:]
		}
	})
}

func TestBERDepthIsBounded(t *testing.T) {
	_, ok := signedContent([]byte(strings.Repeat("\x30\x80", 100_000)))
	require.False(t, ok)
}

// heapPeak notes how much heap was in use while it was read.
type heapPeak struct {
	r     io.Reader
	reads int
	peak  uint64
}

func (h *heapPeak) Read(b []byte) (int, error) {
	if h.reads++; h.reads%50 == 0 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		h.peak = max(h.peak, m.HeapAlloc)
	}
	return h.r.Read(b)
}

// A winmail.dat of 50 MB is too large to be opened: it streams through.
func TestLargePacketIsNotHeld(t *testing.T) {
	head := string(mime("multipart/mixed; boundary=x", "--x", "", "see file", "--x", "Content-Type: application/ms-tnef", "Content-Transfer-Encoding: base64", "", ""))
	lines := io.LimitReader(&repeating{s: strings.Repeat("QUJD", 19) + "\r\n"}, 640_000*78)
	r := &heapPeak{r: io.MultiReader(strings.NewReader(head), lines, strings.NewReader("--x--\r\n"))}
	m, err := Read(r, Options{KeepAttachments: 8 << 20})
	require.NoError(t, err)
	require.Equal(t, int64(640_000*57), m.Attachments[0].Size)
	require.Less(t, r.peak, uint64(64<<20))
}

// Many packets, each as large as may be held, are held one after the other.
func TestPacketsAreLetGo(t *testing.T) {
	inner := "Content-Type: application/ms-tnef\r\n\r\n" + tnefOf(tnefAttr(1, attrBody, 2, "hello"), tnefAttr(1, 0x1234, 6, strings.Repeat("z", maxOpened-1000)))
	signed := longBER(tagSequence, ber(tagOID, string(oidSigned)), longBER(tagZero, longBER(tagSequence, ber(2, "\x01"), ber(0x31),
		longBER(tagSequence, ber(tagOID, string(oidData)), longBER(tagZero, longBER(tagOctets, inner[:maxOpened-1000]))))))
	tests := map[string]string{
		"tnef":         "--x\r\n" + inner + "\r\n",
		"tnef in mime": "--x\r\nContent-Type: application/pkcs7-mime\r\n\r\n" + signed + "\r\n",
	}
	for name, one := range tests {
		t.Run(name, func(t *testing.T) {
			runtime.GC()
			var before runtime.MemStats
			runtime.ReadMemStats(&before)
			head := string(mime("multipart/mixed; boundary=x", ""))
			r := &heapPeak{r: io.MultiReader(strings.NewReader(head), io.LimitReader(&repeating{s: one}, int64(6*len(one))), strings.NewReader("--x--\r\n"))}
			m, err := Read(r, Options{})
			require.NoError(t, err)
			require.GreaterOrEqual(t, len(m.Attachments), 6)
			require.Less(t, r.peak-min(before.HeapAlloc, r.peak), uint64(64<<20))
		})
	}
}

func longBER(tag byte, body ...string) string {
	b := strings.Join(body, "")
	return string(binary.BigEndian.AppendUint32([]byte{tag, 0x84}, uint32(len(b)))) + b
}
