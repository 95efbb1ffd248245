package mailin

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
)

// repairer reads the body of a multipart as people send it and gives the mail
// that they meant, well-formed: every multipart has a boundary that its content
// cannot contain, every boundary line is exact, all multiparts are closed, part
// headers are one number that points into heads. It streams, and it bounds depth
// and parts, because reading nested multiparts costs the square of their depth.
type repairer struct {
	in       *bufio.Reader
	limits   Limits
	problems *problems

	heads    []partHead // of all parts, in their order
	preamble []byte     // what stands before the first part, as much as a body may be

	stack     []*level
	fences    int
	queue     [][]byte // made; what stands before head was read
	head      int
	eol       []byte // line end of the content, held back: before a boundary it is not content
	used      int    // bytes of in that the queue still points at
	lineStart bool
	skipping  bool // content is outside of parts
	done      bool
}

// level is a multipart that is open.
type level struct {
	boundary string // as the mail has it
	fence    string // as it is given out
	digest   bool   // RFC 2046 §5.1.5
	closed   bool   // its closing boundary was seen; parts may still follow
	begun    bool
}

const (
	partField   = "X-Part"
	fencePrefix = "=_part_"
)

func newRepairer(in *bufio.Reader, l Limits, p *problems) *repairer {
	return &repairer{in: in, limits: l, problems: p, lineStart: true, skipping: true}
}

// Read implements io.Reader.
func (r *repairer) Read(b []byte) (int, error) {
	for len(r.queue) == 0 {
		if r.done {
			return 0, io.EOF
		}
		r.step()
	}
	n := copy(b, r.queue[r.head])
	if r.queue[r.head] = r.queue[r.head][n:]; len(r.queue[r.head]) > 0 {
		return n, nil
	}
	if r.head++; r.head == len(r.queue) {
		r.queue, r.head = r.queue[:0], 0
	}
	return n, nil
}

func (r *repairer) put(b ...[]byte) {
	for _, piece := range b {
		if len(piece) > 0 {
			r.queue = append(r.queue, piece)
		}
	}
}

// step reads a piece of content or a boundary line.
func (r *repairer) step() {
	_, _ = r.in.Discard(r.used)
	r.used = 0
	_, _ = r.in.Peek(2)
	buf, _ := r.in.Peek(r.in.Buffered())
	switch {
	case len(buf) == 0:
		r.finish()
	case r.lineStart && bytes.HasPrefix(buf, []byte("--")):
		r.dashLine()
	default:
		r.content(buf)
	}
}

// content passes on what is buffered, up to the next line that starts with two
// hyphens, but for the last line end.
func (r *repairer) content(buf []byte) {
	end := bytes.Index(buf, []byte("\n--"))
	if end < 0 {
		end = bytes.LastIndexByte(buf, '\n')
	}
	r.lineStart = end >= 0
	if end < 0 {
		end = len(buf)
		if buf[end-1] == '\r' && end > 1 { // its LF is not there yet
			end--
		}
		r.pass(buf[:end], nil)
		r.used = end
		return
	}
	text, eol := cutEOL(buf[:end+1])
	r.pass(text, eol)
	r.used = end + 1
}

func cutEOL(line []byte) (text, eol []byte) {
	text = bytes.TrimSuffix(line, []byte("\n"))
	text = bytes.TrimSuffix(text, []byte("\r"))
	return text, line[len(text):]
}

var lineEnds = []byte("\r\n")

// pass gives out content; eol is held back.
func (r *repairer) pass(text, eol []byte) {
	if !r.skipping {
		r.put(r.eol, text)
		r.eol = nil
		if len(eol) > 0 {
			r.eol = lineEnds[2-len(eol):]
		}
		return
	}
	if len(r.stack) == 1 && !r.stack[0].begun && len(r.preamble) < r.limits.Text {
		r.preamble = append(append(r.preamble, text...), '\n')
	}
}

