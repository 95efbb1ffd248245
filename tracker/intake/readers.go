package intake

import (
	"slices"
	"strings"

	"envdesk/tracker"
)

// reader is somebody who may be told of what a mail did, at most once.
type reader struct {
	to     tracker.Address
	as     tracker.Role
	words  []string // of the changes of which he is told; see wordsOfChange
	status bool     // there are such changes
	relay  bool     // is told of what the mail says
}

// readers lists who is told of what: the table of the desk's promises.
func (r *run) readers() []reader {
	var out []reader
	add := func(to tracker.Address, as tracker.Role, words []string, relay bool) {
		status := r.happened(words...)
		if to.Address == "" || r.in.Shell && relay && !status || tracker.SameAddress(to.Address, r.by.Address) || !status && !relay {
			return
		}
		i := slices.IndexFunc(out, func(o reader) bool { return o.to.Is(to.Address) })
		if i < 0 {
			out = append(out, reader{to, as, words, status, relay})
			return
		}
		out[i].words = slices.Concat(out[i].words, words)
		out[i].status, out[i].relay = out[i].status || status, out[i].relay || relay
	}
	says := r.says() && !r.handsOn()
	byRequester := r.by.Role == tracker.RoleRequester || r.t.Requester.Is(r.by.Address)
	if r.t.Admitted && r.before.Admitted {
		add(r.requester(), tracker.RoleRequester, forRequester, says)
	}
	partner := r.partnerAddress(r.t.Partner)
	byPartner := r.by.Role == tracker.RolePartner && !byRequester
	if !byPartner {
		words := forPartner
		if r.operator() {
			words = slices.Concat(words, byOperator)
		}
		add(partner, tracker.RolePartner, words, says)
		add(r.assigneeAddress(), tracker.RoleDevOps, words, says)
	}
	if r.before.Partner != "" && !strings.EqualFold(r.before.Partner, r.t.Partner) && !byPartner {
		add(r.partnerAddress(r.before.Partner), tracker.RolePartner, forFormer, false)
	}
	ownerless := partner.Address == "" && (r.t.Partner != "" || r.t.Assignee == "")
	stuck := ownerless || r.t.Status == tracker.StatusApproval || r.t.Status.Ended() && r.t.Status != tracker.StatusClosed
	for _, m := range r.in.Rules.Directory.WithRole(tracker.RoleManager) {
		add(m, tracker.RoleManager, forManager, says && byRequester && stuck)
	}
	for _, addr := range r.t.Approval.Approvers {
		if byRequester && r.in.Rules.waitsForDecision(r.t, addr) {
			add(r.in.Rules.person(addr), r.in.Rules.approverRole(addr), nil, says)
		}
	}
	for _, d := range r.in.Rules.Directory.WithRole(tracker.RoleDevOps) {
		add(d, tracker.RoleDevOps, []string{"blocked"}, false)
	}
	for _, w := range r.t.Watchers {
		if r.barrier(w) == "" {
			add(r.in.Rules.Directory.Lookup(tracker.Address{Address: w}).Address, tracker.RoleRequester, forWatcher, says)
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

// Which changes each reader is told of: who works on it also of what an operator
// did in his place, and who lost it of nothing but that.
var (
	forRequester = []string{"working", "waiting", "resolved", "closed", "reopened", "cancelled", "merged", "classified", "due"}
	forPartner   = []string{"reopened", "cancelled", "merged", "classified", "unblocked", "due", "approval_asked", "approval_voided", "approved", "rejected"}
	byOperator   = []string{"working", "waiting", "resolved", "returned"}
	forFormer    = []string{"assigned", "declined"}
	forWatcher   = []string{"merged"}
	forManager   = []string{"declined", "blocked", "cancelled", "merged", "expected"}
	beside       = []string{"approval_asked", "approval_voided", "approved", "rejected", "assigned"} // tell nobody by themselves
)

// wordsOfChange gives the words by which the table of readers knows a change.
func wordsOfChange(c tracker.Change) []string {
	switch c := c.(type) {
	case tracker.PickedUp:
		return []string{"working"}
	case tracker.StatusChanged:
		if c.From == tracker.StatusWaiting && c.To != tracker.StatusBlocked { // the answer that is told as a reply
			return nil
		}
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
	case tracker.Assigned:
		if c.Partner != "" && strings.EqualFold(c.Partner, c.Old) {
			return []string{"returned"}
		}
		return []string{"assigned"}
	case tracker.Replied, tracker.Refused, tracker.Noted, tracker.Opened, tracker.Accepted,
		tracker.Watched, tracker.Unwatched, tracker.Linked, tracker.Absorbed, tracker.Reminded:
		return nil
	}
	return []string{c.Kind()}
}

// tellingOf lists the changes that a reader is told of. A partner from whom nothing
// was taken is told that it is to pick the ticket up anew.
func (r *run) tellingOf(rd reader) []tracker.Change {
	var out []tracker.Change
	for _, c := range r.telling() {
		words := wordsOfChange(c)
		tells := func(w string) bool { return slices.Contains(words, w) }
		aside := slices.ContainsFunc(beside, tells) && (rd.as != tracker.RolePartner || !tells("assigned"))
		if !slices.ContainsFunc(rd.words, tells) && !aside {
			continue
		}
		if tells("returned") {
			c = tracker.StatusChanged{From: r.before.Status, To: tracker.StatusAssigned}
		}
		out = append(out, c)
	}
	return out
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
		switch c := c.(type) {
		case tracker.Replied, tracker.Refused, tracker.Noted, tracker.Opened, tracker.Accepted,
			tracker.Watched, tracker.Unwatched, tracker.Linked, tracker.Absorbed, tracker.Reminded:
			return true
		case tracker.PickedUp:
			return r.t.Status != tracker.StatusWorking
		case tracker.Approved: // others have to agree
			return len(r.verdicts) == 0
		case tracker.ApprovalAsked: // who is asked was looked at anew
			return c.Round == r.before.Approval.Round
		case tracker.ApprovalVoided: // another question took its place
			return r.t.Status == tracker.StatusApproval
		}
		return false
	})
}
