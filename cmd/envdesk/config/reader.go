package config

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"envdesk/tracker/sla"
)

// reader collects a Config and what is wrong with it.
type reader struct {
	c        *Config
	whole    *mapping // the file; nil when it cannot be read
	fatal    Errors   // about the file as a whole
	problems Errors   // about keys
	needs    []namedApproval
}

func newReader(name string) *reader {
	c := defaults()
	c.File = name
	c.lines = map[string]int{}
	c.schedules = map[string]sla.Schedule{}
	return &reader{c: c}
}

// result gives the Config, or what is wrong with the needed sections.
func (r *reader) result(need []Section) (*Config, error) {
	found := append(Errors{}, r.fatal...)
	if len(found) == 0 {
		found = r.missing(need)
	}
	for _, p := range r.problems {
		if checked(need, p.Key) {
			found = append(found, p)
		}
	}
	if len(found) > 0 {
		return nil, found.sorted()
	}
	return r.c, nil
}

// report notes a problem of a key. A key without a line of its own is reported
// at the nearest thing around it.
func (r *reader) report(key string, f *fault) {
	r.problems = append(r.problems, Problem{File: r.c.File, Line: r.c.line(key), Key: key, Got: f.got, Want: f.want, Fix: f.fix})
}

func (r *reader) reportFatal(line int, f *fault) {
	r.fatal = append(r.fatal, Problem{File: r.c.File, Line: line, Got: f.got, Want: f.want, Fix: f.fix})
}

// line is where a key stands, or what is around it; 0 when nothing is.
func (c *Config) line(key string) int {
	for key != "" {
		if n := c.lines[key]; n > 0 {
			return n
		}
		key = key[:max(strings.LastIndexAny(key, ".["), 0)]
	}
	return 0
}

// top reads the bytes as one YAML mapping; nil when there is none.
func (r *reader) top(data []byte) *mapping {
	switch {
	case len(data) > maxFile:
		r.reportFatal(0, &fault{got: "a file of more than 1 MiB", want: "a configuration"})
		return nil
	case !utf8.Valid(data):
		r.reportFatal(0, &fault{got: "bytes that are not UTF-8", want: "a text file in UTF-8"})
		return nil
	}
	body, f, line := document(bytes.TrimPrefix(data, []byte("\ufeff")))
	if f != nil {
		r.reportFatal(line, f)
		return nil
	}
	m, ok := body.(*ast.MappingNode)
	switch {
	case body == nil:
		m = &ast.MappingNode{}
	case !ok:
		r.reportFatal(lineOf(body), &fault{got: kindOf(body), want: "sections such as desk, store and imap"})
		return nil
	}
	return r.newMapping("", m)
}

// document parses YAML with exactly one document; nil for an empty file.
func document(data []byte) (ast.Node, *fault, int) {
	tree, err := parser.ParseBytes(data, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		f, line := syntaxFault(data, err)
		return nil, f, line
	}
	var body ast.Node
	for _, d := range tree.Docs {
		if d.Body == nil {
			continue
		}
		if body != nil {
			return nil, &fault{got: "a second YAML document", want: "one; remove the line ---"}, lineOf(d.Body)
		}
		body = d.Body
	}
	return body, nil, 0
}

// syntaxFault words an error of the YAML parser without what stands in the file,
// which may be a secret.
func syntaxFault(data []byte, err error) (*fault, int) {
	line, msg := 0, "the file cannot be read"
	var ye yaml.Error
	if errors.As(err, &ye) {
		msg = ye.GetMessage()
		if t := ye.GetToken(); t != nil && t.Position != nil {
			line = t.Position.Line
		}
	}
	switch {
	case strings.Contains(msg, "reserved character"):
		return &fault{got: "a value that starts with a character reserved in YAML", fix: `put it in quotes, as in "*@egov.test"`}, line
	case strings.Contains(msg, `'\t'`), tabIndented(data, line):
		return &fault{got: "a tab in the indentation", want: "spaces"}, line
	case strings.Contains(msg, "escape character"):
		return &fault{got: `an unknown escape in a text in " "`, fix: `put it in ' ', or write \\ for a backslash`}, line
	}
	msg, _, _ = strings.Cut(msg, ` "`) // behind it the parser quotes the file
	return &fault{got: "no valid YAML", fix: strings.TrimSpace(msg)}, line
}

// tabIndented reports whether a line, counted from 1, is indented by a tab.
func tabIndented(data []byte, line int) bool {
	lines := strings.Split(string(data), "\n")
	if line < 1 || line > len(lines) {
		return false
	}
	text := lines[line-1]
	return strings.Contains(text[:len(text)-len(strings.TrimLeft(text, " \t"))], "\t")
}

// kindOf names what a node is, in the words of a fault's got.
func kindOf(n ast.Node) string {
	switch n.(type) {
	case nil, *ast.NullNode:
		return "nothing"
	case *ast.MappingNode:
		return "a mapping"
	case *ast.SequenceNode:
		return "a list"
	case *ast.StringNode, *ast.LiteralNode:
		return "text"
	case *ast.IntegerNode, *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		return "a number"
	case *ast.BoolNode:
		return "true or false"
	case *ast.AnchorNode, *ast.AliasNode:
		return "a YAML anchor or alias"
	case *ast.TagNode:
		return "a YAML tag"
	}
	return "something else"
}

// scalarOf gives the source text of a single value.
func scalarOf(n ast.Node) (string, bool) {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		return n.Value.Value, true
	case *ast.IntegerNode, *ast.FloatNode, *ast.InfinityNode, *ast.NanNode, *ast.BoolNode:
		return n.GetToken().Value, true
	}
	return "", false
}

// shown is how a node is told in a fault: its value, or what it is.
func shown(n ast.Node) string {
	s, ok := scalarOf(n)
	switch n.(type) {
	case *ast.StringNode, *ast.LiteralNode:
		return quote(s)
	}
	if !ok {
		return kindOf(n)
	}
	return s
}

func lineOf(n ast.Node) int {
	if n == nil || n.GetToken() == nil || n.GetToken().Position == nil {
		return 0
	}
	return n.GetToken().Position.Line
}

func item(path string, i int) string { return fmt.Sprintf("%s[%d]", path, i) }
