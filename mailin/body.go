package mailin

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"
)

// chosen is what of a mail is its text.
type chosen struct {
	root   *part
	bodies []*part // in order, joined they are the text
	others []*part // other forms of the same text, which nobody needs
	lax    bool    // no part was a body by its own word
}

// choose picks the body parts (RFC 2046 §5.1): of alternatives the plain one
// when it says something, else the HTML; of related parts the root; of a report
// the first text; of all other multiparts every text part. Where every text part
// is a file or of a rare type, the first that is no attachment by its own word
// is the body.
func choose(root *part) chosen {
	strict := picker{}
	if bodies := strict.pick(root); len(bodies) > 0 {
		return chosen{root: root, bodies: bodies, others: strict.others}
	}
	lax := picker{lax: true}
	return chosen{root: root, bodies: lax.pick(root), others: lax.others, lax: true}
}

// picker walks the tree of parts once.
type picker struct {
	lax    bool // files and rare types count too, but the first only
	others []*part
}

func (c *picker) pick(n *part) []*part {
	switch n.head.word {
	case "multipart/alternative":
		return c.pickAlternative(n.kids)
	case "multipart/related":
		return c.pickRelated(n)
	}
	switch {
	case !n.head.multipart():
		return c.pickLeaf(n)
	case c.lax || n.head.word == "multipart/report":
		return c.pickFirst(n.kids)
	}
	return c.pickAll(n.kids)
}

func (c *picker) pickLeaf(n *part) []*part {
	if n.head.isText() || c.lax && n.head.readable() {
		return []*part{n}
	}
	return nil
}

func (c *picker) pickFirst(kids []*part) []*part {
	for _, kid := range kids {
		if out := c.pick(kid); len(out) > 0 {
			return out
		}
	}
	return nil
}

func (c *picker) pickAll(kids []*part) []*part {
	var out []*part
	for _, kid := range kids {
		out = append(out, c.pick(kid)...)
	}
	return out
}

// pickAlternative takes the first usable plain form, else the last usable one.
func (c *picker) pickAlternative(kids []*part) []*part {
	forms := make([][]*part, len(kids))
	best := -1
	for i, kid := range kids {
		forms[i] = c.pickForm(kid)
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
	for i := range forms {
		if i != best {
			c.others = append(c.others, forms[i]...)
		}
	}
	if best < 0 {
		return nil
	}
	return forms[best]
}

// pickForm takes one form of a text. Some programs give it a file name.
func (c *picker) pickForm(n *part) []*part {
	if commonText(n.head.word) && n.head.disposition.word != "attachment" {
		return []*part{n}
	}
	return c.pick(n)
}

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
func (c *picker) pickRelated(n *part) []*part {
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
	if out := c.pickForm(root); len(out) > 0 {
		return out
	}
	return c.pickAll(n.kids)
}

// otherForms are types in which programs repeat a text for other programs.
var otherForms = map[string]bool{"text/x-amp-html": true, "text/watch-html": true, "text/enriched": true, "text/richtext": true}

// commonText reports the types that mail programs write their text in.
func commonText(word string) bool {
	return word == "text/plain" || word == "text/html" || word == "text/markdown"
}

// filesOfText are text types that a person does not read as the text of a mail.
var filesOfText = map[string]bool{
	"text/calendar": true, "text/vcard": true, "text/x-vcard": true, "text/directory": true, "text/css": true, "text/javascript": true, "text/rtf": true,
	"text/x-amp-html": true, "text/watch-html": true, "text/rfc822-headers": true,
}

// readable reports a part that is a body where there is no better one. Unknown
// subtypes of text count as plain text (RFC 2046 §4.1.4).
func (p partHead) readable() bool {
	return strings.HasPrefix(p.word, "text/") && !filesOfText[p.word] && p.disposition.word != "attachment"
}

// keepsText reports a part whose beginning must be kept to make text of it. An
// invitation is told in the text wherever it stands.
func (p partHead) keepsText() bool { return p.readable() || p.word == "text/calendar" }

func plain(form []*part) bool {
	for _, n := range form {
		if n.head.word == "text/html" {
			return false
		}
	}
	return true
}

// usable reports whether a form says something to a reader.
func usable(form []*part) bool {
	for _, n := range form {
		if n.head.word == "text/html" || speaks(n.text) && !stub(n.text) {
			return true
		}
	}
	return false
}

// speaks reports whether there is a word or a sign in a text besides addresses of
// pages: what programs write for a picture or a list of buttons says nothing.
func speaks(text []byte) bool {
	for word := range bytes.FieldsSeq(text) {
		word = bytes.TrimLeft(word, "<([*_")
		if bytes.HasPrefix(word, []byte("http")) && bytes.Contains(word, []byte("://")) || bytes.HasPrefix(word, []byte("&nbsp;")) {
			continue
		}
		if bytes.IndexFunc(word, telling) >= 0 || !utf8.Valid(word) && string(word) != "\xa0" {
			return true
		}
	}
	return false
}

func telling(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r) || r == '?' || r == '!' || r >= 0x2190 && !isHidden(r) && unicode.IsSymbol(r))
}

// maxStub is the length of the longest text that may be a stub.
const maxStub = 400

// webVersion are words for the page that shows a newsletter.
var webVersion = []string{
	"in your browser", "in a browser", "view online", "web version", "online version", "view this email", "im browser", "webversion", "online-version", "onlineversion",
	"dans votre navigateur", "version en ligne", "en su navegador", "en tu navegador", "versión en línea", "nel browser", "versione online", "no seu navegador", "versão online",
	"in uw browser", "in je browser", "i din webbläsare", "w przeglądarce", "в браузере", "ブラウザ", "浏览器", "瀏覽器", "브라우저",
}

// stub reports what programs write into a plain part instead of the text. In
// every language such words name HTML or the page where the text can be read. A
// person who names it loses nothing: the HTML form says the same.
func stub(text []byte) bool {
	text = bytes.TrimSpace(text)
	if len(text) > maxStub {
		return looksHTML(string(text[:maxStub]))
	}
	s := strings.ToLower(string(text))
	if strings.Contains(s, "html") || looksHTML(s) {
		return true
	}
	for _, w := range webVersion {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

// looksHTML reports plain text that is a document of HTML.
func looksHTML(text string) bool {
	text = strings.TrimLeft(text, "\ufeff \t\r\n")
	if len(text) < 5 || text[0] != '<' {
		return false
	}
	s := strings.ToLower(text[:min(len(text), 200)])
	for _, start := range []string{"<html", "<!doctype html", "<head", "<body"} {
		if strings.HasPrefix(s, start) {
			return true
		}
	}
	return strings.HasPrefix(s, "<?xml") && strings.Contains(s, "<html")
}
