package intake

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
)

// library is a world with tickets in many states.
func library(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	w.rules.Directory.People = append(w.rules.Directory.People, tracker.Person{Email: "board@state.test", Role: tracker.RoleStakeholder})
	w.mail(mailTo{from: "ravi@egov.test", subject: "[P3][Punjab][GitOps] one"})     // REQ-1, OptIT, working
	w.mail(mailTo{from: "sim@egov.test", subject: "[P0][AP] two canary"})           // REQ-2, GWL
	w.mail(mailTo{from: "ravi@egov.test", subject: "[P1][Punjab][Releases] three"}) // REQ-3, OptIT, closed
	w.mail(mailTo{from: "sim@egov.test", subject: "[P2][Punjab] four"})             // REQ-4, OptIT, watched by ravi
	w.mail(mailTo{from: "ravi@egov.test", subject: "five", dmarc: tracker.Fail})    // REQ-5, in the name of ravi
	for _, m := range []mailTo{
		{from: "desk@optit.test", answers: "m1@test", text: "/ack"},
		{from: "asha@egov.test", answers: "m1@test", text: "/note canary inside"},
		{from: "asha@egov.test", answers: "m1@test", text: "/link REQ-2 canary"},
		{from: "desk@optit.test", answers: "m3@test", text: "/done"},
		{from: "ravi@egov.test", answers: "m3@test", text: "/close"},
		{from: "asha@egov.test", answers: "m4@test", text: "/watch ravi@egov.test"},
	} {
		w.mail(m)
	}
	return w
}

// listed names the tickets of the answer to a line that is mailed to the desk.
func listed(t *testing.T, w *world, from, line string) string {
	t.Helper()
	d := w.mail(mailTo{from: from, subject: "question", text: line})
	require.Equal(t, tracker.ActionAnswer, d.Action, "%s: %s", from, line)
	require.Equal(t, []string{"answer " + from}, told(d), "%s: %s", from, line)
	assert.Zero(t, d.Notices[0].Ticket)
	var keys []string
	for _, k := range d.Notices[0].Data.Answers[0].Tickets {
		keys = append(keys, strings.TrimPrefix(k.Key, "REQ-"))
	}
	return strings.Join(keys, " ")
}

func TestWhoSeesWhatInAList(t *testing.T) {
	w := library(t)
	for _, tt := range []struct{ from, line, want string }{
		{"ravi@egov.test", "/list", "4 1"},
		{"ravi@egov.test", "/list all", "3 4 1"},
		{"ravi@egov.test", "/mine all", "3 1"},
		{"sim@egov.test", "/list all", "2 4"},
		{"kiran@egov.test", "/list all", ""},
		{"desk@optit.test", "/list all", "3 4 1"},
		{"meera@optit.test", "/mine", "4 1"},
		{"desk@gwl.test", "/list all", "2"},
		{"asha@egov.test", "/list all", "2 3 4 1 5"},
		{"ops@egov.test", "/list all", "2 3 4 1 5"},
		{"ops@egov.test", "/mine", ""},
		{"board@state.test", "/list all", ""},
		{"asha@egov.test", "/list P0, P2", "2 4"},
		{"asha@egov.test", "/list working", "1"},
		{"asha@egov.test", "/list closed", "3"},
		{"asha@egov.test", "/list ended assigned", "2 3 4"},
		{"asha@egov.test", "/list all punjab p1", "3"},
		{"asha@egov.test", "/list partner:OptIT", "4 1"},
		{"asha@egov.test", "/list gitops", "1"},
		{"asha@egov.test", "/show REQ-3", "3"},
		{"ravi@egov.test", "/show [req-4]", "4"},
		{"desk@optit.test", "/show 1", "1"},
	} {
		assert.Equal(t, tt.want, listed(t, w, tt.from, tt.line), "%s: %s", tt.from, tt.line)
	}
}

