package intake

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
	"envdesk/tracker/sla"
)

// look lets the clock look at a ticket and records what it does.
func look(t testing.TB, rules Rules, ticket tracker.Ticket, events []tracker.Event, at string) (tracker.Ticket, []tracker.Event, Plan) {
	t.Helper()
	now := clockAt(t, rules, at)
	plan, err := Remind(ticket, events, rules, now)
	require.NoError(t, err)
	ticket, more := recorded(t, ticket, now, "", plan.Changes...)
	return ticket, append(events, more...), plan
}

func changesOf(p Plan) []string {
	out := []string{}
	for _, c := range p.Changes {
		out = append(out, c.Kind())
	}
	return out
}

func TestHandBack(t *testing.T) {
	optit, gwl := tracker.Assigned{Partner: "OptIT"}, tracker.Assigned{Partner: "GWL"}
	given := func(priority string, to tracker.Change, more ...step) []step {
		return append([]step{{"24 10:00", "", opened(priority)}, {"24 10:00", "", to}}, more...)
	}
	picked := step{"24 10:10", "meena@optit.test", tracker.PickedUp{}}
	moved := func(to tracker.Status) step {
		return step{"24 11:00", "", tracker.StatusChanged{From: tracker.StatusWorking, To: to}}
	}
	left := func(r *Rules) { r.Directory.Partners[0].Status = tracker.Left }
	for _, tt := range []struct {
		name  string
		steps []step
		edit  func(*Rules)
		now   string
		why   string // "": it stays
		next  string // of the next look; "": not asked
	}{
		{"an instant before", given("P1", optit, step{"24 11:30", "", tracker.Reminded{Clock: "pickup", What: "75", Version: 1}}), nil, "24 11:59", "", "24 12:00"},
		{"not picked up", given("P1", optit), nil, "24 12:00", "nobody picked it up by Tue 24 Nov, 12:00 IST", ""},
		{"picked up", given("P1", optit, picked), nil, "24 13:00", "", ""},
		{"from the assignment on", []step{{"24 10:00", "", opened("P1")}, {"24 11:00", "", optit}}, nil, "24 12:59", "", ""},
		{"a partner of its own hours", []step{{"24 06:00", "", opened("P2")}, {"24 06:00", "", gwl}}, nil, "24 18:00", "", ""},
		{"told when the desk opens", []step{{"24 06:00", "", opened("P2")}, {"24 06:00", "", gwl}}, nil, "25 09:00", "nobody picked it up by Tue 24 Nov, 18:00 IST", ""},
		{"P0 on a Saturday night", []step{{"28 22:00", "", opened("P0")}, {"28 22:00", "", optit}}, nil, "29 02:00", "nobody picked it up by Sun 29 Nov, 02:00 IST", ""},
		{"a planned request has no pickup target", given("P4", optit), nil, "30 17:00", "", ""},
		{"given again to the same partner", given("P1", optit, step{"24 12:00", "", tracker.HandedBack{Partner: "OptIT"}}, step{"24 12:30", "", optit}), nil, "24 14:29", "", ""},
		{"and not picked up once more", given("P1", optit, step{"24 12:00", "", tracker.HandedBack{Partner: "OptIT"}}, step{"24 12:30", "", optit}), nil, "24 14:30", "nobody picked it up by Tue 24 Nov, 14:30 IST", ""},
		{"nobody to take it", given("P1", optit), func(r *Rules) { r.Directory.People = r.Directory.People[1:] }, "24 12:00", "", ""},
		{"blocked", given("P1", optit, picked, moved(tracker.StatusBlocked)), nil, "24 13:00", "", ""},
		{"waiting", given("P1", optit, picked, moved(tracker.StatusWaiting)), nil, "24 13:00", "", ""},
		{"the manager waited for the requester", given("P1", optit, step{"24 10:10", "asha@egov.test", tracker.StatusChanged{From: tracker.StatusAssigned, To: tracker.StatusWaiting}},
			step{"25 10:00", "", tracker.StatusChanged{From: tracker.StatusWaiting, To: tracker.StatusAssigned}}), nil, "25 11:59", "", ""},
		{"and not picked up behind that", given("P1", optit, step{"24 10:10", "asha@egov.test", tracker.StatusChanged{From: tracker.StatusAssigned, To: tracker.StatusWaiting}},
			step{"25 10:00", "", tracker.StatusChanged{From: tracker.StatusWaiting, To: tracker.StatusAssigned}}), nil, "25 12:00", "nobody picked it up by Wed 25 Nov, 12:00 IST", ""},
		{"the approvers had it in between", given("P1", optit, step{"24 11:00", "", tracker.ApprovalAsked{Need: "x", Round: 1, Quorum: 1}},
			step{"25 10:00", "ops@egov.test", tracker.Approved{Need: "x", Round: 1}}), nil, "25 11:59", "", ""},
		{"a priority raised before its pickup", given("P2", optit, step{"24 11:00", "", tracker.Classified{Field: tracker.FieldPriority, Old: "P2", New: "P1"}}), nil, "24 13:00",
			"nobody picked it up by Tue 24 Nov, 13:00 IST", ""},
		{"the partner has left", given("P1", optit), left, "24 10:30", "OptIT has left the programme", ""},
		{"though it works on it", given("P1", optit, picked), left, "24 10:30", "OptIT has left the programme", ""},
		{"though it waits", given("P1", optit, picked, moved(tracker.StatusWaiting)), left, "24 13:00", "OptIT has left the programme", ""},
		{"though nothing else is promised", given("P4", optit), left, "24 10:30", "OptIT has left the programme", ""},
		{"in the night: in the morning", given("P1", optit, picked), left, "24 20:00", "", "25 09:00"},
		{"not from an operator who works on it", given("P1", optit, step{"24 10:10", "ops@egov.test", tracker.PickedUp{}}), left, "24 10:30", "", ""},
		{"the NDA is gone", given("P1", optit, picked), func(r *Rules) { r.Directory.Partners[0].NDASigned = time.Time{} }, "24 10:30", "OptIT has not signed the NDA", ""},
		{"not configured any more", given("P1", optit, picked), func(r *Rules) { r.Directory.Partners = r.Directory.Partners[1:] }, "24 10:30", "OptIT is not configured", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rules := timedRules(t)
			rules.Directory.People = append([]tracker.Person{}, rules.Directory.People...)
			if tt.edit != nil {
				tt.edit(&rules)
			}
			ticket, events := history(t, rules, tt.steps)
			before := ticket
			ticket, events, plan := look(t, rules, ticket, events, tt.now)
			if tt.why == "" {
				assert.NotContains(t, changesOf(plan), "handed_back")
				assert.Equal(t, before.Partner, ticket.Partner)
				if tt.next != "" {
					assert.Equal(t, clockAt(t, rules, tt.next).UTC(), plan.Next.UTC())
				}
				return
			}
			require.Equal(t, tracker.HandedBack{Partner: before.Partner, Reason: tt.why}, plan.Changes[0])
			assert.Equal(t, tracker.StatusNew, ticket.Status)
			assert.Equal(t, "", ticket.Partner+ticket.Assignee)
			for _, n := range plan.Notices {
				assert.False(t, n.As == tracker.RolePartner && n.Kind != tracker.KindHandBack, "%s to who lost it", n.Kind)
			}
			_, _, again := look(t, rules, ticket, events, tt.now)
			assert.Empty(t, again.Changes, "once")
		})
	}
}

