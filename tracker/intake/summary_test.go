package intake

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
)

// busy is a world on Thursday at noon: of the tickets of the Monday before some
// are late.
func busy(t *testing.T) *world {
	t.Helper()
	w := timedWorld(t)
	w.rules.Directory.People = append(w.rules.Directory.People, tracker.Person{Email: "board@state.test", Role: tracker.RoleStakeholder})
	const days = 24 * time.Hour
	for _, m := range []struct {
		after time.Duration
		mail  mailTo
	}{
		{-14 * days, mailTo{from: "ravi@egov.test", subject: "[P3][AP] old"}},       // REQ-1, GWL, resolved on Tuesday
		{-13 * days, mailTo{from: "ravi@egov.test", subject: "[P3][Punjab] older"}}, // REQ-2, OptIT, closed long ago
		{-13 * days, mailTo{from: "desk@optit.test", answers: "m2@test", text: "/done"}},
		{-12 * days, mailTo{from: "ravi@egov.test", answers: "m2@test", text: "/close"}},
		{0, mailTo{from: "ravi@egov.test", subject: "[P2][Punjab] canary two"}},      // REQ-3, OptIT, late at noon
		{time.Hour, mailTo{from: "sim@egov.test", subject: "[P2][AP] canary three"}}, // REQ-4, GWL, due today at 13:00
		{time.Hour, mailTo{from: "ravi@egov.test", subject: "[P1][Punjab] four"}},    // REQ-5, OptIT, late since Monday
		{time.Hour, mailTo{from: "ravi@egov.test", subject: "[P3] five"}},            // REQ-6, nobody
		{time.Hour, mailTo{from: "ravi@egov.test", subject: "[P4][Punjab] six"}},     // REQ-7, OptIT, no date
		{time.Hour, mailTo{from: "eve@evil.test", subject: "[P0] seven canary"}},     // REQ-8, unverified
		{2 * days, mailTo{from: "desk@gwl.test", answers: "m1@test", text: "/done"}},
		{3 * days, mailTo{from: "ravi@egov.test", subject: "[P1][Punjab] eight"}}, // REQ-9, OptIT, due today
		{3 * days, mailTo{from: "ravi@egov.test", subject: "[P1][AP] nine"}},      // REQ-10, GWL, waits
	} {
		w.at(m.after, m.mail)
	}
	w.at(3*days, mailTo{from: "desk@gwl.test", answers: "m13@test", text: "/wait for the list"})
	require.Equal(t, tracker.StatusWaiting, w.tickets[10].Status)
	require.Equal(t, tracker.StatusResolved, w.tickets[1].Status)
	require.Equal(t, tracker.StatusClosed, w.tickets[2].Status)
	return w
}

// thursday is noon of the day on which busy is asked.
const thursday = 3 * 24 * time.Hour

func (w *world) asked(from, line string) tracker.NoticeData {
	w.t.Helper()
	d := w.at(thursday, mailTo{from: from, subject: "question", text: line})
	require.Equal(w.t, []string{"answer " + from}, told(d), "%s: %s", from, line)
	return d.Notices[0].Data
}

func keysOf(tickets []tracker.Ticket) []string {
	out := []string{}
	for _, t := range tickets {
		out = append(out, t.Key[len("REQ-"):])
	}
	return out
}

func TestReportCountsWhatTheSenderMaySee(t *testing.T) {
	w := busy(t)
	all := []tracker.SummaryLine{
		{Priority: "P1", Open: 3, Late: 1, DueToday: 1, Waiting: 1}, {Priority: "P2", Open: 2, Late: 1, DueToday: 1},
		{Priority: "P3", Open: 1, Unowned: 1}, {Priority: "P4", Open: 1},
	}
	for _, tt := range []struct {
		from, scope      string
		opened, resolved int
		lines            []tracker.SummaryLine
		late             []string
	}{
		{"asha@egov.test", "all requests", 7, 1, all, []string{"5", "3"}},
		{"ops@egov.test", "all requests", 7, 1, all, []string{"5", "3"}},
		{"board@state.test", "all requests", 7, 1, all, []string{}},
		{"desk@optit.test", "requests with OptIT", 4, 0, []tracker.SummaryLine{
			{Priority: "P1", Open: 2, Late: 1, DueToday: 1}, {Priority: "P2", Open: 1, Late: 1}, {Priority: "P4", Open: 1}}, []string{"5", "3"}},
		{"desk@gwl.test", "requests with GWL", 2, 1, []tracker.SummaryLine{{Priority: "P1", Open: 1, Waiting: 1}, {Priority: "P2", Open: 1, DueToday: 1}}, []string{}},
		{"sim@egov.test", "your requests", 1, 0, []tracker.SummaryLine{{Priority: "P2", Open: 1, DueToday: 1}}, []string{}},
		{"kiran@egov.test", "your requests", 0, 0, nil, []string{}},
	} {
		s := w.asked(tt.from, "/report").Summary
		require.NotNil(t, s, tt.from)
		assert.Equal(t, tt.scope, s.Scope, tt.from)
		assert.Equal(t, []int{tt.opened, tt.resolved}, []int{s.Opened, s.Resolved}, tt.from)
		assert.Equal(t, tt.lines, s.Lines, tt.from)
		assert.Equal(t, tt.late, keysOf(s.Late), tt.from)
		assert.Equal(t, noon.Add(thursday).AddDate(0, 0, -7), s.Since)
	}
}

