package desk_test

import (
	"database/sql"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
	"envdesk/tracker/desk"
	"envdesk/tracker/report"
)

var (
	programme = desk.Edition{Kind: report.Programme}
	ofOptIT   = desk.Edition{Kind: report.PartnerEdition, For: "OptIT"}
	ofGWL     = desk.Edition{Kind: report.PartnerEdition, For: "GWL"}
)

// newReportRig is a timed desk that sends reports on Mondays at 09:00 and digests
// at 09:15.
func newReportRig(t *testing.T) *rig {
	r := newTimedRig(t)
	r.Reports = desk.Reports{
		Weekly: desk.WeeklyPlan{Day: time.Monday, At: 9 * time.Hour, To: []desk.WeeklyReader{
			{Email: "board@egov.test", Edition: programme}, {Email: "asha@egov.test", Edition: programme}, {Edition: ofOptIT},
		}},
		Daily: desk.DailyPlan{At: 9*time.Hour + 15*time.Minute, To: []tracker.Role{tracker.RoleManager, tracker.RoleDevOps, tracker.RolePartner}},
	}
	return r
}

// on sets the clock to a time in Kolkata and does what is due; it gives the
// reports and digests that this sent, as their keys without their kind.
func (r *rig) on(when string) (keys []string) {
	r.t.Helper()
	before := len(r.reports())
	r.set(when)
	r.tick(r.now)
	for _, key := range r.reports()[before:] {
		keys = append(keys, strings.TrimPrefix(strings.TrimPrefix(key, "weekly/"), "daily/"))
	}
	return keys
}

func (r *rig) set(when string) {
	r.t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", when, r.Rules.Zone)
	require.NoError(r.t, err)
	r.now = at
}

func (r *rig) reports() (keys []string) {
	mails, err := r.store.Outbox().List(r.t.Context(), "")
	require.NoError(r.t, err)
	for _, m := range mails {
		if m.Kind == tracker.KindReport || m.Kind == tracker.KindDigest {
			keys = append(keys, m.Key)
		}
	}
	return keys
}

func (r *rig) kept(name string) (k tracker.KeptReport) {
	r.t.Helper()
	require.NoError(r.t, r.store.View(r.t.Context(), func(v tracker.View) (err error) {
		k, err = v.KeptReport(r.t.Context(), name)
		return err
	}))
	return k
}

func week(t *testing.T, s string) report.Week {
	w, err := report.ParseWeek(s)
	require.NoError(t, err)
	return w
}

// weekOfWork is a week in which two partners got work.
func (r *rig) weekOfWork() {
	r.set("2026-11-24 10:00")
	r.receive(mail("ravi@egov.test", "a@egov.test", "[P1][Punjab] Disk full", "x"), mail("ravi@egov.test", "b@egov.test", "[P2][AP] Secret of GWL", "x"))
	r.do("REQ-1", "/ack", "desk@optit.test")
	r.do("REQ-2", "/ack", "desk@gwl.test")
	r.set("2026-11-24 12:00")
	r.do("REQ-1", "/done fixed", "desk@optit.test")
}

func TestTheWeeklyReportIsSentOnce(t *testing.T) {
	r := newReportRig(t)
	r.Reports.Daily.To = nil
	r.weekOfWork()
	assert.Empty(t, r.on("2026-11-30 08:59"))
	want := []string{"2026-W48/programme/board@egov.test", "2026-W48/programme/asha@egov.test", "2026-W48/partner/OptIT/desk@optit.test"}
	assert.Equal(t, want, r.on("2026-11-30 09:00"))
	assert.Empty(t, r.on("2026-11-30 09:00"))
	r.reopen()
	assert.Empty(t, r.on("2026-12-06 23:59"), "a restart forgets nothing")

	var got report.Report
	k := r.kept("weekly/2026-W48/programme")
	require.NoError(t, json.Unmarshal(k.Data, &got))
	assert.Equal(t, 2, got.Flow.Opened)
	assert.Equal(t, 1, got.Open.Now)
	assert.Equal(t, report.Mails{Received: 2, New: 2}, got.Honesty.Mails)
	assert.True(t, got.Honesty.Balanced)

	assert.Len(t, r.on("2026-12-07 09:00"), 3)
	for _, e := range []desk.Edition{programme, ofOptIT} {
		anew, err := r.Weekly(t.Context(), week(t, "2026-W48"), e)
		require.NoError(t, err)
		data, err := json.Marshal(anew)
		require.NoError(t, err)
		kept, err := r.KeptWeekly(t.Context(), week(t, "2026-W48"), e)
		require.NoError(t, err)
		assert.Equal(t, string(kept.Data), string(data), "built anew, byte for byte")
	}
	assert.Empty(t, r.alerts())
}

