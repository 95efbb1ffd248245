package mailout

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// noteMarkdown rewrites a person's Markdown as Markdown of ours: of paragraphs,
// emphasis, heads, lists, quotes and tables the marks stay, the words go into slots,
// and everything else is words. A link becomes its words and, when it is https, its
// address as text. Of a longer note the first runes are shown, and it is told that
// there is more.
func noteMarkdown(note string, runes int) (words prepared, more bool) {
	source := strings.TrimSpace(squeeze(clean(note)))
	if source == "" {
		return "", false
	}
	if more = utf8.RuneCountInString(source) > runes; more {
		source = cut(source, runes)
	}
	w := noteWriter{source: []byte(outdented(source))}
	root := markdown().Parse(text.NewReader(w.source))
	w.blocks(root, "")
	return prepared(strings.TrimSpace(w.b.String())), more
}

// outdented takes the spaces from lines that would be code, which a note has not.
func outdented(s string) string {
	lines := strings.Split(strings.ReplaceAll(s, "\t", "    "), "\n")
	for i, l := range lines {
		if strings.HasPrefix(l, "    ") {
			lines[i] = "   " + strings.TrimLeft(l, " ")
		}
	}
	return strings.Join(lines, "\n")
}

type noteWriter struct {
	source []byte
	b      strings.Builder
	depth  int
}

// blocks writes the children of a node, each line behind the prefix.
func (w *noteWriter) blocks(n ast.Node, prefix string) {
	if w.depth++; w.depth > 8 {
		w.depth--
		return
	}
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		w.block(c, prefix)
	}
	w.depth--
}

func (w *noteWriter) block(n ast.Node, prefix string) {
	switch n := n.(type) {
	case *ast.ThematicBreak:
	case *ast.Heading:
		w.line("", "## ", w.words(n))
	case *extast.Table:
		w.table(n)
	case *ast.List:
		w.list(n)
	case *ast.Blockquote:
		w.blocks(n, "> ")
	default:
		if n.FirstChild() != nil && n.FirstChild().Type() == ast.TypeBlock {
			w.blocks(n, prefix)
			return
		}
		w.line(prefix, "", w.words(n))
	}
}

func (w *noteWriter) line(prefix, mark, words string) {
	if strings.TrimSpace(words) != "" {
		w.b.WriteString(prefix + mark + words + "\n" + strings.TrimRight(prefix, " ") + "\n")
	}
}

// list flattens what is nested: its words stay in their order.
func (w *noteWriter) list(l *ast.List) {
	number := l.Start
	for item := l.FirstChild(); item != nil; item = item.NextSibling() {
		words := ""
		var nested []*ast.List
		for c := item.FirstChild(); c != nil; c = c.NextSibling() {
			if inner, ok := c.(*ast.List); ok {
				nested = append(nested, inner)
				continue
			}
			words = strings.TrimSpace(words + " " + w.words(c))
		}
		if words != "" {
			w.b.WriteString(itemMark(l, number) + words + "\n")
		}
		number++
		if w.depth++; w.depth <= 8 {
			for _, c := range nested {
				w.list(c)
			}
		}
		w.depth--
	}
	if w.depth == 1 {
		w.b.WriteByte('\n')
	}
}

// itemMark is what stands before an item of a list: its number where it has one.
func itemMark(l *ast.List, number int) string {
	if l.IsOrdered() {
		return strconv.Itoa(number) + ". "
	}
	return "- "
}

func (w *noteWriter) table(t *extast.Table) {
	for line := t.FirstChild(); line != nil; line = line.NextSibling() {
		var cells []string
		for c := line.FirstChild(); c != nil; c = c.NextSibling() {
			cells = append(cells, w.words(c))
		}
		w.b.WriteString("| " + strings.Join(cells, " | ") + " |\n")
		if line == t.FirstChild() {
			w.b.WriteString("|" + w.alignments(t) + "\n")
		}
	}
	w.b.WriteByte('\n')
}

func (w *noteWriter) alignments(t *extast.Table) string {
	var b strings.Builder
	for _, a := range t.Alignments {
		if a == extast.AlignRight {
			b.WriteString("--:|")
		} else {
			b.WriteString("---|")
		}
	}
	return b.String()
}

// words are the text below a node, in one line, strong where it is.
func (w *noteWriter) words(root ast.Node) string {
	var b strings.Builder
	strong := 0
	_ = ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		switch n := n.(type) {
		case *ast.Emphasis:
			if strong++; !entering {
				strong -= 2
			}
		case *ast.Text:
			if entering {
				w.text(&b, n, strong > 0)
			}
		case *ast.Link:
			if !entering {
				linkText(&b, n.Destination)
			}
		case *ast.Image:
			if !entering {
				linkText(&b, n.Destination)
			}
		}
		return ast.WalkContinue, nil
	})
	return strings.TrimSpace(b.String())
}

func (w *noteWriter) text(b *strings.Builder, t *ast.Text, strong bool) {
	words := t.Segment.Value(w.source)
	if t.Parent().Kind() != ast.KindCodeSpan {
		words = util.UnescapePunctuations(util.ResolveNumericReferences(util.ResolveEntityNames(words)))
	}
	one := strings.Join(strings.Fields(clean(string(words))), " ")
	if bytes.HasPrefix(words, []byte(" ")) {
		b.WriteByte(' ')
	}
	if one != "" {
		mark(b, slot(one), strong)
		if bytes.HasSuffix(words, []byte(" ")) {
			b.WriteByte(' ')
		}
	}
	if t.SoftLineBreak() || t.HardLineBreak() {
		b.WriteByte(' ')
	}
}

// mark writes words, strong ones so that they join with strong ones before them.
func mark(b *strings.Builder, words string, strong bool) {
	if !strong {
		b.WriteString(words)
		return
	}
	if before, joined := strings.CutSuffix(b.String(), "**"); joined {
		b.Reset()
		b.WriteString(before)
	} else {
		b.WriteString("**")
	}
	b.WriteString(words + "**")
}

func linkText(b *strings.Builder, destination []byte) {
	if bytes.HasPrefix(destination, []byte("https://")) {
		b.WriteString(" " + slot("("+oneLine(string(destination), maxLineLen)+")"))
	}
}
