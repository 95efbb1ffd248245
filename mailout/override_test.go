package mailout

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/templates"
)

func override(t *testing.T, files map[string]string) *Composer {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	return desk(t, func(s *Settings) { s.OverrideDir = dir })
}

func TestOwnTemplatesAreUsed(t *testing.T) {
	c := override(t, map[string]string{"receipt.md": "{{.Key}}\n\n# Namaste {{.Requester}} &amp; all\n\nWe have *{{.Title}}*.\n\n[Reply]({{.Reply \"\"}})\n\n[Site](https://desk.test/help)\n"})
	assert.Empty(t, c.Problems())
	s := sample(t, "receipt")
	_, p := compose(t, c, s.Notice, s.Ticket)
	assert.Contains(t, p.text, "Namaste Meera Nair & all")
	assert.Contains(t, p.html, "Namaste Meera Nair &amp; all")
	assert.Contains(t, p.html, `href="https://desk.test/help"`)
	other := sample(t, "assignment")
	_, p = compose(t, c, other.Notice, other.Ticket)
	assert.Contains(t, p.text, "Please pick this up")
}

func TestBrokenTemplatesLoseNoMail(t *testing.T) {
	s := sample(t, "receipt")
	want, _ := compose(t, desk(t), s.Notice, s.Ticket)
	for name, c := range map[string]struct{ file, text, says string }{
		"syntax":               {"receipt.md", "# x\n\n{{.Key", "receipt.md:3"},
		"unknown field":        {"receipt.md", "# x\n\n{{.Nonsense}}", "receipt.md:3"},
		"unknown function":     {"receipt.md", "# x\n{{html .Key | shout}}", "receipt.md:2"},
		"link to user data":    {"receipt.md", "# x\n\n[x]({{.Title}})", "receipt.md:3: a link may go to"},
		"link to script":       {"receipt.md", "# x\n\n[x](javascript:alert)", "receipt.md:3: a link may go to"},
		"link to web in clear": {"receipt.md", "# x\n\n[x](http://desk.test)", "receipt.md:3: a link may go to"},
		"link with user data":  {"receipt.md", "# x\n\n[x](https://desk.test/{{.Title}})", "receipt.md:3: a link may go to"},
		"link within a line":   {"receipt.md", "# x\n\nsee [x](https://desk.test)", "receipt.md:3: a link is a button"},
		"our own runes":        {"receipt.md", "# x \uE000T0\uE001", "receipt.md:1: holds a rune"},
		"nothing":              {"receipt.md", "", "receipt.md: "},
		"parts":                {"parts.md", "{{define", "parts.md:1"},
		"layout":               {"layout.html", "<p>\n{{.Title", "layout.html:2"},
		"layout without value": {"layout.html", "{{.Body.Nonsense}}", "layout.html:1"},
		"layout misspelt":      {"layout.html", "{{.Marker}}\n<p>{{.body}}", "layout.html:2:"},
		"layout without words": {"layout.html", "<p>{{.Title}}{{.Marker}}</p>", "layout.html:1: the words of the mail are not in it"},
		"layout with a part":   {"layout.html", "{{.Marker}}{{if not .Marker}}{{.Body}}{{end}}", "layout.html:1: the words of the mail are not in it"},
		"words as a value":     {"layout.html", "{{.Marker}}<p title=\"{{.Body}}\"></p>", "layout.html:1: the words of the mail are not in it"},
		"words in a comment":   {"layout.html", "{{.Marker}}<!-- {{.Body}} -->", "layout.html:1: the words of the mail are not in it"},
		"no marker":            {"layout.html", "{{.Body}}", "layout.html:1: {{.Marker}} does not stand above {{.Body}}"},
		"marker below":         {"layout.html", "{{.Body}}{{.Marker}}", "layout.html:1: {{.Marker}} does not stand above {{.Body}}"},
		"layout open":          {"layout.html", "{{.Marker}}{{.Body}}<p title=\"", "layout.html:1: "},
		"layout of nothing":    {"layout.html", "", "layout.html:1: "},
	} {
		t.Run(name, func(t *testing.T) {
			composer := override(t, map[string]string{c.file: c.text})
			require.Len(t, composer.Problems(), 1)
			assert.True(t, strings.HasPrefix(composer.Problems()[0], c.says), composer.Problems()[0])
			m, problem, err := composer.Compose(s.Notice, s.Ticket)
			require.NoError(t, err)
			assert.Contains(t, problem, c.says)
			assert.Equal(t, string(want.Raw), string(m.Raw), "the built-in one")
		})
	}
}

