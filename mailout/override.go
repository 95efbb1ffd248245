package mailout

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"envdesk/templates"
	"envdesk/tracker"
)

// readOwn loads what the override directory has, and tries each template on a
// sample. What all mails share and cannot be used is left out, so that it takes
// no other template with it.
func (c *Composer) readOwn() error {
	present, err := os.ReadDir(c.settings.OverrideDir)
	if err != nil {
		return fmt.Errorf("read templates: %w", err)
	}
	names := map[string]bool{}
	for _, f := range present {
		names[f.Name()] = true
	}
	dir := os.DirFS(c.settings.OverrideDir)
	c.own = edition{scripts: map[tracker.NoticeKind]script{}, press: c.builtin.press}
	if names[templates.Layout] {
		c.readOwnLayout(dir)
	}
	files, parts := overlay{dir, templates.FS}, []fs.FS{templates.FS}
	if names[partsFile] {
		if _, err := parseMarkdown(dir, partsFile); err != nil {
			c.shared = append(c.shared, problemOf(partsFile, err))
		} else {
			parts = []fs.FS{dir, templates.FS}
		}
	}
	for _, kind := range Kinds() {
		if !names[templates.File(string(kind))] && len(parts) == 1 && c.own.press == c.builtin.press {
			continue
		}
		if err := c.tryOwn(kind, files, parts); err != nil {
			c.problems[kind] = problemOf(templates.File(string(kind)), err)
		}
	}
	return nil
}

func (c *Composer) readOwnLayout(dir fs.FS) {
	layout, err := parseLayout(dir)
	if err == nil {
		err = tryLayout(layout)
	}
	if err != nil {
		c.shared = append(c.shared, problemOf(templates.Layout, err))
		return
	}
	c.own.press = newPress(layout)
}

func (c *Composer) tryOwn(kind tracker.NoticeKind, files fs.FS, parts []fs.FS) error {
	s, err := parseScript(files, string(kind), parts...)
	if err != nil {
		return err
	}
	c.own.scripts[kind] = s
	for _, sample := range Samples(time.Unix(0, 0)) {
		if sample.Notice.Kind != kind {
			continue
		}
		v := newView(c.settings, sample.Notice, sample.Ticket, c.envelope(sample.Notice, sample.Ticket), sortFiles(sample.Notice))
		if err := v.tryReport(c.settings, sample.Notice); err != nil {
			return err
		}
		if _, err := c.own.render(sample.Notice, v); err != nil {
			delete(c.own.scripts, kind)
			if link, ok := errors.AsType[linkError](err); ok {
				return locateLink(files, string(kind), link)
			}
			return err
		}
	}
	return nil
}

// problemOf is one line that begins with the name of a template and a colon: of
// the one that the error is about or, where it does not say, of file.
func problemOf(file string, err error) string {
	text := strings.ReplaceAll(err.Error(), "\n", "; ")
	for _, library := range []string{"html/template:", "template:"} {
		text = strings.TrimSpace(strings.TrimPrefix(text, library))
	}
	if name := fileOf(text); name != file && name != partsFile && name != templates.Layout {
		text = file + ": " + text
	}
	if rest, ok := strings.CutPrefix(text, templates.Layout+": "); ok { // of its end, or of all of it
		text = templates.Layout + ":1: " + rest
	}
	return text + " (the built-in template is used)"
}

// fileOf is the name that a problem begins with.
func fileOf(problem string) string {
	name, _, _ := strings.Cut(problem, ":")
	return name
}

// overlay opens a file of over, and the one of under where over has none.
type overlay struct{ over, under fs.FS }

func (o overlay) Open(name string) (fs.File, error) {
	f, err := o.over.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return o.under.Open(name)
	}
	return f, err
}
