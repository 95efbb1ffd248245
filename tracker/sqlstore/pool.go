package sqlstore

import (
	"context"
	"errors"
	"sync"
)

var errClosed = errors.New("the store is closed")

// pool lends a fixed number of sessions, one user each. They are opened when
// first needed, and again after they broke.
type pool struct {
	open   func(context.Context) (*session, error)
	slots  chan *session // nil: to be opened
	closed chan struct{}
	once   sync.Once
}

func newPool(size int, open func(context.Context) (*session, error)) *pool {
	p := &pool{open: open, slots: make(chan *session, size), closed: make(chan struct{})}
	for range size {
		p.slots <- nil
	}
	return p
}

// within calls f inside a transaction that begin starts. It is committed when f
// gives nil and ctx is not done, and rolled back otherwise, also when f panics.
func (p *pool) within(ctx context.Context, begin string, f func(*session) error) error {
	s, err := p.take(ctx)
	if err != nil {
		return err
	}
	defer func() { p.put(s) }()
	if err := s.control(begin); err != nil {
		return err
	}
	ended := false
	defer func() {
		if !ended {
			s.rollback()
		}
	}()
	if err := s.outcome(f(s)); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	err = s.control("COMMIT")
	ended = err == nil
	return err
}

// use calls f with a session outside any transaction.
func (p *pool) use(ctx context.Context, f func(*session) error) error {
	s, err := p.take(ctx)
	if err != nil {
		return err
	}
	defer func() { p.put(s) }()
	return f(s)
}

func (p *pool) take(ctx context.Context) (*session, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	select {
	case <-p.closed:
		return nil, errClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	case s := <-p.slots:
		if s != nil {
			return s, nil
		}
	}
	s, err := p.open(ctx)
	if err != nil {
		p.slots <- nil
		return nil, err
	}
	return s, nil
}

// put takes a session back. A broken one is closed, so that the next user gets
// a fresh file handle: after a write or fsync error the old one is not to be
// trusted.
func (p *pool) put(s *session) {
	if s.broken != nil && !isLocked(s.broken) {
		_ = s.close() // it is broken already
		s = nil
	} else {
		s.broken = nil
	}
	p.slots <- s
}

// close waits until every session is back and closes them.
func (p *pool) close() error {
	var err error
	p.once.Do(func() {
		close(p.closed)
		for range cap(p.slots) {
			if s := <-p.slots; s != nil {
				err = errors.Join(err, s.close())
			}
		}
	})
	return err
}
