package intake

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
)

func TestListSubjects(t *testing.T) {
	end := tracker.Subscription{List: tracker.ListWeekly, Ended: true}
	for subject, want := range map[string]*tracker.Subscription{
		"unsubscribe weekly":                  &end,
		"Unsubscribe Weekly":                  &end,
		" \t UNSUBSCRIBE \u00a0 weekly ":      &end,
		"Re: unsubscribe weekly":              &end,
		"AW: Re[2]: RE : unsubscribe weekly":  &end,
		"Antw: SV: unsubscribe weekly":        &end,
		"unsubscribe daily":                   {List: tracker.ListDaily, Ended: true},
		"subscribe weekly":                    {List: tracker.ListWeekly},
		"Re: Subscribe DAILY":                 {List: tracker.ListDaily},
		"unsubscribe":                         nil,
		"unsubscribe monthly":                 nil,
		"unsubscribeweekly":                   nil,
		"resubscribe weekly":                  nil,
		"please unsubscribe weekly":           nil,
		"unsubscribe weekly please":           nil,
		"unsubscribe daily.":                  {List: tracker.ListDaily, Ended: true},
		"回复：unsubscribe weekly":               &end,
		"回复: unsubscribe weekly":              &end,
		"Antwort: unsubscribe weekly":         &end,
		"R: unsubscribe weekly":               &end,
		"Ref: unsubscribe weekly":             &end,
		"Trả lời: unsubscribe weekly":         &end,
		"[EXTERNAL] unsubscribe weekly":       &end,
		"Re: [Desk] unsubscribe weekly":       &end,
		"【EXT】AW: [Desk] unsubscribe weekly.": &end,
		"[] unsubscribe weekly":               &end,
		"unsubscribe weekly..":                nil,
		"unsubscribe weekly [EXTERNAL]":       nil,
		"[EXTERNAL unsubscribe weekly":        nil,
		"[EXTERNAL] Fwd: unsubscribe weekly":  nil,
		"转发: unsubscribe weekly":              nil,
		"TR: unsubscribe weekly":              nil,
		"Chuyển tiếp: unsubscribe weekly":     nil,
		"Ticket: unsubscribe weekly":          nil,
		"[P1] unsubscribe weekly":             nil,
		"Fwd: unsubscribe weekly":             nil,
		"Re: WG: unsubscribe weekly":          nil,
		"Re: [REQ-1] unsubscribe weekly":      nil,
		"You get no more weekly reports":      nil,
		"Automatic reply: unsubscribe weekly": nil,
		"":                                    nil,
	} {
		got, ok := Input{Message: tracker.Message{Subject: subject}}.listWish()
		if want == nil {
			assert.False(t, ok, "%q", subject)
			continue
		}
		assert.True(t, ok, "%q", subject)
		assert.Equal(t, *want, got, "%q", subject)
		assert.NotEmpty(t, got.Subject())
	}
}

// The subject that a subscription names is one that is understood.
func TestListSubjectsOfTheDesk(t *testing.T) {
	for _, l := range []tracker.List{tracker.ListWeekly, tracker.ListDaily} {
		for _, ended := range []bool{true, false} {
			want := tracker.Subscription{List: l, Ended: ended}
			got, ok := Input{Message: tracker.Message{Subject: want.Subject()}}.listWish()
			assert.True(t, ok)
			assert.Equal(t, want, got)
		}
	}
}

// board is on the list of the weekly report, desk@optit.test on both; lee ended it.
func subscriptionsOf(address string) []tracker.Subscription {
	weekly := tracker.Subscription{List: tracker.ListWeekly, Address: address, Ended: address == "lee@corp.test"}
	switch address {
	case "board@state.test", "lee@corp.test", "noreply@state.test":
		return []tracker.Subscription{weekly}
	case "desk@optit.test", "desk@macroskies.test":
		return []tracker.Subscription{weekly, {List: tracker.ListDaily, Address: address}}
	}
	return nil
}

// wish decides a mail about a list that comes to a desk with a ticket.
func wish(t *testing.T, m mailTo, change ...func(*Input)) tracker.Decision {
	w := newWorld(t)
	w.open()
	if m.subject == "" {
		m.subject = "unsubscribe weekly"
	}
	in := w.input(w.message(m))
	in.Subscriptions = subscriptionsOf
	for _, f := range change {
		f(&in)
	}
	d := w.commit(in, Decide(in))
	assert.Empty(t, d.Changes, "it is about no ticket")
	assert.Zero(t, d.Ticket)
	return d
}

