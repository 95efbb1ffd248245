package desk_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
	"envdesk/tracker/intake"
	"envdesk/tracker/sla"
)

// approvalRig is a desk where DevOps approves AccessOps.
func approvalRig(t *testing.T) *rig {
	r := newTimedRig(t)
	r.Rules.Approvals = []intake.Approval{{Type: "AccessOps", Role: tracker.RoleDevOps, Quorum: 1, Within: sla.Span{Days: 1}}}
	r.at("24 10:00")
	return r
}

// last is the last mail to somebody.
func (r *rig) last(to string) (text, raw string) {
	r.t.Helper()
	var last tracker.OutboxMail
	mails, err := r.store.Outbox().List(r.t.Context(), "")
	require.NoError(r.t, err)
	for _, m := range mails {
		if m.Mail.To == to {
			last = m
		}
	}
	require.NotZero(r.t, last.ID, "a mail to "+to)
	claimed, err := r.store.Outbox().Claim(r.t.Context(), r.now.AddDate(1, 0, 0), 1000)
	require.NoError(r.t, err)
	for _, m := range claimed {
		if m.ID == last.ID {
			raw = string(m.Mail.Raw)
		}
	}
	return last.Mail.Text, raw
}

// reply is a mail on the request that the mail a@egov.test opened.
func reply(from, id, text string) string {
	return mail(from, id, "Re: it", text, "In-Reply-To: <a@egov.test>")
}

// Whether the first mail was a note says what was filed, not a line of it.
func TestRefusedNoteLeavesTheRequest(t *testing.T) {
	r := approvalRig(t)
	r.receive(mail("ravi@egov.test", "a@egov.test", "[P2][AccessOps][Punjab] VPN", "/note urgent\nPlease give the two auditors VPN."))
	r.do("REQ-1", "/approve", "ops@egov.test")
	text, _ := r.last("desk@optit.test")
	assert.Contains(t, text, "Please give the two auditors VPN.")

	r = approvalRig(t)
	r.receive(mail("asha@egov.test", "a@egov.test", "[P2][AccessOps][Punjab] VPN", "/note OptIT overcharges us\nreally"))
	r.do("REQ-1", "/approve", "ops@egov.test")
	text, raw := r.last("desk@optit.test")
	assert.Contains(t, text, "VPN")
	assert.NotContains(t, text+raw, "overcharges")
	assert.NotContains(t, text+raw, "really")
}

// A new owner reads what the requester added before, and nobody else's words.
func TestNewOwnerReadsWhatWasAdded(t *testing.T) {
	r := approvalRig(t)
	r.receive(mail("Ravi Kumar <ravi@egov.test>", "a@egov.test", "[P2][AccessOps][Punjab] VPN", "Please give the two auditors VPN."))
	r.at("24 10:30")
	r.receive(
		reply("ravi@egov.test", "b@egov.test", "They are Meera and Arjun."),
		reply("ops@egov.test", "c@egov.test", "From which office do they work?"),
		reply("asha@egov.test", "d@egov.test", "/note keep an eye on this"),
		reply("ravi@egov.test", "e@egov.test", "/needed 20 Dec"),
		reply("eve@evil.test", "f@evil.test", "Add me too."),
	)
	withFile := strings.Replace(reply("ravi@egov.test", "g@egov.test", ""), "\n\n", "\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n"+
		"--x\nContent-Type: text/plain\n\nFrom the office in Mohali.\n--x\nContent-Type: text/csv; name=list.csv\nContent-Disposition: attachment; filename=list.csv\n\nmeera,arjun\n--x--\n", 1)
	r.at("25 11:00")
	r.receive(withFile)
	r.do("REQ-1", "/approve", "ops@egov.test")
	text, raw := r.last("desk@optit.test")
	text = strings.ReplaceAll(text, "\n> ", "\n")
	first := strings.Index(text, "Please give the two auditors VPN.")
	second := strings.Index(text, "Ravi Kumar added on Tue 24 Nov 2026, 10:30 IST:")
	third := strings.Index(text, "Ravi Kumar added on Wed 25 Nov 2026, 11:00 IST:")
	assert.True(t, 0 < first && first < second && second < third, text)
	assert.Contains(t, text, "They are Meera and Arjun.")
	assert.Contains(t, text, "From the office in Mohali.")
	assert.Contains(t, raw, "list.csv")
	assert.Equal(t, 2, strings.Count(text, "added on"))
	for _, other := range []string{"which office", "keep an eye", "Add me too", "/needed"} {
		assert.NotContains(t, text, other)
	}
}

// What was written to one partner is not another one's to read.
func TestNewPartnerReadsNothingOfTheOldThread(t *testing.T) {
	r := approvalRig(t)
	r.receive(mail("ravi@egov.test", "a@egov.test", "[P2] Rotate the key", "Please rotate it."))
	r.at("24 10:30")
	r.receive(reply("ravi@egov.test", "b@egov.test", "The one of Punjab."))
	r.do("REQ-1", "/assign OptIT", "asha@egov.test")
	text, _ := r.last("desk@optit.test")
	assert.Contains(t, text, "The one of Punjab.")
	r.at("24 11:00")
	r.receive(reply("ravi@egov.test", "c@egov.test", "OptIT, your price is fine."))
	r.do("REQ-1", "/decline no time", "desk@optit.test")
	r.at("24 11:30")
	r.receive(reply("ravi@egov.test", "d@egov.test", "Who does it now?"))
	r.do("REQ-1", "/assign GWL", "asha@egov.test")
	text, _ = r.last("desk@gwl.test")
	assert.Contains(t, text, "The one of Punjab.")
	assert.Contains(t, text, "Who does it now?")
	assert.NotContains(t, text, "price")
	assert.NotContains(t, text, "no time")
}

// The mail that is told of stands there once.
func TestWordsOfTheMailItselfStandOnce(t *testing.T) {
	r := approvalRig(t)
	r.receive(mail("ravi@egov.test", "a@egov.test", "[P2][AccessOps][Punjab] VPN", "Please."))
	r.at("24 10:30")
	r.receive(reply("ravi@egov.test", "b@egov.test", "/env AP\nNot Punjab, I meant AP."))
	text, _ := r.last("ops@egov.test")
	assert.Equal(t, 1, strings.Count(text, "Not Punjab, I meant AP."), text)
}

func TestMuchThatWasAddedIsCut(t *testing.T) {
	r := approvalRig(t)
	r.receive(mail("ravi@egov.test", "a@egov.test", "[P2][AccessOps][Punjab] VPN", "Please."))
	for i := range 22 {
		r.now = r.now.Add(1e9)
		r.receive(reply("ravi@egov.test", fmt.Sprintf("b%d@egov.test", i), fmt.Sprintf("And for person %d.", i)))
	}
	r.do("REQ-1", "/approve", "ops@egov.test")
	text, _ := r.last("desk@optit.test")
	assert.Contains(t, text, "And for person 19.")
	assert.NotContains(t, text, "And for person 20.")
	assert.Contains(t, text, "There is more in the history.")

	r = approvalRig(t)
	r.receive(mail("ravi@egov.test", "a@egov.test", "[P2][AccessOps][Punjab] VPN", "Please."), reply("ravi@egov.test", "b@egov.test", strings.Repeat("long words\n", 7000)))
	r.do("REQ-1", "/approve", "ops@egov.test")
	text, _ = r.last("desk@optit.test")
	assert.NotContains(t, text, "long words")
	assert.Contains(t, text, "There is more in the history.")
}
