package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"envdesk/tracker/sqlstore"
)

func (a *app) backupCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "backup FILE",
		Short: "Write a checked copy of the store, beside a running serve",
		Long: "Write a checked copy of the store, beside a running serve. What stood at FILE is replaced, and only by a\n" +
			"whole copy. The signing keys (secret_file) are a file of their own: keep a copy of it too.",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withStore(cmd.Context(), func(s *sqlstore.Store) error {
				if err := s.Backup(cmd.Context(), args[0]); err != nil {
					return err
				}
				_, err := fmt.Fprintf(a.out, "wrote %s\n", args[0])
				return err
			})
		},
	}
}
