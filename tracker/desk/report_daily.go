package desk

import (
	"context"
	"errors"
	"time"

	"envdesk/tracker"
	"envdesk/tracker/report"
)

// SendDaily mails today's digest to the readers of the configuration who fit and
// have not got it, also when it is empty.
func (d *Desk) SendDaily(ctx context.Context, fits func(report.DigestReader) bool) (s Sent, err error) {
	now := d.Now()
	var readers []digestReader
	for _, r := range d.digestReaders(d.Reports.Daily.To, now) {
		if fits(r.DigestReader) {
			readers = append(readers, r)
		}
	}
	var issues []issue
	err = d.Store.View(ctx, func(v tracker.View) (err error) {
		issues, err = d.dailyIssues(ctx, v, readers, now, true)
		return err
	})
	if err != nil {
		return s, err
	}
	s.readers(issues, len(readers))
	s.Mails, s.Had, err = d.issue(ctx, issues, now)
	return s, err
}

// sendDaily mails the digests of the day that were not kept yet, once they are due.
func (d *Desk) sendDaily(ctx context.Context, now time.Time) (int, error) {
	plan := d.Reports.Daily
	if len(plan.To) == 0 {
		return 0, nil
	}
	from, until, ok := plan.today(now, d.calendar(), d.zone())
	if !ok || now.Before(from) || !now.Before(until) {
		return 0, nil
	}
	always := plan.Empty || plan.confirms(from, d.calendar())
	var issues []issue
	err := d.Store.View(ctx, func(v tracker.View) error {
		if open, err := wasOpen(ctx, v, from); err != nil || !open {
			return err
		}
		due, err := d.missingDigests(ctx, v, now)
		if err == nil {
			issues, err = d.dailyIssues(ctx, v, due, now, always)
		}
		return err
	})
	if err != nil {
		return 0, err
	}
	sent, _, err := d.issue(ctx, issues, now)
	return sent, err
}

func (d *Desk) missingDigests(ctx context.Context, v tracker.View, now time.Time) (out []digestReader, err error) {
	for _, r := range d.digestReaders(d.Reports.Daily.To, now) {
		kept, err := v.HasReport(ctx, d.dailyName(now, r.to))
		if err != nil {
			return nil, err
		}
		if !kept {
			out = append(out, r)
		}
	}
	return out, nil
}

// dailyIssues builds digests, and takes those of the day that were kept as they
// are. One with nothing to say is kept, and mailed only when it always is; that of
// a reader who ended the list is kept alone.
func (d *Desk) dailyIssues(ctx context.Context, v tracker.View, readers []digestReader, now time.Time, always bool) (out []issue, err error) {
	ended, err := v.Unsubscribed(ctx, tracker.ListDaily)
	if err != nil {
		return nil, err
	}
	var c *report.Collector
	for _, r := range readers {
		is := issue{kind: tracker.KindDigest, to: staying([]addressee{r.addressee}, ended)}
		name := d.dailyName(now, r.to)
		is.report, err = v.KeptReport(ctx, name)
		if errors.Is(err, tracker.ErrNotFound) {
			if c == nil {
				if c, err = d.collectOpen(ctx, v, now); err != nil {
					return nil, err
				}
			}
			digest := c.Digest(r.DigestReader)
			if digest.Empty() && !always {
				is.to = nil
			}
			is.report = tracker.KeptReport{Name: name, Made: now}
			is.report.Data, err = encode(digest)
		}
		if err != nil {
			return nil, err
		}
		out = append(out, is)
	}
	return out, nil
}
