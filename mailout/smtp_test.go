package mailout

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	gosmtp "github.com/wneessen/go-mail/smtp"

	"envdesk/tracker"
)

func mailOf(raw string) tracker.OutboxMail {
	return tracker.OutboxMail{ID: 1, Kind: tracker.KindReceipt, Mail: tracker.Mail{From: "requests@desk.test", To: "meera@egov.test", Raw: []byte(raw)}}
}

func nothing() error { return nil }

func sendError(t *testing.T, err error) *SendError {
	t.Helper()
	var e *SendError
	require.ErrorAs(t, err, &e)
	return e
}

func TestBytesArriveAsTheyAreStored(t *testing.T) {
	r := record(t)
	s := r.client(t)
	composed, _ := compose(t, desk(t), Samples(noon)[3].Notice, Samples(noon)[3].Ticket)
	for _, raw := range []string{
		string(composed.Raw),
		"Subject: dots\r\n\r\n.\r\n..\r\n.x\r\n\r\n.\r\nend\r\n",
		"Subject: long\r\n\r\n" + strings.Repeat("0123456789abcdef\r\n", 20_000),
	} {
		require.NoError(t, s.Send(t.Context(), mailOf(raw), nothing))
	}
	require.Len(t, r.mails, 3)
	assert.Equal(t, string(composed.Raw), r.mails[0])
	assert.Equal(t, "Subject: dots\r\n\r\n.\r\n..\r\n.x\r\n\r\n.\r\nend\r\n", r.mails[1])
	assert.Len(t, r.mails[2], len("Subject: long\r\n\r\n")+18*20_000)
	assert.Equal(t, 1, r.conns, "one connection for all")
}

// Bare line ends could smuggle a second mail past a lenient server.
func TestThreat13SmugglingArrivesAsOneMail(t *testing.T) {
	r := record(t)
	s := r.client(t)
	for _, end := range []string{"\n.\n", "\r.\r", "\n.\r\n", "\r\n.\r", "\r\n.\n", "\r.\r\n"} {
		require.NoError(t, s.Send(t.Context(), mailOf("Subject: a\r\n\r\none"+end+"MAIL FROM:<evil@x.test>\r\n"), nothing))
	}
	require.Len(t, r.mails, 6)
	for _, m := range r.mails {
		assert.Equal(t, "Subject: a\r\n\r\none\r\n.\r\nMAIL FROM:<evil@x.test>\r\n", m)
	}
}

func TestThreat12OnlyPlainAddressesReachTheWire(t *testing.T) {
	r := record(t)
	s := r.client(t)
	for _, to := range []string{
		`"a> ORCPT=x@y"@z.test`, "a@b.test> NOTIFY=NEVER", "a@b.test\r\nRCPT TO:<evil@x.test>", "<a@b.test>", "a b@c.test", "a@[127.0.0.1]",
		"a@b@c.test", "@b.test", "a@", "a..b@c.test", ".a@b.test", "a@-b.test", "a@b..test", "a\x00@b.test", "a@b.test,evil@x.test", "a;b@c.test",
		"a\u2028@b.test", "a\u202e@b.test", `a\@b.test`, "a@b_c.test", strings.Repeat("x", 65) + "@b.test",
	} {
		m := mailOf("x\r\n")
		m.Mail.To = to
		e := sendError(t, s.Send(t.Context(), m, nothing))
		assert.Equal(t, 553, e.Code(), to)
		assert.False(t, e.OfServer(), to)
	}
	assert.Zero(t, r.conns, "refused before anything was said")

	for _, to := range []string{"meera.nair+a=b@egov.test", "o'neil@egov.test", "MiXed@Egov.Test"} {
		m := mailOf("x\r\n")
		m.Mail.To = to
		require.NoError(t, s.Send(t.Context(), m, nothing))
	}
	assert.Equal(t, []string{"meera.nair+a=b@egov.test", "o'neil@egov.test", "MiXed@Egov.Test"}, r.rcpts)
}

func TestInternationalAddresses(t *testing.T) {
	r := record(t)
	s := r.client(t)
	m := mailOf("x\r\n")
	m.Mail.To = "meera@मेल.test"
	require.NoError(t, s.Send(t.Context(), m, nothing), "a domain goes in punycode")
	assert.Equal(t, []string{"meera@xn--r2bi6d.test"}, r.rcpts)

	m.Mail.To = "मीरा@egov.test"
	e := sendError(t, s.Send(t.Context(), m, nothing))
	assert.Equal(t, 553, e.Code())
	assert.ErrorContains(t, e, "SMTPUTF8")

	with := record(t)
	with.server.EnableSMTPUTF8 = true
	require.NoError(t, with.client(t).Send(t.Context(), m, nothing))
	assert.Equal(t, []string{"मीरा@egov.test"}, with.rcpts)
}

