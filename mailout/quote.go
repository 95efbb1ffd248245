package mailout

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// longestLine is how long a quoted line may be in a text part before it is
// wrapped: with its mark it has up to 78 characters (RFC 5322 §2.1.1).
const longestLine = 76

// A paragraph whose longest line has this many runes was broken into lines by a
// mail program; other line ends are the writer's own.
const minBroken, maxBroken = 60, 100

// flowed joins the lines into which a mail program broke a paragraph, as RFC 3676
// means it: where the first word of the next line had no room. What may be a list,
// code, a log or a table keeps its lines, and so does what begins with a capital.
func flowed(s string) string {
	lines := strings.Split(s, "\n")
	var out []string
	widest := 0 // line of the paragraph
	for i, l := range lines {
		if i == 0 || strings.TrimSpace(lines[i-1]) == "" {
			widest = widestUntilBlank(lines[i:])
		}
		if i > 0 && widest >= minBroken && widest <= maxBroken && continues(lines[i-1], l, widest) {
			out[len(out)-1] = strings.TrimRight(out[len(out)-1], " ") + " " + l
			continue
		}
		out = append(out, l)
	}
	return strings.Join(out, "\n")
}

func widestUntilBlank(lines []string) int {
	widest := 0
	for _, l := range lines {
		l = strings.TrimRight(l, " ")
		if l == "" {
			break
		}
		widest = max(widest, utf8.RuneCountInString(l))
	}
	return widest
}

// continues reports whether a line goes on from the one before it, in a paragraph
// of the given width.
func continues(before, l string, width int) bool {
	before = strings.TrimRight(before, " ")
	word, _, _ := strings.Cut(l, " ")
	first, _ := utf8.DecodeRuneInString(l)
	full := utf8.RuneCountInString(before)+1+utf8.RuneCountInString(word) > width
	return full && unicode.IsLetter(first) && !unicode.IsUpper(first) && isProse(before) && isProse(l) && !strings.HasSuffix(before, ":")
}

// isProse reports whether a line has none of the signs of code, logs and tables.
func isProse(l string) bool {
	return !strings.HasPrefix(l, " ") && !strings.ContainsAny(l, "\t=/\\{}$|<>_#")
}

// quote keeps the lines of the text; one that is too long is wrapped.
func (w *textWriter) quote(s string) {
	for l := range strings.SplitSeq(strings.TrimSpace(flowed(strings.ReplaceAll(s, "\t", "    "))), "\n") {
		l = strings.TrimRight(l, " ")
		if utf8.RuneCountInString(l) <= longestLine {
			w.line("> " + l)
			continue
		}
		indent := l[:len(l)-len(strings.TrimLeft(l, " "))]
		w.wrap(l, "> "+indent, "> "+indent)
	}
}
