package config

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
)

func TestLoadKeysMakesTheFileOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "envdesk.key")
	first, err := LoadKeys(path)
	require.NoError(t, err)
	require.Len(t, first, 1)
	assert.Equal(t, byte(1), first[0].ID)
	assert.Len(t, first[0].Secret, 32)

	info, err := os.Stat(path)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())

	again, err := LoadKeys(path)
	require.NoError(t, err)
	assert.Equal(t, first, again)

	other, err := LoadKeys(path + "2")
	require.NoError(t, err)
	assert.NotEqual(t, first, other)
	_, err = tracker.NewSigner(first...)
	assert.NoError(t, err)
}

func TestLoadKeysOfManyAtOnceAgree(t *testing.T) {
	dir := t.TempDir()
	keys := make([][]tracker.Key, 16)
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i := range keys {
		wg.Go(func() {
			<-start
			var err error
			keys[i], err = LoadKeys(filepath.Join(dir, "envdesk.key"))
			assert.NoError(t, err)
		})
	}
	close(start)
	wg.Wait()
	for _, k := range keys {
		assert.Equal(t, keys[0], k)
	}
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, left, 1, "nothing but the file of keys is left")
}

func TestLoadKeysRotated(t *testing.T) {
	a, b := strings.Repeat("ab", 32), strings.Repeat("CD", 16)
	path := filepath.Join(folder(t, map[string]string{"k": "# since May\n2 " + a + "\r\n\n1  " + b}), "k")
	keys, err := LoadKeys(path)
	require.NoError(t, err)
	require.Len(t, keys, 2)
	assert.Equal(t, byte(2), keys[0].ID, "the first line signs")
	assert.Equal(t, []byte(strings.Repeat("\xcd", 16)), keys[1].Secret)
}

func TestBadKeys(t *testing.T) {
	secret := strings.Repeat("ab", 32)
	for _, c := range []bad{
		{"empty", "", ": got no signing key, want one a line; restore the file from a backup, or remove it to make a new key: then replies to older mails prove nothing"},
		{"no number", secret + "\n", ":1: got a line that is no key, want a number from 1 to 255 and at least 32 hexadecimal digits"},
		{"number 0", "\n0 " + secret, ":2: got a line that is no key, want a number from 1 to 255 and at least 32 hexadecimal digits"},
		{"number 256", "256 " + secret, ":1: got a line that is no key, want a number from 1 to 255 and at least 32 hexadecimal digits"},
		{"no hexadecimal", "1 " + secret + "xy", ":1: got a line that is no key, want a number from 1 to 255 and at least 32 hexadecimal digits"},
		{"too short", "1 abcdef", ":1: got a line that is no key, want a number from 1 to 255 and at least 32 hexadecimal digits"},
		{"number twice", "1 " + secret + "\n1 " + secret, ":2: got key 1 a second time, want it once; the first is on line 1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(folder(t, map[string]string{"k": c.text}), "k")
			_, err := LoadKeys(path)
			require.EqualError(t, err, path+c.want)
			assert.NotContains(t, err.Error(), secret)
		})
	}
}

func TestKeysForEverybodyAreRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "envdesk.key")
	_, err := LoadKeys(path)
	require.NoError(t, err)
	require.NoError(t, os.Chmod(path, 0o644))
	_, err = LoadKeys(path)
	assert.EqualError(t, err, path+": got "+path+" with mode 0644, want a file that others cannot read; chmod 600 "+path)
}

func TestKeysInNoFolder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "none", "envdesk.key")
	_, err := LoadKeys(path)
	assert.ErrorContains(t, err, "create signing key "+path+": ")
}

func FuzzParseKeys(f *testing.F) {
	for _, s := range []string{"", "1 abab", "# x\n2 " + strings.Repeat("0f", 32), "1\t00\r\n", "300 ff", strings.Repeat("1 "+strings.Repeat("ab", 32)+"\n", 2)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		keys, err := parseKeys("k", s)
		if err != nil {
			return
		}
		_, err = tracker.NewSigner(keys...)
		require.NoError(t, err, "what is read can sign")
	})
}
