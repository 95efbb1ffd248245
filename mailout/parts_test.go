package mailout

import (
	"bytes"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// mailParts is a mail as another parser reads it: the standard library's.
type mailParts struct {
	header netmail.Header
	text   string
	html   string
	files  map[string]string // name to content
	types  []string          // media types, depth first
}

func split(t testing.TB, raw []byte) mailParts {
	t.Helper()
	m, err := netmail.ReadMessage(bytes.NewReader(raw))
	require.NoError(t, err)
	p := mailParts{header: m.Header, files: map[string]string{}}
	p.read(t, m.Header.Get("Content-Type"), m.Header.Get("Content-Transfer-Encoding"), "", m.Body)
	return p
}

func (p *mailParts) read(t testing.TB, contentType, encoding, disposition string, body io.Reader) {
	t.Helper()
	media, params, err := mime.ParseMediaType(contentType)
	require.NoError(t, err)
	p.types = append(p.types, media)
	if strings.HasPrefix(media, "multipart/") {
		mr := multipart.NewReader(body, params["boundary"])
		for {
			part, err := mr.NextRawPart()
			if err == io.EOF {
				return
			}
			require.NoError(t, err)
			p.read(t, part.Header.Get("Content-Type"), part.Header.Get("Content-Transfer-Encoding"), part.Header.Get("Content-Disposition"), part)
		}
	}
	p.leaf(t, media, disposition, decoded(t, encoding, body))
}

func (p *mailParts) leaf(t testing.TB, media, disposition, content string) {
	switch {
	case disposition != "":
		_, params, err := mime.ParseMediaType(disposition)
		require.NoError(t, err)
		p.files[params["filename"]] = content
	case media == "text/plain":
		p.text = strings.ReplaceAll(content, "\r\n", "\n")
	case media == "text/html":
		p.html = strings.ReplaceAll(content, "\r\n", "\n")
	default:
		t.Errorf("unexpected part %s", media)
	}
}

func decoded(t testing.TB, encoding string, r io.Reader) string {
	t.Helper()
	switch encoding {
	case "quoted-printable":
		r = quotedprintable.NewReader(r)
	case "base64":
		r = base64.NewDecoder(base64.StdEncoding, r)
	}
	b, err := io.ReadAll(r)
	require.NoError(t, err)
	return string(b)
}
