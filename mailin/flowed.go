package mailin

import "strings"

// unflow joins the lines of format=flowed (RFC 3676 §4): a line that ends with a
// blank goes on in the next one of the same quote depth. With delsp that blank is
// no part of the text.
func unflow(text string, delsp bool) []line {
	var f flow
	for text != "" {
		var l string
		l, text, _ = strings.Cut(text, "\n")
		f.add(l, delsp)
	}
	f.end()
	return f.out
}

// flow gathers one paragraph at a time.
type flow struct {
	out   []line
	text  strings.Builder
	open  bool // the paragraph goes on
	begun bool
	depth int
}

func (f *flow) add(l string, delsp bool) {
	depth := len(l) - len(strings.TrimLeft(l, ">"))
	body := strings.TrimPrefix(l[depth:], " ") // space-stuffing, §4.4
	if strings.Trim(body, " ") == "" {
		body = "" // a line of blanks parts paragraphs, whatever they were meant for
	}
	signature := body == "-- "
	if !f.open || depth != f.depth || signature || body == "" {
		f.end()
		f.start(depth, body)
	}
	flowed := strings.HasSuffix(body, " ") && !signature && !commandLike(body)
	if flowed && delsp {
		body = body[:len(body)-1]
	}
	f.text.WriteString(body)
	f.open = flowed
}

// commandLike reports a short line that looks like a command of the desk. It ends
// with a blank because somebody typed one; wrapped lines are longer.
func commandLike(s string) bool {
	return len(s) > 1 && len(s) < 40 && strings.IndexByte("/#!", s[0]) >= 0 && s[1] != ' '
}

func (f *flow) start(depth int, body string) {
	f.begun, f.depth = true, depth
	f.text.WriteString(strings.Repeat(">", depth))
	if depth > 0 && body != "" {
		f.text.WriteByte(' ')
	}
}

func (f *flow) end() {
	if f.begun {
		f.out = append(f.out, line{text: trimEnd(f.text.String())})
	}
	f.text.Reset()
	f.begun, f.open = false, false
}
