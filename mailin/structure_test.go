package mailin

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"envdesk/tracker"
)

// mime puts a header in front of a body; lines are joined by CRLF.
func mime(contentType string, body ...string) []byte {
	return []byte("From: a@b.test\r\nDate: Mon, 23 Nov 2026 10:00:00 +0530\r\nMessage-ID: <1@b.test>\r\nContent-Type: " + contentType + "\r\n\r\n" + strings.Join(body, "\r\n"))
}

// outline is a Message as one line: text, then the attachments.
func outline(m tracker.Message) string {
	out := strings.ReplaceAll(m.Text, "\n", "/")
	for _, a := range m.Attachments {
		out += fmt.Sprintf(" +%s(%s %d)", a.Name, a.Type, a.Size)
	}
	return out
}

func TestStructures(t *testing.T) {
	tests := map[string]struct {
		raw      []byte
		want     string
		problems []string
	}{
		"plain":                    {mime("text/plain", "a", "b"), "a/b", nil},
		"alternative":              {mime("multipart/alternative; boundary=x", "--x", "", "plain", "--x", "Content-Type: text/html", "", "<p>html", "--x--"), "plain", nil},
		"blank plain form":         {mime("multipart/alternative; boundary=x", "--x", "", " ", "--x", "Content-Type: text/html", "", "<p>html", "--x--"), "html", nil},
		"plain form is a stub":     {mime("multipart/alternative; boundary=x", "--x", "", "Your mail program does not support HTML.", "--x", "Content-Type: text/html", "", "<p>html", "--x--"), "html", nil},
		"only a stub":              {mime("multipart/alternative; boundary=x", "--x", "", "This is an HTML message.", "--x--"), "This is an HTML message.", nil},
		"html before plain":        {mime("multipart/alternative; boundary=x", "--x", "Content-Type: text/html", "", "<p>html", "--x", "", "plain", "--x--"), "plain", nil},
		"related with start":       {mime(`multipart/related; boundary=x; start="<r>"`, "--x", "Content-Type: image/png", "Content-ID: <i>", "", "png", "--x", "Content-ID: <r>", "Content-Type: text/html", "", "root", "--x--"), "root +(image/png 3)", nil},
		"mixed texts":              {mime("multipart/mixed; boundary=x", "--x", "", "a", "--x", "", "b", "--x--"), "a//b", nil},
		"text attachment":          {mime("multipart/mixed; boundary=x", "--x", "", "a", "--x", "Content-Disposition: attachment; filename=f.txt", "", "b", "--x--"), "a +f.txt(text/plain 1)", nil},
		"only an attachment":       {mime("application/pdf; name=f.pdf", "%PDF-1.4"), " +f.pdf(application/pdf 8)", nil},
		"no declared type":         {mime("multipart/mixed; boundary=x", "--x", "Content-Disposition: attachment; filename=f", "Content-Transfer-Encoding: base64", "", "JVBERi0xLjQK", "--x--"), " +f(application/pdf 9)", nil},
		"named text is the body":   {mime("text/plain; name=msg.txt\r\nContent-Disposition: inline", "a"), "a", nil},
		"amp form":                 {mime("multipart/alternative; boundary=x", "--x", "", "a", "--x", "Content-Type: text/x-amp-html", "", "b", "--x--"), "a", nil},
		"digest":                   {mime("multipart/digest; boundary=x", "--x", "", "Subject: inner", "", "text", "--x--"), " +inner(message/rfc822 22)", nil},
		"attached mail is closed":  {mime("multipart/mixed; boundary=x", "--x", "", "a", "--x", "Content-Type: message/rfc822", "", "Subject: s", "Content-Type: multipart/mixed; boundary=y", "", "--y", "", "inner", "--y--", "--x--"), "a +s(message/rfc822 76)", nil},
		"LF only":                  {[]byte(strings.ReplaceAll(string(mime("multipart/mixed; boundary=x", "--x", "", "a", "--x--")), "\r", "")), "a", nil},
		"mixed line ends":          {mime("multipart/mixed; boundary=x", "--x\n\na\n--x", "", "b\n--x--"), "a//b", nil},
		"empty parts":              {mime("multipart/mixed; boundary=x", "--x", "--x", "", "--x", "", "a", "--x--"), "a", nil},
		"boundary with a prefix":   {mime("multipart/mixed; boundary=x", "--x", "Content-Type: multipart/alternative; boundary=x-1", "", "--x-1", "", "a", "--x-1--", "--x", "Content-Type: image/png", "", "b", "--x--"), "a +(image/png 1)", nil},
		"text like a boundary":     {mime("multipart/mixed; boundary=x", "--x", "", "--x-not", "--xyz", "-- ", "--x--"), "--x-not/--xyz/-- ", nil},
		"preamble and epilogue":    {mime("multipart/mixed; boundary=x", "preamble", "--x", "", "a", "--x--", "epilogue"), "a", nil},
		"missing end":              {mime("multipart/mixed; boundary=x", "--x", "", "a"), "a", []string{problemUnclosed}},
		"inner end is missing":     {mime("multipart/mixed; boundary=x", "--x", "Content-Type: multipart/alternative; boundary=y", "", "--y", "", "a", "--x", "Content-Type: image/png", "", "b", "--x--"), "a +(image/png 1)", []string{problemUnclosed}},
		"end too early":            {mime("multipart/mixed; boundary=x", "--x", "", "a", "--x--", "--x", "", "b", "--x--"), "a//b", []string{problemAfterEnd}},
		"no boundary named":        {mime("multipart/mixed", "--x", "Content-Type: text/plain", "", "a", "--x--"), "a", []string{problemNoBoundary}},
		"wrong boundary named":     {mime("multipart/mixed; boundary=y", "--x", "Content-Type: text/plain", "", "a", "--x--"), "a", []string{problemWrongBoundary}},
		"no boundary at all":       {mime("multipart/mixed", "just text"), "just text", []string{problemNoBoundary}},
		"boundary never comes":     {mime("multipart/mixed; boundary=x", "just text", "-- dashes"), "just text/-- dashes", []string{problemNoParts}},
		"nested, wrong boundary":   {mime("multipart/mixed; boundary=x", "--x", "Content-Type: multipart/alternative; boundary=y", "", "--z", "Content-Type: text/plain", "", "a", "--z--", "--x", "Content-Type: image/png", "", "b", "--x--"), "a +(image/png 1)", []string{problemWrongBoundary}},
		"nested, no boundary":      {mime("multipart/mixed; boundary=x", "--x", "Content-Type: multipart/alternative", "", "a", "--x--"), "a", []string{problemNoBoundary}},
		"nested, no parts":         {mime("multipart/mixed; boundary=x", "--x", "Content-Type: multipart/alternative; boundary=y", "", "a", "--x--"), "a", []string{problemNoParts}},
		"boundary quote is open":   {mime(`multipart/mixed; boundary="x; charset=utf-8`, "--x", "", "a", "--x--"), "a", nil},
		"boundary in quotes":       {mime("multipart/mixed; boundary='x'", "--x", "", "a", "--x--"), "a", []string{problemWrongBoundary}},
		"boundary with a comment":  {mime("multipart/mixed; boundary=x (y)", "--x", "", "a", "--x--"), "a", []string{problemWrongBoundary}},
		"one hyphen too many":      {mime("multipart/mixed; boundary=xyz", "---xyz", "Content-Type: text/plain", "", "a", "---xyz--"), "a", []string{problemWrongBoundary}},
		"one hyphen too few":       {mime("multipart/mixed; boundary=xyz", "-xyz", "Content-Type: text/plain", "", "a", "-xyz", "Content-Type: image/png", "", "b", "-xyz--"), "a +(image/png 1)", []string{problemWrongBoundary}},
		"indented boundaries":      {mime("multipart/mixed; boundary=xyz", "  --xyz", "Content-Type: text/plain", "", "a", "  --xyz--"), "a", []string{problemWrongBoundary}},
		"one boundary, two levels": {mime("multipart/mixed; boundary=x", "--x", "Content-Type: multipart/alternative; boundary=x", "", "--x", "", "a", "--x", "Content-Type: text/html", "", "<p>h", "--x--", "--x", "Content-Type: image/png", "", "b", "--x--"), "a +(image/png 1)", nil},
		"doubled CR":               {[]byte(strings.ReplaceAll(string(mime("multipart/mixed; boundary=x", "--x", "Content-Type: text/html", "", "<p>a", "--x--")), "\r\n", "\r\r\n")), "a", nil},
		"parts not declared":       {mime("text/plain", "--xyz", "Content-Type: text/html", "", "<p>a", "--xyz--"), "a", []string{problemBadType}},
		"header behind a blank":    {mime("multipart/mixed; boundary=x", "--x", "", "Content-Type: text/html", "", "<p>a", "--x--"), "a", []string{problemSplitHeader}},
		"list footer at the end":   {mime("multipart/mixed; boundary=x", "--x", "", "a", "--x--", "_____", "the list"), "a//_____/the list", nil},
		"only text behind the end": {mime("multipart/mixed; boundary=x", "--x--", "a"), "a", []string{problemNoParts}},
		"packed":                   {mime("multipart/mixed; boundary=x\r\nContent-Transfer-Encoding: base64", base64.StdEncoding.EncodeToString([]byte("--x\n\na\n--x\nContent-Type: image/png\n\nb\n--x--"))), "a +(image/png 1)", []string{problemPackedParts}},
		"packed inside":            {mime("multipart/mixed; boundary=x", "--x", "Content-Type: multipart/mixed; boundary=y", "Content-Transfer-Encoding: quoted-printable", "", "-=2Dy", "", "a", "-=2Dy--", "--x", "", "b", "--x--"), "a//b", []string{problemPackedParts}},
		"shown by its id":          {mime("multipart/related; boundary=x", "--x", "Content-Type: text/html", "", "<img src=cid:i>a", "--x", "Content-Type: image/png", "Content-ID: <i>", "", "b", "--x--"), "a +(image/png 1)", nil},
		"part header no colon":     {mime("multipart/mixed; boundary=x", "--x", "garbage", "Content-Type: text/plain", "", "a", "--x--"), "a", []string{problemNoColon}},
		"part without header":      {mime("multipart/mixed; boundary=x", "--x", "just text", "--x--"), "just text", nil},
		"forged inner boundary":    {mime("multipart/mixed; boundary=x", "--x", "", "a", "--=_part_0001", "X-Part: 0", "", "b", "--x--"), "a/ --=_part_0001/X-Part: 0//b", []string{problemForgedFence}},
		"no content type":          {mime("", "a"), "a", []string{problemBadType}},
		"encoded multipart":        {[]byte("From: a@b.test\nDate: Mon, 23 Nov 2026 10:00:00 +0530\nMessage-ID: <1@b>\nContent-Transfer-Encoding: base64\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\na\n--x--\n"), "a", nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			m := Parse(tt.raw, Options{})
			require.Equal(t, tt.want, outline(m))
			require.ElementsMatch(t, tt.problems, problemNames(m))
		})
	}
}

