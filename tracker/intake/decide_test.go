package intake

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
)

func TestRequestBecomesTicketReceiptAndAssignment(t *testing.T) {
	w := newWorld(t)
	d := w.open()
	require.Equal(t, tracker.ActionOpen, d.Action)
	got := w.tickets[1]
	assert.Equal(t, "REQ-1", got.Key)
	assert.Equal(t, "Rotate the deploy key for Punjab", got.Title)
	assert.Equal(t, []string{"P1", "GitOps", "Punjab", "OptIT"}, []string{got.Priority, got.Type, got.Environment, got.Partner})
	assert.Equal(t, tracker.StatusAssigned, got.Status)
	assert.Equal(t, []string{"assignment desk@optit.test", "receipt ravi@egov.test"}, told(d))
	understood := noticeTo(t, d, "ravi@egov.test").Data.Understood
	assert.Equal(t, tracker.Understanding{Field: tracker.FieldPriority, Value: "P1", Source: "[P1]", How: tracker.HowTag}, understood[0])
	assert.Equal(t, tracker.Understanding{Field: tracker.FieldEnvironment, Value: "Punjab", How: tracker.HowGuess}, understood[2])
}

// The whole life of a ticket by mail, as the README tells it.
func TestLifeOfATicket(t *testing.T) {
	w := newWorld(t)
	opened := w.open()
	assignment := noticeTo(t, opened, "desk@optit.test")
	receipt := noticeTo(t, opened, "ravi@egov.test")

	ack := w.mail(mailTo{from: "desk@optit.test", to: w.replyTo(assignment), text: "/ack\n\nRegards,\nMeera"})
	assert.Equal(t, tracker.StatusWorking, w.tickets[1].Status)
	assert.Equal(t, "desk@optit.test", w.tickets[1].Assignee)
	assert.Equal(t, []string{"status ravi@egov.test"}, told(ack))
	assert.Equal(t, "picked_up", kinds(ack), "commands alone post no comment")

	question := w.mail(mailTo{from: "meera@optit.test", answers: w.sentID(assignment), text: "Which repository?"})
	assert.Equal(t, []string{"relay ravi@egov.test"}, told(question))
	assert.Equal(t, "meera@optit.test (OptIT)", noticeTo(t, question, "ravi@egov.test").Data.By.Display())

	answer := w.mail(mailTo{from: "ravi@egov.test", answers: w.sentID(receipt), text: "The infra one."})
	assert.Equal(t, []string{"relay desk@optit.test"}, told(answer))
	assert.Equal(t, "The infra one.", noticeTo(t, answer, "desk@optit.test").Data.Text)

	done := w.mail(mailTo{from: "desk@optit.test", to: w.replyTo(assignment), text: "Hi Ravi,\n/done keys rotated\n"})
	assert.Equal(t, tracker.StatusResolved, w.tickets[1].Status)
	assert.Equal(t, []string{"status ravi@egov.test"}, told(done))

	thanks := w.mail(mailTo{from: "ravi@egov.test", to: w.replyTo(receipt), text: "works, thanks"})
	assert.Equal(t, tracker.StatusResolved, w.tickets[1].Status, "thanks never reopens")
	assert.Equal(t, []string{"relay desk@optit.test"}, told(thanks))

	reopen := w.mail(mailTo{from: "ravi@egov.test", to: w.replyTo(receipt), text: "/reopen it fails again"})
	assert.Equal(t, tracker.StatusWorking, w.tickets[1].Status)
	assert.Equal(t, 1, w.tickets[1].Reopened)
	assert.Equal(t, []string{"status desk@optit.test"}, told(reopen))

	folded, err := tracker.Fold(w.events[1])
	require.NoError(t, err)
	assert.Equal(t, w.tickets[1], folded)
}

