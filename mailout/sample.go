package mailout

import (
	"fmt"
	"time"

	"envdesk/tracker"
)

// Sample is a notice with its ticket, as a desk could have it.
type Sample struct {
	Name   string // the kind, or kind-variant
	Notice tracker.Notice
	Ticket tracker.Ticket
}

// Samples gives at least one sample of every kind of mail, the plain one first,
// with times around now. They are for previews and for trying templates.
func Samples(now time.Time) []Sample {
	s := sampler{now: now}
	return append([]Sample{
		s.receipt(), s.receiptUnowned(), s.receiptAgain(), s.unverified(),
		s.assignment(), s.assignmentOwn(), s.assignmentLate(), s.unassigned(), s.unassignedLines(),
		s.relay("relay", tracker.RoleRequester, tracker.StatusWorking), s.relay("relay-resolved", tracker.RoleRequester, tracker.StatusResolved),
		s.relay("relay-partner", tracker.RolePartner, tracker.StatusWorking), s.relay("relay-manager", tracker.RoleManager, tracker.StatusNew),
		s.note(),
		s.status("status", tracker.RoleRequester, tracker.StatusWorking, tracker.PickedUp{}),
		s.statusDone(),
		s.status("status-waiting", tracker.RoleRequester, tracker.StatusWaiting, tracker.StatusChanged{From: tracker.StatusWorking, To: tracker.StatusWaiting, Reason: "which namespace should it go to?", Until: now.AddDate(0, 0, 4).Format(time.DateOnly)}),
		s.status("status-blocked", tracker.RoleDevOps, tracker.StatusBlocked, tracker.StatusChanged{From: tracker.StatusWorking, To: tracker.StatusBlocked, Reason: "the firewall drops port 6443"}),
		s.status("status-declined", tracker.RoleManager, tracker.StatusNew, tracker.Declined{Partner: "OptIT", Reason: "no capacity before Thursday"}),
		s.status("status-reopened", tracker.RolePartner, tracker.StatusWorking, tracker.Reopened{Reason: "the old key still works"}),
		s.clocked(s.status("status-changed", tracker.RolePartner, tracker.StatusAssigned, tracker.Classified{Field: tracker.FieldPriority, Old: "P3", New: "P1"}, tracker.Classified{Field: tracker.FieldEnvironment, New: "Punjab"})),
		s.status("status-expected", tracker.RoleRequester, tracker.StatusWorking, tracker.Classified{Field: tracker.FieldETA, New: s.now.AddDate(0, 0, 2).Format(time.RFC3339)}),
		s.status("status-merged", tracker.RoleRequester, tracker.StatusMerged, tracker.Merged{Into: "REQ-40"}),
		s.status("status-absorbed", tracker.RolePartner, tracker.StatusWorking, tracker.Absorbed{Key: "REQ-44"}),
		s.status("status-cancelled", tracker.RolePartner, tracker.StatusCancelled, tracker.Cancelled{Reason: "the review was called off"}),
		s.transcript(), s.watching(), s.wish(), s.answer(), s.answerWhole(), s.help(), s.helpNoTicket(), s.alert(),
		s.reminder("reminder", tracker.RolePartner, tracker.StatusWorking, tracker.Reminder{Clock: "resolve", What: "75", Acts: true}),
		s.reminder("reminder-return", tracker.RolePartner, tracker.StatusAssigned, tracker.Reminder{Clock: "pickup", What: "75", Acts: true}),
		s.reminder("reminder-pickup", tracker.RoleManager, tracker.StatusAssigned, tracker.Reminder{Clock: "pickup", What: "late", Acts: true}),
		s.reminder("reminder-late", tracker.RoleManager, tracker.StatusWorking, tracker.Reminder{Clock: "resolve", What: "late"}),
		s.reminder("reminder-date", tracker.RoleRequester, tracker.StatusAssigned, tracker.Reminder{Clock: "notice", What: "needs-date", Acts: true}),
		s.reminder("reminder-window", tracker.RolePartner, tracker.StatusWorking, tracker.Reminder{Clock: "notice", What: "window", Acts: true}),
		s.reminders(),
		s.reminder("reminder-unpicked", tracker.RolePartner, tracker.StatusAssigned, tracker.Reminder{Clock: "resolve", What: "75", Acts: true}),
		s.reminder("reminder-unowned", tracker.RoleManager, tracker.StatusNew, tracker.Reminder{Clock: "resolve", What: "50", Acts: true}),
		s.reminderUnverified(), s.relayOwn(), s.transcriptRefused(), s.unassignedWish(),
		s.subscription("subscription", tracker.Subscription{List: tracker.ListWeekly, Ended: true}),
		s.subscription("subscription-again", tracker.Subscription{List: tracker.ListDaily}),
		s.subscriptionUnlisted(),
	}, append(s.workflow(), s.reports()...)...)
}