func TestTransferEncodings(t *testing.T) {
	tests := map[string]struct{ encoding, body, want, problem string }{
		"base64":                  {"base64", "aGVsbG8gd29ybGQ=", "hello world", ""},
		"odd lines":               {"Base64", "aGVs\r\nbG8\r\n gd29y\r\nbGQ=", "hello world", ""},
		"two runs":                {"base64", "aGVsbG8=\r\nIHdvcmxk", "hello world", ""},
		"junk":                    {"base64", "aG!Vs*bG8\r\n,gd29ybGQ=", "hello world", problemBase64},
		"no padding":              {"base64", "aGVsbG8gd29ybGQ", "hello world", problemBase64},
		"cut":                     {"base64", "aGVsbG8gd29ybG", "hello worl", problemBase64},
		"url alphabet":            {"base64", "Pz8_", "???", ""},
		"quoted-printable":        {"quoted-printable", "a=3D=20b=\r\nc  \r\nd=", "a= bc\nd", ""},
		"bad escapes":             {"quoted-printable", "a=ZZ =4 b=e2=82=AC", "a=ZZ =4 b€", problemQP},
		"blank behind soft break": {"quoted-printable", "a= \t\r\nb", "ab", ""},
		"7bit with comment":       {"7bit (none)", "a", "a", ""},
		"odd name":                {"quoted/printable", "=41", "A", ""},
		"unknown":                 {"rot13", "abc", "abc", problemEncoding},
		"unknown, base64":         {"x-none", strings.Repeat("YWJj", 15), strings.Repeat("abc", 15), problemEncoding},
		"unknown, escapes":        {"x-none", "a=3Db=\r\nc", "a=bc", problemEncoding},
		"two blanks in its name":  {"Quoted  Printable", "=41", "A", ""},
		"a charset":               {"iso-8859-1", "=41", "=41", ""},
		"words, not base64":       {"base64", "Please open the VPN, thanks.", "Please open the VPN, thanks.", problemNotBase64},
		"words behind base64":     {"base64", "aGVsbG8gd29ybGQsIGhvdyBhcmUgeW91Pw==\r\n_____\r\nThe list", "hello world, how are you?\n_____\nThe list", problemBase64},
		"padding inside":          {"base64", "aGVsbG8=IHdvcmxk", "hello world", ""},
		"long line":               {"base64", strings.Repeat("YWJj", 600) + "ZA==", strings.Repeat("abc", 600) + "d", ""},
		"8 bit inside":            {"quoted-printable", "caf\u00e9 =C3=A9", "caf\u00e9 \u00e9", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			raw := mime("text/plain; charset=utf-8\r\nContent-Transfer-Encoding: "+tt.encoding, tt.body)
			m := Parse(raw, Options{})
			require.Equal(t, tt.want, m.Text)
			if tt.problem != "" {
				require.Equal(t, []string{tt.problem}, problemNames(m))
			} else {
				require.Empty(t, m.Problems)
			}
			slow, err := Read(iotest.OneByteReader(strings.NewReader(string(raw))), Options{})
			require.NoError(t, err)
			require.Equal(t, m, slow)
		})
	}
}

