// Package sandbox is a mail server inside the process: SMTP in, IMAP out, all
// mail in memory. It lets the desk be tried, shown and tested without any other
// server. It behaves like a real border server towards authentication results:
// what a sender wrote of them is removed, and its own verdict is put on top. It
// must never listen beyond loopback for real mail: it asks for no proof of
// anybody and forgets everything when it is closed.
package sandbox

import (
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-smtp"
)

// MaxSize is the largest mail in bytes that the server takes.
const MaxSize = 64 << 20

// Options says how a Server behaves. The zero value is a server on free ports
// of 127.0.0.1 that vouches for every sender.
type Options struct {
	SMTPAddr string // default 127.0.0.1:0
	IMAPAddr string // default 127.0.0.1:0
	// Now stamps INTERNALDATE and Received of mail that comes by SMTP; default
	// time.Now.
	Now func() time.Time
	// AuthservID names the server in Authentication-Results (RFC 8601 §2.5);
	// default "sandbox.envdesk".
	AuthservID string
	Unproved   []string // From domains that get dmarc=none instead of pass
	Failing    []string // From domains that get dmarc=fail
	// Desk is an address that may hold a + itself: mail to it with any +detail
	// goes into its mailbox. Of every other address the first + counts.
	Desk string
}

// Server is a running mail server. All methods may be called at any time from
// any goroutine.
type Server struct {
	opts     Options
	smtp     *smtp.Server
	imap     *imapserver.Server
	smtpAddr string
	imapAddr string
	sockets  []net.Listener
	validity uint32
	serial   atomic.Uint64
	serving  sync.WaitGroup

	mu       sync.Mutex
	accounts map[string]*account
}

// Start listens and serves until Close.
func Start(opts Options) (*Server, error) {
	s := &Server{opts: opts.withDefaults(), accounts: map[string]*account{}, validity: startValidity(time.Now())}
	smtpListener, err := net.Listen("tcp", s.opts.SMTPAddr)
	if err != nil {
		return nil, fmt.Errorf("listen for smtp: %w", err)
	}
	imapListener, err := net.Listen("tcp", s.opts.IMAPAddr)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("listen for imap: %w", err), smtpListener.Close())
	}
	s.smtpAddr, s.imapAddr = smtpListener.Addr().String(), imapListener.Addr().String()
	s.sockets = []net.Listener{smtpListener, imapListener}
	s.smtp, s.imap = s.newSMTP(), s.newIMAP()
	s.serving.Go(func() { _ = s.smtp.Serve(smtpListener) })
	s.serving.Go(func() { _ = s.imap.Serve(imapListener) })
	return s, nil
}

// SMTPAddr is the host:port that takes mail.
func (s *Server) SMTPAddr() string { return s.smtpAddr }

// IMAPAddr is the host:port that gives mail.
func (s *Server) IMAPAddr() string { return s.imapAddr }

// Close stops listening and cuts all connections.
func (s *Server) Close() error {
	err := errors.Join(s.smtp.Close(), s.imap.Close())
	// A server that has not begun to serve yet knows no socket to close.
	for _, l := range s.sockets {
		if closed := l.Close(); !errors.Is(closed, net.ErrClosed) {
			err = errors.Join(err, closed)
		}
	}
	s.serving.Wait()
	return err
}

// Deliver puts a mail into the INBOX of the recipient, with the same treatment
// as one that came by SMTP, received at the given time. From is the envelope
// sender, "" for the null sender; a zero time means now.
func (s *Server) Deliver(from, to string, raw []byte, at time.Time) error {
	if at.IsZero() {
		at = s.opts.Now()
	}
	return s.deliver(trace{from: from, to: to, host: "localhost", at: at}, raw)
}