// The late ones stand there as /list late has them: as they became due, with when
// that was, and the partner's own clock for its people and the manager.
func TestReportTellsWhenTheLateOnesWereDue(t *testing.T) {
	w := timedWorld(t)
	w.mail(mailTo{from: "ravi@egov.test", subject: "[P2][Punjab] first"})
	w.at(2*24*time.Hour, mailTo{from: "ravi@egov.test", subject: "[P1][Punjab] last"})
	for from, own := range map[string]bool{"asha@egov.test": true, "desk@optit.test": true, "ops@egov.test": false, "ravi@egov.test": false} {
		d := w.at(7*24*time.Hour, mailTo{from: from, subject: "question", text: "/report\n/list late"}).Notices[0].Data
		assert.Equal(t, keysOf(d.Answers[0].Tickets), keysOf(d.Summary.Late), from)
		assert.Equal(t, d.Answers[0].Clocks, d.Summary.Clocks, from)
		require.Len(t, d.Summary.Clocks, 2, from)
		c := d.Summary.Clocks["REQ-1"]
		assert.Equal(t, "late 26 12:00", c.State+" "+c.Due.In(w.rules.Zone).Format("2 15:04"), from)
		assert.Equal(t, own, c.Partner != nil, from)
	}
	assert.Equal(t, []string{"2", "1"}, keysOf(w.at(7*24*time.Hour, mailTo{from: "asha@egov.test", text: "/report"}).Notices[0].Data.Summary.Late), "P1 was due on the 25th")
}

func TestWhoGetsAReport(t *testing.T) {
	for _, tt := range []struct {
		from   string
		dmarc  tracker.Verdict
		action tracker.Action
		told   []string
	}{
		{"ravi@egov.test", tracker.None, tracker.ActionAnswer, []string{"transcript ravi@egov.test"}},
		{"asha@egov.test", tracker.None, tracker.ActionAnswer, []string{"transcript asha@egov.test"}},
		{"board@state.test", tracker.None, tracker.ActionAnswer, []string{"transcript board@state.test"}},
		{"desk@optit.test", tracker.None, tracker.ActionOpen, []string{"unverified-receipt desk@optit.test"}},
		{"desk@macroskies.test", tracker.Pass, tracker.ActionOpen, []string{"unverified-receipt desk@macroskies.test"}},
		{"mallory@evil.test", tracker.Pass, tracker.ActionOpen, []string{"unverified-receipt mallory@evil.test"}},
		{"asha@egov.test", tracker.Fail, tracker.ActionOpen, nil},
	} {
		w := busy(t)
		d := w.mail(mailTo{from: tt.from, text: "/report", dmarc: tt.dmarc})
		assert.Equal(t, tt.action, d.Action, tt.from)
		assert.Equal(t, tt.told, told(d), tt.from)
		for _, n := range d.Notices {
			assert.Nil(t, n.Data.Summary, tt.from)
		}
	}
}

func TestReportBesideOtherLines(t *testing.T) {
	w := busy(t)
	d := w.at(thursday, mailTo{from: "asha@egov.test", answers: "m5@test", text: "/report\n/list late\nPlease look at it."})
	answer := noticeTo(t, d, "asha@egov.test")
	assert.Equal(t, tracker.KindAnswer, answer.Kind)
	assert.NotNil(t, answer.Data.Summary)
	assert.Len(t, answer.Data.Answers, 1)
	assert.Contains(t, told(d), "relay ravi@egov.test", "the words go on")
}

func TestReportOnTheCommandLine(t *testing.T) {
	w := busy(t)
	in := w.input(tracker.Message{From: tracker.Address{Address: "asha@egov.test"}, Identity: tracker.Identity{Address: "asha@egov.test"}})
	in.Received, in.Orders = noon.Add(thursday), Orders{Commands: []tracker.Command{{Verb: "report"}}}
	d := DecideShell(in, w.tickets[1])
	assert.Equal(t, `all requests: since Thu 19 Nov 7 opened and 1 resolved
  P1: 3 open, 1 late, 1 due today, 1 waiting
  P2: 2 open, 1 late, 1 due today
  P3: 1 open, 1 with nobody
  P4: 1 open
  REQ-5 · P1 · assigned · late: due Mon 23 Nov, 18:00 · Punjab · OptIT · four
  REQ-3 · P2 · assigned · late: due Thu 26 Nov, 12:00 · Punjab · OptIT · canary two`, d.Results[0].Why)
}

// Only open tickets have their histories read.
func TestQuestionsReadNoHistoryOfEndedTickets(t *testing.T) {
	w := busy(t)
	for _, line := range []string{"/report", "/list all", "/list late", "/list mine due today"} {
		in := w.input(w.message(mailTo{from: "asha@egov.test", text: line}))
		in.Received = noon.Add(thursday)
		in.Events = func(id int64) []tracker.Event {
			assert.True(t, w.tickets[id].Status.Open(), "%s read %d", line, id)
			return w.events[id]
		}
		Decide(in)
	}
}
