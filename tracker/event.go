package tracker

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"
)

// Actor is who did something: a person by mail or shell, or the desk.
type Actor struct {
	Name    string `json:"name,omitempty"`
	Given   bool   `json:"given,omitempty"` // the name is the sender's own word, not the configuration's
	Address string `json:"address,omitempty"`
	Role    Role   `json:"role"`
	Partner string `json:"partner,omitempty"` // for whom a partner's member acted
}

// Display is how a history or a mail names the actor.
func (a Actor) Display() string {
	name := a.Name
	if name == "" {
		name = a.Address
	}
	if name == "" {
		return "the desk"
	}
	if a.Given && a.Name != "" && a.Address != "" {
		name += " <" + a.Address + ">"
	}
	if a.Partner != "" && a.Partner != name {
		return name + " (" + a.Partner + ")"
	}
	return name
}

// Event is one thing that happened to a ticket. Events are never changed or
// removed; Hash chains each to the one before it.
type Event struct {
	Ticket int64
	Seq    int       // 1, 2, 3 … within the ticket
	At     time.Time // when it happened: the server's receipt of the mail that caused it
	By     Actor
	Cause  string // Message-ID or position of the mail, "shell", "clock"
	Reason string // why the desk decided so
	Change Change
	Hash   string // hex SHA-256 over the previous event's Hash and this event
}

// Change is what an event does to a ticket. The set is sealed: see the types
// of this file.
type Change interface {
	// Kind is the stable name under which the change is stored.
	Kind() string
	apply(*Ticket, Event) error
}

// Opened starts a ticket.
type Opened struct {
	Key         string  `json:"key"`
	Title       string  `json:"title"`
	Requester   Address `json:"requester"`
	Priority    string  `json:"priority"`
	Type        string  `json:"type,omitempty"`
	Stack       string  `json:"stack,omitempty"`
	Environment string  `json:"environment,omitempty"`
	NeededBy    string  `json:"needed_by,omitempty"`
	Guessed     []Field `json:"guessed,omitempty"` // fields that no tag or command named
	Unverified  bool    `json:"unverified,omitempty"`
	MessageID   string  `json:"message_id,omitempty"`
}

// Visibility says who may see a filed mail.
type Visibility string

// Public goes to the other side, Internal to manager and DevOps, Unverified to
// the manager alone.
const (
	Public     Visibility = "public"
	Internal   Visibility = "internal"
	Unverified Visibility = "unverified"
)

// Replied files a mail in the history.
type Replied struct {
	From       Address    `json:"from"`
	Visibility Visibility `json:"visibility"`
	MessageID  string     `json:"message_id,omitempty"`
	Auto       Auto       `json:"auto,omitempty"` // set for automatic mail
}

// Noted is an internal note by command; its text never reaches the requester.
type Noted struct {
	Text string `json:"text"`
}

// Classified sets a field.
type Classified struct {
	Field Field  `json:"field"`
	Old   string `json:"old"`
	New   string `json:"new"`
}

// Assigned gives the ticket to a partner, to a person of the desk's own side
// (an address), or to nobody when both are "".
type Assigned struct {
	Partner  string `json:"partner"`
	Assignee string `json:"assignee,omitempty"`
	Old      string `json:"old,omitempty"` // the partner before
}

// PickedUp says that a person accepted the work.
type PickedUp struct{}

// Declined hands the ticket back to the manager.
type Declined struct {
	Partner string `json:"partner"`
	Reason  string `json:"reason,omitempty"`
}

// StatusChanged moves between working, waiting and blocked.
type StatusChanged struct {
	From   Status `json:"from"`
	To     Status `json:"to"`
	Reason string `json:"reason,omitempty"`
	Until  string `json:"until,omitempty"` // a date that the actor named
}

// Accepted makes an unverified ticket a normal one.
type Accepted struct{}

// Resolved says that the work is done.
type Resolved struct {
	Note string `json:"note,omitempty"`
}

// Closed ends a resolved ticket.
type Closed struct {
	Reason string `json:"reason,omitempty"`
}

// Cancelled ends a ticket without result.
type Cancelled struct {
	Reason string `json:"reason,omitempty"`
}

// Reopened takes an ended or resolved ticket up again.
type Reopened struct {
	Reason string `json:"reason,omitempty"`
}

