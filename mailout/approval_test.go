package mailout

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
)

// The one-time code stands in the mails that ask their reader for a decision, for
// that reader and that round, and in no other mail.
func TestTheCodeOfAnApproval(t *testing.T) {
	c := desk(t)
	codes := map[string]bool{}
	for _, s := range Samples(noon) {
		m, p := compose(t, c, s.Notice, s.Ticket)
		inID, ok := tracker.FindToken("requests@desk.test", m.MessageID)
		if !ok {
			continue
		}
		valid := func(purpose, who string, at time.Time) bool {
			return c.settings.Signer.Valid(inID.Token, purpose, "REQ-42", who, at)
		}
		codes[s.Name] = valid(tracker.PurposeApproval(1), m.To, noon)
		assert.NotEqual(t, codes[s.Name], valid(tracker.PurposeReply, m.To, noon), s.Name)
		assert.Contains(t, p.header.Get("Reply-To"), inID.Token, s.Name)
		assert.False(t, valid(tracker.PurposeApproval(2), m.To, noon), s.Name)
		assert.False(t, valid(tracker.PurposeApproval(1), "colleague@egov.test", noon), s.Name)
		if codes[s.Name] {
			assert.False(t, valid(tracker.PurposeApproval(1), m.To, noon.Add(tracker.ApprovalLife+24*time.Hour)), s.Name)
			for _, l := range links(t, p.html) {
				assert.Contains(t, l, inID.Token, s.Name)
			}
		}
	}
	for name, has := range codes {
		assert.Equal(t, strings.HasPrefix(name, "approval") && !strings.HasPrefix(name, "approval-result") || name == "reminder-decide", has, name)
	}
	assert.Greater(t, len(codes), 30)
}

// In a mail of many reminders each button has the code of its own ticket.
func TestTheCodeInAMailOfManyReminders(t *testing.T) {
	s, c := sample(t, "reminder-decide"), desk(t)
	other := s.Notice.Data.Reminders[0]
	other.Ticket.Key, other.Ticket.Approval.Round = "REQ-43", 2
	plain := s.Notice.Data.Reminders[0]
	plain.Ticket.Key, plain.Clock = "REQ-44", "resolve"
	s.Notice.Kind, s.Notice.Ticket, s.Notice.Data.Reminders = tracker.KindReminders, 0, append(s.Notice.Data.Reminders, other, plain)
	_, p := compose(t, c, s.Notice, tracker.Ticket{})
	all := links(t, p.html)
	require.Len(t, all, 3)
	for i, want := range []struct{ key, purpose string }{{"REQ-42", tracker.PurposeApproval(1)}, {"REQ-43", tracker.PurposeApproval(2)}, {"REQ-44", tracker.PurposeReply}} {
		assert.Contains(t, all[i], c.settings.Signer.Token(want.purpose, want.key, "ops@egov.test", noon))
	}
}

func TestApprovalMailsSayWhatIsWanted(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*tracker.Notice, *tracker.Approval)
		want   []string
	}{
		"plain": {func(*tracker.Notice, *tracker.Approval) {}, []string{
			"\nPlease approve or reject: ", "Please decide by Wed 25 Nov, 12:00 IST, in 24 h.", "[Approve] reply with /approve", "[Reject] reply with /reject", "[Ask a question]",
			"counts once, until Fri 27 Nov, 12:00 IST, and for ops@egov.test only", "type AccessOps", "the staging database until Friday", "runbook.pdf"}},
		"reason on top": {func(n *tracker.Notice, _ *tracker.Approval) { n.Data.Reason = "your code had expired" }, []string{"\n\nYour code had expired. Please decide by"}},
		"late":          {func(_ *tracker.Notice, a *tracker.Approval) { a.Due = noon.Add(-time.Hour) }, []string{"It was to be decided by Tue 24 Nov, 11:00 IST, 1 h ago."}},
		"no deadline":   {func(_ *tracker.Notice, a *tracker.Approval) { a.Due = time.Time{} }, []string{"Please decide."}},
		"first of two":  {func(_ *tracker.Notice, a *tracker.Approval) { a.Quorum = 2 }, []string{"2 approvals are needed, none is there."}},
		"second of two": {func(_ *tracker.Notice, a *tracker.Approval) { a.Quorum, a.Given = 2, []string{"lead@egov.test"} }, []string{"1 of 2 approvals is there: lead@egov.test."}},
		"third of three": {func(_ *tracker.Notice, a *tracker.Approval) {
			a.Quorum, a.Given = 3, []string{"lead@egov.test", "x@egov.test"}
		}, []string{"2 of 3 approvals are there: lead@egov.test, x@egov.test."}},
	} {
		s := sample(t, "approval")
		c.change(&s.Notice, &s.Ticket.Approval)
		_, p := compose(t, desk(t), s.Notice, s.Ticket)
		for _, want := range c.want {
			assert.Contains(t, joined(p.text), joined(want), name)
		}
		assert.NotContains(t, p.html+p.text, "://", "%s: nothing leads to the web", name)
	}
}

