package sandbox

import (
	"errors"
	"fmt"
	"io"
	"net"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// smtpSession is one SMTP connection. It takes mail from anybody for anybody.
type smtpSession struct {
	server *Server
	conn   *smtp.Conn
	from   string
	to     []string
}

func (s *smtpSession) AuthMechanisms() []string { return []string{sasl.Plain, sasl.Login} }

func (s *smtpSession) Auth(mechanism string) (sasl.Server, error) {
	switch mechanism {
	case sasl.Plain:
		return sasl.NewPlainServer(func(_, _, password string) error { return checkSMTPPassword(password) }), nil
	case sasl.Login:
		return &loginServer{}, nil
	}
	return nil, smtp.ErrAuthUnknownMechanism
}

func (s *smtpSession) Mail(from string, _ *smtp.MailOptions) error {
	s.from = from
	return nil
}

func (s *smtpSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	if s.server.mailboxOf(to) == "" {
		return &smtp.SMTPError{Code: 553, EnhancedCode: smtp.EnhancedCode{5, 1, 3}, Message: "no recipient address"}
	}
	s.to = append(s.to, to)
	return nil
}

func (s *smtpSession) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	t := trace{from: s.from, host: s.conn.Hostname(), remote: remoteIP(s.conn.Conn()), at: s.server.opts.Now()}
	for _, t.to = range s.to {
		if err := s.server.deliver(t, raw); err != nil {
			return err
		}
	}
	return nil
}

func (s *smtpSession) Reset() { s.from, s.to = "", nil }

func (s *smtpSession) Logout() error { return nil }

func remoteIP(c net.Conn) string {
	host, _, err := net.SplitHostPort(c.RemoteAddr().String())
	if err != nil {
		return ""
	}
	return host
}

func checkSMTPPassword(password string) error {
	if password == "" {
		return smtp.ErrAuthFailed
	}
	return nil
}

// loginServer is the server side of the LOGIN mechanism: it asks for the user
// name and then for the password.
type loginServer struct {
	step int
}

func (l *loginServer) Next(response []byte) (challenge []byte, done bool, err error) {
	if l.step == 0 && response != nil { // the user name came as initial response
		l.step = 1
	}
	l.step++
	switch l.step {
	case 1:
		return []byte("Username:"), false, nil
	case 2:
		return []byte("Password:"), false, nil
	case 3:
		return nil, true, checkSMTPPassword(string(response))
	}
	return nil, false, fmt.Errorf("login: %w", errors.ErrUnsupported)
}
