package config

import (
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// mapping reads one YAML mapping key by key. The keys that were asked for are
// the known ones: close reports the others.
type mapping struct {
	r     *reader
	path  string // "" for the whole file
	nodes map[string]ast.Node
	order []string // keys as they stand in the file
	known []string
}

// newMapping takes the entries of a node, and reports keys that stand twice.
func (r *reader) newMapping(path string, n *ast.MappingNode) *mapping {
	m := &mapping{r: r, path: path, nodes: map[string]ast.Node{}}
	for _, e := range n.Values {
		key := e.Key.GetToken().Value
		at, line := m.at(key), lineOf(e.Key)
		if _, twice := m.nodes[key]; twice {
			m.reportKey(key, line, &fault{got: "the key a second time", want: "it once; the first is on line " + strconv.Itoa(r.c.lines[at])})
			continue
		}
		m.nodes[key] = e.Value
		m.order = append(m.order, key)
		r.c.lines[at] = line
	}
	return m
}

// mapping reads the node as a mapping; false, and a problem, when it is none.
func (r *reader) mapping(path string, n ast.Node, wanted string) (*mapping, bool) {
	m, ok := n.(*ast.MappingNode)
	if !ok {
		r.report(path, &fault{got: shown(n), want: wanted})
		return nil, false
	}
	return r.newMapping(path, m), true
}

// at is the full key of an entry. A key that no line could show is quoted.
func (m *mapping) at(key string) string {
	if len(key) > maxText || strings.ContainsFunc(key, breaksLine) {
		key = quote(key)
	}
	if m.path == "" {
		return key
	}
	return m.path + "." + key
}

// reportKey reports a fault of a key itself: of a section it concerns the
// whole file, since nobody can tell what was meant.
func (m *mapping) reportKey(key string, line int, f *fault) {
	p := Problem{File: m.r.c.File, Line: line, Key: m.at(key), Got: f.got, Want: f.want, Fix: f.fix}
	if m.path == "" {
		m.r.fatal = append(m.r.fatal, p)
		return
	}
	m.r.problems = append(m.r.problems, p)
}

// take gives the node of a key and remembers that it is known. Nothing behind
// a key is as good as no key.
func (m *mapping) take(key string) (ast.Node, bool) {
	m.known = append(m.known, key)
	n, ok := m.nodes[key]
	if _, null := n.(*ast.NullNode); null {
		return nil, false
	}
	return n, ok
}

// has reports whether the key stands in the mapping with a value.
func (m *mapping) has(key string) bool {
	n, ok := m.nodes[key]
	_, null := n.(*ast.NullNode)
	return ok && !null
}

// report notes a fault of an entry.
func (m *mapping) report(key string, f *fault) { m.r.report(m.at(key), f) }

// require reports the keys that are not there.
func (m *mapping) require(key, wanted string) {
	if !m.has(key) {
		m.report(key, &fault{got: "nothing", want: wanted})
	}
}

// close reports the keys that nobody asked for.
func (m *mapping) close() {
	for _, key := range m.order {
		if m.knows(key) {
			continue
		}
		f := &fault{got: "an unknown key"}
		if n := Nearest(key, m.known); n != "" {
			f.fix = "did you mean " + n + "?"
		} else {
			f.want = list(m.known)
		}
		m.reportKey(key, m.r.c.lines[m.at(key)], f)
	}
}

func (m *mapping) knows(key string) bool {
	for _, k := range m.known {
		if k == key {
			return true
		}
	}
	return false
}

// scan reads a single value through its parser; without the key nothing changes.
func scan[T any](m *mapping, key string, into *T, parse func(string) (T, *fault)) {
	if n, ok := m.take(key); ok {
		scanNode(m.r, m.at(key), n, into, parse)
	}
}

// scanList reads a list of single values; a list in the file replaces the default.
func scanList[T any](m *mapping, key string, into *[]T, parse func(string) (T, *fault)) {
	n, ok := m.take(key)
	if !ok {
		return
	}
	*into = []T{}
	m.r.each(m.at(key), n, func(path string, n ast.Node) {
		var v T
		if scanNode(m.r, path, n, &v, parse) {
			*into = append(*into, v)
		}
	})
}

// scanMany reads one value or a list of them, each of which may stand for several.
func scanMany[T any](m *mapping, key string, into *[]T, parse func(string) ([]T, *fault)) {
	n, ok := m.take(key)
	if !ok {
		return
	}
	*into = []T{}
	add := func(path string, n ast.Node) {
		var vs []T
		if scanNode(m.r, path, n, &vs, parse) {
			*into = append(*into, vs...)
		}
	}
	if _, isList := n.(*ast.SequenceNode); isList {
		m.r.each(m.at(key), n, add)
		return
	}
	add(m.at(key), n)
}

func scanNode[T any](r *reader, path string, n ast.Node, into *T, parse func(string) (T, *fault)) bool {
	s, single := scalarOf(n) // what is no single value is refused as the empty text would be
	v, f := parse(s)
	_, text := any(into).(*string)
	switch {
	case f == nil && !single:
		f = want("a single value")
	case f == nil && text && kindOf(n) != "text":
		f = &fault{want: "text", fix: "put it in quotes"}
	}
	if f != nil {
		if f.got == "" {
			f.got = shown(n)
		}
		r.report(path, f)
		return false
	}
	*into = v
	return true
}

// each calls f with the elements of a list.
func (r *reader) each(path string, n ast.Node, f func(path string, n ast.Node)) {
	seq, ok := n.(*ast.SequenceNode)
	if !ok {
		r.report(path, &fault{got: shown(n), want: "a list, in [ ] or a line with - each"})
		return
	}
	for i, e := range seq.Values {
		at := item(path, i)
		r.c.lines[at] = lineOf(e)
		f(at, e)
	}
}

// eachMapping calls f with the elements of a list of mappings and closes them.
func (m *mapping) eachMapping(key, wanted string, f func(m *mapping)) {
	n, ok := m.take(key)
	if !ok {
		return
	}
	m.r.each(m.at(key), n, func(path string, n ast.Node) {
		if e, ok := m.r.mapping(path, n, wanted); ok {
			f(e)
			e.close()
		}
	})
}

// within calls f with the mapping behind a key and closes it.
func (m *mapping) within(key, wanted string, f func(m *mapping)) {
	n, ok := m.take(key)
	if !ok {
		return
	}
	if e, ok := m.r.mapping(m.at(key), n, wanted); ok {
		f(e)
		e.close()
	}
}
