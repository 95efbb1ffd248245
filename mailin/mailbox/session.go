package mailbox

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-sasl"
)

// connectWithin bounds everything from the first packet to the end of login.
const connectWithin = time.Minute

// session is one connection to the server, logged in.
type session struct {
	cfg    *Config
	client *imapclient.Client
	caps   imap.CapSet
	wake   chan struct{} // the server told of a change; of size 1
	folder *imap.SelectData
	unhook func() bool
}

// connect gives a session that is logged in. It is cut when ctx ends. Each step
// that went well is told.
func (l *Listener) connect(ctx context.Context, tell func(text string)) (*session, error) {
	limited, cancel := context.WithTimeout(ctx, connectWithin)
	defer cancel()
	conn, err := l.dial(limited)
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	tell(l.cfg.Addr)
	s := &session{cfg: &l.cfg, wake: make(chan struct{}, 1)}
	s.unhook = context.AfterFunc(limited, func() { _ = conn.Close() })
	if err := s.prepare(limited, conn, tell); err != nil {
		s.cut()
		_ = conn.Close()
		return nil, withCause(limited, err)
	}
	s.unhook()
	s.unhook = context.AfterFunc(ctx, func() { _ = conn.Close() })
	return s, nil
}

// prepare makes the connection safe and logs in.
func (s *session) prepare(ctx context.Context, conn net.Conn, tell func(text string)) error {
	var err error
	if s.client, err = s.secure(ctx, conn); err != nil {
		return err
	}
	if err := s.checkGreeting(); err != nil {
		return err
	}
	tell(s.cfg.safety())
	if err := s.login(ctx); err != nil {
		return err
	}
	tell(s.cfg.User)
	return nil
}

func (l *Listener) dialTCP(ctx context.Context) (net.Conn, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", l.cfg.Addr)
	if err != nil {
		return nil, err
	}
	if l.cfg.Security == SecurityPlain && !loopbackAddr(conn.RemoteAddr()) {
		_ = conn.Close()
		return nil, fmt.Errorf("%s is not loopback: a connection without TLS is refused", conn.RemoteAddr())
	}
	return conn, nil
}

// loopbackAddr looks at where the connection really went: a name can lead
// anywhere.
func loopbackAddr(a net.Addr) bool {
	tcp, ok := a.(*net.TCPAddr)
	return ok && tcp.IP.IsLoopback()
}

func (s *session) secure(ctx context.Context, conn net.Conn) (*imapclient.Client, error) {
	options := &imapclient.Options{TLSConfig: s.cfg.TLS, UnilateralDataHandler: s.handler()}
	switch s.cfg.Security {
	case SecuritySTARTTLS:
		client, err := imapclient.NewStartTLS(bound(conn, s.cfg.Bound), options)
		if err != nil {
			return nil, fmt.Errorf("starttls: the server does not go over to TLS; no password was sent: %w", err)
		}
		return client, nil
	case SecurityPlain:
		return imapclient.New(bound(conn, s.cfg.Bound), options), nil
	}
	secured := tls.Client(conn, s.cfg.TLS)
	if err := secured.HandshakeContext(ctx); err != nil {
		return nil, fmt.Errorf("tls: %w", err)
	}
	return imapclient.New(bound(secured, s.cfg.Bound), options), nil
}

// checkGreeting refuses PREAUTH: whoever logged us in, it was not our password
// (RFC 9051 §11.1).
func (s *session) checkGreeting() error {
	if err := s.client.WaitGreeting(); err != nil {
		return fmt.Errorf("greeting: %w", err)
	}
	if s.client.State() != imap.ConnStateNotAuthenticated {
		return errors.New("greeting: the server says PREAUTH, as if we were logged in; refused")
	}
	return nil
}

