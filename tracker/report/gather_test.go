package report

import (
	"errors"
	"iter"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
)

// sequence gives the histories, and then an error if there is one.
func sequence(histories [][]tracker.Event, err error) iter.Seq2[[]tracker.Event, error] {
	return func(yield func([]tracker.Event, error) bool) {
		for _, h := range histories {
			if !yield(h, nil) {
				return
			}
		}
		if err != nil {
			yield(nil, err)
		}
	}
}

func TestAllAtOnceIsAsOneByOne(t *testing.T) {
	s := setup(t)
	d := dice{Rand: rand.New(rand.NewPCG(9, 9)), t: t, zone: s.Zone}
	from, to := s.Week.Bounds(s.Zone)
	d.from, d.to = from.AddDate(0, 0, -90), to
	var histories [][]tracker.Event
	for id := range 700 {
		histories = append(histories, d.history(id+1))
	}
	one := collect(t, s, histories...)
	all := collect(t, s)
	require.NoError(t, all.AddAll(sequence(histories, nil)))
	assert.Equal(t, asJSON(t, one.Programme()), asJSON(t, all.Programme()))
	require.NoError(t, all.AddAll(sequence(nil, nil)))

	broken := errors.New("the store is gone")
	assert.ErrorIs(t, collect(t, s).AddAll(sequence(histories, broken)), broken)
	histories[5] = histories[5][1:]
	if len(histories[5]) == 0 {
		histories[5] = histories[0][1:]
	}
	many := histories
	for range 5 {
		many = append(many, histories...)
	}
	assert.ErrorContains(t, collect(t, s).AddAll(sequence(many, nil)), "report on ticket")
}

func TestATicketThatSleepsCountsNowhere(t *testing.T) {
	s := setup(t)
	d := dice{Rand: rand.New(rand.NewPCG(2, 9)), t: t, zone: s.Zone}
	since := Since(s.Week, s.Zone)
	d.from, d.to = since.AddDate(0, 0, -60), since.AddDate(0, 0, 20)
	sleeping, ended := 0, 0
	for id := range 3000 {
		h := d.history(id + 1)
		var k tracker.Ticket
		for _, e := range h {
			k, _ = tracker.Apply(k, e)
		}
		quiet := h[len(h)-1].At.Before(since)
		if quiet && !k.Status.Open() {
			ended++
		}
		if asleep(h, since) {
			sleeping++
			require.True(t, quiet && !k.Status.Open(), "%s is %s", k.Key, k.Status)
		}
	}
	assert.Positive(t, sleeping)
	assert.GreaterOrEqual(t, sleeping*10, ended*9, "nearly all are seen at a glance")
}