// joined is text on one line, whatever its width.
func joined(s string) string { return strings.Join(strings.Fields(s), " ") }

func TestApprovalResults(t *testing.T) {
	approved, rejected := tracker.Approved{Need: "type AccessOps", Reason: "until Friday"}, tracker.Rejected{Need: "type AccessOps", Reason: "ask for the role"}
	for name, c := range map[string]struct {
		as     tracker.Role
		change tracker.Change
		ticket func(*tracker.Ticket)
		want   []string
	}{
		"goes on":      {tracker.RoleRequester, approved, func(k *tracker.Ticket) { k.Status, k.Partner = "assigned", "OptIT" }, []string{"Imran Sheikh approved it: until Friday", "It is with OptIT now."}},
		"inside":       {tracker.RoleRequester, approved, func(k *tracker.Ticket) { k.Status, k.Assignee = "assigned", "ops@egov.test" }, []string{"It is with DevOps now."}},
		"no owner yet": {tracker.RoleRequester, approved, func(k *tracker.Ticket) { k.Status = "new" }, []string{"The programme manager will find an owner."}},
		"one more": {tracker.RoleRequester, approved, func(k *tracker.Ticket) {
			k.Status, k.Approval.State, k.Approval.Need = "approval", tracker.ApprovalPending, "environment Punjab"
		}, []string{"needs one approval more, for environment Punjab"}},
		"rejected":            {tracker.RoleRequester, rejected, func(k *tracker.Ticket) { k.Status = "rejected" }, []string{"Imran Sheikh rejected it: ask for the role", "[Reopen] reply with /reopen"}},
		"manager, owner":      {tracker.RoleManager, approved, func(k *tracker.Ticket) { k.Status, k.Partner = "assigned", "OptIT" }, []string{"It is with OptIT now."}},
		"manager, no owner":   {tracker.RoleManager, approved, func(k *tracker.Ticket) { k.Status = "new" }, []string{"[Assign] reply with /assign"}},
		"manager, rejected":   {tracker.RoleManager, rejected, func(k *tracker.Ticket) { k.Status = "rejected" }, []string{"The request ended.", "/reopen has it decided anew"}},
		"partner, it was had": {tracker.RolePartner, rejected, func(k *tracker.Ticket) { k.Status = "rejected" }, []string{"DevOps rejected it", "Nothing is wanted from you."}},
	} {
		s := sampler{noon}.decided("x", c.as, "", c.change)
		c.ticket(&s.Ticket)
		_, p := compose(t, desk(t), s.Notice, s.Ticket)
		for _, want := range c.want {
			assert.Contains(t, joined(p.text), want, name)
		}
		if c.as == tracker.RolePartner {
			assert.NotContains(t, p.text, "ask for the role", name)
		}
	}
}

