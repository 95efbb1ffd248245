package tracker

import (
	"context"
	"errors"
	"io"
	"iter"
	"strings"
	"time"
)

// ErrNotFound says that there is no such thing in the store.
var ErrNotFound = errors.New("not found")

// ErrBusy says that the store cannot write now (locked, full, read-only, an I/O
// error): nothing was changed and the same call may succeed later.
var ErrBusy = errors.New("the store cannot write now")

// Store keeps everything the desk knows.
type Store interface {
	// View calls f with a consistent, read-only view. It works beside a writer.
	View(ctx context.Context, f func(View) error) error
	// Update calls f inside the one write transaction. All of it is durable
	// when Update returns nil, and nothing of it otherwise.
	Update(ctx context.Context, f func(Tx) error) error
	Close() error
}

// View reads.
type View interface {
	TicketReader
	MailReader
	IntakeReader
	AgendaReader
	ReportReader
	SubscriptionReader
}

// Tx reads and writes.
type Tx interface {
	View
	TicketWriter
	MailWriter
	NoticeWriter
	AgendaWriter
	ReportWriter
	SubscriptionWriter
}

// TicketReader finds tickets.
type TicketReader interface {
	Ticket(ctx context.Context, id int64) (Ticket, error)              // ErrNotFound
	TicketByKey(ctx context.Context, key string) (Ticket, error)       // without case; ErrNotFound
	Tickets(ctx context.Context, q TicketQuery) ([]Ticket, error)      // in key order
	Events(ctx context.Context, ticket int64) ([]Event, error)         // in Seq order
	OpenCount(ctx context.Context, partner string) (int, error)        // open tickets of a partner
	TicketOfMail(ctx context.Context, ids []string) ([]MailRef, error) // see MailRef
	// NextTicket is the id of the next new ticket: 1, 2, 3 … without gaps. It is
	// taken by appending that ticket's first event.
	NextTicket(ctx context.Context) (int64, error)
}

// TicketQuery selects tickets; zero fields do not select. It has room for the
// other list options of the command line.
type TicketQuery struct {
	Open        bool
	Unended     bool // open or resolved
	Priority    string
	Partner     string
	Type        string
	Environment string
	Search      string    // words in title, requester or mails
	Since       time.Time // opened or resolved at or after it
	For         *Viewer   // whose tickets; nil: all
}

// Viewer limits a list to the tickets that somebody may see: those that the
// address opened or watches, and those that the partner has now.
type Viewer struct {
	Address string
	Partner string // name, or ""
}

// Sees reports whether the ticket is one of the viewer's. A ticket of an
// unproved sender is nobody's before it is let in.
func (v Viewer) Sees(t Ticket) bool {
	return t.Admitted && (t.Requester.Is(v.Address) || t.WatchedBy(v.Address) || v.Partner != "" && strings.EqualFold(v.Partner, t.Partner))
}

// MailRef ties a Message-ID to the ticket in whose mails it stands.
type MailRef struct {
	MessageID string
	Ticket    int64
	Kind      RefKind
	Recipient string // RefSent: to whom the desk sent that mail
}

// RefKind is how strong the tie is.
type RefKind string

// In falling order of evidence.
const (
	RefSent      RefKind = "sent"      // the Message-ID of a mail that the desk sent
	RefReceived  RefKind = "received"  // the Message-ID of a mail that was taken in
	RefMentioned RefKind = "mentioned" // stood in In-Reply-To or References of a mail that was taken in
)

// MailReader reads the mails of both directions.
type MailReader interface {
	// SameMail finds an earlier mail: by position, by SHA-256 of its bytes, or
	// by Message-ID together with fingerprint. ErrNotFound when there is none.
	SameMail(ctx context.Context, m Inbound) (Inbound, error)
	Mails(ctx context.Context, ticket int64) ([]MailRecord, error) // oldest first
	OpeningMail(ctx context.Context, ticket int64) (Inbound, error)
	Raw(ctx context.Context, inbound int64, w io.Writer) error // the stored bytes, checked against length and SHA-256
	Quarantined(ctx context.Context) ([]Inbound, error)
}

// IntakeReader reads what intake remembers between two mails.
type IntakeReader interface {
	Cursor(ctx context.Context, mailbox string) (Cursor, error) // zero at first sight
	Attempts(ctx context.Context, ps []Position) ([]int, error) // attempt counters, in the order of ps
	HasNotice(ctx context.Context, key string) (bool, error)    // whether the outbox ever took the key
	// SentSince counts the mails of a kind that were composed at or after t.
	SentSince(ctx context.Context, k NoticeKind, t time.Time) (int, error)
	// ReceivedSince counts the mails of a sender that came at or after t.
	ReceivedSince(ctx context.Context, from string, t time.Time) (int, error)
	// PendingAlerts lists the alerts that no mail told of, and when the last
	// mail of alerts was made (zero: never).
	PendingAlerts(ctx context.Context) ([]Alert, time.Time, error)
}

