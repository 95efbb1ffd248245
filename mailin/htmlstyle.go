package mailin

import (
	"strconv"
	"strings"
)

// style is what of a CSS declaration list changes the text that a reader sees.
type style struct {
	display      string
	tricks       tricks  // how the element is hidden
	space        spacing // white-space
	size         shown   // font-size
	leading      shown   // line-height
	ink, paper   colour  // color and background, 0: undeclared
	above, below shown   // margins
	officeBullet bool    // mso-list:Ignore: the bullet that Outlook wrote as text
	plainList    bool    // list-style:none
	noBorder     bool
}

// shown tells whether a length was declared and whether it can be seen.
type shown uint8

const (
	undeclared shown = iota
	nothing
	something
)

// spacing is how white space in the source counts.
type spacing uint8

const (
	inherited spacing = iota
	collapsed
	preserved
	linesOnly // blanks collapse, line ends stay
)

// readStyle reads declarations in lower case (CSS 2.2 §4.1.8). Of two of one
// name the later counts, but an important one above all. What it does not know
// counts for nothing.
func readStyle(s string) style {
	var st style
	s = plainCSS(s)
	st.read(s, false)
	if strings.Contains(s, "!") {
		st.read(s, true)
	}
	return st
}

func (st *style) read(s string, important bool) {
	for s != "" {
		var d string
		d, s, _ = strings.Cut(s, ";")
		name, value, ok := strings.Cut(d, ":")
		if !ok {
			continue
		}
		value, word, _ := strings.Cut(value, "!")
		if important == (strings.TrimSpace(word) == "important") {
			st.declare(strings.TrimSpace(name), strings.TrimSpace(value))
		}
	}
}

func (st *style) declare(name, value string) {
	if h, ok := hiding[name]; ok {
		st.tricks &^= h.by
		if h.hides(value) {
			st.tricks |= h.by
		}
	}
	switch name {
	case "display":
		st.display = value
	case "white-space":
		st.space = spacingOf(value)
	case "font-size":
		st.size = letterSize(value)
	case "line-height":
		st.leading = letterSize(value)
	case "font":
		st.font(value)
	case "color", "-webkit-text-fill-color":
		st.ink = colourOf(value)
	case "background", "background-color", "background-image":
		st.paper = paperOf(value, st.paper)
	case "margin":
		st.margins(value)
	case "margin-top":
		st.above = length(value)
	case "margin-bottom":
		st.below = length(value)
	case "mso-list":
		st.officeBullet = value == "ignore"
	case "list-style", "list-style-type":
		st.plainList = value == "none"
	case "border":
		st.noBorder = length(value) == nothing || strings.HasPrefix(value, "none")
	}
}

// font reads the sizes of the short form: size or size/height before the family
// (CSS 2.2 §15.8).
func (st *style) font(value string) {
	for word := range strings.FieldsSeq(value) {
		if c := word[0]; c != '.' && (c < '0' || c > '9') || len(word) == 3 && strings.HasSuffix(word, "00") {
			continue // a word or a weight
		}
		size, height, ok := strings.Cut(word, "/")
		st.size = letterSize(size)
		if ok {
			st.leading = letterSize(height)
		}
		return
	}
}

// margins reads the short form: top, right, bottom, left (CSS 2.2 §8.3).
func (st *style) margins(value string) {
	v := strings.Fields(value)
	switch {
	case len(v) == 0:
	case len(v) < 3:
		st.above, st.below = length(v[0]), length(v[0])
	default:
		st.above, st.below = length(v[0]), length(v[2])
	}
}

func spacingOf(value string) spacing {
	switch value {
	case "pre", "pre-wrap", "break-spaces", "-moz-pre-wrap":
		return preserved
	case "pre-line":
		return linesOnly
	case "normal", "nowrap":
		return collapsed
	}
	return inherited
}

// length tells a size that can be seen from one that cannot: up to a pixel is
// what programs write to hide text.
func length(v string) shown {
	n, unit, ok := measure(v)
	switch {
	case !ok:
		return something
	case n <= 0.05, n <= 1 && (unit == "px" || unit == "pt"):
		return nothing
	}
	return something
}

// letterSize is length for letters, whose size may also be a part of that around.
func letterSize(v string) shown {
	if n, unit, ok := measure(v); ok && (n <= 0.2 && (unit == "em" || unit == "rem") || n <= 20 && unit == "%") {
		return nothing
	}
	return length(v)
}

// measure splits a length into number and unit.
func measure(v string) (n float64, unit string, ok bool) {
	end := 0
	for end < len(v) && (v[end] >= '0' && v[end] <= '9' || v[end] == '.' || v[end] == '-') {
		end++
	}
	n, err := strconv.ParseFloat(v[:end], 64)
	return n, v[end:], err == nil
}

// takeMargins takes the margins over unless some are known.
func (st *style) takeMargins(other style) {
	if st.above == undeclared && st.below == undeclared {
		st.above, st.below = other.above, other.below
	}
}
