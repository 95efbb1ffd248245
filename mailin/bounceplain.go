package mailin

import (
	"strings"

	"envdesk/tracker"
)

// Phrases of mail servers that report without the standard form, in lower case.
var (
	failurePhrases = []string{
		"could not be delivered", "couldn't be delivered", "wasn't able to deliver", "was not able to deliver", "unable to deliver", "delivery failed", "delivery has failed", "undelivered mail returned", "undeliverable", "permanent error", "permanent fatal errors", "delivery to the following recipient", "address not found", "returned mail", "message not delivered", "delivery status notification (failure)", "mail delivery failed", "failure notice", "rejected your message",
	}
	delayPhrases = []string{"delivery status notification (delay)", "has been delayed", "delayed mail", "delivery is delayed", "will be retried", "will retry", "warning: message", "has not yet been delivered", "still being retried", "delivery incomplete"}
	copyPhrases  = []string{"below this line is a copy of the message", "this is a copy of the message", "original message follows", "original message headers", "----- original message -----", "-----original message-----", "message header follows", "returned message"}
)

// maxPlainLines bounds how many lines of a plain-text report are looked at.
const maxPlainLines = 400

// plainBounce reads the reports of qmail, Exim, simple Postfix and their kin. The
// mail must come from a mail server and say that something was not delivered.
func plainBounce(h header, all []*part, m tracker.Message) *tracker.Bounce {
	lower := strings.ToLower(m.Subject + "\n" + m.Text[:min(len(m.Text), 4096)])
	action := ""
	switch {
	case containsAny(lower, delayPhrases):
		action = "delayed"
	case containsAny(lower, failurePhrases) || h.has("X-Failed-Recipients"):
		action = "failed"
	default:
		return nil
	}
	r := plainReport{action: action, got: failedRecipients(h), id: returnedID(all)}
	r.read(m.Text)
	if action == "delayed" {
		for i := range r.got {
			r.got[i].Action, r.got[i].Permanent = action, false
		}
	}
	return &tracker.Bounce{Recipients: r.got, OriginalMessageID: r.id}
}

func containsAny(s string, list []string) bool {
	for _, w := range list {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

// plainReport gathers what the lines tell: addresses that stand at the start of
// a line before the copy of the mail, with the reason behind or below them.
type plainReport struct {
	action string
	got    []tracker.BounceRecipient
	id     string
	copied bool // the copy of the mail began
	last   int  // index+1 of the recipient whose reason is read
}

func (r *plainReport) read(text string) {
	for n := 0; text != "" && n < maxPlainLines; n++ {
		var l string
		l, text, _ = strings.Cut(text, "\n")
		t := strings.TrimSpace(l)
		lower := strings.ToLower(t)
		switch {
		case r.copied || containsAny(lower, copyPhrases):
			r.copied = true
			if after, ok := strings.CutPrefix(lower, "message-id:"); ok && r.id == "" {
				r.id = firstID(t[len(t)-len(after):])
			}
		case t == "":
			r.last = 0
		case r.address(t):
		case r.last > 0:
			r.reason(t)
		}
	}
}

// address reads "<user@example.test>: reason", and an address alone on its line.
func (r *plainReport) address(t string) bool {
	spec, reason := t, ""
	if strings.HasPrefix(t, "<") {
		var ok bool
		if spec, reason, ok = strings.Cut(t[1:], ">"); !ok {
			return false
		}
	} else {
		spec = strings.TrimSuffix(spec, ":")
	}
	if strictSpec(spec) == "" || len(r.got) >= maxBounceRecipients {
		return false
	}
	for i := range r.got {
		if tracker.SameAddress(r.got[i].Address, spec) {
			r.last = i + 1
			r.reason(reason)
			return true
		}
	}
	r.got = append(r.got, recipient(spec, r.action, "", reason))
	r.last = len(r.got)
	return true
}

// reason takes the status from the words below an address.
func (r *plainReport) reason(t string) {
	b := &r.got[r.last-1]
	if b.Status != "" {
		return
	}
	temporary := !b.Permanent
	*b = recipient(b.Address, r.action, "", t)
	b.Permanent = b.Permanent && !temporary
}
