package report

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// lateStories are tickets of P0, all late: those that nobody has, and those whose
// partner is silent, each opened an hour after the one before.
func lateStories(unowned, silent int) string {
	var b strings.Builder
	for i := range unowned + silent {
		fmt.Fprintf(&b, "REQ-%d P0 GitOps AP ERP ravi: x\n  2026-03-10 %02d:00 opened\n", i+1, i)
		if i >= unowned {
			fmt.Fprintf(&b, "  2026-03-10 %02d:00 assign GWL\n", i)
		}
	}
	return b.String()
}

func TestDecisionsOnLateTickets(t *testing.T) {
	for _, c := range []struct {
		unowned, silent int
		want            string
		more            int
	}{
		{0, 0, "", 0},
		{2, 0, "owner REQ-1, owner REQ-2", 0},
		{0, 3, "word REQ-1, word REQ-2, word REQ-3", 0},
		{3, 4, "owner REQ-1, owner REQ-2, owner REQ-3, word REQ-4, word REQ-5", 2},
		{5, 1, "owner REQ-1, owner REQ-2, owner REQ-3, owner REQ-4, owner REQ-5", 1},
		{8, 9, "owner REQ-1, owner REQ-2, owner REQ-3, owner REQ-4, owner REQ-5", 12},
	} {
		s := setup(t)
		r := collect(t, s, tell(t, s.Zone, lateStories(c.unowned, c.silent))...).Programme()
		var got []string
		for _, d := range r.Decisions {
			got = append(got, d.Kind+" "+d.Item.Key)
		}
		assert.Equal(t, c.want, strings.Join(got, ", "))
		assert.Equal(t, c.more, r.More)
		assert.Len(t, r.Late, c.unowned+c.silent)
	}
}

func TestThoseOfAList(t *testing.T) {
	even := func(n int) bool { return n%2 == 0 }
	for _, c := range []struct{ list, want []int }{
		{nil, []int{}}, {[]int{2, 4}, []int{2, 4}}, {[]int{1, 3}, []int{}}, {[]int{2, 3, 4}, []int{2, 4}}, {[]int{1, 2, 3, 4, 5}, []int{2, 4}},
	} {
		before := append([]int(nil), c.list...)
		assert.Equal(t, c.want, append([]int{}, those(c.list, even)...))
		assert.Equal(t, before, c.list, "the list stays as it is")
	}
}
