package intake

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"envdesk/tracker"
)

func TestWhoseDecisionCounts(t *testing.T) {
	const ops, kiran = "ops@egov.test", "kiran@egov.test"
	fresh := []string{"approval " + ops}
	tests := map[string]struct {
		from  string
		code  func(w *world) string
		dmarc tracker.Verdict
		text  string
		done  bool
		why   string
		told  []string
		alert string
	}{
		"code and pass":        {from: ops, done: true},
		"another case":         {from: "OPS@eGov.test", done: true},
		"no code":              {from: ops, code: func(*world) string { return "" }, why: "carries no code", told: fresh},
		"a reply token":        {from: ops, code: func(w *world) string { return w.rules.Signer.Token(tracker.PurposeReply, "REQ-1", ops, noon) }, why: "carries no code", told: fresh},
		"expired":              {from: ops, code: func(w *world) string { return w.code(1, ops, noon.AddDate(0, 0, -5)) }, why: "had expired", told: fresh},
		"a round to come":      {from: ops, code: func(w *world) string { return w.code(2, ops, noon) }, why: "carries no code", told: fresh},
		"a colleague's code":   {from: ops, code: func(w *world) string { return w.code(1, kiran, noon) }, why: "carries no code", told: fresh},
		"of another ticket":    {from: ops, code: func(w *world) string { return w.rules.Signer.Token(tracker.PurposeApproval(1), "REQ-2", ops, noon) }, why: "carries no code", told: fresh},
		"not proved":           {from: ops, dmarc: tracker.None, why: "does not prove", told: []string{"transcript " + ops}, alert: "forgery: a mail in the name of ops@egov.test commands /approve and does not prove"},
		"fails":                {from: ops, dmarc: tracker.Fail, alert: "forgery: a mail in the name of ops@egov.test fails its proof (DMARC); it was kept as a note and changed nothing; it commands /approve"},
		"not proved, no token": {from: ops, dmarc: tracker.None, code: func(*world) string { return "" }, alert: "forgery: a mail in the name of ops@egov.test does not prove that it comes from there (dmarc=none); it was kept as a note and changed nothing; it commands /approve"},
		"forwarded":            {from: "deepak@egov.test", alert: "unverified: a mail of deepak@egov.test was kept as a note: its sender is not proved, or takes no part in the ticket; it commands /approve"},
		"the manager":          {from: "asha@egov.test", why: "only who was asked", told: []string{"transcript asha@egov.test"}},
		"the requester":        {from: "ravi@egov.test", why: "you asked for it yourself", told: []string{"transcript ravi@egov.test"}},
		"both":                 {from: ops, text: "/approve\n/reject", why: "both /approve and /reject", told: []string{"transcript " + ops}},
		"in a sentence":        {from: ops, text: "I do not /approve", told: fresh},
		"in prose":             {from: ops, text: "do not approve", told: fresh},
		"in a question":        {from: ops, text: "Why should I approve?", told: []string{"relay ravi@egov.test"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			w := approvalWorld(t)
			w.needed()
			code := w.code(1, ops, noon)
			if tt.code != nil {
				code = tt.code(w)
			}
			m := mailTo{from: tt.from, dmarc: tt.dmarc, text: tt.text, answers: "m1@test"}
			if m.text == "" {
				m.text = "/approve"
			}
			if code != "" {
				m.to = tracker.ReplyAddress(w.rules.Desk.Address, "REQ-1", code)
			}
			d := w.mail(m)
			assert.Equal(t, tt.done, w.status(1) == tracker.StatusAssigned)
			assert.Equal(t, !tt.done, w.tickets[1].Approval.State == tracker.ApprovalPending)
			assert.Contains(t, why(d), tt.why)
			assert.Contains(t, alerts(d), tt.alert)
			assert.Equal(t, tt.alert == "", len(d.Alerts) == 0, alerts(d))
			if !tt.done {
				assert.Equal(t, tt.told, told(d))
			}
			if len(tt.told) == 1 && tt.told[0] == fresh[0] {
				assert.Contains(t, whys(noticeTo(t, d, ops)), tt.why)
				assert.Equal(t, tt.why == "", strings.Contains(noticeTo(t, d, ops).Data.Reason, "which decides nothing"))
				w.decide(noticeTo(t, d, ops), "/approve")
				assert.Equal(t, tracker.StatusAssigned, w.status(1), "the new mail decides")
			}
		})
	}
}

