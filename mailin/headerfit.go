package mailin

import (
	"bytes"
	"slices"
	"strings"
)

// aheadLines is how many lines below an odd one are asked whether the header
// goes on.
const aheadLines = 12

// goesOn reports whether the header goes on below the line that was just read:
// the next line is a field, or a field that mail has stands before the blank line.
func (r *headerReader) goesOn() bool {
	next, _ := r.in.Peek(min(2048, r.in.Size()))
	for i := 0; i < aheadLines && len(next) > 0; i++ {
		var line []byte
		line, next, _ = bytes.Cut(next, []byte("\n"))
		line = bytes.TrimRight(line, " \t\r")
		switch {
		case len(line) == 0 || r.fence != nil && r.fence(line):
			return false
		case isField(line) && (i == 0 || knownField(fieldName(line))):
			return true
		}
	}
	return false
}

func fieldName(line []byte) string {
	name, _, _ := bytes.Cut(line, []byte(":"))
	return string(bytes.TrimRight(name, " \t"))
}

// completes reports whether the line is what the field above it still lacks: a
// subject's end, an address or an id.
func (r *headerReader) completes(line []byte) bool {
	field, value := r.above()
	switch strings.ToLower(field) {
	case "subject":
		return true
	case "to", "cc", "bcc", "reply-to":
		return bytes.IndexByte(line, '@') > 0
	case "from", "sender":
		return bytes.IndexByte(line, '@') > 0 && bytes.IndexByte(value, '@') < 0
	case "references", "in-reply-to", "message-id":
		return line[0] == '<'
	}
	return false
}

func (r *headerReader) above() (name string, value []byte) {
	if len(r.starts) == 0 {
		return "", nil
	}
	f := r.block[r.starts[len(r.starts)-1]:]
	_, value, _ = bytes.Cut(f, []byte(":"))
	return fieldName(f), value
}

func (r *headerReader) inContentField() bool {
	name, _ := r.above()
	return hasFold(name, "content-")
}

// isParameter recognises `name=value` (RFC 2045 §5.1).
func isParameter(line []byte) bool {
	eq := bytes.IndexByte(line, '=')
	return eq > 0 && !bytes.ContainsAny(line[:eq], " \t.,:<>@\"")
}

func hasFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

var knownFields = []string{
	"From", "To", "Subject", "Date", "Message-ID", "Received", "Return-Path", "MIME-Version", "Reply-To", "Cc", "Bcc", "Sender", "Delivered-To",
	"In-Reply-To", "References", "User-Agent", "Auto-Submitted", "Precedence", "Importance", "Priority", "Sensitivity", "Organization",
	"Errors-To", "Status", "Envelope-To", "Thread-Topic", "Thread-Index", "Lines", "Comments", "Keywords", "Apparently-To", "Disposition-Notification-To",
}

var knownPrefixes = []string{"X-", "Content-", "List-", "Resent-", "DKIM-", "ARC-", "Authentication-", "Received-", "Original-", "Feedback-"}

// knownField tells the fields of mail from words with a colon that start a text.
func knownField(name string) bool {
	for _, known := range knownFields {
		if sameName(name, known) {
			return true
		}
	}
	for _, prefix := range knownPrefixes {
		if hasFold(name, prefix) {
			return true
		}
	}
	return false
}

// matters reports the fields that a mail cannot be understood without, and the
// marks of machines. Those that give rights are not among them: a cut header has
// none to give.
func matters(name string) bool {
	switch strings.ToLower(name) {
	case "from", "subject", "to", "cc", "date", "message-id", "reply-to", "mime-version":
		return true
	}
	return hasFold(name, "Content-") || isMark(name)
}

func isMark(name string) bool {
	if len(name) >= maxMarkName {
		return false
	}
	return slices.ContainsFunc(markFields[len(name)], func(m markField) bool { return sameName(m.name, name) })
}

// ofMail reports whether a field of mail is among the fields.
func (h header) ofMail() bool {
	for _, f := range h.fields {
		if knownField(f.name) {
			return true
		}
	}
	return false
}

// whole reads the header of a mail. A blank line inside it does not end it where
// the fields that MIME needs follow; text with a colon in it is no header.
func (r *headerReader) whole() header {
	h := r.read()
	switch {
	case !h.ofMail():
		return r.asText()
	case !h.has("Content-Type") && len(r.pushed) == 0 && contentFieldAhead(r.in):
		r.problems.note(problemSplitHeader, "a blank line stands inside a header")
		more := headerReader{in: r.in, limits: r.limits, problems: r.problems}
		for _, f := range more.read().fields {
			if hasFold(f.name, "Content-") {
				h.add(f)
			}
		}
		r.raw, r.pushed = nil, more.pushed
	}
	return h
}

// asText gives a block that is no mail header back to the text below it.
func (r *headerReader) asText() header {
	if len(r.block) > 0 {
		r.problems.note(problemNoHeader, "the mail has no header")
		r.pushed = append(append(r.block, '\n'), r.pushed...)
	}
	r.block, r.starts, r.raw = nil, nil, nil
	return header{}
}
