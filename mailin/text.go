package mailin

import (
	"strings"
	"unicode/utf8"
)

// mark is what the form of a body already says about a line.
type mark uint8

const (
	markNone      mark = iota
	markQuote          // inside a quotation of an earlier mail
	markOriginal       // here an earlier mail starts and goes on to the end
	markSignature      // inside a signature or a footer of a program
	markIndent         // inside a quotation that may be of anything
)

// line is one line of body text without its end.
type line struct {
	text string
	mark mark
}

// texts fills Text and Reply from the chosen bodies. A mail whose bodies are all
// blank shows another form of its text, if one has words. Invitations and what
// cannot be read are told below.
func (p *parser) texts(c chosen) {
	b := bodyText{p: p, room: p.limits.Text}
	for i, n := range c.bodies {
		if lines := p.body(n); !repeats(c.bodies[:i], n, b.lines, lines) {
			b.add(lines)
		}
	}
	for i := 0; len(b.lines) == 0 && i < len(c.others); i++ {
		if commonText(c.others[i].head.word) {
			b.add(p.body(c.others[i]))
		}
	}
	p.m.Text = joinLines(b.lines)
	if l := p.calendarLine(c.root); l != "" {
		b.add([]line{{text: l}})
		p.m.Text = joinLines(b.lines)
	}
	p.noteEncrypted(c.root)
	p.m.Reply, p.m.OwnLines = newText(p.m.Text, b.lines, p.threadOf())
}

// bodyText joins bodies within the limit of text.
type bodyText struct {
	p     *parser
	lines []line
	room  int
}

// add takes a body over, a blank line above it.
func (b *bodyText) add(body []line) {
	if len(b.lines) == 0 && textSize(body) <= b.room {
		b.lines, b.room = body, b.room-textSize(body)
		return
	}
	if len(b.lines) > 0 && len(body) > 0 {
		body = append([]line{{}}, body...)
	}
	for _, l := range body {
		if len(l.text) >= b.room {
			b.p.noteTextCut()
			l.text = strings.ToValidUTF8(l.text[:max(b.room-1, 0)], "")
		}
		if b.room <= 0 {
			return
		}
		b.room -= len(l.text) + 1
		b.lines = append(b.lines, l)
	}
}

func textSize(lines []line) int {
	size := 0
	for _, l := range lines {
		size += len(l.text) + 1
	}
	return size
}

func (p *parser) noteTextCut() {
	p.problems.note(problemTextCut, "the text is longer than %d bytes; the rest was not read", p.limits.Text)
}

// repeats reports an HTML body that says again what the plain bodies before it
// said: some programs put both forms side by side into a mixed multipart.
func repeats(before []*part, n *part, said, lines []line) bool {
	if len(before) == 0 || n.head.word != "text/html" || !plain(before) {
		return false
	}
	return sameWords(said, lines)
}

// sameWords reports whether nearly all words of the two texts are the same.
func sameWords(a, b []line) bool {
	count := map[string]int{}
	words, common := 0, 0
	for _, l := range a {
		for w := range strings.FieldsSeq(l.text) {
			count[w]++
			words++
		}
	}
	others := 0
	for _, l := range b {
		for w := range strings.FieldsSeq(l.text) {
			others++
			if count[w] > 0 {
				count[w]--
				common++
			}
		}
	}
	return common*10 >= words*8 && common*10 >= others*6
}

// body turns a body part into lines, without blank ones at its ends.
func (p *parser) body(n *part) []line {
	if !n.whole {
		p.noteTextCut()
	}
	return trimLines(p.lines(n.head, p.decodedText(n)))
}

func (p *parser) decodedText(n *part) string {
	label := n.head.param("charset")
	if label == "" && n.head.word == "text/html" {
		label = htmlLabel(n.text)
	}
	return p.decodeText(label, cutPartial(n))
}

// lines reads a text as what it is, which is not always what the part says.
func (p *parser) lines(head partHead, text string) []line {
	switch {
	case head.word == "text/html" && strings.Contains(strings.TrimSpace(text), "\n") && !hasTags(text):
		p.problems.note(problemNotHTML, "a part that says it is HTML is plain text; read as that")
		return plainLines(unescapeHTML(text))
	case head.word == "text/html":
		return htmlLines(text, p.limits.Text)
	case looksHTML(text):
		p.problems.note(problemHTMLAsPlain, "a part that says it is plain text is HTML; read as that")
		return htmlLines(text, p.limits.Text)
	case head.word == "text/enriched" || head.word == "text/richtext":
		return plainLines(enrichedText(cleanText(text), head.word == "text/richtext"))
	case strings.EqualFold(head.param("format"), "flowed"):
		return armour(unflow(cleanText(text), strings.EqualFold(head.param("delsp"), "yes")))
	}
	return armour(plainLines(text))
}

// cutPartial drops the half character that cutting a long text can leave.
func cutPartial(n *part) []byte {
	b := n.text
	if n.whole {
		return b
	}
	for i := 1; i <= utf8.UTFMax && i <= len(b); i++ {
		if c := b[len(b)-i]; utf8.RuneStart(c) {
			if c >= utf8.RuneSelf && !utf8.FullRune(b[len(b)-i:]) {
				return b[:len(b)-i]
			}
			break
		}
	}
	return b
}

// plainLines splits plain text. The ends of lines go with the blanks before them,
// so that clean text is not copied.
func plainLines(text string) []line {
	if !cleanButForCR(text) {
		text = cleanText(text)
	}
	if strings.Contains(text, "&nbsp;") && !hasTags(text) { // left behind when a program made it of HTML
		text = strings.ReplaceAll(text, "&nbsp;", " ")
	}
	return splitLines(text)
}

// cleanButForCR reports text that cleanText would only take CR from, and that
// only before LF.
func cleanButForCR(s string) bool {
	for i := range len(s) {
		if c := s[i]; c >= ' ' && c < 0x7f || c == '\n' {
			continue
		} else if c == '\r' && i+1 < len(s) && s[i+1] == '\n' {
			continue
		} else if c < 0x80 && c != '\t' || c == 0xc2 || c == 0xef {
			return false
		}
	}
	return true
}

func splitLines(text string) []line {
	out := make([]line, 0, strings.Count(text, "\n")+1)
	for text != "" {
		var l string
		l, text, _ = strings.Cut(text, "\n")
		out = append(out, line{text: trimEnd(l)})
	}
	return out
}

// trimEnd drops blanks at the end of a line but for the signature mark.
func trimEnd(l string) string {
	l = strings.TrimSuffix(l, "\r")
	if l == "" || l[len(l)-1] > ' ' && l[len(l)-1] < utf8.RuneSelf || l == "-- " {
		return l
	}
	return strings.TrimRight(l, " \t\r\u00a0")
}

// trimLines drops blank lines at both ends.
func trimLines(lines []line) []line {
	for len(lines) > 0 && lines[0].text == "" {
		lines = lines[1:]
	}
	for len(lines) > 0 && lines[len(lines)-1].text == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}

func joinLines(lines []line) string {
	var b strings.Builder
	b.Grow(textSize(lines))
	for i, l := range lines {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(l.text)
	}
	return b.String()
}
