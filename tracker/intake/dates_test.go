package intake

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestReadMoment(t *testing.T) {
	now := noon.In(testRules(t).Zone) // Monday 23 Nov 2026, 12:00 IST
	for s, want := range map[string]string{
		"2026-12-20": "2026-12-20", "20 Dec": "2026-12-20", "by 20th December 2026.": "2026-12-20", "tomorrow": "2026-11-24", "EOD": "2026-11-23",
		"Friday": "2026-11-27", "fri": "2026-11-27", "Monday": "2026-11-23", "Friday EOD": "2026-11-27", "end of day tomorrow": "2026-11-24",
		"Friday, 27 Nov": "2026-11-27", "20 Dec 15:00": "2026-12-20T15:00:00+05:30", "20 Dec at 3pm": "2026-12-20T15:00:00+05:30",
		"2026-12-20T15:00": "2026-12-20T15:00:00+05:30", "2026-12-20 15:00 IST": "2026-12-20T15:00:00+05:30", "20 Dec 9:30 UTC": "2026-12-20T15:00:00+05:30",
		"2026-12-20T09:30:00Z": "2026-12-20T15:00:00+05:30", "15:30": "2026-11-23T15:30:00+05:30", "3 p.m": "2026-11-23T15:00:00+05:30",
		"12 am": "2026-11-23T00:00:00+05:30", "5:30 pm Friday": "2026-11-27T17:30:00+05:30", "3pm on Friday": "2026-11-27T15:00:00+05:30",
		"tomorrow 17h": "2026-11-24T17:00:00+05:30", "22 Nov": "2026-11-22", "30 Jan": "2027-01-30", "9:00": "2026-11-23T09:00:00+05:30",
		"soon": "", "": "", "25:00": "", "13 pm": "", "15:61": "", "20": "", "31 Feb 15:00": "", "20 Dec 15:00 XYZ": "", "we": "", "Dec": "",
	} {
		got, _ := ReadMoment(s, now)
		assert.Equal(t, want, got.Value, s)
	}
	date, _ := ReadMoment("today", now)
	assert.Equal(t, time.Date(2026, 11, 24, 0, 0, 0, 0, now.Location()), date.End, "a date ends with its day")
}

func FuzzReadMoment(f *testing.F) {
	for _, s := range []string{"Friday 15:00", "20 Dec at 3 p.m. IST", "2026-12-20T15:00", "EOD", "15:00 on 2 Jan"} {
		f.Add(s)
	}
	now := noon.In(testRules(f).Zone)
	f.Fuzz(func(t *testing.T, s string) {
		m, ok := ReadMoment(s, now)
		if !ok {
			assert.Empty(t, m.Value)
			return
		}
		again, ok := ReadMoment(m.Value, now)
		assert.True(t, ok)
		assert.Equal(t, m.Value, again.Value)
		assert.True(t, m.End.Equal(again.End))
	})
}
