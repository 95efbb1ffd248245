package mailin

import (
	"strconv"
	"strings"

	"envdesk/tracker"
)

// recipientFields are the per-recipient fields of RFC 3464 §2.3 that are read.
type recipientFields struct {
	original, final, actual    string
	action, status, diagnostic string
	last                       *string // what a folded line belongs to
}

// reportRecipients reads message/delivery-status (RFC 3464 §2): blocks of fields
// between blank lines, each but the first about one recipient. Indented fields,
// lost blank lines and lines of prose between them do no harm.
func reportRecipients(text string) []tracker.BounceRecipient {
	out := []tracker.BounceRecipient{}
	var f recipientFields
	end := func() {
		if r, ok := f.recipient(); ok && len(out) < maxBounceRecipients {
			out = append(out, r)
		}
		f = recipientFields{}
	}
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	for text != "" {
		var l string
		l, text, _ = strings.Cut(text, "\n")
		t := strings.TrimSpace(l)
		if t == "" || f.repeats(t) {
			end()
		}
		f.take(l, t)
	}
	end()
	return out
}

// repeats reports that a line starts the next recipient without a blank line.
func (f *recipientFields) repeats(t string) bool {
	name, _, _ := strings.Cut(t, ":")
	switch strings.ToLower(strings.TrimSpace(name)) {
	case "final-recipient":
		return f.final != ""
	case "original-recipient":
		return f.original != "" || f.action != ""
	}
	return false
}

// take reads one line: a field, wherever it is indented, or a fold.
func (f *recipientFields) take(l, t string) {
	name, value, ok := strings.Cut(t, ":")
	if ok && !strings.ContainsAny(name, " \t") {
		if slot := f.slot(strings.ToLower(name)); slot != nil {
			if f.last = slot; *slot == "" {
				*slot = strings.TrimSpace(value)
			}
			return
		}
		if l == t { // some other field
			f.last = nil
			return
		}
	}
	if f.last != nil && l != t && len(*f.last) < 4096 {
		*f.last += " " + t
	}
}

func (f *recipientFields) slot(name string) *string {
	switch name {
	case "original-recipient":
		return &f.original
	case "final-recipient":
		return &f.final
	case "x-actual-recipient":
		return &f.actual
	case "action":
		return &f.action
	case "status":
		return &f.status
	case "diagnostic-code":
		return &f.diagnostic
	}
	return nil
}

// recipient is what a block says; false when it names nobody.
func (f *recipientFields) recipient() (tracker.BounceRecipient, bool) {
	addr := ""
	for _, v := range []string{f.original, f.final, f.actual} {
		a := typedValue(v)
		if addr == "" || !strings.Contains(addr, "@") && strings.Contains(a, "@") {
			addr = a
		}
	}
	if addr == "" {
		return tracker.BounceRecipient{}, false
	}
	action := actionWord(f.action)
	r := recipient(addr, action, f.status, f.diagnostic)
	if action == "" { // RFC 3464 §2.3.3 requires it; the status tells as much
		r = recipient(addr, "failed", f.status, f.diagnostic)
		if strings.HasPrefix(r.Status, "2") {
			r.Action, r.Permanent = "delivered", false
		}
	}
	return r, true
}

// actionWord reads an action as programs write it, with comments and in any case;
// "" where it is none of those of RFC 3464 §2.3.3.
func actionWord(v string) string {
	word, _, _ := strings.Cut(strings.ToLower(strings.TrimLeft(v, " \"'")), "(")
	word, _, _ = strings.Cut(word, ";")
	if list := strings.Fields(word); len(list) > 0 {
		word = strings.Trim(list[0], `"',.`)
	}
	switch word {
	case "failed", "delayed", "delivered", "relayed", "expanded":
		return word
	case "failure", "fail", "undeliverable", "undelivered", "expired", "bounced":
		return "failed"
	case "delay", "deferred":
		return "delayed"
	case "deliverable", "delivery":
		return "delivered"
	}
	return ""
}

// typedValue reads "rfc822; user@example.test" (RFC 3464 §2.1.2).
func typedValue(v string) string {
	if kind, after, ok := strings.Cut(v, ";"); ok {
		v = after
		if strings.EqualFold(strings.TrimSpace(kind), "utf-8") {
			v = decodeUTF8Address(v)
		}
	}
	v = strings.TrimSpace(v)
	if spec := strings.Trim(v, "<>"); strings.HasPrefix(spec, `"`) && strings.Contains(spec, `"@`) {
		return cleanLine(spec) // blanks in a quoted local part count
	}
	if list := parseAddresses(v, 1); len(list) > 0 && list[0].Address != "" {
		return list[0].Address
	}
	return strings.Trim(cleanLine(headerText(v)), "<>")
}

// decodeUTF8Address decodes \x{HEX} of utf-8-addr-xtext (RFC 6533 §3).
func decodeUTF8Address(s string) string {
	var b strings.Builder
	for {
		before, after, ok := strings.Cut(s, `\x{`)
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		hex, rest, closed := strings.Cut(after, "}")
		n, err := strconv.ParseUint(hex, 16, 21)
		if !closed || err != nil {
			b.WriteString(`\x{`)
			s = after
			continue
		}
		b.WriteRune(rune(n))
		s = rest
	}
}
