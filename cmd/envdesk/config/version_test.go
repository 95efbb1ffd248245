package config

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestVersionsNameTheContent(t *testing.T) {
	plain := mustParse(t, "")
	for text, same := range map[string]bool{
		"calendar: {days: [Fri, Mon, Wed, Tue, Thu], hours: [\"9:00-18:00\"]}": true,
		"calendar: {days: Mon-Fri, holidays: []}\ndesk: {address: a@b.test}":   true,
		"calendar: {days: Mon-Sat}":                                                        false,
		"calendar: {hours: \"09:00-18:01\"}":                                               false,
		"calendar: {hours: [\"09:00-13:00\", \"13:00-18:00\"]}":                            false,
		"calendar: {half_days: {Sat: \"09:00-13:00\"}}":                                    false,
		"calendar: {half_days: {Fri: []}}":                                                 false,
		"calendar: {holidays: [2026-01-26]}":                                               false,
		"calendar: {timezone: Europe/Berlin}":                                              false,
		"desk: {address: a@b.test, timezone: Europe/Berlin}":                               false,
		"priorities: {P1: {cap: 11h}}\nreopen: {within: 3d}\nreminders: {late: [manager]}": true,
	} {
		assert.Equal(t, same, plain.Calendar.Version() == mustParse(t, text).Calendar.Version(), text)
	}
	for text, same := range map[string]bool{
		"priorities: {P1: {cap: 720m, floor: 0m}, P4: {notice: 21}, default: P2}": true,
		"reminders: {at: [90, 50, 75, 75]}":                                       true,
		"calendar: {days: Mon-Sat}":                                               true,
		"priorities: {P1: {cap: 11h}}":                                            false,
		"priorities: {P1: {floor: 10m}}":                                          false,
		"priorities: {P4: {notice: 14}}":                                          false,
		"priorities: {P2: {resolve: 2d}}":                                         false,
		"priorities: {P2: {pickup: 9h}}":                                          false,
		"reminders: {at: [50]}":                                                   false,
	} {
		assert.Equal(t, same, plain.Policy.Version == mustParse(t, text).Policy.Version, text)
	}
	assert.Regexp(t, "^[0-9a-f]{8}$", plain.Policy.Version)
	assert.Regexp(t, "^[0-9a-f]{8}$", plain.Calendar.Version())
}

func TestABrokenCalendarIsNoMatterToThoseWhoDoNotNeedIt(t *testing.T) {
	c := mustParse(t, "calendar: {days: []}\npartners: [{name: OptIT, email: a@b.test, calendar: {hours: \"x\"}}]\n", SectionStore)
	assert.NotNil(t, c.Calendar)
	assert.Same(t, c.Calendar, c.CalendarOf("OptIT"))
}

func TestAPartnersCalendarDiffersInWhatItNames(t *testing.T) {
	c := mustParse(t, "calendar: {hours: \"10:00-18:00\", holidays: [2026-01-26]}\n"+
		"partners: [{name: OptIT, email: a@b.test, calendar: {days: Mon-Sat, timezone: Europe/Berlin}}]\n")
	own := c.CalendarOf("OptIT")
	assert.Equal(t, "Europe/Berlin", own.Zone().String())
	assert.Equal(t, []string{"10:00-18:00"}, hoursOf(own, 2026, 3, 14))
	assert.Empty(t, hoursOf(own, 2026, 1, 26))
	assert.Empty(t, hoursOf(c.Calendar, 2026, 3, 14))
}
