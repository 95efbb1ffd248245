package intake

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"envdesk/tracker"
	"envdesk/tracker/sla"
)

// Whatever happened to a ticket and whenever the clock looks: only who may see
// the ticket at that moment is told, nobody twice, and it is not looked at again
// before something is due.
func TestRemindersReachOnlyWhoMaySee(t *testing.T) {
	rules := timedRules(t)
	rules.Clock.Late = append(rules.Clock.Late, tracker.RoleRequester, tracker.RoleStakeholder)
	rules.CloseAfter = sla.Span{Days: 1}
	rules.Approvals = []Approval{{Priority: "P1", Role: tracker.RoleDevOps, Quorum: 1, Within: sla.Span{Days: 1}, Delegate: "ciso@egov.test"}}
	staying := rules
	leaving := rules // GWL leaves at some time
	leaving.Directory.Partners = slices.Clone(rules.Directory.Partners)
	leaving.Directory.Partners[1].Status = tracker.Left
	reminders, did := 0, map[string]int{}
	for seed := range uint64(1000) {
		rng := rand.New(rand.NewPCG(seed, 0))
		now := clockAt(t, rules, "16 08:00").Add(time.Duration(rng.IntN(48)) * time.Hour)
		first := opened([]string{"P0", "P1", "P2", "P3", "P4"}[rng.IntN(5)])
		first.Unverified = rng.IntN(8) == 0
		ticket, events := recorded(t, tracker.Ticket{}, now, "", first)
		keys := map[string]bool{}
		rules = staying
		for range 25 {
			if rng.IntN(30) == 0 {
				rules = leaving
			}
			now = now.Add(time.Duration(rng.IntN(600)) * time.Minute)
			if change, by := anyChange(rng, ticket); change != nil {
				var more []tracker.Event
				ticket, more = recorded(t, ticket, now, by, change)
				events = append(events, more...)
			}
			plan, err := Remind(ticket, events, rules, now)
			require.NoError(t, err)
			for _, n := range plan.Notices {
				require.False(t, keys[n.Key], "seed %d: %s was sent before", seed, n.Key)
				keys[n.Key], reminders = true, reminders+1
				require.True(t, maySee(rules, ticket, n), "seed %d: %s to %s of %+v", seed, n.Key, n.To.Address, ticket)
			}
			require.False(t, !ticket.Status.Open() && len(plan.Notices) > 0, "seed %d: reminded of what has ended", seed)
			for _, c := range plan.Changes {
				did[c.Kind()]++
			}
			var more []tracker.Event
			ticket, more = recorded(t, ticket, now, "", plan.Changes...)
			for _, n := range plan.Notices {
				require.True(t, n.As != tracker.RolePartner || n.Kind == tracker.KindHandBack || ticket.Partner != "" && ticket.Status != tracker.StatusApproval,
					"seed %d: %s to %s, who lost it or cannot act", seed, n.Key, n.To.Address)
			}
			events = append(events, more...)
			plan, err = Remind(ticket, events, rules, now)
			require.NoError(t, err)
			require.Empty(t, plan.Notices, "seed %d: once more at the same instant", seed)
			require.True(t, plan.Next.IsZero() || plan.Next.After(now), "seed %d: looks again at %s", seed, plan.Next)
		}
	}
	require.Greater(t, reminders, 1000)
	for _, kind := range []string{"reminded", "handed_back", "approval_asked", "closed"} {
		require.Greater(t, did[kind], 50, kind)
	}
}

func recorded(t testing.TB, ticket tracker.Ticket, at time.Time, by string, changes ...tracker.Change) (tracker.Ticket, []tracker.Event) {
	t.Helper()
	ticket, events, err := tracker.Record(ticket, tracker.Event{Ticket: 1, At: at, By: tracker.Actor{Address: by}}, changes)
	require.NoError(t, err)
	return ticket, events
}

// anyChange is something that can happen to the ticket now; nil for nothing.
func anyChange(rng *rand.Rand, t tracker.Ticket) (tracker.Change, string) {
	if t.Status == tracker.StatusUnverified {
		return []tracker.Change{nil, nil, tracker.Accepted{}, tracker.Cancelled{}}[rng.IntN(4)], ""
	}
	if !t.Status.Open() {
		return []tracker.Change{nil, nil, nil, nil, tracker.Reopened{}}[rng.IntN(5)], ""
	}
	if a := t.Approval; t.Status == tracker.StatusApproval {
		return []tracker.Change{
			nil, nil, nil, tracker.Approved{Need: a.Need, Round: a.Round}, tracker.Rejected{Need: a.Need, Round: a.Round}, tracker.ApprovalVoided{Need: a.Need, Round: a.Round},
		}[rng.IntN(6)], "ops@egov.test"
	}
	actors := map[string]string{"OptIT": "meena@optit.test", "GWL": "desk@gwl.test"}
	switch rng.IntN(13) {
	case 12:
		return tracker.ApprovalAsked{Need: "priority P1", Round: t.Approval.Round + 1, Approvers: []string{"ops@egov.test", "gone@egov.test"}, Quorum: 1, Due: t.OpenedAt.AddDate(0, 0, rng.IntN(8))}, ""
	case 0:
		return tracker.Assigned{Partner: []string{"OptIT", "GWL", "MacroSkies", "Nobody", ""}[rng.IntN(5)]}, ""
	case 1:
		if by := actors[t.Partner]; by != "" {
			return tracker.PickedUp{}, by
		}
		return tracker.PickedUp{}, "ops@egov.test"
	case 2:
		if t.Status == tracker.StatusWorking {
			return tracker.StatusChanged{From: t.Status, To: tracker.StatusWaiting}, ""
		}
	case 3:
		if t.Status == tracker.StatusWaiting {
			return tracker.StatusChanged{From: t.Status, To: tracker.StatusWorking}, ""
		}
	case 4:
		return tracker.Classified{Field: tracker.FieldPriority, Old: t.Priority, New: []string{"P0", "P1", "P2", "P3", "P4"}[rng.IntN(5)]}, ""
	case 5:
		return tracker.Classified{Field: tracker.FieldNeededBy, Old: t.NeededBy, New: []string{"", "2026-12-20", "2027-01-15"}[rng.IntN(3)]}, ""
	case 6:
		return tracker.Resolved{}, ""
	case 7:
		if !t.WatchedBy("board@egov.test") {
			return tracker.Watched{Address: "board@egov.test"}, ""
		}
	}
	return nil, ""
}

// maySee says it in words of its own: manager and DevOps see all tickets that
// were let in, a partner what it has and may get, the others what they asked for
// or read along.
func maySee(r Rules, t tracker.Ticket, n tracker.Notice) bool {
	who := r.Directory.Lookup(n.To)
	if who.Has(tracker.RoleManager) {
		return true
	}
	partner, _ := r.Directory.Partner(t.Partner)
	mine := t.Partner != "" && partner.HasMember(n.To.Address) && partner.Barrier(n.At) == ""
	asked := n.Kind == tracker.KindApproval && t.Status == tracker.StatusApproval && n.To.Is("ciso@egov.test")
	return t.Admitted && (who.Has(tracker.RoleDevOps) || mine || asked || t.Requester.Is(n.To.Address) || t.WatchedBy(n.To.Address))
}
