package intake

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
)

// lines has a line for every verb, with a value that can be carried out.
var lines = map[string]string{
	"wait": "/wait for you", "block": "/block no quota", "eta": "/eta Friday", "assign": "/assign GWL", "priority": "/priority P0",
	"type": "/type GitOps", "stack": "/stack ERP", "env": "/env Bihar", "needed": "/needed 20 Dec", "due": "/due +2d because of the holidays", "status": "/status resolved",
	"watch": "/watch kiran@egov.test", "unwatch": "/unwatch imran@egov.test", "link": "/link REQ-2", "merge": "/merge REQ-2", "split": "/split Anew",
	"note": "/note inside",
}

// Every verb in every state by everybody: it is done where the table says so,
// and leads where the table says. A merged ticket is commanded in the one that
// it goes on in.
func TestVerbsDoWhatTheirTableSays(t *testing.T) {
	for _, state := range slices.DeleteFunc(slices.Clone(states), func(s tracker.Status) bool { return s == tracker.StatusMerged }) {
		s := staged(t, state)
		for _, v := range Verbs() {
			for _, who := range identities {
				about := fmt.Sprintf("/%s when %s by the %s", v.Name, state, who.name)
				rels := relationsIn(s.tickets[1], who.name)
				done, after := attempt(s, v, who.address)
				want := mayUse(v, rels, s.tickets[1])
				if v.Name == "status" {
					same, _ := findVerb("done")
					want = mayUse(same, rels, s.tickets[1])
					v.To = same.To
				}
				assert.Equal(t, want, done, about)
				if !want {
					assert.Equal(t, state, after, about)
				} else {
					assert.Contains(t, reachable(v, state), after, about)
				}
			}
		}
	}
}

// Beyond its limit a verb is refused to whom the table limits, and to nobody else.
func TestLimitsOfTheTable(t *testing.T) {
	beyond := map[Limit]struct {
		state tracker.Status
		later int // days
		lines map[string]string
	}{
		UntilPickup: {tracker.StatusWorking, 0, lines},
		OwnDomain:   {tracker.StatusWorking, 0, map[string]string{"watch": "/watch x@corp.test", "unwatch": "/unwatch lee@corp.test"}},
		Oneself:     {tracker.StatusWorking, 0, map[string]string{"unwatch": "/unwatch lee@corp.test"}},
		InTime:      {tracker.StatusClosed, 60, map[string]string{"reopen": "/reopen"}},
	}
	tried := 0
	for _, v := range Verbs() {
		for rel, limit := range v.Limits {
			c, ok := beyond[limit]
			if !ok { // the right of another verb, or a code: see TestAuthority
				continue
			}
			s := staged(t, c.state)
			s.answer(mailTo{from: "asha@egov.test", text: "/watch lee@corp.test"})
			s.now = s.now.AddDate(0, 0, c.later)
			for who, want := range map[string]bool{string(rel): false, "manager": true} {
				i := slices.IndexFunc(identities, func(id identity) bool { return id.name == who })
				d := try(s, c.lines[v.Name], identities[i].address, "pass", "own token")
				done := d.Ticket == 1 && len(d.Results) == 1 && d.Results[0].Done
				assert.Equal(t, want, done, "/%s (%s) by the %s", v.Name, limit, who)
				tried++
			}
		}
	}
	assert.Equal(t, 2*9, tried)
}

// attempt tries a verb on REQ-1 without committing it: whether it was done, and
// the state that the ticket would have.
func attempt(s *stage, v Verb, from string) (done bool, after tracker.Status) {
	line, ok := lines[v.Name]
	if !ok {
		line = "/" + v.Name
	}
	token := "own token"
	if s.tickets[1].Status == tracker.StatusApproval {
		token = "own code"
	}
	d := try(s, line, from, "pass", token)
	ticket := s.tickets[1]
	for _, c := range d.Changes {
		var err error
		if ticket, err = tracker.Apply(ticket, tracker.Event{Ticket: 1, Seq: ticket.Seq + 1, At: s.now, By: d.By, Change: c}); err != nil {
			return false, ""
		}
	}
	return len(d.Results) == 1 && d.Results[0].Done, ticket.Status
}

