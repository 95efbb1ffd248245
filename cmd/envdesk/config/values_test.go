package config

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"envdesk/tracker/sla"
)

func TestParseSpan(t *testing.T) {
	for text, want := range map[string]sla.Span{
		"30m":   {Time: 30 * time.Minute},
		"4h":    {Time: 4 * time.Hour},
		"90m":   {Time: 90 * time.Minute},
		"3d":    {Days: 3},
		"2w":    {Weeks: 2},
		"1d4h":  {Days: 1, Time: 4 * time.Hour},
		"1h30m": {Time: 90 * time.Minute},
	} {
		got, f := parseSpan(text)
		assert.Nil(t, f, text)
		assert.Equal(t, want, got, text)
	}
	for _, text := range []string{"", "0", "0m", "4", "h", "-1d", "1.5h", "4 h", "4H", "1h1d", "1d1d", "10000d", "99999999999999999999d", "１d", "1s", "1y", "+1d"} {
		_, f := parseSpan(text)
		assert.NotNil(t, f, text)
	}
}

func TestSpanReadsWhatItWrites(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := sla.Span{
			Weeks: rapid.IntRange(0, 99).Draw(t, "weeks"),
			Days:  rapid.IntRange(0, 99).Draw(t, "days"),
			Time:  time.Duration(rapid.IntRange(0, 9999).Draw(t, "minutes")) * time.Minute,
		}
		got, err := sla.ParseSpan(s.String())
		assert.NoError(t, err)
		assert.Equal(t, s, got)
	})
}

func TestParseWindows(t *testing.T) {
	for text, want := range map[string][]sla.Window{
		"09:00-18:00":              {{From: 540, To: 1080}},
		"00:00-24:00":              {{From: 0, To: 1440}},
		"9:00 - 13:00,14:00-19:30": {{From: 540, To: 780}, {From: 840, To: 1170}},
	} {
		got, f := parseWindows(text)
		assert.Nil(t, f, text)
		assert.Equal(t, want, got, text)
	}
	for _, text := range []string{"", "09:00", "09:00-", "09:00-09:00", "24:00-25:00", "09:60-10:00", "9-18", "09:0-10:00", "-1:00-10:00", "009:00-10:00", "09:00-10:00,"} {
		_, f := parseWindows(text)
		assert.NotNil(t, f, text)
	}
}

func TestParseDays(t *testing.T) {
	for text, want := range map[string][]time.Weekday{
		"Mon-Wed":       {time.Monday, time.Tuesday, time.Wednesday},
		"Sun-Mon":       {time.Sunday, time.Monday},
		"Sat-Mon":       {time.Saturday, time.Sunday, time.Monday},
		"monday, FRI":   {time.Monday, time.Friday},
		"Mon-Tue, Mon":  {time.Monday, time.Tuesday},
		"Friday-Friday": {time.Friday},
	} {
		got, f := parseDays(text)
		assert.Nil(t, f, text)
		assert.Equal(t, want, got, text)
	}
	for _, text := range []string{"", "Mo", "Mon-", "Mon-Fri-Sat", "weekdays"} {
		_, f := parseDays(text)
		assert.NotNil(t, f, text)
	}
}

func TestParseAddress(t *testing.T) {
	for _, good := range []string{"a@b.test", "o'neil+x@sub.b-c.test", "A.B@EGOV.TEST"} {
		_, f := parseAddress(good)
		assert.Nil(t, f, good)
	}
	for _, wrong := range []string{
		"", "a", "@b.test", "a@", "a@b", "a@b..test", "a@-b.test", "a@b.test.", ".a@b.test", "a..b@b.test", `"a b"@b.test`, "a@[127.0.0.1]",
		"a b@b.test", "a@b.test\r\nBcc: c", "a@b_c.test", "ä@b.test", "a@ä.test", "a@b@c.test", "*@b.test", "<a@b.test>", "a@b.test,c@d.test",
	} {
		_, f := parseAddress(wrong)
		assert.NotNil(t, f, wrong)
	}
}

func TestNearest(t *testing.T) {
	known := []string{"address", "name", "timezone"}
	for got, want := range map[string]string{"adress": "address", "nmae": "name", "timezon": "timezone", "Name": "name", "colour": "", "x": ""} {
		assert.Equal(t, want, Nearest(got, known), got)
	}
}

func TestPriorityDefaultsYieldToWhatIsSaid(t *testing.T) {
	p := mustParse(t, "priorities: {P1: {resolve: 8h}, P2: {resolve: eod, cap: 4h}, P3: {pickup: 3d}, P4: {resolve: 20d, pickup: 5d}}").Policy.Rules
	assert.Equal(t, sla.Rule{Pickup: sla.Span{Time: 2 * time.Hour}, Resolve: sla.Span{Time: 8 * time.Hour}}, p["P1"])
	assert.Equal(t, sla.Rule{Pickup: sla.Span{Days: 1}, EndOfDay: true, Cap: 4 * time.Hour}, p["P2"])
	assert.Equal(t, sla.Rule{Pickup: sla.Span{Days: 3}, Resolve: sla.Span{Days: 10}}, p["P3"])
	assert.Equal(t, sla.Rule{Pickup: sla.Span{Days: 5}, Resolve: sla.Span{Days: 20}}, p["P4"])

	p = mustParse(t, "priorities: {P1: {resolve: 12h, clock: 24x7}, P3: {notice: 14}}").Policy.Rules
	assert.True(t, p["P1"].Continuous, "targets that the file does not set are not compared")
	assert.Equal(t, sla.Rule{Pickup: sla.Span{Days: 2}, Notice: 14}, p["P3"])
}

func TestSectionHolds(t *testing.T) {
	assert.True(t, SectionIMAP.holds("imap"))
	assert.True(t, SectionIMAP.holds("imap.user"))
	assert.True(t, SectionIMAP.holds("imap[0].user"))
	assert.False(t, SectionIMAP.holds("imaps"))
	assert.False(t, SectionTimezone.holds("desk"))
}
