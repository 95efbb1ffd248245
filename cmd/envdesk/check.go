package main

import (
	"context"
	"errors"
	"fmt"
	"io"
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
	if a.configFile == "" && !exists(defaultConfig) {
		return fmt.Errorf("check: there is no ./%s; `envdesk init` writes one", defaultConfig)
	}
	c, err := a.load(config.AllSections()...)
	if err != nil {
		return err
	}
	k := checker{out: a.out}
	k.line("configuration "+c.File, "", nil)
	for _, w := range c.Warnings(time.Now()) {
		fmt.Fprintln(a.out, "warn  "+w.Error())
	}
	k.templates(c)
	k.line("store "+c.Store, "", a.checkStore(ctx, c))
	for _, m := range c.IMAP {
		k.imap(ctx, m)
	}
	k.smtp(ctx, c)
	if k.failed > 0 {
		return &exitError{exitProblem, fmt.Errorf("check: %d checks failed", k.failed)}
	}
	return nil
}

// checker prints one line a check and counts those that failed.
type checker struct {
	out    io.Writer
	failed int
}

func (k *checker) line(what, found string, err error) {
	switch {
	case err != nil:
		k.failed++
		fmt.Fprintf(k.out, "FAIL  %s: %v\n", what, err)
	case found != "":
		fmt.Fprintf(k.out, "ok    %s: %s\n", what, found)
	default:
		fmt.Fprintf(k.out, "ok    %s\n", what)
	}
}

// templates tries the templates of the desk's own. The desk does its work without
// those that fail, but not in the words that are wanted.
func (k *checker) templates(c *config.Config) {
	dir := c.Desk.Templates
	if dir == "" {
		return
	}
	problems, err := tryTemplates(c)
	if err != nil || len(problems) == 0 {
		k.line("templates "+dir, "", err)
		return
	}
	for _, p := range problems {
		k.line("templates "+dir, "", errors.New(p))
	}
}

func (k *checker) imap(ctx context.Context, m config.IMAP) {
	l, err := newListener(m, nil, listenerOptions{})
	if err != nil {
		k.line("imap "+m.Addr, "", err)
		return
	}
	lines, err := l.Check(ctx)
	for _, cl := range lines {
		if cl.OK {
			k.line("imap "+cl.Name, cl.Text, nil)
		}
	}
	if err != nil {
		k.line("imap "+m.Addr, "", err)
	}
}

func (k *checker) smtp(ctx context.Context, c *config.Config) {
	transport, err := newTransport(c)
	if err == nil {
		err = transport.Check(ctx)
	}
	k.line("smtp "+c.SMTP.Addr, "", err)
}

func (a *app) checkStore(ctx context.Context, c *config.Config) error {
	s, err := openStore(ctx, c)
	if err != nil {
		return err
	}
	defer s.Close()
	return s.Integrity(ctx)
}
