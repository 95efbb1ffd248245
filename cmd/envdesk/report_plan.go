package main

import (
	"strings"
	"time"

	"envdesk/cmd/envdesk/config"
	"envdesk/tracker/desk"
	"envdesk/tracker/report"
)

// reportPlan is who gets which report when, for the desk.
func reportPlan(r config.Reports) desk.Reports {
	p := desk.Reports{
		Weekly: desk.WeeklyPlan{Day: r.Weekly.Day, At: time.Duration(r.Weekly.At) * time.Minute},
		Daily:  desk.DailyPlan{At: time.Duration(r.Daily.At) * time.Minute, To: r.Daily.To, Empty: r.Daily.Empty},
	}
	for _, reader := range r.Weekly.To {
		p.Weekly.To = append(p.Weekly.To, weeklyReaderOf(reader))
	}
	return p
}

func weeklyReaderOf(r config.Reader) desk.WeeklyReader {
	to := desk.WeeklyReader{Email: r.Email, Edition: desk.Edition{Kind: report.Edition(r.Edition), For: r.Partner}}
	if to.Edition.Kind == report.RequesterEdition {
		to.Edition.For = strings.ToLower(r.Email)
	}
	return to
}
