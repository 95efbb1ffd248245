package mailout

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// document is a mail as its template wrote it: sections of blocks, user data
// still in numbered slots.
type document struct{ sections [][]block }

// role is what a block is for; both renderings go by it.
type role int

const (
	roleNone     role = iota
	roleKicker        // small line above the headline
	roleHeadline      // what is wanted, or what happened
	roleLead          // the paragraph below it
	roleHead          // small capitals above a part
	roleKept          // the same with its letters kept, for names, keys and commands
	roleBody          // running text
	roleNote          // muted text below buttons, quotes and the lead
	roleFooter        // the last section
	roleButtons
	roleFields
	roleQuote
	roleList
	roleTable
	rolePanel   // blocks on a ground of their own
	roleTiles   // figures beside each other
	roleEntries // a list of what has a figure
	roleFigure  // a picture
)

// block is a paragraph, or with rows the like of a list.
type block struct {
	role role
	runs []run
	rows []row // buttons, fields, list, and the paragraphs of a quote

	blocks  []block // of a panel
	picture []piece // of a figure; the runs tell what it shows
}

// row is a field with its term, a button with its link, a list item, a
// paragraph of a quote, or a line of a table, the first of which is its head.
type row struct {
	term    []run
	runs    []run
	href    []piece // of a button
	primary bool
	mark    string // of a numbered list: 3.
	cells   []cell
	notes   [][]run // of a tile or an entry
	bar     []piece // of an entry
}

// cell is a cell of a table.
type cell struct {
	runs  []run
	right bool // numbers stand to the right
}

// run is text in one style.
type run struct {
	pieces []piece
	strong bool
	late   bool // a warning
	below  bool // small, on a line below
	br     bool // a line break, no text
}

// markdown parses the few constructs that templates use; raw HTML, code blocks
// and headings by underline are not among them.
func markdown() parser.Parser {
	p := parser.NewParser(
		parser.WithBlockParsers(
			util.Prioritized(fenceParser{}, 90),
			util.Prioritized(parser.NewThematicBreakParser(), 200),
			util.Prioritized(parser.NewListParser(), 300),
			util.Prioritized(parser.NewListItemParser(), 400),
			util.Prioritized(parser.NewATXHeadingParser(), 600),
			util.Prioritized(parser.NewBlockquoteParser(), 800),
			util.Prioritized(parser.NewParagraphParser(), 1000),
		),
		parser.WithInlineParsers(
			util.Prioritized(parser.NewCodeSpanParser(), 100),
			util.Prioritized(parser.NewLinkParser(), 200),
			util.Prioritized(parser.NewEmphasisParser(), 500),
		),
	)
	md := goldmark.New(goldmark.WithParser(p))
	extension.DefinitionList.Extend(md)
	extension.Table.Extend(md)
	return p
}

// reader turns goldmark's tree into a document.
type reader struct {
	source []byte
	out    document
	inset  bool // what is read stands in a panel
	err    error
}

// read parses a skeleton. An error names what a template must not have.
func read(p parser.Parser, skeleton string) (document, error) {
	r := &reader{source: []byte(skeleton), out: document{sections: [][]block{nil}}}
	root := p.Parse(text.NewReader(r.source))
	for n := root.FirstChild(); n != nil; n = n.NextSibling() {
		r.block(n)
	}
	r.finish()
	return r.out, r.err
}

func (r *reader) block(n ast.Node) {
	switch n := n.(type) {
	case *ast.ThematicBreak:
		r.out.sections = append(r.out.sections, nil)
	case *ast.Heading:
		role := roleHead
		switch n.Level {
		case 1:
			role = roleHeadline
		case 3:
			role = roleKept
		}
		r.add(block{role: role, runs: r.inline(n)})
	case *ast.Paragraph:
		if buttons := r.buttons(n); buttons != nil {
			r.add(block{role: roleButtons, rows: buttons})
			return
		}
		if figure := r.figure(n); figure != nil {
			r.add(*figure)
			return
		}
		r.add(block{role: roleBody, runs: r.inline(n)})
	case *ast.Blockquote:
		r.add(block{role: roleQuote, rows: r.children(n)})
	case *ast.List:
		r.list(n)
	case *extast.DefinitionList:
		r.add(block{role: roleFields, rows: r.fields(n)})
	case *extast.Table:
		r.add(block{role: roleTable, rows: r.table(n)})
	case *fence:
		r.fence(n)
	default:
		r.fail("%s has no place in a mail", n.Kind())
	}
}

func (r *reader) add(b block) {
	last := len(r.out.sections) - 1
	r.out.sections[last] = append(r.out.sections[last], b)
}

func (r *reader) fail(format string, args ...any) {
	if r.err == nil {
		r.err = fmt.Errorf(format, args...)
	}
}

// finish gives paragraphs the role of their place and drops empty sections.
func (r *reader) finish() {
	var kept [][]block
	for _, s := range r.out.sections {
		if len(s) > 0 {
			kept = append(kept, s)
		}
	}
	for i, s := range kept {
		switch {
		case i == len(kept)-1 && i > 0:
			paragraphs(s, func(int) role { return roleFooter })
		case i == 0:
			headSection(s)
		default:
			paragraphs(s, func(j int) role { return afterwards(s, j) })
		}
	}
	r.out.sections = kept
}

