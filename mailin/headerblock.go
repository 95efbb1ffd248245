package mailin

import (
	"strings"

	"envdesk/tracker"
)

const (
	maxHeaderBlock = 16
	maxHeaderFolds = 5
)

// headerBlock recognises the header that Outlook and others write above the
// earlier mail: labels of a header in any language of the table, with the sender,
// and the subject with a date or a recipient, and evidence among them: a form that
// somebody filled in ("From: 10.0.0.1, To: …") is text. Programs put From first;
// where another label is first, the lines must follow each other.
func (c *cutter) headerBlock(i int) bool {
	first := labelOf(c.lines[i].text)
	if first == labelNone || first == labelCc || first == labelOther {
		return false
	}
	var b blockEvidence
	b.add(first, c.lines[i].text)
	if first == labelFrom && b.flat(c.lines[i].text) {
		return true
	}
	for j := i + 1; j < len(c.lines) && j < i+maxHeaderBlock && b.folds <= maxHeaderFolds; j++ {
		c.looks++
		if c.notes[j].blank && first != labelFrom || c.hasQuoteSign(j) {
			return false
		}
		if !c.notes[j].blank {
			b.add(labelOf(c.lines[j].text), c.lines[j].text)
		}
		if b.enough() || c.reply && b.stamp && b.sender {
			return true
		}
	}
	return false
}

// blockEvidence is what the lines of a possible header block have shown.
type blockEvidence struct {
	seen   [labelOther + 1]bool
	found  bool // a date, time or address
	stamp  bool // a date label with a date and a time
	sender bool // a sender's address
	folds  int  // lines without a label
}

func (b *blockEvidence) add(l label, text string) {
	b.seen[l] = true
	if l == labelNone {
		b.folds++
		return
	}
	if b.found && l != labelDate && l != labelFrom {
		return
	}
	e := evidenceIn(plainDigits(text[:min(len(text), maxAttribution)]))
	b.found = b.found || e.count() > 0
	b.stamp = b.stamp || l == labelDate && e.date && e.time
	b.sender = b.sender || l == labelFrom && e.address
}

// enough reports a header that nobody writes by hand. A mail without a subject
// needs a full date and an address.
func (b *blockEvidence) enough() bool {
	if !b.seen[labelFrom] || !b.found {
		return false
	}
	if b.seen[labelSubject] {
		return b.seen[labelDate] || b.seen[labelTo]
	}
	return b.stamp && b.sender && b.seen[labelTo]
}

// flat recognises a header whose lines were made one.
func (b blockEvidence) flat(s string) bool {
	if len(s) < 60 || len(s) > 4*maxAttribution {
		return false
	}
	for s != "" {
		var word string
		if word, s, _ = strings.Cut(s, " "); strings.HasSuffix(word, ":") {
			b.seen[labelOf(word)] = true
		}
	}
	return b.enough()
}

// rulerSigns are what programs draw lines with.
const rulerSigns = " \t\u00a0-_=*~#+.<>—–‐‑‒―−─━═•"

// isRuler reports a line without words.
func isRuler(t string) bool {
	c := t[0]
	return (c < '0' || c == '=' || c == '_' || c == '~' || c >= 0x80) && strings.Trim(t, rulerSigns) == "" && strings.Trim(t, ".") != ""
}

// unruled cuts the ruler off at the start of a line; ok reports that it has one
// of two signs at least.
func unruled(t string) (rest string, ok bool) {
	if t == "" {
		return t, false
	}
	switch c := t[0]; {
	case c == '-' || c == '_' || c == '=' || c == '*' || c == '~' || c == '#' || c == '+' || c == '<' || c == '.':
	case c == 0xe2: // the dashes beyond ASCII
	default:
		return t, false
	}
	rest = strings.TrimLeft(t, rulerSigns)
	return rest, len(t)-len(rest) >= 2
}

// isOriginalLine recognises "-----Original Message-----", and the line of Notes
// that names the writer ("-----Asha Rao wrote: -----").
func isOriginalLine(t string) bool {
	if len(t) > 160 {
		return false
	}
	rest, ok := unruled(t)
	if !ok || rest == "" {
		return false
	}
	if originalPhrases.start(rest) {
		return true
	}
	if t[0] != '-' || !strings.HasSuffix(t, "--") {
		return false
	}
	name := strings.TrimRight(rest, "- ")
	return strings.HasSuffix(name, ":") && judge(name) != noProof
}

// isForwardLine recognises the line above a forwarded mail.
func isForwardLine(t string) bool {
	if len(t) > 200 {
		return false
	}
	rest, ok := unruled(t)
	if ok && rest != "" {
		return forwardPhrases.start(rest)
	}
	return len(t) < 120 && (strings.HasSuffix(t, ":") || strings.HasSuffix(t, "：")) && forwardPhrases.start(t)
}

// markerWords is the marker of the desk's own mails without its dashes: programs
// change dashes.
var markerWords = strings.ToLower(strings.Trim(tracker.ReplyMarker, "— "))

// isMarker recognises the line of the mails of a desk, this one or another, below
// which nothing is new. A sentence that begins like one is none: but for signs,
// the line of the desk itself has nothing else in it.
func isMarker(t string) bool {
	if len(t) > 300 {
		return false
	}
	rest, ruled := t, false
	if !letterByte(t[0]) {
		rest, ruled = unruled(strings.TrimLeft(t, "[({?\u0096\u0097 "))
	}
	if rest == "" {
		return false
	}
	if n := startsFold(rest, markerWords); n > 0 && strings.Trim(rest[n:], " -–—*_#=|?])}.:\u0096\u0097") == "" {
		return true
	}
	return markerPhrases.start(rest) && (ruled || strings.HasSuffix(t, "--") || strings.HasSuffix(t, "##") || strings.HasSuffix(t, "==="))
}
