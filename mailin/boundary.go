package mailin

import (
	"bytes"
	"fmt"
	"strings"
)

// open starts a multipart, part n of the mail, and gives out its header. False
// when it cannot be one: too deep, or without a boundary anywhere.
func (r *repairer) open(head partHead, n int) bool {
	if len(r.stack) >= r.limits.Depth {
		r.problems.note(problemTooDeep, "multiparts are inside each other more than %d deep", r.limits.Depth)
		return false
	}
	b := r.findBoundary(head.param("boundary"))
	if b == "" {
		return false
	}
	r.fences++
	l := &level{boundary: b, fence: fmt.Sprintf("%s%04d", fencePrefix, r.fences), digest: head.word == "multipart/digest"}
	r.stack = append(r.stack, l)
	r.skipping = true
	r.put(fmt.Appendf(nil, "%s: %d\nContent-Type: multipart/mixed; boundary=%q\n\n", partField, n, l.fence))
	return true
}

// findBoundary is the boundary that the content really uses: the declared one,
// or, where that is missing or never comes, the first line that looks like one.
func (r *repairer) findBoundary(declared string) string {
	ahead, _ := r.in.Peek(r.in.Size())
	declared = strings.TrimRight(declared, " \t")
	if declared != "" && hasLine(ahead, "--"+declared) {
		return declared
	}
	guess := r.guessBoundary(ahead)
	switch {
	case declared == "" && guess == "":
		r.problems.note(problemNoBoundary, "a multipart has no boundary")
	case declared == "":
		r.problems.note(problemNoBoundary, "a multipart names no boundary; its first boundary line was taken")
	case guess != "":
		r.problems.note(problemWrongBoundary, "a multipart names a boundary that it does not use")
	}
	if guess != "" {
		return guess
	}
	return declared
}

func hasLine(text []byte, prefix string) bool {
	return bytes.HasPrefix(text, []byte(prefix)) || bytes.Contains(text, []byte("\n"+prefix))
}

// guessBoundary looks for a line of two hyphens and a word with a part header
// below it.
func (r *repairer) guessBoundary(text []byte) string {
	for len(text) > 0 {
		var line []byte
		line, text, _ = bytes.Cut(text, []byte("\n"))
		line = bytes.TrimRight(line, " \t\r")
		if !bytes.HasPrefix(line, []byte("--")) || len(line) < 3 || len(line) > 200 || bytes.ContainsAny(line, " \t") {
			continue
		}
		if r.isBoundary(line) { // the parent's: nothing of this multipart follows
			return ""
		}
		if len(text) >= 8 && bytes.EqualFold(text[:8], []byte("content-")) {
			return string(line[2:])
		}
	}
	return ""
}
