package report

import (
	"fmt"
	"strings"
	"time"
)

// Mails are the mails of a week: what came, what became of it, and what went
// wrong. Every mail ends in one of the outcomes, see tracker.Action.
type Mails struct {
	Received    int           `json:"received"`
	New         int           `json:"new"` // requests
	Replies     int           `json:"replies"`
	Answered    int           `json:"answered"` // questions to the desk
	Duplicates  int           `json:"duplicates"`
	Ignored     int           `json:"ignored"`
	Quarantined int           `json:"quarantined"`
	Refused     int           `json:"refused_commands"`
	InDoubt     int           `json:"in_doubt"` // sent, perhaps
	Downtime    time.Duration `json:"-"`        // how long no mail could be taken in
}

// Imbalance is by how much the mails received are more than their outcomes: 0
// when every one is accounted for, negative when there are more outcomes.
func (m Mails) Imbalance() int {
	return m.Received - m.New - m.Replies - m.Answered - m.Duplicates - m.Ignored - m.Quarantined
}

// Honesty is the line by which the report itself can be checked: every mail of
// the week has an outcome, and what was open before, with what came in and
// without what went out, is what is open now.
type Honesty struct {
	Mails
	DowntimeSeconds int64  `json:"downtime_seconds"`
	Unaccounted     int    `json:"unaccounted"` // Imbalance
	OpenBefore      int    `json:"open_before"`
	In              int    `json:"in"`
	Out             int    `json:"out"`
	OpenNow         int    `json:"open_now"`
	Balanced        bool   `json:"balanced"`
	Line            string `json:"line"`
	Tickets         string `json:"tickets_line"`
}

// Imbalance is by how much the open work is not what came and went; 0 in every
// report.
func (h Honesty) Imbalance() int { return h.OpenBefore + h.In - h.Out - h.OpenNow }

// Trouble tells in sentences what went wrong; "" when nothing did.
func (h Honesty) Trouble() string {
	var s []string
	if h.Refused > 0 {
		s = append(s, fmt.Sprintf("%s %s refused.", Count(h.Refused, "command"), wasWere(h.Refused)))
	}
	if h.InDoubt > 0 {
		s = append(s, fmt.Sprintf("Of %s it is not known whether %s arrived.", Count(h.InDoubt, "mail"), itThey(h.InDoubt)))
	}
	if h.DowntimeSeconds > 0 {
		s = append(s, fmt.Sprintf("The mailbox was not read for %s.", Length(time.Duration(h.DowntimeSeconds)*time.Second, wholeDay)))
	}
	return strings.Join(s, " ")
}

func (v *view) honesty(weeks []tally) *Honesty {
	m, now := v.setup.Mails, weeks[horizon-1]
	h := &Honesty{
		Mails: m, DowntimeSeconds: seconds(m.Downtime), Unaccounted: m.Imbalance(),
		OpenBefore: weeks[horizon-2].open, In: now.in(), Out: now.out(), OpenNow: now.open,
	}
	h.Balanced = h.Unaccounted == 0 && h.Imbalance() == 0
	h.Line = m.line()
	h.Tickets = fmt.Sprintf("Open work: %d + %d in − %d out = %d.", h.OpenBefore, h.In, h.Out, h.OpenNow)
	return h
}

// line tells the mails: 214 mails = 27 requests + 171 replies + 9 duplicates + 7
// in quarantine.
func (m Mails) line() string {
	var parts []string
	add := func(n int, words string) {
		if n != 0 {
			parts = append(parts, words)
		}
	}
	add(m.New, Count(m.New, "request"))
	add(m.Replies, Count(m.Replies, "reply"))
	add(m.Answered, Count(m.Answered, "question"))
	add(m.Duplicates, Count(m.Duplicates, "duplicate"))
	add(m.Ignored, fmt.Sprintf("%d ignored", m.Ignored))
	add(m.Quarantined, fmt.Sprintf("%d in quarantine", m.Quarantined))
	s := Count(m.Received, "mail")
	if len(parts) > 0 {
		s += " = " + strings.Join(parts, " + ")
	}
	s += "."
	switch n := m.Imbalance(); {
	case n > 0:
		s += fmt.Sprintf(" %d of them %s not accounted for.", n, isAre(n))
	case n < 0:
		s += fmt.Sprintf(" That is %d more than came.", -n)
	}
	return s
}

func itThey(n int) string {
	if n == 1 {
		return "it"
	}
	return "they"
}
