package desk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"sync"

	"envdesk/tracker"
)

// maxAttempts is how often a mail may take the process down, alone, before it
// is quarantined unread. One more attempt was made in company before that.
const maxAttempts = 3

// maxTogether is how many mails share a transaction at most.
const maxTogether = 100

// incoming is a delivery with what reading it gave.
type incoming struct {
	tracker.Delivery
	message tracker.Message
	sha256  string
	trouble string // why it cannot be taken in as a mail; "" when it can
}

// Receive takes a batch of mails in: every one of them has its durable row when
// Receive returns nil, in the order given, and the cursor of its mailbox is
// behind it. An error means that the rest of the batch was not taken; one that
// wraps tracker.ErrBusy may go away by itself.
//
// A mail that was being read when the process died is taken in alone, and
// quarantined when it did that three times.
func (d *Desk) Receive(ctx context.Context, batch []tracker.Delivery) ([]Outcome, error) {
	if err := d.settle(ctx, d.Now()); err != nil {
		return nil, err
	}
	before, err := d.attempts(ctx, batch)
	if err != nil {
		return nil, err
	}
	var out []Outcome
	for start := 0; start < len(batch); {
		end := start + 1
		for before[start] == 0 && end < len(batch) && before[end] == 0 {
			end++
		}
		done, err := d.receive(ctx, batch[start:end], before[start])
		out = append(out, done...)
		if err != nil {
			d.forget(ctx, batch[start:end])
			return out, err
		}
		start = end
	}
	return out, nil
}

// receive takes mails in together: count the attempts, and then, at most
// maxTogether in a transaction, read, decide and commit. While one lot is being
// committed the next one is read.
func (d *Desk) receive(ctx context.Context, batch []tracker.Delivery, attempts int) (out []Outcome, err error) {
	if err := d.count(ctx, batch); err != nil {
		return nil, err
	}
	lots := slices.Collect(slices.Chunk(batch, maxTogether))
	read := func(lot []tracker.Delivery) chan []incoming {
		ready := make(chan []incoming, 1)
		go func() { ready <- d.readAll(lot, attempts > maxAttempts) }()
		return ready
	}
	ahead := read(lots[0])
	for i, lot := range lots {
		ins := <-ahead
		if i+1 < len(lots) {
			ahead = read(lots[i+1])
		}
		done, err := d.commit(ctx, lot, ins)
		if err != nil {
			if i+1 < len(lots) {
				<-ahead // its bytes may be released when Receive returns
			}
			return out, err
		}
		out = append(out, done...)
	}
	return out, nil
}

// commit decides mails that were read and makes all that follows durable.
func (d *Desk) commit(ctx context.Context, batch []tracker.Delivery, ins []incoming) (out []Outcome, err error) {
	var notices int
	press := newPress(d.Compose)
	defer press.drop(0)
	err = d.Store.Update(ctx, func(tx tracker.Tx) (err error) {
		if err := d.load(ctx, tx); err != nil {
			return err
		}
		for i := range ins {
			o, err := d.take(ctx, tx, press, &ins[i])
			if err != nil {
				return err
			}
			out = append(out, o)
			if err := press.enqueueReady(ctx, tx); err != nil {
				return err
			}
		}
		if notices, err = press.enqueue(ctx, tx); err != nil {
			return err
		}
		return finish(ctx, tx, batch)
	})
	if err != nil {
		return nil, fmt.Errorf("take in %d mails: %w", len(batch), err)
	}
	d.uncount(batch)
	if notices > 0 {
		d.wake()
	}
	return out, nil
}

// finish moves the cursors behind the batch and forgets its attempts.
func finish(ctx context.Context, tx tracker.Tx, batch []tracker.Delivery) error {
	cursors := map[string]tracker.Cursor{}
	for _, b := range batch {
		if b.Position.UID != 0 {
			cursors[b.Position.Mailbox] = tracker.Cursor{UIDValidity: b.Position.UIDValidity, UID: b.Position.UID, FirstSight: b.FirstSight}
		}
	}
	for mailbox, c := range cursors {
		if err := tx.SetCursor(ctx, mailbox, c); err != nil {
			return err
		}
	}
	return tx.Forget(ctx, positions(batch))
}

// attempts tells for each mail how often reading it was begun and not ended by
// earlier processes.
func (d *Desk) attempts(ctx context.Context, batch []tracker.Delivery) (counts []int, err error) {
	err = d.Store.View(ctx, func(v tracker.View) error {
		counts, err = v.Attempts(ctx, allPositions(batch))
		return err
	})
	d.mu.Lock()
	defer d.mu.Unlock()
	for i := range counts {
		if d.counted[batch[i].Position] {
			counts[i]--
		}
	}
	return counts, err
}

