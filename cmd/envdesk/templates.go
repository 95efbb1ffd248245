package main

import (
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"envdesk/cmd/envdesk/config"
	"envdesk/mailout"
	"envdesk/templates"
	"envdesk/tracker"
)

// retellTemplate is how long the manager hears no more of a template that he was
// told of.
const retellTemplate = 24 * time.Hour

// newComposer is what writes the mails of a desk. What is wrong with the templates
// of its own is logged, and is no error: the built-in ones take their place.
func newComposer(c *config.Config, signer tracker.Signer, now func() time.Time, log *slog.Logger) (tracker.Composer, error) {
	composer, err := mailout.NewComposer(mailSettings(c, signer))
	if err != nil {
		return nil, err
	}
	if c.Desk.Templates == "" {
		return composer, nil
	}
	own := &ownComposer{Composer: composer, dir: c.Desk.Templates, now: now, log: log, logged: map[string]bool{}, told: map[string]time.Time{}}
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
// it logs once, and gives to the desk, which tells the manager, once a day: a
// problem that was told in a transaction that came to nothing is told again.
type ownComposer struct {
	*mailout.Composer
	dir string
	now func() time.Time
	log *slog.Logger

	mu     sync.Mutex
	logged map[string]bool      // by template
	told   map[string]time.Time // by template: when the manager was told
}

// Compose implements tracker.Composer. The problem is "" when the manager heard of
// that template within a day, and for the mail to him that tells of such problems:
// it would bring about the next one.
func (c *ownComposer) Compose(n tracker.Notice, t tracker.Ticket) (tracker.Mail, string, error) {
	m, problem, err := c.Composer.Compose(n, t)
	if problem == "" {
		return m, "", err
	}
	c.warn(problem)
	if n.Kind == tracker.KindAlert || !c.isNews(problem) {
		problem = ""
	}
	return m, problem, err
}

// warn logs a problem, once a template.
func (c *ownComposer) warn(problem string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if name := templateOf(problem); !c.logged[name] {
		c.logged[name] = true
		c.log.Warn("a mail template cannot be used", "templates", c.dir, "problem", problem)
	}
}

// isNews reports whether the manager is to be told now.
func (c *ownComposer) isNews(problem string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	name, now := templateOf(problem), c.now()
	if last, before := c.told[name]; before && now.Before(last.Add(retellTemplate)) {
		return false
	}
	c.told[name] = now
	return true
}

// templateOf is the file that a problem begins with.
func templateOf(problem string) string {
	name, _, _ := strings.Cut(problem, ":")
	return name
}
