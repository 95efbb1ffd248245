package report

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"envdesk/tracker"
	"envdesk/tracker/sla"
)

// dice tell random histories.
type dice struct {
	*rand.Rand
	t    testing.TB
	zone *time.Location
	from time.Time // the earliest opening
	to   time.Time // nothing happens later
}

func pick[T any](d dice, of ...T) T { return of[d.IntN(len(of))] }

// gap is some minutes, hours or days.
func (d dice) gap() time.Duration {
	return time.Duration(1+d.IntN(pick(d, 60, 600, 2880, 14400))) * time.Minute
}

// history is a ticket that lives at random.
func (d dice) history(id int) []tracker.Event {
	s := &story{t: d.t, zone: d.zone}
	now := d.from.Add(time.Duration(d.Int64N(int64(d.to.Sub(d.from)/time.Minute))) * time.Minute)
	by := pick(d, ravi, kiran)
	s.do(now, by, tracker.Opened{
		Key: fmt.Sprintf("REQ-%d", id), Title: pick(d, "Rotate the deploy key", "Rotate deploy keys", "Restart node 7", "Slow queries"), Priority: d.priority(),
		Type: pick(d, "GitOps", "AccessOps", ""), Environment: pick(d, "Punjab", "AP"), Stack: pick(d, "ERP", ""),
		Requester: tracker.Address{Name: by.Name, Address: by.Address}, Unverified: d.IntN(12) == 0, NeededBy: pick(d, "", "2026-05-20", "2026-03-20"),
	})
	for range d.IntN(14) {
		if now = now.Add(d.gap()); !now.Before(d.to) {
			break
		}
		d.step(s, now)
	}
	return s.events
}

func (d dice) priority() string { return pick(d, "P0", "P1", "P2", "P3", "P4") }

func (d dice) partner() string { return pick(d, "OptIT", "GWL", "MacroSkies") }

// step does something that the state of the ticket allows.
func (d dice) step(s *story, now time.Time) {
	k := s.ticket
	by := asha
	if k.Partner != "" && d.IntN(4) > 0 {
		by = member(k.Partner)
	}
	status := func(to tracker.Status) {
		s.do(now, by, tracker.StatusChanged{From: k.Status, To: to, Reason: pick(d, "", "why not")})
	}
	switch what := d.IntN(20); {
	case k.Status == tracker.StatusUnverified:
		s.do(now, asha, pick[tracker.Change](d, tracker.Accepted{}, tracker.Cancelled{}))
	case k.Status == tracker.StatusApproval:
		d.decide(s, now)
	case !k.Status.Open():
		s.do(now, ravi, pick[tracker.Change](d, tracker.Reopened{}, tracker.Replied{}, tracker.Closed{}))
	case what < 2:
		s.do(now, asha, tracker.Classified{Field: tracker.FieldPriority, Old: k.Priority, New: d.priority()})
	case what < 3:
		s.do(now, by, tracker.Replied{Auto: pick(d, tracker.AutoNone, tracker.AutoReply)})
	case what < 4:
		s.do(now, asha, tracker.TargetChanged{Due: now.Add(d.gap()), Reason: "agreed"})
	case what < 5:
		s.do(now, asha, pick[tracker.Change](d, tracker.Cancelled{}, tracker.Merged{Into: "REQ-1"}))
	case what < 6:
		round := k.Approval.Round + 1
		s.do(now, desk, tracker.ApprovalAsked{Need: "x", Round: round, Approvers: []string{"asha@egov.test", "meera@egov.test"}, Quorum: 1 + d.IntN(2)})
	case k.Partner == "" || what < 8:
		s.do(now, asha, tracker.Assigned{Partner: d.partner(), Old: k.Partner})
	case what < 9:
		s.do(now, by, pick[tracker.Change](d, tracker.Declined{Partner: k.Partner}, tracker.HandedBack{Partner: k.Partner, Reason: "too late"}))
	case k.Status == tracker.StatusAssigned:
		s.do(now, by, tracker.PickedUp{})
	case what < 12:
		s.do(now, by, tracker.Resolved{})
	case k.Status == tracker.StatusWorking:
		status(pick(d, tracker.StatusWaiting, tracker.StatusBlocked))
	default:
		status(tracker.StatusWorking)
	}
}

func (d dice) decide(s *story, now time.Time) {
	a := s.ticket.Approval
	for _, addr := range a.Approvers {
		if !a.Decided(addr) {
			by := tracker.Actor{Address: addr, Role: tracker.RoleStakeholder}
			s.do(now, by, pick[tracker.Change](d, tracker.Approved{Need: a.Need, Round: a.Round}, tracker.Approved{Need: a.Need, Round: a.Round}, tracker.Rejected{Need: a.Need, Round: a.Round}))
			return
		}
	}
}

// ledger is the standard policy, sometimes edited once or twice: other targets,
// other hours.
func (d dice) ledger() sla.Ledger {
	l := ledger(d.t, d.zone)
	for i := range d.IntN(3) {
		p := sla.Standard()
		p.Version = fmt.Sprintf("edit-%d", i)
		p.Rules["P2"] = sla.Rule{Pickup: sla.Span{Time: time.Duration(1+d.IntN(9)) * time.Hour}, Resolve: sla.Span{Days: 1 + d.IntN(5)}}
		p.Rules["P3"] = sla.Rule{Pickup: sla.Span{Days: 1}, Resolve: sla.Span{Days: 2 + d.IntN(12)}}
		since := d.from.Add(time.Duration(d.Int64N(int64(d.to.Sub(d.from)/time.Second))) * time.Second)
		if last := l[len(l)-1]; i > 0 && !since.After(last.Since) {
			since = last.Since.Add(time.Hour)
		}
		l = append(l, sla.Terms{Since: since, Version: p.Version, Policy: p, Calendar: workdays(d.t, d.zone, 8+d.IntN(3), 17)})
	}
	return l
}
