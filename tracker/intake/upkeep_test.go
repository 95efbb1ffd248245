package intake

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"envdesk/tracker"
	"envdesk/tracker/sla"
)

// reply is the address for replies that somebody has for a ticket.
func (w *world) reply(id int64, who string) string {
	return w.replyTo(tracker.Notice{Ticket: id, To: tracker.Address{Address: who}, At: noon})
}

// words lists what a decision tells whom: "kind to: text".
func words(d tracker.Decision) string {
	var out []string
	for _, n := range d.Notices {
		out = append(out, fmt.Sprintf("%s %s: %s", n.Kind, n.To.Address, n.Data.Text))
	}
	return strings.Join(out, "\n")
}

func TestAMailCarriesOutFiftyCommands(t *testing.T) {
	for _, first := range []bool{true, false} {
		for _, n := range []int{maxCommands, maxCommands + 20, 20 * maxCommands} {
			w := timedWorld(t)
			w.open()
			m := mailTo{from: "ravi@egov.test", answers: "m1@test", text: strings.Repeat("/p4\n/p3\n", n/2)}
			if first {
				m.answers, m.subject = "", "[P1] x"
			}
			in, reads := w.input(w.message(m)), 0
			events := in.Events
			in.Events = func(id int64) []tracker.Event { reads++; return events(id) }
			d := w.commit(in, Decide(in))
			assert.LessOrEqual(t, reads, 1, "the history is read once")
			if n == maxCommands {
				assert.Empty(t, why(d))
				continue
			}
			assert.Len(t, d.Results, maxCommands+1)
			assert.Equal(t, fmt.Sprintf("%d more lines: a mail carries out 50 commands at most", n-maxCommands), why(d))
			assert.Equal(t, 1, strings.Count(kinds(d), "refused"))
			assert.Contains(t, told(d), map[bool]string{true: "receipt", false: "transcript"}[first]+" ravi@egov.test")
		}
	}
}

// What is taken up again and has nobody is routed anew, or the manager hears.
func TestReopenedWithoutAnOwner(t *testing.T) {
	access := []Approval{{Type: "AccessOps", Role: tracker.RoleDevOps, Quorum: 1}}
	for _, tt := range []struct {
		name, subject, text, cancel string
		approvals                   []Approval
		status                      tracker.Status
		told                        string
	}{
		{"no partner fits", "[P2] x", "words", "/cancel", nil, tracker.StatusNew, "unassigned asha@egov.test"},
		{"cancelled by the first mail", "[P2][Punjab] x", "/cancel\nwords", "", nil, tracker.StatusAssigned, "assignment desk@optit.test"},
		{"the approval is not asked for any more", "[P2][AccessOps][Punjab] x", "words", "/cancel", access, tracker.StatusAssigned, "assignment desk@optit.test"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			w.rules.Approvals = tt.approvals
			w.mail(mailTo{from: "ravi@egov.test", subject: tt.subject, text: tt.text})
			if tt.cancel != "" {
				w.mail(mailTo{from: "ravi@egov.test", answers: "m1@test", text: tt.cancel})
			}
			w.rules.Approvals = nil
			d := w.mail(mailTo{from: "ravi@egov.test", answers: "m1@test", text: "/reopen"})
			assert.Equal(t, []string{tt.told}, told(d))
			assert.Equal(t, tt.status, w.tickets[1].Status)
		})
	}
	w := newWorld(t)
	d := w.mail(mailTo{from: "ravi@egov.test", subject: "[P2][Punjab] x", text: "/cancel\n/reopen"})
	assert.Equal(t, []string{"assignment desk@optit.test", "receipt ravi@egov.test"}, told(d))
}

