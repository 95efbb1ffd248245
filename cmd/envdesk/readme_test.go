package main

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
	"envdesk/tracker/intake"
)

var update = flag.Bool("update", false, "write the generated parts of the README anew")

const readmePath = "../../README.md"

// What is not in the README does not exist for its readers.
func TestReadmeNamesEveryCommandAndVerb(t *testing.T) {
	data, err := os.ReadFile(readmePath)
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

// The tables and drawings of the README that the code knows better.
func TestReadmeIsGeneratedWhereTheCodeKnowsBetter(t *testing.T) {
	for name, want := range map[string]string{"commands": verbTable(), "states": stateDrawing()} {
		data, err := os.ReadFile(readmePath)
		require.NoError(t, err)
		head, rest, ok := strings.Cut(string(data), "<!-- "+name+" -->\n")
		require.True(t, ok, "the README has no part %s", name)
		got, tail, ok := strings.Cut(rest, "<!-- end of "+name+" -->\n")
		require.True(t, ok, "the part %s of the README has no end", name)
		if *update {
			text := head + "<!-- " + name + " -->\n" + want + "<!-- end of " + name + " -->\n" + tail
			require.NoError(t, os.WriteFile(readmePath, []byte(text), 0o644))
			continue
		}
		assert.Equal(t, want, got, "run go test ./cmd/envdesk -run TestReadme -update")
	}
}

// verbTable is the table of reply commands.
func verbTable() string {
	var b strings.Builder
	b.WriteString("| command | does | who | when it is |\n|---|---|---|---|\n")
	for _, h := range intake.Help(nil) {
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", h.Usage, h.Does, h.Who, orAny(h.When))
	}
	return b.String()
}

func orAny(when string) string {
	if when == "" {
		return "in any state"
	}
	return when
}

// stateDrawing draws the states of a ticket, a line for every way from one to
// another.
func stateDrawing() string {
	var b strings.Builder
	b.WriteString("```mermaid\nstateDiagram-v2\n")
	for _, t := range intake.Transitions() {
		fmt.Fprintf(&b, "    %s --> %s: %s\n", orStart(t.From), t.To, strings.Join(t.By, ", "))
	}
	b.WriteString("```\n")
	return b.String()
}

func orStart(s tracker.Status) string {
	if s == "" {
		return "[*]"
	}
	return string(s)
}