// Whom the desk asked is not for the outside, and neither is who has not
// answered; who decided is named by role where the configuration has no name.
func TestThreat28ApproversAreNamedToTheInsideAlone(t *testing.T) {
	c, seen := desk(t), 0
	for _, s := range Samples(noon) {
		if s.Notice.Kind == tracker.KindApproval || s.Notice.Kind == tracker.KindUnverifiedReceipt {
			continue
		}
		s.Notice.Data.By = tracker.Actor{Address: "canary-by@egov.test", Role: tracker.RoleDevOps}
		if !decides(s.Notice.Data.Changes) {
			s.Notice.Data.By.Name = "Imran Sheikh"
		}
		hide := tracker.Approval{
			State: tracker.ApprovalPending, Need: "type AccessOps", Round: 1, Quorum: 2, By: "canary-last@egov.test", Due: noon.Add(time.Hour), Partner: "canary-partner",
			Approvers: []string{"canary-asked@egov.test", "canary-given@egov.test"}, Given: []string{"canary-given@egov.test"}, Granted: []string{"canary-granted"},
		}
		s.Ticket.Approval = hide
		for i := range s.Notice.Data.Reminders {
			s.Notice.Data.Reminders[i].Ticket.Approval = hide
		}
		for i := range s.Notice.Data.Answers {
			for j := range s.Notice.Data.Answers[i].Tickets {
				s.Notice.Data.Answers[i].Tickets[j].Approval = hide
			}
		}
		for _, as := range []tracker.Role{tracker.RoleRequester, tracker.RolePartner, tracker.RoleStakeholder, tracker.RoleApprover} {
			s.Notice.As = as
			m, p := compose(t, c, s.Notice, s.Ticket)
			assert.NotContains(t, string(m.Raw)+p.html+p.text, "canary", "%s as %s", s.Name, as)
		}
		s.Notice.As = tracker.RoleManager
		if _, p := compose(t, c, s.Notice, s.Ticket); strings.Contains(p.text, "canary-asked") {
			seen++
		}
	}
	assert.Positive(t, seen, "the manager hears who has to decide")
}

func TestAForgedNameDecidesNothing(t *testing.T) {
	for _, c := range []struct {
		by   tracker.Actor
		as   tracker.Role
		want string
	}{
		{sampleDecider, tracker.RoleRequester, "Imran Sheikh"},
		{sampleDecider, tracker.RolePartner, "DevOps"},
		{tracker.Actor{Name: "The Board", Given: true, Address: "ops@egov.test", Role: tracker.RoleDevOps}, tracker.RoleRequester, "DevOps"},
		{tracker.Actor{Name: "asha@egov.test", Address: "asha@egov.test", Role: tracker.RoleManager}, tracker.RoleRequester, "The programme manager"},
		{tracker.Actor{Address: "ciso@egov.test", Role: tracker.RoleApprover}, tracker.RoleRequester, "The approver"},
		{tracker.Actor{Address: "ciso@egov.test", Role: tracker.RoleApprover}, tracker.RoleManager, "ciso@egov.test"},
	} {
		assert.Equal(t, c.want, decider(c.by, c.as))
	}
}

// Every change there is makes a mail for every reader, and says nothing odd.
func TestEveryChangeMakesAMail(t *testing.T) {
	changes := []tracker.Change{
		tracker.ApprovalAsked{Need: "type AccessOps"}, tracker.ApprovalVoided{Need: "type AccessOps", Reason: "the type was changed"}, tracker.Approved{}, tracker.Rejected{},
		tracker.TargetChanged{Due: noon.AddDate(1, 0, 0)}, tracker.TargetChanged{Extend: "nonsense"}, tracker.TermsChanged{Old: "a", New: "b"},
		tracker.HandedBack{Partner: "OptIT", Reason: "it left"}, tracker.Reminded{}, tracker.Closed{}, tracker.Watched{}, tracker.Unwatched{}, tracker.Linked{},
	}
	c := desk(t)
	for _, change := range changes {
		for _, as := range []tracker.Role{tracker.RoleRequester, tracker.RolePartner, tracker.RoleManager, tracker.RoleDevOps, tracker.RoleStakeholder, tracker.RoleApprover} {
			for _, kind := range []tracker.NoticeKind{tracker.KindStatus, tracker.KindApprovalResult, tracker.KindHandBack} {
				s := sampler{noon}.status("x", as, tracker.StatusApproval, change)
				s.Notice.Kind = kind
				_, p := compose(t, c, s.Notice, s.Ticket)
				assert.NotRegexp(t, `<nil>|<no value>|%!|\{\{|0001|  \.|: \.|: $`, p.text, "%s as %s: %s", kind, as, reflect.TypeOf(change))
			}
		}
	}
}

func TestHandBacks(t *testing.T) {
	s := sample(t, "hand-back")
	_, p := compose(t, desk(t), s.Notice, s.Ticket)
	assert.Contains(t, p.text, "Please find a new owner: OptIT no longer has it")
	assert.Len(t, links(t, p.html), 2)

	s = sample(t, "hand-back-partner")
	_, p = compose(t, desk(t), s.Notice, s.Ticket)
	assert.Contains(t, p.text, "You no longer have REQ-42")
	assert.Empty(t, links(t, p.html), "nothing is wanted")
	assert.NotContains(t, p.text, "Meera", "the request is its business no more")
}
