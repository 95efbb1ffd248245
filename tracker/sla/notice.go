package sla

import "time"

// Notice is how a request keeps the notice period: "advance intimation ahead of
// 3 weeks".
type Notice struct {
	Planned        Date      // zero: the request names no date
	By             time.Time // the request must come before; zero without a date
	Told           time.Time // when the planned date, or an earlier one, was first asked for
	Short          bool      // it came later: short notice, which is never late
	FirstCompliant Date      // the first date that a request of Told, or without a date of its receipt, could name
	AskAgain       time.Time // without a date: when the requester is reminded to name one, two business days later
}

// NoticeBy is the instant before which a request for a planned date must come:
// the end of the business day that lies the given number of local days before
// it or, when that is none, of the business day before. Zero: there is no such
// day within the Horizon.
func NoticeBy(c *Calendar, planned Date, days int) time.Time {
	last := planned - Date(days)
	for d := last; d > last-Date(Horizon/(24*time.Hour)); d-- {
		if end, ok := c.EndOfDay(d); ok {
			return end
		}
	}
	return time.Time{}
}

// FirstCompliant is the first date that a request of t can name with the given
// days of notice.
func FirstCompliant(c *Calendar, t time.Time, days int) Date {
	_, end := c.dayOf(t)
	if end.IsZero() {
		return 0
	}
	return c.DateOf(end.Add(-1)) + Date(days)
}

// notice is the notice that the wishes of the ticket gave, when days are asked for.
func (r *replay) notice(days int) *Notice {
	n := &Notice{Told: r.opened}
	since := r.since
	if last := len(r.wishes) - 1; last >= 0 {
		n.Planned, since = r.wishes[last].Date, later(since, r.wishes[last].At)
	}
	if n.Planned.IsZero() {
		n.AskAgain = whole(r.calendar.Add(since, Span{Days: 2}.On(r.calendar)))
	} else {
		n.Told = told(r.opened, n.Planned, r.wishes)
		n.By = NoticeBy(r.calendar, n.Planned, days)
		n.Short = !n.Told.Before(n.By)
	}
	n.FirstCompliant = FirstCompliant(r.calendar, n.Told, days)
	return n
}

// told is when the planned date or an earlier one was first asked for: who
// postpones a date has told it in time.
func told(start time.Time, planned Date, wishes []Wish) time.Time {
	for _, w := range wishes {
		if !w.Date.IsZero() && w.Date <= planned {
			return later(start, w.At)
		}
	}
	return start
}

func (n *Notice) tags() []string {
	switch {
	case n.Planned.IsZero():
		return []string{TagNeedsDate}
	case n.Short:
		return []string{TagShortNotice}
	}
	return nil
}
