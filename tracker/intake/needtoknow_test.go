package intake

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
)

// Whatever people command in whatever order: words, titles and keys of a ticket
// go to those who take part in it just before or just after the mail, to
// operators, and to who wrote them.
func TestNobodyIsToldOfATicketThatIsNotTheirs(t *testing.T) {
	people := []string{"ravi@egov.test", "kiran@egov.test", "lee@corp.test", "desk@optit.test", "meera@optit.test", "desk@gwl.test", "ops@egov.test", "asha@egov.test", "eve@evil.test"}
	lines := []string{
		"", "", "/ack", "/done", "/close", "/cancel", "/reopen", "/decline", "/wait", "/wait x", "/unwatch kiran@egov.test", "/watch kiran@egov.test",
		"/watch lee@corp.test", "/watch desk@gwl.test", "/link %d", "/merge %d", "/merge %d", "/split", "/split anew", "/assign OptIT", "/assign GWL",
		"/unassign", "/priority P0", "/env AP", "/eta Friday", "/note inside", "/list all", "/show %d", "/show", "/mine",
	}
	for seed := range uint64(150) {
		rnd := rand.New(rand.NewPCG(seed, 7))
		w := newWorld(t)
		w.rules.Directory.People = append(w.rules.Directory.People, tracker.Person{Email: "*@corp.test", Role: tracker.RoleRequester})
		for i, env := range []string{"Punjab", "AP", "Punjab", "Internal"} {
			w.mail(mailTo{from: people[i%3], subject: "[" + env + "] x", text: "please"})
		}
		for range 40 {
			line := lines[rnd.IntN(len(lines))]
			if n := 1 + rnd.IntN(len(w.tickets)); line != "" && line[len(line)-1] == 'd' && line[len(line)-2] == '%' {
				line = fmt.Sprintf(line, n)
			}
			text := line + "\nsome words"
			if rnd.IntN(3) == 0 {
				text = line
			}
			before := map[int64]tracker.Ticket{}
			for id, k := range w.tickets {
				before[id] = k
			}
			m := mailTo{from: people[rnd.IntN(len(people))], answers: fmt.Sprintf("m%d@test", 1+rnd.IntN(4)), text: text}
			needToKnow(t, w, before, w.mail(m), m)
		}
		foldsWell(t, w)
	}
}

func needToKnow(t *testing.T, w *world, before map[int64]tracker.Ticket, d tracker.Decision, m mailTo) {
	t.Helper()
	addressed := map[string]bool{}
	for _, n := range d.Notices {
		who := w.rules.Directory.Lookup(n.To)
		about := fmt.Sprintf("%s to %s about %d, by %s: %q", n.Kind, n.To.Address, n.Ticket, m.from, m.text)
		require.False(t, addressed[n.To.Address+fmt.Sprint(n.Ticket)], "two mails: "+about)
		addressed[n.To.Address+fmt.Sprint(n.Ticket)] = true
		operator := who.Has(tracker.RoleManager) || who.Has(tracker.RoleDevOps)
		mayKnow := func(id int64) bool {
			return before[id].Participates(who) || w.tickets[id].Participates(who) || operator || n.To.Is(m.from)
		}
		assert.True(t, n.Ticket == 0 || mayKnow(n.Ticket), about)
		if n.Data.Text != "" {
			words := d.Ticket
			if d.Filed != 0 {
				words = d.Filed
			}
			assert.True(t, words == 0 || mayKnow(words), "words: "+about)
		}
		for _, c := range n.Data.Changes {
			key := ""
			switch c := c.(type) {
			case tracker.Merged:
				key = c.Into
			case tracker.Absorbed:
				key = c.Key
			}
			for id, k := range w.tickets {
				sameSide := tracker.DomainOf(k.Requester.Address) == tracker.DomainOf(n.To.Address)
				assert.True(t, k.Key != key || mayKnow(id) || sameSide, "key: "+about)
			}
		}
		for _, a := range n.Data.Answers {
			for _, k := range a.Tickets {
				id, _ := w.id(k.Key)
				assert.True(t, operator || w.tickets[id].Participates(who), "answer: "+about)
			}
		}
	}
}

// A stranger is told one thing a day, and none of it is his: whatever he puts into
// his mail, nothing of it comes back.
func TestReceiptOfAStrangerHoldsNothingOfHis(t *testing.T) {
	w := newWorld(t)
	m := w.message(mailTo{
		from: "eve@evil.test", subject: "[P0] qz00001 [AccessOps]", text: "qz00002\n/ack qz00003\n/nonsense qz00004", dmarc: tracker.None,
		attachments: []tracker.Attachment{{Name: "qz00005.pdf"}},
	})
	m.From.Name, m.ReplyTo = "qz00006", []tracker.Address{{Name: "qz00007", Address: "qz00008@evil.test"}}
	d := w.receive(m)
	require.Equal(t, []string{"unverified-receipt eve@evil.test"}, told(d))
	n := d.Notices[0]
	assert.Empty(t, canariesIn(n))
	assert.Equal(t, tracker.NoticeData{InReplyTo: m.ID}, n.Data, "no field of it but the mail that it answers")
	assert.Zero(t, n.Ticket, "nor its key")

	d = w.mail(mailTo{from: "eve@evil.test", subject: "again"})
	assert.Empty(t, told(d), "one a day")
	d = w.mail(mailTo{from: "eve@evil.test", answers: m.ID, text: "and again"})
	assert.Empty(t, told(d))
}

// id finds a ticket by its key.
func (w *world) id(key string) (int64, bool) {
	for id, k := range w.tickets {
		if k.Key == key {
			return id, true
		}
	}
	return 0, false
}
