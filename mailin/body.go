package mailin

import (
	"bytes"
	"strings"
)

// chosen is what of a mail is its text.
type chosen struct {
	bodies []*part // in order, joined they are the text
	others []*part // other forms of the same text, which nobody needs
}

// choose picks the body parts (RFC 2046 §5.1): of alternatives the plain one
// when it says something, else the HTML; of related parts the root; of all other
// multiparts every text part.
func choose(root *part) chosen {
	var c chosen
	if c.bodies = c.pick(root); len(c.bodies) > 0 {
		return c
	}
	for _, n := range leaves(root, nil) {
		if n.head.mayBeText() {
			c.bodies = []*part{n}
			break
		}
	}
	return c
}

func (c *chosen) pick(n *part) []*part {
	switch {
	case !n.head.multipart():
		if n.head.isText() {
			return []*part{n}
		}
		return nil
	case n.head.word == "multipart/alternative":
		return c.pickAlternative(n.kids)
	case n.head.word == "multipart/related":
		return c.pickRelated(n)
	}
	var out []*part
	for _, kid := range n.kids {
		out = append(out, c.pick(kid)...)
	}
	return out
}

// pickAlternative takes the first usable plain form, else the last usable one.
func (c *chosen) pickAlternative(kids []*part) []*part {
	forms := make([][]*part, len(kids))
	best := -1
	for i, kid := range kids {
		forms[i] = c.pick(kid)
		if otherForms[kid.head.word] && !kid.head.attached() {
			c.others = append(c.others, kid)
		}
		switch {
		case len(forms[i]) == 0 || !usable(forms[i]):
		case best < 0 || !plain(forms[best]):
			best = i
		}
	}
	if best < 0 {
		best = firstWithText(forms)
	}
	var out []*part
	for i := range forms {
		if i == best {
			out = forms[i]
		} else {
			c.others = append(c.others, forms[i]...)
		}
	}
	return out
}

// otherForms are types in which programs repeat a text for other programs.
var otherForms = map[string]bool{"text/x-amp-html": true, "text/watch-html": true, "text/enriched": true, "text/richtext": true}

func firstWithText(forms [][]*part) int {
	for i := range forms {
		if len(forms[i]) > 0 {
			return i
		}
	}
	return -1
}

// pickRelated takes the root part, the first one unless start names another
// (RFC 2387 §3.2); where that is no text, all text parts.
func (c *chosen) pickRelated(n *part) []*part {
	if len(n.kids) == 0 {
		return nil
	}
	root := n.kids[0]
	if start := strings.Trim(n.head.param("start"), "<>"); start != "" {
		for _, kid := range n.kids {
			if kid.head.id == start {
				root = kid
			}
		}
	}
	if out := c.pick(root); len(out) > 0 {
		return out
	}
	var out []*part
	for _, kid := range n.kids {
		out = append(out, c.pick(kid)...)
	}
	return out
}

func plain(form []*part) bool {
	for _, n := range form {
		if n.head.word == "text/html" {
			return false
		}
	}
	return true
}

// stubs are what programs write into a plain part instead of the text.
var stubs = []string{
	"does not support html", "doesn't support html", "not support html messages", "view this email in html", "html-capable", "html capable",
	"this is an html message", "this message is in html", "this is a html", "please view in html", "view the html version", "html version of this",
	"kein html", "ne prend pas en charge html", "no admite html", "non supporta html",
}

// usable reports whether a form says something to a reader.
func usable(form []*part) bool {
	for _, n := range form {
		if n.head.word == "text/html" {
			return true
		}
		text := bytes.TrimSpace(n.text)
		if len(text) > 0 && !stub(text) {
			return true
		}
	}
	return false
}

func stub(text []byte) bool {
	if len(text) > 400 {
		return false
	}
	s := strings.ToLower(string(text))
	for _, w := range stubs {
		if strings.Contains(s, w) {
			return true
		}
	}
	return strings.HasPrefix(s, "<html") || strings.HasPrefix(s, "<!doctype html")
}
