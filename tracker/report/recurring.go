package report

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode"

	"envdesk/tracker/sla"
)

// Recurring is a kind of request that came again and again: a utility could make
// it needless.
type Recurring struct {
	Title  string   `json:"title"` // the most common one
	Type   string   `json:"type"`
	Count  int      `json:"count"`          // in four weeks
	Median int64    `json:"median_seconds"` // working time to resolve one; 0: none was resolved
	Day    int64    `json:"day_seconds"`
	Keys   []string `json:"keys"` // at most five, the latest
}

// The rules: requests of the last four weeks of one type, whose titles share half
// of their words or more, and at least two, with the first of them, or have the
// same words as one of them; three or more. The half is of all words that either
// title has. Words are
// compared without case, plural s, small words, numbers, and the names of
// environments, stacks and partners: those are what differs between two requests
// of a kind.
const (
	recurringWeeks = 4
	recurringLeast = 3
	mostRecurring  = 5
	mostCandidates = 64 // groups that are compared with a title, those by its rarest words first
	commonLeast    = 2  // words that two titles have in common
)

// recurring finds the kinds of requests that came most often.
func (v *view) recurring() []Recurring {
	since := v.weeks[horizon-recurringWeeks]
	names := v.commonNames()
	byType := map[string][]titled{}
	for i := range v.tickets {
		s := &v.tickets[i]
		if s.kind == "" || len(s.spans) == 0 || s.entered.Before(since) {
			continue
		}
		if words := wordsOf(s.title, names); len(words) > 0 {
			byType[s.kind] = append(byType[s.kind], titled{s, words})
		}
	}
	all := []Recurring{}
	for kind, list := range byType {
		for _, g := range cluster(list) {
			if len(g) >= recurringLeast {
				all = append(all, v.tell(kind, g))
			}
		}
	}
	slices.SortFunc(all, func(a, b Recurring) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Title, b.Title), cmp.Compare(a.Type, b.Type))
	})
	return all[:min(len(all), mostRecurring)]
}

// titled is a ticket with the words of its title, in rising order.
type titled struct {
	*seen
	words []string
}

// tell sums up a group, which is in the order of the tickets' numbers.
func (v *view) tell(kind string, group []titled) Recurring {
	r := Recurring{Type: kind, Count: len(group), Day: seconds(v.terms().Calendar.FullDay())}
	count := map[string]int{}
	var used []time.Duration
	for _, t := range group {
		if count[t.title]++; r.Title == "" || count[t.title] > count[r.Title] {
			r.Title = t.title
		}
		for _, o := range t.facts.done {
			if o.clock == sla.Resolve {
				used = append(used, o.used)
			}
		}
	}
	r.Median = seconds(median(used))
	for _, t := range group[max(0, len(group)-5):] {
		r.Keys = append(r.Keys, t.key)
	}
	return r
}

// cluster puts titles together with the first one that is like them, and with
// those of the same words. Titles
// alike share one of the rarest words of each: only those are looked up, so that
// the work grows with the number of titles.
func cluster(list []titled) [][]titled {
	seenIn := map[string]int{}
	for _, t := range list {
		for _, w := range t.words {
			seenIn[w]++
		}
	}
	var groups [][]titled
	exact := map[string]int{}     // group by all its words
	leading := map[string][]int{} // groups by the rare words of their first title
	for _, t := range list {
		all := strings.Join(t.words, " ")
		g, known := exact[all]
		if !known {
			rare := rarest(t.words, seenIn)
			if g = nearest(t, rare, leading, groups); g < 0 {
				g = len(groups)
				groups = append(groups, nil)
				for _, w := range rare {
					leading[w] = append(leading[w], g)
				}
			}
		}
		exact[all] = g
		groups[g] = append(groups[g], t)
	}
	return groups
}

// nearest is the group whose first title is most like t, the earliest of several;
// -1 for none.
func nearest(t titled, rare []string, leading map[string][]int, groups [][]titled) int {
	best, shared, outOf := -1, 0, 1
	compared := 0
	for _, w := range rare {
		for _, g := range leading[w] {
			if compared++; compared > mostCandidates {
				return best
			}
			both := common(t.words, groups[g][0].words)
			either := len(t.words) + len(groups[g][0].words) - both
			nearer := both*outOf > shared*either || both*outOf == shared*either && g < best
			if both >= commonLeast && 2*both >= either && nearer {
				best, shared, outOf = g, both, either
			}
		}
	}
	return best
}

// rarest are so many of the rarest words that two titles that are alike have one
// of them in common. At least as many of its n words as commonLeast and ⌈n/2⌉ are
// shared: all but so many, less one, of the commonest; of a single word none.
func rarest(words []string, seenIn map[string]int) []string {
	s := slices.Clone(words)
	slices.SortFunc(s, func(a, b string) int { return cmp.Or(cmp.Compare(seenIn[a], seenIn[b]), cmp.Compare(a, b)) })
	return s[:len(s)+1-min(len(s)+1, max(commonLeast, (len(s)+1)/2))]
}

// common counts the words that two rising lists share.
func common(a, b []string) int {
	n := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch c := cmp.Compare(a[i], b[j]); {
		case c < 0:
			i++
		case c > 0:
			j++
		default:
			n, i, j = n+1, i+1, j+1
		}
	}
	return n
}

// wordsOf are the words of a title that tell its kind, each once, rising.
func wordsOf(title string, without map[string]bool) []string {
	var words []string
	for _, w := range split(title) {
		if !without[w] && !strings.ContainsFunc(w, unicode.IsDigit) {
			words = append(words, w)
		}
	}
	slices.Sort(words)
	return slices.Compact(words)
}

// split gives the words of a text in lower case, without a plural s. Marks belong
// to words: Devanagari writes vowels with them.
func split(text string) []string {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) })
	for i, w := range words {
		if len(w) > 3 && strings.HasSuffix(w, "s") && !strings.HasSuffix(w, "ss") {
			words[i] = strings.TrimSuffix(w, "s")
		}
	}
	return words
}

// commonNames are words that say nothing of the kind of a request.
func (v *view) commonNames() map[string]bool {
	names := map[string]bool{}
	for _, w := range strings.Fields("a an the of for to in on at by and or with from please pls kindly new is are be need needed request re fwd our my we") {
		names[w] = true
	}
	done := map[string]bool{}
	add := func(name string) {
		if done[name] {
			return
		}
		done[name] = true
		for _, w := range split(name) {
			names[w] = true
		}
	}
	for i := range v.tickets {
		add(v.tickets[i].env)
		add(v.tickets[i].stack)
		add(v.tickets[i].partner)
	}
	for _, p := range v.setup.Directory.Partners {
		add(p.Name)
	}
	return names
}
