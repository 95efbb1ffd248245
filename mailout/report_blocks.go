package mailout

import (
	"bytes"
	"slices"
	"strconv"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// fence is a container, from a line "::: NAME" to a line ":::". It has the
// blocks that only reports need: panel, tiles and entries.
type fence struct {
	ast.BaseBlock
	name string
}

var kindFence = ast.NewNodeKind("Fence")

// Kind implements ast.Node.
func (*fence) Kind() ast.NodeKind { return kindFence }

// Dump implements ast.Node.
func (f *fence) Dump(source []byte, level int) {
	ast.DumpHelper(f, source, level, map[string]string{"name": f.name}, nil)
}

// fenceParser is a parser.BlockParser.
type fenceParser struct{}

var fenceMark = []byte(":::")

func (fenceParser) Trigger() []byte { return fenceMark[:1] }

func (fenceParser) Open(_ ast.Node, r text.Reader, _ parser.Context) (ast.Node, parser.State) {
	line, at := r.PeekLine()
	rest, ok := bytes.CutPrefix(bytes.TrimSpace(line), fenceMark)
	name := string(bytes.TrimSpace(rest))
	if !ok || name == "" {
		return nil, parser.NoChildren
	}
	r.Advance(at.Len() - lineEnd(line))
	return &fence{name: name}, parser.HasChildren
}

func (fenceParser) Continue(_ ast.Node, r text.Reader, _ parser.Context) parser.State {
	line, at := r.PeekLine()
	if bytes.Equal(bytes.TrimSpace(line), fenceMark) {
		r.Advance(at.Len() - lineEnd(line))
		return parser.Close
	}
	return parser.Continue | parser.HasChildren
}

// lineEnd is the length of the line's end, which is left for goldmark to pass.
func lineEnd(line []byte) int {
	if bytes.HasSuffix(line, []byte("\n")) {
		return 1
	}
	return 0
}

func (fenceParser) Close(ast.Node, text.Reader, parser.Context) {}
func (fenceParser) CanInterruptParagraph() bool                 { return true }
func (fenceParser) CanAcceptIndentedLine() bool                 { return false }

func (r *reader) fence(f *fence) {
	switch f.name {
	case "panel":
		inner := &reader{source: r.source, out: document{sections: [][]block{nil}}, inset: true}
		for n := f.FirstChild(); n != nil; n = n.NextSibling() {
			inner.block(n)
		}
		if len(inner.out.sections) > 1 {
			inner.fail("a panel is one section")
		}
		if inner.err != nil {
			r.fail("%s", inner.err)
		}
		r.add(block{role: rolePanel, blocks: inner.out.sections[0]})
	case "tiles":
		r.add(block{role: roleTiles, rows: r.entries(f)})
	case "entries":
		r.add(block{role: roleEntries, rows: r.entries(f)})
	default:
		r.fail("::: %s is none of panel, tiles and entries", f.name)
	}
}

// list reads a list. One that follows another goes on with it: it has marks of its
// own.
func (r *reader) list(l *ast.List) {
	rows := r.children(l)
	if l.IsOrdered() {
		for i := range rows {
			rows[i].mark = strconv.Itoa(l.Start+i) + "."
		}
	}
	section := r.out.sections[len(r.out.sections)-1]
	if n := len(section); n > 0 && section[n-1].role == roleList {
		section[n-1].rows = append(section[n-1].rows, rows...)
		return
	}
	r.add(block{role: roleList, rows: rows})
}

// entries reads fields with more than one value: the first is the figure, the
// others are notes; a bar stands for itself.
func (r *reader) entries(f *fence) []row {
	var rows []row
	for list := f.FirstChild(); list != nil; list = list.NextSibling() {
		if list.Kind() != extast.KindDefinitionList {
			r.fail("::: %s has fields alone: a term, and below it lines that begin with a colon", f.name)
			return nil
		}
		for c := list.FirstChild(); c != nil; c = c.NextSibling() {
			if c.Kind() == extast.KindDefinitionTerm {
				rows = append(rows, row{term: r.inline(c)})
			} else if len(rows) > 0 {
				rows[len(rows)-1].describe(r.inline(c))
			}
		}
	}
	return rows
}

func (r *row) describe(runs []run) {
	switch {
	case isBar(runs):
		r.bar = runs[0].pieces
	case r.runs == nil:
		r.runs = runs
	default:
		r.notes = append(r.notes, runs)
	}
}

func isBar(runs []run) bool {
	return len(runs) == 1 && len(runs[0].pieces) == 1 && runs[0].pieces[0].kind == slotBar
}

// figure reads a paragraph of one picture, which must be one of the mail's own.
func (r *reader) figure(p ast.Node) *block {
	image, ok := p.FirstChild().(*ast.Image)
	if !ok || p.ChildCount() != 1 {
		return nil
	}
	at := pieces(string(image.Destination))
	if len(at) != 1 || at[0].kind != slotPicture {
		r.fail("a picture is one that goes with the mail, such as {{.Trend.Picture}}")
		return nil
	}
	return &block{role: roleFigure, runs: r.inline(image), picture: at}
}

// hasBelow reports whether a line of the table has small words below others.
func hasBelow(rows []row) bool {
	return slices.ContainsFunc(rows, func(r row) bool {
		return slices.ContainsFunc(r.cells, func(c cell) bool {
			return slices.ContainsFunc(c.runs, func(one run) bool { return one.below })
		})
	})
}
