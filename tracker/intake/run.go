package intake

import (
	"fmt"
	"slices"
	"strings"

	"envdesk/tracker"
	"envdesk/tracker/sla"
)

// run carries out the commands of one mail on a ticket that nobody else sees
// yet, and collects what is to be written and sent.
type run struct {
	in       Input
	cred     Credentials
	rel      []Relation
	t        tracker.Ticket  // as it would be now
	before   tracker.Ticket  // as it was
	past     []tracker.Event // what happened to it before; see history
	by       tracker.Actor
	changes  []tracker.Change
	results  []tracker.CommandResult
	notices  []tracker.Notice
	alerts   []tracker.Alert
	why      string            // why the ticket has the owner it has
	given    string            // who gave it by hand, in words for the new owner
	comment  string            // what goes to the other side
	private  bool              // the mail is an internal note
	held     bool              // its words stay inside; see keptInside
	asked    bool              // /help
	answers  []tracker.Answer  // to /list, /mine and /show
	totals   *tracker.Summary  // the answer to /report
	wishes   []tracker.Wish    // of the requester, for the manager to confirm
	placed   bool              // it was taken on from its approvers, or from the unknown
	forged   []tracker.Command // refused since the mail does not prove a weighty sender
	verdicts []tracker.Change  // the decision on an approval, if it is final
	fresh    bool              // an approver who decided needs another code
	dated    bool              // priority or date changed; see replan
	plans    bool              // the sender is told how the ticket keeps its notice period
	merged   int64             // the ticket by which this one was found, when it was merged into it
	parted   string            // title of the ticket that the mail opens by /split
	besides  []*run            // other tickets that the mail changes
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

// maxCommands is how many commands one mail carries out.
const maxCommands = 50

// execute carries out commands in order. A refused one is recorded with the
// reason and does not stop the others.
func (r *run) execute(commands []tracker.Command) {
	for _, c := range commands[:min(len(commands), maxCommands)] {
		if r.before.Seq > 0 { // the command before may have taken a right away
			r.rel = r.cred.relations(r.t)
		}
		r.became(r.one(c))
	}
	if more := len(commands) - maxCommands; more > 0 {
		why := fmt.Sprintf("%s: a mail carries out %d commands at most", plural(more, "more line"), maxCommands)
		r.became(tracker.CommandResult{Command: commands[maxCommands], Why: why})
	}
	r.replan()
}

// became keeps what became of a command.
func (r *run) became(res tracker.CommandResult) {
	r.results = append(r.results, res)
	if !res.Done {
		_ = r.change(tracker.Refused{Command: res.Command.String(), Why: res.Why})
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
	fits := v.From == nil || slices.Contains(v.From, r.t.Status)
	switch {
	case isQuestion(c) && r.before.Seq == 0 && r.t.Seq > 0: // beside the words of a first mail
		return "/" + c.Verb + " is answered when it stands alone in a mail"
	case !slices.ContainsFunc(v.By, r.is) && (fits || !isDecision(v.Name)):
		return r.notAllowed(v, c)
	case r.early(v):
		a, _ := r.in.Rules.openNeed(r.t)
		return "it waits for the approval of " + r.in.Rules.whose(a)
	case !fits:
		return r.unfit(v)
	case v.Must && c.Value == "":
		return "it needs a value: " + v.Usage()
	}
	return ""
}

// early reports whether the verb starts or gives away work that nobody approved
// yet.
func (r *run) early(v Verb) bool {
	_, open := r.in.Rules.openNeed(r.t)
	return open && v.From != nil && !slices.Contains(v.From, tracker.StatusApproval)
}

// notAllowed tells apart who has no right from who was not proved.
func (r *run) notAllowed(v Verb, c tracker.Command) string {
	unproved := false
	for _, s := range r.cred.standings(r.t) {
		would := slices.ContainsFunc(r.cred.relationsOf(s, r.t), func(rel Relation) bool { return slices.Contains(v.By, rel) })
		if would && !r.cred.proved(s, r.t) {
			unproved = true
			if s != KnownRequester && s != ReadsAlong {
				r.forged = append(r.forged, c)
			}
		}
	}
	switch {
	case unproved:
		return r.noProof()
	case isDecision(v.Name):
		return r.notDecider()
	}
	return "only " + list(v.By, "or") + " may use /" + v.Name + r.instead(v)
}

// unfit says in which states the verb can be used. Who wants to close what is not
// resolved may mean to cancel it.
func (r *run) unfit(v Verb) string {
	why := "/" + v.Name + " does not fit: " + r.t.Key + " is " + string(r.t.Status) + ", and it is for requests that are " + v.when()
	if v.Name == "close" && r.t.Status.Open() {
		why += "; /cancel withdraws one that is open"
	}
	return why
}

// instead says what somebody without the right to a verb can do to have it done,
// or "".
func (r *run) instead(v Verb) string {
	tellsInside := slices.Contains(v.By, Manager) || slices.Contains(v.By, DevOps)
	switch {
	case r.is(Partner) && tellsInside:
		return "; /note and your words reach the programme manager and DevOps"
	case r.is(Requester) || r.is(Watcher):
		return "; write in plain words what you need, and who has the request reads it"
	case r.is(Manager) || r.is(DevOps):
		return "; write to them in plain words by a reply"
	}
	return ""
}

func (r *run) noProof() string {
	return "the mail does not prove that it comes from " + r.cred.Sender.Address.Address + " (" + r.cred.describe() + ")"
}

// alertForged tells the manager of commands in a name that counts, which the mail
// does not prove.
func (r *run) alertForged() {
	var verbs []string
	for _, c := range r.forged {
		verbs = appendNew(verbs, "/"+c.Verb)
	}
	if len(verbs) > 0 {
		r.alert(tracker.AlertForgery, "a mail in the name of "+r.cred.Sender.Address.Address+" commands "+strings.Join(verbs, ", ")+
			" and does not prove that it comes from there ("+r.cred.describe()+"); that was refused")
	}
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
	if c.Code {
		s += ", approval code"
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

// decision gathers the result.
func (r *run) decision(a tracker.Action, reason string) tracker.Decision {
	for _, one := range append(r.besides[:len(r.besides):len(r.besides)], r) {
		one.tellClocks()
	}
	d := tracker.Decision{
		Action: a, Ticket: r.before.ID, Changes: r.recorded(), Notices: r.notices, Alerts: r.alerts,
		Results: r.results, By: r.by, Identity: r.cred.describe(), Reason: reason,
	}
	for _, o := range r.besides {
		d.Also = append(d.Also, tracker.Effect{Ticket: o.id(), Changes: o.recorded()})
		d.Notices = append(d.Notices, o.notices...)
		d.Alerts = append(d.Alerts, o.alerts...)
	}
	if r.parted != "" && !r.in.Shell {
		d.Filed = r.in.NewID
	}
	if r.in.Archive {
		d.Notices, d.Alerts = nil, nil
	}
	return d
}

// recorded are the changes, with a note where the mail was taken in late.
func (r *run) recorded() []tracker.Change {
	if len(r.changes) == 0 || r.in.Archive || !sla.LateIntake(r.in.Received, r.in.Now) {
		return r.changes
	}
	at := 0
	if r.before.Seq == 0 {
		at = 1 // behind the opening
	}
	return slices.Insert(slices.Clone(r.changes), at, tracker.Change(tracker.FirstSeen{At: r.in.Now.UTC()}))
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
