package intake

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
)

// A receipt quotes the lines of the mail as they are written.
func TestReceiptsQuoteTheLineAsWritten(t *testing.T) {
	w := newWorld(t)
	d := w.mail(mailTo{from: "ravi@egov.test", subject: "[P4][Punjab] Servers", text: "Hello,\n\n*Needed by: 1 December 2026*\n/type GitOps\n\nThree, please."})
	sources := map[tracker.Field]string{}
	for _, u := range noticeTo(t, d, "ravi@egov.test").Data.Understood {
		sources[u.Field] = u.Source
	}
	assert.Equal(t, "Needed by: 1 December 2026", sources[tracker.FieldNeededBy])
	assert.Equal(t, "/type GitOps", sources[tracker.FieldType])

	long := "/type GitOps " // a line far longer than its command
	for range 30 {
		long += " "
	}
	assert.Equal(t, "/type GitOps", asWritten(tracker.Command{Line: 1, Verb: "type", Value: "GitOps"}, []string{long}))
	assert.Equal(t, "/type GitOps", asWritten(tracker.Command{Verb: "type", Value: "GitOps"}, []string{"a tag of the subject"}))
	assert.Equal(t, "/type GitOps", asWritten(tracker.Command{Line: 9, Verb: "type", Value: "GitOps"}, []string{"one line"}))
}

// Who lacks a right hears who has it, and what to do instead.
func TestRefusalsSayWhatHelps(t *testing.T) {
	for _, c := range []struct{ from, line, want string }{
		{"ravi@egov.test", "/ack", "only the assigned partner, DevOps or the programme manager may use /ack; write in plain words what you need, and who has the request reads it"},
		{"desk@optit.test", "/assign GWL", "only the programme manager or DevOps may use /assign; /note and your words reach the programme manager and DevOps"},
		{"desk@optit.test", "/cancel no", "only the requester or the programme manager may use /cancel; /note and your words reach the programme manager and DevOps"},
		{"asha@egov.test", "/decline no", "only the assigned partner may use /decline; write to them in plain words by a reply"},
		{"ravi@egov.test", "/close", "/close does not fit: REQ-1 is assigned, and it is for requests that are resolved; /cancel withdraws one that is open"},
		{"desk@optit.test", "/unassign x", "only the programme manager or DevOps may use /unassign; /note and your words reach the programme manager and DevOps"},
	} {
		w := newWorld(t)
		w.open()
		d := w.mail(mailTo{from: c.from, answers: "m1@test", text: c.line})
		require.Len(t, d.Results, 1, c.line)
		assert.Equal(t, c.want, d.Results[0].Why, "%s: %s", c.from, c.line)
	}
}

// On the desk's own side who is asked for an approval is named to somebody who is
// not; nobody else hears that.
func TestWhoIsAskedIsNamedToTheInside(t *testing.T) {
	w := approvalWorld(t)
	w.needed()
	d := w.mail(mailTo{from: "asha@egov.test", answers: "m1@test", text: "/approve"})
	assert.Contains(t, d.Results[0].Why, "can decide: it waits for Ops")
	d = w.mail(mailTo{from: "ravi@egov.test", answers: "m1@test", text: "/approve"})
	assert.NotContains(t, d.Results[0].Why, "Ops")
}

// Who may see all tickets is not told of others.
func TestNoSuchTicketForWhoSeesAll(t *testing.T) {
	w := newWorld(t)
	w.open()
	for from, want := range map[string]string{"asha@egov.test": "there is no ticket REQ-9", "ops@egov.test": "there is no ticket REQ-9", "ravi@egov.test": "there is no ticket REQ-9 that you may see"} {
		d := w.mail(mailTo{from: from, text: "/show REQ-9"})
		require.Len(t, d.Results, 1)
		assert.Equal(t, want, d.Results[0].Why, from)
	}
}