func TestHandBackTellsWhom(t *testing.T) {
	rules := timedRules(t)
	ticket, events := history(t, rules, []step{{"24 10:00", "", opened("P1")}, {"24 10:00", "", tracker.Assigned{Partner: "OptIT"}}})
	_, _, plan := look(t, rules, ticket, events, "24 12:00")
	assert.Equal(t, []string{"hand-back manager asha@egov.test", "hand-back partner desk@optit.test"}, readersOf(plan))
	assert.Equal(t, []string{"handed_back", "reminded"}, changesOf(plan))
	assert.Equal(t, tracker.Reminded{Clock: "pickup", What: "late", Version: 1, To: []string{"asha@egov.test"}}, plan.Changes[1], "the mail is the reminder")
	manager := plan.Notices[0]
	assert.Equal(t, "1/3/hand-back/asha@egov.test", manager.Key)
	assert.Equal(t, []tracker.Change{plan.Changes[0]}, manager.Data.Changes)
	assert.Empty(t, manager.Data.Reminders[0].Ticket.Partner, "as it is then")

	rules.Directory.Partners[0].Status = tracker.Left
	_, _, plan = look(t, rules, ticket, events, "24 10:30")
	assert.Equal(t, []string{"hand-back manager asha@egov.test"}, readersOf(plan), "no mail to who has left")
}

