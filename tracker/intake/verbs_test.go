package intake

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
)

// People of the rig, by what they are to the ticket for Punjab.
var cast = []struct{ name, address string }{
	{"requester", "ravi@egov.test"}, {"colleague", "kiran@egov.test"}, {"partner", "desk@optit.test"}, {"other partner", "desk@gwl.test"},
	{"devops", "ops@egov.test"}, {"manager", "asha@egov.test"}, {"stranger", "eve@evil.test"},
}

// leads takes a fresh ticket into a state, by mail.
var leads = map[tracker.Status][]mailTo{
	tracker.StatusAssigned:  nil,
	tracker.StatusNew:       {{from: "asha@egov.test", text: "/unassign"}},
	tracker.StatusWorking:   {{from: "desk@optit.test", text: "/ack"}},
	tracker.StatusWaiting:   {{from: "desk@optit.test", text: "/wait for you"}},
	tracker.StatusBlocked:   {{from: "desk@optit.test", text: "/block no quota"}},
	tracker.StatusResolved:  {{from: "desk@optit.test", text: "/done"}},
	tracker.StatusClosed:    {{from: "desk@optit.test", text: "/done"}, {from: "ravi@egov.test", text: "/close"}},
	tracker.StatusCancelled: {{from: "ravi@egov.test", text: "/cancel"}},
}

// inState is a world with ticket REQ-1 for Punjab in a state, and REQ-2 beside
// it for AP.
func inState(t *testing.T, s tracker.Status) *world {
	t.Helper()
	w := newWorld(t)
	w.open()
	w.mail(mailTo{from: "sim@egov.test", subject: "[AP] Beside it", text: "Please.\n"})
	w.mail(mailTo{from: "asha@egov.test", answers: "m1@test", text: "/watch kiran@egov.test"})
	for _, m := range leads[s] {
		m.answers = "m1@test"
		w.mail(m)
	}
	require.Equal(t, s, w.tickets[1].Status)
	return w
}

// by lists who of the cast gets a line done on REQ-1 in a state.
func by(t *testing.T, s tracker.Status, line string) []string {
	t.Helper()
	var out []string
	for _, who := range cast {
		w := inState(t, s)
		d := w.mail(mailTo{from: who.address, answers: "m1@test", text: line})
		if len(d.Results) == 1 && d.Results[0].Done {
			out = append(out, who.name)
		}
	}
	return out
}

func TestWhoMayUseAVerbAndWhen(t *testing.T) {
	all := []tracker.Status{
		tracker.StatusNew, tracker.StatusAssigned, tracker.StatusWorking, tracker.StatusWaiting, tracker.StatusBlocked,
		tracker.StatusResolved, tracker.StatusClosed, tracker.StatusCancelled,
	}
	for line, c := range map[string]struct {
		by []string
		in []tracker.Status
	}{
		"/eta Friday":              {[]string{"partner", "devops"}, all[:5]},
		"/list all":                {[]string{"requester", "colleague", "partner", "devops", "manager"}, all},
		"/mine":                    {[]string{"requester", "colleague", "partner", "devops", "manager"}, all},
		"/show":                    {[]string{"requester", "colleague", "partner", "devops", "manager"}, all},
		"/link REQ-2":              {[]string{"devops", "manager"}, all},
		"/merge REQ-2":             {[]string{"devops", "manager"}, all[:5]},
		"/split Another thing":     {[]string{"devops", "manager"}, all[:7]},
		"/watch imran@egov.test":   {[]string{"requester", "manager"}, all[:7]},
		"/unwatch kiran@egov.test": {[]string{"requester", "colleague", "manager"}, all[:7]},
	} {
		for _, s := range all {
			var want []string
			if slices.Contains(c.in, s) {
				want = slices.Clone(c.by)
			}
			if s == tracker.StatusNew { // no partner has it
				want = slices.DeleteFunc(want, func(who string) bool { return who == "partner" })
			}
			got := by(t, s, line)
			if len(want)+len(got) > 0 {
				assert.Equal(t, want, got, "%s when %s", line, s)
			}
		}
	}
}

