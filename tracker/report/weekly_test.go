package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
	"envdesk/tracker/sla"
)

// TestTheGoldenIsWhatAPersonCounts has the numbers of week 11 of
// testdata/programme.txt, counted by hand.
func TestTheGoldenIsWhatAPersonCounts(t *testing.T) {
	s := setup(t)
	r := collect(t, s, stories(t, "testdata/programme.txt", s.Zone)...).Programme()
	// Three open before: two slow Bihar requests and the last release train. Ten
	// came in, one was let in on Wednesday among them, and the portal again. Out
	// went the portal twice, the runner, a key, the release train; one cancelled.
	assert.Equal(t, []int{3, 11, 6, 8}, []int{r.Open.LastWeek, r.Flow.In.Now, r.Flow.Out.Now, r.Open.Now})
	assert.Equal(t, []int{10, 1, 5, 1}, []int{r.Flow.Opened, r.Flow.Reopened, r.Flow.Resolved, r.Flow.Dropped})
	// P0: pickup Thu 02:00, resolve Thu 10:00, again Fri 22:00. P1: pickup Tue 12:00
	// and Thu 11:30 (missed), resolve Tue 18:00 (missed) and Thu 18:00. P2: pickup
	// Tue 10:00, Thu 10:00 (missed: it waits for an approval). P3: pickup Thu 12:00
	// (missed), and the release of week 9, due on Tuesday, done on Friday before.
	want := map[string][2]int{"P0": {3, 3}, "P1": {2, 4}, "P2": {1, 2}, "P3": {1, 2}, "P4": {0, 0}}
	for _, l := range r.Priorities {
		assert.Equal(t, want[l.Priority], [2]int{l.Met, l.Due}, l.Priority)
	}
	assert.Equal(t, Ratio{7, 11, "64%"}, r.InTime.Now)
	assert.Equal(t, Ratio{8, 9, "8 of 9"}, r.InTime.LastWeek)
	assert.Equal(t, &Notice{InTime: 1, Short: 1}, r.Priorities[4].Notice)
	assert.Equal(t, int64(12*60), r.Priorities[0].Pickup.Median)
	assert.Equal(t, int64(9*60*60), r.Priorities[2].Resolve.Median, "a key: three days with two of waiting: 9 working hours")
	var late []string
	for _, l := range r.Late {
		late = append(late, fmt.Sprintf("%s %s %s", l.Key, l.Who, Length(time.Duration(l.LateBy)*time.Second, wholeDay)))
	}
	assert.Equal(t, []string{"REQ-39 nobody 25 d 14 h", "REQ-33 OptIT 5 d 6 h", "REQ-34 nobody 3 d 14 h", "REQ-43 OptIT 3 d 12 h"}, late)
	assert.Equal(t, "Week 11: 64% in time (7 of 11), 4 late, 5 need you", r.Subject)
	assert.Equal(t, "7 of 11 deadlines met. OptIT was late twice and GWL once; 1 deadline passed without a partner.", r.Verdict.Headline)
	assert.Equal(t, []string{"Fastest P0: picked up in 12 min, Ravi Menon at GWL."}, r.GoodNews)
	assert.True(t, r.Honesty.Balanced)
	assert.Equal(t, "214 mails = 27 requests + 171 replies + 9 duplicates + 7 in quarantine.", r.Honesty.Line)
	assert.Equal(t, "Rotate the deploy key for Punjab", r.Recurring[0].Title)
	assert.Equal(t, 4, r.Recurring[0].Count)
	gwl := r.Partners[1]
	assert.Equal(t, []any{0, 2, 2, "closures", 100, LabelFull}, []any{gwl.Open, gwl.Demand, gwl.Capacity, gwl.Basis, gwl.Load, gwl.Label})
	optit := r.Partners[0]
	assert.Equal(t, []any{5, 7, 6, "limit", 117, LabelOver}, []any{optit.Open, optit.Demand, optit.Capacity, optit.Basis, optit.Load, optit.Label})
}

// asJSON is the report as the archive keeps it.
func asJSON(t *testing.T, r Report) string {
	t.Helper()
	b, err := json.Marshal(r)
	require.NoError(t, err)
	return string(b)
}

