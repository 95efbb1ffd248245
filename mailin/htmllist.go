package mailin

import (
	"strconv"
	"strings"
)

// list is an open list.
type list struct {
	kind string // of the numbers: 1, a, A, i, I; "" for bullets
	next int
	step int
	bare bool // it shows no bullets
}

func (w *htmlWalker) openList(e *element, a attrs, st style) {
	w.endLine()
	w.block(len(w.lists) == 0)
	e.list = true
	l := list{bare: st.plainList, step: 1}
	if e.tag.String() == "ol" {
		l.kind, l.next = listKind(a.numbers), number(a.start, 1)
		if a.reversed && a.start != "" {
			l.step = -1
		} else if a.reversed {
			l.kind = "" // the first number is known at the end only
		}
	}
	w.lists = append(w.lists, l)
}

func listKind(kind string) string {
	switch kind {
	case "a", "A", "i", "I":
		return kind
	}
	return "1"
}

func number(s string, fallback int) int {
	if n, err := strconv.Atoi(strings.TrimSpace(s)); err == nil && n > -1e6 && n < 1e6 {
		return n
	}
	return fallback
}

func (w *htmlWalker) item(a attrs, st style) {
	w.endLine()
	n := len(w.lists)
	bullet := "- "
	if n > 0 {
		bullet = w.lists[n-1].mark(a)
	}
	if st.plainList {
		bullet = ""
	}
	if bullet == "" {
		return
	}
	w.bullet(strings.Repeat("  ", min(max(n-1, 0), 10)) + bullet)
}

// mark is what stands before the next item.
func (l *list) mark(a attrs) string {
	if l.bare {
		return ""
	}
	if l.kind == "" {
		return "- "
	}
	n := number(a.value, l.next)
	l.next = n + l.step
	return ordinal(n, l.kind) + ". "
}

// ordinal writes the number of an item.
func ordinal(n int, kind string) string {
	switch {
	case kind == "1" || n <= 0 || n >= 4000:
		return strconv.Itoa(n)
	case kind == "a":
		return strings.ToLower(letters(n))
	case kind == "A":
		return letters(n)
	case kind == "i":
		return strings.ToLower(roman(n))
	}
	return roman(n)
}

// letters counts A to Z, AA, AB and so on.
func letters(n int) string {
	s := ""
	for ; n > 0; n = (n - 1) / 26 {
		s = string(rune('A'+(n-1)%26)) + s
	}
	return s
}

func roman(n int) string {
	values := [...]int{1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1}
	signs := [...]string{"M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"}
	var b strings.Builder
	for i, v := range values {
		for ; n >= v; n -= v {
			b.WriteString(signs[i])
		}
	}
	return b.String()
}
