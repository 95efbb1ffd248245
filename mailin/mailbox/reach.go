package mailbox

import (
	"sync"
	"time"
)

// CaughtUp is the instant up to which all mail of the mailbox has been taken in:
// now, while the server would tell of new mail at once (IDLE), and the start of
// the last whole pass otherwise. Zero before the first whole pass. It may be
// called beside Run.
func (l *Listener) CaughtUp(now time.Time) time.Time {
	l.progress.mu.Lock()
	defer l.progress.mu.Unlock()
	if l.progress.idle {
		return now
	}
	return l.progress.upTo
}

// reach is how far the mailbox has been read.
type reach struct {
	mu   sync.Mutex
	upTo time.Time
	idle bool // the server tells of new mail
}

// passed notes that a pass which started at an instant took everything in.
func (r *reach) passed(start time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.upTo = start
}

func (r *reach) idling(yes bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.idle = yes
}
