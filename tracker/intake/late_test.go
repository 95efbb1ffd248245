package intake

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
	"envdesk/tracker/sla"
)

// at is a mail that is received so long after noon.
func (w *world) at(after time.Duration, m mailTo) tracker.Decision {
	in := w.input(w.message(m))
	in.Received = noon.Add(after)
	return w.commit(in, Decide(in))
}

func TestReplyLongAfterTheEnd(t *testing.T) {
	const day = 24 * time.Hour
	late := 10*day + time.Minute
	for _, tt := range []struct {
		name  string
		state tracker.Status
		after time.Duration
		mail  mailTo
		open  bool
	}{
		{"in time", tracker.StatusClosed, 10 * day, mailTo{from: "ravi@egov.test", text: "it fails again"}, false},
		{"late", tracker.StatusClosed, late, mailTo{from: "ravi@egov.test", text: "it fails again"}, true},
		{"late, cancelled", tracker.StatusCancelled, late, mailTo{from: "ravi@egov.test", text: "we do need it"}, true},
		{"late /reopen", tracker.StatusClosed, late, mailTo{from: "ravi@egov.test", text: "/reopen"}, true},
		{"late, a file alone", tracker.StatusClosed, late, mailTo{from: "ravi@egov.test", attachments: []tracker.Attachment{{Name: "log.txt"}}}, true},
		{"late, a watcher", tracker.StatusClosed, late, mailTo{from: "kiran@egov.test", text: "it fails again"}, true},
		{"resolved is no end", tracker.StatusResolved, late, mailTo{from: "ravi@egov.test", text: "it fails again"}, false},
		{"thanks", tracker.StatusClosed, late, mailTo{from: "ravi@egov.test", text: "Thank you!"}, false},
		{"a machine", tracker.StatusClosed, late, mailTo{from: "ravi@egov.test", text: "I am away", auto: tracker.AutoReply}, false},
		{"an operator", tracker.StatusClosed, late, mailTo{from: "ops@egov.test", text: "for the record"}, false},
		{"the partner, who may open none", tracker.StatusClosed, late, mailTo{from: "desk@optit.test", text: "by the way"}, false},
		{"a stranger", tracker.StatusClosed, late, mailTo{from: "eve@evil.test", text: "it fails again"}, false},
		{"a forger", tracker.StatusClosed, late, mailTo{from: "ravi@egov.test", text: "it fails again", dmarc: tracker.Fail}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := inState(t, tt.state)
			w.rules.ReopenWithin = sla.Span{Days: 10}
			tt.mail.answers, tt.mail.subject = "m1@test", "Re: [REQ-1] Rotate the deploy key for Punjab"
			d := w.at(tt.after, tt.mail)
			if !tt.open {
				assert.NotEqual(t, tracker.ActionOpen, d.Action)
				assert.Len(t, w.tickets, 2)
				return
			}
			require.Equal(t, tracker.ActionOpen, d.Action)
			got := w.tickets[3]
			assert.Equal(t, "Rotate the deploy key for Punjab", got.Title)
			assert.Equal(t, []string{"P1", "GitOps", "Punjab", "OptIT", tt.mail.from}, []string{got.Priority, got.Type, got.Environment, got.Partner, got.Requester.Address})
			assert.Equal(t, [][]string{{"REQ-3"}, {"REQ-1"}}, [][]string{w.tickets[1].Links, got.Links})
			assert.Equal(t, []string{"assignment desk@optit.test", "receipt " + tt.mail.from}, told(d))
			receipt := noticeTo(t, d, tt.mail.from)
			assert.Equal(t, "REQ-1 ended on 23 Nov 2026, too long ago to be reopened: this is a new request, linked to it.", receipt.Data.Reason)
			assert.Equal(t, tracker.Understanding{Field: tracker.FieldType, Value: "GitOps", Source: "REQ-1", How: tracker.HowEarlier}, receipt.Data.Understood[1])
			assert.Equal(t, tt.state, w.tickets[1].Status)

			again := w.at(tt.after+time.Hour, tt.mail)
			assert.Equal(t, int64(3), again.Ticket, "the next one joins it")
			foldsWell(t, w)
		})
	}
}

func TestLateReopenFromTheShell(t *testing.T) {
	for from, want := range map[string]tracker.Status{"ravi@egov.test": tracker.StatusClosed, "asha@egov.test": tracker.StatusWorking} {
		w := inState(t, tracker.StatusClosed)
		w.rules.ReopenWithin = sla.Span{Days: 10}
		in := w.input(tracker.Message{From: tracker.Address{Address: from}, Identity: tracker.Identity{Address: from}})
		in.Cause, in.Orders, in.Received = "shell", Orders{Commands: []tracker.Command{{Verb: "reopen"}}}, noon.AddDate(0, 0, 11)
		w.commit(in, DecideShell(in, w.tickets[1]))
		assert.Equal(t, want, w.tickets[1].Status, from)
	}
}

func TestReopenWithinCountsBusinessDays(t *testing.T) {
	r := testRules(t)
	assert.Zero(t, r.reopenUntil(noon), "for ever")
	r.ReopenWithin = sla.Span{Weeks: 1, Days: 1, Time: time.Hour}
	assert.Equal(t, noon.AddDate(0, 0, 8).Add(time.Hour), r.reopenUntil(noon))
	var err error
	r.Calendar, err = sla.NewCalendar(sla.Schedule{
		Zone: r.Zone, Days: []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}, Hours: []sla.Window{{From: 9 * 60, To: 18 * 60}},
	})
	require.NoError(t, err)
	r.ReopenWithin = sla.Span{Days: 10}
	assert.Equal(t, noon.AddDate(0, 0, 14), r.reopenUntil(noon).UTC())
}
