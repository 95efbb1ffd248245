package mailout

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
)

var update = flag.Bool("update", false, "write the golden mails of testdata/out anew")

const goldenDir = "../testdata/out"

// desk is a composer with a fixed key and zone.
func desk(t testing.TB, change ...func(*Settings)) *Composer {
	t.Helper()
	signer, err := tracker.NewSigner(tracker.Key{ID: 1, Secret: []byte("0123456789abcdef")})
	require.NoError(t, err)
	s := Settings{Name: "Environment Requests", Address: "requests@desk.test", Zone: time.FixedZone("IST", 19800), Signer: signer, CloseAfter: "5d"}
	s.NameApprover = func(string) string { return "DevOps" }
	s.NamePerson = func(address string) string { return map[string]string{"ops@egov.test": "Imran Sheikh"}[address] }
	for _, f := range change {
		f(&s)
	}
	c, err := NewComposer(s)
	require.NoError(t, err)
	return c
}

// noon is the time of all goldens.
var noon = time.Date(2026, 11, 24, 6, 30, 0, 0, time.UTC)

// compose makes the mail, which must be without a problem, and splits it.
func compose(t testing.TB, c *Composer, n tracker.Notice, tk tracker.Ticket) (tracker.Mail, mailParts) {
	t.Helper()
	m, problem, err := c.Compose(n, tk)
	require.NoError(t, err)
	require.Empty(t, problem)
	return m, split(t, m.Raw)
}

func TestGoldenMails(t *testing.T) {
	c := desk(t)
	for _, s := range Samples(noon) {
		if counts(s.Notice.Kind) {
			continue // see TestGoldenReports
		}
		t.Run(s.Name, func(t *testing.T) {
			m, parts := compose(t, c, s.Notice, s.Ticket)
			golden(t, s.Name+".eml", m.Raw)
			golden(t, s.Name+".html", []byte(parts.html))
			golden(t, s.Name+".txt", []byte(parts.text))
		})
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join(goldenDir, name)
	if *update {
		require.NoError(t, os.MkdirAll(goldenDir, 0o755))
		require.NoError(t, os.WriteFile(path, got, 0o644))
		return
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err, "run go test ./mailout -update")
	if !bytes.Equal(want, got) {
		assert.Equal(t, string(want), string(got), "go test ./mailout -update writes it anew")
	}
}

func TestEveryKindHasASample(t *testing.T) {
	have := map[tracker.NoticeKind]bool{}
	for _, s := range Samples(noon) {
		have[s.Notice.Kind] = true
	}
	for _, k := range Kinds() {
		assert.True(t, have[k], k)
	}
}

func TestComposingTwiceGivesTheSameBytes(t *testing.T) {
	one, other := desk(t), desk(t)
	for _, s := range Samples(noon) {
		first, _ := compose(t, one, s.Notice, s.Ticket)
		second, _ := compose(t, other, s.Notice, s.Ticket)
		assert.Equal(t, string(first.Raw), string(second.Raw), s.Name)
	}
}
