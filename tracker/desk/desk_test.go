package desk_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
)

func TestBatchThreadsWithinItself(t *testing.T) {
	r := newRig(t)
	out := r.receive(
		mail("ravi@egov.test", "a@egov.test", "[P1][Punjab] Rotate the key", "please"),
		mail("ravi@egov.test", "b@egov.test", "Re: Rotate the key", "and the other", "In-Reply-To: <a@egov.test>"),
	)
	assert.Equal(t, []tracker.Action{tracker.ActionOpen, tracker.ActionReply}, actions(out))
	assert.Equal(t, "REQ-1", out[1].Key)
	assert.Equal(t, 2, r.ticket("REQ-1").Messages)
	assert.Equal(t, []string{"receipt ravi@egov.test", "assignment desk@optit.test", "relay desk@optit.test"}, r.outbox())
	assert.Equal(t, 1, r.woken)
	c, err := r.Cursor(t.Context(), mailboxName)
	require.NoError(t, err)
	assert.Equal(t, tracker.Cursor{UIDValidity: 7, UID: 2}, c)
}

func TestDuplicates(t *testing.T) {
	r := newRig(t)
	first := mail("ravi@egov.test", "a@egov.test", "[Punjab] x", "please")
	traced := "Received: by mx2.desk.test; Mon, 23 Nov 2026 06:30:00 +0000\n" + first
	otherBody := mail("ravi@egov.test", "a@egov.test", "[Punjab] y", "another mail with the same id")
	out := r.receive(first, first, traced, otherBody)
	assert.Equal(t, []tracker.Action{tracker.ActionOpen, tracker.ActionDuplicate, tracker.ActionDuplicate, tracker.ActionOpen}, actions(out))

	anonymous := "From: ravi@egov.test\nTo: requests@desk.test\nSubject: no id\n\nsame words\n"
	out = r.receive(anonymous, "X-Trace: 2\n"+anonymous)
	assert.Equal(t, []tracker.Action{tracker.ActionOpen, tracker.ActionOpen}, actions(out), "without a Message-ID only the same bytes are the same mail")
}

// A copy that came first without proof must not make the proved mail vanish.
func TestUnprovedCopyHidesNoProvedMail(t *testing.T) {
	r := newRig(t)
	verdict := tracker.Fail
	good := r.Read
	r.Read = func(in io.Reader) (tracker.Message, error) {
		m, err := good(in)
		m.Identity.DMARC = verdict
		return m, err
	}
	first := mail("ravi@egov.test", "a@egov.test", "[Punjab] x", "please")
	assert.Equal(t, tracker.ActionOpen, r.receive("X-Via: list\n" + first)[0].Action)
	verdict = tracker.Pass
	assert.Equal(t, tracker.ActionOpen, r.receive(first)[0].Action)
	assert.Equal(t, tracker.StatusUnverified, r.ticket("REQ-1").Status)
	assert.Equal(t, tracker.StatusAssigned, r.ticket("REQ-2").Status)
	assert.Equal(t, tracker.ActionDuplicate, r.receive("X-Via: other list\n" + first)[0].Action)
}

// However often an unproved copy came, and whatever became of it.
func TestNoKindOfUnprovedCopyHidesAProvedMail(t *testing.T) {
	for name, copies := range map[string][]string{
		"two copies":   {"X-Via: a\n", "X-Via: b\n"},
		"a list's own": {"List-Id: <all.egov.test>\nPrecedence: list\n"},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			verdict := tracker.Fail
			good := r.Read
			r.Read = func(in io.Reader) (tracker.Message, error) {
				m, err := good(in)
				m.Identity.DMARC = verdict
				return m, err
			}
			first := mail("ravi@egov.test", "a@egov.test", "[Punjab] x", "please")
			for _, c := range copies {
				r.receive(c + first)
			}
			verdict = tracker.Pass
			out := r.receive(first)
			require.Equal(t, tracker.ActionOpen, out[0].Action)
			assert.Equal(t, tracker.StatusAssigned, r.ticket(out[0].Key).Status)
			follow := r.receive(mail("ravi@egov.test", "b@egov.test", "more", "y", "In-Reply-To: <a@egov.test>"))
			assert.Equal(t, out[0].Key, follow[0].Key, "and its thread leads to the true ticket")
		})
	}
}

