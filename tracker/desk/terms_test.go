package desk_test

import (
	"context"
	"errors"
	"maps"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
	"envdesk/tracker/desk"
	"envdesk/tracker/intake"
	"envdesk/tracker/sla"
)

// edit puts other terms into the configuration of the desk.
func (r *rig) edit(version string, resolve int) {
	next := r.Rules.Clock.Ledger.Now()
	policy := *next.Policy
	policy.Rules = maps.Clone(policy.Rules)
	policy.Rules["P2"] = sla.Rule{Pickup: sla.Span{Days: 1}, Resolve: sla.Span{Days: resolve}}
	next.Version, next.Policy = version, &policy
	r.Rules.Clock.Ledger = sla.Ledger{next}
}

// ledger are the versions of the terms that are kept, with the hour since when.
func (r *rig) ledger() (out []string) {
	r.t.Helper()
	require.NoError(r.t, r.store.View(r.t.Context(), func(v tracker.View) error {
		l, err := desk.Ledger(r.t.Context(), v)
		for _, terms := range l {
			line := terms.Version
			if !terms.Since.IsZero() {
				line += terms.Since.In(r.Rules.Zone).Format(" 2 15:04")
			}
			out = append(out, line)
		}
		return err
	}))
	return out
}

// edits are the changes of the terms that a ticket's history tells of.
func (r *rig) edits(ticket int64) (out []string) {
	r.t.Helper()
	require.NoError(r.t, r.store.View(r.t.Context(), func(v tracker.View) error {
		events, err := v.Events(r.t.Context(), ticket)
		for _, e := range events {
			if c, ok := e.Change.(tracker.TermsChanged); ok {
				out = append(out, c.Old+" → "+c.New+e.At.In(r.Rules.Zone).Format(" 2 15:04"))
			}
		}
		return err
	}))
	return out
}

// verified checks histories, projections and the agenda.
func (r *rig) verified() {
	r.t.Helper()
	findings, _, err := desk.Verify(r.t.Context(), r.store, nil)
	require.NoError(r.t, err)
	require.Empty(r.t, findings)
	findings, n, err := desk.VerifyAgenda(r.t.Context(), r.store, r.Rules)
	require.NoError(r.t, err)
	require.Empty(r.t, findings)
	require.GreaterOrEqual(r.t, n, 0)
}

func TestTheFirstTermsCountSinceEver(t *testing.T) {
	r := newTimedRig(t)
	clock := r.Rules.Clock
	r.Rules.Clock = intake.Clock{} // as a desk without a clock left its store
	r.at("24 10:00")
	r.receive(mail("ravi@egov.test", "a@egov.test", "[P2][Punjab] Disk full", "x"))
	assert.Empty(t, r.ledger())
	r.Rules.Clock = clock
	r.tick(r.now)
	assert.Equal(t, []string{"first"}, r.ledger())
	assert.Empty(t, r.edits(1))
	assert.Equal(t, 1, r.due())
	r.verified()
}

func TestAnEditIsAnEventOfEveryOpenTicket(t *testing.T) {
	r := newTimedRig(t)
	r.at("24 10:00")
	for _, id := range []string{"a", "b", "c"} {
		r.receive(mail("ravi@egov.test", id+"@egov.test", "[P2][Punjab] "+id, "x"))
	}
	r.do("REQ-1", "/ack", "desk@optit.test")
	r.do("REQ-2", "/done", "desk@optit.test")
	r.do("REQ-3", "/cancel", "ravi@egov.test")
	r.at("24 12:00")
	r.edit("second", 5)
	r.tick(r.now)
	assert.Equal(t, []string{"first → second 24 12:00"}, r.edits(1))
	assert.Empty(t, r.edits(2), "what is resolved stays as it is")
	assert.Empty(t, r.edits(3))
	r.tick(r.now)
	r.reopen()
	r.receive(mail("ravi@egov.test", "d@egov.test", "[P2][Punjab] d", "x"))
	assert.Equal(t, []string{"first", "second 24 12:00"}, r.ledger(), "once")
	assert.Len(t, r.edits(1), 1)
	assert.Empty(t, r.edits(4), "opened under them")
	r.verified()

	r.at("24 13:00")
	r.edit("first", 3)
	r.do("REQ-1", "/wait for what?", "desk@optit.test")
	assert.Equal(t, []string{"first", "second 24 12:00", "first 24 13:00"}, r.ledger(), "back to the old ones is an edit too")
	assert.Equal(t, []string{"first → second 24 12:00", "second → first 24 13:00"}, r.edits(1), "a command brings them in force as well")
	r.verified()

	r.at("24 14:00")
	r.edit("third", 4)
	r.receive(mail("ravi@egov.test", "e@egov.test", "[P2][Punjab] e", "x"))
	assert.Contains(t, r.edits(1), "first → third 24 14:00", "and so does a mail")
	assert.Empty(t, r.edits(5))
	r.verified()
}

func TestASettingThatIsNoTermSchedulesAnewWithoutAnEvent(t *testing.T) {
	r := newTimedRig(t)
	r.at("24 10:00")
	r.receive(mail("ravi@egov.test", "a@egov.test", "[P2][Punjab] Disk full", "x"))
	r.unschedule(1)
	r.tick(r.now)
	assert.Zero(t, r.due(), "it knows nothing of that")
	r.Rules.Clock.Agenda = "others are told"
	findings, n, err := desk.VerifyAgenda(t.Context(), r.store, r.Rules)
	require.NoError(t, err)
	assert.Empty(t, findings)
	assert.Equal(t, -1, n, "not before the desk ran with it")
	r.tick(r.now)
	assert.Equal(t, 1, r.due())
	assert.Equal(t, []string{"first"}, r.ledger())
	assert.Empty(t, r.edits(1))
	r.verified()
}

