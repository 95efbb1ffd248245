package sqlstore

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"envdesk/tracker"
)

const ticketColumns = `id, key, title, type, priority, stack, environment, needed_by, status, requester_name, requester,
	partner, assignee, watchers, approval, opened_at, picked_up_at, resolved_at, closed_at,
	reopened, messages, root_id, seq, hash, admitted, eta, links, merged_into`

// isOpen is tracker.Status.Open in SQL.
const isOpen = `status NOT IN ('resolved', 'closed', 'cancelled', 'merged', 'rejected')`

// ticketsSince finds tickets that were opened or resolved since $1.
const ticketsSince = `id IN (SELECT id FROM ticket WHERE opened_at >= $1 UNION ALL SELECT id FROM ticket WHERE resolved_at >= $1)`

// isUnended is that tracker.Status.Ended is false.
const isUnended = `status NOT IN ('closed', 'cancelled', 'merged', 'rejected')`

const (
	ticketByID  = `SELECT ` + ticketColumns + ` FROM ticket WHERE id = $1`
	ticketByKey = `SELECT ` + ticketColumns + ` FROM ticket WHERE lower(key) = lower($1)`
	openCount   = `SELECT count(*) FROM ticket WHERE lower(partner) = lower($1) AND ` + isOpen
	eventsOf    = `SELECT ticket, seq, at, actor, cause, reason, kind, change, hash FROM event WHERE ticket = $1 ORDER BY seq`

	// Tickets and mails are never deleted, so the highest id is the last one.
	nextTicket  = `SELECT coalesce(max(id), 0) + 1 FROM ticket`
	lastInbound = `SELECT coalesce(max(id), 0) FROM inbound`
	lastOutbox  = `SELECT coalesce(max(id), 0) FROM outbox`

	// An old ticket is replaced only where it stands just before the new events.
	putTicket = `INSERT INTO ticket (` + ticketColumns + `) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13,
	$14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28)
	ON CONFLICT (id) DO UPDATE SET key = excluded.key, title = excluded.title, type = excluded.type,
	priority = excluded.priority, stack = excluded.stack, environment = excluded.environment,
	needed_by = excluded.needed_by, status = excluded.status, requester_name = excluded.requester_name,
	requester = excluded.requester, partner = excluded.partner, assignee = excluded.assignee,
	watchers = excluded.watchers, approval = excluded.approval, opened_at = excluded.opened_at, picked_up_at = excluded.picked_up_at,
	resolved_at = excluded.resolved_at, closed_at = excluded.closed_at, reopened = excluded.reopened,
	messages = excluded.messages, root_id = excluded.root_id, seq = excluded.seq, hash = excluded.hash,
	admitted = excluded.admitted, eta = excluded.eta, links = excluded.links, merged_into = excluded.merged_into
	WHERE ticket.seq = $29`

	addEvent = `INSERT INTO event (ticket, seq, at, actor, cause, reason, kind, change, hash)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`
)

// Ticket implements tracker.TicketReader.
func (v *view) Ticket(ctx context.Context, id int64) (tracker.Ticket, error) {
	t, err := v.ticket(ctx, ticketByID, id)
	if err != nil {
		return t, fmt.Errorf("ticket %d: %w", id, err)
	}
	return t, nil
}

// TicketByKey implements tracker.TicketReader.
func (v *view) TicketByKey(ctx context.Context, key string) (tracker.Ticket, error) {
	t, err := v.ticket(ctx, ticketByKey, plain(key))
	if err != nil {
		return t, fmt.Errorf("ticket %s: %w", key, err)
	}
	return t, nil
}

func (v *view) ticket(ctx context.Context, query string, arg any) (t tracker.Ticket, err error) {
	err = v.s.one(ctx, query, []any{arg}, func(row scanner) error {
		t, err = scanTicket(row)
		return err
	})
	return t, err
}

