package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"envdesk/templates"
)

func (a *app) mailTemplatesCommand() *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:   "templates [NAME…]",
		Short: "The built-in templates of mails, to make your own of",
		Long: "Without --dir it lists the templates. With --dir it writes those that are named, or all, into a folder, and overwrites\n" +
			"nothing there. Keep those that you change, and name the folder under desk.templates of the configuration.",
		Args: cobra.ArbitraryArgs,
		RunE: func(_ *cobra.Command, args []string) error { return a.mailTemplates(dir, args) },
	}
	cmd.Flags().StringVar(&dir, "dir", "", "write the files into `DIR`")
	return cmd
}

func (a *app) mailTemplates(dir string, wanted []string) error {
	names, err := chooseTemplates(wanted)
	if err != nil {
		return err
	}
	if dir == "" {
		_, err := fmt.Fprintf(a.out, "%s\n\n`envdesk mail templates NAME… --dir DIR` writes some of them to DIR; without a NAME, all\n", strings.Join(names, "\n"))
		return err
	}
	if err := writeTemplates(dir, names); err != nil {
		return err
	}
	_, err = fmt.Fprintf(a.out, "wrote %s to %s; keep what you change, try it with `envdesk mail preview --templates %s`, and use it with `templates` under desk in envdesk.yaml\n",
		count(len(names), "template"), dir, dir)
	return err
}

// chooseTemplates gives the file names of the wanted templates, with or without
// their extension; of all when none is named.
func chooseTemplates(wanted []string) ([]string, error) {
	all := templateNames()
	if len(wanted) == 0 {
		return all, nil
	}
	var names []string
	for _, w := range wanted {
		name := w
		switch {
		case w+".html" == templates.Layout:
			name = templates.Layout
		case filepath.Ext(w) == "":
			name = templates.File(w)
		}
		if !slices.Contains(all, name) {
			return nil, usage("mail templates %s: there is no such template%s", w, orList(meant(name)))
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names, nil
}

func orList(hint string) string {
	if hint == "" {
		return "; `envdesk mail templates` lists them"
	}
	return hint
}

// writeTemplates writes all or, when a file is there already, none.
func writeTemplates(dir string, names []string) error {
	for _, name := range names {
		if path := filepath.Join(dir, name); exists(path) {
			return fmt.Errorf("%s is there already; nothing was written: name another folder, or the templates that you want", path)
		}
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, name := range names {
		if err := writeTemplate(filepath.Join(dir, name), name); err != nil {
			return err
		}
	}
	return nil
}

func writeTemplate(path, name string) error {
	source, err := fs.ReadFile(templates.FS, name)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	if _, err := f.Write(source); err != nil {
		return errors.Join(err, f.Close())
	}
	return f.Close()
}
