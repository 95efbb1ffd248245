package mailin

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	maxAttribution      = 400
	maxAttributionLines = 5
)

// endsAttribution reports a line that could be the last one of an attribution:
// it ends in a colon, in hyphens behind words (Zoho) or in an address behind a
// date (old Gmail).
func endsAttribution(t string) bool {
	switch t[len(t)-1] {
	case ':':
		return true
	case 'e':
		return strings.HasSuffix(t, " wrote")
	case '-':
		return strings.HasSuffix(t, " ---") || strings.HasSuffix(t, " ----")
	case '>':
		return isDigit(t[0]) && strings.IndexByte(t, '@') > 0
	}
	return t[len(t)-1] >= utf8.RuneSelf && (strings.HasSuffix(t, "：") || strings.HasSuffix(t, "﹕"))
}

// attribution recognises the lines above a quotation ("On … wrote:"), wrapped at
// any place, and answers how many they are. A line that could be the end may go
// on too: a wrapped one can end in an address or a colon.
func (c *cutter) attribution(i int, t string) int {
	n := int(c.notes[i].colon) + 1
	if n > maxAttributionLines || len(t) > maxAttribution {
		return 0
	}
	more := 0
	if n == 1 && c.notes[i+1].colon < maxAttributionLines-1 {
		more = n + int(c.notes[i+1].colon) + 1
	}
	switch {
	case more > 0 && t[len(t)-1] == '>' && c.attributes(i, t, more):
		return more
	case c.attributes(i, t, n):
		return n
	case more > 0 && c.attributes(i, t, more):
		return more
	}
	return 0
}

// attributes reports whether line i and those below it, n in all, are an
// attribution. A shape alone proves nothing: see judge. Without quotation signs
// below, only sure evidence counts.
func (c *cutter) attributes(i int, t string, n int) bool {
	if n > 1 && !c.wraps(i, t, n) {
		return false
	}
	for k := i + 1; k < i+n; k++ {
		c.looks++
		t += " " + stripped(c.lines[k].text)
		if len(t) > maxAttribution {
			return false
		}
	}
	p := judge(t)
	quoted := (p > faint || p == faint && c.reply) && c.signNext(i+n-1)
	return p == sure || p == likely && c.reply || quoted
}

// wraps reports whether an attribution may start in line i and go on to the line
// that ends it, n-1 lines below.
func (c *cutter) wraps(i int, t string, n int) bool {
	next := stripped(c.lines[i+1].text)
	part := strings.HasPrefix(next, "<") || strings.HasPrefix(next, "(")
	if !part && !startsAttribution(t) {
		return false
	}
	part = part || goesOn(t) || len(t) >= minWrapped && c.opensParagraph(i) && !isSentence(t)
	for k := i + 1; k < i+n; k++ {
		c.looks++
		if l := c.lines[k]; l.mark != markNone || c.hasQuoteSign(k) && !c.closesAddress(k) {
			return false
		}
		k := stripped(c.lines[k].text)
		if startsFor(k) || !part && len(k) < maxAttribution && judge(k) == sure {
			return false
		}
	}
	return true
}

// closesAddress reports a line that starts with > because an address in angle
// brackets was wrapped before its end.
func (c *cutter) closesAddress(k int) bool {
	if !strings.HasSuffix(stripped(c.lines[k].text), ":") {
		return false
	}
	above := c.lines[k-1].text
	if k > 1 && strings.IndexByte(above, '<') < 0 {
		above = c.lines[k-2].text
	}
	return strings.LastIndexByte(above, '<') > strings.LastIndexByte(above, '>')
}

// minWrapped is how long a line is at least that a program wraps.
const minWrapped = 24

func (c *cutter) opensParagraph(i int) bool {
	return i == 0 || c.notes[i-1].blank || !c.notes[i-1].keep
}

// openAttribution recognises an attribution that goes on with the earlier mail in
// the same line, as programs make it that drop the line ends of HTML: an address
// in angle brackets, a verb and a colon must follow each other.
func openAttribution(t string) bool {
	end := strings.IndexByte(t[:min(len(t), maxAttribution)], '>')
	if end <= 0 || !startWord(t) && !isDigit(t[0]) {
		return false
	}
	n := strings.IndexByte(t[end:min(len(t), end+40)], ':')
	if n <= 0 {
		return false
	}
	verb, _ := writingVerb(t[end : end+n])
	return verb >= 0 && judge(t[:end+n+1]) == sure
}

// startsAttribution is the test of a first line whose attribution goes on below:
// a date, time or address, or a word with which attributions start.
func startsAttribution(t string) bool {
	if startWord(t) {
		return true
	}
	e := evidenceIn(plainDigits(t))
	return e.count() > 0
}

