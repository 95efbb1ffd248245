package mailin

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	gomime "mime"
	netmail "net/mail"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-message/charset"
	"github.com/stretchr/testify/require"
	"github.com/wneessen/go-mail"
	"pgregory.net/rapid"
)

// written is a mail as its author composed it.
type written struct {
	from, to, cc        netmail.Address
	subject, text, html string
	date                time.Time
	encoding            mail.Encoding
	fileName            string
	file                []byte
}

var (
	genWord = rapid.StringOfN(rapid.RuneFrom([]rune("abcXYZ09éüßñøłČЖяאבعـम्नि中文日本語한국😀,.;:()<>@\"'\\=?_[]{}|~!#$%&*+/")), 1, 12, -1)
	genLine = rapid.Map(rapid.SliceOfN(genWord, 1, 20), func(w []string) string { return strings.Join(w, " ") })
	genName = rapid.Map(genLine, func(s string) string { // people are not called '"', and net/mail cannot read back its own "é \\"
		return "Asha " + strings.ReplaceAll(s, `\`, "") + " Rao"
	})
	genSpec = rapid.StringMatching(`[a-z][a-z0-9]{0,8}([.+_-][a-z0-9]{1,6})?@[a-z]{1,9}(\.[a-z]{1,5})?\.test`)
	genText = rapid.Map(rapid.SliceOfN(genLine, 1, 30), func(l []string) string { return "Hello\n" + strings.Join(l, "\n") + "\nend" })
)

func genAddress(t *rapid.T, label string) netmail.Address {
	return netmail.Address{Name: rapid.OneOf(rapid.Just(""), genName).Draw(t, label+" name"), Address: genSpec.Draw(t, label)}
}

func genWritten(t *rapid.T) written {
	w := written{
		from: genAddress(t, "from"), to: genAddress(t, "to"), cc: genAddress(t, "cc"),
		subject: genLine.Draw(t, "subject"), text: genText.Draw(t, "text"),
		date:     time.Unix(rapid.Int64Range(1e9, 4e9).Draw(t, "date"), 0).In(time.FixedZone("", rapid.IntRange(-12*4, 14*4).Draw(t, "zone")*900)),
		encoding: rapid.SampledFrom([]mail.Encoding{mail.EncodingQP, mail.EncodingB64, mail.NoEncoding}).Draw(t, "encoding"),
	}
	if rapid.Bool().Draw(t, "with html") {
		w.html = "<p>html form</p>"
	}
	if rapid.Bool().Draw(t, "with file") {
		w.fileName = rapid.StringMatching(`[a-zé中]([a-zé中 ]{0,20}[a-z])?\.(pdf|txt|log)`).Draw(t, "file name")
		w.file = rapid.SliceOfN(rapid.Byte(), 0, 2000).Draw(t, "file")
	}
	return w
}

func (w written) render(t require.TestingT) []byte {
	m := mail.NewMsg(mail.WithEncoding(w.encoding), mail.WithCharset(mail.CharsetUTF8))
	require.NoError(t, m.From(w.from.String()))
	require.NoError(t, m.To(w.to.String()))
	require.NoError(t, m.Cc(w.cc.String()))
	m.Subject(w.subject)
	m.SetDateWithValue(w.date)
	m.SetMessageIDWithValue("rendered.1@desk.test")
	m.SetBodyString(mail.TypeTextPlain, w.text)
	if w.html != "" {
		m.AddAlternativeString(mail.TypeTextHTML, w.html)
	}
	if w.fileName != "" {
		require.NoError(t, m.AttachReader(w.fileName, bytes.NewReader(w.file)))
	}
	var b bytes.Buffer
	_, err := m.WriteTo(&b)
	require.NoError(t, err)
	return b.Bytes()
}

// TestRenderedMailReadsBack composes mails with the library that sends ours: they
// read back as they were written, and net/mail agrees on what it can read.
func TestRenderedMailReadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := genWritten(t)
		raw := w.render(t)
		m := Parse(raw, Options{KeepAttachments: 1 << 20})

		require.Empty(t, m.Problems)
		require.Equal(t, oneLine(w.subject), m.Subject)
		require.True(t, w.date.Equal(m.Date), "%s is not %s", w.date, m.Date)
		require.Equal(t, "rendered.1@desk.test", m.ID)
		require.Equal(t, w.text, m.Text)
		require.Equal(t, w.from.Address, m.Identity.Address)
		if w.fileName == "" {
			require.Empty(t, m.Attachments)
		} else {
			sum := sha256.Sum256(w.file)
			require.Len(t, m.Attachments, 1)
			require.Equal(t, w.fileName, m.Attachments[0].Name)
			require.Equal(t, hex.EncodeToString(sum[:]), m.Attachments[0].SHA256)
			require.True(t, bytes.Equal(w.file, m.Attachments[0].Content))
		}

		second, err := netmail.ReadMessage(bytes.NewReader(raw))
		require.NoError(t, err)
		words := &gomime.WordDecoder{CharsetReader: charset.Reader}
		subject, err := words.DecodeHeader(second.Header.Get("Subject"))
		require.NoError(t, err)
		require.Equal(t, oneLine(subject), m.Subject)
		for name, got := range map[string]string{"From": show(m.From), "To": show(m.To[0]), "Cc": show(m.Cc[0])} {
			list, err := (&netmail.AddressParser{WordDecoder: words}).ParseList(second.Header.Get(name))
			require.NoError(t, err)
			require.Len(t, list, 1)
			require.Equal(t, strings.TrimSpace(oneLine(list[0].Name)+" <"+list[0].Address+">"), strings.TrimSpace(bracketed(got)), name)
		}
		date, err := second.Header.Date()
		require.NoError(t, err)
		require.True(t, date.Equal(m.Date))
		_, _ = io.Copy(io.Discard, second.Body)
	})
}

// oneLine is a header value as it is shown: normalised and on one line.
func oneLine(s string) string { return cleanLine(s) }

func bracketed(s string) string {
	if strings.HasSuffix(s, ">") {
		return s
	}
	return "<" + s + ">"
}