func TestStagesOfFailure(t *testing.T) {
	temporary := &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "later"}
	forGood := &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user"}
	for name, c := range map[string]struct {
		set      func(*recorder)
		stage    Stage
		code     int
		ofServer bool
		doubt    bool
	}{
		"sender refused":     {func(r *recorder) { r.onMail = func(string) error { return forGood } }, StageMail, 550, true, false},
		"recipient deferred": {func(r *recorder) { r.onRcpt = func(string) error { return temporary } }, StageRcpt, 451, false, false},
		"recipient refused":  {func(r *recorder) { r.onRcpt = func(string) error { return forGood } }, StageRcpt, 550, false, false},
		"content refused": {func(r *recorder) {
			r.onData = func(_ *smtp.Conn, b io.Reader) error { _, _ = io.ReadAll(b); return forGood }
		}, StageFinalDot, 550, false, false},
		"lost after the dot": {func(r *recorder) {
			r.onData = func(c *smtp.Conn, b io.Reader) error { _, _ = io.ReadAll(b); return c.Conn().Close() }
		}, StageFinalDot, 0, false, true},
		"hung up on, unread": {func(r *recorder) {
			r.onRcpt = nil
			r.onMail = nil
			r.onData = func(c *smtp.Conn, _ io.Reader) error { return c.Conn().Close() }
		}, StageFinalDot, 0, false, true},
	} {
		t.Run(name, func(t *testing.T) {
			r := record(t, c.set)
			s := r.client(t)
			e := sendError(t, s.Send(t.Context(), mailOf("Subject: x\r\n\r\nx\r\n"), nothing))
			assert.Equal(t, c.stage, e.Stage)
			assert.Equal(t, c.code, e.Code())
			assert.Equal(t, c.ofServer, e.OfServer())
			assert.Equal(t, c.doubt, e.InDoubt())

			r.healed.Store(true)
			require.NoError(t, s.Send(t.Context(), mailOf("Subject: y\r\n\r\ny\r\n"), nothing), "the next mail has a connection of its own")
			assert.Equal(t, 2, r.conns)
		})
	}
}

func TestTheDotWaitsForTheCommit(t *testing.T) {
	r := record(t)
	s := r.client(t)
	e := sendError(t, s.Send(t.Context(), mailOf("Subject: x\r\n\r\nx\r\n"), func() error { return tracker.ErrBusy }))
	assert.Equal(t, StageCommit, e.Stage)
	require.ErrorIs(t, e, tracker.ErrBusy)
	require.NoError(t, s.Send(t.Context(), mailOf("Subject: y\r\n\r\ny\r\n"), func() error {
		r.mu.Lock()
		defer r.mu.Unlock()
		assert.Empty(t, r.mails, "nothing was taken before the commit")
		return nil
	}))
	require.Len(t, r.mails, 1)
	assert.Contains(t, r.mails[0], "Subject: y")
}

func TestAKeptConnectionThatEndedIsNoFailure(t *testing.T) {
	r := record(t)
	s := r.client(t)
	require.NoError(t, s.Send(t.Context(), mailOf("Subject: x\r\n\r\nx\r\n"), nothing))
	s.mu.Lock()
	_ = s.conn.Close()
	s.mu.Unlock()
	require.NoError(t, s.Send(t.Context(), mailOf("Subject: y\r\n\r\ny\r\n"), nothing))
	assert.Len(t, r.mails, 2)
}

func TestTransportSecurity(t *testing.T) {
	r := record(t)
	startTLS := func(c *SMTPConfig) { c.Security = StartTLS }
	require.NoError(t, r.client(t, startTLS).Check(t.Context()))

	stranger := r.client(t, startTLS, func(c *SMTPConfig) { c.TLS = nil })
	e := sendError(t, stranger.Check(t.Context()))
	assert.True(t, e.OfServer())
	assert.ErrorContains(t, e, "certificate")

	bare := record(t)
	bare.server.TLSConfig = nil
	assert.ErrorContains(t, bare.client(t, startTLS).Check(t.Context()), "STARTTLS", "never in the clear")

	assert.Error(t, r.client(t, func(c *SMTPConfig) { c.Security = ImplicitTLS }).Check(t.Context()), "no TLS on this port")
}

func TestImplicitTLS(t *testing.T) {
	r := record(t)
	l, err := tls.Listen("tcp", "127.0.0.1:0", r.server.TLSConfig)
	require.NoError(t, err)
	go func() { _ = r.server.Serve(l) }()
	s := r.client(t, func(c *SMTPConfig) { c.Addr, c.Security = l.Addr().String(), ImplicitTLS })
	require.NoError(t, s.Send(t.Context(), mailOf("Subject: x\r\n\r\nx\r\n"), nothing))
	assert.Len(t, r.mails, 1)
}

