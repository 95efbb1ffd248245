package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"time"

	"envdesk/cmd/envdesk/config"
	"envdesk/tracker"
	"envdesk/tracker/desk"
	"envdesk/tracker/report"
)

// demoReports is the folder for the weekly reports.
const demoReports = "report"

// leaveReports writes the report on each week of the story: on the last one as it
// stands in the end.
func (a *app) leaveReports(ctx context.Context, c *config.Config, s *stage, dir string) error {
	var first time.Time
	err := s.store.View(ctx, func(v tracker.View) (err error) {
		first, err = v.FirstMail(ctx)
		return err
	})
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	then := &app{out: io.Discard, err: io.Discard, now: s.clock.Now}
	e := desk.Edition{Kind: report.Programme}
	for w := report.WeekOf(first, s.zone); ; w = w.Back(-1) {
		if from, _ := w.Bounds(s.zone); s.clock.Now().Before(from) {
			return nil
		}
		base := filepath.Join(dir, w.String())
		out := reportOutputs{html: base + ".html", text: base + ".txt", csv: base + ".csv", jsonFile: base + ".json"}
		if err := then.writeWeekly(ctx, s.desk, weeklyShown{w, e, weeklyReader(c, e), out}); err != nil {
			return err
		}
	}
}
