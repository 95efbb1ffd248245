package intake

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"envdesk/tracker"
)

// maxTitle is how much of a subject becomes the title, in runes.
const maxTitle = 500

// decideOpen makes a ticket of a mail that belongs to none: a normal one for a
// known sender, an unverified one for anybody else.
func decideOpen(in Input) tracker.Decision {
	c := credentials(in, tracker.Ticket{})
	switch {
	case c.mayOpen():
		return openNormal(in, c)
	case in.Message.Auto == tracker.AutoBulk:
		return tracker.Decision{Action: tracker.ActionIgnore, Reason: "a mass mail from an unknown sender", Identity: c.describe()}
	}
	return openUnverified(in, c)
}

func openNormal(in Input, c Credentials) tracker.Decision {
	r := newRun(in, c, tracker.Ticket{})
	r.rel = []Relation{Requester, Anyone}
	r.rel = append(r.rel, c.operates()...)
	req := understand(in, slices.Contains(r.rel, Manager))
	_ = r.change(req.opened)
	req.why = r.continues(in.earlier)
	r.comment = in.Message.Reply
	if !in.isAuto() && !in.Archive {
		r.comment = in.Orders.Comment
		r.execute(openingOrders(in.Orders.Commands, in.earlier != nil))
		req.corrected(r.t, r.results, in.Message.Reply)
	}
	if in.Archive {
		_ = r.change(tracker.Closed{Reason: "archived: older than the desk"})
		return r.decision(tracker.ActionOpen, "archived without telling anybody")
	}
	if r.t.Status == tracker.StatusNew { // no command gave it away or ended it
		r.route(req.partner)
	}
	r.proceed()
	r.receipt(req)
	if r.t.Status.Open() {
		r.ownerNotice()
	}
	r.welcome()
	r.alertForged()
	return r.decision(tracker.ActionOpen, cmp.Or(r.why, r.summary()))
}

// operates lists what the sender is to every ticket, as far as it is proved.
func (c Credentials) operates() []Relation {
	var out []Relation
	for _, of := range []struct {
		role tracker.Role
		rel  Relation
	}{{tracker.RoleManager, Manager}, {tracker.RoleDevOps, DevOps}} {
		if c.Sender.Has(of.role) && c.may(Operator, Commands, false) {
			out = append(out, of.rel)
		}
	}
	return out
}

// openingOrders are the commands of a first mail. A reply that takes an old ticket
// up again, as a new one, has its /reopen carried out by that.
func openingOrders(cs []tracker.Command, again bool) []tracker.Command {
	return slices.DeleteFunc(slices.Clone(cs), func(c tracker.Command) bool { return again && c.Verb == "reopen" })
}

// openUnverified keeps a stranger's mail for the manager: it goes to no partner,
// and at most one short receipt a day goes back, without the sender's words.
func openUnverified(in Input, c Credentials) tracker.Decision {
	if in.floods() {
		return flooded(in, c)
	}
	r := unproved(in, c, tracker.Ticket{})
	req := understand(in, false)
	req.opened.Unverified = true
	req.opened.Requester = in.Message.From
	_ = r.change(req.opened)
	if in.Archive {
		_ = r.change(tracker.Cancelled{Reason: "archived: older than the desk"})
		return r.decision(tracker.ActionOpen, "archived without telling anybody")
	}
	kind, line := tracker.AlertUnverified, "a request of "+in.Message.From.Address+", whom the desk does not know"
	switch {
	case c.DMARC == tracker.Fail:
		kind, line = tracker.AlertForgery, "a request in the name of "+in.Message.From.Address+" that fails its proof (DMARC)"+in.commanded()
	case in.Message.Identity.Address == "":
		line = "a request without one plain sender address; it says " + in.Message.From.Address
	}
	r.alert(kind, line)
	r.unverifiedReceipt()
	return r.decision(tracker.ActionOpen, line+": it waits for the manager")
}

// floods reports whether the sender has written too much of late for mail that
// proves nothing.
func (in Input) floods() bool {
	return in.StrangerMails != nil && !in.Archive && in.StrangerMails() >= maxStrangerMails
}

// flooded puts mail that gives no right, of which there is too much, into
// quarantine. Its alert has the same words for every mail, so that the manager reads
// it once.
func flooded(in Input, c Credentials) tracker.Decision {
	d := tracker.Decision{Action: tracker.ActionQuarantine, Identity: c.describe()}
	d.Reason = "more than " + plural(maxStrangerMails, "mail") + " in an hour " + in.byWhom(c)
	d.Alerts = []tracker.Alert{{At: in.Received, Kind: tracker.AlertQuarantine, Line: d.Reason}}
	return d
}

