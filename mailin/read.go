// Package mailin reads mail: raw RFC 5322 bytes in, one tracker.Message out.
//
// It never refuses a mail and never loses text silently: whatever is damaged is
// repaired, read as far as it goes, and told in Message.Problems. It is pure: it
// opens no file, no connection and no clock; the one thing it may ask for, a
// DKIM key, goes through a function that it is given. It must never decide what
// a mail means to a ticket, never unpack an archive and never fetch a link.
//
// The road of a mail: headers.go reads the header block, repair.go makes the
// body's MIME structure well-formed for go-message, walk.go decodes, hashes and
// keeps the parts, inlinefiles.go and opened.go find the files inside them, body.go chooses the text, text.go and htmltext.go turn it into lines,
// quote.go cuts the lines down to what is new.
package mailin

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"time"

	"envdesk/tracker"
)

// Options say how a mail is read. The zero value reads everything, keeps no
// attachment and trusts nobody's Authentication-Results.
type Options struct {
	Trust Trust
	// KeepAttachments is how many decoded bytes of attachments may be kept in
	// Attachment.Content, all together. An attachment that does not fit what is
	// left is not kept at all; 0 keeps none.
	KeepAttachments int64
	// LookupTXT returns the DNS TXT records of a name, for DKIM keys of the
	// sender's own organisation. It is called only for mail without trusted
	// Authentication-Results, for at most five names of a mail, perhaps at the
	// same time; it must bound its own time. nil: DKIM is not checked here.
	LookupTXT func(domain string) ([]string, error)
	Limits    Limits
}

// Trust says whose Authentication-Results (RFC 8601) are believed.
type Trust struct {
	// Provider is generic (or ""), gmail or microsoft365. The two presets know
	// where these providers write their field; they ignore ReceivedAbove.
	Provider string
	// AuthservIDs are the ids of the trusted servers; without one, generic
	// trusts nothing. With gmail it is mx.google.com unless set.
	AuthservIDs []string
	// ReceivedAbove is how many Received fields may stand above the field.
	ReceivedAbove int
}

// Parse reads a mail that lies in memory. Any bytes at all give a Message.
func Parse(raw []byte, o Options) tracker.Message {
	m, _ := read(bytes.NewReader(raw), len(raw)+1, o)
	return m
}

// Read reads a mail as a stream and never holds it whole. It reads r to its end.
// The only error is r's own; the Message then tells what was read before it.
func Read(r io.Reader, o Options) (tracker.Message, error) {
	size := maxBuffer
	if sized, ok := r.(interface{ Size() int64 }); ok {
		size = int(min(sized.Size(), maxBuffer))
	}
	return read(r, size, o)
}

const (
	maxBuffer = 64 << 10
	minBuffer = 512
)

func read(r io.Reader, size int, o Options) (tracker.Message, error) {
	in := &source{r: r}
	p := newParser(o, min(max(size, minBuffer), maxBuffer))
	p.guarded(in)
	_, _ = io.Copy(io.Discard, in)
	p.m.Size = in.n
	p.m.Problems = p.problems.list
	return p.m, in.err
}

// source counts what is read and turns an error of the reader into the end of
// the mail, so that what came before it is still understood.
type source struct {
	r   io.Reader
	n   int64
	err error
}

func (s *source) Read(b []byte) (int, error) {
	if s.err != nil {
		return 0, io.EOF
	}
	n, err := s.r.Read(b)
	s.n += int64(n)
	if err != nil && err != io.EOF {
		s.err = err
		return n, io.EOF
	}
	return n, err
}

// parser reads one mail.
type parser struct {
	o        Options
	limits   Limits
	problems *problems
	m        tracker.Message

	sent        time.Time // by the Date field
	declared    partHead  // of the whole mail, before any repair
	guess       guess     // how text without a charset is read
	buf         []byte    // for copying parts, made when the first one needs it
	bufSize     int
	decodedLeft int64
	keepLeft    int64
	textLeft    int
	parts       int // so far
	depth       int // of parts that are packed in others
}

func newParser(o Options, buffer int) *parser {
	l := o.Limits.withDefaults()
	return &parser{
		o: o, limits: l, problems: &problems{}, bufSize: buffer,
		decodedLeft: l.Decoded, keepLeft: o.KeepAttachments, textLeft: 4 * htmlFactor * l.Text,
	}
}

// guarded turns a bug into a Problem: one mail must not take the desk down.
func (p *parser) guarded(in io.Reader) {
	defer func() {
		if bug := recover(); bug != nil {
			p.problems.note(problemInternal, "the reader stopped: %s", fmt.Sprint(bug))
		}
	}()
	p.read(in)
}

func (p *parser) read(in io.Reader) {
	br := bufio.NewReaderSize(in, p.bufSize)
	if endsLinesWithCR(br) {
		p.problems.note(problemCRLines, "the lines of the mail end with CR alone")
		br = bufio.NewReaderSize(&crLines{r: br}, p.bufSize)
	}
	hr := headerReader{in: br, limits: p.limits, problems: p.problems, keepRaw: p.o.LookupTXT != nil}
	h := hr.whole()
	p.fields(h)

	p.m.Identity = identify(h, p.o.Trust)
	if !p.m.From.Is(p.m.Identity.Address) {
		p.m.Identity.Address = "" // who counts must be who is shown
	}
	check := p.startDKIM(h, hr.raw)
	defer check.stop()
	body := check.tee(hr.body())
	root := p.walk(h, body)
	_, _ = io.Copy(io.Discard, body) // the signature covers what no part held too
	p.reread(h, root)

	chosen := withSpares(choose(root), root)
	p.texts(chosen)
	p.m.Attachments = p.attachments(root, chosen)
	check.finish(&p.m.Identity)
	p.machine(h, root)
	p.m.Fingerprint = p.fingerprint()
}

// fields fills what the header alone tells.
func (p *parser) fields(h header) {
	p.m.ID = firstID(h.get("Message-ID"))
	p.m.InReplyTo = p.ids(h.all("In-Reply-To"))
	p.m.References = p.ids(h.all("References"))
	p.m.From = p.from(h)
	p.m.ReplyTo = p.addresses(h, "Reply-To")
	p.m.To = p.addresses(h, "To")
	p.m.Cc = p.addresses(h, "Cc")
	p.m.DeliveredTo = deliveredTo(h)
	p.m.Subject = p.subject(h)
	p.m.Date = p.date(h)
	p.m.NullSender = nullSender(h)
	p.checkFields(h)
}

// singles are the fields that RFC 5322 §3.6 allows once.
var singles = []string{"From", "Subject", "Date", "Message-ID", "Reply-To", "Sender", "To", "Cc", "In-Reply-To", "References", "Content-Type"}

// checkFields notes what a person should know before trusting the header.
func (p *parser) checkFields(h header) {
	if p.m.ID == "" {
		p.problems.note(problemNoID, "the mail has no message id")
	}
	if len(p.m.ReplyTo) > 0 && !p.m.ReplyTo[0].Is(p.m.From.Address) {
		p.problems.note(problemReplyTo, "answers are to go to %s, not to the sender", p.m.ReplyTo[0].Address)
	}
	for _, name := range singles {
		if h.count(name) > 1 {
			p.problems.note(problemRepeatedField, "more than one %s field", name)
		}
	}
}

func (p *parser) subject(h header) string {
	if !h.has("Subject") {
		return ""
	}
	s, cut := cutRunes(cleanLine(p.guess.words(h.get("Subject"))), p.limits.SubjectRunes)
	if cut {
		p.problems.note(problemSubjectCut, "the subject is longer than %d characters", p.limits.SubjectRunes)
	}
	return s
}