func TestCharsets(t *testing.T) {
	tests := map[string]struct{ label, body, want, problem string }{
		"utf-8":                {"utf-8", "café", "café", ""},
		"none, utf-8":          {"", "café", "café", ""},
		"none, 8 bit":          {"", "caf\xe9", "café", ""},
		"ascii, 8 bit":         {"us-ascii", "caf\xe9", "café", ""},
		"latin1 is w1252":      {"iso-8859-1", "\x93q\x94 \x80", "“q” €", ""},
		"wrong utf-8":          {"utf-8", "caf\xe9", "café", problemBadText},
		"utf-8 with one error": {"utf-8", "äöü\xff", "äöü\uFFFD", problemBadText},
		"gb18030":              {"gb2312", "\xc4\xfa\xba\xc3", "您好", ""},
		"koi8":                 {"KOI8-R", "\xd0\xd2\xc9", "при", ""},
		"shift_jis":            {"sjis", "\x93\xfa\x96\x7b", "日本", ""},
		"utf-7":                {"utf-7", "+ADw-script+AD4-", "<script>", ""},
		"unknown":              {"x-none", "caf\xe9", "café", problemCharset},
		"BOM":                  {"utf-8", "\ufeffa", "a", ""},
		"controls":             {"utf-8", "a\x00b\x1b[31m\u0085c", "ab[31mc", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			kind := "text/plain"
			if tt.label != "" {
				kind += `; charset="` + tt.label + `"`
			}
			m := Parse(mime(kind, tt.body), Options{})
			require.Equal(t, tt.want, m.Text)
			if tt.problem != "" {
				require.Equal(t, []string{tt.problem}, problemNames(m))
			} else {
				require.Empty(t, m.Problems)
			}
		})
	}
	m := Parse(mime("text/html", `<html><head><meta charset="iso-8859-2"></head><body>`+"\xb1</body>"), Options{})
	require.Equal(t, "ą", m.Text)
}

