package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"envdesk/cmd/envdesk/config"
	"envdesk/tracker"
)

// Exit codes.
const (
	exitProblem = 1
	exitUsage   = 2
	exitLater   = 75
)

const defaultConfig = "envdesk.yaml"

// app is the program's surroundings and what every command shares.
type app struct {
	in         io.Reader
	out, err   io.Writer
	now        func() time.Time
	configFile string // --config; "" when it was not given
	storeFile  string // --store; "" for the configuration's
}

// exitError is an error with an exit code. A nil error exits silently: the
// command has said already what there was to say.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return ""
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

func usage(format string, args ...any) error {
	return &exitError{exitUsage, fmt.Errorf(format, args...)}
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:           "envdesk",
		Short:         "An email-driven desk for environment requests",
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          cobra.NoArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usage("%w; see %s --help", err, cmd.CommandPath())
	})
	root.PersistentFlags().StringVar(&a.configFile, "config", "", "configuration `FILE` (default ./"+defaultConfig+")")
	root.PersistentFlags().StringVar(&a.storeFile, "store", "", "SQLite `FILE` to use instead of the configuration's")
	root.AddCommand(
		a.serveCommand(), a.demoCommand(), a.initCommand(), a.checkCommand(), a.parseCommand(), a.explainCommand(), a.ingestCommand(),
		a.ticketsCommand(), a.showCommand(), a.doCommand(), a.slaCommand(), a.reportCommand(), a.tickCommand(), a.mailCommand(), a.outboxCommand(), a.quarantineCommand(), a.verifyCommand(), a.backupCommand(), a.versionCommand(),
	)
	explainArguments(root)
	return root
}

// explainArguments makes wrong arguments wrong usage that says where to look.
func explainArguments(cmd *cobra.Command) {
	if check := cmd.Args; check != nil {
		cmd.Args = func(cmd *cobra.Command, args []string) error {
			if err := check(cmd, args); err != nil {
				return usage("%w; see %s --help", err, cmd.CommandPath())
			}
			return nil
		}
	}
	for _, sub := range cmd.Commands() {
		explainArguments(sub)
	}
}

// report prints an error as one line and tells the exit code.
func (a *app) report(err error) int {
	if err == nil {
		return 0
	}
	code := exitProblem
	var coded *exitError
	switch {
	case errors.As(err, &coded):
		code = coded.code
	case strings.HasPrefix(err.Error(), "required flag"):
		code = exitUsage
	case errors.Is(err, tracker.ErrBusy):
		code = exitLater
	}
	if msg := err.Error(); msg != "" {
		fmt.Fprintln(a.err, "envdesk: "+strings.ReplaceAll(strings.TrimSpace(msg), "\n", " "))
	}
	return code
}

// load reads the configuration and checks the sections that a command needs.
// With no --config and no ./envdesk.yaml it is the built-in sample.
func (a *app) load(need ...config.Section) (*config.Config, error) {
	c, err := a.read(need...)
	if err == nil && a.storeFile != "" {
		c.Store = a.storeFile
	}
	return c, err
}

func (a *app) read(need ...config.Section) (*config.Config, error) {
	path := a.configFile
	if path == "" {
		path = defaultConfig
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return config.Sample(), nil
		}
	}
	c, err := config.Load(path, need...)
	if err != nil {
		var problems config.Errors
		if errors.As(err, &problems) {
			last := len(problems) - 1
			for _, p := range problems[:last] {
				fmt.Fprintln(a.err, "envdesk: "+p.Error())
			}
			return nil, &exitError{exitUsage, problems[last]}
		}
		return nil, &exitError{exitUsage, err}
	}
	return c, nil
}
