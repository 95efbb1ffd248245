package report

import (
	"fmt"
	"strings"

	"envdesk/tracker"
	"envdesk/tracker/sla"
)

// mostGoodNews is how many facts are told at most; with fewer than enough
// resolved, that none came back says nothing.
const (
	mostGoodNews = 3
	enough       = 5
)

// goodNews are facts of the week that are worth a word, none of them praise.
func (v *view) goodNews(r *Report) []string {
	all := []string{}
	for _, news := range []string{v.fastest(), r.allMet(), r.lowest(), v.oldestDone(), r.nothingBack()} {
		if news != "" && len(all) < mostGoodNews {
			all = append(all, news)
		}
	}
	return all
}

// fastest tells the fastest pickup of a P0 in the week, when it was in time.
func (v *view) fastest() string {
	var best *seen
	var pickup outcome
	for i := range v.tickets {
		s := &v.tickets[i]
		for _, o := range s.done {
			if o.clock == sla.Pickup && o.priority == "P0" && v.thisWeek(o.at) && (best == nil || o.elapsed < pickup.elapsed) {
				best, pickup = s, o
			}
		}
	}
	if best == nil || best.missed(sla.Pickup) {
		return ""
	}
	text := "Fastest P0: picked up in " + Length(pickup.elapsed, wholeDay)
	if by := best.picked; v.edition == Programme || v.edition == PartnerEdition && same(by.Partner, v.name) {
		text += ", " + v.actor(by)
	}
	return text + "."
}

// actor names who acted, and the partner of a person of one. From the partner's
// own address, without a person's name, it was just the partner.
func (v *view) actor(by tracker.Actor) string {
	name := (tracker.Actor{Name: by.Name, Address: by.Address}).Display()
	if by.Partner == "" {
		return name
	}
	partner := v.partnerName(by.Partner)
	own, known := v.setup.Directory.Partner(by.Partner)
	if same(name, by.Partner) || known && by.Name == "" && tracker.SameAddress(own.Email, by.Address) {
		return partner
	}
	return name + " at " + partner
}

// missed reports whether a deadline of the clock was missed on the ticket.
func (f *facts) missed(clock sla.Name) bool {
	for _, d := range f.due {
		if d.clock == clock && !d.met {
			return true
		}
	}
	return false
}

// allMet tells that nothing is late any more, or that every deadline was met
// when not all were the week before.
func (r *Report) allMet() string {
	if r.LateNow.Now == 0 && r.Open.Now > 0 && r.LateNow.LastWeek > 0 {
		return fmt.Sprintf("Nothing is late any more: %s a week ago.", Count(r.LateNow.LastWeek, "request"))
	}
	if t := r.InTime; t.Now.Of >= few && t.Now.Met == t.Now.Of && t.LastWeek.Of > 0 && t.LastWeek.Met < t.LastWeek.Of {
		return "Every deadline was met; " + lastWeek(t.LastWeek) + "."
	}
	return ""
}

// lastWeek words the share of a week before in which some deadline was missed.
func lastWeek(r Ratio) string {
	switch {
	case r.Of == 1:
		return "the one of the week before was not"
	case r.Met == 0:
		return fmt.Sprintf("the week before none of %d", r.Of)
	}
	return fmt.Sprintf("the week before %d of %d", r.Met, r.Of)
}

// lowest tells when the open work is at its lowest of the trend.
func (r *Report) lowest() string {
	n := len(r.Trend.Weeks)
	switch {
	case n < 3 || !strings.HasSuffix(extreme(r.Trend.Weeks), "lowest of them"):
		return ""
	case r.Open.Now == 0:
		return fmt.Sprintf("Nothing is open, for the first time in %s.", weekWords(n))
	}
	return fmt.Sprintf("Open work is at its lowest in %s: %d.", weekWords(n), r.Open.Now)
}

// oldestDone tells of an old request, of more than two weeks, that was resolved.
func (v *view) oldestDone() string {
	var best *seen
	for i := range v.tickets {
		s := &v.tickets[i]
		last := len(s.spans) - 1
		if last < 0 || s.spans[last].exit != solved || !v.thisWeek(s.spans[last].to) || s.spans[last].to.Sub(s.opened) <= 14*wholeDay {
			continue
		}
		if best == nil || s.opened.Before(best.opened) {
			best = s
		}
	}
	if best == nil {
		return ""
	}
	age := best.spans[len(best.spans)-1].to.Sub(best.opened)
	return fmt.Sprintf("%s is done, after %s.", best.key, Count(int(age/wholeDay), "day"))
}

// nothingBack tells that nothing was reopened: anywhere, or at partners that
// resolved enough.
func (r *Report) nothingBack() string {
	if r.Flow.Reopened == 0 && r.Flow.Resolved >= enough {
		return "Nothing was reopened."
	}
	if r.Edition != Programme {
		return ""
	}
	var at []string
	for _, p := range r.Partners {
		if p.Reopened == 0 && p.Closed >= enough {
			at = append(at, p.Name)
		}
	}
	if len(at) == 0 || len(at) > 3 {
		return ""
	}
	return "Nothing was reopened at " + list(at) + "."
}
