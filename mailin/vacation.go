package mailin

import (
	"strings"
	"unicode/utf8"

	"envdesk/tracker"
)

// maxVacation is how long the new text of a vacation notice can be.
const maxVacation = 3000

// isVacation recognises a notice of absence that no field marks. A person tells
// of an absence too, so the whole text must be about it: an absence said at the
// start, and besides it only dates, stand-ins, thanks and a signature, with
// nothing asked for. A mail that answers nothing needs a telling subject.
func (p *parser) isVacation(k *clues) bool {
	if len(p.m.Reply) > maxVacation || hasFiles(p.m.Attachments) {
		return false
	}
	if answersMachine(k.subject) {
		return false
	}
	titled := awayTitle(k.subject)
	hinted := titled || absenceWords.in(k.subject) || autoMessage.in(k.subject)
	if !hinted && !k.thread && !k.null && k.suppress == "" && k.precedence == "" && !isAnswer(k.subject) {
		return false
	}
	n := newNotice(p.m.Reply)
	if n.asks {
		return false
	}
	return titled && n.suits() || n.tells(hinted)
}

// suits reports a text that fits below the title of a notice: it is about what
// goes with an absence, or a date and no more.
func (n notice) suits() bool {
	if n.known == 0 {
		return n.unknown == 0 && (n.until || n.empty)
	}
	return n.unknown <= n.known
}

// fits reports a text that can stand below a title that people use as well.
func (n notice) fits() bool {
	return !n.asks && n.unknown <= n.known && (n.known > 0 || n.waiting == 0)
}

// tells reports a text that is a notice by itself. Hinted is one whose subject
// speaks of an absence.
func (n notice) tells(hinted bool) bool {
	switch {
	case n.absence == 0 && n.machine == 0:
		return false
	case n.machine > 0 && (n.absence > 0 || n.first && n.unknown <= n.known):
		return true
	case !n.early || n.unknown > n.known/3:
		return false
	}
	if hinted {
		return true
	}
	return n.known >= 2*n.after && (n.known > 1 || n.unknown == 0 && n.until)
}

// awayTitle reports a folded subject that is the title of a notice as people word
// them: alone, before or behind the subject of the mail that is answered, or a
// sentence that names who is away.
func awayTitle(subject string) bool {
	s := strings.TrimRight(subject, " .!。")
	if open := strings.LastIndexAny(s, "([（【"); open > 0 && strings.HasSuffix(s, closing(s[open:])) {
		_, n := utf8.DecodeRuneInString(s[open:])
		if startsTitle(awayTitles, s[open+n:]) {
			return true
		}
	}
	if isAnswer(s) {
		return false
	}
	s = trimTags(s)
	if own, _, ok := strings.Cut(s, " re: "); ok && absenceWords.in(own) {
		return true
	}
	if i := awayStatements.index(s); i > 0 && startsTitle(awayStatements, s[i:]) {
		return true
	}
	return startsTitle(awayTitles, s)
}

// closing is the bracket that closes the one s starts with.
func closing(s string) string {
	for _, pair := range []string{"()", "[]", "（）", "【】"} {
		if open, end := pair[:len(pair)/2], pair[len(pair)/2:]; strings.HasPrefix(s, open) {
			return end
		}
	}
	return ""
}

// startsTitle reports a phrase at the start of s that ends it or is set off from
// what follows.
func startsTitle(v *vocabulary, s string) bool {
	n := v.prefix(s)
	if n == 0 {
		return false
	}
	rest := strings.TrimLeft(s[n:], " ")
	return rest == "" || titleEnds.starts(rest) || isAnswer(rest)
}

// answersMachine reports a folded subject with which a person answers a vacation
// notice.
func answersMachine(subject string) bool {
	if !isAnswer(subject) {
		return false
	}
	_, rest, _ := strings.Cut(strings.ReplaceAll(subject, "：", ":"), ":")
	return titledReply(strings.TrimLeft(rest, " "))
}

// hasFiles reports attachments that are no pictures of a signature.
func hasFiles(list []tracker.Attachment) bool {
	for _, a := range list {
		if !a.Inline && !strings.HasPrefix(a.Type, "image/") {
			return true
		}
	}
	return false
}

// notice counts what the sentences of a text are about.
type notice struct {
	absence int  // sentences that say that somebody is away
	machine int  // sentences that say that a machine answers
	known   int  // these and sentences about what goes with an absence
	unknown int  // other sentences between the known ones
	waiting int  // other sentences behind the last known one
	after   int  // whole sentences there, however short, that speak of no mail
	early   bool // the absence is said in the first sentences
	first   bool // the text begins by saying that a machine wrote it
	until   bool // a date or an end is told
	asks    bool // something is asked for, or done
	empty   bool // there is no text
}

const (
	maxSentences = 40
	minSentence  = 25 // bytes; greetings and names are shorter
	earlyEnough  = 4  // sentences, a greeting and thanks among them
)