// handler only notes that something came. It runs on the goroutine that reads
// the connection and must not block it.
func (s *session) handler() *imapclient.UnilateralDataHandler {
	return &imapclient.UnilateralDataHandler{
		Mailbox: func(data *imapclient.UnilateralDataMailbox) {
			if data.NumMessages == nil {
				return
			}
			select {
			case s.wake <- struct{}{}:
			default:
			}
		},
		Fetch: discard,
	}
}

// discard reads a response that nobody asked for to its end, and stops at an
// error, because the connection's reader goes on from there.
func discard(msg *imapclient.FetchMessageData) {
	for item := msg.Next(); item != nil; item = msg.Next() {
		section, ok := item.(imapclient.FetchItemDataBodySection)
		if !ok || section.Literal == nil {
			continue
		}
		if n, err := io.Copy(io.Discard, section.Literal); err != nil || n < section.Literal.Size() {
			return
		}
	}
}

func (s *session) login(ctx context.Context) error {
	caps, err := s.client.Capability().Wait()
	if err != nil {
		return fmt.Errorf("capability: %w", err)
	}
	if err := s.authenticate(ctx, caps); err != nil {
		return fmt.Errorf("log in as %s: %w", s.cfg.User, err)
	}
	// What the server offers may change with login (RFC 9051 §6.1.1).
	if caps, err = s.client.Capability().Wait(); err != nil {
		return fmt.Errorf("capability after login: %w", err)
	}
	s.caps = caps.Copy() // the library keeps the set itself
	return nil
}

func (s *session) authenticate(ctx context.Context, caps imap.CapSet) error {
	if s.cfg.Auth != nil {
		mechanism, err := s.cfg.Auth(ctx, func(name string) bool { return caps.Has(imap.AuthCap(name)) })
		if err != nil {
			return fmt.Errorf("get a token: %w", err)
		}
		return s.client.Authenticate(mechanism)
	}
	password, err := s.cfg.Password()
	if err != nil {
		return fmt.Errorf("get the password: %w", err)
	}
	switch disabled := caps.Has(imap.CapLoginDisabled); {
	case caps.Has(imap.AuthCap(sasl.Plain)) && (disabled || !isASCII(s.cfg.User+password)):
		return s.client.Authenticate(sasl.NewPlainClient("", s.cfg.User, password))
	case disabled:
		return errors.New("the server disables LOGIN and offers no AUTH=PLAIN")
	}
	return s.client.Login(s.cfg.User, password).Wait()
}

// open selects the folder.
func (s *session) open(readOnly bool) error {
	data, err := s.client.Select(s.cfg.Folder, &imap.SelectOptions{ReadOnly: readOnly}).Wait()
	if err != nil { // the data that come with an error are void
		return fmt.Errorf("select %s: %w", s.cfg.Folder, err)
	}
	if data.UIDValidity == 0 {
		return fmt.Errorf("select %s: the server gives no UIDVALIDITY", s.cfg.Folder)
	}
	s.folder = data
	return nil
}

// logout ends the session in good manners.
func (s *session) logout() {
	_ = s.client.Logout().Wait()
	s.cut()
}

func (s *session) cut() {
	s.unhook()
	if s.client != nil {
		_ = s.client.Close()
	}
}

// readOnly reports that no flag can be kept (RFC 9051 §7.1, PERMANENTFLAGS).
func (s *session) readOnly() bool { return len(s.folder.PermanentFlags) == 0 }

func (s *session) keepsKeyword() bool {
	return slices.ContainsFunc(s.folder.PermanentFlags, func(f imap.Flag) bool {
		return f == imap.FlagWildcard || strings.EqualFold(string(f), Keyword)
	})
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r > 0x7e })
}

// withCause tells why a connection was closed under a command.
func withCause(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil && !errors.Is(err, cause) {
		return fmt.Errorf("%w (%w)", err, cause)
	}
	return err
}

// refused reports that the server answered NO or BAD, so that the connection is
// sound.
func refused(err error) bool {
	var answer *imap.Error
	return errors.As(err, &answer)
}
