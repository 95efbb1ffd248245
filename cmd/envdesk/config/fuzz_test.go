package config

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Whatever the bytes, there is a configuration that can be used, or an error
// that tells its problems in one line each.
func FuzzParse(f *testing.F) {
	f.Add(string(contractBytes(f)))
	f.Add(string(InitFile()))
	f.Add(string(SampleFile()))
	for _, s := range []string{
		"", "---\n", "a: &a [*a]\n", "? x\n: y\n", "desk: {address: a@b.test, key: é}\n", "imap: [[{server: imaps://[::1%25]:1}]]\n",
		"calendar: {days: Mon-Mon, hours: [\"0:00-24:00\"]}\npriorities: {P1: {resolve: 9999w}}\n", "<<: {}\n", "%YAML 1.2\n---\nstore: a\n",
		"types: [{name: A, approval: devops}, {name: a, approval: {}}]\n", "{", "- - - -", "!!map {}\n", "store: |\n  a\n", "people: [,]\n", "\"store\\n\": x\n",
	} {
		f.Add(s)
	}
	now := time.Date(2026, 3, 10, 0, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, s string) {
		c, err := Parse("envdesk.yaml", []byte(s))
		if err == nil {
			_, _ = c.Rules(), c.Warnings(now)
			require.Len(t, c.Policy.Rules, 5)
			require.NotNil(t, c.Calendar)
			return
		}
		require.Nil(t, c)
		var all Errors
		require.True(t, errors.As(err, &all))
		for _, p := range all {
			require.NotContains(t, p.Error(), "\n")
			require.NotContains(t, p.Error(), "\r")
			require.LessOrEqual(t, p.Line, strings.Count(s, "\n")+strings.Count(s, "\r")+1)
		}
	})
}
