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

	heads []partHead // of all parts, in their order
	parts *int       // how many parts the mail has so far

	stack     []*openPart
	fences    int
	queue     [][]byte // made; what stands before head was read
	head      int
	eol       []byte // line end of the content, held back: before a boundary it is not content
	used      int    // bytes of in that the queue still points at
	lineStart bool
	skipping  bool // content is outside of parts
	odd       bool // a boundary in use does not start with two hyphens
	asIs      bool // no line is a boundary any more
	done      bool
}

// openPart is a multipart that is open.
type openPart struct {
	delimiter string // its boundary line as the mail has it
	odd       bool   // the line may be indented
	fence     string // the boundary as it is given out
	head      partHead
	closed    bool // its closing boundary was seen; parts may still follow
	begun     bool
	stray     []byte // what stands before the first part, or behind the end
}

const (
	partField   = "X-Part"
	fencePrefix = "=_part_"
)

func newRepairer(in *bufio.Reader, p *parser) *repairer {
	return &repairer{in: in, limits: p.limits, problems: p.problems, parts: &p.parts, lineStart: true, skipping: true}
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
	case r.lineStart && (r.odd || bytes.HasPrefix(buf, []byte("--"))):
		r.dashLine()
	default:
		r.content(buf)
	}
}

// content passes on what is buffered, up to the next line that starts with two
// hyphens, but for the last line end.
func (r *repairer) content(buf []byte) {
	end := bytes.Index(buf, []byte("\n--"))
	if r.odd {
		end = bytes.IndexByte(buf, '\n')
	} else if end < 0 {
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
	if l := r.top(); len(l.stray) < r.limits.Text {
		l.stray = append(append(l.stray, text...), eol...)
	}
}

func (r *repairer) top() *openPart { return r.stack[len(r.stack)-1] }

// dashLine deals with a line that may be a boundary.
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
// Some programs use one boundary on two levels: then a closed inner one is over.
func (r *repairer) match(line []byte) (level int, closing, ok bool) {
	if r.asIs {
		return 0, false, false
	}
	line = bytes.TrimRight(line, " \t\r")
	for i := len(r.stack) - 1; i >= 0; i-- {
		if closing, ok = r.stack[i].matches(line); !ok {
			continue
		}
		for j := i - 1; j >= 0 && r.stack[i].closed; j-- {
			if r.stack[j].delimiter == r.stack[i].delimiter && !r.stack[j].closed {
				return j, closing, true
			}
		}
		return i, closing, true
	}
	return 0, false, false
}

func (l *openPart) matches(line []byte) (closing, ok bool) {
	if l.odd {
		line = bytes.TrimLeft(line, " \t")
	}
	d := l.delimiter
	if len(line) < len(d) || string(line[:len(d)]) != d {
		return false, false
	}
	rest := line[len(d):]
	closing = len(rest) >= 2 && rest[0] == '-' && rest[1] == '-' && (len(rest) == 2 || rest[2] == ' ')
	return closing, closing || len(rest) == 0
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
	r.lineStart = true
	if r.eol = nil; closing {
		l.closed, r.skipping = true, true
		return
	}
	if l.closed {
		l.closed = false
		r.problems.note(problemAfterEnd, "parts follow behind the end of a multipart")
	}
	l.begun, l.stray = true, nil
	if *r.parts >= r.limits.Parts {
		r.restOf(l)
		return
	}
	r.part(l)
}

// restOf makes one part of all that follows when there are too many parts: its
// source, from the boundary line on. It is no text even of a mail that has no
// other: what of it the sender wrote cannot be told.
func (r *repairer) restOf(l *openPart) {
	r.problems.note(problemTooManyParts, "the mail has more than %d parts; the rest is one attachment", r.limits.Parts)
	head := partHead{media: media{word: "text/plain"}, declared: true, disposition: media{word: "attachment", params: map[string]string{"filename": "rest.txt"}}}
	r.putLeaf(r.begin(l, head))
	r.put([]byte(l.delimiter), lineEnds)
	r.skipping, r.asIs = false, true
}

// part reads the header of a part and gives out its own.
func (r *repairer) part(l *openPart) {
	h, pushed := r.partHeader()
	fallback := "text/plain"
	if l.head.word == "multipart/digest" { // RFC 2046 §5.1.5
		fallback = "message/rfc822"
	}
	head := newPartHead(h, fallback)
	if !head.declared && h.has("Content-Type") {
		r.problems.note(problemBadType, "the Content-Type of a part is not readable")
	}
	n := r.begin(l, head)
	r.skipping = false
	if head.multipart() {
		r.heads[n].word = r.open(head, n)
	}
	if !r.heads[n].multipart() || r.heads[n].packed {
		r.putLeaf(n)
	}
	if len(pushed) > 0 {
		r.boundaryOrText(pushed)
	}
}

// partHeader reads a header block. A blank line above it does not hide it.
func (r *repairer) partHeader() (header, []byte) {
	limits := r.limits
	limits.HeaderBytes = min(limits.HeaderBytes, partHeader)
	hr := headerReader{in: r.in, limits: limits, problems: r.problems, fence: r.isBoundary}
	h := hr.read()
	if len(h.fields) == 0 && len(hr.pushed) == 0 && contentFieldAhead(r.in) {
		r.problems.note(problemSplitHeader, "a blank line stands inside a header")
		h = hr.read()
	}
	return h, hr.pushed
}

// contentFieldAhead reports whether the next line is a field of a MIME header.
func contentFieldAhead(in *bufio.Reader) bool {
	next, _ := in.Peek(min(256, in.Size()))
	name := fieldName(next)
	return isField(next) && (hasFold(name, "Content-") || sameName(name, "MIME-Version"))
}

// begin gives out a boundary line and takes the part's head in.
func (r *repairer) begin(l *openPart, head partHead) int {
	r.put([]byte("\n--" + l.fence + "\n"))
	r.heads = append(r.heads, head)
	*r.parts++
	return len(r.heads) - 1
}

func (r *repairer) putLeaf(n int) {
	r.put(fmt.Appendf(nil, "%s: %d\nContent-Type: application/octet-stream\n\n", partField, n))
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
		if !l.closed && l.begun && !r.asIs {
			r.problems.note(problemUnclosed, "a multipart has no end")
		}
		r.keepStray(l)
		r.put([]byte("\n--" + l.fence + "--\n"))
		r.stack = r.stack[:len(r.stack)-1]
		r.eol = nil
	}
}

// keepStray makes a part of text that stands outside of parts and that a person
// should see: all of a multipart that has no part, and the footer that a mailing
// list put behind the end of a mail.
func (r *repairer) keepStray(l *openPart) {
	text := bytes.TrimSpace(l.stray)
	switch {
	case len(text) == 0 || *r.parts >= r.limits.Parts:
		return
	case !l.begun:
		r.problems.note(problemNoParts, "a multipart has no parts; its content was taken as text")
	case len(r.stack) > 1 || !l.closed || l.head.word != "multipart/mixed" || !listFooter(text):
		return
	}
	head := partHead{media: media{word: "text/plain", params: l.head.params}, declared: true, stray: l.begun}
	r.putLeaf(r.begin(l, head))
	r.put(text)
}

// listFooter recognises the ruler with which list programs start their footer.
func listFooter(text []byte) bool {
	return len(text) < 4096 && (bytes.HasPrefix(text, []byte("_____")) || bytes.HasPrefix(text, []byte("-----")) || bytes.HasPrefix(text, []byte("-- \n")) || bytes.HasPrefix(text, []byte("-- \r")))
}
