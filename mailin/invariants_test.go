package mailin

import (
	"encoding/hex"
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
	for _, s := range append([]string{m.ID, m.From.Name, m.From.Address, m.Identity.Address}, append(m.References, m.InReplyTo...)...) {
		requireLine(t, s)
	}
	requireLine(t, m.Subject)
	for _, s := range []string{m.Text, m.Reply} {
		require.True(t, utf8.ValidString(s))
		require.False(t, strings.ContainsFunc(s, func(r rune) bool { return r != '\n' && r != '\t' && isControl(r) }), "%q", s)
	}
	require.LessOrEqual(t, len(m.Attachments), l.Parts+1)
	for _, a := range m.Attachments {
		requireLine(t, a.Name)
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
