package main

import (
	"context"
	"fmt"
	"time"

	"envdesk/cmd/envdesk/config"
	"envdesk/mailin/sandbox"
	"envdesk/tracker"
	"envdesk/tracker/sqlstore"
)

// Ports that the built-in mail server likes, so that a mail client can be set
// up once; it takes others when they are in use.
const (
	sandboxSMTP = "127.0.0.1:2525"
	sandboxIMAP = "127.0.0.1:2143"
)

const sandboxAuthserv = "sandbox.envdesk"

// startSandbox starts the built-in mail server, points the configuration at it
// and tells how to use it. With it every sender is a known requester.
func (a *app) startSandbox(c *config.Config) (stop func(), err error) {
	server, err := startMailServer(sandbox.Options{Desk: c.Desk.Address, AuthservID: sandboxAuthserv})
	if err != nil {
		return nil, err
	}
	useSandbox(c, server)
	c.People = append(c.People, tracker.Person{Email: "*", Role: tracker.RoleRequester})
	a.introduce(c, server)
	return func() { _ = server.Close() }, nil
}

// startMailServer prefers the well-known ports of the sandbox.
func startMailServer(o sandbox.Options) (*sandbox.Server, error) {
	o.SMTPAddr, o.IMAPAddr = sandboxSMTP, sandboxIMAP
	server, err := sandbox.Start(o)
	if err == nil {
		return server, nil
	}
	o.SMTPAddr, o.IMAPAddr = "127.0.0.1:0", "127.0.0.1:0"
	if server, err = sandbox.Start(o); err != nil {
		return nil, fmt.Errorf("start the built-in mail server: %w", err)
	}
	return server, nil
}

// useSandbox replaces the mail servers of a configuration.
func useSandbox(c *config.Config, s *sandbox.Server) {
	login := config.Login{User: c.Desk.Address, Password: config.Given("sandbox")}
	c.IMAP = []config.IMAP{{Server: loopback(s.IMAPAddr()), Login: login, Folder: "INBOX", FirstDays: 2, After: config.After{Action: "keep"}}}
	c.SMTP = &config.SMTP{Server: loopback(s.SMTPAddr())}
	c.Identity = config.Identity{Provider: "generic", AuthservIDs: []string{sandboxAuthserv}, ReceivedAbove: 1, Require: "verified"}
}

func loopback(addr string) config.Server {
	return config.Server{Host: "127.0.0.1", Addr: addr, Security: config.Plain}
}

// introduce prints how to mail the desk and how to play its people.
func (a *app) introduce(c *config.Config, s *sandbox.Server) {
	requester := "ravi@" + tracker.DomainOf(firstOr(c.Directory().WithRole(tracker.RoleManager), "asha@egov.test"))
	fmt.Fprintf(a.out, `
The desk %s is open on the built-in mail server (it forgets its mailboxes when it stops).

Mail it with curl, where mail.eml begins with From:, To: and Subject: lines:
  curl --url smtp://%s --mail-from %s --mail-rcpt %s --upload-file mail.eml

Or play everybody with any mail client:
  outgoing mail  SMTP %s, no encryption, no password needed
  incoming mail  IMAP %s, no encryption, user = an address below, any password
    %-28s a requester (any other address is one too)
`, c.Desk.Address, s.SMTPAddr(), requester, c.Desk.Address, s.SMTPAddr(), s.IMAPAddr(), requester)
	for _, m := range c.Directory().WithRole(tracker.RoleManager) {
		fmt.Fprintf(a.out, "    %-28s the programme manager\n", m.Address)
	}
	for _, m := range c.Directory().WithRole(tracker.RoleDevOps) {
		fmt.Fprintf(a.out, "    %-28s DevOps\n", m.Address)
	}
	for _, p := range c.Directory().Partners {
		what := "the partner " + p.Name
		if why := p.Barrier(time.Now()); why != "" {
			what += " (gets no mail: " + why + ")"
		}
		fmt.Fprintf(a.out, "    %-28s %s\n", p.Email, what)
	}
	fmt.Fprintf(a.out, `
Look at it from another terminal:
  envdesk tickets%[1]s
  envdesk show %[2]s-1%[1]s

`, a.sandboxArguments(), c.Desk.Key)
}

// sandboxArguments is what the other commands need to look at the sandbox.
func (a *app) sandboxArguments() string {
	args := ""
	if a.configFile != "" {
		args = " --config " + a.configFile
	}
	if a.storeFile != "" {
		args += " --store " + a.storeFile
	}
	return args
}

// onlySandbox refuses the store of a real desk: mail that waits in it would end in
// mailboxes that are gone afterwards, and here every sender is believed.
func onlySandbox(ctx context.Context, c *config.Config) error {
	if c.SMTP == nil || !exists(c.Store) {
		return nil
	}
	s, err := readStore(ctx, c)
	if err != nil || s == nil {
		return err
	}
	defer s.Close()
	used, err := usedByServers(ctx, c, s)
	if err == nil && used {
		err = fmt.Errorf("serve --sandbox: %s is the store of a desk on real mail servers; name another with --store", c.Store)
	}
	return err
}

// usedByServers reports whether mail of the configured servers was read into the
// store, or mail for them waits in it.
func usedByServers(ctx context.Context, c *config.Config, s *sqlstore.Store) (bool, error) {
	mails, err := s.Outbox().List(ctx, "")
	if err != nil {
		return false, err
	}
	for _, m := range mails {
		if m.State != tracker.OutboxSent && m.State != tracker.OutboxDropped {
			return true, nil
		}
	}
	for _, m := range c.IMAP {
		l, err := newListener(m, nil, listenerOptions{})
		if err != nil {
			return false, err
		}
		var cursor tracker.Cursor
		err = s.View(ctx, func(v tracker.View) error {
			cursor, err = v.Cursor(ctx, l.Name())
			return err
		})
		if err != nil || cursor != (tracker.Cursor{}) {
			return true, err
		}
	}
	return false, nil
}

func firstOr(list []tracker.Address, other string) string {
	if len(list) == 0 {
		return other
	}
	return list[0].Address
}