func TestAPartnersEditionTellsNothingOfOthers(t *testing.T) {
	r := newReportRig(t)
	r.weekOfWork()
	r.on("2026-11-30 09:20")
	for _, name := range []string{"weekly/2026-W48/partner/OptIT", "daily/2026-11-30/desk@optit.test"} {
		data := string(r.kept(name).Data)
		assert.NotContains(t, data, "GWL", name)
		assert.NotContains(t, data, "REQ-2", name)
	}
	assert.Contains(t, string(r.kept("weekly/2026-W48/partner/OptIT").Data), "REQ-1")
	assert.Contains(t, string(r.kept("daily/2026-11-30/desk@gwl.test").Data), "REQ-2")
}

func TestAfterDowntimeOnlyTheLatestWeekIsReported(t *testing.T) {
	r := newReportRig(t)
	r.Reports.Daily.To = nil
	r.weekOfWork()
	want := []string{"2026-W51/programme/board@egov.test", "2026-W51/programme/asha@egov.test", "2026-W51/partner/OptIT/desk@optit.test"}
	assert.Equal(t, want, r.on("2026-12-24 03:00"))
	assert.Empty(t, r.on("2026-12-28 08:59"))
	assert.Len(t, r.on("2026-12-28 09:00"), 3)
}

func TestANewDeskOwesNoReport(t *testing.T) {
	r := newReportRig(t)
	r.Reports.Daily.Empty = true
	assert.Empty(t, r.on("2026-11-23 11:00"), "an empty store")
	r.weekOfWork()
	assert.Empty(t, r.on("2026-11-24 13:00"), "its first mail came behind Monday 09:00 and Tuesday 09:15")
	assert.NotEmpty(t, r.on("2026-11-25 09:15"))
}

// Whoever stands in the configuration, nobody gets what is another partner's, and
// a partner that may get no mail gets none.
func TestWhoMayNotReadGetsNoReport(t *testing.T) {
	r := newReportRig(t)
	r.Reports.Weekly.To = []desk.WeeklyReader{
		{Edition: ofOptIT}, {Edition: ofGWL}, {Email: "desk@gwl.test", Edition: ofOptIT}, {Email: "desk@gwl.test", Edition: programme},
		{Email: "board@egov.test", Edition: ofGWL}, {Email: "board@egov.test", Edition: ofGWL}, {Edition: programme},
		{Email: "ravi@egov.test", Edition: desk.Edition{Kind: report.RequesterEdition, For: "ravi@egov.test"}},
		{Email: "desk@optit.test", Edition: desk.Edition{Kind: report.RequesterEdition, For: "desk@optit.test"}},
		{Edition: desk.Edition{Kind: report.PartnerEdition, For: "nobody"}},
	}
	r.weekOfWork()
	r.Rules.Directory.Partners[0].Status = tracker.Left
	assert.Equal(t, []string{
		"2026-W48/partner/GWL/desk@gwl.test", "2026-W48/partner/GWL/board@egov.test", "2026-W48/requester/ravi@egov.test/ravi@egov.test",
		"2026-11-30/asha@egov.test", "2026-11-30/ops@egov.test", "2026-11-30/desk@gwl.test",
	}, r.on("2026-11-30 09:15"))
	r.Rules.Directory.Partners[0].Status = tracker.Onboarded
	assert.Equal(t, []string{
		"2026-W48/partner/OptIT/desk@optit.test", "2026-W48/requester/desk@optit.test/desk@optit.test", "2026-11-30/desk@optit.test",
	}, r.on("2026-11-30 10:00"), "when it may, it gets what it missed")
}

func TestTheDigestIsSentOnBusinessDays(t *testing.T) {
	r := newReportRig(t)
	r.Reports.Weekly.To = nil
	r.Reports.Daily.To = []tracker.Role{tracker.RoleManager, tracker.RoleDevOps}
	r.weekOfWork()
	manager, ops := "2026-11-25/asha@egov.test", "2026-11-25/ops@egov.test"
	assert.Empty(t, r.on("2026-11-25 09:14"))
	assert.Empty(t, r.on("2026-11-25 09:15"), "nothing is late, due or waits")
	r.set("2026-11-25 10:00")
	r.receive(mail("ravi@egov.test", "c@egov.test", "[P1] Nobody has it", "x"))
	assert.Empty(t, r.on("2026-11-25 10:01"), "the digest of the day was empty")

	next := func(s string) string { return strings.Replace(s, "-25/", "-26/", 1) }
	assert.Equal(t, []string{next(manager), next(ops)}, r.on("2026-11-26 17:59"), "made up for on the same day")
	assert.Empty(t, r.on("2026-11-26 18:01"))
	assert.Empty(t, r.on("2026-11-27 18:00"), "the day is over")
	assert.Empty(t, r.on("2026-11-28 09:15"), "Saturday")
	assert.Len(t, r.on("2026-11-30 09:15"), 2)
}

