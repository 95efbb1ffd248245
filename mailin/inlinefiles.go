package mailin

import "bytes"

// outlet takes the decoded bytes of a leaf.
type outlet interface {
	write(b []byte)
	close()
}

// outlet is where the bytes of a leaf go: a plain text is searched for files
// first, as programs older than MIME wrote them into it.
func (p *parser) outlet(n *part, s *sink) outlet {
	if n.head.word == "text/plain" && n.head.isText() {
		return &inlineFiles{p: p, part: n, text: s}
	}
	return s
}

// inlineFiles takes uuencoded and yEnc files out of a text and makes attachments
// of them. It looks at lines only where the words of a first line were seen.
type inlineFiles struct {
	p    *parser
	part *part
	text *sink

	awake   bool
	midLine bool   // the text so far ends inside a line
	line    []byte // an unfinished line
	begin   []byte // a begin line that waits for the line behind it
	file    fileLines
	node    *part
	out     *sink
	buf     []byte
}

var beginWords = []byte("begin ")

// maxTextLine is how long a line is held back.
const maxTextLine = 64 << 10

func (x *inlineFiles) write(b []byte) {
	if x.awake = x.awake || len(x.line) > 0 || bytes.Contains(b, beginWords); !x.awake {
		x.line = append(x.line, x.cutBegin(b)...)
		x.pass(b[:len(b)-len(x.line)])
		return
	}
	if x.midLine {
		rest := b[bytes.IndexByte(b, '\n')+1:]
		if len(rest) == len(b) {
			x.pass(b)
			return
		}
		x.pass(b[:len(b)-len(rest)])
		b = rest
	}
	x.lines(b)
}

func (x *inlineFiles) lines(b []byte) {
	for len(b) > 0 {
		i := bytes.IndexByte(b, '\n')
		if i < 0 {
			x.hold(b)
			return
		}
		line := b[:i+1]
		if len(x.line) > 0 {
			x.line = append(x.line, line...)
			line = x.line
		}
		x.take(line)
		x.line, b = x.line[:0], b[i+1:]
	}
}

// pass gives bytes to the text.
func (x *inlineFiles) pass(b []byte) {
	x.text.write(b)
	if len(b) > 0 {
		x.midLine = b[len(b)-1] != '\n'
	}
}

// cutBegin is the end of b that may be the start of a begin line.
func (x *inlineFiles) cutBegin(b []byte) []byte {
	i := bytes.LastIndexByte(b, '\n')
	if i < 0 && x.midLine {
		return nil
	}
	last := b[i+1:]
	if len(last) < len("=ybegin ") && (bytes.HasPrefix(beginWords, last) || bytes.HasPrefix([]byte("=ybegin "), last)) {
		return last
	}
	return nil
}

func (x *inlineFiles) hold(b []byte) {
	if x.line = append(x.line, b...); len(x.line) > maxTextLine {
		x.take(x.line)
		x.line = x.line[:0]
	}
}

// take deals with a line and its end.
func (x *inlineFiles) take(line []byte) {
	text := bytes.TrimRight(line, "\r\n")
	if x.begin != nil {
		x.proof(text)
	}
	if x.file != nil && x.fileLine(text) {
		return
	}
	if f, ok := uuBegin(text); ok {
		x.begin, x.file = bytes.Clone(line), f
		return
	}
	if f, ok := yencBegin(text); ok {
		x.start(f)
		return
	}
	x.pass(line)
}

// proof looks at the line below a begin line: without a file there, the begin
// line is prose.
func (x *inlineFiles) proof(line []byte) {
	f := x.file
	_, ok := uuLine(nil, line)
	if ok && len(line) > 1 || string(line) == "`" || string(line) == "end" {
		x.start(f)
	} else {
		x.file = nil
		x.pass(x.begin)
	}
	x.begin = nil
}

func (x *inlineFiles) start(f fileLines) {
	if x.node = x.p.newFile(f.named(), ""); x.node == nil {
		x.file = nil
		return
	}
	x.p.problems.note(problemInlineFile, "a file stands inside the text; it was made an attachment")
	x.file, x.out = f, x.p.newSink(x.node)
	x.part.files = append(x.part.files, x.node)
}

// fileLine gives a line to the file; false when it is not the file's.
func (x *inlineFiles) fileLine(line []byte) bool {
	var state fileState
	x.buf, state = x.file.take(x.buf[:0], line)
	x.out.write(x.buf)
	if uu, ok := x.file.(*uuFile); ok && uu.bad > 0 {
		x.p.problems.note(problemFileDamaged, "a file inside the text has a damaged line")
	}
	if state == fileGoesOn {
		return true
	}
	if state == fileEnded {
		x.p.problems.note(problemFileEnd, "a file inside the text has no end")
	}
	x.endFile()
	return state == fileEnds
}

func (x *inlineFiles) endFile() {
	x.out.close()
	x.file, x.out = nil, nil
}

func (x *inlineFiles) close() {
	if len(x.line) > 0 {
		x.take(x.line)
	}
	if x.begin != nil {
		x.pass(x.begin)
		x.file = nil
	}
	if x.file != nil {
		x.p.problems.note(problemFileEnd, "a file inside the text has no end")
		x.endFile()
	}
	x.text.close()
}

// newFile is an attachment that is found inside a part; nil when the mail has
// too many already.
func (p *parser) newFile(name, kind string) *part {
	if p.parts >= p.limits.Parts {
		p.problems.note(problemTooManyParts, "the mail has more than %d parts", p.limits.Parts)
		return nil
	}
	p.parts++
	head := partHead{media: media{word: kind}, declared: kind != ""}
	if kind == "" {
		head.word = "application/octet-stream"
	}
	head.disposition = media{word: "attachment", params: map[string]string{"filename": name}}
	return &part{head: head}
}
