package mailout

import "envdesk/tracker"

// subscription is what became of a reader's wish about a list.
type subscription struct {
	Report   string // what comes by it: "weekly report"
	Reader   string // the address
	Desk     string // the desk's address
	Ended    bool
	Unlisted bool   // nothing was changed: Reason of the view says why
	Undo     string // the subject that undoes it: "subscribe weekly"
}

func subscriptionOf(n tracker.Notice, desk string) *subscription {
	s := n.Data.Subscription
	if s == nil {
		return nil
	}
	undo := tracker.Subscription{List: s.List, Ended: !s.Ended}
	return &subscription{
		Report: s.List.Report(), Reader: oneLine(n.To.Address, maxLineLen), Desk: desk, Ended: s.Ended, Unlisted: n.Data.Reason != "", Undo: undo.Subject(),
	}
}
