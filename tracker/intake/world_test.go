package intake

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"envdesk/tracker"
)

// noon is when the mails of these tests are received.
var noon = time.Date(2026, 11, 23, 6, 30, 0, 0, time.UTC)

func testRules(t testing.TB) Rules {
	t.Helper()
	kolkata, err := time.LoadLocation("Asia/Kolkata")
	require.NoError(t, err)
	signer, err := tracker.NewSigner(tracker.Key{ID: 1, Secret: []byte("0123456789abcdef0123456789abcdef")})
	require.NoError(t, err)
	v := DefaultVocabulary()
	v.Environments = []Term{{Name: "Internal"}, {Name: "Punjab", Aliases: []string{"PB"}}, {Name: "AP", Aliases: []string{"Andhra"}}, {Name: "Bihar"}}
	v.Partners = []Term{{Name: "OptIT"}, {Name: "GWL"}, {Name: "MacroSkies"}}
	signed := time.Date(2026, 1, 10, 0, 0, 0, 0, time.UTC)
	return Rules{
		Desk: tracker.Address{Name: "Environment Requests", Address: "requests@desk.test"}, KeyPrefix: "REQ", Zone: kolkata,
		Vocabulary: v, DefaultPriority: "P3", Signer: signer,
		Directory: tracker.Directory{
			People: []tracker.Person{
				{Name: "Asha Rao", Email: "asha@egov.test", Role: tracker.RoleManager},
				{Name: "Ops", Email: "ops@egov.test", Role: tracker.RoleDevOps},
				{Email: "*@egov.test", Role: tracker.RoleRequester},
			},
			Partners: []tracker.Partner{
				{Name: "OptIT", Email: "desk@optit.test", Members: []string{"*@optit.test"}, Environments: []string{"Punjab", "Internal"}, NDASigned: signed, Status: tracker.Onboarded},
				{Name: "GWL", Email: "desk@gwl.test", Members: []string{"*@gwl.test"}, Environments: []string{"AP"}, NDASigned: signed, Status: tracker.Onboarded},
				{Name: "MacroSkies", Email: "desk@macroskies.test", Environments: []string{"Bihar"}, Status: tracker.Onboarding},
			},
		},
	}
}

// world plays the desk around Decide: it keeps tickets and ids in memory.
type world struct {
	t       testing.TB
	rules   Rules
	tickets map[int64]tracker.Ticket
	events  map[int64][]tracker.Event
	refs    []tracker.MailRef
	subject map[int64]string
	keys    map[string]bool
	n       int
}

func newWorld(t testing.TB) *world {
	return &world{t: t, rules: testRules(t), tickets: map[int64]tracker.Ticket{}, events: map[int64][]tracker.Event{}, subject: map[int64]string{}, keys: map[string]bool{}}
}

// mailTo is a mail as the reader would give it.
type mailTo struct {
	from, subject, text string
	to                  string // default: the desk
	answers             string // Message-ID
	dmarc               tracker.Verdict
	auto                tracker.Auto
	attachments         []tracker.Attachment
}

func (w *world) message(m mailTo) tracker.Message {
	w.n++
	return m.read(w.n, w.rules.Desk.Address)
}

// read is the mail as the reader would give it, the n-th that is sent to the desk.
func (m mailTo) read(n int, desk string) tracker.Message {
	if m.to == "" {
		m.to = desk
	}
	if m.dmarc == "" {
		m.dmarc = tracker.Pass
	}
	msg := tracker.Message{
		ID: fmt.Sprintf("m%d@test", n), From: tracker.Address{Address: m.from}, To: []tracker.Address{{Address: m.to}},
		Subject: m.subject, Text: m.text, Reply: m.text, OwnLines: strings.Count(m.text, "\n") + 1, Auto: m.auto, Attachments: m.attachments,
		Identity: tracker.Identity{Address: m.from, DMARC: m.dmarc},
	}
	if m.answers != "" {
		msg.InReplyTo = []string{m.answers}
	}
	return msg
}

func (w *world) input(msg tracker.Message) Input {
	return Input{
		Rules: w.rules, Message: msg, Received: noon, Now: noon, Cause: msg.ID, NewID: int64(len(w.tickets) + 1),
		Refs: w.refs, Tickets: w.tickets, OpeningSubject: func(id int64) string { return w.subject[id] },
		Told: func(key string) bool { return w.keys[key] }, List: w.list, Events: func(id int64) []tracker.Event { return w.events[id] },
	}
}

func (w *world) mail(m mailTo) tracker.Decision { return w.receive(w.message(m)) }

func (w *world) receive(msg tracker.Message) tracker.Decision {
	in := w.input(msg)
	return w.commit(in, Decide(in))
}