func TestWordsBesideADecision(t *testing.T) {
	for text, want := range map[string][2]string{
		"/approve":                                    {"", ""},
		"/approve for a month":                        {"for a month", ""},
		"/approve\nfor a month":                       {"for a month", ""},
		"/approve for a month\nAsk me again then.":    {"for a month", "Ask me again then."},
		"/approve\n" + strings.Repeat("a", 501):       {strings.Repeat("a", 500) + "…", strings.Repeat("a", 501)},
		"/approve\nFor a month.\n\nOr so.\n\nRegards": {"For a month.\n\nOr so.\n\nRegards", ""},
		"Hello,\n/approve for a month\n\nOps":         {"for a month", ""},
		"/approve\n\nThanks,\nOps Team":               {"", ""},
		"Hello,\n/approve\nOps":                       {"", ""},
		"/approve for a month\nAsk Ravi":              {"for a month", "Ask Ravi"},
	} {
		w := approvalWorld(t)
		d := w.decide(noticeTo(t, w.needed(), "ops@egov.test"), text)
		result := noticeTo(t, d, "ravi@egov.test").Data
		assert.Equal(t, want, [2]string{reasonOf(result.Changes[0]), result.Text}, text)
		partner := noticeTo(t, d, "desk@optit.test").Data
		assert.Empty(t, partner.Text+reasonOf(append(partner.Changes, nil)[0]), text)
	}
}

// A word that decides nothing does not go to the requester as if it did.
func TestHalfSaidDecision(t *testing.T) {
	for text, word := range map[string]string{
		"approve": "approve", "Approved.": "approved", "Hi Desk,\nYes, approved\n\nKind regards,\nOps": "yes", "OK!": "ok", "reject": "reject",
		"No, not like this": "no", "Yes, for a month": "yes", "rejected, since it is too wide": "rejected",
		"Is that ok for the auditors?": "", "Which systems do they need": "", "noble and yeshiva": "",
		"I can approve read access only: please name the systems and the people first": "",
	} {
		w := approvalWorld(t)
		ask := noticeTo(t, w.needed(), "ops@egov.test")
		d := w.decide(ask, text)
		assert.Equal(t, tracker.StatusApproval, w.status(1), text)
		if word == "" {
			assert.Equal(t, []string{"relay ravi@egov.test"}, told(d), text)
			continue
		}
		assert.Equal(t, []string{"approval ops@egov.test"}, told(d), text)
		assert.Equal(t, "Your mail says “"+word+"”, which decides nothing: the line must be /approve or /reject alone. It needs the approval of DevOps (type AccessOps)",
			d.Notices[0].Data.Reason, text)
		assert.Empty(t, d.Notices[0].Data.Text, text)
		assert.Equal(t, tracker.Internal, d.Changes[0].(tracker.Replied).Visibility, "the words are kept inside")
		w.decide(noticeTo(t, d, "ops@egov.test"), "/approve")
		assert.Equal(t, tracker.StatusAssigned, w.status(1), text)
	}
	w := approvalWorld(t)
	w.needed()
	d := w.mail(mailTo{from: "ops@egov.test", answers: "m1@test", text: "ok, will do"})
	assert.Equal(t, []string{"relay ravi@egov.test"}, told(d), "no answer to the question")
	w = approvalWorld(t)
	d = w.mail(mailTo{from: "ops@egov.test", to: w.replyTo(noticeTo(t, w.needed(), "ops@egov.test")), text: "ok", attachments: []tracker.Attachment{{Name: "form.pdf"}}})
	assert.Equal(t, []string{"relay ravi@egov.test"}, told(d), "a file is more than a word")
	w = approvalWorld(t)
	d = w.mail(mailTo{from: "ops@egov.test", to: w.replyTo(noticeTo(t, w.needed(), "ops@egov.test")), text: "approved", auto: tracker.AutoReply})
	assert.Empty(t, told(d), "a machine is not answered")
}

