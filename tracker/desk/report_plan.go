package desk

import (
	"slices"
	"strings"
	"time"

	"envdesk/tracker"
	"envdesk/tracker/report"
	"envdesk/tracker/sla"
)

// Reports is who gets a report when; the zero value is nobody. Times of day are
// those of the wall clock in the desk's zone.
type Reports struct {
	Weekly WeeklyPlan
	Daily  DailyPlan
}

// WeeklyPlan is when the report on the week that has ended is sent, and to whom.
type WeeklyPlan struct {
	Day time.Weekday
	At  time.Duration // behind midnight
	To  []WeeklyReader
}

// WeeklyReader gets an edition of the weekly report. Without an address it is the
// partner's own.
type WeeklyReader struct {
	Email   string
	Edition Edition
}

// DailyPlan is when the digest is sent on business days, and to whom.
type DailyPlan struct {
	At    time.Duration // behind midnight
	To    []tracker.Role
	Empty bool // also when there is nothing to say
}

// last is the latest instant at or before now at which a report was to be sent,
// and the week that it is on: the one that had ended then.
func (p WeeklyPlan) last(now time.Time, zone *time.Location) (at time.Time, w report.Week) {
	local := now.In(zone)
	for back := range 8 {
		day := local.AddDate(0, 0, -back)
		at = onDay(day, p.At, zone)
		if day.Weekday() == p.Day && !at.After(now) {
			break
		}
	}
	return at, report.WeekOf(at, zone).Back(1)
}

// today is when the digest of the day of now is to be sent, and until when: the
// end of that business day, or of the date when it is sent behind that. False on
// other days.
func (p DailyPlan) today(now time.Time, c *sla.Calendar, zone *time.Location) (from, until time.Time, ok bool) {
	local := now.In(zone)
	from = onDay(local, p.At, zone)
	until, ok = c.EndOfDay(c.DateOf(from))
	if !until.After(from) {
		until = onDay(local, 24*time.Hour, zone)
	}
	return from, until, ok
}

// confirms reports whether the digest of the day is sent even when it is empty, so
// that silence on other days can be trusted: on the first business day of a week.
func (p DailyPlan) confirms(day time.Time, c *sla.Calendar) bool {
	for d := c.DateOf(day); d.Weekday() != time.Monday; {
		d--
		if _, ok := c.EndOfDay(d); ok {
			return false
		}
	}
	return true
}

// onDay is a time of day on the local date of an instant.
func onDay(day time.Time, at time.Duration, zone *time.Location) time.Time {
	y, m, d := day.In(zone).Date()
	return time.Date(y, m, d, 0, int(at/time.Minute), 0, 0, zone)
}

// addressee is who gets a report, and as what.
type addressee struct {
	to tracker.Address
	as tracker.Role
}

// readership are the readers of an edition.
type readership struct {
	edition Edition
	readers []addressee
}

// weeklyReaders are the readers of each edition at an instant. A partner that is
// barred gets nothing, nor do its people, and nobody what is another partner's.
func (d *Desk) weeklyReaders(now time.Time) (out []readership) {
	for _, r := range d.Reports.Weekly.To {
		to, ok := d.addresseeOf(r, now)
		if !ok {
			continue
		}
		i := slices.IndexFunc(out, func(g readership) bool { return g.edition == r.Edition })
		if i < 0 {
			i, out = len(out), append(out, readership{edition: r.Edition})
		}
		if !slices.ContainsFunc(out[i].readers, func(a addressee) bool { return a.to.Is(to.to.Address) }) {
			out[i].readers = append(out[i].readers, to)
		}
	}
	return out
}

func (d *Desk) addresseeOf(r WeeklyReader, now time.Time) (addressee, bool) {
	dir := d.Rules.Directory
	if r.Edition.Kind == report.PartnerEdition {
		p, ok := dir.Partner(r.Edition.For)
		if !ok || p.Barrier(now) != "" {
			return addressee{}, false
		}
		if r.Email == "" {
			return addressee{tracker.Address{Name: p.Name, Address: p.Email}, tracker.RolePartner}, true
		}
	}
	who := dir.Lookup(tracker.Address{Address: r.Email})
	if r.Email == "" || who.Partner != nil && !mayRead(*who.Partner, r.Edition, now) {
		return addressee{}, false
	}
	return addressee{who.Address, r.Edition.ReadBy(who)}, true
}

// mayRead reports whether the people of a partner may have the edition.
func mayRead(p tracker.Partner, e Edition, now time.Time) bool {
	own := e.Kind == report.PartnerEdition && strings.EqualFold(p.Name, e.For)
	return p.Barrier(now) == "" && (own || e.Kind == report.RequesterEdition)
}

// digestReader is somebody who gets a digest, and what it is of.
type digestReader struct {
	addressee
	report.DigestReader
}

// digestReaders are those with one of the roles, each once.
func (d *Desk) digestReaders(roles []tracker.Role, now time.Time) (out []digestReader) {
	add := func(to tracker.Address, r report.DigestReader) {
		if to.Address == "" || slices.ContainsFunc(out, func(o digestReader) bool { return o.to.Is(to.Address) }) {
			return
		}
		out = append(out, digestReader{addressee{to, r.Role}, r})
	}
	dir := d.Rules.Directory
	for _, role := range roles {
		if role != tracker.RolePartner {
			for _, to := range dir.WithRole(role) {
				add(to, report.DigestReader{Role: role, Address: to.Address})
			}
			continue
		}
		for _, p := range dir.Partners {
			if p.Barrier(now) == "" {
				add(tracker.Address{Name: p.Name, Address: p.Email}, report.DigestReader{Role: role, Partner: p.Name})
			}
		}
	}
	return out
}

// dailyName is that of the digest of the local date of an instant.
func (d *Desk) dailyName(at time.Time, to tracker.Address) string {
	return "daily/" + at.In(d.zone()).Format(time.DateOnly) + "/" + strings.ToLower(to.Address)
}
