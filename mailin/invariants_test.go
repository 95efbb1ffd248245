package mailin

import (
	"encoding/hex"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"envdesk/tracker"
)

// checkInvariants holds for every Message, whatever the bytes were.
func checkInvariants(t *testing.T, raw []byte, m tracker.Message) {
	t.Helper()
	l := defaultLimits()
	require.Equal(t, int64(len(raw)), m.Size)
	require.NotEmpty(t, m.Auto)
	require.NotContains(t, problemNames(m), problemInternal)
	require.LessOrEqual(t, len(m.Text), l.Text)
	require.LessOrEqual(t, len(m.Reply), len(m.Text))
	require.Equal(t, strings.TrimSpace(m.Text) == "", strings.TrimSpace(m.Reply) == "")
	rest := m
	rest.Text, rest.Reply = "", ""
	requireLines(t, reflect.ValueOf(rest))
	for _, s := range []string{m.Text, m.Reply} {
		require.True(t, utf8.ValidString(s))
		require.False(t, strings.ContainsFunc(s, func(r rune) bool { return r != '\n' && r != '\t' && isControl(r) }), "%q", s)
	}
	require.LessOrEqual(t, len(m.Attachments), l.Parts+2+maxPacked) // the rest of each packed part is one more
	for _, a := range m.Attachments {
		require.False(t, strings.ContainsAny(a.Name, `/\`), "%q", a.Name)
		require.LessOrEqual(t, utf8.RuneCountInString(a.Name), l.NameRunes)
		sum, err := hex.DecodeString(a.SHA256)
		require.NoError(t, err)
		require.Len(t, sum, 32)
		if a.Content != nil {
			require.Len(t, a.Content, int(a.Size))
		}
	}
	require.Len(t, m.Fingerprint, 64)
}

// requireLines is requireLine for every string in v.
func requireLines(t *testing.T, v reflect.Value) {
	t.Helper()
	switch v.Kind() {
	case reflect.String:
		requireLine(t, v.String())
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				requireLines(t, v.Field(i))
			}
		}
	case reflect.Slice:
		for i := 0; i < v.Len() && v.Type().Elem().Kind() != reflect.Uint8; i++ {
			requireLines(t, v.Index(i))
		}
	case reflect.Pointer:
		if !v.IsNil() {
			requireLines(t, v.Elem())
		}
	}
}

func requireLine(t *testing.T, s string) {
	t.Helper()
	require.True(t, utf8.ValidString(s), "%q", s)
	for _, r := range s {
		require.False(t, isControl(r) || isHidden(r) && !joins(r), "%q", s)
	}
}

func problemNames(m tracker.Message) []string {
	out := []string{}
	for _, p := range m.Problems {
		out = append(out, p.Name)
	}
	return out
}

// TestStringsAreLines: what people are shown has no characters that hide, turn or
// break it, wherever in the mail it stood.
func TestStringsAreLines(t *testing.T) {
	report := func(status string) string {
		return "Content-Type: multipart/report; boundary=b\n\n--b\n\nx\n--b\nContent-Type: message/delivery-status\n\n" + status + "\n\n--b--\n"
	}
	named := func(name string) string { return "Content-Disposition: attachment; filename=\"" + name + "\"\n\nx" }
	marks := strings.Repeat("\u0301", 70)
	tests := map[string]struct{ raw, want string }{
		"attachment type":   {"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: \u202eimage/p\x07ng\n\nx\n--b--\n", "image/png"},
		"report address":    {"From: mailer-daemon@x.test\nSubject: failure notice\n\nHi. This is the qmail-send program\n<a\u202eb@x.test>:\n550 no", "ab@x.test"},
		"report action":     {report("Final-Recipient: rfc822;a@b.test\nAction: fai\x7fled\u202e"), "a@b.test failed true"},
		"subject of marks":  {"Subject: a" + marks + "\n\nx", "\u00e1" + marks[2:]},
		"fillers in names":  {named("x\U000e0001\U000e0041\ufff9\u3164\u115f\u2800\uffa0y"), "x   y"},
		"fillers in From":   {"From: x\u3164\U000e0041y <a@b.test>\n\nx", "x y"},
		"only a filler":     {"Subject: \u3164\n\nx", ""},
		"drives":            {named("C:D:evil"), "evil"},
		"drives and blanks": {named("C: D:\u200d E:evil"), "evil"},
		"a bare drive":      {named("C:"), "C:"},
		"line separators":   {named("a\u2028b.txt"), "a b.txt"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			m := Parse([]byte(tt.raw), Options{})
			checkInvariants(t, []byte(tt.raw), m)
			require.Equal(t, tt.want, shownOf(m))
		})
	}
}

// shownOf is what a mail of TestStringsAreLines is about.
func shownOf(m tracker.Message) string {
	switch {
	case m.Bounce != nil && m.Subject == "":
		r := m.Bounce.Recipients[0]
		return fmt.Sprint(r.Address, " ", r.Action, " ", r.Permanent)
	case m.Bounce != nil:
		return m.Bounce.Recipients[0].Address
	case len(m.Attachments) > 0 && m.Attachments[0].Name == "":
		return m.Attachments[0].Type
	case len(m.Attachments) > 0:
		return m.Attachments[0].Name
	case m.From.Name != "":
		return m.From.Name
	}
	return m.Subject
}
