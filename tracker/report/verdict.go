package report

import (
	"fmt"
	"slices"
	"strings"

	"envdesk/tracker"
)

// verdict tells the week in a headline and a sentence or more.
func (r *Report) verdict() Verdict {
	if r.Quiet {
		return Verdict{Headline: "A quiet week" + r.soFar() + ".", Detail: strings.Join(r.quietness(), " ")}
	}
	v := Verdict{Headline: r.deadlines()}
	if who := r.missedBy(); who != "" {
		v.Headline += " " + who
	}
	v.Detail = strings.Join(said([]string{r.urgentInTime(), r.lateWork(), r.backlog(), r.outsiders()}), " ")
	return v
}

// quietness tells that there is nothing to tell, but for the desk's own trouble.
func (r *Report) quietness() []string {
	trouble := ""
	if r.Honesty != nil {
		trouble = r.Honesty.Trouble()
	}
	return said([]string{"Nothing came in, no deadline fell into it and nothing is open.", trouble})
}

// soFar is said of a week that runs.
func (r *Report) soFar() string {
	if r.AsOf.Before(r.To) {
		return " so far"
	}
	return ""
}

// deadlines tells how many were met.
func (r *Report) deadlines() string {
	switch due, met := r.InTime.Now.Of, r.InTime.Now.Met; {
	case due == 0:
		return "No deadline fell into this week" + r.soFar() + "."
	case due == 1 && met == 1:
		return "The one deadline was met."
	case due == 1:
		return "The one deadline was missed."
	case due == 2 && met == 2:
		return "Both deadlines were met."
	case due == 2 && met == 0:
		return "Neither of the two deadlines was met."
	case met == due:
		return fmt.Sprintf("All %d deadlines met.", due)
	case met == 0:
		return fmt.Sprintf("None of %d deadlines met.", due)
	case 2*met < due:
		return fmt.Sprintf("Only %d of %d deadlines met.", met, due)
	default:
		return fmt.Sprintf("%d of %d deadlines met.", met, due)
	}
}

// missedBy names who missed, of at most two partners.
func (r *Report) missedBy() string {
	if r.Edition != Programme || len(r.Partners) == 0 {
		return ""
	}
	var who []string
	theirs := 0
	for _, p := range r.Partners {
		n := p.InTime.Of - p.InTime.Met
		switch {
		case n == 0:
			continue
		case len(who) == 0:
			who = append(who, fmt.Sprintf("%s was late %s", p.Name, times(n)))
		default:
			who = append(who, p.Name+" "+times(n))
		}
		theirs += n
	}
	if len(who) > 2 {
		return tracker.Capital(small(len(who))) + " partners were late."
	}
	parts := []string{list(who)}
	if nobodys := r.InTime.Now.Of - r.InTime.Now.Met - theirs; nobodys > 0 {
		parts = append(parts, Count(nobodys, "deadline")+" passed without a partner")
	}
	return sentence(parts)
}

// sentence puts parts together; "" for none.
func sentence(parts []string) string {
	if parts = said(parts); len(parts) == 0 {
		return ""
	}
	return strings.Join(parts, "; ") + "."
}

// urgent is the line of P0.
func (r *Report) urgent() PriorityLine {
	if i := slices.IndexFunc(r.Priorities, func(p PriorityLine) bool { return p.Priority == "P0" }); i >= 0 {
		return r.Priorities[i]
	}
	return PriorityLine{}
}

// urgentInTime tells how P0 kept its deadlines, when any fell. That every P0 was
// in time is not said while one is late since an earlier week.
func (r *Report) urgentInTime() string {
	switch p := r.urgent(); {
	case p.Due == 0 || p.Late == 0 && p.LateNow > 0:
		return ""
	case p.Late == 0:
		return "Every P0 was in time."
	case p.Due == 1:
		return "The one deadline of P0 was missed."
	default:
		return fmt.Sprintf("P0 met %d of %d deadlines.", p.Met, p.Due)
	}
}

// lateWork tells what is late now: P0 before all else.
func (r *Report) lateWork() string {
	if urgent := r.urgentLate(); urgent != "" {
		return urgent
	}
	if n := r.LateNow.Now; n > 0 {
		return fmt.Sprintf("%s %s late now.", Count(n, "request"), isAre(n))
	}
	return ""
}

// urgentLate tells how many of P0 are late now.
func (r *Report) urgentLate() string {
	if n := r.urgent().LateNow; n > 0 {
		return fmt.Sprintf("%s %s late now.", Count(n, "P0 request"), isAre(n))
	}
	return ""
}

// backlog tells how the open work moved in the week.
func (r *Report) backlog() string {
	first := len(r.Trend.Weeks) < 2
	switch o := r.Open; {
	case o.Now == 0 && (first || o.LastWeek == 0):
		return "Nothing is open."
	case first:
		return fmt.Sprintf("%s %s open.", Count(o.Now, "request"), isAre(o.Now))
	case o.Now < o.LastWeek:
		return fmt.Sprintf("Open work fell from %d to %d.", o.LastWeek, o.Now)
	case o.Now > o.LastWeek:
		return fmt.Sprintf("Open work rose from %d to %d.", o.LastWeek, o.Now)
	default:
		return fmt.Sprintf("Open work stays at %d.", o.Now)
	}
}

// outsiders tells how many requests of unknown senders wait.
func (r *Report) outsiders() string {
	switch n := r.ToLetIn; n {
	case 0:
		return ""
	case 1:
		return "1 request waits to be let in."
	default:
		return fmt.Sprintf("%d requests wait to be let in.", n)
	}
}

// said are the sentences that say something.
func said(sentences []string) []string {
	return slices.DeleteFunc(sentences, func(s string) bool { return s == "" })
}

// subject is the subject of the mail: Week 11: 92% in time (23 of 25), 2 late, 1
// needs you.
func (r *Report) subject() string {
	week := fmt.Sprintf("Week %d: ", r.Week.Number)
	if r.Quiet {
		return week + "nothing to report"
	}
	var parts []string
	switch t := r.InTime.Now; {
	case t.Of == 0:
	case t.Of < few:
		parts = append(parts, t.Text+" in time")
	default:
		parts = append(parts, fmt.Sprintf("%s in time (%d of %d)", t.Text, t.Met, t.Of))
	}
	if r.LateNow.Now > 0 {
		parts = append(parts, fmt.Sprintf("%d late", r.LateNow.Now))
	} else {
		parts = append(parts, "none late")
	}
	switch n := len(r.Decisions) + r.More; n {
	case 0:
	case 1:
		parts = append(parts, "1 needs you")
	default:
		parts = append(parts, fmt.Sprintf("%d need you", n))
	}
	return week + strings.Join(parts, ", ")
}
