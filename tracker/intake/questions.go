package intake

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"envdesk/tracker"
)

// maxAnswered is how many tickets an answer lists.
const maxAnswered = 50

// questions are the verbs that change nothing.
var questions = []string{"help", "list", "mine", "report", "show"}

func isQuestion(c tracker.Command) bool { return slices.Contains(questions, c.Verb) }

// sight is what the sender, as far as it is proved, may see of all tickets: nil
// for all of them; false for nothing.
func (c Credentials) sight() (*tracker.Viewer, bool) {
	s, v := c.Sender, tracker.Viewer{}
	if (s.Has(tracker.RoleManager) || s.Has(tracker.RoleDevOps)) && c.may(Operator, Commands, false) {
		return nil, true
	}
	barred := s.Partner != nil && s.Partner.Barrier(c.Now) != ""
	if c.may(KnownRequester, Commands, false) && (!barred || s.Has(tracker.RoleRequester)) {
		v.Address = s.Address.Address
	}
	if s.Partner != nil && !barred && c.may(AssignedPartner, Commands, true) {
		v.Partner = s.Partner.Name
	}
	return &v, v != tracker.Viewer{}
}

// mayAsk reports whether questions to the desk are answered to the sender: who
// may open a ticket, and a partner's people.
func (c Credentials) mayAsk() bool {
	partner := c.Sender.Partner
	return c.mayOpen() || partner != nil && partner.Barrier(c.Now) == "" && c.may(AssignedPartner, Commands, true)
}

// decideQuestion answers questions to the desk about no ticket.
func decideQuestion(in Input) tracker.Decision {
	c := credentials(in, tracker.Ticket{})
	if !c.mayAsk() || !in.answerable() {
		return decideOpen(in)
	}
	r := newRun(in, c, tracker.Ticket{})
	r.rel = roleRelations(c.Sender)
	r.execute(in.Orders.Commands)
	n := tracker.Notice{Kind: r.answerKind(), To: c.Sender.Address, As: c.Sender.Role(), At: in.Received}
	n.Key = string(n.Kind) + "/" + in.Cause
	n.Data = tracker.NoticeData{Answers: r.answers, InReplyTo: in.Message.ID}
	if n.Kind == tracker.KindTranscript {
		n.Data.Transcript = r.results
	}
	if r.asked {
		n.Data.Commands = Help(r.rel)
	}
	return tracker.Decision{
		Action: tracker.ActionAnswer, By: in.actor(tracker.Ticket{}), Notices: []tracker.Notice{n}, Results: r.results, Reason: "a question to the desk",
	}
}

// answerKind is the mail in which the sender gets an answer.
func (r *run) answerKind() tracker.NoticeKind {
	switch {
	case len(r.refusedLines()) > 0:
		return tracker.KindTranscript
	case len(r.answers) > 0:
		return tracker.KindAnswer
	}
	return tracker.KindHelp
}

// ask answers /list and /mine.
func (r *run) ask(c tracker.Command) (string, error) {
	v, err := r.viewer()
	if err != nil {
		return "", err
	}
	f, err := readFilter(c.Value, r.in.Rules.Vocabulary)
	if err != nil {
		return "", err
	}
	var found []tracker.Ticket
	for _, t := range r.in.list(tracker.TicketQuery{Open: f.open(), For: v}) {
		if (v == nil || v.Sees(t)) && f.takes(t) && (c.Verb != "mine" || r.mine(t)) {
			found = append(found, shownTo(t, v))
		}
	}
	slices.SortStableFunc(found, func(a, b tracker.Ticket) int { return cmp.Compare(a.Priority, b.Priority) })
	a := tracker.Answer{Asked: c.String(), Total: len(found), Tickets: found[:min(len(found), maxAnswered)]}
	return r.answer(a)
}

