package report

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
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
		{DigestReader{Role: tracker.RoleManager, Address: "asha@egov.test"}, "REQ-2 REQ-1", "REQ-4 REQ-3", "", "REQ-6", "REQ-7", "2 late, 2 due today, 1 blocked, 1 without owner"},
		{DigestReader{Role: tracker.RoleDevOps, Address: "ops@egov.test"}, "REQ-2 REQ-1", "REQ-4 REQ-3", "REQ-8 REQ-6", "", "REQ-7", "2 late, 2 due today, 2 wait on you, 1 without owner"},
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
	d := c.Digest(DigestReader{Role: tracker.RoleManager})
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
