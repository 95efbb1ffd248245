package mailin

import (
	"bufio"
	"bytes"
	"io"
	"strings"
)

// field is one header field: its name as written and its value with folds.
type field struct{ name, folded string }

// header is a header block in its order, from the top.
type header struct {
	fields []field
	names  nameSet // of the fields, all where they were not counted
	// cut says that fields may be missing because a limit was reached.
	cut bool
}

func sameName(a, b string) bool {
	return len(a) == len(b) && (a == "" || (a[0]^b[0])&^0x20 == 0) && strings.EqualFold(a, b)
}

// nameSet tells most names that a header has not at one look: a bit for the
// length and the ends of each name that it has.
type nameSet uint64

func nameBit(name string) nameSet {
	if name == "" {
		return 1
	}
	return 1 << ((len(name)*5 ^ int(name[0]|0x20)*3 ^ int(name[len(name)-1]|0x20)) % 64)
}

// lacks reports that no field of that name is there.
func (h header) lacks(name string) bool { return h.names != 0 && h.names&nameBit(name) == 0 }

// value is the field's value without folds (RFC 5322 §2.2.3) and outer blanks.
func (f field) value() string {
	if strings.IndexByte(f.folded, '\n') < 0 {
		return strings.TrimSpace(f.folded)
	}
	return strings.TrimSpace(strings.ReplaceAll(f.folded, "\n", ""))
}

// get returns the value of the topmost field of that name, "" when there is none.
func (h header) get(name string) string {
	if h.lacks(name) {
		return ""
	}
	for _, f := range h.fields {
		if sameName(f.name, name) {
			return f.value()
		}
	}
	return ""
}

func (h header) has(name string) bool { return h.count(name) > 0 }

func (h header) count(name string) int {
	n := 0
	if h.lacks(name) {
		return n
	}
	for _, f := range h.fields {
		if sameName(f.name, name) {
			n++
		}
	}
	return n
}

// all returns the values of every field of that name, from the top.
func (h header) all(name string) []string {
	var out []string
	if h.lacks(name) {
		return out
	}
	for _, f := range h.fields {
		if sameName(f.name, name) {
			out = append(out, f.value())
		}
	}
	return out
}

// headerReader reads one header block, within limits, and repairs it: no line is
// so bad that the block or the body behind it is lost.
type headerReader struct {
	in       *bufio.Reader
	limits   Limits
	problems *problems
	fence    func(line []byte) bool // a line that ends the block although no blank line came; nil: none
	keepRaw  bool

	indent []byte // of the whole block
	raw    []byte // the block's own bytes with its end, nil when it had to be repaired or keepRaw is off
	block  []byte // cleaned lines, each field and continuation ended by \n
	starts []int  // where the fields start in block
	pushed []byte // a line that belongs to what follows, with its line end
	tooBig bool   // of the rest of the block only late fields are taken
	drops  bool   // the field that is being read is dropped
	lost   bool   // something of the block was dropped
	bad    bool   // raw no longer holds the block as it was sent
}

// read returns the block. Afterwards the input stands behind it; body() has the rest.
func (r *headerReader) read() header {
	if r.fence == nil {
		r.skipLeading()
	}
	r.reserve()
	for {
		line, more := r.line()
		if len(line) == 0 || !r.take(line) || !more {
			break
		}
	}
	if r.bad || !r.keepRaw {
		r.raw = nil
	}
	return r.header()
}

// reserve makes room for the block, as far as its end is in sight.
func (r *headerReader) reserve() {
	ahead, _ := r.in.Peek(min(r.in.Buffered(), 4096))
	end := bytes.Index(ahead, []byte("\n\r\n"))
	if end < 0 {
		end = bytes.Index(ahead, []byte("\n\n"))
	}
	if end < 0 {
		return
	}
	r.block = make([]byte, 0, end+2)
	r.starts = make([]int, 0, bytes.Count(ahead[:end], []byte("\n"))+1)
}

// body reads what follows the block.
func (r *headerReader) body() io.Reader {
	if len(r.pushed) == 0 {
		return r.in
	}
	return io.MultiReader(bytes.NewReader(r.pushed), r.in)
}

func (r *headerReader) header() header {
	s := string(r.block)
	h := header{fields: make([]field, 0, len(r.starts)), cut: r.lost}
	for i, from := range r.starts {
		to := len(s)
		if i+1 < len(r.starts) {
			to = r.starts[i+1]
		}
		name, value, _ := strings.Cut(s[from:to-1], ":")
		h.add(field{strings.TrimRight(name, " \t"), value})
	}
	return h
}

