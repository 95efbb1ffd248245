package main

import (
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"envdesk/cmd/envdesk/config"
	"envdesk/mailout"
	"envdesk/templates"
	"envdesk/tracker"
)

// newComposer is what writes the mails of a desk. What is wrong with the templates
// of its own is logged, and is no error: the built-in ones take their place.
func newComposer(c *config.Config, signer tracker.Signer, log *slog.Logger) (tracker.Composer, error) {
	composer, err := mailout.NewComposer(mailSettings(c, signer))
	if err != nil {
		return nil, err
	}
	if c.Desk.Templates == "" {
		return composer, nil
	}
	own := &ownComposer{Composer: composer, dir: c.Desk.Templates, log: log, logged: map[string]bool{}}
	problems, err := templateProblems(own.dir, composer)
	if err != nil {
		return nil, err
	}
	for _, p := range problems {
		own.warn(p)
	}
	return own, nil
}

// tryTemplates says what is wrong with the templates that the configuration names.
func tryTemplates(c *config.Config) ([]string, error) {
	composer, err := trialComposer(c)
	if err != nil {
		return nil, err
	}
	return templateProblems(c.Desk.Templates, composer)
}

// trialComposer composes as the desk of the configuration does, but for codes
// that no desk accepts: for samples alone.
func trialComposer(c *config.Config) (*mailout.Composer, error) {
	signer, err := tracker.NewSigner(tracker.Key{ID: 1, Secret: []byte("of no desk, for previews alone")})
	if err != nil {
		return nil, err
	}
	return mailout.NewComposer(mailSettings(c, signer))
}

// templateProblems says what is wrong with the templates in a folder: with file
// and line what cannot be used, and what no mail would ever use.
func templateProblems(dir string, c *mailout.Composer) ([]string, error) {
	names, err := templateFiles(dir)
	if err != nil {
		return nil, err
	}
	problems := c.Problems()
	for _, name := range names {
		if !slices.Contains(templateNames(), name) {
			problems = append(problems, name+": no mail uses a template of that name"+meant(name))
		}
	}
	return problems, nil
}

// templateFiles are the names of the files in a folder that look like templates.
// A README is none.
func templateFiles(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		name := e.Name()
		ext := strings.ToLower(filepath.Ext(name))
		if !e.IsDir() && !strings.HasPrefix(name, ".") && (ext == ".md" || ext == ".html") && !strings.EqualFold(name, "README.md") {
			names = append(names, name)
		}
	}
	return names, nil
}

// templateNames are the file names of all built-in templates.
func templateNames() []string {
	names, err := fs.Glob(templates.FS, "*")
	if err != nil {
		panic(err) // the pattern is well-formed
	}
	return names
}

// meant asks for the template whose name is nearest, if one is near.
func meant(name string) string {
	if n := config.Nearest(name, templateNames()); n != "" {
		return "; did you mean " + n + "?"
	}
	return ""
}

// ownComposer composes with templates of the desk's own. What is wrong with one
// it logs once; the desk tells the manager.
type ownComposer struct {
	*mailout.Composer
	dir string
	log *slog.Logger

	mu     sync.Mutex
	logged map[string]bool // by template
}

// Compose implements tracker.Composer. The problem is "" for the mail that tells
// the manager of such problems: it would bring about the next one.
func (c *ownComposer) Compose(n tracker.Notice, t tracker.Ticket) (tracker.Mail, string, error) {
	m, problem, err := c.Composer.Compose(n, t)
	for line := range strings.Lines(problem) {
		c.warn(strings.TrimSpace(line))
	}
	if n.Kind == tracker.KindAlert {
		problem = ""
	}
	return m, problem, err
}

// warn logs a problem, once a template.
func (c *ownComposer) warn(problem string) {
	name, _, _ := strings.Cut(problem, ":")
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.logged[name] {
		c.logged[name] = true
		c.log.Warn("a mail template cannot be used", "templates", c.dir, "problem", problem)
	}
}
