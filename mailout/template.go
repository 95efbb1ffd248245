package mailout

import (
	"fmt"
	"html/template"
	"io/fs"
	"strings"
	texttemplate "text/template" // its one use: every value it prints goes through slot
	"text/template/parse"

	"envdesk/templates"
)

// script is an executable Markdown template. Its output holds values in slots.
type script struct{ tree *texttemplate.Template }

// partsFile holds what several mails have in common.
const partsFile = "parts.md"

// parseScript reads a kind's template together with the common parts. Errors
// name file and line.
func parseScript(files fs.FS, kind string) (script, error) {
	root := texttemplate.New("").Funcs(texttemplate.FuncMap{"slot": slot})
	for _, name := range []string{partsFile, templates.File(kind)} {
		source, err := fs.ReadFile(files, name)
		if err != nil {
			return script{}, err
		}
		if i := strings.IndexAny(string(source), string([]rune{slotOpen, slotInner, slotClose})); i >= 0 {
			return script{}, fmt.Errorf("%s:%d: holds a rune of U+E000 to U+E002, which envdesk needs for itself", name, 1+strings.Count(string(source[:i]), "\n"))
		}
		if _, err := root.New(name).Parse(string(source)); err != nil {
			return script{}, err
		}
	}
	for _, t := range root.Templates() {
		if t.Tree != nil {
			wrapActions(t.Root)
		}
	}
	return script{root.Lookup(templates.File(kind))}, nil
}

// wrapActions appends slot to every pipeline that prints, as html/template does
// with its escapers: a template cannot forget it.
func wrapActions(n parse.Node) {
	switch n := n.(type) {
	case *parse.ListNode:
		if n == nil {
			return
		}
		for _, c := range n.Nodes {
			wrapActions(c)
		}
	case *parse.ActionNode:
		if len(n.Pipe.Decl) == 0 {
			n.Pipe.Cmds = append(n.Pipe.Cmds, slotCommand(n.Pos))
		}
	case *parse.IfNode:
		wrapBranch(&n.BranchNode)
	case *parse.RangeNode:
		wrapBranch(&n.BranchNode)
	case *parse.WithNode:
		wrapBranch(&n.BranchNode)
	}
}

func wrapBranch(b *parse.BranchNode) {
	wrapActions(b.List)
	wrapActions(b.ElseList)
}

func slotCommand(pos parse.Pos) *parse.CommandNode {
	return &parse.CommandNode{NodeType: parse.NodeCommand, Pos: pos, Args: []parse.Node{parse.NewIdentifier("slot").SetPos(pos)}}
}

// run executes the template, or one of its named parts; a part that the
// template does not define is empty.
func (s script) run(part string, data any) (string, error) {
	t := s.tree
	if part != "" {
		if t = t.Lookup(part); t == nil {
			return "", nil
		}
	}
	var b strings.Builder
	b.Grow(1 << 10)
	err := t.Execute(&b, data)
	return b.String(), err
}

// parseLayout reads the HTML around the mails.
func parseLayout(files fs.FS) (*template.Template, error) {
	source, err := fs.ReadFile(files, templates.Layout)
	if err != nil {
		return nil, err
	}
	return template.New(templates.Layout).Parse(string(source))
}