// AgendaReader finds the tickets on which the clock has something to do.
type AgendaReader interface {
	// Due lists up to n tickets whose due instant is not behind until, in the
	// order of those instants.
	Due(ctx context.Context, until time.Time, n int) ([]Ticket, error)
	// DueAt is the due instant of a ticket; zero for none, ErrNotFound.
	DueAt(ctx context.Context, ticket int64) (time.Time, error)
	// Terms lists all terms that ever were in force, in the order in which they
	// came.
	Terms(ctx context.Context) ([]StoredTerms, error)
	// Agenda names the settings by which all tickets got their due instants
	// last; "" when they never did.
	Agenda(ctx context.Context) (string, error)
}

// AgendaWriter keeps when the clock has something to do on tickets.
type AgendaWriter interface {
	// SetDue gives a stored ticket its due instant; the zero time takes it away.
	SetDue(ctx context.Context, ticket int64, at time.Time) error
	AddTerms(ctx context.Context, t StoredTerms) error
	SetAgenda(ctx context.Context, name string) error
}

// ReportReader reads what reports are made of, and the reports that were kept.
type ReportReader interface {
	// Histories gives the events of every ticket that is open or has an event at
	// or behind since: all of a ticket's, in Seq order, without Cause, Reason and
	// Hash. Tickets come in any order, each once; an error ends the sequence, which
	// must be read inside the transaction. Histories share what their changes hold:
	// it must stay as it is.
	Histories(ctx context.Context, since time.Time) iter.Seq2[[]Event, error]
	// MailCount counts the mails that came in at or after from and before to.
	MailCount(ctx context.Context, from, to time.Time) (MailCount, error)
	// FirstMail is when the first mail to be sent was composed; zero: none was.
	FirstMail(ctx context.Context) (time.Time, error)
	KeptReport(ctx context.Context, name string) (KeptReport, error) // ErrNotFound
	HasReport(ctx context.Context, name string) (bool, error)
	// ReportNote is what the manager wants on top of the next weekly report; "" for
	// nothing.
	ReportNote(ctx context.Context) (string, error)
}

// SubscriptionReader reads what readers want of the lists.
type SubscriptionReader interface {
	// Unsubscribed lists who ended a list and did not take it up again: addresses
	// in lower case, in their order.
	Unsubscribed(ctx context.Context, l List) ([]string, error)
}

// SubscriptionWriter keeps what readers want of the lists.
type SubscriptionWriter interface {
	// Subscribe keeps what a reader wants of a list from at on, in place of what it
	// wanted before; what it wants since later than at stays.
	Subscribe(ctx context.Context, s Subscription, at time.Time) error
}

// ReportWriter keeps reports.
type ReportWriter interface {
	// KeepReport keeps a report for ever; false when its name was there before.
	KeepReport(ctx context.Context, r KeptReport) (bool, error)
	SetReportNote(ctx context.Context, note string) error
	// Watched notes that all mail up to an instant is known. A call within
	// WatchLapse of the last one tells that none was missed between them. An
	// instant before the last one takes back what lies ahead of it, as told by a
	// clock that ran ahead; but for WatchLapse at most of a time without a gap.
	Watched(ctx context.Context, upTo time.Time) error
}

// MaxReportNote is how many characters, of whatever letters, the note on top of a
// report may have: a report has room for them.
const MaxReportNote = 4000

// KeptReport is a weekly report or a digest as it was sent.
type KeptReport struct {
	Name string    // weekly/2026-W47/programme, daily/2026-11-23/asha@egov.test
	Made time.Time // when
	Data []byte    // JSON of tracker/report's Report or Digest
	Note string    // what the manager says on top, in Markdown
}

// WatchLapse is how long nothing need be heard of the mailbox: a longer silence is
// downtime.
const WatchLapse = 15 * time.Minute

// MailCount is what came by mail in some time, what became of it, and what went
// wrong.
type MailCount struct {
	Received int
	Outcomes map[Action]int // they add up to Received
	Refused  int            // commands that were not carried out
	InDoubt  int            // mails composed then of which it is not known whether they arrived
	// Downtime is how long no mail could be taken in: the time between calls of
	// Watched that are more than WatchLapse apart, and that since the last one when
	// it is as long, unless mail without a UID came in since: such a desk watches
	// no mailbox any more. The time before the first call does not count: without
	// any it is 0.
	Downtime time.Duration
}

// StoredTerms are the policy and the calendars that came in force at an instant.
type StoredTerms struct {
	Since   time.Time // zero: since ever
	Version string    // names them
	Data    []byte    // JSON
}

