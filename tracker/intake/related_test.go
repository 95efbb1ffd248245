package intake

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
)

// foldsWell checks that every ticket of the world is what its events give.
func foldsWell(t *testing.T, w *world) {
	t.Helper()
	for id, events := range w.events {
		folded, err := tracker.Fold(events)
		require.NoError(t, err)
		assert.Equal(t, w.tickets[id], folded)
	}
}

func TestLinkShowsOnBothTickets(t *testing.T) {
	w := inState(t, tracker.StatusWorking)
	d := w.mail(mailTo{from: "ops@egov.test", answers: "m1@test", text: "/link [req-2] the same cluster"})
	assert.Empty(t, told(d))
	assert.Equal(t, []string{"REQ-2"}, w.tickets[1].Links)
	assert.Equal(t, []string{"REQ-1"}, w.tickets[2].Links)
	d = w.mail(mailTo{from: "ops@egov.test", answers: "m1@test", text: "/link 2\n/link REQ-1\n/link REQ-77"})
	assert.Equal(t, []string{"linked to REQ-2 already", "REQ-1 is this ticket itself", "there is no ticket REQ-77"},
		[]string{d.Results[0].Why, d.Results[1].Why, d.Results[2].Why})
	foldsWell(t, w)
}

func TestMergeOfOneSide(t *testing.T) {
	w := inState(t, tracker.StatusWorking) // ravi's REQ-1 with OptIT, watched by kiran; sim's REQ-2 with GWL
	d := w.mail(mailTo{from: "asha@egov.test", answers: "m1@test", text: "/merge REQ-2"})
	assert.Equal(t, tracker.StatusMerged, w.tickets[1].Status)
	assert.Equal(t, "REQ-2", w.tickets[1].MergedInto)
	assert.Equal(t, []string{"ravi@egov.test", "kiran@egov.test"}, w.tickets[2].Watchers)
	assert.Equal(t, []string{
		"status desk@gwl.test", "status desk@optit.test", "status kiran@egov.test", "status ravi@egov.test", "status sim@egov.test",
	}, told(d))
	assert.Equal(t, []tracker.Change{tracker.Merged{Into: "REQ-2"}}, noticeTo(t, d, "ravi@egov.test").Data.Changes)
	assert.Equal(t, []tracker.Change{tracker.Merged{}}, noticeTo(t, d, "desk@optit.test").Data.Changes, "not its business")
	assert.Equal(t, []tracker.Change{tracker.Absorbed{}}, noticeTo(t, d, "desk@gwl.test").Data.Changes, "nor this partner's")
	assert.Equal(t, []tracker.Change{tracker.Absorbed{Key: "REQ-1"}}, noticeTo(t, d, "sim@egov.test").Data.Changes)
	assert.Equal(t, int64(2), noticeTo(t, d, "sim@egov.test").Ticket)

	d = w.mail(mailTo{from: "ravi@egov.test", answers: "m1@test", subject: "Re: [P1][GitOps] Rotate the deploy key for Punjab", text: "the old key too"})
	assert.Equal(t, int64(2), d.Ticket, "later replies join the target")
	assert.Equal(t, "answers a stored mail of REQ-1, merged into REQ-2", d.Evidence)
	assert.Equal(t, []string{"relay desk@gwl.test", "relay kiran@egov.test", "relay sim@egov.test"}, told(d))
	assert.Equal(t, "replied", kinds(d), "the tags of its own first mail command nothing")

	d = w.mail(mailTo{from: "desk@optit.test", answers: "m1@test", text: "we were nearly done\n/done"})
	assert.Equal(t, int64(2), d.Ticket)
	assert.Empty(t, told(d), "its partner is nobody there")
	assert.Equal(t, tracker.Unverified, d.Changes[0].(tracker.Replied).Visibility)
	d = w.mail(mailTo{from: "desk@gwl.test", answers: "m2@test", text: "which key?"})
	assert.NotContains(t, told(d), "relay desk@optit.test")
	foldsWell(t, w)
}

