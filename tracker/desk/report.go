package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"envdesk/tracker"
	"envdesk/tracker/report"
	"envdesk/tracker/sla"
)

// Edition is the weekly report for one kind of reader.
type Edition struct {
	Kind report.Edition
	For  string // name of the partner, or address of the requester; "" in the programme's
}

// String is the edition as it stands in the names of kept reports.
func (e Edition) String() string {
	if e.For == "" {
		return string(e.Kind)
	}
	return string(e.Kind) + "/" + e.For
}

// ReadBy is as what somebody reads the edition: who is nobody to the desk and gets
// the programme's is a stakeholder.
func (e Edition) ReadBy(who tracker.Sender) tracker.Role {
	as := who.Role()
	if e.Kind == report.Programme && as == tracker.RoleNobody {
		return tracker.RoleStakeholder
	}
	return as
}

// of takes the edition from what was collected.
func (e Edition) of(c *report.Collector) report.Report {
	switch e.Kind {
	case report.PartnerEdition:
		return c.Partner(e.For)
	case report.RequesterEdition:
		return c.Requester(e.For)
	}
	return c.Programme()
}

// Weekly builds the report on a week anew from the store: as of its end, or as of
// now while it runs. A week that has not begun is an error.
func (d *Desk) Weekly(ctx context.Context, w report.Week, e Edition) (r report.Report, err error) {
	err = d.Store.View(ctx, func(v tracker.View) error {
		c, err := d.collect(ctx, v, w, d.Now())
		if err == nil {
			r = e.of(c)
		}
		return err
	})
	return r, err
}

// KeptWeekly is the report on a week as it was sent; tracker.ErrNotFound when it
// was not.
func (d *Desk) KeptWeekly(ctx context.Context, w report.Week, e Edition) (k tracker.KeptReport, err error) {
	err = d.Store.View(ctx, func(v tracker.View) error {
		k, err = v.KeptReport(ctx, weeklyName(w, e))
		return err
	})
	return k, err
}

// Digest builds the daily digest for a reader as of now.
func (d *Desk) Digest(ctx context.Context, r report.DigestReader) (digest report.Digest, err error) {
	err = d.Store.View(ctx, func(v tracker.View) error {
		now := d.Now()
		c, err := d.collectOpen(ctx, v, now)
		if err == nil {
			digest = c.Digest(r)
		}
		return err
	})
	return digest, err
}

// NextNote is what stands on top of the next weekly report; "" for nothing.
func (d *Desk) NextNote(ctx context.Context) (note string, err error) {
	err = d.Store.View(ctx, func(v tracker.View) error {
		note, err = v.ReportNote(ctx)
		return err
	})
	return note, err
}

// collect reads what the reports on a week need.
func (d *Desk) collect(ctx context.Context, v tracker.View, w report.Week, asOf time.Time) (*report.Collector, error) {
	from, to := w.Bounds(d.zone())
	if asOf.Before(to) {
		to = asOf
	}
	mails, err := countMails(ctx, v, from, to)
	if err != nil {
		return nil, err
	}
	return d.collectSince(ctx, v, report.Setup{Week: w, AsOf: asOf, Mails: mails}, report.Since(w, d.zone()))
}

// collectOpen reads what the digests of an instant need.
func (d *Desk) collectOpen(ctx context.Context, v tracker.View, now time.Time) (*report.Collector, error) {
	return d.collectSince(ctx, v, report.Setup{Week: report.WeekOf(now, d.zone()), AsOf: now}, now)
}

func (d *Desk) collectSince(ctx context.Context, v tracker.View, s report.Setup, since time.Time) (*report.Collector, error) {
	if err := d.load(ctx, v); err != nil {
		return nil, err
	}
	rules := d.rules()
	s.Zone, s.Ledger, s.Directory = d.zone(), rules.Clock.Ledger, rules.Directory
	c, err := report.NewCollector(s)
	if err != nil {
		return nil, err
	}
	if c.AddAll(v.Histories(ctx, since)) == nil {
		return c, nil
	}
	return d.collectSound(ctx, v, s, since)
}

// collectSound leaves tickets out whose history cannot be read: they must not hold
// up the report on all others.
func (d *Desk) collectSound(ctx context.Context, v tracker.View, s report.Setup, since time.Time) (*report.Collector, error) {
	c, err := report.NewCollector(s)
	if err != nil {
		return nil, err
	}
	for events, err := range v.Histories(ctx, since) {
		if err != nil {
			return nil, fmt.Errorf("report on week %s: %w", s.Week, err)
		}
		if err := c.Add(events); err != nil {
			d.Log.Error("a ticket is left out of the report; `envdesk verify` tells more", "ticket", events[0].Ticket, "error", err)
		}
	}
	return c, nil
}

// countMails puts the mails of a span of time into the words of the report.
func countMails(ctx context.Context, v tracker.View, from, to time.Time) (report.Mails, error) {
	c, err := v.MailCount(ctx, from, to)
	if err != nil {
		return report.Mails{}, err
	}
	return report.Mails{
		Received: c.Received, New: c.Outcomes[tracker.ActionOpen], Replies: c.Outcomes[tracker.ActionReply],
		Answered: c.Outcomes[tracker.ActionAnswer], Duplicates: c.Outcomes[tracker.ActionDuplicate],
		Ignored: c.Outcomes[tracker.ActionIgnore], Quarantined: c.Outcomes[tracker.ActionQuarantine],
		Refused: c.Refused, InDoubt: c.InDoubt, Downtime: c.Downtime,
	}, nil
}

// zone is the desk's.
func (d *Desk) zone() *time.Location {
	if d.Rules.Zone == nil {
		return time.UTC
	}
	return d.Rules.Zone
}

// calendar is the desk's, by the terms of the configuration.
func (d *Desk) calendar() *sla.Calendar { return d.Rules.Clock.Ledger.Now().Calendar }

func weeklyName(w report.Week, e Edition) string { return "weekly/" + w.String() + "/" + e.String() }

// encode is a report as it is kept.
func encode(r any) ([]byte, error) {
	data, err := json.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("encode report: %w", err)
	}
	return data, nil
}