func TestAnEmptyDigest(t *testing.T) {
	for _, tt := range []struct {
		name  string
		empty bool
		when  string
		want  int
	}{
		{"on other days there is none", false, "2026-12-01 09:15", 0},
		{"Monday's confirms that the desk is alive", false, "2026-11-30 09:15", 1},
		{"as configured", true, "2026-12-01 09:15", 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := newReportRig(t)
			r.Reports.Weekly.To = nil
			r.Reports.Daily.To, r.Reports.Daily.Empty = []tracker.Role{tracker.RoleManager}, tt.empty
			r.weekOfWork()
			r.do("REQ-2", "/done x", "desk@gwl.test")
			assert.Len(t, r.on(tt.when), tt.want)
			assert.Empty(t, r.on(tt.when))
		})
	}
}

func TestSendWeekly(t *testing.T) {
	r := newReportRig(t)
	r.Reports.Daily.To = nil
	r.weekOfWork()
	r.set("2026-11-27 10:00")
	_, err := r.SendWeekly(t.Context(), week(t, "2026-W48"), nil)
	require.ErrorContains(t, err, "week 2026-W48 has not ended")
	r.set("2026-11-30 08:00")
	sent, err := r.SendWeekly(t.Context(), week(t, "2026-W48"), &ofOptIT)
	require.NoError(t, err)
	assert.Equal(t, desk.Sent{Readers: 1, Mails: 1}, sent)
	sent, err = r.SendWeekly(t.Context(), week(t, "2026-W48"), nil)
	require.NoError(t, err)
	assert.Equal(t, desk.Sent{Readers: 3, Mails: 2, Had: 1}, sent)
	assert.Empty(t, r.on("2026-11-30 09:00"), "they have it")

	r.Reports.Weekly.To = append(r.Reports.Weekly.To, desk.WeeklyReader{Email: "new@egov.test", Edition: programme})
	r.Rules.Directory.Partners = r.Rules.Directory.Partners[:1] // built anew it would differ
	sent, err = r.SendWeekly(t.Context(), week(t, "2026-W48"), &programme)
	require.NoError(t, err)
	assert.Equal(t, desk.Sent{Readers: 3, Mails: 1, Had: 2}, sent)
}

func TestSendDaily(t *testing.T) {
	r := newReportRig(t)
	r.Reports.Weekly.To = nil
	r.weekOfWork()
	r.set("2026-11-25 08:00")
	sent, err := r.SendDaily(t.Context(), func(d report.DigestReader) bool { return d.Role == tracker.RoleDevOps })
	require.NoError(t, err)
	assert.Equal(t, desk.Sent{Readers: 1, Mails: 1}, sent, "empty, and asked for")
	sent, err = r.SendDaily(t.Context(), func(d report.DigestReader) bool { return true })
	require.NoError(t, err)
	assert.Equal(t, desk.Sent{Readers: 4, Mails: 3, Had: 1}, sent)
	assert.Empty(t, r.on("2026-11-25 09:15"))
}

// The note stands on top of the programme's next report, and of no other.
func TestTheManagersNote(t *testing.T) {
	r := newReportRig(t)
	r.Reports.Daily.To = nil
	r.weekOfWork()
	out := r.receive(mail("asha@egov.test", "n1@egov.test", "for Monday", "/report note\n\nfirst"), mail("asha@egov.test", "n2@egov.test", "for Monday", "/report note\n\n**Well kept**"))
	assert.Equal(t, []tracker.Action{tracker.ActionAnswer, tracker.ActionAnswer}, actions(out))
	r.set("2026-11-30 08:00")
	_, err := r.SendWeekly(t.Context(), week(t, "2026-W47"), nil)
	require.NoError(t, err)
	assert.Empty(t, r.kept("weekly/2026-W47/programme").Note, "an older week")
	r.on("2026-11-30 09:00")
	assert.Equal(t, "**Well kept**", r.kept("weekly/2026-W48/programme").Note)
	assert.Empty(t, r.kept("weekly/2026-W48/partner/OptIT").Note)
	note, err := r.NextNote(t.Context())
	require.NoError(t, err)
	assert.Empty(t, note, "it is used up")
}

func TestADamagedHistoryHoldsUpNoReport(t *testing.T) {
	r := newReportRig(t)
	r.weekOfWork()
	db, err := sql.Open("sqlite3", "file:"+r.path+"?_busy_timeout=5000")
	require.NoError(t, err)
	_, err = db.ExecContext(t.Context(), "UPDATE event SET seq = 77 WHERE ticket = 1 AND seq = 2")
	require.NoError(t, err)
	require.NoError(t, db.Close())
	assert.Len(t, r.on("2026-11-30 09:00"), 3)
	data := string(r.kept("weekly/2026-W48/programme").Data)
	assert.NotContains(t, data, "REQ-1")
	assert.Contains(t, data, "REQ-2")
}
