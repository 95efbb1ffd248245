package report

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// inWeek is a report with a number of deadlines, as of the end of its week.
func inWeek(met, due int) Report {
	end := time.Date(2026, 3, 15, 18, 30, 0, 0, time.UTC)
	return Report{Edition: Programme, AsOf: end, To: end, InTime: InTime{Now: ratio(met, due)}, Trend: Trend{Weeks: make([]TrendWeek, 3)}}
}

func TestHeadlinesOfDeadlines(t *testing.T) {
	for _, c := range []struct {
		met, due int
		want     string
	}{
		{0, 0, "No deadline fell into this week."},
		{1, 1, "The one deadline was met."},
		{0, 1, "The one deadline was missed."},
		{2, 2, "Both deadlines were met."},
		{1, 2, "1 of 2 deadlines met."},
		{0, 2, "Neither of the two deadlines was met."},
		{3, 3, "All 3 deadlines met."},
		{0, 3, "None of 3 deadlines met."},
		{1, 3, "Only 1 of 3 deadlines met."},
		{23, 25, "23 of 25 deadlines met."},
	} {
		r := inWeek(c.met, c.due)
		assert.Equal(t, c.want, r.verdict().Headline)
	}
	r := inWeek(0, 0)
	r.AsOf = r.To.Add(-time.Hour)
	assert.Equal(t, "No deadline fell into this week so far.", r.verdict().Headline)
	r.Quiet = true
	assert.Equal(t, Verdict{"A quiet week so far.", "Nothing came in, no deadline fell into it and nothing is open."}, r.verdict())
}

func TestTheVerdictTellsWhatIsLateNow(t *testing.T) {
	for _, c := range []struct {
		due, met   int // of P0
		urgentLate int
		late       int
		want       string
	}{
		{0, 0, 0, 0, ""},
		{2, 2, 0, 0, "Every P0 was in time. "},
		{2, 2, 1, 1, "1 P0 request is late now. "},
		{2, 2, 2, 5, "2 P0 requests are late now. "},
		{2, 2, 0, 1, "Every P0 was in time. 1 request is late now. "},
		{0, 0, 0, 4, "4 requests are late now. "},
		{1, 0, 0, 0, "The one deadline of P0 was missed. "},
		{2, 1, 0, 0, "P0 met 1 of 2 deadlines. "},
		{3, 0, 3, 3, "P0 met 0 of 3 deadlines. 3 P0 requests are late now. "},
	} {
		r := inWeek(c.met, c.due)
		r.Priorities = []PriorityLine{{Priority: "P0", Due: c.due, Met: c.met, Late: c.due - c.met, LateNow: c.urgentLate}, {Priority: "P1", Due: 9}}
		r.LateNow.Now, r.Open.Now, r.Open.LastWeek = c.late, 7, 7
		assert.Equal(t, c.want+"Open work stays at 7.", r.verdict().Detail)
	}
}

func TestWhatTheVerdictTellsOfOpenWork(t *testing.T) {
	for _, c := range []struct {
		weeks, last, now, outside int
		want                      string
	}{
		{1, 0, 0, 0, "Nothing is open."},
		{1, 0, 1, 0, "1 request is open."},
		{1, 0, 2, 0, "2 requests are open."},
		{3, 0, 0, 1, "Nothing is open. 1 request waits to be let in."},
		{3, 2, 0, 2, "Open work fell from 2 to 0. 2 requests wait to be let in."},
		{3, 1, 1, 0, "Open work stays at 1."},
		{3, 1, 2, 0, "Open work rose from 1 to 2."},
	} {
		r := inWeek(3, 3)
		r.Trend.Weeks = r.Trend.Weeks[:c.weeks]
		r.Open, r.ToLetIn = Figure{Now: c.now, LastWeek: c.last}, c.outside
		assert.Equal(t, c.want, r.verdict().Detail, fmt.Sprint(c))
	}
}

// A P0 of an earlier week that is still late is told, whatever the week's own did.
func TestAnOldLateP0IsNotForgotten(t *testing.T) {
	r := told(t, `
REQ-1 P0 GitOps AP ERP ravi: since last week
  2026-03-05 10:00 opened
REQ-2 P0 GitOps AP ERP ravi: in time
  2026-03-10 10:00 opened
  2026-03-10 11:00 done
`)
	assert.Equal(t, Verdict{"Both deadlines were met.", "1 P0 request is late now. Open work stays at 1."}, r.Verdict)
}
