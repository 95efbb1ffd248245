package mailin

import (
	"strings"

	"envdesk/tracker"
)

// newText is what the sender newly wrote: lines without quotations, signatures
// and the earlier mail below. Answers between quotations stay in their order. A
// forward is content from its first line to the end. Where nothing would remain,
// everything does: better too much than an empty mail.
//
// It is one pass from the top; each line is looked at a bounded number of times,
// so the time grows with the length of the text and no text makes it slow.
//
// Own is how many lines of it, from the first, are the sender's own: none of a
// forwarded mail, and none of a text that is shown whole for want of new words.
func newText(lines []line, forward bool) (reply string, own int) {
	c := cutter{lines: lines, forward: forward, others: -1}
	c.run()
	kept := trimLines(c.kept)
	if reply = joinLines(kept); strings.TrimSpace(reply) == "" {
		return joinLines(lines), 0
	}
	if c.others < 0 {
		return reply, len(kept)
	}
	return reply, len(trimLines(c.kept[:c.others]))
}

// cutter holds the state of the pass.
type cutter struct {
	lines     []line
	forward   bool // the subject says that the mail is a forward
	next      []int
	kept      []line
	signature bool // below a signature mark
	seam      bool // lines were cut out here
	done      bool
	others    int // where in kept a forwarded mail begins, -1 for nowhere
	looks     int // lines looked at, for the test of linearity
}

func (c *cutter) run() {
	c.findNext()
	c.kept = make([]line, 0, len(c.lines))
	for i := 0; i < len(c.lines) && !c.done; {
		i += c.take(i)
	}
}

// findNext computes for each line the next one that is not blank.
func (c *cutter) findNext() {
	c.next = make([]int, len(c.lines)+1)
	at := len(c.lines)
	for i := len(c.lines) - 1; i >= 0; i-- {
		c.next[i] = at
		if !c.blank(i) {
			at = i
		}
	}
}

// take deals with line i and answers how many lines it used.
func (c *cutter) take(i int) int {
	c.looks++
	t := strings.TrimSpace(c.lines[i].text)
	switch {
	case c.lines[i].mark == markOriginal && !c.forward:
		c.stop()
	case c.quoted(i):
		c.signature, c.seam = false, true
	case c.lines[i].mark == markSignature:
		c.seam = true
	case t == "":
		c.keep(i)
	case isMarker(t):
		c.stop()
	case isForwardLine(t), c.forward && (isOriginalLine(t) || c.headerBlock(i)):
		c.keepRest(i)
		return len(c.lines)
	case isOriginalLine(t), c.headerBlock(i):
		c.stop()
	default:
		return c.takeText(i, t)
	}
	return 1
}

// takeText deals with a line that starts nothing of another mail.
func (c *cutter) takeText(i int, t string) int {
	if n, strong := c.attribution(i, t); n > 0 {
		c.signature, c.seam = false, true
		if strong && !c.quotedNext(i+n-1) {
			c.stop()
		}
		return n
	}
	switch {
	case c.signatureMark(i):
		c.signature = true
	case isDisclaimer(t) && len(c.kept) > 0:
		c.signature = true
	case isFooter(t) && c.endsAt(i):
		c.seam = true
	default:
		c.keep(i)
	}
	return 1
}

// endsAt reports whether nothing new can follow line i.
func (c *cutter) endsAt(i int) bool {
	c.looks++
	j := c.next[i]
	if j == len(c.lines) || c.quoted(j) || c.lines[j].mark != markNone {
		return true
	}
	t := strings.TrimSpace(c.lines[j].text)
	if n, _ := c.attribution(j, t); n > 0 {
		return true
	}
	return isRuler(t) || isMarker(t) || isFooter(t) || isDisclaimer(t) || isOriginalLine(t) || isForwardLine(t) || c.signatureMark(j) || c.headerBlock(j)
}

// keep takes a line over. Where something was cut out, one blank line is enough.
func (c *cutter) keep(i int) {
	blank := c.blank(i)
	if n := len(c.kept); c.signature || blank && c.seam && (n == 0 || strings.TrimSpace(c.kept[n-1].text) == "") {
		return
	}
	c.seam = c.seam && blank
	c.kept = append(c.kept, c.lines[i])
}

func (c *cutter) keepRest(i int) {
	c.others = len(c.kept)
	c.kept = append(c.kept, c.lines[i:]...)
	c.done = true
}

// stop ends the new text and drops the ruler that stands above an earlier mail.
func (c *cutter) stop() {
	c.done = true
	for n := len(c.kept); n > 0 && isRuler(c.kept[n-1].text); n-- {
		c.kept = c.kept[:n-1]
	}
}

func isRuler(t string) bool { return strings.Trim(t, " _-–—=*") == "" }

func (c *cutter) blank(i int) bool { return strings.TrimSpace(c.lines[i].text) == "" }

// quoted reports a line of a quotation.
func (c *cutter) quoted(i int) bool {
	return c.lines[i].mark == markQuote || strings.HasPrefix(strings.TrimLeft(c.lines[i].text, " \t"), ">")
}

