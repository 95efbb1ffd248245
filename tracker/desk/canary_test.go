package desk_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
	"envdesk/tracker/intake"
)

// readersOf finds, in the bytes of all mails that the desk sent, who was told of a
// word.
func (r *rig) readersOf(word string) (readers []string) {
	r.t.Helper()
	mails, err := r.store.Outbox().Claim(r.t.Context(), r.now.AddDate(1, 0, 0), 10_000)
	require.NoError(r.t, err)
	_, _, err = r.store.Outbox().Recover(r.t.Context())
	require.NoError(r.t, err)
	for _, m := range mails {
		raw := bytes.ReplaceAll(m.Mail.Raw, []byte("=\r\n"), nil) // soft line breaks (RFC 2045 §6.7)
		if bytes.Contains(raw, []byte(word)) && !strings.Contains(strings.Join(readers, " "), m.Mail.To) {
			readers = append(readers, m.Mail.To)
		}
	}
	return readers
}

// What is said inside stands in no byte of a mail to a requester, a watcher or a
// partner, whatever happens to the ticket afterwards.
func TestNoByteOfWhatIsSaidInsideGoesOut(t *testing.T) {
	r := newTimedRig(t)
	r.Rules.Approvals = []intake.Approval{{Type: "AccessOps", Role: tracker.RoleDevOps, Quorum: 1}}
	r.at("23 12:00")
	answer := func(from, id, text string) string {
		return mail(from, id, "Re: VPN for the auditors", text, "In-Reply-To: <a@egov.test>")
	}
	r.receive(
		mail("ravi@egov.test", "a@egov.test", "[P2][AccessOps][Punjab] VPN for the auditors", "Please, publicword."),
		answer("asha@egov.test", "b@egov.test", "/note insidenote"),
		answer("asha@egov.test", "c@egov.test", "/ntoe\ninsidemisspelt"),
		answer("ops@egov.test", "d@egov.test", "/assign Nobody\ninsiderefused"),
		answer("eve@evil.test", "e@evil.test", "insidestranger"),
	)
	decision := r.lastTo("ops@egov.test", tracker.KindApproval)
	r.receive(mail("ops@egov.test", "f@egov.test", "Re: VPN for the auditors", "/approve insideapproval", "In-Reply-To: <"+decision.MessageID+">"))
	require.Equal(t, tracker.StatusAssigned, r.ticket("REQ-1").Status)
	r.do("REQ-1", "/watch lee@egov.test", "asha@egov.test")
	r.receive(answer("desk@optit.test", "g@optit.test", "/decline insidedecline"))
	r.do("REQ-1", "/assign GWL", "asha@egov.test")
	r.receive(answer("desk@gwl.test", "h@gwl.test", "/ack\n/eta Friday"), answer("desk@gwl.test", "i@gwl.test", "/done it is there"))
	r.do("REQ-1", "/reopen", "asha@egov.test")

	for word, want := range map[string][]string{
		"publicword":     {"ops@egov.test", "desk@optit.test", "lee@egov.test", "desk@gwl.test"}, // it is found where it belongs
		"insidenote":     {"ops@egov.test"},
		"insidemisspelt": {"asha@egov.test"},
		"insiderefused":  {"ops@egov.test"},
		"insidestranger": nil,
		"insideapproval": {"ravi@egov.test", "asha@egov.test"},
		"insidedecline":  {"asha@egov.test"},
	} {
		assert.ElementsMatch(t, want, r.readersOf(word), word)
	}
}

// lastTo is the last mail of a kind to somebody.
func (r *rig) lastTo(to string, kind tracker.NoticeKind) (found tracker.Mail) {
	r.t.Helper()
	list, err := r.store.Outbox().List(r.t.Context(), "")
	require.NoError(r.t, err)
	for _, m := range list {
		if m.Kind == kind && m.Mail.To == to {
			found = m.Mail
		}
	}
	require.NotEmpty(r.t, found.MessageID)
	return found
}
