package mailin

import (
	"bufio"
	"bytes"
	"strings"
)

// maxOpened bounds a part that is held whole to be opened. Inside a packed part it
// is half as much, because both are held at once.
const maxOpened = 8 << 20

// opener returns what opens a part whose form is not MIME; nil for most parts.
func (h partHead) opener() func(*parser, *part) {
	switch h.word {
	case "application/ms-tnef", "application/vnd.ms-tnef", "application/x-tnef":
		return (*parser).openTNEF
	case "application/pkcs7-mime", "application/x-pkcs7-mime":
		return (*parser).openSigned
	case "application/octet-stream":
		if strings.EqualFold(h.disposition.param("filename"), "winmail.dat") || strings.EqualFold(h.param("name"), "winmail.dat") {
			return (*parser).openTNEF
		}
	}
	return nil
}

// open looks into a part that holds others in a form of its own.
func (p *parser) open(n *part) {
	if n.packet == nil {
		return
	}
	n.head.opener()(p, n)
	n.packet = nil
}

// openTNEF makes attachments of the files in Outlook's winmail.dat and keeps its
// text for a mail that has no other.
func (p *parser) openTNEF(n *part) {
	t, ok := readTNEF(n.packet)
	if !ok {
		p.problems.note(problemTNEF, "a winmail.dat is damaged; what could be read of it was taken")
	}
	for _, f := range t.files {
		p.addFile(n, t.file(&p.guess, f))
	}
	if text := t.text(&p.guess, p.limits.Text+1); len(text.data) > 0 {
		n.spares = append(n.spares, p.textOf(text))
	}
	n.opened = len(n.files) > 0 && len(n.files) == len(t.files) && !t.more
}

// packedFile is a file, or a text, that lies in memory.
type packedFile struct {
	name, kind, charset, id string
	data                    []byte
}

func (p *parser) addFile(n *part, f packedFile) {
	kid := p.newFile(f.name, f.kind)
	if kid == nil {
		return
	}
	kid.head.id = strings.Trim(cleanID(f.id), "<>")
	s := p.newSink(kid)
	s.write(f.data)
	s.close()
	n.files = append(n.files, kid)
}

// textOf is a text part of its own: the packet that the text lies in can go.
func (p *parser) textOf(f packedFile) *part {
	text := bytes.Clone(f.data[:min(len(f.data), p.limits.Text, p.textLeft)])
	p.textLeft -= len(text)
	head := partHead{media: media{word: f.kind, params: map[string]string{"charset": f.charset}}, declared: true}
	return &part{head: head, text: text, whole: len(text) == len(f.data), size: int64(len(f.data))}
}

// openSigned reads the mail inside an opaque S/MIME signature (RFC 8551 §3.5.2).
// The part itself stays an attachment: it is the proof of who signed.
func (p *parser) openSigned(n *part) {
	content, ok := signedContent(n.packet)
	if p.depth++; !ok || p.depth > maxPacked {
		p.depth--
		return
	}
	limits := p.limits
	limits.HeaderBytes = min(limits.HeaderBytes, partHeader)
	hr := headerReader{in: bufio.NewReaderSize(bytes.NewReader(content), p.bufSize), limits: limits, problems: p.problems}
	h := hr.read()
	inner := &part{head: newPartHead(h, "text/plain")}
	p.entity(inner, hr.body())
	p.depth--
	c := choose(inner)
	n.spares = append(n.spares, c.bodies...)
	for _, leaf := range leaves(inner, nil) {
		if !c.holds(leaf) {
			n.files = append(n.files, leaf)
		}
	}
}

// maxPacked is how often a part may be packed inside a packed one.
const maxPacked = 3

// withSpares takes the text inside a packed part where the mail has no other.
func withSpares(c chosen, root *part) chosen {
	for _, n := range c.bodies {
		if len(bytes.TrimSpace(n.text)) > 0 {
			return c
		}
	}
	for _, n := range leaves(root, nil) {
		if len(n.spares) > 0 {
			c.bodies = append(c.bodies, n.spares...)
			return c
		}
	}
	return c
}

func (c chosen) holds(n *part) bool {
	for _, list := range [][]*part{c.bodies, c.others} {
		for _, other := range list {
			if other == n {
				return true
			}
		}
	}
	return false
}

// referenced reports whether an HTML body shows the part by its id (RFC 2392).
func referenced(id string, bodies []*part) bool {
	for _, n := range bodies {
		if id != "" && n.head.word == "text/html" && bytes.Contains(n.text, []byte("cid:"+id)) {
			return true
		}
	}
	return false
}
