package report

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
	"envdesk/tracker/sla"
)

// morning is the desk on Wednesday 11 March 2026 at 09:15.
func morning(t *testing.T, histories ...[]tracker.Event) *Collector {
	s := setup(t)
	s.AsOf = at(t, s.Zone, "2026-03-11 09:15")
	return collect(t, s, histories...)
}

func keys(l DigestList) string {
	var all []string
	for _, i := range l.Items {
		all = append(all, i.Key)
	}
	if l.More > 0 {
		all = append(all, fmt.Sprintf("+%d", l.More))
	}
	return strings.Join(all, " ")
}

func TestDigestsByRole(t *testing.T) {
	s := setup(t)
	c := morning(t, stories(t, "testdata/digest.txt", s.Zone)...)
	for _, want := range []struct {
		reader                               DigestReader
		late, today, onYou, blocked, unowned string
		headline                             string
	}{
		{DigestReader{Role: tracker.RoleManager, Address: "asha@egov.test"}, "REQ-2 REQ-1", "REQ-4 REQ-3", "REQ-11 REQ-12 REQ-10", "REQ-6", "REQ-7", "2 late, 2 due today, 3 wait on you (1 late), 1 blocked, 1 without owner"},
		{DigestReader{Role: tracker.RoleDevOps, Address: "ops@egov.test"}, "REQ-11 REQ-2 REQ-1", "REQ-12 REQ-4 REQ-3", "REQ-8 REQ-6", "", "REQ-7", "3 late, 3 due today, 2 wait on you, 1 without owner"},
		{DigestReader{Role: tracker.RolePartner, Partner: "optit", Address: "desk@optit.test"}, "REQ-1", "REQ-3", "REQ-5", "REQ-6", "", "1 late, 1 due today, 1 waits on you, 1 blocked"},
		{DigestReader{Role: tracker.RoleRequester, Address: "kiran@egov.test"}, "", "", "REQ-9", "", "", "1 waits on you"},
		{DigestReader{Role: tracker.RolePartner, Partner: "MacroSkies"}, "", "", "", "", "", "Nothing is late, due today or waits on you."},
		{DigestReader{Role: tracker.RoleRequester, Address: "nobody@egov.test"}, "", "", "", "", "", "Nothing is late, due today or waits on you."},
	} {
		d := c.Digest(want.reader)
		assert.Equal(t, []string{want.late, want.today, want.onYou, want.blocked, want.unowned, want.headline},
			[]string{keys(d.Late), keys(d.Today), keys(d.OnYou), keys(d.Blocked), keys(d.NoOwner), d.Headline}, want.reader.Role)
		assert.Equal(t, strings.HasPrefix(want.headline, "Nothing"), d.Empty())
	}
	d := c.Digest(DigestReader{Role: tracker.RoleManager, Address: "asha@egov.test"})
	require.Len(t, d.Hours, 2)
	assert.Equal(t, []string{"12:00 1", "18:00 1"}, []string{
		d.Hours[0].From.Format("15:04 ") + fmt.Sprint(d.Hours[0].Due), d.Hours[1].From.Format("15:04 ") + fmt.Sprint(d.Hours[1].Due),
	})
}

func TestADigestIsOneScreen(t *testing.T) {
	s := setup(t)
	var all [][]tracker.Event
	for id := range 23 {
		k := &story{t: t, zone: s.Zone}
		k.do(at(t, s.Zone, "2026-03-09 10:00").Add(time.Duration(id)*time.Minute), ravi, tracker.Opened{Key: fmt.Sprintf("REQ-%d", id+1), Priority: "P1"})
		all = append(all, k.events)
	}
	d := morning(t, all...).Digest(DigestReader{Role: tracker.RoleManager})
	assert.Equal(t, "REQ-1 REQ-2 REQ-3 REQ-4 REQ-5 +18", keys(d.Late))
	assert.Equal(t, 23, d.Late.Total())
}

// entriesOf are the lines of a list: key, need, since when and why.
func entriesOf(l DigestList) (lines []string) {
	for _, i := range l.Items {
		lines = append(lines, fmt.Sprintf("%s %s %s: %s", i.Key, i.Need, i.Since.Format("2 Jan 15:04"), i.Why))
	}
	return lines
}

