package mailin

import (
	"strconv"
	"strings"
)

// colour is how letters or the paper behind them look: 0xRRGGBB with solid, or
// one of the others.
type colour uint32

const (
	noColour    colour = 0 // not declared
	someColour  colour = 1 << 24
	transparent colour = 2 << 24
	solid       colour = 4 << 24
	black              = solid
	white              = solid | 0xffffff
)

// colourOf reads a CSS colour in lower case. Names but a few are some colour.
func colourOf(v string) colour {
	switch v = strings.TrimSpace(v); v {
	case "", "inherit", "currentcolor", "initial", "unset", "none":
		return noColour
	case "transparent":
		return transparent
	case "white":
		return white
	case "black":
		return black
	}
	if hex, ok := strings.CutPrefix(v, "#"); ok {
		return hexColour(hex)
	}
	if name, list, ok := strings.Cut(v, "("); ok && (name == "rgb" || name == "rgba") {
		return listedColour(list)
	}
	if strings.HasSuffix(v, ")") && (strings.HasSuffix(v, ",0)") || strings.HasSuffix(v, ", 0)")) && strings.HasPrefix(v, "hsla") {
		return transparent
	}
	return someColour
}

// hexColour reads the digits of #rgb, #rgba, #rrggbb and #rrggbbaa.
func hexColour(s string) colour {
	if len(s) == 3 || len(s) == 4 {
		s = doubled(s)
	}
	n, err := strconv.ParseUint(s, 16, 32)
	switch {
	case err != nil || len(s) != 6 && len(s) != 8:
		return someColour
	case len(s) == 6:
		return solid | colour(n)
	case n&0xff == 0:
		return transparent
	}
	return solid | colour(n>>8)
}

func doubled(s string) string {
	var b strings.Builder
	for i := range len(s) {
		b.WriteByte(s[i])
		b.WriteByte(s[i])
	}
	return b.String()
}

// listedColour reads what stands behind "rgb(": three numbers, and perhaps how
// much of the colour covers what is below it.
func listedColour(s string) colour {
	s = strings.NewReplacer(",", " ", "/", " ", ")", " ").Replace(s)
	c, parts := solid, strings.Fields(s)
	if len(parts) < 3 {
		return someColour
	}
	for _, p := range parts[:3] {
		n, err := strconv.ParseUint(p, 10, 8)
		if err != nil {
			return someColour
		}
		c = c&solid | c<<8&0xffffff | colour(n)
	}
	if len(parts) > 3 && noLength(parts[3]) {
		return transparent
	}
	return c
}

// paperOf reads a background. A picture may be of any colour.
func paperOf(v string, before colour) colour {
	if strings.Contains(v, "(") && !strings.HasPrefix(v, "rgb") {
		return someColour
	}
	word, _, _ := strings.Cut(v, " ")
	if strings.HasPrefix(v, "rgb") {
		word = v[:strings.IndexByte(v, ')')+1]
	}
	switch c := colourOf(word); {
	case c == noColour || c == transparent:
		return before
	default:
		return c
	}
}

// invisibleOn reports letters that nobody sees on such paper.
func (ink colour) invisibleOn(paper colour) bool {
	if ink == transparent {
		return true
	}
	return ink&paper&solid != 0 && near(ink, paper) && near(ink>>8, paper>>8) && near(ink>>16, paper>>16)
}

// near compares the lowest eight bits.
func near(a, b colour) bool {
	d := int(a&0xff) - int(b&0xff)
	return d >= -8 && d <= 8
}
