package mailin

import (
	"strings"
)

// newText is what the sender newly wrote of text, whose lines these are: without
// quotations, signatures and the earlier mail below. Answers between quotations
// stay in their order. A forward is content from its first line to the end. Where
// nothing would remain, everything does: better too much than an empty mail.
//
// It is one pass from the top; each line is looked at a bounded number of times,
// so the time grows with the length of the text and no text makes it slow.
//
// Own is how many lines of it, from the first, are the sender's own: none of a
// forwarded mail, none below what may be another's (doubt.go), and none of a text
// that is shown whole for want of new words.
func newText(text string, lines []line, t thread) (reply string, own int) {
	c := cutter{thread: t, lines: lines}
	c.run()
	return c.result(text)
}

// thread is what the header of a mail tells about the mails before it.
type thread struct {
	forward bool // the subject says that the mail is a forward
	reply   bool // the subject or a reference says that the mail answers another
}

// threadOf reads the thread from the fields of a mail.
func (p *parser) threadOf() thread {
	t := thread{forward: forwardSubject(p.m.Subject)}
	t.reply = !t.forward && (len(p.m.InReplyTo) > 0 || len(p.m.References) > 0 || replySubject(p.m.Subject))
	return t
}

// cutter holds the state of the pass.
type cutter struct {
	thread
	lines     []line
	notes     []note
	last      int    // the last line kept, -1 for none
	quoting   bool   // quotations of an earlier mail were seen
	sign      string // the quotation sign of this mail when it is not ">"
	signature bool   // below a signature mark
	footer    bool   // the line above was the footer of a program
	seam      bool   // lines were cut out here
	gap       bool   // the line kept last is blank, or there is none
	wrapped   bool   // the paragraph stands right below a quotation
	trimmed   int    // where the tail was trimmed last
	done      bool
	others    int // where the sender's own lines end, len(lines) for nowhere
	looks     int // lines looked at, for the test of linearity
}

// note is what the pass knows about a line.
type note struct {
	next  int32 // the next line that is not blank
	colon uint8 // how many lines below is one that could end an attribution
	blank bool
	keep  bool
}

func (c *cutter) run() {
	c.survey()
	c.last, c.others, c.trimmed, c.gap = -1, len(c.lines), -1, true
	for i := 0; i < len(c.lines) && !c.done; {
		i += c.take(i)
	}
	if !c.done {
		c.trimTail()
	}
}

// survey notes for each line where the next text is and where the next line is
// that could end an attribution.
func (c *cutter) survey() {
	c.notes = make([]note, len(c.lines)+1)
	c.notes[len(c.lines)].colon = far
	at, colon := int32(len(c.lines)), uint8(far)
	for i := len(c.lines) - 1; i >= 0; i-- {
		n := &c.notes[i]
		n.next = at
		t := stripped(c.lines[i].text)
		switch {
		case t == "":
			n.blank = true
			colon = far
		case endsAttribution(t):
			colon = 0
		case colon < far:
			colon++
		}
		n.colon = colon
		if !n.blank {
			at = int32(i)
		}
	}
}

const far = 100

// take deals with line i and answers how many lines it used.
func (c *cutter) take(i int) int {
	c.looks++
	if c.notes[i].blank {
		c.wrapped = false
		c.keep(i)
		return 1
	}
	l := c.lines[i]
	t := stripped(l.text)
	switch {
	case l.mark == markNone && c.plainStart(l.text):
		if c.headerBlock(i) {
			return c.earlier(i, 0)
		}
		return c.takeText(i, t)
	case l.mark == markOriginal:
		return c.earlier(i, 0)
	case l.mark == markSignature:
		c.seam = true
	case isGroupWise(t):
		return c.earlier(i, 1)
	case c.hasQuoteSign(i):
		return c.takeQuoted(i)
	case isMarker(t):
		c.stop()
	case isForwardLine(t):
		return c.keepRest(i)
	case isOriginalLine(t):
		return c.earlier(i, 1)
	case c.headerBlock(i), l.text[0] == ' ' && c.notesColumns(i):
		return c.earlier(i, 0)
	default:
		return c.takeText(i, t)
	}
	return 1
}

