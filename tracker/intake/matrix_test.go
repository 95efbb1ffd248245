package intake

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
)

var trailing = regexp.MustCompile(`(?m) +$`)

var update = flag.Bool("update", false, "write the golden files anew")

type identity struct{ name, address string }

// Who mails, by what they are to REQ-1.
var identities = []identity{
	{"requester", "ravi@egov.test"}, {"colleague", "kiran@egov.test"}, {"watcher", "imran@egov.test"},
	{"partner", "desk@optit.test"}, {"member", "meera@optit.test"}, {"other partner", "desk@gwl.test"},
	{"DevOps", "ops@egov.test"}, {"manager", "asha@egov.test"}, {"approver", ciso}, {"stranger", "eve@evil.test"},
}

// What proves the mail's sender, and which token it was sent to.
var (
	proofs = []string{"pass", "none", "fail", "no address", "from suffices", "shell"}
	plain  = []string{"no token", "own token", "another's token", "expired token", "other ticket's token"}
	coded  = append(slices.Clone(plain), "own code", "another's code", "old code")
)

// trial is one line of a mail, tried on a ticket in a state that suits it.
type trial struct {
	line  string
	state tracker.Status
	by    []string // who may, by the desk's promises
}

var (
	everybody = []string{"requester", "watcher", "partner", "member", "DevOps", "manager"}
	operators = []string{"DevOps", "manager"}
	workers   = []string{"partner", "member"}
	asking    = []string{"requester", "manager"}
	trials    = []trial{
		{"/ack", tracker.StatusAssigned, slices.Concat(workers, operators)},
		{"/decline too busy", tracker.StatusAssigned, workers},
		{"/wait which one?", tracker.StatusWorking, append([]string{"manager"}, workers...)},
		{"/block no quota", tracker.StatusWorking, workers},
		{"/unblock", tracker.StatusBlocked, operators},
		{"/done", tracker.StatusWorking, slices.Concat(workers, operators)},
		{"/close", tracker.StatusResolved, asking},
		{"/reopen", tracker.StatusResolved, asking},
		{"/cancel", tracker.StatusWorking, asking},
		{"/approve", tracker.StatusApproval, []string{"approver"}},
		{"/reject no", tracker.StatusApproval, []string{"approver"}},
		{"/accept", tracker.StatusUnverified, []string{"manager"}},
		{"/eta Friday", tracker.StatusWorking, append([]string{"DevOps"}, workers...)},
		{"/assign GWL", tracker.StatusWorking, operators},
		{"/unassign", tracker.StatusAssigned, operators},
		{"/priority P0", tracker.StatusAssigned, asking},
		{"/type GitOps", tracker.StatusAssigned, asking},
		{"/stack ERP", tracker.StatusAssigned, asking},
		{"/env AP", tracker.StatusAssigned, asking},
		{"/needed 20 Dec", tracker.StatusAssigned, asking},
		{"/due +2d because of the holidays", tracker.StatusWorking, []string{"manager"}},
		{"/status resolved", tracker.StatusWorking, slices.Concat(workers, operators)},
		{"/watch kiran@egov.test", tracker.StatusWorking, asking},
		{"/unwatch imran@egov.test", tracker.StatusWorking, append([]string{"watcher"}, asking...)},
		{"/link REQ-2", tracker.StatusWorking, operators},
		{"/merge REQ-2", tracker.StatusWorking, operators},
		{"/split Another thing", tracker.StatusWorking, operators},
		{"/note inside", tracker.StatusWorking, slices.Concat(workers, operators)},
		{"/list", tracker.StatusWorking, everybody},
		{"/mine", tracker.StatusWorking, everybody},
		{"/show", tracker.StatusWorking, everybody},
		{"/report", tracker.StatusWorking, everybody},
		{"/help", tracker.StatusWorking, everybody},
	}
)

// allowed says in words of its own what the rules of the desk allow: who has the
// right, and whether the mail proves that it is them.
func (tr trial) allowed(who, proof, token string) bool {
	question := slices.Contains([]string{"/list", "/mine", "/show", "/report", "/help"}, tr.line)
	if proof == "shell" { // proves the address; a colleague and the people of any partner are known, and may ask
		known := who == "colleague" || who == "other partner"
		return slices.Contains(tr.by, who) || question && known && tr.line != "/show"
	}
	if proof == "fail" || proof == "no address" || !slices.Contains(tr.by, who) {
		return false
	}
	proved := proof == "pass" || proof == "from suffices"
	switch who {
	case "DevOps", "manager":
		return proved
	case "approver":
		return proved && token == "own code"
	}
	return proved || token == "own token"
}

