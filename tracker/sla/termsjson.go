package sla

import (
	"encoding/json"
	"fmt"
	"time"

	"envdesk/tracker"
)

// Stored is the form in which terms are kept.
func (t Terms) Stored() (tracker.StoredTerms, error) {
	data, err := json.Marshal(t)
	if err != nil {
		return tracker.StoredTerms{}, fmt.Errorf("store terms %s: %w", t.Version, err)
	}
	return tracker.StoredTerms{Since: t.Since, Version: t.Version, Data: data}, nil
}

// ReadLedger makes the ledger of stored terms, in their order.
func ReadLedger(stored []tracker.StoredTerms) (Ledger, error) {
	var l Ledger
	for _, s := range stored {
		t := Terms{Since: s.Since}
		if err := json.Unmarshal(s.Data, &t); err != nil {
			return nil, fmt.Errorf("read terms %s: %w", s.Version, err)
		}
		if t.Policy == nil || t.Calendar == nil {
			return nil, fmt.Errorf("read terms %s: no policy or no calendar", s.Version)
		}
		l = append(l, t)
	}
	return l, nil
}

// UnmarshalJSON reads a policy as terms hold it. Where it was stored without
// saying what never pauses, that is P0 alone.
func (p *Policy) UnmarshalJSON(data []byte) error {
	type fields Policy
	stored := struct {
		*fields
		Rules map[string]struct {
			Rule
			NeverPauses *bool `json:"never_pauses"`
		} `json:"rules"`
	}{fields: (*fields)(p)}
	if err := json.Unmarshal(data, &stored); err != nil {
		return err
	}
	p.Rules = make(map[string]Rule, len(stored.Rules))
	for name, s := range stored.Rules {
		s.Rule.NeverPauses = name == "P0"
		if s.NeverPauses != nil {
			s.Rule.NeverPauses = *s.NeverPauses
		}
		p.Rules[name] = s.Rule
	}
	return nil
}

// MarshalJSON gives the whole calendar: its schedule, with the zone by its name.
func (c *Calendar) MarshalJSON() ([]byte, error) { return json.Marshal(c.schedule) }

// UnmarshalJSON makes the calendar of what MarshalJSON gave.
func (c *Calendar) UnmarshalJSON(data []byte) error {
	var s Schedule
	if err := json.Unmarshal(data, &s); err != nil {
		return err
	}
	made, err := NewCalendar(s)
	if err != nil {
		return err
	}
	*c = *made
	return nil
}

// storedSchedule is the JSON form of a Schedule.
type storedSchedule struct {
	Version    string                    `json:"version"`
	Zone       string                    `json:"zone"`
	Continuous bool                      `json:"continuous,omitempty"`
	Days       []time.Weekday            `json:"days,omitempty"` // 0 is Sunday
	Hours      []Window                  `json:"hours,omitempty"`
	HalfDays   map[time.Weekday][]Window `json:"half_days,omitempty"`
	Holidays   []Date                    `json:"holidays,omitempty"`
}

// MarshalJSON names the zone. One that cannot be found again by its name is an
// error.
func (s Schedule) MarshalJSON() ([]byte, error) {
	if s.Zone == nil {
		return nil, fmt.Errorf("store calendar %s: no time zone", s.Version)
	}
	if _, err := time.LoadLocation(s.Zone.String()); err != nil {
		return nil, fmt.Errorf("store calendar %s: %w", s.Version, err)
	}
	return json.Marshal(storedSchedule{s.Version, s.Zone.String(), s.Continuous, s.Days, s.Hours, s.HalfDays, s.Holidays})
}

// UnmarshalJSON reads what MarshalJSON gave.
func (s *Schedule) UnmarshalJSON(data []byte) error {
	var f storedSchedule
	if err := json.Unmarshal(data, &f); err != nil {
		return err
	}
	zone, err := time.LoadLocation(f.Zone)
	if err != nil {
		return fmt.Errorf("read calendar %s: %w", f.Version, err)
	}
	*s = Schedule{f.Version, zone, f.Continuous, f.Days, f.Hours, f.HalfDays, f.Holidays}
	return nil
}