// relationsIn says what somebody of the cast is to REQ-1.
func relationsIn(t tracker.Ticket, who string) []Relation {
	switch who {
	case "DevOps":
		return []Relation{DevOps, Anyone}
	case "manager":
		return []Relation{Manager, Anyone}
	case "approver":
		if t.Status == tracker.StatusApproval {
			return []Relation{Approver, Anyone}
		}
	case "requester", "watcher", "partner", "member":
		if !t.Admitted || t.Partner == "" && (who == "partner" || who == "member") {
			return nil
		}
		return []Relation{map[string]Relation{"requester": Requester, "watcher": Watcher, "partner": Partner, "member": Partner}[who], Anyone}
	}
	return nil
}

// mayUse reads the table.
func mayUse(v Verb, rels []Relation, t tracker.Ticket) bool {
	return v.Fits(t.Status) && slices.ContainsFunc(rels, func(r Relation) bool {
		return slices.Contains(v.By, r) && (v.Limits[r] != UntilPickup || t.PickedUpAt.IsZero())
	})
}

// reachable lists the states to which the verb leads, with what the desk does
// behind it.
func reachable(v Verb, from tracker.Status) []tracker.Status {
	out := slices.Clone(v.Leads(from))
	if !v.Anew {
		return out
	}
	for range states {
		for _, m := range ownMoves {
			if m.anew && slices.ContainsFunc(out, func(s tracker.Status) bool { return slices.Contains(m.from, s) }) {
				out = append(out, m.to...)
			}
		}
		slices.Sort(out)
		out = slices.Compact(out)
	}
	return out
}

// The drawing has every way that a ticket ever takes, and no other.
func TestEveryTransitionIsDrawnAndTaken(t *testing.T) {
	drawn, seen := map[[2]tracker.Status]bool{}, map[[2]tracker.Status]bool{}
	for _, tr := range Transitions() {
		drawn[[2]tracker.Status{tr.From, tr.To}] = true
		assert.NotEmpty(t, tr.By)
	}
	rules := proofRules(t)
	for seed := range uint64(1500) {
		p := newPlay(rules, seed)
		p.run()
		maps.Copy(seen, p.moves)
	}
	for _, scene := range scenes {
		s := staged(t, scene.from)
		for _, m := range scene.mails {
			s.answer(m)
		}
		require.Empty(t, s.wrong)
		maps.Copy(seen, s.moves)
	}
	maps.Copy(seen, archivedAndReopened(t, rules))
	for _, state := range states {
		if state != tracker.StatusMerged {
			maps.Copy(seen, movesFrom(t, state))
		}
	}
	for move, moved := range seen {
		assert.True(t, !moved || move[0] == move[1] || drawn[move], "%s → %s is taken and not drawn", move[0], move[1])
	}
	for move := range drawn {
		assert.True(t, seen[move], "%s → %s is drawn and never taken", move[0], move[1])
	}
}

