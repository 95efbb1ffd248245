// Package demo holds the story that `envdesk demo` tells: a configuration, and
// two weeks of mails to the desk, one file a mail, in the order of their names.
// It gives the mails and their stage directions; it must never send anything
// and knows nothing of tickets.
//
// A file is a mail as its writer sees it. What a mail program adds (Date,
// Message-ID, and for an answer To, Subject, In-Reply-To, References and the
// quoted mail) is left to who plays it. In the header and the body, {subject}
// and {message-id} stand for those of the mail that is answered. Fields whose
// names begin with X-Demo- are stage directions and no part of the mail:
//
//	X-Demo-At: 2026-11-09 10:05   when it is sent, in the desk's zone
//	X-Demo-Story:                 what the reader of the tour is told
//	X-Demo-Answers: REQ-1         it answers the newest mail about that ticket …
//	X-Demo-Mailbox: a@b.test      … in this mailbox, where it is not the sender's own
//	X-Demo-Bounces: REQ-1 a@b.test  it reports that this mailbox did not take that mail
//	X-Demo-Quote: gmail           how the mail program quotes: gmail, outlook, apple; default not at all
//	X-Demo-Sender: <>             the null sender (RFC 5321 §4.5.5): a machine sends it
//	X-Demo-Twice: yes             it is delivered twice
package demo

import (
	"bytes"
	"embed"
	"fmt"
	"io"
	"io/fs"
	"net/mail"
	"strings"
	"time"
)

//go:embed *.eml
var files embed.FS

//go:embed envdesk.yaml
var configFile []byte

// UnprovedDomain is where people write from of whom no mail server vouches, and
// FailingDomain the one in whose name mail is forged.
const (
	UnprovedDomain = "freemail.test"
	FailingDomain  = "treasury.test"
)

// Mail is one mail of the story.
type Mail struct {
	Name   string      // of its file
	Header mail.Header // without stage directions
	Body   []byte      // line ends are LF
	Directions
}

// Directions say how a mail is played.
type Directions struct {
	At         time.Time
	Story      string
	Answers    string // key of the ticket whose newest mail is answered, "" for none
	Mailbox    string // where that mail lies; the sender's own, unless another is named
	Bounce     bool   // a delivery report about that mail
	Quote      string // gmail, outlook, apple, or "" for no quote
	NullSender bool   // of the envelope
	Times      int    // how often it is delivered
}

// Config is the text of the story's envdesk.yaml.
func Config() []byte { return bytes.Clone(configFile) }

// Mails gives the story in order. Times are read in the zone. An error names
// the file that is not as it should be.
func Mails(zone *time.Location) ([]Mail, error) {
	entries, err := fs.ReadDir(files, ".")
	if err != nil {
		return nil, err
	}
	var out []Mail
	for _, e := range entries {
		data, err := files.ReadFile(e.Name())
		if err != nil {
			return nil, err
		}
		m, err := read(data, zone)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", e.Name(), err)
		}
		m.Name = e.Name()
		out = append(out, m)
	}
	return out, nil
}

func read(data []byte, zone *time.Location) (Mail, error) {
	parsed, err := mail.ReadMessage(bytes.NewReader(data))
	if err != nil {
		return Mail{}, err
	}
	from, err := mail.ParseAddress(parsed.Header.Get("From"))
	if err != nil {
		return Mail{}, fmt.Errorf("from: %w", err)
	}
	m := Mail{Header: mail.Header{}}
	if m.Body, err = io.ReadAll(parsed.Body); err != nil {
		return Mail{}, err
	}
	if m.Directions, err = readDirections(parsed.Header, zone); err != nil {
		return Mail{}, err
	}
	if m.Mailbox == "" {
		m.Mailbox = from.Address
	}
	for name, values := range parsed.Header {
		if !strings.HasPrefix(name, "X-Demo-") {
			m.Header[name] = values
		}
	}
	return m, nil
}

func readDirections(h mail.Header, zone *time.Location) (Directions, error) {
	d := Directions{
		Story: h.Get("X-Demo-Story"), Answers: h.Get("X-Demo-Answers"), Mailbox: h.Get("X-Demo-Mailbox"),
		Quote: h.Get("X-Demo-Quote"), NullSender: h.Get("X-Demo-Sender") == "<>", Times: 1,
	}
	if h.Get("X-Demo-Twice") == "yes" {
		d.Times = 2
	}
	if key, mailbox, ok := strings.Cut(h.Get("X-Demo-Bounces"), " "); ok {
		d.Answers, d.Mailbox, d.Bounce, d.NullSender = key, mailbox, true, true
	}
	var err error
	d.At, err = time.ParseInLocation("2006-01-02 15:04", h.Get("X-Demo-At"), zone)
	return d, err
}
