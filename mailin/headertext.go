package mailin

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// Header text is read twice where its charset is in doubt: first by what the
// field itself says, then again when the whole mail is known.

// maxGuessPages bounds how many charsets of a mail are tried on a text.
const maxGuessPages = 4

// reread reads the header's text once more where its charset was in doubt, and
// the names of parts, and notes what stayed in doubt.
func (p *parser) reread(h header, root *part) {
	parts := leaves(root, nil)
	if p.guess.asked {
		p.guess = learn(h, root, parts)
		p.fields(h)
	}
	for _, n := range parts {
		p.guess.names(n.head.params)
		p.guess.names(n.head.disposition.params)
	}
	for _, d := range p.guess.doubts {
		d.note(p.problems, "a header field")
	}
}

// names makes valid UTF-8 of parameters, which were kept as they were written.
func (g *guess) names(params map[string]string) {
	for k, v := range params {
		params[k] = g.header(v)
	}
}

// textFields are the fields whose text people read.
var textFields = []string{"Subject", "From", "To", "Cc", "Reply-To", "Sender", "Organization", "Thread-Topic"}

// learn gathers what a mail tells about its charset: the labels of its parts and
// of its encoded-words, and its 8-bit bytes that have none.
func learn(h header, root *part, parts []*part) guess {
	var g guess
	g.named(root.head.param("charset"))
	for _, n := range parts {
		g.named(n.head.param("charset"))
		if label := n.head.param("charset"); n.head.mayBeText() && !says(label) {
			g.unnamed(n.text)
		}
	}
	for _, name := range textFields {
		for _, v := range h.all(name) {
			g.unnamed([]byte(v))
			for _, piece := range strings.Split(v, "=?")[1:] {
				label, _, _ := strings.Cut(piece, "?")
				g.named(label)
			}
		}
	}
	return g
}

// says reports whether a label tells a charset of 8-bit bytes.
func says(label string) bool {
	page, known := findPage(label)
	return known && page != pageASCII && page != pageUTF8 && !codecs[page].stateful
}

func (g *guess) named(label string) {
	if label == "" || len(g.pages) >= maxGuessPages || !says(label) {
		return
	}
	page, _ := findPage(label)
	page = windowsPage(page)
	for _, p := range g.pages {
		if p == page {
			return
		}
	}
	g.pages = append(g.pages, page)
}

func (g *guess) unnamed(b []byte) {
	if room := maxDetect - len(g.sample); room > 0 && !utf8.Valid(b) {
		s := detectSample(b)
		g.sample = append(append(g.sample, bytes.TrimSpace(s[:min(len(s), room)])...), '\n')
	}
}
