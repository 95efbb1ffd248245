package mailin

import (
	"bytes"
	"strings"
)

// fileLines decodes a file that stands as lines in a text.
type fileLines interface {
	// take appends to dst what the line, without its end, holds. It says whether
	// the file goes on, is over with this line, or was over before it.
	take(dst, line []byte) ([]byte, fileState)
	// named is the file's name as written.
	named() string
}

type fileState uint8

const (
	fileGoesOn fileState = iota
	fileEnds
	fileEnded // the line is not the file's
)

// uuFile is a file in the form of POSIX uuencode: a line "begin MODE NAME",
// lines that start with their length, a line of length zero, a line "end".
type uuFile struct {
	name string
	last bool // the line of length zero was there
	bad  int  // damaged lines in a row
}

// uuBegin reads the first line of a uuencoded file.
func uuBegin(line []byte) (*uuFile, bool) {
	rest, ok := bytes.CutPrefix(line, []byte("begin "))
	if !ok {
		return nil, false
	}
	mode, name, _ := strings.Cut(strings.TrimSpace(string(rest)), " ")
	name = strings.TrimSpace(name)
	if len(mode) < 3 || len(mode) > 4 || strings.Trim(mode, "01234567") != "" || name == "" {
		return nil, false
	}
	return &uuFile{name: strings.Trim(name, `"`)}, true
}

func (f *uuFile) named() string { return f.name }

func (f *uuFile) take(dst, line []byte) ([]byte, fileState) {
	if string(bytes.TrimSpace(line)) == "end" {
		return dst, fileEnds
	}
	out, ok := uuLine(dst, line)
	switch {
	case f.last && len(bytes.TrimSpace(line)) > 0:
		return dst, fileEnded
	case ok:
		f.bad = 0
		f.last = f.last || len(line) > 0 && len(out) == len(dst)
		return out, fileGoesOn
	case f.bad > 0 || words(line):
		return dst, fileEnded
	}
	f.bad++
	return out, fileGoesOn
}

// uuLine decodes one line; false when its length does not fit what it says, or
// it has characters that the code has not. Blanks that were cut off at its end
// count as zeros.
func uuLine(dst, line []byte) ([]byte, bool) {
	line = bytes.TrimRight(line, "\r")
	if len(line) == 0 {
		return dst, true
	}
	if !uuChar(line[0]) {
		return dst, false
	}
	n := int(line[0]-' ') & 63
	chars := (n + 2) / 3 * 4
	data := line[1:]
	fits := len(data) <= chars+4 && len(data) >= chars-4
	end := len(dst)
	for i := 0; i < chars && i < len(data)+3; i += 4 {
		var q [4]byte
		for k := range q {
			if i+k < len(data) {
				fits = fits && uuChar(data[i+k])
				q[k] = (data[i+k] - ' ') & 63
			}
		}
		dst = append(dst, q[0]<<2|q[1]>>4, q[1]<<4|q[2]>>2, q[2]<<6|q[3])
	}
	return dst[:min(end+n, len(dst))], fits
}

// uuChar reports a character of the code; some encoders use lower case for the
// line's check sum alone.
func uuChar(c byte) bool { return c >= ' ' && c <= '`' }

// words recognises a line of a text: most of it are small letters.
func words(line []byte) bool {
	small := 0
	for _, c := range line {
		if c >= 'a' && c <= 'z' || c >= 0x80 {
			small++
		}
	}
	return 2*small > len(line)
}

// fileDecoder is uuencode or yEnc as the transfer encoding of a part: what
// stands around the file is dropped.
type fileDecoder struct {
	start func(line []byte) (fileLines, bool)
	file  fileLines
	name  string
	line  []byte
	done  bool
}

func (d *fileDecoder) decode(dst, src []byte) []byte {
	for len(src) > 0 && !d.done {
		i := bytes.IndexByte(src, '\n')
		if i < 0 {
			if len(d.line) < maxQPLine {
				d.line = append(d.line, src...)
			}
			return dst
		}
		d.line = append(d.line, src[:i]...)
		dst = d.take(dst, d.line)
		d.line, src = d.line[:0], src[i+1:]
	}
	return dst
}

func (d *fileDecoder) take(dst, line []byte) []byte {
	line = bytes.TrimRight(line, "\r")
	if d.file == nil {
		if file, ok := d.start(line); ok {
			d.file, d.name = file, file.named()
		}
		return dst
	}
	out, state := d.file.take(dst, line)
	d.done = state != fileGoesOn
	return out
}

func (d *fileDecoder) finish(dst []byte) []byte {
	if len(d.line) > 0 && !d.done {
		dst = d.take(dst, d.line)
	}
	return dst
}

func (d *fileDecoder) damage() string {
	if d.file == nil {
		return problemNoFile
	}
	return ""
}

func uuStart(line []byte) (fileLines, bool) {
	f, ok := uuBegin(line)
	return f, ok
}

func yencStart(line []byte) (fileLines, bool) {
	f, ok := yencBegin(line)
	return f, ok
}
