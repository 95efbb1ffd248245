package main

import (
	"context"
	"log/slog"
	"regexp"
	"time"

	"envdesk/cmd/envdesk/config"
	"envdesk/mailin/mailbox"
	"envdesk/mailout"
	"envdesk/tracker"
	"envdesk/tracker/desk"
)

// listenerOptions is what a listener needs beside its configuration.
type listenerOptions struct {
	spool string // folder for large mails; "" for the system's
	now   func() time.Time
	log   *slog.Logger
}

func newListener(m config.IMAP, sink mailbox.Sink, o listenerOptions) (*mailbox.Listener, error) {
	tlsConf, err := tlsConfig(m.Host, m.CAFile)
	if err != nil {
		return nil, &exitError{exitUsage, err}
	}
	after := m.After.Action
	if m.After.Folder != "" {
		after = mailbox.AfterMove + m.After.Folder
	}
	return mailbox.New(mailbox.Config{
		Addr: m.Addr, Security: string(m.Security), TLS: tlsConf, User: m.User, Password: password(m.Login), Auth: saslAuth(m.Login),
		Folder: m.Folder, FirstDays: m.FirstDays, After: after, SpoolDir: o.spool, Now: o.now, Log: o.log,
	}, sink)
}

func newTransport(conf *config.Config) (*mailout.SMTP, error) {
	c := conf.SMTP
	tlsConf, err := tlsConfig(c.Host, c.CAFile)
	if err != nil {
		return nil, &exitError{exitUsage, err}
	}
	return mailout.NewSMTP(mailout.SMTPConfig{
		Addr: c.Addr, Security: smtpSecurity(c.Security), TLS: tlsConf, User: c.User, Password: password(c.Login), Token: tokenSource(c.Login),
		HelloName: tracker.DomainOf(conf.Desk.Address),
	})
}

// sink hands the mails of a listener to the desk.
type sink struct {
	desk *desk.Desk
	log  *slog.Logger
}

func (s sink) Cursor(ctx context.Context, mailbox string) (tracker.Cursor, error) {
	return s.desk.Cursor(ctx, mailbox)
}

func (s sink) Receive(ctx context.Context, batch []tracker.Delivery) error {
	out, err := s.desk.Receive(ctx, batch)
	for _, o := range out {
		s.log.Info("mail taken in", "uid", o.Position.UID, "action", o.Action, "ticket", o.Key, "reason", withoutAddresses(o.Reason))
	}
	return err
}

var mailAddress = regexp.MustCompile(`[^\s<>()"“”,;]*@[^\s<>()"“”,;]*`)

// withoutAddresses is a reason for the log, which is no place for people's
// addresses; the store has it in full.
func withoutAddresses(reason string) string {
	return mailAddress.ReplaceAllString(reason, "(an address)")
}

func smtpSecurity(s config.Security) mailout.Security {
	switch s {
	case config.StartTLS:
		return mailout.StartTLS
	case config.Plain:
		return mailout.Plain
	}
	return mailout.ImplicitTLS
}
