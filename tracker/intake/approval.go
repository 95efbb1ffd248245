package intake

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"envdesk/tracker"
)

// fits reports whether tickets such as this one need the approval.
func (a Approval) fits(t tracker.Ticket) bool {
	switch {
	case a.Type != "":
		return strings.EqualFold(a.Type, t.Type)
	case a.Environment != "":
		return strings.EqualFold(a.Environment, t.Environment)
	}
	return a.Priority != "" && strings.EqualFold(a.Priority, t.Priority)
}

// openNeed is the first approval that an admitted ticket needs, as it is now, and
// has not got. A ticket that asks for no work needs none.
func (r Rules) openNeed(t tracker.Ticket) (Approval, bool) {
	if !t.Admitted || !t.Status.Open() {
		return Approval{}, false
	}
	for _, a := range r.Approvals {
		if a.fits(t) && !slices.Contains(t.Approval.Granted, a.Need()) {
			return a, true
		}
	}
	return Approval{}, false
}

// approvalOf is the rule of the decision that the ticket waits for; false when it
// waits for none, or for one that the rules do not ask for any more.
func (r Rules) approvalOf(t tracker.Ticket) (Approval, bool) {
	a, ok := r.ruleFor(t.Approval.Need)
	return a, ok && t.Approval.State == tracker.ApprovalPending
}

func (r Rules) ruleFor(need string) (Approval, bool) {
	i := slices.IndexFunc(r.Approvals, func(a Approval) bool { return need != "" && a.Need() == need })
	if i < 0 {
		return Approval{}, false
	}
	return r.Approvals[i], true
}

// approvers lists who may decide on the ticket now: whom the rule names, without
// the requester. Where these are too few, and once they took too long, the
// delegates come in; the managers where it takes them too.
func (r Rules) approvers(a Approval, t tracker.Ticket) []tracker.Address {
	out := r.namedBy(a, t)
	extended := t.Approval.State == tracker.ApprovalPending && t.Approval.Extended && t.Approval.Need == a.Need()
	if extended || len(out) < a.Quorum {
		out = unite(out, r.delegates(a, t))
	}
	if len(out) < a.Quorum {
		out = unite(out, impartial(t, r.Directory.WithRole(tracker.RoleManager)))
	}
	return out
}

// namedBy lists whom the rule itself names, without who must not decide.
func (r Rules) namedBy(a Approval, t tracker.Ticket) []tracker.Address {
	if a.Address != "" {
		return impartial(t, []tracker.Address{r.person(a.Address)})
	}
	return impartial(t, r.Directory.WithRole(a.Role))
}

// delegates lists who decides when the approvers do not: the delegate, else the
// managers, without who must not decide.
func (r Rules) delegates(a Approval, t tracker.Ticket) []tracker.Address {
	if a.Delegate != "" {
		if d := impartial(t, []tracker.Address{r.person(a.Delegate)}); len(d) > 0 {
			return d
		}
	}
	return impartial(t, r.Directory.WithRole(tracker.RoleManager))
}

// person is an address with the name that the configuration gives it.
func (r Rules) person(addr string) tracker.Address {
	return r.Directory.Lookup(tracker.Address{Address: addr}).Address
}

// barred reports whether the person of the address must not decide on the ticket:
// who asks for it, and who wrote what he asks for.
func barred(t tracker.Ticket, addr string) bool {
	return tracker.SamePerson(t.Requester.Address, addr) ||
		slices.ContainsFunc(t.Approval.Barred, func(b string) bool { return tracker.SamePerson(b, addr) })
}

// impartial leaves out who must not decide on the ticket, and who stands there
// twice.
func impartial(t tracker.Ticket, list []tracker.Address) []tracker.Address {
	return unite(nil, slices.DeleteFunc(slices.Clone(list), func(a tracker.Address) bool { return barred(t, a.Address) }))
}

// unite adds to a who of b does not stand there, under any of his addresses.
func unite(a, b []tracker.Address) []tracker.Address {
	for _, one := range b {
		if !slices.ContainsFunc(a, func(o tracker.Address) bool { return tracker.SamePerson(o.Address, one.Address) }) {
			a = append(a, one)
		}
	}
	return a
}

// asked reports whether the address is one of those who are asked now.
func (r Rules) asked(t tracker.Ticket, addr string) bool {
	return t.Approval.State == tracker.ApprovalPending && r.wasAsked(t, addr)
}

// wasAsked reports whether the address was asked in the last round, and would be
// today: the rule names it, it is a delegate or a manager, and may decide.
func (r Rules) wasAsked(t tracker.Ticket, addr string) bool {
	a, ok := r.ruleFor(t.Approval.Need)
	if !ok || t.Approval.State == "" || !t.Approval.Asked(addr) || barred(t, addr) {
		return false
	}
	managers := r.Directory.WithRole(tracker.RoleManager)
	named := []tracker.Address{{Address: a.Address}}
	if a.Address == "" {
		named = r.Directory.WithRole(a.Role)
	}
	return slices.ContainsFunc(slices.Concat(named, []tracker.Address{{Address: a.Delegate}}, managers), func(o tracker.Address) bool { return o.Is(addr) })
}

