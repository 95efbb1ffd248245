package mailout

import (
	"cmp"
	"iter"
	"strings"
	"unicode/utf8"
)

// width is the widest line of a text part, where its words allow. Behind whatever a
// line begins with there is the least room.
const (
	width     = 72
	leastRoom = 20
)

// plainText renders the document as the text part, values filled in. No-break
// spaces hold a line together and are plain ones in the end: people copy from
// here, and programs read it.
func plainText(d document, values []value, marker string) string {
	w := textWriter{values: values}
	w.b.Grow(2 << 10)
	if marker != "" {
		w.line(marker)
		w.line("")
	}
	for i, s := range d.sections {
		if i > 0 {
			w.line(strings.Repeat("-", width))
			w.line("")
		}
		for _, b := range s {
			if b.role == roleFigure { // its numbers stand in the text beside it
				continue
			}
			w.block(b)
			w.line("")
		}
	}
	return strings.ReplaceAll(strings.TrimRight(w.b.String(), "\n"), noBreak, " ") + "\n"
}

type textWriter struct {
	b      strings.Builder
	values []value
}

func (w *textWriter) line(s string) {
	w.b.WriteString(strings.TrimRight(s, " "))
	w.b.WriteByte('\n')
}

func (w *textWriter) block(b block) {
	switch b.role {
	case roleButtons:
		w.buttons(b.rows)
	case roleFields:
		w.fields(b.rows)
	case roleQuote:
		for i, r := range b.rows {
			if i > 0 {
				w.line(">")
			}
			w.quote(w.fill(r.runs))
		}
	case roleList:
		for _, r := range b.rows {
			mark := cmp.Or(r.mark, "-") + " "
			w.wrap(w.fill(r.runs), mark, strings.Repeat(" ", len(mark)))
		}
	case roleTable:
		w.table(b.rows)
	case rolePanel:
		w.panel(b.blocks)
	case roleTiles:
		w.tiles(b.rows)
	case roleEntries:
		w.entries(b.rows)
	case roleHead:
		w.wrap(strings.ToUpper(w.fill(b.runs)), "", "")
	default:
		upper, lower := levels(b.runs)
		w.wrap(w.fill(upper), "", "")
		if len(lower) > 0 {
			w.wrap(w.fill(lower), "  ", "  ")
		}
	}
}

// Buttons become the words that a reply would have.
func (w *textWriter) buttons(rows []row) {
	for _, r := range rows {
		label, how := w.fill(r.runs), "write it in a reply"
		if p := r.href[0]; p.kind == slotLink && !isReply(w.values[p.slot].text) {
			how = elsewhere(w.values[p.slot])
		} else if p.kind == 0 {
			how = p.literal
		} else if command := strings.TrimSpace(w.values[p.slot].command); command != "" {
			how = "reply with " + command
		}
		w.wrap("["+label+"] "+how, "", "  ")
	}
}

func (w *textWriter) fields(rows []row) {
	terms, widest := make([]string, len(rows)), 0
	for i, r := range rows {
		terms[i] = w.fill(r.term)
		widest = max(widest, utf8.RuneCountInString(terms[i]))
	}
	widest = min(widest, 20)
	for i, r := range rows {
		pad := strings.Repeat(" ", max(0, widest-utf8.RuneCountInString(terms[i])))
		first, rest := terms[i]+pad+"  ", strings.Repeat(" ", widest+2)
		for _, l := range linesOf(r.runs) {
			w.wrap(w.fill(l), first, rest)
			first = rest
		}
	}
}

// linesOf splits runs where the template breaks a line.
func linesOf(runs []run) [][]run {
	lines := [][]run{nil}
	for _, r := range runs {
		if r.br {
			lines = append(lines, nil)
			continue
		}
		lines[len(lines)-1] = append(lines[len(lines)-1], r)
	}
	return lines
}

// table sets its columns as wide as their widest cell.
func (w *textWriter) table(rows []row) {
	var lines [][]string
	for _, r := range rows {
		lines = append(lines, w.tableLines(r)...)
	}
	widths := columns(lines)
	for _, l := range lines {
		w.tableLine(l, widths, rows[0].cells)
	}
}

func (w *textWriter) fill(runs []run) string {
	var b strings.Builder
	for _, r := range runs {
		if r.br {
			b.WriteByte('\n')
		}
		fillText(&b, r.pieces, w.values)
	}
	return b.String()
}

func fillText(b *strings.Builder, ps []piece, values []value) {
	for _, p := range ps {
		switch p.kind {
		case 0:
			b.WriteString(p.literal)
		case slotBar:
			b.WriteString(barText(values[p.slot]))
		default:
			b.WriteString(values[p.slot].text)
		}
	}
}

// wrap writes the words of s in lines of at most width runes, the first behind
// first, which is no wider than rest, and the others behind rest. A longer word is
// broken.
func (w *textWriter) wrap(s, first, rest string) {
	w.b.WriteString(first)
	column, start := utf8.RuneCountInString(first), true
	room := max(width-utf8.RuneCountInString(rest), leastRoom)
	put := func(word string, n int) {
		switch {
		case start:
		case column+1+n > width:
			w.b.WriteByte('\n')
			w.b.WriteString(rest)
			column = utf8.RuneCountInString(rest)
		default:
			w.b.WriteByte(' ')
			column++
		}
		w.b.WriteString(word)
		column, start = column+n, false
	}
	for word := range words(s) {
		n := utf8.RuneCountInString(word)
		if n <= room {
			put(word, n)
			continue
		}
		for _, part := range broken(word, room) {
			put(part, utf8.RuneCountInString(part))
		}
	}
	w.b.WriteByte('\n')
}

// words splits at spaces and line ends; a no-break space holds words together.
// A command stays with the word before it: it must not begin a line, where
// another desk, or this one, could take it for an order.
func words(s string) iter.Seq[string] {
	return func(yield func(string) bool) {
		held := ""
		for word := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == ' ' || r == '\n' || r == '\t' }) {
			if held != "" && strings.ContainsRune("/#!", rune(word[0])) {
				held += " " + word
				continue
			}
			if held != "" && !yield(held) {
				return
			}
			held = word
		}
		if held != "" {
			yield(held)
		}
	}
}

// elsewhere tells how to write a mail that is no reply.
func elsewhere(link value) string {
	how := "by mail with the key in the subject"
	if words := strings.TrimSpace(link.command); words != "" {
		how += ": " + words
	}
	return how
}