// count makes the attempt durable before a byte of the mails is looked at.
func (d *Desk) count(ctx context.Context, batch []tracker.Delivery) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	var fresh []tracker.Position
	for _, p := range positions(batch) {
		if !d.counted[p] {
			fresh = append(fresh, p)
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	if err := d.Store.Update(ctx, func(tx tracker.Tx) error { return tx.Attempt(ctx, fresh) }); err != nil {
		return fmt.Errorf("count attempts: %w", err)
	}
	if d.counted == nil {
		d.counted = map[tracker.Position]bool{}
	}
	for _, p := range fresh {
		d.counted[p] = true
	}
	return nil
}

func (d *Desk) uncount(batch []tracker.Delivery) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, p := range positions(batch) {
		delete(d.counted, p)
	}
}

// forget takes back the attempts of mails that could not be taken in while the
// process lives, or because it is asked to stop: that is no fault of theirs.
func (d *Desk) forget(ctx context.Context, batch []tracker.Delivery) {
	ctx = context.WithoutCancel(ctx)
	if err := d.Store.Update(ctx, func(tx tracker.Tx) error { return tx.Forget(ctx, positions(batch)) }); err == nil {
		d.uncount(batch)
	}
}

func allPositions(batch []tracker.Delivery) []tracker.Position {
	out := make([]tracker.Position, len(batch))
	for i, b := range batch {
		out[i] = b.Position
	}
	return out
}

// positions lists those that lie on a server.
func positions(batch []tracker.Delivery) []tracker.Position {
	var out []tracker.Position
	for _, b := range batch {
		if b.Position.UID != 0 {
			out = append(out, b.Position)
		}
	}
	return out
}

// readAll reads the mails of a batch on all cores.
func (d *Desk) readAll(batch []tracker.Delivery, poison bool) []incoming {
	ins := make([]incoming, len(batch))
	next := make(chan int)
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(batch)) {
		wg.Go(func() {
			for i := range next {
				ins[i] = d.readOne(batch[i], poison)
			}
		})
	}
	for i := range batch {
		next <- i
	}
	close(next)
	wg.Wait()
	return ins
}

// readOne reads one mail. Whatever is wrong with it ends in trouble, not in an
// error: the mail is kept and shown to a person.
func (d *Desk) readOne(del tracker.Delivery, poison bool) (in incoming) {
	in.Delivery = del
	if now := d.Now(); in.Received.After(now) { // the server's clock is wrong
		in.Received = now
	}
	h := sha256.New()
	buf := make([]byte, min(del.Raw.Size()+1, 32<<10))
	if _, err := io.CopyBuffer(h, io.NewSectionReader(del.Raw, 0, del.Raw.Size()), buf); err != nil {
		in.trouble = "its bytes could not be read: " + err.Error()
	}
	in.sha256 = hex.EncodeToString(h.Sum(nil))
	if poison {
		in.trouble = fmt.Sprintf("reading it ended the desk %d times", maxAttempts)
		return in
	}
	defer func() {
		if p := recover(); p != nil {
			in.trouble = fmt.Sprintf("reading it panicked: %v", p)
		}
	}()
	m, err := d.Read(io.NewSectionReader(del.Raw, 0, del.Raw.Size()))
	in.message = m
	switch {
	case err != nil:
		in.trouble = "its bytes could not be read: " + err.Error()
	case del.HeadersOnly && del.Raw.Size() == 0:
		in.trouble = "the mail server did not hand out its bytes"
	case del.HeadersOnly:
		in.trouble = fmt.Sprintf("it is too large (%d MiB); its bytes stay on the mail server", del.Size>>20)
	}
	return in
}

// take gives one mail its row, under a savepoint of its own: a mail that cannot
// be decided is undone and quarantined, and spoils no other.
func (d *Desk) take(ctx context.Context, tx tracker.Tx, p *press, in *incoming) (Outcome, error) {
	o, err := d.attempt(ctx, tx, p, in)
	if err == nil || errors.Is(err, tracker.ErrBusy) || ctx.Err() != nil {
		return o, err
	}
	d.Log.Error("a mail was quarantined", "position", in.Position, "error", err)
	in.trouble = "it could not be taken in: " + err.Error()
	return d.attempt(ctx, tx, p, in)
}

func (d *Desk) attempt(ctx context.Context, tx tracker.Tx, p *press, in *incoming) (o Outcome, err error) {
	before := len(p.jobs)
	err = tx.Savepoint(ctx, func() error {
		o, err = d.takeOne(ctx, tx, p, in)
		return err
	})
	if err != nil {
		p.drop(before)
	}
	return o, err
}