// Tickets implements tracker.TicketReader. Fields compare without case; every
// word of Search must occur in the key, the title, the requester or the text of
// a public mail.
func (v *view) Tickets(ctx context.Context, q tracker.TicketQuery) ([]tracker.Ticket, error) {
	var f filter
	if q.Open {
		f.add(isOpen)
	}
	if q.Unended {
		f.add(isUnended)
	}
	f.equal("priority", q.Priority)
	f.equal("partner", q.Partner)
	f.equal("type", q.Type)
	f.equal("environment", q.Environment)
	if !q.Since.IsZero() {
		f.add(strings.ReplaceAll(ticketsSince, "$1", f.arg(micros(q.Since))))
	}
	if q.For != nil {
		f.viewer(*q.For)
	}
	for _, word := range strings.Fields(plain(q.Search)) {
		f.word(word)
	}
	var out []tracker.Ticket
	err := v.s.eachOnce(ctx, `SELECT `+ticketColumns+` FROM ticket`+f.where()+` ORDER BY id`, f.args, func(row scanner) error {
		t, err := scanTicket(row)
		out = append(out, t)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list tickets: %w", err)
	}
	return out, nil
}

// Events implements tracker.TicketReader.
func (v *view) Events(ctx context.Context, ticket int64) ([]tracker.Event, error) {
	var out []tracker.Event
	err := v.s.each(ctx, eventsOf, []any{ticket}, func(row scanner) error {
		e, err := scanEvent(row)
		out = append(out, e)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("events of ticket %d: %w", ticket, err)
	}
	return out, nil
}

// OpenCount implements tracker.TicketReader.
func (v *view) OpenCount(ctx context.Context, partner string) (int, error) {
	var n int
	if err := v.s.get(ctx, openCount, []any{plain(partner)}, &n); err != nil {
		return 0, fmt.Errorf("count open tickets of %s: %w", partner, err)
	}
	return n, nil
}

// NextTicket implements tracker.TicketReader.
func (v *view) NextTicket(ctx context.Context) (id int64, err error) {
	if err = v.s.get(ctx, nextTicket, nil, &id); err != nil {
		return 0, fmt.Errorf("next ticket: %w", err)
	}
	return id, nil
}

// nextID is the next id of a table whose rows only this transaction adds. It is
// looked up once; a row that was undone leaves a gap.
func (t *tx) nextID(ctx context.Context, last string) (int64, error) {
	id, known := t.ids[last]
	if !known {
		if err := t.s.get(ctx, last, nil, &id); err != nil {
			return 0, err
		}
	}
	t.ids[last] = id + 1
	return id + 1, nil
}

// Append implements tracker.TicketWriter. The events must follow the stored
// ones without a gap and lead to the ticket; no events change nothing. Text
// that could not be read back as it was hashed is an error.
func (t *tx) Append(ctx context.Context, ticket tracker.Ticket, events []tracker.Event) error {
	if len(events) == 0 {
		return nil
	}
	if err := checkAppend(ticket, events); err != nil {
		return err
	}
	if err := t.putTicket(ctx, ticket, events[0].Seq-1); err != nil {
		return fmt.Errorf("store ticket %d: %w", ticket.ID, err)
	}
	for _, e := range events {
		if err := t.addEvent(ctx, e); err != nil {
			return fmt.Errorf("store event %d/%d: %w", e.Ticket, e.Seq, err)
		}
	}
	return nil
}

func (t *tx) putTicket(ctx context.Context, k tracker.Ticket, before int) error {
	watchers, err := list(k.Watchers)
	if err != nil {
		return err
	}
	links, err := list(k.Links)
	if err != nil {
		return err
	}
	approval, err := encodeApproval(k.Approval)
	if err != nil {
		return err
	}
	n, err := t.s.exec(ctx, putTicket, k.ID, k.Key, k.Title, k.Type, k.Priority, k.Stack, k.Environment, k.NeededBy,
		string(k.Status), k.Requester.Name, k.Requester.Address, k.Partner, k.Assignee, watchers, approval,
		micros(k.OpenedAt), micros(k.PickedUpAt), micros(k.ResolvedAt), micros(k.ClosedAt), k.Reopened, k.Messages, k.RootID, k.Seq, k.Hash, flag(k.Admitted), k.ETA, links, k.MergedInto, before)
	if err != nil {
		return err
	}
	if n == 0 {
		return fmt.Errorf("it is not at event %d any more", before)
	}
	return nil
}

func (t *tx) addEvent(ctx context.Context, e tracker.Event) error {
	actor, err := json.Marshal(e.By)
	if err != nil {
		return err
	}
	change, err := tracker.EncodeChange(e.Change)
	if err != nil {
		return err
	}
	_, err = t.s.exec(ctx, addEvent, e.Ticket, e.Seq, micros(e.At), string(actor), e.Cause, e.Reason,
		e.Change.Kind(), string(change), e.Hash)
	return err
}

func checkAppend(t tracker.Ticket, events []tracker.Event) error {
	for i, e := range events {
		if e.Ticket != t.ID || e.Seq != events[0].Seq+i {
			return fmt.Errorf("store event %d/%d: it does not follow ticket %d, event %d", e.Ticket, e.Seq, t.ID, events[0].Seq+i-1)
		}
		for _, s := range []string{e.Cause, e.Reason, e.By.Name, e.By.Address, e.By.Partner} {
			if !isPlain(s) {
				return fmt.Errorf("store event %d/%d: %q has bytes that are no text", e.Ticket, e.Seq, s)
			}
		}
	}
	if last := events[len(events)-1]; last.Seq != t.Seq || last.Hash != t.Hash {
		return fmt.Errorf("store ticket %d: it stands at event %d, its last event is %d", t.ID, t.Seq, last.Seq)
	}
	return checkTexts(t)
}

func checkTexts(t tracker.Ticket) error {
	texts := []string{
		t.Key, t.Title, t.Type, t.Priority, t.Stack, t.Environment, t.NeededBy, t.Requester.Name, t.Requester.Address,
		t.Partner, t.Assignee, t.Approval.By, t.Approval.Need, t.Approval.Partner, t.RootID, t.ETA, t.MergedInto,
	}
	for _, s := range texts {
		if !isPlain(s) {
			return fmt.Errorf("store ticket %d: %q has bytes that are no text", t.ID, s)
		}
	}
	return nil
}

func scanTicket(row scanner) (tracker.Ticket, error) {
	var t tracker.Ticket
	err := row.Scan(&t.ID, &t.Key, &t.Title, &t.Type, &t.Priority, &t.Stack, &t.Environment, &t.NeededBy,
		&t.Status, &t.Requester.Name, &t.Requester.Address, &t.Partner, &t.Assignee, listOf{&t.Watchers}, approval{&t.Approval},
		instant{&t.OpenedAt}, instant{&t.PickedUpAt}, instant{&t.ResolvedAt},
		instant{&t.ClosedAt}, &t.Reopened, &t.Messages, &t.RootID, &t.Seq, &t.Hash, truth{&t.Admitted}, &t.ETA, listOf{&t.Links}, &t.MergedInto)
	return t, err
}

func scanEvent(row scanner) (tracker.Event, error) {
	var e tracker.Event
	var actor, kind, change string
	err := row.Scan(&e.Ticket, &e.Seq, instant{&e.At}, &actor, &e.Cause, &e.Reason, &kind, &change, &e.Hash)
	if err != nil {
		return e, err
	}
	if err := json.Unmarshal([]byte(actor), &e.By); err != nil {
		return e, fmt.Errorf("decode actor of event %d/%d: %w", e.Ticket, e.Seq, err)
	}
	e.Change, err = tracker.DecodeChange(kind, []byte(change))
	return e, err
}

// filter collects the conditions of a WHERE and their arguments.
type filter struct {
	conditions []string
	args       []any
}

func (f *filter) add(condition string) { f.conditions = append(f.conditions, condition) }

func (f *filter) arg(v any) string {
	f.args = append(f.args, v)
	return fmt.Sprintf("$%d", len(f.args))
}

func (f *filter) equal(column, value string) {
	if value != "" {
		f.add("lower(" + column + ") = lower(" + f.arg(plain(value)) + ")")
	}
}

// viewer is tracker.Viewer.Sees in SQL.
func (f *filter) viewer(v tracker.Viewer) {
	mine := []string{
		"lower(requester) = lower(" + f.arg(plain(v.Address)) + ")",
		contains("watchers", `"`+plain(v.Address)+`"`, f.arg),
	}
	if v.Partner != "" {
		mine = append(mine, "lower(partner) = lower("+f.arg(plain(v.Partner))+")")
	}
	f.add("admitted = 1 AND (" + strings.Join(mine, " OR ") + ")")
}

func (f *filter) word(w string) {
	places := []string{
		contains("ticket.key", w, f.arg), contains("ticket.title", w, f.arg),
		contains("ticket.requester", w, f.arg), contains("ticket.requester_name", w, f.arg),
		`EXISTS (SELECT 1 FROM inbound WHERE inbound.ticket = ticket.id AND inbound.ticket <> 0
		AND inbound.visibility = 'public' AND ` + contains("inbound.text", w, f.arg) + `)`,
	}
	f.add("(" + strings.Join(places, " OR ") + ")")
}

func (f *filter) where() string {
	if len(f.conditions) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(f.conditions, " AND ")
}
