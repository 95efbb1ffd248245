package desk_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
	"envdesk/tracker/desk"
)

func TestExplainDoesNothing(t *testing.T) {
	r := newRig(t)
	r.receive(mail("ravi@egov.test", "a@egov.test", "[Punjab] x", "please"))
	ex, err := r.Explain(t.Context(), strings.NewReader(mail("ravi@egov.test", "b@egov.test", "Re: x", "/cancel", "References: <a@egov.test>")))
	require.NoError(t, err)
	assert.Equal(t, "REQ-1", ex.Ticket.Key)
	assert.Equal(t, "answers a stored mail of REQ-1", ex.Decision.Evidence)
	assert.True(t, ex.Decision.Results[0].Done)
	assert.Equal(t, tracker.StatusAssigned, r.ticket("REQ-1").Status)
}

func TestExplainNamesANewTicketAsItWouldBe(t *testing.T) {
	r := newRig(t)
	r.receive(mail("ravi@egov.test", "a@egov.test", "[Punjab] x", "please"))
	for range 2 {
		ex, err := r.Explain(t.Context(), strings.NewReader(mail("asha@egov.test", "b@egov.test", "Re: x", "/split another", "References: <a@egov.test>")))
		require.NoError(t, err)
		assert.Equal(t, "opened REQ-2", ex.Decision.Results[0].Why)
		assert.Contains(t, ex.Decision.Changes, tracker.Linked{Key: "REQ-2", Why: "split off"})
	}
}

func TestVerifyFindsNothingWrong(t *testing.T) {
	r := newRig(t)
	r.receive(
		mail("ravi@egov.test", "a@egov.test", "[Punjab] x", "please"),
		mail("asha@egov.test", "b@egov.test", "Re: x", "/done", "References: <a@egov.test>"),
	)
	findings, n, err := desk.Verify(t.Context(), r.store, nil)
	require.NoError(t, err)
	assert.Empty(t, findings)
	assert.Equal(t, 1, n)
	findings, _, err = desk.Verify(t.Context(), tampered{r.store}, nil)
	require.NoError(t, err)
	assert.Equal(t, []string{"REQ-1: the stored Title is not what its 3 events give"}, findings)
}

// tampered shows tickets with another title than their events give.
type tampered struct{ tracker.Store }

func (s tampered) View(ctx context.Context, f func(tracker.View) error) error {
	return s.Store.View(ctx, func(v tracker.View) error { return f(tamperedView{v}) })
}

type tamperedView struct{ tracker.View }

func (v tamperedView) Tickets(ctx context.Context, q tracker.TicketQuery) ([]tracker.Ticket, error) {
	list, err := v.View.Tickets(ctx, q)
	for i := range list {
		list[i].Title = "forged"
	}
	return list, err
}