func startWord(t string) bool {
	if strings.HasPrefix(t, "--") {
		t = strings.TrimLeft(t, "- ")
	}
	word, _, _ := strings.Cut(t[:min(len(t), 40)], " ")
	return attributionStarts[strings.ToLower(strings.TrimRight(word, ","))]
}

// startsFor reports a line with which an attribution starts for certain, so that
// the line above it is text.
func startsFor(t string) bool {
	r, n := utf8.DecodeRuneInString(t)
	next, _ := utf8.DecodeRuneInString(t[n:]) // "AM" goes on
	return unicode.IsUpper(r) && !unicode.IsUpper(next) && startWord(t) && strings.ContainsAny(t, "0123456789")
}

// goesOn reports a first line that the next one seems to continue.
func goesOn(t string) bool {
	switch t[len(t)-1] {
	case ',', '>', '<', '(':
		return true
	case '.', '!', '?', ':', ';':
		return false
	}
	return startWord(t)
}

// proof is how certain a line is the attribution of a quotation.
type proof uint8

const (
	noProof proof = iota
	faint         // counts where quotation signs follow in a mail that answers another
	weak          // counts where quotation signs follow
	likely        // counts in a mail that answers another
	sure          // counts without either
)

// judge weighs what an attribution says: a verb of writing with a date, time or
// address; or all three of them without a verb, as several programs write. Words
// of prose make it a sentence of a person, for which signs must speak too.
func judge(s string) proof {
	s = plainDigits(s)
	e := evidenceIn(s)
	from, to := writingVerb(s)
	switch {
	case from < 0:
		return judgeVerbless(s, e)
	case isSentence(s):
		return weakWith(e)
	case e.count() >= 2:
		return sure
	case e.date && startWord(s):
		return likely
	case e.count() == 1, atEnd(s[to:]) && len(s) < 80:
		return weak
	}
	return noProof
}

func judgeVerbless(s string, e evidence) proof {
	switch {
	case isSentence(s):
		return noProof
	case e.count() == 3, e.address && e.date && isDigit(s[0]):
		return likely
	case e.address && (e.date || e.time):
		return weak
	case quotingWords.start(s) && len(s) < 120:
		return weak
	case len(s) < maxNameLine && (e.date && e.time || saysAtEnd(s)):
		return faint
	}
	return noProof
}

// weakWith is what a sentence proves: little, and nothing without evidence.
func weakWith(e evidence) proof {
	if e.count() == 0 {
		return noProof
	}
	return weak
}

// maxNameLine is how long an attribution of nothing but a name and a date is.
const maxNameLine = 80

// saysAtEnd recognises "Asha Rao said:": few words that end in a verb of saying.
func saysAtEnd(s string) bool {
	s = strings.TrimRight(s, " :：﹕\u00a0\u202f")
	return strings.Count(s, " ") < 6 && sayingEnds.endOf(s)
}

func atEnd(s string) bool { return strings.Trim(s, " :：-﹕,\u00a0\u202f") == "" }

// isSentence looks for small words that stand in sentences and in no attribution.
func isSentence(s string) bool {
	for first := true; s != ""; first = false {
		var word string
		word, s, _ = strings.Cut(s, " ")
		if first {
			word = strings.ToLower(word)
		}
		if len(word) < 12 && proseWords[word] {
			return true
		}
	}
	return false
}

// signNext reports whether a quotation follows line i, and learns its sign when
// it is none of the usual ones: "| ", ": " or initials ("AR> ").
func (c *cutter) signNext(i int) bool {
	if c.quotedNext(i) {
		return true
	}
	j := c.nextText(i)
	if j == len(c.lines) || c.sign != "" {
		return false
	}
	c.sign = unusualSign(strings.TrimLeft(c.lines[j].text, " \t"))
	return c.sign != ""
}

func unusualSign(t string) string {
	for _, sign := range []string{"| ", ": ", "} ", "% "} {
		if strings.HasPrefix(t, sign) {
			return sign[:1]
		}
	}
	n := 0
	for n < len(t) && n < 5 && letterByte(t[n]) {
		n++
	}
	if n > 0 && strings.HasPrefix(t[n:], ">") {
		return t[:n+1]
	}
	return ""
}

// isGroupWise recognises the line that GroupWise puts above an earlier mail:
// ">>> Asha Rao <asha@egov.test> 03/10/26 9:41 AM >>>".
func isGroupWise(t string) bool {
	if len(t) < 10 || len(t) > maxAttribution || !strings.HasPrefix(t, ">>> ") || !strings.HasSuffix(t, ">>>") {
		return false
	}
	e := evidenceIn(t)
	return e.date || e.time
}