func TestReleaseIsOnlyADuplicateOfWhatWentSomewhere(t *testing.T) {
	r := newRig(t)
	good := r.Read
	r.Read = func(io.Reader) (tracker.Message, error) { panic("boom") }
	poison := mail("ravi@egov.test", "a@egov.test", "[Punjab] x", "please")
	r.receive(poison)
	r.receive(poison)
	r.Read = good
	r.receive("X-Trace: 1\n" + mail("ravi@egov.test", "z@egov.test", "[Punjab] z", "other"))
	first, err := r.Release(t.Context(), 1)
	require.NoError(t, err)
	assert.Equal(t, tracker.ActionOpen, first.Action)
	second, err := r.Release(t.Context(), 2)
	require.NoError(t, err)
	assert.Equal(t, tracker.ActionDuplicate, second.Action)
}

func TestForgedAutoReplyTiesNothing(t *testing.T) {
	r := newRig(t)
	r.receive(mail("ravi@egov.test", "a@egov.test", "[Punjab] x", "please"))
	r.receive(mail("eve@evil.test", "e@evil.test", "away", "x", "Auto-Submitted: auto-replied", "In-Reply-To: <a@egov.test>", "References: <root@egov.test>"))
	out := r.receive(mail("meera@egov.test", "m@egov.test", "[Punjab] y", "x", "References: <root@egov.test>"))
	assert.Equal(t, tracker.ActionOpen, out[0].Action)
}

func TestFloodOfAStranger(t *testing.T) {
	r := newRig(t)
	var batch []string
	for i := range 35 {
		batch = append(batch, mail("eve@evil.test", fmt.Sprintf("e%d@evil.test", i), "hello", fmt.Sprint(i)))
	}
	out := r.receive(batch...)
	assert.Equal(t, tracker.ActionOpen, out[29].Action)
	assert.Equal(t, tracker.ActionQuarantine, out[34].Action)
	alerts := strings.Join(r.alerts(), "\n")
	assert.Equal(t, 1, strings.Count(alerts, "more than 30 mails"))
	o, err := r.Release(t.Context(), 35)
	require.NoError(t, err)
	assert.Equal(t, tracker.ActionOpen, o.Action, "a person has looked at it")
}

func TestBrakeOnReceiptsToStrangersHoldsWithinABatch(t *testing.T) {
	r := newRig(t)
	var batch []string
	for i := range 90 {
		batch = append(batch, mail(fmt.Sprintf("u%d@evil.test", i), fmt.Sprintf("e%d@evil.test", i), "hello", fmt.Sprint(i)))
	}
	r.receive(batch...)
	assert.Len(t, r.outbox(), 60)
}

func TestStrangerCannotPlantReferences(t *testing.T) {
	r := newRig(t)
	r.receive(mail("eve@evil.test", "e@evil.test", "hello", "x", "References: <thread@egov.test>"))
	out := r.receive(mail("ravi@egov.test", "a@egov.test", "[P0][Punjab] outage", "x", "References: <thread@egov.test>"))
	assert.Equal(t, tracker.ActionOpen, out[0].Action)
	assert.Equal(t, tracker.StatusAssigned, r.ticket("REQ-2").Status)
}

func TestSamePositionIsTakenOnce(t *testing.T) {
	r := newRig(t)
	d := r.delivery(mail("ravi@egov.test", "a@egov.test", "[Punjab] x", "please"))
	for range 2 {
		_, err := r.Receive(t.Context(), []tracker.Delivery{d})
		require.NoError(t, err)
	}
	assert.Len(t, r.outbox(), 2)
}

func TestUIDValidityResetTakesNothingTwice(t *testing.T) {
	r := newRig(t)
	first := mail("ravi@egov.test", "a@egov.test", "[Punjab] x", "please")
	r.receive(first)
	again := r.delivery(first)
	again.Position.UIDValidity, again.Position.UID = 8, 1
	out, err := r.Receive(t.Context(), []tracker.Delivery{again})
	require.NoError(t, err)
	assert.Equal(t, tracker.ActionDuplicate, out[0].Action)
	assert.Len(t, r.outbox(), 2)
}

