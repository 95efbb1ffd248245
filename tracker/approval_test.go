package tracker

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// approvalOf folds changes behind an opening by ravi, each by the next actor.
func approvalOf(t *testing.T, by string, changes ...Change) (Ticket, error) {
	t.Helper()
	opened := Opened{Key: "REQ-1", Title: "VPN", Requester: Address{Address: "ravi@egov.test"}, Type: "AccessOps", Environment: "Punjab", Priority: "P2"}
	ticket, _, err := Record(Ticket{}, Event{Ticket: 1, At: noon}, []Change{opened})
	require.NoError(t, err)
	for i, c := range changes {
		e := Event{Ticket: 1, At: noon.Add(time.Duration(i+1) * time.Hour), By: Actor{Address: by, Role: RoleDevOps}}
		if ticket, _, err = Record(ticket, e, []Change{c}); err != nil {
			return ticket, err
		}
	}
	return ticket, nil
}

var noon = time.Date(2026, 11, 23, 6, 30, 0, 0, time.UTC)

const access = "type AccessOps"

func asked(round, quorum int) ApprovalAsked {
	return ApprovalAsked{Need: access, Round: round, Approvers: []string{"ops@egov.test", "kiran@egov.test"}, Quorum: quorum, Due: noon.AddDate(0, 0, 1)}
}

func TestApprovalStates(t *testing.T) {
	tests := map[string]struct {
		changes []Change
		status  Status
		state   ApprovalState
		granted []string
	}{
		"asked":                        {[]Change{asked(1, 1)}, StatusApproval, ApprovalPending, nil},
		"approved":                     {[]Change{asked(1, 1), Approved{Need: access, Round: 1}}, StatusNew, ApprovalGiven, []string{access}},
		"approved by one of two":       {[]Change{asked(1, 2), Approved{Need: access, Round: 1}}, StatusApproval, ApprovalPending, nil},
		"rejected":                     {[]Change{asked(1, 2), Rejected{Need: access, Round: 1}}, StatusRejected, ApprovalRejected, nil},
		"taken back":                   {[]Change{asked(1, 1), ApprovalVoided{Need: access, Round: 1}}, StatusNew, "", nil},
		"asked of a partner's":         {[]Change{Assigned{Partner: "OptIT"}, asked(1, 1), Approved{Need: access, Round: 1}}, StatusAssigned, ApprovalGiven, []string{access}},
		"asked of one in work":         {[]Change{Assigned{Partner: "OptIT"}, PickedUp{}, asked(1, 1), Approved{Need: access, Round: 1}}, StatusWorking, ApprovalGiven, []string{access}},
		"cancelled meanwhile":          {[]Change{asked(1, 1), Cancelled{}}, StatusCancelled, "", nil},
		"merged meanwhile":             {[]Change{asked(1, 1), Merged{Into: "REQ-2"}}, StatusMerged, "", nil},
		"reopened behind a rejection":  {[]Change{asked(1, 1), Rejected{Need: access, Round: 1}, Reopened{}}, StatusNew, "", nil},
		"handed back meanwhile":        {[]Change{Assigned{Partner: "OptIT"}, asked(1, 1), HandedBack{Partner: "OptIT"}}, StatusApproval, ApprovalPending, nil},
		"another priority keeps it":    {[]Change{asked(1, 1), Approved{Need: access, Round: 1}, Classified{FieldPriority, "P2", "P1"}}, StatusNew, ApprovalGiven, []string{access}},
		"another environment does not": {[]Change{asked(1, 1), Approved{Need: access, Round: 1}, Classified{FieldEnvironment, "Punjab", "AP"}}, StatusNew, ApprovalGiven, nil},
		"nor does another type":        {[]Change{asked(1, 1), Approved{Need: access, Round: 1}, Classified{FieldType, "AccessOps", "GitOps"}}, StatusNew, ApprovalGiven, nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			ticket, err := approvalOf(t, "ops@egov.test", tt.changes...)
			require.NoError(t, err)
			assert.Equal(t, tt.status, ticket.Status)
			assert.Equal(t, tt.state, ticket.Approval.State)
			assert.Equal(t, tt.granted, ticket.Approval.Granted)
			assert.Equal(t, tt.status.Ended(), !ticket.ClosedAt.IsZero())
		})
	}
}

