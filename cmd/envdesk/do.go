package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"envdesk/tracker"
	"envdesk/tracker/desk"
)

func (a *app) doCommand() *cobra.Command {
	var as string
	cmd := &cobra.Command{
		Use:   `do KEY "/command value" --as ADDRESS`,
		Short: "Run reply commands from the shell, with the rights of a person",
		Args:  cobra.MinimumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.do(cmd, args[0], strings.Join(args[1:], "\n"), as)
		},
	}
	cmd.Flags().StringVar(&as, "as", "", "`ADDRESS` of the person whose rights apply")
	_ = cmd.MarkFlagRequired("as")
	return cmd
}

func (a *app) do(cmd *cobra.Command, key, commands, as string) error {
	if !strings.Contains(as, "@") {
		return usage("--as %s: give an address such as asha@egov.test", as)
	}
	return a.withDesk(cmd.Context(), openStore, func(d *desk.Desk) error {
		decision, err := d.Do(cmd.Context(), key, commands, as)
		if errors.Is(err, tracker.ErrNotFound) {
			return fmt.Errorf("there is no ticket %s", key)
		}
		if err != nil {
			return err
		}
		return a.printResults(decision.Results)
	})
}

// printResults prints a transcript; a refused line makes the command fail.
func (a *app) printResults(results []tracker.CommandResult) error {
	refused := false
	for _, r := range results {
		word := "done   "
		if !r.Done {
			word, refused = "refused", true
		}
		line := fmt.Sprintf("%s  %s  %s", word, r.Command, r.Why)
		if r.Nearest != "" {
			line += "; did you mean " + r.Nearest + "?"
		}
		fmt.Fprintln(a.out, line)
	}
	if refused {
		return &exitError{code: exitProblem}
	}
	return nil
}
