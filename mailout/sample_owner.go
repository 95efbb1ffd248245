package mailout

import (
	"time"

	"envdesk/tracker"
)

// reminderUnverified is of a request that the manager has not let in.
func (s sampler) reminderUnverified() Sample {
	out := s.reminder("reminder-unverified", tracker.RoleManager, tracker.StatusUnverified, tracker.Reminder{Clock: "resolve", What: "late", Acts: true})
	t := &out.Notice.Data.Reminders[0].Ticket
	t.Requester, t.Partner, t.Title = tracker.Address{Name: "A Stranger", Address: "stranger@elsewhere.test"}, "", "Need VPN access"
	out.Ticket = *t
	return out
}

// relayOwn goes to who works on the request on the desk's own side.
func (s sampler) relayOwn() Sample {
	out := s.relay("relay-own", tracker.RoleManager, tracker.StatusWorking)
	out.Notice.To, out.Notice.As = sampleApprover, tracker.RoleDevOps
	out.Ticket.Partner, out.Ticket.Assignee = "", sampleApprover.Address
	out.Notice.Data.Text = "The portal asks for the password after every click again, since about ten this\nmorning. I have tried two browsers, and my neighbour has the same trouble.\n\nMeera"
	return out
}

// transcriptRefused is of lines that are the right of others.
func (s sampler) transcriptRefused() Sample {
	n := s.notice(tracker.KindTranscript, sampleRequester, tracker.RoleRequester, tracker.NoticeData{
		By: sampleAsker, Text: "Or shall I set it up myself?",
		Transcript: []tracker.CommandResult{{
			Command: tracker.Command{Line: 1, Verb: "ack"},
			Why:     "only the assigned partner, DevOps or the programme manager may use /ack; write in plain words what you need, and who has the request reads it",
		}},
	})
	return Sample{"transcript-refused", n, s.ticket(tracker.StatusAssigned)}
}

// unassignedWish is of a request that comes back to the manager with a wish.
func (s sampler) unassignedWish() Sample {
	out := s.unassigned()
	out.Name, out.Notice.Data.By = "unassigned-wish", sampleAsker
	out.Notice.Data.Wishes = []tracker.Wish{{Field: tracker.FieldPriority, Old: "P1", Command: tracker.Command{Verb: "priority", Value: "P0"}}}
	return out
}

// approvalWish is of a request that its approvers see anew, and of which the manager
// is one.
func (s sampler) approvalWish() Sample {
	out := s.approval()
	out.Name, out.Notice.To, out.Notice.As, out.Notice.Data.Attachments = "approval-wish", sampleManager, tracker.RoleManager, nil
	out.Ticket = s.waiting(24 * time.Hour)
	out.Ticket.Approval.Approvers = append(out.Ticket.Approval.Approvers, sampleManager.Address)
	out.Notice.Data.Wishes = []tracker.Wish{
		{Field: tracker.FieldPriority, Old: "P2", Command: tracker.Command{Verb: "priority", Value: "P1"}},
		{Field: tracker.FieldNeededBy, Command: tracker.Command{Verb: "needed", Value: s.day(3)}},
	}
	return out
}
