package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// dueAnswer is what scripts read of `sla due --json`.
type dueAnswer struct {
	Pickup  struct{ Target, Due *string }
	Resolve struct {
		Target, Due *string
		Marks       map[string]*string
	}
	Notice struct {
		By             *string
		Short          bool
		FirstCompliant *string `json:"first_compliant"`
	}
	Tags     []string
	Segments []struct {
		From, To, Why string
		Counts        bool
	}
}

// value is a text, null for none.
func value(s *string) string {
	if s == nil {
		return "null"
	}
	return *s
}

// The numbers are those of the policy's cases; without a configuration the
// calendar is that of the sample programme, with the holidays of 2026.
func TestSLADue(t *testing.T) {
	s := newShell(t)
	s.file("floor.yaml", "priorities: {P1: {floor: 120m}}\ncalendar: {holidays: [2026-01-26]}\n")
	for name, c := range map[string]struct {
		args            string // behind "sla due"
		pickup, resolve string // pickup "" is not looked at
		marks           []string
		tags            []string
	}{
		"1 P0 on a Saturday night": {args: "P0 2026-03-07T23:30:00+05:30", pickup: "2026-03-08T03:30:00+05:30", resolve: "2026-03-08T11:30:00+05:30"},
		"6 P1 in the morning": {
			args: "P1 2026-03-10T10:00:00+05:30", pickup: "2026-03-10T12:00:00+05:30", resolve: "2026-03-10T18:00:00+05:30",
			marks: []string{"2026-03-10T14:00:00+05:30", "2026-03-10T16:00:00+05:30", "2026-03-10T17:12:00+05:30"},
		},
		"6 without seconds and in UTC":   {args: "p1 2026-03-10T04:30Z", pickup: "2026-03-10T12:00:00+05:30", resolve: "2026-03-10T18:00:00+05:30"},
		"7 P1 before dawn":               {args: "P1 2026-03-10T05:00+05:30", resolve: "2026-03-10T17:00:00+05:30"},
		"8 P1 just before the end":       {args: "P1 2026-03-10T17:55+05:30", resolve: "2026-03-10T18:00:00+05:30", tags: []string{"late arrival"}},
		"8 with a floor":                 {args: "P1 2026-03-10T17:55+05:30 --config floor.yaml", resolve: "2026-03-11T10:55:00+05:30", tags: []string{"late arrival"}},
		"9 P1 at the end of the day":     {args: "P1 2026-03-10T18:00:00+05:30", resolve: "2026-03-11T18:00:00+05:30"},
		"10 P1 on Friday evening":        {args: "P1 2026-03-13T19:00+05:30", resolve: "2026-03-16T18:00:00+05:30"},
		"12 P1 by the date of the zone":  {args: "P1 2026-03-09T23:45Z", resolve: "2026-03-10T17:15:00+05:30"},
		"14 P2 on a Saturday":            {args: "P2 2026-03-14T11:00+05:30", pickup: "2026-03-16T18:00:00+05:30", resolve: "2026-03-18T18:00:00+05:30"},
		"15 P2 over a holiday":           {args: "P2 2026-10-01T12:00+05:30", resolve: "2026-10-07T12:00:00+05:30"},
		"17 P4 has no due time":          {args: "P4 2026-05-20T10:00+05:30 --planned 2026-05-30", pickup: "null", resolve: "null", marks: []string{"null", "null", "null"}, tags: []string{"short notice"}},
		"18 P4 without a date":           {args: "P4 2026-05-20T10:00+05:30", pickup: "null", resolve: "null", tags: []string{"needs date"}},
		"20 P2 paused off-hours":         {args: "P2 2026-03-12T10:00+05:30 --pause 2026-03-13T19:00+05:30/2026-03-15T20:00+05:30", resolve: "2026-03-17T10:00:00+05:30"},
		"21 P1 paused overnight":         {args: "P1 2026-03-10T10:00+05:30 --pause 2026-03-10T11:00:00+05:30/2026-03-11T04:30Z", resolve: "2026-03-11T18:00:00+05:30"},
		"23 P1 to P2 when late":          {args: "P1 2026-03-16T10:00+05:30 --change 2026-03-17T09:30+05:30=P2", resolve: "2026-03-19T10:00:00+05:30", tags: []string{"late"}},
		"23 two changes in any order":    {args: "P3 2026-03-16T10:00+05:30 --change 2026-03-17T09:30+05:30=p1 --change 2026-03-16T11:00+05:30=P2", resolve: "2026-03-17T18:00:00+05:30"},
		"34 P1 on a holiday":             {args: "P1 2026-10-02T12:00+05:30", resolve: "2026-10-05T18:00:00+05:30"},
		"34 the same day is one of work": {args: "P1 2026-10-02T12:00+05:30 --config floor.yaml", resolve: "2026-10-02T18:00:00+05:30"},
	} {
		t.Run(name, func(t *testing.T) {
			var got dueAnswer
			require.NoError(t, json.Unmarshal([]byte(s.ok(append([]string{"sla", "due", "--json"}, strings.Fields(c.args)...)...)), &got))
			assert.Equal(t, c.resolve, value(got.Resolve.Due))
			if c.pickup != "" {
				assert.Equal(t, c.pickup, value(got.Pickup.Due))
			}
			if c.marks != nil {
				assert.Equal(t, c.marks, []string{value(got.Resolve.Marks["50"]), value(got.Resolve.Marks["75"]), value(got.Resolve.Marks["90"])})
			}
			assert.ElementsMatch(t, c.tags, got.Tags)
		})
	}
}

