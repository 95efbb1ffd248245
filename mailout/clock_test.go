package mailout

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
)

func in(d time.Duration) time.Time { return noon.Add(d) }

func TestFirstLinesSayByWhen(t *testing.T) {
	running := tracker.TicketClock{Due: in(6 * time.Hour), State: "running", Pickup: in(110 * time.Minute)}
	picked := tracker.TicketClock{Due: in(6 * time.Hour), State: "running"}
	unpicked := tracker.TicketClock{Due: in(6 * time.Hour), State: "running", Pickup: in(-time.Hour)}
	late := tracker.TicketClock{Due: in(-time.Hour), State: "late", Pickup: in(-2 * time.Hour)}
	paused := tracker.TicketClock{Due: in(time.Hour), State: "paused"}
	for name, c := range map[string]struct {
		sample     string
		clock      *tracker.TicketClock
		want, none []string
	}{
		"receipt":                 {"receipt", &running, []string{"It should be done by Tue 24 Nov, 18:00 IST, in 6 h."}, []string{"13:50", "picked up by"}},
		"receipt, late":           {"receipt", &late, []string{"It should have been done by Tue 24 Nov, 11:00 IST, 1 h ago."}, nil},
		"receipt, no clock":       {"receipt", nil, []string{"You will get a mail when it is picked up."}, []string{"done by"}},
		"receipt, paused":         {"receipt", &paused, []string{"You will get a mail"}, []string{"done by"}},
		"assignment":              {"assignment", &running, []string{"Please pick this up by Tue 24 Nov, 13:50 IST", "That is in 1 h 50 min. It is due Tue 24 Nov, 18:00 IST, in 6 h."}, []string{"waiting to hear"}},
		"assignment, no clock":    {"assignment", nil, []string{"\nPlease pick this up\n", "Meera Nair is waiting to hear"}, []string{"That is", "due"}},
		"assignment, picked once": {"assignment", &picked, []string{"\nPlease pick this up\n", "It is due Tue 24 Nov, 18:00 IST, in 6 h."}, []string{"That is"}},
		"assignment, unpicked":    {"assignment", &unpicked, []string{"\nPlease pick this up now\n", "It was to be picked up by Tue 24 Nov, 11:00 IST, 1 h ago. It is due"}, nil},
		"assignment, late":        {"assignment", &late, []string{"\nPlease pick this up now\n", "It was due Tue 24 Nov, 11:00 IST, 1 h ago."}, []string{"picked up by"}},
		"unassigned":              {"unassigned", &running, []string{"to be picked up by Tue 24 Nov, 13:50 IST, in 1 h 50 min, and is due Tue 24 Nov, 18:00 IST, in 6 h. OptIT owns Punjab"}, nil},
		"unassigned, no clock":    {"unassigned", nil, []string{"\n\nOptIT owns Punjab"}, []string{"picked up by"}},
		"unassigned, no target":   {"unassigned", &tracker.TicketClock{Pickup: in(time.Hour)}, []string{"to be picked up by Tue 24 Nov, 13:00 IST, in 1 h. OptIT"}, []string{"due"}},
		"hand-back":               {"hand-back", &unpicked, []string{"It is due Tue 24 Nov, 18:00 IST, in 6 h. Nobody picked it up"}, []string{"11:00"}},
		"hand-back, partner":      {"hand-back-partner", nil, []string{"Nothing is wanted from you."}, []string{"due"}},
		"priority":                {"status-changed", &running, []string{"It is due Tue 24 Nov, 18:00 IST, in 6 h. Please pick it up by Tue 24 Nov, 13:50 IST, in 1 h 50 min."}, nil},
		"approved":                {"approval-result", &running, []string{"It is with OptIT now. It should be done by Tue 24 Nov, 18:00 IST, in 6 h. Nothing is wanted"}, []string{"13:50"}},
		"approved, no owner":      {"approval-result-unowned", &running, []string{"It needs an owner now. It is to be picked up by Tue 24 Nov, 13:50 IST"}, nil},
		"more time":               {"status-due-later", &running, []string{"Due Tue 24 Nov, 18:00 IST now: the firewall", "That is in 6 h. It has 2 working days more: it was due"}, []string{"It is due"}},
		"more time, paused":       {"status-due-later", &paused, []string{"Due Tue 24 Nov, 13:00 IST now"}, []string{"That is"}},
		"more time, unknown":      {"status-due-later", nil, []string{"It has 2 working days more: the firewall", "It was due"}, []string{"That is"}},
		"done":                    {"status-done", &running, []string{"closes by itself after 5 working days"}, []string{"18:00"}},
		"ended":                   {"status-cancelled", &running, []string{"Nothing more is wanted"}, []string{"18:00"}},
	} {
		s := sample(t, c.sample)
		s.Notice.Data.Clock = c.clock
		_, p := compose(t, desk(t), s.Notice, s.Ticket)
		for _, want := range c.want {
			if !strings.Contains(p.text, want) {
				assert.Contains(t, joined(p.text), want, name)
			}
		}
		for _, none := range c.none {
			assert.NotContains(t, joined(p.text), none, name)
		}
	}
}

