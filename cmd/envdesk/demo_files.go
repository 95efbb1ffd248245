package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"envdesk/cmd/envdesk/config"
	"envdesk/tracker"
)

// leaveDemo writes what a reader can look at without the program.
func (a *app) leaveDemo(ctx context.Context, c *config.Config, s *stage, dir string) error {
	err := s.store.View(ctx, func(v tracker.View) error {
		k, err := newTimekeeper(ctx, v, c, s.clock.Now())
		if err != nil {
			return err
		}
		list, err := v.Tickets(ctx, tracker.TicketQuery{})
		if err != nil {
			return err
		}
		if err := writeMails(filepath.Join(dir, demoMails), s.sent.mails, list); err != nil {
			return err
		}
		return writeTickets(ctx, v, k, filepath.Join(dir, demoTickets))
	})
	if err == nil {
		err = a.leaveReports(ctx, c, s, filepath.Join(dir, demoReports))
	}
	if err != nil {
		return err
	}
	return s.store.Checkpoint(ctx) // so that envdesk.db can be copied by itself
}

// writeTickets writes the list of tickets, and each as `show` prints it.
func writeTickets(ctx context.Context, v tracker.View, k timekeeper, path string) error {
	list, err := k.list(ctx, v, ticketList{})
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := ticketTable(&b, list, k); err != nil {
		return err
	}
	for _, t := range list {
		shown, err := loadTicket(ctx, v, t.Key, k)
		if err != nil {
			return err
		}
		b.WriteString("\n" + strings.Repeat("─", taleWidth) + "\n\n")
		if err := shown.print(&b); err != nil {
			return err
		}
	}
	return os.WriteFile(path, b.Bytes(), 0o644)
}

// writeMails writes each mail as it went out, and its texts beside it.
func writeMails(dir string, mails []tracker.OutboxMail, tickets []tracker.Ticket) error {
	for _, m := range mails {
		plain, html, err := mailTexts(m.Mail.Raw)
		if err != nil {
			return fmt.Errorf("mail %d: %w", m.ID, err)
		}
		base := filepath.Join(dir, mailFile(m, tickets))
		for _, f := range []struct{ ext, text string }{{".eml", string(m.Mail.Raw)}, {".html", html}, {".txt", plain}} {
			if err := os.WriteFile(base+f.ext, []byte(f.text), 0o644); err != nil {
				return err
			}
		}
	}
	return nil
}

// mailFile is NNN-KIND-KEY-RECIPIENT, without the key where there is no ticket.
func mailFile(m tracker.OutboxMail, tickets []tracker.Ticket) string {
	parts := []string{fmt.Sprintf("%03d", m.ID), string(m.Kind)}
	if i := slices.IndexFunc(tickets, func(t tracker.Ticket) bool { return t.ID == m.Ticket }); i >= 0 {
		parts = append(parts, tickets[i].Key)
	}
	// An addr-spec may hold a slash (RFC 5322 §3.2.3).
	return strings.ReplaceAll(strings.Join(append(parts, m.Mail.To), "-"), "/", "_")
}
