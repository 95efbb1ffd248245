package config

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"envdesk/tracker/intake"
	"envdesk/tracker/sla"
)

// deskCalendar reads the calendar of the desk. A broken one leaves the default
// in its place, for those who do not need it.
func (r *reader) deskCalendar(m *mapping) {
	s := defaultSchedule(r.c.Desk.Zone)
	m.within("calendar", "days, hours, half_days and holidays", func(m *mapping) { schedule(m, &s) })
	if c := r.calendar("calendar", s); c != nil {
		r.c.Calendar = c
	}
}

// calendar makes the calendar of what was read under a key; nil, and a problem
// of the key, when that cannot be.
func (r *reader) calendar(key string, s sla.Schedule) *sla.Calendar {
	r.c.schedules[key] = s
	if r.failed(key) {
		return nil
	}
	c, err := calendarOf(s)
	if err != nil {
		r.report(key, &fault{got: strings.TrimPrefix(err.Error(), "calendar: "), want: "days with hours"})
		return nil
	}
	return c
}

// calendarOf makes a calendar whose version names its content.
func calendarOf(s sla.Schedule) (*sla.Calendar, error) {
	s.Version = scheduleVersion(s)
	return sla.NewCalendar(s)
}

// schedule reads over what is in s: the default, or the desk's for a partner's,
// from which it differs in what it names.
func schedule(m *mapping, s *sla.Schedule) {
	scan(m, "timezone", &s.Zone, parseZone)
	scanMany(m, "days", &s.Days, parseDays)
	scanMany(m, "hours", &s.Hours, parseWindows)
	m.sortWindows("hours", s.Hours)
	m.within("half_days", `days such as {Sat: "09:00-13:00"}`, func(m *mapping) {
		s.HalfDays = map[time.Weekday][]sla.Window{}
		for day := time.Sunday; day <= time.Saturday; day++ {
			key := day.String()[:3]
			if !m.has(key) {
				m.known = append(m.known, key)
				continue
			}
			var hours []sla.Window
			scanMany(m, key, &hours, parseWindows)
			m.sortWindows(key, hours)
			s.HalfDays[day] = hours
		}
	})
	scanList(m, "holidays", &s.Holidays, parseHoliday)
	slices.Sort(s.Holidays)
	s.Holidays = slices.Compact(s.Holidays)
}

// failed reports whether a problem of the key or below it was found.
func (r *reader) failed(key string) bool {
	return slices.ContainsFunc(r.problems, func(p Problem) bool { return Section(key).holds(p.Key) })
}

// sortWindows puts the windows of a day in order and reports those that overlap.
func (m *mapping) sortWindows(key string, ws []sla.Window) {
	slices.SortFunc(ws, func(a, b sla.Window) int { return cmp.Compare(a.From, b.From) })
	for i := 1; i < len(ws); i++ {
		if ws[i].From < ws[i-1].To {
			m.report(key, &fault{got: windowText(ws[i-1]) + " and " + windowText(ws[i]) + ", which overlap", want: "windows one after the other"})
			return
		}
	}
}

// parseDays takes days and ranges of days, such as Mon-Fri or Mon, Wed, Fri.
func parseDays(s string) ([]time.Weekday, *fault) {
	var out []time.Weekday
	for part := range strings.SplitSeq(s, ",") {
		first, last, isRange := strings.Cut(part, "-")
		if !isRange {
			last = first
		}
		from, ok1 := weekday(first)
		to, ok2 := weekday(last)
		if !ok1 || !ok2 {
			return nil, want("days such as Mon-Fri or [Mon, Wed, Sat]")
		}
		for day := from; ; day = (day + 1) % 7 {
			if !slices.Contains(out, day) {
				out = append(out, day)
			}
			if day == to {
				break
			}
		}
	}
	return out, nil
}

// weekday takes the English name of a day or its first three letters.
func weekday(s string) (time.Weekday, bool) {
	s = strings.TrimSpace(s)
	for day := time.Sunday; day <= time.Saturday; day++ {
		if strings.EqualFold(s, day.String()) || strings.EqualFold(s, day.String()[:3]) {
			return day, true
		}
	}
	return 0, false
}

// parseWindows takes windows such as 09:00-13:00, 14:00-18:00.
func parseWindows(s string) ([]sla.Window, *fault) {
	var out []sla.Window
	for part := range strings.SplitSeq(s, ",") {
		from, to, _ := strings.Cut(part, "-")
		open, ok1 := clockOf(from)
		end, ok2 := clockOf(to)
		switch {
		case !ok1 || !ok2:
			return nil, want(`hours such as "09:00-18:00", at most to 24:00`)
		case end <= open:
			return nil, want("hours that end after they begin")
		}
		out = append(out, sla.Window{From: open, To: end})
	}
	return out, nil
}

// windowText is a window as the configuration writes it.
func windowText(w sla.Window) string {
	return fmt.Sprintf("%02d:%02d-%02d:%02d", w.From/60, w.From%60, w.To/60, w.To%60)
}

// clockOf takes a time of day from 00:00 to 24:00.
func clockOf(s string) (int, bool) {
	hour, minute, ok := strings.Cut(strings.TrimSpace(s), ":")
	h, err1 := strconv.ParseUint(hour, 10, 8)
	m, err2 := strconv.ParseUint(minute, 10, 8)
	if !ok || err1 != nil || err2 != nil || len(minute) != 2 || len(hour) > 2 || m > 59 {
		return 0, false
	}
	at := int(h*60 + m)
	return at, at <= 24*60
}