// The partner's own clock is for that partner and the manager, where it says
// something else than the desk's.
func TestThreat28ThePartnersOwnClock(t *testing.T) {
	const pickup, done = "14:14", "17:17"
	composer := desk(t)
	for _, c := range []struct {
		as    tracker.Role
		whose string
		sees  bool
		want  string
	}{
		{tracker.RolePartner, "OptIT", true, "Your own target is to have it done by Tue 24 Nov, 17:17 IST."},
		{tracker.RoleManager, "OptIT", true, "OptIT’s own target is to have it picked up by Tue 24 Nov, 14:14 IST and done by Tue 24 Nov, 17:17 IST."},
		{tracker.RolePartner, "GWL", false, ""}, {tracker.RoleRequester, "OptIT", false, ""}, {tracker.RoleDevOps, "OptIT", false, ""},
		{tracker.RoleStakeholder, "OptIT", false, ""}, {tracker.RoleApprover, "OptIT", false, ""},
	} {
		for _, s := range Samples(noon) {
			s.Notice.As, s.Notice.Data.Answers, s.Notice.Data.By.Partner = c.as, nil, ""
			s.Notice.Data.Clock = &tracker.TicketClock{Due: in(6 * time.Hour), State: "running", Pickup: in(110 * time.Minute), Partner: &tracker.PartnerClock{
				Partner: c.whose, PickupDue: in(134 * time.Minute), PickupState: "running", DoneDue: in(317 * time.Minute), DoneState: "running",
			}}
			_, p := compose(t, composer, s.Notice, s.Ticket)
			if !c.sees {
				assert.NotRegexp(t, pickup+"|"+done+"|own target", p.text+p.html, "%s as %s", s.Name, c.as)
			}
			if c.sees && s.Name == "unassigned" {
				assert.NotContains(t, p.text, "own target", "nobody has it")
			}
			if c.sees && s.Name == "assignment" {
				assert.Contains(t, joined(p.text), c.want)
			}
		}
	}
}

func TestAPartnersClockThatSaysTheSame(t *testing.T) {
	s := sample(t, "assignment")
	s.Notice.Data.Clock.Partner = &tracker.PartnerClock{Partner: "OptIT", PickupDue: s.Notice.Data.Clock.Pickup, DoneDue: s.Notice.Data.Clock.Due}
	_, p := compose(t, desk(t), s.Notice, s.Ticket)
	assert.NotContains(t, p.text, "own target")
	assert.Contains(t, p.text, "Please pick this up by Tue 24 Nov, 13:50 IST")
}

func TestRefusedLinesStandInTheMailThatComesAnyway(t *testing.T) {
	for _, name := range []string{"receipt", "assignment", "unassigned", "approval"} {
		s := sample(t, name)
		_, p := compose(t, desk(t), s.Notice, s.Ticket)
		assert.NotContains(t, p.text, "YOUR LINES", name)
		s.Notice.Data.Transcript = append(sampler{}.refusal(), sampler{}.refusal()...)
		_, p = compose(t, desk(t), s.Notice, s.Ticket)
		assert.Contains(t, joined(p.text), "2 of your lines were not done: see below.", name)
		assert.Contains(t, joined(p.text), "YOUR LINES - /priorty P0 not done: the desk does not know /priorty. Did you mean /priority?", name)
		s.Notice.Data.Transcript = s.Notice.Data.Transcript[:1]
		_, p = compose(t, desk(t), s.Notice, s.Ticket)
		assert.Contains(t, joined(p.text), "One of your lines was not done: see below.", name)
	}
}

// Lines of a phone do not end within a time or a distance; who copies from the
// text gets plain spaces.
func TestTimesHoldTogether(t *testing.T) {
	broken := strings.NewReplacer(noBreak, "_")
	composer := desk(t)
	for _, s := range Samples(noon) {
		_, p := compose(t, composer, s.Notice, s.Ticket)
		assert.NotContains(t, p.text, noBreak, s.Name)
		if s.Notice.Kind == tracker.KindReport || s.Notice.Kind == tracker.KindDigest { // their words come from package report
			continue
		}
		said := strings.Split(broken.Replace(p.html), "<")
		for _, part := range said {
			assert.NotRegexp(t, `\d (min|h|days)\b( ago)?[,.]|\bin \d+[ _](min|h|days)|\d{2}:\d{2} IST|Nov, \d\d:\d\d IST`, part, s.Name)
		}
	}
	s := sample(t, "assignment")
	_, p := compose(t, desk(t), s.Notice, s.Ticket)
	assert.Contains(t, broken.Replace(p.html), "Tue_24_Nov, 18:00_IST</strong>, in_6_h.")
	assert.Contains(t, p.text, "That is in 1 h 50 min.")
}