// Mailboxes lists the users that have had mail or logged in, sorted.
func (s *Server) Mailboxes() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	names := make([]string, 0, len(s.accounts))
	for name := range s.accounts {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Messages gives the mails in the INBOX of a user, oldest first. The bytes must
// not be changed.
func (s *Server) Messages(user string) [][]byte {
	s.mu.Lock()
	a := s.accounts[s.mailboxOf(user)]
	s.mu.Unlock()
	if a == nil {
		return nil
	}
	inbox, err := a.folder("INBOX")
	if err != nil {
		return nil
	}
	return inbox.bytes()
}

func (s *Server) deliver(t trace, raw []byte) error {
	if len(raw) > MaxSize {
		return fmt.Errorf("deliver to %s: %d bytes are more than %d", t.to, len(raw), MaxSize)
	}
	if s.mailboxOf(t.to) == "" {
		return errors.New("deliver: no recipient")
	}
	t.by, t.serial = s.opts.AuthservID, s.serial.Add(1)
	inbox, err := s.account(t.to).folder("INBOX")
	if err != nil {
		return fmt.Errorf("deliver to %s: %w", t.to, err)
	}
	inbox.append(s.opts.stamp(t, raw), t.at, nil)
	return nil
}

// account finds or makes the mailbox that an address or user name belongs to.
func (s *Server) account(address string) *account {
	name := s.mailboxOf(address)
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.accounts[name]
	if a == nil {
		a = newAccount(s.validity)
		s.accounts[name] = a
	}
	return a
}

// mailboxOf drops the +detail of an address (RFC 5233) and its case.
func (s *Server) mailboxOf(address string) string {
	local, domain, ok := cutDomain(strings.ToLower(strings.TrimSpace(address)))
	if !ok {
		return local
	}
	deskLocal, deskDomain, _ := cutDomain(strings.ToLower(s.opts.Desk))
	if deskLocal != "" && domain == deskDomain && (local == deskLocal || strings.HasPrefix(local, deskLocal+"+")) {
		return deskLocal + "@" + domain
	}
	if plain, _, found := strings.Cut(local, "+"); found && plain != "" {
		local = plain
	}
	return local + "@" + domain
}

func (s *Server) newSMTP() *smtp.Server {
	server := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		return &smtpSession{server: s, conn: c}, nil
	}))
	server.Domain = s.opts.AuthservID
	server.MaxMessageBytes = MaxSize
	server.AllowInsecureAuth = true
	server.EnableSMTPUTF8 = true
	server.ErrorLog = log.New(io.Discard, "", 0)
	return server
}

func (s *Server) newIMAP() *imapserver.Server {
	return imapserver.New(&imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return &imapSession{server: s}, nil, nil
		},
		Caps: imap.CapSet{
			imap.CapIMAP4rev1: {}, imap.CapNamespace: {}, imap.CapUIDPlus: {}, imap.CapESearch: {},
			imap.CapMove: {}, imap.CapSpecialUse: {}, imap.CapStatusSize: {}, imap.CapLiteralPlus: {},
		},
		InsecureAuth: true,
		Logger:       log.New(io.Discard, "", 0),
	})
}

func (o Options) withDefaults() Options {
	if o.SMTPAddr == "" {
		o.SMTPAddr = "127.0.0.1:0"
	}
	if o.IMAPAddr == "" {
		o.IMAPAddr = "127.0.0.1:0"
	}
	if o.AuthservID == "" {
		o.AuthservID = "sandbox.envdesk"
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return o
}

// startValidity makes UIDVALIDITY differ between starts, because UIDs begin at 1
// again (RFC 9051 §2.3.1.1). It counts milliseconds, so that a quick restart
// differs too, and begins anew after 49 days; it leaves room for folders that
// are made again.
func startValidity(now time.Time) uint32 {
	return uint32(now.UnixMilli() % (1<<32 - 1<<16))
}

func cutDomain(address string) (local, domain string, ok bool) {
	i := strings.LastIndexByte(address, '@')
	if i < 0 {
		return address, "", false
	}
	return address[:i], address[i+1:], true
}
