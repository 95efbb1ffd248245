package desk_test

import (
	"io"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"envdesk/mailin"
	"envdesk/mailout"
	"envdesk/tracker"
	"envdesk/tracker/desk"
	"envdesk/tracker/intake"
	"envdesk/tracker/sqlstore"
)

var monday = time.Date(2026, 11, 23, 6, 30, 0, 0, time.UTC)

const mailboxName = "requests@desk.test@mail.desk.test/INBOX"

// rig is a desk on a store of its own.
type rig struct {
	*desk.Desk
	t     *testing.T
	path  string
	now   time.Time
	uid   uint32
	store *sqlstore.Store
	woken int
	seen  map[int64]int // events that a story has told of
}

func newRig(t *testing.T) *rig {
	r := &rig{t: t, path: filepath.Join(t.TempDir(), "envdesk.db"), now: monday, seen: map[int64]int{}}
	signer, err := tracker.NewSigner(tracker.Key{ID: 1, Secret: []byte(strings.Repeat("k", 32))})
	require.NoError(t, err)
	v := intake.DefaultVocabulary()
	v.Environments = []intake.Term{{Name: "Punjab"}, {Name: "AP"}}
	v.Partners = []intake.Term{{Name: "OptIT"}}
	rules := intake.Rules{
		Desk: tracker.Address{Name: "Environment Requests", Address: "requests@desk.test"}, KeyPrefix: "REQ", Zone: time.UTC,
		Vocabulary: v, DefaultPriority: "P3", Signer: signer, FromSuffices: true,
		Directory: tracker.Directory{
			People: []tracker.Person{{Name: "Asha", Email: "asha@egov.test", Role: tracker.RoleManager}, {Email: "*@egov.test", Role: tracker.RoleRequester}},
			Partners: []tracker.Partner{{
				Name: "OptIT", Email: "desk@optit.test", Environments: []string{"Punjab"}, Status: tracker.Onboarded, NDASigned: monday.AddDate(-1, 0, 0),
			}},
		},
	}
	composer, err := mailout.NewComposer(mailout.Settings{Name: rules.Desk.Name, Address: rules.Desk.Address, Zone: time.UTC, Signer: signer})
	require.NoError(t, err)
	r.Desk = &desk.Desk{
		Rules: rules, Compose: composer, Now: func() time.Time { return r.now }, Log: slog.New(slog.DiscardHandler),
		Read: func(in io.Reader) (tracker.Message, error) {
			return mailin.Read(in, mailin.Options{KeepAttachments: 1 << 20})
		},
		Wake: func() { r.woken++ },
	}
	r.reopen()
	t.Cleanup(func() { require.NoError(t, r.store.Close()) })
	return r
}

// reopen is what a restart of the process is to the desk.
func (r *rig) reopen() {
	if r.store != nil {
		require.NoError(r.t, r.store.Close())
	}
	var err error
	r.store, err = sqlstore.Open(r.t.Context(), r.path)
	require.NoError(r.t, err)
	old := r.Desk
	r.Desk = &desk.Desk{Store: r.store, Rules: old.Rules, Read: old.Read, Compose: old.Compose, Now: old.Now, Log: old.Log, Wake: old.Wake, Reports: old.Reports}
}

// delivery puts a mail at the next UID.
func (r *rig) delivery(raw string) tracker.Delivery {
	r.uid++
	raw = strings.ReplaceAll(raw, "\n", "\r\n")
	return tracker.Delivery{
		Position: tracker.Position{Mailbox: mailboxName, UIDValidity: 7, UID: r.uid}, Received: r.now, Size: int64(len(raw)),
		Raw: io.NewSectionReader(strings.NewReader(raw), 0, int64(len(raw))),
	}
}

func (r *rig) receive(raws ...string) []desk.Outcome {
	r.t.Helper()
	var batch []tracker.Delivery
	for _, raw := range raws {
		batch = append(batch, r.delivery(raw))
	}
	out, err := r.Receive(r.t.Context(), batch)
	require.NoError(r.t, err)
	return out
}

func (r *rig) tick(now time.Time) desk.Pass {
	r.t.Helper()
	p, err := r.Tick(r.t.Context(), now)
	require.NoError(r.t, err)
	return p
}

func (r *rig) ticket(key string) (t tracker.Ticket) {
	r.t.Helper()
	require.NoError(r.t, r.store.View(r.t.Context(), func(v tracker.View) (err error) {
		t, err = v.TicketByKey(r.t.Context(), key)
		return err
	}))
	return t
}

// outbox lists what is to be sent: "kind to".
func (r *rig) outbox() []string {
	r.t.Helper()
	mails, err := r.store.Outbox().List(r.t.Context(), "")
	require.NoError(r.t, err)
	var out []string
	for _, m := range mails {
		out = append(out, string(m.Kind)+" "+m.Mail.To)
	}
	return out
}

func (r *rig) alerts() (lines []string) {
	r.t.Helper()
	require.NoError(r.t, r.store.View(r.t.Context(), func(v tracker.View) error {
		alerts, _, err := v.PendingAlerts(r.t.Context())
		for _, a := range alerts {
			lines = append(lines, a.Line)
		}
		return err
	}))
	return lines
}

func mail(from, id, subject, body string, more ...string) string {
	return "From: " + from + "\nTo: requests@desk.test\nMessage-ID: <" + id + ">\nSubject: " + subject + "\n" + strings.Join(append(more, ""), "\n") + "\n" + body + "\n"
}

func actions(out []desk.Outcome) []tracker.Action {
	var a []tracker.Action
	for _, o := range out {
		a = append(a, o.Action)
	}
	return a
}