func TestManyHandBacksAreOneMail(t *testing.T) {
	rules := timedRules(t)
	var notices []tracker.Notice
	for id := range int64(6) {
		ticket, events := history(t, rules, []step{{"24 10:00", "", opened("P1")}, {"24 10:00", "", tracker.Assigned{Partner: "OptIT"}}})
		_, _, plan := look(t, rules, ticket, events, "24 12:00")
		for _, n := range plan.Notices {
			n.Ticket = id + 1
			notices = append(notices, n)
		}
	}
	mails := map[string]int{}
	for _, n := range FoldReminders(notices) {
		mails[string(n.Kind)+" "+n.To.Address]++
	}
	assert.Equal(t, map[string]int{"reminders asha@egov.test": 1, "reminders desk@optit.test": 1}, mails)
}

func TestCloseByItself(t *testing.T) {
	fiveDays := sla.Span{Days: 5}
	resolved := []step{{"16 10:00", "", opened("P3")}, {"16 11:00", "ops@egov.test", tracker.PickedUp{}}, {"17 14:30", "ops@egov.test", tracker.Resolved{}}}
	for _, tt := range []struct {
		name  string
		after sla.Span
		more  []step
		now   string
		want  string // reason; "": it stays
		next  string // "": never
	}{
		{"a minute before", fiveDays, nil, "24 14:29", "", "24 14:30"},
		{"five business days later", fiveDays, nil, "24 14:30", "resolved 7 days ago, and nobody objected", "24 14:30"},
		{"after a downtime", fiveDays, nil, "27 03:00", "resolved 10 days ago, and nobody objected", "27 03:00"},
		{"on the next day", sla.Span{Days: 1}, nil, "18 14:30", "resolved 1 day ago, and nobody objected", "18 14:30"},
		{"a week", sla.Span{Weeks: 1}, nil, "24 14:30", "resolved 7 days ago, and nobody objected", "24 14:30"},
		{"a week has not gone by", sla.Span{Weeks: 1}, nil, "24 10:00", "", "24 14:30"},
		{"never", sla.Span{}, nil, "30 10:00", "", ""},
		{"resolved once more", fiveDays, []step{{"20 10:00", "", tracker.Reopened{}}, {"20 15:00", "", tracker.Resolved{}}}, "26 12:00", "", "27 15:00"},
		{"closed by a person", fiveDays, []step{{"18 10:00", "", tracker.Closed{}}}, "30 10:00", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rules := timedRules(t)
			rules.CloseAfter = tt.after
			ticket, events := history(t, rules, append(resolved[:len(resolved):len(resolved)], tt.more...))
			ticket, events, plan := look(t, rules, ticket, events, tt.now)
			assert.Empty(t, plan.Notices, "nobody is mailed")
			if tt.next == "" {
				assert.True(t, plan.Next.IsZero())
			} else {
				assert.Equal(t, clockAt(t, rules, tt.next).UTC(), plan.Next.UTC())
			}
			if tt.want == "" {
				assert.Empty(t, plan.Changes)
				return
			}
			assert.Equal(t, []tracker.Change{tracker.Closed{Reason: tt.want}}, plan.Changes)
			assert.Equal(t, tracker.StatusClosed, ticket.Status)
			_, _, plan = look(t, rules, ticket, events, tt.now)
			assert.Equal(t, Plan{}, plan, "then nothing more")
		})
	}
	t.Run("reopened", func(t *testing.T) {
		rules := timedRules(t)
		rules.CloseAfter = fiveDays
		ticket, events := history(t, rules, append(resolved[:len(resolved):len(resolved)], step{"20 10:00", "", tracker.Reopened{}}))
		_, _, plan := look(t, rules, ticket, events, "30 10:00")
		assert.NotContains(t, changesOf(plan), "closed")
	})
}

