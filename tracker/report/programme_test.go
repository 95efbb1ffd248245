package report

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the goldens anew")

// golden compares a value with its JSON in testdata.
func golden(t *testing.T, name string, v any) {
	t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	require.NoError(t, e.Encode(v))
	file := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.WriteFile(file, b.Bytes(), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, string(want), b.String())
}

func TestGoldenOfTenWeeks(t *testing.T) {
	s := setup(t)
	c := collect(t, s, stories(t, "testdata/programme.txt", s.Zone)...)
	golden(t, "programme.json", c.Programme())
	golden(t, "partner.json", c.Partner("optit"))
	golden(t, "requester.json", c.Requester("kiran@egov.test"))
}