type sampler struct{ now time.Time }

var (
	sampleRequester = tracker.Address{Name: "Meera Nair", Address: "meera@egov.test"}
	samplePartner   = tracker.Address{Name: "OptIT", Address: "desk@optit.test"}
	sampleManager   = tracker.Address{Name: "Asha Rao", Address: "asha@egov.test"}
	sampleEngineer  = tracker.Actor{Name: "Ravi Kumar", Address: "ravi@optit.test", Role: tracker.RolePartner, Partner: "OptIT"}
	sampleAsker     = tracker.Actor{Name: "Meera Nair", Address: "meera@egov.test", Role: tracker.RoleRequester}
)

const sampleText = "The staging cluster must be on 1.31 before the state review.\nMaintenance window agreed: 16:00 to 17:30 today.\n\nRunbook attached.\n\nRegards,\nMeera"

func (s sampler) ticket(st tracker.Status) tracker.Ticket {
	t := tracker.Ticket{
		ID: 42, Key: "REQ-42", Title: "Cluster upgrade in Punjab", Type: "InfraProvision", Priority: "P1", Stack: "Microservices",
		Environment: "Punjab", NeededBy: s.now.AddDate(0, 0, 10).Format(time.DateOnly), Status: st, Requester: sampleRequester, Partner: "OptIT",
		OpenedAt: s.now, Messages: 1, RootID: "opening@egov.test", Seq: 3,
	}
	if st == tracker.StatusNew {
		t.Partner = ""
	}
	return t
}

func (s sampler) notice(kind tracker.NoticeKind, to tracker.Address, as tracker.Role, d tracker.NoticeData) tracker.Notice {
	d.InReplyTo, d.References = "latest@egov.test", []string{"opening@egov.test", "latest@egov.test"}
	return tracker.Notice{Key: "42/" + string(kind) + "/" + to.Address, Kind: kind, To: to, As: as, Ticket: 42, At: s.now, Data: d}
}

func (s sampler) files() []tracker.Attachment {
	return []tracker.Attachment{
		{Name: "runbook.pdf", Type: "application/pdf", Size: 35, Content: []byte("%PDF-1.4\nnot a whole one, a sample\n")},
		{Name: "upgrade.sh", Type: "text/plain", Size: 1840, Content: []byte("#!/bin/sh\n")},
		{Name: "dump.tar", Type: "application/x-tar", Size: 84_000_000},
	}
}

func (s sampler) receipt() Sample {
	n := s.notice(tracker.KindReceipt, sampleRequester, tracker.RoleRequester, tracker.NoticeData{
		Understood: []tracker.Understanding{
			{Field: tracker.FieldPriority, Value: "P1", Source: "[P1]", How: tracker.HowTag, Dropped: "P3"},
			{Field: tracker.FieldType, Value: "InfraProvision", Source: "[infra]", How: tracker.HowTag},
			{Field: tracker.FieldEnvironment, Value: "Punjab", Source: "Punjab", How: tracker.HowGuess},
		},
		Unknown: []string{"urgent-ish"}, Clock: s.clock(),
	})
	return Sample{"receipt", n, s.ticket(tracker.StatusAssigned)}
}

func (s sampler) receiptUnowned() Sample {
	n := s.notice(tracker.KindReceipt, sampleRequester, tracker.RoleRequester, tracker.NoticeData{
		Understood: []tracker.Understanding{
			{Field: tracker.FieldPriority, Value: "P3", How: tracker.HowDefault},
			{Field: tracker.FieldType, Value: "GitOps", Source: "/type GitOps", How: tracker.HowCommand},
		},
	})
	return Sample{"receipt-unowned", n, s.ticket(tracker.StatusNew)}
}

func (s sampler) receiptAgain() Sample {
	n := s.notice(tracker.KindReceipt, sampleRequester, tracker.RoleRequester, tracker.NoticeData{
		Reason: "REQ-17 ended on 2 Nov 2026, too long ago to be reopened: this is a new request, linked to it.",
		Understood: []tracker.Understanding{
			{Field: tracker.FieldPriority, Value: "P2", Source: "REQ-17", How: tracker.HowEarlier},
			{Field: tracker.FieldEnvironment, Value: "Punjab", Source: "REQ-17", How: tracker.HowEarlier},
		},
		Clock: s.clock(),
	})
	return Sample{"receipt-again", n, s.ticket(tracker.StatusAssigned)}
}

