package intake

import (
	"testing"

	"github.com/stretchr/testify/require"

	"envdesk/tracker"
)

// BenchmarkDecide decides a new request with a clock, whose receipt and
// assignment tell when it is due, and without one.
func BenchmarkDecide(b *testing.B) {
	for name, rules := range map[string]Rules{"clock": timedRules(b), "no clock": testRules(b)} {
		b.Run(name, func(b *testing.B) {
			w := newWorld(b)
			w.rules = rules
			in := w.input(w.message(mailTo{from: "ravi@egov.test", subject: "[P1][GitOps] Rotate the deploy key for Punjab", text: "Please rotate it.\n"}))
			in.Events = func(int64) []tracker.Event { b.Fatal("a new request has no events to read"); return nil }
			for b.Loop() {
				require.Len(b, Decide(in).Notices, 2)
			}
		})
	}
}