func TestAPastWeekIsTheSameForEver(t *testing.T) {
	s := setup(t)
	d := dice{Rand: rand.New(rand.NewPCG(5, 5)), t: t, zone: s.Zone}
	from, to := s.Week.Bounds(s.Zone)
	d.from, d.to = from.AddDate(0, 0, -70), to.AddDate(0, 0, 60)
	now, then := s, s
	late := sla.Terms{Since: to, Version: "later", Policy: &sla.Policy{Version: "later", Rules: map[string]sla.Rule{}}, Calendar: workdays(t, s.Zone, 1, 2)}
	now.Ledger = append(then.Ledger[:1:1], late)
	now.AsOf = to.AddDate(0, 0, 40)
	var short, long *Collector
	short, long = collect(t, then), collect(t, now)
	for id := range 120 {
		h := d.history(id + 1)
		require.NoError(t, long.Add(h))
		if h = cut(h, to); len(h) > 0 {
			require.NoError(t, short.Add(h))
		}
	}
	assert.Greater(t, short.Programme().Open.Now, 10)
	assert.Equal(t, asJSON(t, short.Programme()), asJSON(t, long.Programme()))
	assert.Equal(t, asJSON(t, short.Partner("GWL")), asJSON(t, long.Partner("gwl")))
	assert.Equal(t, asJSON(t, short.Requester(ravi.Address)), asJSON(t, long.Requester(ravi.Address)))
}

func TestOrderAndOldTicketsDoNotMatter(t *testing.T) {
	s := setup(t)
	histories := stories(t, "testdata/programme.txt", s.Zone)
	want := asJSON(t, collect(t, s, histories...).Programme())
	old := &story{t: t, zone: s.Zone}
	at := Since(s.Week, s.Zone).AddDate(0, 0, -3)
	old.do(at, ravi, tracker.Opened{Key: "REQ-900", Title: "Old", Priority: "P0", Type: "GitOps", Requester: tracker.Address{Address: ravi.Address}})
	old.do(at.Add(time.Hour), asha, tracker.Resolved{}, tracker.Noted{Text: "so be it"})
	c := collect(t, s, old.events)
	for i := range histories {
		require.NoError(t, c.Add(histories[len(histories)-1-i]))
	}
	assert.Equal(t, want, asJSON(t, c.Programme()))
	assert.Equal(t, want, asJSON(t, c.Programme()), "asked again")

	// An event a moment later makes it count.
	old.do(Since(s.Week, s.Zone), ravi, tracker.Noted{})
	assert.NotEqual(t, want, asJSON(t, collect(t, s, append(histories, old.events)...).Programme()))
}

// strings walks a value and gives every string in it.
func stringsIn(v reflect.Value, found func(string)) {
	switch v.Kind() {
	case reflect.String:
		found(v.String())
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			stringsIn(v.Elem(), found)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				stringsIn(v.Field(i), found)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			stringsIn(v.Index(i), found)
		}
	}
}