func TestMergeAcrossSidesKeepsTheSecret(t *testing.T) {
	w := inState(t, tracker.StatusWorking)
	w.rules.Directory.People = append(w.rules.Directory.People, tracker.Person{Email: "*@corp.test", Role: tracker.RoleRequester})
	w.mail(mailTo{from: "lee@corp.test", subject: "[Punjab] The key again"})
	d := w.mail(mailTo{from: "asha@egov.test", subject: "[REQ-3]", text: "/merge REQ-1"})
	assert.Equal(t, []string{"kiran@egov.test"}, w.tickets[1].Watchers)
	assert.Equal(t, []tracker.Change{tracker.Merged{}}, noticeTo(t, d, "lee@corp.test").Data.Changes)
	assert.Equal(t, []tracker.Change{tracker.Merged{Into: "REQ-1"}}, noticeTo(t, d, "desk@optit.test").Data.Changes, "it has both")
	assert.Equal(t, []string{"status desk@optit.test", "status lee@corp.test"}, told(d), "the other side hears nothing of it")
	for _, text := range []string{"any news?", "/reopen"} {
		d = w.mail(mailTo{from: "lee@corp.test", answers: "m4@test", text: text})
		assert.Empty(t, told(d))
		assert.Len(t, d.Alerts, 1)
	}
	d = w.mail(mailTo{from: "ravi@egov.test", answers: "m1@test", text: "any news?"})
	assert.NotContains(t, told(d), "relay lee@corp.test")
}

func TestMergesMakeAChainAndNoCircle(t *testing.T) {
	w := inState(t, tracker.StatusWorking)
	w.mail(mailTo{from: "tara@egov.test", subject: "[AP] Third"})
	w.mail(mailTo{from: "asha@egov.test", subject: "[REQ-1]", text: "/merge REQ-2"})
	w.mail(mailTo{from: "asha@egov.test", subject: "[REQ-2]", text: "/merge REQ-3"})
	d := w.mail(mailTo{from: "asha@egov.test", subject: "[REQ-3]", text: "/merge REQ-1"})
	assert.Equal(t, "REQ-3 is this ticket itself", d.Results[0].Why)
	d = w.mail(mailTo{from: "ravi@egov.test", answers: "m1@test", text: "hello"})
	assert.Equal(t, int64(3), d.Ticket)
	d = w.mail(mailTo{from: "asha@egov.test", subject: "[REQ-1]", text: "/reopen"})
	assert.False(t, d.Results[0].Done, "a command on a merged one is one on the target")
	assert.Equal(t, tracker.StatusMerged, w.tickets[1].Status)
	d = w.shell(1, "asha@egov.test", tracker.Command{Verb: "priority", Value: "P0"})
	assert.Equal(t, int64(3), d.Ticket)

	w.mail(mailTo{from: "ravi@egov.test", subject: "[AP] Fourth"})
	w.mail(mailTo{from: "asha@egov.test", subject: "[REQ-3]", text: "/cancel"})
	d = w.mail(mailTo{from: "asha@egov.test", subject: "[REQ-4]", text: "/merge REQ-2"})
	assert.Equal(t, "REQ-3 is cancelled", d.Results[0].Why)
	w.mail(mailTo{from: "eve@evil.test", subject: "x"})
	d = w.mail(mailTo{from: "asha@egov.test", subject: "[REQ-4]", text: "/merge REQ-5"})
	assert.Equal(t, "REQ-5 is not let in yet", d.Results[0].Why)
	foldsWell(t, w)
}

func TestSplit(t *testing.T) {
	w := inState(t, tracker.StatusWorking)
	file := []tracker.Attachment{{Name: "list.txt"}}
	m := mailTo{from: "asha@egov.test", answers: "m1@test", text: "/split\n/eta Friday\nThe runners need new tokens.\nAll of them.", attachments: file}
	d := w.mail(m)
	assert.Equal(t, []string{"assignment desk@optit.test", "receipt ravi@egov.test", "transcript asha@egov.test"}, told(d))
	got := w.tickets[3]
	assert.Equal(t, "The runners need new tokens.", got.Title)
	assert.Equal(t, []string{"P1", "GitOps", "Punjab", "OptIT", "ravi@egov.test"}, []string{got.Priority, got.Type, got.Environment, got.Partner, got.Requester.Address})
	assert.Equal(t, [][]string{{"REQ-3"}, {"REQ-1"}}, [][]string{w.tickets[1].Links, got.Links})
	assignment := noticeTo(t, d, "desk@optit.test")
	assert.Equal(t, int64(3), assignment.Ticket)
	assert.Equal(t, "The runners need new tokens.\nAll of them.", assignment.Data.Text)
	assert.Equal(t, file, assignment.Data.Attachments)
	assert.Equal(t, "Asha Rao made a request of its own of a part of REQ-1.", noticeTo(t, d, "ravi@egov.test").Data.Reason)
	assert.Equal(t, int64(3), d.Filed)
	assert.NotContains(t, kinds(d), "replied", "the words are the new ticket's")

	d = w.mail(mailTo{from: "desk@optit.test", to: w.replyTo(assignment), text: "/ack"})
	assert.Equal(t, int64(3), d.Ticket)
	for text, why := range map[string]string{
		"/split": "it needs words", "/split a\n/note inside": "an internal note opens no request", "/split a\n/split b": "one mail makes one new request",
	} {
		d = w.mail(mailTo{from: "asha@egov.test", answers: "m2@test", text: text})
		assert.Contains(t, d.Results[0].Why+d.Results[len(d.Results)-1].Why, why, text)
	}
	d = w.shell(2, "ops@egov.test", tracker.Command{Verb: "split", Value: "From the shell"})
	assert.Contains(t, d.Results[0].Why, "opened REQ-")
	assert.Equal(t, "From the shell", w.tickets[int64(len(w.tickets))].Title)
	foldsWell(t, w)
}

