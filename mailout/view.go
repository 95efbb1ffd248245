package mailout

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"envdesk/tracker"
)

// view is what a template sees of a notice and its ticket: what this reader may
// know, in words. A field that a kind does not use is empty.
type view struct {
	Desk   string // the desk's name
	Reader string // what the reader is to the ticket: requester, watcher, partner, manager, devops, stakeholder

	Key                                       key
	Title, Priority, Type, Stack, Environment string
	NeededBy                                  string // "20 Dec 2026"
	Status, Partner, Requester                string
	Ended                                     bool
	Holder                                    string // who has the ticket: the partner, else a person, else nobody
	Yours                                     bool   // the reader has it

	By, Reason string
	Text       string // the words to quote, at most maxQuoted runes
	TextCut    string // name of the attached file with all of the text, when Text is cut

	Attached, Withheld, Kept string // names and sizes of files

	Understood []understood
	Unknown    string // "[foo], [bar]"
	Guessed    bool
	Summary    string // receipt: how it was read; alert: what about

	News news   // status: the change that matters most
	More []news // the other ones

	Lines          []lineResult
	MoreLines      int // lines or alerts that are not listed
	Total, Refused int // lines; alerts: Total
	AllDone        bool

	Wishes   []wish
	Answers  []answer
	Single   string // the ticket that alone was asked for: "REQ-42: Cluster upgrade"
	Commands []tracker.VerbHelp
	Alerts   []alert

	Reminders []reminder

	Clock      clock     // when it is due
	CloseAfter string    // how long after it was resolved a ticket closes by itself: "5 working days"; "" for never
	Approval   approval  // the decision that the ticket waits for, or got
	HandedBack string    // hand-back: the partner that has it no more
	Plan       *plan     // receipt and transcript: how a planned request keeps its notice period
	Standing   *standing // the answer to /report

	Subscription *subscription // subscription: to what

	Report *weekly // report: the week
	Digest *daily  // digest: the day

	Waiting bool // one of the alerts waits for /accept

	replyTo, replySubject string
}

// understood is a line of "How we read it".
type understood struct {
	Name, Value, How, Source, Dropped string
	MoreUrgent                        bool
}

// wish is a change that the manager may confirm with a line.
type wish struct{ Name, Old, New, Line string }

// lineResult is what became of a command line.
type lineResult struct {
	Line, Why, Nearest string
	Done               bool
}

// What a mail lists at most, to stay far below the 102 KB at which Gmail cuts.
const (
	maxListed  = 40
	maxLineLen = 300
	shortWords = 80
)

func newView(s Settings, n tracker.Notice, t tracker.Ticket, e envelope, f files) *view {
	v := &view{
		Desk: s.Name, Reader: string(n.As),
		By: oneLine(n.Data.By.Display(), maxLineLen), Reason: sentence(oneLine(n.Data.Reason, 2*maxLineLen)),
		Commands: n.Data.Commands, replyTo: e.replyTo, replySubject: "Re: " + e.subject,
	}
	if n.Data.By == (tracker.Actor{}) {
		v.By = ""
	}
	if n.Kind == tracker.KindUnverifiedReceipt { // none of a stranger's words
		return &view{Desk: s.Name}
	}
	if n.As == tracker.RoleRequester && t.Key != "" && !t.Requester.Is(n.To.Address) {
		v.Reader = "watcher"
	}
	v.ticket(t)
	v.Holder, v.Yours = s.holder(t, n.As), t.Partner == "" && n.To.Is(t.Assignee)
	v.text(n.Data.Text, f)
	v.read(n.Data)
	v.News, v.More = newsOf(n, t, s.Zone)
	v.approval(s, n, t)
	v.handBack(n)
	v.wishes(n.Data.Wishes)
	v.answers(s, n)
	v.Clock, v.CloseAfter = clockOf(n, t, s.Zone), closing(s.CloseAfter)
	v.Plan, v.Standing = planOf(n, s.Zone), s.standingOf(n)
	v.Subscription = subscriptionOf(n, s.Address)
	v.lines(n.Data.Transcript)
	v.alerts(s, n)
	if len(n.Data.Reminders) > 0 {
		v.reminders(s, n)
	}
	return v
}

func (v *view) ticket(t tracker.Ticket) {
	v.Key, v.Title, v.Priority, v.Type, v.Stack, v.Environment = key(t.Key), oneLine(t.Title, 500), t.Priority, t.Type, t.Stack, t.Environment
	v.NeededBy = date(t.NeededBy)
	v.Status, v.Ended, v.Partner = string(t.Status), t.Status.Ended(), t.Partner
	v.Requester = requester(t)
}

// holder names who has the ticket to a reader, "" for nobody: a person outside
// the partners by name on the desk's own side alone.
func (s Settings) holder(t tracker.Ticket, reader tracker.Role) string {
	switch {
	case t.Partner != "" || t.Assignee == "":
		return t.Partner
	case inside(reader):
		return s.person(t.Assignee)
	}
	return "DevOps"
}

// requester names who asked. Of an unknown sender the name is a mere claim, so
// that the address stands beside it.
func requester(t tracker.Ticket) string {
	name := oneLine(t.Requester.Display(), 100)
	if t.Status == tracker.StatusUnverified && t.Requester.Name != "" {
		name += " <" + oneLine(t.Requester.Address, 100) + ">"
	}
	return name
}

func (v *view) text(s string, f files) {
	v.Text = s
	if tooLong(s) {
		v.Text = cut(squeeze(clean(s)), maxQuoted)
	}
	if f.cut {
		v.TextCut = textFile
	}
	v.Attached, v.Withheld, v.Kept = nameFiles(f.attached), nameFiles(f.withheld), nameFiles(f.kept)
}

