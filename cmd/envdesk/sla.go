package main

import (
	"io"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"envdesk/tracker/sla"
)

func (a *app) slaCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "sla",
		Short: "Say when tickets are due, and why",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(a.slaDueCommand(), a.slaExplainCommand())
	return cmd
}

// segmentTable tells what time counted until a ticket is due, if it is.
func segmentTable(out io.Writer, segments []sla.Segment, w wording) error {
	if len(segments) == 0 {
		return nil
	}
	if _, err := io.WriteString(out, "\n"); err != nil {
		return err
	}
	t := newTable("From", "To", "Counts", "Why")
	for _, s := range segments {
		counts := "no"
		if s.Counts {
			counts = hours(s.To.Sub(s.From))
		}
		t.AppendRow(table.Row{w.at(s.From), w.at(s.To), counts, s.Why})
	}
	return writeTable(out, t)
}