// unschedule takes the due instant of a ticket away behind the desk's back.
func (r *rig) unschedule(ticket int64) { r.falsify(ticket, time.Time{}) }

func (r *rig) falsify(ticket int64, due time.Time) {
	r.t.Helper()
	require.NoError(r.t, r.store.Update(r.t.Context(), func(tx tracker.Tx) error { return tx.SetDue(r.t.Context(), ticket, due) }))
}

// Two desks on one store with two configurations do not fight: each brings its
// terms in force once, when it starts, and then goes by what counts.
func TestTwoDesksDoNotFight(t *testing.T) {
	r := newTimedRig(t)
	r.at("24 10:00")
	r.receive(mail("ravi@egov.test", "a@egov.test", "[P2][Punjab] Disk full", "x"))
	other := &rig{t: t, store: r.store, now: r.now, Desk: &desk.Desk{}}
	other.Desk.Store, other.Desk.Rules, other.Desk.Read, other.Desk.Compose, other.Desk.Log = r.Store, r.Rules, r.Read, r.Compose, r.Log
	other.Desk.Now = func() time.Time { return r.now }
	other.edit("second", 5)
	for _, hour := range []string{"24 10:10", "24 10:20", "24 10:30"} {
		r.at(hour)
		other.tick(r.now)
		r.tick(r.now)
	}
	assert.Equal(t, []string{"first", "second 24 10:10"}, r.ledger())
	assert.Len(t, r.edits(1), 1)
}

// failing fails the n-th write.
type failing struct {
	tracker.Store
	n int
}

var errPower = errors.New("the power went")

func (s *failing) Update(ctx context.Context, f func(tracker.Tx) error) error {
	if s.n--; s.n == 0 {
		return errPower
	}
	return s.Store.Update(ctx, f)
}

func TestAnEditThatWasInterruptedIsGoneOnWith(t *testing.T) {
	for write := 1; write <= 3; write++ { // the terms, the tickets, the end
		r := newTimedRig(t)
		r.at("24 10:00")
		r.receive(mail("ravi@egov.test", "a@egov.test", "[P2][Punjab] Disk full", "x"))
		r.tick(r.now)
		r.at("24 12:00")
		r.edit("second", 5)
		r.Store = &failing{r.Store, write}
		_, err := r.Tick(t.Context(), r.now)
		require.ErrorIs(t, err, errPower, write)
		r.at("24 12:30")
		r.reopen()
		r.tick(r.now)
		assert.Equal(t, "second", r.ledger()[1][:6], write)
		assert.Len(t, r.edits(1), 1, write)
		r.verified()
	}
}

func TestVerifyAgendaFindsWhatIsFalse(t *testing.T) {
	r := newTimedRig(t)
	r.at("24 10:00")
	r.receive(mail("ravi@egov.test", "a@egov.test", "[P2][Punjab] Disk full", "x"))
	r.do("REQ-1", "/ack", "desk@optit.test")
	r.receive(mail("ravi@egov.test", "b@egov.test", "[P2][Punjab] Gone", "x"))
	r.do("REQ-2", "/cancel", "ravi@egov.test")
	r.verified()
	var due time.Time
	require.NoError(t, r.store.View(t.Context(), func(v tracker.View) (err error) {
		due, err = v.DueAt(t.Context(), 1)
		return err
	}))
	require.False(t, due.IsZero())
	for _, at := range []time.Time{{}, due.Add(-time.Hour), due.Add(-time.Microsecond), due.Add(time.Microsecond), due.Add(time.Minute), due.AddDate(0, 1, 0)} {
		r.falsify(1, at)
		findings, n, err := desk.VerifyAgenda(t.Context(), r.store, r.Rules)
		require.NoError(t, err)
		assert.Equal(t, 2, n)
		require.Len(t, findings, 1, "%s", at)
		assert.Contains(t, findings[0], "REQ-1: the clock looks at it at ")
		assert.Contains(t, findings[0], "its 3 events give "+due.Format(time.RFC3339))
	}
	r.falsify(1, due)
	r.falsify(2, due)
	findings, _, err := desk.VerifyAgenda(t.Context(), r.store, r.Rules)
	require.NoError(t, err)
	assert.Equal(t, []string{"REQ-2: it has ended, and the clock looks at it at " + due.Format(time.RFC3339)}, findings)
}

// Whenever the clock looks, and however long it did not, what it leaves behind
// is what verify expects.
func TestTheAgendaIsSoundAtAnyTime(t *testing.T) {
	for _, step := range []time.Duration{11 * time.Minute, 5 * time.Hour, 31 * time.Hour} {
		r := newTimedRig(t)
		r.at("24 10:00")
		for _, tag := range []string{"[P0][Punjab]", "[P1][AP]", "[P2][Punjab]", "[P4][Punjab]", "[P4][by 2027-01-15]", "[P3]"} {
			r.receive(mail("ravi@egov.test", tag+"@egov.test", tag+" x", "x"))
		}
		deeds := []func(){
			r.command("REQ-1", "/ack", "ops@egov.test"), r.command("REQ-2", "/ack", "ops@egov.test"), r.command("REQ-2", "/wait for what?", "asha@egov.test"),
			func() { r.edit("second", 1) }, r.command("REQ-3", "/done", "ops@egov.test"), func() { r.Rules.Clock.Agenda = "third" },
		}
		for i := range 24 {
			if i%4 == 3 && i/4 < len(deeds) {
				deeds[i/4]()
			}
			r.tick(r.now)
			r.verified()
			r.now = r.now.Add(step)
		}
	}
}