func TestThanks(t *testing.T) {
	for text, wants := range map[string]bool{
		"Thanks!": false, "Thank you, it works now.": false, "Perfect, solved.": false, "Danke, alles gut": false, "muchas gracias a todos": false,
		"बहुत धन्यवाद": false, "Thanks again for the quick help": false, "Merci beaucoup": false, "Hello,\n\nregards\nRavi": false,
		"Thanks, but the key is the old one.": true, "It doesn't work, thanks": true, "It doesn’t work, thanks": true, "Thanks. Which key is it?": true,
		"Thanks, it fails on one node": true, "Danke, aber es geht nicht": true, "gracias, no funciona": true, "धन्यवाद, काम नहीं करता": true,
		"Thanks, please close it": false, "All is there.\nThanks,\nRavi": false, "Please rotate the other key, too.\n\nThanks,\nRavi": true,
		"Nothing of it was done.": true, "The old key is there": true, "thanks " + strings.Repeat("word ", maxThanks): true,
	} {
		assert.Equal(t, wants, wantsMore(text), text)
	}
}

// Who asked for a request takes it up again by words.
func TestWordsTakeUpAgain(t *testing.T) {
	const ravi, optit, asha = "ravi@egov.test", "desk@optit.test", "asha@egov.test"
	const broken = "It is broken again, production stands."
	file := []tracker.Attachment{{Name: "log.txt", Size: 1}}
	for _, tt := range []struct {
		name  string
		ended []mailTo // behind the first mail
		last  mailTo
		again tracker.Status
		told  []string
	}{
		{"resolved", []mailTo{{from: optit, text: "/done"}}, mailTo{from: ravi, text: broken}, tracker.StatusWorking, []string{"status " + optit}},
		{"closed", []mailTo{{from: optit, text: "/done"}, {from: ravi, text: "/close"}}, mailTo{from: ravi, text: broken}, tracker.StatusWorking, []string{"status " + optit}},
		{"thanks", []mailTo{{from: optit, text: "/done"}}, mailTo{from: ravi, text: "Thank you, it works now."}, "", []string{"relay " + optit}},
		{"thanks with a file", []mailTo{{from: optit, text: "/done"}}, mailTo{from: ravi, text: "Thank you", attachments: file}, tracker.StatusWorking, []string{"status " + optit}},
		{"not proved", []mailTo{{from: optit, text: "/done"}}, mailTo{from: ravi, text: broken, dmarc: tracker.None}, "", []string{"relay " + optit}},
		{"an operator", []mailTo{{from: optit, text: "/done"}}, mailTo{from: asha, text: broken}, "", []string{"relay " + optit, "relay " + ravi}},
		{"a partner", []mailTo{{from: optit, text: "/done"}}, mailTo{from: optit, text: broken}, "", []string{"relay " + ravi}},
		{"who reads along", []mailTo{{from: ravi, text: "/watch kiran@egov.test"}, {from: optit, text: "/done"}}, mailTo{from: "kiran@egov.test", text: broken}, "", []string{"relay " + optit, "relay " + ravi}},
		{"a machine", []mailTo{{from: optit, text: "/done"}}, mailTo{from: ravi, text: broken, auto: tracker.AutoReply}, "", nil},
		{"cancelled", []mailTo{{from: ravi, text: "/cancel"}}, mailTo{from: ravi, text: broken}, "", []string{"relay " + asha, "relay " + optit}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			w.open()
			for _, m := range tt.ended {
				m.answers = "m1@test"
				w.mail(m)
			}
			before := w.tickets[1].Status
			tt.last.answers = "m1@test"
			d := w.mail(tt.last)
			if tt.again == "" {
				tt.again = before
			} else {
				assert.Contains(t, d.Changes, tracker.Change(tracker.Reopened{Reason: "the requester wrote again"}))
				assert.Equal(t, "status "+optit+": "+tt.last.text, words(d))
			}
			assert.Equal(t, tt.again, w.tickets[1].Status)
			assert.ElementsMatch(t, tt.told, told(d))
		})
	}
}

