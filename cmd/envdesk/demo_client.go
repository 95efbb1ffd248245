package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/mail"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-message"

	"envdesk/testdata/demo"
)

// letter is a mail as it goes over the wire.
type letter struct {
	from    string // of the envelope, "" for the null sender
	to      string
	name    string // of the writer
	subject string // decoded
	raw     []byte
}

// original is a mail that is answered, as a mail program shows it.
type original struct {
	id, subject, from, to string
	replyTo               string // an addr-spec
	references            []string
	at                    time.Time
	text                  string
}

// write does what a mail program does with what a person typed: it addresses
// an answer, threads it and quotes below it.
func (s *stage) write(m demo.Mail) (letter, error) {
	from, err := mail.ParseAddress(m.Header.Get("From"))
	if err != nil {
		return letter{}, fmt.Errorf("from: %w", err)
	}
	var o original
	if m.Answers != "" {
		if o, err = s.newest(m.Mailbox, m.Answers); err != nil {
			return letter{}, err
		}
	}
	h := s.header(m, o)
	to, err := mail.ParseAddress(h["To"])
	if err != nil {
		return letter{}, fmt.Errorf("to: %w", err)
	}
	fill := strings.NewReplacer("{subject}", o.subject, "{message-id}", o.id)
	l := letter{from: from.Address, to: to.Address, name: from.Name, subject: fill.Replace(h["Subject"])}
	if m.NullSender {
		l.from = ""
	}
	h["Subject"] = mime.QEncoding.Encode("utf-8", l.subject)
	var raw bytes.Buffer
	writeFields(&raw, h)
	raw.WriteString("\r\n")
	raw.WriteString(crlf(fill.Replace(string(m.Body)) + o.quoted(m.Quote)))
	l.raw = raw.Bytes()
	return l, nil
}

// header completes what the person gave. A delivery report is no answer.
func (s *stage) header(m demo.Mail, o original) map[string]string {
	h := map[string]string{
		"To": s.address.Address, "Subject": "Re: {subject}", "Date": m.At.Format(time.RFC1123Z),
		"Message-Id":   "<" + strings.TrimSuffix(m.Name, ".eml") + "@demo.test>",
		"Mime-Version": "1.0", "Content-Type": "text/plain; charset=utf-8", "Content-Transfer-Encoding": "8bit",
	}
	if m.Answers != "" && !m.Bounce {
		h["To"], h["In-Reply-To"] = o.replyTo, o.id
		h["References"] = strings.Join(append(o.references, o.id), "\r\n ")
	}
	if m.Header.Get("Content-Type") != "" {
		delete(h, "Content-Transfer-Encoding")
	}
	for name := range m.Header {
		h[name] = m.Header.Get(name)
	}
	return h
}

// fieldOrder is how most mail programs begin a header; the rest follows by name.
var fieldOrder = []string{"From", "To", "Subject", "Date", "Message-Id", "In-Reply-To", "References"}

func writeFields(w *bytes.Buffer, h map[string]string) {
	rest := slices.DeleteFunc(slices.Sorted(maps.Keys(h)), func(name string) bool { return slices.Contains(fieldOrder, name) })
	for _, name := range append(slices.Clone(fieldOrder), rest...) {
		if v := h[name]; v != "" {
			fmt.Fprintf(w, "%s: %s\r\n", name, v)
		}
	}
}

// newest finds the last mail about a ticket in a mailbox.
func (s *stage) newest(mailbox, key string) (original, error) {
	for _, raw := range slices.Backward(s.server.Messages(mailbox)) {
		o, err := readOriginal(raw)
		if err != nil {
			return o, fmt.Errorf("a mail to %s: %w", mailbox, err)
		}
		if strings.HasPrefix(o.subject, "["+key+"] ") {
			return o, nil
		}
	}
	return original{}, fmt.Errorf("%s has no mail about %s to answer", mailbox, key)
}

func readOriginal(raw []byte) (original, error) {
	parsed, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return original{}, err
	}
	h := parsed.Header
	o := original{id: h.Get("Message-ID"), from: h.Get("From"), to: h.Get("To"), references: strings.Fields(h.Get("References"))}
	if o.subject, err = new(mime.WordDecoder).DecodeHeader(h.Get("Subject")); err != nil {
		return o, fmt.Errorf("subject: %w", err)
	}
	if o.at, err = h.Date(); err != nil {
		return o, fmt.Errorf("date: %w", err)
	}
	answerTo := h.Get("Reply-To")
	if answerTo == "" {
		answerTo = o.from
	}
	to, err := mail.ParseAddress(answerTo)
	if err != nil {
		return o, fmt.Errorf("reply-to: %w", err)
	}
	o.replyTo = to.Address
	o.text, _, err = mailTexts(raw)
	return o, err
}

// quoted is the original as a mail program puts it below an answer.
func (o original) quoted(program string) string {
	marked := "> " + strings.ReplaceAll(strings.TrimSpace(o.text), "\n", "\n> ") + "\n"
	switch program {
	case "gmail":
		return "\nOn " + o.at.Format("Mon, 2 Jan 2006 at 15:04") + ", " + o.from + "\nwrote:\n\n" + marked
	case "apple":
		return "\n> On " + o.at.Format("02-Jan-2006, at 3:04 PM") + ", " + o.from + " wrote:\n> \n" + marked
	case "outlook":
		return "\n________________________________\nFrom: " + o.from + "\nSent: " + o.at.Format("Monday, January 2, 2006 3:04 PM") +
			"\nTo: " + o.to + "\nSubject: " + o.subject + "\n\n" + strings.TrimSpace(o.text) + "\n"
	}
	return ""
}

// mailTexts are the plain and the HTML text of a mail, with LF line ends.
func mailTexts(raw []byte) (plain, html string, err error) {
	e, err := message.Read(bytes.NewReader(raw))
	if err != nil {
		return "", "", fmt.Errorf("read mail: %w", err)
	}
	err = e.Walk(func(_ []int, part *message.Entity, err error) error {
		kind, _, typeErr := part.Header.ContentType()
		disposition, _, _ := part.Header.ContentDisposition()
		if err = errors.Join(err, typeErr); err != nil || disposition == "attachment" || !strings.HasPrefix(kind, "text/") {
			return err
		}
		data, err := io.ReadAll(part.Body)
		switch {
		case kind == "text/plain" && plain == "":
			plain = strings.ReplaceAll(string(data), "\r\n", "\n")
		case kind == "text/html" && html == "":
			html = strings.ReplaceAll(string(data), "\r\n", "\n")
		}
		return err
	})
	if err != nil {
		return "", "", fmt.Errorf("read mail: %w", err)
	}
	return plain, html, nil
}

func crlf(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }
