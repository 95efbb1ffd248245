package mailin

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// text adds character data. Outside of pre, runs of blanks count as one.
func (w *htmlWalker) text(s string) {
	s = visible(cleanText(s))
	if w.pre > 0 {
		w.preformatted(s)
		return
	}
	for s != "" {
		i := strings.IndexFunc(s, isHTMLSpace)
		switch {
		case i < 0:
			w.word(s)
			return
		case i > 0:
			w.word(s[:i])
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		s = s[i+size:]
		w.space = true
		w.hard = w.hard || r == 0xa0
	}
}

// visible drops characters that show nothing; newsletters pad with them.
func visible(s string) string {
	if plainLine(s) {
		return s
	}
	drop := func(r rune) bool { return isHidden(r) && !joins(r) }
	if strings.IndexFunc(s, drop) < 0 {
		return s
	}
	return strings.Map(func(r rune) rune {
		if drop(r) {
			return -1
		}
		return r
	}, s)
}

// isHTMLSpace takes no-break spaces as blanks too: plain text has no use for
// them, and `/ack` behind one is still a command line.
func isHTMLSpace(r rune) bool {
	return r == ' ' || r == '\n' || r == '\t' || r == '\r' || r == 0xa0
}

func (w *htmlWalker) word(s string) {
	if w.space && w.cur.Len() > 0 && !strings.HasSuffix(w.cur.String(), " ") {
		w.put(" ")
	}
	w.space = false
	w.write(s)
}

// write adds text to the line as it is; a due blank line comes first.
func (w *htmlWalker) write(s string) {
	if w.cur.Len() == 0 && w.blank {
		w.blankLine()
	}
	w.blank = false
	w.link.add(s)
	w.put(s)
}

func (w *htmlWalker) put(s string) {
	w.size += len(s)
	w.cur.WriteString(s)
}

func (w *htmlWalker) preformatted(s string) {
	for {
		l, rest, more := strings.Cut(s, "\n")
		if l != "" {
			w.write(l)
		}
		if !more {
			return
		}
		w.newline()
		s = rest
	}
}

// newline ends the line, be it empty or not.
func (w *htmlWalker) newline() {
	w.blank, w.space, w.hard = false, false, false
	w.emit(w.cur.String())
	w.cur.Reset()
	w.prefix = 0
}

func (w *htmlWalker) emit(s string) {
	for s = trimEnd(s); strings.HasSuffix(s, " |"); {
		s = trimEnd(s[:len(s)-2]) // empty cells at the end of a row
	}
	if w.quotes > 0 {
		s = strings.TrimRight(strings.Repeat("> ", min(w.quotes, 20))+s, " ")
	}
	w.size++
	l := line{text: s}
	if w.original && s != "" {
		l.mark, w.original = markOriginal, false
	}
	w.lines = append(w.lines, l)
}

// blankLine adds an empty line unless there is one or nothing above it.
func (w *htmlWalker) blankLine() {
	if n := len(w.lines); n > 0 && strings.Trim(w.lines[n-1].text, "> ") != "" {
		w.emit("")
	}
}

// endLine ends the line if there is one.
func (w *htmlWalker) endLine() {
	if w.cur.Len() > 0 {
		w.newline()
	}
}

// block starts a new line for a block element; a paragraph has space around it.
// Behind a bullet or a cell mark it goes on in the line.
func (w *htmlWalker) block(para bool) {
	if w.cur.Len() > w.prefix {
		w.newline()
	}
	w.blank = w.blank || (para || w.hard) && w.prefix == 0
	w.space, w.hard = false, false
}

func (w *htmlWalker) list(e *element) {
	w.endLine()
	w.block(len(w.lists) == 0)
	e.list = true
	n := -1
	if e.tag.String() == "ol" {
		n = 0
	}
	w.lists = append(w.lists, n)
}

func (w *htmlWalker) item() {
	w.endLine()
	n := len(w.lists)
	bullet := "- "
	if n > 0 && w.lists[n-1] >= 0 {
		w.lists[n-1]++
		bullet = strconv.Itoa(w.lists[n-1]) + ". "
	}
	w.write(strings.Repeat("  ", min(max(n-1, 0), 10)) + bullet)
	w.prefix = w.cur.Len()
}

// tableCell is the cell that ended last in the row: its lines, and whether its
// last line is still open.
type tableCell struct {
	start, end int
	open       bool
}

// cell separates a table cell from the one before it in the row. A cell of one
// paragraph is taken back into the line of its row.
func (w *htmlWalker) cell() {
	if c := w.last; !c.open && w.cur.Len() == 0 && c.end == c.start+1 && len(w.lines) == c.end {
		w.cur.WriteString(strings.TrimLeft(w.lines[c.start].text, "> "))
		w.lines = w.lines[:c.start]
		w.blank = false
	}
	if w.cur.Len() > 0 && !strings.HasSuffix(w.cur.String(), " | ") {
		w.put(" | ")
	}
	w.space, w.prefix = false, w.cur.Len()
}

// linkText is the text of an open link.
type linkText struct {
	href string
	text []byte
}

const maxLinkText = 2000

func (l *linkText) add(s string) {
	if l.href != "" && len(l.text) < maxLinkText {
		l.text = append(l.text, s...)
	}
}

func (w *htmlWalker) openLink(href string) {
	w.link = linkText{href: cleanLine(href)}
}

// closeLink writes the address of a link behind its text, unless the text is the
// address. Only addresses that a person could open are shown.
func (w *htmlWalker) closeLink() {
	href, text := w.link.href, string(w.link.text)
	w.link = linkText{}
	if !showable(href) || text == "" || sameLink(href, text) || len(href) > maxLinkText {
		return
	}
	w.put(" (" + strings.TrimPrefix(href, "mailto:") + ")")
}

func showable(href string) bool {
	for _, scheme := range []string{"https://", "http://", "mailto:"} {
		if len(href) > len(scheme) && strings.EqualFold(href[:len(scheme)], scheme) {
			return true
		}
	}
	return false
}

func sameLink(href, text string) bool {
	bare := func(s string) string {
		s = strings.ToLower(strings.Join(strings.Fields(s), ""))
		for _, prefix := range []string{"mailto:", "https://", "http://", "www."} {
			s = strings.TrimPrefix(s, prefix)
		}
		s, _, _ = strings.Cut(s, "?")
		return strings.TrimRight(s, "/")
	}
	return bare(href) == bare(text) || strings.Join(strings.Fields(text), "") == href
}
