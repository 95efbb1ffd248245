// Package storetest is the one conformance suite for every tracker.Store and
// its outbox. It tests what the interfaces promise and must never rely on how a
// store keeps things.
package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"envdesk/tracker"
)

// Run runs the suite. Open gives an empty store, new for each call, and sees to
// its end. The store must have a method Outbox() tracker.Outbox.
func Run(t *testing.T, open func(t *testing.T) tracker.Store) {
	for name, tests := range map[string]map[string]func(*testing.T, store){
		"tickets": ticketTests, "mails": mailTests, "notices": noticeTests, "outbox": outboxTests, "transactions": transactionTests, "agenda": agendaTests,
		"reports": reportTests, "subscriptions": subscriptionTests, "watch": watchTests,
	} {
		t.Run(name, func(t *testing.T) {
			for name, test := range tests {
				t.Run(name, func(t *testing.T) { test(t, newStore(t, open(t))) })
			}
		})
	}
}

// store is a store under test.
type store struct {
	tracker.Store
	outbox tracker.Outbox
}

func newStore(t *testing.T, s tracker.Store) store {
	t.Helper()
	with, ok := s.(interface{ Outbox() tracker.Outbox })
	require.True(t, ok, "%T has no method Outbox() tracker.Outbox", s)
	return store{Store: s, outbox: with.Outbox()}
}

func (s store) update(t *testing.T, f func(ctx context.Context, tx tracker.Tx)) {
	t.Helper()
	require.NoError(t, s.Update(t.Context(), func(tx tracker.Tx) error {
		f(t.Context(), tx)
		return nil
	}))
}

func (s store) view(t *testing.T, f func(ctx context.Context, v tracker.View)) {
	t.Helper()
	require.NoError(t, s.View(t.Context(), func(v tracker.View) error {
		f(t.Context(), v)
		return nil
	}))
}

// noon is the time at which the tests play.
var noon = time.Date(2026, time.November, 23, 12, 0, 0, 123456000, time.UTC)

const mailbox = "desk@mail.test/INBOX"

var asha = tracker.Address{Name: "Asha Rao", Address: "asha@egov.test"}

// opened is a new ticket with the first event.
func opened(t *testing.T, ctx context.Context, tx tracker.Tx, change tracker.Opened) tracker.Ticket {
	t.Helper()
	id, err := tx.NextTicket(ctx)
	require.NoError(t, err)
	if change.Key == "" {
		change.Key = key(id)
	}
	if change.Requester.IsZero() {
		change.Requester = asha
	}
	return appended(t, ctx, tx, tracker.Ticket{}, tracker.Event{Ticket: id, At: noon}, change)
}

// appended records the changes and stores them.
func appended(t *testing.T, ctx context.Context, tx tracker.Tx, old tracker.Ticket, template tracker.Event, changes ...tracker.Change) tracker.Ticket {
	t.Helper()
	ticket, events, err := tracker.Record(old, template, changes)
	require.NoError(t, err)
	require.NoError(t, tx.Append(ctx, ticket, events))
	return ticket
}
