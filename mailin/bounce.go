package mailin

import (
	"bytes"
	"strings"

	"envdesk/tracker"
)

// maxBounceRecipients bounds what is read of one report.
const maxBounceRecipients = 100

// bounce reads a delivery report; nil when the mail is none. A report in the
// standard form needs a multipart/report, or the sender or subject of a mail
// server, so that a person who passes one on is no report.
func (p *parser) bounce(k *clues, all []*part) *tracker.Bounce {
	if isOtherReport(p.declared, all) {
		return nil
	}
	status := statusPart(all)
	reported := status != nil && (p.declared.word == "multipart/report" || p.declared.word == status.head.word)
	if !reported && !p.declared.isReportOf("delivery-status") && !p.bounceEvidence(k, status != nil) {
		return nil
	}
	plain := newPlainReport(k, p.m)
	plain.read(p.m.Text)
	b := &tracker.Bounce{Recipients: plain.recipients(), OriginalMessageID: p.originalID(all, plain)}
	if list := p.standardRecipients(status, all); len(list) > 0 {
		b.Recipients = merge(list, b.Recipients)
	}
	if len(b.Recipients) == 0 {
		b.Recipients = plain.returnedTo(all)
	}
	if len(b.Recipients) == 0 && !reported && !bounceSubjects.in(k.subject) {
		return nil // a mail server's notice about something else
	}
	for i := range b.Recipients {
		b.Recipients[i].Address = cleanLine(b.Recipients[i].Address)
	}
	return b
}

// isOtherReport recognises the other kinds of multipart/report: complaints
// (RFC 5965), receipts (RFC 8098) and TLS reports (RFC 8460).
func isOtherReport(top partHead, all []*part) bool {
	switch kind := strings.ToLower(top.param("report-type")); kind {
	case "feedback-report", "disposition-notification", "tlsrpt":
		return top.word == "multipart/report"
	}
	for _, n := range all {
		switch n.head.word {
		case "message/feedback-report", "message/disposition-notification":
			return true
		}
	}
	return false
}

// statusPart finds the machine-readable part, under the standard types or under
// the name that programs give it when they send it as something else.
func statusPart(all []*part) *part {
	for _, n := range all {
		switch n.head.word {
		case "message/delivery-status", "message/global-delivery-status", "text/delivery-status", "message/delivery_status":
			return n
		}
	}
	return nil
}

// standardRecipients reads the fields of RFC 3464 where they stand: in their own
// part, or in another one when a program put them there.
func (p *parser) standardRecipients(status *part, all []*part) []tracker.BounceRecipient {
	if status != nil {
		if list := reportRecipients(string(status.text)); len(list) > 0 {
			return list
		}
	}
	for _, n := range all {
		if !isReturned(n) && hasFinalRecipient(n.text) {
			return reportRecipients(string(n.text[:min(len(n.text), maxReportPart)]))
		}
	}
	return nil
}

func hasFinalRecipient(text []byte) bool {
	return bytes.Contains(text, []byte("Final-Recipient:")) || bytes.Contains(text, []byte("Original-Recipient:")) || bytes.Contains(text, []byte("final-recipient:"))
}

// merge completes what the fields say by what the text says about the same
// recipient: a status that is missing, the domain of a local user.
func merge(fields, text []tracker.BounceRecipient) []tracker.BounceRecipient {
	for i := range fields {
		f := &fields[i]
		for _, t := range text {
			if !strings.Contains(f.Address, "@") && strings.HasPrefix(strings.ToLower(t.Address), strings.ToLower(f.Address)+"@") {
				f.Address = t.Address
			}
			if f.Status == "" && f.Action == t.Action && tracker.SameAddress(f.Address, t.Address) {
				f.Status, f.Permanent = t.Status, t.Permanent
			}
		}
	}
	return fields
}

// recipient completes what a report says. Permanent is a failure with a status
// of class 5 or with none of class 4.
func recipient(addr, action, status, diagnostic string) tracker.BounceRecipient {
	r := tracker.BounceRecipient{Address: addr, Action: action, Status: findStatus(status)}
	if r.Status == "" {
		r.Status = findStatus(diagnostic)
	}
	class := byte(0)
	switch {
	case r.Status != "":
		class = r.Status[0]
	case status != "" && isDigit(status[0]):
		class = status[0]
	default:
		class = replyClass(diagnostic)
	}
	r.Permanent = action == "failed" && class != '4'
	return r
}