func (s sampler) unverified() Sample {
	n := s.notice(tracker.KindUnverifiedReceipt, tracker.Address{Name: "A Stranger", Address: "stranger@elsewhere.test"}, tracker.RoleNobody, tracker.NoticeData{Text: sampleText})
	return Sample{"unverified-receipt", n, s.ticket(tracker.StatusUnverified)}
}

func (s sampler) assignment() Sample {
	n := s.notice(tracker.KindAssignment, samplePartner, tracker.RolePartner, tracker.NoticeData{Text: sampleText, Attachments: s.files(), Clock: s.clock()})
	return Sample{"assignment", n, s.ticket(tracker.StatusAssigned)}
}

func (s sampler) unassigned() Sample {
	n := s.notice(tracker.KindUnassigned, sampleManager, tracker.RoleManager, tracker.NoticeData{
		Text: sampleText, Reason: "OptIT owns Punjab, but has not signed the NDA.", Clock: s.clock()})
	return Sample{"unassigned", n, s.ticket(tracker.StatusNew)}
}

func (s sampler) relay(name string, as tracker.Role, st tracker.Status) Sample {
	to, by, text := sampleRequester, sampleEngineer, "All nodes are on 1.31 now, and the smoke test is green.\nPlease have a look before the review."
	if as == tracker.RolePartner {
		to, by, text = samplePartner, sampleAsker, "Please leave node 4 alone until the export has ended:\n\n    export-job  7/12 done"
	}
	if as == tracker.RoleManager {
		to, by, text = sampleManager, sampleAsker, "Is there any news on this one?"
	}
	n := s.notice(tracker.KindRelay, to, as, tracker.NoticeData{By: by, Text: text})
	return Sample{name, n, s.ticket(st)}
}

func (s sampler) note() Sample {
	n := s.notice(tracker.KindNote, sampleManager, tracker.RoleManager, tracker.NoticeData{By: sampleEngineer, Text: "We should ask for a second window: the etcd backup alone takes an hour."})
	return Sample{"note", n, s.ticket(tracker.StatusWorking)}
}

func (s sampler) status(name string, as tracker.Role, st tracker.Status, changes ...tracker.Change) Sample {
	to, by := map[tracker.Role]tracker.Address{tracker.RoleRequester: sampleRequester, tracker.RolePartner: samplePartner}[as], sampleEngineer
	if to.IsZero() {
		to = sampleManager
	}
	if as == tracker.RolePartner {
		by = sampleAsker
	}
	return Sample{name, s.notice(tracker.KindStatus, to, as, tracker.NoticeData{By: by, Changes: changes}), s.ticket(st)}
}

func (s sampler) statusDone() Sample {
	out := s.status("status-done", tracker.RoleRequester, tracker.StatusResolved, tracker.Resolved{Note: "all nodes on 1.31"})
	out.Notice.Data.Text = "The upgrade took 40 minutes.\nThe report is attached."
	out.Notice.Data.Attachments = s.files()[:1]
	return out
}

func (s sampler) transcript() Sample {
	n := s.notice(tracker.KindTranscript, samplePartner, tracker.RolePartner, tracker.NoticeData{
		By: sampleEngineer, Text: "We start at four.",
		Transcript: []tracker.CommandResult{
			{Command: tracker.Command{Line: 1, Verb: "ack"}, Done: true, Why: "assigned → working"},
			{Command: tracker.Command{Line: 2, Verb: "priorty", Value: "P0"}, Why: "the desk does not know /priorty", Nearest: "priority"},
			{Command: tracker.Command{Line: 3, Verb: "assign", Value: "GWL"}, Why: "only the programme manager or DevOps may use /assign; /note and your words reach the programme manager and DevOps"},
		},
	})
	return Sample{"transcript", n, s.ticket(tracker.StatusWorking)}
}

func (s sampler) wish() Sample {
	n := s.notice(tracker.KindWish, sampleManager, tracker.RoleManager, tracker.NoticeData{
		By: sampleAsker, Text: "The review was moved to tomorrow.",
		Wishes: []tracker.Wish{{Field: tracker.FieldPriority, Old: "P1", Command: tracker.Command{Line: 1, Verb: "priority", Value: "P0"}}},
	})
	return Sample{"wish", n, s.ticket(tracker.StatusWorking)}
}

func (s sampler) answer() Sample {
	first, second := s.ticket(tracker.StatusWorking), s.ticket(tracker.StatusNew)
	first.ETA = s.now.AddDate(0, 0, 2).Format(time.RFC3339)
	second.Key, second.Title, second.Priority = "REQ-44", "VPN for two new people", "P3"
	n := s.notice(tracker.KindAnswer, sampleRequester, tracker.RoleRequester, tracker.NoticeData{
		Answers: []tracker.Answer{{Asked: "/mine", Total: 60, Tickets: []tracker.Ticket{first, second}}, {Asked: "/list P0"}},
	})
	n.Ticket = 0
	return Sample{"answer", n, tracker.Ticket{}}
}

