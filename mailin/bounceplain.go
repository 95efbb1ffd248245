package mailin

import (
	"strings"

	"envdesk/tracker"
)

const (
	// maxPlainLines bounds how many lines of a plain-text report are looked at.
	maxPlainLines = 1500
	// maxPlainLine bounds how much of a line is looked at.
	maxPlainLine = 1000
)

// plainReport gathers what the lines of a report for people tell: the addresses
// with the reasons beside or below them, and the id of the mail.
type plainReport struct {
	action string
	own    []string // the report's own sender
	sender []string // whom the report is for: the sender of the mail
	got    []candidate
	loose  reason // what was said before any address
	last   int    // index+1 of the candidate whose reason is read
	copied bool   // the copy of the mail began
	id     string
}

// candidate is an address that may be a recipient, the better the higher rank.
type candidate struct {
	address string
	rank    int
	reason
}

// reason is what a server said: an enhanced status, or the class of a reply code.
type reason struct {
	status string
	class  byte
}

func (r *reason) add(line string) {
	if r.status == "" {
		r.status = findFailure(line)
	}
	if r.class == 0 {
		r.class = replyClass(line)
	}
}

const (
	rankNamed   = 1 // in a line that speaks of a failure
	rankLabel   = 2 // behind a colon, or in the answer of a server
	rankPlace   = 3 // where reports put recipients: at a line's start, behind a label
	rankHeaders = 4 // in a field of the header
)

func newPlainReport(k *clues, m tracker.Message) *plainReport {
	r := &plainReport{action: plainAction(k, m)}
	if m.From.Address != "" {
		r.own = append(r.own, m.From.Address)
	}
	for _, a := range m.To {
		r.sender = append(r.sender, a.Address)
	}
	for _, v := range k.failed {
		for _, a := range parseAddresses(v, maxBounceRecipients) {
			if a.Address != "" {
				r.note(a.Address, rankHeaders)
			}
		}
	}
	r.last = 0
	return r
}

// plainAction tells a report of a delay from one of a failure. A report of a
// failure may speak of delays too, so what says that it is over comes first.
func plainAction(k *clues, m tracker.Message) string {
	if finalPhrases.in(k.subject) {
		return "failed"
	}
	if delayPhrases.in(k.subject) {
		return "delayed"
	}
	text := folded(cutBytes(m.Text, maxReportLook))
	if at := copyPhrases.index(text); at > 0 {
		text = text[:at]
	}
	if delayPhrases.in(text) && !finalPhrases.in(text) {
		return "delayed"
	}
	return "failed"
}

// read goes through the lines once.
func (r *plainReport) read(text string) {

	for n := 0; text != "" && n < maxPlainLines; n++ {
		var l string
		l, text, _ = strings.Cut(text, "\n")
		l = cutBytes(strings.TrimSpace(l), maxPlainLine)
		if l != "" {
			r.line(l, text)
		}
	}
}

func (r *plainReport) line(l, rest string) {
	low := folded(l)
	if id := idInLine(l, low, rest); id != "" && r.id == "" {
		r.id = id
	}
	if r.copied = r.copied || r.startsCopy(low, rest); r.copied {
		return
	}
	if !skipLine.starts(low) && !r.addresses(l) {
		r.reasonLine(low)
	}
}

// reasonLine gives what a line says to the address above it.
func (r *plainReport) reasonLine(low string) {
	if r.last > 0 {
		r.got[r.last-1].add(low)
		return
	}
	r.loose.add(low)
}

// startsCopy recognises the start of the copy of the mail: the words that
// announce it, or the first trace field of its header.
func (r *plainReport) startsCopy(low, rest string) bool {
	if traceFields.starts(low) {
		return true
	}
	if !copyPhrases.in(low) {
		return false
	}
	// Words of a sentence announce nothing when the report goes on below them.
	return strings.HasPrefix(low, "-") || strings.HasSuffix(low, ":") || strings.HasSuffix(low, "-") || strings.HasSuffix(low, ".") && len(r.got) > 0 || headerAhead(rest)
}

// traceFields start the lines with which the header of a copy begins (RFC 5321
// §4.4).
var traceFields = newVocabulary("received: from", "received: by", "received: (", "return-path:", "dkim-signature:", "x-google-dkim-signature:", "x-received:", "arc-seal:", "mime-version:")

// skipLine starts lines whose addresses are those of other people.
var skipLine = newVocabulary("from:", "from ", "sender:", "mail from:", ">>> mail from", "reply-to:", "message-id:", "references:", "in-reply-to:", "cc:", "bcc:", "envelope-from:", "x-", "subject:", "date:", "von:", "absender:", "betreff:", "de :", "expéditeur", "remitente", "mittente", "remetente", "发件人", "寄件者", "差出人", "보낸 사람", "от:", "отправитель")

// headerAhead reports whether a header block follows within a few lines.
func headerAhead(rest string) bool {
	for range 4 {
		var l string
		l, rest, _ = strings.Cut(rest, "\n")
		if l = strings.TrimLeft(l, " \t>|"); l == "" {
			continue
		}
		return isField([]byte(cutBytes(l, 100)))
	}
	return false
}