// quotedNext reports whether a quotation follows line i.
func (c *cutter) quotedNext(i int) bool {
	c.looks++
	j := c.next[i]
	return j < len(c.lines) && c.quoted(j)
}

// markerWords is the marker of the desk's own mails without its dashes: programs
// change dashes.
var markerWords = strings.ToLower(strings.Trim(tracker.ReplyMarker, "— "))

// isMarker recognises the line of the desk's own mails below which nothing is new.
func isMarker(t string) bool {
	if len(t) > 100 || !strings.Contains(t, markerWords[1:]) {
		return false
	}
	before, after, ok := strings.Cut(strings.ToLower(t), markerWords)
	return ok && strings.Trim(before+after, " -–—*_#=|?\u0096\u0097") == ""
}

// signatureMark recognises `-- ` (RFC 3676 §4.3). Without its blank it counts
// only when little follows: two hyphens can also be a ruler in a text.
func (c *cutter) signatureMark(i int) bool {
	t := c.lines[i].text
	if t == "-- " {
		return true
	}
	if strings.TrimSpace(t) != "--" && strings.TrimSpace(t) != "—" {
		return false
	}
	for j, n := c.next[i], 0; j < len(c.lines) && !c.quoted(j); j = c.next[j] {
		c.looks++
		if n++; n > maxSignature {
			return false
		}
	}
	return true
}

const maxSignature = 10

// attribution recognises the lines above a quotation ("On … wrote:"), wrapped over
// three lines at most. A shape alone proves nothing: it needs a verb of writing
// with a date, time or address, or an address with a date or time. Strong ones
// need no quote signs below them.
func (c *cutter) attribution(i int, t string) (lines int, strong bool) {
	if len(t) > maxAttribution || !startsAttribution(t) {
		return 0, false
	}
	joined, part := t, goesOn(t)
	for n := 1; ; n++ {
		if strings.HasSuffix(t, ":") || strings.HasSuffix(t, "：") {
			return judge(joined, n)
		}
		if n == maxAttributionLines || i+n >= len(c.lines) || c.blank(i+n) || c.quoted(i+n) || c.lines[i+n].mark != markNone {
			return 0, false
		}
		c.looks++
		t = strings.TrimSpace(c.lines[i+n].text)
		if !part && starts(t) {
			return 0, false
		}
		if joined += " " + t; len(joined) > maxAttribution {
			return 0, false
		}
	}
}

// starts reports a line with which an attribution starts for certain, so that
// the line above it is text.
func starts(t string) bool {
	if startWord(t) {
		return strings.ContainsAny(t, "0123456789")
	}
	_, strong := judge(t, 1)
	return strong && strings.HasSuffix(t, ":")
}

// goesOn reports a first line that the next one seems to continue.
func goesOn(t string) bool {
	if strings.HasSuffix(t, ",") || strings.HasSuffix(t, ">") || strings.HasSuffix(t, "<") {
		return true
	}
	return startWord(t) && !strings.ContainsAny(t[len(t)-1:], ".!?")
}

func startWord(t string) bool {
	word, _, _ := strings.Cut(t, " ")
	return attributionStarts[strings.ToLower(strings.TrimRight(word, ","))]
}

const (
	maxAttribution      = 400
	maxAttributionLines = 3
)

func judge(s string, n int) (lines int, strong bool) {
	e := evidenceIn(s)
	verb := hasWritingVerb(s)
	if verb && (e.date || e.time || e.address) || e.address && (e.date || e.time) {
		return n, (verb || e.address) && e.date && (e.time || e.address)
	}
	return 0, false
}

// startsAttribution is the cheap test of a first line: a digit or an address in
// it, or a word with which attributions start.
func startsAttribution(t string) bool {
	if strings.ContainsAny(t, "0123456789@") {
		return true
	}
	return startWord(t)
}

// headerBlock recognises the header that Outlook and others write above the
// earlier mail: a From line and, close below, a subject with a date or a
// recipient, in any language of the table, with evidence among them: a form that
// somebody filled in ("From: 10.0.0.1, To: …") is text.
func (c *cutter) headerBlock(i int) bool {
	if labelOf(c.lines[i].text) != labelFrom {
		return false
	}
	var b blockEvidence
	b.add(labelFrom, c.lines[i].text)
	for j := i + 1; j < len(c.lines) && j < i+maxHeaderBlock && b.folds <= maxHeaderFolds; j++ {
		c.looks++
		if !c.blank(j) {
			b.add(labelOf(c.lines[j].text), c.lines[j].text)
		}
		if b.enough() {
			return true
		}
	}
	return false
}

// blockEvidence is what the lines of a possible header block have shown.
type blockEvidence struct {
	seen  [labelSubject + 1]bool
	found bool // a date, time or address
	folds int  // lines without a label
}

func (b *blockEvidence) add(l label, text string) {
	b.seen[l] = true
	if l == labelNone {
		b.folds++
	}
	e := evidenceIn(text[:min(len(text), maxAttribution)])
	b.found = b.found || e.address || e.date || e.time
}

func (b *blockEvidence) enough() bool {
	return b.found && b.seen[labelSubject] && (b.seen[labelDate] || b.seen[labelTo])
}

const (
	maxHeaderBlock = 14
	maxHeaderFolds = 5
)
