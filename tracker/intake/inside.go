package intake

import (
	"slices"
	"strings"

	"envdesk/tracker"
)

// keptInside holds the words back of who meant them for the desk's own side, or
// for a new owner, by a command that was refused: they go to nobody. Only operators
// and partners write such words.
func (r *run) keptInside() {
	if r.private || r.parted != "" || r.in.Shell || !r.hasWords() {
		return
	}
	s := r.cred.Sender
	operator := s.Has(tracker.RoleManager) || s.Has(tracker.RoleDevOps)
	if !operator && s.Partner == nil {
		return
	}
	for i, res := range slices.Backward(r.results) {
		if !res.Done && (r.means(res, "note") || operator && r.means(res, "assign", "unassign", "decline")) {
			r.results[i].Why = strings.TrimRight(res.Why, ".") + "; your words were kept inside"
			r.held = true
			return
		}
	}
}

// means reports whether a command is one of the verbs, or a misspelt one, or the
// state to which one leads.
func (r *run) means(res tracker.CommandResult, names ...string) bool {
	verb := res.Command.Verb
	switch {
	case res.Nearest != "":
		verb = res.Nearest[1:]
	case verb == "status":
		verb = r.verbForStatus(strings.ToLower(firstWord(res.Command.Value)))
	}
	return slices.Contains(names, verb)
}
