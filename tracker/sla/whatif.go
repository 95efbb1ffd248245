package sla

import (
	"fmt"
	"slices"
	"strconv"
	"time"
)

// Question is an imagined ticket.
type Question struct {
	Priority string
	At       time.Time // its receipt
	Changes  []Change
	Pauses   []Pause // that have ended
	Planned  Date    // zero: none
}

// Answer tells when an imagined ticket is due. Its JSON form is that of
// `envdesk sla due --json`: times in RFC 3339 in the calendar's zone, null where
// there is none.
type Answer struct {
	Pickup   Target       `json:"pickup"`
	Resolve  MarkedTarget `json:"resolve"`
	Notice   NoticeAnswer `json:"notice"`
	Tags     []string     `json:"tags"`
	Segments []Segment    `json:"segments"`
}

// Target is a clock's target and its due instant.
type Target struct {
	Target *string    `json:"target"`
	Due    *time.Time `json:"due"`
}

// MarkedTarget is a target with the instants of its reminders, by per cent.
type MarkedTarget struct {
	Target
	Marks map[string]*time.Time `json:"marks"`
}

// NoticeAnswer is how the ticket keeps the notice period.
type NoticeAnswer struct {
	By             *time.Time `json:"by"`
	Short          bool       `json:"short"`
	FirstCompliant *Date      `json:"first_compliant"`
}

// TagLate says that a target was missed, if only before a change gave another
// one, or by a change that gave one which had passed.
const TagLate = "late"

// Due answers a question by a policy and a calendar. It refuses a question that
// cannot be meant so.
func Due(q Question, policy *Policy, calendar *Calendar) (Answer, error) {
	if err := q.check(policy); err != nil {
		return Answer{}, err
	}
	if away := q.Planned - calendar.DateOf(q.At); !q.Planned.IsZero() && max(away, -away) > Date(Horizon/(24*time.Hour)) {
		return Answer{}, fmt.Errorf("planned date %s: want one within ten years from the receipt", q.Planned)
	}
	tl := q.timeline()
	return Account(tl, policy, calendar, tl.last()), nil
}

// Account tells of a ticket at now what Due tells of an imagined one.
func Account(tl Timeline, policy *Policy, calendar *Calendar, now time.Time) Answer {
	states := Clocks(tl, policy, calendar, now)
	pickup, resolve := states[0], states[1]
	a := Answer{
		Pickup:   Target{Target: text(pickup.Target), Due: calendar.stamp(pickup.Due)},
		Resolve:  MarkedTarget{Target: Target{Target: text(resolve.Target), Due: calendar.stamp(resolve.Due)}, Marks: map[string]*time.Time{}},
		Notice:   calendar.noticeAnswer(resolve.Notice),
		Tags:     append([]string{}, resolve.Tags...),
		Segments: []Segment{},
	}
	for _, percent := range policy.Marks {
		a.Resolve.Marks[strconv.Itoa(percent)] = nil
	}
	for _, m := range resolve.Marks {
		a.Resolve.Marks[strconv.Itoa(m.Percent)] = calendar.stamp(m.At)
	}
	if resolve.Status == Late {
		a.Tags = append(a.Tags, TagLate)
	}
	for _, s := range Explain(tl, policy, calendar, now) {
		s.From, s.To = s.From.In(calendar.zone), s.To.In(calendar.zone)
		a.Segments = append(a.Segments, s)
	}
	return a
}

func (c *Calendar) noticeAnswer(n *Notice) NoticeAnswer {
	if n == nil {
		return NoticeAnswer{}
	}
	a := NoticeAnswer{By: c.stamp(n.By), Short: n.Short}
	if !n.FirstCompliant.IsZero() {
		a.FirstCompliant = &n.FirstCompliant
	}
	return a
}

func (q Question) check(policy *Policy) error {
	if _, ok := policy.Rules[q.Priority]; !ok {
		return fmt.Errorf("priority %q: not one of the policy", q.Priority)
	}
	if y := q.At.Year(); y < 1900 || y > 9000 {
		return fmt.Errorf("time %s: want a year from 1900 to 9000", q.At.Format(time.RFC3339))
	}
	for _, c := range q.Changes {
		if _, ok := policy.Rules[c.To]; !ok {
			return fmt.Errorf("change to %q: not a priority of the policy", c.To)
		}
		if c.At.Before(q.At) || c.At.Sub(q.At) > Horizon {
			return fmt.Errorf("change at %s: want a time within ten years from the receipt", c.At.Format(time.RFC3339))
		}
	}
	for _, p := range q.Pauses {
		if !p.From.Before(p.To) || p.To.Sub(q.At) > Horizon {
			return fmt.Errorf("pause %s to %s: want an end behind the start and within ten years from the receipt",
				p.From.Format(time.RFC3339), p.To.Format(time.RFC3339))
		}
	}
	return nil
}

func (q Question) timeline() Timeline {
	tl := Timeline{Received: q.At, Priority: q.Priority, Changes: q.Changes, Pauses: slices.Clone(q.Pauses)}
	if !q.Planned.IsZero() {
		tl.Wishes = []Wish{{At: q.At, Date: q.Planned}}
	}
	for i, p := range tl.Pauses {
		tl.Pauses[i].From = later(p.From, q.At)
		if p.Why == "" {
			tl.Pauses[i].Why = WaitingOnRequester
		}
	}
	return tl
}

// stamp is an instant as people of the calendar's zone read it; nil for none.
func (c *Calendar) stamp(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.In(c.zone)
	return &t
}

func text(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
