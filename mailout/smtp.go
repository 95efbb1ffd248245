package mailout

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/wneessen/go-mail/smtp"

	"envdesk/tracker"
)

// Security says how a connection is protected.
type Security int

// The ways to connect. Plain is for servers on the same machine.
const (
	ImplicitTLS Security = iota // smtps://
	StartTLS                    // smtp+starttls://, refused when the server does not offer it
	Plain                       // smtp://, to loopback only
)

// SMTPConfig is how the desk reaches its submission server.
type SMTPConfig struct {
	Addr     string // host:port
	Security Security
	TLS      *tls.Config // nil: the system's roots; ServerName is filled in from Addr
	// User is "" for no AUTH. With Token the desk proves itself by XOAUTH2,
	// else by PLAIN or LOGIN with Password. Both are asked at every connect.
	User      string
	Password  func() (string, error)
	Token     func(ctx context.Context) (string, error)
	HelloName string // in EHLO; "": localhost
}

// The time limits of RFC 5321 §4.5.3.2, and how long an idle connection stays.
const (
	connectTimeout = time.Minute
	commandTimeout = 5 * time.Minute
	blockTimeout   = 3 * time.Minute
	dotTimeout     = 10 * time.Minute // shorter ones make duplicates (RFC 1047)
	keepOpen       = 5 * time.Second

	// graceAfterDot is how long an orderly stop waits for the reply to the dot.
	graceAfterDot = 15 * time.Second
	blockSize     = 64 << 10
)

// SMTP hands mails to one submission server, one after the other, and keeps the
// connection for a few seconds between them. It is safe for concurrent use, one
// mail at a time.
type SMTP struct {
	config SMTPConfig
	mu     sync.Mutex
	conn   net.Conn     // the TCP connection below client
	client *smtp.Client // nil: not connected
	idle   *time.Timer
}

// NewSMTP checks the configuration; it does not connect. Plain goes to loopback
// addresses only.
func NewSMTP(c SMTPConfig) (*SMTP, error) {
	host, port, err := net.SplitHostPort(c.Addr)
	if err != nil {
		return nil, fmt.Errorf("smtp server %q: %w", c.Addr, err)
	}
	if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
		return nil, fmt.Errorf("smtp server %q: port must be 1 to 65535", c.Addr)
	}
	if c.Security == Plain && !isLoopback(host) {
		return nil, fmt.Errorf("smtp server %q: smtp:// is for this machine only; use smtps:// or smtp+starttls://", c.Addr)
	}
	if c.User != "" && c.Password == nil && c.Token == nil {
		return nil, fmt.Errorf("smtp server %q: user %q has neither password nor token", c.Addr, c.User)
	}
	if c.HelloName == "" {
		c.HelloName = "localhost"
	}
	return &SMTP{config: c}, nil
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Stage is how far a mail got.
type Stage string

// The stages of sending, in order.
const (
	StageConnect  Stage = "connect" // greeting, EHLO, TLS
	StageAuth     Stage = "auth"
	StageMail     Stage = "mail from"
	StageRcpt     Stage = "rcpt to"
	StageData     Stage = "data" // the command and the bytes
	StageCommit   Stage = "commit"
	StageFinalDot Stage = "final dot" // the bytes are over there; only the reply counts
)

// SendError says where sending a mail ended and what the server said.
type SendError struct {
	Stage Stage
	Err   error
}

func (e *SendError) Error() string { return fmt.Sprintf("smtp %s: %v", e.Stage, e.Err) }
func (e *SendError) Unwrap() error { return e.Err }

// Code is the server's reply code (RFC 5321 §4.2), 0 when it did not reply.
func (e *SendError) Code() int {
	var reply *textproto.Error
	if errors.As(e.Err, &reply) {
		return reply.Code
	}
	return 0
}

// OfServer reports whether the failure would meet every mail: nothing about
// this one was said yet.
func (e *SendError) OfServer() bool {
	return e.Stage == StageConnect || e.Stage == StageAuth || e.Stage == StageMail
}

// InDoubt reports whether the server may have taken the mail: the final dot was
// sent, and no reply came.
func (e *SendError) InDoubt() bool { return e.Stage == StageFinalDot && e.Code() == 0 }

