package mailout

import (
	"time"

	"envdesk/tracker"
)

var (
	sampleApprover = tracker.Address{Name: "Imran Sheikh", Address: "ops@egov.test"}
	sampleDecider  = tracker.Actor{Name: "Imran Sheikh", Address: "ops@egov.test", Role: tracker.RoleDevOps}
)

// workflow gives the samples of approvals, targets, planned work and hand-backs.
func (s sampler) workflow() []Sample {
	return []Sample{
		s.approval(), s.approvalAgain(),
		s.approvalLines(), s.approvalWish(),
		s.clocked(s.decided("approval-result", tracker.RoleRequester, tracker.StatusAssigned, tracker.Approved{Need: "type AccessOps", Round: 1, Reason: "for two weeks"})),
		s.decided("approval-result-rejected", tracker.RoleRequester, tracker.StatusRejected, tracker.Rejected{Need: "type AccessOps", Round: 1, Reason: "the review reads from the replica, and for that the role portal-read is enough: please ask for it instead"}),
		s.clocked(s.decided("approval-result-unowned", tracker.RoleManager, tracker.StatusNew, tracker.Approved{Need: "type AccessOps", Round: 1})),
		s.clocked(s.handBack("hand-back", sampleManager, tracker.RoleManager)), s.handBack("hand-back-partner", samplePartner, tracker.RolePartner),
		s.receiptApproval(), s.planned("receipt-short", s.short()), s.planned("receipt-undated", s.undated()), s.planned("receipt-planned", s.inTime()),
		s.transcriptPlanned(),
		s.status("status-due", tracker.RoleRequester, tracker.StatusWorking, tracker.TargetChanged{Due: s.now.Add(78 * time.Hour), Old: s.now.Add(6 * time.Hour), Reason: "the firewall change needs its window"}),
		s.statusDueLater(),
		s.statusApproval(),
		s.statusRejected(),
		s.reminderOf("reminder-approval", sampleManager, tracker.RoleManager, tracker.Reminder{Clock: clockApproval, What: "late"}),
		s.reminderExtended(),
		s.reminderOf("reminder-decide", sampleApprover, tracker.RoleDevOps, tracker.Reminder{Clock: clockApproval, What: "late", Acts: true}),
		s.reminder("reminder-wait", tracker.RolePartner, tracker.StatusWaiting, tracker.Reminder{Clock: "resolve", What: "wait-over", Acts: true}),
		s.answerDue("answer-due", sampleManager, tracker.RoleManager), s.answerDue("answer-partner", samplePartner, tracker.RolePartner),
		s.answerApproval(), s.report(), s.alertCapacity(),
	}
}

// waiting is a ticket that waits for an approval, due in the time from now.
func (s sampler) waiting(due time.Duration) tracker.Ticket {
	t := s.ticket(tracker.StatusApproval)
	t.Title, t.Type, t.Priority, t.Partner, t.NeededBy = "Access to the staging database for R. Iyer", "AccessOps", "P2", "", ""
	t.Approval = tracker.Approval{
		State: tracker.ApprovalPending, Need: "type AccessOps", Round: 1, Quorum: 1, Approvers: []string{"ops@egov.test", "lead@egov.test"}, Due: s.now.Add(due),
	}
	return t
}

const sampleAccess = "R. Iyer checks the migrated rows before the review, and needs to read the staging database until Friday.\n\nRegards,\nMeera"

func (s sampler) approval() Sample {
	n := s.notice(tracker.KindApproval, sampleApprover, tracker.RoleDevOps, tracker.NoticeData{
		By: sampleAsker, Text: sampleAccess, Attachments: s.files()[:2], Reason: "it needs the approval of DevOps (type AccessOps)",
	})
	return Sample{"approval", n, s.waiting(24 * time.Hour)}
}

func (s sampler) approvalAgain() Sample {
	t := s.waiting(-2 * time.Hour)
	t.Approval.Quorum, t.Approval.Given, t.Approval.Approvers = 2, []string{"ops@egov.test"}, append(t.Approval.Approvers, sampleManager.Address)
	n := s.notice(tracker.KindApproval, sampleManager, tracker.RoleManager, tracker.NoticeData{By: sampleAsker, Text: sampleAccess, Reason: "your code had expired, this mail has a new one"})
	return Sample{"approval-again", n, t}
}

func (s sampler) decided(name string, as tracker.Role, st tracker.Status, c tracker.Change) Sample {
	t := s.waiting(0)
	t.Status, t.Approval.State, t.Approval.At, t.Approval.By = st, tracker.ApprovalGiven, s.now, sampleDecider.Address
	if st == tracker.StatusRejected {
		t.Approval.State = tracker.ApprovalRejected
	}
	if st == tracker.StatusAssigned {
		t.Partner = "OptIT"
	}
	to := sampleRequester
	if as == tracker.RoleManager {
		to = sampleManager
	}
	return Sample{name, s.notice(tracker.KindApprovalResult, to, as, tracker.NoticeData{By: sampleDecider, Changes: []tracker.Change{c}}), t}
}

