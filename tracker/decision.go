package tracker

// Action is what becomes of a mail.
type Action string

// Every mail ends in exactly one of these.
const (
	ActionOpen       Action = "ticket"      // a new ticket
	ActionReply      Action = "reply"       // filed in the history of a ticket
	ActionAnswer     Action = "answered"    // a question to the desk, answered by mail
	ActionDuplicate  Action = "duplicate"   // the same mail was taken in before
	ActionIgnore     Action = "ignored"     // kept, but nothing was done; Reason says why
	ActionQuarantine Action = "quarantined" // could not be taken in; kept for a person to look at
)

// Decision is what the desk does with a mail or a shell command, and why. It is
// a value: nothing has happened yet.
type Decision struct {
	Action   Action
	Ticket   int64 // 0 when Action opens one, or when there is none
	Changes  []Change
	Notices  []Notice // Key may hold the placeholders that Expand fills
	Alerts   []Alert
	Results  []CommandResult
	By       Actor
	Evidence string // which thread evidence decided, "" for a new ticket
	Identity string // how the sender was proved
	Reason   string // one sentence
}