func TestWordsOfOthersThanADecision(t *testing.T) {
	file := []tracker.Attachment{{Name: "prices.xlsx"}}
	w := approvalWorld(t, Approval{Type: "AccessOps", Role: tracker.RoleManager, Quorum: 1})
	ask := noticeTo(t, w.needed(), "asha@egov.test")
	d := w.mail(mailTo{from: "asha@egov.test", to: w.replyTo(ask), text: "/approve\n/note OptIT is expensive\nby far", attachments: file})
	assert.Equal(t, tracker.StatusAssigned, w.status(1))
	for _, n := range d.Notices {
		if n.To.Is("ops@egov.test") || n.To.Is("kiran@egov.test") {
			continue
		}
		assert.Empty(t, n.Data.Text+reasonOf(append(n.Data.Changes, nil)[0]), "a note stays inside")
		assert.Empty(t, n.Data.Attachments)
	}

	w = approvalWorld(t, Approval{Type: "AccessOps", Role: tracker.RoleManager, Quorum: 1})
	ask = noticeTo(t, w.needed(), "asha@egov.test")
	d = w.mail(mailTo{from: "asha@egov.test", to: w.replyTo(ask), text: "/approve\n/assign GWL\nplease hurry"})
	assert.Equal(t, []string{"approval-result ravi@egov.test", "assignment desk@gwl.test"}, told(d))
	assert.Empty(t, noticeTo(t, d, "desk@gwl.test").Data.Text, "no words beside a decision reach a partner")
	assert.Equal(t, tracker.Internal, d.Changes[len(d.Changes)-1].(tracker.Replied).Visibility, "they are filed")
	assert.Empty(t, reasonOf(noticeTo(t, d, "ravi@egov.test").Data.Changes[0]))

	w = approvalWorld(t)
	ask = noticeTo(t, w.needed(), "ops@egov.test")
	w.rules.Approvals[0] = Approval{Type: "AccessOps", Address: "ops@egov.test", Quorum: 1}
	w.rules.Directory.People = w.rules.Directory.People[:1]
	d = w.mail(mailTo{from: "ops@egov.test", to: w.replyTo(ask), text: "/assign GWL\n/approve\nfor a month"})
	assert.Equal(t, []string{"approval-result asha@egov.test", "approval-result ravi@egov.test", "assignment desk@optit.test", "transcript ops@egov.test"}, told(d))
	assert.Empty(t, noticeTo(t, d, "desk@optit.test").Data.Text, "a refused /assign gives nobody the words")
	assert.Equal(t, "for a month", reasonOf(noticeTo(t, d, "ravi@egov.test").Data.Changes[0]))
}

func TestForgedCommandsReachTheManager(t *testing.T) {
	tests := map[string]struct {
		from  string
		dmarc tracker.Verdict
		token bool
		text  string
		alert string
	}{
		"manager, a token is not enough": {"asha@egov.test", tracker.None, true, "/cancel", "forgery: a mail in the name of asha@egov.test commands /cancel and does not prove that it comes from there (dmarc=none, reply token); that was refused"},
		"manager, a note":                {"asha@egov.test", tracker.None, false, "/cancel", "forgery: a mail in the name of asha@egov.test does not prove that it comes from there (dmarc=none); it was kept as a note and changed nothing; it commands /cancel"},
		"partner, a note":                {"desk@optit.test", tracker.None, false, "/done\n/done", "forgery: a mail in the name of desk@optit.test does not prove that it comes from there (dmarc=none); it was kept as a note and changed nothing; it commands /done"},
		"another partner":                {"desk@gwl.test", tracker.Pass, false, "/done", "unverified: a mail of desk@gwl.test was kept as a note: its sender is not proved, or takes no part in the ticket; it commands /done"},
		"words alone":                    {"asha@egov.test", tracker.None, false, "hello", "unverified: a mail of asha@egov.test was kept as a note: its sender is not proved, or takes no part in the ticket"},
		"dmarc fails":                    {"ravi@egov.test", tracker.Fail, false, "/cancel", "forgery: a mail in the name of ravi@egov.test fails its proof (DMARC); it was kept as a note and changed nothing; it commands /cancel"},
		"requester":                      {"ravi@egov.test", tracker.None, false, "/cancel", ""},
		"no right, but proved":           {"ops@egov.test", tracker.Pass, false, "/cancel", ""},
		"questions are none":             {"asha@egov.test", tracker.None, false, "/help", "unverified: a mail of asha@egov.test was kept as a note: its sender is not proved, or takes no part in the ticket"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.open()
			m := mailTo{from: tt.from, dmarc: tt.dmarc, text: tt.text, answers: "m1@test"}
			if tt.token {
				m.to = tracker.ReplyAddress(w.rules.Desk.Address, "REQ-1", w.rules.Signer.Token(tracker.PurposeReply, "REQ-1", tt.from, noon))
			}
			d := w.mail(m)
			assert.Equal(t, tt.alert, alerts(d))
			assert.Equal(t, tracker.StatusAssigned, w.status(1))
		})
	}
	w := newWorld(t)
	d := w.mail(mailTo{from: "asha@egov.test", subject: "[Punjab] x", text: "/assign GWL", dmarc: tracker.None})
	assert.Contains(t, alerts(d), "forgery: a mail in the name of asha@egov.test commands /assign", "a first mail too")
	d = w.mail(mailTo{from: "asha@egov.test", subject: "[Punjab] y", text: "/assign GWL", dmarc: tracker.Fail})
	assert.Contains(t, alerts(d), "fails its proof (DMARC); it commands /assign")
}
