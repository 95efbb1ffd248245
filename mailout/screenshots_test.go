package mailout

import (
	"encoding/json"
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestScreenshots writes what every mail looks like at 640 and 375 pixels into the
// folder that ENVDESK_SCREENSHOTS names: `make screenshots` runs it, and
// `make screenshots OF=report` takes those alone whose names match.
func TestScreenshots(t *testing.T) {
	dir := os.Getenv("ENVDESK_SCREENSHOTS")
	if dir == "" {
		t.Skip("make screenshots writes pictures of all mails")
	}
	chromium(t)
	require.NoError(t, os.MkdirAll(dir, 0o755))
	for _, s := range specimens(t) {
		if strings.Contains(s.Name, "/") && !strings.HasPrefix(s.Name, "report") && !strings.HasPrefix(s.Name, "digest") {
			continue
		}
		t.Run(s.Name, func(t *testing.T) {
			photograph(t, dir, s.Name, shown(s.Parts), "")
			if s.Name == "report" {
				photograph(t, dir, "report/blocked", s.Parts.html, "")
				photograph(t, dir, "report/inverted", shown(s.Parts), "filter:invert(1)")
			}
		})
	}
}

// Mails stand beside each other on a ground of their own colour, at which the
// pictures are cut.
const (
	backdrop = "#ff00ff"
	tallest  = 9000 // a report
	short    = 3000 // any other mail
)

func photograph(t testing.TB, dir, name, mail, style string) {
	t.Helper()
	data, err := json.Marshal(mail)
	require.NoError(t, err)
	height := short
	if strings.HasPrefix(name, "report") {
		height = tallest
	}
	page := `<!doctype html><meta charset="utf-8"><body style="margin:0;background:` + backdrop + `"><script>
for (const [width, left] of [[640, 0], [375, 650]]) {
  const f = document.createElement('iframe');
  f.style.cssText = 'position:absolute;top:0;border:0;height:10px;left:' + left + 'px;width:' + width + 'px;` + style + `';
  f.onload = () => f.style.height = Math.min(` + fmt.Sprint(height) + `, f.contentDocument.documentElement.scrollHeight) + 'px';
  f.srcdoc = ` + string(data) + `;
  document.body.append(f);
}</script></body>`
	file := filepath.Join(t.TempDir(), "both.png")
	browse(t, page, fmt.Sprintf("--window-size=1025,%d", height), "--screenshot="+file)
	both, err := os.Open(file)
	require.NoError(t, err)
	defer both.Close()
	whole, err := png.Decode(both)
	require.NoError(t, err)
	for _, at := range []image.Rectangle{image.Rect(0, 0, 640, height), image.Rect(650, 0, 1025, height)} {
		at.Max.Y = bottom(whole, at)
		out := filepath.Join(dir, fmt.Sprintf("%s-%d.png", strings.ReplaceAll(name, "/", "-"), at.Dx()))
		write(t, out, whole, at)
	}
}

// bottom is the first row of the ground.
func bottom(whole image.Image, at image.Rectangle) int {
	for y := range at.Max.Y {
		if r, g, b, _ := whole.At(at.Min.X, y).RGBA(); r == 0xffff && g == 0 && b == 0xffff {
			return max(y, 1)
		}
	}
	return at.Max.Y
}

func write(t testing.TB, name string, whole image.Image, at image.Rectangle) {
	t.Helper()
	cropped := image.NewRGBA(image.Rect(0, 0, at.Dx(), at.Dy()))
	draw.Draw(cropped, cropped.Bounds(), whole, at.Min, draw.Src)
	f, err := os.Create(name)
	require.NoError(t, err)
	require.NoError(t, png.Encode(f, cropped))
	require.NoError(t, f.Close())
}
