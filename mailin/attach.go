package mailin

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"path"
	"strings"
	"time"

	"github.com/gabriel-vasile/mimetype"

	"envdesk/tracker"
)

// attachments lists the leaves that are no body, in the order of the mail. The
// other forms of a chosen body (the HTML beside the plain text) are not listed.
func (p *parser) attachments(root *part, c chosen) []tracker.Attachment {
	var out []tracker.Attachment
	for _, n := range leaves(root, nil) {
		if !c.holds(n) && !n.opened {
			a := p.attachment(n)
			a.Inline = a.Inline || referenced(a.ContentID, c.bodies)
			out = append(out, a)
		}
		for _, f := range n.files {
			out = append(out, p.attachment(f))
		}
	}
	return out
}

func leaves(n *part, out []*part) []*part {
	if len(n.kids) == 0 && !n.head.multipart() {
		return append(out, n)
	}
	for _, kid := range n.kids {
		out = leaves(kid, out)
	}
	return out
}

func (p *parser) attachment(n *part) tracker.Attachment {
	content := n.content
	if content == nil && n.whole && n.size <= p.keepLeft && p.o.KeepAttachments > 0 {
		content = n.text
		p.keepLeft -= n.size
	}
	if n.sum == "" {
		sum := sha256.Sum256(n.text)
		n.sum = hex.EncodeToString(sum[:])
	}
	a := tracker.Attachment{
		Name: p.attachmentName(n), Type: cleanID(headerText(n.head.word)), Size: n.size, SHA256: n.sum,
		Inline: inline(n.head), ContentID: n.head.id, Content: content,
	}
	if !n.head.declared && n.head.word != "message/rfc822" {
		a.Type = sniff(a.Type, n)
	}
	return a
}

// inline follows the declared disposition; without one, a part with a content id
// stands in the text.
func inline(h partHead) bool {
	if h.disposition.word == "" {
		return h.id != ""
	}
	return h.disposition.word == "inline"
}

// sniff names the type by content where none was declared.
func sniff(fallback string, n *part) string {
	start := n.content
	if start == nil {
		start = n.text
	}
	if len(start) == 0 {
		return fallback
	}
	word, _, _ := strings.Cut(mimetype.Detect(start).String(), ";")
	return word
}

func (p *parser) attachmentName(n *part) string {
	name := n.head.disposition.param("filename")
	if name == "" {
		name = n.head.param("name")
	}
	if name == "" && n.head.word == "message/rfc822" {
		name = strings.NewReplacer("/", "-", `\`, "-").Replace(decodeWords(innerHeader(n).get("Subject")))
	}
	return cleanName(name, p.limits.NameRunes)
}

// cleanName makes a file name for showing: no folders, no drive, no characters
// that hide or turn others. It is cleaned before it is judged, so that nothing
// invisible protects what must go.
func cleanName(s string, most int) string {
	s = cleanLine(s)
	s = strings.Map(func(r rune) rune {
		if joins(r) {
			return -1
		}
		return r
	}, s[strings.LastIndexAny(s, `/\`)+1:])
	for len(s) > 2 && s[1] == ':' {
		s = strings.TrimLeft(s[2:], " ")
	}
	s = strings.TrimRight(strings.TrimSpace(s), ". ")
	if short, cut := cutRunes(s, most); cut {
		ext := path.Ext(s)
		if len(ext) > 12 {
			ext = ""
		}
		short, _ = cutRunes(short, max(most-len(ext), 1))
		s = short + ext
	}
	return s
}

// fingerprint tells two mails with one Message-ID apart, and finds the same mail
// behind two deliveries: no field counts that servers add on the way, so that of
// the times only the one in the Date field does.
func (p *parser) fingerprint() string {
	f := newDigest()
	f.put(p.m.From.Name)
	f.put(strings.ToLower(p.m.From.Address))
	f.put(p.sent.UTC().Format(time.RFC3339))
	f.put(p.m.Subject)
	f.put(p.m.Text)
	for _, a := range p.m.Attachments {
		f.put(a.SHA256)
	}
	return f.sum()
}

// digest is the SHA-256 of strings, each behind its length, so that no two lists
// of them are the same bytes.
type digest struct {
	hash hash.Hash
	buf  []byte // what is not hashed yet
}

func newDigest() *digest { return &digest{sha256.New(), make([]byte, 0, 512)} }

func (d *digest) put(s string) {
	d.buf = binary.BigEndian.AppendUint32(d.buf, uint32(len(s)))
	for s != "" {
		n := min(len(s), 256)
		d.buf = append(d.buf, s[:n]...)
		if s = s[n:]; len(d.buf) >= 250 {
			d.hash.Write(d.buf)
			d.buf = d.buf[:0]
		}
	}
}

func (d *digest) sum() string {
	d.hash.Write(d.buf)
	return hex.EncodeToString(d.hash.Sum(d.buf[:0]))
}