// byWhom says where mails come from of which there are too many.
func (in Input) byWhom(c Credentials) string {
	from := in.Message.From.Address
	reads := in.Subscriptions != nil && len(in.Subscriptions(from)) > 0
	switch {
	case from == "":
		return "without a sender"
	case !reads && !c.Sender.Known():
		return "from " + from + ", whom the desk does not know"
	case c.DMARC == tracker.Pass:
		return "from " + from + ", who has no right to what they ask"
	}
	return "in the name of " + from + " that do not prove that they come from there"
}

// Caps for unknown senders.
const (
	maxStrangerMails    = 30 // an hour from one address; more goes to quarantine
	maxStrangerReceipts = 60 // an hour to all of them together
)

// unverifiedReceipt goes to an address, whatever its +detail, once a day.
func (r *run) unverifiedReceipt() {
	to := r.in.Message.Identity.Address
	key := "unverified/" + withoutDetail(to) + "/" + r.in.Received.In(zone(r.in.Rules)).Format("2006-01-02")
	if to == "" || !r.in.answerable() || r.cred.DMARC == tracker.Fail || r.in.told(key) {
		return
	}
	if r.in.StrangerNotes != nil && r.in.StrangerNotes() >= maxStrangerReceipts {
		return
	}
	r.notices = append(r.notices, tracker.Notice{
		Key: key, Kind: tracker.KindUnverifiedReceipt, To: tracker.Address{Address: to}, As: tracker.RoleNobody,
		At: r.in.Received, Data: tracker.NoticeData{InReplyTo: r.in.Message.ID},
	})
}

// withoutDetail is the address in lower case without its subaddress (RFC 5233).
func withoutDetail(addr string) string {
	return strings.ToLower(tracker.WithoutDetail(addr))
}

func (in Input) told(key string) bool { return in.Told != nil && in.Told(key) }

// request is how a first mail was read.
type request struct {
	opened     tracker.Opened
	understood []tracker.Understanding
	unknown    []string
	partner    string // named by a manager's tag
	why        string // there is a new ticket, where the sender did not just ask for one
}

func understand(in Input, manager bool) request {
	req := request{unknown: slices.Clone(in.Subject.Unknown)}
	title := in.Subject.Title
	if in.earlier != nil && strings.TrimSpace(title) == "" {
		title = in.earlier.Title
	}
	for _, t := range in.Subject.Tags {
		switch {
		case t.Kind == TagPartner && manager:
			req.partner = t.Value
		case t.Kind == TagPartner || t.Kind == TagStatus:
			req.unknown = append(req.unknown, t.Text)
			title = strings.TrimSpace("[" + t.Text + "] " + title)
		}
	}
	req.opened = tracker.Opened{
		Key: in.Rules.KeyPrefix + "-" + strconv.FormatInt(in.NewID, 10), Title: titleOf(title, in.Message),
		Requester: in.sender().Address, MessageID: in.Message.ID,
	}
	req.field(tracker.FieldPriority, MostUrgentFirst(in.Subject.Values(TagPriority), in.Rules.Vocabulary), in, "", in.Rules.DefaultPriority)
	req.field(tracker.FieldType, in.Subject.Values(TagType), in, in.Rules.guessType(title, req.opened.Priority), "")
	req.field(tracker.FieldStack, in.Subject.Values(TagStack), in, "", "")
	req.field(tracker.FieldEnvironment, in.Subject.Values(TagEnvironment), in, GuessEnvironment(title, in.Rules.Vocabulary), "")
	req.field(tracker.FieldNeededBy, in.Subject.Values(TagNeededBy), in, "", "")
	return req
}

// field sets one field from tags, else from a guess, else from the default.
func (req *request) field(f tracker.Field, values []string, in Input, guess, standard string) {
	u := tracker.Understanding{Field: f, How: tracker.HowTag}
	switch {
	case len(values) > 0:
		u.Value, u.Source = values[0], in.Subject.source(TagKind(f), values[0])
		u.Dropped = strings.Join(values[1:], ", ")
	case in.earlier != nil && in.earlier.Get(f) != "" && f != tracker.FieldNeededBy:
		u.Value, u.Source, u.How = in.earlier.Get(f), in.earlier.Key, tracker.HowEarlier
	case guess != "":
		u.Value, u.How = guess, tracker.HowGuess
	case standard != "":
		u.Value, u.How = standard, tracker.HowDefault
	default:
		return
	}
	if u.How != tracker.HowTag {
		req.opened.Guessed = append(req.opened.Guessed, f)
	}
	req.set(f, u.Value)
	req.understood = append(req.understood, u)
}

