package tracker

import "time"

// NoticeKind is the kind of a mail that the desk sends.
type NoticeKind string

// The kinds of mail.
const (
	KindReceipt           NoticeKind = "receipt"            // to the requester: how the request was understood
	KindUnverifiedReceipt NoticeKind = "unverified-receipt" // to an unknown sender: none of its words
	KindAssignment        NoticeKind = "assignment"         // to the partner
	KindUnassigned        NoticeKind = "unassigned"         // to the manager: no partner fits, or one may not have it
	KindRelay             NoticeKind = "relay"              // what one side wrote, to the other
	KindNote              NoticeKind = "note"               // an internal note, to manager and DevOps
	KindStatus            NoticeKind = "status"             // the state changed
	KindTranscript        NoticeKind = "transcript"         // to a sender: which commands were done and which refused
	KindHelp              NoticeKind = "help"               // the answer to /help
	KindWatching          NoticeKind = "watching"           // to a new watcher: reads along from now on
	KindWish              NoticeKind = "wish"               // to the manager: a requester's change to confirm
	KindAnswer            NoticeKind = "answer"             // the answer to /list, /mine and /show
	KindApproval          NoticeKind = "approval"           // to an approver: please decide
	KindApprovalResult    NoticeKind = "approval-result"    // to requester and manager: approved or rejected
	KindHandBack          NoticeKind = "hand-back"          // to manager and partner: the partner has it no more
	KindAlert             NoticeKind = "alert"              // to the manager: unverified mail, forgeries, bounces, quarantine, collected
	KindReminder          NoticeKind = "reminder"           // what is due on a ticket
	KindReminders         NoticeKind = "reminders"          // what is due on many tickets
	KindSubscription      NoticeKind = "subscription"       // to who ended a list by mail, or took it up again
	KindDigest            NoticeKind = "digest"
	KindReport            NoticeKind = "report"
)

// ResendAfterDoubt reports whether a mail of this kind is sent again when a
// crash left it unknown whether the server had taken it: a second copy costs
// less than none, but for what the next reminder, digest or report makes good.
func (k NoticeKind) ResendAfterDoubt() bool {
	return k != KindReminder && k != KindReminders && k != KindDigest && k != KindReport
}

// Notice is the intention to tell one person something. Its Key makes it
// once-only: the outbox takes a key once and for all.
type Notice struct {
	Key    string // such as 42/receipt or 42/7/relay/asha@egov.test
	Kind   NoticeKind
	To     Address
	As     Role  // what the reader is to the ticket
	Ticket int64 // 0: about no ticket
	At     time.Time
	Data   NoticeData
}

// NoticeData is what a mail tells. Each kind uses the fields it needs.
type NoticeData struct {
	By          Actor           // who did it
	Text        string          // new text of the mail that is told of
	Attachments []Attachment    // its attachments
	WithOpening bool            // the desk fills Text and Attachments from the opening mail
	Understood  []Understanding // receipt: how the request was read
	Unknown     []string        // receipt: tags that stayed in the title
	Changes     []Change        // status: what changed
	Reason      string          // why, in words for the reader
	Transcript  []CommandResult // transcript and status
	Wishes      []Wish          // wish
	Answers     []Answer        // answer and transcript
	Commands    []VerbHelp      // help
	Alerts      []Alert         // alert
	Reminders   []Reminder      // reminder, one, and reminders
	Clock       *TicketClock    // receipt, assignment and others about one ticket: when it is due, as far as the reader may know
	Plan        *Plan           // receipt and transcript: how a planned request keeps its notice period
	Report      []byte          // report and digest: JSON of tracker/report's Report or Digest, as it is archived
	Note        string          // report: what the manager says on top, in Markdown
	Summary     *Summary        // the answer to /report
	InReplyTo   string          // Message-ID that this mail answers, "" when none
	References  []string        // its References, oldest first

	// Subscription is what the reader wants of a list: it is so, or Reason says why
	// that changed nothing.
	Subscription *Subscription
}

// Understanding says how a field of a request was read.
type Understanding struct {
	Field   Field
	Value   string
	Source  string // the word that said so: "[P1]", "Punjab"
	How     How
	Dropped string // another value that was named and did not count
}

// How a value was found.
type How string

// Tags and commands are said by the sender; guesses and defaults are marked.
const (
	HowTag     How = "tag"
	HowCommand How = "command"
	HowGuess   How = "guess"
	HowDefault How = "default"
	HowEarlier How = "earlier" // as in the ticket that Source names
)

// Command is one command line of a mail.
type Command struct {
	Line  int    `json:"line"` // of the new text, from 1; 0: a tag of the subject
	Verb  string `json:"verb"` // without the slash, lower case, an alias replaced by its verb
	Value string `json:"value"`
}