// TestAuthority tries every verb in everybody's name, with every proof and every
// token: it is done exactly when the rules allow it, and what is refused changes
// nothing and reaches nobody new. The golden file is for people to read.
func TestAuthority(t *testing.T) {
	stages := map[tracker.Status]*stage{}
	for _, tr := range trials {
		if stages[tr.state] == nil {
			stages[tr.state] = staged(t, tr.state)
		}
	}
	var b strings.Builder
	b.WriteString(legend)
	for _, who := range identities {
		fmt.Fprintf(&b, "\n%s (%s)\n\n%-46s", who.name, who.address, "")
		for _, p := range proofs {
			fmt.Fprintf(&b, " %-8s", short(p))
		}
		b.WriteString("\n")
		for _, tr := range trials {
			fmt.Fprintf(&b, "%-46s", tr.line+" ("+string(tr.state)+")")
			for _, proof := range proofs {
				fmt.Fprintf(&b, " %-8s", tr.marks(t, stages[tr.state], who, proof))
			}
			b.WriteString("\n")
		}
	}
	compareGolden(t, "testdata/authority.txt", trailing.ReplaceAllString(b.String(), ""))
}

const legend = `Who may do what on REQ-1, by what the mail proves.

x  done
.  refused; the text is filed, and the sender is told why
-  kept as a note that only the manager sees; nobody is told anything

Columns: what proves the sender (DMARC pass, none or fail; no one plain From address; none where identity.require is "from"; the shell).
In each, one sign for every token that the mail may have been sent to: none, the sender's own, one of somebody else, the sender's own that
has expired, the sender's own of another ticket. For /approve and /reject three more: the sender's own code of this question, somebody
else's code of it, the sender's own code of an earlier question.
`

func short(proof string) string {
	return map[string]string{"no address": "no From", "from suffices": "from"}[proof] + map[bool]string{true: proof}[len(proof) < 6]
}

// marks tries one line with one proof and all tokens.
func (tr trial) marks(t *testing.T, s *stage, who identity, proof string) string {
	tokens, out := plain, ""
	if tr.state == tracker.StatusApproval {
		tokens = coded
	}
	for _, token := range tokens {
		d := try(s, tr.line+"\nSome words.", who.address, proof, token)
		done := len(d.Results) == 1 && d.Results[0].Done
		about := fmt.Sprintf("%s by the %s, proof %s, %s", tr.line, who.name, proof, token)
		assert.Equal(t, tr.allowed(who.name, proof, token), done, about)
		if !done {
			nothingHappened(t, s, d, about)
		}
		switch {
		case done:
			out += "x"
		case len(d.Results) == 1:
			out += "."
		default:
			out += "-"
		}
	}
	return out
}

// try decides one mail, or the command of it on the shell, without committing it.
func try(s *stage, text, from, proof, token string) tracker.Decision {
	ticket := s.tickets[1]
	m := mailTo{from: from, answers: ticket.RootID, text: text, to: addressWith(s, ticket, from, token)}
	switch proof {
	case "none", "from suffices":
		m.dmarc = tracker.None
	case "fail":
		m.dmarc = tracker.Fail
	}
	in := s.input(s.mail(m))
	in.Rules.FromSuffices = proof == "from suffices"
	if proof == "no address" {
		in.Message.Identity.Address = ""
	}
	if proof == "shell" {
		in.Message = tracker.Message{From: in.Message.From, To: in.Message.To, Identity: tracker.Identity{Address: from}}
		in.Cause, in.Orders = "shell", Orders{Commands: ReadCommands(text).Commands}
		return DecideShell(in, ticket)
	}
	return Decide(in)
}

// addressWith is a reply address of REQ-1 with a token.
func addressWith(s *stage, t tracker.Ticket, from, token string) string {
	another := "ravi@egov.test"
	if from == another {
		another = "desk@optit.test"
	}
	switch token {
	case "own token":
		return s.replyTo(t, tracker.PurposeReply, from, s.now)
	case "another's token":
		return s.replyTo(t, tracker.PurposeReply, another, s.now)
	case "expired token":
		return s.replyTo(t, tracker.PurposeReply, from, s.now.AddDate(-2, 0, 0))
	case "other ticket's token":
		made := s.rules.Signer.Token(tracker.PurposeReply, "REQ-2", from, s.now)
		return tracker.ReplyAddress(s.rules.Desk.Address, t.Key, made)
	case "own code":
		return s.replyTo(t, tracker.PurposeApproval(t.Approval.Round), from, s.now)
	case "another's code":
		if another = ciso; from == ciso {
			another = "ops@egov.test"
		}
		return s.replyTo(t, tracker.PurposeApproval(t.Approval.Round), another, s.now)
	case "old code":
		return s.replyTo(t, tracker.PurposeApproval(t.Approval.Round-1), from, s.now)
	}
	return ""
}

