package mailin

import (
	"bufio"
	"bytes"
	"strings"
)

// line reads one line without its end. It is cleaned of NUL and bare CR, and cut
// at the length of a field. The slice is valid until the next read; more is
// false at the end of the input.
func (r *headerReader) line() (line []byte, more bool) {
	line, err := r.in.ReadSlice('\n')
	r.note(line)
	if err == bufio.ErrBufferFull {
		return r.longLine(line)
	}
	return r.clean(line), err == nil
}

// longLine reads on where a line is longer than the buffer.
func (r *headerReader) longLine(start []byte) ([]byte, bool) {
	line := bytes.Clone(start)
	for {
		next, err := r.in.ReadSlice('\n')
		r.note(next)
		room := max(r.limits.FieldBytes-len(line), 0)
		if room < len(next) {
			r.tooLong()
		}
		line = append(line, next[:min(room, len(next))]...)
		if err != bufio.ErrBufferFull {
			return r.clean(line), err == nil
		}
	}
}

// note keeps the bytes as they are, for the signature check.
func (r *headerReader) note(b []byte) {
	if !r.keepRaw || r.bad {
		return
	}
	if len(r.raw)+len(b) > r.limits.HeaderBytes {
		r.bad = true
		return
	}
	r.raw = append(r.raw, b...)
}

func (r *headerReader) clean(line []byte) []byte {
	line = bytes.TrimSuffix(line, []byte("\n"))
	line = bytes.TrimPrefix(bytes.TrimRight(line, "\r"), r.indent)
	if bytes.IndexByte(line, '\r') >= 0 {
		r.problems.note(problemBareCR, "a carriage return stands inside a header line")
		line = bytes.ReplaceAll(line, []byte("\r"), []byte(" "))
	}
	if bytes.IndexByte(line, 0) >= 0 {
		r.problems.note(problemNUL, "a NUL stands inside a header line")
		line = bytes.ReplaceAll(line, []byte{0}, []byte(" "))
	}
	return line
}

// firstID is the first message id of a field value, without angle brackets.
func firstID(v string) string {
	ids := splitIDs(v, 1)
	if len(ids) == 0 {
		return ""
	}
	return ids[0]
}

// ids reads fields of message ids (RFC 5322 §3.6.4). Of too many the first and
// the last ones stay: they tie a mail to its thread best.
func (p *parser) ids(values []string) []string {
	var out []string
	for i, v := range values {
		ids := splitIDs(v, p.limits.Fields)
		if i == 0 {
			out = ids
			continue
		}
		out = append(out, ids...)
	}
	if most := p.limits.References; len(out) > most {
		p.problems.note(problemManyReferences, "more than %d message ids in one field", most)
		out = append(out[:1:1], out[len(out)-most+1:]...)
	}
	return out
}

func splitIDs(v string, most int) []string {
	brackets := strings.Count(v, "<")
	if brackets == 0 {
		return bareIDs(v, most)
	}
	out := make([]string, 0, min(brackets, most))
	for len(out) < most {
		_, rest, ok := strings.Cut(v, "<")
		if !ok {
			break
		}
		rest = strings.TrimLeft(rest, "< \t")
		end := strings.IndexAny(rest, "<>")
		if end < 0 {
			end = len(rest)
		}
		if id := cleanID(rest[:end]); id != "" {
			out = append(out, id)
		}
		v = rest[end:]
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// bareIDs reads ids that have no angle brackets. Among other words none counts:
// an address in prose is no id.
func bareIDs(v string, most int) []string {
	plain, _ := splitComments(v)
	var out []string
	for _, w := range strings.FieldsFunc(plain, func(r rune) bool { return r <= ' ' || r == ',' || r == ';' }) {
		if w = cleanID(strings.Trim(w, `"'[]>`)); !strings.Contains(w, "@") {
			return nil
		}
		if len(out) < most {
			out = append(out, w)
		}
	}
	return out
}

// cleanID drops blanks, which only folding can have put there, and controls.
func cleanID(id string) string {
	if plainLine(id) && strings.IndexByte(id, ' ') < 0 {
		return id
	}
	return strings.ToValidUTF8(strings.Map(unbroken, id), "\uFFFD")
}
