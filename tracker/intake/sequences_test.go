package intake

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"envdesk/tracker"
)

// TestSequences: whatever people mail in whatever order, with whatever proof and
// whatever codes, whoever leaves and whenever the clock looks: each mail of the
// desk goes to people who take part just then, and says nothing that is not for
// them; and who proves nothing changes nothing.
func TestSequences(t *testing.T) {
	rules := proofRules(t)
	start := time.Now()
	var next, mails, notices atomic.Int64
	var wrong sync.Map
	var wait sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			for {
				seed := uint64(next.Add(1))
				if seed > sequences {
					return
				}
				p := newPlay(rules, seed)
				if p.run(); p.wrong != "" {
					wrong.Store(seed, p.wrong)
					next.Store(sequences)
				}
				mails.Add(int64(p.mails))
				notices.Add(int64(len(p.told)))
			}
		})
	}
	wait.Wait()
	wrong.Range(func(seed, what any) bool {
		t.Errorf("seed %d: %s", seed, what)
		return true
	})
	require.Greater(t, notices.Load(), mails.Load()/2, "nothing is proved where nothing is sent")
	t.Logf("%d sequences, %d mails in, %d mails out in %s", sequences, mails.Load(), notices.Load(), time.Since(start).Round(time.Second))
}

// play is one sequence of mails.
type play struct {
	*stage
	rnd *rand.Rand
	aviary
}

var (
	actors = []string{
		"ravi@egov.test", "ravi@egov.test", "kiran@egov.test", "lee@corp.test", "desk@optit.test", "desk@optit.test", "meera@optit.test",
		"desk@gwl.test", "ops@egov.test", "dev@egov.test", "asha@egov.test", "asha@egov.test", ciso, "deputy@egov.test", "eve@evil.test",
	}
	orders = []string{
		"/ack", "/ack", "/done %c", "/close %c", "/cancel %c", "/reopen %c", "/decline %c", "/wait %c", "/block %c", "/unblock", "/accept", "/accept",
		"/approve", "/approve %c", "/reject %c", "/approve", "/eta Friday", "/assign OptIT", "/assign GWL", "/assign ops@egov.test", "/unassign",
		"/priority P0", "/p4", "/type AccessOps", "/type Releases", "/type GitOps", "/stack ERP", "/env AP", "/env Punjab", "/needed 20 Dec",
		"/due +2d %c", "/due 20 Dec because %c", "/sla %c", "/status working", "/status resolved %c", "/status assigned", "/status new",
		"/watch kiran@egov.test", "/watch lee@corp.test", "/watch desk@gwl.test", "/watch board@egov.test", "/unwatch kiran@egov.test",
		"/unwatch lee@corp.test", "/link %d %c", "/merge %d", "/merge %d", "/split", "/split %c", "/note %c", "/note %c",
		"/list all", "/list", "/mine", "/show %d", "/show", "/report", "/help", "/nonsense %c",
	}
	subjects = []string{
		"[Punjab] ", "[AP] ", "[P0] ", "[AccessOps][Punjab] ", "[Releases] ", "[P4] ", "[GWL] ", "[Bihar] ", "[P1][GitOps][Internal] ", "",
	}
)

func newPlay(rules Rules, seed uint64) *play {
	return &play{stage: newStage(rules), rnd: rand.New(rand.NewPCG(seed, 7))}
}

func (p *play) one(of []string) string { return of[p.rnd.IntN(len(of))] }

// run plays two first mails and eight to twelve more.
func (p *play) run() {
	p.first("ravi@egov.test")
	p.first(p.one(actors))
	for range 8 + p.rnd.IntN(5) {
		switch k := p.rnd.IntN(20); {
		case p.wrong != "":
			return
		case k == 0 || len(p.tickets) == 0:
			p.first(p.one(actors))
		case k == 1:
			p.partnerChanges()
		case k <= 4:
			p.clock()
		default:
			p.reply()
		}
	}
}

// first sends a mail that opens a ticket.
func (p *play) first(from string) {
	m := mailTo{from: from, subject: p.one(subjects) + "Title " + p.word(), dmarc: p.verdict()}
	if p.rnd.IntN(4) == 0 {
		m.text = p.order() + "\n"
	}
	p.play(m, p.rnd.IntN(60) == 0)
}