func (req *request) set(f tracker.Field, v string) {
	switch f {
	case tracker.FieldPriority:
		req.opened.Priority = v
	case tracker.FieldType:
		req.opened.Type = v
	case tracker.FieldStack:
		req.opened.Stack = v
	case tracker.FieldEnvironment:
		req.opened.Environment = v
	case tracker.FieldNeededBy:
		req.opened.NeededBy = v
	}
}

// corrected takes over what command lines of the first mail set, each with the line
// as it stands in the text.
func (req *request) corrected(t tracker.Ticket, results []tracker.CommandResult, text string) {
	lines := strings.Split(text, "\n")
	for _, res := range results {
		f, ok := fieldOfVerb[res.Command.Verb]
		if !ok || !res.Done {
			continue
		}
		u := tracker.Understanding{Field: f, Value: t.Get(f), Source: asWritten(res.Command, lines), How: tracker.HowCommand}
		i := slices.IndexFunc(req.understood, func(u tracker.Understanding) bool { return u.Field == f })
		if i < 0 {
			req.understood = append(req.understood, u)
		} else {
			req.understood[i] = u
		}
	}
}

// asWritten is the line of a command as the mail has it, "Needed by: 20 Dec".
func asWritten(c tracker.Command, lines []string) string {
	if c.Line < 1 || c.Line > len(lines) {
		return c.String()
	}
	return cutRunes(strings.TrimFunc(lines[c.Line-1], isBlank), maxWritten)
}

// maxWritten is how much of a line a receipt quotes, in runes.
const maxWritten = 60

// source is the tag that named the value, as written.
func (s Subject) source(k TagKind, value string) string {
	for _, t := range s.Tags {
		if t.Kind == k && t.Value == value {
			return "[" + t.Text + "]"
		}
	}
	return ""
}

// titleOf gives every ticket a title: the subject's, else the first line of the
// text.
func titleOf(title string, m tracker.Message) string {
	if strings.TrimSpace(title) == "" {
		for line := range strings.Lines(m.Reply) {
			if title = strings.TrimSpace(line); title != "" {
				break
			}
		}
	}
	title = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, title)
	if strings.TrimSpace(title) == "" {
		title = "(no subject)"
	}
	if runes := []rune(title); len(runes) > maxTitle {
		title = string(runes[:maxTitle])
	}
	return title
}

// MostUrgentFirst sorts priorities by the order of the vocabulary.
func MostUrgentFirst(values []string, v Vocabulary) []string {
	rank := func(p string) int {
		return slices.IndexFunc(v.Priorities, func(t Term) bool { return t.Name == p })
	}
	slices.SortStableFunc(values, func(a, b string) int { return rank(a) - rank(b) })
	return values
}

// GuessEnvironment finds the one environment that the title names as a whole
// word, by its name or an alias of four letters or more.
func GuessEnvironment(title string, v Vocabulary) string {
	return guess(title, v.Environments, func(t Term) []string {
		return append([]string{t.Name}, slices.DeleteFunc(slices.Clone(t.Aliases), func(a string) bool { return letters(a) < minPrefix })...)
	})
}

// guessType finds the one type of which the title has a configured word. An
// outage must not wait for an approval that only a guess asks for.
func (r Rules) guessType(title, priority string) string {
	found := guess(title, r.Vocabulary.Types, func(t Term) []string { return t.Words })
	waits := slices.ContainsFunc(r.Approvals, func(a Approval) bool { return found != "" && strings.EqualFold(a.Type, found) })
	if waits && priority == "P0" {
		return ""
	}
	return found
}

func guess(title string, terms []Term, words func(Term) []string) string {
	lower, text := strings.ToLower(title), wordsOf(title)
	named := func(w string) bool {
		first, _, _ := strings.Cut(strings.TrimSpace(wordsOf(w)), " ")
		return first != "" && strings.Contains(lower, first) && strings.Contains(text, wordsOf(w))
	}
	found := ""
	for _, t := range terms {
		if !slices.ContainsFunc(words(t), named) {
			continue
		}
		if found != "" {
			return ""
		}
		found = t.Name
	}
	return found
}

// wordsOf writes the words of s in lower case with one space around each.
func wordsOf(s string) string {
	return " " + strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return !(unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r))
	}), " ") + " "
}
