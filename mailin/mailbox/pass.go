package mailbox

import (
	"context"
	"errors"
	"io"
	"slices"
	"time"

	"envdesk/tracker"
)

const (
	sizesAtOnce = 1000    // mails whose sizes are asked for by one command
	batchMails  = 200     // mails of one batch
	batchBytes  = 8 << 20 // and bytes, but for a single larger mail
)

// pass takes in everything behind the cursor. While the Sink works on a batch,
// the next one is fetched; never more than these two are held.
func (l *Listener) pass(ctx context.Context, s *session) error {
	select {
	case <-s.wake: // what it told of is found by the search
	default:
	}
	after, err := l.position(ctx, s)
	if err != nil {
		return err
	}
	uids, err := s.newer(after.UID)
	if err != nil {
		return err
	}
	l.seeFirst(after, s, uids)
	p := &pipe{l: l, s: s}
	err = l.fetchAll(ctx, p, uids)
	err = errors.Join(err, p.push(ctx, nil))
	if p.archived > 0 {
		l.log.Info("first sight of the mailbox: older mail is archived without telling anybody",
			"archived", p.archived, "days", l.cfg.FirstDays)
	}
	return err
}

// position asks the Sink how far it is. Where UIDVALIDITY has changed, UIDs mean
// something else, so that all is read again.
func (l *Listener) position(ctx context.Context, s *session) (tracker.Cursor, error) {
	var at tracker.Cursor
	err := l.untilStored(ctx, func() (err error) {
		at, err = l.sink.Cursor(ctx, l.cfg.Name)
		return err
	})
	if err != nil || at.UIDValidity == s.folder.UIDValidity {
		return at, err
	}
	if at != (tracker.Cursor{}) {
		l.log.Warn("UIDVALIDITY has changed: the whole mailbox is read again",
			"was", at.UIDValidity, "is", s.folder.UIDValidity)
	}
	return tracker.Cursor{UIDValidity: at.UIDValidity}, nil
}

// seeFirst notes what lies in a mailbox that was never read before. The Sink
// keeps it, so that a first pass that was cut off goes on in the same way.
func (l *Listener) seeFirst(at tracker.Cursor, s *session, uids []uint32) {
	if l.first.validity == s.folder.UIDValidity {
		return
	}
	if at != (tracker.Cursor{}) {
		if at.UIDValidity == s.folder.UIDValidity {
			l.first = firstSight{validity: at.UIDValidity, upTo: at.FirstSight}
		}
		return
	}
	l.first = firstSight{validity: s.folder.UIDValidity}
	if len(uids) > 0 {
		l.first.upTo = uids[len(uids)-1]
	}
}

func (l *Listener) fetchAll(ctx context.Context, p *pipe, uids []uint32) error {
	for window := range slices.Chunk(uids, sizesAtOnce) {
		list, err := p.s.sizes(window)
		if err != nil {
			return err
		}
		for _, b := range l.batches(list) {
			got, err := p.s.take(b)
			l.noteTrouble(got, b, err)
			if err := errors.Join(err, p.push(ctx, l.load(p.s, got))); err != nil {
				return err
			}
		}
	}
	return nil
}

// batches groups mails without changing their order.
func (l *Listener) batches(list []wanted) [][]wanted {
	var all [][]wanted
	var sum int64
	for _, w := range list {
		w.how = l.howToFetch(w)
		n := len(all) - 1
		fits := n >= 0 && len(all[n]) < batchMails && sum+w.size <= batchBytes
		if !fits || w.how != whole || all[n][0].how != whole || w.size < 0 || all[n][0].size < 0 {
			all, sum = append(all, []wanted{w}), w.size
			continue
		}
		all[n], sum = append(all[n], w), sum+w.size
	}
	return all
}

// A mail at which the connection was lost so often is fetched with less and
// less of it, so that it cannot stop all others.
const (
	lossesForHeader = 8
	lossesForRow    = 16
)

func (l *Listener) howToFetch(w wanted) how {
	if uint32(w.uid) == l.trouble.uid && l.trouble.losses >= lossesForRow {
		return nothing
	}
	if w.size > l.cfg.MaxSize || (uint32(w.uid) == l.trouble.uid && l.trouble.losses >= lossesForHeader) {
		return header
	}
	return whole
}