func alertLines(d tracker.Decision) (out []string) {
	for _, a := range d.Alerts {
		out = append(out, string(a.Kind)+": "+a.Line)
	}
	return out
}

// listRow is a proved wish of a reader and what it does.
type listRow struct {
	name, reason string
	mail         mailTo
	want         tracker.Subscription
	told, alerts []string
}

func (tt listRow) run(t *testing.T) {
	t.Run(tt.name, func(t *testing.T) {
		d := wish(t, tt.mail)
		assert.Equal(t, tracker.ActionAnswer, d.Action)
		assert.Equal(t, tt.reason, d.Reason)
		assert.Equal(t, &tt.want, d.Subscription)
		assert.Equal(t, tt.told, told(d))
		assert.Equal(t, tt.alerts, alertLines(d))
		assert.Equal(t, "dmarc=pass", d.Identity)
		for _, n := range d.Notices {
			assert.Equal(t, &tt.want, n.Data.Subscription)
			assert.Empty(t, n.Data.Reason)
			assert.NotEmpty(t, n.Data.InReplyTo)
		}
	})
}

// Of the board, whatever stands around the subject, and of an address that takes no
// mail.
func TestWhoEndsAList(t *testing.T) {
	board := tracker.Subscription{List: tracker.ListWeekly, Address: "board@state.test", Ended: true}
	for _, tt := range []listRow{
		{
			"ends it", "board@state.test gets no more weekly reports", mailTo{from: "board@state.test"}, board,
			[]string{"subscription board@state.test"},
			[]string{"subscription: board@state.test gets no more weekly reports: the reader wrote so on Mon 23 Nov, 12:00 IST"},
		},
		{
			"whatever the body says", "board@state.test gets no more weekly reports", mailTo{from: "board@state.test", text: "This message was automatically generated by Gmail.\n/done\n/report note\ncanary"}, board,
			[]string{"subscription board@state.test"},
			[]string{"subscription: board@state.test gets no more weekly reports: the reader wrote so on Mon 23 Nov, 12:00 IST"},
		},
		{
			"whatever it replies to", "board@state.test gets no more weekly reports", mailTo{from: "board@state.test", answers: "m1@test"}, board,
			[]string{"subscription board@state.test"},
			[]string{"subscription: board@state.test gets no more weekly reports: the reader wrote so on Mon 23 Nov, 12:00 IST"},
		},
		{
			"by a machine", "board@state.test gets no more weekly reports", mailTo{from: "board@state.test", auto: tracker.AutoGenerated}, board,
			nil,
			[]string{"subscription: board@state.test gets no more weekly reports: the reader wrote so on Mon 23 Nov, 12:00 IST"},
		},
		{
			"from an address that takes no mail", "noreply@state.test gets no more weekly reports", mailTo{from: "noreply@state.test"},
			tracker.Subscription{List: tracker.ListWeekly, Address: "noreply@state.test", Ended: true}, nil,
			[]string{"subscription: noreply@state.test gets no more weekly reports: the reader wrote so on Mon 23 Nov, 12:00 IST"},
		},
	} {
		tt.run(t)
	}
}

func TestWhoTakesAListUpAgainAndWhoEndsIt(t *testing.T) {
	for _, tt := range []listRow{
		{
			"takes it up again", "lee@corp.test gets the weekly report", mailTo{from: "lee@corp.test", subject: "subscribe weekly"},
			tracker.Subscription{List: tracker.ListWeekly, Address: "lee@corp.test"}, []string{"subscription lee@corp.test"},
			[]string{"subscription: lee@corp.test gets the weekly report: the reader wrote so on Mon 23 Nov, 12:00 IST"},
		},
		{
			"ended it before", "lee@corp.test gets no more weekly reports, as before", mailTo{from: "lee@corp.test"},
			tracker.Subscription{List: tracker.ListWeekly, Address: "lee@corp.test", Ended: true}, []string{"subscription lee@corp.test"}, nil,
		},
		{
			"never ended it", "board@state.test gets the weekly report, as before", mailTo{from: "board@state.test", subject: "subscribe weekly"},
			tracker.Subscription{List: tracker.ListWeekly, Address: "board@state.test"}, []string{"subscription board@state.test"}, nil,
		},
		{
			"a partner's mailbox, its digest", "desk@optit.test gets no more daily digests", mailTo{from: "desk@optit.test", subject: "unsubscribe daily"},
			tracker.Subscription{List: tracker.ListDaily, Address: "desk@optit.test", Ended: true}, []string{"subscription desk@optit.test"},
			[]string{"subscription: desk@optit.test gets no more daily digests: the reader wrote so on Mon 23 Nov, 12:00 IST"},
		},
		{
			"of a partner that must get no mail", "desk@macroskies.test gets no more weekly reports", mailTo{from: "desk@macroskies.test"},
			tracker.Subscription{List: tracker.ListWeekly, Address: "desk@macroskies.test", Ended: true}, nil,
			[]string{"subscription: desk@macroskies.test gets no more weekly reports: the reader wrote so on Mon 23 Nov, 12:00 IST"},
		},
	} {
		tt.run(t)
	}
}

