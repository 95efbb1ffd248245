package main

import (
	"context"
	"fmt"
	"os"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"

	"envdesk/cmd/envdesk/config"
	"envdesk/tracker"
	"envdesk/tracker/desk"
	"envdesk/tracker/sqlstore"
)

func (a *app) verifyCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "verify",
		Short: "Replay every ticket from its events, check the stored mails, and that every mail on the server has a row",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.verify(cmd.Context()) },
	}
}

func (a *app) verify(ctx context.Context) error {
	c, err := a.loadForVerify()
	if err != nil {
		return err
	}
	s, err := readStore(ctx, c)
	if err != nil {
		return err
	}
	if s == nil {
		return fmt.Errorf("verify: there is no store %s yet", c.Store)
	}
	defer s.Close()
	findings, err := a.verifyStore(ctx, s)
	if err != nil {
		return err
	}
	due, err := a.verifyAgenda(ctx, c, s)
	if err != nil {
		return err
	}
	findings = append(findings, due...)
	lost, err := a.verifyServers(ctx, c, s)
	if err != nil {
		return err
	}
	for _, f := range append(findings, lost...) {
		fmt.Fprintln(a.out, "WRONG  "+f)
	}
	if n := len(findings) + len(lost); n > 0 {
		return &exitError{exitProblem, fmt.Errorf("verify: %d things are wrong", n)}
	}
	return nil
}

// verifyStore checks what can be checked without a server.
func (a *app) verifyStore(ctx context.Context, s *sqlstore.Store) ([]string, error) {
	if err := s.Integrity(ctx); err != nil {
		return []string{err.Error()}, nil
	}
	fmt.Fprintln(a.out, "ok     the store is sound")
	findings, n, err := desk.Verify(ctx, s, a.progress("tickets"))
	if err != nil {
		return nil, err
	}
	if len(findings) == 0 {
		fmt.Fprintf(a.out, "ok     %d tickets are what their events give, hash chains unbroken\n", n)
	}
	ids, err := s.MailIDs(ctx)
	if err != nil {
		return nil, err
	}
	bad, show := 0, a.progress("mails")
	for i, id := range ids {
		if err := s.CheckMail(ctx, id); err != nil {
			findings = append(findings, err.Error())
			bad++
		}
		show(i+1, len(ids))
	}
	if bad == 0 {
		fmt.Fprintf(a.out, "ok     %d stored mails have their length and SHA-256\n", len(ids))
	}
	return findings, nil
}

// verifyAgenda checks when tickets are due next.
func (a *app) verifyAgenda(ctx context.Context, c *config.Config, s *sqlstore.Store) ([]string, error) {
	findings, n, err := desk.VerifyAgenda(ctx, s, c.Rules())
	switch {
	case err != nil:
		return nil, err
	case n < 0:
		fmt.Fprintln(a.out, "--     when tickets are due is computed anew by the next pass of the clock: not checked")
	case len(findings) == 0:
		fmt.Fprintf(a.out, "ok     %d tickets are due next when their events give\n", n)
	}
	return findings, nil
}

// verifyServers checks that every mail on the servers has a row. A server that
// cannot be asked is said and is no failure.
func (a *app) verifyServers(ctx context.Context, c *config.Config, s *sqlstore.Store) ([]string, error) {
	if len(c.IMAP) == 0 {
		fmt.Fprintln(a.out, "--     no mail server is configured: not checked against one")
	}
	var findings []string
	for _, m := range c.IMAP {
		l, err := newListener(m, nil, listenerOptions{})
		if err != nil {
			return nil, err
		}
		validity, uids, err := l.UIDs(ctx)
		if err != nil {
			fmt.Fprintf(a.out, "--     %s could not be asked: %v\n", l.Name(), err)
			continue
		}
		lost, unread, err := lostMails(ctx, s, l.Name(), validity, uids)
		if err != nil {
			return nil, err
		}
		for _, uid := range lost {
			findings = append(findings, fmt.Sprintf("%s: the mail with UID %d has no row", l.Name(), uid))
		}
		if len(lost) == 0 {
			fmt.Fprintf(a.out, "ok     all %d mails of %s that were read have their row\n", len(uids)-unread, l.Name())
		}
		if unread > 0 {
			fmt.Fprintf(a.out, "--     %d mails of %s are not read yet\n", unread, l.Name())
		}
	}
	return findings, nil
}

// lostMails finds the UIDs on a server that were passed over, and counts those
// that are still to be read: behind the cursor, or of a new UIDVALIDITY.
func lostMails(ctx context.Context, s *sqlstore.Store, mailbox string, validity uint32, uids []uint32) (lost []uint32, unread int, err error) {
	var cursor tracker.Cursor
	err = s.View(ctx, func(v tracker.View) error {
		cursor, err = v.Cursor(ctx, mailbox)
		return err
	})
	if err != nil || cursor.UIDValidity != validity {
		return nil, len(uids), err
	}
	rows, err := s.Positions(ctx, mailbox, validity)
	for _, uid := range without(uids, rows) {
		if uid <= cursor.UID {
			lost = append(lost, uid)
		} else {
			unread++
		}
	}
	return lost, unread, err
}

func without(all, some []uint32) []uint32 {
	have := make(map[uint32]bool, len(some))
	for _, n := range some {
		have[n] = true
	}
	var out []uint32
	for _, n := range all {
		if !have[n] {
			out = append(out, n)
		}
	}
	return out
}

// progress shows a bar on a terminal and nothing elsewhere.
func (a *app) progress(what string) func(done, all int) {
	if f, ok := a.err.(*os.File); !ok || !isTerminal(f) {
		return func(int, int) {}
	}
	var bar *progressbar.ProgressBar
	return func(done, all int) {
		if bar == nil {
			bar = progressbar.NewOptions(all, progressbar.OptionSetWriter(a.err), progressbar.OptionSetDescription(what), progressbar.OptionClearOnFinish())
		}
		_ = bar.Set(done)
	}
}

// loadForVerify leaves the mail server out where the configuration has none.
func (a *app) loadForVerify() (*config.Config, error) {
	c, err := a.load(config.DeskSections()...)
	if err != nil || len(c.IMAP) == 0 {
		return c, err
	}
	return a.load(append(config.DeskSections(), config.SectionIMAP)...)
}