// What all mails share does not take the templates with it that can be used, and
// each file that cannot be is told of once.
func TestBrokenFilesLeaveTheOthersInUse(t *testing.T) {
	c := override(t, map[string]string{
		"note.md": "# Hear, hear\n\n{{template \"refused\" .}}", "receipt.md": "# {{.Nonsense}}", "help.md": "# {{", "parts.md": "{{define", "layout.html": "<p>{{.body}}",
	})
	var files []string
	for _, p := range c.Problems() {
		file, _, _ := strings.Cut(p, ":")
		files = append(files, file)
	}
	assert.Equal(t, []string{"layout.html", "parts.md", "help.md", "receipt.md"}, files)
	s := sample(t, "note")
	m, _, err := c.Compose(s.Notice, s.Ticket)
	require.NoError(t, err)
	assert.Contains(t, m.Text, "Hear, hear")
	s = sample(t, "receipt")
	m, problem, err := c.Compose(s.Notice, s.Ticket)
	require.NoError(t, err)
	assert.Contains(t, m.Text, "We have your request", "the built-in one")
	assert.Regexp(t, `\Alayout\.html:1:.*\nparts\.md:1.*\nreceipt\.md:1:.*\z`, problem)
}

func TestOwnPartsReplaceSingleOnes(t *testing.T) {
	c := override(t, map[string]string{partsFile: "{{define \"fields\"}}Ours\n: **{{.Title}}**\n{{end}}\n{{define \"due\"}}{{end}}"})
	assert.Empty(t, c.Problems())
	s := sample(t, "assignment")
	_, theirs := compose(t, desk(t), s.Notice, s.Ticket)
	_, ours := compose(t, c, s.Notice, s.Ticket)
	assert.Contains(t, theirs.text, "Priority")
	assert.Contains(t, theirs.text, "It is due")
	assert.Contains(t, ours.text, "Ours")
	assert.NotContains(t, ours.text, "Priority")
	assert.NotContains(t, ours.text, "It is due", "an empty part replaces one too")
	s = sample(t, "answer")
	want, _ := compose(t, desk(t), s.Notice, s.Ticket)
	got, _ := compose(t, c, s.Notice, s.Ticket)
	assert.Equal(t, string(want.Raw), string(got.Raw), "what it does not use")

	c = override(t, map[string]string{partsFile: "\n{{define \"fields\"}}{{.Nonsense}}{{end}}"})
	require.Len(t, c.Problems(), 1, "of the file, and not of all mails that use it")
	assert.Regexp(t, `^parts\.md:2:`, c.Problems()[0])
}

// A template may pass its trial and fail on a ticket of its own kind.
func TestATemplateThatFailsLater(t *testing.T) {
	c := override(t, map[string]string{"receipt.md": "# {{.Title}}\n\n{{if eq .Priority \"P9\"}}{{index .Understood 99}}{{end}}"})
	require.Empty(t, c.Problems())
	s := sample(t, "receipt")
	s.Ticket.Priority = "P9"
	_, problem, err := c.Compose(s.Notice, s.Ticket)
	require.NoError(t, err)
	assert.Contains(t, problem, "receipt.md:3")
}

func TestRawHTMLInATemplateIsText(t *testing.T) {
	c := override(t, map[string]string{"receipt.md": "# x\n\n<b>bold</b> &#57344;T0&#57345;\n"})
	require.Empty(t, c.Problems())
	s := sample(t, "receipt")
	_, p := compose(t, c, s.Notice, s.Ticket)
	assert.Contains(t, p.html, "&lt;b&gt;bold&lt;/b&gt; T0")
}

func TestAnOverrideDirectoryThatIsNotThere(t *testing.T) {
	_, err := NewComposer(Settings{Address: "requests@desk.test", OverrideDir: filepath.Join(t.TempDir(), "none")})
	assert.Error(t, err)
}

func TestALinkInTheCommonPartsIsFound(t *testing.T) {
	source, err := fs.ReadFile(templates.FS, partsFile)
	require.NoError(t, err)
	head, tail, ok := strings.Cut(string(source), `({{$.Reply "/needed "}})`)
	require.True(t, ok)
	c := override(t, map[string]string{partsFile: head + "({{$.Title}})" + tail})
	require.NotEmpty(t, c.Problems())
	assert.Contains(t, c.Problems()[0], fmt.Sprintf("parts.md:%d: a link may go to", 1+strings.Count(head, "\n")))
}

func TestBadLinks(t *testing.T) {
	for source, want := range map[string]int{
		"": 0, "# x\n\nwords\n": 0, "[x]({{.Reply \"/ack\"}})": 0, "**[x]({{$.Reply .Line}})** [y]({{ $r.Reply \"\" }})": 0, "[x](https://desk.test)": 0, "[x](mailto:a@b.test)": 0, "![alt]({{.}})": 0, "[x]({{.Write}})": 0,
		"a\n[x](http://desk.test)": 2, "[x](https://desk.test/{{.Key}})": 1, "[x]({{.Title}})": 1, "\n\nsee [x](https://desk.test)": 3, "[x]({{.ReplyTo}})": 1,
		"{{if .Key}}[x]({{.Reply \"\"}}){{end}}": 0,
	} {
		assert.Equal(t, want, badLink(source), source)
	}
	for _, kind := range Kinds() {
		source, err := fs.ReadFile(templates.FS, templates.File(string(kind)))
		require.NoError(t, err)
		assert.Zero(t, badLink(string(source)), kind)
	}
}
