package desk

import (
	"context"
	"errors"
	"fmt"
	"time"

	"envdesk/tracker"
	"envdesk/tracker/report"
)

// SendWeekly mails the report on a week that has ended to all its readers who
// have not got it, or to those of one edition. What was kept is sent as it was.
func (d *Desk) SendWeekly(ctx context.Context, w report.Week, only *Edition) (s Sent, err error) {
	now := d.Now()
	if _, to := w.Bounds(d.zone()); now.Before(to) {
		return s, fmt.Errorf("week %s has not ended", w)
	}
	var groups []readership
	named := 0
	for _, g := range d.weeklyReaders(now) {
		if only == nil || *only == g.edition {
			groups = append(groups, g)
			named += len(g.readers)
		}
	}
	var issues []issue
	err = d.Store.View(ctx, func(v tracker.View) (err error) {
		issues, err = d.weeklyIssues(ctx, v, w, groups, now)
		return err
	})
	if err != nil {
		return s, err
	}
	s.readers(issues, named)
	s.Mails, s.Had, err = d.issue(ctx, issues, now)
	return s, err
}

// sendWeekly mails the editions of the last week that were not kept yet.
func (d *Desk) sendWeekly(ctx context.Context, now time.Time) (int, error) {
	groups := d.weeklyReaders(now)
	if len(groups) == 0 {
		return 0, nil
	}
	at, week := d.Reports.Weekly.last(now, d.zone())
	var issues []issue
	err := d.Store.View(ctx, func(v tracker.View) error {
		if open, err := wasOpen(ctx, v, at); err != nil || !open {
			return err
		}
		due, err := missingEditions(ctx, v, week, groups)
		if err != nil || len(due) == 0 {
			return err
		}
		issues, err = d.weeklyIssues(ctx, v, week, due, now)
		return err
	})
	if err != nil {
		return 0, err
	}
	sent, _, err := d.issue(ctx, issues, now)
	return sent, err
}

func missingEditions(ctx context.Context, v tracker.View, w report.Week, groups []readership) (out []readership, err error) {
	for _, g := range groups {
		kept, err := v.HasReport(ctx, weeklyName(w, g.edition))
		if err != nil {
			return nil, err
		}
		if !kept {
			out = append(out, g)
		}
	}
	return out, nil
}

// weeklyIssues builds editions, and takes those that were kept as they are. One
// that all its readers ended is kept all the same.
func (d *Desk) weeklyIssues(ctx context.Context, v tracker.View, w report.Week, groups []readership, now time.Time) (out []issue, err error) {
	ended, err := v.Unsubscribed(ctx, tracker.ListWeekly)
	if err != nil {
		return nil, err
	}
	var c *report.Collector
	for _, g := range groups {
		is := issue{kind: tracker.KindReport, to: staying(g.readers, ended)}
		is.report, err = v.KeptReport(ctx, weeklyName(w, g.edition))
		if errors.Is(err, tracker.ErrNotFound) {
			if c == nil {
				if c, err = d.collect(ctx, v, w, now); err != nil {
					return nil, err
				}
			}
			err = d.fill(ctx, v, &is, g.edition.of(c), now)
		}
		if err != nil {
			return nil, err
		}
		out = append(out, is)
	}
	return out, nil
}

// fill makes an issue of a report. The programme's of the last week takes the
// note of the manager: it may name what others must not know.
func (d *Desk) fill(ctx context.Context, v tracker.View, is *issue, r report.Report, now time.Time) (err error) {
	is.report = tracker.KeptReport{Name: weeklyName(r.Week, Edition{r.Edition, r.For}), Made: now}
	if is.report.Data, err = encode(r); err != nil {
		return err
	}
	if is.noted = r.Edition == report.Programme && r.Week == report.WeekOf(now, d.zone()).Back(1); is.noted {
		is.report.Note, err = v.ReportNote(ctx)
	}
	return err
}
