package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"envdesk/cmd/envdesk/config"
	"envdesk/testdata/demo"
)

// What the demo leaves in its folder, beside the mails.
const (
	demoTickets = "tickets.txt"
	demoMails   = "mails"
)

func (a *app) demoCommand() *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Play two weeks of desk life on the built-in mail server",
		Long: "Play two weeks of desk life in a few seconds: people mail the desk by SMTP, it listens by IMAP, and\n" +
			"all that happens is told. The store, the mails and a configuration stay in the folder, to look at.\n" +
			"The demo brings people and partners of its own and mails nobody outside the program.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.demo(cmd.Context(), dir) },
	}
	cmd.Flags().StringVar(&dir, "dir", "envdesk-demo", "folder `DIR` for all that the demo leaves behind")
	return cmd
}

func (a *app) demo(ctx context.Context, dir string) error {
	c, err := prepareDemo(dir)
	if err != nil {
		return err
	}
	mails, err := demo.Mails(c.Desk.Zone)
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	log := slog.New(slog.NewTextHandler(a.err, &slog.HandlerOptions{Level: slog.LevelWarn}))
	s, err := openStage(ctx, c, mails[0].At, log)
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	err = a.playDemo(ctx, s, mails)
	if err == nil {
		err = a.leaveDemo(ctx, c, s, dir)
	}
	if err = errors.Join(err, s.close()); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	a.sayGoodbye(c, s, dir)
	return nil
}

// prepareDemo makes the folder with its configuration. It overwrites nothing.
func prepareDemo(dir string) (*config.Config, error) {
	if dir == "" {
		return nil, usage("demo: --dir needs a folder")
	}
	path := filepath.Join(dir, defaultConfig)
	for _, name := range []string{"envdesk.db", defaultConfig, "envdesk.key", demoTickets, demoMails, demoReports} {
		taken := filepath.Join(dir, name)
		if _, err := os.Lstat(taken); err == nil {
			return nil, fmt.Errorf("demo: %s is there already, and the demo overwrites nothing: name another folder with --dir%s", taken, orLookAt(path))
		} else if !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("demo: %w", err)
		}
	}
	if err := os.MkdirAll(filepath.Join(dir, demoMails), 0o755); err != nil {
		return nil, fmt.Errorf("demo: %w", err)
	}
	if err := os.WriteFile(path, demo.Config(), 0o644); err != nil {
		return nil, fmt.Errorf("demo: %w", err)
	}
	return config.Load(path, config.DeskSections()...)
}

// orLookAt says how to see what an earlier demo left.
func orLookAt(configFile string) string {
	if !exists(configFile) {
		return ""
	}
	return ", or see what is there with: envdesk tickets --config " + configFile
}

// playDemo plays the mails in order, and what the clock does between them.
func (a *app) playDemo(ctx context.Context, s *stage, mails []demo.Mail) error {
	t := &teller{w: a.out, zone: s.zone}
	t.begin(len(mails))
	for _, m := range mails {
		if err := s.passTime(ctx, m.At, t.clock); err != nil {
			return err
		}
		sc, err := s.play(ctx, m)
		if err != nil {
			return fmt.Errorf("%s: %w", m.Name, err)
		}
		t.scene(sc)
	}
	return s.passTime(ctx, eveningOf(mails[len(mails)-1].At), t.clock)
}

func eveningOf(day time.Time) time.Time {
	y, m, d := day.Date()
	return time.Date(y, m, d, 18, 0, 0, 0, day.Location())
}

// sayGoodbye says what lies where and what to try next.
func (a *app) sayGoodbye(c *config.Config, s *stage, dir string) {
	fmt.Fprintf(a.out, `
That was the fortnight: %d mails reached the desk, and it sent %d. All of it lies in %s:

  %-14s every ticket with its history and its mails
  %-14s every mail that the desk sent: .eml as it went out, its .html and its .txt
  %-14s the weekly report on both weeks: .html, .txt, .csv and .json
  %-14s the store
  %-14s the desk's configuration

Try next:

`, s.received, len(s.sent.mails), dir, demoTickets, demoMails+"/", demoReports+"/", filepath.Base(c.Store), defaultConfig)
	for _, command := range []string{"tickets --open", "show REQ-2", "verify", `do REQ-12 "/assign GWL" --as asha@egov.test`} {
		fmt.Fprintf(a.out, "  envdesk %s --config %s\n", command, c.File)
	}
	fmt.Fprint(a.out, "\nAnd `envdesk serve --sandbox` opens a desk that you can mail yourself.\n")
}
