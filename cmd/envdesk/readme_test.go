package main

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker/intake"
)

// What is not in the README does not exist for its readers.
func TestReadmeNamesEveryCommandAndVerb(t *testing.T) {
	data, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	readme := string(data)
	for _, cmd := range (&app{}).root().Commands() {
		if !cmd.Hidden && cmd.Name() != "help" {
			assert.Contains(t, readme, "`"+cmd.Name(), "command %s", cmd.Name())
		}
	}
	for _, v := range intake.Verbs() {
		assert.Contains(t, readme, "`/"+v.Name, "verb %s", v.Name)
	}
}