// waitsForDecision reports whether the ticket waits for the decision of this
// address.
func (r Rules) waitsForDecision(t tracker.Ticket, addr string) bool {
	return t.Status == tracker.StatusApproval && r.asked(t, addr) && !t.Approval.Decided(addr)
}

// whose names the approver in words: "DevOps (type AccessOps)".
func (r Rules) whose(a Approval) string {
	names := map[tracker.Role]string{tracker.RoleDevOps: "DevOps", tracker.RoleManager: "the programme manager"}
	who := cmp.Or(names[a.Role], string(a.Role))
	if a.Address != "" {
		who = r.person(a.Address).Display()
	}
	return who + " (" + a.Need() + ")"
}

// approverRole is what an approver is to the desk.
func (r Rules) approverRole(addr string) tracker.Role {
	role := r.Directory.Lookup(tracker.Address{Address: addr}).Role()
	if role == tracker.RoleManager || role == tracker.RoleDevOps {
		return role
	}
	return tracker.RoleApprover
}

// approvalNotice asks an approver for a decision on a ticket as it is after the
// question. Its code counts for the round; seq tells the mails of a round apart.
func approvalNotice(t tracker.Ticket, rules Rules, to tracker.Address, at time.Time, seq int) tracker.Notice {
	why := t.Approval.Need + " needs an approval"
	if a, ok := rules.ruleFor(t.Approval.Need); ok {
		why = "it needs the approval of " + rules.whose(a)
		if !slices.ContainsFunc(rules.namedBy(a, t), func(o tracker.Address) bool { return o.Is(to.Address) }) {
			why = "you are asked in place of " + rules.whose(a)
		}
	}
	root := threadRoot(t, rules)
	return tracker.Notice{
		Key:  fmt.Sprintf("%d/%s/%d/%d/%s", t.ID, tracker.KindApproval, t.Approval.Round, seq, strings.ToLower(to.Address)),
		Kind: tracker.KindApproval, To: to, As: rules.approverRole(to.Address), Ticket: t.ID, At: at,
		Data: tracker.NoticeData{WithOpening: true, Reason: why, InReplyTo: root, References: []string{root}},
	}
}

// proceed takes the ticket on, behind what the mail changed: before its approvers
// while it needs an approval, else to who works on it. A question that is none
// any more is taken back.
func (r *run) proceed() {
	if !r.t.Admitted || !r.t.Status.Open() {
		return
	}
	if rule, ok := r.in.Rules.approvalOf(r.t); ok && rule.fits(r.t) {
		return
	}
	r.void("it is not asked for any more")
	if a, open := r.in.Rules.openNeed(r.t); open {
		r.askApproval(a, "")
		return
	}
	again := r.before.Seq > 0 && made[tracker.Reopened](r)
	if r.t.Status == tracker.StatusNew && (again || made[tracker.Accepted](r) || made[tracker.Approved](r) || made[tracker.ApprovalVoided](r)) {
		r.give(r.t.Approval.Partner, "The programme manager")
		r.placed = true
		if made[tracker.Approved](r) {
			r.why = r.by.Display() + " approved it; " + r.why
		}
	}
}

// void takes the present question to the approvers back.
func (r *run) void(why string) {
	if a := r.t.Approval; a.State == tracker.ApprovalPending {
		_ = r.change(tracker.ApprovalVoided{Need: a.Need, Round: a.Round, Reason: why})
	}
}

// seen are the fields that an approver decides by.
var seen = []tracker.Field{tracker.FieldPriority, tracker.FieldType, tracker.FieldStack, tracker.FieldEnvironment}

// askApproval puts the ticket before the approvers. The partner that was named for
// it gets it when they approve; so does one that got it by the same mail. Who had
// it before keeps it.
func (r *run) askApproval(a Approval, named string) {
	if p := r.t.Partner; p != "" && !strings.EqualFold(p, r.before.Partner) {
		named = p
		_ = r.change(tracker.Assigned{Old: p})
	}
	t := r.t
	t.Approval.Barred = r.authors()
	c := tracker.ApprovalAsked{
		Need: a.Need(), Round: t.Approval.Round + 1, Barred: t.Approval.Barred, Quorum: max(1, a.Quorum),
		Due: r.in.Rules.within(r.in.seen(), a.Within), Partner: named,
	}
	for _, to := range r.in.Rules.approvers(a, t) {
		c.Approvers = append(c.Approvers, to.Address)
	}
	_ = r.change(c)
	r.why = "it waits for the approval of " + r.in.Rules.whose(a)
	if n := len(c.Approvers); n < c.Quorum {
		r.alert(tracker.AlertApproval, fmt.Sprintf("%s waits for the approval of %s, which takes %s, and there %s to give it: who asks never approves. "+
			"Name more of them, or a delegate, in the configuration; then /cancel and /reopen ask anew",
			r.t.Key, r.in.Rules.whose(a), plural(c.Quorum, "person"), map[bool]string{true: "is nobody", false: "are too few"}[n == 0]))
	}
}

