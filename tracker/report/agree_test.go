package report

import (
	"cmp"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
	"envdesk/tracker/sla"
)

var programmes = flag.Uint64("programmes", 30, "how many random programmes are counted twice")

// TestTheReportAgreesWithASlowRecount counts random programmes, of ten tickets
// each, in every edition.
func TestTheReportAgreesWithASlowRecount(t *testing.T) {
	for seed := range *programmes {
		d := dice{Rand: rand.New(rand.NewPCG(seed, 11)), t: t, zone: zone(t, []string{"Asia/Kolkata", "Europe/Berlin", "America/New_York", "America/Santiago"}[seed%4])}
		s := setup(t)
		s.Zone, s.Week = d.zone, Week{2026, 11 + d.IntN(6)}
		from, to := s.Week.Bounds(d.zone)
		d.from, d.to = from.AddDate(0, 0, -7*(2+d.IntN(14))), to.AddDate(0, 0, 10)
		s.Ledger = d.ledger()
		if d.IntN(3) == 0 {
			s.AsOf = from.Add(time.Duration(1+d.IntN(6*24*60)) * time.Minute)
		}
		r := recount{setup: s, deadlines: map[int][]fall{}, lives: map[*tracker.Event][]tracker.Ticket{}}
		for id := range 10 {
			r.histories = append(r.histories, d.history(id+1))
		}
		c := collect(t, s, r.histories...)
		r.asOf = c.asOf
		agree(t, r, c.Programme())
		for _, p := range []string{"OptIT", "GWL", "MacroSkies"} {
			of := r
			of.partner = p
			agree(t, of, c.Partner(p))
		}
		of := r
		of.requester = ravi.Address
		agree(t, of, c.Requester(ravi.Address))
		if t.Failed() {
			t.Fatalf("seed %d, %s as of %s", seed, s.Week, c.asOf.In(d.zone))
		}
	}
}

// agree compares every number of a report.
func agree(t *testing.T, r recount, got Report) {
	t.Helper()
	agreeWeeks(t, r, got)
	agreePriorities(t, r, got)
	agreeLists(t, r, got)
	agreeGroups(t, r, "types", got.Types, func(k tracker.Ticket) string { return k.Type })
	agreeGroups(t, r, "environments", got.Environments, func(k tracker.Ticket) string { return k.Environment })
	agreeGroups(t, r, "stacks", got.Stacks, func(k tracker.Ticket) string { return k.Stack })
	agreeRows(t, got)
	for _, p := range got.Partners {
		of := r
		of.partner, of.requester = p.Name, ""
		agreePartner(t, of, p)
	}
}

// agreeRows adds up the rows.
func agreeRows(t *testing.T, got Report) {
	t.Helper()
	var due, met, open, late int
	for _, r := range got.Tickets {
		due, met = due+r.Due, met+r.Met
		if r.IsOpen {
			open++
		}
		if r.Late {
			late++
		}
	}
	assert.Equal(t, []int{got.InTime.Now.Of, got.InTime.Now.Met, got.Open.Now, got.LateNow.Now}, []int{due, met, open, late}, "rows")
}

// counted are the numbers of a week.
type counted struct {
	moves
	open, late, due, met int
}

func (c counted) ratio() Ratio { return ratio(c.met, c.due) }

// week counts the week n weeks back.
func (r *recount) week(back int) counted {
	from, to := r.setup.Week.Back(back).Bounds(r.setup.Zone)
	if to.After(r.asOf) {
		to = r.asOf
	}
	var c counted
	for i, h := range r.histories {
		r.moves(h, from, to, &c.moves)
		if r.mine(r.before(h, to)) {
			c.open++
		}
		if !r.lateAt(h, to).IsZero() {
			c.late++
		}
		for _, f := range r.due(i) {
			if f.fell.Before(from) || !f.fell.Before(to) {
				continue
			}
			if c.due++; f.met {
				c.met++
			}
		}
	}
	return c
}

// seenWeeks are how many weeks, at most n, the reader had work in, this one
// included.
func (r *recount) seenWeeks(n int) int {
	weeks := 1
	for back := 1; back < n; back++ {
		from, _ := r.setup.Week.Back(back - 1).Bounds(r.setup.Zone)
		for _, h := range r.histories {
			for k, e := range h {
				is := r.life(h)[k+1]
				if e.At.Before(from) && r.mine(is) {
					weeks = back + 1
				}
			}
		}
	}
	return weeks
}

