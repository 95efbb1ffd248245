package mailin

import (
	"strings"

	"envdesk/tracker"
)

// identify tells what the header proves about the sender: the strict address,
// and what trusted servers found.
func identify(h header, t Trust) tracker.Identity {
	id := tracker.Identity{Address: strictFrom(h), DMARC: tracker.None, DKIM: "none", SPF: "none"}
	r := combine(trustedResults(h, t))
	if r.dkim != "" {
		id.DKIM = r.dkim
	}
	if r.spf != "" {
		id.SPF = r.spf
	}
	switch {
	case r.dmarc == "fail":
		id.DMARC = tracker.Fail
	case r.dmarc == "pass" && id.Address != "" && r.onlyFor(tracker.DomainOf(id.Address)):
		id.DMARC = tracker.Pass
	}
	return id
}

// strictFrom is the one address that counts for authority, in lower case: there
// is exactly one From field with exactly one plain mailbox. Whatever two readers
// could take for different addresses gives "".
func strictFrom(h header) string {
	if h.cut || h.count("From") != 1 {
		return ""
	}
	v := h.get("From")
	spec := v
	if i := firstOutside(v, '<'); i >= 0 {
		if !strings.HasSuffix(v, ">") || !strictPhrase(v[:i]) {
			return ""
		}
		spec = v[i+1 : len(v)-1]
	}
	return strictSpec(spec)
}

// firstOutside finds the first c that stands outside of quoted strings.
func firstOutside(s string, c byte) int {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '"':
			i = skipQuoted(s, i) - 1
		case c:
			return i
		}
	}
	return -1
}

// strictPhrase accepts the display name of RFC 5322 §3.4 with dots (§4.1) and
// UTF-8 (RFC 6532); no comment and nothing that could be an address or a second
// mailbox.
func strictPhrase(s string) bool {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"':
			end := skipQuoted(s, i)
			if end == i+1 { // never closed
				return false
			}
			i = end - 1
		case strings.IndexByte(`()<>[]:;@\,`, c) >= 0, c < ' ' && c != '\t', c == 0x7f:
			return false
		}
	}
	return true
}

// strictSpec returns an addr-spec in lower case when it is a plain ASCII
// dot-atom at a plain domain (RFC 5321 §4.5.3.1 lengths), else "".
func strictSpec(s string) string {
	local, domain, ok := strings.Cut(s, "@")
	if !ok || len(local) > 64 || len(s) > 254 || strings.Contains(s, "=?") {
		return ""
	}
	if !dotted(local, atomByte) || !dotted(domain, hostByte) {
		return ""
	}
	return strings.ToLower(s)
}

func dotted(s string, good func(byte) bool) bool {
	for i := range len(s) {
		switch {
		case s[i] == '.' && (i == 0 || s[i-1] == '.'), s[i] != '.' && !good(s[i]):
			return false
		}
	}
	return s != "" && s[len(s)-1] != '.'
}

func hostByte(c byte) bool {
	return c == '-' || isDigit(c) || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

func atomByte(c byte) bool { return hostByte(c) || strings.IndexByte("!#$%&'*+/=?^_`{|}~", c) >= 0 }

// results is what one Authentication-Results field says, "" where it says nothing.
type results struct {
	dmarc, dkim, spf string
	from             []string // every header.from of the DMARC results
}

// onlyFor reports that no DMARC result names another domain.
func (r results) onlyFor(domain string) bool {
	for _, d := range r.from {
		if !strings.EqualFold(d, domain) {
			return false
		}
	}
	return true
}

// combine joins the fields that count: a fail of one is not undone by another.
func combine(list []results) results {
	var out results
	for _, r := range list {
		out.dmarc = weakest(out.dmarc, r.dmarc)
		out.dkim = worse(out.dkim, r.dkim)
		out.spf = worse(out.spf, r.spf)
		out.from = append(out.from, r.from...)
	}
	return out
}

// weakest joins two DMARC results: fail wins, and a pass counts only when nothing
// else was said.
func weakest(a, b string) string {
	if a == "pass" && b != "" {
		return b
	}
	return worse(a, b)
}

func worse(a, b string) string {
	if b == "fail" || a == "" {
		return b
	}
	return a
}

const fieldAR = "Authentication-Results"

// trustedResults finds the fields that count: the topmost one that bears a
// trusted id, no further down than allowed, and the ones directly beside it,
// because a server with a filter for each method writes a field for each. That
// rests on a server that removes fields with its own id (RFC 8601 §5). A provider
// puts the Received field, with which it took the mail, above its own: a field
// above all of them came from elsewhere.
func trustedResults(h header, t Trust) []results {
	switch t.Provider {
	case "gmail":
		ids := t.AuthservIDs
		if len(ids) == 0 {
			ids = []string{"mx.google.com"}
		}
		return first(besideTop(h, ids, hops{1, 2}))
	case "microsoft365":
		return microsoftResults(h)
	case "", "generic":
		return besideTop(h, t.AuthservIDs, hops{0, t.ReceivedAbove})
	}
	return nil
}

func first(list []results) []results { return list[:min(len(list), 1)] }

// hops bounds how many Received fields stand above a field that counts.
type hops struct{ least, most int }

func besideTop(h header, ids []string, above hops) []results {
	var out []results
	received := 0
	for _, f := range h.fields {
		switch {
		case sameName(f.name, fieldAR):
			id, r, ok := parseResults(f.value())
			switch {
			case ok && trusted(id, ids) && received < above.least:
				return nil
			case ok && trusted(id, ids):
				out = append(out, r)
			case len(out) > 0:
				return out
			}
		case len(out) > 0:
			return out
		case sameName(f.name, "Received"):
			if received++; received > above.most {
				return nil
			}
		}
	}
	return out
}

func trusted(id string, ids []string) bool {
	for _, t := range ids {
		if strings.EqualFold(id, t) {
			return true
		}
	}
	return false
}

// maxMicrosoftHops is how many Received fields of its own Microsoft 365 may have
// put above its Authentication-Results.
const maxMicrosoftHops = 8

// microsoftResults reads Microsoft 365's field: it has no authserv-id, and above
// it stand only Received fields of Microsoft's own servers.
func microsoftResults(h header) []results {
	received := 0
	for _, f := range h.fields {
		switch {
		case sameName(f.name, fieldAR):
			if r, ok := parseMicrosoftResults(f.value()); ok && received > 0 {
				return []results{r}
			}
			return nil
		case sameName(f.name, "Received"):
			if received++; received > maxMicrosoftHops || !byMicrosoft(f.value()) {
				return nil
			}
		}
	}
	return nil
}

// byMicrosoft reads the receiving host of a Received field (RFC 5321 §4.4). The
// sender chooses the name behind "from": a second "by" is not believed.
func byMicrosoft(v string) bool {
	clauses, sound := splitClauses(v)
	words := clauses[0]
	found := false
	for i, w := range words {
		if !strings.EqualFold(w, "by") {
			continue
		}
		if found || i+1 == len(words) || !isMicrosoftHost(words[i+1]) {
			return false
		}
		found = true
	}
	return found && sound
}

func isMicrosoftHost(host string) bool {
	host = strings.ToLower(strings.TrimRight(host, "."))
	return strings.HasSuffix(host, ".outlook.com") || strings.HasSuffix(host, ".prod.exchangelabs.com") || strings.HasSuffix(host, ".office365.us") || strings.HasSuffix(host, ".partner.outlook.cn")
}