func newNotice(text string) notice {
	n := notice{empty: text == "", asks: hasCommand(text)}
	for i, s := range noticeSentences(text) {
		thing := thingWords.in(s)
		away := !thing && absencePhrases.in(s) && !pastWords.in(s)
		unread := deadMailbox.in(s) && unreadWords.in(s)
		auto := unread || autoMessage.in(s)
		switch {
		case asks(s):
			n.asks = true
		case away || auto || !thing && absenceCompany.in(s):
			n.known++
			n.unknown, n.waiting, n.after = n.unknown+n.waiting, 0, 0
		case len(s) >= minSentence && strings.Contains(s, " "):
			n.waiting++
			n.after += add(ended(s) && (thing || !mailWords.in(s)))
		case n.known > 0 && ended(s) && !politeWords.starts(s):
			n.after++
		}
		if away {
			n.absence++
			n.early = n.early || i < earlyEnough
		}
		if away || len(s) < minSentence {
			n.until = n.until || untilWords.in(s) || strings.ContainsAny(s, "0123456789")
		}
		if auto {
			n.machine++
			n.first = n.first || unread && i < earlyEnough || i < 2 && autoStatement.in(s)
		}
	}
	return n
}

// ended reports a whole sentence; the lines of a signature are none.
func ended(s string) bool {
	return strings.HasSuffix(s, ".") || strings.HasSuffix(s, "。") || strings.HasSuffix(s, "।")
}

// hasCommand reports a line that is a command to the desk.
func hasCommand(text string) bool {
	for text != "" {
		var l string
		l, text, _ = strings.Cut(text, "\n")
		if isCommand(folded(cutBytes(l, 40))) {
			return true
		}
	}
	return false
}

// isCommand reports a folded line such as "/done", "#done" or "status: done".
func isCommand(s string) bool {
	if s == "" {
		return false
	}
	switch s[0] {
	case '/':
		return true
	case '#', '!':
		return commandVerbs.starts(s[1:])
	}
	key, value, ok := strings.Cut(s, ":")
	return ok && value != "" && commandKeys[strings.TrimSpace(key)]
}

// noticeSentences cuts a text into folded sentences: at full stops, at blank lines and
// after short lines, which are greetings and signatures.
func noticeSentences(text string) []string {
	var out []string
	var open strings.Builder
	flush := func() {
		if s := folded(open.String()); s != "" {
			out = append(out, s)
		}
		open.Reset()
	}
	for text != "" && len(out) < maxSentences {
		var l string
		l, text, _ = strings.Cut(text, "\n")
		for rest := l; rest != ""; {
			var ended bool
			var part string
			part, rest, ended = cutSentence(rest)
			open.WriteString(part)
			if ended {
				flush()
			}
		}
		open.WriteByte(' ')
		if len(l) < 40 {
			flush()
		}
	}
	flush()
	return out
}

// cutSentence cuts behind the first sign that ends a sentence. A stop counts
// before a blank or the line's end and behind a letter: not in "1. Dezember".
func cutSentence(s string) (sentence, rest string, ended bool) {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '!' || c == '?':
		case c == '.' && i > 0 && !isDigit(s[i-1]) && (i+1 == len(s) || s[i+1] == ' '):
		case strings.HasPrefix(s[i:], "。"), strings.HasPrefix(s[i:], "！"), strings.HasPrefix(s[i:], "？"), strings.HasPrefix(s[i:], "।"):
			return s[:i+3], s[i+3:], true
		default:
			continue
		}
		return s[:i+1], s[i+1:], true
	}
	return s, "", false
}

// asks reports a sentence that wants something of the reader other than patience,
// or tells of work.
func asks(s string) bool {
	if isCommand(s) || newsWords.in(s) || shortAnswers.starts(s) || requestWords.in(s) && !bookWords.in(s) {
		return true
	}
	if strings.HasSuffix(s, "か。") || strings.HasSuffix(s, "吗。") {
		return true
	}
	urgent := len(s) < minSentence && absenceCompany.in(s) // "Urgent? Call Rita."
	return (strings.HasSuffix(s, "?") || strings.HasSuffix(s, "？")) && !urgent && !strings.Contains(s, "http")
}

// isReceipt recognises another desk's word that a mail has arrived. The words
// alone could be a person's: the sender must look like a machine as well.
func (p *parser) isReceipt(k *clues) bool {
	signed := k.submitted != "" && k.submitted != "no" || k.suppress == "all" || k.null || k.precedence == "bulk" || isMachineAddress(p.m.From.Address)
	if !signed && !k.thread && !isAnswer(k.subject) && !strings.ContainsAny(p.m.Subject, "#[") {
		return false
	}
	if k.bulk && k.submitted == "" {
		return false
	}
	text := folded(cutBytes(p.m.Reply, maxAnswerStart))
	return receiptPhrases.in(text) && (signed || autoMessage.in(text)) || signed && readPhrases.in(text)
}