func middle(values []int) int {
	if len(values) == 0 {
		return 0
	}
	slices.Sort(values)
	return values[(len(values)+1)/2-1]
}

func agreeWeeks(t *testing.T, r recount, got Report) {
	t.Helper()
	now := r.week(0)
	weeks := r.seenWeeks(horizon)
	var before []counted
	for back := 1; back <= 4 && back < weeks; back++ {
		before = append(before, r.week(back))
	}
	figure := func(name string, f Figure, of func(counted) int) {
		var usual []int
		for _, b := range before {
			usual = append(usual, of(b))
		}
		last := 0
		if len(before) > 0 {
			last = of(before[0])
		}
		assert.Equal(t, Figure{of(now), last, middle(usual), of(now) - last}, f, name)
	}
	figure("open", got.Open, func(c counted) int { return c.open })
	figure("late", got.LateNow, func(c counted) int { return c.late })
	figure("in", got.Flow.In, func(c counted) int { return c.in() })
	figure("out", got.Flow.Out, func(c counted) int { return c.out() })
	f := got.Flow
	assert.Equal(t, now.moves, moves{f.Opened, f.Reopened, f.Resolved, f.Dropped, f.Given, got.Quality.CameBack, got.Quality.FirstRight.Met})
	assert.Equal(t, now.solved, got.Quality.Resolved)
	assert.Equal(t, now.ratio(), got.InTime.Now, "in time")
	if len(before) > 0 {
		assert.Equal(t, before[0].ratio(), got.InTime.LastWeek, "in time last week")
	}
	slices.SortFunc(before, func(a, b counted) int {
		return cmp.Or(cmp.Compare(a.met*b.due, b.met*a.due), cmp.Compare(a.due, b.due))
	})
	before = slices.DeleteFunc(before, func(c counted) bool { return c.due == 0 })
	if n := len(before); n > 0 {
		assert.Equal(t, before[(n+1)/2-1].ratio(), got.InTime.Usual, "in time usually")
	}
	require.Len(t, got.Trend.Weeks, min(weeks, 8))
	for i, w := range got.Trend.Weeks {
		back := len(got.Trend.Weeks) - 1 - i
		c := r.week(back)
		assert.Equal(t, TrendWeek{r.setup.Week.Back(back), fmt.Sprintf("w%d", r.setup.Week.Back(back).Number), c.open, c.late, c.in(), c.out(), c.ratio()}, w)
	}
	if got.Honesty != nil {
		assert.Zero(t, got.Honesty.Imbalance())
		assert.Equal(t, []int{now.in(), now.out(), now.open}, []int{got.Honesty.In, got.Honesty.Out, got.Honesty.OpenNow})
	}
}

// slow is a nearest-rank percentile by counting: the lowest value that so many
// per cent do not exceed.
func slow(values []time.Duration, percent int) int64 {
	for _, v := range slices.Sorted(slices.Values(values)) {
		n := 0
		for _, w := range values {
			if w <= v {
				n++
			}
		}
		if 100*n >= percent*len(values) {
			return int64(v / time.Second)
		}
	}
	return 0
}

func agreePriorities(t *testing.T, r recount, got Report) {
	t.Helper()
	from, _ := r.setup.Week.Bounds(r.setup.Zone)
	for _, l := range got.Priorities {
		var due, met, open, late int
		lengths := map[sla.Name][]time.Duration{}
		elapsed := map[sla.Name][]time.Duration{}
		for i, h := range r.histories {
			k := r.before(h, r.asOf)
			if r.mine(k) && k.Priority == l.Priority {
				open++
				if !r.lateAt(h, r.asOf).IsZero() {
					late++
				}
			}
			for _, f := range r.due(i) {
				if r.whenFell(h, f).Priority == l.Priority && !f.fell.Before(from) {
					if due++; f.met {
						met++
					}
				}
			}
			for _, s := range r.stopped(h) {
				if k.Admitted && s.Priority == l.Priority && !s.Ended.Before(from) && r.reads(r.until(h, s.Ended)) {
					lengths[s.Name] = append(lengths[s.Name], r.minutes(h, s.Name, s.Start, s.Ended))
					elapsed[s.Name] = append(elapsed[s.Name], s.Ended.Sub(s.Start))
				}
			}
		}
		assert.Equal(t, []int{due, met, due - met, open, late}, []int{l.Due, l.Met, l.Late, l.Open, l.LateNow}, l.Priority)
		for clock, have := range map[sla.Name]Lengths{sla.Pickup: l.Pickup, sla.Resolve: l.Resolve} {
			d, e := lengths[clock], elapsed[clock]
			assert.Equal(t, Lengths{len(d), slow(d, 50), slow(d, 85), slow(e, 50), slow(e, 85)}, have, "%s %s", l.Priority, clock)
		}
	}
}