func (s sampler) handBack(name string, to tracker.Address, as tracker.Role) Sample {
	n := s.notice(tracker.KindHandBack, to, as, tracker.NoticeData{Changes: []tracker.Change{
		tracker.HandedBack{Partner: "OptIT", Reason: "nobody picked it up within the time that is promised"},
	}})
	n.Data.InReplyTo, n.Data.References = "", []string{"opening@egov.test"}
	return Sample{name, n, s.ticket(tracker.StatusNew)}
}

func (s sampler) receiptApproval() Sample {
	n := s.notice(tracker.KindReceipt, sampleRequester, tracker.RoleRequester, tracker.NoticeData{Understood: []tracker.Understanding{
		{Field: tracker.FieldPriority, Value: "P2", Source: "[P2]", How: tracker.HowTag},
		{Field: tracker.FieldType, Value: "AccessOps", Source: "[access]", How: tracker.HowTag},
	}})
	return Sample{"receipt-approval", n, s.waiting(24 * time.Hour)}
}

func (s sampler) day(days int) string { return s.now.AddDate(0, 0, days).Format(time.DateOnly) }

func (s sampler) short() tracker.Plan {
	return tracker.Plan{Days: 21, NeededBy: s.day(10), Before: s.now.AddDate(0, 0, -11), Short: true, FirstCompliant: s.day(21)}
}

func (s sampler) undated() tracker.Plan { return tracker.Plan{Days: 21, FirstCompliant: s.day(21)} }

func (s sampler) inTime() tracker.Plan {
	return tracker.Plan{Days: 21, NeededBy: s.day(30), Before: s.now.AddDate(0, 0, 9), FirstCompliant: s.day(21)}
}

func (s sampler) planned(name string, p tracker.Plan) Sample {
	understood := []tracker.Understanding{{Field: tracker.FieldPriority, Value: "P4", Source: "[P4]", How: tracker.HowTag}}
	if p.NeededBy != "" {
		understood = append(understood, tracker.Understanding{Field: tracker.FieldNeededBy, Value: p.NeededBy, Source: "Needed by: " + date(p.NeededBy), How: tracker.HowCommand})
	}
	n := s.notice(tracker.KindReceipt, sampleRequester, tracker.RoleRequester, tracker.NoticeData{Understood: understood, Plan: &p})
	t := s.ticket(tracker.StatusAssigned)
	t.Priority, t.NeededBy = "P4", p.NeededBy
	return Sample{name, n, t}
}

func (s sampler) transcriptPlanned() Sample {
	p := s.short()
	n := s.notice(tracker.KindTranscript, sampleRequester, tracker.RoleRequester, tracker.NoticeData{By: sampleAsker, Plan: &p, Transcript: []tracker.CommandResult{
		{Command: tracker.Command{Line: 1, Verb: "needed", Value: p.NeededBy}, Done: true, Why: "needed by " + date(p.NeededBy)},
	}})
	t := s.ticket(tracker.StatusAssigned)
	t.Priority, t.NeededBy = "P4", p.NeededBy
	return Sample{"transcript-planned", n, t}
}

func (s sampler) statusDueLater() Sample {
	out := s.status("status-due-later", tracker.RolePartner, tracker.StatusWorking,
		tracker.TargetChanged{Extend: "2d", Old: s.now.Add(6 * time.Hour), Reason: "the firewall change needs its window"},
		tracker.Classified{Field: tracker.FieldPriority, Old: "P1", New: "P2"})
	out.Notice.Data.Clock = &tracker.TicketClock{Due: s.now.Add(54 * time.Hour), State: "running"}
	return out
}

func (s sampler) statusApproval() Sample {
	out := s.status("status-approval", tracker.RolePartner, tracker.StatusApproval,
		tracker.ApprovalAsked{Need: "type AccessOps", Round: 1, Approvers: []string{"ops@egov.test"}, Quorum: 1, Due: s.now.Add(24 * time.Hour)},
		tracker.Classified{Field: tracker.FieldType, Old: "GitOps", New: "AccessOps"})
	out.Ticket = s.waiting(24 * time.Hour)
	out.Ticket.Partner = "OptIT"
	return out
}

func (s sampler) statusRejected() Sample {
	out := s.status("status-rejected", tracker.RolePartner, tracker.StatusRejected, tracker.Rejected{Need: "type AccessOps", Round: 1, Reason: "not for the partner"})
	out.Notice.Data.By = sampleDecider
	return out
}

func (s sampler) reminderOf(name string, to tracker.Address, as tracker.Role, r tracker.Reminder) Sample {
	r.Ticket, r.Due = s.waiting(-2*time.Hour), s.now.Add(-2*time.Hour)
	n := s.notice(tracker.KindReminder, to, as, tracker.NoticeData{Reminders: []tracker.Reminder{r}})
	n.Data.InReplyTo, n.Data.References = "", []string{"opening@egov.test"}
	return Sample{name, n, r.Ticket}
}

