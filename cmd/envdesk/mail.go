package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"envdesk/cmd/envdesk/config"
	"envdesk/mailout"
)

func (a *app) mailCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "mail", Short: "Look at the mails that the desk sends", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(a.mailPreviewCommand(), a.mailTemplatesCommand())
	return cmd
}

// preview is what to show: all kinds, one kind, or one sample of a kind.
type preview struct {
	kind      string // a kind or a sample's name; "" for all
	dir       string // where files go; "" for none
	templates string // a folder with templates to try; "" for none
}

func (a *app) mailPreviewCommand() *cobra.Command {
	var p preview
	cmd := &cobra.Command{
		Use:   "preview [KIND]",
		Short: "Every kind of mail with sample data, as .html, .txt and .eml",
		Long: "Without --dir it lists the kinds, or prints the text of the one that is named. With --dir it writes KIND.html, KIND.txt and\n" +
			"KIND.eml for each, and KIND-VARIANT for other readers and other cases. It needs no configuration; of one that is there\n" +
			"it uses the folder desk.templates.",
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 1 {
				p.kind = args[0]
			}
			return a.previewMails(p)
		},
	}
	cmd.Flags().StringVar(&p.dir, "dir", "", "write the files into `DIR`")
	cmd.Flags().StringVar(&p.templates, "templates", "", "use the templates in `DIR` in place of built-in ones of the same name, and say what is wrong with them")
	return cmd
}

func (a *app) previewMails(p preview) error {
	samples := mailout.Samples(a.now())
	chosen, err := p.choose(samples)
	if err != nil {
		return err
	}
	if p.templates == "" {
		if p.templates, err = a.configuredTemplates(); err != nil {
			return err
		}
	}
	composer, err := p.composer()
	if err != nil {
		return err
	}
	switch {
	case p.dir != "":
		err = a.writePreviews(composer, chosen, p.dir)
	case p.kind != "":
		err = printPreview(a.out, composer, chosen[0])
	default:
		err = listPreviews(a.out, samples)
	}
	if err != nil {
		return err
	}
	return a.tellProblems(p.templates, composer)
}

// configuredTemplates is the folder that the configuration names, or "". A
// configuration that nobody asked for may be a broken one: then it names none.
func (a *app) configuredTemplates() (string, error) {
	c, err := a.read(config.SectionTemplates)
	if err == nil {
		return c.Desk.Templates, nil
	}
	if a.configFile != "" {
		return "", err
	}
	_, err = fmt.Fprintf(a.err, "envdesk: %v: the built-in templates are used\n", err)
	return "", err
}

// choose picks the samples that are asked for: those of the kind, or the one of
// that name.
func (p preview) choose(samples []mailout.Sample) ([]mailout.Sample, error) {
	if p.kind == "" {
		return samples, nil
	}
	var chosen []mailout.Sample
	for _, s := range samples {
		if string(s.Notice.Kind) == p.kind || s.Name == p.kind {
			chosen = append(chosen, s)
		}
	}
	if len(chosen) == 0 {
		return nil, usage("mail preview %s: there is no such kind of mail; `envdesk mail preview` lists them", p.kind)
	}
	return chosen, nil
}

// composer writes mails as the desk of the built-in sample does.
func (p preview) composer() (*mailout.Composer, error) {
	c := config.Sample()
	c.Desk.Templates = p.templates
	composer, err := trialComposer(c)
	if err != nil && p.templates != "" {
		return nil, usage("--templates %s: %w", p.templates, err)
	}
	return composer, err
}

func (a *app) writePreviews(composer *mailout.Composer, samples []mailout.Sample, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, s := range samples {
		m, _, err := composer.Compose(s.Notice, s.Ticket)
		if err != nil {
			return err
		}
		plain, html, err := mailTexts(m.Raw)
		if err != nil {
			return fmt.Errorf("%s: %w", s.Name, err)
		}
		for _, f := range []struct{ ext, text string }{{".html", html}, {".txt", plain}, {".eml", string(m.Raw)}} {
			if err := os.WriteFile(filepath.Join(dir, s.Name+f.ext), []byte(f.text), 0o644); err != nil {
				return err
			}
		}
	}
	_, err := fmt.Fprintf(a.out, "wrote %s, each as .html, .txt and .eml, to %s\n", count(len(samples), "mail"), dir)
	return err
}

func printPreview(out io.Writer, composer *mailout.Composer, s mailout.Sample) error {
	m, _, err := composer.Compose(s.Notice, s.Ticket)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "Subject: %s\n\n%s", m.Subject, m.Text)
	return err
}

// listPreviews lists each kind with the names of its samples.
func listPreviews(out io.Writer, samples []mailout.Sample) error {
	widest := 0
	for _, k := range mailout.Kinds() {
		widest = max(widest, len(k))
	}
	for _, k := range mailout.Kinds() {
		var variants []string
		for _, s := range samples {
			if s.Notice.Kind == k && s.Name != string(k) {
				variants = append(variants, s.Name)
			}
		}
		slices.Sort(variants)
		line := fmt.Sprintf("%-*s  %s", widest, k, strings.Join(variants, " "))
		if _, err := fmt.Fprintln(out, strings.TrimRight(line, " ")); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintln(out, "\n`envdesk mail preview KIND` prints the text of one; --dir DIR writes KIND.html, KIND.txt and KIND.eml of all, or of one, to DIR")
	return err
}

// tellProblems says what is wrong with the templates in a folder: a problem was
// found.
func (a *app) tellProblems(dir string, composer *mailout.Composer) error {
	if dir == "" {
		return nil
	}
	problems, err := templateProblems(dir, composer)
	if err != nil || len(problems) == 0 {
		return err
	}
	for _, p := range problems {
		if _, err := fmt.Fprintln(a.err, "envdesk: "+p); err != nil {
			return err
		}
	}
	return &exitError{exitProblem, nil}
}
