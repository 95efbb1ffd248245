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

// parseScript reads a kind's template together with the common parts. What the
// kind's defines goes before the parts, and earlier parts before later ones.
// Errors name file and line.
func parseScript(files fs.FS, kind string, parts ...fs.FS) (script, error) {
	file := templates.File(kind)
	defined, err := parseMarkdown(files, file)
	if err != nil {
		return script{}, err
	}
	root := texttemplate.New("").Funcs(functions())
	if err := addMissing(root, defined); err != nil {
		return script{}, err
	}
	for _, p := range parts {
		if defined, err = parseMarkdown(p, partsFile); err != nil {
			return script{}, err
		}
		if err := addMissing(root, defined); err != nil {
			return script{}, err
		}
	}
	for _, t := range root.Templates() {
		wrapActions(t.Root)
	}
	return script{root.Lookup(file)}, nil
}

func functions() texttemplate.FuncMap { return texttemplate.FuncMap{"slot": slot} }

func parseMarkdown(files fs.FS, name string) (*texttemplate.Template, error) {
	source, err := fs.ReadFile(files, name)
	if err != nil {
		return nil, err
	}
	if i := strings.IndexAny(string(source), string([]rune{slotOpen, slotInner, slotClose})); i >= 0 {
		return nil, fmt.Errorf("%s:%d: holds a rune of U+E000 to U+E002, which envdesk needs for itself", name, 1+strings.Count(string(source[:i]), "\n"))
	}
	return texttemplate.New(name).Funcs(functions()).Parse(string(source))
}

// addMissing adds the definitions that root does not have. Parsing into root
// itself would not let an empty definition take the place of another.
func addMissing(root, from *texttemplate.Template) error {
	for _, t := range from.Templates() {
		if root.Lookup(t.Name()) != nil {
			continue
		}
		if _, err := root.AddParseTree(t.Name(), t.Tree); err != nil {
			return err
		}
	}
	return nil
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
	return template.New(templates.Layout).Option("missingkey=error").Parse(string(source))
}
