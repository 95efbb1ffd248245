package intake

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"envdesk/tracker"
)

// handle carries out a verb that may be used. It returns what it did, for the
// transcript; an error says why it was refused after all.
func (r *run) handle(v Verb, c tracker.Command) (string, error) {
	switch v.Name {
	case "ack":
		return r.did("picked up", tracker.PickedUp{})
	case "decline":
		return r.did("handed back", tracker.Declined{Partner: r.t.Partner, Reason: c.Value})
	case "wait":
		r.startsWork()
		return r.wait(c.Value)
	case "block":
		r.startsWork()
		return r.move(tracker.StatusBlocked, c.Value)
	case "unblock":
		return r.move(tracker.StatusWorking, c.Value)
	case "done":
		r.startsWork()
		return r.did("resolved", tracker.Resolved{Note: c.Value})
	case "close":
		return r.did("closed", tracker.Closed{Reason: c.Value})
	case "reopen":
		return r.reopen(c.Value)
	case "cancel":
		return r.did("cancelled", tracker.Cancelled{Reason: c.Value})
	case "accept":
		return r.did("let in", tracker.Accepted{})
	case "approve", "reject":
		return r.verdict(c)
	case "assign":
		return r.assign(c.Value)
	case "unassign":
		return r.did("taken from "+r.owner(), tracker.Assigned{Old: r.t.Partner})
	case "status":
		return r.status(c)
	}
	return r.handleMore(v, c)
}

// handleMore carries out the verbs that leave the state as it is, and those that
// reach beyond the ticket.
func (r *run) handleMore(v Verb, c tracker.Command) (string, error) {
	switch v.Name {
	case "priority", "type", "stack", "env", "needed":
		return r.classify(v, c.Value)
	case "eta":
		return r.expect(c.Value)
	case "due":
		return r.due(c.Value)
	case "watch":
		return r.watch(c.Value)
	case "unwatch":
		return r.unwatch(c.Value)
	case "link":
		return r.link(c.Value)
	case "merge":
		return r.merge(c.Value)
	case "split":
		return r.split(c.Value)
	case "note":
		return r.note(c.Value)
	case "list", "mine":
		return r.ask(c)
	case "show":
		return r.showOne(c)
	case "report":
		if isReportNote(c) {
			return "", errNoteByMail
		}
		return r.report()
	case "help":
		r.asked = true
		return "the list comes by mail", nil
	}
	return "", fmt.Errorf("the desk cannot carry out /%s", v.Name)
}

var fieldOfVerb = map[string]tracker.Field{
	"priority": tracker.FieldPriority, "type": tracker.FieldType, "stack": tracker.FieldStack,
	"env": tracker.FieldEnvironment, "needed": tracker.FieldNeededBy,
}

func (r *run) did(what string, c tracker.Change) (string, error) {
	old := r.t.Status
	if err := r.change(c); err != nil {
		return "", err
	}
	if old != r.t.Status {
		what += ": " + string(old) + " → " + string(r.t.Status)
	}
	return what, nil
}

// startsWork records the pickup of who goes to work without saying /ack first:
// a person of the partner, or an operator on a ticket without a partner.
func (r *run) startsWork() {
	mine := r.is(Partner) || r.t.Partner == "" && (r.is(DevOps) || r.is(Manager))
	if mine && (r.t.Status == tracker.StatusNew || r.t.Status == tracker.StatusAssigned) {
		_ = r.change(tracker.PickedUp{})
	}
}

func (r *run) move(to tracker.Status, reason string) (string, error) {
	return r.did(string(to), tracker.StatusChanged{From: r.t.Status, To: to, Reason: reason})
}

var until = regexp.MustCompile(`(?i)^(.*?)[\s,;(]*\b(?:until|till|bis)\s+([^)]+)\)?$`)

// wait takes a reason and, at its end, "until DATE".
func (r *run) wait(value string) (string, error) {
	c := tracker.StatusChanged{From: r.t.Status, To: tracker.StatusWaiting, Reason: value}
	if m := until.FindStringSubmatch(value); m != nil {
		if d, ok := ReadDate(m[2], r.in.Received.In(zone(r.in.Rules))); ok {
			if today := r.today(); d < today {
				return "", fmt.Errorf("%s is past: today is %s", d, today)
			}
			c.Reason, c.Until = m[1], d
		}
	}
	return r.did("waiting for the requester", c)
}

