package mailin

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

const standup = "BEGIN:VCALENDAR\r\nPRODID:-//Desk//EN\r\nMETHOD:REQUEST\r\nBEGIN:VTIMEZONE\r\nTZID:Asia/Kolkata\r\nBEGIN:STANDARD\r\nDTSTART:16010101T000000\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n" +
	"BEGIN:VEVENT\r\nUID:1\r\nSUMMARY;LANGUAGE=en-in:Stand\r\n up\\, payments\r\nDTSTART;TZID=Asia/Kolkata:20260310T100000\r\nDTEND;TZID=\"Asia/Kolkata\":20260310T103000\r\n" +
	"ORGANIZER;CN=\"Rao, Asha: DevOps\":MAILTO:asha@egov.test\r\nLOCATION:Room 4\\nBlock B\r\nBEGIN:VALARM\r\nSUMMARY:alarm\r\nEND:VALARM\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:second\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"

func event(lines ...string) string {
	return "BEGIN:VCALENDAR\n" + lines[0] + "\nBEGIN:VEVENT\n" + strings.Join(lines[1:], "\n") + "\nEND:VEVENT\nEND:VCALENDAR\n"
}

func TestCalendarLine(t *testing.T) {
	tests := map[string]struct{ ics, want string }{
		"invitation":   {standup, "Calendar invitation: Standup, payments, Tue 10 Mar 2026 10:00–10:30 (Asia/Kolkata), organiser asha@egov.test, at Room 4 Block B"},
		"utc":          {event("METHOD:REQUEST", "SUMMARY:a", "DTSTART:20260310T043000Z", "DURATION:PT1H30M"), "Calendar invitation: a, Tue 10 Mar 2026 04:30–06:00 (UTC)"},
		"length first": {event("METHOD:REQUEST", "DURATION:P1D", "SUMMARY:a", "DTSTART:20260310T043000"), "Calendar invitation: a, Tue 10 Mar 2026 04:30 – Wed 11 Mar 2026 04:30"},
		"a day":        {event("METHOD:REQUEST", "SUMMARY:a", "DTSTART;VALUE=DATE:20260310", "DTEND;VALUE=DATE:20260311"), "Calendar invitation: a, Tue 10 Mar 2026"},
		"days":         {event("METHOD:REQUEST", "SUMMARY:a", "DTSTART;VALUE=DATE:20260310", "DTEND;VALUE=DATE:20260313", "RRULE:FREQ=YEARLY"), "Calendar invitation: a, Tue 10 Mar 2026 – Thu 12 Mar 2026, repeated"},
		"cancelled":    {event("METHOD:CANCEL", "SUMMARY:a"), "Calendar event cancelled: a"},
		"answer":       {event("METHOD:REPLY", "SUMMARY:a", "ATTENDEE;PARTSTAT=DECLINED;CN=X:mailto:x@y.test", "ORGANIZER:mailto:o@y.test"), "Calendar answer: x@y.test declined: a"},
		"published":    {event("METHOD:PUBLISH", "SUMMARY:", "LOCATION:x"), "Calendar event: (no title), at x"},
		"bad times":    {event("METHOD:REQUEST", "SUMMARY:a", "DTSTART:tomorrow", "DTEND:20261399"), "Calendar invitation: a"},
		"no end":       {"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:a", "Calendar event: a"},
		"task":         {"BEGIN:VTODO\nSUMMARY:a\nDUE:20260310T100000\nEND:VTODO", "Calendar task: a"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			v, ok := parseCalendar(tt.ics)
			require.True(t, ok)
			require.Equal(t, tt.want, v.line())
		})
	}
	_, ok := parseCalendar("no calendar: at all")
	require.False(t, ok)
}

// An invitation is told where the text does not tell its time.
func TestInvitations(t *testing.T) {
	const told = "Calendar invitation: Standup, payments, Tue 10 Mar 2026 10:00–10:30 (Asia/Kolkata), organiser asha@egov.test, at Room 4 Block B"
	tests := map[string]struct{ method, text, want string }{
		"no text":             {"; method=REQUEST", "", told},
		"text without a time": {"; method=REQUEST", "Please come.", "Please come.\n\n" + told},
		"text with the time":  {"; method=REQUEST", "Tuesday 10 March, 10am: please come.", "Tuesday 10 March, 10am: please come."},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			m := Parse(mime("multipart/alternative; boundary=x", "--x", "", tt.text, "--x", "Content-Type: text/calendar; charset=utf-8"+tt.method, "", standup+"--x--"), Options{})
			require.Equal(t, tt.want, m.Text)
			require.Len(t, m.Attachments, 1)
		})
	}
	m := Parse(mime("text/calendar; method=REQUEST", standup), Options{})
	require.Equal(t, told, m.Reply)
}

// FuzzCalendar: any bytes give one clean line of bounded length.
func FuzzCalendar(f *testing.F) {
	f.Add(standup)
	f.Add(event("METHOD:REPLY", "ATTENDEE;PARTSTAT=ACCEPTED;CN=\"a;b\":x", "DTSTART;TZID=:20260310", "DURATION:-P1W2DT3H"))
	f.Fuzz(func(t *testing.T, src string) {
		v, ok := parseCalendar(strings.ToValidUTF8(src, "?"))
		if !ok {
			return
		}
		l := v.line()
		requireLine(t, l)
		require.LessOrEqual(t, utf8.RuneCountInString(l), maxCalendarText)
	})
}
