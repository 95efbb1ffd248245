package main

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/spf13/cobra"

	"envdesk/cmd/envdesk/config"
	"envdesk/tracker"
	"envdesk/tracker/desk"
	"envdesk/tracker/report"
)

// dailyAsked is what the command line asks of a digest.
type dailyAsked struct {
	role string
	send bool
	out  reportOutputs
}

func (a *app) reportDailyCommand() *cobra.Command {
	var asked dailyAsked
	cmd := &cobra.Command{
		Use:   "daily",
		Short: "Show or send the digest of today",
		Long: "Show what is late, due today, blocked, without owner and waiting, as of now. Without a flag that says\n" +
			"where to, its text is printed. FILE may be - for the standard output.",
		Example: "  envdesk report daily --role partner:OptIT --html digest.html",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.reportDaily(cmd.Context(), asked) },
	}
	f := cmd.Flags()
	f.StringVar(&asked.role, "role", "", "for whom: `ROLE` manager, devops or partner:NAME (default manager; with --send all)")
	f.BoolVar(&asked.send, "send", false, "mail it to its readers of the configuration who have not got today's")
	asked.out.flags(f, false)
	return cmd
}

func (a *app) reportDaily(ctx context.Context, asked dailyAsked) error {
	if err := asked.out.check(); err != nil {
		return err
	}
	c, err := a.load(config.DeskSections()...)
	if err != nil {
		return err
	}
	reader, to, err := roleArg(asked.role, c)
	if err != nil {
		return err
	}
	if asked.send {
		fits := func(r report.DigestReader) bool {
			return asked.role == "" || r.Role == reader.Role && r.Partner == reader.Partner
		}
		err := a.sendReport(ctx, func(d *desk.Desk) (desk.Sent, error) { return d.SendDaily(ctx, fits) })
		if err != nil || asked.out.none() {
			return err
		}
	}
	d, closeStore, err := a.reportDesk(ctx, c)
	if err != nil {
		return err
	}
	defer closeStore()
	digest, err := d.Digest(ctx, reader)
	if err != nil {
		return err
	}
	shown := tracker.KeptReport{Name: "daily/" + digest.AsOf.Format("2006-01-02") + "/" + strings.ToLower(to.Address), Made: a.now()}
	if shown.Data, err = json.Marshal(digest); err != nil {
		return err
	}
	return a.writeReport(d.Compose, shown, recipient{to, reader.Role}, asked.out)
}

// roleArg reads for whom a digest is: the first person who has the role, or the
// partner.
func roleArg(s string, c *config.Config) (report.DigestReader, tracker.Address, error) {
	role, of, _ := strings.Cut(s, ":")
	if role == "" {
		role = string(tracker.RoleManager)
	}
	dir := c.Directory()
	switch r := tracker.Role(role); {
	case r == tracker.RolePartner:
		p, ok := dir.Partner(of)
		if !ok {
			return report.DigestReader{}, tracker.Address{}, usage("--role %s: no partner has that name; %s", s, partnersOf(c))
		}
		return report.DigestReader{Role: r, Partner: p.Name}, tracker.Address{Name: p.Name, Address: p.Email}, nil
	case (r == tracker.RoleManager || r == tracker.RoleDevOps) && of == "":
		people := dir.WithRole(r)
		if len(people) == 0 {
			return report.DigestReader{}, tracker.Address{}, usage("--role %s: nobody with an address has it", s)
		}
		return report.DigestReader{Role: r, Address: people[0].Address}, people[0], nil
	}
	return report.DigestReader{}, tracker.Address{}, usage("--role %s: want manager, devops or partner:NAME", s)
}
