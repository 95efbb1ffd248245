package intake

import (
	"slices"
	"time"

	"envdesk/tracker"
)

// Deed is what a sender wants of the desk.
type Deed string

// The three deeds that need proof.
const (
	Opens    Deed = "opens a ticket"
	Files    Deed = "is filed in the history and relayed"
	Commands Deed = "commands"
)

// Standing is what a sender is, for the table of proofs.
type Standing string

// The standings. A sender can have several; each is judged by itself.
const (
	KnownRequester  Standing = "known requester"
	AssignedPartner Standing = "partner assigned now"
	Operator        Standing = "manager or DevOps"
)

// Proof is one way in which a mail can be proved: a verdict on the sender's
// domain, with or without a token bound to ticket and sender.
type Proof struct {
	DMARC tracker.Verdict
	Token bool // needed; false: it does not matter
}

// grant is one row of the table of proofs. Participant limits it to senders who
// take part in the ticket.
type grant struct {
	standing    Standing
	deed        Deed
	participant bool
	proofs      []Proof
}

// The table of proofs: who is proved how, and what that allows. Whoever is in
// no row, and every mail whose DMARC verdict is fail, may do none of it: such a
// mail opens a ticket that waits unverified for the manager, or becomes a note
// that only the manager sees.
var grants = []grant{
	{KnownRequester, Opens, false, []Proof{{tracker.Pass, false}, {tracker.None, false}}},
	{KnownRequester, Files, true, []Proof{{tracker.Pass, false}, {tracker.None, false}}},
	{KnownRequester, Commands, false, []Proof{{tracker.Pass, false}, {tracker.None, true}}},
	{AssignedPartner, Files, true, []Proof{{tracker.Pass, false}, {tracker.None, true}}},
	{AssignedPartner, Commands, true, []Proof{{tracker.Pass, false}, {tracker.None, true}}},
	{Operator, Opens, false, []Proof{{tracker.Pass, false}, {tracker.None, false}}},
	{Operator, Files, false, []Proof{{tracker.Pass, false}, {tracker.None, true}}},
	{Operator, Commands, false, []Proof{{tracker.Pass, false}}},
}

// Credentials are the facts about a mail that count for authority.
type Credentials struct {
	Sender tracker.Sender
	DMARC  tracker.Verdict
	Token  bool // a valid token for this ticket and this sender
	Shell  bool // the command line: proof of the address
	Now    time.Time
}

// may reports whether the sender, in the given standing, may do the deed.
func (c Credentials) may(s Standing, d Deed, participant bool) bool {
	if c.Shell {
		return true
	}
	return slices.ContainsFunc(grants, func(g grant) bool {
		return g.standing == s && g.deed == d && (participant || !g.participant) && slices.ContainsFunc(g.proofs, c.has)
	})
}

func (c Credentials) has(p Proof) bool { return c.DMARC == p.DMARC && (c.Token || !p.Token) }

// standings lists what the sender is now. A ticket's own requester counts as a
// known one once the ticket was admitted; a partner's people count as long as
// the partner may have tickets.
func (c Credentials) standings(t tracker.Ticket) []Standing {
	var out []Standing
	s := c.Sender
	if s.Has(tracker.RoleManager) || s.Has(tracker.RoleDevOps) {
		out = append(out, Operator)
	}
	if t.ID != 0 && t.AssignedTo(s) && s.Partner.Barrier(c.Now) == "" {
		out = append(out, AssignedPartner)
	}
	own := t.Requester.Is(s.Address.Address) && t.Admitted
	if s.Has(tracker.RoleRequester) || s.Has(tracker.RoleStakeholder) || own {
		out = append(out, KnownRequester)
	}
	return out
}

// mayOpen reports whether the sender opens a normal ticket.
func (c Credentials) mayOpen() bool { return c.mayAny(Opens, tracker.Ticket{}) }

// mayFile reports whether the mail goes into the history and to the other side.
func (c Credentials) mayFile(t tracker.Ticket) bool { return c.mayAny(Files, t) }

func (c Credentials) mayAny(d Deed, t tracker.Ticket) bool {
	takesPart := t.ID != 0 && t.Participates(c.Sender)
	return slices.ContainsFunc(c.standings(t), func(s Standing) bool { return c.may(s, d, takesPart) })
}

// relations lists what the sender is to the ticket and proved to be, for verbs.
func (c Credentials) relations(t tracker.Ticket) []Relation {
	var out []Relation
	for _, s := range c.standings(t) {
		if !c.may(s, Commands, t.Participates(c.Sender)) {
			continue
		}
		out = append(out, relationsOf(s, c.Sender, t)...)
	}
	if len(out) > 0 {
		out = append(out, Anyone)
	}
	return out
}

func relationsOf(s Standing, who tracker.Sender, t tracker.Ticket) []Relation {
	var out []Relation
	switch s {
	case Operator:
		if who.Has(tracker.RoleManager) {
			out = append(out, Manager)
		}
		if who.Has(tracker.RoleDevOps) {
			out = append(out, DevOps)
		}
	case AssignedPartner:
		out = append(out, Partner)
	case KnownRequester:
		if t.Requester.Is(who.Address.Address) {
			out = append(out, Requester)
		} else {
			out = append(out, Anyone)
		}
	}
	return out
}

// credentials judges a mail for a ticket (the zero one for none). A mail without
// one plain From address has no sender who could stand for anything.
func credentials(in Input, t tracker.Ticket) Credentials {
	who := in.sender()
	c := Credentials{Sender: who, DMARC: in.Message.Identity.DMARC, Shell: in.Shell, Now: in.Received}
	if c.DMARC == "" {
		c.DMARC = tracker.None
	}
	if c.DMARC == tracker.None && in.Rules.FromSuffices && in.Message.Identity.Address != "" {
		c.DMARC = tracker.Pass
	}
	c.Token = t.ID != 0 && who.Address.Address != "" && hasToken(in, t, who, c.DMARC)
	return c
}

// hasToken reports whether the mail was sent to, or answers, an address or
// Message-ID of the desk that was made for this ticket and this sender. A
// partner's token serves every member whose DMARC verdict is pass.
func hasToken(in Input, t tracker.Ticket, who tracker.Sender, dmarc tracker.Verdict) bool {
	owners := []string{who.Address.Address}
	if who.Partner != nil && dmarc == tracker.Pass {
		owners = append(owners, who.Partner.Email)
	}
	return slices.ContainsFunc(tokens(in.Message, in.Rules), func(rt tracker.ReplyToken) bool {
		return rt.TicketKey == t.Key && slices.ContainsFunc(owners, func(owner string) bool {
			return in.Rules.Signer.Valid(rt.Token, tracker.PurposeReply, t.Key, owner, in.Received)
		})
	})
}
