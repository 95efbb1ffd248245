package intake

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"

	"envdesk/tracker"
)

// reader is somebody who may be told of what a mail did, at most once.
type reader struct {
	to     tracker.Address
	as     tracker.Role
	status bool // is told of the state
	relay  bool // is told of the words
}

// tell writes the notices of a reply: one mail for each reader and no more, and
// none to who did it, but for a transcript when a line was refused.
func (r *run) tell() {
	r.assignment()
	r.tellVerdict()
	r.welcome()
	r.askManager()
	for _, rd := range r.readers() {
		switch {
		case r.hasNotice(rd.to.Address):
		case rd.status:
			r.notify(tracker.KindStatus, rd, func(d *tracker.NoticeData) {
				d.Changes = forOutside(rd, r.discreet(rd, r.telling()))
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

// readers lists who is told of what: the table of the desk's promises.
func (r *run) readers() []reader {
	var out []reader
	add := func(to tracker.Address, as tracker.Role, status, relay bool) {
		if to.Address == "" || r.in.Shell && relay && !status || tracker.SameAddress(to.Address, r.by.Address) || !status && !relay {
			return
		}
		i := slices.IndexFunc(out, func(o reader) bool { return o.to.Is(to.Address) })
		if i < 0 {
			out = append(out, reader{to, as, status, relay})
			return
		}
		out[i].status, out[i].relay = out[i].status || status, out[i].relay || relay
	}
	says := r.says() && !r.handsOn()
	byRequester := r.by.Role == tracker.RoleRequester || r.t.Requester.Is(r.by.Address)
	if r.t.Admitted && r.before.Admitted {
		add(r.t.Requester, tracker.RoleRequester, r.happened(forRequester...), says)
	}
	partner := r.partnerAddress(r.t.Partner)
	byPartner := r.by.Role == tracker.RolePartner && !byRequester
	if !byPartner {
		add(partner, tracker.RolePartner, r.happened(forPartner...), says)
		add(r.assigneeAddress(), tracker.RoleDevOps, r.happened(forPartner...), says)
	}
	if r.before.Partner != "" && !strings.EqualFold(r.before.Partner, r.t.Partner) && !byPartner {
		add(r.partnerAddress(r.before.Partner), tracker.RolePartner, true, false)
	}
	ownerless := partner.Address == "" && (r.t.Partner != "" || r.t.Assignee == "")
	for _, m := range r.in.Rules.Directory.WithRole(tracker.RoleManager) {
		add(m, tracker.RoleManager, r.happened(forManager...), says && byRequester && (ownerless || r.t.Status == tracker.StatusApproval))
	}
	for _, addr := range r.t.Approval.Approvers {
		if byRequester && r.in.Rules.waitsForDecision(r.t, addr) {
			add(r.in.Rules.person(addr), r.in.Rules.approverRole(addr), false, says)
		}
	}
	if r.happened("blocked") {
		for _, d := range r.in.Rules.Directory.WithRole(tracker.RoleDevOps) {
			add(d, tracker.RoleDevOps, true, false)
		}
	}
	for _, w := range r.t.Watchers {
		if r.barrier(w) == "" {
			add(r.in.Rules.Directory.Lookup(tracker.Address{Address: w}).Address, tracker.RoleRequester, r.happened(forWatcher...), says)
		}
	}
	return out
}

func (r *run) operator() bool {
	return r.by.Role == tracker.RoleManager || r.by.Role == tracker.RoleDevOps
}

// handsOn reports whether an operator gave the ticket to somebody: what the mail
// says beside that is meant for the new owner.
func (r *run) handsOn() bool {
	return r.operator() && slices.ContainsFunc(r.results, func(c tracker.CommandResult) bool { return c.Done && c.Command.Verb == "assign" })
}

// Which changes each reader is told of.
var (
	forRequester = []string{"working", "waiting", "resolved", "closed", "reopened", "cancelled", "merged", "classified", "due"}
	forPartner   = []string{"reopened", "cancelled", "merged", "classified", "unblocked", "due", "approval_asked", "approval_voided", "approved", "rejected"}
	forWatcher   = []string{"merged"}
	forManager   = []string{"declined", "blocked", "cancelled", "merged", "expected"}
)

// wordsOfChange gives the words by which the table of readers knows a change.
func wordsOfChange(c tracker.Change) []string {
	switch c := c.(type) {
	case tracker.PickedUp:
		return []string{"working"}
	case tracker.StatusChanged:
		if c.From == tracker.StatusBlocked && c.To == tracker.StatusWorking {
			return []string{"working", "unblocked"}
		}
		return []string{string(c.To)}
	case tracker.Classified:
		if c.Field == tracker.FieldETA {
			return []string{"classified", "expected"}
		}
	case tracker.TargetChanged:
		return []string{"due"}
	case tracker.Assigned, tracker.Replied, tracker.Refused, tracker.Noted, tracker.Opened, tracker.Accepted,
		tracker.Watched, tracker.Unwatched, tracker.Linked, tracker.Absorbed, tracker.Reminded:
		return nil
	}
	return []string{c.Kind()}
}

// happened reports whether a change of one of these words took place. The
// requester's own answer to a waiting ticket is told as the reply it is.
func (r *run) happened(words ...string) bool {
	return slices.ContainsFunc(r.telling(), func(c tracker.Change) bool {
		return slices.ContainsFunc(wordsOfChange(c), func(w string) bool { return slices.Contains(words, w) })
	})
}

// telling lists the changes that a mail may tell of. A pickup that led at once to
// another state goes without saying.
func (r *run) telling() []tracker.Change {
	return slices.DeleteFunc(slices.Clone(r.changes), func(c tracker.Change) bool {
		switch c.(type) {
		case tracker.Replied, tracker.Refused, tracker.Noted, tracker.Opened, tracker.Accepted,
			tracker.Watched, tracker.Unwatched, tracker.Linked, tracker.Absorbed, tracker.Reminded:
			return true
		case tracker.PickedUp:
			return r.t.Status != tracker.StatusWorking
		case tracker.Approved: // others have to agree
			return len(r.verdicts) == 0
		case tracker.ApprovalVoided: // another question took its place
			return r.t.Status == tracker.StatusApproval
		}
		return false
	})
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

func (r *run) assigneeAddress() tracker.Address {
	if r.t.Partner != "" || r.t.Assignee == "" {
		return tracker.Address{}
	}
	return r.in.Rules.Directory.Lookup(tracker.Address{Address: r.t.Assignee}).Address
}

// receipt tells the requester how the request was understood.
func (r *run) receipt(req request) {
	if !r.in.answerable() {
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
		if later && rd.to.Is(r.by.Address) && (kind != tracker.KindUnassigned || len(r.verdicts) == 0) {
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
			if !r.hasNotice(m.Address) {
				tell(tracker.KindUnassigned, reader{to: m, as: tracker.RoleManager}, r.why)
			}
		}
	}
}

// assignment tells of a change of hands that the commands made, and welcomes a
// requester who was let in.
func (r *run) assignment() {
	accepted := made[tracker.Accepted](r)
	if accepted {
		r.notify(tracker.KindReceipt, reader{to: r.t.Requester, as: tracker.RoleRequester}, func(d *tracker.NoticeData) {
			d.Understood, d.Text, d.Attachments = asItIs(r.t), "", nil
		})
	}
	// An assignee who came by /ack needs no mail; of a ticket that was handed back
	// the manager is told with the reason.
	sameHands := r.t.Partner == r.before.Partner && (r.t.Assignee == r.before.Assignee || r.t.Partner != "" || made[tracker.PickedUp](r))
	asked := made[tracker.ApprovalAsked](r)
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

// askManager puts the requester's wishes before the manager, in one mail.
func (r *run) askManager() {
	if len(r.wishes) == 0 || !r.t.Status.Open() {
		return
	}
	for _, to := range r.in.Rules.Directory.WithRole(tracker.RoleManager) {
		if !r.hasNotice(to.Address) {
			r.notify(tracker.KindWish, reader{to: to, as: tracker.RoleManager}, func(d *tracker.NoticeData) { d.Wishes = r.wishes })
		}
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
