package sqlstore

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
)

func newDecoder() *historyDecoder {
	return &historyDecoder{actors: map[string]tracker.Actor{}, changes: map[storedChange]tracker.Change{}}
}

// stored is an event as the query gives it.
func stored(fields ...string) string { return strings.Join(fields, betweenFields) }

func TestAHistoryIsInTheOrderOfItsEvents(t *testing.T) {
	text := []string{
		stored("2", "1000000", "picked_up", `{"address":"a@x.test","role":"partner"}`, `{}`),
		stored("3", "-9223372036854775808", "noted", `{"role":"desk"}`, `{"text":"ता \u001e\u001f"}`),
		stored("1", "0", "opened", `{"role":"requester"}`, `{"key":"REQ-7","title":"x"}`),
	}
	events, err := newDecoder().history(7, strings.Join(text, betweenEvents))
	require.NoError(t, err)
	assert.Equal(t, []tracker.Event{
		{Ticket: 7, Seq: 1, By: tracker.Actor{Role: tracker.RoleRequester}, Change: tracker.Opened{Key: "REQ-7", Title: "x"}},
		{Ticket: 7, Seq: 2, At: time.Unix(1, 0).UTC(), By: tracker.Actor{Address: "a@x.test", Role: tracker.RolePartner}, Change: tracker.PickedUp{}},
		{Ticket: 7, Seq: 3, At: time.Unix(0, 0).UTC(), By: tracker.Actor{Role: tracker.RoleDesk}, Change: tracker.Noted{Text: "ता \x1e\x1f"}},
	}, events)
}

func TestADamagedHistoryIsAnError(t *testing.T) {
	for text, want := range map[string]string{
		"":                                      `decode event 7/0: strconv.Atoi`,
		"1":                                     `decode event 7/1: strconv.ParseInt`,
		stored("1", "x", "noted", "{}", "{}"):   `decode event 7/1: strconv.ParseInt`,
		stored("1", "0", "noted", "{", "{}"):    `decode event 7/1: actor: `,
		stored("1", "0", "noted", "{}", "{"):    `decode event 7/1: `,
		stored("1", "0", "unheard", "{}", "{}"): `unknown kind "unheard"`,
		stored("1", "0", "noted", "{}", "{}") + betweenEvents:                       `decode event 7/0: `,
		stored("1", "0", "noted", "{}", "{}", "{}"):                                 `decode event 7/1: `,
		stored("1", "0", "noted", "{}", "{}") + betweenEvents + "2" + betweenFields: `decode event 7/2: `,
	} {
		_, err := newDecoder().history(7, text)
		assert.ErrorContains(t, err, want, "%q", text)
	}
}

// What stands between events and fields may stand in what people write.
func TestControlCharactersInAHistory(t *testing.T) {
	s := newTestStore(t)
	odd := "a" + betweenFields + "b" + betweenEvents + "c"
	k, events, err := tracker.Record(tracker.Ticket{}, tracker.Event{Ticket: 1, At: time.Unix(1, 0), By: tracker.Actor{Name: odd, Role: tracker.RoleRequester}},
		[]tracker.Change{tracker.Opened{Key: "REQ-1", Title: odd}, tracker.Noted{Text: odd}})
	require.NoError(t, err)
	require.NoError(t, s.Update(t.Context(), func(tx tracker.Tx) error { return tx.Append(t.Context(), k, events) }))
	n := 0
	require.NoError(t, s.View(t.Context(), func(v tracker.View) error {
		for got, err := range v.Histories(t.Context(), time.Unix(0, 0)) {
			require.NoError(t, err)
			want, err := v.Events(t.Context(), 1)
			require.NoError(t, err)
			require.Len(t, got, len(want))
			for i := range want {
				assert.Equal(t, want[i].Change, got[i].Change)
				assert.Equal(t, want[i].By, got[i].By)
			}
			n++
		}
		return nil
	}))
	assert.Equal(t, 1, n)
}
