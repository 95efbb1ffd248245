package mailout

import (
	"time"

	"envdesk/tracker"
)

// clock is due in six hours, and to be picked up before that.
func (s sampler) clock() *tracker.TicketClock {
	return &tracker.TicketClock{Due: s.now.Add(6 * time.Hour), State: "running", Pickup: s.now.Add(110 * time.Minute)}
}

// clocked adds to a sample when its ticket is due.
func (s sampler) clocked(out Sample) Sample {
	out.Notice.Data.Clock = s.clock()
	return out
}

// assignmentOwn comes on a day on which the partner opens later than the desk.
func (s sampler) assignmentOwn() Sample {
	out := s.assignment()
	out.Name = "assignment-own"
	out.Notice.Data.Attachments = nil
	out.Notice.Data.Clock.Partner = &tracker.PartnerClock{
		Partner: "OptIT", PickupDue: s.now.Add(170 * time.Minute), PickupState: "running", DoneDue: s.now.Add(22 * time.Hour), DoneState: "running",
	}
	return out
}

// assignmentLate is of a ticket that others had too long.
func (s sampler) assignmentLate() Sample {
	out := s.assignment()
	out.Name = "assignment-late"
	out.Notice.Data.Attachments, out.Notice.Data.Reason = nil, "Asha Rao named you for it."
	out.Notice.Data.Clock = &tracker.TicketClock{Due: s.now.Add(-20 * time.Minute), State: "late", Pickup: s.now.Add(-5 * time.Hour)}
	return out
}

// unassignedLines is the manager's own request, with a line that was refused.
func (s sampler) unassignedLines() Sample {
	out := s.unassigned()
	out.Name, out.Notice.Data.Transcript = "unassigned-lines", s.refusal()
	return out
}

func (s sampler) approvalLines() Sample {
	out := s.approval()
	out.Name, out.Notice.Data.Attachments, out.Notice.Data.Transcript = "approval-lines", nil, s.refusal()
	return out
}

func (s sampler) refusal() []tracker.CommandResult {
	return []tracker.CommandResult{{Command: tracker.Command{Line: 2, Verb: "priorty", Value: "P0"}, Why: "the desk does not know /priorty", Nearest: "priority"}}
}