// authors are who wrote the request in the name of its requester: an operator who
// made it of a part of another one. Where the history is not in hand it stays with
// those who are known.
func (r *run) authors() []string {
	opener := r.by.Address
	if r.before.Seq > 0 {
		opener = r.t.Requester.Address
		if events := r.history(); len(events) > 0 {
			opener = events[0].By.Address
		}
	}
	if opener == "" || barred(r.t, opener) {
		return r.t.Approval.Barred
	}
	return append(slices.Clone(r.t.Approval.Barred), strings.ToLower(opener))
}

// refresh looks at a question anew before somebody approves it, by the rules of
// today: who was asked and may decide no more is not among the approvers, and what
// he gave counts no more. Where too few are left, others are asked.
func (r *run) refresh() {
	a := r.t.Approval
	rule, ok := r.in.Rules.approvalOf(r.t)
	if !ok {
		return
	}
	c := again(a)
	c.Quorum = max(1, rule.Quorum)
	var still []tracker.Address
	for _, addr := range a.Approvers {
		if r.in.Rules.asked(r.t, addr) {
			still = append(still, tracker.Address{Address: addr})
		}
	}
	if still = unite(nil, still); len(still) < c.Quorum {
		still = unite(still, r.in.Rules.approvers(rule, r.t))
	}
	c.Approvers = nil
	for _, to := range still {
		c.Approvers = append(c.Approvers, to.Address)
	}
	if c.Quorum != a.Quorum || !slices.Equal(c.Approvers, a.Approvers) {
		_ = r.change(c)
	}
}

// again is the question of the round as it stands.
func again(a tracker.Approval) tracker.ApprovalAsked {
	return tracker.ApprovalAsked{
		Need: a.Need, Round: a.Round, Approvers: slices.Clone(a.Approvers), Barred: a.Barred, Quorum: a.Quorum, Due: a.Due, Extended: a.Extended,
	}
}

// maxFlips is how often the requester's own changes bring the ticket before its
// approvers anew.
const maxFlips = 5

// flips counts the rounds that the requester's own changes brought about.
func (r *run) flips() int {
	n, changed := 0, ""
	for _, e := range r.history() {
		switch c := e.Change.(type) {
		case tracker.Classified:
			if r.t.Requester.Is(e.By.Address) && slices.Contains(seen, c.Field) {
				changed = e.Cause
			}
		case tracker.ApprovalAsked:
			if changed != "" && e.Cause == changed {
				n++
			}
		}
	}
	return n
}

// restless says why a requester must not change a field that the approvers decide
// by, or "": they were asked too often already.
func (r *run) restless(verb Verb) string {
	waits := r.before.Approval.State == tracker.ApprovalPending
	if !waits || !slices.Contains(seen, fieldOfVerb[verb.Name]) || !r.limited(verb.Name, UntilPickup) || r.flips() < maxFlips {
		return ""
	}
	return "the approvers were asked anew " + strconv.Itoa(maxFlips) + " times; ask the programme manager"
}

// askApprovers writes to everybody whose decision the ticket waits for, but for
// who was asked for it before.
func (r *run) askApprovers() {
	old := r.before.Approval
	for _, addr := range r.t.Approval.Approvers {
		before := old.State == tracker.ApprovalPending && old.Round == r.t.Approval.Round && old.Asked(addr)
		if r.in.Rules.waitsForDecision(r.t, addr) && !before && !r.hasNotice(addr) {
			r.askApprover(addr)
		}
	}
}

// askApprover writes to one approver. Behind the first mail of the ticket it goes
// along; what the present one says stands below it.
func (r *run) askApprover(addr string) *tracker.NoticeData {
	n := approvalNotice(r.t, r.in.Rules, r.in.Rules.person(addr), r.in.Received, r.t.Seq)
	n.Data.By, n.Data.WithOpening = r.by, r.before.Seq > 0
	n.Data.InReplyTo, n.Data.References = r.answerTo(addr), r.references()
	if r.says() && !r.handsOn() {
		n.Data.Text, n.Data.Attachments = r.comment, attached(r.in.Message)
	}
	r.notices = append(r.notices, n)
	return &r.notices[len(r.notices)-1].Data
}