// Words that were meant for inside, or for a new owner, go to nobody when the
// command that said so was refused.
func TestRefusedWordsStayInside(t *testing.T) {
	const secret = "OptIT botched this twice."
	for _, tt := range []struct {
		from, line string
		dmarc      tracker.Verdict
		held       bool
	}{
		{"asha@egov.test", "/note", tracker.None, true},
		{"ops@egov.test", "/note internal", tracker.None, true},
		{"asha@egov.test", "/ntoe", tracker.Pass, true},
		{"desk@optit.test", "/notes", tracker.Pass, true},
		{"ops@egov.test", "/assign GWL", tracker.None, true},
		{"ops@egov.test", "/assign Foo", tracker.Pass, true},
		{"asha@egov.test", "/assign MacroSkies", tracker.Pass, true},
		{"asha@egov.test", "/asign GWL", tracker.Pass, true},
		{"asha@egov.test", "/decline", tracker.Pass, true},
		{"asha@egov.test", "/status assigned MacroSkies", tracker.Pass, true},
		{"asha@egov.test", "/nonsense", tracker.Pass, false},
		{"desk@optit.test", "/assign GWL", tracker.Pass, false},
		{"ravi@egov.test", "/note", tracker.Pass, false},
	} {
		w := newWorld(t)
		w.open()
		d := w.mail(mailTo{from: tt.from, to: w.reply(1, tt.from), dmarc: tt.dmarc, text: tt.line + "\n" + secret})
		var filed tracker.Visibility
		for _, c := range d.Changes {
			if r, ok := c.(tracker.Replied); ok {
				filed = r.Visibility
			}
		}
		others := strings.ReplaceAll(words(d), "transcript "+tt.from+": "+secret, "")
		assert.Equal(t, tt.held, !strings.Contains(others, secret), "%s %s: %s", tt.from, tt.line, others)
		assert.Equal(t, tt.held, filed == tracker.Internal, "%s %s", tt.from, tt.line)
		assert.Equal(t, tt.held, strings.HasSuffix(whys(noticeTo(t, d, tt.from)), "; your words were kept inside"), "%s %s", tt.from, tt.line)
	}
}

// Each reader hears of the changes that are his, whatever else the mail does.
func TestChangesOfTheReader(t *testing.T) {
	w := newWorld(t)
	w.open()
	d := w.mail(mailTo{from: "desk@optit.test", answers: "m1@test", text: "/ack\n/eta Friday\n/block no VPN, and nobody cares"})
	assert.NotContains(t, fmt.Sprint(noticeTo(t, d, "ravi@egov.test").Data.Changes), "VPN")
	assert.Contains(t, fmt.Sprint(noticeTo(t, d, "asha@egov.test").Data.Changes), "VPN")
	d = w.mail(mailTo{from: "desk@optit.test", answers: "m1@test", text: "/eta Thursday\n/decline we do not trust him"})
	assert.NotContains(t, fmt.Sprint(noticeTo(t, d, "ravi@egov.test").Data.Changes), "trust")
	assert.Contains(t, fmt.Sprint(noticeTo(t, d, "asha@egov.test").Data.Changes), "trust")
}

func TestLinksAreNoLateReplies(t *testing.T) {
	const day = 24 * time.Hour
	w := timedWorld(t)
	w.rules.ReopenWithin = sla.Span{Days: 10}
	w.open()
	w.mail(mailTo{from: "desk@optit.test", answers: "m1@test", text: "/done"})
	w.mail(mailTo{from: "ravi@egov.test", answers: "m1@test", text: "/close"})
	w.at(30*day, mailTo{from: "ravi@egov.test", subject: "[P1] New cluster for Punjab", text: "words"})
	w.at(30*day, mailTo{from: "asha@egov.test", subject: "Re: [REQ-2] x", text: "/link REQ-1"})
	d := w.at(31*day, mailTo{from: "ravi@egov.test", answers: "m1@test", text: "/cancel\nForget this one."})
	assert.Equal(t, tracker.StatusAssigned, w.tickets[2].Status, "it has nothing to do with it")
	assert.Equal(t, tracker.ActionOpen, d.Action)
	assert.Contains(t, d.Evidence, "ended too long ago")
}

