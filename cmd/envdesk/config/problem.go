package config

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Problem is one thing that is wrong in a configuration, or worth a warning.
type Problem struct {
	File string
	Line int    // from 1; 0 when it is about no line
	Key  string // such as partners[1].email; "" for the whole file
	Got  string // what stands there, never a secret
	Want string // what was expected, "" when Fix says it
	Fix  string // what to do, "" when Want says it
}

// Error is the problem in one line.
func (p Problem) Error() string {
	var b strings.Builder
	b.WriteString(p.File)
	if p.Line > 0 {
		fmt.Fprintf(&b, ":%d", p.Line)
	}
	if p.Key != "" {
		b.WriteString(": " + p.Key)
	}
	b.WriteString(": got " + p.Got)
	if p.Want != "" {
		b.WriteString(", want " + p.Want)
	}
	if p.Fix != "" {
		b.WriteString("; " + p.Fix)
	}
	return b.String()
}

// Errors are the problems of a configuration, at least one, in the order of
// their lines.
type Errors []Problem

// Error is the first problem in one line, with the number of the others.
func (e Errors) Error() string {
	if len(e) == 1 {
		return e[0].Error()
	}
	return fmt.Sprintf("%s (and %d more)", e[0].Error(), len(e)-1)
}

// Unwrap gives each problem as an error.
func (e Errors) Unwrap() []error {
	out := make([]error, len(e))
	for i, p := range e {
		out[i] = p
	}
	return out
}

// Nearest is the known word that a slip of the fingers most likely meant, or "".
func Nearest(got string, known []string) string {
	best, least := "", 1+max(1, utf8.RuneCountInString(got)/3)
	for _, k := range known {
		if longer := len(got) - len(k); longer > 3*least || -longer > 3*least {
			continue // cannot be near, and must not cost time
		}
		if d := distance(strings.ToLower(got), strings.ToLower(k)); d < least {
			best, least = k, d
		}
	}
	return best
}

func (e Errors) sorted() Errors {
	slices.SortStableFunc(e, func(a, b Problem) int { return cmp.Compare(a.Line, b.Line) })
	return e
}

// fault is a Problem without its place: what a parser of a value finds wrong.
type fault struct{ got, want, fix string }

// want is the fault of a value that is not what it should be.
func want(format string, args ...any) *fault {
	return &fault{want: fmt.Sprintf(format, args...)}
}

// quote shows a value that stands in the file, shortened.
func quote(s string) string {
	const most = 60
	if utf8.RuneCountInString(s) > most {
		s = string([]rune(s)[:most-1]) + "…"
	}
	return strconv.Quote(s)
}

// list puts words into a sentence: a, b or c.
func list(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// oneOf is the fault of a word that is none of those known, with the nearest.
func oneOf(got string, known []string) *fault {
	if len(known) == 0 {
		return &fault{want: "no name, since none is configured"}
	}
	f := &fault{want: list(known)}
	if n := Nearest(got, known); n != "" {
		f.fix = "did you mean " + n + "?"
	}
	return f
}

// distance counts the insertions, deletions, replacements and swaps of
// neighbours that turn a into b.
func distance(a, b string) int {
	s, t := []rune(a), []rune(b)
	before, last, row := make([]int, len(t)+1), make([]int, len(t)+1), make([]int, len(t)+1)
	for j := range last {
		last[j] = j
	}
	for i := range s {
		row[0] = i + 1
		for j := range t {
			row[j+1] = min(row[j]+1, last[j+1]+1, last[j]+differ(s[i], t[j]))
			if i > 0 && j > 0 && s[i] == t[j-1] && s[i-1] == t[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(t)]
}

func differ(a, b rune) int {
	if a == b {
		return 0
	}
	return 1
}
