package intake

import (
	"slices"
	"strings"

	"envdesk/tracker"
)

// Help lists the verbs for somebody who is rels to a ticket; nil lists all.
func Help(rels []Relation) []tracker.VerbHelp {
	var out []tracker.VerbHelp
	for _, v := range verbs {
		if rels == nil || slices.ContainsFunc(v.By, func(r Relation) bool { return slices.Contains(rels, r) }) {
			out = append(out, v.Help())
		}
	}
	return out
}

// Help is the row of the verb in words for a reader.
func (v Verb) Help() tracker.VerbHelp {
	return tracker.VerbHelp{Usage: v.Usage(), Does: v.Does, Who: v.who(), When: v.when()}
}

// who names the people who may use the verb, with what limits them.
func (v Verb) who() string {
	var words []string
	for _, rel := range v.By {
		limit := v.Limits[rel]
		switch {
		case limit == SameRight:
			return string(limit)
		case limit == "" || limit == ByCode:
			words = append(words, strings.TrimSpace(nameOf(rel)+" "+string(limit)))
		default:
			words = append(words, nameOf(rel)+" ("+string(limit)+")")
		}
	}
	return series(words, "or")
}

// when names the states in which the verb can be used; "" for any.
func (v Verb) when() string {
	var others, missing []string
	for _, s := range states {
		switch {
		case v.Fits(s) && !s.Open():
			others = append(others, string(s))
		case !v.Fits(s) && s.Open():
			missing = append(missing, string(s))
		}
	}
	switch {
	case v.From == nil:
		return ""
	case len(missing) == 0 && len(others) == 0:
		return "open"
	case len(missing) <= 2 && len(others) == 0:
		return "open, but not " + series(missing, "or")
	case len(missing) <= 2:
		return "open, " + series(others, "or") + ", but not " + series(missing, "or")
	}
	var fit []string
	for _, s := range states {
		if v.Fits(s) {
			fit = append(fit, string(s))
		}
	}
	return series(fit, "or")
}

// nameOf names a relation for a reader.
func nameOf(rel Relation) string {
	switch rel {
	case Requester:
		return "the requester"
	case Partner:
		return "the assigned partner"
	case DevOps:
		return "DevOps"
	case Manager:
		return "the programme manager"
	case Approver:
		return "an approver"
	case Watcher:
		return "who reads along"
	}
	return "people the desk knows"
}

// list writes relations for a reader: "the requester, the programme manager or
// DevOps".
func list(rels []Relation, last string) string {
	var words []string
	for _, rel := range rels {
		words = append(words, nameOf(rel))
	}
	return series(words, last)
}

// series joins words, the last one by another word.
func series(words []string, last string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " " + last + " " + words[len(words)-1]
}
