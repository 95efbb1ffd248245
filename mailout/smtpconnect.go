package mailout

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"
)

// connect makes sure that there is a connection that may send.
func (s *SMTP) connect(ctx context.Context) error {
	if s.client != nil {
		s.idle.Stop()
		return nil
	}
	conn, client, err := s.dial(ctx)
	if err != nil {
		return err
	}
	s.conn, s.client = conn, client
	return nil
}

// dial connects, secures and authenticates. The library leaves a connection
// open when it fails half way, so the dialled one is remembered and closed.
func (s *SMTP) dial(ctx context.Context) (net.Conn, *smtp.Client, error) {
	auth, err := s.auth(ctx)
	if err != nil {
		return nil, nil, &SendError{StageAuth, err}
	}
	var conn net.Conn
	undo := func() {}
	defer func() { undo() }()
	remember := func(dialing context.Context, network, addr string) (net.Conn, error) {
		c, err := s.dialTCP(dialing, network, addr)
		if err == nil {
			conn, undo = c, interruptOn(ctx, c, 0)
		}
		return c, err
	}
	client, err := mail.NewClient(s.host(), s.options(remember, auth)...)
	if err != nil {
		return nil, nil, &SendError{StageConnect, err}
	}
	sc, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		if conn != nil {
			_ = conn.Close()
		}
		return nil, nil, &SendError{stageOf(err, auth), err}
	}
	return conn, sc, nil
}

func stageOf(err error, auth *saslAuth) Stage {
	if auth != nil && auth.started || errors.Is(err, errNoMechanism) {
		return StageAuth
	}
	return StageConnect
}

func (s *SMTP) host() string {
	host, _, _ := net.SplitHostPort(s.config.Addr)
	return host
}

func (s *SMTP) options(dial mail.DialContextFunc, auth *saslAuth) []mail.Option {
	_, port, _ := net.SplitHostPort(s.config.Addr)
	n, _ := strconv.Atoi(port)
	policy := mail.NoTLS // implicit TLS is done by dialTCP
	if s.config.Security == StartTLS {
		policy = mail.TLSMandatory
	}
	options := []mail.Option{
		mail.WithPort(n), mail.WithTimeout(connectTimeout), mail.WithHELO(s.config.HelloName),
		mail.WithTLSPolicy(policy), mail.WithTLSConfig(s.tls()), mail.WithDialContextFunc(dial),
	}
	if auth != nil {
		options = append(options, mail.WithSMTPAuthCustom(auth))
	}
	return options
}

func (s *SMTP) tls() *tls.Config {
	c := &tls.Config{}
	if s.config.TLS != nil {
		c = s.config.TLS.Clone()
	}
	c.ServerName = cmp.Or(c.ServerName, s.host())
	c.MinVersion = max(c.MinVersion, tls.VersionTLS12)
	return c
}

func (s *SMTP) dialTCP(ctx context.Context, network, addr string) (net.Conn, error) {
	dialer := &net.Dialer{Timeout: 30 * time.Second}
	if s.config.Security != ImplicitTLS {
		return dialer.DialContext(ctx, network, addr)
	}
	return (&tls.Dialer{NetDialer: dialer, Config: s.tls()}).DialContext(ctx, network, addr)
}

// auth is nil when the server wants to know nobody.
func (s *SMTP) auth(ctx context.Context) (*saslAuth, error) {
	switch {
	case s.config.User == "":
		return nil, nil
	case s.config.Token != nil:
		token, err := s.config.Token(ctx)
		if err != nil {
			return nil, fmt.Errorf("get access token: %w", err)
		}
		return &saslAuth{user: s.config.User, secret: token, oauth: true, host: s.host(), plain: s.config.Security == Plain}, nil
	}
	password, err := s.config.Password()
	if err != nil {
		return nil, fmt.Errorf("read password: %w", err)
	}
	return &saslAuth{user: s.config.User, secret: password, host: s.host(), plain: s.config.Security == Plain}, nil
}

var errNoMechanism = errors.New("the server offers no way to log in that envdesk has")

// saslAuth picks a mechanism when the server has told which it offers.
type saslAuth struct {
	user, secret string
	oauth        bool
	host         string
	plain        bool // to loopback, where no TLS is needed
	started      bool
	chosen       smtp.Auth
}

// Start begins the exchange (RFC 4954 §4).
func (a *saslAuth) Start(server *smtp.ServerInfo) (string, []byte, error) {
	a.started = true
	if a.chosen = a.choose(server.Auth); a.chosen == nil {
		return "", nil, fmt.Errorf("%w: it offers %q", errNoMechanism, strings.Join(server.Auth, " "))
	}
	return a.chosen.Start(server)
}

// Next answers a challenge.
func (a *saslAuth) Next(challenge []byte, more bool) ([]byte, error) {
	return a.chosen.Next(challenge, more)
}

func (a *saslAuth) choose(offered []string) smtp.Auth {
	has := func(name string) bool {
		for _, o := range offered {
			if strings.EqualFold(o, name) {
				return true
			}
		}
		return false
	}
	switch {
	case a.oauth && has("XOAUTH2"):
		return smtp.XOAuth2Auth(a.user, a.secret)
	case a.oauth:
		return nil
	case has("PLAIN"):
		return smtp.PlainAuth("", a.user, a.secret, a.host, a.plain)
	case has("LOGIN"):
		return smtp.LoginAuth(a.user, a.secret, a.host, a.plain)
	}
	return nil
}
