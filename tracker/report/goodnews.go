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
	by := best.picked
	if name := (tracker.Actor{Name: by.Name, Address: by.Address}).Display(); v.edition == Programme || v.edition == PartnerEdition && same(by.Partner, v.name) {
		text += ", " + name
		if by.Partner != "" {
			text += " at " + v.partnerName(by.Partner)
		}
	}
	return text + "."
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
		return fmt.Sprintf("Every deadline was met; the week before %d of %d.", t.LastWeek.Met, t.LastWeek.Of)
	}
	return ""
}

// lowest tells when the open work is at its lowest of the trend.
func (r *Report) lowest() string {
	if len(r.Trend.Weeks) > 2 && strings.HasSuffix(extreme(r.Trend.Weeks), "lowest of them") {
		return fmt.Sprintf("Open work is at its lowest in %s weeks: %d.", small(len(r.Trend.Weeks)), r.Open.Now)
	}
	return ""
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
