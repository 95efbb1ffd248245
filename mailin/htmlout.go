package mailin

import (
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// text adds character data. Outside of pre, runs of blanks count as one.
func (w *htmlWalker) text(s string) {
	s = visible(cleanText(s))
	if w.flow.bullet && officeBullet(strings.TrimSpace(strings.ReplaceAll(s, "\u00a0", " "))) {
		w.bullet("- ")
		return
	}
	switch w.flow.space {
	case preserved:
		if w.flow.fresh {
			s = strings.TrimPrefix(s, "\n")
		}
		w.eachLine(s, w.write)
	case linesOnly:
		w.eachLine(s, w.words)
	default:
		w.words(s)
	}
	w.flow.fresh = false
}

// officeBullet reports the letters of symbol fonts that Outlook uses for bullets.
func officeBullet(s string) bool {
	switch s {
	case "·", "o", "§", "Ø", "ü", "v", "q", "•", "–", "\uf0b7", "\uf0a7":
		return true
	}
	return false
}

// words adds text whose blanks only part words. A no-break space is a blank too:
// plain text has no use for it, and `/ack` behind one is still a command line.
func (w *htmlWalker) words(s string) {
	for i := 0; i < len(s); {
		n, hard := blankAt(s, i)
		if n > 0 {
			i += n
			w.space, w.hard = true, w.hard || hard
			continue
		}
		j := i + 1
		for j < len(s) {
			if n, _ := blankAt(s, j); n > 0 {
				break
			}
			j++
		}
		w.word(s[i:j])
		i = j
	}
}

// blankAt gives the length of the blank at i, 0 when there is none.
func blankAt(s string, i int) (n int, hard bool) {
	switch s[i] {
	case ' ', '\n', '\t', '\r':
		return 1, false
	case 0xc2:
		if i+1 < len(s) && s[i+1] == 0xa0 {
			return 2, true
		}
	}
	return 0, false
}

// visible drops characters that show nothing; newsletters pad with them.
func visible(s string) string {
	if ascii(s) {
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

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func (w *htmlWalker) word(s string) {
	if w.space && w.cur.Len() > 0 && !strings.HasSuffix(w.cur.String(), " ") {
		w.put(" ")
		w.link.add(" ")
	}
	w.space = false
	w.write(s)
}

// write adds text to the line as it is; a due blank line comes first.
func (w *htmlWalker) write(s string) {
	if w.cur.Len() == 0 {
		w.flushBlank()
	}
	w.blank = false
	w.link.add(s)
	w.put(s)
}

// bullet starts the line of an item. It counts as text once a text follows.
func (w *htmlWalker) bullet(s string) {
	w.write("")
	w.cur.WriteString(s)
	w.prefix = w.cur.Len()
}

func (w *htmlWalker) put(s string) {
	w.size += len(s)
	w.cur.WriteString(s)
}

// eachLine writes text whose line ends stay, as far as there is room.
func (w *htmlWalker) eachLine(s string, write func(string)) {
	for w.size <= w.most {
		l, rest, more := strings.Cut(s, "\n")
		if l != "" {
			write(l)
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
	w.size += w.prefix
	w.emit(w.cur.String())
	w.cur.Reset()
	w.prefix = 0
}

func (w *htmlWalker) emit(s string) {
	if s = trimEnd(s); w.quotes > 0 {
		s = strings.TrimRight(w.quoteMark()+s, " ")
	}
	w.size++
	if strings.Trim(s, " |>") != "" {
		w.blanks = 0
	} else if w.blanks++; w.blanks > maxBlanks {
		return
	}
	l := line{text: s}
	if w.lost {
		l.mark = markQuote
	}
	if w.original && s != "" {
		l.mark, w.original = markOriginal, false
	}
	if len(w.lines) == cap(w.lines) {
		w.lines = slices.Grow(w.lines, max(len(w.lines), minLines))
	}
	w.lines = append(w.lines, l)
}

// minLines is how many lines there is room for at first.
const minLines = 32

// quoteMark stands before each line of a quotation.
func (w *htmlWalker) quoteMark() string { return strings.Repeat("> ", min(w.quotes, 20)) }

// blankLine adds an empty line unless there is one or nothing above it. Above the
// first line of a quotation it is no part of that.
func (w *htmlWalker) blankLine() {
	n := len(w.lines)
	if n == 0 || strings.Trim(w.lines[n-1].text, "> ") == "" {
		return
	}
	outside := add(w.quotes > 0 && n == w.quoteStart)
	w.quotes -= outside
	w.emit("")
	w.quotes += outside
}

// flushBlank adds the blank line that is due.
func (w *htmlWalker) flushBlank() {
	if w.blank {
		w.blankLine()
		w.blank = false
	}
}

// endLine ends the line if there is one. A bullet without text is none.
func (w *htmlWalker) endLine() {
	if w.cur.Len() > w.prefix {
		w.newline()
	}
	w.cur.Reset()
	w.prefix = 0
}

// block starts a new line for a block element; a paragraph has space around it.
// Behind a bullet it goes on in the line.
func (w *htmlWalker) block(para bool) {
	if w.cur.Len() > w.prefix {
		w.newline()
	}
	w.blank = w.blank || (para || w.hard) && w.prefix == 0
	w.space, w.hard = false, false
}

// hasTags reports whether there is any element that HTML knows. Many programs
// call plain text HTML.
func hasTags(s string) bool {
	for {
		i := strings.IndexByte(s, '<')
		if i < 0 {
			return false
		}
		s = strings.TrimPrefix(s[i+1:], "/")
		n := 0
		for n < len(s) && n < maxTagName && (s[n]|0x20 >= 'a' && s[n]|0x20 <= 'z' || s[n] >= '0' && s[n] <= '9') {
			n++
		}
		if n > 0 && n < len(s) && strings.IndexByte(" \t\r\n/>", s[n]) >= 0 && atom.Lookup([]byte(strings.ToLower(s[:n]))) != 0 {
			return true
		}
		if strings.HasPrefix(s, "!--") || strings.HasPrefix(s, "!doctype") || strings.HasPrefix(s, "!DOCTYPE") {
			return true
		}
	}
}

// maxTagName is the length of the longest name of an element.
const maxTagName = 12

// unescapeHTML reads the character references of a text without elements.
func unescapeHTML(s string) string { return html.UnescapeString(s) }
