package mailout

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

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

func TestNamesKeysAndAddressesKeepTheirLetters(t *testing.T) {
	s := sample(t, "status-done")
	s.Notice.Data.By = tracker.Actor{Name: "Meera", Given: true, Address: "meera@optit.test", Partner: "OptIT"}
	_, p := compose(t, desk(t), s.Notice, s.Ticket)
	assert.Contains(t, p.text, "\nMeera <meera@optit.test> (OptIT) wrote\n")
	for name, want := range map[string]string{"alert": "Unknown sender · REQ-43 · ", "answer": "You asked: /list P0"} {
		s := sample(t, name)
		_, p := compose(t, desk(t), s.Notice, s.Ticket)
		assert.Contains(t, p.text, "\n"+want, name)
		before, _, ok := strings.Cut(p.html, want[:9])
		require.True(t, ok, name)
		assert.NotContains(t, before[strings.LastIndex(before, "<p "):], "uppercase", name)
	}
	_, p = compose(t, desk(t), sample(t, "receipt").Notice, sample(t, "receipt").Ticket)
	assert.Contains(t, p.text, "\nHOW WE READ IT\n", "words of ours stand in capitals")
}

func TestAStackIsNoType(t *testing.T) {
	for _, name := range []string{"assignment", "hand-back", "watching", "reminder"} {
		s := sample(t, name)
		s.Ticket.Type, s.Ticket.Stack = "", "Portal"
		_, p := compose(t, desk(t), s.Notice, s.Ticket)
		assert.Contains(t, joined(p.text), " Stack Portal ", name)
		assert.NotContains(t, p.text, "\nType ", name)
		s.Ticket.Type, s.Ticket.Stack = "GitOps", ""
		_, p = compose(t, desk(t), s.Notice, s.Ticket)
		assert.Contains(t, joined(p.text), " Type GitOps ", name)
		assert.NotContains(t, p.text, "\nStack", name)
	}
}

func TestWatchersLearnHowToStop(t *testing.T) {
	for _, name := range []string{"watching", "relay", "status"} {
		s := sample(t, name)
		s.Notice.To = tracker.Address{Address: "watcher@egov.test"}
		_, p := compose(t, desk(t), s.Notice, s.Ticket)
		assert.Contains(t, p.text, "/unwatch", name)
	}
	s := sample(t, "watching")
	_, p := compose(t, desk(t), s.Notice, s.Ticket)
	assert.Contains(t, p.text, "[Stop reading along] reply with /unwatch")
	assert.NotContains(t, p.text, "tell Meera")
}

func TestTranscriptsSayWhatHelps(t *testing.T) {
	slip := tracker.CommandResult{Command: tracker.Command{Line: 1, Verb: "aprove"}, Why: "the desk does not know /aprove", Nearest: "approve"}
	right := tracker.CommandResult{Command: tracker.Command{Line: 2, Verb: "approve"}, Why: "only who was asked for this approval can decide"}
	for _, c := range []struct {
		lines      []tracker.CommandResult
		want, none string
	}{
		{[]tracker.CommandResult{slip}, "Reply with the line that you meant.", "Below it says why"},
		{[]tracker.CommandResult{right}, "Below it says why, and what you can do instead.", "that you meant"},
		{[]tracker.CommandResult{right, slip}, "Reply with the line that you meant.", "Below it says why"},
	} {
		s := sample(t, "transcript")
		s.Notice.Data.Transcript = c.lines
		_, p := compose(t, desk(t), s.Notice, s.Ticket)
		assert.Contains(t, joined(p.text), c.want)
		assert.NotContains(t, joined(p.text), c.none)
	}
}

func TestListsInPlainWords(t *testing.T) {
	s := sample(t, "answer-due")
	_, p := compose(t, desk(t), s.Notice, s.Ticket)
	assert.Contains(t, joined(p.text), "P1 · Punjab · assigned to OptIT · due Tue 24 Nov, 17:00 IST · OptIT’s own target Wed 25 Nov, 14:00 IST · not picked up by")
	s = sample(t, "answer-partner")
	_, p = compose(t, desk(t), s.Notice, s.Ticket)
	assert.Contains(t, joined(p.text), "your own target Wed 25 Nov, 14:00 IST")
	for as, want := range map[tracker.Role]string{tracker.RoleManager: "There is none.", tracker.RoleDevOps: "There is none.", tracker.RoleRequester: "There is none that you may see."} {
		s := sample(t, "answer")
		s.Notice.As = as
		_, p := compose(t, desk(t), s.Notice, s.Ticket)
		assert.Contains(t, p.text, "\n"+want+"\n", as)
	}
}

