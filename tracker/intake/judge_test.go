package intake

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"envdesk/tracker"
)

// classify says what a canary of a decided mail is: the words of the mail, its
// subject, the name of its sender, or the value of a command.
func (p *play) classify(d tracker.Decision, msg tracker.Message, i int, words bool) canary {
	c := canary{ticket: d.Ticket, author: msg.From.Address}
	opens := d.Action == tracker.ActionOpen
	if opens {
		c.ticket = int64(len(p.tickets))
	}
	word := fmt.Sprintf("qz%05d", i)
	c.name = strings.Contains(msg.From.Name, word)
	if opens && (words || c.name || strings.Contains(msg.Subject, word)) {
		return p.ofFirst(c)
	}
	if unprovedNote(d) || d.Action == tracker.ActionIgnore || d.Action == tracker.ActionQuarantine || opens && !p.tickets[c.ticket].Admitted {
		return canary{what: hidden}
	}
	switch {
	case words:
		return p.ofWords(c, d)
	case c.name:
		c.what = known
	}
	for _, res := range d.Results {
		if strings.Contains(res.Command.Value, word) {
			return p.ofValue(c, d, res)
		}
	}
	return c
}

// splitOff lets the name of a requester go along to the ticket that was split off.
func (p *play) splitOff(d tracker.Decision) {
	for i, c := range p.birds {
		if d.Filed != 0 && c.name && c.ticket == d.Ticket && c.what == shared {
			p.birds[i].what = known
		}
	}
}

// ofFirst is a canary of a first mail, beside its commands. Nothing is said to who
// proves nothing.
func (p *play) ofFirst(c canary) canary {
	if !p.tickets[c.ticket].Admitted {
		c.author = ""
	}
	return c
}

// ofWords is a canary in what a reply says beside its commands.
func (p *play) ofWords(c canary, d tracker.Decision) canary {
	did := func(verbs ...string) bool {
		return slices.ContainsFunc(d.Results, func(r tracker.CommandResult) bool { return r.Done && slices.Contains(verbs, r.Command.Verb) })
	}
	if d.Filed != 0 {
		c.ticket = d.Filed
	}
	operator := d.By.Role == tracker.RoleManager || d.By.Role == tracker.RoleDevOps
	switch {
	case did("note"):
		c.what = internal
	case did("approve", "reject"):
		c.what = deciding
	case operator && did("assign") && d.Filed == 0:
		c.what = handed
	}
	return c
}

// ofValue is a canary in the value of a command.
func (p *play) ofValue(c canary, d tracker.Decision, res tracker.CommandResult) canary {
	switch {
	case !res.Done:
		c.what = mine
	case res.Command.Verb == "note" || res.Command.Verb == "link":
		c.what = internal
	case res.Command.Verb == "approve" || res.Command.Verb == "reject":
		c.what = deciding
	case res.Command.Verb == "split":
		for _, e := range d.Also {
			if _, ok := e.Changes[0].(tracker.Opened); ok {
				c.ticket = e.Ticket
			}
		}
	}
	return c
}

// unprovedNote reports whether the mail became a note for the manager alone.
func unprovedNote(d tracker.Decision) bool {
	return slices.ContainsFunc(d.Changes, func(c tracker.Change) bool {
		r, ok := c.(tracker.Replied)
		return ok && r.Visibility == tracker.Unverified
	})
}

// checkProof: a mail that fails its proof, has no plain sender or is of nobody
// whom the desk knows changes nothing.
func (p *play) checkProof(d tracker.Decision, msg tracker.Message) {
	who := p.rules.Directory.Lookup(tracker.Address{Address: msg.Identity.Address})
	t := p.tickets[d.Ticket]
	for _, c := range d.Changes {
		if k := c.Kind(); k == "approved" || k == "rejected" {
			opener := p.events[d.Ticket][0].By.Address
			if by := msg.Identity.Address; msg.Identity.DMARC != tracker.Pass || tracker.SamePerson(by, t.Requester.Address) || tracker.SamePerson(by, opener) {
				p.fail("%s of %s (%s): %s what he asked for or wrote", msg.ID, by, msg.Identity.DMARC, k)
			}
		}
	}
	known := who.Known() || t.Admitted && t.Participates(who) || t.Approval.Asked(msg.Identity.Address)
	if msg.Identity.DMARC != tracker.Fail && msg.Identity.Address != "" && (known || msg.From.Address == ciso) {
		return
	}
	for _, c := range slices.Concat(d.Changes, also(d)) {
		switch c := c.(type) {
		case tracker.Replied:
			if c.Visibility == tracker.Unverified {
				continue
			}
		case tracker.Opened:
			if c.Unverified {
				continue
			}
		case tracker.Cancelled:
			if strings.HasPrefix(c.Reason, "archived") {
				continue
			}
		}
		p.fail("%s of %s (%s) made %s", msg.ID, msg.From.Address, msg.Identity.DMARC, c.Kind())
	}
}