func (h *header) add(f field) {
	h.fields = append(h.fields, f)
	h.names |= nameBit(f.name)
}

// take adds a line to the block; false says that the block ended before it.
func (r *headerReader) take(line []byte) bool {
	switch {
	case r.fence != nil && r.fence(line):
		r.push(line)
		return false
	case line[0] == ' ' || line[0] == '\t':
		return r.takeIndented(line)
	case isField(line):
		r.start(line)
	default:
		return r.takeOdd(line)
	}
	return true
}

// takeIndented deals with a fold. A line of nothing but blanks may be one too
// (RFC 5322 §4.2); where no field follows it was meant as the blank line.
func (r *headerReader) takeIndented(line []byte) bool {
	rest := bytes.TrimLeft(line, " \t")
	switch {
	case len(r.starts) == 0:
		return r.takeOdd(rest)
	case len(rest) == 0 && !r.goesOn():
		r.bad = true
		r.problems.note(problemNoBlankLine, "the line between header and text is not blank")
		return false
	}
	r.continued(line)
	return true
}

// takeOdd deals with a line that is no field: part of the field above that lost
// its indent, a stray line, or the first line of a body without a blank line
// before it.
func (r *headerReader) takeOdd(line []byte) bool {
	r.bad = true
	line = bytes.Clone(line)
	switch {
	case len(line) == 0:
	case isField(line):
		r.start(line)
	case mboxFrom(line) && r.goesOn():
		r.problems.note(problemMboxFrom, "an mbox From line stands in the header")
	case isParameter(line) && r.inContentField(), r.completes(line) && r.goesOn():
		r.problems.note(problemNoColon, "a header line has no colon and no indent")
		r.continued(append([]byte(" "), line...))
	case r.goesOn():
		r.problems.note(problemNoColon, "a header line has no colon")
	default:
		if len(r.starts) > 0 {
			r.problems.note(problemNoBlankLine, "no blank line between header and text")
		} else if r.fence == nil {
			r.problems.note(problemNoHeader, "the mail has no header")
		}
		r.push(line)
		return false
	}
	return true
}

func (r *headerReader) push(line []byte) { r.pushed = append(bytes.Clone(line), '\n') }

func (r *headerReader) start(line []byte) {
	if r.tooBig || len(r.starts) >= r.limits.Fields || len(r.block)+len(line) > r.limits.HeaderBytes {
		r.overflow()
		if r.drops = !r.takesLate(line); r.drops {
			return
		}
	}
	r.starts = append(r.starts, len(r.block))
	r.block = append(append(r.block, line...), '\n')
}

func (r *headerReader) continued(line []byte) {
	switch {
	case r.drops:
	case len(r.block)+len(line) > r.room():
		r.overflow()
		r.drops = true
	case len(r.block)-r.starts[len(r.starts)-1]+len(line) > r.limits.FieldBytes:
		r.tooLong()
	default:
		r.block = append(append(r.block, line...), '\n')
	}
}

// lateFields is how many fields are taken beyond the limit. For their bytes a
// quarter is added to that limit.
const lateFields = 100

// takesLate reports whether a field beyond the limits is taken: without the ones
// that matter a machine would pass for a person, and the parts would be lost.
func (r *headerReader) takesLate(line []byte) bool {
	return len(r.starts) < r.limits.Fields+lateFields && len(r.block)+len(line) <= r.room() && matters(fieldName(line))
}

func (r *headerReader) room() int {
	if r.tooBig {
		return r.limits.HeaderBytes + r.limits.HeaderBytes/4
	}
	return r.limits.HeaderBytes
}

func (r *headerReader) tooLong() {
	r.lost, r.bad = true, true
	r.problems.note(problemFieldTooLong, "a header field is longer than %d bytes", r.limits.FieldBytes)
}

func (r *headerReader) overflow() {
	if r.tooBig {
		return
	}
	r.tooBig, r.lost, r.bad = true, true, true
	if len(r.starts) >= r.limits.Fields {
		r.problems.note(problemTooManyFields, "the header has more than %d fields", r.limits.Fields)
		return
	}
	r.problems.note(problemHeaderTooBig, "the header is longer than %d bytes", r.limits.HeaderBytes)
}

// isField reports whether the line starts with a field name and a colon. Blanks
// before the colon are let through (RFC 5322 §4.5).
func isField(line []byte) bool {
	for i, c := range line {
		switch {
		case c == ':':
			return i > 0
		case c == ' ' || c == '\t':
			rest := bytes.TrimLeft(line[i:], " \t")
			return i > 0 && len(rest) > 0 && rest[0] == ':'
		case c < 33 || c > 126 || i > 100:
			return false
		}
	}
	return false
}