// Cursor is how far a mailbox has been read: all UIDs up to UID have a row.
type Cursor struct {
	UIDValidity uint32
	UID         uint32
	// FirstSight is the highest UID that lay in the mailbox when it was seen
	// first, 0 when it was empty: old mail up to it goes to the archive.
	FirstSight uint32
}

// Inbound is the one durable row in which every mail ends.
type Inbound struct {
	ID          int64
	Position    Position
	SHA256      string
	Size        int64
	Received    time.Time
	MessageID   string
	Fingerprint string
	From        Address
	To          string
	Subject     string
	Text        string // new text
	State       Action
	Reason      string
	Ticket      int64 // 0: none
	Visibility  Visibility
	Mentions    []string // In-Reply-To and References
	HeadersOnly bool     // the bytes are only the header block; the rest stayed on the server
	// Ties says whether Message-ID and mentions may join later mails to the
	// ticket: those of an unproved mail may not, but for the id of one that
	// opens a ticket. It is not stored.
	Ties bool
}

// MailRecord is a mail of a ticket, in or out.
type MailRecord struct {
	ID         int64  // of its row; of one that came in, for Raw
	Direction  string // "in" or "out"
	MessageID  string
	From       string
	To         string
	Subject    string
	At         time.Time
	Text       string
	State      string // in: the Action; out: the OutboxState
	Visibility Visibility
}

// TicketWriter writes tickets.
type TicketWriter interface {
	// Append stores events and the ticket as it is after them.
	Append(ctx context.Context, t Ticket, events []Event) error
	// Savepoint undoes what f wrote when f gives an error, and returns it.
	Savepoint(ctx context.Context, f func() error) error
}

// MailWriter writes mails that came in.
type MailWriter interface {
	// AddMail stores the row and the bytes of raw, and remembers Message-ID and
	// mentions of a mail that has a ticket. It returns the row's id.
	AddMail(ctx context.Context, m Inbound, raw io.Reader) (int64, error)
	// UpdateMail gives the row with m.ID all of m but its position, time, size
	// and bytes, and remembers its ids like AddMail. ErrNotFound.
	UpdateMail(ctx context.Context, m Inbound) error
	SetCursor(ctx context.Context, mailbox string, c Cursor) error
	// Attempt raises the attempt counters of the mails by one.
	Attempt(ctx context.Context, ps []Position) error
	// Forget removes the attempt counters.
	Forget(ctx context.Context, ps []Position) error
}

// NoticeWriter writes what is to be sent.
type NoticeWriter interface {
	// Enqueue puts a mail into the outbox; false when its key was there before.
	Enqueue(ctx context.Context, n Notice, m Mail) (bool, error)
	AddAlert(ctx context.Context, a Alert) error
	// AddAlertOnce adds the alert, unless one of its kind whose line begins with
	// start still waits or was told after since.
	AddAlertOnce(ctx context.Context, a Alert, start string, since time.Time) error
	AlertsTold(ctx context.Context, upTo int64, at time.Time) error
}

// OutboxState is where a mail of the outbox stands.
type OutboxState string

// pending → sending → committing → sent | deferred | failed | in_doubt.
// Committing is durable just before the final dot of DATA: a crash before it is
// safe to repeat, a crash after it leaves the mail in doubt.
const (
	OutboxPending    OutboxState = "pending"
	OutboxSending    OutboxState = "sending"
	OutboxCommitting OutboxState = "committing"
	OutboxSent       OutboxState = "sent"
	OutboxDeferred   OutboxState = "deferred"
	OutboxFailed     OutboxState = "failed"
	OutboxInDoubt    OutboxState = "in_doubt"
	OutboxDropped    OutboxState = "dropped"
)

// OutboxMail is a row of the outbox.
type OutboxMail struct {
	ID        int64
	Key       string
	Kind      NoticeKind
	Ticket    int64
	State     OutboxState
	Attempts  int
	CreatedAt time.Time
	NextAt    time.Time // not before
	LastError string
	SentAt    time.Time
	Mail      Mail
}

// Outbox is what the dispatcher needs of the store.
type Outbox interface {
	// Claim moves up to n mails that are due at now to sending and returns
	// them, oldest first; fewer when they are large.
	Claim(ctx context.Context, now time.Time, n int) ([]OutboxMail, error)
	Committing(ctx context.Context, id int64) error
	Sent(ctx context.Context, id int64, at time.Time) error
	// Defer counts an attempt and tries again at next; a zero next gives up:
	// the mail is failed.
	Defer(ctx context.Context, id int64, next time.Time, lastError string) error
	// Recover puts right what a crash left: sending becomes pending;
	// committing becomes pending where a second copy is better than none,
	// in_doubt otherwise. It returns how many mails of each.
	Recover(ctx context.Context) (pending, inDoubt int, err error)
	// List shows mails in a state ("" all), oldest first, without their bytes.
	List(ctx context.Context, s OutboxState) ([]OutboxMail, error)
}
