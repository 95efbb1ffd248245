package mailin

import (
	"bufio"
	"io"
	"strconv"
	"strings"

	"github.com/emersion/go-message"
)

// partHead is what the header of a part says about it.
type partHead struct {
	media
	declared    bool // a Content-Type was there
	disposition media
	encoding    string
	id          string
	packed      bool // a multipart whose lines are in a transfer encoding
	stray       bool // stood behind the end of the mail
}

func (p partHead) multipart() bool { return strings.HasPrefix(p.word, "multipart/") }

// attached reports that the part says itself that it is no body.
func (p partHead) attached() bool {
	return p.disposition.word == "attachment" || p.disposition.param("filename") != "" || p.param("name") != ""
}

// isText reports a part that can be a body.
func (p partHead) isText() bool {
	return (p.word == "text/plain" || p.word == "text/html" || p.word == "text/markdown") && !p.attached()
}

// mayBeText reports a part that is a body where there is no better one: text with
// a file name that does not ask to be an attachment.
func (p partHead) mayBeText() bool {
	return (p.word == "text/plain" || p.word == "text/html") && p.disposition.word != "attachment"
}

// isReport reports parts that tell of other mails and are read for that.
func (p partHead) isReport() bool {
	return p.word == "text/rfc822-headers" || strings.HasPrefix(p.word, "message/")
}

// part is a node of a mail's MIME tree. A leaf has no kids; its bytes are gone
// but for what is kept here.
type part struct {
	head    partHead
	kids    []*part
	size    int64  // decoded bytes read
	sum     string // hex SHA-256 of them, "" while text is all of it
	text    []byte // of a text or report part: its beginning
	whole   bool   // text is all of it
	content []byte // of an attachment: all of it, nil when not kept
	packet  []byte // of a part that holds others in a form of its own: all of it

	files  []*part // attachments that were found inside it
	spares []*part // texts inside it, for a mail without a text
	opened bool    // files and spares are all that it holds
}

// maxReportPart is how much of a report part is read.
const maxReportPart = 64 << 10

// walk reads the body into a tree. go-message splits the multiparts; it is given
// a stream that repairer made well-formed. Transfer encodings and charsets are
// decoded here, because a damaged part must still give its readable rest.
func (p *parser) walk(h header, body io.Reader) *part {
	root := &part{head: newPartHead(h, "text/plain")}
	if h.has("Content-Type") && !root.head.declared {
		p.problems.note(problemBadType, "the Content-Type is not readable")
	}
	p.declared = root.head
	p.entity(root, body)
	return root
}

// entity reads a part or a whole mail of which the header was read.
func (p *parser) entity(n *part, body io.Reader) {
	in, ok := body.(*bufio.Reader)
	if !ok {
		in = bufio.NewReaderSize(body, p.bufSize)
	}
	if n.head.word == "text/plain" && !n.head.attached() && !encodes(n.head.encoding) {
		p.unhide(n, in)
	}
	if n.head.multipart() {
		p.multipart(n, in)
	} else {
		p.leaf(n, in)
	}
}

// unhide makes a multipart of a body that is one although its header does not say so.
func (p *parser) unhide(n *part, in *bufio.Reader) {
	if first, _ := in.Peek(1); !mayHide(first) {
		return
	}
	ahead, _ := in.Peek(in.Size())
	if b := hiddenMultipart(ahead); b != "" {
		p.problems.note(problemBadType, "the mail has parts and does not say so")
		n.head.word, n.head.params = "multipart/mixed", map[string]string{"boundary": b}
	}
}

func (p *parser) multipart(n *part, in *bufio.Reader) {
	rep := newRepairer(in, p)
	n.head.word = rep.open(n.head, 0)
	switch {
	case !n.head.multipart():
		p.leaf(n, in)
	case len(rep.stack) == 0:
		p.unpack(n, in)
	default:
		p.readMultipart(n, rep)
	}
}

// unpack reads a multipart that is in a transfer encoding, which RFC 2045 §6.4
// forbids.
func (p *parser) unpack(n *part, in io.Reader) {
	p.problems.note(problemPackedParts, "a multipart is in a transfer encoding")
	name, _ := encodingName(n.head.encoding)
	n.head.encoding = ""
	if p.depth++; p.depth > maxPacked {
		n.head.word = "application/octet-stream"
		p.leaf(n, in)
		return
	}
	p.multipart(n, bufio.NewReaderSize(&decodingReader{in: in, dec: newDecoder(name, true)}, p.bufSize))
	p.depth--
}

func (p *parser) readMultipart(root *part, rep *repairer) {
	e, err := message.Read(rep)
	if e == nil {
		p.problems.note(problemNoParts, "the parts cannot be read: %v", err)
		return
	}
	p.kids(root, e, rep)
}

func (p *parser) kids(parent *part, e *message.Entity, rep *repairer) {
	mr := e.MultipartReader()
	for {
		sub, err := mr.NextPart()
		if sub == nil {
			switch {
			case len(parent.kids) == 0:
				p.problems.note(problemNoParts, "a multipart has no parts")
			case err != io.EOF:
				p.problems.note(problemBrokenPart, "a part cannot be read: %v", err)
			}
			return
		}
		n, err := strconv.Atoi(sub.Header.Get(partField))
		if err != nil || n >= len(rep.heads) {
			p.problems.note(problemBrokenPart, "a part has no header")
			continue
		}
		kid := &part{head: rep.heads[n]}
		parent.kids = append(parent.kids, kid)
		switch {
		case kid.head.packed:
			p.unpack(kid, sub.Body)
		case kid.head.multipart():
			p.kids(kid, sub, rep)
		default:
			p.leaf(kid, sub.Body)
		}
	}
}

// leaf decodes, counts, hashes and keeps one part.
func (p *parser) leaf(n *part, r io.Reader) {
	in := p.chunks(r)
	b, err := in.next()
	dec := p.decoder(n, b)
	s := p.newSink(n)
	out := p.outlet(n, s)
	var decoded []byte
	for ; !s.full; b, err = in.next() {
		if dec != nil {
			decoded = dec.decode(decoded[:0], b)
			b = decoded
		}
		out.write(b)
		if err != nil {
			break
		}
	}
	if dec != nil {
		out.write(dec.finish(nil))
		if name := dec.damage(); name != "" {
			p.problems.note(name, "a part is damaged; its readable rest was taken")
		}
	}
	out.close()
	p.open(n)
}

// chunks reads a part in pieces that are as long as a buffer is, however the
// bytes come; a piece is valid until the next one is asked for.
type chunks struct {
	r    io.Reader
	in   *bufio.Reader // r, when it has a buffer of its own
	buf  []byte
	used int // bytes of in that the last piece held
}

func (p *parser) chunks(r io.Reader) *chunks {
	if in, ok := r.(*bufio.Reader); ok {
		return &chunks{in: in}
	}
	if p.buf == nil {
		p.buf = make([]byte, p.bufSize)
	}
	return &chunks{r: r, buf: p.buf}
}

func (c *chunks) next() ([]byte, error) {
	if c.in == nil {
		n, err := io.ReadFull(c.r, c.buf)
		return c.buf[:n], err
	}
	_, _ = c.in.Discard(c.used)
	b, err := c.in.Peek(c.in.Size())
	c.used = len(b)
	return b, err
}
