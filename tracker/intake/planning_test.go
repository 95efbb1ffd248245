package intake

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
)

func TestReceiptTellsHowTheNoticePeriodIsKept(t *testing.T) {
	const first = "2026-12-14" // 21 days behind Monday, 23 November
	for _, tt := range []struct {
		name string
		mail mailTo
		want *tracker.Plan
	}{
		{"a tag, in time", mailTo{subject: "[P4][by 2026-12-20] x"}, &tracker.Plan{NeededBy: "2026-12-20"}},
		{"a tag, short", mailTo{subject: "[P4][needed by 7 Dec] x"}, &tracker.Plan{NeededBy: "2026-12-07", Short: true}},
		{"a line, in time", mailTo{subject: "[P4] x", text: "Hello,\n\nNeeded by: 20 December 2026\nfor the release."}, &tracker.Plan{NeededBy: "2026-12-20"}},
		{"a line in any case", mailTo{subject: "[P4] x", text: "needed-by: 7 dec"}, &tracker.Plan{NeededBy: "2026-12-07", Short: true}},
		{"a command", mailTo{subject: "[planned] x", text: "/needed 20 Dec"}, &tracker.Plan{NeededBy: "2026-12-20"}},
		{"a priority by command", mailTo{subject: "x", text: "/p4\n/needed 2026-12-14"}, &tracker.Plan{NeededBy: "2026-12-14"}},
		{"the last of two dates", mailTo{subject: "[P4][by 20 Dec] x", text: "/needed 1 Dec"}, &tracker.Plan{NeededBy: "2026-12-01", Short: true}},
		{"no date", mailTo{subject: "[P4] x"}, &tracker.Plan{}},
		{"prose is no date", mailTo{subject: "[P4] x", text: "Needed by 20 Dec, at the latest."}, &tracker.Plan{}},
		{"a date and no notice period", mailTo{subject: "[P3][by 2026-12-20] x"}, nil},
		{"a line and no notice period", mailTo{subject: "[P1] x", text: "Needed by: 20 December 2026"}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := timedWorld(t)
			tt.mail.from = "ravi@egov.test"
			got := noticeTo(t, w.mail(tt.mail), "ravi@egov.test").Data.Plan
			if tt.want == nil {
				assert.Nil(t, got)
				return
			}
			require.NotNil(t, got)
			assert.Equal(t, []any{21, tt.want.NeededBy, tt.want.Short, first}, []any{got.Days, got.NeededBy, got.Short, got.FirstCompliant})
			assert.Equal(t, got.NeededBy, w.tickets[1].NeededBy)
			assert.Equal(t, got.NeededBy == "", got.Before.IsZero())
		})
	}
}

func TestPlanHasTheInstantOfTheNotice(t *testing.T) {
	w := timedWorld(t)
	d := w.mail(mailTo{from: "ravi@egov.test", subject: "[P4][by 2026-12-20] x"})
	p := noticeTo(t, d, "ravi@egov.test").Data.Plan
	assert.Equal(t, "2026-11-27 18:00", p.Before.In(w.rules.Zone).Format("2006-01-02 15:04"), "29 November is a Sunday")
}

func TestPlanningWithoutAClock(t *testing.T) {
	w := newWorld(t)
	assert.Nil(t, noticeTo(t, w.mail(mailTo{from: "ravi@egov.test", subject: "[P4] x"}), "ravi@egov.test").Data.Plan)
}

