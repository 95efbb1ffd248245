package mailin

import (
	"crypto/sha256"
	"encoding/hex"
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
	opens   bool // the part is held whole, to be opened
	full    bool // the mail's limit is reached
}

func (p *parser) newSink(n *part) *sink {
	s := &sink{p: p, part: n, opens: n.head.opener() != nil}
	switch {
	case n.head.word == "text/html" && n.head.mayBeText():
		s.textMax = min(htmlFactor*p.limits.Text, p.textLeft)
	case n.head.isText() || n.head.keepsText():
		s.textMax = min(p.limits.Text, p.textLeft)
	case n.head.isReport():
		s.textMax = min(maxReportPart, p.textLeft)
	case !n.head.declared:
		s.textMax = min(sniffed, p.textLeft)
	}
	if !n.head.isText() {
		s.keepMax = p.keepLeft
		s.hash = sha256.New()
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
	s.sum(b)
	if room := s.textMax - len(s.part.text); room > 0 {
		s.part.text = append(s.part.text, b[:min(room, len(b))]...)
	}
	if s.opens {
		s.hold(b)
	}
	s.keep(b)
}

// sum hashes the bytes. A text that is kept whole can be hashed when it turns out
// to be an attachment, which it hardly ever does.
func (s *sink) sum(b []byte) {
	if s.hash == nil {
		if len(s.part.text)+len(b) <= s.textMax {
			return
		}
		s.hash = sha256.New()
		s.hash.Write(s.part.text)
	}
	s.hash.Write(b)
}

// hold keeps a part that is to be opened; a larger one stays closed. It grows by
// doubling, which leaves less behind than append does.
func (s *sink) hold(b []byte) {
	held := s.part.packet
	need := len(held) + len(b)
	if s.opens = need <= maxOpened>>s.p.depth; !s.opens {
		s.part.packet = nil
		return
	}
	if need > cap(held) {
		held = append(make([]byte, 0, max(2*cap(held), need)), held...)
	}
	s.part.packet = append(held, b...)
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

// close closes the accounts of a leaf.
func (s *sink) close() {
	p, n := s.p, s.part
	if s.hash != nil {
		n.sum = hex.EncodeToString(s.hash.Sum(nil))
	}
	n.whole = int64(len(n.text)) == n.size && !s.full
	p.textLeft -= len(n.text)
	if s.keepMax > 0 && !s.full {
		n.content = append([]byte{}, s.kept...)
		p.keepLeft -= int64(len(s.kept))
	}
}
