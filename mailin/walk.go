package mailin

import (
	"bufio"
	"encoding/hex"
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
}

func newPartHead(h header, fallback string) partHead {
	p := partHead{media: parseMedia(h.get("Content-Type")), disposition: parseMedia(h.get("Content-Disposition")), encoding: h.get("Content-Transfer-Encoding"), id: contentID(h)}
	p.declared = strings.Contains(p.word, "/")
	switch {
	case p.word == "text":
		p.word = "text/plain"
	case !p.declared:
		p.word = fallback
	}
	return p
}

func contentID(h header) string {
	return strings.Trim(cleanID(h.get("Content-ID")), "<>")
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
	sum     string // hex SHA-256 of them
	text    []byte // of a text or report part: its beginning
	whole   bool   // text is all of it
	content []byte // of an attachment: all of it, nil when not kept
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
	if !root.head.multipart() {
		p.leaf(root, body)
		return root
	}
	in, ok := body.(*bufio.Reader)
	if !ok {
		in = bufio.NewReaderSize(body, len(p.buf))
	}
	rep := newRepairer(in, p.limits, p.problems)
	if !rep.open(root.head, 0) {
		root.head.word = "text/plain"
		p.leaf(root, in)
		return root
	}
	p.readMultipart(root, rep)
	if len(root.kids) == 0 {
		root.text, root.whole = rep.preamble, true
		root.head.word, root.head.encoding = "text/plain", ""
	}
	return root
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
		if kid.head.multipart() {
			p.kids(kid, sub, rep)
		} else {
			p.leaf(kid, sub.Body)
		}
	}
}

// leaf decodes, counts, hashes and keeps one part.
func (p *parser) leaf(n *part, r io.Reader) {
	dec, known := newDecoder(n.head.encoding)
	if !known {
		p.problems.note(problemEncoding, "the transfer encoding %q is unknown", cleanLine(headerText(n.head.encoding)))
	}
	s := p.newSink(n)
	var out []byte
	for !s.full {
		k, err := r.Read(p.buf)
		out = dec.decode(out[:0], p.buf[:k])
		s.write(out)
		if err != nil {
			break
		}
	}
	s.write(dec.finish(out[:0]))
	if name := dec.damage(); name != "" {
		p.problems.note(name, "a part is damaged; its readable rest was taken")
	}
	n.sum = hex.EncodeToString(s.hash.Sum(nil))
	p.settle(n, s)
}
