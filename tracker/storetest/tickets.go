package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
)

func key(id int64) string { return fmt.Sprintf("REQ-%d", id) }

var ticketTests = map[string]func(*testing.T, store){
	"nothing there":          nothingThere,
	"ids without gaps":       idsWithoutGaps,
	"a life read back":       aLifeReadBack,
	"every change":           everyChange,
	"odd instants":           oddInstants,
	"key without case":       keyWithoutCase,
	"append out of sequence": appendOutOfSequence,
	"append no text":         appendNoText,
	"queries":                queries,
	"unended tickets":        unendedTickets,
	"what a viewer sees":     whatAViewerSees,
	"search":                 search,
	"open count":             openCount,
}

func nothingThere(t *testing.T, s store) {
	s.view(t, func(ctx context.Context, v tracker.View) {
		_, err := v.Ticket(ctx, 1)
		require.ErrorIs(t, err, tracker.ErrNotFound)
		_, err = v.TicketByKey(ctx, "REQ-1")
		require.ErrorIs(t, err, tracker.ErrNotFound)
		events, err := v.Events(ctx, 1)
		require.NoError(t, err)
		assert.Empty(t, events)
		tickets, err := v.Tickets(ctx, tracker.TicketQuery{})
		require.NoError(t, err)
		assert.Empty(t, tickets)
	})
}

func idsWithoutGaps(t *testing.T, s store) {
	undone := errors.New("undone")
	s.update(t, func(ctx context.Context, tx tracker.Tx) {
		assert.EqualValues(t, 1, opened(t, ctx, tx, tracker.Opened{}).ID)
		require.ErrorIs(t, tx.Savepoint(ctx, func() error {
			assert.EqualValues(t, 2, opened(t, ctx, tx, tracker.Opened{}).ID)
			return undone
		}), undone)
		assert.EqualValues(t, 2, opened(t, ctx, tx, tracker.Opened{}).ID)
	})
	require.ErrorIs(t, s.Update(t.Context(), func(tx tracker.Tx) error {
		assert.EqualValues(t, 3, opened(t, t.Context(), tx, tracker.Opened{}).ID)
		return undone
	}), undone)
	s.update(t, func(ctx context.Context, tx tracker.Tx) {
		assert.EqualValues(t, 3, opened(t, ctx, tx, tracker.Opened{}).ID)
	})
}

func aLifeReadBack(t *testing.T, s store) {
	var ticket tracker.Ticket
	s.update(t, func(ctx context.Context, tx tracker.Tx) {
		ticket = opened(t, ctx, tx, tracker.Opened{
			Title: "Punjab: restart <pods> & \"läuft\"", Priority: "P1", Type: "incident", Stack: "k8s", Environment: "punjab-uat",
			NeededBy: "2026-12-01", Guessed: []tracker.Field{tracker.FieldType}, MessageID: "1@egov.test",
		})
		by := tracker.Actor{Name: "Ravi", Address: "ravi@acme.test", Role: tracker.RolePartner, Partner: "Acme"}
		template := tracker.Event{Ticket: ticket.ID, At: noon.Add(time.Minute), By: by, Cause: "2@acme.test", Reason: "it replies to what the desk sent"}
		ticket = appended(t, ctx, tx, ticket, template, tracker.Assigned{Partner: "Acme"}, tracker.PickedUp{})
		ticket = appended(t, ctx, tx, ticket, template, tracker.Resolved{Note: "done\nwell"})
	})
	s.view(t, func(ctx context.Context, v tracker.View) { sameFold(t, ctx, v, ticket) })
}

// sameFold checks that the ticket stands in the store as it is and as its
// events make it.
func sameFold(t *testing.T, ctx context.Context, v tracker.View, want tracker.Ticket) {
	t.Helper()
	got, err := v.Ticket(ctx, want.ID)
	require.NoError(t, err)
	assert.Equal(t, want, got)
	events, err := v.Events(ctx, want.ID)
	require.NoError(t, err)
	folded, err := tracker.Fold(events)
	require.NoError(t, err)
	assert.Equal(t, want, folded)
}