func TestStandingOfATicketInAList(t *testing.T) {
	for want, k := range map[string]tracker.Ticket{
		"no owner yet":             {Status: "new"},
		"new, with Imran Sheikh":   {Status: "new", Assignee: "ops@egov.test"},
		"assigned to OptIT":        {Status: "assigned", Partner: "OptIT"},
		"waiting, with OptIT":      {Status: "waiting", Partner: "OptIT"},
		"waits for an approval":    {Status: "approval", Partner: "OptIT"},
		"waits to be let in":       {Status: "unverified"},
		"resolved":                 {Status: "resolved"},
		"working, with a@egov.tst": {Status: "working", Assignee: "a@egov.tst"},
	} {
		assert.Equal(t, want, answering{settings: desk(t).settings, reader: tracker.RoleManager}.standing(k))
	}
	assert.Equal(t, "working, with DevOps", answering{settings: desk(t).settings, reader: tracker.RoleRequester}.standing(tracker.Ticket{Status: "working", Assignee: "ops@egov.test"}))
}

func TestPeopleOfTheDeskHaveNames(t *testing.T) {
	for name, want := range map[string]string{
		"reminder-approval": "It waits for Imran Sheikh or lead@egov.test.", "approval-again": "1 of 2 approvals is there: Imran Sheikh.", "relay-own": "You have it.",
	} {
		s := sample(t, name)
		_, p := compose(t, desk(t), s.Notice, s.Ticket)
		assert.Contains(t, joined(p.text), want, name)
	}
	s := sample(t, "relay-own")
	s.Notice.To = sampleManager
	_, p := compose(t, desk(t), s.Notice, s.Ticket)
	assert.Contains(t, p.text, "\nImran Sheikh has it.\n")
	_, p = compose(t, desk(t, func(s *Settings) { s.NamePerson = nil }), s.Notice, s.Ticket)
	assert.Contains(t, p.text, "\nops@egov.test has it.\n")
}

// An unknown sender's name is a claim: the address stands beside it.
func TestThreat15UnknownSendersHaveAnAddress(t *testing.T) {
	s := sample(t, "reminder-unverified")
	_, p := compose(t, desk(t), s.Notice, s.Ticket)
	assert.Contains(t, joined(p.text), "From A Stranger <stranger@elsewhere.test>")
	assert.Contains(t, p.text, "\nPlease let it in, or cancel it\n")
}

func TestRemindersOfWhatNobodyPickedUp(t *testing.T) {
	s := sample(t, "reminder-unpicked")
	_, p := compose(t, desk(t), s.Notice, s.Ticket)
	assert.Contains(t, p.text, "Nobody has picked it up yet.")
	assert.Contains(t, p.text, "[Pick up] reply with /ack")
	assert.Contains(t, p.text, "[Say when] reply with /eta")
	for name, none := range map[string]string{"reminder": "Nobody has picked it up", "reminder-return": "[Say when]", "reminder-unpicked": "goes back", "reminder-late": "goes back", "reminder-pickup": "goes back"} {
		s := sample(t, name)
		_, p := compose(t, desk(t), s.Notice, s.Ticket)
		assert.NotContains(t, p.text, none, name)
	}
	s = sample(t, "reminder-unpicked")
	s.Notice.Data.Reminders[0].What = "late"
	_, p = compose(t, desk(t), s.Notice, s.Ticket)
	assert.Contains(t, p.text, "\nPlease pick it up: it is late\n")
	s = sample(t, "reminder-unowned")
	_, p = compose(t, desk(t), s.Notice, s.Ticket)
	assert.Contains(t, p.text, "\nPlease find an owner: it is due soon\n")
}

func TestWishesStandInTheMailThatComesAnyway(t *testing.T) {
	wishes := sample(t, "approval-wish").Notice.Data.Wishes
	for _, name := range []string{"approval", "unassigned", "assignment", "approval-result-unowned"} {
		s := sample(t, name)
		_, p := compose(t, desk(t), s.Notice, s.Ticket)
		assert.NotContains(t, p.text, "also asks for", name)
		s.Notice.Data.Wishes = wishes
		_, p = compose(t, desk(t), s.Notice, s.Ticket)
		assert.Contains(t, p.text, "also asks for", name)
		assert.Contains(t, joined(p.text), "[Set priority P1] reply with /priority P1 [Set the date 27 Nov 2026] reply with /needed 2026-11-27", name)
	}
}
