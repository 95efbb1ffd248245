package intake

import (
	"errors"
	"strings"
	"unicode/utf8"

	"envdesk/tracker"
)

var errNoteByMail = errors.New("mail it to the desk: /report note alone on its line, and the note below it")

// isReportNote reports whether the command says that a note for the weekly report
// follows.
func isReportNote(c tracker.Command) bool {
	return c.Verb == "report" && strings.EqualFold(strings.TrimRight(c.Value, ":"), "note")
}

// notesReport reports whether the mail brings a note for the weekly report, from
// somebody who gets answers. It is about no ticket, whatever it replies to.
func (in Input) notesReport() bool {
	orders := in.Orders.Commands
	return !in.Shell && len(orders) > 0 && isReportNote(orders[0]) && in.answerable() && credentials(in, tracker.Ticket{}).mayAsk()
}

// decideReportNote keeps the note of the manager, in place of an earlier one, and
// answers.
func decideReportNote(in Input) tracker.Decision {
	c := credentials(in, tracker.Ticket{})
	d := tracker.Decision{Action: tracker.ActionAnswer, By: in.actor(tracker.Ticket{}), Reason: "a note for the weekly report: refused"}
	why := c.noteFault(in.Orders)
	switch {
	case why == "":
		d.Note, d.Reason = in.Orders.Comment, "a note for the weekly report"
	case c.Sender.Has(tracker.RoleManager) && !c.may(Operator, Commands, false):
		r := newRun(in, c, tracker.Ticket{})
		r.forged = in.Orders.Commands
		r.alertForged()
		d.Alerts = r.alerts
	}
	for _, one := range in.Orders.Commands {
		res := tracker.CommandResult{Command: one, Done: why == "", Why: why}
		if res.Done {
			res.Why = "it goes on top of the next weekly report, in place of any earlier note"
		}
		d.Results = append(d.Results, res)
	}
	d.Notices = []tracker.Notice{{
		Key: string(tracker.KindTranscript) + "/" + in.Cause, Kind: tracker.KindTranscript, To: c.Sender.Address, As: c.Sender.Role(), At: in.Received,
		Data: tracker.NoticeData{Transcript: d.Results, InReplyTo: in.Message.ID},
	}}
	return d
}

// noteFault says why the note is not taken, or "".
func (c Credentials) noteFault(o Orders) string {
	switch {
	case !c.Sender.Has(tracker.RoleManager):
		return "only the programme manager may write on top of the report"
	case !c.may(Operator, Commands, false):
		return "the mail does not prove that it comes from " + c.Sender.Address.Address + " (" + c.describe() + ")"
	case len(o.Commands) > 1:
		return "a note comes by itself, and this mail has other commands"
	case o.Comment == "":
		return "write the note below the command; /report alone tells how things stand"
	case utf8.RuneCountInString(o.Comment) > tracker.MaxReportNote:
		return "the note is too long: the report has room for 4,000 characters, about 600 words"
	}
	return ""
}