func TestWaitUntilADate(t *testing.T) {
	wait := func(until string) []step {
		return []step{{"23 10:00", "", opened("P2")}, {"23 10:00", "", tracker.Assigned{Partner: "OptIT"}}, {"23 10:10", "meena@optit.test", tracker.PickedUp{}},
			{"23 11:00", "meena@optit.test", tracker.StatusChanged{From: tracker.StatusWorking, To: tracker.StatusWaiting, Until: until}}}
	}
	then := func(first []step, more ...step) []step { return append(first, more...) }
	over := []string{"resolve/wait-over partner meena@optit.test"}
	for _, tt := range []struct {
		name  string
		steps []step
		now   string
		want  []string
		next  string
	}{
		{"the day before", wait("2026-11-26"), "25 17:00", []string{}, "26 09:00"},
		{"its business day begins", wait("2026-11-26"), "26 09:00", over, "26 09:00"},
		{"a Saturday: on Monday", wait("2026-11-28"), "28 12:00", []string{}, "30 09:00"},
		{"and then", wait("2026-11-28"), "30 09:00", over, "30 09:00"},
		{"today: that is known", wait("2026-11-23"), "24 09:00", []string{}, ""},
		{"no date", wait(""), "24 09:00", []string{}, ""},
		{"the requester answered", then(wait("2026-11-24"), step{"23 15:00", "", tracker.StatusChanged{From: tracker.StatusWaiting, To: tracker.StatusWorking}}), "24 09:00", []string{}, "25 09:30"},
		{"told already", then(wait("2026-11-24"), step{"24 09:00", "", tracker.Reminded{Clock: "resolve", What: "wait-over", Version: 1, To: []string{"meena@optit.test"}}}), "25 09:00", []string{}, ""},
		{"another wait", then(wait("2026-11-24"), step{"24 09:00", "", tracker.Reminded{Clock: "resolve", What: "wait-over", Version: 1, To: []string{"meena@optit.test"}}},
			step{"24 10:00", "", tracker.StatusChanged{From: tracker.StatusWaiting, To: tracker.StatusWorking}},
			step{"24 10:00", "", tracker.StatusChanged{From: tracker.StatusWorking, To: tracker.StatusWaiting, Until: "2026-11-25"}}), "25 09:00", over, "25 09:00"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rules := timedRules(t)
			ticket, events := history(t, rules, tt.steps)
			_, _, plan := look(t, rules, ticket, events, tt.now)
			assert.Equal(t, tt.want, readersOf(plan))
			if tt.next == "" {
				assert.True(t, plan.Next.IsZero(), plan.Next)
				return
			}
			assert.Equal(t, clockAt(t, rules, tt.next).UTC(), plan.Next.UTC())
		})
	}
}

// chaseRules ask DevOps, two people and one of them the requester of other
// tickets, for tickets of P2; then CISO.
func chaseRules(t testing.TB) Rules {
	rules := timedRules(t)
	rules.Directory.People = append([]tracker.Person{{Name: "Dev", Email: "dev@egov.test", Role: tracker.RoleDevOps}}, rules.Directory.People...)
	rules.Approvals = []Approval{{Priority: "P2", Role: tracker.RoleDevOps, Quorum: 2, Within: sla.Span{Days: 1}, Delegate: "ciso@egov.test"}}
	return rules
}

func TestChaseAnApproval(t *testing.T) {
	rules := chaseRules(t)
	due := clockAt(t, rules, "24 10:00")
	asked := tracker.ApprovalAsked{Need: "priority P2", Round: 1, Approvers: []string{"ops@egov.test", "dev@egov.test"}, Quorum: 2, Due: due}
	ticket, events := history(t, rules, []step{{"23 10:00", "", opened("P2")}, {"23 10:00", "", asked}})

	_, _, plan := look(t, rules, ticket, events, "24 09:59")
	assert.Empty(t, plan.Changes)
	assert.Equal(t, due.UTC(), plan.Next.UTC())

	events = append(events, tracker.Event{Ticket: 1, Seq: 3, At: clockAt(t, rules, "23 12:00"), By: tracker.Actor{Address: "dev@egov.test"}, Change: tracker.Approved{Need: "priority P2", Round: 1}})
	ticket, err := tracker.Apply(ticket, events[2])
	require.NoError(t, err)
	ticket, events, plan = look(t, rules, ticket, events, "24 10:00")
	assert.Equal(t, []string{"approval devops ops@egov.test", "approval approver ciso@egov.test", "approval/late manager asha@egov.test"}, readersOf(plan), "dev has decided")
	assert.Equal(t, []tracker.Change{
		tracker.ApprovalAsked{Need: "priority P2", Round: 1, Approvers: []string{"ops@egov.test", "dev@egov.test", "ciso@egov.test"}, Quorum: 2, Due: clockAt(t, rules, "25 10:00").UTC(), Extended: true},
		tracker.Reminded{Clock: "approval", What: "late", Version: 1, To: []string{"ops@egov.test", "ciso@egov.test", "asha@egov.test"}},
	}, plan.Changes)
	assert.Equal(t, []string{"dev@egov.test"}, ticket.Approval.Given, "what was given counts")
	assert.Equal(t, "it was to be decided by Tue 24 Nov, 10:00 IST; it needs the approval of DevOps (priority P2)", plan.Notices[0].Data.Reason)
	assert.Equal(t, "it was to be decided by Tue 24 Nov, 10:00 IST; you are asked in place of DevOps (priority P2)", plan.Notices[1].Data.Reason, "the delegate")
	assert.Equal(t, due.UTC(), plan.Notices[2].Data.Reminders[0].Due.UTC())
	keys := map[string]bool{}
	for _, n := range plan.Notices {
		keys[n.Key] = true
	}

	_, _, plan = look(t, rules, ticket, events, "25 09:59")
	assert.Empty(t, plan.Changes)
	ticket, events, plan = look(t, rules, ticket, events, "25 10:00")
	assert.Equal(t, []string{"approval devops ops@egov.test", "approval approver ciso@egov.test", "approval/later manager asha@egov.test"}, readersOf(plan))
	for _, n := range plan.Notices {
		assert.False(t, keys[n.Key], n.Key)
	}
	_, _, plan = look(t, rules, ticket, events, "30 17:00")
	assert.Equal(t, Plan{}, plan, "then nothing more")
}