func TestOwnerOfATicket(t *testing.T) {
	tests := []struct{ name, subject, partner, told, reason string }{
		{"owner of the environment", "[AP] x", "GWL", "assignment desk@gwl.test", "GWL owns AP"},
		{"not on-boarded", "[Bihar] x", "", "unassigned asha@egov.test", "MacroSkies is not on-boarded yet (onboarding)"},
		{"no environment", "x", "", "unassigned asha@egov.test", "no environment was named, so no partner fits"},
		{"partner tag of a requester counts for nothing", "[AP][OptIT] x", "GWL", "assignment desk@gwl.test", "GWL owns AP"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			d := w.mail(mailTo{from: "ravi@egov.test", subject: tt.subject})
			assert.Equal(t, tt.partner, w.tickets[1].Partner)
			assert.Contains(t, told(d), tt.told)
			assert.Equal(t, tt.reason, d.Reason)
		})
	}
	t.Run("partner tag of a manager counts", func(t *testing.T) {
		w := newWorld(t)
		w.mail(mailTo{from: "asha@egov.test", subject: "[AP][OptIT] x"})
		assert.Equal(t, "OptIT", w.tickets[1].Partner)
	})
	t.Run("no NDA", func(t *testing.T) {
		w := newWorld(t)
		w.rules.Directory.Partners[1].NDASigned = noon.AddDate(0, 0, 1)
		d := w.mail(mailTo{from: "ravi@egov.test", subject: "[AP] x"})
		assert.Equal(t, []string{"receipt ravi@egov.test", "unassigned asha@egov.test"}, told(d))
	})
	t.Run("at capacity the overflow takes it", func(t *testing.T) {
		w := newWorld(t)
		w.rules.Directory.Partners[1].Capacity = 1
		w.rules.Routing = []Route{{Environment: "AP", Partner: "GWL", Overflow: "OptIT"}}
		in := w.input(w.message(mailTo{from: "ravi@egov.test", subject: "[AP] x"}))
		in.OpenTickets = func(p string) int { return map[string]int{"GWL": 1}[p] }
		w.commit(in, Decide(in))
		assert.Equal(t, "OptIT", w.tickets[1].Partner)
	})
}

func TestStrangers(t *testing.T) {
	w := newWorld(t)
	d := w.mail(mailTo{from: "eve@evil.test", subject: "[P0][Punjab] let me in", text: "/assign OptIT"})
	assert.Equal(t, tracker.StatusUnverified, w.tickets[1].Status)
	assert.Equal(t, []string{"unverified-receipt eve@evil.test"}, told(d))
	assert.Len(t, d.Alerts, 1)
	assert.NotContains(t, kinds(d), "assigned")

	again := w.mail(mailTo{from: "eve@evil.test", subject: "again"})
	assert.Empty(t, told(again), "one receipt a day")

	accept := w.mail(mailTo{from: "asha@egov.test", answers: "m1@test", text: "/accept"})
	assert.Equal(t, tracker.StatusAssigned, w.tickets[1].Status)
	assert.Equal(t, []string{"assignment desk@optit.test", "receipt eve@evil.test"}, told(accept))
	assert.True(t, noticeTo(t, accept, "desk@optit.test").Data.WithOpening)
}

func TestForgedSenderChangesNothing(t *testing.T) {
	w := newWorld(t)
	assignment := noticeTo(t, w.open(), "desk@optit.test")
	for name, m := range map[string]mailTo{
		"stranger with a leaked token":       {from: "eve@evil.test", to: w.replyTo(assignment), text: "/done"},
		"partner that fails its proof":       {from: "desk@optit.test", to: w.replyTo(assignment), dmarc: tracker.Fail, text: "/done"},
		"partner without proof":              {from: "desk@optit.test", answers: "m1@test", dmarc: tracker.None, text: "/done"},
		"other partner":                      {from: "desk@gwl.test", answers: "m1@test", text: "/done"},
		"member of partner, token, no DMARC": {from: "meera@optit.test", to: w.replyTo(assignment), dmarc: tracker.None, text: "/done"},
	} {
		t.Run(name, func(t *testing.T) {
			d := w.mail(m)
			assert.Equal(t, tracker.ActionReply, d.Action)
			assert.Equal(t, tracker.StatusAssigned, w.tickets[1].Status)
			assert.Empty(t, told(d))
			assert.Equal(t, "replied", kinds(d))
			assert.Equal(t, tracker.Unverified, d.Changes[0].(tracker.Replied).Visibility)
			assert.Len(t, d.Alerts, 1)
		})
	}
}

func TestKeyInSubjectThreadsParticipantsOnly(t *testing.T) {
	w := newWorld(t)
	w.open()
	d := w.mail(mailTo{from: "ravi@egov.test", subject: "Re: [REQ-1] news?", text: "news?"})
	assert.Equal(t, int64(1), d.Ticket)
	for _, from := range []string{"eve@evil.test", "kiran@egov.test"} {
		d = w.mail(mailTo{from: from, subject: "Re: [REQ-1] news?", text: "news?"})
		assert.Equal(t, tracker.ActionOpen, d.Action, from)
	}
	d = w.mail(mailTo{from: "ravi@egov.test", subject: "Re: [P1][GitOps] Rotate the deploy key for Punjab", text: "hello"})
	assert.Equal(t, tracker.ActionOpen, d.Action, "the words of a subject never thread")
}

func TestStoredReferencesThread(t *testing.T) {
	w := newWorld(t)
	first := w.message(mailTo{from: "ravi@egov.test", subject: "[AP] x"})
	first.References = []string{"unseen@corp.test"}
	w.receive(first)
	second := w.message(mailTo{from: "ravi@egov.test", subject: "y"})
	second.References = []string{"unseen@corp.test", "other@corp.test"}
	d := w.receive(second)
	assert.Equal(t, int64(1), d.Ticket)
	assert.Equal(t, "shares a reference with a mail of REQ-1", d.Evidence)
}