// Every word of every ticket that was not the partner's, of other partners, of
// notes and of the desk's own side carries a canary.
func TestThePartnersEditionTellsNothingOfOthers(t *testing.T) {
	s := setup(t)
	s.Directory.Partners[1].Name, s.Directory.Partners[2].Name = "GWL-canary", "MacroSkies-canary"
	s.Directory.Partners[1].Environments = []string{"canary"}
	day := func(n int) time.Time { return at(t, s.Zone, "2026-03-09 09:30").Add(time.Duration(n) * 7 * time.Hour) }
	other := tracker.Actor{Name: "canary", Address: "canary@gwl.test", Role: tracker.RolePartner, Partner: "GWL-canary"}
	var c = collect(t, s)
	for id := 1; id <= 12; id++ {
		k := &story{t: t, zone: s.Zone}
		opened := tracker.Opened{
			Key: fmt.Sprintf("REQ-%d", id), Title: "mine", Priority: fmt.Sprintf("P%d", id%4), Type: "GitOps", Environment: "Punjab", Stack: "ERP",
			Requester: tracker.Address{Name: "canary", Address: "canary@egov.test"},
		}
		if id > 9 {
			opened.Key, opened.Title, opened.Type, opened.Environment, opened.Stack = fmt.Sprintf("canary-%d", id), "canary", "canary", "canary", "canary"
		}
		k.do(day(0), ravi, opened)
		k.do(day(1), desk, tracker.Assigned{Partner: "GWL-canary"})
		k.do(day(2), other, tracker.PickedUp{}, tracker.StatusChanged{From: tracker.StatusWorking, To: tracker.StatusBlocked, Reason: "canary"}, tracker.Noted{Text: "canary"})
		if id > 9 {
			k.ticket.ID = int64(id)
			for i := range k.events {
				k.events[i].Ticket = int64(id)
			}
			require.NoError(t, c.Add(k.events))
			continue
		}
		k.do(day(3), other, tracker.Declined{Partner: "GWL-canary", Reason: "canary"})
		k.do(day(4), asha, tracker.Assigned{Partner: "OptIT"}, tracker.Noted{Text: "canary"})
		if id%3 == 0 {
			k.do(day(5), desk, tracker.ApprovalAsked{Need: "canary", Round: 1, Approvers: []string{"canary@egov.test"}, Quorum: 1})
		}
		if id%3 == 1 {
			k.do(day(5), member("OptIT"), tracker.PickedUp{}, tracker.Resolved{})
		}
		if id%4 == 0 {
			k.do(day(8), asha, tracker.Assigned{Partner: "MacroSkies-canary"})
		}
		require.NoError(t, c.Add(k.events))
	}
	r := c.Partner("optit")
	assert.Positive(t, r.Open.Now)
	assert.Positive(t, r.Flow.Resolved)
	assert.NotEmpty(t, r.Late)
	assert.Len(t, r.Partners, 1)
	check := func(s string) { assert.NotContains(t, s, "canary") }
	stringsIn(reflect.ValueOf(r), check)
	stringsIn(reflect.ValueOf(c.Digest(DigestReader{Role: tracker.RolePartner, Partner: "OptIT"})), check)
	assert.NotContains(t, asJSON(t, r), "canary")
	assert.Contains(t, asJSON(t, c.Programme()), "canary", "the programme is told")
}

func TestAWeekWithNothing(t *testing.T) {
	r := collect(t, setup(t)).Programme()
	assert.True(t, r.Quiet)
	assert.Equal(t, Verdict{"A quiet week.", "Nothing came in, no deadline fell into it and nothing is open."}, r.Verdict)
	assert.Equal(t, "Week 11: nothing to report", r.Subject)
	deaf := setup(t)
	deaf.Mails.Downtime = 3 * 24 * time.Hour
	assert.Equal(t, r.Verdict.Detail+" The mailbox was not read for 3 d.", collect(t, deaf).Programme().Verdict.Detail, "it was not so quiet")
	assert.Equal(t, "Not enough history yet (1 of 6 weeks).", r.Outlook.Sentence)
	assert.Empty(t, r.Decisions)
	text := asJSON(t, r)
	for _, bad := range []string{"NaN", "Inf", "nil", "0001-01-01", "%!"} {
		assert.NotContains(t, text, bad)
	}
	assert.Empty(t, collect(t, setup(t)).Partner("GWL").Late)
	assert.True(t, collect(t, setup(t)).Requester("x@y.test").Quiet)
}

func TestTheGoldensHaveNoListThatIsNull(t *testing.T) {
	for _, f := range []string{"programme.json", "partner.json", "requester.json"} {
		b, err := os.ReadFile("testdata/" + f)
		require.NoError(t, err)
		for _, line := range bytes.Split(b, []byte("\n")) {
			if bytes.HasSuffix(bytes.TrimRight(line, ","), []byte("null")) {
				assert.Regexp(t, `"(cleared_p50|cleared_p85|outlook|honesty|oldest)"`, string(line), f)
			}
		}
	}
}

func TestReportsAndCollectorsRefuse(t *testing.T) {
	good := setup(t)
	for want, change := range map[string]func(*Setup){
		"no time zone":     func(s *Setup) { s.Zone = nil },
		"no terms":         func(s *Setup) { s.Ledger = nil },
		"no week 2025-W53": func(s *Setup) { s.Week = Week{2025, 53} },
		"has not begun":    func(s *Setup) { s.AsOf = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC) },
	} {
		s := good
		change(&s)
		_, err := NewCollector(s)
		assert.ErrorContains(t, err, strings.TrimPrefix(want, "no week "), want)
	}
	c := collect(t, good)
	assert.NoError(t, c.Add(nil))
	err := c.Add([]tracker.Event{{Ticket: 7, Seq: 2, At: at(t, good.Zone, "2026-03-09 09:00"), Change: tracker.PickedUp{}}})
	assert.ErrorContains(t, err, "report on ticket 7")
}
