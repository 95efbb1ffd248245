package tracker

import (
	"reflect"
	"slices"
	"strings"
	"time"
)

// Status is the state of a ticket.
type Status string

// The states. New waits for an assignment, Approval for a decision, Unverified
// for the manager's /accept; Waiting is on the requester, Blocked on DevOps.
const (
	StatusUnverified Status = "unverified"
	StatusNew        Status = "new"
	StatusApproval   Status = "approval"
	StatusAssigned   Status = "assigned"
	StatusWorking    Status = "working"
	StatusWaiting    Status = "waiting"
	StatusBlocked    Status = "blocked"
	StatusResolved   Status = "resolved"
	StatusClosed     Status = "closed"
	StatusCancelled  Status = "cancelled"
	StatusMerged     Status = "merged"
	StatusRejected   Status = "rejected"
)

// Ended reports whether no work is left: such a ticket moves only by /reopen.
func (s Status) Ended() bool {
	return slices.Contains([]Status{StatusClosed, StatusCancelled, StatusMerged, StatusRejected}, s)
}

// Open reports whether the ticket still asks for work.
func (s Status) Open() bool { return !s.Ended() && s != StatusResolved }

// Field names what of a ticket can be classified.
type Field string

// The fields of a ticket that tags and commands set.
const (
	FieldPriority    Field = "priority"
	FieldType        Field = "type"
	FieldStack       Field = "stack"
	FieldEnvironment Field = "environment"
	FieldNeededBy    Field = "needed_by" // a date, 2006-01-02
	FieldETA         Field = "eta"       // see Ticket.ETA
)

// ApprovalState is how far an approval is.
type ApprovalState string

// The states of an approval; "" where none was ever needed.
const (
	ApprovalPending  ApprovalState = "asked"
	ApprovalGiven    ApprovalState = "approved"
	ApprovalRejected ApprovalState = "rejected"
)

// Approval is the decision a ticket waits for or got. One need is decided at a
// time; the present one, or the last, stands here.
type Approval struct {
	State     ApprovalState
	By        string    // address of the last who decided
	At        time.Time // when
	Need      string    // what of the ticket needs it, such as "type AccessOps"
	Round     int       // 1, 2, 3 …: each question to the approvers has a code of its own
	Approvers []string  // addresses that were asked in this round
	Barred    []string  // addresses that must not decide, beside the requester: they wrote what he is said to ask for
	Quorum    int       // how many of them must approve
	Given     []string  // addresses that approved in this round
	Due       time.Time // when it should be decided
	Extended  bool      // the delegate was asked too, since that time had come
	Partner   string    // whom the manager named for the ticket, for when it is approved
	Granted   []string  // needs that were approved
	Blocked   bool      // the ticket was blocked when it was asked for, and is again behind it
}

// Asked reports whether the person of the address was asked to decide in this
// round.
func (a Approval) Asked(addr string) bool { return hasPerson(a.Approvers, addr) }

// Decided reports whether the person of the address has approved in this round.
func (a Approval) Decided(addr string) bool { return hasPerson(a.Given, addr) }

// Missing is how many more must approve.
func (a Approval) Missing() int { return max(0, a.Quorum-len(a.Given)) }

func hasAddress(list []string, addr string) bool {
	return slices.ContainsFunc(list, func(a string) bool { return SameAddress(a, addr) })
}

// SamePerson reports whether two addresses are one person's: the same but for
// case and a +detail (RFC 5233).
func SamePerson(a, b string) bool { return SameAddress(WithoutDetail(a), WithoutDetail(b)) }

func hasPerson(list []string, addr string) bool {
	return slices.ContainsFunc(list, func(a string) bool { return SamePerson(a, addr) })
}

// WithoutDetail is the address without its subaddress: what follows the first +
// of its local part (RFC 5233).
func WithoutDetail(addr string) string {
	at := strings.LastIndexByte(addr, '@')
	if at < 0 {
		return addr
	}
	local, _, _ := strings.Cut(addr[:at], "+")
	return local + addr[at:]
}