func TestRefusedCommandKeepsTheText(t *testing.T) {
	w := newWorld(t)
	receipt := noticeTo(t, w.open(), "ravi@egov.test")
	d := w.mail(mailTo{from: "ravi@egov.test", to: w.replyTo(receipt), text: "/donne\n/block disk\n/priority P0\nIt is urgent."})
	assert.Equal(t, []string{"status desk@optit.test", "transcript ravi@egov.test"}, told(d))
	transcript := noticeTo(t, d, "ravi@egov.test").Data.Transcript
	require.Len(t, transcript, 3)
	assert.Equal(t, "/done", transcript[0].Nearest)
	assert.Equal(t, "only the assigned partner may use /block; write in plain words what you need, and who has the request reads it", transcript[1].Why)
	assert.True(t, transcript[2].Done)
	assert.Equal(t, "It is urgent.", noticeTo(t, d, "desk@optit.test").Data.Text)
	assert.Equal(t, "P0", w.tickets[1].Priority)
}

func TestCommandsByRole(t *testing.T) {
	tests := []struct {
		name, setup, from, text string
		want                    tracker.Status
		told                    []string
	}{
		{"decline goes to the manager", "", "desk@optit.test", "/decline no access", tracker.StatusNew, []string{"status asha@egov.test"}},
		{"wait tells the requester", "", "desk@optit.test", "/wait which cluster? until 20 Dec", tracker.StatusWaiting, []string{"status ravi@egov.test"}},
		{"block tells DevOps and manager", "", "desk@optit.test", "/block no quota", tracker.StatusBlocked, []string{"status asha@egov.test", "status ops@egov.test"}},
		{"unblock frees the partner", "/block x", "ops@egov.test", "/unblock", tracker.StatusWorking, []string{"status desk@optit.test", "status ravi@egov.test"}},
		{"assign moves it", "", "asha@egov.test", "/assign gwl", tracker.StatusAssigned, []string{"assignment desk@gwl.test", "status desk@optit.test"}},
		{"close is not for open ones", "", "ravi@egov.test", "/close", tracker.StatusAssigned, []string{"transcript ravi@egov.test"}},
		{"cancel tells partner and manager", "", "ravi@egov.test", "/cancel", tracker.StatusCancelled, []string{"status asha@egov.test", "status desk@optit.test"}},
		{"a note stays inside", "", "desk@optit.test", "/note they are late again", tracker.StatusAssigned, []string{"note asha@egov.test", "note ops@egov.test"}},
		{"status is the verb that means the same", "", "desk@optit.test", "Status: working", tracker.StatusWorking, []string{"status ravi@egov.test"}},
		{"status needs the verb's right", "", "ravi@egov.test", "Status: resolved", tracker.StatusAssigned, []string{"transcript ravi@egov.test"}},
		{"the requester's answer ends the wait", "/wait for you", "ravi@egov.test", "here it is", tracker.StatusWorking, []string{"relay desk@optit.test"}},
		{"env re-routes before pickup", "", "ravi@egov.test", "/env AP", tracker.StatusAssigned, []string{"assignment desk@gwl.test", "status desk@optit.test"}},
		{"fields are the manager's after pickup", "/ack", "ravi@egov.test", "/priority P0", tracker.StatusWorking, []string{"transcript ravi@egov.test", "wish asha@egov.test"}},
		{"help", "", "ravi@egov.test", "/help", tracker.StatusAssigned, []string{"help ravi@egov.test"}},
		{"prose commands nothing", "", "desk@optit.test", "Note: I would say /done if it were.\n/etc is full", tracker.StatusAssigned, []string{"relay ravi@egov.test"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			w.open()
			if tt.setup != "" {
				w.mail(mailTo{from: "desk@optit.test", answers: "m1@test", text: tt.setup})
			}
			d := w.mail(mailTo{from: tt.from, answers: "m1@test", text: tt.text})
			assert.Equal(t, tt.want, w.tickets[1].Status)
			assert.Equal(t, tt.told, told(d))
		})
	}
}

func TestForwardedAndQuotedTextCommandsNothing(t *testing.T) {
	w := newWorld(t)
	w.open()
	m := w.message(mailTo{from: "desk@optit.test", answers: "m1@test", text: "see below\n\n---------- Forwarded message ---------\n/done\n"})
	m.OwnLines = 1
	d := w.receive(m)
	assert.Equal(t, tracker.StatusAssigned, w.tickets[1].Status)
	assert.Contains(t, noticeTo(t, d, "ravi@egov.test").Data.Text, "/done", "it is content, and stays in the text")
}

