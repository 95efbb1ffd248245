package mailin

import (
	"strings"

	"envdesk/tracker"
)

// maxReportLook is how much of a text is searched for what kind of mail it is.
const maxReportLook = 6 << 10

// bounceEvidence decides whether a mail without the standard form is a delivery
// report. Three things speak for it: who sent it, its subject, and its words; no
// single one is enough, and none counts in a mail that a person passed on.
func (p *parser) bounceEvidence(k *clues, hasStatus bool) bool {
	if !fromMailSystem(p.m.From) && (isAnswer(k.subject) || noticeSubjects.starts(k.subject)) {
		return false
	}
	sender, words := senderEvidence(k, p.m.From), 0
	switch {
	case bounceSubjects.starts(trimTags(k.subject)), sender > 0 && bounceSubjects.in(k.subject):
		words = 2
	case sender == 0 && !hasStatus, sender == 1 && !hasStatus && !p.startsReport(k):
		return false
	}
	if sender == 0 && !hasStatus && !p.unsignedReport(k) {
		return false
	}
	if hasStatus {
		words += 2
	}
	if len(k.failed) > 0 {
		words += 3
	}
	return sender+words+p.wordEvidence() >= 4
}

// unsignedReport reports a text that begins as reports do, from a sender who could
// be a person. A person answers mails, or asks for something; reports ask only to
// look at the address and to send again.
func (p *parser) unsignedReport(k *clues) bool {
	if k.thread || !reportStarts.starts(folded(cutBytes(p.m.Text, 80))) {
		return false
	}
	for _, s := range noticeSentences(cutBytes(p.m.Text, maxAnswerStart)) {
		if requestWords.in(s) && !reportAdvice.in(s) {
			return false
		}
	}
	return true
}

// startsReport reports a mail that nobody is to answer and that begins with the
// words of a mail server, whatever its subject.
func (p *parser) startsReport(k *clues) bool {
	return (k.null || len(k.failed) > 0) && serverPhrases.in(folded(cutBytes(p.m.Text, 400)))
}

// reportStarts begin the texts of reports whose sender does not tell.
var reportStarts = newVocabulary("your message", "your mail", "your email", "your e-mail", "this is the", "this is an auto", "this is a ", "this message was", "the following", "the original message", "the message", "the mail you", "the email you", "a message", "delivery", "unable to", "sorry", "message from", "hi. this is", "undeliver", "could not", "couldn't", "failed to", "i'm afraid", "i am sorry", "we are sorry", "we were unable", "we could not", "----- ", "-----the", "*** ", "ihre nachricht", "ihre e-mail", "ihre mail", "die folgende", "folgende", "die nachricht", "diese nachricht", "votre message", "le message", "votre courriel", "su mensaje", "el mensaje", "il messaggio", "il suo messaggio", "la sua", "sua mensagem", "a mensagem", "uw bericht", "ваше сообщение", "ваше письмо", "сообщение", "письмо", "很抱歉", "抱歉", "您的邮件", "您發送", "您发送", "以下の", "次の", "お客様", "あなた", "귀하", "보내신")

// senderEvidence is 2 for the address or name of a mail server, 1 for other signs
// of a machine.
func senderEvidence(k *clues, from tracker.Address) int {
	switch {
	case fromMailSystem(from):
		return 2
	case k.null || len(k.failed) > 0 || k.submitted != "" && k.submitted != "no" || from.IsZero():
		return 1
	}
	return 0
}

func fromMailSystem(from tracker.Address) bool {
	if isMailSystem(from.Address) {
		return true
	}
	if from.Name == "" || strings.Contains(from.Name, "@") {
		return false
	}
	return bounceNames.in(folded(from.Name))
}

// wordEvidence looks at what the text says before any copy of the mail.
func (p *parser) wordEvidence() int {
	text := folded(cutBytes(p.m.Text, maxReportLook))
	switch {
	case serverPhrases.in(text):
		return 3
	case failurePhrases.in(text) || delayPhrases.in(text):
		return 2
	}
	return 0
}

// trimTags drops what gateways and lists put before a folded subject.
func trimTags(s string) string {
	for s != "" {
		s = strings.TrimLeft(s, " *-:!#<>\"'")
		end := -1
		switch {
		case strings.HasPrefix(s, "["):
			end = strings.IndexByte(s, ']')
		case strings.HasPrefix(s, "【"):
			end = strings.Index(s, "】") + len("】") - 1
		}
		if end < 0 || end > 60 {
			return s
		}
		s = s[end+1:]
	}
	return s
}

// isMailSystem recognises the senders of mail servers (RFC 2142, RFC 5321 §6.1).
func isMailSystem(addr string) bool {
	local, _, _ := strings.Cut(strings.ToLower(addr), "@")
	switch local {
	case "postmaster", "postmast", "mdaemon", "daemon", "mmdf", "uucp", "mail-daemon", "maildaemon", "mail_daemon", "mailerdaemon", "mailer_daemon", "mail-delivery-system", "maildelivery", "mail-delivery", "mail-delivery-subsystem", "systemadministrator", "postmaster_":
		return true
	}
	return strings.HasPrefix(local, "mailer-daemon") || strings.HasPrefix(local, "postmaster-") || strings.HasPrefix(local, "postmaster+") || strings.HasPrefix(local, "microsoftexchange329e71ec88ae4615bbc36ab6ce41109e")
}

// isAnswer reports whether a folded subject starts with the prefix of an answer
// or a forward.
func isAnswer(subject string) bool {
	end := strings.IndexByte(subject, ':')
	if wide := strings.Index(subject, "："); wide >= 0 && (end < 0 || wide < end) {
		end = wide
	}
	if end < 0 || end > 40 {
		return false
	}
	word, _, _ := strings.Cut(subject[:end], "[")
	word = strings.TrimSpace(word)
	return replyPrefixes[word] || forwardPrefixes[word]
}
