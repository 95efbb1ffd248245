package config

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
	"envdesk/tracker/sla"
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
	assert.Same(t, c.Calendar, c.Terms().CalendarOf("OptIT"))
}

func TestAPartnersCalendarDiffersInWhatItNames(t *testing.T) {
	c := mustParse(t, "calendar: {hours: \"10:00-18:00\", holidays: [2026-01-26]}\n"+
		"partners: [{name: OptIT, email: a@b.test, calendar: {days: Mon-Sat, timezone: Europe/Berlin}}]\n")
	own := c.Terms().CalendarOf("OptIT")
	assert.Equal(t, "Europe/Berlin", own.Zone().String())
	assert.Equal(t, []string{"10:00-18:00"}, hoursOf(own, 2026, 3, 14))
	assert.Empty(t, hoursOf(own, 2026, 1, 26))
	assert.Empty(t, hoursOf(c.Calendar, 2026, 3, 14))
}

const partnersText = "people: [{email: a@b.test, role: manager}]\npartners: [{name: OptIT, email: a@b.test, status: onboarded, calendar: {hours: \"09:00-17:00\"}}]\n"

// What is promised has one name, what says when the desk has something to do
// another one.
func TestTermsAndAgendaNameTheirContent(t *testing.T) {
	plain := mustParse(t, partnersText)
	for text, same := range map[string]struct{ terms, agenda bool }{
		partnersText + "routing: []\n": {true, true},
		strings.Replace(partnersText, "people: [", "people: [{email: \"*@egov.test\", role: requester}, ", 1): {true, true},
		strings.Replace(partnersText, "17:00", "16:00", 1):                                                    {false, false},
		strings.Replace(partnersText, ", calendar: {hours: \"09:00-17:00\"}", "", 1):                          {false, false},
		partnersText + "calendar: {days: Mon-Sat}\n":                                                          {false, false},
		partnersText + "priorities: {P2: {resolve: 4d}}\n":                                                    {false, false},
		partnersText + "reminders: {at: [50]}\n":                                                              {false, false},
		partnersText + "reminders: {late: [manager]}\n":                                                       {true, false},
		partnersText + "close: {after: 9d}\n":                                                                 {true, false},
		partnersText + "types: [{name: AccessOps, approval: manager}]\n":                                      {true, false},
		strings.Replace(partnersText, "status: onboarded", "status: left", 1):                                 {true, false},
		strings.Replace(partnersText, "a@b.test, role", "c@b.test, role", 1):                                  {true, false},
	} {
		c := mustParse(t, text)
		assert.Equal(t, same.terms, plain.Terms().Version == c.Terms().Version, "terms of %s", text)
		assert.Equal(t, same.agenda, plain.agenda() == c.agenda(), "agenda of %s", text)
	}
	assert.Regexp(t, "^[0-9a-f]{8}$", plain.Terms().Version)
}

func TestTheTermsOfAnyConfigurationCanBeKept(t *testing.T) {
	c := mustParse(t, "calendar: {timezone: America/St_Johns, half_days: {Sat: \"09:00-13:00\", Fri: []}, holidays: [2026-01-26]}\n"+partnersText)
	stored, err := c.Terms().Stored()
	require.NoError(t, err)
	l, err := sla.ReadLedger([]tracker.StoredTerms{stored})
	require.NoError(t, err)
	assert.Equal(t, sla.Ledger{c.Terms()}, l)
}