func also(d tracker.Decision) (out []tracker.Change) {
	for _, e := range d.Also {
		out = append(out, e.Changes...)
	}
	return out
}

func (p *play) fail(format string, args ...any) {
	if p.wrong == "" {
		p.wrong = fmt.Sprintf(format, args...)
	}
}

// check looks at every mail that goes out.
func (p *play) check(before map[int64]tracker.Ticket, notices []tracker.Notice, sender, about string) {
	had := map[string][]tracker.Notice{}
	for _, n := range notices {
		what := fmt.Sprintf("%s to %s about %d, by %s", n.Kind, n.To.Address, n.Ticket, about)
		key := fmt.Sprint(n.To.Address, n.Ticket)
		if had[key] = append(had[key], n); tooMany(had[key]) {
			p.fail("%d mails: %s", len(had[key]), what)
		}
		if why := p.mayGet(before, n, sender); why != "" {
			p.fail("%s: %s", why, what)
		}
		for _, i := range canariesIn(n) {
			c := p.birds[i]
			if !c.mayRead(p.rules, p.tickets[c.ticket], before[c.ticket], n.To.Address) {
				p.fail("canary %d (%+v) in %s", i, c, what)
			}
		}
	}
}

// tooMany reports whether one reader gets more than one mail of one cause about
// one ticket: but for reminders, which are folded, and the answer to what the
// sender asked.
func tooMany(notices []tracker.Notice) bool {
	answers, news := 0, 0
	for _, n := range notices {
		d := n.Data
		switch {
		case n.Kind == tracker.KindReminder:
		case len(d.Answers) > 0 || d.Summary != nil || len(d.Commands) > 0:
			answers++
		default:
			news++
		}
	}
	return answers > 1 || news > 1
}

// mayGet says why somebody should not get a mail, or "".
func (p *play) mayGet(before map[int64]tracker.Ticket, n tracker.Notice, sender string) string {
	who := p.rules.Directory.Lookup(n.To)
	operator := who.Has(tracker.RoleManager) || who.Has(tracker.RoleDevOps)
	t, old := p.tickets[n.Ticket], before[n.Ticket]
	answer := slices.Contains([]tracker.NoticeKind{tracker.KindTranscript, tracker.KindAnswer, tracker.KindHelp, tracker.KindReceipt}, n.Kind)
	switch {
	case n.Kind == tracker.KindUnverifiedReceipt && n.Ticket == 0:
		return ""
	case n.Kind == tracker.KindApproval && !asked(t, n.To.Address):
		return "is not asked to approve"
	case who.Partner != nil && who.Partner.Barrier(p.now) != "" && !slices.ContainsFunc(who.Roles, func(r tracker.Role) bool { return r != tracker.RolePartner }):
		return "may get no mail at all"
	case n.Ticket == 0 || operator || answer && n.To.Is(sender) || knows(old, who) || knows(t, who):
		return p.seesClocks(who, n)
	}
	return "takes no part"
}

// seesClocks: the clock of a partner is shown to its people and the manager.
func (p *play) seesClocks(who tracker.Sender, n tracker.Notice) string {
	var clocks []tracker.TicketClock
	for _, a := range n.Data.Answers {
		clocks = slices.AppendSeq(clocks, maps.Values(a.Clocks))
	}
	if s := n.Data.Summary; s != nil {
		clocks = slices.AppendSeq(clocks, maps.Values(s.Clocks))
	}
	if c := n.Data.Clock; c != nil {
		clocks = append(clocks, *c)
	}
	for _, c := range clocks {
		own := c.Partner != nil && who.Partner != nil && who.Partner.Name == c.Partner.Partner
		if c.Partner != nil && !own && !who.Has(tracker.RoleManager) {
			return "sees the clock of " + c.Partner.Partner
		}
	}
	return ""
}
