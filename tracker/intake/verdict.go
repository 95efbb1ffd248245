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
	r.refresh()
	a = r.t.Approval
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
	case tracker.SamePerson(t.Requester.Address, who.Address):
		return "you asked for it yourself, so somebody else decides"
	case barred(t, who.Address):
		return "you wrote it yourself, so somebody else decides"
	case t.Approval.State != tracker.ApprovalPending:
		return "the desk asks nobody for an approval of it now"
	case !r.in.Rules.waitsForDecision(t, who.Address):
		return "only who was asked for this approval, and still may give it, can decide" + r.waitsFor()
	}
	r.fresh = true
	return r.cred.CodeFault + "; nothing was decided"
}

// waitsFor names who has not decided yet, to the desk's own side; else it is "".
func (r *run) waitsFor() string {
	var names []string
	for _, addr := range r.t.Approval.Approvers {
		if (r.is(Manager) || r.is(DevOps)) && r.in.Rules.waitsForDecision(r.t, addr) {
			names = append(names, r.in.Rules.person(addr).Display())
		}
	}
	if len(names) == 0 {
		return ""
	}
	return ": it waits for " + series(names, "or")
}

// orders reports whether the mail has a line with the verb.
func (r *run) orders(verb string) bool {
	return slices.ContainsFunc(r.in.Orders.Commands, func(c tracker.Command) bool { return c.Verb == verb })
}

// silent reports whether what the mail says beside its commands is an approver's
// word on a decision: it goes with the decision, and to nobody else. Where it may
// be meant for somebody else, or only looks like a decision, it stays with the
// desk.
func (r *run) silent() bool {
	decides := (r.orders("approve") || r.orders("reject")) && r.in.Rules.wasAsked(r.before, r.cred.Sender.Address.Address)
	return decides || r.halfSaid() != ""
}

// maxHalfSaid is how many words a reply has at most that may be meant for a
// decision.
const maxHalfSaid = 10

// saysDecision are words by which people decide, and the desk does not.
var saysDecision = strings.Fields("approve approved ok okay yes reject rejected no")

// halfSaid is the word by which an approver, in a reply to the mail that asks him,
// seems to decide without a command; "" where he does not. What asks something is
// a question to the requester.
func (r *run) halfSaid() string {
	if r.in.Shell || !r.cred.Code || len(r.in.Orders.Commands) > 0 || len(attached(r.in.Message)) > 0 {
		return ""
	}
	words := withoutCourtesy(r.in.Orders.Comment)
	if len(words) > maxCourtesy || strings.ContainsAny(words, "?？") {
		return ""
	}
	list := strings.Fields(wordsOf(words))
	i := slices.IndexFunc(list, func(w string) bool { return slices.Contains(saysDecision, w) })
	if i < 0 || len(list) > maxHalfSaid {
		return ""
	}
	return list[i]
}

// remark is what the mail says with a decision, unless that belongs to a note, a
// new owner or a new request.
func (r *run) remark() string {
	if r.orders("note") || r.orders("split") || r.orders("assign") && r.operator() || !r.silent() {
		return ""
	}
	words := withoutCourtesy(r.in.Orders.Comment)
	if words == "" || r.signs(words) {
		return ""
	}
	return strings.TrimSpace(r.in.Orders.Comment)
}

// maxCourtesy is how long a text is at most of which courtesy is told from words, in
// bytes.
const maxCourtesy = 2000

// withoutCourtesy leaves out the greetings above a short text, and the closing with
// the name below it.
func withoutCourtesy(text string) string {
	if len(text) > maxCourtesy {
		return text
	}
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for i, line := range lines {
		line = strings.TrimFunc(line, isBlank)
		if line != "" && greeting.FindString(line) != line {
			lines = lines[i:]
			break
		}
		if i == len(lines)-1 {
			return ""
		}
	}
	for i, line := range lines {
		if closing.MatchString(strings.TrimFunc(line, isBlank)) && isName(lines[i+1:]) {
			lines = lines[:i]
			break
		}
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// signs reports whether the words are nothing but the sender's name.
func (r *run) signs(words string) bool {
	local, _, _ := strings.Cut(r.in.Message.From.Address, "@")
	name := wordsOf(strings.Join([]string{r.in.Message.From.Name, r.cred.Sender.Address.Name, local}, " "))
	return !slices.ContainsFunc(strings.Fields(wordsOf(words)), func(w string) bool { return !strings.Contains(name, " "+w+" ") })
}

// tellVerdict tells requester and manager what was decided, but for who did it.
func (r *run) tellVerdict() {
	if len(r.verdicts) == 0 {
		return
	}
	readers := []reader{{to: r.requester(), as: tracker.RoleRequester}}
	for _, m := range r.in.Rules.Directory.WithRole(tracker.RoleManager) {
		readers = append(readers, reader{to: m, as: tracker.RoleManager})
	}
	for _, rd := range readers {
		if rd.to.IsZero() || rd.to.Is(r.by.Address) || r.hasNotice(rd.to.Address) {
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

// freshCode sends an approver whose code was worth nothing, or whose words were no
// command, another one.
func (r *run) freshCode() {
	addr, word := r.cred.Sender.Address.Address, r.halfSaid()
	if !r.fresh && word == "" || !r.in.Rules.waitsForDecision(r.t, addr) || r.hasNotice(addr) {
		return
	}
	d := r.askApprover(addr)
	if word != "" {
		d.Reason = "Your mail says “" + word + "”, which decides nothing: the line must be /approve or /reject alone. " + tracker.Capital(d.Reason)
	}
}

// transcriptBeside puts what a transcript would say into the mail that asks the
// sender for a decision, or tells him who has the ticket, if there is one. True
// when that mail answers all.
func (r *run) transcriptBeside() bool {
	beside := []tracker.NoticeKind{tracker.KindApproval, tracker.KindUnassigned, tracker.KindAssignment, tracker.KindReceipt}
	i := slices.IndexFunc(r.notices, func(n tracker.Notice) bool {
		return n.Ticket == r.id() && slices.Contains(beside, n.Kind) && n.To.Is(r.cred.Sender.Address.Address)
	})
	refused := r.refusedLines()
	if i < 0 || len(refused) == 0 && !r.plans {
		return false
	}
	d := &r.notices[i].Data
	d.Transcript = refused
	if r.fresh {
		d.Reason = strings.TrimSpace("Reply to this mail instead: it has a code of its own. " + tracker.Capital(d.Reason))
	}
	if r.plans {
		d.Reason = strings.TrimSpace(planWords(r.planning()) + " " + tracker.Capital(d.Reason))
	}
	return !r.asked && len(r.answers) == 0 && r.totals == nil
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
			c.Approvers, c.Barred = nil, nil
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
