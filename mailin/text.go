package mailin

import (
	"bytes"
	"slices"
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
	text  string
	mark  mark
	stray bool // of a text that may be another's: a footer, a file
}

// texts fills Text and Reply from the chosen bodies. A mail whose bodies are all
// blank shows another form of its text, if one has words. Invitations and what
// cannot be read are told below.
func (p *parser) texts(c chosen) {
	b := bodyText{p: p, room: p.limits.Text}
	for i, n := range c.bodies {
		if b.room <= 0 {
			p.noteTextCut()
			break
		}
		body := p.body(n)
		if n.head.stray || c.lax && n.head.attached() {
			body.setStray()
		}
		b.add(unsaid(c.bodies[:i], n, b.lines, body))
	}
	for i := 0; len(b.lines) == 0 && i < len(c.others); i++ {
		if commonText(c.others[i].head.word) {
			b.add(p.body(c.others[i]))
		}
	}
	p.m.Text = b.joined()
	if l := p.calendarLine(c.root); l != "" {
		b.add(body{lines: []line{{text: l}}})
		p.m.Text = b.joined()
	}
	p.noteEncrypted(c.root)
	p.doubtCommands(c, b.lines)
	p.m.Reply, p.m.OwnLines = newText(p.m.Text, b.lines, p.threadOf())
}

// bodyText joins bodies within the limit of text.
type bodyText struct {
	body
	p    *parser
	room int
}

// body is the lines of a text, without blank ones at its ends. Source is the text
// that they are pieces of, "" when they were made in another way.
type body struct {
	lines  []line
	source string
}

func (b body) setStray() {
	for i := range b.lines {
		b.lines[i].stray = true
	}
}

// add takes a body over, a blank line above it.
func (b *bodyText) add(more body) {
	if size := textSize(more.lines); len(b.lines) == 0 && size <= b.room {
		b.body, b.room = more, b.room-size
		return
	}
	b.source = ""
	if len(b.lines) > 0 && len(more.lines) > 0 {
		more.lines = append([]line{{}}, more.lines...)
	}
	b.lines = slices.Grow(b.lines, len(more.lines)+min(len(b.lines), b.room))
	for _, l := range more.lines {
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

// body turns a body part into lines.
func (p *parser) body(n *part) body {
	if !n.whole {
		p.noteTextCut()
	}
	if isClean(n) {
		text := trimmedLines(n.text)
		return body{trimLines(armour(splitLines(text))), text}
	}
	return body{lines: trimLines(p.lines(n.head, p.decodedText(n)))}
}

// isClean reports a plain part as it should be, which needs no more than to be
// cut into lines: UTF-8 with an honest label, and nothing to clean.
func isClean(n *part) bool {
	if n.head.word != "text/plain" || n.head.param("format") != "" || !n.whole || len(n.text) == 0 || n.text[0] == '<' || n.text[0] <= ' ' {
		return false
	}
	page, known := findPage(n.head.param("charset"))
	return known && (page == pageUTF8 || page == pageASCII) && cleanButForCR(n.text) && utf8.Valid(n.text) && !bytes.Contains(n.text, []byte("&nbsp;"))
}

// trimmedLines is a clean text with LF alone at the ends of its lines, so that
// the lines are pieces of it.
func trimmedLines(b []byte) string {
	var text strings.Builder
	text.Grow(len(b))
	for more := true; more; {
		var l []byte
		l, b, more = bytes.Cut(b, lineFeed)
		for len(l) > 0 && l[len(l)-1] <= ' ' && string(l) != "-- " {
			l = l[:len(l)-1]
		}
		text.Write(l)
		if more {
			text.WriteByte('\n')
		}
	}
	return text.String()
}

var lineFeed = []byte("\n")

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
		return p.htmlLines(text)
	case looksHTML(text):
		p.problems.note(problemHTMLAsPlain, "a part that says it is plain text is HTML; read as that")
		return p.htmlLines(text)
	case head.word == "text/enriched" || head.word == "text/richtext":
		return plainLines(enrichedText(cleanText(text), head.word == "text/richtext"))
	case strings.EqualFold(head.param("format"), "flowed"):
		return armour(unflow(cleanText(text), strings.EqualFold(head.param("delsp"), "yes")))
	}
	return armour(plainLines(text))
}

func (p *parser) htmlLines(text string) []line {
	lines, hidden := readHTML(text, p.limits.Text)
	if hidden {
		p.problems.note(problemHiddenText, "all text of the mail is hidden from a reader; it is shown, but commands in it do not count")
	}
	return lines
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
func cleanButForCR[T string | []byte](s T) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case harmless[c], c == '\r' && i+1 < len(s) && s[i+1] == '\n':
		default:
			return false
		}
	}
	return true
}

// harmless are the bytes that cleanText never takes.
var harmless = func() (set [256]bool) {
	for c := range set {
		set[c] = c >= ' ' && c != 0x7f && c != 0xc2 && c != 0xef
	}
	set['\t'], set['\n'] = true, true
	return set
}()

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

// joined is the text of the lines: a piece of the source where nothing but blank
// lines at its ends was taken from that.
func (b body) joined() string {
	if text := strings.Trim(b.source, "\n"); text != "" && len(text) == textSize(b.lines)-1 {
		return text
	}
	return joinLines(b.lines)
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