func (s sampler) answerWhole() Sample {
	t := s.ticket(tracker.StatusWorking)
	t.ETA, t.PickedUpAt, t.Watchers, t.Links = s.now.AddDate(0, 0, 2).Format(time.DateOnly), s.now, []string{"kiran@egov.test"}, []string{"REQ-40"}
	n := s.notice(tracker.KindAnswer, sampleManager, tracker.RoleManager, tracker.NoticeData{
		Answers: []tracker.Answer{{Asked: "/show", Total: 1, Tickets: []tracker.Ticket{t}, Whole: true}},
	})
	return Sample{"answer-whole", n, t}
}

func (s sampler) watching() Sample {
	n := s.notice(tracker.KindWatching, tracker.Address{Address: "kiran@egov.test"}, tracker.RoleRequester, tracker.NoticeData{By: sampleAsker, Text: sampleText})
	return Sample{"watching", n, s.ticket(tracker.StatusWorking)}
}

func (s sampler) help() Sample {
	n := s.notice(tracker.KindHelp, sampleRequester, tracker.RoleRequester, tracker.NoticeData{Commands: []tracker.VerbHelp{
		{Usage: "/priority P0…P4", Does: "changes the priority", Who: "the requester until pickup, then the programme manager", When: "open, but not unverified"},
		{Usage: "/type GitOps", Does: "changes the type"},
		{Usage: "/cancel why", Does: "ends the request without a result"},
		{Usage: "/reopen why", Does: "takes it up again"},
	}})
	return Sample{"help", n, s.ticket(tracker.StatusWorking)}
}

func (s sampler) helpNoTicket() Sample {
	n := s.notice(tracker.KindHelp, sampleRequester, tracker.RoleRequester, tracker.NoticeData{Commands: []tracker.VerbHelp{
		{Usage: "/mine", Does: "lists your open requests"}, {Usage: "/list", Does: "lists what you may see"},
	}})
	n.Ticket = 0
	return Sample{"help-no-ticket", n, tracker.Ticket{}}
}

func (s sampler) reminder(name string, as tracker.Role, st tracker.Status, r tracker.Reminder) Sample {
	to := map[tracker.Role]tracker.Address{tracker.RoleRequester: sampleRequester, tracker.RolePartner: samplePartner, tracker.RoleManager: sampleManager}[as]
	r.Ticket = s.ticket(st)
	switch r.What {
	case "late", "window", "wait-over":
		r.Due = s.now.Add(-2 * time.Hour)
	case "needs-date":
		r.Ticket.Priority, r.Ticket.NeededBy = "P4", ""
	default:
		r.Due = s.now.Add(200 * time.Minute)
	}
	n := s.notice(tracker.KindReminder, to, as, tracker.NoticeData{Reminders: []tracker.Reminder{r}})
	n.Data.InReplyTo, n.Data.References = "", []string{"opening@egov.test"}
	return Sample{name, n, r.Ticket}
}

func (s sampler) reminders() Sample {
	n := s.notice(tracker.KindReminders, samplePartner, tracker.RolePartner, tracker.NoticeData{})
	for i, what := range []string{"50", "75", "90", "late", "later", "late"} {
		t := s.ticket(tracker.StatusWorking)
		t.Key = fmt.Sprintf("REQ-%d", 42+i)
		n.Data.Reminders = append(n.Data.Reminders, tracker.Reminder{Ticket: t, Clock: "resolve", What: what, Due: s.now.Add(time.Duration(3-i) * 13 * time.Hour), Acts: true})
	}
	n.Ticket, n.Data.InReplyTo, n.Data.References = 0, "", nil
	return Sample{"reminders", n, tracker.Ticket{}}
}

func (s sampler) alert() Sample {
	n := s.notice(tracker.KindAlert, sampleManager, tracker.RoleManager, tracker.NoticeData{Alerts: []tracker.Alert{
		{ID: 1, At: s.now.Add(-40 * time.Minute), Kind: tracker.AlertUnverified, Ticket: "REQ-43", Waits: true, Line: "a request of stranger@elsewhere.test, whom the desk does not know", Subject: "Need VPN access", Text: "Hello,\nplease give me access to the staging VPN."},
		{ID: 2, At: s.now.Add(-12 * time.Minute), Kind: tracker.AlertBounce, Ticket: "REQ-42", Line: "the mail to desk@optit.test came back: 550 5.1.1 no such user"},
	}})
	n.Ticket, n.Data.InReplyTo, n.Data.References = 0, "", nil
	return Sample{"alert", n, tracker.Ticket{}}
}
