package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"envdesk/cmd/envdesk/config"
)

func (a *app) initCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "init",
		Short: "Write a commented " + defaultConfig + " to start from",
		Args:  cobra.NoArgs,
		RunE:  func(*cobra.Command, []string) error { return a.writeConfig() },
	}
}

// writeConfig never overwrites a file.
func (a *app) writeConfig() error {
	path := a.configFile
	if path == "" {
		path = defaultConfig
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s is there already; remove it or name another with --config", path)
	}
	if err != nil {
		return err
	}
	if _, err := f.Write(config.InitFile()); err != nil {
		return errors.Join(err, f.Close())
	}
	if err := f.Close(); err != nil {
		return err
	}
	_, err = fmt.Fprintf(a.out, "wrote %s; edit it, then: envdesk check && envdesk serve\n", path)
	return err
}
