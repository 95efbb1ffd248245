package intake

import (
	"slices"
	"strings"
	"time"

	"envdesk/tracker"
)

// Input is everything that a decision rests on.
type Input struct {
	Rules    Rules
	Message  tracker.Message
	Received time.Time // the server's receipt; what happens counts from here
	Now      time.Time
	Cause    string // Message-ID or position of the mail, or "shell"
	Shell    bool   // from the command line, which proves the sender's address
	Archive  bool   // take it in without telling anybody
	NewID    int64  // the id that a new ticket would get

	// What the store knows; see Want.
	Refs           []tracker.MailRef
	Tickets        map[int64]tracker.Ticket
	OpeningSubject func(ticket int64) string // subject of the opening mail
	OpenTickets    func(partner string) int  // how many are open
	Find           func(key string) (tracker.Ticket, bool)
	List           func(tracker.TicketQuery) []tracker.Ticket
	Events         func(ticket int64) []tracker.Event // in their order
	Told           func(noticeKey string) bool        // whether the outbox ever took the key
	StrangerMails  func() int                         // mails of this sender in the last hour
	StrangerNotes  func() int                         // receipts to unknown senders in the last hour
	Subject        *Subject                           // see Want; nil: read by Decide
	Orders         Orders                             // filled by Decide, unless from the shell

	// Subscriptions are the lists that the configuration gives an address, and
	// whether it ended them; nil: no list is anybody's.
	Subscriptions func(address string) []tracker.Subscription

	earlier *tracker.Ticket // that a late reply goes on from
}

// Decide says what the desk does with a mail, and why.
func Decide(in Input) tracker.Decision {
	if in.Subject == nil {
		s := ReadSubject(in.Message.Subject, in.Rules, in.Received)
		in.Subject = &s
	}
	if !in.Shell {
		in.Orders = OrdersOf(in.Message)
	}
	if tracker.SameAddress(in.Message.From.Address, in.Rules.Desk.Address) && !in.Shell {
		return tracker.Decision{Action: tracker.ActionIgnore, Reason: "the desk's own mail came back to it"}
	}
	m, found := matchThread(in)
	m = in.follow(m)
	switch {
	case in.Message.Auto == tracker.AutoBounce:
		return decideBounce(in)
	case in.Message.Auto == tracker.AutoReply:
		return decideAutoReply(in, m, found)
	case in.wishesList():
		return decideSubscription(in)
	case in.notesReport():
		return decideReportNote(in)
	case found && in.overdue(m):
		return decideOverdue(in, m)
	case found:
		return decideReply(in, m)
	case in.onlyQuestions():
		return decideQuestion(in)
	}
	return decideOpen(in)
}

// DecideShell says what the desk does with commands from the command line.
func DecideShell(in Input, t tracker.Ticket) tracker.Decision {
	in.Shell, in.Subject = true, &Subject{}
	return decideReply(in, in.follow(match{ticket: t, evidence: "named on the command line"}))
}

// sender is who wrote the mail, with what the directory knows of the address:
// the one plain From address, or nobody.
func (in Input) sender() tracker.Sender {
	if in.Message.Identity.Address == "" {
		return tracker.Sender{}
	}
	return in.Rules.Directory.Lookup(tracker.Address{Name: in.Message.From.Name, Address: in.Message.Identity.Address})
}

// commanded tells in words what the sender's own lines command, or "".
func (in Input) commanded() string {
	var verbs []string
	for _, c := range in.Orders.Commands {
		if knownVerb(c.Verb) && !isQuestion(c) {
			verbs = appendNew(verbs, "/"+c.Verb)
		}
	}
	if len(verbs) == 0 || in.isAuto() {
		return ""
	}
	return "; it commands " + strings.Join(verbs[:min(len(verbs), 5)], ", ")
}

// seen is when the desk took the mail in, from which on people can be told: never
// before its receipt.
func (in Input) seen() time.Time {
	if in.Now.After(in.Received) {
		return in.Now
	}
	return in.Received
}

// isAuto reports whether a machine wrote the mail; such a mail commands nothing
// and is never answered (RFC 3834 §2).
func (in Input) isAuto() bool {
	return in.Message.Auto != tracker.AutoNone && in.Message.Auto != ""
}

