package mailout

import (
	"fmt"
	"io/fs"
	"regexp"
	"strings"

	"envdesk/templates"
)

// linkError is a link in a template that no mail may have.
type linkError string

func (e linkError) Error() string { return string(e) }

var (
	linkInTemplate = regexp.MustCompile(`[!*]{0,2}\[[^\]]*\]\(([^)]*)\)\*{0,2}`)
	goodTarget     = regexp.MustCompile(`^(\{\{-?\s*[$.\w]*\.(Reply\s.*|Write\s*)\}\}|(mailto:|https://)[^{]*)$`)
	action         = regexp.MustCompile(`\{\{.*?\}\}`)
)

// badLink is the number of the first line with a link that goes elsewhere than a
// mail's may, or has words beside it; 0: none.
func badLink(source string) int {
	n := 0
	for l := range strings.Lines(source) {
		n++
		for _, m := range linkInTemplate.FindAllStringSubmatch(l, -1) {
			if !strings.HasPrefix(m[0], "!") && !goodTarget.MatchString(m[1]) { // a ! begins a picture
				return n
			}
		}
		beside := action.ReplaceAllString(linkInTemplate.ReplaceAllString(l, ""), "")
		if linkInTemplate.MatchString(l) && strings.TrimSpace(beside) != "" {
			return n
		}
	}
	return 0
}

// locateLink names file and line of the link, as far as they can be found: the
// Markdown is read when the template has run, and has no lines of its own.
func locateLink(files fs.FS, kind string, err linkError) error {
	for _, name := range []string{templates.File(kind), partsFile} {
		source, _ := fs.ReadFile(files, name)
		if n := badLink(string(source)); n > 0 {
			return fmt.Errorf("%s:%d: %w", name, n, err)
		}
	}
	return err
}