func TestSLADueObject(t *testing.T) {
	s := newShell(t)
	assert.JSONEq(t, `{
		"pickup": {"target": "1d", "due": "2026-03-13T10:00:00+05:30"},
		"resolve": {"target": "3d", "due": "2026-03-17T11:00:00+05:30",
			"marks": {"50": "2026-03-13T15:30:00+05:30", "75": "2026-03-16T13:15:00+05:30", "90": "2026-03-16T17:18:00+05:30"}},
		"notice": {"by": null, "short": false, "first_compliant": null},
		"tags": [],
		"segments": [
			{"from": "2026-03-12T10:00:00+05:30", "to": "2026-03-12T12:00:00+05:30", "counts": true, "why": "business hours"},
			{"from": "2026-03-12T12:00:00+05:30", "to": "2026-03-12T13:00:00+05:30", "counts": false, "why": "waiting on the requester"},
			{"from": "2026-03-12T13:00:00+05:30", "to": "2026-03-12T18:00:00+05:30", "counts": true, "why": "business hours"},
			{"from": "2026-03-12T18:00:00+05:30", "to": "2026-03-13T09:00:00+05:30", "counts": false, "why": "night"},
			{"from": "2026-03-13T09:00:00+05:30", "to": "2026-03-13T18:00:00+05:30", "counts": true, "why": "business hours"},
			{"from": "2026-03-13T18:00:00+05:30", "to": "2026-03-14T00:00:00+05:30", "counts": false, "why": "night"},
			{"from": "2026-03-14T00:00:00+05:30", "to": "2026-03-16T00:00:00+05:30", "counts": false, "why": "weekend"},
			{"from": "2026-03-16T00:00:00+05:30", "to": "2026-03-16T09:00:00+05:30", "counts": false, "why": "night"},
			{"from": "2026-03-16T09:00:00+05:30", "to": "2026-03-16T18:00:00+05:30", "counts": true, "why": "business hours"},
			{"from": "2026-03-16T18:00:00+05:30", "to": "2026-03-17T09:00:00+05:30", "counts": false, "why": "night"},
			{"from": "2026-03-17T09:00:00+05:30", "to": "2026-03-17T11:00:00+05:30", "counts": true, "why": "business hours"}
		]}`,
		s.ok("sla", "due", "P2", "2026-03-12T10:00+05:30", "--pause", "2026-03-12T12:00+05:30/2026-03-12T13:00+05:30", "--json"))

	assert.JSONEq(t, `{
		"pickup": {"target": null, "due": null},
		"resolve": {"target": "21d notice", "due": null, "marks": {"50": null, "75": null, "90": null}},
		"notice": {"by": "2026-05-08T18:00:00+05:30", "short": true, "first_compliant": "2026-06-10"},
		"tags": ["short notice"], "segments": []}`,
		s.ok("sla", "due", "P4", "2026-05-20T10:00:00+05:30", "--planned", "2026-05-30", "--json"))
}