// However the bytes come, a body that hides parts is found.
func TestHiddenMultipartInPieces(t *testing.T) {
	raw := "From: a@b.test\n\n--b\nContent-Type: text/plain\n\nhi\n--b--\n"
	want := Parse([]byte(raw), Options{})
	require.Equal(t, "hi", want.Text)
	m, err := Read(iotest.OneByteReader(strings.NewReader(raw)), Options{})
	require.NoError(t, err)
	require.Equal(t, want, m)
}

func TestBodyLimits(t *testing.T) {
	t.Run("depth", func(t *testing.T) {
		for _, depth := range []int{20, 21, 1000, 5000} {
			var b strings.Builder
			for i := range depth {
				fmt.Fprintf(&b, "--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n", i, i+1)
			}
			fmt.Fprintf(&b, "--b%d\r\n\r\ndeep\r\n--b%d--\r\n", depth, depth)
			m := Parse(mime("multipart/mixed; boundary=b0", b.String()), Options{})
			require.Contains(t, problemNames(m), problemTooDeep, depth)
			require.Len(t, m.Attachments, 1)
			require.Equal(t, "application/octet-stream", m.Attachments[0].Type)
		}
	})
	t.Run("parts", func(t *testing.T) {
		m := Parse(mime("multipart/mixed; boundary=x", strings.Repeat("--x\r\nContent-Type: image/png\r\n\r\na\r\n", 100_000), "--x--"), Options{})
		require.Contains(t, problemNames(m), problemTooManyParts)
		require.Len(t, m.Attachments, 501)
		require.Equal(t, "rest.txt", m.Attachments[500].Name)
	})
	t.Run("what is behind too many parts", func(t *testing.T) {
		const png = "--x\r\nContent-Type: image/png\r\n\r\na\r\n"
		for name, tt := range map[string]struct {
			body, want string
			problems   []string
		}{
			"one more":     {png + "--x\r\n\r\nfirst\r\n--x\r\n\r\nsecond\r\n--x--\r\n", "first +(image/png 1) +rest.txt(text/plain 20)", []string{problemTooManyParts}},
			"a text":       {png + png + "--x\r\n\r\n/approve\r\n--x--", " +(image/png 1) +(image/png 1) +rest.txt(text/plain 22)", []string{problemTooManyParts}},
			"a forged end": {png + png + png + "--=_part_0001--\r\n--x--", " +(image/png 1) +(image/png 1) +rest.txt(text/plain 58)", []string{problemTooManyParts, problemForgedFence}},
			"a level down": {png + "--x\r\nContent-Type: multipart/mixed; boundary=y\r\n\r\n--y\r\n\r\na\r\n--y--\r\n--x--", " +(image/png 1) +rest.txt(text/plain 22)", []string{problemTooManyParts}},
			"the end":      {png + png + "--x--\r\n", " +(image/png 1) +(image/png 1)", nil},
		} {
			m := Parse(mime("multipart/mixed; boundary=x", tt.body), Options{Limits: Limits{Parts: 2}})
			require.Equal(t, tt.want, outline(m), name)
			require.ElementsMatch(t, tt.problems, problemNames(m), name)
		}
	})
	t.Run("decoded", func(t *testing.T) {
		o := Options{Limits: Limits{Decoded: 1000}, KeepAttachments: 1 << 20}
		part := "--x\r\nContent-Type: image/png\r\n\r\n" + strings.Repeat("a", 600) + "\r\n"
		m := Parse(mime("multipart/mixed; boundary=x", part+part+part, "--x--"), o)
		require.Contains(t, problemNames(m), problemTooBig)
		require.Equal(t, []int64{600, 400, 0}, []int64{m.Attachments[0].Size, m.Attachments[1].Size, m.Attachments[2].Size})
		require.Len(t, m.Attachments[0].Content, 600)
		require.Nil(t, m.Attachments[1].Content)
	})
	t.Run("text", func(t *testing.T) {
		m := Parse(mime("text/plain; charset=utf-8", strings.Repeat("ää ", 200_000)), Options{})
		require.Equal(t, []string{problemTextCut}, problemNames(m))
		require.InDelta(t, 256<<10, len(m.Text), 4)
		m = Parse(mime("text/html", strings.Repeat("<p>ab</p>\n", 200_000)), Options{})
		require.Contains(t, problemNames(m), problemTextCut)
		require.LessOrEqual(t, len(m.Text), 256<<10)
		m = Parse(mime("text/html", strings.Repeat("ä", 250_000)), Options{})
		require.Equal(t, []string{problemTextCut}, problemNames(m))
		require.InDelta(t, 256<<10, len(m.Text), 4)
	})
}