// dashLine deals with a line that starts with two hyphens.
func (r *repairer) dashLine() {
	line, err := r.in.ReadSlice('\n')
	if err == bufio.ErrBufferFull { // far too long for a boundary
		r.lineStart = false
		r.pass(bytes.Clone(line), nil)
		return
	}
	r.boundaryOrText(bytes.Clone(line))
}

func (r *repairer) boundaryOrText(line []byte) {
	text, eol := cutEOL(line)
	if i, closing, ok := r.match(text); ok {
		r.boundary(i, closing)
		return
	}
	if bytes.HasPrefix(text, []byte("--"+fencePrefix)) {
		r.problems.note(problemForgedFence, "the text looks like a boundary")
		text = append([]byte(" "), text...)
	}
	r.pass(text, eol)
}

// match finds the open multipart whose boundary the line is, the innermost first.
func (r *repairer) match(line []byte) (level int, closing, ok bool) {
	if !bytes.HasPrefix(line, []byte("--")) {
		return 0, false, false
	}
	line = bytes.TrimRight(line[2:], " \t")
	for i := len(r.stack) - 1; i >= 0; i-- {
		b := r.stack[i].boundary
		if string(line) == b {
			return i, false, true
		}
		if len(line) == len(b)+2 && string(line[:len(b)]) == b && string(line[len(b):]) == "--" {
			return i, true, true
		}
	}
	return 0, false, false
}

func (r *repairer) isBoundary(line []byte) bool {
	_, _, ok := r.match(line)
	return ok
}

// boundary ends the part above it and starts the next one, or ends a multipart.
// An ended one is kept open until something of its parent follows: some programs
// write the closing boundary too early.
func (r *repairer) boundary(i int, closing bool) {
	r.closeDown(i + 1)
	l := r.stack[i]
	l.begun, r.lineStart = true, true
	if r.eol = nil; closing {
		l.closed, r.skipping = true, true
		return
	}
	if l.closed {
		l.closed = false
		r.problems.note(problemAfterEnd, "parts follow behind the end of a multipart")
	}
	if len(r.heads) >= r.limits.Parts {
		r.problems.note(problemTooManyParts, "the mail has more than %d parts", r.limits.Parts)
		_, _ = io.Copy(io.Discard, r.in)
		return
	}
	r.part(l)
}

// part reads the header of a part and gives out its own.
func (r *repairer) part(l *level) {
	limits := r.limits
	limits.HeaderBytes = min(limits.HeaderBytes, partHeader)
	hr := headerReader{in: r.in, limits: limits, problems: r.problems, fence: r.isBoundary}
	h := hr.read()
	fallback := "text/plain"
	if l.digest {
		fallback = "message/rfc822"
	}
	head := newPartHead(h, fallback)
	r.put([]byte("\n--" + l.fence + "\n"))
	n := len(r.heads)
	r.heads = append(r.heads, head)
	r.skipping = false
	if head.multipart() && !r.open(head, n) {
		r.heads[n].word = "application/octet-stream"
	}
	if !r.heads[n].multipart() {
		r.put(fmt.Appendf(nil, "%s: %d\nContent-Type: application/octet-stream\n\n", partField, n))
	}
	if len(hr.pushed) > 0 {
		r.boundaryOrText(hr.pushed)
	}
}

// finish closes at the end of the mail what was left open.
func (r *repairer) finish() {
	r.closeDown(0)
	r.done = true
}

// closeDown closes the multiparts from level i on, the innermost first.
func (r *repairer) closeDown(i int) {
	for len(r.stack) > i {
		l := r.stack[len(r.stack)-1]
		if !l.closed && l.begun {
			r.problems.note(problemUnclosed, "a multipart has no end")
		}
		r.put([]byte("\n--" + l.fence + "--\n"))
		r.stack = r.stack[:len(r.stack)-1]
		r.eol = nil
	}
}
