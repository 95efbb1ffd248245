package mailin

import "strings"

// Programs tell one text in two forms. What the forms say is compared by words:
// line ends, blanks and markup differ in every program.

// unsaid is what of a body was not said before it. Some programs put both forms
// side by side into a mixed multipart: of an HTML body that says again what the
// plain bodies before it said, only the lines remain that those do not have. They
// command nothing: what adds them is a program.
func unsaid(before []*part, n *part, said []line, b body) body {
	if len(before) == 0 || n.head.word != "text/html" || !plain(before) {
		return b
	}
	left := countWords(said)
	words, common, others := left.size(), 0, 0
	var news []line
	for _, l := range b.lines {
		known, all := left.take(l.text)
		common, others = common+known, others+all
		if l.mark == markNone && all > 0 && known*2 < all && telltale(l.text) {
			news = append(news, l)
		}
	}
	if common*10 < words*8 || common*10 < others*6 {
		return b
	}
	more := body{lines: news}
	more.setStray()
	return more
}

// telltale reports a line with more in it than signs and addresses of pages.
func telltale(s string) bool {
	words := 0
	for w := range strings.FieldsSeq(s) {
		if strings.IndexFunc(w, telling) >= 0 && !strings.Contains(w, "://") && w[0] != '[' {
			words++
		}
	}
	return words > 1
}

// wordCount is how often each word stands in a text.
type wordCount map[string]int

func countWords(lines []line) wordCount {
	count := wordCount{}
	for _, l := range lines {
		for w := range strings.FieldsSeq(l.text) {
			count[w]++
		}
	}
	return count
}

func (c wordCount) size() int {
	n := 0
	for _, k := range c {
		n += k
	}
	return n
}

// take takes the words of a text out of the count: known is how many there were,
// all how many words the text has.
func (c wordCount) take(text string) (known, all int) {
	for w := range strings.FieldsSeq(text) {
		all++
		if c[w] > 0 {
			c[w]--
			known++
		}
	}
	return known, all
}

// doubtCommands marks the lines of a plain form that look like a command and that
// the HTML form, which most people see, does not have at all. The HTML is read
// only when there is such a line.
func (p *parser) doubtCommands(c chosen, lines []line) {
	shown := htmlForms(c)
	if len(shown) == 0 || !plain(c.bodies) {
		return
	}
	form := ""
	for i := range lines {
		verb, value := commandStart(lines[i].text)
		if verb == "" || lines[i].mark != markNone {
			continue
		}
		if form == "" {
			if form = p.wordsOf(shown); form == "" {
				return
			}
		}
		lines[i].stray = lines[i].stray || !strings.Contains(form, verb) || !strings.Contains(form, value)
	}
}

func htmlForms(c chosen) []*part {
	var out []*part
	for _, n := range c.others {
		if n.head.word == "text/html" {
			out = append(out, n)
		}
	}
	return out
}

// commandStart gives the words that make a line a command of the desk: a sign
// with a verb, or a key and the first word behind it. Verb is "" for other lines.
func commandStart(s string) (verb, value string) {
	s = strings.TrimLeft(s, " \t*_\u00a0")
	switch {
	case len(s) < 2:
	case s[0] == '/' || s[0] == '#' || s[0] == '!':
		verb, _, _ = strings.Cut(s, " ")
	case deskKeys.start(s):
		verb, value, _ = strings.Cut(s, ":")
		value, _, _ = strings.Cut(strings.TrimLeft(value, " \t*_"), " ")
	}
	return strings.TrimRight(verb, "*_ \t"), strings.Trim(value, "*_\t")
}

// wordsOf is the text of HTML parts with one blank between the words.
func (p *parser) wordsOf(parts []*part) string {
	var b strings.Builder
	for _, n := range parts {
		lines, _ := readHTML(p.decodedText(n), p.limits.Text)
		for _, l := range lines {
			for w := range strings.FieldsSeq(l.text) {
				b.WriteString(w)
				b.WriteByte(' ')
			}
		}
	}
	return b.String()
}
