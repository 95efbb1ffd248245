package sqlstore

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Queries on the way of every mail must find their rows by an index and need no
// sorting, however large the tables are.
func TestQueryPlans(t *testing.T) {
	s := newTestStore(t)
	for _, query := range []string{
		ticketByID, ticketByKey, openCount, eventsOf, nextTicket, lastInbound, lastOutbox, putTicket, addEvent,
		sameByPosition, sameByBytes, sameByID, inboundByID, openingMail, rawOf, mentionsOf, setInbound,
		addInbound, addMention, inboundPiece, outboxPiece, cursorOf, setCursor, attemptsOn, attempt, forget,
		enqueue, hasNotice, sentSince, receivedSince, pendingAlerts, lastTold, alertsTold,
		outboxState, committing, sent, deferred, recoverSending, doubtful, settle, outboxInState, positions,
		dueTickets, setDue, dueAt, addTerms, setting, setSetting,
	} {
		for _, step := range plan(t, s, query) {
			assert.NotContains(t, step, "SCAN", "%s", query)
			assert.NotContains(t, step, "TEMP B-TREE", "%s", query)
		}
	}
	for _, step := range plan(t, s, claim) {
		assert.NotContains(t, step, "SCAN outbox", "%s", claim)
	}
}

func plan(t *testing.T, s *Store, query string) []string {
	t.Helper()
	var steps []string
	var args []any
	for strings.Contains(query, fmt.Sprintf("$%d", len(args)+1)) {
		args = append(args, nil)
	}
	require.NoError(t, s.update(t.Context(), func(tx *tx) error {
		return tx.s.eachOnce(t.Context(), "EXPLAIN QUERY PLAN "+query, args, func(row scanner) error {
			var id, parent, unused int
			var step string
			err := row.Scan(&id, &parent, &unused, &step)
			steps = append(steps, step)
			return err
		})
	}), query)
	return steps
}
