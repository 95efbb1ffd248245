package mailin

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// htmlLines turns an HTML body into lines as a person would read them. It walks
// the tokens once and builds no tree, so that no nesting can hurt. Tables become
// lines with " | " between cells, links "text (URL)", quotations "> "; hidden
// text, styles and scripts are left out. At most `most` bytes of text come out.
func htmlLines(src string, most int) []line {
	w := &htmlWalker{most: most}
	z := html.NewTokenizer(strings.NewReader(src))
	for w.size < most {
		kind := z.Next()
		if kind == html.ErrorToken {
			break
		}
		w.token(kind, z)
	}
	w.popTo(0)
	w.newline()
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
	prefix     int             // of cur: a bullet or cell mark at its end, with no text behind it yet
	space      bool            // a blank is due before the next word
	hard       bool            // a no-break space was due: an empty block with one is a blank line
	blank      bool            // a blank line is due before the next text
	open       []element
	counts     map[atom.Atom]int // open elements by name
	quotes     int               // depth of "> "
	pre        int
	hidden     int
	lists      []int // of each open list the number of its last item, -1 for bullets
	link       linkText
	region     region
	original   bool // the next line starts an earlier mail
	last       tableCell
}

// element is an open element and what its end undoes.
type element struct {
	tag    atom.Atom
	quote  bool
	pre    bool
	hidden bool
	list   bool
	region bool
	para   bool
	start  int // first line of a table cell
}

func (w *htmlWalker) token(kind html.TokenType, z *html.Tokenizer) {
	switch kind {
	case html.TextToken:
		if w.hidden == 0 {
			w.text(string(z.Text()))
		}
	case html.StartTagToken, html.SelfClosingTagToken:
		name, more := z.TagName()
		w.start(atom.Lookup(name), tagAttrs(z, more))
	case html.EndTagToken:
		name, _ := z.TagName()
		w.end(atom.Lookup(name))
	}
}

// attrs are the attributes that matter.
type attrs struct{ class, id, style, href, kind, cite string }

func tagAttrs(z *html.Tokenizer, more bool) attrs {
	var a attrs
	for more {
		var k, v []byte
		k, v, more = z.TagAttr()
		switch string(k) {
		case "class":
			a.class = string(v)
		case "id":
			a.id = string(v)
		case "style":
			a.style = strings.ToLower(string(v))
		case "href":
			a.href = string(v)
		case "type":
			a.kind = strings.ToLower(string(v))
		case "cite":
			a.cite = string(v)
		}
	}
	return a
}

func (w *htmlWalker) start(tag atom.Atom, a attrs) {
	if w.void(tag) || formatting(tag) {
		return
	}
	if len(w.open) >= maxOpen {
		w.untracked(tag)
		return
	}
	e := element{tag: tag, hidden: hides(tag, a)}
	if w.hidden == 0 && !e.hidden {
		w.layout(&e, a)
	}
	w.push(e)
}

// untracked is a start far too deep: a line break is all that becomes of it.
func (w *htmlWalker) untracked(tag atom.Atom) {
	if w.hidden == 0 && !inlineTag(tag) {
		w.block(false)
	}
}

// void deals with elements that have no end.
func (w *htmlWalker) void(tag atom.Atom) bool {
	switch tag {
	case atom.Br:
		if w.hidden == 0 {
			w.newline()
		}
	case atom.Hr:
		if w.hidden == 0 {
			w.newline()
			w.write(strings.Repeat("_", 32))
			w.newline()
		}
	case atom.Img, atom.Input, atom.Meta, atom.Link, atom.Base, atom.Col, atom.Wbr, atom.Area, atom.Embed, atom.Source:
	default:
		return false
	}
	return true
}

// formatting elements change nothing in plain text; they are often closed in the
// wrong order and so must not be tracked.
func formatting(tag atom.Atom) bool {
	switch tag {
	case atom.B, atom.I, atom.U, atom.Em, atom.Strong, atom.Font, atom.Small, atom.Big, atom.S, atom.Sub, atom.Sup, atom.Tt, atom.Code, atom.Html, atom.Body, atom.Tbody, atom.Thead, atom.Tfoot, 0:
		return true
	}
	return false
}

