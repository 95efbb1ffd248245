package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
)

var subscriptionTests = map[string]func(*testing.T, store){
	"nobody ended a list":    nobodyEndedAList,
	"the latest word counts": theLatestWordCounts,
	"a late word":            aLateWord,
	"a word that is undone":  aWordThatIsUndone,
}

// ended lists who ended a list.
func (s store) ended(t *testing.T, l tracker.List) (addresses []string) {
	t.Helper()
	s.view(t, func(ctx context.Context, v tracker.View) {
		var err error
		addresses, err = v.Unsubscribed(ctx, l)
		require.NoError(t, err)
	})
	return addresses
}

func nobodyEndedAList(t *testing.T, s store) {
	assert.Empty(t, s.ended(t, tracker.ListWeekly))
	assert.Empty(t, s.ended(t, "other"))
}

func theLatestWordCounts(t *testing.T, s store) {
	say := func(address string, l tracker.List, ended bool) {
		s.update(t, func(ctx context.Context, tx tracker.Tx) {
			require.NoError(t, tx.Subscribe(ctx, tracker.Subscription{List: l, Address: address, Ended: ended}, noon.Add(time.Hour)))
		})
	}
	say("Ravi@Egov.test", tracker.ListWeekly, true)
	say("asha@egov.test", tracker.ListWeekly, true)
	say("asha@egov.test", tracker.ListWeekly, true)
	say("ops@egov.test", tracker.ListWeekly, false)
	say("ops@egov.test", tracker.ListDaily, true)
	assert.Equal(t, []string{"asha@egov.test", "ravi@egov.test"}, s.ended(t, tracker.ListWeekly), "in lower case, each once, in their order")
	assert.Equal(t, []string{"ops@egov.test"}, s.ended(t, tracker.ListDaily), "each list by itself")

	say("RAVI@egov.test", tracker.ListWeekly, false)
	assert.Equal(t, []string{"asha@egov.test"}, s.ended(t, tracker.ListWeekly), "without case")
	say("ravi@egov.test", tracker.ListWeekly, true)
	assert.Equal(t, []string{"asha@egov.test", "ravi@egov.test"}, s.ended(t, tracker.ListWeekly))
}

func aWordThatIsUndone(t *testing.T, s store) {
	err := s.Update(t.Context(), func(tx tracker.Tx) error {
		require.NoError(t, tx.Subscribe(t.Context(), tracker.Subscription{List: tracker.ListDaily, Address: "asha@egov.test", Ended: true}, noon))
		return assert.AnError
	})
	require.ErrorIs(t, err, assert.AnError)
	assert.Empty(t, s.ended(t, tracker.ListDaily))
}

// The mail of an older wish may be read after that of a newer one.
func aLateWord(t *testing.T, s store) {
	say := func(ended bool, at time.Time) {
		s.update(t, func(ctx context.Context, tx tracker.Tx) {
			require.NoError(t, tx.Subscribe(ctx, tracker.Subscription{List: tracker.ListDaily, Address: "asha@egov.test", Ended: ended}, at))
		})
	}
	say(true, noon)
	say(false, noon.Add(-time.Microsecond))
	assert.Equal(t, []string{"asha@egov.test"}, s.ended(t, tracker.ListDaily), "an older word changes nothing")
	say(false, noon)
	assert.Empty(t, s.ended(t, tracker.ListDaily), "of the same instant the last that was read counts")
	say(true, noon.Add(-time.Hour))
	assert.Empty(t, s.ended(t, tracker.ListDaily))
	say(true, noon.Add(time.Microsecond))
	assert.Equal(t, []string{"asha@egov.test"}, s.ended(t, tracker.ListDaily))
}
