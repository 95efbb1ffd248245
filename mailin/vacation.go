package mailin

import (
	"strings"

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
	hinted := absenceWords.in(k.subject) || autoMessage.in(k.subject)
	if !hinted && !k.thread && !k.null && k.suppress == "" && k.precedence == "" && !isAnswer(k.subject) {
		return false
	}
	n := newNotice(p.m.Reply)
	switch {
	case n.asks || n.absence == 0 && n.machine == 0:
		return false
	case n.machine > 0 && n.absence > 0, n.machine > 0 && n.first && n.unknown <= n.known:
		return true
	case !n.early || n.unknown > n.known/3:
		return false
	}
	return n.known > 1 || hinted || n.unknown == 0 && n.until
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
	early   bool // the absence is said in the first sentences
	first   bool // the text begins by saying that a machine wrote it
	until   bool // a date or an end is told
	asks    bool // something is asked for
}

const (
	maxSentences = 40
	minSentence  = 25 // bytes; greetings and names are shorter
	earlyEnough  = 4  // sentences, a greeting and thanks among them
)

func newNotice(text string) notice {
	var n notice
	waiting := 0 // unknown sentences since the last known one
	for i, s := range noticeSentences(text) {
		away, auto := absencePhrases.in(s), autoMessage.in(s)
		switch {
		case asks(s):
			n.asks = true
		case away || auto || absenceCompany.in(s):
			n.known++
			n.unknown, waiting = n.unknown+waiting, 0
		case len(s) >= minSentence && strings.Contains(s, " "):
			waiting++
		}
		if away {
			n.absence++
			n.early = n.early || i < earlyEnough
			n.until = n.until || untilWords.in(s) || strings.ContainsAny(s, "0123456789")
		}
		if auto {
			n.machine++
			n.first = n.first || i < 2 && autoStatement.in(s)
		}
	}
	return n
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

// asks reports a sentence that wants something of the reader other than patience.
func asks(s string) bool {
	if strings.HasPrefix(s, "/") || requestWords.in(s) {
		return true
	}
	if strings.HasSuffix(s, "か。") || strings.HasSuffix(s, "吗。") {
		return true
	}
	return (strings.HasSuffix(s, "?") || strings.HasSuffix(s, "？")) && !strings.Contains(s, "http")
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
	text := folded(cutBytes(p.m.Text, maxAnswerStart))
	return receiptPhrases.in(text) && (signed || autoMessage.in(text)) || signed && readPhrases.in(text)
}