func (r *reader) priorities(m *mapping) {
	for _, name := range PriorityNames() {
		m.within(name, "{pickup: …, resolve: …}", func(m *mapping) {
			rule := r.c.Policy.Rules[name]
			r.priority(m, &rule)
			r.approval(m, intake.Approval{Priority: name})
			r.c.Policy.Rules[name] = rule
		})
	}
	scan(m, "default", &r.c.Default, choice(PriorityNames()...))
	r.checkRising(m)
}

// priority reads over the default. Naming a resolve target takes away what
// belongs to another kind of target.
func (r *reader) priority(m *mapping, p *sla.Rule) {
	scan(m, "pickup", &p.Pickup, parseSpan)
	if m.has("resolve") {
		p.Resolve, p.EndOfDay, p.Notice = sla.Span{}, false, 0
	}
	scan(m, "resolve", p, func(s string) (sla.Rule, *fault) { return withResolve(*p, s) })
	if m.has("notice") && !m.has("resolve") {
		p.Resolve, p.EndOfDay = sla.Span{}, false
	}
	if !p.EndOfDay {
		p.Cap, p.Floor = 0, 0
	}
	clock := "business"
	if p.Continuous {
		clock = "24x7"
	}
	scan(m, "clock", &clock, choice("business", "24x7"))
	p.Continuous = clock == "24x7" // P0 never pauses, whatever its clock; others do
	scan(m, "cap", &p.Cap, parseTime)
	scan(m, "floor", &p.Floor, parseTime)
	scan(m, "notice", &p.Notice, number(1, 366))
	r.checkTarget(m, *p)
}

func withResolve(p sla.Rule, s string) (sla.Rule, *fault) {
	if s == "eod" {
		p.EndOfDay = true
		return p, nil
	}
	span, f := parseSpan(s)
	if f != nil {
		return p, want("eod or a duration above zero such as 12h, 3d or 2w")
	}
	p.Resolve = span
	return p, nil
}

func (r *reader) checkTarget(m *mapping, p sla.Rule) {
	switch {
	case m.has("notice") && m.has("resolve"):
		m.report("notice", &fault{got: "notice beside resolve", want: "one of them"})
	case p.EndOfDay && p.Continuous:
		m.report("clock", &fault{got: `"24x7"`, want: "business with resolve: eod"})
	case !p.EndOfDay && m.has("cap"):
		m.report("cap", &fault{got: "a cap", want: "it only with resolve: eod"})
	case !p.EndOfDay && m.has("floor"):
		m.report("floor", &fault{got: "a floor", want: "it only with resolve: eod"})
	case p.EndOfDay && m.has("cap") && p.Cap == 0:
		m.report("cap", &fault{got: `"0m"`, want: "a duration above zero such as 12h"})
	case p.EndOfDay && p.Cap > 0 && p.Floor > p.Cap:
		m.report("floor", &fault{got: quote(sla.Span{Time: p.Floor}.String()), want: "at most the cap of " + sla.Span{Time: p.Cap}.String()})
	}
}

// checkRising reports a target that is longer than the same target of a less
// urgent priority whose clock runs alike, when the file sets one of them.
func (r *reader) checkRising(m *mapping) {
	names := PriorityNames()
	for i, name := range names {
		for _, lower := range names[i+1:] {
			a, b := r.c.Policy.Rules[name], r.c.Policy.Rules[lower]
			if a.Continuous != b.Continuous {
				continue
			}
			r.checkPair(m, name, lower, "pickup", a.Pickup, b.Pickup)
			r.checkPair(m, name, lower, "resolve", a.Resolve, b.Resolve)
		}
	}
}

func (r *reader) checkPair(m *mapping, name, lower, target string, a, b sla.Span) {
	calendar := r.c.Calendar
	if r.c.Policy.Rules[name].Continuous {
		calendar = calendar.AroundTheClock()
	}
	key, below := name+"."+target, lower+"."+target
	if r.failed(m.at(key)) || r.failed(m.at(below)) || a.IsZero() || b.IsZero() || a.On(calendar) <= b.On(calendar) {
		return
	}
	switch {
	case r.c.lines[m.at(key)] > 0:
		m.report(key, &fault{got: quote(a.String()), want: "at most the " + b.String() + " of " + lower})
	case r.c.lines[m.at(below)] > 0:
		m.report(below, &fault{got: quote(b.String()), want: "at least the " + a.String() + " of " + name})
	}
}

// warnTargets warns of a priority whose work may be picked up later than it is to
// be resolved, when the file sets one of the two targets.
func (c *Config) warnTargets(warn warner) {
	for _, name := range PriorityNames() {
		rule, calendar := c.Policy.Rules[name], c.Calendar
		if rule.Continuous {
			calendar = calendar.AroundTheClock()
		}
		limit, words := rule.Resolve.On(calendar), rule.Resolve.String()
		if rule.EndOfDay {
			limit, words = calendar.FullDay(), "business day"
			if rule.Cap > 0 && rule.Cap < limit {
				limit, words = rule.Cap, sla.Span{Time: rule.Cap}.String()
			}
		}
		key := "priorities." + name + ".pickup"
		if c.lines[key] == 0 {
			key = "priorities." + name + ".resolve"
		}
		if c.lines[key] > 0 && limit > 0 && rule.Pickup.On(calendar) > limit {
			warn(key, "a pickup within "+rule.Pickup.String(), "at most the "+words+" to resolve it", "")
		}
	}
}