// plainStart reports a line as most are: it starts with a letter, so with no sign
// and no ruler of a mail program, and is no marker and no line of a forward.
func (c *cutter) plainStart(l string) bool {
	return letterByte(l[0]) && c.sign == "" && !isMarker(l) && !isForwardLine(l)
}

// earlier deals with the start of an earlier mail at line i. It ends the new
// text, unless nothing was new yet and the earlier mail is quoted with signs:
// then the answer stands below. Skip is how many lines its header has before the
// header block.
func (c *cutter) earlier(i, skip int) int {
	if c.forward {
		return c.keepRest(i)
	}
	if c.last >= 0 {
		c.stop()
		return 1
	}
	n := skip
	for ; n < maxHeaderBlock && i+n < len(c.lines) && !c.notes[i+n].blank && !c.hasQuoteSign(i+n); n++ {
		c.looks++
		if n > 0 && labelOf(c.lines[i+n].text) == labelNone && n > skip {
			break
		}
	}
	if n == 0 || !c.quotedNext(i+n-1) {
		c.stop()
		return 1
	}
	c.quoting = true
	c.doubt(i) // what stands below the signs may be the earlier mail's too
	return n
}

// takeQuoted deals with a line that has a quotation sign. In a mail that answers
// none, a sign alone proves nothing: a single line may be a shell prompt.
func (c *cutter) takeQuoted(i int) int {
	c.wrapped = c.lines[i].mark == markNone
	if !c.quoting && c.startsForward(i) {
		return c.keepRest(i)
	}
	if !c.quoting && !c.surelyQuoted(i) {
		c.keep(i)
		return 1
	}
	if strings.HasPrefix(c.lines[i].text, ">>>>> ") {
		c.signNext(i) // Supercite names the writer so
	}
	c.quoting, c.signature, c.seam = true, false, true
	return 1
}

// startsForward reports a line with a quotation sign at which a forwarded mail
// starts: some programs set signs before that too.
func (c *cutter) startsForward(i int) bool {
	t := strings.TrimLeft(stripped(c.lines[i].text), "> ")
	return t != "" && (isForwardLine(t) || c.forward && (isOriginalLine(t) || labelOf(t) == labelFrom))
}

// surelyQuoted looks for evidence beside the sign: the mail is a reply, nothing
// was written above, or the quotation has several lines. A quotation in HTML that
// no program marked as one of a mail is a person's, whatever its length.
func (c *cutter) surelyQuoted(i int) bool {
	if c.reply || c.last < 0 || c.lines[i].mark == markQuote {
		return true
	}
	n := 1
	for ; n < 3 && i+n < len(c.lines) && c.hasQuoteSign(i+n); n++ {
		c.looks++
	}
	if c.lines[i].mark == markIndent {
		return false
	}
	return n == 3 || n == 2 && c.nextText(i+1) == len(c.lines)
}

// hasQuoteSign reports a line that looks like one of a quotation.
func (c *cutter) hasQuoteSign(i int) bool {
	if m := c.lines[i].mark; m == markQuote || m == markIndent {
		return true
	}
	t := c.lines[i].text
	for t != "" && (t[0] == ' ' || t[0] == '\t') {
		t = t[1:]
	}
	switch {
	case t == "":
		return false
	case t[0] == '>':
		return true
	}
	return t[0] >= 0x80 && strings.HasPrefix(t, "＞") || c.sign != "" && strings.HasPrefix(t, c.sign)
}

// quotedNext reports whether a quotation follows line i.
func (c *cutter) quotedNext(i int) bool {
	c.looks++
	j := c.nextText(i)
	return j < len(c.lines) && c.hasQuoteSign(j)
}

