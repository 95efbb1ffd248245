package mailout

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"envdesk/tracker"
)

// An address, a file or a number that a line begins with is no word of ours.
func TestLinesOfAlertsAreSentences(t *testing.T) {
	for line, want := range map[string]string{
		"a request of joe@free.test":                    "A request of joe@free.test.",
		"board@egov.test gets no more weekly reports":   "board@egov.test gets no more weekly reports.",
		"receipt.md:3: a link may go to":                "receipt.md:3: a link may go to.",
		"envdesk.yaml":                                  "envdesk.yaml.",
		"OptIT has 20 of 20 open tickets":               "OptIT has 20 of 20 open tickets.",
		"REQ-3 waits for the approval of ops@egov.test": "REQ-3 waits for the approval of ops@egov.test.",
		"mail 5 was put into quarantine: too large!":    "Mail 5 was put into quarantine: too large!",
		"": "",
		"more than 30 mails in an hour from s@spam.test": "More than 30 mails in an hour from s@spam.test.",
		"éa came": "Éa came.",
		"the mail \"[REQ-1] x\" to a@b.test could not be sent": "The mail \"[REQ-1] x\" to a@b.test could not be sent.",
	} {
		s := sample(t, "alert")
		s.Notice.Data.Alerts = []tracker.Alert{{At: s.Notice.At, Kind: tracker.AlertSubscription, Line: line}}
		assert.Equal(t, want, alertOf(desk(t).settings, s.Notice, s.Notice.Data.Alerts[0]).Line)
	}
}