// today is the date of the desk on which the mail came.
func (r *run) today() string { return r.in.Received.In(zone(r.in.Rules)).Format(time.DateOnly) }

// assign gives the ticket to a partner, named or by an address of it, or to a
// person of DevOps or management.
func (r *run) assign(value string) (string, error) {
	p, person, err := r.assignee(value)
	if err != nil {
		return "", err
	}
	if person != "" {
		r.given = r.by.Display() + " gave it to you."
		return r.did("given to "+person, tracker.Assigned{Assignee: person, Old: r.t.Partner})
	}
	if why := p.Barrier(r.in.Received); why != "" {
		return "", errors.New(why)
	}
	if strings.EqualFold(p.Name, r.t.Partner) && r.t.Status != tracker.StatusNew {
		return "", fmt.Errorf("%s has it already", p.Name)
	}
	from := r.owner()
	r.given = r.by.Display() + " gave it to you."
	r.warnFull(p)
	what, err := r.did("", tracker.Assigned{Partner: p.Name, Old: r.t.Partner})
	return from + " → " + p.Name + what, err
}

func (r *run) assignee(value string) (p tracker.Partner, person string, err error) {
	value = strings.Trim(value, "<> ")
	if name, ok := find(r.in.Rules.Vocabulary.Partners, value); ok && !strings.Contains(value, "@") {
		p, _ = r.in.Rules.Directory.Partner(name)
		return p, "", nil
	}
	who := r.in.Rules.Directory.Lookup(tracker.Address{Address: strings.ToLower(value)})
	switch {
	case who.Partner != nil:
		return *who.Partner, "", nil
	case who.Has(tracker.RoleDevOps) || who.Has(tracker.RoleManager):
		return p, who.Address.Address, nil
	}
	return p, "", fmt.Errorf("%q is no partner, and no address of DevOps or the manager; there are %s", value, names(r.in.Rules.Vocabulary.Partners))
}

func (r *run) owner() string {
	switch {
	case r.t.Partner != "":
		return r.t.Partner
	case r.t.Assignee != "":
		return r.in.Rules.person(r.t.Assignee).Display()
	}
	return "nobody"
}

// classify sets a field. The requester may until pickup; then the manager, whom
// a requester's wish is put before.
func (r *run) classify(verb Verb, value string) (string, error) {
	f := fieldOfVerb[verb.Name]
	v, err := r.read(f, value)
	if err != nil {
		return "", err
	}
	old := r.t.Get(f)
	if old == v {
		return string(f) + " is " + v + " already", nil
	}
	if since := r.fixed(verb, f); since != "" {
		if len(r.in.Rules.Directory.WithRole(tracker.RoleManager)) == 0 {
			return "", errors.New(since + ": from then on only the programme manager changes the " + string(f))
		}
		r.wishes = append(r.wishes, tracker.Wish{Field: f, Old: old, Command: tracker.Command{Verb: verb.Name, Value: v}})
		return "", errors.New(since + ", so the programme manager decides now and was asked for " + string(f) + " " + v)
	}
	if why := r.restless(verb); why != "" {
		return "", errors.New(why)
	}
	wasRouted := r.routed()
	if err := r.change(tracker.Classified{Field: f, Old: old, New: v}); err != nil {
		return "", err
	}
	what := string(f) + " " + v
	if old != "" {
		what = string(f) + " " + old + " → " + v
	}
	if slices.Contains(seen, f) {
		r.void(what)
	}
	r.reroute(wasRouted)
	r.dated = r.dated || f == tracker.FieldPriority || f == tracker.FieldNeededBy
	return what, nil
}

// fixed says why the field is the manager's to change now, not the sender's, or
// "". What the manager has set of the priority and its target, no requester undoes.
func (r *run) fixed(verb Verb, f tracker.Field) string {
	switch {
	case !r.limited(verb.Name, UntilPickup):
		return ""
	case !r.t.PickedUpAt.IsZero():
		return "it was picked up"
	case f == tracker.FieldPriority && slices.ContainsFunc(r.history(), reviewed):
		return "the programme manager has set it"
	}
	return ""
}

// reviewed reports whether the manager has set the target or the priority.
func reviewed(e tracker.Event) bool {
	switch c := e.Change.(type) {
	case tracker.TargetChanged:
		return true
	case tracker.Classified:
		return c.Field == tracker.FieldPriority && e.By.Role == tracker.RoleManager
	}
	return false
}