// String is the command as typed in a mail.
func (c Command) String() string {
	if c.Value == "" {
		return "/" + c.Verb
	}
	return "/" + c.Verb + " " + c.Value
}

// CommandResult is what became of a command.
type CommandResult struct {
	Command Command
	Done    bool
	Why     string // why it was refused, or what it did: "P3 → P1"
	Nearest string // a verb that exists, for an unknown one
}

// Wish is a change of a field that somebody else has to confirm, by the command.
type Wish struct {
	Field   Field
	Old     string
	Command Command
}

// Answer is the answer to a question to the desk: tickets with what the reader
// may know of them, most urgent first.
type Answer struct {
	Asked   string // the command
	Total   int    // how many there are; Tickets may hold fewer
	Tickets []Ticket
	Whole   bool                   // all of one ticket, not a list
	Clocks  map[string]TicketClock // by key, as far as they are known and the reader may know them
}

// TicketClock is when a ticket is due.
type TicketClock struct {
	Due     time.Time // of the resolve clock; zero: none
	State   string    // running, paused, met, late or none
	Pickup  time.Time // by when it should be picked up; zero once it was
	Partner *PartnerClock
}

// PartnerClock is the partner's own clock, from the assignment on. The partner
// and the manager may see it.
type PartnerClock struct {
	Partner     string
	PickupDue   time.Time // zero once it was picked up, or where nothing is promised
	PickupState string
	DoneDue     time.Time
	DoneState   string
}

// Reminder is what a reader is told that is due on a ticket.
type Reminder struct {
	Ticket Ticket
	Clock  string    // pickup, resolve, notice or approval
	What   string    // see Reminded; or handed-back
	Due    time.Time // of the clock; zero when it has none
	Acts   bool      // the reader is who can act
}

// Plan is how a planned request keeps the notice period of its priority. Dates
// are written as 2006-01-02.
type Plan struct {
	Days           int       // of notice that are asked for
	NeededBy       string    // "": it names no date yet
	Before         time.Time // when it had to be asked for; zero without a date
	Short          bool      // it came later: short notice
	FirstCompliant string    // the first date that it could name
}

// Summary is how things stand, for the answer to /report: counts of the tickets
// that the reader may know of.
type Summary struct {
	Scope    string // whose: "all requests", "requests with OptIT", "your requests"
	Since    time.Time
	Opened   int // since then
	Resolved int
	Lines    []SummaryLine          // by priority, most urgent first
	Late     []Ticket               // open and late, for readers who may see them; most urgent first
	Clocks   map[string]TicketClock // of these, by key
}

// SummaryLine counts the open tickets of one priority.
type SummaryLine struct {
	Priority                                        string
	Open, Late, DueToday, Waiting, Blocked, Unowned int
}

// VerbHelp is one line of /help.
type VerbHelp struct {
	Usage string // "/priority P0…P4"
	Does  string
	Who   string // "the requester until pickup, then the programme manager"
	When  string // states in which it can be used; "" for any
}

// Alert is one line for the manager. Alerts are collected into one mail.
type Alert struct {
	ID     int64
	At     time.Time
	Kind   AlertKind
	Ticket string // key, or ""
	Line   string
	Waits  bool // the ticket is unverified and waits for /accept or /cancel
	// Of the mail that it is about, for the manager's eyes.
	Subject string
	Text    string
}

// AlertKind is what an alert is about.
type AlertKind string

// The kinds of alerts.
const (
	AlertUnverified   AlertKind = "unverified" // an unknown sender opened a ticket or wrote to one
	AlertForgery      AlertKind = "forgery"    // mail in a known name that fails its proof
	AlertBounce       AlertKind = "bounce"
	AlertQuarantine   AlertKind = "quarantine"
	AlertTemplate     AlertKind = "template"
	AlertCapacity     AlertKind = "capacity"     // a partner has more than it can take
	AlertApproval     AlertKind = "approval"     // nobody, or too few, can give an approval that a ticket waits for
	AlertSubscription AlertKind = "subscription" // a reader ended a list or took it up again, or so a mail says
)

// Mail is a composed mail, ready for the outbox: rendered once, sent as stored.
type Mail struct {
	MessageID string // without angle brackets
	From      string // envelope sender, an addr-spec
	To        string // envelope recipient, an addr-spec
	Subject   string
	Text      string // its plain text part
	Raw       []byte // RFC 5322, CRLF line ends
}

// Composer turns a notice into a mail. It is pure but for its templates; a
// template that cannot be used never loses the mail: the built-in one is used,
// and problem says in words what was wrong with the other: a line for each file
// that cannot be used, which begins with the file's name and a colon.
type Composer interface {
	Compose(n Notice, t Ticket) (m Mail, problem string, err error)
}

// ReplyMarker stands above everything else in a mail of the desk: what a reply
// has below it is quoted and commands nothing.
const ReplyMarker = "— reply above this line —"