func TestETA(t *testing.T) {
	w := inState(t, tracker.StatusWorking)
	d := w.mail(mailTo{from: "desk@optit.test", answers: "m1@test", text: "ETA: Friday 15:00"})
	assert.Equal(t, "2026-11-27T15:00:00+05:30", w.tickets[1].ETA)
	assert.Equal(t, []string{"status asha@egov.test", "status ravi@egov.test"}, told(d))

	d = w.mail(mailTo{from: "ops@egov.test", answers: "m1@test", text: "/eta 28 Nov"})
	assert.Equal(t, []string{"status asha@egov.test", "status desk@optit.test", "status ravi@egov.test"}, told(d))
	assert.Equal(t, "expected 2026-11-27T15:00:00+05:30 → 2026-11-28", d.Results[0].Why)
	d = w.mail(mailTo{from: "desk@optit.test", answers: "m1@test", text: "/eta 28 Nov"})
	assert.Empty(t, told(d), "nothing changed")

	for value, why := range map[string]string{
		"yesterday": `"yesterday" is no date or time`, "20 Nov": "20 Nov is past: it is 23 Nov 2026, 12:00 IST now",
		"9:00": "9:00 is past", "2025-01-01": "2025-01-01 is past",
	} {
		d = w.mail(mailTo{from: "desk@optit.test", answers: "m1@test", text: "/eta " + value})
		assert.Contains(t, d.Results[0].Why, why)
		assert.Equal(t, []string{"transcript desk@optit.test"}, told(d))
	}
	assert.Equal(t, "2026-11-28", w.tickets[1].ETA)

	w.mail(mailTo{from: "asha@egov.test", answers: "m1@test", text: "/assign GWL"})
	assert.Empty(t, w.tickets[1].ETA, "it was the word of the owner before")
}

func TestWatchers(t *testing.T) {
	for _, tt := range []struct{ name, from, value, why string }{
		{"a colleague", "ravi@egov.test", "imran@egov.test", ""},
		{"wrapped by a mail program", "ravi@egov.test", "Imran <Imran@egov.test<mailto:imran@egov.test>>", ""},
		{"another domain", "ravi@egov.test", "x@corp.test", "you can name people of egov.test only"},
		{"a domain that looks like it", "ravi@egov.test", "x@egov.test.evil.test", "you can name people of egov.test only"},
		{"another domain, by the manager", "asha@egov.test", "x@corp.test", ""},
		{"unknown to the desk", "asha@egov.test", "x@nowhere.test", ""},
		{"another partner", "asha@egov.test", "meera@gwl.test", ""},
		{"a partner that must get no mail", "asha@egov.test", "desk@macroskies.test", "MacroSkies is not on-boarded yet (onboarding)"},
		{"the partner that has it", "asha@egov.test", "meera@optit.test", "meera@optit.test is of OptIT, which has the request anyway"},
		{"the requester", "asha@egov.test", "ravi@egov.test", "ravi@egov.test is the requester"},
		{"the desk", "asha@egov.test", "requests+x@desk.test", "requests+x@desk.test is the desk itself"},
		{"two", "asha@egov.test", "a@egov.test b@egov.test", "it takes one address"},
		{"none", "asha@egov.test", "my colleagues", "is no address"},
		{"twice", "asha@egov.test", "kiran@egov.test", "already"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := inState(t, tracker.StatusWorking)
			d := w.mail(mailTo{from: tt.from, answers: "m1@test", text: "/watch " + tt.value})
			assert.Contains(t, d.Results[0].Why, tt.why)
			if tt.why == "" {
				added := w.tickets[1].Watchers[1]
				assert.Equal(t, []string{"watching " + added}, told(d))
				assert.True(t, d.Notices[0].Data.WithOpening)
			} else {
				assert.Equal(t, []string{"kiran@egov.test"}, w.tickets[1].Watchers)
			}
		})
	}
}

