package report

import (
	"slices"
	"time"

	"envdesk/tracker"
)

// MostDecisions is how many decisions are asked for at once.
const MostDecisions = 5

// decisions are what waits for the reader: approvals, then what is late and nobody
// has, then what is late and whose owner has said nothing since it fell due, then
// requests to be let in, of which strangers may send any number; each longest
// waiting first. A partner is asked for its late work, a requester for answers.
func (v *view) decisions(late []Item, approvals []Approval) (first []Decision, more int) {
	var all []Decision
	n := 0
	if v.edition == RequesterEdition {
		all = v.answers()
		n = len(all)
	} else {
		all = approvalDecisions(approvals)
		entries := v.entries()
		unowned, silent := v.undecided(late)
		n = len(all) + len(unowned) + len(silent) + len(entries)
		for _, i := range unowned[:min(len(unowned), MostDecisions)] {
			all = append(all, decideOwner(late[i]))
		}
		for _, i := range silent[:min(len(silent), MostDecisions)] {
			all = append(all, v.decideWord(v.lateNow()[i].seen, late[i]))
		}
		all = append(all, entries...)
	}
	first = slices.Concat([]Decision{}, all[:min(len(all), MostDecisions)])
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

// entries are the requests that wait to be let in.
func (v *view) entries() []Decision {
	var all []Decision
	for _, s := range v.waitingToEnter() {
		waited := seconds(v.asOf.Sub(s.opened))
		all = append(all, Decision{Kind: DecideAccept, Item: v.outsider(s), Waited: waited, Line: "waits " + ago(waited) + " to be let in"})
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
