package mailin

import "strings"

// Commands are read from the sender's own lines only, and those end at the first
// line that may be another's: where the form of an earlier mail is too faint to
// cut it off, its lines stay shown and command nothing.

// doubt ends the sender's own lines above line i.
func (c *cutter) doubt(i int) { c.others = min(c.others, i) }

// ownLines counts the lines kept above those that may be another's, without blank
// ones at their end.
func (c *cutter) ownLines(from int) int {
	own, n := 0, 0
	for i := from; i < c.others; i++ {
		n += add(c.notes[i].keep)
		if c.notes[i].keep && !c.notes[i].blank {
			own = n
		}
	}
	return own
}

// doubts looks for what may be another's in line i, which is text for all that is
// known.
func (c *cutter) doubts(i int, t string) {
	switch {
	case c.others <= i:
	case c.lines[i].stray,
		c.wrapped && mayCommand(t),
		c.forward && isLabelled(t) && headsMail(labelOf(t)),
		c.reply && (c.faintHeader(i, t) || isTitledRuler(t)),
		(c.reply || c.forward) && c.notes[i].colon == 0 && namesWriter(clip(t)):
		c.doubt(i)
	}
}

// isOrphan recognises the end of a quoted line that a program broke without
// setting the sign again: it starts in lower case right below a line that is as
// long as lines get, and the quotation goes on right below it.
func (c *cutter) isOrphan(i int, t string) bool {
	if i == 0 || i+1 >= len(c.lines) || len(t) > 40 || t[0] < 'a' || t[0] > 'z' || !c.hasQuoteSign(i-1) || !c.hasQuoteSign(i+1) || c.notes[i-1].keep {
		return false
	}
	above := c.lines[i-1].text
	word, _, _ := strings.Cut(t, " ")
	return len(above) >= 60 && len(above)+1+len(word) > 72 && !strings.ContainsAny(above[len(above)-1:], ".?!:;") && strings.Trim(c.lines[i+1].text, "> ") != ""
}

// mayCommand reports a line with a sign of the desk's commands in it. Right below
// a quotation such a line may be the end of a quoted one that a program broke
// without setting the sign again.
func mayCommand(t string) bool { return strings.ContainsAny(clip(t), "/#!:") }

func headsMail(l label) bool { return l != labelNone && l != labelOther }

// isTitledRuler reports words between hyphens, as stand above earlier mails in
// any language; one word set apart with blanks is a title of anything.
func isTitledRuler(t string) bool {
	if len(t) > 160 || !strings.HasPrefix(t, "---") || !strings.HasSuffix(t, "---") {
		return false
	}
	words := strings.Trim(t, "-")
	return words != "" && (words[0] != ' ' || strings.Contains(strings.TrimSpace(words), " "))
}

// namesWriter reports the end of an attribution that was too weak to cut at. The
// words of a sentence in it prove little: they may be the writer's name.
func namesWriter(t string) bool {
	e := evidenceIn(plainDigits(t))
	if !isSentence(t) {
		return judge(t) > faint || saysAtEnd(t) || e.address && strings.IndexByte(t, '<') > 0
	}
	from, to := writingVerb(t)
	return e.count() >= 2 && (strings.HasSuffix(t, ">:") || from >= 0 && (startWord(t) || atEnd(t[to:])))
}

// maxFaintHeader is how many lines are looked at for a header in unknown words.
const maxFaintHeader = 6

// faintHeader recognises the header of an earlier mail in words that the tables
// lack, or with few lines: labels follow each other, and behind them stands an
// address in angle brackets, or the first is known as that of a sender, or the
// second line alone has a date and a time. A header starts with no word of a form
// of the desk.
func (c *cutter) faintHeader(i int, t string) bool {
	if next := c.nextText(i); !isLabelled(t) || next == len(c.lines) || !isLabelled(stripped(c.lines[next].text)) || deskKeys.start(t) {
		return false
	}
	var dated [maxFaintHeader]bool
	address := false
	n := 0
	for j := i; j < len(c.lines) && n < maxFaintHeader; j, n = c.nextText(j), n+1 {
		c.looks++
		l := stripped(c.lines[j].text)
		if !isLabelled(l) {
			break
		}
		e := evidenceIn(plainDigits(clip(l)))
		dated[n] = e.date || e.time
		address = address || e.address && strings.IndexByte(l, '<') > 0
		if n == 1 && !(e.date && e.time) {
			dated[0] = true
		}
	}
	return n >= 2 && (address || labelOf(t) == labelFrom) || n >= 3 && !dated[0] && !dated[2]
}

// maxDoubtLabel bounds the words before the colon of a faint header, in bytes.
const maxDoubtLabel = 60

// isLabelled reports a line that starts with a few words and a colon.
func isLabelled(t string) bool {
	if !letterByte(t[0]) {
		t = strings.TrimLeft(t, " \t*_|")
	}
	head := t[:min(len(t), maxDoubtLabel)]
	n := strings.IndexByte(head, ':')
	if wide := strings.Index(head, "："); wide > 0 && (n < 0 || wide < n) {
		return true
	}
	if n <= 0 || isDigit(head[n-1]) || strings.Count(head[:n], " ") > 3 {
		return false
	}
	return n+1 == len(t) || strings.IndexByte(" \t*_\xc2", t[n+1]) >= 0
}