func everyChange(t *testing.T, s store) {
	changes := []tracker.Change{
		tracker.Accepted{},
		tracker.Classified{Field: tracker.FieldPriority, New: "P2"},
		tracker.Assigned{Partner: "Acme"},
		tracker.Declined{Partner: "Acme", Reason: "no hands"},
		tracker.Assigned{Partner: "Bolt", Old: "Acme"},
		tracker.PickedUp{},
		tracker.Replied{From: asha, Visibility: tracker.Internal, MessageID: "3@egov.test", Auto: tracker.AutoReply},
		tracker.Noted{Text: "bytes \x00 in notes"},
		tracker.StatusChanged{From: tracker.StatusWorking, To: tracker.StatusWaiting, Reason: "logs", Until: "2026-12-02"},
		tracker.Refused{Command: "/close", Why: "only the manager may"},
		tracker.Resolved{Note: "done"},
		tracker.Closed{Reason: "no answer"},
		tracker.Reopened{Reason: "not done"},
		tracker.Cancelled{Reason: "not needed"},
		tracker.Classified{Field: tracker.FieldETA, New: "2026-12-20T15:00:00+05:30"},
		tracker.Watched{Address: "kiran@egov.test"},
		tracker.Watched{Address: "imran@egov.test"},
		tracker.Unwatched{Address: "Kiran@egov.test"},
		tracker.Linked{Key: "REQ-7", Why: "the same cluster"},
		tracker.Linked{Key: "REQ-8"},
		tracker.Absorbed{Key: "REQ-9"},
		tracker.Reminded{Clock: "resolve", What: "75", Version: 2, To: []string{"a@b.test"}, Waiting: []string{"c@d.test"}},
		tracker.Merged{Into: "REQ-7"},
	}
	var ticket tracker.Ticket
	s.update(t, func(ctx context.Context, tx tracker.Tx) {
		ticket = opened(t, ctx, tx, tracker.Opened{Unverified: true})
		ticket = appended(t, ctx, tx, ticket, tracker.Event{Ticket: ticket.ID, At: noon}, changes...)
	})
	s.view(t, func(ctx context.Context, v tracker.View) {
		sameFold(t, ctx, v, ticket)
		events, err := v.Events(ctx, ticket.ID)
		require.NoError(t, err)
		require.Len(t, events, len(changes)+1)
		for i, c := range changes {
			assert.Equal(t, c, events[i+1].Change)
		}
	})
}

func oddInstants(t *testing.T, s store) {
	for i, at := range []time.Time{
		{}, time.Unix(0, 0), time.Unix(0, 1000), time.Unix(-1, 0), noon.In(time.FixedZone("IST", 19800)), time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC),
	} {
		var ticket tracker.Ticket
		s.update(t, func(ctx context.Context, tx tracker.Tx) {
			ticket = opened(t, ctx, tx, tracker.Opened{})
			ticket = appended(t, ctx, tx, ticket, tracker.Event{Ticket: ticket.ID, At: at}, tracker.Resolved{}, tracker.Closed{})
		})
		s.view(t, func(ctx context.Context, v tracker.View) {
			sameFold(t, ctx, v, ticket)
			got, err := v.Ticket(ctx, ticket.ID)
			require.NoError(t, err)
			assert.True(t, got.ResolvedAt.Equal(at), "instant %d: stored %s, read %s", i, at, got.ResolvedAt)
		})
	}
}