func TestNoBreakSpacesOfAMailAreSpacesInTheText(t *testing.T) {
	s := sample(t, "assignment")
	s.Notice.Data.Text = "kubectl\u00a0get\u00a0pods"
	_, p := compose(t, desk(t), s.Notice, s.Ticket)
	assert.Contains(t, p.text, "\n> kubectl get pods\n")
}

func TestWhoApprovesIsNamedToTheRequester(t *testing.T) {
	names := map[string]string{"ops@egov.test": "DevOps", "duty@egov.test": "DevOps", "lead@egov.test": "Kiran Das", "asha@egov.test": "the programme manager", "odd@egov.test": "odd@egov.test"}
	for name, c := range map[string]struct {
		approvers []string
		quorum    int
		want      string
	}{
		"role":       {[]string{"ops@egov.test", "duty@egov.test"}, 1, "It waits for an approval. The type AccessOps needs the approval of DevOps, which should"},
		"one of two": {[]string{"ops@egov.test", "lead@egov.test"}, 1, "It waits for an approval. The type AccessOps needs the approval of DevOps or Kiran Das, which"},
		"both":       {[]string{"ops@egov.test", "lead@egov.test"}, 2, "It waits for an approval. The type AccessOps needs the approval of DevOps and Kiran Das, which"},
		"no name":    {[]string{"canary@egov.test"}, 1, "It waits for an approval. The type AccessOps needs an approval, which should be here by Wed 25 Nov, 12:00 IST, in 24 h."},
		"an address": {[]string{"odd@egov.test"}, 1, "It waits for an approval. The type AccessOps needs an approval, which"},
		"one is not": {[]string{"ops@egov.test", "canary@egov.test"}, 1, "It waits for an approval. The type AccessOps needs an approval, which"},
		"nobody":     {nil, 1, "It waits for an approval. The type AccessOps needs an approval, which"},
	} {
		s := sample(t, "receipt-approval")
		s.Ticket.Approval.Approvers, s.Ticket.Approval.Quorum = c.approvers, c.quorum
		composer := desk(t, func(s *Settings) { s.NameApprover = func(a string) string { return names[a] } })
		m, p := compose(t, composer, s.Notice, s.Ticket)
		assert.Contains(t, joined(p.text), c.want, name)
		assert.NotContains(t, string(m.Raw)+p.html+p.text, "canary", name)
		s.Notice.As = tracker.RolePartner
		_, p = compose(t, composer, s.Notice, s.Ticket)
		assert.NotRegexp(t, "DevOps|Kiran", p.text, name)
	}
	s := sample(t, "receipt-approval")
	_, p := compose(t, desk(t, func(s *Settings) { s.NameApprover = nil }), s.Notice, s.Ticket)
	assert.Contains(t, p.text, "It waits for an approval.")
}

func TestTheReminderBeforeAHandBack(t *testing.T) {
	s := sample(t, "reminder-return")
	_, p := compose(t, desk(t), s.Notice, s.Ticket)
	assert.Contains(t, p.text, "Please pick it up by Tue 24 Nov, 15:20 IST\n\nThat is in 3 h 20 min. Else it goes back to the programme manager then.\n")
	assert.Contains(t, p.text, "[Pick up] reply with /ack")
	one := s.Notice.Data.Reminders[0]
	for what, want := range map[string]string{"75": "Not picked up: it goes back soon", "late": "Not picked up in time", "handed-back": "Handed back: it needs a new owner"} {
		one.What = what
		assert.Equal(t, want, reminderOf(desk(t).settings, s.Notice, one).Wanted(), what)
	}
}

func TestHowADoneRequestEnds(t *testing.T) {
	for after, want := range map[string]string{
		"": "If it is, please close it. If not", "0m": "If it is, please close it. If not", "1d": "it closes by itself after 1 working day. If not", "2w": "after 2 weeks of work.",
	} {
		s := sample(t, "status-done")
		_, p := compose(t, desk(t, func(s *Settings) { s.CloseAfter = after }), s.Notice, s.Ticket)
		assert.Contains(t, joined(p.text), want)
	}
}

func TestLateOnesOfAReportSaySinceWhen(t *testing.T) {
	s := sample(t, "answer-report")
	_, p := compose(t, desk(t), s.Notice, s.Ticket)
	require.Contains(t, p.text, "\nLATE\n")
	_, list, _ := strings.Cut(p.text, "\nLATE\n")
	assert.Contains(t, joined(list), "OptIT · late since Tue 24 Nov, 10:00 IST REQ-44")
	assert.Contains(t, joined(list), "GWL · late since Sun 22 Nov, 10:00 IST")
}
