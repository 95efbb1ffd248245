package intake

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"envdesk/tracker"
)

// maxWords is how much of an approver's words the history keeps, in runes.
const maxWords = 500

func isDecision(verb string) bool { return verb == "approve" || verb == "reject" }

// verdict carries out /approve and /reject. What the mail says beside it is the
// reason, where the line itself gives none.
func (r *run) verdict(c tracker.Command) (string, error) {
	if r.orders("approve") && r.orders("reject") {
		return "", errors.New("the mail says both /approve and /reject: write one of them")
	}
	a := r.t.Approval
	reason := cutRunes(cmp.Or(c.Value, r.remark()), maxWords)
	if c.Verb == "reject" {
		r.verdicts = append(r.verdicts, tracker.Rejected{Need: a.Need, Round: a.Round, Reason: reason})
		return r.did("rejected", r.verdicts[len(r.verdicts)-1])
	}
	approved := tracker.Approved{Need: a.Need, Round: a.Round, Reason: reason}
	if a.Missing() > 1 {
		return r.did("approved; "+plural(a.Missing()-1, "more approval")+" needed", approved)
	}
	r.verdicts = append(r.verdicts, approved)
	return r.did("approved", approved)
}

// notDecider says why a decision is not the sender's, or not proved to be.
func (r *run) notDecider() string {
	who, t := r.cred.Sender.Address, r.t
	switch {
	case t.Approval.Decided(who.Address):
		return "you approved it already"
	case withoutDetail(t.Requester.Address) == withoutDetail(who.Address):
		return "you asked for it yourself, so somebody else decides"
	case t.Approval.State != tracker.ApprovalPending:
		return "the desk asks nobody for an approval of it now"
	case !r.in.Rules.waitsForDecision(t, who.Address):
		return "only who was asked for this approval, and still may give it, can decide"
	}
	r.fresh = true
	return r.cred.CodeFault + "; nothing was decided"
}

// orders reports whether the mail has a line with the verb.
func (r *run) orders(verb string) bool {
	return slices.ContainsFunc(r.in.Orders.Commands, func(c tracker.Command) bool { return c.Verb == verb })
}

// silent reports whether what the mail says beside its commands is an approver's
// word on a decision: it goes with the decision, and to nobody else. Where it may
// be meant for somebody else, it stays with the desk.
func (r *run) silent() bool {
	return (r.orders("approve") || r.orders("reject")) && r.in.Rules.asked(r.before, r.cred.Sender.Address.Address)
}

// remark is what the mail says with a decision, unless that belongs to a note, a
// new owner or a new request.
func (r *run) remark() string {
	if r.orders("note") || r.orders("split") || r.orders("assign") && r.operator() || !r.silent() {
		return ""
	}
	return strings.TrimSpace(r.in.Orders.Comment)
}

// tellVerdict tells requester and manager what was decided, but for who did it.
func (r *run) tellVerdict() {
	if len(r.verdicts) == 0 {
		return
	}
	readers := []reader{{to: r.t.Requester, as: tracker.RoleRequester}}
	for _, m := range r.in.Rules.Directory.WithRole(tracker.RoleManager) {
		readers = append(readers, reader{to: m, as: tracker.RoleManager})
	}
	for _, rd := range readers {
		if rd.to.Is(r.by.Address) || r.hasNotice(rd.to.Address) {
			continue
		}
		r.notify(tracker.KindApprovalResult, rd, func(d *tracker.NoticeData) {
			d.Changes, d.Text, d.Attachments = r.verdicts, "", nil
			words := r.remark()
			if !slices.ContainsFunc(r.verdicts, func(c tracker.Change) bool { return reasonOf(c) == words }) {
				d.Text = words
			}
			if r.silent() && !r.private && r.parted == "" {
				d.Attachments = attached(r.in.Message)
			}
		})
	}
}

// reasonOf is what an approver said with a decision.
func reasonOf(c tracker.Change) string {
	switch c := c.(type) {
	case tracker.Approved:
		return c.Reason
	case tracker.Rejected:
		return c.Reason
	}
	return ""
}

// freshCode sends an approver whose code was worth nothing another one.
func (r *run) freshCode() {
	addr := r.cred.Sender.Address.Address
	if r.fresh && r.in.Rules.waitsForDecision(r.t, addr) && !r.hasNotice(addr) {
		r.askApprover(addr)
	}
}

// transcriptBeside puts the refused lines into the mail that asks the sender for a
// decision, or tells him that nobody has the ticket, if there is one. True when
// that mail answers all.
func (r *run) transcriptBeside() bool {
	i := slices.IndexFunc(r.notices, func(n tracker.Notice) bool {
		return (n.Kind == tracker.KindApproval || n.Kind == tracker.KindUnassigned) && n.To.Is(r.cred.Sender.Address.Address)
	})
	refused := r.refusedLines()
	if i < 0 || len(refused) == 0 {
		return false
	}
	var why []string
	for _, c := range refused {
		why = append(why, "/"+c.Command.Verb+" was refused: "+c.Why+".")
	}
	if r.fresh {
		why = append(why, "Reply to this mail instead: it has a code of its own.")
	}
	d := &r.notices[i].Data
	if d.Reason != "" {
		why = append(why, strings.ToUpper(d.Reason[:1])+d.Reason[1:])
	}
	d.Transcript, d.Reason = refused, strings.Join(why, " ")
	return !r.asked && len(r.answers) == 0 && r.totals == nil && !r.plans
}

// forOutside takes out of changes what only the desk's own side, and of an
// approver's words the requester, may know.
func forOutside(rd reader, changes []tracker.Change) []tracker.Change {
	if rd.as == tracker.RoleManager || rd.as == tracker.RoleDevOps {
		return changes
	}
	changes = slices.Clone(changes)
	for i, c := range changes {
		switch c := c.(type) {
		case tracker.ApprovalAsked:
			c.Approvers = nil
			changes[i] = c
		case tracker.Approved:
			c.Reason = ""
			changes[i] = c
		case tracker.Rejected:
			c.Reason = ""
			changes[i] = c
		}
	}
	return changes
}
