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
		refused, inDoubt, keptReport, hasReport, keepReport, unsubscribed, subscribe,
		lastWatch, addWatch, moveWatch, watchSince,
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

// Lists of open or recent tickets are found beside however many closed ones.
func TestListPlans(t *testing.T) {
	s := newTestStore(t)
	for where, want := range map[string]string{
		isOpen:       "SCAN ticket USING INDEX ticket_open",
		ticketsSince: "SEARCH ticket USING INTEGER PRIMARY KEY (rowid=?)|SEARCH ticket USING COVERING INDEX ticket_opened (opened_at>?)|SEARCH ticket USING COVERING INDEX ticket_resolved (resolved_at>?)",
	} {
		var found []string
		for _, step := range plan(t, s, `SELECT `+ticketColumns+` FROM ticket WHERE `+where+` ORDER BY id`) {
			assert.NotContains(t, step, "TEMP B-TREE", where)
			if strings.Contains(step, " ticket ") {
				found = append(found, step)
			}
		}
		assert.Equal(t, want, strings.Join(found, "|"))
	}
}

// A report walks the events of the tickets that count, in their order; all else it
// finds in indexes.
func TestQueryPlanOfReports(t *testing.T) {
	s := newTestStore(t)
	assert.Equal(t, []string{
		"SEARCH event USING PRIMARY KEY (ticket=?)", "LIST SUBQUERY 2", "COMPOUND QUERY",
		"LEFT-MOST SUBQUERY", "SEARCH event USING COVERING INDEX event_at (at>?)",
		"UNION ALL", "SCAN ticket USING COVERING INDEX ticket_partner",
	}, plan(t, s, histories))
	assert.Contains(t, plan(t, s, mailCount), "SEARCH inbound USING COVERING INDEX inbound_received (received>? AND received<?)")
	assert.Equal(t, []string{"SCAN outbox"}, plan(t, s, firstMail), "up to the first row, without sorting")
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