func TestWhatWaitsForTheReadersDecisionSaysHowLateItIs(t *testing.T) {
	s := setup(t)
	c := morning(t, stories(t, "testdata/digest.txt", s.Zone)...)
	d := c.Digest(DigestReader{Role: tracker.RoleManager, Address: "ASHA+desk@egov.test"})
	assert.Equal(t, []string{
		"REQ-11 approval 9 Mar 09:30: waits for your approval, 1 d 21 h late",
		"REQ-12 approval 10 Mar 19:30: waits for your approval, due today at 11:00",
		"REQ-10 accept 10 Mar 09:00: waits to be let in",
	}, entriesOf(d.OnYou))
	assert.Equal(t, "joe@egov.test", d.OnYou.Items[2].Who, "the sender's address")
	d = c.Digest(DigestReader{Role: tracker.RoleDevOps, Address: "ops@egov.test"})
	assert.Equal(t, []string{
		"REQ-11  9 Mar 09:30: waits for the approval of Asha Rao",
		"REQ-2 owner 9 Mar 17:00: nobody has it",
		"REQ-1 word 10 Mar 10:00: last word Tue 10 Mar",
	}, entriesOf(d.Late))
	assert.Equal(t, []string{"REQ-8 approval 10 Mar 17:00: waits for your approval", "REQ-6 unblock 9 Mar 12:00: blocked: no way in"}, entriesOf(d.OnYou))
}

func TestNeedsByRole(t *testing.T) {
	s := setup(t)
	c := morning(t, tell(t, s.Zone, `
REQ-1 P1 CI-Pipelines Punjab Portal ravi: Late and not picked up
  2026-03-10 10:00 opened
  2026-03-10 10:00 assign OptIT

REQ-2 P1 CI-Pipelines Punjab Portal ravi: Late and blocked
  2026-03-10 10:00 opened
  2026-03-10 10:00 assign OptIT
  2026-03-10 11:00 ack
  2026-03-10 12:00 block no way in

REQ-3 P1 CI-Pipelines Punjab Portal ravi: Late and in work
  2026-03-10 10:01 opened
  2026-03-10 10:02 assign OptIT
  2026-03-10 11:00 ack

REQ-4 P1 CI-Pipelines Punjab Portal ravi: Late before it waited for its requester
  2026-03-09 10:00 opened
  2026-03-09 10:02 assign OptIT
  2026-03-09 11:00 ack
  2026-03-10 12:00 wait which node?
`)...)
	needs := func(r DigestReader) (all []string) {
		for _, items := range c.viewOf(r).sections(r) {
			for _, i := range items {
				all = append(all, i.Key+" "+string(i.Need))
			}
		}
		slices.Sort(all)
		return all
	}
	assert.Equal(t, []string{"REQ-1 word", "REQ-2 unblock", "REQ-3 word", "REQ-4 "}, needs(DigestReader{Role: tracker.RoleManager, Address: "asha@egov.test"}))
	assert.Equal(t, []string{"REQ-1 pickup", "REQ-2 ", "REQ-3 work", "REQ-4 "}, needs(DigestReader{Role: tracker.RolePartner, Partner: "OptIT"}))
	assert.Equal(t, []string{"REQ-1 ", "REQ-2 ", "REQ-3 ", "REQ-4 answer"}, needs(DigestReader{Role: tracker.RoleRequester, Address: ravi.Address}))
	assert.Equal(t, []string{"REQ-4 answer 10 Mar 12:00: 1 d 15 h late, waits for your answer: which node?"}, entriesOf(c.Digest(DigestReader{Role: tracker.RoleRequester, Address: ravi.Address}).OnYou))
}

func TestWhatAPersonTookOverWaitsOnThatPerson(t *testing.T) {
	s := setup(t)
	k := &story{t: t, zone: s.Zone}
	k.do(at(t, s.Zone, "2026-03-10 15:00"), ravi, tracker.Opened{Key: "REQ-1", Priority: "P3"})
	k.do(at(t, s.Zone, "2026-03-10 15:01"), asha, tracker.Assigned{Assignee: "ops@egov.test"})
	ops, other := DigestReader{Role: tracker.RoleDevOps, Address: "ops@egov.test"}, DigestReader{Role: tracker.RoleManager, Address: "asha@egov.test"}
	assert.Equal(t, []string{"REQ-1 pickup 10 Mar 15:00: not picked up"}, entriesOf(morning(t, k.events).Digest(ops).OnYou))
	assert.True(t, morning(t, k.events).Digest(other).Empty())
	k.do(at(t, s.Zone, "2026-03-10 16:00"), tracker.Actor{Address: "ops@egov.test", Role: tracker.RoleDevOps}, tracker.PickedUp{})
	assert.Equal(t, []string{"REQ-1 work 10 Mar 15:00: last word Tue 10 Mar"}, entriesOf(morning(t, k.events).Digest(ops).OnYou))
	assert.True(t, morning(t, k.events).Digest(other).Empty())
}

