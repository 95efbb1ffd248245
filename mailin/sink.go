package mailin

import (
	"crypto/sha256"
	"hash"
)

// sniffed is how much of a part without a type is looked at to find one.
const sniffed = 3072

// sink takes the decoded bytes of a leaf: it counts and hashes them all and
// keeps as many as the leaf's kind and the limits allow.
type sink struct {
	p       *parser
	part    *part
	hash    hash.Hash
	textMax int   // bytes of text to keep
	keepMax int64 // bytes of content to keep; more: none
	kept    []byte
	full    bool // the mail's limit is reached
}

func (p *parser) newSink(n *part) *sink {
	s := &sink{p: p, part: n, hash: sha256.New()}
	switch {
	case n.head.word == "text/html" && n.head.mayBeText():
		s.textMax = min(htmlFactor*p.limits.Text, p.textLeft)
	case n.head.isText() || n.head.mayBeText():
		s.textMax = min(p.limits.Text, p.textLeft)
	case n.head.isReport():
		s.textMax = min(maxReportPart, p.textLeft)
	case !n.head.declared:
		s.textMax = min(sniffed, p.textLeft)
	}
	if !n.head.isText() {
		s.keepMax = p.keepLeft
	}
	return s
}

func (s *sink) write(b []byte) {
	if int64(len(b)) > s.p.decodedLeft {
		b = b[:s.p.decodedLeft]
		s.full = true
		s.p.problems.note(problemTooBig, "the parts are longer than %d bytes; the rest was not read", s.p.limits.Decoded)
	}
	s.p.decodedLeft -= int64(len(b))
	s.part.size += int64(len(b))
	s.hash.Write(b)
	if room := s.textMax - len(s.part.text); room > 0 {
		s.part.text = append(s.part.text, b[:min(room, len(b))]...)
	}
	s.keep(b)
}

func (s *sink) keep(b []byte) {
	if s.keepMax <= 0 {
		return
	}
	if int64(len(s.kept)+len(b)) > s.keepMax {
		s.kept, s.keepMax = nil, 0
		return
	}
	s.kept = append(s.kept, b...)
}

// settle closes the accounts of a leaf.
func (p *parser) settle(n *part, s *sink) {
	n.whole = int64(len(n.text)) == n.size && !s.full
	p.textLeft -= len(n.text)
	if s.keepMax > 0 && !s.full {
		n.content = append([]byte{}, s.kept...)
		p.keepLeft -= int64(len(s.kept))
	}
}
