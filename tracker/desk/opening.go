package desk

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"envdesk/tracker"
	"envdesk/tracker/intake"
)

// What a new owner or an approver gets to read of what the requester added: so
// many mails, bytes of text and bytes of files, the oldest first.
const (
	maxAdded      = 20
	maxAddedText  = 64 << 10
	maxAddedFiles = 16 << 20
)

// addOpening puts the text and the attachments of the opening mail into a notice,
// and what the requester added while no partner had the ticket, above what its
// cause said.
func (d *Desk) addOpening(ctx context.Context, v tracker.View, n *tracker.Notice) error {
	row, err := v.OpeningMail(ctx, n.Ticket)
	if errors.Is(err, tracker.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	m, err := d.mail(ctx, v, row.ID)
	if err != nil {
		return fmt.Errorf("opening mail of ticket %d: %w", n.Ticket, err)
	}
	events, err := v.Events(ctx, n.Ticket)
	if err != nil {
		return err
	}
	said := strings.TrimSpace(n.Data.Text)
	text, files := "", []tracker.Attachment(nil)
	if !openedByNote(events) {
		text, files = intake.PublicPart(m)
	}
	added, more, err := d.added(ctx, v, events, *n)
	if err != nil {
		return err
	}
	paragraphs := []string{text, added}
	if said != "" {
		paragraphs = append(paragraphs, n.Data.By.Display()+" adds:\n"+said)
	}
	n.Data.Text = strings.TrimSpace(strings.Join(slices.DeleteFunc(paragraphs, func(p string) bool { return p == "" }), "\n\n"))
	n.Data.Attachments = slices.Concat(files, more, n.Data.Attachments)
	return nil
}

// mail reads a stored mail anew.
func (d *Desk) mail(ctx context.Context, v tracker.View, id int64) (tracker.Message, error) {
	var raw bytes.Buffer
	if err := v.Raw(ctx, id, &raw); err != nil {
		return tracker.Message{}, err
	}
	return d.Read(&raw)
}

// openedByNote reports whether the mail that opened the ticket was filed as an
// internal note, by the events that it caused.
func openedByNote(events []tracker.Event) bool {
	for _, e := range events {
		if e.Cause != events[0].Cause || !e.At.Equal(events[0].At) {
			return false
		}
		if _, noted := e.Change.(tracker.Noted); noted {
			return true
		}
	}
	return false
}

// added is what the requester wrote to everybody since the opening while no
// partner had the ticket, each mail under its date. The words of a thread with one
// partner are not another one's, nor are those of the mail that the notice tells of
// anyway.
func (d *Desk) added(ctx context.Context, v tracker.View, events []tracker.Event, n tracker.Notice) (string, []tracker.Attachment, error) {
	replies, who := ownReplies(events, n)
	if len(replies) == 0 {
		return "", nil, nil
	}
	mails, err := v.Mails(ctx, n.Ticket)
	if err != nil {
		return "", nil, err
	}
	var texts []string
	var files []tracker.Attachment
	room, fileRoom := maxAddedText, int64(maxAddedFiles)
	for _, mail := range mails {
		if !slices.ContainsFunc(replies, func(e tracker.Event) bool { return isMailOf(mail, e) }) {
			continue
		}
		m, err := d.mail(ctx, v, mail.ID)
		if err != nil {
			return "", nil, fmt.Errorf("mail %d of ticket %d: %w", mail.ID, n.Ticket, err)
		}
		text, attached := intake.PublicPart(m)
		if text == "" && len(attached) == 0 {
			continue
		}
		if room -= len(text); len(texts) == maxAdded || room < 0 {
			texts = append(texts, "There is more in the history.")
			break
		}
		texts = append(texts, addedBy(who, mail.At.In(d.Rules.Zone), text, attached))
		for _, a := range attached {
			if fileRoom -= int64(len(a.Content)); fileRoom < 0 {
				a.Content = nil // by name only
			}
			files = append(files, a)
		}
	}
	return strings.Join(texts, "\n\n"), files, nil
}

func addedBy(who string, at time.Time, text string, files []tracker.Attachment) string {
	line := who + " added on " + at.Format("Mon 2 Jan 2006, 15:04 MST") + ":"
	if text != "" {
		return line + "\n" + text
	}
	var names []string
	for _, f := range files {
		names = append(names, f.Name)
	}
	return line + " " + strings.Join(names, ", ")
}

// ownReplies lists the events that file public mails of the requester from the
// time in which no partner had the ticket, and names him. A mail whose words the
// notice tells as its own is not among them.
func ownReplies(events []tracker.Event, n tracker.Notice) (out []tracker.Event, who string) {
	var t tracker.Ticket
	for _, e := range events {
		c, ok := e.Change.(tracker.Replied)
		told := n.Data.Text != "" && e.At.Equal(n.At.Truncate(time.Microsecond))
		if ok && c.Visibility == tracker.Public && t.Requester.Is(c.From.Address) && t.Partner == "" && !told {
			out = append(out, e)
		}
		var err error
		if t, err = tracker.Apply(t, e); err != nil { // verify tells of it
			return nil, ""
		}
	}
	return out, t.Requester.Display()
}

// isMailOf reports whether the event files the mail.
func isMailOf(m tracker.MailRecord, e tracker.Event) bool {
	c := e.Change.(tracker.Replied)
	return m.Direction == "in" && m.Visibility == c.Visibility && m.MessageID == c.MessageID && m.At.Equal(e.At) && c.From.Is(m.From)
}