func TestLogin(t *testing.T) {
	as := func(password string) func(*SMTPConfig) {
		return func(c *SMTPConfig) {
			c.Security, c.User, c.Password = StartTLS, "requests@desk.test", func() (string, error) { return password, nil }
		}
	}
	r := record(t, func(r *recorder) { r.mechanisms = []string{"PLAIN"} })
	require.NoError(t, r.client(t, as("right")).Check(t.Context()))
	assert.Equal(t, []string{"PLAIN requests@desk.test right"}, r.auths)

	e := sendError(t, r.client(t, as("canary-wrong")).Check(t.Context()))
	assert.Equal(t, StageAuth, e.Stage)
	assert.Equal(t, 535, e.Code())
	assert.NotContains(t, e.Error(), "canary", "threat 31: no secret in an error")

	none := record(t, func(r *recorder) { r.mechanisms = []string{"GSSAPI"} })
	e = sendError(t, none.client(t, as("canary-right")).Check(t.Context()))
	assert.Equal(t, StageAuth, e.Stage)
	assert.ErrorIs(t, e, errNoMechanism)

	unread := r.client(t, func(c *SMTPConfig) {
		c.User, c.Password = "u", func() (string, error) { return "", errors.New("no such file") }
	})
	assert.Equal(t, StageAuth, sendError(t, unread.Check(t.Context())).Stage)
}

func TestMechanisms(t *testing.T) {
	for name, c := range map[string]struct {
		oauth   bool
		offered string
		want    string
		first   string
	}{
		"password": {false, "LOGIN PLAIN", "PLAIN", "\x00u\x00s"},
		"login":    {false, "LOGIN", "LOGIN", ""},
		"token":    {true, "PLAIN XOAUTH2", "XOAUTH2", "user=u\x01auth=Bearer s\x01\x01"},
		"no token": {true, "PLAIN LOGIN", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			a := &saslAuth{user: "u", secret: "s", oauth: c.oauth, host: "localhost", plain: true}
			name, first, err := a.Start(&gosmtp.ServerInfo{Name: "localhost", TLS: true, Auth: strings.Fields(c.offered)})
			assert.Equal(t, c.want, name)
			assert.Equal(t, c.first, string(first))
			assert.Equal(t, c.want == "", err != nil)
		})
	}
}

func TestConfigurationsThatAreRefused(t *testing.T) {
	for name, c := range map[string]SMTPConfig{
		"plain to another machine": {Addr: "mail.desk.test:25", Security: Plain},
		"no port":                  {Addr: "mail.desk.test"},
		"port 0":                   {Addr: "mail.desk.test:0"},
		"port 70000":               {Addr: "mail.desk.test:70000"},
		"user without secret":      {Addr: "mail.desk.test:465", User: "u"},
	} {
		_, err := NewSMTP(c)
		assert.Error(t, err, name)
	}
}

func TestAStopEndsSendingAtOnce(t *testing.T) {
	reached, hold := make(chan struct{}), make(chan struct{})
	t.Cleanup(func() { close(hold) })
	r := record(t, func(r *recorder) {
		r.onRcpt = func(string) error { close(reached); <-hold; return nil }
	})
	ctx, stop := context.WithCancel(t.Context())
	go func() { <-reached; stop() }()
	e := sendError(t, r.client(t).Send(ctx, mailOf("x\r\n"), nothing))
	assert.Equal(t, StageRcpt, e.Stage)
	assert.Zero(t, e.Code())
}

func TestDispatcherOverTheWire(t *testing.T) {
	first := true
	r := record(t, func(r *recorder) {
		r.onData = func(c *smtp.Conn, b io.Reader) error {
			raw, _ := io.ReadAll(b)
			r.mu.Lock()
			defer r.mu.Unlock()
			r.mails = append(r.mails, string(raw))
			if first {
				first = false
				return c.Conn().Close()
			}
			return nil
		}
	})
	now := noon
	o := newOutbox(tracker.KindReceipt)
	d := dispatcher(o, r.client(t), func() time.Time { return now })
	require.NoError(t, d.Drain(t.Context()))
	assert.Equal(t, tracker.OutboxDeferred, o.row(1).State)
	now = now.Add(time.Minute)
	require.NoError(t, d.Drain(t.Context()))
	assert.Equal(t, tracker.OutboxSent, o.row(1).State)
	require.Len(t, r.mails, 2, "in doubt: a second copy")
	assert.Equal(t, r.mails[0], r.mails[1], "of the very same bytes")
}
