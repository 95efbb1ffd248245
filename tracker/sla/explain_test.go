package sla

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// lines tell segments, one a line.
func lines(c *Calendar, segments []Segment) []string {
	var all []string
	for _, s := range segments {
		mark := "-"
		if s.Counts {
			mark = "+"
		}
		all = append(all, fmt.Sprintf("%s %s … %s %s", mark, s.From.In(c.Zone()).Format("Mon 15:04"), s.To.In(c.Zone()).Format("Mon 15:04"), s.Why))
	}
	return all
}

func TestExplain(t *testing.T) {
	in := india(t)
	breaks := calendarOf(t, Schedule{
		Zone: zone(t, "Europe/Berlin"), Days: workweek, Hours: []Window{{9 * 60, 13 * 60}, {14 * 60, 19 * 60}},
		HalfDays: map[time.Weekday][]Window{time.Friday: {{9 * 60, 12 * 60}}},
	})
	for _, c := range []struct {
		name     string
		calendar *Calendar
		tl       Timeline
		want     []string
	}{
		{"P2 over a holiday and a weekend", in, Timeline{Received: local(t, in, "2026-10-01 12:00"), Priority: "P2"}, []string{
			"+ Thu 12:00 … Thu 18:00 business hours", "- Thu 18:00 … Fri 00:00 night", "- Fri 00:00 … Sat 00:00 holiday 2026-10-02", "- Sat 00:00 … Mon 00:00 weekend",
			"- Mon 00:00 … Mon 09:00 night", "+ Mon 09:00 … Mon 18:00 business hours", "- Mon 18:00 … Tue 09:00 night", "+ Tue 09:00 … Tue 18:00 business hours",
			"- Tue 18:00 … Wed 09:00 night", "+ Wed 09:00 … Wed 12:00 business hours",
		}},
		{"P1 with breaks and a half-day", breaks, Timeline{Received: local(t, breaks, "2026-03-12 20:00"), Priority: "P2", Changes: nil}, []string{
			"- Thu 20:00 … Fri 09:00 night", "+ Fri 09:00 … Fri 12:00 business hours", "- Fri 12:00 … Fri 19:00 half-day", "- Fri 19:00 … Sat 00:00 night", "- Sat 00:00 … Mon 00:00 weekend",
			"- Mon 00:00 … Mon 09:00 night", "+ Mon 09:00 … Mon 13:00 business hours", "- Mon 13:00 … Mon 14:00 break", "+ Mon 14:00 … Mon 19:00 business hours", "- Mon 19:00 … Tue 09:00 night",
			"+ Tue 09:00 … Tue 13:00 business hours", "- Tue 13:00 … Tue 14:00 break", "+ Tue 14:00 … Tue 19:00 business hours", "- Tue 19:00 … Wed 09:00 night",
			"+ Wed 09:00 … Wed 13:00 business hours", "- Wed 13:00 … Wed 14:00 break", "+ Wed 14:00 … Wed 16:00 business hours",
		}},
		{"P0", in, Timeline{Received: local(t, in, "2026-03-07 23:30"), Priority: "P0"}, []string{"+ Sat 23:30 … Sun 11:30 P0 runs around the clock"}},
		{"P1 that waits", in, Timeline{Received: local(t, in, "2026-03-10 10:00"), Priority: "P1", Pauses: []Pause{{local(t, in, "2026-03-10 11:00"), local(t, in, "2026-03-11 10:00"), WaitingOnRequester}}}, []string{
			"+ Tue 10:00 … Tue 11:00 business hours", "- Tue 11:00 … Wed 10:00 waiting on the requester", "+ Wed 10:00 … Wed 18:00 business hours",
		}},
		{"P2 raised to P0", in, Timeline{Received: local(t, in, "2026-03-10 16:00"), Priority: "P2", Changes: []Change{{local(t, in, "2026-03-10 20:00"), "P0"}}}, []string{
			"+ Tue 16:00 … Tue 18:00 business hours", "- Tue 18:00 … Tue 20:00 night", "+ Tue 20:00 … Wed 08:00 changed to P0: P0 runs around the clock",
		}},
		{"P4", in, Timeline{Received: local(t, in, "2026-03-10 16:00"), Priority: "P4"}, nil},
	} {
		assert.Equal(t, c.want, lines(c.calendar, Explain(c.tl, Standard(), c.calendar, c.tl.last())), c.name)
	}
}

func TestExplainIsBounded(t *testing.T) {
	in := india(t)
	p := Standard()
	p.Rules["P2"] = Rule{Resolve: Span{Days: 2000}}
	tl := Timeline{Received: local(t, in, "2026-03-10 16:00"), Priority: "P2"}
	segments := Explain(tl, p, in, tl.Received)
	_, resolve := clocks(tl, p, in, tl.Received)
	require.Len(t, segments, maxSegments)
	assert.Equal(t, resolve.Due, segments[maxSegments-1].To)
	assert.Equal(t, whyRest, segments[maxSegments-1].Why)
}

