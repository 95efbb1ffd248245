package mailout

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"envdesk/templates"
	"envdesk/tracker"
)

// Settings is what all mails of a desk have in common.
type Settings struct {
	Name, Address string         // of the desk, as in From
	Zone          *time.Location // of the times in mails; nil: UTC
	Signer        tracker.Signer // makes the tokens of reply addresses
	// CloseAfter is how long after it was resolved a ticket closes by itself, as the
	// configuration writes it: "5d"; "" or "0m": never.
	CloseAfter string
	// NameApprover names who decides to a requester, by a role or a name of the
	// configuration: "DevOps"; "": not at all. Nil names nobody.
	NameApprover func(address string) string
	// NamePerson names somebody to the desk's own side as the configuration does; "":
	// the address is shown. Nil names nobody.
	NamePerson func(address string) string
	// OverrideDir holds templates that replace built-in ones of the same file
	// name; "": none.
	OverrideDir string
}

// Composer turns notices into mails. It is safe for concurrent use, and the
// same notice and ticket always give the same bytes.
type Composer struct {
	settings Settings
	builtin  edition
	own      edition                       // of the override directory
	shared   []string                      // what is wrong with files that all mails use
	problems map[tracker.NoticeKind]string // what is wrong with those of one kind
	gallery  gallery
}

var _ tracker.Composer = (*Composer)(nil)

// edition is a set of templates with the layout around them.
type edition struct {
	scripts map[tracker.NoticeKind]script
	press   *press
}

// NewComposer reads the templates. It fails for a desk address that cannot be
// mailed and for a directory that cannot be read; a template in it that cannot
// be used is a matter of Problems.
func NewComposer(s Settings) (*Composer, error) {
	if err := CheckAddress(s.Address); err != nil {
		return nil, fmt.Errorf("desk address: %w", err)
	}
	s.Zone = cmp.Or(s.Zone, time.UTC)
	s.Name = oneLine(s.Name, 60)
	c := &Composer{settings: s, problems: map[tracker.NoticeKind]string{}}
	var err error
	if c.builtin, err = readBuiltin(); err != nil {
		return nil, err
	}
	if s.OverrideDir == "" {
		return c, nil
	}
	return c, c.readOwn()
}

func readBuiltin() (edition, error) {
	e := edition{scripts: map[tracker.NoticeKind]script{}}
	layout, err := parseLayout(templates.FS)
	if err != nil {
		return e, err
	}
	e.press = newPress(layout)
	for _, kind := range Kinds() {
		if e.scripts[kind], err = parseScript(templates.FS, string(kind), templates.FS); err != nil {
			return e, err
		}
	}
	return e, nil
}

// Kinds lists every kind of mail that there is a template for.
func Kinds() []tracker.NoticeKind {
	return []tracker.NoticeKind{
		tracker.KindReceipt, tracker.KindUnverifiedReceipt, tracker.KindAssignment, tracker.KindUnassigned, tracker.KindRelay,
		tracker.KindNote, tracker.KindStatus, tracker.KindTranscript, tracker.KindHelp, tracker.KindAlert, tracker.KindWatching, tracker.KindWish, tracker.KindAnswer,
		tracker.KindApproval, tracker.KindApprovalResult, tracker.KindHandBack,
		tracker.KindReminder, tracker.KindReminders, tracker.KindSubscription, tracker.KindDigest, tracker.KindReport,
	}
}

// Problems says what is wrong with templates of the override directory, once for
// each file: file:line and what is not understood. What all mails share is first,
// and then the order is that of the kinds' names.
func (c *Composer) Problems() []string {
	out := slices.Clone(c.shared)
	for _, kind := range slices.Sorted(maps.Keys(c.problems)) {
		if !slices.ContainsFunc(out, func(told string) bool { return fileOf(told) == fileOf(c.problems[kind]) }) {
			out = append(out, c.problems[kind])
		}
	}
	return out
}

// Compose renders the notice about the ticket (the zero Ticket for a notice
// about none). The problem is that of templates of the override directory, a line
// for each; the mail is then made with the built-in ones. An error means that there can be
// no such mail: an address that cannot be mailed, an unknown kind.
func (c *Composer) Compose(n tracker.Notice, t tracker.Ticket) (tracker.Mail, string, error) {
	if _, known := c.builtin.scripts[n.Kind]; !known {
		return tracker.Mail{}, "", fmt.Errorf("compose %s: there is no mail of kind %q", n.Key, n.Kind)
	}
	e := c.envelope(n, t)
	if err := e.check(); err != nil {
		return tracker.Mail{}, "", fmt.Errorf("compose %s: %w", n.Key, err)
	}
	files := sortFiles(n)
	words, problem, err := c.renderWords(n, newView(c.settings, n, t, e, files))
	if err != nil {
		return tracker.Mail{}, problem, fmt.Errorf("compose %s: %w", n.Key, err)
	}
	m, err := assemble(e, words, files.attached)
	if err != nil {
		return tracker.Mail{}, problem, fmt.Errorf("compose %s: %w", n.Key, err)
	}
	return m, problem, nil
}

// render prefers the desk's own template.
func (c *Composer) render(n tracker.Notice, v *view) (rendered, string, error) {
	problem := c.problems[n.Kind]
	if _, own := c.own.scripts[n.Kind]; own {
		words, err := c.own.render(n, v)
		if err == nil {
			return words, c.withShared(problem), nil
		}
		problem = problemOf(templates.File(string(n.Kind)), err)
	}
	words, err := c.builtin.render(n, v)
	return words, c.withShared(problem), err
}

func (c *Composer) withShared(problem string) string {
	if len(c.shared) == 0 {
		return problem
	}
	return strings.TrimSuffix(strings.Join(c.shared, "\n")+"\n"+problem, "\n")
}

func (e edition) render(n tracker.Notice, v *view) (rendered, error) {
	s := e.scripts[n.Kind]
	body, err := s.run("", v)
	if err != nil {
		return rendered{}, err
	}
	preheader, err := s.run("preheader", v)
	if err != nil {
		return rendered{}, err
	}
	subject, err := e.subject(s, n, v)
	if err != nil {
		return rendered{}, err
	}
	body, values := extract(body, 1)
	preheader, more := extract(preheader, 1+len(values))
	marker := ""
	if takesReplies(n) {
		marker = tracker.ReplyMarker
	}
	pg, err := e.press.page(body, preheader, marker)
	if err != nil {
		return rendered{}, err
	}
	values = slices.Concat([]value{{text: subject}}, values, more)
	return pg.fill(values, marker), nil
}

// subject stays the same through the thread of a ticket, so that every mail
// program keeps it together.
func (e edition) subject(s script, n tracker.Notice, v *view) (string, error) {
	if n.Ticket != 0 && n.Kind != tracker.KindUnverifiedReceipt {
		return threadSubject(string(v.Key), v.Title), nil
	}
	text, err := s.run("subject", v)
	if err != nil {
		return "", err
	}
	skeleton, values := extract(text, 0)
	var b strings.Builder
	fillText(&b, pieces(skeleton), values)
	if b.Len() == 0 {
		return v.Desk, nil
	}
	return oneLine(b.String(), subjectRunes), nil
}

// serial tells the mails of one ticket to one recipient apart and is the same
// each time the notice is composed.
func serial(noticeKey string) string {
	sum := sha256.Sum256([]byte(noticeKey))
	return hex.EncodeToString(sum[:6])
}
