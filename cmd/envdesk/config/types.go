package config

import (
	"time"

	"envdesk/tracker"
	"envdesk/tracker/intake"
	"envdesk/tracker/sla"
)

// Desk is who the desk is.
type Desk struct {
	Name       string
	Address    string
	Key        string         // prefix of ticket keys, upper case
	Zone       *time.Location // in which dates are read and times are told
	SecretFile string         // for LoadKeys
	Templates  string         // folder with mail templates of its own, "" for the built-in ones alone
}

// Login is how the desk proves itself to a mail server. At most one of
// Password, OAuth2 and TokenCommand is set.
type Login struct {
	User         string // "" for no login at all
	Password     Secret
	OAuth2       *OAuth2
	TokenCommand []string // program with arguments that prints an access token
}

// OAuth2 is an access by refresh token.
type OAuth2 struct {
	Provider     string // gmail or microsoft365
	ClientID     string
	ClientSecret Secret // may be unset for microsoft365
	RefreshToken Secret
	Tenant       string // of microsoft365
}

// IMAP is a mailbox to listen to.
type IMAP struct {
	Server
	Login
	CAFile    string // PEM, "" for the system's
	Folder    string
	FirstDays int // mail older than these days at first sight is archived silently
	After     After
}

// After is what is done to a mail that was taken in.
type After struct {
	Action string // keep, seen or move
	Folder string // of move
}

// SMTP is the server that sends.
type SMTP struct {
	Server
	Login
	CAFile string // PEM, "" for the system's
}

// Identity is whose word counts about who sent a mail.
type Identity struct {
	Provider      string // generic, gmail or microsoft365
	AuthservIDs   []string
	ReceivedAbove int
	Require       string // verified or from
}

// FromSuffices reports whether the From field alone is taken for proof.
func (i Identity) FromSuffices() bool { return i.Require == "from" }

// Partner is a partner with its own calendar.
type Partner struct {
	tracker.Partner
	Calendar *sla.Calendar // nil: the desk's; what the file leaves out of it is the desk's too
}

// namedApproval is an approval with the key at which the file names it.
type namedApproval struct {
	at string
	intake.Approval
}

// PriorityNames are P0 … P4, most urgent first.
func PriorityNames() []string { return []string{"P0", "P1", "P2", "P3", "P4"} }

// Reminders is who is told when the clock of a ticket has run out. Before that,
// at the marks of the policy, the assigned partner is.
type Reminders struct {
	Late  []tracker.Role // when it is late
	Later []tracker.Role // when it stays late
}

// Reports is who gets a summary when.
type Reports struct {
	Weekly Weekly
	Daily  Daily
}

// Weekly is the weekly report; nobody gets it when To is empty.
type Weekly struct {
	Day time.Weekday
	At  int // minutes after midnight in the desk's zone
	To  []Reader
}

// The editions of the weekly report: everything, the work of one partner, or the
// reader's own requests.
const (
	EditionProgramme = "programme"
	EditionPartner   = "partner"
	EditionRequester = "requester"
)

// Reader is one reader of the weekly report. A reader without an address stands
// for the partner's own.
type Reader struct {
	Email   string
	Partner string // whose edition it is, "" for the others
	Edition string
}

// Daily is the daily digest; nobody gets it when To is empty.
type Daily struct {
	At    int // minutes after midnight in the desk's zone
	To    []tracker.Role
	Empty bool // sent also when there is nothing to say
}

// defaults is the configuration of an empty file: the programme's policy, and
// no people, partners, environments or servers.
func defaults() *Config {
	zone, err := time.LoadLocation("Asia/Kolkata")
	if err != nil {
		panic(err) // the zone database is linked in
	}
	calendar, err := calendarOf(defaultSchedule(zone))
	if err != nil {
		panic(err) // it has working time
	}
	vocabulary := intake.DefaultVocabulary()
	c := &Config{
		Types:    vocabulary.Types,
		Desk:     Desk{Name: "Environment Requests", Key: "REQ", Zone: zone},
		Identity: Identity{Provider: "generic", ReceivedAbove: 1, Require: "verified"},
		Stacks:   vocabulary.Stacks,
		Policy:   sla.Standard(),
		Default:  "P3",
		Calendar: calendar,
		Reminders: Reminders{
			Late:  []tracker.Role{tracker.RolePartner, tracker.RoleManager},
			Later: []tracker.Role{tracker.RoleDevOps},
		},
		Reopen: sla.Span{Days: 10},
		Close:  sla.Span{Days: 5},
		Reports: Reports{
			Weekly: Weekly{Day: time.Monday, At: 9 * 60},
			Daily:  Daily{At: 9*60 + 15},
		},
	}
	c.Policy.Version = policyVersion(c.Policy)
	return c
}

// defaultSchedule is working time where the file does not say otherwise.
func defaultSchedule(zone *time.Location) sla.Schedule {
	return sla.Schedule{
		Zone:  zone,
		Days:  []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday},
		Hours: []sla.Window{{From: 9 * 60, To: 18 * 60}},
	}
}
