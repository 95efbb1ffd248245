package mailbox

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/emersion/go-imap/v2"
)

const (
	spoolOver  = 1 << 20   // bytes; larger mails go to a file
	headerMost = 256 << 10 // bytes of a header block that are fetched
)

// errCut says that the connection broke inside a literal.
var errCut = errors.New("the connection broke inside a mail")

// body is the bytes of a mail, in memory or in a file without a name.
type body struct {
	memory      []byte
	file        *os.File
	size        int64
	headersOnly bool
}

func (b *body) reader() *io.SectionReader {
	if b.file != nil {
		return io.NewSectionReader(b.file, 0, b.size)
	}
	return io.NewSectionReader(bytes.NewReader(b.memory), 0, b.size)
}

func (b *body) release() {
	if b != nil && b.file != nil {
		_ = b.file.Close()
	}
}

// readBody reads a literal to its end. An error other than errCut comes from
// this machine; the literal was read nevertheless, so that the connection can
// go on.
func readBody(literal imap.LiteralReader, maxSize int64, dir string) (*body, error) {
	switch size := literal.Size(); {
	case size > maxSize:
		return readHeader(literal)
	case size > spoolOver:
		return spool(literal, dir)
	default:
		b := &body{memory: make([]byte, size), size: size}
		if _, err := io.ReadFull(literal, b.memory); err != nil {
			return nil, errCut
		}
		return b, finish(literal, 0)
	}
}

// readHeader keeps the header block of a mail that is larger than it said.
func readHeader(literal imap.LiteralReader) (*body, error) {
	start := make([]byte, min(literal.Size(), headerMost))
	if _, err := io.ReadFull(literal, start); err != nil {
		return nil, errCut
	}
	if i := bytes.Index(start, []byte("\r\n\r\n")); i >= 0 {
		start = bytes.Clone(start[:i+4])
	}
	return &body{memory: start, size: int64(len(start)), headersOnly: true}, finish(literal, literal.Size()-min(literal.Size(), headerMost))
}

// finish reads the rest, and the end that lets the connection go on.
func finish(literal imap.LiteralReader, left int64) error {
	if n, err := io.Copy(io.Discard, literal); err != nil || n != left {
		return errCut
	}
	return nil
}

func spool(literal imap.LiteralReader, dir string) (*body, error) {
	file, err := unnamedFile(dir)
	to := &patientWriter{err: err}
	if err == nil {
		to.w = file
	}
	b := &body{file: file, size: literal.Size()}
	n, err := io.Copy(to, literal)
	if err != nil || n != literal.Size() {
		b.release()
		return nil, errCut
	}
	if to.err != nil {
		b.release()
		return nil, fmt.Errorf("spool a mail of %d bytes: %w", b.size, to.err)
	}
	return b, nil
}

func unnamedFile(dir string) (*os.File, error) {
	file, err := os.CreateTemp(dir, "envdesk-*.eml")
	if err != nil {
		return nil, err
	}
	if err := os.Remove(file.Name()); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

// patientWriter swallows everything after the first error.
type patientWriter struct {
	w   io.Writer
	err error
}

func (p *patientWriter) Write(b []byte) (int, error) {
	if p.err == nil {
		_, p.err = p.w.Write(b)
	}
	return len(b), nil
}
