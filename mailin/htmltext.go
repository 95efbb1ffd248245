package mailin

import (
	"bytes"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// htmlLines turns an HTML body into lines as a person would read them. It walks
// the tokens once and builds no tree, so that no nesting can hurt. Rows of tables
// become lines with " | " between cells, links "text (URL)", pictures "[text]",
// quotations "> "; hidden text, styles and scripts are left out, unless nothing
// else is there. A little more than `most` bytes come out when there is more.
func htmlLines(src string, most int) []line {
	w := newHTMLWalker(most)
	w.walk(src)
	if lines := w.finish(); len(trimLines(lines)) > 0 || !w.skipped {
		return lines
	}
	w = newHTMLWalker(most)
	w.showAll = true
	w.walk(src)
	return w.finish()
}

// maxOpen bounds the elements that are tracked; deeper ones count as text of
// theirs.
const maxOpen = 256

// htmlWalker is the state between tokens.
type htmlWalker struct {
	most, size int
	lines      []line
	cur        strings.Builder // the line that is being made
	prefix     int             // of cur: a bullet at its end, with no text behind it yet
	space      bool            // a blank is due before the next word
	hard       bool            // a no-break space was due: an empty block with one is a blank line
	blank      bool            // a blank line is due before the next text
	open       []element
	counts     map[atom.Atom]int // open elements by name
	quotes     int               // depth of "> "
	quoteStart int               // first line of the innermost quotation
	hidden     int
	flow       flowState
	lists      []list
	tables     []table
	link       linkText
	region     region
	original   bool // the next line starts an earlier mail
	sheet      sheet
	showAll    bool // styles hide nothing
	skipped    bool // something was hidden by its style
	swallowed  string
}

func newHTMLWalker(most int) *htmlWalker {
	return &htmlWalker{most: most, counts: make(map[atom.Atom]int), tables: make([]table, 1, 4)}
}

// flowState is what elements hand down to those inside them.
type flowState struct {
	space  spacing
	tiny   bool // the letters have no size
	bullet bool // the text is a bullet that Outlook wrote
	fresh  bool // directly behind the start tag of pre
}

// element is an open element and what its end undoes.
type element struct {
	tag    atom.Atom
	quote  bool
	hidden bool
	list   bool
	region bool
	para   bool
	flow   flowState // of the element around it
	start  int       // first line of a table cell
}

// maxRestarts bounds how often the text behind a start tag that has no end is
// read anew.
const maxRestarts = 8

// walk reads the tokens. A title, style or comment without an end would swallow
// the mail; where no text came before it, what it swallowed is read as HTML.
func (w *htmlWalker) walk(src string) {
	for range maxRestarts {
		w.tokens(src)
		if src = w.swallowed; src == "" || w.size > 0 {
			break
		}
		w.popTo(0)
	}
	w.popTo(0)
	w.closeTable()
	w.endLine()
}

func (w *htmlWalker) tokens(src string) {
	w.swallowed = ""
	z := html.NewTokenizer(strings.NewReader(src))
	for w.size <= w.most {
		kind := z.Next()
		if kind == html.ErrorToken {
			return
		}
		w.token(kind, z)
	}
}

func (w *htmlWalker) token(kind html.TokenType, z *html.Tokenizer) {
	w.swallowed = ""
	switch kind {
	case html.TextToken:
		w.textToken(z)
	case html.StartTagToken, html.SelfClosingTagToken:
		raw := addressTag(z.Raw())
		name, more := z.TagName()
		tag := atom.Lookup(name)
		switch {
		case raw != "":
			w.visibleText(raw)
		case tag == 0 && string(name) == "xml":
			w.start(atom.Object, attrs{})
		default:
			w.start(tag, tagAttrs(z, more))
		}
	case html.EndTagToken:
		name, _ := z.TagName()
		if w.end(atom.Lookup(name)); string(name) == "xml" {
			w.end(atom.Object)
		}
	case html.CommentToken:
		w.comment(z)
	}
}

func (w *htmlWalker) textToken(z *html.Tokenizer) {
	switch top := w.top(); {
	case w.hidden == 0:
		w.visibleText(string(z.Text()))
	case top == atom.Style:
		w.swallowed = string(z.Raw())
		w.sheet.read(w.swallowed)
	case top == atom.Title || top == atom.Script:
		w.swallowed = string(z.Raw())
	}
}

// visibleText is text that no element around it hides.
func (w *htmlWalker) visibleText(s string) {
	if w.flow.tiny && !w.showAll {
		w.skipped = true
		return
	}
	if w.hidden == 0 {
		w.text(s)
	}
}

// comment shows CDATA, which HTML takes for a comment.
func (w *htmlWalker) comment(z *html.Tokenizer) {
	if raw := z.Raw(); bytes.HasPrefix(raw, []byte("<!--")) && !bytes.HasSuffix(raw, []byte("-->")) {
		w.swallowed = string(z.Text())
		return
	}
	if s, ok := strings.CutPrefix(string(z.Text()), "[CDATA["); ok && w.hidden == 0 {
		w.visibleText(strings.TrimSuffix(s, "]]"))
	}
}

func (w *htmlWalker) top() atom.Atom {
	if len(w.open) == 0 {
		return 0
	}
	return w.open[len(w.open)-1].tag
}

// addressTag gives an address that its writer forgot to escape, such as
// <asha@egov.test> or <https://egov.test>. No element has such a name.
func addressTag(raw []byte) string {
	end := bytes.IndexAny(raw, " \t\r\n\"'=")
	if end >= 0 || len(raw) < 5 || bytes.IndexByte(raw, '@') < 0 && !bytes.Contains(raw, []byte("://")) {
		return ""
	}
	return string(raw)
}

// attrs are the attributes that matter.
type attrs struct {
	class, id, style, href, kind, cite string
	name, marker, tabindex             string // marker is Zimbra's data-marker
	alt, width, value, start, border   string
	numbers                            string // type as written: of a list it tells a from A
	reversed, hidden, checked          bool
}

func tagAttrs(z *html.Tokenizer, more bool) attrs {
	var a attrs
	for more {
		var k, v []byte
		k, v, more = z.TagAttr()
		if to := a.field(string(k)); to != nil {
			*to = string(v)
			continue
		}
		switch string(k) {
		case "reversed":
			a.reversed = true
		case "hidden":
			a.hidden = true
		case "checked":
			a.checked = true
		}
	}
	a.style, a.kind = strings.ToLower(a.style), strings.ToLower(a.numbers)
	return a
}

func (a *attrs) field(name string) *string {
	switch name {
	case "class":
		return &a.class
	case "id":
		return &a.id
	case "style":
		return &a.style
	case "href":
		return &a.href
	case "type":
		return &a.numbers
	case "cite":
		return &a.cite
	case "name":
		return &a.name
	case "data-marker":
		return &a.marker
	case "tabindex":
		return &a.tabindex
	case "alt":
		return &a.alt
	case "width":
		return &a.width
	case "value":
		return &a.value
	case "start":
		return &a.start
	case "border":
		return &a.border
	}
	return nil
}
