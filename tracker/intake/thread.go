package intake

import (
	"slices"
	"strings"
	"time"

	"envdesk/tracker"
)

// Wanted names what must be looked up before a mail can be decided.
type Wanted struct {
	Subject    Subject  // as it was read on the way
	Keys       []string // ticket keys
	MessageIDs []string // ids that the mail answers or mentions, nearest first
}

// Want tells what of the store a mail needs that was received at that time.
func Want(m tracker.Message, r Rules, received time.Time) Wanted {
	w := Wanted{Subject: ReadSubject(m.Subject, r, received)}
	for _, rt := range tokens(m, r) {
		w.Keys = appendNew(w.Keys, rt.TicketKey)
	}
	w.Keys = appendNew(w.Keys, w.Subject.Key)
	w.MessageIDs = mentions(m)
	if m.Bounce != nil && m.Bounce.OriginalMessageID != "" {
		w.MessageIDs = appendNew(w.MessageIDs, m.Bounce.OriginalMessageID)
	}
	return w
}

// mentions lists In-Reply-To and then References from the newest to the oldest.
func mentions(m tracker.Message) []string {
	var ids []string
	for _, id := range m.InReplyTo {
		ids = appendNew(ids, id)
	}
	for _, id := range slices.Backward(m.References) {
		ids = appendNew(ids, id)
	}
	return ids
}

// tokens finds the desk's reply tokens in the addresses the mail was sent to
// and in the ids that it answers.
func tokens(m tracker.Message, r Rules) []tracker.ReplyToken {
	return append(addressTokens(m, r), findTokens(r, mentions(m))...)
}

func addressTokens(m tracker.Message, r Rules) []tracker.ReplyToken {
	to := slices.Clone(m.DeliveredTo)
	for _, a := range slices.Concat(m.To, m.Cc) {
		to = append(to, a.Address)
	}
	return findTokens(r, to)
}

func findTokens(r Rules, places []string) []tracker.ReplyToken {
	var found []tracker.ReplyToken
	for _, s := range places {
		if rt, ok := tracker.FindToken(r.Desk.Address, s); ok && !slices.Contains(found, rt) {
			found = append(found, rt)
		}
	}
	return found
}

// match is the ticket that a mail belongs to, and by what evidence.
type match struct {
	ticket   tracker.Ticket
	evidence string
	merged   int64 // the ticket that was found, when it was merged into this one
}

// matchThread finds the ticket, strongest evidence first: a reply address that
// the desk signed, the Message-ID of a mail of the desk, any stored Message-ID
// or stored reference, and last the key in the subject, when the sender is on
// that ticket already. The subject's words and Thread-Index never count.
func matchThread(in Input) (match, bool) {
	if t, ok := in.ticketOfToken(addressTokens(in.Message, in.Rules)); ok {
		return match{ticket: t, evidence: "reply address of " + t.Key}, true
	}
	if m, ok := matchRef(in, tracker.RefSent); ok {
		return m, true
	}
	if t, ok := in.ticketOfToken(findTokens(in.Rules, mentions(in.Message))); ok {
		return match{ticket: t, evidence: "answers a Message-ID that the desk signed for " + t.Key}, true
	}
	for _, kind := range []tracker.RefKind{tracker.RefReceived, tracker.RefMentioned} {
		if m, ok := matchRef(in, kind); ok {
			return m, true
		}
	}
	if t, ok := in.ticketByKey(in.Subject.Key); ok && in.mayName(t) && in.Message.Identity.Address != "" {
		return match{ticket: t, evidence: "key " + t.Key + " in the subject, from someone on the ticket"}, true
	}
	return match{}, false
}

// mayName reports whether the sender may point at the ticket by its key alone:
// who takes part in it or was asked to approve it, and operators, who take part in
// every ticket.
func (in Input) mayName(t tracker.Ticket) bool {
	who := in.sender()
	return t.Participates(who) || who.Has(tracker.RoleManager) || who.Has(tracker.RoleDevOps) || in.Rules.asked(t, who.Address.Address)
}

// matchRef takes the nearest id of the mail that is tied to a ticket by kind.
func matchRef(in Input, kind tracker.RefKind) (match, bool) {
	what := map[tracker.RefKind]string{
		tracker.RefSent:      "answers a mail of the desk on ",
		tracker.RefReceived:  "answers a stored mail of ",
		tracker.RefMentioned: "shares a reference with a mail of ",
	}
	for _, id := range mentions(in.Message) {
		var found match
		for _, ref := range in.Refs {
			t, ok := in.Tickets[ref.Ticket]
			if !ok || ref.Kind != kind || ref.MessageID != id {
				continue
			}
			// A forged copy and the true mail may share an id: the true one counts.
			if found.ticket.ID == 0 || t.Admitted && !found.ticket.Admitted {
				found = match{ticket: t, evidence: what[kind] + t.Key}
			}
		}
		if found.ticket.ID != 0 {
			return found, true
		}
	}
	return match{}, false
}

// ticketOfToken finds the ticket of the first token that this desk made, for
// whichever participant: a forwarded token still tells the thread, it only
// gives no authority.
func (in Input) ticketOfToken(found []tracker.ReplyToken) (tracker.Ticket, bool) {
	for _, rt := range found {
		t, ok := in.ticketByKey(rt.TicketKey)
		if ok && slices.ContainsFunc(in.possibleReaders(t), func(addr string) bool {
			return in.Rules.madeToken(rt.Token, t, addr, in.Received)
		}) {
			return t, true
		}
	}
	return tracker.Ticket{}, false
}

// possibleReaders lists the addresses for which tokens of the ticket may have
// been made.
func (in Input) possibleReaders(t tracker.Ticket) []string {
	out := slices.Concat([]string{in.sender().Address.Address, t.Requester.Address, t.Assignee}, t.Watchers, t.Approval.Approvers)
	for _, p := range in.Rules.Directory.Partners {
		out = append(out, p.Email)
	}
	for _, role := range []tracker.Role{tracker.RoleManager, tracker.RoleDevOps} {
		for _, a := range in.Rules.Directory.WithRole(role) {
			out = append(out, a.Address)
		}
	}
	return slices.DeleteFunc(out, func(a string) bool { return a == "" })
}

func (in Input) ticketByKey(key string) (tracker.Ticket, bool) {
	if key == "" {
		return tracker.Ticket{}, false
	}
	for _, t := range in.Tickets {
		if strings.EqualFold(t.Key, key) {
			return t, true
		}
	}
	return tracker.Ticket{}, false
}

func appendNew(list []string, s string) []string {
	if s == "" || slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}