// reply sends a mail on some ticket, with whatever code the sender has or stole.
func (p *play) reply() {
	t := p.tickets[1+p.rnd.Int64N(int64(len(p.tickets)))]
	m := mailTo{from: p.one(actors), answers: t.RootID, dmarc: p.verdict()}
	for range p.rnd.IntN(3) {
		m.text += p.order() + "\n"
	}
	if a := t.Approval; a.State == tracker.ApprovalPending && len(a.Approvers) > 0 && p.rnd.IntN(3) == 0 {
		m.from, m.text = p.one(a.Approvers), p.one([]string{"/approve\n", "/approve\n", "/reject\n", ""})
	}
	m.to = p.address(t, m.from)
	if p.rnd.IntN(25) == 0 {
		m.auto = tracker.AutoReply
	}
	p.play(m, false)
}

// address is where a mail on a ticket goes: often a reply address of the sender,
// now and then one of somebody else, an old one, or one of another round.
func (p *play) address(t tracker.Ticket, owner string) string {
	purpose, made := tracker.PurposeReply, p.now
	switch p.rnd.IntN(12) {
	case 0, 1, 2:
		return ""
	case 3:
		owner = p.one(actors)
	case 4:
		made = made.AddDate(-2, 0, 0)
	case 5, 6, 7, 8:
		if t.Approval.Round > 0 {
			purpose = tracker.PurposeApproval(max(1, t.Approval.Round-p.rnd.IntN(5)/4))
		}
	case 9:
		if t.Approval.Round > 0 {
			purpose, owner = tracker.PurposeApproval(t.Approval.Round), p.one(actors)
		}
	}
	return p.replyTo(t, purpose, owner, made)
}

func (p *play) verdict() tracker.Verdict {
	switch p.rnd.IntN(10) {
	case 0:
		return tracker.Fail
	case 1:
		return tracker.None
	}
	return tracker.Pass
}

// order is a command line, with a canary for its words.
func (p *play) order() string {
	line := p.one(orders)
	line = strings.Replace(line, "%d", fmt.Sprint(1+p.rnd.IntN(len(p.tickets)+1)), 1)
	if before, after, ok := strings.Cut(line, "%c"); ok {
		line = before + p.word() + after
	}
	return line
}

// play sends the mail with words and a file of its own, and looks at what comes
// of it.
func (p *play) play(m mailTo, archive bool) {
	old := len(p.birds)
	if strings.Contains(m.subject, "qz") {
		old--
	}
	old -= strings.Count(m.text, "qz")
	words := -1
	if p.rnd.IntN(3) > 0 || m.text == "" {
		words = len(p.birds)
		m.text += "Some words " + p.word()
		m.attachments = []tracker.Attachment{{Name: fmt.Sprintf("qz%05d.pdf", words), Size: 1}}
	}
	msg := p.mail(m)
	if p.rnd.IntN(4) == 0 {
		msg.From.Name = "Name " + p.word()
	}
	if p.rnd.IntN(12) == 0 {
		msg.Identity.Address = ""
	}
	in := p.input(msg)
	in.Archive = archive
	before, d := p.receive(in)
	for i := old; i < len(p.birds); i++ {
		p.birds[i] = p.classify(d, msg, i, i == words)
	}
	p.splitOff(d)
	p.checkProof(d, msg)
	p.check(before, d.Notices, m.from, fmt.Sprintf("mail %s of %s (%s): %q", msg.ID, m.from, m.dmarc, m.subject+" "+m.text))
}

// clock passes some time and lets the clock look.
func (p *play) clock() {
	hours := []int{1, 4, 20, 50, 120, 300}[p.rnd.IntN(6)]
	before, notices := p.pass(p.now.Add(time.Duration(hours)*time.Hour + time.Duration(p.rnd.IntN(3600))*time.Second))
	p.check(before, notices, "", "the clock")
}

// partnerChanges takes a partner out of the programme, or back into it.
func (p *play) partnerChanges() {
	partner := &p.rules.Directory.Partners[p.rnd.IntN(2)]
	if partner.Status == tracker.Left {
		partner.Status = tracker.Onboarded
	} else {
		partner.Status = tracker.Left
	}
}
