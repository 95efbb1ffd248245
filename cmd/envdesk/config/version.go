package config

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"envdesk/tracker/sla"
)

// policyVersion names the content of a policy: equal policies have the same
// version, however the file writes them.
func policyVersion(p *sla.Policy) string {
	var b strings.Builder
	for _, name := range PriorityNames() {
		r := p.Rules[name]
		fmt.Fprintln(&b, name, r.Pickup, r.Resolve, r.EndOfDay, r.Cap, r.Floor, r.Continuous, r.Notice)
	}
	fmt.Fprintln(&b, p.Marks)
	return shortHash(b.String())
}

// scheduleVersion names the content of a calendar, likewise.
func scheduleVersion(s sla.Schedule) string {
	var b strings.Builder
	fmt.Fprintln(&b, s.Zone, slices.Sorted(slices.Values(s.Days)), s.Hours)
	for day := time.Sunday; day <= time.Saturday; day++ {
		if hours, ok := s.HalfDays[day]; ok {
			fmt.Fprintln(&b, day, hours)
		}
	}
	fmt.Fprintln(&b, s.Holidays)
	return shortHash(b.String())
}

// terms names all by which the clocks of tickets run and people are reminded.
func (c *Config) terms() string {
	var b strings.Builder
	fmt.Fprintln(&b, policyVersion(c.Policy), c.Calendar.Version(), c.Reminders)
	for _, p := range c.Partners {
		fmt.Fprintln(&b, p.Name, c.CalendarOf(p.Name).Version())
	}
	return shortHash(b.String())
}

// shortHash is the start of the SHA-256 of a text.
func shortHash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:4])
}