func TestSLADueGoesByTheConfiguration(t *testing.T) {
	s := newShell(t)
	s.file("envdesk.yaml", `
imap: {server: nonsense}
desk: {address: requests@desk.test, timezone: America/New_York}
calendar: {days: Mon-Sat, hours: ["09:00-13:00", "14:00-17:00"], half_days: {Sat: "09:00-12:00"}}
priorities: {P2: {resolve: 1d}}
reminders: {at: [80]}
`)
	for received, due := range map[string]string{
		"2026-03-06T10:00-05:00":    "2026-03-07T10:00:00-05:00",
		"2026-03-07T10:00-05:00":    "2026-03-09T15:00:00-04:00", // two hours on the half-day, five behind the change of clocks
		"2026-11-01T00:30:00-04:00": "2026-11-02T17:00:00-05:00",
	} {
		var got dueAnswer
		require.NoError(t, json.Unmarshal([]byte(s.ok("sla", "due", "P2", received, "--json")), &got))
		assert.Equal(t, due, value(got.Resolve.Due), received)
		assert.Len(t, got.Resolve.Marks, 1)
		assert.Contains(t, got.Resolve.Marks, "80")
	}
	var got dueAnswer
	for received, due := range map[string]string{ // 3 and 4: P0 when the clocks change
		"2026-03-08T00:30:00-05:00": "2026-03-08T05:30:00-04:00", "2026-11-01T00:30:00-04:00": "2026-11-01T03:30:00-05:00",
	} {
		require.NoError(t, json.Unmarshal([]byte(s.ok("sla", "due", "P0", received, "--json")), &got))
		assert.Equal(t, due, value(got.Pickup.Due))
	}
}

func TestSLADueInWords(t *testing.T) {
	s := newShell(t)
	for name, c := range map[string]struct{ args, want string }{
		"P1": {"P1 2026-03-10T16:30+05:30", `
P1, received Tue 10 Mar 2026, 16:30 IST

  Pickup     within 2 h of working time: due Wed 11 Mar, 09:30 IST
  Resolve    by the end of the business day, within 12 h: due Tue 10 Mar, 18:00 IST
  Marks      50 % Tue 10 Mar, 17:15 IST · 75 % Tue 10 Mar, 17:37 IST · 90 % Tue 10 Mar, 17:51 IST
  Tags       late arrival

FROM                  TO                    COUNTS     WHY
Tue 10 Mar, 16:30 IST Tue 10 Mar, 18:00 IST 1 h 30 min business hours
`},
		"P0": {"P0 2026-12-31T22:00+05:30", `
P0, received Thu 31 Dec 2026, 22:00 IST

  Pickup     within 4 h, around the clock: due Fri 1 Jan 2027, 02:00 IST
  Resolve    within 12 h, around the clock: due Fri 1 Jan 2027, 10:00 IST
  Marks      50 % Fri 1 Jan 2027, 04:00 IST · 75 % Fri 1 Jan 2027, 07:00 IST · 90 % Fri 1 Jan 2027, 08:48 IST

FROM                  TO                        COUNTS WHY
Thu 31 Dec, 22:00 IST Fri 1 Jan 2027, 10:00 IST 12 h   P0 runs around the clock
`},
		"P1, then P2, and a pause": {"P1 2026-03-16T10:00+05:30 --change 2026-03-17T09:30+05:30=P2 --pause 2026-03-17T10:00+05:30/2026-03-17T11:00+05:30", `
P1, received Mon 16 Mar 2026, 10:00 IST; P2 from Tue 17 Mar, 09:30 IST

  Pickup     within 1 business day: due Tue 17 Mar, 10:00 IST
  Resolve    within 3 business days: due Thu 19 Mar, 11:00 IST
  Marks      50 % Tue 17 Mar, 15:30 IST · 75 % Wed 18 Mar, 13:15 IST · 90 % Wed 18 Mar, 17:18 IST
  Tags       late

FROM                  TO                    COUNTS WHY
Mon 16 Mar, 10:00 IST Mon 16 Mar, 18:00 IST 8 h    business hours
Mon 16 Mar, 18:00 IST Tue 17 Mar, 09:00 IST no     night
Tue 17 Mar, 09:00 IST Tue 17 Mar, 09:30 IST 30 min business hours
Tue 17 Mar, 09:30 IST Tue 17 Mar, 10:00 IST 30 min changed to P2: business hours
Tue 17 Mar, 10:00 IST Tue 17 Mar, 11:00 IST no     waiting on the requester
Tue 17 Mar, 11:00 IST Tue 17 Mar, 18:00 IST 7 h    business hours
Tue 17 Mar, 18:00 IST Wed 18 Mar, 09:00 IST no     night
Wed 18 Mar, 09:00 IST Wed 18 Mar, 18:00 IST 9 h    business hours
Wed 18 Mar, 18:00 IST Thu 19 Mar, 09:00 IST no     night
Thu 19 Mar, 09:00 IST Thu 19 Mar, 11:00 IST 2 h    business hours
`},
		"P4": {"P4 2026-05-20T10:00+05:30 --planned 2026-05-30", `
P4, received Wed 20 May 2026, 10:00 IST

  Resolve    no due time; the request must come 21 days ahead
  Notice     for Sat 30 May the request must come before Fri 8 May, 18:00 IST; the first date that it can name is Wed 10 Jun
  Tags       short notice
`},
	} {
		assert.Equal(t, strings.TrimPrefix(c.want, "\n"), s.ok(append([]string{"sla", "due"}, strings.Fields(c.args)...)...), name)
	}
}