// Who makes a request planned work is told at once what is wrong with its date.
func TestReplyThatPlansIsToldAtOnce(t *testing.T) {
	const from, manager = "ravi@egov.test", "asha@egov.test"
	for _, tt := range []struct {
		name, opening, by, text string
		told                    []string
		needed                  string
		short                   bool
	}{
		{"no date", "[P3] x", from, "/p4", []string{"transcript ravi@egov.test"}, "", false},
		{"short notice", "[P4] x", from, "/needed 1 Dec", []string{"transcript ravi@egov.test"}, "2026-12-01", true},
		{"by a tag", "[P3] x", from, "", []string{"transcript ravi@egov.test"}, "", false},
		{"both at once, short", "[P3] x", from, "/needed 1 Dec\n/priority P4", []string{"transcript ravi@egov.test"}, "2026-12-01", true},
		{"in time", "[P4] x", from, "/needed 20 Dec", nil, "", false},
		{"both at once, in time", "[P3] x", from, "/p4\n/needed 20 Dec", nil, "", false},
		{"no notice period", "[P3] x", from, "/needed 1 Dec", nil, "", false},
		{"away from it", "[P4] x", from, "/p3", nil, "", false},
		{"nothing new", "[P4] x", from, "/p4", nil, "", false},
		{"by the manager", "[P3] x", manager, "/p4", []string{"status ravi@egov.test", "transcript asha@egov.test"}, "", false},
		{"by the manager, in time", "[P4] x", manager, "/needed 20 Dec", []string{"status ravi@egov.test"}, "", false},
		{"on the command line", "[P3] x", "shell", "", []string{"status ravi@egov.test"}, "", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := timedWorld(t)
			w.mail(mailTo{from: from, subject: tt.opening})
			if w.tickets[1].Priority != "P4" { // the manager has it, who is told of every change otherwise
				require.Equal(t, "P3", w.tickets[1].Priority)
			}
			var d tracker.Decision
			switch tt.name {
			case "by a tag":
				d = w.mail(mailTo{from: tt.by, answers: "m1@test", subject: "Re: [P4] [REQ-1] x"})
			case "on the command line":
				d = w.shell(1, manager, tracker.Command{Verb: "priority", Value: "P4"})
			default:
				d = w.mail(mailTo{from: tt.by, answers: "m1@test", text: tt.text})
			}
			assert.Equal(t, tt.told, told(d))
			for _, n := range d.Notices {
				if len(tt.told) == 1 && n.Kind == tracker.KindStatus && tt.by == manager {
					assert.Nil(t, n.Data.Plan, "it is as it should be")
					continue
				}
				require.NotNil(t, n.Data.Plan, "%s to %s", n.Kind, n.To.Address)
				assert.Equal(t, []any{tt.needed, tt.short, "2026-12-14"}, []any{n.Data.Plan.NeededBy, n.Data.Plan.Short, n.Data.Plan.FirstCompliant})
			}
			for _, res := range d.Results {
				assert.True(t, res.Done)
			}
		})
	}
}

func TestPostponedDateWasToldInTime(t *testing.T) {
	w := timedWorld(t)
	w.mail(mailTo{from: "ravi@egov.test", subject: "[P4][by 2026-12-20] x"})
	d := w.at(14*24*time.Hour, mailTo{from: "ravi@egov.test", answers: "m1@test", text: "/needed 22 Dec"})
	assert.Empty(t, told(d), "who postpones has told the earlier date in time")
	d = w.at(14*24*time.Hour, mailTo{from: "ravi@egov.test", answers: "m1@test", text: "/needed 15 Dec"})
	require.Equal(t, []string{"transcript ravi@egov.test"}, told(d))
	assert.True(t, d.Notices[0].Data.Plan.Short)
	assert.Equal(t, "2026-12-28", d.Notices[0].Data.Plan.FirstCompliant)
}

func TestPlannedWorkAfterPickupIsAWish(t *testing.T) {
	w := timedWorld(t)
	w.mail(mailTo{from: "ravi@egov.test", subject: "[P2][Punjab] x"})
	w.mail(mailTo{from: "desk@optit.test", answers: "m1@test", text: "/ack"})
	d := w.mail(mailTo{from: "ravi@egov.test", answers: "m1@test", text: "/p4"})
	assert.Equal(t, []string{"transcript ravi@egov.test", "wish asha@egov.test"}, told(d))
	assert.Nil(t, noticeTo(t, d, "ravi@egov.test").Data.Plan, "nothing changed yet")
}

// The line of the button in a wish does what was wished for.
func TestWishIsConfirmedByItsLine(t *testing.T) {
	w := timedWorld(t)
	w.mail(mailTo{from: "ravi@egov.test", subject: "[P3][Punjab] x"})
	w.mail(mailTo{from: "desk@optit.test", answers: "m1@test", text: "/ack"})
	d := w.mail(mailTo{from: "ravi@egov.test", answers: "m1@test", text: "/p1\nThe review is tomorrow."})
	wish := noticeTo(t, d, "asha@egov.test")
	require.Len(t, wish.Data.Wishes, 1)
	line := wish.Data.Wishes[0].Command.String()
	assert.Equal(t, "/priority P1", line)
	assert.Equal(t, "P3", w.tickets[1].Priority)
	assert.Equal(t, "running Mon 7 Dec 12:00", w.due(1, noon))

	d = w.at(time.Hour, mailTo{from: "asha@egov.test", to: w.replyTo(wish), text: line})
	assert.Equal(t, tracker.CommandResult{Command: wish.Data.Wishes[0].Command, Done: true, Why: "priority P3 → P1"}, withoutLine(d.Results[0]))
	assert.Equal(t, []string{"status desk@optit.test", "status ravi@egov.test"}, told(d))
	assert.Equal(t, "P1", w.tickets[1].Priority)
	assert.Equal(t, "running Mon 23 Nov 18:00", w.due(1, noon.Add(time.Hour)), "the end of the day of the change")
	d = w.at(2*time.Hour, mailTo{from: "asha@egov.test", to: w.replyTo(wish), text: line})
	assert.Equal(t, "priority is P1 already", d.Results[0].Why)
}

func withoutLine(c tracker.CommandResult) tracker.CommandResult {
	c.Command.Line = 0
	return c
}