// Watched adds an address to those who read along.
type Watched struct {
	Address string `json:"address"`
}

// Unwatched takes an address away from those who read along.
type Unwatched struct {
	Address string `json:"address"`
}

// Linked shows a ticket that has to do with this one.
type Linked struct {
	Key string `json:"key"`
	Why string `json:"why,omitempty"`
}

// Merged ends a ticket: it goes on as part of another one.
type Merged struct {
	Into string `json:"into"` // key
}

// Absorbed says that another ticket was merged into this one.
type Absorbed struct {
	Key string `json:"key"`
}

// FirstSeen says that the desk took the mail in so long after its receipt that
// it must have been down meanwhile. What the mail says counts from its receipt;
// only the partner's own clock starts at the time when the partner was told.
type FirstSeen struct {
	At time.Time `json:"at"`
}

// ApprovalAsked puts the ticket before its approvers. Asked once more in the
// same round, it says who decides from then on, how many of them and until when:
// what people approved who are not among them counts no more.
type ApprovalAsked struct {
	Need      string    `json:"need"`
	Round     int       `json:"round"`
	Approvers []string  `json:"approvers"`        // addresses, all of the round
	Barred    []string  `json:"barred,omitempty"` // addresses that must not decide, beside the requester
	Quorum    int       `json:"quorum"`
	Due       time.Time `json:"due"`
	Extended  bool      `json:"extended,omitempty"` // the delegate is asked too, since the time was over
	Partner   string    `json:"partner,omitempty"`  // whom the manager named for the ticket
}

// Approved says that an approver agrees. The ticket goes on when as many as
// needed did; see Ticket.Approval.
type Approved struct {
	Need   string `json:"need"`
	Round  int    `json:"round"`
	Reason string `json:"reason,omitempty"`
}

// Rejected ends the ticket: an approver does not agree.
type Rejected struct {
	Need   string `json:"need"`
	Round  int    `json:"round"`
	Reason string `json:"reason,omitempty"`
}

// ApprovalVoided says that no approval is needed any more, or that another
// question takes the place of the present one: its codes are worth nothing.
type ApprovalVoided struct {
	Need   string `json:"need"`
	Round  int    `json:"round"`
	Reason string `json:"reason,omitempty"`
}

// TargetChanged gives the resolve clock another due instant: Due, or Extend of
// working time behind the present one.
type TargetChanged struct {
	Due    time.Time `json:"due,omitzero"`
	Extend string    `json:"extend,omitempty"` // a length as in the configuration: 2d, 1d4h, 90m
	Old    time.Time `json:"old,omitzero"`     // when it was due before; zero: it was not
	Reason string    `json:"reason"`
}

// TermsChanged says that the policy or the calendar was edited: the open clocks
// are reckoned by the new terms from here on.
type TermsChanged struct {
	Old string `json:"old"` // names of the terms
	New string `json:"new"`
}

// HandedBack takes the ticket from a partner who did not pick it up in time, or
// may not have it any more, and gives it to the manager.
type HandedBack struct {
	Partner string `json:"partner"`
	Reason  string `json:"reason"`
}

// Reminded says that people were told what is due on the ticket. One moment is
// told of once: who is added to the ticket behind it hears of the next one.
type Reminded struct {
	Clock   string   `json:"clock"` // pickup, resolve, notice or approval
	What    string   `json:"what"`  // a percentage of the working time, late, later, window, needs-date or wait-over
	Version int      `json:"version"`
	To      []string `json:"to"`
	Waiting []string `json:"waiting,omitempty"` // are told when their working hours begin
}

// Refused records a command that was not carried out.
type Refused struct {
	Command string `json:"command"`
	Why     string `json:"why"`
}