func TestTooLargeAndUnfetchableMailIsQuarantined(t *testing.T) {
	r := newRig(t)
	large := r.delivery("From: ravi@egov.test\nSubject: huge\n\n")
	large.HeadersOnly, large.Size = true, 70<<20
	none, none2 := r.delivery(""), r.delivery("")
	none.HeadersOnly, none2.HeadersOnly = true, true
	out, err := r.Receive(t.Context(), []tracker.Delivery{large, none, none2})
	require.NoError(t, err)
	assert.Equal(t, []tracker.Action{tracker.ActionQuarantine, tracker.ActionQuarantine, tracker.ActionQuarantine}, actions(out))
	assert.Len(t, r.alerts(), 3)
	assert.ErrorContains(t, r.Drop(t.Context(), 99), "no mail 99 is in quarantine")
	require.NoError(t, r.Drop(t.Context(), 2))
	_, err = r.Release(t.Context(), 1)
	assert.ErrorContains(t, err, "only its header")
}

func TestMailThatBreaksTheReaderIsQuarantinedAndCanBeReleased(t *testing.T) {
	r := newRig(t)
	good := r.Read
	r.Read = func(in io.Reader) (tracker.Message, error) {
		m, err := good(in)
		if strings.Contains(m.Subject, "poison") {
			panic("boom")
		}
		return m, err
	}
	out := r.receive(
		mail("ravi@egov.test", "a@egov.test", "[Punjab] poison", "x"),
		mail("ravi@egov.test", "b@egov.test", "[Punjab] fine", "x"),
	)
	assert.Equal(t, []tracker.Action{tracker.ActionQuarantine, tracker.ActionOpen}, actions(out))
	r.Read = good
	o, err := r.Release(t.Context(), 1)
	require.NoError(t, err)
	assert.Equal(t, tracker.ActionOpen, o.Action)
	assert.Equal(t, "REQ-2", o.Key)
	assert.Contains(t, r.outbox(), "assignment desk@optit.test")
	again := r.receive("X-Trace: 1\n" + mail("ravi@egov.test", "a@egov.test", "[Punjab] poison", "x"))
	assert.Equal(t, tracker.ActionDuplicate, again[0].Action)
	reply := r.receive(mail("ravi@egov.test", "c@egov.test", "more", "x", "In-Reply-To: <a@egov.test>"))
	assert.Equal(t, "REQ-2", reply[0].Key, "a released mail is known to threads")
}

// A mail that ends the process is tried in company once, alone three times, and
// then put aside unread.
func TestPoisonMailIsPutAsideAfterThreeCrashesAlone(t *testing.T) {
	r := newRig(t)
	good := r.Read
	innocent := r.delivery(mail("ravi@egov.test", "a@egov.test", "[Punjab] fine", "x"))
	poison := r.delivery(mail("ravi@egov.test", "b@egov.test", "[Punjab] poison", "x"))
	reads := 0
	for crash := 0; ; crash++ {
		require.Less(t, crash, 10, "the poison is never put aside")
		r.Desk.Read = func(in io.Reader) (tracker.Message, error) {
			m, err := good(in)
			if strings.Contains(m.Subject, "poison") {
				reads++
			}
			return m, err
		}
		r.Desk.Store = crashing{r.store, &reads, reads}
		_, err := r.Receive(t.Context(), []tracker.Delivery{innocent, poison})
		if err == nil {
			break
		}
		require.ErrorIs(t, err, errCrash)
		r.reopen()
		r.Desk.Read = good
	}
	assert.Equal(t, 4, reads, "once in company, three times alone")
	assert.Equal(t, "fine", r.ticket("REQ-1").Title)
	assert.Contains(t, r.alerts()[0], "reading it ended the desk 3 times")
}

var errCrash = errors.New("the process died")

// crashing is a store that dies at the commit of a batch in which the poison
// was read.
type crashing struct {
	tracker.Store
	reads  *int
	before int
}

func (c crashing) Update(ctx context.Context, f func(tracker.Tx) error) error {
	return c.Store.Update(ctx, func(tx tracker.Tx) error {
		if err := f(tx); err != nil {
			return err
		}
		if *c.reads > c.before {
			return errCrash
		}
		return nil
	})
}