func TestStrangersRepliesAreCapped(t *testing.T) {
	for n, want := range map[int]tracker.Action{maxStrangerMails - 1: tracker.ActionReply, maxStrangerMails: tracker.ActionQuarantine} {
		for _, auto := range []tracker.Auto{"", tracker.AutoReply} {
			w := newWorld(t)
			w.open()
			in := w.input(w.message(mailTo{from: "evil@else.test", answers: "m1@test", text: "x", auto: auto}))
			in.StrangerMails = func() int { return n }
			d := w.commit(in, Decide(in))
			assert.Equal(t, want, d.Action)
		}
	}
}

func TestWishBesideAnotherMail(t *testing.T) {
	w := newWorld(t)
	w.open()
	w.mail(mailTo{from: "desk@optit.test", answers: "m1@test", text: "/ack"})
	d := w.mail(mailTo{from: "ravi@egov.test", answers: "m1@test", text: "/watch asha@egov.test\n/p0"})
	assert.Equal(t, []string{"transcript ravi@egov.test", "wish asha@egov.test"}, told(d))
	assert.Len(t, noticeTo(t, d, "asha@egov.test").Data.Wishes, 1)
}

func TestFirstMailsOfDevOps(t *testing.T) {
	w := newWorld(t)
	w.mail(mailTo{from: "ops@egov.test", subject: "[P1][Punjab] x", text: "/assign GWL\nwords"})
	assert.Equal(t, "GWL", w.tickets[1].Partner)
	for line, want := range map[string]string{
		"/split Foo": "there is no request yet to split", "/merge REQ-1": "there is no request yet to merge", "/link REQ-3": "there is no ticket REQ-3",
	} {
		w := newWorld(t)
		w.open()
		w.open()
		d := w.mail(mailTo{from: "ops@egov.test", subject: "[P1][Punjab] x", text: line + "\nwords"})
		assert.Equal(t, want, why(d))
		assert.Empty(t, w.tickets[3].Links)
		assert.Equal(t, tracker.StatusAssigned, w.tickets[3].Status)
	}
}

// A question with a name below it is one; beside a request it is told so.
func TestQuestionsBesideWords(t *testing.T) {
	for _, tt := range []struct {
		from, text string
		want       tracker.Action
	}{
		{"desk@optit.test", "/list late\n\nMark", tracker.ActionAnswer},
		{"ravi@egov.test", "/list late\n\n-- \nRavi Kumar", tracker.ActionAnswer},
		{"ravi@egov.test", "/list late\n\nरवि", tracker.ActionAnswer},
		{"ravi@egov.test", "/list\nRestart Punjab", tracker.ActionOpen},
		{"ravi@egov.test", "/list\nplease restart", tracker.ActionOpen},
		{"ravi@egov.test", "/show REQ-1\nAnd restart it too, today.", tracker.ActionOpen},
	} {
		w := newWorld(t)
		w.open()
		d := w.mail(mailTo{from: tt.from, subject: "x", text: tt.text})
		assert.Equal(t, tt.want, d.Action, tt.text)
		if tt.want == tracker.ActionOpen {
			verb := strings.Fields(tt.text)[0]
			assert.Equal(t, verb+": "+verb+" is answered when it stands alone in a mail", whys(noticeTo(t, d, tt.from)))
		}
	}
}

// What the manager has set of priority and target, no requester undoes.
func TestTheManagersReviewHolds(t *testing.T) {
	for _, line := range []string{"/due +2d because the minister comes", "/p2"} {
		w := timedWorld(t)
		w.mail(mailTo{from: "ravi@egov.test", subject: "[P3][Punjab] x", text: "words"})
		w.mail(mailTo{from: "ravi@egov.test", answers: "m1@test", text: "/p4\n/p3"})
		w.mail(mailTo{from: "asha@egov.test", answers: "m1@test", text: line})
		before := w.tickets[1].Priority
		d := w.mail(mailTo{from: "ravi@egov.test", answers: "m1@test", text: "/p1"})
		assert.Equal(t, before, w.tickets[1].Priority)
		assert.Equal(t, []string{"transcript ravi@egov.test", "wish asha@egov.test"}, told(d))
		assert.Equal(t, "the programme manager has set it, so the programme manager decides now and was asked for priority P1", why(d))
	}
}