// The names under which changes are stored.
func (Opened) Kind() string         { return "opened" }
func (Replied) Kind() string        { return "replied" }
func (Noted) Kind() string          { return "noted" }
func (Classified) Kind() string     { return "classified" }
func (Assigned) Kind() string       { return "assigned" }
func (PickedUp) Kind() string       { return "picked_up" }
func (Declined) Kind() string       { return "declined" }
func (StatusChanged) Kind() string  { return "status_changed" }
func (Accepted) Kind() string       { return "accepted" }
func (Resolved) Kind() string       { return "resolved" }
func (Closed) Kind() string         { return "closed" }
func (Cancelled) Kind() string      { return "cancelled" }
func (Reopened) Kind() string       { return "reopened" }
func (Watched) Kind() string        { return "watched" }
func (Unwatched) Kind() string      { return "unwatched" }
func (Linked) Kind() string         { return "linked" }
func (Merged) Kind() string         { return "merged" }
func (Absorbed) Kind() string       { return "absorbed" }
func (FirstSeen) Kind() string      { return "first_seen" }
func (ApprovalAsked) Kind() string  { return "approval_asked" }
func (Approved) Kind() string       { return "approved" }
func (Rejected) Kind() string       { return "rejected" }
func (ApprovalVoided) Kind() string { return "approval_voided" }
func (TargetChanged) Kind() string  { return "target_changed" }
func (TermsChanged) Kind() string   { return "terms_changed" }
func (HandedBack) Kind() string     { return "handed_back" }
func (Reminded) Kind() string       { return "reminded" }
func (Refused) Kind() string        { return "refused" }

// DecodeChange reads what EncodeChange wrote.
func DecodeChange(kind string, data []byte) (Change, error) {
	decode, ok := decoders[kind]
	if !ok {
		return nil, fmt.Errorf("decode change: unknown kind %q", kind)
	}
	return decode(data)
}

// decoders read the changes of each kind.
var decoders = map[string]func([]byte) (Change, error){
	Opened{}.Kind():         decode[Opened],
	Replied{}.Kind():        decode[Replied],
	Noted{}.Kind():          decode[Noted],
	Classified{}.Kind():     decode[Classified],
	Assigned{}.Kind():       decode[Assigned],
	PickedUp{}.Kind():       decode[PickedUp],
	Declined{}.Kind():       decode[Declined],
	StatusChanged{}.Kind():  decode[StatusChanged],
	Accepted{}.Kind():       decode[Accepted],
	Resolved{}.Kind():       decode[Resolved],
	Closed{}.Kind():         decode[Closed],
	Cancelled{}.Kind():      decode[Cancelled],
	Reopened{}.Kind():       decode[Reopened],
	Watched{}.Kind():        decode[Watched],
	Unwatched{}.Kind():      decode[Unwatched],
	Linked{}.Kind():         decode[Linked],
	Merged{}.Kind():         decode[Merged],
	Absorbed{}.Kind():       decode[Absorbed],
	FirstSeen{}.Kind():      decode[FirstSeen],
	ApprovalAsked{}.Kind():  decode[ApprovalAsked],
	Approved{}.Kind():       decode[Approved],
	Rejected{}.Kind():       decode[Rejected],
	ApprovalVoided{}.Kind(): decode[ApprovalVoided],
	TargetChanged{}.Kind():  decode[TargetChanged],
	TermsChanged{}.Kind():   decode[TermsChanged],
	HandedBack{}.Kind():     decode[HandedBack],
	Reminded{}.Kind():       decode[Reminded],
	Refused{}.Kind():        decode[Refused],
}

// EncodeChange gives the stored form of a change: JSON.
func EncodeChange(c Change) ([]byte, error) { return json.Marshal(c) }

func decode[C Change](data []byte) (Change, error) {
	var c C
	if err := json.Unmarshal(data, &c); err != nil {
		return nil, fmt.Errorf("decode change %s: %w", c.Kind(), err)
	}
	return c, nil
}

// ChainHash is the Hash that e must have behind an event with hash prev ("" for
// the first event of a ticket). Times count to the microsecond, as stored.
func ChainHash(prev string, e Event) (string, error) {
	change, err := EncodeChange(e.Change)
	if err != nil {
		return "", fmt.Errorf("hash event %d/%d: %w", e.Ticket, e.Seq, err)
	}
	line, err := json.Marshal([]any{prev, e.Ticket, e.Seq, e.At.UnixMicro(), e.By, e.Cause, e.Reason, e.Change.Kind(), json.RawMessage(change)})
	if err != nil {
		return "", fmt.Errorf("hash event %d/%d: %w", e.Ticket, e.Seq, err)
	}
	sum := sha256.Sum256(line)
	return hex.EncodeToString(sum[:]), nil
}
