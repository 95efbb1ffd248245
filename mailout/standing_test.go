package mailout

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
)

func TestHowThingsStand(t *testing.T) {
	s := sample(t, "answer-report")
	_, p := compose(t, desk(t), s.Notice, s.Ticket)
	assert.Contains(t, p.text, "\n33 open, 2 late\n")
	assert.Contains(t, p.text, "ALL REQUESTS\n\n     open  late  today  waiting  blocked  no owner\nP0      –     –      –        –        –         –\nP1      6     1      3        1        –         –\n")
	assert.Contains(t, p.text, "All    33     2      5        7        1         2\n\nSince Tue 17 Nov: 27 opened, 31 resolved.")
	assert.Contains(t, p.text, "REQ-44  VPN for two new people")
	assert.Equal(t, 5, strings.Count(p.html, `scope="row"`)-1, "a line a priority, and their sum")
	assert.Contains(t, p.html, `<strong style="color:`+red+`">2</strong>`)
}

func TestHowLittleStands(t *testing.T) {
	s := sample(t, "answer-report")
	for name, c := range map[string]struct {
		summary    tracker.Summary
		want, none string
	}{
		"nothing":      {tracker.Summary{Scope: "your requests"}, "Nothing is open", "Since"},
		"one priority": {tracker.Summary{Scope: "your requests", Since: noon, Lines: []tracker.SummaryLine{{Priority: "P1", Open: 2}}}, "2 open, none late", "All"},
		"only counts":  {tracker.Summary{Lines: []tracker.SummaryLine{{Priority: "P1", Open: 2, Late: 1}}}, "2 open, 1 late", "LATE"},
	} {
		s.Notice.Data.Summary = &c.summary
		_, p := compose(t, desk(t), s.Notice, s.Ticket)
		assert.Contains(t, p.text, c.want, name)
		assert.NotContains(t, p.text, c.none, name)
	}
}

func TestALongListOfLateOnesIsCut(t *testing.T) {
	s := sample(t, "answer-report")
	for range 200 {
		s.Notice.Data.Summary.Late = append(s.Notice.Data.Summary.Late, s.Notice.Data.Summary.Late[0])
	}
	m, p := compose(t, desk(t), s.Notice, s.Ticket)
	assert.Contains(t, p.text, "And 162 more: /list late shows them.")
	assert.Less(t, len(p.html), 70<<10)
	assert.NotEmpty(t, m.Raw)
}

func TestReportsBesideOtherAnswers(t *testing.T) {
	s := sample(t, "answer-report")
	s.Notice.Data.Answers = []tracker.Answer{{Asked: "/mine"}}
	_, p := compose(t, desk(t), s.Notice, s.Ticket)
	assert.Contains(t, p.text, "The answers to your 2 questions")
	assert.Contains(t, p.text, "ALL REQUESTS")
}

func TestClocksInAnswers(t *testing.T) {
	own := &tracker.PartnerClock{Partner: "OptIT", PickupDue: noon.Add(-time.Hour), PickupState: "late", DoneDue: noon.Add(time.Hour), DoneState: "running"}
	for name, c := range map[string]struct {
		as          tracker.Role
		clock       tracker.TicketClock
		list, whole []string
		none        []string
	}{
		"running":    {tracker.RoleRequester, tracker.TicketClock{Due: noon.Add(time.Hour), State: "running"}, []string{"due Tue 24 Nov, 13:00 IST"}, []string{"Due Tue 24 Nov, 13:00 IST, in 1 h"}, []string{"late", "Pickup"}},
		"late":       {tracker.RoleRequester, tracker.TicketClock{Due: noon.Add(-time.Hour), State: "late"}, []string{"late since Tue 24 Nov, 11:00 IST"}, []string{"11:00 IST · late, 1 h ago"}, nil},
		"paused":     {tracker.RoleRequester, tracker.TicketClock{Due: noon.Add(time.Hour), State: "paused"}, []string{"13:00 IST, clock paused"}, []string{"13:00 IST, clock paused"}, []string{"in 1 h"}},
		"met":        {tracker.RoleRequester, tracker.TicketClock{Due: noon.Add(time.Hour), State: "met"}, nil, nil, []string{"due", "Due"}},
		"pickup":     {tracker.RoleRequester, tracker.TicketClock{Pickup: noon.Add(time.Hour)}, []string{"pickup by Tue 24 Nov, 13:00 IST"}, []string{"Pickup by Tue 24 Nov, 13:00 IST"}, []string{"not picked up"}},
		"no pickup":  {tracker.RoleRequester, tracker.TicketClock{Pickup: noon.Add(-time.Hour)}, []string{"not picked up by Tue 24 Nov, 11:00 IST"}, []string{"11:00 IST · not picked up"}, nil},
		"requester":  {tracker.RoleRequester, tracker.TicketClock{Partner: own}, nil, nil, []string{"wn target", "by Tue"}},
		"devops":     {tracker.RoleDevOps, tracker.TicketClock{Partner: own}, nil, nil, []string{"wn target", "by Tue"}},
		"partner":    {tracker.RolePartner, tracker.TicketClock{Partner: own}, []string{"own target Tue 24 Nov, 13:00 IST"}, []string{"Own target OptIT: pickup by Tue 24 Nov, 11:00 IST (late), done by Tue 24 Nov, 13:00 IST"}, nil},
		"manager":    {tracker.RoleManager, tracker.TicketClock{Partner: own}, []string{"OptIT’s own target Tue 24 Nov, 13:00 IST"}, []string{"Own target OptIT:"}, nil},
		"no promise": {tracker.RoleManager, tracker.TicketClock{Partner: &tracker.PartnerClock{Partner: "OptIT"}}, nil, nil, []string{"wn target"}},
	} {
		for _, whole := range []bool{false, true} {
			s := sample(t, "answer-whole")
			k := s.Ticket
			k.ETA, k.NeededBy = "", ""
			s.Notice.As = c.as
			s.Notice.Data.Answers = []tracker.Answer{{Asked: "/x", Total: 1, Whole: whole, Tickets: []tracker.Ticket{k}, Clocks: map[string]tracker.TicketClock{k.Key: c.clock}}}
			_, p := compose(t, desk(t), s.Notice, s.Ticket)
			want := map[bool][]string{false: c.list, true: c.whole}[whole]
			for _, w := range want {
				assert.Contains(t, joined(p.text), w, name)
			}
			for _, none := range c.none {
				assert.NotContains(t, joined(p.text), none, name)
			}
		}
	}
}

func TestTablesInAText(t *testing.T) {
	doc, err := read(markdown(), "| a | bb |\n|---|--:|\n| "+token(slotText, 1)+" | 2 |\n")
	require.NoError(t, err)
	assert.Equal(t, "a      bb\n|x|ü|   2\n", plainText(doc, []value{{}, {text: "|x|ü|"}}, ""))
	html := htmlBody(doc)
	assert.Contains(t, html, `<th scope="col" align="right"`)
	assert.Contains(t, html, `<th scope="row" align="left"`)
}
