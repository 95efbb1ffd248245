package mailout

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"envdesk/tracker"
)

func TestStatusMailsSayWhatIsWanted(t *testing.T) {
	for _, c := range []struct {
		as     tracker.Role
		status tracker.Status
		change tracker.Change
		want   []string
	}{
		{tracker.RoleRequester, tracker.StatusWorking, tracker.PickedUp{}, []string{"OptIT is working on it", "Ravi Kumar (OptIT) picked it up."}},
		{tracker.RoleRequester, tracker.StatusWaiting, tracker.StatusChanged{From: "working", To: "waiting", Reason: "which one?"}, []string{"OptIT waits for your answer: which one?"}},
		{tracker.RoleManager, tracker.StatusWaiting, tracker.StatusChanged{From: "working", To: "waiting"}, []string{"OptIT waits for Meera Nair"}},
		{tracker.RoleRequester, tracker.StatusWorking, tracker.StatusChanged{From: "waiting", To: "working"}, []string{"OptIT is working on it again"}},
		{tracker.RoleDevOps, tracker.StatusBlocked, tracker.StatusChanged{From: "working", To: "blocked", Reason: "firewall"}, []string{"OptIT is blocked: firewall", "/unblock"}},
		{tracker.RoleRequester, tracker.StatusResolved, tracker.Resolved{Note: "keys rotated"}, []string{"Done: keys rotated", "/close", "/reopen"}},
		{tracker.RoleRequester, tracker.StatusResolved, tracker.Resolved{Note: strings.Repeat("a long note ", 20)}, []string{"\nDone\n", "NOTE", "> a long note"}},
		{tracker.RoleRequester, tracker.StatusClosed, tracker.Closed{}, []string{"\nClosed\n", "/reopen"}},
		{tracker.RolePartner, tracker.StatusCancelled, tracker.Cancelled{Reason: "not needed"}, []string{"Cancelled: not needed", "Nothing more is wanted from you."}},
		{tracker.RolePartner, tracker.StatusAssigned, tracker.Reopened{}, []string{"\nReopened\n", "Please pick it up."}},
		{tracker.RoleManager, tracker.StatusNew, tracker.Declined{Partner: "OptIT", Reason: "no capacity"}, []string{"OptIT handed it back: no capacity", "/assign"}},
		{tracker.RoleRequester, tracker.StatusAssigned, tracker.Assigned{Partner: "GWL", Old: "OptIT"}, []string{"GWL has it now"}},
		{tracker.RolePartner, tracker.StatusAssigned, tracker.Classified{Field: tracker.FieldNeededBy, Old: "2026-12-01", New: "2026-12-20"}, []string{"Needed by 1 Dec 2026 → 20 Dec 2026"}},
		{tracker.RoleStakeholder, tracker.StatusWorking, tracker.Classified{Field: tracker.FieldStack, Old: "ERP"}, []string{"Stack removed", "You read along"}},
		{tracker.RoleRequester, tracker.StatusNew, tracker.Accepted{}, []string{"Your request was accepted"}},
	} {
		s := sampler{noon}.status("x", c.as, c.status, c.change)
		s.Notice.Data.By = sampleEngineer
		_, p := compose(t, desk(t), s.Notice, s.Ticket)
		for _, want := range c.want {
			assert.Contains(t, p.text, want, "%s %s", c.as, c.change.Kind())
		}
	}
}

func TestTheHeaviestChangeIsTheHeadline(t *testing.T) {
	s := sampler{noon}.status("x", tracker.RoleRequester, tracker.StatusResolved,
		tracker.Classified{Field: tracker.FieldPriority, Old: "P3", New: "P1"}, tracker.PickedUp{}, tracker.Resolved{})
	_, p := compose(t, desk(t), s.Notice, s.Ticket)
	assert.Contains(t, p.text, "\nDone\n")
	assert.Contains(t, p.text, "ALSO\n\n- OptIT is working on it\n- Priority P3 → P1\n")
}

func TestWatchersHaveNoButtons(t *testing.T) {
	s := sample(t, "relay-resolved")
	s.Notice.To = tracker.Address{Address: "watcher@egov.test"}
	_, p := compose(t, desk(t), s.Notice, s.Ticket)
	assert.Contains(t, p.text, "You read along")
	assert.Empty(t, links(t, p.html))
}

func TestAPartnerThatLostATicketIsAskedForNothing(t *testing.T) {
	s := sampler{noon}.status("x", tracker.RolePartner, tracker.StatusAssigned, tracker.Reopened{Reason: "inside"}, tracker.Assigned{Partner: "GWL", Old: "OptIT"})
	_, p := compose(t, desk(t), s.Notice, s.Ticket)
	assert.Contains(t, p.text, "It was given to somebody else")
	assert.Contains(t, p.text, "Nothing more is wanted from you.")
	assert.NotContains(t, p.text, "inside")
	assert.Empty(t, links(t, p.html))
}

func TestReceiptsOfOtherWays(t *testing.T) {
	s := sample(t, "receipt-unowned")
	s.Ticket.Assignee = "ops@egov.test"
	s.Notice.Data.Understood = []tracker.Understanding{{Field: tracker.FieldPriority, Value: "P2"}}
	s.Notice.Data.Transcript = []tracker.CommandResult{{Command: tracker.Command{Line: 1, Verb: "due", Value: "tomorrow"}, Why: "only the programme manager may do this"}}
	_, p := compose(t, desk(t), s.Notice, s.Ticket)
	assert.Contains(t, p.text, "Somebody has it.")
	assert.Contains(t, p.text, "Priority  P2\n")
	assert.Contains(t, p.text, "- /due tomorrow not done: only the programme manager may do this")
}

func TestReasonsAreSentences(t *testing.T) {
	for in, want := range map[string]string{"": "", "no partner fits": "No partner fits.", "Ravi gave it to you.": "Ravi gave it to you.", "éa?": "Éa?"} {
		assert.Equal(t, want, sentence(in))
	}
}
