package config

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"envdesk/tracker"
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

// Terms are the policy and the calendars of the configuration. Their version
// names the content of all of them.
func (c *Config) Terms() sla.Terms {
	t := sla.Terms{Policy: c.Policy, Calendar: c.Calendar, Partners: map[string]*sla.Calendar{}}
	for _, p := range c.Partners {
		if p.Calendar != nil {
			t.Partners[strings.ToLower(p.Name)] = p.Calendar
		}
	}
	var b strings.Builder
	fmt.Fprintln(&b, policyVersion(c.Policy), c.Calendar.Version())
	for _, name := range slices.Sorted(maps.Keys(t.Partners)) {
		fmt.Fprintln(&b, name, t.Partners[name].Version())
	}
	t.Version = shortHash(b.String())
	return t
}

// agenda names all that says when the desk has something to do on a ticket. Who
// may open one is no part of it.
func (c *Config) agenda() string {
	var b strings.Builder
	fmt.Fprintln(&b, c.Terms().Version, c.Reminders, c.Close, c.Approvals)
	for _, p := range c.People {
		if p.Role != tracker.RoleRequester {
			fmt.Fprintln(&b, p)
		}
	}
	for _, p := range c.Partners {
		fmt.Fprintln(&b, p.Name, p.Email, p.Members, p.Status, p.NDASigned.Unix())
	}
	return shortHash(b.String())
}

// shortHash is the start of the SHA-256 of a text.
func shortHash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:4])
}