// answerable reports whether an automatic answer may go to the sender.
func (in Input) answerable() bool {
	local, _, _ := strings.Cut(strings.ToLower(in.Message.From.Address), "@")
	robots := []string{"mailer-daemon", "postmaster", "noreply", "no-reply", "donotreply", "do-not-reply"}
	return !in.isAuto() && !in.Message.NullSender && !in.Archive && !slices.Contains(robots, local)
}

func (in Input) onlyQuestions() bool {
	return len(in.Orders.Commands) > 0 && (in.Orders.Comment == "" || in.onlySigned()) &&
		!slices.ContainsFunc(in.Orders.Commands, func(c tracker.Command) bool { return !isQuestion(c) })
}

// decideBounce tells the manager of mail that did not arrive; a delivery report
// changes nothing (it is as easily forged as any mail).
func decideBounce(in Input) tracker.Decision {
	d := tracker.Decision{Action: tracker.ActionIgnore, Reason: "a delivery report"}
	for _, ref := range in.Refs {
		if in.Message.Bounce == nil || ref.Kind != tracker.RefSent || ref.MessageID != in.Message.Bounce.OriginalMessageID {
			continue
		}
		t := in.Tickets[ref.Ticket]
		d.Ticket, d.Reason = t.ID, "a delivery report on a mail of "+t.Key+" to "+ref.Recipient
		if line, bad := bounceLine(*in.Message.Bounce, ref.Recipient); bad && !in.Archive {
			d.Alerts = append(d.Alerts, tracker.Alert{At: in.Received, Kind: tracker.AlertBounce, Ticket: t.Key, Line: line})
		}
		return d
	}
	if in.Message.Bounce != nil && len(in.Message.Bounce.Recipients) > 0 && !in.Archive {
		d.Reason += " on a mail that the desk does not know"
	}
	return d
}

// bounceLine says what did not arrive; a delay or a success is no alert.
func bounceLine(b tracker.Bounce, to string) (line string, bad bool) {
	for _, r := range b.Recipients {
		if r.Permanent || strings.EqualFold(r.Action, "failed") {
			return strings.TrimSpace("mail to " + to + " could not be delivered " + paren(r.Status)), true
		}
	}
	return "", len(b.Recipients) == 0
}

// decideAutoReply files an out-of-office with its ticket, where operators see
// it; it changes nothing, goes nowhere and is not answered.
func decideAutoReply(in Input, m match, found bool) tracker.Decision {
	if !found {
		return tracker.Decision{Action: tracker.ActionIgnore, Reason: "an automatic reply that belongs to no ticket"}
	}
	c := credentials(in, m.ticket)
	r, visibility := newRun(in, c, m.ticket), tracker.Internal
	if !c.mayFile(m.ticket) {
		if in.floods() {
			return flooded(in, c)
		}
		r, visibility = unproved(in, c, m.ticket), tracker.Unverified
	}
	_ = r.change(tracker.Replied{From: in.Message.From, Visibility: visibility, MessageID: in.Message.ID, Auto: in.Message.Auto})
	d := r.decision(tracker.ActionReply, "an automatic mail: filed for the operators, changes nothing")
	d.Evidence = m.evidence
	return d
}

// roleRelations is what the sender can be to tickets by its roles alone.
func roleRelations(s tracker.Sender) []Relation {
	out := []Relation{Anyone}
	for role, rel := range map[tracker.Role]Relation{
		tracker.RoleRequester: Requester, tracker.RolePartner: Partner, tracker.RoleDevOps: DevOps, tracker.RoleManager: Manager,
	} {
		if s.Has(role) {
			out = append(out, rel)
		}
	}
	return out
}

// actor is who the history names. A partner's member acts for the partner on a
// ticket that is assigned to it.
func (in Input) actor(t tracker.Ticket) tracker.Actor {
	who := in.sender()
	a := tracker.Actor{Name: who.Address.Name, Given: !who.Named && who.Address.Name != "", Address: who.Address.Address, Role: who.Role()}
	if t.ID != 0 && t.AssignedTo(who) {
		a.Role, a.Partner = tracker.RolePartner, who.Partner.Name
		if a.Name == "" && tracker.SameAddress(a.Address, who.Partner.Email) {
			a.Name = who.Partner.Name // its shared mailbox
		}
	} else if t.ID != 0 && t.Requester.Is(a.Address) && !who.Has(tracker.RoleManager) && !who.Has(tracker.RoleDevOps) {
		a.Role = tracker.RoleRequester
	} else if t.ID != 0 && in.Rules.asked(t, a.Address) {
		a.Role = in.Rules.approverRole(a.Address)
	}
	return a
}