func (c *cutter) nextText(i int) int { return int(c.notes[i].next) }

// takeText deals with a line that starts nothing of another mail.
func (c *cutter) takeText(i int, t string) int {
	if n := c.attribution(i, t); n > 0 {
		return c.cutAttribution(i, n)
	}
	if openAttribution(t) {
		return c.earlier(i, 1)
	}
	c.doubts(i, t)
	footer := c.footer
	c.footer = false
	switch {
	case c.last < 0 && c.isBanner(i, t):
		return c.cutBanner(i, t)
	case c.signatureMark(i, t) || c.isDisclaimer(i, t):
		c.trimTail()
		c.signature = true
	case c.isMachineFooter(i, t):
		c.trimLinks()
		c.trimTail()
		c.signature = true
	case isFooter(t) && (c.endsAt(i) || isDeviceLine(t)), footer && isLink(t):
		c.seam, c.footer = true, true
	case c.isOrphan(i, t):
		c.seam = true
	default:
		c.keep(i)
	}
	return 1
}

// cutAttribution drops the n lines of an attribution at line i, and all below
// them where no quotation signs say how far the earlier mail goes.
func (c *cutter) cutAttribution(i, n int) int {
	if c.forward {
		return c.keepRest(i)
	}
	c.seam = true
	c.trimTail()
	c.trimLabels()
	c.signature, c.quoting = false, true
	if !c.quotedNext(i + n - 1) {
		c.stop()
	}
	return n
}

// keep takes a line over. Where something was cut out, one blank line is enough.
func (c *cutter) keep(i int) {
	blank := c.notes[i].blank
	if c.signature || blank && c.seam && c.gap {
		return
	}
	c.seam, c.gap = c.seam && blank, blank
	c.notes[i].keep = true
	if !blank {
		c.last = i
	}
}

// keepRest keeps all from line i on: a forwarded mail is content.
func (c *cutter) keepRest(i int) int {
	c.doubt(i)
	c.done = true
	for j := i; j < len(c.lines); j++ {
		c.notes[j].keep = true
		if !c.notes[j].blank {
			c.last = j
		}
	}
	return len(c.lines) - i
}

// stop ends the new text.
func (c *cutter) stop() {
	c.done = true
	c.trimTail()
}

// drop takes the last line kept out again.
func (c *cutter) drop() {
	c.notes[c.last].keep = false
	c.seam, c.gap = true, true
	for c.last--; c.last >= 0 && (c.notes[c.last].blank || !c.notes[c.last].keep); c.last-- {
		c.looks++
	}
}

// result joins the lines kept, without the blank ones at both ends. Most replies
// are a piece of the text as it is and need no copy.
func (c *cutter) result(text string) (reply string, own int) {
	from := c.firstKept()
	if from == len(c.lines) {
		return text, 0
	}
	kept, size, gaps := 0, 0, false
	for i := from; i <= c.last; i++ {
		if !c.notes[i].keep {
			gaps = true
			continue
		}
		kept++
		size += len(c.lines[i].text) + 1
	}
	if gaps {
		reply = c.join(from, size)
	} else {
		start := sizeOf(c.lines[:from])
		reply = text[start : start+size-1]
	}
	if c.others == len(c.lines) {
		return reply, kept
	}
	return reply, c.ownLines(from)
}

func (c *cutter) firstKept() int {
	i := 0
	for i < len(c.lines) && (c.notes[i].blank || !c.notes[i].keep) {
		i++
	}
	return i
}

func sizeOf(lines []line) int {
	n := 0
	for _, l := range lines {
		n += len(l.text) + 1
	}
	return n
}

func (c *cutter) join(from, size int) string {
	var b strings.Builder
	b.Grow(size)
	for i := from; i <= c.last; i++ {
		if c.notes[i].keep {
			b.WriteString(c.lines[i].text)
			if i < c.last {
				b.WriteByte('\n')
			}
		}
	}
	return b.String()
}
