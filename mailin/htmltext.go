package mailin

import (
	"bytes"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// readHTML turns an HTML body into lines as a person would read them. It walks
// the tokens once and builds no tree, so that no nesting can hurt. Rows of tables
// become lines with " | " between cells, links "text (URL)", pictures "[text]",
// quotations "> "; hidden text, styles and scripts are left out. A little more than
// `most` bytes come out when there is more.
//
// Where everything is hidden, everything is shown, and hidden is true: nobody who
// sent such a text has seen it, so its lines are marked as not the sender's.
func readHTML(src string, most int) (lines []line, hidden bool) {
	w := newHTMLWalker(most)
	w.walk(src)
	if w.lateRules {
		known := w.sheet
		w = newHTMLWalker(most)
		w.sheet = known
		w.walk(src)
	}
	if lines = w.finish(); len(trimLines(lines)) > 0 || !w.skipped {
		return lines, false
	}
	w = newHTMLWalker(most)
	w.showAll = true
	w.walk(src)
	lines = w.finish()
	for i := range lines {
		lines[i].mark = markQuote
	}
	return lines, len(trimLines(lines)) > 0
}

// htmlLines is readHTML for those who need the lines alone.
func htmlLines(src string, most int) []line {
	lines, _ := readHTML(src, most)
	return lines
}

// maxOpen bounds the elements that are tracked, maxSearch how many of them are
// looked at for the one that a tag closes.
const (
	maxOpen   = 4096
	maxSearch = 256
)

// htmlWalker is the state between tokens.
type htmlWalker struct {
	most, size int
	lines      []line
	cur        strings.Builder // the line that is being made
	prefix     int             // of cur: a bullet at its end, with no text behind it yet
	space      bool            // a blank is due before the next word
	hard       bool            // a no-break space was due: an empty block with one is a blank line
	blank      bool            // a blank line is due before the next text
	blanks     int             // blank lines above
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
	earlier    bool // an earlier mail has started
	sheet      sheet
	lateRules  bool // a style element stood below text that it may hide
	lost       bool // elements were nested too deep to know what is quoted
	showAll    bool // styles hide nothing
	skipped    bool // something was hidden by its style
	swallowed  string
}

func newHTMLWalker(most int) *htmlWalker {
	return &htmlWalker{most: most, counts: make(map[atom.Atom]int), tables: make([]table, 1, 4), flow: flowState{ink: black, paper: white}}
}

// flowState is what elements hand down to those inside them.
type flowState struct {
	space  spacing
	tiny   bool // the letters have no size
	thin   bool // the lines have no height
	bullet bool // the text is a bullet that Outlook wrote
	fresh  bool // directly behind the start tag of pre
	ink    colour
	paper  colour
}

// element is an open element and what its end undoes.
type element struct {
	tag    atom.Atom
	quote  bool
	quoted bool // it holds an earlier mail: no end but its own closes it
	hidden bool
	list   bool
	region bool
	para   bool
	flow   flowState // of the element around it
	start  int32     // first line of a table cell
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
		tag := tagOf(name)
		switch {
		case raw != "":
			w.visibleText(raw)
		case string(name) == "xml":
			w.start(atom.Object, attrs{})
		default:
			w.start(tag, tagAttrs(z, more))
		}
	case html.EndTagToken:
		name, _ := z.TagName()
		if w.end(tagOf(name)); string(name) == "xml" {
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
		w.readSheet(w.swallowed)
	case top == atom.Title || top == atom.Script:
		w.swallowed = string(z.Raw())
	}
}

// visibleText is text that no element around it hides.
func (w *htmlWalker) visibleText(s string) {
	if !w.showAll && w.veiled() {
		w.skipped = true
		return
	}
	if w.hidden == 0 {
		w.text(s)
	}
}

// veiled reports text that nobody sees for its size or its colour. Where a sheet
// sets backgrounds, those are not known.
func (w *htmlWalker) veiled() bool {
	f := &w.flow
	return f.tiny || f.thin || f.ink == transparent || !w.sheet.paper && f.ink.invisibleOn(f.paper)
}

// readSheet reads a style element. Those of a quotation are not for the text
// around it.
func (w *htmlWalker) readSheet(css string) {
	if w.quotes > 0 || w.region.depth > 0 || w.lost {
		return
	}
	before := w.sheet.rules
	w.sheet.read(css)
	w.lateRules = w.lateRules || w.size > 0 && !w.earlier && w.sheet.rules > before
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
	colour, paper, background          string
	reversed, hidden, checked, opened  bool
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
		case "open":
			a.opened = true
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
	case "color":
		return &a.colour
	case "bgcolor":
		return &a.paper
	case "background":
		return &a.background
	}
	return nil
}