// read tells a requester how the request was read.
func (v *view) read(d tracker.NoticeData) {
	var values []string
	for _, u := range d.Understood {
		v.Guessed = v.Guessed || u.How == tracker.HowGuess
		v.Understood = append(v.Understood, understood{
			Name: fieldName(u.Field), Value: fieldValue(u.Field, u.Value), How: string(u.How), Source: u.Source,
			Dropped: u.Dropped, MoreUrgent: u.Dropped != "" && u.Field == tracker.FieldPriority,
		})
		values = append(values, fieldValue(u.Field, u.Value))
	}
	v.Summary = strings.Join(values, ", ")
	var unknown []string
	for _, tag := range d.Unknown {
		unknown = append(unknown, "["+strings.Trim(tag, "[]")+"]")
	}
	v.Unknown = strings.Join(unknown, ", ")
}

func (v *view) wishes(ws []tracker.Wish) {
	for _, w := range ws {
		v.Wishes = append(v.Wishes, wish{
			Name: fieldName(w.Field), Old: fieldValue(w.Field, w.Old), New: fieldValue(w.Field, w.Command.Value), Line: oneLine(w.Command.String(), maxLineLen),
		})
	}
}

func (v *view) lines(results []tracker.CommandResult) {
	v.Total = len(results)
	for _, r := range results {
		if !r.Done {
			v.Refused++
		}
		if len(v.Lines) == maxListed {
			v.MoreLines++
			continue
		}
		line := lineResult{Line: oneLine(r.Command.String(), maxLineLen), Done: r.Done, Why: oneLine(r.Why, maxLineLen)}
		if r.Nearest != "" {
			line.Nearest = "/" + strings.TrimPrefix(r.Nearest, "/")
		}
		v.Lines = append(v.Lines, line)
	}
	v.AllDone = v.Refused == 0
}

// Reply is a mailto: link that opens a reply with the command already written
// in it, or an empty one for "".
func (v *view) Reply(command string) link { return replyLink(v.replyTo, v.replySubject, command) }

func replyLink(to, subject, command string) link {
	if to == "" {
		return link{}
	}
	body := ""
	if command != "" {
		body = command + "\r\n"
	}
	return link{url: "mailto:" + to + "?subject=" + escape(subject) + "&body=" + escape(body), command: command}
}

// escape percent-encodes for a mailto: URL (RFC 6068 §2): all but unreserved
// characters, a space as %20.
func escape(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	b.Grow(2 * len(s))
	for i := range len(s) {
		c := s[i]
		if c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '.' || c == '_' || c == '~' || c == '/' {
			b.WriteByte(c)
			continue
		}
		b.WriteByte('%')
		b.WriteByte(hex[c>>4])
		b.WriteByte(hex[c&15])
	}
	return b.String()
}

// Asker is whose wishes the mail tells.
func (v *view) Asker() string { return cmp.Or(v.By, v.Requester) }

// Want is the wish in words: "priority P0".
func (w wish) Want() string {
	if w.Name == fieldName(tracker.FieldNeededBy) {
		return "the date " + w.New
	}
	return strings.ToLower(w.Name) + " " + w.New
}

// Misspelt reports whether a refused line may have meant another command.
func (v *view) Misspelt() bool {
	return slices.ContainsFunc(v.Lines, func(l lineResult) bool { return !l.Done && l.Nearest != "" })
}

// Snippet is the beginning of the text in one line.
func (v *view) Snippet() string { return oneLine(cut(v.Text, 200), 90) }

// OneLine is the command of a transcript that has no other, else "".
func (v *view) OneLine() string {
	if len(v.Lines) != 1 {
		return ""
	}
	return v.Lines[0].Line
}

// AllRefused reports whether no line of the transcript was done.
func (v *view) AllRefused() bool { return v.Total > 0 && v.Refused == v.Total }

func fieldName(f tracker.Field) string {
	if f == tracker.FieldNeededBy {
		return "Needed by"
	}
	return strings.ToUpper(string(f[:min(1, len(f))])) + string(f[min(1, len(f)):])
}

func fieldValue(f tracker.Field, value string) string {
	if f == tracker.FieldNeededBy {
		return date(value)
	}
	return value
}

// date shows 2026-12-20 as 20 Dec 2026, and anything else as it is.
func date(s string) string {
	if t, err := time.Parse(time.DateOnly, s); err == nil {
		return held(t.Format("2 Jan 2006"))
	}
	return s
}

// moment shows 2026-12-20T15:00:00+05:30 as 20 Dec 2026, 15:00 IST, and a date
// as date does.
func moment(s string, zone *time.Location) string {
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		t = t.In(zone)
		return held(t.Format("2 Jan 2006")) + ", " + held(t.Format("15:04 MST"))
	}
	return date(s)
}

// sentence begins with a capital and ends with a full stop.
func sentence(s string) string {
	if s == "" {
		return ""
	}
	first, n := utf8.DecodeRuneInString(s)
	s = string(unicode.ToUpper(first)) + s[n:]
	if !strings.ContainsAny(s[len(s)-1:], ".!?") && !strings.HasSuffix(s, "…") {
		s += "."
	}
	return s
}

func tooLong(s string) bool { return len(s) > maxQuoted && len([]rune(s)) > maxQuoted }

// squeeze takes out empty lines beyond the second in a row.
func squeeze(s string) string {
	for strings.Contains(s, "\n\n\n\n") {
		s = strings.ReplaceAll(s, "\n\n\n\n", "\n\n\n")
	}
	return s
}
