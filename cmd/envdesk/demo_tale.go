package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"envdesk/tracker"
	"envdesk/tracker/desk"
)

const (
	taleWidth  = 100 // columns
	taleIndent = "       "
)

// teller writes the running commentary of the demo.
type teller struct {
	w     io.Writer
	zone  *time.Location
	day   string
	state map[string]string // ticket key → what was said of it last
}

func (t *teller) begin(mails int) {
	t.state = map[string]string{}
	fmt.Fprintf(t.w, "Two weeks at the desk: %d mails by SMTP, a desk that listens by IMAP, and a clock that jumps from one to the next.\n", mails)
}

// scene tells who wrote, what the desk decided, whom it mailed and what state
// the ticket is in.
func (t *teller) scene(sc scene) {
	t.at(sc.mail.At)
	fmt.Fprintln(t.w, cut(headline(sc), taleWidth-len(taleIndent)))
	t.paragraph(sc.mail.Story)
	for _, o := range sc.outcomes {
		t.line("desk", cut(verdict(o), taleWidth-len(taleIndent)-8))
	}
	t.mails(sc.sent)
	for _, k := range t.moved(sc.tickets) {
		t.line("now", k)
	}
}

// clock tells of what no mail caused: mails, and tickets that moved.
func (t *teller) clock(sc scene) {
	moved := t.moved(sc.tickets)
	if len(sc.sent) == 0 && len(moved) == 0 {
		return
	}
	t.at(sc.mail.At)
	fmt.Fprintln(t.w, "The clock")
	for _, m := range sc.sent {
		t.line("mails", fmt.Sprintf("%s to %s: %s", m.Kind, m.Mail.To, m.Mail.Subject))
	}
	for _, k := range moved {
		t.line("now", k)
	}
}

// moved says of each ticket in what state it is, if that was not said last.
func (t *teller) moved(tickets []tracker.Ticket) (out []string) {
	for _, k := range tickets {
		if now := stateOf(k); t.state[k.Key] != now {
			t.state[k.Key] = now
			out = append(out, k.Key+" is "+now)
		}
	}
	return out
}

// at begins an entry, and a new day where there is one.
func (t *teller) at(at time.Time) {
	at = at.In(t.zone)
	if day := at.Format("Monday, 2 January 2006"); day != t.day {
		t.day = day
		fmt.Fprintf(t.w, "\n── %s %s\n", day, strings.Repeat("─", taleWidth-4-len(day)))
	}
	fmt.Fprintf(t.w, "\n%s  ", at.Format("15:04"))
}

func (t *teller) paragraph(s string) {
	for _, line := range wrap(s, taleWidth-len(taleIndent)) {
		fmt.Fprintln(t.w, taleIndent+line)
	}
}

func (t *teller) line(what, s string) {
	for i, line := range wrap(s, taleWidth-len(taleIndent)-8) {
		if i > 0 {
			what = ""
		}
		fmt.Fprintf(t.w, "%s%-6s  %s\n", taleIndent, what, line)
	}
}

func (t *teller) mails(sent []tracker.OutboxMail) {
	var list []string
	for _, m := range sent {
		list = append(list, string(m.Kind)+" to "+m.Mail.To)
	}
	if len(list) == 0 {
		list = []string{"nobody"}
	}
	t.line("mails", strings.Join(list, ", "))
}

// headline is who wrote, and the subject of a new mail or the first words of an
// answer: its commands, where it has some.
func headline(sc scene) string {
	if sc.mail.Header.Get("Subject") != "" {
		return sc.letter.name + " writes: " + sc.letter.subject
	}
	first := ""
	for line := range strings.Lines(string(sc.mail.Body)) {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, "/") {
			return sc.letter.name + " on " + sc.mail.Answers + ": " + line
		} else if first == "" {
			first = line
		}
	}
	return sc.letter.name + " on " + sc.mail.Answers + ": " + first
}

func verdict(o desk.Outcome) string {
	switch o.Action {
	case tracker.ActionOpen:
		return "opens " + o.Key + "; " + o.Reason
	case tracker.ActionReply:
		return o.Reason
	}
	return string(o.Action) + ": " + o.Reason
}

// stateOf is a ticket's state in a few words.
func stateOf(t tracker.Ticket) string {
	s := string(t.Status)
	for _, owner := range []string{t.Partner, t.Assignee} {
		if owner != "" {
			s += " · " + owner
		}
	}
	return s
}

// wrap breaks a text at spaces into lines of at most width runes, longer words
// left whole.
func wrap(s string, width int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(s) {
		if line != "" && len([]rune(line))+1+len([]rune(word)) > width {
			lines = append(lines, line)
			line = ""
		}
		line = strings.TrimPrefix(line+" "+word, " ")
	}
	return append(lines, line)
}
