package mailin

import (
	"strings"

	"golang.org/x/net/html/atom"
)

// start deals with a start tag.
func (w *htmlWalker) start(tag atom.Atom, a attrs) {
	st := readStyle(a.style)
	hidden := w.hides(tag, a, st)
	flow := w.inside(tag, a, st)
	if w.void(tag, a, hidden) {
		return
	}
	if formatting(tag) && !hidden && w.counts[tag] == 0 && (flow == w.flow || documentTag(tag)) {
		w.flow = flow
		return
	}
	w.closeImplied(tag)
	if len(w.open) >= maxOpen {
		w.lose()
	}
	if w.lost {
		w.untracked(tag)
		return
	}
	e := element{tag: tag, hidden: hidden, flow: w.flow}
	if w.hidden == 0 && !e.hidden {
		w.layout(&e, a, st)
	}
	w.push(e)
	w.flow = flow
}

// inside is what the elements inside of a new one get.
func (w *htmlWalker) inside(tag atom.Atom, a attrs, st style) flowState {
	f := w.flow
	f.fresh = tag == atom.Pre
	switch {
	case st.space != inherited:
		f.space = st.space
	case tag == atom.Pre || tag == atom.Xmp || tag == atom.Plaintext || tag == atom.Listing || tag == atom.Textarea:
		f.space = preserved
	}
	switch {
	case st.size != undeclared:
		f.tiny = st.size == nothing
		f.thin = f.thin && st.size == nothing
	case w.sheet.shrinks(a):
		f.tiny = true
	}
	if st.leading != undeclared {
		f.thin = st.leading == nothing
	}
	f.bullet = f.bullet || st.officeBullet
	f.paint(tag, a, st)
	return f
}

// paint sets the colours. A link has its own.
func (f *flowState) paint(tag atom.Atom, a attrs, st style) {
	if a.colour != "" && tag == atom.Font {
		f.ink = colourOf(strings.ToLower(a.colour))
	}
	if tag == atom.A && a.href != "" {
		f.ink = someColour
	}
	if st.ink != noColour {
		f.ink = st.ink
	}
	if a.background != "" {
		f.paper = someColour
	} else if a.paper != "" {
		f.paper = colourOf(strings.ToLower(a.paper))
	}
	if st.paper != noColour {
		f.paper = st.paper
	}
}

// lose gives up on elements that are nested far too deep. From here on nobody
// knows what is quoted: nothing counts as written by the sender.
func (w *htmlWalker) lose() {
	w.popTo(0)
	w.lost = true
}

// untracked is a start far too deep: a line break is all that becomes of it.
func (w *htmlWalker) untracked(tag atom.Atom) {
	if w.hidden == 0 && !inlineTag(tag) {
		w.block(false)
	}
}

// void deals with elements that have no end.
func (w *htmlWalker) void(tag atom.Atom, a attrs, hidden bool) bool {
	hidden = hidden || w.hidden > 0
	switch tag {
	case atom.Br:
		if !hidden {
			w.newline()
		}
	case atom.Hr:
		if !hidden {
			w.block(true)
			w.write(strings.Repeat("_", 32))
			w.newline()
		}
	case atom.Img:
		if !hidden && (!w.flow.tiny || w.showAll) {
			w.picture(a)
		}
	case atom.Input:
		if !hidden && (w.showAll || !w.veiled()) {
			w.control(a)
		}
	case atom.Meta, atom.Link, atom.Base, atom.Col, atom.Wbr, atom.Area, atom.Embed, atom.Source, atom.Param, atom.Track:
	default:
		return false
	}
	return true
}

// formatting elements change nothing in plain text; they are often closed in the
// wrong order and so must not be tracked. A head needs no end: what is hidden in
// it is hidden by its own name.
func formatting(tag atom.Atom) bool {
	switch tag {
	case atom.B, atom.I, atom.U, atom.Em, atom.Strong, atom.Font, atom.Small, atom.Big, atom.S, atom.Strike, atom.Del, atom.Ins, atom.Sub, atom.Sup, atom.Tt, atom.Code, atom.Kbd, atom.Samp,
		atom.Html, atom.Head, atom.Body, atom.Tbody, atom.Thead, atom.Tfoot:
		return true
	}
	return tag&unknownTag != 0
}

func documentTag(tag atom.Atom) bool {
	return tag == atom.Html || tag == atom.Head || tag == atom.Body
}

// unknownTag marks names that HTML does not know. It stands beside all atoms.
const unknownTag atom.Atom = 1 << 31

// tagOf is the atom of a name, and of one that has none a number of its own
// (FNV-1a).
func tagOf(name []byte) atom.Atom {
	if tag := atom.Lookup(name); tag != 0 {
		return tag
	}
	h := uint32(2166136261)
	for _, c := range name {
		h = (h ^ uint32(c)) * 16777619
	}
	return unknownTag | atom.Atom(h)
}

// hides reports whether nothing of an element is shown.
func (w *htmlWalker) hides(tag atom.Atom, a attrs, st style) bool {
	switch tag {
	case atom.Script, atom.Style, atom.Title, atom.Template, atom.Noframes, atom.Noembed, atom.Iframe, atom.Object, atom.Svg, atom.Select, atom.Datalist, atom.Rp, atom.Audio, atom.Video, atom.Canvas, atom.Meter, atom.Progress:
		return true
	case atom.Dialog:
		return !a.opened
	case atom.Html, atom.Body, atom.Head:
		return false
	}
	hidden := st.hides(tag == atom.A) || a.hidden || st.display == "" && w.sheet.hides(tag, a)
	w.skipped = w.skipped || hidden
	return hidden && !w.showAll
}