func hides(tag atom.Atom, a attrs) bool {
	switch tag {
	case atom.Script, atom.Style, atom.Head, atom.Title, atom.Template, atom.Noframes, atom.Object, atom.Svg, atom.Select:
		return true
	}
	return strings.Contains(a.style, "display:none") || strings.Contains(a.style, "display: none") || strings.Contains(a.style, "mso-hide:all")
}

// layout does what the start of a visible element does to the text.
func (w *htmlWalker) layout(e *element, a attrs) {
	switch e.tag {
	case atom.P:
		e.para = len(w.lists) == 0 && !tightParagraph(a)
		w.block(e.para)
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		e.para = true
		w.block(true)
	case atom.Blockquote:
		w.block(false)
		e.quote = !indentOnly(a)
	case atom.Pre:
		w.block(true)
		e.pre, e.para = true, true
	case atom.Ul, atom.Ol:
		w.list(e)
	case atom.Li:
		w.item()
	case atom.Td, atom.Th:
		w.cell()
		e.start = len(w.lines)
	case atom.Tr:
		w.endLine()
		w.last = tableCell{}
	case atom.A:
		w.openLink(a.href)
	default:
		if blockTag(e.tag) {
			w.block(false)
		}
	}
	w.quotedBy(e, a)
}

func blockTag(tag atom.Atom) bool {
	switch tag {
	case atom.Div, atom.Table, atom.Section, atom.Article, atom.Header, atom.Footer, atom.Center, atom.Dl, atom.Dt, atom.Dd, atom.Address, atom.Form, atom.Fieldset, atom.Caption, atom.Main, atom.Nav, atom.Aside, atom.Figure, atom.Figcaption:
		return true
	}
	return false
}

// inlineTag reports elements whose end must not close a block around them.
func inlineTag(tag atom.Atom) bool { return tag == atom.Span || tag == atom.A || tag == atom.Label }

// tightParagraph reports paragraphs without space around them, which is how
// Outlook writes lines.
func tightParagraph(a attrs) bool {
	return strings.HasPrefix(a.class, "Mso") || strings.HasPrefix(a.class, "x_Mso") || strings.Contains(strings.ReplaceAll(a.style, " ", ""), "margin:0")
}

// indentOnly reports a blockquote that only moves text to the right, as the
// indent button of some programs makes it.
func indentOnly(a attrs) bool {
	style := strings.ReplaceAll(a.style, " ", "")
	return a.kind != "cite" && (strings.Contains(style, "border:none") || strings.Contains(style, "border:0"))
}

func (w *htmlWalker) push(e element) {
	if w.counts == nil {
		w.counts = make(map[atom.Atom]int)
	}
	w.counts[e.tag]++
	w.open = append(w.open, e)
	w.quotes += add(e.quote)
	w.pre += add(e.pre)
	w.hidden += add(e.hidden)
	if e.region {
		w.region.depth = len(w.open)
	}
}

func add(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// end closes the innermost open element of that name and all inside it.
func (w *htmlWalker) end(tag atom.Atom) {
	if tag == atom.P && w.counts[tag] == 0 && w.hidden == 0 {
		w.block(true)
	}
	if w.counts[tag] == 0 {
		return
	}
	for i := len(w.open) - 1; i >= 0; i-- {
		if w.open[i].tag == tag {
			w.popTo(i)
			return
		}
		if inlineTag(tag) && !inlineTag(w.open[i].tag) {
			return
		}
	}
}

func (w *htmlWalker) popTo(n int) {
	for len(w.open) > n {
		e := w.open[len(w.open)-1]
		w.close(e)
		w.open = w.open[:len(w.open)-1]
		w.counts[e.tag]--
		w.quotes -= add(e.quote)
		w.pre -= add(e.pre)
		w.hidden -= add(e.hidden)
	}
}

func (w *htmlWalker) close(e element) {
	if w.hidden > 0 {
		return
	}
	switch {
	case e.tag == atom.A:
		w.closeLink()
	case e.para:
		w.block(true)
	case e.tag == atom.Td || e.tag == atom.Th:
		w.last = tableCell{start: e.start, end: len(w.lines), open: w.cur.Len() > 0}
	case e.tag == atom.Li || e.tag == atom.Tr || e.tag == atom.Table:
		w.endLine()
	case e.tag == atom.Blockquote || e.tag == atom.P || blockTag(e.tag):
		w.block(false)
	}
	if e.list {
		w.lists = w.lists[:len(w.lists)-1]
		w.block(false)
	}
	if e.region {
		w.closeRegion()
	}
}