// Who was made an approver meanwhile is asked when the round goes on.
func TestExtensionAsksNewApproversToo(t *testing.T) {
	rules := chaseRules(t)
	asked := tracker.ApprovalAsked{Need: "priority P2", Round: 1, Approvers: []string{"ops@egov.test"}, Quorum: 1, Due: clockAt(t, rules, "24 10:00")}
	ticket, events := history(t, rules, []step{{"23 10:00", "", opened("P2")}, {"23 10:00", "", asked}})
	ticket, events, plan := look(t, rules, ticket, events, "24 10:00")
	assert.Equal(t, []string{"ops@egov.test", "dev@egov.test", "ciso@egov.test"}, ticket.Approval.Approvers)
	assert.Equal(t, []string{"approval devops ops@egov.test", "approval devops dev@egov.test", "approval approver ciso@egov.test", "approval/late manager asha@egov.test"}, readersOf(plan))
	rules.Directory.People = append(rules.Directory.People, tracker.Person{Email: "new@egov.test", Role: tracker.RoleDevOps})
	ticket, _, _ = look(t, rules, ticket, events, "25 10:00")
	assert.Len(t, ticket.Approval.Approvers, 3, "the second time nobody is added")
}

// An extension goes by the rules of its day.
func TestExtensionCountsByTheRulesOfToday(t *testing.T) {
	rules := chaseRules(t)
	asked := tracker.ApprovalAsked{Need: "priority P2", Round: 1, Approvers: []string{"ops@egov.test", "dev@egov.test"}, Barred: []string{"lead@egov.test"}, Quorum: 2, Due: clockAt(t, rules, "24 10:00")}
	ticket, events := history(t, rules, []step{{"23 10:00", "", opened("P2")}, {"23 10:00", "", asked}, {"23 12:00", "dev@egov.test", tracker.Approved{Need: "priority P2", Round: 1}}})
	rules.Approvals[0].Quorum, rules.Approvals[0].Delegate = 1, "lead@egov.test"
	rules.Directory.People = rules.Directory.People[1:]
	ticket, _, plan := look(t, rules, ticket, events, "24 10:00")
	assert.Equal(t, 1, ticket.Approval.Quorum)
	assert.Empty(t, ticket.Approval.Given, "dev is no approver any more")
	assert.Equal(t, []string{"ops@egov.test", "asha@egov.test"}, ticket.Approval.Approvers, "a delegate who must not decide is not asked")
	assert.Equal(t, []string{"approval devops ops@egov.test", "approval manager asha@egov.test"}, readersOf(plan))
}

