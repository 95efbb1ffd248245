package config

import (
	"slices"

	"github.com/goccy/go-yaml/ast"

	"envdesk/tracker"
	"envdesk/tracker/intake"
)

// words reads the vocabulary. Environments are those of the file; types and
// stacks of the file come over the defaults by name.
func (r *reader) words(m *mapping) {
	r.entries(m, "environments", func(path string, e *mapping, name string) {
		t := intake.Term{Name: name}
		if r.unique(path, name, r.c.Environments) {
			r.term(e, &t, false)
			r.approval(e, intake.Approval{Environment: name})
			r.c.Environments = append(r.c.Environments, t)
		}
	})
	given := map[string]bool{}
	r.entries(m, "types", func(path string, e *mapping, name string) {
		if r.once(path, name, given) {
			r.typeEntry(e, name)
			r.approval(e, intake.Approval{Type: name})
		}
	})
	clear(given)
	r.entries(m, "stacks", func(path string, e *mapping, name string) {
		if r.once(path, name, given) {
			r.stackEntry(e, name)
		}
	})
}

// entries reads a list of names and of mappings that have a name; e is nil for
// a name alone.
func (r *reader) entries(m *mapping, key string, f func(path string, e *mapping, name string)) {
	n, ok := m.take(key)
	if !ok {
		return
	}
	r.each(m.at(key), n, func(path string, n ast.Node) {
		var name string
		if _, isMapping := n.(*ast.MappingNode); !isMapping {
			if scanNode(r, path, n, &name, parseName) {
				f(path, nil, name)
			}
			return
		}
		e, _ := r.mapping(path, n, "")
		scan(e, "name", &name, parseName)
		e.require("name", "a name")
		f(path, e, name)
		e.close()
	})
}

// unique reports a name that another entry has, which then is no entry.
func (r *reader) unique(path, name string, terms []intake.Term) bool {
	if _, taken := find(name, terms); taken {
		r.report(path, &fault{got: quote(name) + " a second time", want: "each name once"})
		return false
	}
	return true
}

func (r *reader) once(path, name string, given map[string]bool) bool {
	if given[fold(name)] {
		r.report(path, &fault{got: quote(name) + " a second time", want: "each name once"})
		return false
	}
	given[fold(name)] = true
	return true
}

func (r *reader) typeEntry(e *mapping, name string) {
	i := slices.IndexFunc(r.c.Types, func(t intake.Term) bool { return fold(t.Name) == fold(name) })
	t := intake.Term{Name: name}
	if i >= 0 {
		t = r.c.Types[i]
		t.Name = name
	}
	r.term(e, &t, true)
	if i < 0 {
		r.c.Types = append(r.c.Types, t)
		return
	}
	r.c.Types[i] = t
}

func (r *reader) stackEntry(e *mapping, name string) {
	i := slices.IndexFunc(r.c.Stacks, func(t intake.Term) bool { return fold(t.Name) == fold(name) })
	t := intake.Term{Name: name}
	if i >= 0 {
		t = r.c.Stacks[i]
		t.Name = name
	}
	r.term(e, &t, false)
	if i < 0 {
		r.c.Stacks = append(r.c.Stacks, t)
		return
	}
	r.c.Stacks[i] = t
}

func (r *reader) term(e *mapping, t *intake.Term, words bool) {
	if e == nil {
		return
	}
	scanList(e, "aliases", &t.Aliases, parseName)
	if words {
		scanList(e, "words", &t.Words, parseText)
	}
}

func (r *reader) partner(m *mapping) {
	p := Partner{Partner: tracker.Partner{Status: tracker.Onboarded}}
	scan(m, "name", &p.Name, parseName)
	m.require("name", "a name")
	if _, taken := find(p.Name, r.c.Vocabulary().Partners); taken {
		m.report("name", &fault{got: quote(p.Name) + " a second time", want: "each name once"})
	}
	scan(m, "email", &p.Email, parseAddress)
	m.require("email", "an address such as desk@optit.test")
	scanList(m, "members", &p.Members, parseMember)
	scanList(m, "environments", &p.Environments, named(r.c.Environments))
	scanList(m, "types", &p.Types, named(r.c.Vocabulary().Types))
	scan(m, "capacity", &p.Capacity, number(0, 100000))
	scan(m, "nda_signed", &p.NDASigned, parseDate)
	scan(m, "status", &p.Status, choice(tracker.Shortlisted, tracker.Onboarding, tracker.Onboarded, tracker.Left))
	m.within("calendar", "days, hours, half_days and holidays", func(m *mapping) {
		own := r.c.schedules["calendar"]
		schedule(m, &own)
		p.Calendar = r.calendar(m.path, own)
	})
	r.c.Partners = append(r.c.Partners, p)
}

// parseMember takes an address or the pattern of a domain.
func parseMember(s string) (string, *fault) {
	if s == "*" {
		return "", want(`an address or a pattern such as "*@optit.test", since a partner is not everybody`)
	}
	return parsePattern(s)
}

func (r *reader) route(m *mapping) {
	var rt intake.Route
	v := r.c.Vocabulary()
	scan(m, "environment", &rt.Environment, named(v.Environments))
	scan(m, "type", &rt.Type, named(v.Types))
	scan(m, "stack", &rt.Stack, named(v.Stacks))
	scan(m, "priority", &rt.Priority, choice(PriorityNames()...))
	scan(m, "domain", &rt.Domain, parseDomain)
	scan(m, "partner", &rt.Partner, named(v.Partners))
	m.require("partner", "the name of a partner")
	scan(m, "overflow", &rt.Overflow, named(v.Partners))
	if rt.Overflow != "" && rt.Overflow == rt.Partner {
		m.report("overflow", &fault{got: quote(rt.Overflow), want: "another partner than the one that is full"})
	}
	r.c.Routing = append(r.c.Routing, rt)
}

// named takes a name or an alias of one of the terms and gives the name.
func named(terms []intake.Term) func(string) (string, *fault) {
	return func(s string) (string, *fault) {
		if t, ok := find(s, terms); ok {
			return t.Name, nil
		}
		known := make([]string, len(terms))
		for i, t := range terms {
			known[i] = t.Name
		}
		return "", oneOf(s, known)
	}
}

// find looks a name or an alias up, as tags are: letters and digits count.
func find(s string, terms []intake.Term) (intake.Term, bool) {
	key := fold(s)
	for _, t := range terms {
		if key != "" && (fold(t.Name) == key || slices.ContainsFunc(t.Aliases, func(a string) bool { return fold(a) == key })) {
			return t, true
		}
	}
	return intake.Term{}, false
}

// checkTerms reports a word that stands for two names of one category.
func (r *reader) checkTerms(section string, terms []intake.Term) {
	owner := map[string]string{}
	for _, t := range terms {
		for _, w := range append([]string{t.Name}, t.Aliases...) {
			if other, taken := owner[fold(w)]; taken && other != t.Name {
				r.report(section, &fault{got: quote(w) + " for both " + other + " and " + t.Name, want: "each name and alias once"})
			}
			owner[fold(w)] = t.Name
		}
	}
}

// checkWords checks the names of each category against one another.
func (r *reader) checkWords() {
	v := r.c.Vocabulary()
	r.checkTerms("environments", v.Environments)
	r.checkTerms("types", v.Types)
	r.checkTerms("stacks", v.Stacks)
}
