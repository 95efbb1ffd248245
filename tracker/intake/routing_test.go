package intake

import (
	"testing"

	"github.com/stretchr/testify/assert"

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

// A full partner that the manager names has been weighed by the manager.
func TestCapacityBindsNoManager(t *testing.T) {
	w := newWorld(t)
	w.rules.Directory.Partners[0].Capacity = 1
	in := w.input(w.message(mailTo{from: "asha@egov.test", subject: "[AP][OptIT] x"}))
	in.OpenTickets = func(string) int { return 5 }
	d := w.commit(in, Decide(in))
	assert.Equal(t, "OptIT", w.tickets[1].Partner)
	assert.Empty(t, d.Alerts)
}