func TestChaseWhoMayDecideToday(t *testing.T) {
	for _, tt := range []struct {
		name string
		edit func(*Rules)
		at   string
		want []string
	}{
		{"all", nil, "24 10:00", []string{"approval devops ops@egov.test", "approval devops dev@egov.test", "approval approver ciso@egov.test", "approval/late manager asha@egov.test"}},
		{"in the night nobody", nil, "24 20:00", []string{}},
		{"no longer in role", func(r *Rules) { r.Directory.People = r.Directory.People[1:] }, "24 10:00",
			[]string{"approval devops ops@egov.test", "approval approver ciso@egov.test", "approval/late manager asha@egov.test"}},
		{"the manager stands in himself: one mail", func(r *Rules) { r.Approvals[0].Delegate = "" }, "24 10:00",
			[]string{"approval devops ops@egov.test", "approval devops dev@egov.test", "approval manager asha@egov.test"}},
		{"not asked for any more", func(r *Rules) { r.Approvals = nil }, "24 10:00", []string{"approval/late manager asha@egov.test"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rules := chaseRules(t)
			if tt.edit != nil {
				tt.edit(&rules)
			}
			asked := tracker.ApprovalAsked{Need: "priority P2", Round: 1, Approvers: []string{"ops@egov.test", "dev@egov.test"}, Quorum: 2, Due: clockAt(t, rules, "24 10:00")}
			ticket, events := history(t, rules, []step{{"23 10:00", "", opened("P2")}, {"23 10:00", "", tracker.Assigned{Partner: "OptIT"}}, {"23 10:05", "", asked}})
			_, _, plan := look(t, rules, ticket, events, tt.at)
			assert.Equal(t, tt.want, readersOf(plan), "and the partner who keeps it nothing")
		})
	}
}

// An approval that took longer than the pickup target leaves the pickup to the
// partner's own clock: nobody is told that it was not picked up before anybody
// could.
func TestNoPickupBeforeTheApproval(t *testing.T) {
	rules := chaseRules(t)
	asked := tracker.ApprovalAsked{Need: "type AccessOps", Round: 1, Approvers: []string{"ops@egov.test"}, Quorum: 1, Due: clockAt(t, rules, "26 10:00")}
	ticket, events := history(t, rules, []step{{"24 10:00", "", opened("P1")}, {"24 10:00", "", asked}})
	_, _, plan := look(t, rules, ticket, events, "24 13:00")
	assert.Empty(t, plan.Changes)
	_, more, err := tracker.Record(ticket, tracker.Event{Ticket: 1, At: clockAt(t, rules, "24 13:00"), By: tracker.Actor{Address: "ops@egov.test"}},
		[]tracker.Change{tracker.Approved{Need: "type AccessOps", Round: 1}, tracker.Assigned{Partner: "OptIT"}})
	require.NoError(t, err)
	events = append(events, more...)
	ticket, err = tracker.Fold(events)
	require.NoError(t, err)
	_, _, plan = look(t, rules, ticket, events, "24 14:29")
	assert.Empty(t, plan.Changes)
	_, _, plan = look(t, rules, ticket, events, "24 14:59")
	assert.Equal(t, []string{"pickup/75 partner desk@optit.test"}, readersOf(plan))
	_, _, plan = look(t, rules, ticket, events, "24 15:00")
	assert.Equal(t, []string{"hand-back manager asha@egov.test", "hand-back partner desk@optit.test"}, readersOf(plan))
}

// The pickup clock of a ticket runs while the approvers decide, and nothing comes of
// it: neither a reminder nor a hand-back, whoever has it.
func TestPickupClockSaysNothingWhileApproversDecide(t *testing.T) {
	for name, owner := range map[string][]step{"nobody": nil, "a partner": {{"24 10:00", "", tracker.Assigned{Partner: "OptIT"}}}} {
		rules := chaseRules(t)
		asked := tracker.ApprovalAsked{Need: "type AccessOps", Round: 1, Approvers: []string{"ops@egov.test"}, Quorum: 1, Due: clockAt(t, rules, "27 10:00")}
		ticket, events := history(t, rules, append([]step{{"24 10:00", "", opened("P1")}}, append(owner, step{"24 10:05", "", asked})...))
		for _, at := range []string{"24 11:40", "24 12:00", "24 17:00", "25 12:00"} {
			var plan Plan
			ticket, events, plan = look(t, rules, ticket, events, at)
			assert.NotContains(t, changesOf(plan), "handed_back", name)
			for _, n := range plan.Notices {
				for _, r := range n.Data.Reminders {
					assert.NotEqual(t, string(sla.Pickup), r.Clock, "%s, %s", name, at)
				}
			}
		}
	}
}
