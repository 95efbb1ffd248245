package mailin

import (
	"strings"
)

// enrichedText makes plain text of text/enriched (RFC 1896) and of its forerunner
// text/richtext (RFC 1341 §7.1.3): the commands go, but for those that stand for
// a character or a line end. In enriched text one line end is a blank, and n of
// them are n-1.
func enrichedText(src string, rich bool) string {
	e := enriched{rich: rich}
	for src != "" {
		i := strings.IndexAny(src, "<\n")
		if i < 0 {
			i = len(src)
		}
		e.write(src[:i])
		if src = src[i:]; src != "" {
			src = src[e.mark(src):]
		}
	}
	return e.out.String()
}

type enriched struct {
	out    strings.Builder
	rich   bool
	silent int // inside of parameters or a comment
	nofill int
}

func (e *enriched) write(s string) {
	if e.silent == 0 {
		e.out.WriteString(s)
	}
}

// mark deals with what starts at s, a line end or a command, and answers its length.
func (e *enriched) mark(s string) int {
	switch {
	case s[0] == '\n':
		return e.lineEnds(s)
	case strings.HasPrefix(s, "<<") && !e.rich:
		e.write("<")
		return 2
	}
	n := strings.IndexByte(s[:min(len(s), maxCommand)], '>')
	if n < 0 {
		e.write("<")
		return 1
	}
	e.command(strings.ToLower(s[1:n]))
	return n + 1
}

// maxCommand is the length of the longest command; RFC 1896 allows 60 characters.
const maxCommand = 64

func (e *enriched) lineEnds(s string) int {
	n := len(s) - len(strings.TrimLeft(s, "\n"))
	switch {
	case e.nofill > 0:
		e.write(s[:n])
	case e.rich || n == 1:
		e.write(" ")
	default:
		e.write(s[:n-1])
	}
	return n
}

func (e *enriched) command(name string) {
	switch name {
	case "nl", "paragraph", "/paragraph":
		e.write("\n")
	case "lt":
		e.write("<")
	case "param", "comment":
		e.silent++
	case "/param", "/comment":
		e.silent = max(e.silent-1, 0)
	case "nofill":
		e.nofill++
	case "/nofill":
		e.nofill = max(e.nofill-1, 0)
	}
}
