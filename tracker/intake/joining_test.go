package intake

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
	"envdesk/tracker/sla"
)

// A reply takes an ended ticket up until the very instant at which the business
// days of the rules are over.
func TestReopenUntilTheLastInstant(t *testing.T) {
	const day = 24 * time.Hour
	for _, tt := range []struct {
		name  string
		ended time.Duration // behind noon of Monday, 23 November
		until string
	}{
		{"on a business day", 0, "Mon 7 Dec 12:00"},
		{"over a holiday", 21 * day, "Tue 29 Dec 12:00"}, // Monday, 14 December; the 25th is none
		{"on a Saturday", 5 * day, "Fri 11 Dec 18:00"},
		{"before the desk opens", 21*time.Hour - time.Nanosecond - 3*time.Hour, "Mon 7 Dec 18:00"}, // a moment before 06:00 on Tuesday
		{"as the desk closes", 6 * time.Hour, "Mon 7 Dec 18:00"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, mail := range []mailTo{{text: "/reopen"}, {text: "it fails again"}} {
				mail.from, mail.answers = "ravi@egov.test", "m1@test"
				for _, after := range []time.Duration{0, time.Nanosecond} {
					w := timedWorld(t)
					w.rules.ReopenWithin = sla.Span{Days: 10}
					w.mail(mailTo{from: "ravi@egov.test", subject: "[P2][Punjab] x"})
					w.at(tt.ended, mailTo{from: "desk@optit.test", answers: "m1@test", text: "/done"})
					w.at(tt.ended, mailTo{from: "ravi@egov.test", answers: "m1@test", text: "/close"})
					until := w.rules.reopenUntil(w.tickets[1].ClosedAt)
					require.Equal(t, tt.until, until.In(w.rules.Zone).Format("Mon 2 Jan 15:04"))
					d := w.at(until.Add(after).Sub(noon), mail)
					if after == 0 {
						assert.Equal(t, tracker.ActionReply, d.Action, "not behind it")
						assert.True(t, w.tickets[1].Status.Open())
						continue
					}
					assert.Equal(t, tracker.ActionOpen, d.Action, "behind it")
					assert.Equal(t, tracker.StatusClosed, w.tickets[1].Status)
					assert.Equal(t, []string{"REQ-2"}, w.tickets[1].Links)
				}
			}
		})
	}
}

// Before any receipt has reached them, people reply to the first mail itself.
func TestRepliesToTheFirstMail(t *testing.T) {
	const none = tracker.None
	for _, tt := range []struct {
		name   string
		mail   mailTo
		told   []string
		filed  tracker.Visibility
		alerts int
		status tracker.Status
	}{
		{"the requester's own", mailTo{from: "ravi@egov.test", text: "One more thing."}, []string{"relay desk@optit.test"}, tracker.Public, 0, tracker.StatusAssigned},
		{"the requester's own, not proved", mailTo{from: "ravi@egov.test", text: "One more thing.", dmarc: none}, []string{"relay desk@optit.test"}, tracker.Public, 0, tracker.StatusAssigned},
		{"the requester's own, with a command", mailTo{from: "ravi@egov.test", text: "/cancel"}, []string{"status asha@egov.test", "status desk@optit.test"}, "", 0, tracker.StatusCancelled},
		{"the requester's own, with a command that is not proved", mailTo{from: "ravi@egov.test", text: "/cancel", dmarc: none}, []string{"transcript ravi@egov.test"}, "", 0, tracker.StatusAssigned},
		{"the requester's own, forged", mailTo{from: "ravi@egov.test", text: "/cancel", dmarc: tracker.Fail}, nil, tracker.Unverified, 1, tracker.StatusAssigned},
		{"a colleague who was in copy", mailTo{from: "kiran@egov.test", text: "I need it too."}, nil, tracker.Unverified, 1, tracker.StatusAssigned},
		{"a colleague, not proved", mailTo{from: "kiran@egov.test", text: "I need it too.", dmarc: none}, nil, tracker.Unverified, 1, tracker.StatusAssigned},
		{"a colleague with a command", mailTo{from: "kiran@egov.test", text: "/cancel"}, nil, tracker.Unverified, 1, tracker.StatusAssigned},
		{"somebody unknown who was in copy", mailTo{from: "lee@corp.test", text: "I need it too."}, nil, tracker.Unverified, 1, tracker.StatusAssigned},
		{"DevOps in copy", mailTo{from: "ops@egov.test", text: "We can do that."}, []string{"relay desk@optit.test", "relay ravi@egov.test"}, tracker.Public, 0, tracker.StatusAssigned},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			first := w.message(mailTo{from: "ravi@egov.test", subject: "[P1] Rotate the deploy key for Punjab", text: "Please.\n"})
			first.Cc = []tracker.Address{{Address: "kiran@egov.test"}, {Address: "lee@corp.test"}, {Address: "ops@egov.test"}}
			w.receive(first)
			tt.mail.answers, tt.mail.subject = first.ID, "Re: [P1] Rotate the deploy key for Punjab"
			d := w.mail(tt.mail)
			assert.Equal(t, int64(1), d.Ticket)
			assert.Len(t, w.tickets, 1)
			assert.Equal(t, tt.told, told(d))
			assert.Len(t, d.Alerts, tt.alerts)
			assert.Equal(t, tt.status, w.tickets[1].Status)
			assert.Empty(t, w.tickets[1].Watchers, "to stand in copy lets nobody in")
			if r, ok := d.Changes[0].(tracker.Replied); ok || tt.filed != "" {
				require.True(t, ok)
				assert.Equal(t, tt.filed, r.Visibility)
			}
		})
	}
}
