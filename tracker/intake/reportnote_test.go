package intake

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
)

func TestReportNote(t *testing.T) {
	for _, tt := range []struct {
		name string
		mail mailTo
		note string
		why  string
	}{
		{"kept", mailTo{from: "asha@egov.test", text: "/report note\n\n# Thank you\n\n- **GWL** was fast\n"}, "# Thank you\n\n- **GWL** was fast", "it goes on top of the next weekly report, in place of any earlier note"},
		{"with a colon, in capitals", mailTo{from: "asha@egov.test", text: "Hello,\n/Report Note:\nwell done"}, "Hello,\nwell done", "it goes on top of the next weekly report, in place of any earlier note"},
		{"in a thread it is no reply", mailTo{from: "asha@egov.test", answers: "m1@test", text: "/report note\ncanary"}, "canary", "it goes on top of the next weekly report, in place of any earlier note"},
		{"of nobody who may", mailTo{from: "ravi@egov.test", text: "/report note\ncanary"}, "", "only the programme manager may write on top of the report"},
		{"of DevOps neither", mailTo{from: "ops@egov.test", text: "/report note\ncanary"}, "", "only the programme manager may write on top of the report"},
		{"unproved", mailTo{from: "asha@egov.test", text: "/report note\ncanary", dmarc: tracker.None}, "", "the mail does not prove that it comes from asha@egov.test (dmarc=none)"},
		{"empty", mailTo{from: "asha@egov.test", text: "/report note"}, "", "write the note below the command; /report alone tells how things stand"},
		{"beside another command", mailTo{from: "asha@egov.test", text: "/report note\ncanary\n/done"}, "", "a note comes by itself, and this mail has other commands"},
		{"as long as may be, in characters", mailTo{from: "asha@egov.test", text: "/report note\n" + strings.Repeat("ध", 4000)}, strings.Repeat("ध", 4000), "it goes on top of the next weekly report, in place of any earlier note"},
		{"too long", mailTo{from: "asha@egov.test", text: "/report note\n" + strings.Repeat("x", 4001)}, "", "the note is too long: the report has room for 4,000 characters, about 600 words"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			w.mail(mailTo{from: "ravi@egov.test", subject: "[P2][Punjab] Disk full"})
			tt.mail.subject = "a word"
			d := w.mail(tt.mail)
			assert.Equal(t, tracker.ActionAnswer, d.Action)
			assert.Equal(t, tt.note, d.Note)
			assert.Equal(t, []string{"transcript " + tt.mail.from}, told(d))
			require.NotEmpty(t, d.Results)
			assert.Equal(t, tt.why, d.Results[0].Why)
			assert.Equal(t, tt.note != "", d.Results[0].Done)
			assert.Empty(t, d.Changes)
			assert.Equal(t, tt.name == "unproved", len(d.Alerts) == 1)
		})
	}
}

// Who gets no answer gets no note taken either: the mail is what it was before.
func TestReportNoteOfAStranger(t *testing.T) {
	d := newWorld(t).mail(mailTo{from: "eve@evil.test", subject: "x", text: "/report note\ncanary"})
	assert.Equal(t, tracker.ActionOpen, d.Action)
	assert.Empty(t, d.Note)
}

func TestReportNoteFromTheShell(t *testing.T) {
	w := newWorld(t)
	w.open()
	d := w.shell(1, "asha@egov.test", tracker.Command{Verb: "report", Value: "note"})
	assert.False(t, d.Results[0].Done)
	assert.Contains(t, d.Results[0].Why, "mail it to the desk")
}
