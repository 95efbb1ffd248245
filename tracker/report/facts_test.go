package report

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// told is the programme's report on stories, in week 11 of 2026.
func told(t *testing.T, text string) Report {
	s := setup(t)
	return collect(t, s, tell(t, s.Zone, text)...).Programme()
}

func TestGoodNews(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"nothing": {"", []string{}},
		"a P0 that was late is no good news": {`
REQ-1 P0 GitOps AP ERP ravi: x
  2026-03-10 10:00 opened
  2026-03-10 10:00 assign GWL
  2026-03-10 15:00 ack`, []string{}},
		"the fastest of two": {`
REQ-1 P0 GitOps AP ERP ravi: x
  2026-03-10 10:00 opened
  2026-03-10 10:00 assign GWL
  2026-03-10 11:05 ack
REQ-2 P0 GitOps AP ERP ravi: x
  2026-03-10 10:00 opened
  2026-03-10 10:00 assign OptIT
  2026-03-10 10:12 ack`, []string{"Fastest P0: picked up in 12 min, Sanjay Rao at OptIT."}},
		"an old one is done": {`
REQ-871 P3 GitOps AP ERP ravi: x
  2026-02-07 10:00 opened
  2026-03-10 11:00 done`, []string{"Nothing is open, for the first time in six weeks.", "REQ-871 is done, after 31 days."}},
		"nothing late any more": {`
REQ-1 P2 GitOps AP ERP ravi: x
  2026-03-02 10:00 opened
  2026-03-10 11:00 done
REQ-2 P3 GitOps AP ERP ravi: x
  2026-03-13 17:00 opened`, []string{"Nothing is late any more: 1 request a week ago."}},
	} {
		assert.Equal(t, c.want, told(t, c.text).GoodNews, name)
	}
	r := Report{Edition: Programme, Flow: Flow{Resolved: 5}}
	assert.Equal(t, "Nothing was reopened.", r.nothingBack())
	r.Flow.Reopened = 1
	r.Partners = []PartnerLine{{Name: "GWL", Closed: 5}, {Name: "OptIT", Closed: 5, Reopened: 1}, {Name: "New", Closed: 4}}
	assert.Equal(t, "Nothing was reopened at GWL.", r.nothingBack())
	r.InTime = InTime{Now: ratio(12, 12), LastWeek: ratio(9, 11)}
	assert.Equal(t, "Every deadline was met; the week before 9 of 11.", r.allMet())
}

func TestWhatNeedsADecision(t *testing.T) {
	r := told(t, `
REQ-1 P1 GitOps AP ERP ravi: silent since before it fell due
  2026-03-12 10:00 opened
  2026-03-12 10:00 assign GWL
  2026-03-12 11:00 ack
REQ-2 P1 GitOps AP ERP ravi: spoke when it was late
  2026-03-12 10:00 opened
  2026-03-12 10:00 assign GWL
  2026-03-12 11:00 ack
  2026-03-12 19:00 says
REQ-3 P1 GitOps AP ERP ravi: blocked, so not the partner's to decide
  2026-03-12 10:00 opened
  2026-03-12 10:00 assign GWL
  2026-03-12 11:00 ack
  2026-03-12 12:00 block no way in
REQ-4 P1 GitOps AP ERP ravi: nobody has it
  2026-03-12 10:00 opened
  2026-03-12 10:00 assign GWL
  2026-03-12 10:30 decline too busy
REQ-5 P3 AccessOps AP ERP ravi: an approval
  2026-03-13 10:00 opened
  2026-03-13 12:00 ask meera@egov.test
REQ-6 P3 AccessOps AP ERP ravi: approved
  2026-03-13 10:00 opened
  2026-03-13 12:00 ask meera@egov.test
  2026-03-13 13:00 approve
`)
	var got []string
	for _, d := range r.Decisions {
		got = append(got, d.Kind+" "+d.Item.Key+" "+d.Line)
	}
	assert.Equal(t, []string{
		"approval REQ-5 waits 2 days for Meera Iyer",
		"owner REQ-4 3 d 12 h late, nobody has it",
		"word REQ-1 3 d 6 h late, GWL, no word since Thu 12 Mar",
	}, got)
	assert.Equal(t, []string{"nobody has it: handed back by GWL: too busy", "last word Thu 12 Mar", "last word Thu 12 Mar", "blocked: no way in"},
		[]string{r.Late[0].Why, r.Late[1].Why, r.Late[2].Why, r.Late[3].Why})
	assert.Equal(t, []Approval{{Item: r.Decisions[0].Item, Need: "type AccessOps", Asked: at(t, r.AsOf.Location(), "2026-03-13 12:00"), Waited: 60 * 60 * 60, From: []string{"Meera Iyer"}, Missing: 1}}, r.Approvals)
}