// stopped are the clocks with a promise that were stopped with a result, as they
// were just after each event.
func (r *recount) stopped(events []tracker.Event) []sla.State {
	var all []sla.State
	for _, e := range events {
		if !e.At.Before(r.asOf) {
			break
		}
		n := earlier(events, e.At)
		for _, s := range ofDesk(events[:n], r.setup.Ledger, e.At) {
			if s.Done && s.Ended.Equal(e.At) && !s.Due.IsZero() {
				all = append(all, s)
			}
		}
	}
	return all
}

func agreeLists(t *testing.T, r recount, got Report) {
	t.Helper()
	late := map[string]time.Time{}
	ages := make([]int, 5)
	waits := map[string]int{}
	asked, outside, oldest := 0, 0, time.Time{}
	for _, h := range r.histories {
		k := r.before(h, r.asOf)
		if k.Status == tracker.StatusUnverified {
			outside++
		}
		if !r.mine(k) {
			continue
		}
		if since := r.lateAt(h, r.asOf); !since.IsZero() {
			late[k.Key] = since
		}
		days := r.asOf.Sub(k.OpenedAt).Hours() / 24
		for i, end := range []float64{1, 3, 7, 14, 1e9} {
			if days < end {
				ages[i]++
				break
			}
		}
		if oldest.IsZero() || k.OpenedAt.Before(oldest) {
			oldest = k.OpenedAt
		}
		switch {
		case k.Status == tracker.StatusWaiting:
			waits["requester"]++
		case k.Status == tracker.StatusApproval:
			waits["approver"]++
			asked++
		case k.Partner != "" && k.Status != tracker.StatusBlocked:
			waits["partner"]++
		default:
			waits["us"]++
		}
	}
	have := map[string]time.Time{}
	for i, l := range got.Late {
		have[l.Key] = l.Due.UTC()
		assert.Equal(t, seconds(r.asOf.Sub(l.Due)), l.LateBy)
		assert.True(t, i == 0 || !l.Due.Before(got.Late[i-1].Due), "worst first")
	}
	assert.Equal(t, late, have, "late")
	for i, b := range got.Age.Buckets {
		assert.Equal(t, ages[i], b.Open, b.Label)
	}
	if !oldest.IsZero() {
		assert.Equal(t, int(r.asOf.Sub(oldest).Hours()/24), got.Age.Days)
	}
	waiting := map[string]int{}
	for _, w := range got.Waiting {
		waiting[w.Whom] = w.Open
	}
	assert.Equal(t, waits, waiting, "waiting")
	if r.partner == "" && r.requester == "" {
		assert.Len(t, got.Approvals, asked)
		assert.Equal(t, outside, got.ToLetIn)
	} else {
		assert.Zero(t, got.ToLetIn)
		assert.Empty(t, got.Approvals)
	}
}

func agreeGroups(t *testing.T, r recount, what string, got []GroupLine, field func(tracker.Ticket) string) {
	t.Helper()
	have := map[string]GroupLine{}
	for _, g := range got {
		have[g.Name] = g
	}
	want := map[string]GroupLine{}
	for i, h := range r.histories {
		of := r
		of.histories, of.deadlines = r.histories[i:i+1], map[int][]fall{0: r.deadlines[i]}
		c := of.week(0)
		name := field(r.before(h, r.asOf))
		g := want[name]
		sum := Ratio{Met: g.InTime.Met + c.met, Of: g.InTime.Of + c.due}
		want[name] = GroupLine{
			Name: name, Open: g.Open + c.open, In: g.In + c.in(), Out: g.Out + c.out(), LateNow: g.LateNow + c.late,
			InTime: ratio(sum.Met, sum.Of), Resolved: g.Resolved + c.solved,
		}
	}
	for name, g := range want {
		if g == (GroupLine{Name: name, InTime: ratio(0, 0)}) {
			delete(want, name)
		}
	}
	assert.Equal(t, want, have, what)
}
