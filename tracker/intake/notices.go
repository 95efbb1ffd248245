package intake

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"

	"envdesk/tracker"
)

// tell writes the notices of a reply: one mail for each reader and no more, and
// none to who did it, but for a transcript when a line was refused.
func (r *run) tell() {
	r.assignment()
	r.tellVerdict()
	r.askManager()
	r.welcome()
	for _, rd := range r.readers() {
		switch {
		case r.hasNotice(rd.to.Address):
		case rd.status:
			r.notify(tracker.KindStatus, rd, func(d *tracker.NoticeData) {
				d.Changes = forOutside(rd, r.discreet(rd, r.tellingOf(rd)))
				if r.plans && rd.to.Is(r.t.Requester.Address) {
					d.Plan = r.planning()
				}
				if !rd.relay {
					d.Text, d.Attachments = "", nil
				}
			})
		case rd.relay:
			r.notify(tracker.KindRelay, rd, nil)
		}
	}
	r.internalNote()
	r.transcript()
}

// notify adds a notice of what the mail said and did.
func (r *run) notify(kind tracker.NoticeKind, rd reader, more func(*tracker.NoticeData)) {
	n := tracker.Notice{
		Key: r.key(kind, rd.to.Address), Kind: kind, To: rd.to, As: rd.as, Ticket: r.id(), At: r.in.Received,
		Data: tracker.NoticeData{By: r.by, InReplyTo: r.answerTo(rd.to.Address), References: r.references()},
	}
	if r.says() && (kind == tracker.KindAssignment || !r.handsOn()) {
		n.Data.Text, n.Data.Attachments = r.comment, attached(r.in.Message)
	}
	if more != nil {
		more(&n.Data)
	}
	r.notices = append(r.notices, n)
}

// key is unique for kind, recipient and the event that caused the notice.
func (r *run) key(kind tracker.NoticeKind, to string) string {
	cause := strconv.Itoa(r.before.Seq + 1)
	if len(r.changes) == 0 { // no event numbers what happened
		sum := sha256.Sum256([]byte(r.in.Cause))
		cause = hex.EncodeToString(sum[:6])
	}
	return strings.Join([]string{strconv.FormatInt(r.id(), 10), cause, string(kind), strings.ToLower(to)}, "/")
}

// answerTo is the mail that a notice answers: the reader's own that caused it,
// else the root of the thread, so that every mail client keeps the ticket in
// one conversation.
func (r *run) answerTo(to string) string {
	if tracker.SameAddress(to, r.by.Address) && r.in.Message.ID != "" {
		return r.in.Message.ID
	}
	return threadRoot(r.t, r.in.Rules)
}

func (r *run) references() []string {
	return appendNew([]string{threadRoot(r.t, r.in.Rules)}, r.in.Message.ID)
}

// threadRoot is the id that all mails of a ticket refer to: the opening mail's,
// or a made one where that had none.
func threadRoot(t tracker.Ticket, r Rules) string {
	if t.RootID != "" {
		return t.RootID
	}
	return strings.ToLower(t.Key) + ".thread@" + tracker.DomainOf(r.Desk.Address)
}

func (r *run) hasNotice(to string) bool {
	return slices.ContainsFunc(r.notices, func(n tracker.Notice) bool { return n.To.Is(to) })
}

// partnerAddress is where the partner is told; zero when it may not be told now.
func (r *run) partnerAddress(name string) tracker.Address {
	p, ok := r.in.Rules.Directory.Partner(name)
	if !ok || p.Barrier(r.in.Received) != "" {
		return tracker.Address{}
	}
	return tracker.Address{Name: p.Name, Address: p.Email}
}

// requester is where the requester is told; zero when he must get no mail now.
func (r *run) requester() tracker.Address { return r.in.Rules.requesterOf(r.t, r.in.Received) }

func (r *run) assigneeAddress() tracker.Address {
	if r.t.Partner != "" || r.t.Assignee == "" {
		return tracker.Address{}
	}
	return r.in.Rules.Directory.Lookup(tracker.Address{Address: r.t.Assignee}).Address
}

// receipt tells the requester how the request was understood.
func (r *run) receipt(req request) {
	if !r.in.answerable() || r.requester().IsZero() {
		return
	}
	r.notify(tracker.KindReceipt, reader{to: r.t.Requester, as: tracker.RoleRequester}, func(d *tracker.NoticeData) {
		d.Understood, d.Unknown, d.Reason, d.Text, d.Attachments = req.understood, req.unknown, req.why, "", nil
		d.Transcript = r.refusedLines()
		d.Plan = r.planning()
	})
	r.notices[len(r.notices)-1].Key = strconv.FormatInt(r.id(), 10) + "/receipt"
}