// Ticket is the fold of its events; see Apply. Times are instants, zero where
// the thing has not happened.
type Ticket struct {
	ID          int64
	Key         string // REQ-42
	Title       string
	Type        string
	Priority    string // P0 … P4
	Stack       string
	Environment string
	NeededBy    string // 2006-01-02, or ""
	ETA         string // when who works on it expects to be done: 2006-01-02, or RFC 3339 with a time of day; ""
	Status      Status
	Requester   Address
	Admitted    bool     // opened by a known sender, or accepted by the manager
	Partner     string   // name of the configured partner, or ""
	Assignee    string   // address of the person who picked it up, or ""
	Watchers    []string // addresses
	Links       []string // keys of tickets that have to do with this one
	MergedInto  string   // key of the ticket that goes on in its place, or ""
	Approval    Approval
	OpenedAt    time.Time
	PickedUpAt  time.Time
	ResolvedAt  time.Time
	ClosedAt    time.Time
	Reopened    int    // how often
	Messages    int    // mails filed, the opening one included
	RootID      string // Message-ID of the opening mail, "" when it had none
	Seq         int    // Seq of the last event
	Hash        string // Hash of the last event
}

// Get returns the value of a field.
func (t Ticket) Get(f Field) string {
	switch f {
	case FieldPriority:
		return t.Priority
	case FieldType:
		return t.Type
	case FieldStack:
		return t.Stack
	case FieldEnvironment:
		return t.Environment
	case FieldNeededBy:
		return t.NeededBy
	case FieldETA:
		return t.ETA
	}
	return ""
}

func (t *Ticket) set(f Field, v string) {
	switch f {
	case FieldPriority:
		t.Priority = v
	case FieldType:
		t.Type = v
	case FieldStack:
		t.Stack = v
	case FieldEnvironment:
		t.Environment = v
	case FieldNeededBy:
		t.NeededBy = v
	case FieldETA:
		t.ETA = v
	}
}

// Participates reports whether the address takes part in the ticket: its
// requester, a watcher, or a member of the partner it is assigned to.
func (t Ticket) Participates(s Sender) bool {
	a := s.Address.Address
	return t.Requester.Is(a) || t.WatchedBy(a) || t.AssignedTo(s)
}

// WatchedBy reports whether the address is one of the watchers.
func (t Ticket) WatchedBy(addr string) bool {
	return hasAddress(t.Watchers, addr)
}

// LinkedTo reports whether the ticket shows a link to the one with the key.
func (t Ticket) LinkedTo(key string) bool {
	return slices.ContainsFunc(t.Links, func(k string) bool { return strings.EqualFold(k, key) })
}

// AssignedTo reports whether the sender is of the partner, or is the person,
// that the ticket is assigned to now.
func (t Ticket) AssignedTo(s Sender) bool {
	return t.Partner != "" && s.Partner != nil && strings.EqualFold(s.Partner.Name, t.Partner)
}

// Differ names the first field in which two tickets differ, or gives "". Times
// are compared as instants.
func Differ(a, b Ticket) string {
	x, y := reflect.ValueOf(a), reflect.ValueOf(b)
	for i := range x.NumField() {
		u, v := x.Field(i).Interface(), y.Field(i).Interface()
		if t, ok := u.(time.Time); ok && t.Equal(v.(time.Time)) {
			continue
		}
		if l, ok := u.([]string); ok && slices.Equal(l, v.([]string)) {
			continue
		}
		if p, ok := u.(Approval); ok && p.sameAs(v.(Approval)) {
			continue
		}
		if !reflect.DeepEqual(u, v) {
			return x.Type().Field(i).Name
		}
	}
	return ""
}

func (a Approval) sameAs(b Approval) bool {
	return a.At.Equal(b.At) && a.Due.Equal(b.Due) && a.State == b.State && a.By == b.By && a.Need == b.Need &&
		a.Round == b.Round && a.Quorum == b.Quorum && a.Extended == b.Extended && a.Blocked == b.Blocked && a.Partner == b.Partner &&
		slices.Equal(a.Approvers, b.Approvers) && slices.Equal(a.Barred, b.Barred) &&
		slices.Equal(a.Given, b.Given) && slices.Equal(a.Granted, b.Granted)
}