func keyWithoutCase(t *testing.T, s store) {
	s.update(t, func(ctx context.Context, tx tracker.Tx) {
		want := opened(t, ctx, tx, tracker.Opened{})
		for _, k := range []string{"REQ-1", "req-1", "Req-1"} {
			got, err := tx.TicketByKey(ctx, k)
			require.NoError(t, err)
			assert.Equal(t, want, got)
		}
		_, err := tx.TicketByKey(ctx, "REQ-%")
		require.ErrorIs(t, err, tracker.ErrNotFound)
	})
	err := s.Update(t.Context(), func(tx tracker.Tx) error {
		ticket, events, err := tracker.Record(tracker.Ticket{}, tracker.Event{Ticket: 2, At: noon}, []tracker.Change{tracker.Opened{Key: "req-1"}})
		require.NoError(t, err)
		return tx.Append(t.Context(), ticket, events)
	})
	require.Error(t, err, "two tickets with one key")
}

func appendOutOfSequence(t *testing.T, s store) {
	s.update(t, func(ctx context.Context, tx tracker.Tx) {
		first := opened(t, ctx, tx, tracker.Opened{})
		template := tracker.Event{Ticket: first.ID, At: noon}
		second, events, err := tracker.Record(first, template, []tracker.Change{tracker.Noted{Text: "a"}})
		require.NoError(t, err)
		third, later, err := tracker.Record(second, template, []tracker.Change{tracker.Noted{Text: "b"}})
		require.NoError(t, err)

		refuse := func(why string, k tracker.Ticket, es []tracker.Event) {
			t.Helper()
			undone := tx.Savepoint(ctx, func() error { return tx.Append(ctx, k, es) })
			require.Error(t, undone, why)
		}
		refuse("a gap", third, later)
		refuse("ticket and events differ", third, events)
		require.NoError(t, tx.Append(ctx, second, events))
		refuse("the same event again", second, events)
		refuse("a ticket that was changed meanwhile", second, events)
		require.NoError(t, tx.Append(ctx, third, nil), "no events change nothing")
		sameFold(t, ctx, tx, second)
		require.NoError(t, tx.Append(ctx, third, later))
		sameFold(t, ctx, tx, third)
	})
}

// Text that is stored differently from how it was hashed would break the chain:
// it is refused or read back as it was.
func appendNoText(t *testing.T, s store) {
	for _, bad := range []string{"nul \x00", "latin-1 \xe4"} {
		for name, e := range map[string]tracker.Event{
			"cause": {Cause: bad}, "reason": {Reason: bad}, "actor": {By: tracker.Actor{Name: bad}},
		} {
			e.At = noon
			var ticket tracker.Ticket
			err := s.Update(t.Context(), func(tx tracker.Tx) (err error) {
				var events []tracker.Event
				e.Ticket, err = tx.NextTicket(t.Context())
				require.NoError(t, err)
				ticket, events, err = tracker.Record(tracker.Ticket{}, e, []tracker.Change{tracker.Opened{Key: key(e.Ticket)}})
				require.NoError(t, err)
				return tx.Append(t.Context(), ticket, events)
			})
			if err == nil {
				s.view(t, func(ctx context.Context, v tracker.View) { sameFold(t, ctx, v, ticket) })
			}
			require.NotErrorIs(t, err, tracker.ErrBusy, name)
		}
	}
}

