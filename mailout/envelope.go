package mailout

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/net/idna"

	"envdesk/tracker"
)

// subjectRunes is how much of a title is shown in a subject.
const subjectRunes = 120

// envelope is the head of a mail: everything but its words.
type envelope struct {
	from, to   tracker.Address
	replyTo    string // "" when the mail takes no replies
	messageID  string
	inReplyTo  string
	references []string
	answer     bool // caused by a mail (RFC 3834 §3.1.7)
	subject    string
	date       time.Time
	list       list // of what comes again and again
}

func (c *Composer) envelope(n tracker.Notice, t tracker.Ticket) envelope {
	e := envelope{
		from:       tracker.Address{Name: c.settings.Name, Address: c.settings.Address},
		to:         tracker.Address{Name: oneLine(n.To.Name, 60), Address: n.To.Address},
		messageID:  serial(n.Key) + "@" + tracker.DomainOf(c.settings.Address),
		inReplyTo:  messageID(n.Data.InReplyTo),
		references: messageIDs(n.Data.References),
		answer:     n.Data.InReplyTo != "",
		subject:    threadSubject(t.Key, t.Title),
		date:       n.At.In(c.settings.Zone),
		list:       c.settings.list(n.Kind),
	}
	if n.Kind == tracker.KindUnverifiedReceipt { // none of a stranger's words
		e.to.Name, e.references = "", nil
	}
	if takesReplies(n) {
		token := c.settings.token(n, t)
		e.replyTo = tracker.ReplyAddress(c.settings.Address, t.Key, token)
		e.messageID = tracker.ReplyID(c.settings.Address, t.Key, token, serial(n.Key))
	}
	return e
}

// check refuses what cannot stand in a header: a recipient that cannot be
// mailed, a key that fits into no address.
func (e envelope) check() error {
	if err := CheckAddress(e.to.Address); err != nil {
		return err
	}
	if e.replyTo != "" && CheckAddress(e.replyTo) != nil || messageID(e.messageID) == "" {
		return fmt.Errorf("no reply address can be made: %q", e.replyTo)
	}
	return nil
}

// threadSubject is the subject of every mail about a ticket, without "Re:".
func threadSubject(key, title string) string {
	return "[" + key + "] " + oneLine(title, subjectRunes)
}

// maxReferences bounds the References of a mail; the first, which names the
// thread, and the latest are kept (RFC 5322 §3.6.4 sets no bound).
const maxReferences = 20

func messageIDs(ids []string) []string {
	var out []string
	for _, id := range ids {
		if id = messageID(id); id != "" {
			out = append(out, id)
		}
	}
	if len(out) > maxReferences {
		out = append(out[:1], out[len(out)-maxReferences+1:]...)
	}
	return out
}

// messageID returns id when it may stand between angle brackets in a header:
// printable ASCII without spaces and brackets, one @, of sane length. Else "".
func messageID(id string) string {
	if len(id) > 250 || strings.Count(id, "@") != 1 || strings.ContainsAny(id, "<>()[]\\\",;: \t") {
		return ""
	}
	for i := range len(id) {
		if id[i] <= ' ' || id[i] >= 0x7f {
			return ""
		}
	}
	return id
}

// CheckAddress reports why the address cannot stand in an SMTP command. Only
// the plain form is allowed: a dot-atom local part (RFC 5321 §4.1.2, with
// letters beyond ASCII by RFC 6531), an @, and a domain name. Quoted local
// parts and address literals are refused: they carry injections and nobody's
// mail.
func CheckAddress(addr string) error {
	local, domain, ok := strings.Cut(addr, "@")
	switch {
	case !ok || local == "" || strings.Contains(domain, "@") || !utf8.ValidString(addr):
		return fmt.Errorf("address %q: not of the form name@domain", addr)
	case len(local) > 64 || len(addr) > 254:
		return fmt.Errorf("address %.80q: too long", addr)
	}
	for atom := range strings.SplitSeq(local, ".") {
		if atom == "" || !isAtom(atom) {
			return fmt.Errorf("address %q: %q may not stand before the @", addr, local)
		}
	}
	if _, err := asciiDomain(domain); err != nil {
		return fmt.Errorf("address %q: %q is no domain name", addr, domain)
	}
	return nil
}

// isAtom: atext of RFC 5322 §3.2.3, and visible runes beyond ASCII.
func isAtom(s string) bool {
	if !utf8.ValidString(s) {
		return false
	}
	for _, r := range s {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', strings.ContainsRune("!#$%&'*+-/=?^_`{|}~", r):
		case r < utf8.RuneSelf || hidden(r) || r == '\u2028' || r == '\u2029' || r == utf8.RuneError:
			return false
		}
	}
	return true
}

// asciiDomain is the domain as it goes over the wire: labels of letters, digits
// and hyphens, others in punycode (RFC 5891).
func asciiDomain(domain string) (string, error) {
	if isLDH(domain) {
		return domain, nil
	}
	ascii, err := idna.Lookup.ToASCII(domain)
	if err != nil || !isLDH(ascii) {
		return "", fmt.Errorf("domain %q: not a domain name", domain)
	}
	return ascii, nil
}

func isLDH(domain string) bool {
	if domain == "" || len(domain) > 253 {
		return false
	}
	for label := range strings.SplitSeq(domain, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for i := range len(label) {
			c := label[i] | 0x20
			if (c < 'a' || c > 'z') && (label[i] < '0' || label[i] > '9') && label[i] != '-' {
				return false
			}
		}
	}
	return true
}