func TestWhatAWatcherGets(t *testing.T) {
	w := inState(t, tracker.StatusWorking)
	d := w.mail(mailTo{from: "ravi@egov.test", answers: "m1@test", text: "/watch imran@egov.test\nImran knows more."})
	assert.Equal(t, []string{"relay desk@optit.test", "relay kiran@egov.test", "watching imran@egov.test"}, told(d), "one mail each")
	d = w.mail(mailTo{from: "desk@optit.test", answers: "m1@test", text: "which one?"})
	assert.Equal(t, []string{"relay imran@egov.test", "relay kiran@egov.test", "relay ravi@egov.test"}, told(d))
	d = w.mail(mailTo{from: "imran@egov.test", answers: "m1@test", text: "the old one"})
	assert.Equal(t, []string{"relay desk@optit.test", "relay kiran@egov.test", "relay ravi@egov.test"}, told(d), "and writes along")
	d = w.mail(mailTo{from: "desk@optit.test", answers: "m1@test", text: "/note they are slow\n/wait for the key"})
	assert.NotContains(t, told(d), "relay imran@egov.test")
	d = w.mail(mailTo{from: "imran@egov.test", answers: "m1@test", text: "/cancel"})
	assert.False(t, d.Results[0].Done, "to read along gives no rights")

	w.mail(mailTo{from: "asha@egov.test", answers: "m1@test", text: "/unwatch imran@egov.test"})
	d = w.mail(mailTo{from: "asha@egov.test", answers: "m1@test", text: "/watch imran@egov.test"})
	assert.Empty(t, told(d), "told once")
	w.rules.Directory.Partners[1].Status = tracker.Left
	w.mail(mailTo{from: "asha@egov.test", answers: "m1@test", text: "/unwatch imran@egov.test"})
	d = w.mail(mailTo{from: "desk@optit.test", answers: "m1@test", text: "done soon"})
	assert.Equal(t, []string{"relay kiran@egov.test", "relay ravi@egov.test"}, told(d))
}

func TestWatchersOfAFirstMail(t *testing.T) {
	w := newWorld(t)
	d := w.mail(mailTo{from: "ravi@egov.test", subject: "[Punjab] x", text: "/watch imran@egov.test\nPlease."})
	assert.Equal(t, []string{"assignment desk@optit.test", "receipt ravi@egov.test", "watching imran@egov.test"}, told(d))
	assert.Equal(t, "Please.", noticeTo(t, d, "imran@egov.test").Data.Text)
	d = w.mail(mailTo{from: "ravi@egov.test", subject: "[Punjab] x", text: "/watch imran@egov.test", dmarc: tracker.None})
	assert.Equal(t, []string{"assignment desk@optit.test", "receipt ravi@egov.test"}, told(d), "a mail without proof mails nobody else")
}

func TestNoMoreThanTenWatchers(t *testing.T) {
	w := inState(t, tracker.StatusWorking)
	for i := range 9 {
		w.mail(mailTo{from: "asha@egov.test", answers: "m1@test", text: fmt.Sprintf("/watch w%d@egov.test", i)})
	}
	d := w.mail(mailTo{from: "asha@egov.test", answers: "m1@test", text: "/watch last@egov.test"})
	assert.Equal(t, "10 persons read along already; more than that a ticket cannot have", d.Results[0].Why)
}

func TestWishAfterPickupGoesToTheManager(t *testing.T) {
	w := inState(t, tracker.StatusWorking)
	d := w.mail(mailTo{from: "ravi@egov.test", answers: "m1@test", text: "/p0\n/env AP\n/type GitOps\n/stack nonsense\nThe review is tomorrow."})
	assert.Equal(t, []string{"relay desk@optit.test", "relay kiran@egov.test", "transcript ravi@egov.test", "wish asha@egov.test"}, told(d))
	wish := noticeTo(t, d, "asha@egov.test").Data
	assert.Equal(t, []tracker.Wish{
		{Field: tracker.FieldPriority, Old: "P1", Command: tracker.Command{Verb: "priority", Value: "P0"}},
		{Field: tracker.FieldEnvironment, Old: "Punjab", Command: tracker.Command{Verb: "env", Value: "AP"}},
	}, wish.Wishes, "what is so already, or no value, is no wish")
	assert.Equal(t, "The review is tomorrow.", wish.Text)
	assert.Equal(t, "it was picked up, so the programme manager decides now and was asked for priority P0", d.Results[0].Why)
	assert.Equal(t, "P1", w.tickets[1].Priority)

	d = w.mail(mailTo{from: "asha@egov.test", to: w.replyTo(d.Notices[0]), answers: "m1@test", text: "/priority P0"})
	assert.Equal(t, "P0", w.tickets[1].Priority)
	assert.Equal(t, []string{"status desk@optit.test", "status ravi@egov.test"}, told(d))

	d = w.mail(mailTo{from: "ravi@egov.test", answers: "m1@test", text: "/p1\n/cancel"})
	assert.NotContains(t, told(d), "wish asha@egov.test", "of an ended one nothing is wished")
	d = w.mail(mailTo{from: "eve@evil.test", answers: "m1@test", text: "/p1"})
	assert.Empty(t, told(d))
}
