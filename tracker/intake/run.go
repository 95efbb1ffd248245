package intake

import (
	"slices"
	"strings"

	"envdesk/tracker"
)

// run carries out the commands of one mail on a ticket that nobody else sees
// yet, and collects what is to be written and sent.
type run struct {
	in      Input
	cred    Credentials
	rel     []Relation
	t       tracker.Ticket // as it would be now
	before  tracker.Ticket // as it was
	by      tracker.Actor
	changes []tracker.Change
	results []tracker.CommandResult
	notices []tracker.Notice
	alerts  []tracker.Alert
	why     string           // why the ticket has the owner it has
	given   string           // who gave it by hand, in words for the new owner
	comment string           // what goes to the other side
	private bool             // the mail is an internal note
	asked   bool             // /help
	answers []tracker.Answer // to /list, /mine and /show
	wishes  []tracker.Wish   // of the requester, for the manager to confirm
	merged  int64            // the ticket by which this one was found, when it was merged into it
	parted  string           // title of the ticket that the mail opens by /split
	besides []*run           // other tickets that the mail changes
}

func newRun(in Input, c Credentials, t tracker.Ticket) *run {
	return &run{in: in, cred: c, t: t, before: t, by: in.actor(t)}
}

// unproved is a run for a mail that proves nothing: the history names its sender
// as the mail does, and as nobody.
func unproved(in Input, c Credentials, t tracker.Ticket) *run {
	r := newRun(in, c, t)
	from := in.Message.From
	r.by = tracker.Actor{Name: from.Name, Given: true, Address: from.Address, Role: tracker.RoleNobody}
	return r
}

// change applies a change to the ticket and keeps it; an error changes nothing.
func (r *run) change(c tracker.Change) error {
	e := tracker.Event{Ticket: r.id(), Seq: r.t.Seq + 1, At: r.in.Received, By: r.by, Cause: r.in.Cause, Change: c}
	t, err := tracker.Apply(r.t, e)
	if err != nil {
		return err
	}
	r.t, r.changes = t, append(r.changes, c)
	return nil
}

func (r *run) id() int64 {
	if r.before.ID != 0 {
		return r.before.ID
	}
	return r.in.NewID
}

func (r *run) is(rel Relation) bool { return slices.Contains(r.rel, rel) }

func (r *run) alert(kind tracker.AlertKind, line string) {
	if !r.in.Archive {
		r.alerts = append(r.alerts, tracker.Alert{
			At: r.in.Received, Kind: kind, Ticket: r.t.Key, Line: line, Waits: r.t.Status == tracker.StatusUnverified,
			Subject: cutRunes(r.in.Message.Subject, 120), Text: cutRunes(strings.TrimSpace(r.in.Message.Reply), 500),
		})
	}
}

// execute carries out commands in order. A refused one is recorded with the
// reason and does not stop the others.
func (r *run) execute(commands []tracker.Command) {
	for _, c := range commands {
		if r.before.Seq > 0 { // the command before may have taken a right away
			r.rel = r.cred.relations(r.t)
		}
		res := r.one(c)
		r.results = append(r.results, res)
		if !res.Done {
			_ = r.change(tracker.Refused{Command: c.String(), Why: res.Why})
		}
	}
}

func (r *run) one(c tracker.Command) tracker.CommandResult {
	v, ok := findVerb(c.Verb)
	if !ok {
		res := tracker.CommandResult{Command: c, Why: "the desk does not know /" + c.Verb}
		if res.Nearest = nearestVerb(c.Verb); res.Nearest != "" {
			res.Nearest = "/" + res.Nearest
		}
		return res
	}
	if why := r.refusal(v, c); why != "" {
		return tracker.CommandResult{Command: c, Why: why}
	}
	did, err := r.handle(v, c)
	if err != nil {
		return tracker.CommandResult{Command: c, Why: err.Error()}
	}
	return tracker.CommandResult{Command: c, Done: true, Why: did}
}

// refusal says why the verb may not be used, or "".
func (r *run) refusal(v Verb, c tracker.Command) string {
	switch {
	case !slices.ContainsFunc(v.By, r.is):
		return r.notAllowed(v)
	case v.From != nil && !slices.Contains(v.From, r.t.Status):
		return "/" + v.Name + " does not fit: " + r.t.Key + " is " + string(r.t.Status)
	case v.Must && c.Value == "":
		return "it needs a value: " + v.Usage()
	}
	return ""
}

// notAllowed tells apart who has no right from who was not proved.
func (r *run) notAllowed(v Verb) string {
	for _, s := range r.cred.standings(r.t) {
		if slices.ContainsFunc(relationsOf(s, r.cred.Sender, r.t), func(rel Relation) bool { return slices.Contains(v.By, rel) }) && len(r.rel) == 0 {
			return "the mail does not prove that it comes from " + r.cred.Sender.Address.Address + " (" + r.cred.describe() + ")"
		}
	}
	return "only " + list(v.By, "or") + " may use /" + v.Name
}

// describe names the proof in one line, for reasons and histories.
func (c Credentials) describe() string {
	if c.Shell {
		return "shell"
	}
	s := "dmarc=" + string(c.DMARC)
	if c.Token {
		s += ", reply token"
	}
	return s
}

// Usage is the verb as typed: "/assign partner or address".
func (v Verb) Usage() string {
	if v.Value == "" {
		return "/" + v.Name
	}
	return "/" + v.Name + " " + v.Value
}

// Help lists the verbs for somebody who is rels to a ticket; nil lists all.
func Help(rels []Relation) []tracker.VerbHelp {
	var out []tracker.VerbHelp
	for _, v := range verbs {
		if rels == nil || slices.ContainsFunc(v.By, func(r Relation) bool { return slices.Contains(rels, r) }) {
			out = append(out, tracker.VerbHelp{Usage: v.Usage(), Does: v.Does})
		}
	}
	return out
}

// decision gathers the result.
func (r *run) decision(a tracker.Action, reason string) tracker.Decision {
	d := tracker.Decision{
		Action: a, Ticket: r.before.ID, Changes: r.changes, Notices: r.notices, Alerts: r.alerts,
		Results: r.results, By: r.by, Identity: r.cred.describe(), Reason: reason,
	}
	for _, o := range r.besides {
		d.Also = append(d.Also, tracker.Effect{Ticket: o.id(), Changes: o.changes})
		d.Notices = append(d.Notices, o.notices...)
	}
	if r.parted != "" && !r.in.Shell {
		d.Filed = r.in.NewID
	}
	if r.in.Archive {
		d.Notices, d.Alerts = nil, nil
	}
	return d
}

// list writes relations for a reader: "the requester, a manager or DevOps".
func list(rels []Relation, last string) string {
	names := map[Relation]string{
		Requester: "the requester", Partner: "the assigned partner", DevOps: "DevOps", Manager: "the programme manager", Anyone: "people the desk knows",
	}
	var words []string
	for _, rel := range rels {
		words = append(words, names[rel])
	}
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " " + last + " " + words[len(words)-1]
}

func cutRunes(s string, n int) string {
	if runes := []rune(s); len(runes) > n {
		return string(runes[:n]) + "…"
	}
	return s
}

func paren(s string) string {
	if s == "" {
		return ""
	}
	return "(" + s + ")"
}