func TestNoAnswerHoldsWhatItsReaderMayNotSee(t *testing.T) {
	w := library(t)
	for _, from := range []string{"desk@optit.test", "meera@optit.test", "ravi@egov.test"} {
		for _, line := range []string{"/list all", "/mine all", "/show REQ-1", "/show REQ-2", "/list canary", "/show REQ-5"} {
			for _, answers := range []string{"", "m1@test"} {
				d := w.mail(mailTo{from: from, subject: "question", answers: answers, text: line})
				for _, n := range d.Notices {
					for _, a := range n.Data.Answers {
						assert.NotContains(t, fmt.Sprintf("%+v", a.Tickets), "canary", "%s: %s", from, line)
						for _, k := range a.Tickets {
							assert.Empty(t, k.Links)
							assert.NotEqual(t, "REQ-5", k.Key, "what a forger wrote")
						}
					}
				}
			}
		}
	}
	for _, key := range []string{"REQ-2", "REQ-99"} {
		d := w.mail(mailTo{from: "desk@optit.test", text: "/show " + key})
		assert.Equal(t, "there is no ticket "+key+" that you may see", d.Results[0].Why, "whether it is there is not told either")
	}
}

func TestWhoIsAnswered(t *testing.T) {
	for _, tt := range []struct {
		name   string
		mail   mailTo
		action tracker.Action
		told   []string
	}{
		{"help", mailTo{from: "ravi@egov.test", text: "/help"}, tracker.ActionAnswer, []string{"help ravi@egov.test"}},
		{"help of a partner", mailTo{from: "desk@optit.test", text: "/help"}, tracker.ActionAnswer, []string{"help desk@optit.test"}},
		{"several", mailTo{from: "ravi@egov.test", text: "/help\n/mine"}, tracker.ActionAnswer, []string{"answer ravi@egov.test"}},
		{"a bad filter", mailTo{from: "ravi@egov.test", text: "/mine\n/list nonsense"}, tracker.ActionAnswer, []string{"transcript ravi@egov.test"}},
		{"without proof", mailTo{from: "ravi@egov.test", text: "/list", dmarc: tracker.None}, tracker.ActionAnswer, []string{"transcript ravi@egov.test"}},
		{"a manager without proof", mailTo{from: "asha@egov.test", text: "/list", dmarc: tracker.None}, tracker.ActionAnswer, []string{"transcript asha@egov.test"}},
		{"a partner without proof", mailTo{from: "desk@optit.test", text: "/list", dmarc: tracker.None}, tracker.ActionOpen, []string{"unverified-receipt desk@optit.test"}},
		{"a partner that may have nothing", mailTo{from: "desk@macroskies.test", text: "/list"}, tracker.ActionOpen, []string{"unverified-receipt desk@macroskies.test"}},
		{"a forger", mailTo{from: "asha@egov.test", text: "/list", dmarc: tracker.Fail}, tracker.ActionOpen, nil},
		{"a stranger", mailTo{from: "eve@evil.test", text: "/list"}, tracker.ActionOpen, []string{"unverified-receipt eve@evil.test"}},
		{"a machine", mailTo{from: "ravi@egov.test", text: "/list", auto: tracker.AutoGenerated}, tracker.ActionOpen, []string{"unassigned asha@egov.test"}},
		{"a request beside it", mailTo{from: "ravi@egov.test", text: "/list\nAnd a new key for Punjab, please."}, tracker.ActionOpen, []string{"receipt ravi@egov.test", "unassigned asha@egov.test"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := library(t)
			d := w.mail(tt.mail)
			assert.Equal(t, tt.action, d.Action)
			assert.Equal(t, tt.told, told(d))
			for _, n := range d.Notices {
				if tt.mail.dmarc == tracker.None {
					assert.Empty(t, n.Data.Answers)
				}
			}
		})
	}
}

func TestLongListIsCutAndCounted(t *testing.T) {
	w := newWorld(t)
	for range 60 {
		w.mail(mailTo{from: "ravi@egov.test", subject: "[Punjab] x"})
	}
	w.mail(mailTo{from: "ravi@egov.test", subject: "[P0][Punjab] x"})
	d := w.mail(mailTo{from: "ravi@egov.test", text: "/list"})
	a := d.Notices[0].Data.Answers[0]
	assert.Equal(t, 61, a.Total)
	assert.Len(t, a.Tickets, 50)
	assert.Equal(t, "REQ-61", a.Tickets[0].Key, "the most urgent first")

	d = w.shell(1, "desk@optit.test", tracker.Command{Verb: "list", Value: "P0"})
	assert.Equal(t, "1 ticket\n  REQ-61 · P0 · assigned · Punjab · OptIT · x", d.Results[0].Why)
}
