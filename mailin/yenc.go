package mailin

import (
	"bytes"
	"strings"
)

// yencFile is a file in yEnc 1.3: a line =ybegin, perhaps =ypart, lines of bytes
// moved by 42, a line =yend.
type yencFile struct{ name string }

// yencBegin reads "=ybegin line=128 size=123 name=a.bin"; the name is the last
// and may hold blanks.
func yencBegin(line []byte) (*yencFile, bool) {
	s := string(line)
	if !strings.HasPrefix(s, "=ybegin ") || !strings.Contains(s, " line=") || !strings.Contains(s, " size=") {
		return nil, false
	}
	_, name, ok := strings.Cut(s, " name=")
	name = strings.Trim(name, " \"\r")
	return &yencFile{name: name}, ok && name != ""
}

func (f *yencFile) named() string { return f.name }

func (f *yencFile) take(dst, line []byte) ([]byte, fileState) {
	switch {
	case bytes.HasPrefix(line, []byte("=yend")):
		return dst, fileEnds
	case bytes.HasPrefix(line, []byte("=ypart ")):
		return dst, fileGoesOn
	}
	for i := 0; i < len(line); i++ {
		c := line[i]
		if c == '=' && i+1 < len(line) {
			i++
			c = line[i] - 64
		}
		dst = append(dst, c-42)
	}
	return dst, fileGoesOn
}