func TestApprovalRounds(t *testing.T) {
	for name, changes := range map[string][]Change{
		"a round is left out":       {asked(2, 1)},
		"a round comes again":       {asked(1, 1), ApprovalVoided{Need: access, Round: 1}, asked(1, 1)},
		"an earlier round":          {asked(1, 1), ApprovalVoided{Need: access, Round: 1}, asked(2, 1), Approved{Need: access, Round: 1}},
		"nothing was asked":         {Approved{Need: access, Round: 1}},
		"decided already":           {asked(1, 1), Approved{Need: access, Round: 1}, Approved{Need: access, Round: 1}},
		"of something else":         {asked(1, 1), Rejected{Need: "environment AP", Round: 1}},
		"taken back, but not asked": {ApprovalVoided{Need: access, Round: 1}},
	} {
		_, err := approvalOf(t, "ops@egov.test", changes...)
		assert.Error(t, err, name)
	}
	extended := asked(1, 2)
	extended.Extended = true
	ticket, err := approvalOf(t, "ops@egov.test", asked(1, 2), Approved{Need: access, Round: 1}, extended)
	require.NoError(t, err)
	assert.True(t, ticket.Approval.Extended)
	assert.Equal(t, []string{"ops@egov.test"}, ticket.Approval.Given, "what was given stays")
	assert.Equal(t, 1, ticket.Approval.Missing())
}

// What was given counts as long as who gave it is asked, and once for a person.
func TestWhoseApprovalCounts(t *testing.T) {
	anew := asked(1, 2)
	anew.Approvers, anew.Barred = []string{"kiran@egov.test", "asha@egov.test"}, []string{"dev@egov.test"}
	ticket, err := approvalOf(t, "ops@egov.test", asked(1, 2), Approved{Need: access, Round: 1}, anew)
	require.NoError(t, err)
	assert.Empty(t, ticket.Approval.Given)
	assert.Equal(t, []string{"dev@egov.test"}, ticket.Approval.Barred)
	assert.False(t, ticket.Approval.Extended, "looked at anew is not extended")
	other := ticket
	other.Approval.Barred = nil
	assert.Equal(t, "Approval", Differ(ticket, other))

	ticket, err = approvalOf(t, "Ops+phone@egov.test", asked(1, 2), Approved{Need: access, Round: 1}, Approved{Need: access, Round: 1})
	require.NoError(t, err)
	assert.Equal(t, 1, ticket.Approval.Missing())
	assert.True(t, ticket.Approval.Asked("ops+pager@egov.test"))
	assert.True(t, ticket.Approval.Decided("ops@egov.test"))
	assert.False(t, ticket.Approval.Asked("op@egov.test"))
}

func TestSamePerson(t *testing.T) {
	for pair, same := range map[[2]string]bool{
		{"ops@a.test", "OPS@A.test"}: true, {"ops@a.test", "ops+x@a.test"}: true, {"ops+y@a.test", "ops+x+z@a.test"}: true,
		{"ops@a.test", "ops@b.test"}: false, {"ops@a.test", "ops@a+x.test"}: false, {"", ""}: false, {"+x@a.test", "@a.test"}: true,
	} {
		assert.Equal(t, same, SamePerson(pair[0], pair[1]), pair)
	}
}

func TestNamedPartnerHasItsTurnOnce(t *testing.T) {
	named := asked(1, 1)
	named.Partner = "GWL"
	ticket, err := approvalOf(t, "ops@egov.test", named, ApprovalVoided{Need: access, Round: 1}, asked(2, 1))
	require.NoError(t, err)
	assert.Equal(t, "GWL", ticket.Approval.Partner, "through all rounds")
	ticket, err = approvalOf(t, "ops@egov.test", named, Approved{Need: access, Round: 1}, Assigned{Partner: "GWL"})
	require.NoError(t, err)
	assert.Empty(t, ticket.Approval.Partner)
}

// An approval that comes in between does not clear the way of a blocked ticket.
func TestABlockedTicketIsBlockedBehindItsApproval(t *testing.T) {
	blocked := []Change{
		Opened{Key: "REQ-1", Priority: "P2"}, Assigned{Partner: "OptIT"}, PickedUp{}, StatusChanged{From: StatusWorking, To: StatusBlocked},
		ApprovalAsked{Need: "type AccessOps", Round: 1, Approvers: []string{"ops@egov.test"}, Quorum: 1},
	}
	for want, change := range map[Status]Change{
		StatusBlocked:  Approved{Need: "type AccessOps", Round: 1},
		StatusRejected: Rejected{Need: "type AccessOps", Round: 1},
	} {
		k, _, err := Record(Ticket{}, Event{Ticket: 1, By: Actor{Address: "ops@egov.test"}}, append(blocked[:len(blocked):len(blocked)], change))
		require.NoError(t, err)
		assert.Equal(t, want, k.Status)
	}
	k, _, err := Record(Ticket{}, Event{Ticket: 1, By: Actor{Address: "ops@egov.test"}}, append(blocked[:len(blocked):len(blocked)], ApprovalVoided{Need: "type AccessOps", Round: 1}))
	require.NoError(t, err)
	assert.Equal(t, StatusBlocked, k.Status)
}