// layout does what the start of a visible element does to the text.
func (w *htmlWalker) layout(e *element, a attrs, st style) {
	switch e.tag {
	case atom.P:
		above, below := w.spaced(a, st)
		e.para = below && len(w.lists) == 0
		w.block(above && len(w.lists) == 0)
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		e.para = true
		w.block(true)
	case atom.Blockquote:
		w.block(false)
		w.flushBlank()
		e.quote = a.kind == "cite" || !st.noBorder
		e.quoted = e.quote
	case atom.Pre:
		w.block(true)
		e.para = true
	case atom.Ul, atom.Ol:
		w.openList(e, a, st)
	case atom.Li:
		w.item(a, st)
	case atom.Table:
		w.block(false)
		w.openTable(a)
	case atom.Tr:
		w.row()
	case atom.Td, atom.Th:
		w.cell(e)
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
	case atom.Div, atom.Section, atom.Article, atom.Header, atom.Footer, atom.Center, atom.Dl, atom.Dt, atom.Dd, atom.Address, atom.Form, atom.Fieldset, atom.Caption, atom.Main, atom.Nav, atom.Aside, atom.Figure,
		atom.Figcaption, atom.Legend, atom.Details, atom.Summary, atom.Xmp, atom.Plaintext, atom.Listing, atom.Textarea, atom.Noscript, atom.Menu, atom.Dir:
		return true
	}
	return false
}

// inlineTag reports elements whose end must not close a block around them.
func inlineTag(tag atom.Atom) bool {
	return tag == atom.Span || tag == atom.A || tag == atom.Label || formatting(tag)
}

// spaced reports where a paragraph has space around it. Outlook writes each line
// as one without; the style of its own class may say otherwise.
func (w *htmlWalker) spaced(a attrs, st style) (above, below bool) {
	if strings.HasPrefix(strings.TrimPrefix(a.class, "x_"), "Mso") {
		st.takeMargins(w.sheet.normal)
		return false, st.below == something
	}
	st.takeMargins(w.sheet.paragraph)
	return st.above != nothing, st.below != nothing
}

func (w *htmlWalker) push(e element) {
	w.counts[e.tag]++
	w.open = append(w.open, e)
	w.quotes += add(e.quote)
	w.hidden += add(e.hidden)
	if e.quote {
		w.quoteStart = len(w.lines)
	}
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

// closeImplied closes what a start tag ends without saying so (HTML, "optional
// tags"): a paragraph before a block, an item before the next, a cell and a row.
func (w *htmlWalker) closeImplied(tag atom.Atom) {
	switch tag {
	case atom.Li, atom.Tr, atom.Option:
		w.closeNearest(tag, tag)
	case atom.Td, atom.Th:
		w.closeNearest(atom.Td, atom.Th)
	case atom.Dt, atom.Dd:
		w.closeNearest(atom.Dt, atom.Dd)
	case atom.P, atom.Ul, atom.Ol, atom.Pre, atom.Blockquote, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		w.closeNearest(atom.P, atom.P)
	default:
		if blockTag(tag) {
			w.closeNearest(atom.P, atom.P)
		}
	}
}

// closeNearest closes the innermost open a or b, but none outside of the table,
// the list or the quotation around.
func (w *htmlWalker) closeNearest(a, b atom.Atom) {
	if w.counts[a] == 0 && w.counts[b] == 0 {
		return
	}
	for i := len(w.open) - 1; i >= max(0, len(w.open)-maxSearch); i-- {
		switch tag := w.open[i].tag; tag {
		case a, b:
			w.popTo(i)
			return
		case atom.Table, atom.Td, atom.Th, atom.Ul, atom.Ol, atom.Dl, atom.Blockquote, atom.Object:
			if tag != atom.Td && tag != atom.Th || a != atom.Tr {
				return
			}
		}
		if w.open[i].quoted {
			return
		}
	}
}

// end closes the innermost open element of that name and all inside it, but no
// quotation.
func (w *htmlWalker) end(tag atom.Atom) {
	if w.lost {
		w.untracked(tag)
		return
	}
	if w.counts[tag] == 0 {
		if w.hidden == 0 {
			w.strayEnd(tag)
		}
		return
	}
	for i := len(w.open) - 1; i >= max(0, len(w.open)-maxSearch); i-- {
		if w.open[i].tag == tag {
			w.popTo(i)
			return
		}
		if w.open[i].quoted || inlineTag(tag) && !inlineTag(w.open[i].tag) || cellTag(w.open[i].tag) && !tableTag(tag) {
			return
		}
	}
}

func cellTag(tag atom.Atom) bool { return tag == atom.Td || tag == atom.Th }

func tableTag(tag atom.Atom) bool {
	return cellTag(tag) || tag == atom.Tr || tag == atom.Table
}

// strayEnd is an end without a start: </p> makes a paragraph, </br> a line.
func (w *htmlWalker) strayEnd(tag atom.Atom) {
	switch tag {
	case atom.P:
		w.block(true)
	case atom.Br:
		w.newline()
	}
}

func (w *htmlWalker) popTo(n int) {
	for len(w.open) > n {
		e := w.open[len(w.open)-1]
		w.close(e)
		w.open = w.open[:len(w.open)-1]
		w.counts[e.tag]--
		w.quotes -= add(e.quote)
		w.hidden -= add(e.hidden)
		w.flow = e.flow
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
	case cellTag(e.tag):
		w.closeCell(e)
	case e.tag == atom.Tr:
		w.closeRow()
	case e.tag == atom.Table:
		w.closeTable()
	case e.tag == atom.Li:
		w.endLine()
	case e.tag == atom.Blockquote || e.tag == atom.P || blockTag(e.tag):
		w.block(false)
	}
	if e.list {
		w.lists = w.lists[:len(w.lists)-1]
		w.block(len(w.lists) == 0)
	}
	if e.region {
		w.closeRegion()
	}
}
