package sandbox

import (
	"bytes"
	"fmt"
	"io"
	"mime"
	"net/mail"
	"slices"
	"strings"
	"time"
)

// trace is what the server knows about a mail beside its bytes.
type trace struct {
	from   string // envelope sender, "" for the null sender
	to     string // envelope recipient, with its +detail
	host   string // as the client called itself
	remote string // its IP address, "" when it has none
	by     string
	serial uint64
	at     time.Time
}

// stamp makes of the bytes that a sender gave those that lie in a mailbox: line
// ends are CRLF, fields that only this server may write are taken out, and its
// own are put on top.
func (o Options) stamp(t trace, raw []byte) []byte {
	header, body := splitMail(toCRLF(raw))
	fields := splitFields(header)
	var out bytes.Buffer
	out.Grow(len(raw) + 512)
	t.write(&out)
	fmt.Fprintf(&out, "Authentication-Results: %s; %s\r\n", o.AuthservID, o.verdict(fields))
	for _, f := range fields {
		if !reserved(f.name) {
			out.Write(f.raw)
		}
	}
	out.Write(body)
	return out.Bytes()
}

func (t trace) write(out *bytes.Buffer) {
	fmt.Fprintf(out, "Return-Path: <%s>\r\n", oneLine(t.from))
	fmt.Fprintf(out, "Delivered-To: %s\r\n", oneLine(t.to))
	client := oneLine(t.host)
	if t.remote != "" {
		client += " ([" + t.remote + "])"
	}
	fmt.Fprintf(out, "Received: from %s\r\n\tby %s with ESMTP id %08x\r\n\tfor <%s>; %s\r\n",
		client, t.by, t.serial, oneLine(t.to), t.at.Format(time.RFC1123Z))
}

// verdict is the resinfo part of Authentication-Results (RFC 8601 §2.2). A mail
// without one clear author proves nothing (RFC 7489 §6.6.1).
func (o Options) verdict(fields []field) string {
	domain := authorDomain(fields)
	is := func(d string) bool { return strings.EqualFold(d, domain) }
	switch {
	case domain == "":
		return "dmarc=none"
	case slices.ContainsFunc(o.Failing, is):
		return "dmarc=fail header.from=" + domain
	case slices.ContainsFunc(o.Unproved, is):
		return "dmarc=none header.from=" + domain
	}
	return "dmarc=pass header.from=" + domain
}

// reserved names the fields that a border server takes out of incoming mail:
// verdicts (RFC 8601 §5) and the return path (RFC 5321 §4.4).
func reserved(name string) bool {
	switch strings.ToLower(name) {
	case "authentication-results", "authentication-results-original", "arc-authentication-results", "return-path":
		return true
	}
	return false
}

// field is one header field with its continuation lines. Lines that are no
// field have no name.
type field struct {
	name string
	raw  []byte
}

func (f field) value() string {
	_, v, _ := bytes.Cut(f.raw, []byte(":"))
	return strings.TrimSpace(strings.NewReplacer("\r", "", "\n", "").Replace(string(v)))
}

// splitMail cuts behind the header block; the empty line belongs to the body.
func splitMail(raw []byte) (header, body []byte) {
	if bytes.HasPrefix(raw, []byte("\r\n")) {
		return nil, raw
	}
	if i := bytes.Index(raw, []byte("\r\n\r\n")); i >= 0 {
		return raw[:i+2], raw[i+2:]
	}
	if !bytes.HasSuffix(raw, []byte("\n")) {
		raw = append(slices.Clip(raw), "\r\n"...)
	}
	return raw, []byte("\r\n")
}

func splitFields(header []byte) []field {
	var fields []field
	start, end := 0, 0
	for line := range bytes.Lines(header) {
		from := end
		end += len(line)
		folded := line[0] == ' ' || line[0] == '\t'
		if folded && len(fields) > 0 {
			fields[len(fields)-1].raw = header[start:end]
			continue
		}
		start = from
		name, _, ok := bytes.Cut(line, []byte(":"))
		if !ok || folded {
			name = nil
		}
		fields = append(fields, field{name: strings.TrimRight(string(name), " \t"), raw: line})
	}
	return fields
}

// authorDomain is the domain of the one address in the one From field, "" when
// there is no such thing.
func authorDomain(fields []field) string {
	var from []string
	for _, f := range fields {
		if strings.EqualFold(f.name, "From") {
			from = append(from, f.value())
		}
	}
	if len(from) != 1 {
		return ""
	}
	return domainIn(from[0])
}

func domainIn(from string) string {
	parser := mail.AddressParser{WordDecoder: &mime.WordDecoder{
		CharsetReader: func(_ string, r io.Reader) (io.Reader, error) { return r, nil },
	}}
	address := from
	if list, err := parser.ParseList(from); err == nil {
		if len(list) != 1 {
			return ""
		}
		address = list[0].Address
	} else if strings.Count(from, "@") != 1 {
		return ""
	}
	_, domain, _ := cutDomain(address)
	domain, _, _ = strings.Cut(domain, ">")
	return strings.ToLower(strings.Trim(oneLine(domain), " ;,\"()"))
}

// toCRLF turns bare LF into CRLF and leaves everything else.
func toCRLF(raw []byte) []byte {
	if bytes.Count(raw, []byte("\n")) == bytes.Count(raw, []byte("\r\n")) {
		return raw
	}
	out := make([]byte, 0, len(raw)+len(raw)/32)
	for line := range bytes.Lines(raw) {
		text, ended := bytes.CutSuffix(line, []byte("\n"))
		if !ended {
			return append(out, line...)
		}
		out = append(out, bytes.TrimSuffix(text, []byte("\r"))...)
		out = append(out, "\r\n"...)
	}
	return out
}

// oneLine keeps a value from starting a line of its own.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, s)
}
