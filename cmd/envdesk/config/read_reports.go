package config

import (
	"slices"
	"strings"
	"time"

	"envdesk/tracker"
)

func (r *reader) reminders(m *mapping) {
	marks := &r.c.Policy.Marks
	scanList(m, "at", marks, number(1, 99))
	slices.Sort(*marks)
	*marks = slices.Compact(*marks)
	scanList(m, "late", &r.c.Reminders.Late, parseAudience)
	scanList(m, "later", &r.c.Reminders.Later, parseAudience)
}

// parseAudience takes who is told: a role, partners also in the plural.
func parseAudience(s string) (tracker.Role, *fault) {
	if s == "partners" {
		return tracker.RolePartner, nil
	}
	return choice(tracker.RolePartner, tracker.RoleManager, tracker.RoleDevOps, tracker.RoleRequester, tracker.RoleStakeholder)(s)
}

func parseDailyAudience(s string) (tracker.Role, *fault) {
	switch s {
	case "partner", "partners":
		return tracker.RolePartner, nil
	}
	return choice(tracker.RoleManager, tracker.RoleDevOps, tracker.RoleStakeholder, "partners")(s)
}

func (r *reader) reports(m *mapping) {
	m.within("weekly", "{at: Mon 09:00, to: […]}", func(m *mapping) {
		w := &r.c.Reports.Weekly
		scan(m, "at", w, func(s string) (Weekly, *fault) { return withWeekTime(*w, s) })
		m.eachMapping("to", "{email: …, edition: programme} or {partner: …}", r.weeklyReader)
		m.require("to", "who gets it, or [] for nobody")
	})
	m.within("daily", `{at: "09:15", to: [manager, devops, partners]}`, func(m *mapping) {
		d := &r.c.Reports.Daily
		scan(m, "at", &d.At, parseClock)
		scanList(m, "to", &d.To, parseDailyAudience)
		m.require("to", "who gets it, or [] for nobody")
		scan(m, "empty", &d.Empty, parseBool)
	})
}

// withWeekTime takes a day and a time, such as Mon 09:00.
func withWeekTime(w Weekly, s string) (Weekly, *fault) {
	name, clock, _ := strings.Cut(strings.TrimSpace(s), " ")
	day, ok := weekday(name)
	at, f := parseClock(strings.TrimSpace(clock))
	if !ok || f != nil {
		f = want("a day and a time such as Mon 09:00")
		if n := Nearest(name, dayNames()); n != "" && !ok {
			f.fix = "did you mean " + n + "?"
		}
		return w, f
	}
	w.Day, w.At = day, at
	return w, nil
}

func dayNames() []string {
	var out []string
	for day := time.Sunday; day <= time.Saturday; day++ {
		out = append(out, day.String())
	}
	return out
}

// parseClock takes a time of day before midnight.
func parseClock(s string) (int, *fault) {
	at, ok := clockOf(s)
	if !ok || at == 24*60 {
		return 0, want("a time from 00:00 to 23:59")
	}
	return at, nil
}

// weeklyReader reads one reader. The programme's edition shows every partner, so
// no partner gets it, nor the edition of another one.
func (r *reader) weeklyReader(m *mapping) {
	var rd Reader
	scan(m, "email", &rd.Email, parseAddress)
	scan(m, "partner", &rd.Partner, named(r.c.Vocabulary().Partners))
	rd.Edition = EditionProgramme
	if m.has("partner") {
		rd.Edition = EditionPartner
	}
	scan(m, "edition", &rd.Edition, choice(EditionProgramme, EditionPartner, EditionRequester))
	of := r.partnerOf(rd.Email)
	switch {
	case !m.has("email") && !m.has("partner"):
		m.report("email", &fault{got: "nobody", want: "email or partner"})
	case rd.Edition == EditionPartner && !m.has("partner"):
		m.report("edition", &fault{got: `"partner"`, want: "partner too, the name of the one it is about"})
	case rd.Edition == EditionRequester && (m.has("partner") || !m.has("email")):
		m.report("edition", &fault{got: `"requester"`, want: "email alone: it is about that person's own requests"})
	case rd.Edition == EditionProgramme && (m.has("partner") || of != ""):
		m.report("edition", &fault{got: `"programme"`, want: "the partner edition, since the other shows all partners"})
	case rd.Edition == EditionPartner && of != "" && of != rd.Partner:
		m.report("email", &fault{got: quote(rd.Email) + ", which is " + of + "'s", want: "no address of another partner than " + rd.Partner})
	case slices.Contains(r.c.Reports.Weekly.To, rd):
		m.report("email", &fault{got: "a reader a second time", want: "each reader once"})
	}
	r.c.Reports.Weekly.To = append(r.c.Reports.Weekly.To, rd)
}

// partnerOf is the name of the partner that an address belongs to, or "".
func (r *reader) partnerOf(addr string) string {
	if p := r.c.Directory().Lookup(tracker.Address{Address: addr}).Partner; p != nil {
		return p.Name
	}
	return ""
}