// The partner hears of what operators do on its ticket.
func TestOperatorsInPlaceOfThePartner(t *testing.T) {
	for _, tt := range []struct{ from, before, line, want string }{
		{"ops@egov.test", "", "/ack", "[{}]"},
		{"ops@egov.test", "", "/done", "[{}]"},
		{"asha@egov.test", "", "/wait for the budget", "[{assigned waiting for the budget }]"},
		{"asha@egov.test", "/wait for him", "/status assigned", "[{waiting assigned  }]"},
	} {
		w := newWorld(t)
		w.open()
		if tt.before != "" {
			w.mail(mailTo{from: "desk@optit.test", answers: "m1@test", text: tt.before})
		}
		d := w.mail(mailTo{from: tt.from, answers: "m1@test", text: tt.line})
		n := noticeTo(t, d, "desk@optit.test")
		assert.Equal(t, tracker.KindStatus, n.Kind, tt.line)
		assert.Equal(t, tt.want, fmt.Sprint(n.Data.Changes), tt.line)
	}
}

func TestUnprovedQuestionsAreCapped(t *testing.T) {
	for _, tt := range []struct {
		dmarc tracker.Verdict
		n     int
		want  tracker.Action
	}{
		{tracker.None, maxUnprovedQuestions - 1, tracker.ActionAnswer}, {tracker.None, maxUnprovedQuestions, tracker.ActionIgnore}, {tracker.Pass, 25, tracker.ActionAnswer},
	} {
		w := newWorld(t)
		in := w.input(w.message(mailTo{from: "asha@egov.test", dmarc: tt.dmarc, text: "/help"}))
		in.StrangerMails = func() int { return tt.n }
		d := w.commit(in, Decide(in))
		assert.Equal(t, tt.want, d.Action)
		assert.NotEmpty(t, d.Reason)
	}
}

func TestNoWaitUntilThePast(t *testing.T) {
	for date, want := range map[string]string{"2026-11-22": "2026-11-22 is past: today is 2026-11-23", "2026-11-23": "", "tomorrow": ""} {
		w := newWorld(t)
		w.open()
		d := w.mail(mailTo{from: "desk@optit.test", answers: "m1@test", text: "/wait for the key until " + date})
		assert.Equal(t, want, why(d))
	}
}

// What waits for its approvers has nobody to work on it, and wants none yet.
func TestReportCountsUnowned(t *testing.T) {
	w := timedWorld(t)
	w.rules.Approvals = []Approval{{Type: "AccessOps", Role: tracker.RoleDevOps, Quorum: 1}}
	w.mail(mailTo{from: "ravi@egov.test", subject: "[P1][AccessOps] x"})
	w.mail(mailTo{from: "ravi@egov.test", subject: "[P1] x"})
	d := w.mail(mailTo{from: "asha@egov.test", text: "/report"})
	assert.Equal(t, []tracker.SummaryLine{{Priority: "P1", Open: 2, DueToday: 1, Unowned: 1}}, noticeTo(t, d, "asha@egov.test").Data.Summary.Lines)
}

// Of several things that are due at once a reader gets the weightiest.
func TestOneReminderAPass(t *testing.T) {
	rules := timedRules(t)
	ticket, events := history(t, rules, []step{{"24 10:00", "", opened("P1")}, {"25 10:00", "", tracker.Assigned{Partner: "OptIT"}}})
	_, _, plan := look(t, rules, ticket, events, "25 11:45")
	seen := map[string]int{}
	for _, n := range plan.Notices {
		seen[n.To.Address]++
		assert.Equal(t, "resolve", n.Data.Reminders[0].Clock, n.To.Address)
	}
	assert.Equal(t, 1, seen["desk@optit.test"])
	for who, n := range seen {
		assert.Equal(t, 1, n, who)
	}
}
