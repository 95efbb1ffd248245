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
)

// line is one line of body text without its end.
type line struct {
	text string
	mark mark
}

// texts fills Text and Reply from the chosen bodies.
func (p *parser) texts(c chosen) {
	var lines []line
	room := p.limits.Text
	for i, n := range c.bodies {
		body := trimLines(p.lines(n))
		if len(body) == 0 {
			continue
		}
		if i > 0 && len(lines) > 0 {
			lines = append(lines, line{})
			room--
		}
		for _, l := range body {
			if len(l.text) > room {
				p.noteTextCut()
				l.text = strings.ToValidUTF8(l.text[:max(room, 0)], "")
			}
			if room -= len(l.text) + 1; room < -1 {
				break
			}
			lines = append(lines, l)
		}
	}
	p.m.Text = joinLines(lines)
	p.m.Reply, p.m.OwnLines = newText(lines, forwardSubject(p.m.Subject))
}

func (p *parser) noteTextCut() {
	p.problems.note(problemTextCut, "the text is longer than %d bytes; the rest was not read", p.limits.Text)
}

// lines turns a body part into lines.
func (p *parser) lines(n *part) []line {
	if !n.whole {
		p.noteTextCut()
	}
	label := n.head.param("charset")
	if label == "" && n.head.word == "text/html" {
		label = htmlLabel(n.text)
	}
	text, problem := decodeCharset(label, cutPartial(n))
	switch problem {
	case problemCharset:
		p.problems.note(problem, "the charset %q is unknown", cleanLine(label))
	case problemBadText:
		p.problems.note(problem, "some bytes of the text do not fit its charset %q", cleanLine(label))
	}
	if n.head.word == "text/html" {
		return htmlLines(text, p.limits.Text)
	}
	text = cleanText(text)
	if strings.EqualFold(n.head.param("format"), "flowed") {
		return unflow(text, strings.EqualFold(n.head.param("delsp"), "yes"))
	}
	return splitLines(text)
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
	if l == "-- " {
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
	size := 0
	for _, l := range lines {
		size += len(l.text) + 1
	}
	var b strings.Builder
	b.Grow(size)
	for i, l := range lines {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(l.text)
	}
	return b.String()
}