func TestKeepAttachments(t *testing.T) {
	raw := mime("multipart/mixed; boundary=x", "--x", "", "text", "--x", "Content-Type: image/png", "", "12345", "--x", "Content-Type: image/gif", "", "1234567", "--x", "Content-Type: image/jpeg", "", "123", "--x--")
	kept := func(limit int64) []string {
		var out []string
		for _, a := range Parse(raw, Options{KeepAttachments: limit}).Attachments {
			out = append(out, string(a.Content))
		}
		return out
	}
	require.Equal(t, []string{"", "", ""}, kept(0))
	require.Equal(t, []string{"12345", "", "123"}, kept(9))
	require.Equal(t, []string{"12345", "1234567", "123"}, kept(15))
}

func TestFingerprintKnowsNoTrace(t *testing.T) {
	raw := string(mime("text/plain", "a"))
	same := Parse([]byte("Received: by x; now\r\nDelivered-To: z@b.test\r\n"+raw), Options{})
	require.Equal(t, Parse([]byte(raw), Options{}).Fingerprint, same.Fingerprint)
	require.NotEqual(t, Parse([]byte(raw+"b"), Options{}).Fingerprint, same.Fingerprint)
}

func TestReadPassesOnTheReadersError(t *testing.T) {
	broken := errors.New("connection lost")
	m, err := Read(io.MultiReader(strings.NewReader("Subject: s\n\nstart"), iotest.ErrReader(broken)), Options{})
	require.ErrorIs(t, err, broken)
	require.Equal(t, "s", m.Subject)
	require.Equal(t, "start", m.Text)
	require.Equal(t, int64(17), m.Size)
}