func TestOnlyFiveDecisionsAreAskedFor(t *testing.T) {
	v := &view{Collector: collect(t, setup(t)), edition: Programme}
	first, more := v.decisions(nil, make([]Approval, 8))
	assert.Len(t, first, 5)
	assert.Equal(t, 3, more)
}

func TestBucketsOfAge(t *testing.T) {
	for days, want := range map[float64]int{0: 0, 0.99: 0, 1: 1, 2.99: 1, 3: 2, 6.9: 2, 7: 3, 13.9: 3, 14: 4, 400: 4} {
		assert.Equal(t, want, bucketOf(time.Duration(days*24*float64(time.Hour))), days)
	}
}

// The week's edges: its first instant belongs to it, its end to the next.
func TestADeadlineBelongsToTheWeekInWhichItFalls(t *testing.T) {
	s := setup(t)
	from, to := s.Week.Bounds(s.Zone)
	for name, c := range map[string]struct {
		due  time.Time
		want Ratio
	}{
		"just before":          {from.Add(-time.Microsecond), ratio(0, 0)},
		"its first instant":    {from, ratio(0, 1)},
		"its last":             {to.Add(-time.Microsecond), ratio(0, 1)},
		"that of the next one": {to, ratio(0, 0)},
	} {
		k := &story{t: t, zone: s.Zone}
		k.do(from.AddDate(0, 0, -10), ravi, openedP4())
		k.do(from.AddDate(0, 0, -9), asha, dueAt(c.due))
		r := collect(t, s, k.events).Programme()
		assert.Equal(t, c.want, r.InTime.Now, name)
		// Done at the very instant is late; a moment before it is in time.
		for _, early := range []time.Duration{0, time.Microsecond} {
			done := &story{t: t, zone: s.Zone, ticket: k.ticket, events: k.events[:len(k.events):len(k.events)]}
			done.do(c.due.Add(-early), asha, resolved())
			want := c.want
			if early > 0 && want.Of > 0 {
				want = ratio(1, 1)
			}
			assert.Equal(t, want, collect(t, s, done.events).Programme().InTime.Now, "%s, done %s before", name, early)
		}
	}
}

func TestADeadlineOfTheFutureIsNoneYet(t *testing.T) {
	s := setup(t)
	s.AsOf = at(t, s.Zone, "2026-03-11 12:00")
	r := collect(t, s, tell(t, s.Zone, `
REQ-1 P2 GitOps AP ERP ravi: done before it is due on Friday
  2026-03-10 10:00 opened
  2026-03-10 11:00 done
REQ-2 P2 GitOps AP ERP ravi: resolved only in the afternoon
  2026-03-11 10:00 opened
  2026-03-11 13:00 done
`)...).Programme()
	assert.Equal(t, ratio(1, 1), r.InTime.Now, "the pickup of REQ-1 was due today at 10:00")
	assert.Equal(t, 1, r.Open.Now)
	require.Len(t, r.Tickets, 2)
	assert.Equal(t, "2026-03-12 10:00", r.Tickets[1].Deadline.Format("2006-01-02 15:04"))
}

// A request of an unknown sender begins to count when it is let in, and so do the
// deadlines that it has missed by then.
func TestARequestCountsFromWhenItIsLetIn(t *testing.T) {
	r := told(t, `
REQ-1 P1 GitOps AP ERP ravi: came last week, let in on Tuesday
  2026-03-05 10:00 unverified
  2026-03-10 10:00 accept
REQ-2 P1 GitOps AP ERP ravi: never let in
  2026-03-10 10:00 unverified
`)
	assert.Equal(t, []int{0, 1, 1}, []int{r.Open.LastWeek, r.Flow.Opened, r.Open.Now})
	assert.Equal(t, ratio(0, 2), r.InTime.Now, "its deadlines had passed by then")
	assert.Equal(t, ratio(0, 0), r.InTime.LastWeek)
	assert.Equal(t, 1, r.LateNow.Now, "and late it is")
	assert.Equal(t, 2, r.Tickets[0].Due)
}

