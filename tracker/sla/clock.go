package sla

import "time"

// Name is the name of a clock.
type Name string

// The clocks of a ticket. Pickup is stopped when a person of the partner, DevOps
// or the manager accepts or starts the work; a receipt or an assignment does not
// count. Resolve is stopped when the work ends.
const (
	Pickup  Name = "pickup"
	Resolve Name = "resolve"
)

// Status is the state of a clock.
type Status string

// The states. A clock that missed a target stays late, also while a later target
// of it runs. None: nothing is promised, or the work ended without result.
const (
	Running Status = "running"
	Paused  Status = "paused"
	Met     Status = "met"
	Late    Status = "late"
	None    Status = "none"
)

// The tags of a clock.
const (
	TagLateArrival = "late arrival" // what is left of the day is less than the pickup target, or than the floor
	TagShortNotice = "short notice" // the request came after the end of the notice period
	TagNeedsDate   = "needs date"   // a notice period without a planned date
	TagLateIntake  = "late intake"  // a mail was taken in late
	TagOldReceipt  = "old receipt"  // the receipt was too old to be believed
)

// State is a clock at an instant. Instants are in UTC, zero where there is none.
type State struct {
	Name     Name
	Partner  string // whose own clock it is; "" for the desk's promise
	Priority string
	Target   string // in words: 4h, 3d, eod, 21d notice; "" for none
	Status   Status
	Start    time.Time // of this round
	Due      time.Time // while paused: what it would be if the pause ended now
	Marks    []Mark    // rising; while paused, as Due
	Pausing  time.Time // since when it is paused

	Used   time.Duration // working time since Start, without pauses
	Left   time.Duration // working time to Due; 0 when that has passed
	Paused time.Duration // working time in pauses

	Missed    []Miss    // targets of this round that were missed before the present one was set
	LateSince time.Time // the first due instant that was missed
	Ended     time.Time // when the clock was stopped
	Done      bool      // with a result

	Round   int     // how often it was reopened
	First   *Result // of the first round that had a result; reopening does not change it
	Version int     // of the target: 1, 2, 3 …; a pause does not change it

	Policy   string // version of the policy
	Calendar string // version of the calendar
	Notice   *Notice
	Tags     []string
}

// Miss is a target that was missed.
type Miss struct {
	Priority string
	Due      time.Time
	Version  int
}

// Result is how a round of a clock ended.
type Result struct {
	Due    time.Time
	Ended  time.Time
	Status Status
}

// Clocks are the pickup and the resolve clock of a ticket at now. Policy and
// calendar are those that were in force at its opening.
func Clocks(tl Timeline, policy *Policy, calendar *Calendar, now time.Time) []State {
	terms := Edit{Policy: policy, Calendar: calendar}
	states := make([]State, 0, 2)
	for _, clock := range []Name{Pickup, Resolve} {
		var r replay
		r.run(clock, &tl, terms, now)
		s := r.state(now)
		s.Tags = append(s.Tags, tl.tags()...)
		states = append(states, s)
	}
	return states
}

func (tl Timeline) tags() []string {
	var tags []string
	if tl.LateIntake {
		tags = append(tags, TagLateIntake)
	}
	if tl.old() {
		tags = append(tags, TagOldReceipt)
	}
	return tags
}

// state is the clock at now, which is not before the last step.
func (r *replay) state(now time.Time) State {
	if !r.running {
		return r.frozen
	}
	rule := r.policy.Rules[r.priority]
	s := State{
		Name: r.clock, Priority: r.priority, Target: rule.words(r.clock), Status: None, Start: r.start, Pausing: r.pause.From,
		Missed: r.missed, Round: r.rounds, First: r.result, Version: r.version, Policy: r.policy.Version, Calendar: r.calendar.version,
	}
	r.tell(&s, now)
	if rule.Notice > 0 && r.clock == Resolve {
		s.Notice = r.notice(rule.Notice)
		s.Tags = append(s.Tags, s.Notice.tags()...)
	}
	if len(r.missed) > 0 {
		s.Status, s.LateSince = Late, r.missed[0].Due
	}
	return s
}

// tell fills in what follows from the binding promise.
func (r *replay) tell(s *State, now time.Time) {
	p, pauses := r.at(now)
	if p == nil {
		return
	}
	c := r.measure(r.priority)
	for _, pause := range pauses {
		s.Paused += c.Worked(pause.From, pause.To)
	}
	s.Used = c.Worked(r.start, now) - s.Paused
	s.Left = p.calendar.Worked(now, p.due)
	s.Due, s.Marks = p.due, p.marks(r.policy.Marks, pauses)
	if p.fixed {
		s.Target = p.due.In(c.zone).Format("2006-01-02 15:04")
	}
	if p.lateArrival {
		s.Tags = append(s.Tags, TagLateArrival)
	}
	switch {
	case !p.due.After(now):
		s.Status, s.LateSince = Late, p.due
	case !r.pause.From.IsZero():
		s.Status = Paused
	default:
		s.Status = Running
	}
}

// at is the binding promise and the pauses as they would be if the present
// pause ended now; nil without a promise.
func (r *replay) at(now time.Time) (*promise, []Pause) {
	if r.pause.From.IsZero() || !r.pause.From.Before(now) {
		return r.binding(), r.pauses
	}
	pause := r.pause
	pause.To = now
	promises := make([]promise, len(r.promises))
	for i, p := range r.promises {
		p.extend(pause)
		promises[i] = p
	}
	return earliest(promises), append(r.pauses[:len(r.pauses):len(r.pauses)], pause)
}
