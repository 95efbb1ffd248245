package mailout

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"envdesk/tracker"
)

func TestPlansInReceipts(t *testing.T) {
	for name, c := range map[string]struct {
		plan       *tracker.Plan
		want, none []string
	}{
		"none":    {nil, []string{"Nothing more is wanted from you now."}, []string{"notice"}},
		"in time": {&tracker.Plan{Days: 21, NeededBy: "2026-12-24", Before: noon.AddDate(0, 0, 9)}, []string{"IN TIME", "Planned for 24 Dec 2026, asked for before Thu 3 Dec, 12:00 IST: the 21 days of notice are kept.", "Nothing more is wanted"}, []string{"/needed"}},
		"short": {&tracker.Plan{Days: 21, NeededBy: "2026-12-04", Before: noon.AddDate(0, 0, -11), Short: true, FirstCompliant: "2026-12-15"},
			[]string{"Please look at its date.", "SHORT NOTICE", "had to be asked for before Fri 13 Nov, 12:00 IST", "keeps the notice is 15 Dec 2026", "[Move it to 15 Dec 2026] reply with /needed 2026-12-15", "If it can wait until then"}, []string{"Nothing more is wanted"}},
		"short, no other date": {&tracker.Plan{Days: 21, NeededBy: "2026-12-04", Short: true}, []string{"If it can wait, reply with /needed and a date."}, []string{"Move it", "keeps the notice"}},
		"no date": {&tracker.Plan{Days: 21, FirstCompliant: "2026-12-15"},
			[]string{"Please name a date for it.", "IT NEEDS A DATE", "21 days ahead", "[Name a date] reply with /needed", "Or reply with /needed 2026-12-15, or another date."}, []string{"Nothing more is wanted"}},
		"no date at all": {&tracker.Plan{Days: 21}, []string{"Or reply with /needed and the date."}, []string{"The first date"}},
	} {
		s := sample(t, "receipt-planned")
		s.Notice.Data.Plan = c.plan
		_, p := compose(t, desk(t), s.Notice, s.Ticket)
		for _, want := range c.want {
			assert.Contains(t, joined(p.text), want, name)
		}
		for _, none := range c.none {
			assert.NotContains(t, p.text, none, name)
		}
	}
}

func TestATranscriptWithAPlanAsksForTheDate(t *testing.T) {
	s := sample(t, "transcript-planned")
	_, p := compose(t, desk(t), s.Notice, s.Ticket)
	assert.Contains(t, p.text, "Please look at its date.")
	assert.NotContains(t, p.text, "Nothing more is wanted")
	s.Notice.Data.Plan = nil
	_, p = compose(t, desk(t), s.Notice, s.Ticket)
	assert.Contains(t, p.text, "Nothing more is wanted")
}

func TestWorkingTimeInWords(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "2d": "2 working days", "1d4h": "1 working day and 4 hours of work", "90m": "90 minutes of work", "1w": "1 week of work", "2w1h": "2 weeks of work and 1 hour of work",
		"d": "d", "2": "2", "2x": "2x", "2d ": "2d", "99999999999999999999d": "99999999999999999999d",
	} {
		assert.Equal(t, want, workingTime(in), in)
	}
}

func TestNewTargets(t *testing.T) {
	for _, c := range []struct {
		as     tracker.Role
		change tracker.TargetChanged
		want   []string
	}{
		{tracker.RoleRequester, tracker.TargetChanged{Due: noon.AddDate(0, 0, 3), Old: noon, Reason: "no window"}, []string{"Due Fri 27 Nov, 12:00 IST now: no window", "That is in 3 days. It was due Tue 24 Nov, 12:00 IST before. Nothing is wanted"}},
		{tracker.RoleRequester, tracker.TargetChanged{Due: noon.AddDate(0, 0, 3)}, []string{"Due Fri 27 Nov, 12:00 IST now That is in 3 days. Nothing is wanted"}},
		{tracker.RolePartner, tracker.TargetChanged{Extend: "1d", Old: noon, Reason: "no window"}, []string{"It has 1 working day more: no window", "It was due Tue 24 Nov, 12:00 IST before. Please go on from here.", "/done"}},
		{tracker.RoleManager, tracker.TargetChanged{Extend: "1d", Old: noon}, []string{"It has 1 working day more", "Nothing is wanted from you."}},
	} {
		s := sampler{noon}.status("x", c.as, tracker.StatusWorking, c.change)
		_, p := compose(t, desk(t), s.Notice, s.Ticket)
		for _, want := range c.want {
			assert.Contains(t, joined(p.text), want)
		}
	}
	s := sampler{noon}.status("x", tracker.RoleRequester, tracker.StatusWorking, tracker.TargetChanged{Due: noon.AddDate(0, 0, 3), Old: noon}, tracker.PickedUp{})
	_, p := compose(t, desk(t), s.Notice, s.Ticket)
	assert.Contains(t, joined(p.text), "- Due Fri 27 Nov, 12:00 IST now (before: Tue 24 Nov, 12:00 IST)")
}