// expect keeps when it will be done.
func (r *run) expect(value string) (string, error) {
	now := r.in.Received.In(zone(r.in.Rules))
	m, ok := ReadMoment(value, now)
	if !ok {
		return "", fmt.Errorf("%q is no date or time; write 2026-12-20, 20 Dec, Friday 15:00 or tomorrow", value)
	}
	if !m.End.After(now) {
		return "", fmt.Errorf("%s is past: it is %s now", value, now.Format("2 Jan 2006, 15:04 MST"))
	}
	if r.t.ETA == m.Value {
		return "it is expected " + m.Value + " already", nil
	}
	old := r.t.ETA
	if err := r.change(tracker.Classified{Field: tracker.FieldETA, Old: old, New: m.Value}); err != nil {
		return "", err
	}
	if old == "" {
		return "expected " + m.Value, nil
	}
	return "expected " + old + " → " + m.Value, nil
}

func (r *run) read(f tracker.Field, value string) (string, error) {
	vocabulary := r.in.Rules.Vocabulary
	terms := map[tracker.Field][]Term{
		tracker.FieldPriority: vocabulary.Priorities, tracker.FieldType: vocabulary.Types,
		tracker.FieldStack: vocabulary.Stacks, tracker.FieldEnvironment: vocabulary.Environments,
	}[f]
	v, ok := "", false
	switch f {
	case tracker.FieldNeededBy:
		now := r.in.Received.In(zone(r.in.Rules))
		if v, ok = ReadDate(value, now); !ok {
			return "", fmt.Errorf("%q is no date that the desk can read; write it as 2026-12-20 or 20 Dec", value)
		}
		if today := r.today(); v < today {
			return "", fmt.Errorf("%s is past: today is %s", v, today)
		}
		return v, nil
	case tracker.FieldPriority:
		if v, ok = Priority(value, vocabulary); !ok {
			v, ok = Priority(firstWord(value), vocabulary)
		}
	default:
		v, ok = find(terms, value)
	}
	if !ok {
		return "", fmt.Errorf("there is no %s %q; there are %s", f, value, names(terms))
	}
	return v, nil
}

// status is the right and the work of the verb that means the same.
func (r *run) status(c tracker.Command) (string, error) {
	word, rest, _ := strings.Cut(c.Value, " ")
	verb := r.verbForStatus(strings.ToLower(strings.Trim(word, ",;:.")))
	if verb == "" {
		return "", fmt.Errorf("there is no state %q to set; there are new, assigned, working, waiting, blocked, resolved, closed", word)
	}
	if verb == "assign" && r.t.Partner != "" && strings.TrimSpace(rest) == "" {
		return r.backToAssigned()
	}
	v, _ := findVerb(verb)
	same := tracker.Command{Line: c.Line, Verb: verb, Value: strings.TrimSpace(rest)}
	if v.Must && same.Value == "" && verb != "assign" {
		same.Value = "no reason given"
	}
	if why := r.refusal(v, same); why != "" {
		return "", errors.New(why)
	}
	return r.handle(v, same)
}

func (r *run) verbForStatus(word string) string {
	switch word {
	case "new":
		return "unassign"
	case "assigned":
		return "assign"
	case "working":
		if r.t.Status == tracker.StatusBlocked {
			return "unblock"
		}
		if r.t.Status == tracker.StatusResolved {
			return "reopen"
		}
		return "ack"
	case "waiting":
		return "wait"
	case "blocked":
		return "block"
	case "resolved", "done":
		return "done"
	case "closed":
		return "close"
	}
	return ""
}

func (r *run) backToAssigned() (string, error) {
	v, _ := findVerb("assign")
	if why := r.refusal(v, tracker.Command{Value: r.t.Partner}); why != "" {
		return "", errors.New(why)
	}
	return r.did("", tracker.Assigned{Partner: r.t.Partner, Old: r.t.Partner})
}

func (r *run) note(text string) (string, error) {
	r.private = true
	whole := strings.TrimSpace(text + "\n" + r.in.Orders.Comment)
	if whole == "" {
		return "", errors.New("it needs a text")
	}
	if err := r.change(tracker.Noted{Text: whole}); err != nil {
		return "", err
	}
	return "filed as an internal note", nil
}

func names(terms []Term) string {
	var out []string
	for _, t := range terms {
		out = append(out, t.Name)
	}
	return strings.Join(out, ", ")
}

func firstWord(s string) string {
	word, _, _ := strings.Cut(s, " ")
	return strings.Trim(word, ",;:.")
}

func plural(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + one + "s"
}
