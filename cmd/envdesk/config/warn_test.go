package config

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestWarnings(t *testing.T) {
	const trusted = "identity: {trusted_authserv_ids: [mx.desk.test]}\n"
	now := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct{ name, text, want string }{
		{"nothing", trusted, ""},
		{"nobody is proved", "identity:\n  require: verified\n", "envdesk.yaml:1: identity.trusted_authserv_ids: got none, want the name with which your mail server signs its results; without it nobody is proved by DMARC results; the name stands in the Authentication-Results of mails that came in"},
		{"From suffices", "identity:\n  require: from\n", "envdesk.yaml:2: identity.require: got from, want verified; anybody who writes a known address into From commands the desk; for closed networks only"},
		{"gmail has a name of its own", "identity: {provider: gmail}\n", ""},
		{"holidays of last year", trusted + "calendar:\n  holidays: [2025-12-25, 2025-01-26]\n", "envdesk.yaml:3: calendar.holidays: got dates up to 2025-12-25 only, want those of 2026"},
		{"a partner's holidays of last year", trusted + "partners:\n- {name: OptIT, email: desk@optit.test, nda_signed: 2026-01-01, calendar: {holidays: [2025-12-25]}}\n", "envdesk.yaml:3: partners[0].calendar.holidays: got dates up to 2025-12-25 only, want those of 2026"},
		{"holidays of this year", trusted + "calendar: {holidays: [2026-01-26]}\n", ""},
		{"people share the desk's domain", trusted + "desk: {address: requests@egov.test}\n" + people, `envdesk.yaml:3: people[0].email: got "asha@egov.test" in the domain of the desk, want a domain of its own for the desk`},
		{"a partner shares the desk's domain", trusted + "desk: {address: requests@optit.test}\npartners: [{name: OptIT, email: desk@optit.test, nda_signed: 2026-01-01}]\n", `envdesk.yaml:3: partners[0].email: got "desk@optit.test" in the domain of the desk, want a domain of its own for the desk`},
		{"a partner without NDA", trusted + optit, "envdesk.yaml:2: partners[0]: got onboarded without a valid nda_signed, want the date of signature; OptIT has not signed the NDA, and gets no tickets"},
		{"a partner on its way in", trusted + "partners: [{name: OptIT, email: desk@optit.test, status: onboarding}]\n", ""},
		{"pickup behind the end", trusted + "priorities:\n  P2: {pickup: 2d, resolve: 1d}\n", "envdesk.yaml:3: priorities.P2.pickup: got a pickup within 2d, want at most the 1d to resolve it"},
		{"pickup behind the end that the file names", trusted + "priorities:\n  P2: {resolve: 8h}\n", "envdesk.yaml:3: priorities.P2.resolve: got a pickup within 1d, want at most the 8h to resolve it"},
		{"pickup behind the cap", trusted + "priorities:\n  P1: {cap: 1h, pickup: 90m}\n", "envdesk.yaml:3: priorities.P1.pickup: got a pickup within 1h30m, want at most the 1h to resolve it"},
		{"pickup around the clock", trusted + "priorities:\n  P2: {pickup: 20h, resolve: 1d, clock: 24x7}\n  P3: {pickup: 10d}\n", ""},
		{"a domain of managers", trusted + "people:\n- {email: asha@egov.test, role: manager}\n- {email: \"*@egov.test\", role: manager}\n", `envdesk.yaml:4: people[1].email: got "*@egov.test", want single addresses; everybody in the domain commands as manager`},
	} {
		t.Run(c.name, func(t *testing.T) {
			var lines []string
			for _, w := range mustParse(t, c.text).Warnings(now) {
				lines = append(lines, w.Error())
			}
			if c.want == "" {
				assert.Empty(t, lines)
				return
			}
			assert.Equal(t, []string{c.want}, lines)
		})
	}
}

func TestTheYearOfHolidaysIsThatOfTheDesk(t *testing.T) {
	c := mustParse(t, "identity: {provider: gmail}\ndesk: {address: a@b.test, timezone: Asia/Kolkata}\ncalendar: {holidays: [2025-12-25]}\n")
	assert.Empty(t, c.Warnings(time.Date(2025, 12, 31, 18, 29, 0, 0, time.UTC)))
	assert.Len(t, c.Warnings(time.Date(2025, 12, 31, 18, 31, 0, 0, time.UTC)), 1)
}
