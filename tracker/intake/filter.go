package intake

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"envdesk/tracker"
)

// filter selects tickets: of each kind that was named, one value must fit.
type filter struct {
	any       bool // in whatever state
	states    []tracker.Status
	fields    map[tracker.Field][]string
	partners  []string
	mine      bool // the sender's own
	unowned   bool // nobody has it
	needsDate bool // planned work without a date
	late      bool // by the clock
	dueToday  bool // likewise
}

var states = []tracker.Status{
	tracker.StatusUnverified, tracker.StatusNew, tracker.StatusApproval, tracker.StatusAssigned, tracker.StatusWorking, tracker.StatusWaiting,
	tracker.StatusBlocked, tracker.StatusResolved, tracker.StatusClosed, tracker.StatusCancelled, tracker.StatusMerged, tracker.StatusRejected,
}

// Filters of more than one word.
var (
	dueTodayWords  = regexp.MustCompile(`(?i)\bdue[ -]+today\b`)
	needsDateWords = regexp.MustCompile(`(?i)\b(?:needs?[ -]+(?:a[ -]+)?date|no[ -]+date)\b`)
)

// readFilter reads words such as "waiting P1 Punjab": states (also open, ended
// and all), late, due today, mine, unowned, needs date, priorities,
// environments, partners, types and stacks.
func readFilter(value string, v Vocabulary) (filter, error) {
	f := filter{fields: map[tracker.Field][]string{}}
	value = needsDateWords.ReplaceAllString(dueTodayWords.ReplaceAllString(value, "due-today"), "needs-date")
	for _, word := range strings.FieldsFunc(value, func(r rune) bool { return strings.ContainsRune(" ,;\t", r) }) {
		if _, bare, ok := strings.Cut(word, ":"); ok {
			word = bare
		}
		lower := strings.ToLower(word)
		if !f.readState(lower) && !f.readWord(lower) && !f.readTerm(word, v, findExact) && !f.readTerm(word, v, find) {
			return f, fmt.Errorf("%q is no state (open, all, %s …), priority, environment, partner, type or stack, nor late, due today, mine, unowned or needs date", word, tracker.StatusWaiting)
		}
	}
	return f, nil
}

func (f *filter) readState(word string) bool {
	switch word {
	case "all":
		f.any = true
	case "open":
		f.pick(tracker.Status.Open)
	case "ended":
		f.pick(tracker.Status.Ended)
	case "done":
		f.states = append(f.states, tracker.StatusResolved)
	default:
		if !slices.Contains(states, tracker.Status(word)) {
			return false
		}
		f.states = append(f.states, tracker.Status(word))
	}
	return true
}

func (f *filter) readWord(word string) bool {
	flag, ok := map[string]*bool{
		"mine": &f.mine, "unowned": &f.unowned, "unassigned": &f.unowned, "needs-date": &f.needsDate,
		"late": &f.late, "overdue": &f.late, "due-today": &f.dueToday,
	}[word]
	if ok {
		*flag = true
	}
	return ok
}

func (f *filter) pick(is func(tracker.Status) bool) {
	for _, s := range states {
		if is(s) {
			f.states = append(f.states, s)
		}
	}
}

func (f *filter) readTerm(word string, v Vocabulary, find func([]Term, string) (string, bool)) bool {
	for _, of := range []struct {
		field tracker.Field
		terms []Term
	}{
		{tracker.FieldPriority, v.Priorities}, {tracker.FieldEnvironment, v.Environments}, {"", v.Partners}, {tracker.FieldType, v.Types}, {tracker.FieldStack, v.Stacks},
	} {
		name, ok := find(of.terms, word)
		switch {
		case ok && of.field == "":
			f.partners = append(f.partners, name)
			return true
		case ok:
			f.fields[of.field] = append(f.fields[of.field], name)
			return true
		}
	}
	return false
}

// open reports whether only open tickets are asked for, as when no state is
// named. Only they can be late, due, unowned or in want of a date.
func (f filter) open() bool {
	return f.openOnly() || !f.any && !slices.ContainsFunc(f.states, func(s tracker.Status) bool { return !s.Open() })
}

func (f filter) openOnly() bool { return f.timed() || f.unowned || f.needsDate }

// timed reports whether the clock says which tickets fit.
func (f filter) timed() bool { return f.late || f.dueToday }

// takes reports whether the ticket fits, as far as it says so itself.
func (f filter) takes(t tracker.Ticket) bool {
	fits := func(names []string, value string) bool {
		return len(names) == 0 || slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, value) })
	}
	for field, names := range f.fields {
		if !fits(names, t.Get(field)) {
			return false
		}
	}
	inState := f.any || slices.Contains(f.states, t.Status) || len(f.states) == 0 && t.Status.Open()
	return inState && fits(f.partners, t.Partner) && (t.Status.Open() || !f.openOnly()) && (!f.unowned || ownerless(t))
}

// ownerless reports whether nobody has the ticket.
func ownerless(t tracker.Ticket) bool { return t.Partner == "" && t.Assignee == "" }
