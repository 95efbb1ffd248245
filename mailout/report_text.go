package mailout

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// panel stands between lines of its own.
func (w *textWriter) panel(blocks []block) {
	for i, b := range blocks {
		if i > 0 && b.role != roleButtons {
			w.line("")
		}
		w.block(b)
	}
}

// tiles are lines: the figure, what it is, what it was.
func (w *textWriter) tiles(rows []row) {
	widest := 0
	for _, r := range rows {
		widest = max(widest, utf8.RuneCountInString(w.fill(r.term)))
	}
	for _, r := range rows {
		figure := w.fill(r.term)
		words := []string{w.fill(r.runs)}
		for _, n := range r.notes {
			words = append(words, w.fill(n))
		}
		pad := strings.Repeat(" ", widest-utf8.RuneCountInString(figure))
		w.wrap(strings.Join(words, " · "), pad+figure+"  ", strings.Repeat(" ", widest+2))
	}
}

// entries have the figure behind the words, and the notes below.
func (w *textWriter) entries(rows []row) {
	for _, r := range rows {
		w.wrap(w.fill(r.term)+" · "+w.fill(r.runs), "- ", "  ")
		for _, n := range r.notes {
			w.wrap(w.fill(n), "  ", "  ")
		}
	}
}

// tableLines are the cells of a line of a table: what stands below others goes
// on a second line.
func (w *textWriter) tableLines(r row) [][]string {
	var above, below []string
	second := false
	for _, c := range r.cells {
		upper, lower := levels(c.runs)
		above, below = append(above, w.fill(upper)), append(below, strings.TrimSpace(w.fill(lower)))
		second = second || len(lower) > 0
		if !isBar(upper) {
			above[len(above)-1] = strings.TrimSpace(above[len(above)-1])
		}
	}
	if !second {
		return [][]string{above}
	}
	return [][]string{above, below}
}

// levels parts the small words below from the others.
func levels(runs []run) (upper, lower []run) {
	for _, r := range runs {
		if r.below {
			lower = append(lower, r)
		} else {
			upper = append(upper, r)
		}
	}
	return upper, lower
}

// columns are as wide as their widest cell; the first one leaves room for the
// others.
func columns(lines [][]string) []int {
	var widths []int
	for _, l := range lines {
		for j, c := range l {
			if j == len(widths) {
				widths = append(widths, 0)
			}
			widths[j] = max(widths[j], utf8.RuneCountInString(c))
		}
	}
	others := 0
	for _, n := range widths[1:] {
		others += n + 2
	}
	widths[0] = min(widths[0], max(width-others, 12))
	return widths
}

// tableLine writes a line. A first cell that is too wide for its column has a
// line before it.
func (w *textWriter) tableLine(cells []string, widths []int, head []cell) {
	var out []string
	for j, c := range cells {
		n := utf8.RuneCountInString(c)
		if j == 0 && n > widths[0] {
			w.wrap(c, "", "")
			c, n = "", 0
		}
		pad := strings.Repeat(" ", widths[j]-n)
		if head[j].right {
			out = append(out, pad+c)
		} else {
			out = append(out, c+pad)
		}
	}
	w.line(strings.Join(out, "  "))
}

// barText is a bar of at most ten blocks.
func barText(v value) string {
	share, _ := strconv.Atoi(v.text)
	n := (min(max(share, 0), 100) + 9) / 10
	return strings.Repeat("█", n) + strings.Repeat(" ", 10-n)
}

// broken breaks a word into parts of at most room runes. Addresses stay whole, so
// that they can be followed and copied.
func broken(word string, room int) []string {
	var parts []string
	left := []rune(word)
	if strings.Contains(word, "@") || strings.Contains(word, "://") {
		return []string{word}
	}
	for len(left) > room {
		at := room
		for at > 0 && !mayBreak(left[at-1], left[at:]) {
			at--
		}
		if at == 0 {
			break
		}
		parts, left = append(parts, string(left[:at])), left[at:]
	}
	return append(parts, string(left))
}

// mayBreak reports whether the rest may begin a line: it goes on with no letter of
// the line before, and a desk could not take it for an order.
func mayBreak(last rune, rest []rune) bool {
	if unicode.Is(unicode.M, rest[0]) || joins(rest[0]) || joins(last) {
		return false
	}
	begin := strings.TrimLeft(string(rest[:min(len(rest), 4)]), " "+noBreak)
	return begin != "" && !strings.ContainsRune("/#!", rune(begin[0]))
}

// joins reports whether a rune binds the letters around it: a joiner, or the virama
// of an Indic script, which stands at the same place of the block of each.
func joins(r rune) bool {
	return r == '\u200c' || r == '\u200d' || r >= 0x900 && r <= 0xd7f && r&0x7f == 0x4d
}

// isReply reports whether the link of a button opens a reply.
func isReply(url string) bool { return strings.Contains(url, "?subject=Re%3A") }
