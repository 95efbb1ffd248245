// Package desk is the shell around the rules: it loads what a decision needs,
// lets intake decide, and commits mail, events and notices in one transaction.
// It is the only writer of tickets. It must never talk to a mail server, and it
// must never decide anything itself.
package desk

import (
	"context"
	"io"
	"log/slog"
	"sync"
	"time"

	"envdesk/tracker"
	"envdesk/tracker/intake"
	"envdesk/tracker/sla"
)

// Desk takes mails and commands in. All fields but Wake and Reports must be set before use.
type Desk struct {
	Store   tracker.Store
	Rules   intake.Rules
	Read    func(io.Reader) (tracker.Message, error) // the mail reader; its only error is the reader's own
	Compose tracker.Composer
	Now     func() time.Time
	Log     *slog.Logger
	Wake    func() // called after a commit that put mails into the outbox; may be nil
	Reports Reports

	// Positions whose attempt this process has counted already: a store that is
	// busy for a while must not look like a mail that kills the process.
	mu      sync.Mutex
	counted map[tracker.Position]bool
	ledger  sla.Ledger // see load

	watched time.Time // the minute up to which mail is known, see Watched

	settling sync.Mutex
	settled  string // the configuration that this process has brought in force, see settle
}

// Outcome is what became of one mail.
type Outcome struct {
	Position tracker.Position
	Action   tracker.Action
	Key      string // of the ticket, or ""
	Reason   string
	From     string
	Title    string
}

// Cursor tells how far a mailbox has been taken in.
func (d *Desk) Cursor(ctx context.Context, mailbox string) (c tracker.Cursor, err error) {
	err = d.Store.View(ctx, func(v tracker.View) error {
		c, err = v.Cursor(ctx, mailbox)
		return err
	})
	return c, err
}

func (d *Desk) wake() {
	if d.Wake != nil {
		d.Wake()
	}
}