// ownerNotice tells the new owner of a ticket, or the manager that there is
// none. Behind the first mail of a ticket the owner needs that mail too.
func (r *run) ownerNotice() {
	later := r.before.Seq > 0
	tell := func(kind tracker.NoticeKind, rd reader, reason string) {
		own := later && rd.to.Is(r.by.Address) && (kind != tracker.KindUnassigned || len(r.verdicts) == 0)
		if own || r.hasNotice(rd.to.Address) { // who asked for it has the receipt
			return
		}
		r.notify(kind, rd, func(d *tracker.NoticeData) { d.Reason, d.WithOpening = reason, later })
	}
	switch {
	case r.t.Status == tracker.StatusApproval:
		r.askApprovers()
	case r.t.Partner != "":
		tell(tracker.KindAssignment, reader{to: r.partnerAddress(r.t.Partner), as: tracker.RolePartner}, r.given)
	case r.t.Assignee != "":
		tell(tracker.KindAssignment, reader{to: r.assigneeAddress(), as: tracker.RoleDevOps}, r.given)
	default:
		for _, m := range r.in.Rules.Directory.WithRole(tracker.RoleManager) {
			tell(tracker.KindUnassigned, reader{to: m, as: tracker.RoleManager}, r.why)
		}
	}
}

// assignment tells of a change of hands that the commands made, and welcomes a
// requester who was let in.
func (r *run) assignment() {
	if made[tracker.Accepted](r) && !r.requester().IsZero() {
		r.notify(tracker.KindReceipt, reader{to: r.t.Requester, as: tracker.RoleRequester}, func(d *tracker.NoticeData) {
			d.Understood, d.Text, d.Attachments = asItIs(r.t), "", nil
		})
	}
	// An assignee who came by /ack needs no mail; of a ticket that was handed back
	// the manager is told with the reason.
	sameHands := r.t.Partner == r.before.Partner && (r.t.Assignee == r.before.Assignee || r.t.Partner != "" || made[tracker.PickedUp](r))
	asked := made[tracker.ApprovalAsked](r) && r.t.Status == tracker.StatusApproval
	if !r.t.Status.Open() || sameHands && !r.placed && !asked || made[tracker.Declined](r) {
		return
	}
	r.ownerNotice()
}

// made reports whether the mail made a change of this kind.
func made[C tracker.Change](r *run) bool {
	return slices.ContainsFunc(r.changes, func(c tracker.Change) bool { _, ok := c.(C); return ok })
}

// asItIs describes a ticket without saying where its fields came from.
func asItIs(t tracker.Ticket) []tracker.Understanding {
	var out []tracker.Understanding
	for _, f := range []tracker.Field{tracker.FieldPriority, tracker.FieldType, tracker.FieldStack, tracker.FieldEnvironment, tracker.FieldNeededBy} {
		if v := t.Get(f); v != "" {
			out = append(out, tracker.Understanding{Field: f, Value: v})
		}
	}
	return out
}

// askManager puts the requester's wishes before the manager, in one mail: one that
// asks for a decision or an owner has them beside.
func (r *run) askManager() {
	if len(r.wishes) == 0 || !r.t.Status.Open() {
		return
	}
	for _, to := range r.in.Rules.Directory.WithRole(tracker.RoleManager) {
		i := slices.IndexFunc(r.notices, func(n tracker.Notice) bool { return n.To.Is(to.Address) })
		if i < 0 {
			r.notify(tracker.KindWish, reader{to: to, as: tracker.RoleManager}, func(d *tracker.NoticeData) { d.Wishes = r.wishes })
			continue
		}
		r.notices[i].Data.Wishes = r.wishes
	}
}

// internalNote tells manager and DevOps of a note.
func (r *run) internalNote() {
	if !r.private {
		return
	}
	text := ""
	for _, c := range r.changes {
		if n, ok := c.(tracker.Noted); ok {
			text = n.Text
		}
	}
	for _, role := range []tracker.Role{tracker.RoleManager, tracker.RoleDevOps} {
		for _, to := range r.in.Rules.Directory.WithRole(role) {
			if tracker.SameAddress(to.Address, r.by.Address) || r.hasNotice(to.Address) || text == "" {
				continue
			}
			r.notify(tracker.KindNote, reader{to: to, as: role}, func(d *tracker.NoticeData) {
				d.Text, d.Attachments = text, attached(r.in.Message)
			})
		}
	}
}

// transcript answers the sender in one mail: what was refused and why, and
// what was asked for.
func (r *run) transcript() {
	if r.in.Shell || !r.in.answerable() {
		return
	}
	r.freshCode()
	if r.transcriptBeside() {
		return
	}
	kind := r.answerKind()
	if r.plans {
		kind = tracker.KindTranscript
	}
	if kind == tracker.KindHelp && !r.asked {
		return
	}
	r.notify(kind, reader{to: r.cred.Sender.Address, as: r.by.Role}, func(d *tracker.NoticeData) {
		d.Answers, d.Summary, d.Text, d.Attachments = r.answers, r.totals, "", nil
		if kind == tracker.KindTranscript {
			d.Transcript, d.Text = r.results, r.in.Orders.Comment
		}
		if r.plans {
			d.Plan = r.planning()
		}
		if r.asked {
			d.Commands = Help(r.rel)
		}
	})
}

func (r *run) refusedLines() []tracker.CommandResult {
	return slices.DeleteFunc(slices.Clone(r.results), func(c tracker.CommandResult) bool { return c.Done })
}