func TestManagerNamesAnyTicketByItsKey(t *testing.T) {
	w := newWorld(t)
	w.mail(mailTo{from: "eve@evil.test", subject: "let me in"})
	d := w.mail(mailTo{from: "asha@egov.test", subject: "[REQ-1]", text: "/cancel a stranger", dmarc: tracker.None})
	assert.Equal(t, tracker.StatusUnverified, w.tickets[1].Status, "a key is no proof")
	assert.Equal(t, int64(1), d.Ticket)
	d = w.mail(mailTo{from: "asha@egov.test", subject: "[REQ-1]", text: "/cancel a stranger"})
	assert.Equal(t, tracker.StatusCancelled, w.tickets[1].Status)
	assert.Empty(t, told(d), "a stranger is told nothing")
}

func TestWordsBesideAssignAreForTheNewOwner(t *testing.T) {
	w := newWorld(t)
	w.open()
	d := w.mail(mailTo{from: "asha@egov.test", answers: "m1@test", text: "/assign GWL\nOptIT is full."})
	assert.Equal(t, []string{"assignment desk@gwl.test", "status desk@optit.test"}, told(d))
	assert.Equal(t, "OptIT is full.", noticeTo(t, d, "desk@gwl.test").Data.Text)
	assert.Empty(t, noticeTo(t, d, "desk@optit.test").Data.Text)
}

func TestAutomaticMail(t *testing.T) {
	w := newWorld(t)
	opened := w.open()
	w.mail(mailTo{from: "desk@optit.test", answers: "m1@test", text: "/done"})
	receipt := noticeTo(t, opened, "ravi@egov.test")

	d := w.mail(mailTo{from: "ravi@egov.test", to: w.replyTo(receipt), auto: tracker.AutoReply, text: "I am away.\n/reopen"})
	assert.Equal(t, tracker.StatusResolved, w.tickets[1].Status)
	assert.Empty(t, told(d))

	d = w.mail(mailTo{from: "away@corp.test", auto: tracker.AutoReply, text: "I am away."})
	assert.Equal(t, tracker.ActionIgnore, d.Action)

	bounce := w.message(mailTo{from: "mailer-daemon@corp.test", auto: tracker.AutoBounce})
	bounce.Bounce = &tracker.Bounce{OriginalMessageID: w.sentID(receipt), Recipients: []tracker.BounceRecipient{{Address: "ravi@egov.test", Action: "failed", Status: "5.1.1", Permanent: true}}}
	d = w.receive(bounce)
	assert.Equal(t, tracker.ActionIgnore, d.Action)
	assert.Equal(t, "mail to ravi@egov.test could not be delivered (5.1.1)", d.Alerts[0].Line)

	d = w.mail(mailTo{from: "monitor@egov.test", auto: tracker.AutoGenerated, subject: "[P0][Punjab] disk full"})
	assert.Equal(t, tracker.ActionOpen, d.Action)
	assert.Equal(t, []string{"assignment desk@optit.test"}, told(d), "a machine gets no receipt")
}

func TestArchiveTellsNobody(t *testing.T) {
	w := newWorld(t)
	in := w.input(w.message(mailTo{from: "ravi@egov.test", subject: "[Punjab] old"}))
	in.Archive = true
	d := w.commit(in, Decide(in))
	assert.Empty(t, told(d))
	assert.Equal(t, tracker.StatusClosed, w.tickets[1].Status)
}

func TestTagAddedOnAReplyIsACommand(t *testing.T) {
	w := newWorld(t)
	w.open()
	w.mail(mailTo{from: "ravi@egov.test", answers: "m1@test", text: "/priority P3"})
	w.mail(mailTo{from: "ravi@egov.test", answers: "m1@test", subject: "Re: [P1][GitOps] Rotate the deploy key for Punjab", text: "hi"})
	assert.Equal(t, "P3", w.tickets[1].Priority, "a tag of the opening mail is not added anew")
	w.mail(mailTo{from: "ravi@egov.test", answers: "m1@test", subject: "Re: [P0] [REQ-1] Rotate", text: "hi"})
	assert.Equal(t, "P0", w.tickets[1].Priority)
	w.mail(mailTo{from: "desk@optit.test", answers: "m1@test", subject: "Re: [Resolved] [REQ-1] Rotate", text: "there you are"})
	assert.Equal(t, tracker.StatusResolved, w.tickets[1].Status)
}

func TestShellHasRightsAndNoMore(t *testing.T) {
	w := newWorld(t)
	w.open()
	d := w.shell(1, "asha@egov.test", tracker.Command{Verb: "assign", Value: "GWL"})
	assert.Equal(t, "GWL", w.tickets[1].Partner)
	assert.Equal(t, []string{"assignment desk@gwl.test", "status desk@optit.test"}, told(d))
	d = w.shell(1, "ravi@egov.test", tracker.Command{Verb: "done"})
	assert.False(t, d.Results[0].Done)
	assert.Equal(t, tracker.StatusAssigned, w.tickets[1].Status)
}