func (s sampler) reminderExtended() Sample {
	out := s.reminderOf("reminder-extended", sampleManager, tracker.RoleManager, tracker.Reminder{Clock: clockApproval, What: "late"})
	out.Ticket.Approval.Extended, out.Ticket.Approval.Due = true, s.now.Add(24*time.Hour)
	out.Notice.Data.Reminders[0].Ticket = out.Ticket
	return out
}

func (s sampler) answerDue(name string, to tracker.Address, as tracker.Role) Sample {
	late, soon, unpicked := s.ticket(tracker.StatusWorking), s.ticket(tracker.StatusWaiting), s.ticket(tracker.StatusAssigned)
	soon.Key, soon.Title, soon.Priority = "REQ-44", "VPN for two new people", "P3"
	unpicked.Key, unpicked.Title = "REQ-47", "The nightly export fails since the node was replaced"
	own := &tracker.PartnerClock{Partner: "OptIT", PickupDue: s.now.Add(-time.Hour), PickupState: "late", DoneDue: s.now.Add(26 * time.Hour), DoneState: "running"}
	n := s.notice(tracker.KindAnswer, to, as, tracker.NoticeData{Answers: []tracker.Answer{
		{Asked: "/list", Total: 3, Tickets: []tracker.Ticket{late, soon, unpicked}, Clocks: map[string]tracker.TicketClock{
			"REQ-42": {Due: s.now.Add(-2 * time.Hour), State: "late"},
			"REQ-44": {Due: s.now.Add(50 * time.Hour), State: "paused"},
			"REQ-47": {Due: s.now.Add(5 * time.Hour), State: "running", Pickup: s.now.Add(-time.Hour), Partner: own},
		}},
		{Asked: "/show REQ-47", Total: 1, Whole: true, Tickets: []tracker.Ticket{unpicked}, Clocks: map[string]tracker.TicketClock{
			"REQ-47": {Due: s.now.Add(5 * time.Hour), State: "running", Pickup: s.now.Add(-time.Hour), Partner: own},
		}},
	}})
	n.Ticket = 0
	return Sample{name, n, tracker.Ticket{}}
}

func (s sampler) answerApproval() Sample {
	t := s.waiting(24 * time.Hour)
	n := s.notice(tracker.KindAnswer, sampleRequester, tracker.RoleRequester, tracker.NoticeData{Answers: []tracker.Answer{
		{Asked: "/show", Total: 1, Whole: true, Tickets: []tracker.Ticket{t}, Clocks: map[string]tracker.TicketClock{t.Key: {Due: s.now.Add(50 * time.Hour), State: "paused"}}},
	}})
	return Sample{"answer-approval", n, t}
}

func (s sampler) report() Sample {
	late, later := s.ticket(tracker.StatusWorking), s.ticket(tracker.StatusBlocked)
	later.Key, later.Title, later.Priority, later.Partner = "REQ-44", "VPN for two new people", "P3", "GWL"
	n := s.notice(tracker.KindAnswer, sampleManager, tracker.RoleManager, tracker.NoticeData{Summary: &tracker.Summary{
		Scope: "all requests", Since: s.now.AddDate(0, 0, -7), Opened: 27, Resolved: 31, Late: []tracker.Ticket{late, later},
		Clocks: map[string]tracker.TicketClock{
			late.Key: {Due: s.now.Add(-2 * time.Hour), State: "late"}, later.Key: {Due: s.now.Add(-50 * time.Hour), State: "late"},
		},
		Lines: []tracker.SummaryLine{
			{Priority: "P0"},
			{Priority: "P1", Open: 6, Late: 1, DueToday: 3, Waiting: 1},
			{Priority: "P2", Open: 11, DueToday: 2, Waiting: 4, Unowned: 1},
			{Priority: "P3", Open: 14, Late: 1, Waiting: 2, Blocked: 1},
			{Priority: "P4", Open: 2, Unowned: 1},
		},
	}})
	n.Ticket = 0
	return Sample{"answer-report", n, tracker.Ticket{}}
}

func (s sampler) alertCapacity() Sample {
	n := s.notice(tracker.KindAlert, sampleManager, tracker.RoleManager, tracker.NoticeData{Alerts: []tracker.Alert{
		{ID: 1, At: s.now.Add(-2 * time.Minute), Kind: tracker.AlertCapacity, Ticket: "REQ-42", Line: "OptIT is at its capacity of 20 open tickets and got REQ-42; /assign it to somebody else if it should not wait"},
	}})
	n.Ticket, n.Data.InReplyTo, n.Data.References = 0, "", nil
	return Sample{"alert-capacity", n, tracker.Ticket{}}
}