func queries(t *testing.T, s store) {
	s.update(t, func(ctx context.Context, tx tracker.Tx) {
		for i := range 11 {
			opened(t, ctx, tx, tracker.Opened{
				Title: fmt.Sprint(i), Priority: fmt.Sprintf("P%d", i%3), Type: []string{"access", "incident"}[i%2], Environment: "punjab-uat",
			})
		}
		for id := int64(1); id <= 4; id++ {
			k, err := tx.Ticket(ctx, id)
			require.NoError(t, err)
			k = appended(t, ctx, tx, k, tracker.Event{Ticket: id, At: noon}, tracker.Assigned{Partner: "Acme"})
			if id > 2 {
				appended(t, ctx, tx, k, tracker.Event{Ticket: id, At: noon.Add(time.Hour)}, tracker.Resolved{})
			}
		}
	})
	for name, c := range map[string]struct {
		q    tracker.TicketQuery
		want []int64
	}{
		"all, in the order of numbers": {tracker.TicketQuery{}, []int64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}},
		"open":                         {tracker.TicketQuery{Open: true}, []int64{1, 2, 5, 6, 7, 8, 9, 10, 11}},
		"priority":                     {tracker.TicketQuery{Priority: "P2"}, []int64{3, 6, 9}},
		"partner":                      {tracker.TicketQuery{Partner: "acme"}, []int64{1, 2, 3, 4}},
		"type":                         {tracker.TicketQuery{Type: "access"}, []int64{1, 3, 5, 7, 9, 11}},
		"environment":                  {tracker.TicketQuery{Environment: "other"}, nil},
		"together":                     {tracker.TicketQuery{Open: true, Partner: "Acme", Type: "incident"}, []int64{2}},
		"opened since":                 {tracker.TicketQuery{Since: noon, Priority: "P0"}, []int64{1, 4, 7, 10}},
		"resolved since":               {tracker.TicketQuery{Since: noon.Add(time.Hour)}, []int64{3, 4}},
		"nothing since":                {tracker.TicketQuery{Since: noon.Add(time.Hour + time.Microsecond)}, nil},
	} {
		s.view(t, func(ctx context.Context, v tracker.View) { assert.Equal(t, c.want, ids(t, ctx, v, c.q), name) })
	}
}

func unendedTickets(t *testing.T, s store) {
	s.update(t, func(ctx context.Context, tx tracker.Tx) {
		for _, end := range []tracker.Change{tracker.Noted{}, tracker.Resolved{}, tracker.Closed{}, tracker.Cancelled{}, tracker.Merged{}, tracker.PickedUp{}} {
			k := opened(t, ctx, tx, tracker.Opened{})
			k = appended(t, ctx, tx, k, tracker.Event{Ticket: k.ID, At: noon}, end)
			assert.Equal(t, !k.Status.Ended(), slices.Contains(ids(t, ctx, tx, tracker.TicketQuery{Unended: true}), k.ID), k.Status)
		}
		k := opened(t, ctx, tx, tracker.Opened{})
		k = appended(t, ctx, tx, k, tracker.Event{Ticket: k.ID, At: noon}, tracker.ApprovalAsked{Need: "x", Round: 1, Quorum: 1}, tracker.Rejected{Need: "x", Round: 1})
		assert.Equal(t, tracker.StatusRejected, k.Status)
		assert.Equal(t, []int64{1, 2, 6}, ids(t, ctx, tx, tracker.TicketQuery{Unended: true}))
	})
}

func whatAViewerSees(t *testing.T, s store) {
	s.update(t, func(ctx context.Context, tx tracker.Tx) {
		change := func(id int64, c tracker.Change) {
			k, err := tx.Ticket(ctx, id)
			require.NoError(t, err)
			appended(t, ctx, tx, k, tracker.Event{Ticket: id, At: noon}, c)
		}
		for _, requester := range []string{"ravi@egov.test", "xravi@egov.test", "RAVI@egov.test", "sim@egov.test", "sim@egov.test"} {
			opened(t, ctx, tx, tracker.Opened{Requester: tracker.Address{Address: requester}})
		}
		opened(t, ctx, tx, tracker.Opened{Requester: tracker.Address{Address: "ravi@egov.test"}, Unverified: true})
		change(4, tracker.Watched{Address: "ravi@egov.test"})
		change(5, tracker.Watched{Address: "xravi@egov.test"})
		change(2, tracker.Assigned{Partner: "Acme"})
		change(6, tracker.Assigned{Partner: "Acme"})
	})
	for name, c := range map[string]struct {
		v    tracker.Viewer
		want []int64
	}{
		"own and watched":      {tracker.Viewer{Address: "ravi@egov.test"}, []int64{1, 3, 4}},
		"partner's":            {tracker.Viewer{Address: "desk@acme.test", Partner: "acme"}, []int64{2}},
		"both":                 {tracker.Viewer{Address: "sim@egov.test", Partner: "Acme"}, []int64{2, 4, 5}},
		"no wildcard":          {tracker.Viewer{Address: "%@egov.test"}, nil},
		"nobody's, no partner": {tracker.Viewer{Address: "eve@evil.test"}, nil},
	} {
		s.view(t, func(ctx context.Context, v tracker.View) {
			assert.Equal(t, c.want, ids(t, ctx, v, tracker.TicketQuery{For: &c.v}), name)
			all, err := v.Tickets(ctx, tracker.TicketQuery{})
			require.NoError(t, err)
			var seen []int64
			for _, k := range all {
				if c.v.Sees(k) {
					seen = append(seen, k.ID)
				}
			}
			assert.Equal(t, c.want, seen, "%s: the rule agrees", name)
		})
	}
}