func TestDueJSON(t *testing.T) {
	in := india(t)
	for _, c := range []struct {
		name string
		q    Question
		want string
	}{
		{"P1", Question{Priority: "P1", At: local(t, in, "2026-03-10 17:00")}, `{
			"pickup":{"target":"2h","due":"2026-03-11T10:00:00+05:30"},
			"resolve":{"target":"eod","due":"2026-03-10T18:00:00+05:30","marks":{"50":"2026-03-10T17:30:00+05:30","75":"2026-03-10T17:45:00+05:30","90":"2026-03-10T17:54:00+05:30"}},
			"notice":{"by":null,"short":false,"first_compliant":null},"tags":["late arrival"],
			"segments":[{"from":"2026-03-10T17:00:00+05:30","to":"2026-03-10T18:00:00+05:30","counts":true,"why":"business hours"}]}`},
		{"P4", Question{Priority: "P4", At: local(t, in, "2026-05-20 10:00"), Planned: NewDate(2026, 5, 30)}, `{
			"pickup":{"target":null,"due":null},"resolve":{"target":"21d notice","due":null,"marks":{"50":null,"75":null,"90":null}},
			"notice":{"by":"2026-05-08T18:00:00+05:30","short":true,"first_compliant":"2026-06-10"},"tags":["short notice"],"segments":[]}`},
		{"P4 without a date", Question{Priority: "P4", At: local(t, in, "2026-05-20 10:00")}, `{
			"pickup":{"target":null,"due":null},"resolve":{"target":"21d notice","due":null,"marks":{"50":null,"75":null,"90":null}},
			"notice":{"by":null,"short":false,"first_compliant":"2026-06-10"},"tags":["needs date"],"segments":[]}`},
		{"P1 late, then P0", Question{
			Priority: "P1", At: local(t, in, "2026-03-10 10:00"), Changes: []Change{{local(t, in, "2026-03-10 20:00"), "P0"}},
			Pauses: []Pause{{From: local(t, in, "2026-03-10 09:00"), To: local(t, in, "2026-03-10 12:00")}, {From: local(t, in, "2026-03-09 09:00"), To: local(t, in, "2026-03-09 12:00")}},
		}, `{
			"pickup":{"target":"4h","due":"2026-03-11T00:00:00+05:30"},
			"resolve":{"target":"12h","due":"2026-03-11T08:00:00+05:30","marks":{"50":"2026-03-11T02:00:00+05:30","75":"2026-03-11T05:00:00+05:30","90":"2026-03-11T06:48:00+05:30"}},
			"notice":{"by":null,"short":false,"first_compliant":null},"tags":["late"],
			"segments":[{"from":"2026-03-10T10:00:00+05:30","to":"2026-03-10T12:00:00+05:30","counts":false,"why":"waiting on the requester"},
				{"from":"2026-03-10T12:00:00+05:30","to":"2026-03-10T18:00:00+05:30","counts":true,"why":"business hours"},
				{"from":"2026-03-10T18:00:00+05:30","to":"2026-03-10T20:00:00+05:30","counts":false,"why":"night"},
				{"from":"2026-03-10T20:00:00+05:30","to":"2026-03-11T08:00:00+05:30","counts":true,"why":"changed to P0: P0 runs around the clock"}]}`},
	} {
		a, err := Due(c.q, Standard(), in)
		require.NoError(t, err, c.name)
		got, err := json.Marshal(a)
		require.NoError(t, err, c.name)
		assert.JSONEq(t, c.want, string(got), c.name)
	}
}

func TestDueRefuses(t *testing.T) {
	in := india(t)
	at := local(t, in, "2026-03-10 10:00")
	for want, q := range map[string]Question{
		`priority "P7": not one of the policy`:                                                                                             {Priority: "P7", At: at},
		`time 9999-01-01T00:00:00Z: want a year from 1900 to 9000`:                                                                         {Priority: "P1", At: utc(t, "9999-01-01T00:00:00Z")},
		`change to "P8": not a priority of the policy`:                                                                                     {Priority: "P1", At: at, Changes: []Change{{at, "P8"}}},
		`change at 2026-03-10T09:00:00+05:30: want a time within ten years from the receipt`:                                               {Priority: "P1", At: at, Changes: []Change{{at.Add(-time.Hour), "P2"}}},
		`pause 2026-03-10T10:00:00+05:30 to 2026-03-10T10:00:00+05:30: want an end behind the start and within ten years from the receipt`: {Priority: "P1", At: at, Pauses: []Pause{{From: at, To: at}}},
		`pause 2026-03-10T10:00:00+05:30 to 2126-02-14T10:00:00+05:30: want an end behind the start and within ten years from the receipt`: {Priority: "P1", At: at, Pauses: []Pause{{From: at, To: at.Add(100 * 365 * 24 * time.Hour)}}},
		`planned date 9999-12-31: want one within ten years from the receipt`:                                                              {Priority: "P4", At: at, Planned: NewDate(9999, 12, 31)},
	} {
		_, err := Due(q, Standard(), in)
		assert.EqualError(t, err, want)
	}
}