// nothingHappened: a refused mail is filed and no more; its words go to nobody
// who does not take part.
func nothingHappened(t *testing.T, s *stage, d tracker.Decision, about string) {
	t.Helper()
	assert.Equal(t, int64(1), d.Ticket, about)
	assert.Empty(t, d.Also, about)
	for _, c := range d.Changes {
		assert.Contains(t, []string{"replied", "refused"}, c.Kind(), about)
	}
	for _, n := range d.Notices {
		who := s.rules.Directory.Lookup(n.To)
		operator := who.Has(tracker.RoleManager) || who.Has(tracker.RoleDevOps)
		assert.True(t, operator || knows(s.tickets[1], who), "%s: %s to %s", about, n.Kind, n.To.Address)
	}
}

// A true token of another ticket takes the mail there, whatever else it answers:
// nothing of it happens here.
func TestTokenOfAnotherTicketReachesThatOneAlone(t *testing.T) {
	s := staged(t, tracker.StatusWorking)
	for _, who := range identities {
		for _, verdict := range []tracker.Verdict{tracker.Pass, tracker.None, tracker.Fail} {
			to := s.replyTo(s.tickets[2], tracker.PurposeReply, who.address, s.now)
			in := s.input(s.mail(mailTo{from: who.address, answers: s.tickets[1].RootID, to: to, text: "/done\nSome words.", dmarc: verdict}))
			d := Decide(in)
			assert.Equal(t, int64(2), d.Ticket, who.name)
			assert.Empty(t, d.Also, who.name)
			for _, n := range d.Notices {
				assert.Equal(t, int64(2), n.Ticket, who.name)
			}
		}
	}
}

// staged is a desk with REQ-1 for Punjab in a state and REQ-2 beside it.
func staged(t *testing.T, state tracker.Status) *stage {
	t.Helper()
	s := newStage(proofRules(t))
	first := mailTo{from: "ravi@egov.test", subject: "[P2][Punjab] Rotate the key", text: "Please."}
	if state == tracker.StatusUnverified {
		first.from = "eve@evil.test"
	}
	s.receive(s.input(s.mail(first)))
	s.receive(s.input(s.mail(mailTo{from: "sim@egov.test", subject: "[Internal] Beside it", text: "Please."})))
	if state != tracker.StatusUnverified {
		s.answer(mailTo{from: "asha@egov.test", text: "/watch imran@egov.test"})
	}
	for _, m := range ways[state] {
		s.answer(m)
	}
	require.Empty(t, s.wrong)
	require.Equal(t, state, s.tickets[1].Status)
	s.moves = map[[2]tracker.Status]bool{}
	return s
}

// answer sends a mail on REQ-1, with the code of its question when it has one.
func (s *stage) answer(m mailTo) {
	t := s.tickets[1]
	m.answers = t.RootID
	if t.Approval.Round > 0 {
		m.to = s.replyTo(t, tracker.PurposeApproval(t.Approval.Round), m.from, s.now)
	}
	s.receive(s.input(s.mail(m)))
}

// ways lead a fresh ticket for Punjab into a state.
var ways = func() map[tracker.Status][]mailTo {
	ways := maps.Clone(leads)
	ways[tracker.StatusApproval] = []mailTo{
		{from: "asha@egov.test", text: "/env AP"}, {from: "asha@egov.test", text: "/env Punjab"}, {from: "asha@egov.test", text: "/env AP"},
	}
	ways[tracker.StatusRejected] = append(slices.Clone(ways[tracker.StatusApproval]), mailTo{from: ciso, text: "/reject no"})
	ways[tracker.StatusMerged] = []mailTo{{from: "asha@egov.test", text: "/merge REQ-2"}}
	return ways
}()

// compareGolden compares a text with a file, or writes that.
func compareGolden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, strings.Split(string(want), "\n"), strings.Split(got, "\n"), "run with -update where it should be so")
}
