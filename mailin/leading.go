package mailin

import (
	"bufio"
	"bytes"
	"io"
)

// crLines gives LF for every line end of a mail that has CR alone, as old Macs
// and some gateways write it; a CRLF that comes along stays one line end.
type crLines struct {
	r       io.Reader
	afterCR bool
}

// Read implements io.Reader.
func (c *crLines) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	out := b[:0]
	for _, ch := range b[:n] {
		second := ch == '\n' && c.afterCR
		if c.afterCR = ch == '\r'; c.afterCR {
			ch = '\n'
		}
		if !second {
			out = append(out, ch)
		}
	}
	return len(out), err
}

// endsLinesWithCR reports whether the header is written with CR alone: what
// stands before the first LF are several fields.
func endsLinesWithCR(in *bufio.Reader) bool {
	ahead, _ := in.Peek(min(4096, in.Size()))
	first, _, _ := bytes.Cut(ahead, []byte("\n"))
	first = bytes.TrimRight(bytes.TrimLeft(first, "\r"), "\r")
	one, rest, ok := bytes.Cut(first, []byte("\r"))
	if !ok || !isField(one) && !mboxFrom(one) {
		return false
	}
	two, _, more := bytes.Cut(rest, []byte("\r"))
	return more && (len(two) == 0 || isField(two) || two[0] == ' ' || two[0] == '\t')
}

// leadingBytes is how far the start of a header is looked for.
const leadingBytes = 1024

var byteOrderMark = []byte("\xef\xbb\xbf")

// skipLeading skips what mailboxes and careless programs put before a header. If
// no header comes, all of it but a byte order mark is text and stays.
func (r *headerReader) skipLeading() {
	next, _ := r.in.Peek(min(leadingBytes, r.in.Size()))
	rest := bytes.TrimPrefix(next, byteOrderMark)
	if len(rest) < len(next) {
		r.bad = true
		r.problems.note(problemBOM, "a byte order mark stands above the header")
	}
	start, mbox, blank := leadingLines(rest)
	indent := start[:len(start)-len(bytes.TrimLeft(start, " \t"))]
	if isField(start[len(indent):]) {
		r.noteLeading(mbox, blank || len(indent) > 0)
		r.indent = commonIndent(start, indent)
		rest = start
	}
	_, _ = r.in.Discard(len(next) - len(rest))
}

func (r *headerReader) noteLeading(mbox, blank bool) {
	if mbox {
		r.problems.note(problemMboxFrom, "an mbox From line stands above the header")
	}
	if blank {
		r.problems.note(problemLeadingBlank, "blanks stand above the header or before its first field")
	}
}

// leadingLines passes over blank lines and mbox lines.
func leadingLines(b []byte) (rest []byte, mbox, blank bool) {
	for {
		end := bytes.IndexByte(b, '\n') + 1
		if end == 0 {
			return b, mbox, blank
		}
		switch line := b[:end]; {
		case len(bytes.Trim(line, " \t\r\n\x00")) == 0:
			blank = blank || !mbox
		case mboxFrom(line):
			mbox = true
		default:
			return b, mbox, blank
		}
		b = b[end:]
	}
}

// commonIndent is the indent of a header that is indented as a whole; nil when
// only its first line is.
func commonIndent(b, indent []byte) []byte {
	_, second, _ := bytes.Cut(b, []byte("\n"))
	if len(indent) > 0 && bytes.HasPrefix(second, indent) && isField(second[len(indent):]) {
		return bytes.Clone(indent)
	}
	return nil
}

// mboxFrom recognises the line that starts a mail in an mbox (RFC 4155).
func mboxFrom(b []byte) bool {
	return bytes.HasPrefix(b, []byte("From ")) || bytes.HasPrefix(b, []byte(">From "))
}
