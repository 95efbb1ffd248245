package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"envdesk/tracker"
)

// mostDecisions is how many decisions are asked for at once.
const mostDecisions = 5

// decisions are what waits for the reader: approvals, then what is late and
// nobody has, then what is late and whose owner has said nothing since it fell
// due, each longest waiting first. A partner is asked for its late work, a
// requester for answers.
func (v *view) decisions(late []Item, approvals []Approval) (first []Decision, more int) {
	var all []Decision
	n := 0
	if v.edition == RequesterEdition {
		all = v.answers()
		n = len(all)
	} else {
		all = approvalDecisions(approvals)
		unowned, silent := v.undecided(late)
		n = len(all) + len(unowned) + len(silent)
		for _, i := range unowned[:min(len(unowned), mostDecisions)] {
			all = append(all, decideOwner(late[i]))
		}
		for _, i := range silent[:min(len(silent), mostDecisions)] {
			all = append(all, v.decideWord(v.lateNow()[i].seen, late[i]))
		}
	}
	first = slices.Concat([]Decision{}, all[:min(len(all), mostDecisions)])
	return first, n - len(first)
}

func approvalDecisions(approvals []Approval) []Decision {
	var all []Decision
	for _, a := range approvals {
		line := "waits " + ago(a.Waited)
		if len(a.From) > 0 {
			line += " for " + list(a.From)
		}
		all = append(all, Decision{Kind: DecideApproval, Item: a.Item, Waited: a.Waited, Line: line})
	}
	return all
}

// undecided are the places of the late items that nobody has, and of those whose
// owner has said nothing.
func (v *view) undecided(late []Item) (unowned, silent []int) {
	for i := range late {
		switch s := v.lateNow()[i]; {
		case s.whom == onUs && late[i].Who == "nobody":
			unowned = append(unowned, i)
		case s.status != tracker.StatusBlocked && (s.whom == onPartner || s.whom == onUs) && !s.word.After(late[i].Due):
			silent = append(silent, i)
		}
	}
	return unowned, silent
}

func decideOwner(late Item) Decision {
	return Decision{Kind: DecideOwner, Item: late, Waited: late.LateBy, Line: lateBy(late) + ", nobody has it"}
}

func (v *view) decideWord(s *seen, late Item) Decision {
	d := Decision{Kind: DecideWord, Item: late, Waited: late.LateBy, Line: lateBy(late) + ", " + late.Who + ", " + v.silence(s)}
	if v.edition == PartnerEdition {
		d.Line = lateBy(late) + ", " + v.silence(s)
	}
	return d
}

func lateBy(i Item) string { return Length(time.Duration(i.LateBy)*time.Second, wholeDay) + " late" }

// silence tells since when its owner has said nothing.
func (v *view) silence(s *seen) string {
	if s.word.IsZero() {
		return "no word yet"
	}
	return "no word since " + day(v.local(s.word))
}

// answers are the requests that wait for their requester.
func (v *view) answers() []Decision {
	var all []Decision
	for _, s := range v.openNow() {
		if s.whom == onRequester {
			waited := seconds(v.asOf.Sub(s.since))
			all = append(all, Decision{Kind: DecideAnswer, Item: v.item(s), Waited: waited, Line: "waits " + ago(waited) + " for your answer"})
		}
	}
	slices.SortStableFunc(all, func(a, b Decision) int { return int(b.Waited - a.Waited) })
	return all
}

func ago(seconds int64) string { return Ago(time.Duration(seconds) * time.Second) }

// verdict tells the week in a headline and a sentence or two.
func (r *Report) verdict() Verdict {
	if r.Quiet {
		v := Verdict{Headline: "A quiet week.", Detail: "Nothing came in, no deadline fell into it and nothing is open."}
		if r.Honesty != nil && r.Honesty.Trouble() != "" {
			v.Detail += " " + r.Honesty.Trouble()
		}
		return v
	}
	var v Verdict
	switch due, met := r.InTime.Now.Of, r.InTime.Now.Met; {
	case due == 0:
		v.Headline = "No deadline fell into this week."
	case met == due && due == 1:
		v.Headline = "The one deadline was met."
	case due == 1:
		v.Headline = "The one deadline was missed."
	case met == due:
		v.Headline = fmt.Sprintf("All %d deadlines met.", due)
	case met == 0:
		v.Headline = fmt.Sprintf("None of %d deadlines met.", due)
	case 2*met < due:
		v.Headline = fmt.Sprintf("Only %d of %d deadlines met.", met, due)
	default:
		v.Headline = fmt.Sprintf("%d of %d deadlines met.", met, due)
	}
	if who := r.missedBy(); who != "" {
		v.Headline += " " + who
	}
	v.Detail = strings.Join(slices.DeleteFunc([]string{r.urgentPickups(), r.backlog()}, func(s string) bool { return s == "" }), " ")
	return v
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
	parts = slices.DeleteFunc(parts, func(s string) bool { return s == "" })
	if len(parts) == 0 {
		return ""
	}
	return strings.Join(parts, "; ") + "."
}

// urgentPickups tells how P0 was picked up, when any deadline of it fell.
func (r *Report) urgentPickups() string {
	for _, p := range r.Priorities {
		switch {
		case p.Priority != "P0" || p.Due == 0:
		case p.Late == 0:
			return "Every P0 was in time."
		default:
			return fmt.Sprintf("P0 met %d of %s.", p.Met, Count(p.Due, "deadline"))
		}
	}
	return ""
}

// backlog tells how the open work moved in the week.
func (r *Report) backlog() string {
	switch o := r.Open; {
	case len(r.Trend.Weeks) < 2:
		return fmt.Sprintf("%s %s open.", Count(o.Now, "request"), isAre(o.Now))
	case o.Now < o.LastWeek:
		return fmt.Sprintf("Open work fell from %d to %d.", o.LastWeek, o.Now)
	case o.Now > o.LastWeek:
		return fmt.Sprintf("Open work rose from %d to %d.", o.LastWeek, o.Now)
	default:
		return fmt.Sprintf("Open work stays at %d.", o.Now)
	}
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

// preheader is what a list of mails shows behind the subject: what the subject
// does not say, at most 100 characters.
func (r *Report) preheader() string {
	if r.Quiet {
		return r.Verdict.Detail
	}
	text := r.Verdict.Detail
	if len(r.Late) > 0 {
		i := r.Late[0]
		text += fmt.Sprintf(" %s is late by %s.", i.Key, Length(time.Duration(i.LateBy)*time.Second, wholeDay))
	}
	if len(r.Approvals) > 0 {
		n := len(r.Approvals)
		verb := "wait"
		if n == 1 {
			verb = "waits"
		}
		text += fmt.Sprintf(" %s %s.", Count(n, "approval"), verb)
	}
	return cutText(strings.TrimSpace(text), 100)
}
