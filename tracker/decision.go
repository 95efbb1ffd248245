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

// Effect is what a decision does to a ticket beside its own. A ticket that the
// changes open has the id that the decision was given for a new one.
type Effect struct {
	Ticket  int64
	Changes []Change
}

// Decision is what the desk does with a mail or a shell command, and why. It is
// a value: nothing has happened yet.
type Decision struct {
	Action   Action
	Ticket   int64 // 0 when Action opens one, or when there is none
	Changes  []Change
	Also     []Effect // what happens to other tickets
	Filed    int64    // the ticket that the mail itself opens where that is not Ticket; 0: it stands with Ticket
	Notices  []Notice // Key may hold the placeholders that Expand fills
	Alerts   []Alert
	Results  []CommandResult
	Note     string // for the top of the next weekly report, in Markdown; "": none came
	By       Actor
	Evidence string // which thread evidence decided, "" for a new ticket
	Identity string // how the sender was proved
	Reason   string // one sentence

	// Subscription is what the sender wants from now on of a list that it is on; nil:
	// it did not say.
	Subscription *Subscription
}
