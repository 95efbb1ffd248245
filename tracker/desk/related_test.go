package desk_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
	"envdesk/tracker/desk"
)

// sound checks that all tickets are what their events give.
func (r *rig) sound() {
	r.t.Helper()
	findings, _, err := desk.Verify(r.t.Context(), r.store, nil)
	require.NoError(r.t, err)
	assert.Empty(r.t, findings)
}

// lastText is the text of the mail that was put into the outbox last.
func (r *rig) lastText() string {
	r.t.Helper()
	mails, err := r.store.Outbox().List(r.t.Context(), "")
	require.NoError(r.t, err)
	return mails[len(mails)-1].Mail.Text
}

func TestMergedTicketForwardsWhatComesLater(t *testing.T) {
	r := newRig(t)
	r.receive(
		mail("ravi@egov.test", "a@egov.test", "[Punjab] the key", "please"),
		mail("sim@egov.test", "b@egov.test", "[Punjab] the key again", "please"),
		mail("asha@egov.test", "c@egov.test", "Re: the key again", "/merge REQ-1", "In-Reply-To: <b@egov.test>"),
	)
	assert.Equal(t, "REQ-1", r.ticket("REQ-2").MergedInto)
	assert.Equal(t, []string{"sim@egov.test"}, r.ticket("REQ-1").Watchers)
	out := r.receive(mail("sim@egov.test", "d@egov.test", "Re: the key again", "any news?", "In-Reply-To: <b@egov.test>"))
	assert.Equal(t, "REQ-1", out[0].Key)
	assert.Equal(t, 2, r.ticket("REQ-1").Messages)
	assert.Contains(t, r.outbox(), "relay ravi@egov.test")
	dec, err := r.Do(t.Context(), "REQ-2", "/priority P1", "asha@egov.test")
	require.NoError(t, err)
	assert.True(t, dec.Results[0].Done)
	assert.Equal(t, "P1", r.ticket("REQ-1").Priority)
	r.sound()
}

func TestSplitMailIsTheFirstOfTheNewTicket(t *testing.T) {
	r := newRig(t)
	r.receive(
		mail("ravi@egov.test", "a@egov.test", "[Punjab] the key", "please"),
		mail("asha@egov.test", "b@egov.test", "Re: the key", "/split The runners\nThey need tokens.", "In-Reply-To: <a@egov.test>"),
	)
	assert.Equal(t, []string{"REQ-2"}, r.ticket("REQ-1").Links)
	k := r.ticket("REQ-2")
	assert.Equal(t, []string{"The runners", "ravi@egov.test", "OptIT"}, []string{k.Title, k.Requester.Address, k.Partner})
	assert.Equal(t, []string{"receipt ravi@egov.test", "assignment desk@optit.test"}, r.outbox()[2:])
	require.NoError(t, r.store.View(t.Context(), func(v tracker.View) error {
		m, err := v.OpeningMail(t.Context(), 2)
		require.NoError(t, err)
		assert.Equal(t, "b@egov.test", m.MessageID)
		mails, err := v.Mails(t.Context(), 1)
		assert.Len(t, mails, 3, "its own mail, receipt and assignment")
		return err
	}))
	out := r.receive(mail("ravi@egov.test", "c@egov.test", "Re: the key", "thanks for that", "In-Reply-To: <a@egov.test>"))
	assert.Equal(t, "REQ-1", out[0].Key, "the old thread stays the old ticket's")
	_, err := r.Do(t.Context(), "REQ-1", "/split By hand", "asha@egov.test")
	require.NoError(t, err)
	assert.Equal(t, "By hand", r.ticket("REQ-3").Title)
	r.sound()
}

func TestWatcherIsToldOnceWithTheRequest(t *testing.T) {
	r := newRig(t)
	r.receive(
		mail("ravi@egov.test", "a@egov.test", "[Punjab] the key", "please rotate it"),
		mail("ravi@egov.test", "b@egov.test", "Re: the key", "/watch kiran@egov.test", "In-Reply-To: <a@egov.test>"),
	)
	assert.Equal(t, "watching kiran@egov.test", r.outbox()[2])
	assert.Contains(t, r.lastText(), "> please rotate it")
	for _, line := range []string{"/unwatch kiran@egov.test", "/watch kiran@egov.test"} {
		_, err := r.Do(t.Context(), "REQ-1", line, "ravi@egov.test")
		require.NoError(t, err)
	}
	assert.Len(t, r.outbox(), 3)
	r.sound()
}

// A partner's answers hold no internal note and nothing of other partners.
func TestQuestionsToTheDesk(t *testing.T) {
	r := newRig(t)
	r.receive(
		mail("ravi@egov.test", "a@egov.test", "[P1][Punjab] the key", "please"),
		mail("asha@egov.test", "b@egov.test", "Re: the key", "/note the canary overcharges", "In-Reply-To: <a@egov.test>"),
		mail("ravi@egov.test", "c@egov.test", "[AP] the other canary", "please"),
		mail("desk@optit.test", "d@optit.test", "list", "/list all\n/mine\n/show REQ-1\n/list P0"),
	)
	assert.Equal(t, "answer desk@optit.test", r.outbox()[len(r.outbox())-1])
	text := r.lastText()
	assert.Contains(t, text, "REQ-1  the key\n       P1 · Punjab · assigned to OptIT")
	assert.Contains(t, text, "There is none that you may see.")
	assert.NotContains(t, text, "canary")
	assert.NotContains(t, text, "REQ-2")
	r.receive(mail("ravi@egov.test", "e@egov.test", "list", "/mine"))
	assert.Equal(t, 2, strings.Count(r.lastText(), "REQ-"))
}
