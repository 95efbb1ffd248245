package mailin

import (
	"bufio"
	"bytes"
	"strings"
)

// originalID finds the Message-ID of the mail that a report is about: in the
// returned mail, in its copy in the text, in a field of the report, and last in
// what the report itself answers.
func (p *parser) originalID(all []*part, plain *plainReport) string {
	for _, n := range all {
		if isReturned(n) {
			if id := firstID(innerHeader(n).get("Message-ID")); id != "" {
				return id
			}
		}
	}
	if n := statusPart(all); n != nil {
		h := parseHeaderBlock(n.text)
		for _, name := range []string{"Original-Message-ID", "X-Original-Message-ID"} {
			if id := firstID(h.get(name)); id != "" {
				return id
			}
		}
	}
	switch {
	case plain.id != "":
		return plain.id
	case len(p.m.InReplyTo) > 0:
		return p.m.InReplyTo[0]
	case len(p.m.References) > 0:
		return p.m.References[len(p.m.References)-1]
	}
	return ""
}

// isReturned reports the parts in which a mail or its header comes back.
func isReturned(n *part) bool {
	switch n.head.word {
	case "message/rfc822", "text/rfc822-headers", "text/rfc822-header", "text/rfc822", "message/rfc822-headers", "message/global", "message/global-headers", "message/partial", "message/news":
		return true
	}
	return false
}

// innerHeader reads the header of a mail that is attached.
func innerHeader(n *part) header { return parseHeaderBlock(n.text) }

func parseHeaderBlock(b []byte) header {
	r := headerReader{in: bufio.NewReaderSize(bytes.NewReader(b), min(len(b)+16, 4096)), limits: defaultLimits(), problems: &problems{}}
	return r.read()
}

// idLabels name a message id in the copy of a mail and in reports in words.
var idLabels = newVocabulary("message-id", "message id", "message-identifier", "internet message id", "original-message-id", "original message id", "nachrichten-id", "identifiant du message", "id. de mensaje", "id do mensaje", "id messaggio", "id da mensagem", "ид сообщения", "邮件id", "邮件 id", "メッセージid", "メッセージ id")

// idInLine reads "Message-ID: <a@b>" wherever it is indented or quoted; the id
// may stand on the next line.
func idInLine(l, low, rest string) string {
	t := strings.TrimLeft(low, " >|*\"'-")
	if !idLabels.starts(t) {
		return ""
	}
	_, value, ok := strings.Cut(l, ":")
	if !ok {
		_, value, ok = strings.Cut(l, "：")
	}
	if !ok {
		_, value, _ = strings.Cut(l, "<")
		value = "<" + value
	}
	if value = strings.Trim(value, " \t>|*"); value == "" || value == "<" {
		value, _, _ = strings.Cut(rest, "\n")
		value = strings.Trim(value, " \t>|")
	}
	if strings.Contains(value, "<") && !strings.Contains(value, ">") {
		value += ">"
	}
	if id := firstID(value); strings.Contains(id, "@") {
		return id
	}
	return ""
}
