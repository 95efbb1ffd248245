package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"envdesk/cmd/envdesk/config"
)

func (a *app) checkCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "check",
		Short: "Check configuration, store, IMAP and SMTP, one line a check",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.check(cmd.Context()) },
	}
}

// check goes on after a failure, so that one run shows all there is to mend.
func (a *app) check(ctx context.Context) error {
	c, err := a.load(config.AllSections()...)
	if err != nil {
		return err
	}
	failed := 0
	line := func(what string, err error, detail string) {
		if err != nil {
			failed++
			fmt.Fprintf(a.out, "FAIL  %s: %v\n", what, err)
			return
		}
		fmt.Fprintf(a.out, "ok    %s%s\n", what, detail)
	}
	if a.configFile == "" && !exists(defaultConfig) {
		return fmt.Errorf("check: there is no ./%s; `envdesk init` writes one", defaultConfig)
	}
	line("configuration", nil, " "+c.File)
	for _, w := range c.Warnings(time.Now()) {
		fmt.Fprintln(a.out, "warn  "+w.Error())
	}
	line("store", a.checkStore(ctx, c), " "+c.Store)
	for _, m := range c.IMAP {
		l, err := newListener(m, nil, listenerOptions{})
		if err != nil {
			line("imap "+m.Addr, err, "")
			continue
		}
		lines, err := l.Check(ctx)
		for _, cl := range lines {
			if cl.OK {
				line("imap "+cl.Name, nil, ": "+cl.Text)
			}
		}
		if err != nil {
			line("imap "+m.Addr, err, "")
		}
	}
	if c.SMTP != nil {
		transport, err := newTransport(c)
		if err == nil {
			err = transport.Check(ctx)
		}
		line("smtp "+c.SMTP.Addr, err, "")
	}
	if failed > 0 {
		return &exitError{exitProblem, fmt.Errorf("check: %d checks failed", failed)}
	}
	return nil
}

func (a *app) checkStore(ctx context.Context, c *config.Config) error {
	s, err := openStore(ctx, c)
	if err != nil {
		return err
	}
	defer s.Close()
	return s.Integrity(ctx)
}