func TestSLADueRefusesWhatCannotBeMeant(t *testing.T) {
	s := newShell(t)
	s.file("bad.yaml", "calendar:\n  days: []\n")
	s.file("slip.yaml", "priorities:\n  P2: {resolv: 3d}\n")
	for args, want := range map[string]string{
		"P1":                                                               "accepts 2 arg(s), received 1",
		"P5 2026-03-10T10:00Z":                                             `PRIORITY "P5": want one of P0, P1, P2, P3, P4`,
		"P1 2026-03-10T10:00":                                              `TIME "2026-03-10T10:00": want a time in RFC 3339`,
		"P1 10:00":                                                         `TIME "10:00": want a time in RFC 3339`,
		"P1 2026-02-30T10:00Z":                                             "want a time in RFC 3339",
		"P1 2026-03-10T10:00Z --pause x":                                   "--pause x: want two times with a slash between them",
		"P1 2026-03-10T10:00Z --pause x/y":                                 `--pause "x": want a time in RFC 3339`,
		"P1 2026-03-10T10:00Z --change x":                                  "--change x: want a time, = and a priority",
		"P1 2026-03-10T10:00Z --change x=P2":                               `--change "x": want a time in RFC 3339`,
		"P4 2026-03-10T10:00Z --planned May":                               `--planned "May": want a date such as 2026-05-30`,
		"P4 2026-03-10T10:00Z --planned 9999-01-01":                        "planned date 9999-01-01: want one within ten years",
		"P1 2026-03-10T10:00Z --planned 1970-01-01":                        `--planned "1970-01-01": want a date such as 2026-05-30`,
		"P1 2026-03-10T10:00Z --change 2026-03-10T11:00Z=P7":               `--change "P7": want one of P0`,
		"P1 2026-03-10T10:00Z --change 2026-03-10T09:00Z=P2":               "change at 2026-03-10T09:00:00Z: want a time within ten years from the receipt",
		"P1 2026-03-10T10:00Z --pause 2026-03-10T12:00Z/2026-03-10T11:00Z": "want an end behind the start",
		"P1 2026-03-10T10:00Z --config bad.yaml":                           "bad.yaml:1: calendar: got no working time, want days with hours",
		"P1 2026-03-10T10:00Z --config slip.yaml":                          "slip.yaml:2: priorities.P2.resolv: got an unknown key; did you mean resolve?",
		"P1 2026-03-10T10:00Z --config gone.yaml":                          "gone.yaml",
	} {
		code, out, errOut := s.run("", append([]string{"sla", "due"}, strings.Fields(args)...)...)
		assert.Equal(t, exitUsage, code, args)
		assert.Empty(t, out, args)
		assert.Contains(t, errOut, want, args)
		assert.Equal(t, 1, strings.Count(errOut, "\n"), args)
	}
	code, out, errOut := s.run("", "sla", "due", "P4", "2026-03-10T10:00Z", "--planned", "")
	assert.Equal(t, exitUsage, code)
	assert.Empty(t, out)
	assert.Equal(t, "envdesk: --planned \"\": want a date such as 2026-05-30\n", errOut)
	code, out, _ = s.run("", "sla")
	assert.Equal(t, 0, code)
	assert.Contains(t, out, "explain")
	code, _, _ = s.run("", "sla", "nope")
	assert.Equal(t, exitUsage, code)
}
