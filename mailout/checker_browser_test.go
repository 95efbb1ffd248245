package mailout

import (
	"bytes"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// inspector is the script that lays each mail out and writes down what is wrong
// with it.
//
//go:embed testdata/inspector.js
var inspector string

// chromium finds the browser, or skips the test.
func chromium(t testing.TB) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("no chromium here: how the mails look is not checked (apt-get install chromium)")
	return ""
}

// browse runs the browser on a page and gives its standard output.
func browse(t testing.TB, page string, flags ...string) []byte {
	t.Helper()
	path := chromium(t)
	file := filepath.Join(t.TempDir(), "page.html")
	require.NoError(t, os.WriteFile(file, []byte(page), 0o600))
	args := append([]string{"--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--user-data-dir=" + t.TempDir()}, flags...)
	cmd := exec.CommandContext(t.Context(), path, append(args, "file://"+file)...)
	cmd.WaitDelay = 5 * time.Second
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	require.NoError(t, cmd.Run(), errs.String())
	return out.Bytes()
}

// shown is the mail with its picture in it, as a program shows it that loads
// pictures.
func shown(p mailParts) string {
	data := base64.StdEncoding.EncodeToString([]byte(p.files["trend.png"]))
	return regexp.MustCompile(`src="cid:[^"]*"`).ReplaceAllString(p.html, `src="data:image/png;base64,`+data+`"`)
}

// finding is what is wrong with a mail at a width.
type finding struct {
	Name  string `json:"name"`
	Width int    `json:"width"`
	What  string `json:"what"`
}

// inspection is what the inspector wrote.
type inspection struct {
	Pages    int       `json:"pages"`
	Findings []finding `json:"findings"`
}

func inspect(t testing.TB, mails map[string]string) inspection {
	t.Helper()
	data, err := json.Marshal(mails)
	require.NoError(t, err)
	page := `<!doctype html><meta charset="utf-8"><body><pre id="out"></pre><script>const mails=` + string(data) + `;` + inspector + `</script></body>`
	out := browse(t, page, "--dump-dom", "--virtual-time-budget=600000", "--timeout=55000")
	m := regexp.MustCompile(`(?s)<pre id="out">(.*?)</pre>`).FindSubmatch(out)
	require.NotNil(t, m, "the inspector wrote nothing")
	var seen inspection
	require.NoError(t, json.Unmarshal([]byte(html.UnescapeString(string(m[1]))), &seen), string(m[1]))
	return seen
}

// How the mails look at 640 and at 375 pixels, with pictures and without, in light
// and inverted.
func TestMailsByTheirLooks(t *testing.T) {
	chromium(t)
	mails := map[string]string{}
	for _, s := range specimens(t) {
		mails[s.Name] = shown(s.Parts)
		if s.Parts.files["trend.png"] != "" {
			mails[s.Name+" without pictures"] = s.Parts.html
		}
	}
	seen := inspect(t, mails)
	assert.Equal(t, 2*len(mails), seen.Pages)
	for _, f := range seen.Findings {
		t.Errorf("%s at %d: %s", f.Name, f.Width, f.What)
	}
}

// The inspector must see what is wrong.
func TestTheInspectorSeesFaults(t *testing.T) {
	chromium(t)
	page := func(body string) string {
		return "<!doctype html><html><body style=\"margin:0;font:16px/24px Arial\">" + body + "</body></html>"
	}
	faults := map[string]string{
		"scrolls":          `<table width="900"><tr><td>wide</td></tr></table>`,
		"small":            `<p style="font-size:11px">tiny</p>`,
		"contrast":         `<p style="color:#aaa">pale</p>`,
		"button":           `<a href="mailto:a@b" style="display:inline-block;padding:4px">low</a>`,
		"close":            `<a href="mailto:a@b" style="display:inline-block;padding:14px">a</a><a href="mailto:a@b" style="display:inline-block;padding:14px">b</a>`,
		"overlap":          `<div style="height:4px">above it</div><div>below it</div>`,
		"clipped":          `<div style="width:40px;overflow:hidden;white-space:nowrap">more than fits here</div>`,
		"key":              `<p style="width:50px">see the REQ-12345 now</p>`,
		"headline":         `<h1 style="font-size:15px">x</h1>`,
		"too far":          `<div style="height:900px">&nbsp;</div><p>Needs a decision</p>`,
		"contrast of none": `<p style="color:#fff">white on white</p>`,
	}
	mails := map[string]string{"nothing": page("<h1>fine</h1><p>words</p>")}
	for fault, body := range faults {
		mails[fault] = page(body)
	}
	found := map[string]string{}
	for _, f := range inspect(t, mails).Findings {
		found[f.Name] += f.What + "\n"
	}
	for fault := range faults {
		assert.Contains(t, found[fault], strings.Fields(fault)[0], fault)
	}
	assert.Empty(t, found["nothing"])
}