func TestWhoIsOnNoList(t *testing.T) {
	none := "so nothing was changed; the programme manager says who gets it"
	for _, tt := range []struct {
		name, why string
		mail      mailTo
	}{
		{"a requester", "it does not go to ravi@egov.test, " + none, mailTo{from: "ravi@egov.test"}},
		{"on the other list alone", "it does not go to board@state.test, " + none, mailTo{from: "board@state.test", subject: "unsubscribe daily"}},
		{"who wants it", "it does not go to ravi@egov.test, " + none, mailTo{from: "ravi@egov.test", subject: "subscribe weekly"}},
		{"another address of a reader", "it does not go to board+x@state.test, " + none, mailTo{from: "board+x@state.test"}},
		{"a stranger", "it does not go to eve@evil.test, " + none, mailTo{from: "eve@evil.test"}},
		{"one of a partner's people", "it goes to desk@optit.test, the mailbox of OptIT, so write from there; nothing was changed", mailTo{from: "meera@optit.test"}},
		{"of a partner without reports", "it does not go to li@gwl.test, " + none, mailTo{from: "li@gwl.test"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := wish(t, tt.mail)
			assert.Equal(t, tracker.ActionAnswer, d.Action)
			assert.Contains(t, d.Reason, tt.mail.from+" is not on the list of the ")
			assert.Nil(t, d.Subscription)
			assert.Empty(t, d.Alerts)
			assert.Equal(t, tt.why, noticeTo(t, d, tt.mail.from).Data.Reason)
		})
	}
	told := func(in *Input) { in.Told = func(string) bool { return true } }
	assert.Empty(t, wish(t, mailTo{from: "ravi@egov.test"}, told).Notices, "once a day")
	assert.Len(t, wish(t, mailTo{from: "board@state.test"}, told).Notices, 1)
	assert.Empty(t, wish(t, mailTo{from: "ravi@egov.test", auto: tracker.AutoGenerated}).Notices, "a machine is not answered")
	keyOf := func(from string) string { return noticeTo(t, wish(t, mailTo{from: from}), from).Key }
	assert.Equal(t, keyOf("a+x@evil.test"), keyOf("a+y@evil.test"), "whatever the +detail")
	assert.NotEqual(t, keyOf("a@evil.test"), keyOf("b@evil.test"))
}

func TestAnUnprovedWishChangesNothing(t *testing.T) {
	for _, tt := range []struct {
		name, alert string
		mail        mailTo
	}{
		{"none", "subscription: a mail in the name of board@state.test says “unsubscribe weekly” and does not prove that it comes from there (dmarc=none): nothing was changed; if it is true, take the address out of the reports of the configuration", mailTo{from: "board@state.test", dmarc: tracker.None}},
		{"forged", "forgery: a mail in the name of asha@egov.test says “unsubscribe daily” and does not prove that it comes from there (dmarc=fail): nothing was changed", mailTo{from: "asha@egov.test", subject: "unsubscribe daily", dmarc: tracker.Fail}},
		{"taken up again", "forgery: a mail in the name of lee@corp.test says “subscribe weekly” and does not prove that it comes from there (dmarc=fail): nothing was changed", mailTo{from: "lee@corp.test", subject: "subscribe weekly", dmarc: tracker.Fail}},
		{"by a machine", "forgery: a mail in the name of eve@evil.test says “unsubscribe weekly” and does not prove that it comes from there (dmarc=fail): nothing was changed", mailTo{from: "eve@evil.test", auto: tracker.AutoGenerated, dmarc: tracker.Fail}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := wish(t, tt.mail)
			assert.Equal(t, tracker.ActionIgnore, d.Action)
			assert.Nil(t, d.Subscription)
			assert.Empty(t, d.Notices, "no backscatter")
			assert.Equal(t, []string{tt.alert}, alertLines(d))
			assert.Contains(t, d.Reason, "nothing was changed")
		})
	}
	nobody := func(in *Input) { in.Message.Identity.Address = "" }
	d := wish(t, mailTo{from: "board@state.test"}, nobody)
	assert.Nil(t, d.Subscription, "without one plain sender address a mail proves nothing")
	assert.Empty(t, d.Notices)
	assert.Len(t, d.Alerts, 1)
	nameless := wish(t, mailTo{from: "board@state.test"}, nobody, func(in *Input) { in.Message.From = tracker.Address{} })
	assert.Equal(t, []string{"subscription: a mail without a sender says “unsubscribe weekly”: nothing was changed"}, alertLines(nameless))

	trusting := func(in *Input) { in.Rules.FromSuffices = true }
	assert.NotNil(t, wish(t, mailTo{from: "board@state.test", dmarc: tracker.None}, trusting).Subscription)
}