// TestADigestListsOnceWhatNeedsItsReader compares the whole lists of random
// programmes with what a slow reading of the histories says about them.
func TestADigestListsOnceWhatNeedsItsReader(t *testing.T) {
	seen := map[Need]int{}
	for seed := range uint64(40) {
		d := dice{Rand: rand.New(rand.NewPCG(seed, 23)), t: t, zone: zone(t, []string{"Asia/Kolkata", "Europe/Berlin", "America/Santiago"}[seed%3])}
		s := setup(t)
		s.Zone = d.zone
		from, to := s.Week.Bounds(d.zone)
		d.from, d.to = from.AddDate(0, 0, -7*(1+d.IntN(4))), to
		s.AsOf = from.Add(time.Duration(1+d.IntN(6*24*60)) * time.Minute)
		slow := recount{setup: s, asOf: s.AsOf, deadlines: map[int][]fall{}, lives: map[*tracker.Event][]tracker.Ticket{}}
		for id := range 30 {
			slow.histories = append(slow.histories, d.history(id+1))
		}
		c := collect(t, s, slow.histories...)
		for _, r := range []DigestReader{
			{Role: tracker.RoleManager, Address: asha.Address}, {Role: tracker.RoleDevOps, Address: "ops@egov.test"}, {Role: tracker.RoleManager, Address: "meera@egov.test"},
			{Role: tracker.RolePartner, Partner: "OptIT"}, {Role: tracker.RolePartner, Partner: "GWL"}, {Role: tracker.RoleRequester, Address: ravi.Address},
		} {
			of := slow
			if of.partner = r.Partner; r.Role == tracker.RoleRequester {
				of.requester = r.Address
			}
			want, got := map[string]section{}, map[string]section{}
			for _, h := range of.histories {
				if k := of.before(h, s.AsOf); k.Seq > 0 {
					if at := of.section(h, k, r); at != nowhere {
						want[k.Key] = at
					}
				}
			}
			for at, items := range c.viewOf(r).sections(r) {
				for _, i := range items {
					require.NotContains(t, got, i.Key, "listed once")
					got[i.Key] = at
					seen[i.Need]++
				}
			}
			require.Equal(t, want, got, "seed %d, %s %s%s as of %s", seed, r.Role, r.Partner, r.Address, s.AsOf.In(d.zone))
			digest := c.Digest(r)
			assert.Equal(t, len(want), digest.Late.Total()+digest.Today.Total()+digest.OnYou.Total()+digest.Blocked.Total()+digest.NoOwner.Total())
		}
	}
	for _, n := range []Need{NeedApproval, NeedAccept, NeedAnswer, NeedPickup, NeedWork, NeedOwner, NeedUnblock, NeedWord} {
		assert.Positive(t, seen[n], "no world has the need %s", n)
	}
}

// section is where a ticket belongs, by what it is and by its clocks.
func (r *recount) section(events []tracker.Event, k tracker.Ticket, reader DigestReader) section {
	manager, devops, partner := reader.Role == tracker.RoleManager, reader.Role == tracker.RoleDevOps, reader.Role == tracker.RolePartner
	asked := slices.Contains(k.Approval.Approvers, reader.Address) && !slices.Contains(k.Approval.Given, reader.Address)
	switch {
	case k.Status == tracker.StatusUnverified && manager:
		return isOnYou
	case !r.mine(k):
		return nowhere
	case k.Status == tracker.StatusApproval && asked && !partner, k.Status == tracker.StatusWaiting && r.requester != "":
		return isOnYou
	case !r.lateAt(events, r.asOf).IsZero():
		return isLate
	case r.dueToday(events):
		return isDueToday
	case partner && k.Status == tracker.StatusAssigned, devops && k.Status == tracker.StatusBlocked:
		return isOnYou
	case (manager || devops) && k.Partner == "" && k.Assignee == reader.Address && slices.Contains([]tracker.Status{tracker.StatusNew, tracker.StatusAssigned, tracker.StatusWorking}, k.Status):
		return isOnYou
	case k.Status == tracker.StatusBlocked:
		return isBlocked
	case (manager || devops) && k.Partner == "" && k.Assignee == "" && (k.Status == tracker.StatusNew || k.Status == tracker.StatusWorking):
		return isUnowned
	}
	return nowhere
}

// dueToday asks the clocks whether one that runs comes due on the local date.
func (r *recount) dueToday(events []tracker.Event) bool {
	now := r.asOf.In(r.setup.Zone)
	for _, s := range ofDesk(events[:earlier(events, r.asOf.Add(-1))], r.setup.Ledger, r.asOf.Add(-1)) {
		due := s.Due.In(r.setup.Zone)
		if s.Ended.IsZero() && !s.Due.IsZero() && s.Status != sla.Paused && due.Format(time.DateOnly) <= now.Format(time.DateOnly) {
			return true
		}
	}
	return false
}