func headSection(s []block) {
	headline := len(s)
	for i, b := range s {
		if b.role == roleHeadline {
			headline = i
		}
	}
	paragraphs(s, func(i int) role {
		switch {
		case i < headline:
			return roleKicker
		case i == headline+1:
			return roleLead
		}
		return roleNote
	})
}

func paragraphs(s []block, as func(i int) role) {
	for i := range s {
		if s[i].role == roleBody {
			s[i].role = as(i)
		}
	}
}

// afterwards is the role of a paragraph within a body section.
func afterwards(s []block, i int) role {
	if i > 0 && (s[i-1].role == roleQuote || s[i-1].role == roleButtons || s[i-1].role == roleEntries || s[i-1].role == roleNote) {
		return roleNote
	}
	return roleBody
}

// buttons reads a paragraph of nothing but links, else it is nil.
func (r *reader) buttons(p ast.Node) []row {
	var rows []row
	for n := p.FirstChild(); n != nil; n = n.NextSibling() {
		link, primary := n, false
		if e, ok := n.(*ast.Emphasis); ok && e.ChildCount() == 1 {
			link, primary = e.FirstChild(), true
		}
		switch l := link.(type) {
		case *ast.Link:
			rows = append(rows, row{runs: r.inline(l), href: r.destination(l), primary: primary})
		case *ast.Text:
			if primary || len(bytes.TrimSpace(l.Segment.Value(r.source))) > 0 {
				return nil
			}
		default:
			return nil
		}
	}
	return rows
}

// destination checks where a link goes: to a button's mail that the composer
// built, or to what the template itself wrote.
func (r *reader) destination(l *ast.Link) []piece {
	ps := pieces(string(l.Destination))
	built := len(ps) == 1 && ps[0].kind == slotLink
	fixed := len(ps) == 1 && ps[0].kind == 0 &&
		(strings.HasPrefix(ps[0].literal, "mailto:") || strings.HasPrefix(ps[0].literal, "https://"))
	if !built && !fixed {
		r.fail("%w", linkError("a link may go to {{.Reply …}} or to a fixed mailto: or https: address only"))
		return nil
	}
	return ps
}

func (r *reader) children(n ast.Node) []row {
	var rows []row
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		rows = append(rows, row{runs: r.inline(c)})
	}
	return rows
}

func (r *reader) fields(n ast.Node) []row {
	var rows []row
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if c.Kind() == extast.KindDefinitionTerm {
			rows = append(rows, row{term: r.inline(c)})
		} else if len(rows) > 0 {
			rows[len(rows)-1].runs = r.inline(c)
		}
	}
	return rows
}

func (r *reader) table(n ast.Node) []row {
	var rows []row
	for line := n.FirstChild(); line != nil; line = line.NextSibling() {
		var one row
		for c := line.FirstChild(); c != nil; c = c.NextSibling() {
			tc, ok := c.(*extast.TableCell)
			one.cells = append(one.cells, cell{runs: r.inline(c), right: ok && tc.Alignment == extast.AlignRight})
		}
		rows = append(rows, one)
	}
	return rows
}

// inline flattens the text below a node into runs.
func (r *reader) inline(root ast.Node) []run {
	var runs []run
	strong, below := 0, 0
	small := r.inset || root.Kind() == extast.KindTableCell
	_ = ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		switch n := n.(type) {
		case *ast.Emphasis:
			count := &strong
			if small && n.Level == 1 {
				count = &below
			}
			if *count++; !entering {
				*count -= 2
			}
		case *ast.Text:
			if entering {
				runs = append(runs, r.words(n, run{strong: strong > 0, below: below > 0})...)
			}
		case *ast.Link:
			if n != root {
				r.fail("%w", linkError("a link is a button: it stands in a paragraph of links alone"))
			}
		case *ast.Image:
			if n != root {
				r.fail("a picture stands in a paragraph alone")
			}
		}
		return ast.WalkContinue, nil
	})
	return runs
}

func (r *reader) words(t *ast.Text, style run) []run {
	ps := pieces(string(t.Segment.Value(r.source)))
	for i := range ps {
		if ps[i].kind == 0 && t.Parent().Kind() != ast.KindCodeSpan {
			ps[i].literal = unescape(ps[i].literal)
		}
	}
	if t.SoftLineBreak() {
		ps = append(ps, piece{literal: " "})
	}
	style.pieces, style.late = ps, t.Parent().Kind() == ast.KindCodeSpan
	runs := []run{style}
	if t.HardLineBreak() {
		runs = append(runs, run{br: true})
	}
	return runs
}

// unescape resolves backslashes and entities of Markdown; the result is
// cleaned, so that no entity makes a slot.
func unescape(s string) string {
	return clean(string(util.UnescapePunctuations(util.ResolveNumericReferences(util.ResolveEntityNames([]byte(s))))))
}
