package mailin

import (
	"strings"

	"golang.org/x/net/html/atom"
)

// sheet is what counts of the style elements of a document.
type sheet struct {
	classes, ids map[string]bool // that are not shown
	tags         map[atom.Atom]bool
	groups       [][]map[string]bool // of classes that are not shown where they meet
	tiny         map[string]bool     // classes whose letters have no size
	rules        int                 // that hide
	paper        bool                // it sets backgrounds: nobody knows which colour hides
	paragraph    style               // of p, the first rule
	normal       style               // of Outlook's p.MsoNormal, the first rule
}

// maxHidingRules bounds a sheet; the others its rules that take a search.
const (
	maxHidingRules = 200
	maxGroups      = 20
	maxGroup       = 4
)

// read takes the rules of a style sheet. Rules for some screens only are left out:
// nobody knows how wide a reader's window is.
func (s *sheet) read(css string) {
	css = plainCSS(css)
	s.paper = s.paper || strings.Contains(css, "background")
	for css != "" {
		i := strings.IndexByte(css, '{')
		if i < 0 {
			return
		}
		selector, rest := ruleSelector(css[:i]), css[i+1:]
		if strings.HasPrefix(selector, "@media") || strings.HasPrefix(selector, "@supports") {
			if css = rest; !everyScreen(selector) {
				css = skipBlock(rest)
			}
			continue
		}
		var body string
		body, css, _ = strings.Cut(rest, "}")
		if !strings.HasPrefix(selector, "@") {
			s.rule(selector, body)
		}
	}
}

// ruleSelector drops what stands before a selector: other statements, the end of
// a block, the start of a comment of HTML.
func ruleSelector(s string) string {
	s = s[strings.LastIndexAny(s, ";}")+1:]
	return strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(s), "<!--"))
}

// everyScreen reports a media query that holds wherever mail is read.
func everyScreen(selector string) bool {
	switch strings.Join(strings.Fields(strings.ToLower(selector)), " ") {
	case "@media screen", "@media all", "@media only screen", "@media screen, print", "@media all, screen":
		return true
	}
	return false
}

func skipBlock(css string) string {
	depth := 1
	for i := range len(css) {
		switch css[i] {
		case '{':
			depth++
		case '}':
			depth--
		}
		if depth == 0 {
			return css[i+1:]
		}
	}
	return ""
}

// rule takes simple selectors: "tag", ".class", "tag.class", ".class.class", "#id".
func (s *sheet) rule(selectors, body string) {
	st := readStyle(strings.ToLower(body))
	hides := st.hides(true) || st.size == nothing
	if !hides && st.above == undeclared && st.below == undeclared {
		return
	}
	for selector := range strings.SplitSeq(selectors, ",") {
		selector = strings.TrimSpace(selector)
		switch selector {
		case "p", "P":
			s.paragraph.takeMargins(st)
		case "p.MsoNormal":
			s.normal.takeMargins(st)
		}
		if hides && s.rules < maxHidingRules && !strings.ContainsAny(selector, " :>[+~*\n\t") {
			s.hide(selector, st.hides(true))
		}
	}
}

// hide takes a selector over: of what is not shown, or else of tiny letters.
func (s *sheet) hide(selector string, whole bool) {
	if s.classes == nil {
		s.classes, s.ids, s.tags, s.tiny = map[string]bool{}, map[string]bool{}, map[atom.Atom]bool{}, map[string]bool{}
	}
	s.rules++
	if !whole {
		_, class, _ := strings.Cut(selector, ".")
		s.tiny[class] = true
		return
	}
	if tag, id, ok := strings.Cut(selector, "#"); ok && tag == "" {
		s.ids[id] = true
		return
	}
	tag, classes, ok := strings.Cut(selector, ".")
	switch {
	case !ok && tag != "":
		s.tags[tagOf([]byte(strings.ToLower(tag)))] = true
	case !strings.Contains(classes, "."):
		s.classes[classes] = true
	case len(s.groups) < maxGroups && strings.Count(classes, ".") < maxGroup:
		var group []map[string]bool
		for c := range strings.SplitSeq(classes, ".") {
			group = append(group, map[string]bool{c: true})
		}
		s.groups = append(s.groups, group)
	}
}

// hides reports whether a rule hides an element.
func (s *sheet) hides(tag atom.Atom, a attrs) bool {
	if s.rules == 0 {
		return false
	}
	return s.tags[tag] || s.ids[a.id] || a.class != "" && (hasClass(a.class, s.classes) || s.hidesGroup(a.class))
}

// shrinks reports whether a rule gives the letters no size.
func (s *sheet) shrinks(a attrs) bool {
	return len(s.tiny) > 0 && a.class != "" && hasClass(a.class, s.tiny)
}

func (s *sheet) hidesGroup(list string) bool {
	for _, group := range s.groups {
		all := true
		for _, c := range group {
			all = all && hasClass(list, c)
		}
		if all {
			return true
		}
	}
	return false
}
