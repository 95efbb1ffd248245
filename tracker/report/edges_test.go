package report

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"envdesk/tracker"
)

// toldAt is the programme's report on one ticket: changes at instants, by asha.
func toldAt(t *testing.T, steps ...any) Report {
	s := setup(t)
	k := &story{t: t, zone: s.Zone}
	for i := 0; i < len(steps); i += 2 {
		k.do(steps[i].(time.Time), asha, steps[i+1].(tracker.Change))
	}
	return collect(t, s, k.events).Programme()
}

func TestEdgesOfTheWeek(t *testing.T) {
	s := setup(t)
	from, to := s.Week.Bounds(s.Zone)
	r := toldAt(t, from.AddDate(0, 0, -1), openedP4(), from, resolved())
	assert.Equal(t, []int{1, 1, 0}, []int{r.Open.LastWeek, r.Flow.Out.Now, r.Open.Now}, "resolved at its first instant")
	r = toldAt(t, from, openedP4())
	assert.Equal(t, []int{0, 1, 1}, []int{r.Open.LastWeek, r.Flow.In.Now, r.Open.Now}, "opened at its first instant")
	r = toldAt(t, to, openedP4())
	assert.True(t, r.Quiet, "opened at the end")
	r = toldAt(t, from, openedP4(), to, resolved())
	assert.Equal(t, 1, r.Open.Now, "resolved at the end")
	assert.Equal(t, "new", r.Tickets[0].Status)
	r = toldAt(t, from, openedP4(), from.Add(time.Hour), dueAt(to))
	assert.Equal(t, []int{1, 0}, []int{r.Open.Now, r.LateNow.Now}, "due at the end")
	r = toldAt(t, from, openedP4(), from.Add(time.Hour), dueAt(to.Add(-1)))
	assert.Equal(t, 1, r.LateNow.Now, "due a moment before")
	r = toldAt(t, from.AddDate(0, 0, -2), openedP4(), from.AddDate(0, 0, -1), dueAt(from))
	assert.Equal(t, []int{0, 1}, []int{r.LateNow.LastWeek, r.LateNow.Now}, "due at its first instant")
}

func TestAnOldTicketThatIsOpenCounts(t *testing.T) {
	s := setup(t)
	from, _ := s.Week.Bounds(s.Zone)
	r := toldAt(t, from.AddDate(-1, 0, 0), openedP4())
	assert.Equal(t, []int{1, 372}, []int{r.Open.Now, r.Age.Days})
	assert.Len(t, r.Trend.Weeks, 8)
	assert.Equal(t, Notice{}, *r.Priorities[4].Notice, "its notice is of another week")
}

func TestWhatCameBack(t *testing.T) {
	s := setup(t)
	from, _ := s.Week.Bounds(s.Zone)
	done := from.AddDate(0, 0, -4)
	for after, want := range map[time.Duration]int{7 * wholeDay: 1, 7*wholeDay + time.Minute: 0, 5 * wholeDay: 1} {
		r := toldAt(t, done.Add(-time.Hour), openedP4(), done, resolved(), done.Add(after), tracker.Reopened{})
		assert.Equal(t, []int{want, 1}, []int{r.Quality.CameBack, r.Flow.Reopened}, after)
	}
	r := toldAt(t, done.Add(-time.Hour), openedP4(), done, tracker.Cancelled{}, done.Add(5*wholeDay), tracker.Reopened{})
	assert.Equal(t, []int{0, 1}, []int{r.Quality.CameBack, r.Flow.Reopened}, "it had been cancelled")
}

func TestFirstTimeRight(t *testing.T) {
	s := setup(t)
	from, _ := s.Week.Bounds(s.Zone)
	at := func(hours int) time.Time { return from.Add(time.Duration(hours) * time.Hour) }
	to := func(partner string) tracker.Change { return tracker.Assigned{Partner: partner} }
	wait := tracker.StatusChanged{From: tracker.StatusWorking, To: tracker.StatusWaiting}
	for name, c := range map[string]struct {
		steps []any
		want  int
	}{
		"at once":                 {[]any{at(1), to("GWL"), at(2), resolved()}, 1},
		"by nobody in particular": {[]any{at(2), resolved()}, 1},
		"given on":                {[]any{at(1), to("GWL"), at(2), to("OptIT"), at(3), resolved()}, 0},
		"after a question":        {[]any{at(1), to("GWL"), at(2), tracker.PickedUp{}, at(3), wait, at(4), resolved()}, 0},
		"the second time":         {[]any{at(1), resolved(), at(2), tracker.Reopened{}, at(3), resolved()}, 0},
		"reopened in the week":    {[]any{at(1), resolved(), at(150), tracker.Reopened{}}, 0},
		"reopened a week later":   {[]any{at(1), resolved(), at(169), tracker.Reopened{}}, 1},
	} {
		r := toldAt(t, append([]any{at(0), openedP4()}, c.steps...)...)
		assert.Equal(t, c.want, r.Quality.FirstRight.Met, name)
	}
}

func TestNobodyIsBlamedForWhatFellWhenTheyGotIt(t *testing.T) {
	s := setup(t)
	due := at(t, s.Zone, "2026-03-11 12:00")
	r := toldAt(t, due.AddDate(0, 0, -2), openedP4(), due.AddDate(0, 0, -1), dueAt(due), due, tracker.Assigned{Partner: "GWL"})
	assert.Equal(t, ratio(0, 1), r.InTime.Now)
	assert.Equal(t, ratio(0, 0), r.Partners[1].InTime)
	assert.Equal(t, "The one deadline was missed. 1 deadline passed without a partner.", r.Verdict.Headline)
}

func TestAMachineIsNoSignOfLife(t *testing.T) {
	for auto, want := range map[tracker.Auto]string{tracker.AutoReply: "no word yet", tracker.AutoNone: "last word Tue 10 Mar", "": "last word Tue 10 Mar"} {
		s := setup(t)
		k := &story{t: t, zone: s.Zone}
		k.do(at(t, s.Zone, "2026-03-10 10:00"), ravi, openedP4(), tracker.Assigned{Partner: "GWL"}, tracker.PickedUp{})
		k.do(at(t, s.Zone, "2026-03-10 11:00"), member("GWL"), tracker.Replied{Auto: auto})
		c := collect(t, s, k.events)
		v := c.programme()
		assert.Equal(t, want, v.why(v.tickets[0].facts), string(auto))
	}
}

func TestOnlyTheProgrammeIsToldWhoPickedUp(t *testing.T) {
	s := setup(t)
	k := &story{t: t, zone: s.Zone}
	k.do(at(t, s.Zone, "2026-03-10 10:00"), ravi, tracker.Opened{Key: "REQ-1", Priority: "P0", Requester: tracker.Address{Address: ravi.Address}}, tracker.Assigned{Partner: "GWL"})
	k.do(at(t, s.Zone, "2026-03-10 10:10"), asha, tracker.PickedUp{})
	c := collect(t, s, k.events)
	assert.Contains(t, c.Programme().GoodNews[0], "10 min, Asha Rao")
	assert.NotContains(t, c.Partner("GWL").GoodNews[0], "Asha")
	assert.NotContains(t, c.Requester(ravi.Address).GoodNews[0], "Asha")
}