func TestBusyStoreIsNoAttemptAndAnOrderlyStopNeither(t *testing.T) {
	r := newRig(t)
	d := r.delivery(mail("ravi@egov.test", "a@egov.test", "[Punjab] x", "please"))
	r.Desk.Store = busy{r.store}
	for range 6 {
		_, err := r.Receive(t.Context(), []tracker.Delivery{d})
		require.ErrorIs(t, err, tracker.ErrBusy)
	}
	r.Desk.Store = r.store
	ctx, cancel := context.WithCancel(t.Context())
	good := r.Read
	r.Read = func(in io.Reader) (tracker.Message, error) { cancel(); return good(in) }
	_, err := r.Receive(ctx, []tracker.Delivery{d})
	require.Error(t, err)
	require.NoError(t, r.store.View(t.Context(), func(v tracker.View) error {
		n, err := v.Attempts(t.Context(), []tracker.Position{d.Position})
		assert.Equal(t, []int{0}, n)
		return err
	}))
	r.Read = good
	out, err := r.Receive(t.Context(), []tracker.Delivery{d})
	require.NoError(t, err)
	assert.Equal(t, []tracker.Action{tracker.ActionOpen}, actions(out))
}

// busy is a store that takes attempts and then cannot write.
type busy struct{ tracker.Store }

func (b busy) Update(ctx context.Context, f func(tracker.Tx) error) error {
	return b.Store.Update(ctx, func(tx tracker.Tx) error {
		return f(busyTx{tx})
	})
}

type busyTx struct{ tracker.Tx }

func (busyTx) AddMail(context.Context, tracker.Inbound, io.Reader) (int64, error) {
	return 0, fmt.Errorf("disk full: %w", tracker.ErrBusy)
}

func TestMailThatCannotBeWrittenNeverUndoesATicket(t *testing.T) {
	r := newRig(t)
	r.Compose = broken{}
	r.receive(mail("ravi@egov.test", "a@egov.test", "[Punjab] x", "please"))
	assert.Equal(t, tracker.StatusAssigned, r.ticket("REQ-1").Status)
	assert.Empty(t, r.outbox())
	assert.Contains(t, r.alerts()[0], "the mail receipt to ravi@egov.test could not be written: no ink")
}

type broken struct{}

func (broken) Compose(tracker.Notice, tracker.Ticket) (tracker.Mail, string, error) {
	return tracker.Mail{}, "", errors.New("no ink")
}

func TestAlertsAreCollectedByTheHour(t *testing.T) {
	r := newRig(t)
	r.receive(mail("eve@evil.test", "a@evil.test", "hello", "x"))
	r.tick(r.now)
	assert.Equal(t, []string{"unverified-receipt eve@evil.test", "alert asha@egov.test"}, r.outbox())
	r.receive(mail("eve@evil.test", "b@evil.test", "hello 2", "x"), mail("bob@evil.test", "c@evil.test", "hello 3", "x"))
	r.tick(r.now.Add(59 * time.Minute))
	assert.Len(t, r.outbox(), 3, "bob has his receipt; the manager waits")
	r.tick(r.now.Add(time.Hour))
	r.tick(r.now.Add(3 * time.Hour))
	assert.Len(t, r.outbox(), 4, "one mail for both, and none without news")
}

func TestShellCommandsTakeTheSameRoad(t *testing.T) {
	r := newRig(t)
	r.receive(mail("ravi@egov.test", "a@egov.test", "[AP] x", "the words of the request"))
	d, err := r.Do(t.Context(), "req-1", "/assign OptIT", "asha@egov.test")
	require.NoError(t, err)
	assert.True(t, d.Results[0].Done)
	assert.Equal(t, "OptIT", r.ticket("REQ-1").Partner)
	mails, err := r.store.Outbox().List(t.Context(), tracker.OutboxPending)
	require.NoError(t, err)
	last := mails[len(mails)-1]
	assert.Equal(t, tracker.KindAssignment, last.Kind)
	assert.Contains(t, last.Mail.Text, "the words of the request", "the new owner sees the opening mail")

	d, err = r.Do(t.Context(), "REQ-1", "/done", "ravi@egov.test")
	require.NoError(t, err)
	assert.False(t, d.Results[0].Done)
	_, err = r.Do(t.Context(), "REQ-9", "/done", "ravi@egov.test")
	assert.ErrorIs(t, err, tracker.ErrNotFound)
	_, err = r.Do(t.Context(), "REQ-1", "done", "ravi@egov.test")
	assert.ErrorContains(t, err, "is no command")
}