// scenes are ways that the dice take too seldom.
var scenes = []struct {
	from  tracker.Status
	mails []mailTo
}{
	{tracker.StatusUnverified, []mailTo{{from: "asha@egov.test", text: "/cancel"}, {from: "asha@egov.test", text: "/reopen"}}},
	{tracker.StatusAssigned, []mailTo{{from: "ops@egov.test", text: "/done"}, {from: "ravi@egov.test", text: "/close"}, {from: "ravi@egov.test", text: "/reopen"}}},
	{tracker.StatusAssigned, []mailTo{{from: "ops@egov.test", text: "/done"}, {from: "ravi@egov.test", text: "/reopen"}}},
	{tracker.StatusClosed, []mailTo{{from: "ravi@egov.test", text: "/reopen"}}},
	{tracker.StatusAssigned, []mailTo{{from: "ravi@egov.test", text: "/cancel"}, {from: "ravi@egov.test", text: "/reopen"}}},
	{tracker.StatusWorking, []mailTo{{from: "ravi@egov.test", text: "/cancel"}, {from: "ravi@egov.test", text: "/reopen"}}},
	{tracker.StatusNew, []mailTo{{from: "ravi@egov.test", text: "/cancel"}, {from: "ravi@egov.test", text: "/reopen"}}},
	{tracker.StatusWorking, []mailTo{{from: "asha@egov.test", text: "/env AP"}, {from: ciso, text: "/approve"}}},
	{tracker.StatusWorking, []mailTo{{from: "asha@egov.test", text: "/env AP"}, {from: ciso, text: "/reject"}, {from: "ravi@egov.test", text: "/reopen"}}},
	{tracker.StatusAssigned, []mailTo{{from: "asha@egov.test", text: "/env AP"}, {from: ciso, text: "/reject"}, {from: "ravi@egov.test", text: "/reopen"}}},
	{tracker.StatusNew, []mailTo{{from: "asha@egov.test", text: "/env AP"}, {from: ciso, text: "/reject"}, {from: "ravi@egov.test", text: "/reopen"}}},
	{tracker.StatusBlocked, []mailTo{{from: "asha@egov.test", text: "/env AP"}, {from: ciso, text: "/approve"}}},
	{tracker.StatusWaiting, []mailTo{{from: "asha@egov.test", text: "/env AP"}}},
}

// archivedAndReopened takes in old mails, whose tickets are reopened.
func archivedAndReopened(t *testing.T, rules Rules) map[[2]tracker.Status]bool {
	s := newStage(rules)
	for _, from := range []string{"ravi@egov.test", "eve@evil.test"} {
		in := s.input(s.mail(mailTo{from: from, subject: "of long ago"}))
		in.Archive = true
		s.receive(in)
	}
	s.answer(mailTo{from: "ravi@egov.test", text: "/reopen"})
	require.Empty(t, s.wrong)
	return s.moves
}

// movesFrom tries every verb in a state: where it leads, when the desk does nothing
// of its own behind it.
func movesFrom(t *testing.T, state tracker.Status) map[[2]tracker.Status]bool {
	s := staged(t, state)
	seen := map[[2]tracker.Status]bool{}
	for _, v := range Verbs() {
		for _, who := range identities {
			if done, after := attempt(s, v, who.address); done && !v.Anew {
				seen[[2]tracker.Status{state, after}] = true
			}
		}
	}
	return seen
}

func TestEveryStateIsReached(t *testing.T) {
	for _, s := range states {
		assert.True(t, slices.ContainsFunc(Transitions(), func(tr Transition) bool { return tr.To == s }), s)
	}
}

// What /help says of a verb is what the table says.
func TestHelpIsTheTable(t *testing.T) {
	all := Help(nil)
	require.Len(t, all, len(Verbs()))
	row := func(usage string) tracker.VerbHelp {
		i := slices.IndexFunc(all, func(h tracker.VerbHelp) bool { return strings.HasPrefix(h.Usage, usage) })
		require.GreaterOrEqual(t, i, 0, usage)
		return all[i]
	}
	for usage, want := range map[string][2]string{
		"/ack":      {"the assigned partner, DevOps or the programme manager", "new, assigned or waiting"},
		"/priority": {"the requester (until it is picked up) or the programme manager", "open"},
		"/approve":  {"an approver in a reply to the desk's question", "approval"},
		"/status":   {"as for the command that means the same", ""},
		"/unwatch":  {"the requester (people of the own domain), who reads along (oneself) or the programme manager", "open, resolved or closed, but not unverified"},
		"/list":     {"people the desk knows", ""},
		"/done":     {"the assigned partner, DevOps or the programme manager", "open, but not unverified or approval"},
	} {
		h := row(usage)
		assert.Equal(t, want, [2]string{h.Who, h.When}, usage)
	}
	for _, h := range Help([]Relation{Watcher, Anyone}) {
		assert.NotContains(t, h.Usage, "/ack")
	}
}
