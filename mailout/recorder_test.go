package mailout

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"math/big"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
	"github.com/stretchr/testify/require"
)

// recorder is an SMTP server that writes down what it gets, and misbehaves as
// its hooks say.
type recorder struct {
	addr   string
	server *smtp.Server
	roots  *x509.CertPool

	onMail, onRcpt func(addr string) error
	onData         func(c *smtp.Conn, r io.Reader) error // nil: record
	mechanisms     []string
	healed         atomic.Bool // the hooks are off

	mu    sync.Mutex
	conns int
	auths []string // mechanism user secret
	rcpts []string
	mails []string
}

func record(t *testing.T, set ...func(*recorder)) *recorder {
	t.Helper()
	r := &recorder{}
	for _, f := range set {
		f(r)
	}
	cert, roots := certificate(t)
	r.roots = roots
	r.server = smtp.NewServer(r)
	r.server.Domain, r.server.AllowInsecureAuth, r.server.EnableDSN = "mail.desk.test", true, true
	r.server.TLSConfig = &tls.Config{Certificates: []tls.Certificate{cert}}
	r.server.ErrorLog = log.New(io.Discard, "", 0)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	r.addr = l.Addr().String()
	go func() { _ = r.server.Serve(l) }()
	t.Cleanup(func() { _ = r.server.Close() })
	return r
}

func (r *recorder) client(t *testing.T, set ...func(*SMTPConfig)) *SMTP {
	t.Helper()
	c := SMTPConfig{Addr: r.addr, Security: Plain, TLS: &tls.Config{RootCAs: r.roots}}
	for _, f := range set {
		f(&c)
	}
	s, err := NewSMTP(c)
	require.NoError(t, err)
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func (r *recorder) NewSession(c *smtp.Conn) (smtp.Session, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.conns++
	return &session{r, c}, nil
}

type session struct {
	r *recorder
	c *smtp.Conn
}

func (s *session) Reset()        {}
func (s *session) Logout() error { return nil }

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	if s.r.onMail != nil && !s.r.healed.Load() {
		return s.r.onMail(from)
	}
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.r.mu.Lock()
	s.r.rcpts = append(s.r.rcpts, to)
	s.r.mu.Unlock()
	if s.r.onRcpt != nil && !s.r.healed.Load() {
		return s.r.onRcpt(to)
	}
	return nil
}

func (s *session) Data(body io.Reader) error {
	if s.r.onData != nil && !s.r.healed.Load() {
		return s.r.onData(s.c, body)
	}
	b, err := io.ReadAll(body)
	if err != nil {
		return err
	}
	s.r.mu.Lock()
	defer s.r.mu.Unlock()
	s.r.mails = append(s.r.mails, string(b))
	return nil
}

func (s *session) AuthMechanisms() []string { return s.r.mechanisms }

func (s *session) Auth(mech string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error { return s.login(mech, user, password) }), nil
}

func (s *session) login(mech, user, secret string) error {
	s.r.mu.Lock()
	defer s.r.mu.Unlock()
	s.r.auths = append(s.r.auths, mech+" "+user+" "+secret)
	if secret != "right" {
		return &smtp.SMTPError{Code: 535, EnhancedCode: smtp.EnhancedCode{5, 7, 8}, Message: "no"}
	}
	return nil
}

func certificate(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	require.NoError(t, err)
	leaf, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	pool := x509.NewCertPool()
	pool.AddCert(leaf)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}