// Send transmits the stored bytes. It calls beforeDot when the server has all
// of them and only the final dot is missing; its error ends the transaction and
// is returned as a SendError of StageCommit. Every error is a *SendError, and
// drops the connection. When ctx ends, Send stops at once, or shortly after the
// dot.
func (s *SMTP) Send(ctx context.Context, m tracker.OutboxMail, beforeDot func() error) error {
	from, err := wireAddress(m.Mail.From)
	if err != nil {
		return &SendError{StageMail, refusal(501, err)}
	}
	to, err := wireAddress(m.Mail.To)
	if err != nil {
		return &SendError{StageRcpt, refusal(553, err)}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	reused := s.client != nil
	err = s.attempt(ctx, from, to, m.Mail.Raw, beforeDot)
	var failed *SendError
	if reused && errors.As(err, &failed) && failed.Stage == StageMail && (failed.Code() == 0 || failed.Code() == 421) && ctx.Err() == nil {
		err = s.attempt(ctx, from, to, m.Mail.Raw, beforeDot) // the kept connection had ended meanwhile
	}
	return err
}

func (s *SMTP) attempt(ctx context.Context, from, to string, raw []byte, beforeDot func() error) error {
	if err := s.connect(ctx); err != nil {
		return err
	}
	stop := interruptOn(ctx, s.conn, 0)
	defer func() { stop() }()
	stage, err := s.transmit(from, to, raw, func() error {
		if err := beforeDot(); err != nil {
			return err
		}
		stop()
		stop = interruptOn(ctx, s.conn, graceAfterDot)
		return nil
	})
	if err != nil {
		s.drop()
		return &SendError{stage, err}
	}
	s.idle = time.AfterFunc(keepOpen, s.quitIfIdle(s.client))
	return nil
}

// transmit is the mail transaction of RFC 5321 §3.3. After an error the stage
// tells where it was.
func (s *SMTP) transmit(from, to string, raw []byte, beforeDot func() error) (Stage, error) {
	c := s.client
	utf8 := !isASCII(from) || !isASCII(to)
	if offered, _ := c.Extension("SMTPUTF8"); utf8 && !offered {
		return StageRcpt, refusal(553, fmt.Errorf("the server does not offer SMTPUTF8 (RFC 6531), which the address %s needs", to))
	}
	c.SkipSMTPUTF8(!utf8)
	c.SetDSNMailReturnOption("HDRS")
	c.SetDSNRcptNotifyOption("FAILURE,DELAY")
	if err := s.within(commandTimeout, func() error { return c.Mail("<" + from + ">") }); err != nil {
		return StageMail, err
	}
	if err := s.within(commandTimeout, func() error { return c.Rcpt("<" + to + ">") }); err != nil {
		return StageRcpt, err
	}
	w, err := c.Data()
	if err != nil {
		return StageData, err
	}
	for block := range blocks(crlf(raw)) {
		if err := s.within(blockTimeout, func() error { _, err := w.Write(block); return err }); err != nil {
			return StageData, err
		}
	}
	if err := c.Text.W.Flush(); err != nil {
		return StageData, err
	}
	if err := beforeDot(); err != nil {
		return StageCommit, err
	}
	return StageFinalDot, s.within(dotTimeout, w.Close)
}

// within runs f under a deadline.
func (s *SMTP) within(d time.Duration, f func() error) error {
	if err := s.client.UpdateDeadline(d); err != nil {
		return err
	}
	return f()
}

// interruptOn closes the connection some grace after ctx has ended. The
// returned function undoes it. (A deadline would not do: the next command sets
// its own.)
func interruptOn(ctx context.Context, conn net.Conn, grace time.Duration) (undo func()) {
	finished := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		timer := time.NewTimer(grace)
		defer timer.Stop()
		select {
		case <-timer.C:
			_ = conn.Close()
		case <-finished:
		}
	})
	return func() {
		stop()
		close(finished)
	}
}

// drop closes the connection without a word: after an error its state is not
// known.
func (s *SMTP) drop() {
	if s.idle != nil {
		s.idle.Stop()
	}
	if s.conn != nil {
		_ = s.conn.Close()
	}
	s.conn, s.client, s.idle = nil, nil, nil
}

func (s *SMTP) quitIfIdle(c *smtp.Client) func() {
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.client == c && s.idle != nil {
			s.quit()
		}
	}
}

func (s *SMTP) quit() {
	if s.client == nil {
		return
	}
	_ = s.within(connectTimeout, s.client.Quit)
	s.drop()
}

// Close ends the connection, if there is one.
func (s *SMTP) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.quit()
	return nil
}

// Check connects, proves the desk's identity and ends the connection.
func (s *SMTP) Check(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.quit()
	if err := s.connect(ctx); err != nil {
		return err
	}
	defer s.quit()
	if err := s.within(connectTimeout, s.client.Noop); err != nil {
		return &SendError{StageConnect, err}
	}
	return nil
}

// wireAddress is an envelope address as it may stand in a command: checked, its
// domain in ASCII.
func wireAddress(addr string) (string, error) {
	if err := CheckAddress(addr); err != nil {
		return "", err
	}
	local, domain, _ := strings.Cut(addr, "@")
	ascii, err := asciiDomain(domain)
	return local + "@" + ascii, err
}

// refusal is a permanent error of our own, with the code that a server would
// give.
func refusal(code int, err error) error {
	return fmt.Errorf("%w", &textproto.Error{Code: code, Msg: err.Error()})
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// crlf makes every line end CRLF (RFC 5321 §2.3.8): a bare CR or LF could end
// the mail early for some server and begin another (SMTP smuggling). Composed
// mails come through unchanged.
func crlf(raw []byte) []byte {
	if bytes.Count(raw, []byte("\r\n")) == bytes.Count(raw, []byte("\n")) && bytes.Count(raw, []byte("\r\n")) == bytes.Count(raw, []byte("\r")) {
		return raw
	}
	raw = bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n"))
	raw = bytes.ReplaceAll(raw, []byte("\r"), []byte("\n"))
	return bytes.ReplaceAll(raw, []byte("\n"), []byte("\r\n"))
}

func blocks(raw []byte) func(func([]byte) bool) {
	return func(yield func([]byte) bool) {
		for len(raw) > 0 {
			n := min(len(raw), blockSize)
			if !yield(raw[:n]) {
				return
			}
			raw = raw[n:]
		}
	}
}
