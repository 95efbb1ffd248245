package desk

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"envdesk/tracker"
)

// Sent tells what sending a report did.
type Sent struct {
	Readers int // of the configuration, but for Ended
	Ended   int // readers who ended it by mail
	Mails   int // put into the outbox
	Had     int // readers who have it already
}

// issue is a report with those who are to get it.
type issue struct {
	report tracker.KeptReport
	kind   tracker.NoticeKind
	to     []addressee
	noted  bool // it takes the manager's note
}

// readers counts who is to get the reports, of so many that the configuration names.
func (s *Sent) readers(issues []issue, named int) {
	for _, is := range issues {
		s.Readers += len(is.to)
	}
	s.Ended = named - s.Readers
}

// sendReports mails the weekly report and the digests that are due at now and were
// not sent yet. After a downtime the latest week is made up for, and the digest
// while its business day lasts. A desk that had mailed nobody before they were due
// was not open then, and owes none.
func (d *Desk) sendReports(ctx context.Context, now time.Time) (sent int, err error) {
	for _, of := range []struct {
		what string
		send func(context.Context, time.Time) (int, error)
	}{{"weekly report", d.sendWeekly}, {"daily digest", d.sendDaily}} {
		n, failed := of.send(ctx, now)
		if sent += n; failed != nil {
			err = errors.Join(err, fmt.Errorf("%s: %w", of.what, failed))
		}
	}
	return sent, err
}

// wasOpen reports whether the desk had mailed anybody before an instant.
func wasOpen(ctx context.Context, v tracker.View, at time.Time) (bool, error) {
	first, err := v.FirstMail(ctx)
	return !first.IsZero() && first.Before(at), err
}

// issue keeps reports and puts their mails into the outbox, in one transaction;
// who has one already gets it no second time. It composes before, so that intake
// waits for the writing alone.
func (d *Desk) issue(ctx context.Context, issues []issue, now time.Time) (sent, had int, err error) {
	if len(issues) == 0 {
		return 0, 0, nil
	}
	p := newPress(d.Compose)
	defer p.drop(0)
	if had, err = d.composeIssues(ctx, p, issues, now); err != nil {
		return 0, had, err
	}
	err = d.Store.Update(ctx, func(tx tracker.Tx) error {
		for _, is := range issues {
			if err := is.keep(ctx, tx); err != nil {
				return err
			}
		}
		sent, err = p.enqueue(ctx, tx)
		return err
	})
	if err != nil {
		return 0, had, err
	}
	if sent > 0 {
		d.wake()
	}
	return sent, had, nil
}

func (d *Desk) composeIssues(ctx context.Context, p *press, issues []issue, now time.Time) (had int, err error) {
	err = d.Store.View(ctx, func(v tracker.View) error {
		for _, is := range issues {
			for _, to := range is.to {
				n := is.notice(to, now)
				told, err := v.HasNotice(ctx, n.Key)
				if err != nil {
					return err
				}
				if told {
					had++
					continue
				}
				p.add(n, tracker.Ticket{})
			}
		}
		return nil
	})
	return had, err
}

// keep stores the report. The note is used up, unless another one has come.
func (is issue) keep(ctx context.Context, tx tracker.Tx) error {
	fresh, err := tx.KeepReport(ctx, is.report)
	if err != nil || !fresh || !is.noted {
		return err
	}
	if note, err := tx.ReportNote(ctx); err != nil || note != is.report.Note || note == "" {
		return err
	}
	return tx.SetReportNote(ctx, "")
}

// notice is the report as a mail to one reader.
func (is issue) notice(to addressee, at time.Time) tracker.Notice {
	key := is.report.Name
	if is.kind == tracker.KindReport { // that of a digest names its reader
		key += "/" + strings.ToLower(to.to.Address)
	}
	return tracker.Notice{
		Key: key, Kind: is.kind, To: to.to, As: to.as, At: at,
		Data: tracker.NoticeData{Report: is.report.Data, Note: is.report.Note},
	}
}
