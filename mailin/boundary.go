package mailin

import (
	"bytes"
	"fmt"
	"strings"
)

// open starts a multipart, part n of the mail, gives out its header and returns
// its type. Where it cannot be one, it returns what the part is taken as: too
// deep ones are files, ones that name no boundary and have none are text. A
// multipart in a transfer encoding stays packed: its lines are not in sight.
func (r *repairer) open(head partHead, n int) string {
	if len(r.stack) >= r.limits.Depth {
		r.problems.note(problemTooDeep, "multiparts are inside each other more than %d deep", r.limits.Depth)
		return "application/octet-stream"
	}
	found := r.findBoundary(head.param("boundary"))
	if !found.seen && encodes(head.encoding) {
		if n < len(r.heads) {
			r.heads[n].packed = true
		}
		return head.word
	}
	r.noteBoundary(found)
	if found.line == "" {
		return "text/plain"
	}
	r.fences++
	l := &openPart{delimiter: found.line, odd: found.odd, fence: fmt.Sprintf("%s%04d", fencePrefix, r.fences), head: head}
	r.odd = r.odd || found.odd
	r.stack = append(r.stack, l)
	r.skipping = true
	r.put(fmt.Appendf(nil, "%s: %d\nContent-Type: multipart/mixed; boundary=%q\n\n", partField, n, l.fence))
	return head.word
}

// delimiter is the boundary line of a multipart.
type delimiter struct {
	line     string // "" when there is none
	seen     bool   // it stands in the content, as far as that is in sight
	odd      bool   // it does not start with two hyphens, or is indented
	declared bool   // the multipart names a boundary
	repaired bool   // line is not the boundary that it names
}

func (r *repairer) noteBoundary(d delimiter) {
	switch {
	case !d.declared && d.line == "":
		r.problems.note(problemNoBoundary, "a multipart has no boundary")
	case !d.declared:
		r.problems.note(problemNoBoundary, "a multipart names no boundary; its first boundary line was taken")
	case d.repaired:
		r.problems.note(problemWrongBoundary, "a multipart names a boundary that it does not use")
	}
}

// findBoundary is the boundary that the content really uses: the declared one as
// it is or as it was meant, or, where that is missing or never comes, the first
// line that looks like one.
func (r *repairer) findBoundary(declared string) delimiter {
	ahead, _ := r.in.Peek(r.in.Size())
	declared = strings.TrimRight(declared, " \t\r")
	d := delimiter{declared: declared != "", seen: true}
	if d.line = "--" + declared; d.declared && hasLine(ahead, d.line) {
		return d
	}
	d.repaired = true
	for _, meant := range meantBoundaries(declared) {
		if d.line = "--" + meant; hasLine(ahead, d.line) {
			return d
		}
	}
	if d.line = r.guessBoundary(ahead); d.line != "" {
		return d
	}
	if d.line = oddDelimiter(ahead, declared); d.line != "" {
		d.odd = true
		return d
	}
	d.seen, d.repaired = false, false
	if d.declared {
		d.line = "--" + declared
	}
	return d
}

// hasLine reports whether the text has the boundary line, as one that opens or
// closes.
func hasLine(text []byte, line string) bool {
	for from := 0; ; {
		i := bytes.Index(text[from:], []byte(line))
		if i < 0 {
			return false
		}
		i += from
		from = i + len(line)
		if (i == 0 || text[i-1] == '\n') && endsLine(bytes.TrimPrefix(text[from:], []byte("--"))) {
			return true
		}
	}
}

func endsLine(rest []byte) bool {
	rest = bytes.TrimLeft(rest[:min(len(rest), 80)], " \t\r")
	return len(rest) == 0 || rest[0] == '\n'
}

// meantBoundaries are readings of a boundary parameter that lost its quotes, a
// semicolon or a comment's bounds.
func meantBoundaries(declared string) []string {
	var out []string
	for _, end := range []string{";", " ", "(", `"`, ","} {
		if before, _, ok := strings.Cut(strings.TrimLeft(declared, ` "'<`), end); ok && before != "" {
			out = append(out, strings.TrimRight(before, " \t\"'>"))
		}
	}
	if bare := strings.Trim(declared, `"'<> `); bare != "" {
		out = append(out, bare, strings.ReplaceAll(bare, " ", ""))
	}
	return out
}

// maxGuesses is how many lines are looked at closely to find a boundary.
const maxGuesses = 10

// guessBoundary looks for a line of two hyphens and a word with a part header
// below it, or with its closing form farther below.
func (r *repairer) guessBoundary(text []byte) string {
	for guesses := 0; len(text) > 0 && guesses < maxGuesses; {
		var line []byte
		line, text, _ = bytes.Cut(text, []byte("\n"))
		line = bytes.TrimRight(line, " \t\r")
		if !boundaryLike(line) {
			continue
		}
		if r.isBoundary(line) { // the parent's: nothing of this multipart follows
			return ""
		}
		if startsPartHeader(text) || len(line) > 4 && hasLine(text, string(line)+"--") {
			return string(line)
		}
		guesses++
	}
	return ""
}

func boundaryLike(line []byte) bool {
	return len(line) >= 3 && len(line) <= 200 && line[0] == '-' && line[1] == '-' && bytes.IndexByte(line, ' ') < 0 && len(bytes.Trim(line, "-=_*")) > 0
}

// startsPartHeader reports whether the text starts with a field of a part header.
func startsPartHeader(text []byte) bool {
	return len(text) >= 8 && bytes.EqualFold(text[:8], []byte("content-"))
}

// oddDelimiter looks for the declared boundary with blanks before it or with too
// few hyphens.
func oddDelimiter(text []byte, declared string) string {
	if declared == "" || !bytes.Contains(text, []byte(declared)) {
		return ""
	}
	for len(text) > 0 {
		var line []byte
		line, text, _ = bytes.Cut(text, []byte("\n"))
		line = bytes.TrimSpace(line)
		if bare := bytes.TrimLeft(line, "-"); len(line)-len(bare) <= 2 && string(bare) == strings.TrimLeft(declared, "-") && startsPartHeader(text) {
			return string(line)
		}
	}
	return ""
}

// mayHide reports the first bytes of bodies that hiddenMultipart looks at.
func mayHide(first []byte) bool {
	return len(first) > 0 && (first[0] <= ' ' || first[0] == '-' || first[0]|0x20 == 't')
}

// hiddenMultipart finds the boundary of a body that is a multipart although its
// header does not say so: its first line is a boundary line with a part header
// below, and the closing line is in sight.
func hiddenMultipart(ahead []byte) string {
	ahead = bytes.TrimLeft(ahead, " \t\r\n")
	if !mayHide(ahead) {
		return ""
	}
	if hasFold(string(ahead[:min(len(ahead), 64)]), "This is a multi-part message in MIME format") {
		_, ahead, _ = bytes.Cut(ahead, []byte("\n"))
		ahead = bytes.TrimLeft(ahead, " \t\r\n")
	}
	line, rest, _ := bytes.Cut(ahead, []byte("\n"))
	line = bytes.TrimRight(line, " \t\r")
	if boundaryLike(line) && startsPartHeader(rest) && (hasLine(rest, string(line)+"--") || hasLine(rest, string(line))) {
		return string(line[2:])
	}
	return ""
}