func TestWhoFloodsWithWishesIsPutAside(t *testing.T) {
	flood := func(in *Input) { in.StrangerMails = func() int { return maxStrangerMails } }
	for _, tt := range []struct {
		mail mailTo
		want tracker.Action
		told string
	}{
		{mailTo{from: "eve@evil.test"}, tracker.ActionQuarantine, "more than 30 mails in an hour from eve@evil.test, whom the desk does not know"},
		{mailTo{from: "board@state.test", dmarc: tracker.None}, tracker.ActionQuarantine, "more than 30 mails in an hour in the name of board@state.test that do not prove that they come from there"},
		{mailTo{from: "asha@egov.test", dmarc: tracker.Fail}, tracker.ActionQuarantine, "more than 30 mails in an hour in the name of asha@egov.test that do not prove that they come from there"},
		{mailTo{from: "board@state.test"}, tracker.ActionAnswer, "board@state.test gets no more weekly reports"},
		{mailTo{from: "ravi@egov.test"}, tracker.ActionAnswer, "ravi@egov.test is not on the list of the weekly report: nothing was changed"},
	} {
		d := wish(t, tt.mail, flood)
		assert.Equal(t, tt.want, d.Action, "%+v", tt.mail)
		assert.Equal(t, tt.told, d.Reason)
		assert.Equal(t, tt.want == tracker.ActionQuarantine, d.Notices == nil)
	}
	request := mailTo{from: "board@state.test", subject: "Please restart it"}
	assert.Equal(t, "more than 30 mails in an hour from board@state.test, who has no right to what they ask", wish(t, request, flood).Reason)
	nameless := func(in *Input) { in.Message.From, in.Message.Identity.Address = tracker.Address{}, "" }
	d := wish(t, mailTo{from: "eve@evil.test"}, flood, nameless)
	assert.Equal(t, []string{"quarantine: more than 30 mails in an hour without a sender"}, alertLines(d))
}

func TestAnArchivedWishDoesNothing(t *testing.T) {
	archive := func(in *Input) { in.Archive = true }
	for _, dmarc := range []tracker.Verdict{tracker.Pass, tracker.None, tracker.Fail} {
		d := wish(t, mailTo{from: "board@state.test", dmarc: dmarc}, archive)
		assert.Equal(t, tracker.ActionIgnore, d.Action)
		assert.Nil(t, d.Subscription)
		assert.Empty(t, d.Notices)
		assert.Empty(t, d.Alerts)
		assert.Contains(t, d.Reason, "archived without telling anybody")
	}
}

// The vacation notice of a reader is no wish, though it proves its sender: it answers
// a mail that anybody may have sent in the name of the desk. Nor is a delivery report.
func TestAnAnswerOfAMachineIsNoWish(t *testing.T) {
	for _, auto := range []tracker.Auto{tracker.AutoReply, tracker.AutoBounce} {
		d := wish(t, mailTo{from: "board@state.test", subject: "Re: unsubscribe weekly", auto: auto})
		assert.Equal(t, tracker.ActionIgnore, d.Action)
		assert.Nil(t, d.Subscription)
	}
}

// A mail that the desk sent about a list is no wish when it comes back.
func TestTheDesksAnswerIsNoWish(t *testing.T) {
	d := wish(t, mailTo{from: "requests@desk.test", auto: tracker.AutoGenerated})
	assert.Equal(t, tracker.ActionIgnore, d.Action)
	assert.Nil(t, d.Subscription)
}

// Late mail ends the list all the same: nobody waits for it.
func TestALateWishCounts(t *testing.T) {
	d := wish(t, mailTo{from: "board@state.test"}, func(in *Input) { in.Now = in.Received.Add(48 * time.Hour) })
	require.NotNil(t, d.Subscription)
	assert.True(t, d.Subscription.Ended)
}
