package intake

import (
	"slices"
	"time"

	"envdesk/tracker"
)

// Deed is what a sender wants of the desk.
type Deed string

// The deeds that need proof.
const (
	Opens    Deed = "opens a ticket"
	Files    Deed = "is filed in the history and relayed"
	Commands Deed = "commands"
	Decides  Deed = "approves or rejects"
)

// Standing is what a sender is, for the table of proofs.
type Standing string

// The standings. A sender can have several; each is judged by itself.
const (
	KnownRequester  Standing = "known requester"
	AssignedPartner Standing = "partner assigned now"
	ReadsAlong      Standing = "watcher"
	Operator        Standing = "manager or DevOps"
	AskedApprover   Standing = "approver, while asked"
)

// Proof is one way in which a mail can be proved: a verdict on the sender's
// domain, with or without a token bound to ticket and sender, and the unused
// one-time code of the decision that the sender was asked for.
type Proof struct {
	DMARC tracker.Verdict
	Token bool // needed; false: it does not matter
	Code  bool // likewise
}

// The ways in which a mail is proved.
var (
	byPass  = Proof{DMARC: tracker.Pass}
	byCode  = Proof{DMARC: tracker.Pass, Token: true, Code: true}
	byNone  = Proof{DMARC: tracker.None}
	byToken = Proof{DMARC: tracker.None, Token: true}
)

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
	{KnownRequester, Opens, false, []Proof{byPass, byNone}},
	{KnownRequester, Files, true, []Proof{byPass, byNone}},
	{KnownRequester, Commands, false, []Proof{byPass, byToken}},
	{ReadsAlong, Commands, true, []Proof{byPass, byToken}},
	{AssignedPartner, Files, true, []Proof{byPass, byToken}},
	{AssignedPartner, Commands, true, []Proof{byPass, byToken}},
	{Operator, Opens, false, []Proof{byPass, byNone}},
	{Operator, Files, false, []Proof{byPass, byToken}},
	{Operator, Commands, false, []Proof{byPass}},
	{AskedApprover, Files, false, []Proof{byPass, byToken}},
	{AskedApprover, Decides, false, []Proof{byCode}},
}

// Credentials are the facts about a mail that count for authority.
type Credentials struct {
	Sender tracker.Sender
	DMARC  tracker.Verdict
	Token  bool // a valid token for this ticket and this sender
	Code   bool // one of them is the code of the decision that this sender is asked for
	Shell  bool // the command line: proof of the address
	Now    time.Time

	CodeFault string // what is wrong with the code, in words; "" where Code is true

	rules *Rules // who approves; nil: nobody
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

func (c Credentials) has(p Proof) bool {
	return c.DMARC == p.DMARC && (c.Token || !p.Token) && (c.Code || !p.Code)
}

// shut reports whether somebody is known only as one of a partner that must not
// have tickets now: such a person gets no mail, and none of the own tickets.
func shut(s tracker.Sender, now time.Time) bool {
	listed := slices.ContainsFunc(s.Roles, func(r tracker.Role) bool { return r != tracker.RolePartner })
	return s.Partner != nil && !listed && s.Partner.Barrier(now) != ""
}

// requesterOf is where the requester of a ticket is told; zero when he must get
// no mail now.
func (r Rules) requesterOf(t tracker.Ticket, now time.Time) tracker.Address {
	if shut(r.Directory.Lookup(t.Requester), now) {
		return tracker.Address{}
	}
	return t.Requester
}

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
	own := t.Requester.Is(s.Address.Address) && t.Admitted && !shut(s, c.Now)
	if s.Has(tracker.RoleRequester) || s.Has(tracker.RoleStakeholder) || own {
		out = append(out, KnownRequester)
	}
	if t.ID != 0 && t.WatchedBy(s.Address.Address) {
		out = append(out, ReadsAlong)
	}
	if t.ID != 0 && c.rules != nil && c.rules.asked(t, s.Address.Address) {
		out = append(out, AskedApprover)
	}
	return out
}

// weighty reports whether what the sender stands for is worth a forgery.
func (c Credentials) weighty(t tracker.Ticket) bool {
	return slices.ContainsFunc(c.standings(t), func(s Standing) bool {
		return s == Operator || s == AskedApprover || s == AssignedPartner
	})
}

