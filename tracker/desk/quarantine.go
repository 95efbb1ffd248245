package desk

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"envdesk/tracker"
	"envdesk/tracker/intake"
)

// Release takes a mail out of quarantine: it is read and decided like a new one,
// with the time at which it was received.
func (d *Desk) Release(ctx context.Context, id int64) (Outcome, error) {
	var o Outcome
	notices := 0
	if err := d.settle(ctx, d.Now()); err != nil {
		return o, err
	}
	err := d.Store.Update(ctx, func(tx tracker.Tx) error {
		row, err := quarantined(ctx, tx, id)
		if err != nil {
			return err
		}
		if row.HeadersOnly {
			return fmt.Errorf("mail %d: only its header is here; the mail itself stayed on the mail server", id)
		}
		var raw bytes.Buffer
		if err := tx.Raw(ctx, id, &raw); err != nil {
			return fmt.Errorf("mail %d: %w", id, err)
		}
		section := io.NewSectionReader(bytes.NewReader(raw.Bytes()), 0, int64(raw.Len()))
		in := &incoming{Delivery: tracker.Delivery{Position: row.Position, Received: row.Received, Size: row.Size, Raw: section}, sha256: row.SHA256}
		if in.message, err = d.Read(&raw); err != nil {
			return fmt.Errorf("mail %d: %w", id, err)
		}
		o, notices, err = d.release(ctx, tx, in, id)
		return err
	})
	if notices > 0 {
		d.wake()
	}
	return o, err
}

func (d *Desk) release(ctx context.Context, tx tracker.Tx, in *incoming, id int64) (Outcome, int, error) {
	row := in.row()
	row.ID = id
	same, err := tx.SameMail(ctx, row)
	wentSomewhere := same.Ticket != 0 || same.State == tracker.ActionAnswer
	if err == nil && wentSomewhere && !in.outranks(same) {
		row.State, row.Ticket, row.Reason = tracker.ActionDuplicate, same.Ticket, "released from quarantine; the mail was taken in meanwhile"
		return in.outcome(row.State, "", row.Reason), 0, tx.UpdateMail(ctx, row)
	}
	if err != nil && !errors.Is(err, tracker.ErrNotFound) {
		return Outcome{}, 0, err
	}
	input, err := d.facts(ctx, tx, in)
	if err != nil {
		return Outcome{}, 0, err
	}
	input.StrangerMails = nil // a person has decided that it is no flood
	decision := intake.Decide(input)
	t, err := d.write(ctx, tx, input, decision)
	if err != nil {
		return Outcome{}, 0, err
	}
	row = decided(row, decision, t)
	row.Reason = "released from quarantine; " + decision.Reason
	if err := tx.UpdateMail(ctx, row); err != nil {
		return Outcome{}, 0, err
	}
	n, err := d.enqueue(ctx, tx, t, decision.Notices)
	return in.outcome(decision.Action, t.Key, decision.Reason), n, err
}

// Drop ends a mail in quarantine for good; its row and bytes stay.
func (d *Desk) Drop(ctx context.Context, id int64) error {
	return d.Store.Update(ctx, func(tx tracker.Tx) error {
		row, err := quarantined(ctx, tx, id)
		if err != nil {
			return err
		}
		row.State, row.Reason = tracker.ActionIgnore, "dropped from quarantine by hand"
		return tx.UpdateMail(ctx, row)
	})
}

func quarantined(ctx context.Context, v tracker.View, id int64) (tracker.Inbound, error) {
	rows, err := v.Quarantined(ctx)
	if err != nil {
		return tracker.Inbound{}, err
	}
	i := slices.IndexFunc(rows, func(r tracker.Inbound) bool { return r.ID == id })
	if i < 0 {
		return tracker.Inbound{}, fmt.Errorf("no mail %d is in quarantine", id)
	}
	return rows[i], nil
}
