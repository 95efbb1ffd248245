// Package mailbox reads a mailbox by IMAP (RFC 9051 and RFC 3501): it connects,
// waits by IDLE or by polling, fetches new mail in batches, hands it to a Sink
// and marks it when the Sink has it. It must never call a mail taken that the
// Sink has not stored, never skip a UID that exists, never send a password
// before the connection is safe, and never delete a mail that was not copied.
// It does not read what a mail says.
package mailbox

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"strings"
	"time"

	"github.com/emersion/go-sasl"

	"envdesk/tracker"
)

// Keyword marks a mail on the server that the desk has taken in.
const Keyword = "$EnvdeskTaken"

// How the connection is made safe.
const (
	SecurityTLS      = "tls"      // TLS from the first byte
	SecuritySTARTTLS = "starttls" // STARTTLS, refused when the server does not offer it
	SecurityPlain    = "plain"    // no TLS: to loopback only
)

// What becomes of a mail on the server once it is taken in. AfterMove is
// followed by the name of a folder.
const (
	AfterKeep = "keep"
	AfterSeen = "seen"
	AfterMove = "move:"
)

// Sink takes mail in.
type Sink interface {
	// Cursor says how far the mailbox has been read; zero at first sight.
	Cursor(ctx context.Context, mailbox string) (tracker.Cursor, error)
	// Receive returns nil when every mail of the batch has its durable row and
	// the cursor was moved in the same transaction. An error means that nothing
	// was taken and that the same batch is to be offered again; one that wraps
	// tracker.ErrBusy says that the store cannot write for a while. The batch is
	// in UID order, of one mailbox, and never empty.
	Receive(ctx context.Context, batch []tracker.Delivery) error
}

// Config says which mailbox is read, and how. Addr, User, Folder and one of
// Auth and Password are required.
type Config struct {
	Name     string // Position.Mailbox; default user@host/FOLDER
	Addr     string // host:port
	Security string // SecurityTLS (default), SecuritySTARTTLS or SecurityPlain
	TLS      *tls.Config
	User     string
	// Auth makes the SASL client of one login, with a fresh token where it needs
	// one; offered tells which mechanisms the server has. Nil: log in with
	// Password.
	Auth     func(ctx context.Context, offered func(mechanism string) bool) (sasl.Client, error)
	Password func() (string, error)
	Folder   string
	// FirstDays is how many days back mail is treated as new at the first sight
	// of the mailbox; what is older is delivered with Archive set. 0 archives
	// all that lies there.
	FirstDays int
	After     string        // AfterKeep (default), AfterSeen, or AfterMove and a folder
	PollEvery time.Duration // where the server has no IDLE; default 15 s
	IdleFor   time.Duration // how long one IDLE lasts; default 4 min; under Bound
	Bound     time.Duration // the longest silence of the server; default 6 min
	MaxSize   int64         // bytes; of larger mails only the header is fetched; default 64 MiB
	SpoolDir  string        // where mails over 1 MiB wait, in files without a name; default os.TempDir
	Now       func() time.Time
	Log       *slog.Logger // default: nothing is logged
}

// Listener reads one mailbox. Run and Once must not be called at the same time;
// UIDs and Check make a connection of their own and may be called beside them.
type Listener struct {
	cfg  Config
	sink Sink
	log  *slog.Logger
	dial func(ctx context.Context) (net.Conn, error)

	outage   outage
	first    firstSight
	trouble  trouble
	owed     owed
	progress reach
	unsaid   string // the last failure to mark, so that it is told once
}

// firstSight is the highest UID that lay in the mailbox when it was seen first.
type firstSight struct {
	validity uint32
	upTo     uint32
}

// trouble counts how often the connection was lost at the same mail.
type trouble struct {
	uid    uint32
	losses int
}

// owed are mails that were taken in while the connection was lost, so that they
// could not be marked.
type owed struct {
	validity uint32
	uids     []uint32
}

// New checks the configuration. It does no I/O.
func New(cfg Config, sink Sink) (*Listener, error) {
	cfg, err := cfg.complete()
	if err != nil {
		return nil, fmt.Errorf("mailbox %s: %w", cfg.Name, err)
	}
	l := &Listener{cfg: cfg, sink: sink, log: cfg.Log.With("mailbox", cfg.Name)}
	l.dial = l.dialTCP
	return l, nil
}

// Name is the Position.Mailbox of all deliveries.
func (l *Listener) Name() string { return l.cfg.Name }

func (c Config) complete() (Config, error) {
	host, _, err := net.SplitHostPort(c.Addr)
	if err != nil {
		return c, fmt.Errorf("server address: %w", err)
	}
	setDefault(&c.Folder, "INBOX")
	setDefault(&c.Name, c.User+"@"+host+"/"+c.Folder)
	setDefault(&c.Security, SecurityTLS)
	setDefault(&c.After, AfterKeep)
	setDefault(&c.PollEvery, 15*time.Second)
	setDefault(&c.IdleFor, 4*time.Minute)
	setDefault(&c.Bound, 6*time.Minute)
	setDefault(&c.MaxSize, 64<<20)
	setDefault(&c.SpoolDir, os.TempDir())
	setDefault(&c.Log, slog.New(slog.DiscardHandler))
	if c.Now == nil {
		c.Now = time.Now
	}
	c.TLS = c.TLS.Clone() // nil stays nil
	if c.TLS == nil {
		c.TLS = &tls.Config{}
	}
	setDefault(&c.TLS.ServerName, host)
	c.TLS.MinVersion = max(c.TLS.MinVersion, tls.VersionTLS12)
	return c, c.check(host)
}

func (c Config) check(host string) error {
	folder, moves := strings.CutPrefix(c.After, AfterMove)
	switch {
	case c.User == "" && c.Auth == nil:
		return errors.New("no user")
	case c.Auth == nil && c.Password == nil:
		return errors.New("neither a password nor a token")
	case c.Security != SecurityTLS && c.Security != SecuritySTARTTLS && c.Security != SecurityPlain:
		return fmt.Errorf("security %q: want tls, starttls or plain", c.Security)
	case c.Security == SecurityPlain && !loopbackName(host):
		return fmt.Errorf("a connection without TLS is for loopback only, not for %s", host)
	case moves && (folder == "" || strings.EqualFold(folder, c.Folder)):
		return fmt.Errorf("after %q: want a folder other than %s", c.After, c.Folder)
	case !moves && c.After != AfterKeep && c.After != AfterSeen:
		return fmt.Errorf("after %q: want keep, seen or move:FOLDER", c.After)
	case c.IdleFor >= c.Bound:
		return fmt.Errorf("an IDLE of %s does not end within the bound of %s", c.IdleFor, c.Bound)
	}
	return nil
}

// safety says how the connection is kept safe.
func (c Config) safety() string {
	if c.Security == SecurityPlain {
		return "no TLS, to loopback"
	}
	return "TLS, certificate checked for " + c.TLS.ServerName
}

func loopbackName(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || (ip != nil && ip.IsLoopback())
}

func setDefault[T comparable](value *T, def T) {
	var zero T
	if *value == zero {
		*value = def
	}
}