func (w *world) shell(id int64, as string, commands ...tracker.Command) tracker.Decision {
	in := w.input(tracker.Message{From: tracker.Address{Address: as}, Identity: tracker.Identity{Address: as}})
	in.Cause, in.Orders = "shell", Orders{Commands: commands}
	return w.commit(in, DecideShell(in, w.tickets[id]))
}

func (w *world) commit(in Input, d tracker.Decision) tracker.Decision {
	id := d.Ticket
	if d.Action == tracker.ActionOpen {
		id = in.NewID
		w.subject[id] = in.Message.Subject
	}
	if len(d.Changes) > 0 {
		t, events, err := tracker.Record(w.tickets[id], tracker.Event{Ticket: id, At: in.Received, By: d.By, Cause: in.Cause}, d.Changes)
		require.NoError(w.t, err)
		w.tickets[id], w.events[id] = t, append(w.events[id], events...)
	}
	for _, e := range d.Also {
		t, events, err := tracker.Record(w.tickets[e.Ticket], tracker.Event{Ticket: e.Ticket, At: in.Received, By: d.By, Cause: in.Cause}, e.Changes)
		require.NoError(w.t, err)
		w.tickets[e.Ticket], w.events[e.Ticket] = t, append(w.events[e.Ticket], events...)
	}
	if d.Filed != 0 {
		id = d.Filed
	}
	if id != 0 && in.Message.ID != "" {
		w.refs = append(w.refs, tracker.MailRef{MessageID: in.Message.ID, Ticket: id, Kind: tracker.RefReceived})
		for _, m := range mentions(in.Message) {
			w.refs = append(w.refs, tracker.MailRef{MessageID: m, Ticket: id, Kind: tracker.RefMentioned})
		}
	}
	for _, n := range d.Notices {
		require.False(w.t, w.keys[n.Key], "notice key used twice: "+n.Key)
		w.keys[n.Key] = true
		if n.Ticket != 0 {
			w.refs = append(w.refs, tracker.MailRef{MessageID: w.sentID(n), Ticket: n.Ticket, Kind: tracker.RefSent, Recipient: n.To.Address})
		}
	}
	return d
}

// list gives all tickets, whoever asks: what he may see is the rule's to say.
func (w *world) list(tracker.TicketQuery) []tracker.Ticket {
	var out []tracker.Ticket
	for id := range int64(len(w.tickets)) {
		out = append(out, w.tickets[id+1])
	}
	return out
}

// sentID is the Message-ID that the composed notice has.
func (w *world) sentID(n tracker.Notice) string {
	return tracker.ReplyID(w.rules.Desk.Address, w.tickets[n.Ticket].Key, w.token(n), fmt.Sprintf("%x", n.Key))
}

// replyTo is the reply address in a notice.
func (w *world) replyTo(n tracker.Notice) string {
	return tracker.ReplyAddress(w.rules.Desk.Address, w.tickets[n.Ticket].Key, w.token(n))
}

// token is the one of a notice: a code in the mail that asks for an approval.
func (w *world) token(n tracker.Notice) string {
	t, purpose := w.tickets[n.Ticket], tracker.PurposeReply
	if n.Kind == tracker.KindApproval {
		purpose = tracker.PurposeApproval(t.Approval.Round)
	}
	return w.rules.Signer.Token(purpose, t.Key, n.To.Address, n.At)
}

// open opens a ticket for Punjab and returns its decision.
func (w *world) open() tracker.Decision {
	return w.mail(mailTo{from: "ravi@egov.test", subject: "[P1][GitOps] Rotate the deploy key for Punjab", text: "Please rotate it.\n"})
}

// told lists the mails of a decision: "kind to".
func told(d tracker.Decision) []string {
	var out []string
	for _, n := range d.Notices {
		out = append(out, string(n.Kind)+" "+n.To.Address)
	}
	slices.Sort(out)
	return out
}

func kinds(d tracker.Decision) string {
	var out []string
	for _, c := range d.Changes {
		out = append(out, c.Kind())
	}
	return strings.Join(out, " ")
}

func noticeTo(t testing.TB, d tracker.Decision, addr string) tracker.Notice {
	t.Helper()
	for _, n := range d.Notices {
		if n.To.Is(addr) {
			return n
		}
	}
	require.Fail(t, "no notice to "+addr, "%v", told(d))
	return tracker.Notice{}
}

// whys are the refused lines in a notice: "/verb: why".
func whys(n tracker.Notice) string {
	var out []string
	for _, c := range n.Data.Transcript {
		out = append(out, "/"+c.Command.Verb+": "+c.Why)
	}
	return strings.Join(out, "\n")
}
