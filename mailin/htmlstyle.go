package mailin

import (
	"strconv"
	"strings"
)

// style is what of a CSS declaration list changes the text that a reader sees.
type style struct {
	display, visibility string
	space               spacing // white-space
	size                shown   // font-size
	above, below        shown   // margins
	flat                bool    // no height and no overflow: nothing can be seen
	officeHidden        bool    // mso-hide:all: only Outlook hides it
	officeBullet        bool    // mso-list:Ignore: the bullet that Outlook wrote as text
	plainList           bool    // list-style:none
	noBorder            bool
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

// readStyle reads declarations in lower case (CSS 2.2 §4.1.8). What it does not
// know counts for nothing.
func readStyle(s string) style {
	var st style
	var closed, clipped bool
	for s != "" {
		var d string
		d, s, _ = strings.Cut(s, ";")
		name, value, ok := strings.Cut(d, ":")
		if !ok {
			continue
		}
		value = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(value), "!important"))
		switch name = strings.TrimSpace(name); name {
		case "max-height", "height":
			closed = closed || length(value) == nothing
		case "overflow", "overflow-y":
			clipped = clipped || value == "hidden"
		case "opacity":
			clipped = clipped || length(value) == nothing
		default:
			st.declare(name, value)
		}
	}
	st.flat = closed && (clipped || st.size == nothing)
	return st
}

func (st *style) declare(name, value string) {
	switch name {
	case "display":
		st.display = value
	case "visibility":
		st.visibility = value
	case "white-space":
		st.space = spacingOf(value)
	case "font-size":
		st.size = length(value)
	case "margin":
		st.margins(value)
	case "margin-top":
		st.above = length(value)
	case "margin-bottom":
		st.below = length(value)
	case "mso-hide":
		st.officeHidden = value == "all"
	case "mso-list":
		st.officeBullet = value == "ignore"
	case "list-style", "list-style-type":
		st.plainList = value == "none"
	case "border":
		st.noBorder = length(value) == nothing || strings.HasPrefix(value, "none")
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
	end := 0
	for end < len(v) && (v[end] >= '0' && v[end] <= '9' || v[end] == '.' || v[end] == '-') {
		end++
	}
	n, err := strconv.ParseFloat(v[:end], 64)
	switch {
	case err != nil:
		return something
	case n <= 0.05, n <= 1 && (v[end:] == "px" || v[end:] == "pt"):
		return nothing
	}
	return something
}

// hides reports whether nothing of the element is shown. Outlook alone hides with
// mso-hide; links that carry it are the buttons of all other programs.
func (st style) hides(link bool) bool {
	return st.display == "none" || st.visibility == "hidden" || st.flat || st.officeHidden && !link
}

// sheet is what counts of the style elements of a document.
type sheet struct {
	hidden    map[string]bool // classes that are not displayed
	paragraph style           // of p, the first rule
	normal    style           // of Outlook's p.MsoNormal, the first rule
}

// maxHiddenClasses bounds a sheet.
const maxHiddenClasses = 200

// read takes the rules of a style sheet. Rules for some media only are left out:
// nobody knows how wide a reader's window is.
func (s *sheet) read(css string) {
	for css != "" {
		i := strings.IndexByte(css, '{')
		if i < 0 {
			return
		}
		selector, rest := ruleSelector(css[:i]), css[i+1:]
		if strings.HasPrefix(selector, "@media") || strings.HasPrefix(selector, "@supports") {
			css = skipBlock(rest)
			continue
		}
		var body string
		body, css, _ = strings.Cut(rest, "}")
		if !strings.HasPrefix(selector, "@") {
			s.rule(selector, body)
		}
	}
}

func ruleSelector(s string) string {
	if i := strings.LastIndex(s, "*/"); i >= 0 {
		s = s[i+2:]
	}
	return strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(s), "<!--"))
}

func skipBlock(css string) string {
	depth := 1
	for i := range len(css) {
		switch css[i] {
		case '{':
			depth++
		case '}':
			depth--
		}
		if depth == 0 {
			return css[i+1:]
		}
	}
	return ""
}

// rule takes simple selectors of a class: ".name" and "tag.name".
func (s *sheet) rule(selectors, body string) {
	if !strings.Contains(body, "margin") && !strings.Contains(body, "none") {
		return
	}
	st := readStyle(strings.ToLower(body))
	for selector := range strings.SplitSeq(selectors, ",") {
		switch tag, class, _ := strings.Cut(strings.TrimSpace(selector), "."); {
		case class == "" && (tag == "p" || tag == "P"):
			s.paragraph.takeMargins(st)
		case tag == "p" && class == "MsoNormal":
			s.normal.takeMargins(st)
		case class != "" && st.display == "none" && !strings.ContainsAny(class, " .:>[+~#*"):
			s.hide(class)
		}
	}
}

// takeMargins takes the margins over unless some are known.
func (st *style) takeMargins(other style) {
	if st.above == undeclared && st.below == undeclared {
		st.above, st.below = other.above, other.below
	}
}

func (s *sheet) hide(class string) {
	if len(s.hidden) >= maxHiddenClasses {
		return
	}
	if s.hidden == nil {
		s.hidden = map[string]bool{}
	}
	s.hidden[class] = true
}

// hides reports whether a class is not displayed.
func (s *sheet) hides(classes string) bool {
	return len(s.hidden) > 0 && classes != "" && hasClass(classes, s.hidden)
}
