package mailout

import (
	"slices"
	"strings"

	"envdesk/tracker"
)

// alert is a line of the manager's mail.
type alert struct {
	Ticket           key
	What, When, Line string
	Subject, Text    string // of the mail that it is about
	Waits            bool   // a request that waits for /accept

	replyTo, replySubject string
}

// Reply is a mailto: link to the ticket of the alert.
func (a alert) Reply(command string) link { return replyLink(a.replyTo, a.replySubject, command) }

func (v *view) alerts(s Settings, n tracker.Notice) {
	as := n.Data.Alerts
	if len(as) == 0 {
		return
	}
	v.Total = len(as)
	var about []string
	for i, a := range as {
		what := alertName(a.Kind)
		if !slices.Contains(about, strings.ToLower(what)) {
			about = append(about, strings.ToLower(what))
		}
		if i >= maxListed {
			v.MoreLines++
			continue
		}
		one := alertOf(s, n, a)
		v.Alerts, v.Waiting = append(v.Alerts, one), v.Waiting || one.Waits
	}
	v.Summary = strings.Join(about, ", ")
}

// alertOf shows one alert, with a way to answer on its ticket.
func alertOf(s Settings, n tracker.Notice, a tracker.Alert) alert {
	one := alert{
		What: alertName(a.Kind), Ticket: key(a.Ticket), When: dueTime(a.At.In(s.Zone), n.At.In(s.Zone)), Line: alertLine(a.Line),
		Subject: oneLine(a.Subject, maxLineLen), Text: cut(squeeze(clean(a.Text)), maxLineLen),
	}
	if isKey(a.Ticket) {
		token := s.Signer.Token(tracker.PurposeReply, a.Ticket, n.To.Address, n.At)
		one.replyTo, one.replySubject = tracker.ReplyAddress(s.Address, a.Ticket, token), "["+a.Ticket+"]"
		one.Waits = a.Waits
	}
	return one
}

// alertLine is a line as a sentence. An address or a file at its start keeps its
// letters.
func alertLine(s string) string {
	s = oneLine(s, maxLineLen)
	if first, _, _ := strings.Cut(s, " "); strings.ContainsAny(first, "@.") {
		return strings.TrimSpace(sentence(" " + s)) // a space has no capital
	}
	return sentence(s)
}

// isKey reports whether s is a ticket key such as REQ-12 and nothing else.
func isKey(s string) bool {
	prefix, number, ok := strings.Cut(s, "-")
	return ok && prefix != "" && number != "" && strings.Trim(prefix, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == "" && strings.Trim(number, "0123456789") == ""
}

// First is the first alert in one line.
func (v *view) First() string {
	if len(v.Alerts) == 0 {
		return ""
	}
	return v.Alerts[0].Line
}

// Example is how a key stands in a subject: that of the first alert about a
// ticket.
func (v *view) Example() string {
	for _, a := range v.Alerts {
		if a.Ticket != "" {
			return "[" + string(a.Ticket) + "]"
		}
	}
	return "[REQ-1]"
}

func alertName(k tracker.AlertKind) string {
	switch k {
	case tracker.AlertUnverified:
		return "Unknown sender"
	case tracker.AlertForgery:
		return "Forged mail"
	case tracker.AlertBounce:
		return "Bounce"
	case tracker.AlertQuarantine:
		return "Quarantine"
	case tracker.AlertTemplate:
		return "Template"
	case tracker.AlertCapacity:
		return "Routing"
	case tracker.AlertApproval:
		return "Approval that nobody can give"
	case tracker.AlertSubscription:
		return "Subscription"
	}
	return string(k)
}