func ids(t *testing.T, ctx context.Context, v tracker.View, q tracker.TicketQuery) []int64 {
	t.Helper()
	tickets, err := v.Tickets(ctx, q)
	require.NoError(t, err)
	var out []int64
	for _, k := range tickets {
		out = append(out, k.ID)
	}
	return out
}

func search(t *testing.T, s store) {
	s.update(t, func(ctx context.Context, tx tracker.Tx) {
		opened(t, ctx, tx, tracker.Opened{Title: "Redis is Down"})
		opened(t, ctx, tx, tracker.Opened{Title: "100% of disk_full", Requester: tracker.Address{Name: "Jörg", Address: "jm@egov.test"}})
		for id, m := range map[int64]tracker.Inbound{
			1: {Text: "the Kafka broker", Visibility: tracker.Public}, 2: {Text: "Kafka secretly", Visibility: tracker.Internal},
		} {
			m.Ticket = id
			_, err := tx.AddMail(ctx, m, strings.NewReader("raw"))
			require.NoError(t, err)
		}
	})
	for words, want := range map[string][]int64{
		"redis": {1}, "down redis": {1}, "redis up": nil, "req-2": {2}, "egov.test": {1, 2}, "RAO": {1}, "kafka": {1}, "kafka redis": {1},
		"secretly": nil, "100%": {2}, "1%full": nil, "disk_full": {2}, "disk?full": nil, "di_k": nil, `\`: nil, "jörg": {2}, "JÖRG": {2}, "  ": {1, 2},
		"' OR 1=1 --": nil, "\x00redis": {1},
	} {
		s.view(t, func(ctx context.Context, v tracker.View) {
			assert.Equal(t, want, ids(t, ctx, v, tracker.TicketQuery{Search: words}), "%q", words)
		})
	}
}

func openCount(t *testing.T, s store) {
	steps := []tracker.Change{
		tracker.PickedUp{}, tracker.StatusChanged{From: tracker.StatusWorking, To: tracker.StatusBlocked}, tracker.Resolved{},
		tracker.Reopened{}, tracker.Cancelled{}, tracker.Reopened{}, tracker.Resolved{}, tracker.Closed{},
	}
	s.update(t, func(ctx context.Context, tx tracker.Tx) {
		for range 2 {
			k := opened(t, ctx, tx, tracker.Opened{})
			appended(t, ctx, tx, k, tracker.Event{Ticket: k.ID, At: noon}, tracker.Assigned{Partner: "Acme"})
		}
		k, err := tx.Ticket(ctx, 2)
		require.NoError(t, err)
		for _, c := range steps {
			k = appended(t, ctx, tx, k, tracker.Event{Ticket: k.ID, At: noon}, c)
			want := 1
			if k.Status.Open() {
				want = 2
			}
			n, err := tx.OpenCount(ctx, "Acme")
			require.NoError(t, err)
			assert.Equal(t, want, n, k.Status)
		}
		n, err := tx.OpenCount(ctx, "Bolt")
		require.NoError(t, err)
		assert.Zero(t, n)
	})
}
