package mailin

import (
	"strconv"
	"strings"
)

// tricks are the ways in which a style hides an element.
type tricks uint32

const (
	noHeight tricks = 1 << iota // text flows over unless that is clipped
	noWidth
	clipped
	clippedX
	clippedY
	ofOffice // only Outlook hides it
	flattened
	narrowed
	undisplayed
	unseen
	seeThrough
	unpainted
	indented
	farLeft
	farUp
	farRight
	farDown
	pushedLeft
	pushedUp
	cut
	cutPath
	shrunk
	filtered
)

// hiding are the declarations that leave nothing of an element to see, all in one
// place. Letters and lines without height and letters in the colour of the paper
// hide too, but not what is inside them with a style of its own: see flowState.
var hiding = map[string]struct {
	by    tricks
	hides func(value string) bool
}{
	"height":             {noHeight, noLength},
	"width":              {noWidth, noLength},
	"overflow":           {clipped, oneOf("hidden", "clip")},
	"overflow-x":         {clippedX, oneOf("hidden", "clip")},
	"overflow-y":         {clippedY, oneOf("hidden", "clip")},
	"mso-hide":           {ofOffice, oneOf("all")},
	"max-height":         {flattened, noLength},
	"max-width":          {narrowed, noLength},
	"display":            {undisplayed, oneOf("none")},
	"visibility":         {unseen, oneOf("hidden", "collapse")},
	"opacity":            {seeThrough, noLength},
	"content-visibility": {unpainted, oneOf("hidden")},
	"text-indent":        {indented, farAway},
	"left":               {farLeft, farAway},
	"top":                {farUp, farAway},
	"right":              {farRight, farAway},
	"bottom":             {farDown, farAway},
	"margin-left":        {pushedLeft, farAway},
	"margin-top":         {pushedUp, farAway},
	"clip":               {cut, oneOf("rect(0,0,0,0)", "rect(0000)", "rect(1px,1px,1px,1px)", "rect(1px1px1px1px)", "rect(0px,0px,0px,0px)")},
	"clip-path":          {cutPath, oneOf("inset(50%)", "inset(100%)", "circle(0)", "circle(0px)", "circle(0%)")},
	"transform":          {shrunk, oneOf("scale(0)", "scale(0,0)", "scalex(0)", "scaley(0)")},
	"filter":             {filtered, oneOf("opacity(0)", "opacity(0%)")},
}

// hides reports whether nothing of the element is shown. Outlook alone hides with
// mso-hide; links that carry it are the buttons of all other programs.
func (st style) hides(link bool) bool {
	t := st.tricks
	const alone = ^(noHeight | noWidth | clipped | clippedX | clippedY | ofOffice)
	return t&alone != 0 || t&(noHeight|noWidth) != 0 && t&(clipped|clippedX|clippedY) != 0 || t&noHeight != 0 && st.size == nothing || t&ofOffice != 0 && !link
}

// oneOf compares without regard to blanks.
func oneOf(words ...string) func(string) bool {
	return func(value string) bool {
		if strings.Contains(value, " ") {
			value = strings.ReplaceAll(value, " ", "")
		}
		for _, w := range words {
			if value == w {
				return true
			}
		}
		return false
	}
}

func noLength(value string) bool { return length(value) == nothing }

// farAway reports a place that no window reaches.
func farAway(value string) bool {
	n, unit, ok := measure(value)
	return ok && (n <= -900 || n <= -50 && unit != "px" && unit != "pt" && unit != "")
}

// plainCSS takes comments and escapes out (CSS 2.2 §4.1.3, §4.1.9).
func plainCSS(s string) string {
	if strings.Contains(s, "/*") {
		s = uncommented(s)
	}
	if strings.Contains(s, `\`) {
		s = withoutEscapes(s)
	}
	return s
}

func uncommented(s string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(s, "/*")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		_, s, _ = strings.Cut(rest, "*/")
	}
}

// withoutEscapes reads `\` with up to six hexadecimal digits and a blank, or with
// any other character.
func withoutEscapes(s string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(s, `\`)
		b.WriteString(before)
		if !found {
			return b.String()
		}
		n := 0
		for n < len(rest) && n < 6 && strings.IndexByte("0123456789abcdefABCDEF", rest[n]) >= 0 {
			n++
		}
		if r, err := strconv.ParseUint(rest[:n], 16, 32); err == nil {
			b.WriteString(strings.ToLower(string(rune(r))))
			rest = strings.TrimPrefix(rest[n:], " ")
		}
		s = rest
	}
}