// noteTrouble counts losses of the connection at the first mail that did not
// come.
func (l *Listener) noteTrouble(got []arrival, b []wanted, err error) {
	if err == nil || !errors.Is(err, errLost) || len(got) >= len(b) {
		return
	}
	at := uint32(b[len(got)].uid)
	if l.trouble.uid != at {
		l.trouble = trouble{uid: at}
	}
	l.trouble.losses++
}

// load makes deliveries of mails that came.
func (l *Listener) load(s *session, got []arrival) *load {
	out := &load{}
	for _, a := range got {
		d := l.delivery(s.folder.UIDValidity, a)
		out.deliveries = append(out.deliveries, d)
		out.bodies = append(out.bodies, a.body)
		if d.Archive {
			out.archived++
		}
	}
	return out
}

func (l *Listener) delivery(validity uint32, a arrival) tracker.Delivery {
	d := tracker.Delivery{
		Position:    tracker.Position{Mailbox: l.cfg.Name, UIDValidity: validity, UID: uint32(a.uid)},
		Received:    a.at,
		Size:        a.body.size,
		Raw:         a.body.reader(),
		HeadersOnly: a.body.headersOnly,
	}
	if d.HeadersOnly {
		d.Size = max(a.size, a.body.size)
	}
	if d.Received.IsZero() {
		d.Received = l.cfg.Now()
	}
	if l.first.validity == validity {
		d.FirstSight = l.first.upTo
	}
	lay := d.Position.UID <= d.FirstSight
	d.Archive = lay && d.Received.Before(l.cfg.Now().AddDate(0, 0, -l.cfg.FirstDays))
	return d
}

// load is a batch on its way to the Sink.
type load struct {
	deliveries []tracker.Delivery
	bodies     []*body
	archived   int
	done       chan error
}

func (b *load) release() {
	for _, body := range b.bodies {
		body.release()
	}
}

func (b *load) uids() []uint32 {
	uids := make([]uint32, len(b.deliveries))
	for i, d := range b.deliveries {
		uids[i] = d.Position.UID
	}
	return uids
}

// pipe has at most one batch at the Sink.
type pipe struct {
	l        *Listener
	s        *session
	atSink   *load
	archived int
}

// push waits for the batch before, gives the next one to the Sink and marks
// what was taken. A nil or empty batch only waits.
func (p *pipe) push(ctx context.Context, next *load) error {
	taken, err := p.collect(ctx)
	if next != nil && len(next.deliveries) > 0 {
		if err != nil {
			next.release()
			return err
		}
		next.done = make(chan error, 1)
		p.atSink = next
		go func() { next.done <- p.l.receive(ctx, next.deliveries) }()
	}
	if taken != nil {
		p.archived += taken.archived
		p.l.mark(p.s, taken.uids())
	}
	return err
}

// collect gives the batch that the Sink has taken, nil when there was none. The
// connection is kept alive meanwhile.
func (p *pipe) collect(ctx context.Context) (*load, error) {
	b := p.atSink
	if b == nil {
		return nil, nil
	}
	p.atSink = nil
	defer b.release()
	alive := time.NewTicker(p.l.cfg.IdleFor)
	defer alive.Stop()
	for {
		select {
		case err := <-b.done:
			if err != nil {
				return nil, err
			}
			return b, nil
		case <-alive.C:
			_ = p.s.noop() // a loss shows at the next command
		}
	}
}

func (l *Listener) receive(ctx context.Context, batch []tracker.Delivery) error {
	return l.untilStored(ctx, func() error {
		for _, d := range batch {
			if _, err := d.Raw.Seek(0, io.SeekStart); err != nil {
				return err
			}
		}
		return l.sink.Receive(ctx, batch)
	})
}

// untilStored tries again while the store cannot. A busy store is told of once.
func (l *Listener) untilStored(ctx context.Context, try func() error) error {
	busy := false
	err := insist(ctx, try, func(err error) {
		if !errors.Is(err, tracker.ErrBusy) {
			l.log.Error("mail could not be stored; trying again", "error", err)
		} else if !busy {
			busy = true
			l.log.Warn("the store cannot write; mail waits on the server", "error", err)
		}
	})
	if busy && err == nil {
		l.log.Info("the store writes again")
	}
	return err
}