func TestNobodyIsBlamedForWhatPassedBeforeItWasLetIn(t *testing.T) {
	r := told(t, `
REQ-1 P1 GitOps AP ERP ravi: let in and given to a partner at once
  2026-03-05 10:00 unverified
  2026-03-10 10:00 accept
  2026-03-10 10:00 assign GWL
REQ-2 P1 GitOps AP ERP ravi: in time
  2026-03-10 10:00 unverified
  2026-03-10 11:00 accept
  2026-03-10 11:00 assign GWL
  2026-03-10 11:30 done
REQ-3 P1 GitOps AP ERP ravi: let in next week
  2026-03-10 10:00 unverified
  2026-03-16 00:00 accept
`)
	assert.Equal(t, ratio(2, 4), r.InTime.Now)
	assert.Equal(t, ratio(2, 2), r.Partners[1].InTime)
	assert.Contains(t, r.Verdict.Headline, "2 deadlines passed without a partner.")
}

func TestWhatWaitsToBeLetIn(t *testing.T) {
	r := told(t, "REQ-2 P1 GitOps AP ERP ravi: x\n  2026-03-10 10:00 unverified")
	assert.False(t, r.Quiet)
	assert.Equal(t, []int{0, 0, 1, 1}, []int{r.Open.Now, r.Flow.In.Now, r.ToLetIn, len(r.Decisions)})
	assert.Equal(t, Verdict{"No deadline fell into this week.", "Nothing is open. 1 request waits to be let in."}, r.Verdict)
	assert.Equal(t, "Week 11: none late, 1 needs you", r.Subject)

	s := setup(t)
	c := collect(t, s, tell(t, s.Zone, `
REQ-1 P0 GitOps AP ERP ravi: nobody has it
  2026-03-12 10:00 opened
REQ-2 P1 GitOps AP ERP ravi: the younger
  2026-03-13 10:00 unverified
REQ-3 P1 GitOps AP ERP ravi: the older
  2026-03-10 10:00 unverified
REQ-4 P3 AccessOps AP ERP ravi: an approval
  2026-03-13 10:00 opened
  2026-03-13 12:00 ask meera@egov.test
REQ-5 P1 GitOps AP ERP ravi: not wanted
  2026-03-10 10:00 unverified
  2026-03-11 10:00 cancel spam
REQ-6 P1 GitOps AP ERP ravi: let in next week
  2026-03-15 23:00 unverified
  2026-03-16 10:00 accept
`)...)
	var got []string
	r = c.Programme()
	for _, d := range r.Decisions {
		got = append(got, d.Kind+" "+d.Item.Key+" "+d.Line)
	}
	assert.Equal(t, []string{
		"approval REQ-4 waits 2 days for Meera Iyer",
		"owner REQ-1 3 d 10 h late, nobody has it",
		"accept REQ-3 waits 5 days to be let in",
		"accept REQ-2 waits 2 days to be let in",
		"accept REQ-6 waits 1 hour to be let in",
	}, got)
	want := Item{
		Key: "REQ-3", Title: "the older", Priority: "P1", Type: "GitOps", Who: "ravi@egov.test", Status: "unverified",
		Since: at(t, s.Zone, "2026-03-10 10:00"), Why: "waits to be let in",
	}
	assert.Equal(t, Decision{Kind: DecideAccept, Item: want, Waited: 5*24*60*60 + 14*60*60, Line: "waits 5 days to be let in"}, r.Decisions[2])
	assert.Equal(t, []int{2, 2, 3}, []int{r.Open.Now, r.Flow.In.Now, r.ToLetIn})
	assert.Len(t, r.Tickets, 2)
	for _, of := range []Report{c.Partner("GWL"), c.Requester(ravi.Address)} {
		assert.Zero(t, of.ToLetIn)
		assert.NotContains(t, asJSON(t, of), "REQ-3")
	}
}