// proved reports whether the mail proves that its sender commands in the standing.
// That an approver's code is missing is no doubt about who wrote.
func (c Credentials) proved(s Standing, t tracker.Ticket) bool {
	if s == AskedApprover {
		return c.DMARC == tracker.Pass || c.Shell
	}
	return c.may(s, Commands, t.Participates(c.Sender))
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
		if c.may(s, s.ruling(), t.Participates(c.Sender)) {
			out = append(out, c.relationsOf(s, t)...)
		}
	}
	asks := c.Shell && c.mayAsk() // by mail it asks the desk, not the ticket
	if asks || slices.ContainsFunc(out, func(r Relation) bool { return r != Watcher }) {
		out = append(out, Anyone)
	}
	return out
}

// ruling is the deed by which somebody of the standing changes a ticket.
func (s Standing) ruling() Deed {
	if s == AskedApprover {
		return Decides
	}
	return Commands
}

// relationsOf lists what the sender is to the ticket in one standing, if it is
// proved.
func (c Credentials) relationsOf(s Standing, t tracker.Ticket) []Relation {
	var out []Relation
	who := c.Sender
	switch s {
	case AskedApprover:
		if c.rules.waitsForDecision(t, who.Address.Address) {
			out = append(out, Approver)
		}
	case Operator:
		if who.Has(tracker.RoleManager) {
			out = append(out, Manager)
		}
		if who.Has(tracker.RoleDevOps) {
			out = append(out, DevOps)
		}
	case AssignedPartner:
		out = append(out, Partner)
	case ReadsAlong:
		out = append(out, Watcher)
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
	c := Credentials{Sender: who, DMARC: in.Message.Identity.DMARC, Shell: in.Shell, Now: in.Received, rules: &in.Rules}
	if c.DMARC == "" {
		c.DMARC = tracker.None
	}
	if c.DMARC == tracker.None && in.Rules.FromSuffices && in.Message.Identity.Address != "" {
		c.DMARC = tracker.Pass
	}
	if t.ID == 0 || who.Address.Address == "" {
		return c
	}
	c.Token = hasToken(in, t, who, c.DMARC)
	c.CodeFault = codeFault(in, t, who.Address.Address)
	c.Code = c.CodeFault == ""
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
			return in.Rules.madeToken(rt.Token, t, owner, in.Received)
		})
	})
}

// madeToken reports whether the desk made the token for the ticket and owner, in
// a mail of whatever kind, and it still counts.
func (r Rules) madeToken(token string, t tracker.Ticket, owner string, at time.Time) bool {
	return r.Signer.Valid(token, tracker.PurposeReply, t.Key, owner, at) || r.roundOf(token, t, owner, at) > 0
}

// roundOf is the round of approval for which the token is the owner's code; 0 for
// none.
func (r Rules) roundOf(token string, t tracker.Ticket, owner string, at time.Time) int {
	for round := t.Approval.Round; round > 0; round-- {
		if r.Signer.Valid(token, tracker.PurposeApproval(round), t.Key, owner, at) {
			return round
		}
	}
	return 0
}

// codeFault says why the mail does not carry the code of the decision that the
// sender is asked for, or "". A code is the sender's alone, and used up by the
// decision.
func codeFault(in Input, t tracker.Ticket, who string) string {
	fault := "the mail carries no code for this decision: reply to the mail that asks you for it"
	for _, rt := range tokens(in.Message, in.Rules) {
		if rt.TicketKey != t.Key {
			continue
		}
		switch round := in.Rules.roundOf(rt.Token, t, who, in.Received); {
		case round == t.Approval.Round && round > 0 && in.Rules.waitsForDecision(t, who):
			return ""
		case round == t.Approval.Round && round > 0:
			fault = "the code of the mail is used up"
		case round > 0:
			fault = "the code of the mail belongs to an earlier question"
		case in.Rules.roundOf(rt.Token, t, who, time.Time{}) > 0:
			fault = "the code of the mail had expired"
		}
	}
	return fault
}
