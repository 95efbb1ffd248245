package intake

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
)

func TestCapacityAndOverflow(t *testing.T) {
	const barred = "MacroSkies is not on-boarded yet (onboarding)"
	for _, tt := range []struct {
		name, partner, overflow string // of the route
		load                    map[string]int
		owner, why, warning     string
	}{
		{"room", "GWL", "OptIT", nil, "GWL", "routing: AP → GWL", ""},
		{"one below its capacity", "GWL", "OptIT", map[string]int{"GWL": 1}, "GWL", "routing: AP → GWL", ""},
		{"full: the overflow", "GWL", "OptIT", map[string]int{"GWL": 2}, "OptIT",
			"routing: AP → GWL; GWL is at its capacity of 2 open tickets, so OptIT has it", ""},
		{"full, no overflow: it gets it all the same", "GWL", "", map[string]int{"GWL": 7}, "GWL",
			"routing: AP → GWL; GWL is at its capacity of 2 open tickets",
			"GWL is at its capacity of 2 open tickets: GWL got REQ-1 all the same; /assign it to somebody else if it should not wait"},
		{"both full: the first", "GWL", "OptIT", map[string]int{"GWL": 2, "OptIT": 1}, "GWL",
			"routing: AP → GWL; GWL is at its capacity of 2 open tickets; OptIT is at its capacity of 1 open ticket",
			"GWL is at its capacity of 2 open tickets; OptIT is at its capacity of 1 open ticket: GWL got REQ-1 all the same; /assign it to somebody else if it should not wait"},
		{"full, and the overflow is barred", "GWL", "MacroSkies", map[string]int{"GWL": 2}, "GWL",
			"routing: AP → GWL; GWL is at its capacity of 2 open tickets; " + barred,
			"GWL is at its capacity of 2 open tickets; " + barred + ": GWL got REQ-1 all the same; /assign it to somebody else if it should not wait"},
		{"barred: the overflow, and the manager hears why", "MacroSkies", "GWL", nil, "GWL",
			"routing: AP → MacroSkies; " + barred + ", so GWL has it", barred + ", so its overflow GWL got REQ-1"},
		{"barred, and the overflow is full", "MacroSkies", "GWL", map[string]int{"GWL": 2}, "GWL",
			"routing: AP → MacroSkies; " + barred + "; GWL is at its capacity of 2 open tickets",
			barred + "; GWL is at its capacity of 2 open tickets: GWL got REQ-1 all the same; /assign it to somebody else if it should not wait"},
		{"both barred: nobody", "MacroSkies", "Nobody", nil, "", barred + "; Nobody is not configured", ""},
		{"barred without an overflow: nobody", "MacroSkies", "", nil, "", barred, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			w.rules.Directory.Partners[0].Capacity, w.rules.Directory.Partners[1].Capacity = 1, 2
			w.rules.Routing = []Route{{Environment: "AP", Partner: tt.partner, Overflow: tt.overflow}}
			in := w.input(w.message(mailTo{from: "ravi@egov.test", subject: "[AP] x"}))
			in.OpenTickets = func(p string) int { return tt.load[p] }
			d := w.commit(in, Decide(in))
			assert.Equal(t, tt.owner, w.tickets[1].Partner)
			assert.Equal(t, tt.why, d.Reason)
			var warnings []string
			for _, a := range d.Alerts {
				assert.Equal(t, tracker.AlertCapacity, a.Kind)
				assert.Equal(t, "REQ-1", a.Ticket)
				warnings = append(warnings, a.Line)
			}
			if tt.warning == "" {
				assert.Empty(t, warnings)
				return
			}
			assert.Equal(t, []string{tt.warning}, warnings, "one line, collected for the manager")
		})
	}
}

// A ticket that sits with an overflow goes where its new fields route it, unless
// its owner may have it there too.
func TestRerouteFromAnOverflow(t *testing.T) {
	for _, tt := range []struct {
		name    string
		routing []Route
		want    string // who has it for Punjab
	}{
		{"elsewhere", []Route{{Environment: "AP", Partner: "GWL", Overflow: "OptIT"}, {Environment: "Punjab", Partner: "GWL"}}, "GWL"},
		{"its owner is the overflow there", []Route{{Environment: "AP", Partner: "GWL", Overflow: "OptIT"}, {Environment: "Punjab", Partner: "GWL", Overflow: "OptIT"}}, "OptIT"},
		{"its owner is the partner there", []Route{{Environment: "AP", Partner: "GWL", Overflow: "OptIT"}, {Environment: "Punjab", Partner: "OptIT"}}, "OptIT"},
		{"its owner stands in for a barred one", []Route{{Environment: "AP", Partner: "GWL", Overflow: "OptIT"}, {Environment: "Punjab", Partner: "MacroSkies", Overflow: "OptIT"}}, "OptIT"},
		{"nobody there", []Route{{Environment: "AP", Partner: "GWL", Overflow: "OptIT"}, {Environment: "Punjab", Partner: "MacroSkies"}}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			w.rules.Routing = tt.routing
			w.rules.Directory.Partners[1].Capacity = 1 // GWL
			full := true
			decide := func(m mailTo) {
				in := w.input(w.message(m))
				in.OpenTickets = func(string) int { return map[bool]int{true: 1}[full] }
				w.commit(in, Decide(in))
			}
			decide(mailTo{from: "ravi@egov.test", subject: "[AP] x"})
			require.Equal(t, "OptIT", w.tickets[1].Partner)
			full = false
			decide(mailTo{from: "ravi@egov.test", answers: "m1@test", text: "/env Punjab"})
			assert.Equal(t, tt.want, w.tickets[1].Partner)
		})
	}
}

func TestRerouteLeavesWhatAHandGave(t *testing.T) {
	w := newWorld(t)
	w.mail(mailTo{from: "ravi@egov.test", subject: "[AP] x"})
	w.mail(mailTo{from: "asha@egov.test", answers: "m1@test", text: "/assign OptIT"})
	w.mail(mailTo{from: "asha@egov.test", answers: "m1@test", text: "/env Bihar"})
	assert.Equal(t, "OptIT", w.tickets[1].Partner)
}

// Capacity binds no manager, but the manager hears of it.
func TestAFullPartnerThatIsNamedIsWarnedOf(t *testing.T) {
	for name, mail := range map[string]mailTo{
		"by command": {from: "asha@egov.test", subject: "[P2] x", text: "/assign OptIT"},
		"by tag":     {from: "asha@egov.test", subject: "[P2][OptIT] x", text: "please"},
	} {
		for load, want := range map[int]int{0: 0, 1: 1} {
			w := newWorld(t)
			w.rules.Directory.Partners[0].Capacity = 1
			in := w.input(w.message(mail))
			in.OpenTickets = func(string) int { return load }
			d := w.commit(in, Decide(in))
			assert.Equal(t, "OptIT", w.tickets[1].Partner, name)
			assert.Len(t, d.Alerts, want, name)
		}
	}
}