func TestAnyBytesGiveAMessage(t *testing.T) {
	for _, raw := range []string{"", "\n", "\r", "\x00", ":", "a", "From:", "\xff\xfe", "From ", "--", "Content-Type: multipart/mixed; boundary=x", "Content-Type: multipart/mixed; boundary=x\n\n--x"} {
		checkInvariants(t, []byte(raw), Parse([]byte(raw), Options{}))
	}
}

// A large attachment streams through: what is allocated in all stays far below
// its size.
func TestReadHoldsNoLargeMail(t *testing.T) {
	const lines = 300_000 // of 78 bytes
	line := strings.Repeat("QUJD", 19) + "\r\n"
	head := string(mime("multipart/mixed; boundary=x", "--x", "", "see file", "--x", "Content-Type: application/zip; name=a.zip", "Content-Transfer-Encoding: base64", "", ""))
	r := io.MultiReader(strings.NewReader(head), io.LimitReader(&repeating{s: line}, lines*int64(len(line))), strings.NewReader("--x--\r\n"))

	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	m, err := Read(r, Options{KeepAttachments: 1 << 20})
	runtime.ReadMemStats(&after)
	require.NoError(t, err)
	require.Equal(t, "see file", m.Text)
	require.Equal(t, int64(lines*57), m.Attachments[0].Size)
	require.Nil(t, m.Attachments[0].Content)
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(8<<20))
}

type repeating struct {
	s   string
	pos int
}

func (r *repeating) Read(b []byte) (int, error) {
	n := copy(b, r.s[r.pos:])
	r.pos = (r.pos + n) % len(r.s)
	return n, nil
}

// A report may nest its words, their HTML form and the picture that it shows in two
// ways; both read the same.
func TestBothNestingsOfAReport(t *testing.T) {
	part := func(kind string, parts ...[]string) []string {
		lines := []string{"Content-Type: multipart/" + kind + "; boundary=" + kind, ""}
		for _, p := range parts {
			lines = append(append(lines, "--"+kind), p...)
		}
		return append(lines, "--"+kind+"--")
	}
	plain, page := []string{"Content-Type: text/plain", "", "plain"}, []string{"Content-Type: text/html", "", "<img src=cid:i>html"}
	trend := []string{"Content-Type: image/png", "Content-Disposition: inline; filename=trend.png", "Content-ID: <i>", "", "png"}
	table := []string{"Content-Type: text/csv", "Content-Disposition: attachment; filename=all.csv", "", "a,b"}
	for name, words := range map[string][]string{
		"alternative in related": part("related", part("alternative", plain, page), trend),
		"related in alternative": part("alternative", plain, part("related", page, trend)),
	} {
		m := Parse(mime("multipart/mixed; boundary=mixed", part("mixed", words, table)[2:]...), Options{})
		require.Equal(t, "plain +trend.png(image/png 3) +all.csv(text/csv 3)", outline(m), name)
		require.Empty(t, m.Problems, name)
	}
}
