package mailout

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Slots mark user data in the output of a template: open, a letter for the
// kind, the value, close. They are runes of a private use area, which clean
// takes out of every value, so that no value can end its slot or forge another.
const (
	slotOpen  = '\uE000'
	slotClose = '\uE001'
	slotInner = '\uE002'

	slotText  = 'T' // plain words
	slotKey   = 'K' // a ticket's key
	slotLink  = 'L' // a link that the composer built: URL, inner, command
	slotQuote = 'Q' // in HTML only: words whose line breaks are kept

	slotBar     = 'B' // a bar: its share in percent, inner, its tone
	slotPicture = 'P' // where a picture of the mail is
)

// link is a button's target. Nothing else may stand in a link destination.
type link struct {
	url     string
	command string // what the reply says, "" for an empty reply
}

// bar is a share to be drawn, in percent.
type bar struct {
	share int
	tone  string // "", pale or strong
}

// picture is a picture that goes with the mail.
type picture struct{ url string }

// prepared is Markdown of ours with all values in slots.
type prepared string

// key is a ticket's key: no line ends within it.
type key string

// value is the content of a slot.
type value struct {
	text    string // the words, or the URL of a link
	command string // of a link
}

// slot is the function at the end of every printing pipeline of a template.
func slot(v any) string {
	switch v := v.(type) {
	case nil:
		return string(slotOpen) + string(slotText) + string(slotClose)
	case link:
		return string(slotOpen) + string(slotLink) + clean(v.url) + string(slotInner) + clean(v.command) + string(slotClose)
	case bar:
		return string(slotOpen) + string(slotBar) + strconv.Itoa(v.share) + string(slotInner) + v.tone + string(slotClose)
	case *bar:
		return slot(*v)
	case *picture:
		return slot(*v)
	case picture:
		return string(slotOpen) + string(slotPicture) + clean(v.url) + string(slotClose)
	case prepared:
		return string(v)
	case key:
		return string(slotOpen) + string(slotKey) + clean(string(v)) + string(slotClose)
	case string:
		return string(slotOpen) + string(slotText) + clean(v) + string(slotClose)
	}
	return string(slotOpen) + string(slotText) + clean(fmt.Sprint(v)) + string(slotClose)
}

// extract takes the values out of executed text and leaves numbered tokens. The
// first value gets number first.
func extract(text string, first int) (skeleton string, values []value) {
	var b strings.Builder
	b.Grow(len(text))
	for {
		before, rest, ok := strings.Cut(text, string(slotOpen))
		b.WriteString(before)
		if !ok {
			return b.String(), values
		}
		inner, after, _ := strings.Cut(rest, string(slotClose))
		content, command, _ := strings.Cut(inner[1:], string(slotInner))
		b.WriteString(token(inner[0], first+len(values)))
		values = append(values, value{text: content, command: command})
		text = after
	}
}

// token is what stands in a skeleton for the value with number n.
func token(kind byte, n int) string {
	return string(slotOpen) + string(rune(kind)) + strconv.Itoa(n) + string(slotClose)
}

// piece is a part of a skeleton: literal text, or a slot.
type piece struct {
	literal string
	kind    byte // 0: literal
	slot    int
}

// pieces splits a skeleton at its tokens.
func pieces(skeleton string) []piece {
	var out []piece
	for skeleton != "" {
		before, rest, ok := strings.Cut(skeleton, string(slotOpen))
		if before != "" {
			out = append(out, piece{literal: before})
		}
		if !ok {
			break
		}
		inner, after, _ := strings.Cut(rest, string(slotClose))
		n, _ := strconv.Atoi(inner[1:])
		out = append(out, piece{kind: inner[0], slot: n})
		skeleton = after
	}
	return out
}

// clean makes a value fit to be shown: valid UTF-8 with LF line ends, without
// control characters, the runes of slots, and those that reorder or hide text
// (Trojan Source; U+200C and U+200D stay, Indic scripts need them).
func clean(s string) string {
	if plain(s) {
		return s
	}
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\r', r == '\u2028', r == '\u2029', r == '\u0085':
			return '\n'
		case r == '\n', r == '\t':
			return r
		case hidden(r):
			return -1
		}
		return r
	}, s)
}

func plain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' && c != '\n' || c >= utf8.RuneSelf-1 {
			return false
		}
	}
	return true
}

func hidden(r rune) bool {
	switch {
	case r < ' ', r >= 0x7f && r <= 0x9f: // C0, DEL, C1
		return true
	case r >= slotOpen && r <= slotInner:
		return true
	case r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069: // bidirectional controls
		return true
	case r == 0x200b, r == 0x2060, r == 0xfeff: // zero width
		return true
	case r >= 0xe0000 && r <= 0xe007f, r&0xfffe == 0xfffe: // tags, noncharacters
		return true
	}
	return false
}

// oneLine is a cleaned value on one line, at most max runes long.
func oneLine(s string, max int) string {
	return cut(strings.Join(strings.Fields(clean(s)), " "), max)
}

// cut shortens s to max runes, the last of which is then an ellipsis.
func cut(s string, max int) string {
	if len(s) <= max || utf8.RuneCountInString(s) <= max {
		return s
	}
	n := 0
	for i := range s {
		if n++; n == max {
			return strings.TrimRight(s[:i], " ") + "…"
		}
	}
	return s
}