func TestSplitReadsTheTagsOfItsTitle(t *testing.T) {
	for _, tt := range []struct {
		from, value, title, fields string
		unknown                    []string
	}{
		{"asha@egov.test", "[P0] Rotate it", "Rotate it", "P0 GitOps Punjab OptIT 2026-12-20", nil},
		{"asha@egov.test", "Rotate it [AP, Releases]", "Rotate it", "P1 Releases AP GWL 2026-12-20", nil},
		{"asha@egov.test", "[by 2026-12-01] Rotate it", "Rotate it", "P1 GitOps Punjab OptIT 2026-12-01", nil},
		{"asha@egov.test", "[GWL] Rotate it", "Rotate it", "P1 GitOps Punjab GWL 2026-12-20", nil},
		{"ops@egov.test", "[GWL] Rotate it", "[GWL] Rotate it", "P1 GitOps Punjab OptIT 2026-12-20", []string{"GWL"}},
		{"ops@egov.test", "[foo][P2] Rotate it", "[foo] Rotate it", "P2 GitOps Punjab OptIT 2026-12-20", []string{"foo"}},
		{"ops@egov.test", "[P2]", "The old one too.", "P2 GitOps Punjab OptIT 2026-12-20", nil},
	} {
		t.Run(tt.from+" "+tt.value, func(t *testing.T) {
			w := newWorld(t)
			w.mail(mailTo{from: "ravi@egov.test", subject: "[P1][GitOps][by 2026-12-20] Rotate the deploy key for Punjab"})
			d := w.mail(mailTo{from: tt.from, answers: "m1@test", text: "/split " + tt.value + "\nThe old one too."})
			require.True(t, d.Results[0].Done, d.Results[0].Why)
			got := w.tickets[2]
			assert.Equal(t, tt.title, got.Title)
			assert.Equal(t, tt.fields, strings.Join([]string{got.Priority, got.Type, got.Environment, got.Partner, got.NeededBy}, " "))
			assert.Equal(t, "ravi@egov.test", got.Requester.Address)
			receipt := noticeTo(t, d, "ravi@egov.test").Data
			assert.Equal(t, tt.unknown, receipt.Unknown)
			for _, u := range receipt.Understood {
				assert.Contains(t, []tracker.How{tracker.HowTag, tracker.HowEarlier}, u.How, "%+v", u)
			}
			assert.Equal(t, "P1", w.tickets[1].Priority, "the old one keeps its own")
			foldsWell(t, w)
		})
	}
	w := newWorld(t)
	w.open()
	d := w.mail(mailTo{from: "asha@egov.test", answers: "m1@test", text: "/split [P0]"})
	assert.Contains(t, d.Results[0].Why, "it needs words")
}

func TestFilesBesideAMergeStayWithTheMergedRequest(t *testing.T) {
	w := inState(t, tracker.StatusWorking)
	d := w.mail(mailTo{from: "asha@egov.test", answers: "m1@test", text: "/merge REQ-2\nSee the list.", attachments: []tracker.Attachment{{Name: "list.txt"}}})
	for who, files := range map[string]int{"ravi@egov.test": 1, "desk@optit.test": 1, "desk@gwl.test": 0, "sim@egov.test": 0} {
		n := noticeTo(t, d, who)
		assert.Len(t, n.Data.Attachments, files, who)
		assert.Equal(t, files == 1, n.Data.Text != "", who)
	}
}
