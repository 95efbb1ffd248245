package main

import (
	"cmp"
	"fmt"
	"strings"
	"time"
)

// rigMail is a mail as a person's mail program writes it.
type rigMail struct {
	from, to, subject, id string
	envelope              string   // its sender, where that is not from
	answers               []string // Message-IDs, oldest first
	noInReplyTo           bool     // they stand in References alone
	more                  string   // one more header field, or ""
	body                  string
}

// sender is the sender of the envelope, for whose domain a server vouches.
func (m rigMail) sender() string { return cmp.Or(m.envelope, m.from) }

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
		if !m.noInReplyTo {
			field("In-Reply-To", "<"+m.answers[n-1]+">")
		}
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