// showOne answers /show: the ticket that is named, or the one of the mail.
func (r *run) showOne(c tracker.Command) (string, error) {
	v, err := r.viewer()
	if err != nil {
		return "", err
	}
	t, key := r.before, r.keyIn(c.Value)
	if key != "" {
		t, _ = r.in.find(key)
	} else if t.ID == 0 {
		return "", errors.New("it needs a key, such as /show " + r.in.Rules.KeyPrefix + "-1")
	}
	if t.ID == 0 || v != nil && !v.Sees(t) {
		return "", fmt.Errorf("there is no ticket %s that you may see", key)
	}
	return r.answer(tracker.Answer{Asked: c.String(), Total: 1, Tickets: []tracker.Ticket{shownTo(t, v)}, Whole: true})
}

// answer keeps an answer for the mail to the sender; on the command line its
// lines are the transcript.
func (r *run) answer(a tracker.Answer) (string, error) {
	r.answers = append(r.answers, a)
	if !r.in.Shell {
		return plural(a.Total, "ticket"), nil
	}
	lines := []string{plural(a.Total, "ticket")}
	for _, t := range a.Tickets {
		facts := slices.DeleteFunc([]string{t.Key, t.Priority, string(t.Status), t.Environment, t.Partner, t.Title}, func(s string) bool { return s == "" })
		lines = append(lines, strings.Join(facts, " · "))
	}
	return strings.Join(lines, "\n  "), nil
}

func (r *run) viewer() (*tracker.Viewer, error) {
	v, ok := r.cred.sight()
	if !ok {
		return nil, errors.New("the mail does not prove that it comes from " + r.cred.Sender.Address.Address + " (" + r.cred.describe() + ")")
	}
	return v, nil
}

func (in Input) list(q tracker.TicketQuery) []tracker.Ticket {
	if in.List == nil {
		return nil
	}
	return in.List(q)
}

// mine reports whether the ticket is the sender's own: asked for, or to work on.
func (r *run) mine(t tracker.Ticket) bool {
	who := r.cred.Sender
	return t.Requester.Is(who.Address.Address) || tracker.SameAddress(t.Assignee, who.Address.Address) || t.AssignedTo(who)
}

// shownTo is the ticket with what a viewer may know of it; nil is an operator.
func shownTo(t tracker.Ticket, v *tracker.Viewer) tracker.Ticket {
	if v == nil {
		return t
	}
	out := tracker.Ticket{
		Key: t.Key, Title: t.Title, Type: t.Type, Priority: t.Priority, Stack: t.Stack, Environment: t.Environment, NeededBy: t.NeededBy,
		ETA: t.ETA, Status: t.Status, Requester: t.Requester, Partner: t.Partner,
		OpenedAt: t.OpenedAt, PickedUpAt: t.PickedUpAt, ResolvedAt: t.ResolvedAt, ClosedAt: t.ClosedAt,
	}
	if t.Requester.Is(v.Address) {
		out.Watchers = t.Watchers
	}
	return out
}

// filter selects tickets: of each kind that was named, one value must fit.
type filter struct {
	any      bool // in whatever state
	states   []tracker.Status
	fields   map[tracker.Field][]string
	partners []string
}

var states = []tracker.Status{
	tracker.StatusUnverified, tracker.StatusNew, tracker.StatusApproval, tracker.StatusAssigned, tracker.StatusWorking, tracker.StatusWaiting,
	tracker.StatusBlocked, tracker.StatusResolved, tracker.StatusClosed, tracker.StatusCancelled, tracker.StatusMerged, tracker.StatusRejected,
}

// readFilter reads words such as "waiting P1 Punjab": states (also open, ended
// and all), priorities, environments, partners, types and stacks.
func readFilter(value string, v Vocabulary) (filter, error) {
	f := filter{fields: map[tracker.Field][]string{}}
	for _, word := range strings.FieldsFunc(value, func(r rune) bool { return strings.ContainsRune(" ,;\t", r) }) {
		if _, bare, ok := strings.Cut(word, ":"); ok {
			word = bare
		}
		if !f.readState(strings.ToLower(word)) && !f.readTerm(word, v, findExact) && !f.readTerm(word, v, find) {
			return f, fmt.Errorf("%q is no state (open, all, %s …), priority, environment, partner, type or stack", word, tracker.StatusWaiting)
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
// named.
func (f filter) open() bool {
	return !f.any && !slices.ContainsFunc(f.states, func(s tracker.Status) bool { return !s.Open() })
}

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
	return inState && fits(f.partners, t.Partner)
}
