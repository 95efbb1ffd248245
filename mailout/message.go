package mailout

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"mime"
	netmail "net/mail"
	"strings"

	"github.com/wneessen/go-mail"

	"envdesk/tracker"
)

// assemble writes the mail as the bytes that will be sent.
func assemble(e envelope, words rendered, attached []tracker.Attachment) (tracker.Mail, error) {
	msg := mail.NewMsg(mail.WithNoDefaultUserAgent())
	writeHead(msg, e, words.subject)
	msg.SetBodyWriter(mail.TypeTextPlain, words.writeText)
	msg.AddAlternativeWriter(mail.TypeTextHTML, words.writeHTML)
	for _, a := range attached {
		msg.AttachReadSeeker(a.Name, bytes.NewReader(a.Content), asFile(a))
	}
	if err := enclose(msg, words.enclosed); err != nil {
		return tracker.Mail{}, err
	}
	var raw bytes.Buffer
	raw.Grow(2*len(words.html) + 2*len(words.text) + 2<<10)
	if _, err := msg.WriteTo(&raw); err != nil {
		return tracker.Mail{}, fmt.Errorf("write mail: %w", err)
	}
	if len(msg.GetFrom()) != 1 {
		return tracker.Mail{}, fmt.Errorf("write mail: no From")
	}
	return tracker.Mail{
		MessageID: e.messageID, From: e.from.Address, To: e.to.Address, Subject: words.subject, Text: words.text,
		Raw: steadyBoundaries(raw.Bytes(), e.messageID),
	}, nil
}

// writeHead is the one place where header fields are made. Every value went
// through oneLine, CheckAddress or messageID before, and is encoded by go-mail
// (RFC 2047); names are constants.
func writeHead(msg *mail.Msg, e envelope, subject string) {
	msg.SetAddrHeaderFromMailAddress(mail.HeaderFrom, address(e.from))
	msg.SetAddrHeaderFromMailAddress(mail.HeaderTo, address(e.to))
	if e.replyTo != "" {
		msg.SetAddrHeaderFromMailAddress(mail.HeaderReplyTo, address(tracker.Address{Name: e.from.Name, Address: e.replyTo}))
	}
	msg.SetDateWithValue(e.date)
	msg.SetMessageIDWithValue(e.messageID)
	msg.SetGenHeader(mail.HeaderSubject, oneLine(subject, 2*subjectRunes))
	if e.inReplyTo != "" {
		msg.SetGenHeader(mail.HeaderInReplyTo, "<"+e.inReplyTo+">")
	}
	if len(e.references) > 0 {
		msg.SetGenHeader(mail.HeaderReferences, "<"+strings.Join(e.references, "> <")+">")
	}
	if e.list != (list{}) {
		msg.SetGenHeader("List-Id", e.list.id)
		msg.SetGenHeaderPreformatted(mail.HeaderListUnsubscribe, e.list.unsubscribe) // go-mail would fold it before its value
	}
	auto := "auto-generated" // RFC 3834 §5
	if e.answer {
		auto = "auto-replied"
	}
	msg.SetGenHeader("Auto-Submitted", auto)
	msg.SetGenHeader(mail.HeaderXAutoResponseSuppress, "OOF, AutoReply, DR, RN, NRN")
}

func address(a tracker.Address) *netmail.Address {
	return &netmail.Address{Name: a.Name, Address: a.Address}
}

// asFile writes the head of an attachment by RFC 2231: go-mail alone would put
// RFC 2047 words into quotes, where they do not belong.
func asFile(a tracker.Attachment) mail.FileOption {
	return func(f *mail.File) {
		f.Header.Set("Content-Type", contentType(a.Type))
		f.Header.Set("Content-Disposition", foldDisposition(mime.FormatMediaType("attachment", map[string]string{"filename": a.Name})))
	}
}

// foldDisposition keeps the line of a long encoded name within 998 octets
// (RFC 5322 §2.1.1); fileName bounds it well below.
func foldDisposition(v string) string {
	return strings.Replace(v, "; ", ";\r\n ", 1)
}

const boundaryLen = 60 // of Go's multipart writer: hex digits

// steadyBoundaries replaces the random boundaries by ones made from the
// Message-ID, so that a mail composed twice is the same. Go-mail can set one
// boundary only, for every level of nesting, which breaks nested mails. The
// parts are quoted-printable or base64: no "=" or "-" of a value can look like
// a boundary line.
func steadyBoundaries(raw []byte, messageID string) []byte {
	const field = "\r\nContent-Type: multipart/"
	end := bytes.Index(raw, []byte("\r\n\r\n"))
	at := bytes.LastIndex(raw[:max(end, 0)], []byte(field))
	for level := 0; at >= 0 && level < 3; level++ {
		old := boundaryAfter(raw[at:])
		if old == nil {
			break
		}
		fresh := boundary(messageID, level)
		overwrite(raw, old, fresh)
		inner := "\r\n--" + fresh + field
		at = bytes.Index(raw, []byte(inner))
		at += max(0, len(inner)-len(field))
	}
	return raw
}

// overwrite puts fresh, which is as long, wherever old is.
func overwrite(raw, old []byte, fresh string) {
	for at := 0; ; at += len(fresh) {
		i := bytes.Index(raw[at:], old)
		if i < 0 {
			return
		}
		at += i
		copy(raw[at:], fresh)
	}
}

func boundary(messageID string, level int) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s/%d", messageID, level))
	return hex.EncodeToString(sum[:boundaryLen/2])
}

// boundaryAfter is a copy of the boundary in the Content-Type field at the
// beginning of b, nil when there is none of the expected length.
func boundaryAfter(b []byte) []byte {
	const mark = " boundary="
	i := bytes.Index(b, []byte(mark))
	if i < 0 || len(b) < i+len(mark)+boundaryLen+2 || b[i+len(mark)+boundaryLen] != '\r' {
		return nil
	}
	return bytes.Clone(b[i+len(mark) : i+len(mark)+boundaryLen])
}
