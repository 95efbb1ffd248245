package config

import (
	"slices"
	"strconv"

	"github.com/goccy/go-yaml/ast"

	"envdesk/tracker"
	"envdesk/tracker/intake"
	"envdesk/tracker/sla"
)

// approval reads {by: …} or its short form, the approver alone, of an entry. What
// needs it stands in of; an entry that is a name alone, nil, needs none.
func (r *reader) approval(e *mapping, of intake.Approval) {
	if e == nil {
		return
	}
	n, ok := e.nodes["approval"]
	if _, long := n.(*ast.MappingNode); !ok || !long {
		var a intake.Approval
		scan(e, "approval", &a, parseApprover)
		if a.Quorum > 0 {
			r.need(e.at("approval"), of, a)
		}
		return
	}
	e.within("approval", "", func(m *mapping) {
		var a intake.Approval
		scan(m, "by", &a, parseApprover)
		m.require("by", "devops, manager or an address")
		scan(m, "quorum", &a.Quorum, number(1, 100))
		scan(m, "within", &a.Within, parseSpan)
		scan(m, "delegate", &a.Delegate, parseAddress)
		if a.Address != "" && a.Quorum > 1 {
			m.report("quorum", &fault{got: strconv.Itoa(a.Quorum), want: "1, since one address approves"})
		}
		r.need(m.path, of, a)
	})
}

func (r *reader) need(at string, of, a intake.Approval) {
	a.Type, a.Environment, a.Priority = of.Type, of.Environment, of.Priority
	r.needs = append(r.needs, namedApproval{at, a})
}

func parseApprover(s string) (intake.Approval, *fault) {
	a := intake.Approval{Quorum: 1, Within: sla.Span{Days: 1}}
	switch s {
	case string(tracker.RoleDevOps), string(tracker.RoleManager):
		a.Role = tracker.Role(s)
		return a, nil
	}
	if _, f := parseAddress(s); f != nil {
		return intake.Approval{}, want("devops, manager or an address")
	}
	a.Address = s
	return a, nil
}

// approvals puts what types need before what environments and priorities do.
func (r *reader) approvals() {
	rank := func(n namedApproval) int {
		switch {
		case n.Type != "":
			return 0
		case n.Environment != "":
			return 1
		}
		return 2
	}
	slices.SortStableFunc(r.needs, func(a, b namedApproval) int { return rank(a) - rank(b) })
	for _, n := range r.needs {
		r.c.Approvals = append(r.c.Approvals, n.Approval)
	}
}

// checkApprovals makes sure that every approval can be given.
func (r *reader) checkApprovals() {
	for _, n := range r.needs {
		if r.failed(n.at) {
			continue
		}
		r.checkLoop(n.at+".by", n.Address)
		r.checkLoop(n.at+".delegate", n.Delegate)
		approvers := r.c.Directory().WithRole(n.Role)
		if n.Address != "" {
			approvers = []tracker.Address{{Address: n.Address}}
		}
		if r.failed("people") {
			continue
		}
		r.checkQuorum(n, persons(approvers))
		if n.Delegate != "" && persons(append(approvers, tracker.Address{Address: n.Delegate})) == 1 {
			r.report(n.at+".delegate", &fault{got: quote(n.Delegate) + ", who is the approver", want: "somebody else"})
		}
	}
}

// persons counts people: one with several addresses, by their +detail, approves once.
func persons(list []tracker.Address) int {
	var known []tracker.Address
	for _, a := range list {
		if !slices.ContainsFunc(known, func(k tracker.Address) bool { return tracker.SamePerson(k.Address, a.Address) }) {
			known = append(known, a)
		}
	}
	return len(known)
}

func (r *reader) checkQuorum(n namedApproval, have int) {
	switch {
	case n.Role == "":
	case have == 0:
		r.report(n.at, &fault{got: `"` + string(n.Role) + `"`, want: "a role that a person with an address has"})
	case n.Quorum > have:
		r.report(n.at+".quorum", &fault{got: strconv.Itoa(n.Quorum), want: "at most " + strconv.Itoa(have) + ", since no more people have the role " + string(n.Role)})
	}
}
