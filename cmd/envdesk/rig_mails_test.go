package main

import (
	"fmt"
	"strings"
	"time"
)

// rigMail is a mail as a person's mail program writes it.
type rigMail struct {
	from, to, subject, id string
	answers               []string // Message-IDs, oldest first
	more                  string   // one more header field, or ""
	body                  string
}

// bytes is the mail on the wire.
func (m rigMail) bytes() []byte {
	var b strings.Builder
	field := func(name, value string) { fmt.Fprintf(&b, "%s: %s\r\n", name, value) }
	field("From", m.from)
	field("To", m.to)
	field("Subject", m.subject)
	field("Date", time.Now().Format(time.RFC1123Z))
	field("Message-ID", "<"+m.id+">")
	if n := len(m.answers); n > 0 {
		field("In-Reply-To", "<"+m.answers[n-1]+">")
		field("References", "<"+strings.Join(m.answers, ">\r\n <")+">")
	}
	field("MIME-Version", "1.0")
	field("Content-Type", "text/plain; charset=utf-8")
	if m.more != "" {
		b.WriteString(m.more + "\r\n")
	}
	b.WriteString("\r\n" + strings.ReplaceAll(m.body, "\n", "\r\n"))
	return []byte(b.String())
}
