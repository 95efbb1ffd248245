package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// mayImport is the table of who may import whom, of our own packages. Packages
// that are not there yet keep their rows: they are doors, and this is their
// frame.
var mayImport = map[string][]string{
	"tracker":            {},
	"tracker/sla":        {"tracker"},
	"tracker/intake":     {"tracker", "tracker/sla"},
	"tracker/report":     {"tracker", "tracker/sla"},
	"tracker/desk":       {"tracker", "tracker/intake", "tracker/sla", "tracker/report"},
	"tracker/sqlstore":   {"tracker"},
	"tracker/storetest":  {"tracker"},
	"mailin":             {"tracker"},
	"mailin/mailbox":     {"tracker"},
	"mailin/sandbox":     {},
	"templates":          {},
	"testdata/demo":      {},
	"mailout":            {"tracker", "tracker/report", "templates"},
	"cmd/envdesk/config": {"tracker", "tracker/intake", "tracker/sla"},
	"cmd/envdesk": {
		"tracker", "tracker/sla", "tracker/intake", "tracker/report", "tracker/desk", "tracker/sqlstore", "mailin", "mailin/mailbox",
		"mailin/sandbox", "templates", "testdata/demo", "mailout", "cmd/envdesk/config",
	},
}

func TestImportTable(t *testing.T) {
	root := filepath.Join("..", "..")
	seen := 0
	require.NoError(t, filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		rel, err := filepath.Rel(root, path)
		require.NoError(t, err)
		pkg := filepath.ToSlash(filepath.Dir(rel))
		allowed, ok := mayImport[pkg]
		if !assert.True(t, ok, "package %s is not in the table", pkg) {
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		require.NoError(t, err)
		for _, imp := range f.Imports {
			name, _ := strconv.Unquote(imp.Path.Value)
			ours, ok := strings.CutPrefix(name, "envdesk/")
			if ok {
				assert.True(t, slices.Contains(allowed, ours), "%s: %s may not import %s", rel, pkg, ours)
			} else if pkg == "tracker" {
				assert.False(t, strings.Contains(name, "."), "%s: tracker imports the standard library only, not %s", rel, name)
			}
		}
		seen++
		return nil
	}))
	assert.Greater(t, seen, 20)
}
