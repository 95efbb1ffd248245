package mailbox

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"net"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTLSIsCheckedByNameAndAuthority(t *testing.T) {
	cert, pool := certificate(t, "mail.desk.test")
	old, oldPool := certificate(t, "mail.desk.test")
	tests := []struct {
		name   string
		server tls.Certificate
		client *tls.Config
		want   string
	}{
		{"good", cert, &tls.Config{RootCAs: pool, ServerName: "mail.desk.test"}, ""},
		{"wrong name", cert, &tls.Config{RootCAs: pool, ServerName: "mail.other.test"}, "not mail.other.test"},
		{"name of the address", cert, &tls.Config{RootCAs: pool}, "127.0.0.1"},
		{"unknown authority", old, &tls.Config{RootCAs: pool, ServerName: "mail.desk.test"}, "certificate"},
		{"system authorities", cert, &tls.Config{ServerName: "mail.desk.test"}, "certificate"},
		{"its own authority", old, &tls.Config{RootCAs: oldPool, ServerName: "mail.desk.test"}, ""},
	}
	for _, tt := range tests {
		for _, security := range []string{SecurityTLS, SecuritySTARTTLS} {
			t.Run(tt.name+" "+security, func(t *testing.T) {
				asked := false
				l, err := New(Config{
					Addr: tlsServer(t, tt.server, security), Security: security, TLS: tt.client, User: "desk",
					Password: func() (string, error) { asked = true; return "secret", nil },
				}, &memorySink{})
				require.NoError(t, err)
				lines, err := l.Check(t.Context())
				if tt.want == "" {
					require.NoError(t, err)
					assert.Equal(t, CheckLine{"security", true, "TLS, certificate checked for mail.desk.test"}, lines[1])
					return
				}
				require.ErrorContains(t, err, tt.want)
				assert.False(t, asked, "the password is not even read")
			})
		}
	}
}

func TestOldTLSIsRefused(t *testing.T) {
	l, err := New(Config{Addr: "mail.desk.test:993", User: "u", TLS: &tls.Config{MinVersion: tls.VersionTLS10},
		Password: func() (string, error) { return "", nil }}, &memorySink{})
	require.NoError(t, err)
	assert.Equal(t, uint16(tls.VersionTLS12), l.cfg.TLS.MinVersion)
}

// tlsServer serves one empty mailbox with implicit TLS or with STARTTLS.
func tlsServer(t *testing.T, cert tls.Certificate, security string) (addr string) {
	t.Helper()
	users := imapmemserver.New()
	user := imapmemserver.NewUser("desk", "secret")
	require.NoError(t, user.Create("INBOX", nil))
	users.AddUser(user)
	config := &tls.Config{Certificates: []tls.Certificate{cert}}
	server := imapserver.New(&imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return users.NewSession(), nil, nil
		},
		Caps: imap.CapSet{imap.CapIMAP4rev1: {}}, TLSConfig: config, Logger: quiet{},
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	addr = listener.Addr().String()
	if security == SecurityTLS {
		listener = tls.NewListener(listener, config)
	}
	done := make(chan error, 1)
	go func() { done <- server.Serve(listener) }()
	t.Cleanup(func() {
		require.NoError(t, server.Close())
		require.NoError(t, <-done)
	})
	return addr
}

type quiet struct{}

func (quiet) Printf(string, ...any) {}

func certificate(t *testing.T, name string) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{name}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	require.NoError(t, err)
	parsed, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}
