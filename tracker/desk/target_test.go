package desk_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
)

// A target by the manager, and questions about the clock, over the whole road.
func TestTargetsAndQuestionsByMail(t *testing.T) {
	r := newTimedRig(t)
	r.at("23 12:00")
	r.receive(
		mail("ravi@egov.test", "a@egov.test", "[P2][Punjab] the key", "please"),
		mail("ravi@egov.test", "b@egov.test", "[P1][Punjab] the runner", "please"),
		mail("asha@egov.test", "c@egov.test", "Re: the key", "/due 30 Nov because the vendor is late", "In-Reply-To: <a@egov.test>"),
	)
	outbox := r.outbox()
	assert.Equal(t, []string{"status ravi@egov.test", "status desk@optit.test"}, outbox[len(outbox)-2:])
	assert.Contains(t, r.lastText(), "the vendor is late")
	dec, err := r.Do(t.Context(), "REQ-1", "/due +1d to be sure", "asha@egov.test")
	require.NoError(t, err)
	assert.Equal(t, "due Mon 30 Nov, 18:00 → Tue 1 Dec, 18:00", dec.Results[0].Why)

	r.at("23 18:00")
	for from, want := range map[string]string{"asha@egov.test": "REQ-2", "desk@optit.test": "REQ-2", "ravi@egov.test": "REQ-2", "sim@egov.test": "There is none that you may see."} {
		r.receive(mail(from, "late-"+from, "question", "/list late"))
		assert.Equal(t, "answer "+from, r.outbox()[len(r.outbox())-1])
		assert.Contains(t, r.lastText(), want, from)
		assert.NotContains(t, r.lastText(), "REQ-1", from)
	}
	dec, err = r.Do(t.Context(), "REQ-1", "/report", "asha@egov.test")
	require.NoError(t, err)
	assert.Equal(t, "all requests: since Mon 16 Nov 2 opened and 0 resolved\n  P1: 1 open, 1 late\n  P2: 1 open\n  REQ-2 · P1 · assigned · late: due Mon 23 Nov, 18:00 · Punjab · OptIT · the runner", dec.Results[0].Why)
	r.sound()
}

func TestRecentTicketsAreCountedFromTheStore(t *testing.T) {
	r := newTimedRig(t)
	r.at("2 12:00")
	r.receive(mail("ravi@egov.test", "a@egov.test", "[P2][Punjab] the key", "please"), mail("ravi@egov.test", "b@egov.test", "[P2][Punjab] the runner", "please"))
	r.do("REQ-1", "/done", "desk@optit.test")
	r.at("20 12:00")
	r.do("REQ-2", "/done", "desk@optit.test")
	require.NoError(t, r.store.View(t.Context(), func(v tracker.View) error {
		recent, err := v.Tickets(t.Context(), tracker.TicketQuery{Since: r.now.Add(-7 * 24 * time.Hour)})
		require.Len(t, recent, 1)
		assert.Equal(t, "REQ-2", recent[0].Key)
		return err
	}))
	dec, err := r.Do(t.Context(), "REQ-1", "/report", "asha@egov.test")
	require.NoError(t, err)
	assert.Equal(t, "all requests: since Fri 13 Nov 0 opened and 1 resolved", dec.Results[0].Why)
}

func TestPlannedWorkAndReportsByMail(t *testing.T) {
	r := newTimedRig(t)
	r.at("23 12:00")
	r.receive(mail("ravi@egov.test", "a@egov.test", "[P4][Punjab] the move", "Please.\n\nNeeded by: 20 December 2026"))
	assert.Equal(t, "2026-12-20", r.ticket("REQ-1").NeededBy)
	r.receive(
		mail("ravi@egov.test", "b@egov.test", "[P3][Punjab] the runner", "please"),
		mail("asha@egov.test", "c@egov.test", "Re: the runner", "/p4", "In-Reply-To: <b@egov.test>"),
	)
	mails, err := r.store.Outbox().List(t.Context(), "")
	require.NoError(t, err)
	told := map[string]string{}
	for _, m := range mails {
		told[m.Mail.To] = m.Mail.Text
	}
	for _, who := range []string{"ravi@egov.test", "asha@egov.test"} {
		assert.Contains(t, told[who], "/needed 2026-12-14", "%s hears of the date at once", who)
	}
	assert.NotContains(t, told["desk@optit.test"], "/needed 2026-12-14")

	r.receive(mail("ravi@egov.test", "d@egov.test", "[P1][Punjab] the key", "please"))
	r.at("24 12:00")
	for from, want := range map[string]string{"asha@egov.test": "REQ-3", "desk@optit.test": "REQ-3", "ravi@egov.test": "REQ-3"} {
		r.receive(mail(from, "report-"+from, "question", "/report"))
		assert.Contains(t, r.lastText(), want, from)
	}
	r.receive(mail("sim@egov.test", "e@egov.test", "question", "/report"))
	assert.NotContains(t, r.lastText(), "REQ-")
	r.sound()
}
