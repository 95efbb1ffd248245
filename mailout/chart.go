package mailout

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"slices"
	"strconv"
	"sync"

	"github.com/go-analyze/charts"

	"envdesk/tracker/report"
)

// The picture of the trend is drawn at twice the size at which it is shown.
const (
	chartWidth, chartHeight = 1200, 400
	chartTop, chartBottom   = 96, 340 // of the tallest column
)

// gallery keeps the last picture: a report goes to many readers.
type gallery struct {
	mu    sync.Mutex
	weeks string
	png   []byte
}

// trend draws the trend unless it is the one that was drawn last.
func (g *gallery) trend(t report.Trend) ([]byte, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	weeks := fmt.Sprint(t.Weeks)
	if weeks == g.weeks && g.png != nil {
		return g.png, nil
	}
	drawn, err := drawTrend(t)
	if err != nil {
		return nil, err
	}
	g.weeks, g.png = weeks, drawn
	return drawn, nil
}

// drawTrend draws a column a week, the late ones of it in red. It is opaque and
// has a border, so that a dark ground does not swallow it. The same weeks give
// the same bytes.
func drawTrend(t report.Trend) ([]byte, error) {
	p := charts.NewPainter(charts.PainterOptions{OutputFormat: charts.ChartOutputPNG, Width: chartWidth, Height: chartHeight})
	p.FilledRect(0, 0, chartWidth, chartHeight, charts.ColorFromHex(paper), charts.ColorFromHex(paper), 0)
	caption(p, "open at the end of the week", 40, 48, muted, 20)
	if slices.ContainsFunc(t.Weeks, func(w report.TrendWeek) bool { return w.Late > 0 }) {
		p.FilledRect(400, 30, 420, 50, charts.ColorFromHex(red), charts.ColorFromHex(red), 0)
		caption(p, "of these late", 432, 48, muted, 20)
	}
	most := 1
	for _, w := range t.Weeks {
		most = max(most, w.Open)
	}
	for i, w := range t.Weeks {
		column(p, w, i, len(t.Weeks), most)
	}
	line := charts.ColorFromHex("#c9d1db")
	p.LineStroke([]charts.Point{{X: 40, Y: chartBottom}, {X: chartWidth - 40, Y: chartBottom}}, line, 2)
	raw, err := p.Bytes()
	if err != nil {
		return nil, fmt.Errorf("draw the trend: %w", err)
	}
	return framed(raw)
}

func column(p *charts.Painter, w report.TrendWeek, i, n, most int) {
	room := (chartWidth - 80) / n
	left := 40 + i*room + room/6
	right := left + room*2/3
	height := func(count int) int { return (chartBottom - chartTop) * count / most }
	fill, ink := charts.ColorFromHex("#a9bdf3"), muted
	if i == n-1 {
		fill, ink = charts.ColorFromHex(blue), "#1b2430"
	}
	top := chartBottom - height(w.Open)
	if w.Open > 0 {
		p.FilledRect(left, min(top, chartBottom-2), right, chartBottom, fill, fill, 0)
	}
	if w.Late > 0 {
		late := charts.ColorFromHex(red)
		p.FilledRect(left, chartBottom-max(2, height(w.Late)), right, chartBottom, late, late, 0)
	}
	centred(p, strconv.Itoa(w.Open), (left+right)/2, top-10, ink)
	centred(p, w.Label, (left+right)/2, chartBottom+38, ink)
}

func caption(p *charts.Painter, s string, x, y int, colour string, size float64) {
	p.Text(s, x, y, 0, charts.FontStyle{FontSize: size, FontColor: charts.ColorFromHex(colour)})
}

func centred(p *charts.Painter, s string, x, y int, colour string) {
	style := charts.FontStyle{FontSize: 22, FontColor: charts.ColorFromHex(colour)}
	p.Text(s, x-p.MeasureText(s, 0, style).Width()/2, y, 0, style)
}

// framed draws the border and packs the picture with few colours.
func framed(raw []byte) ([]byte, error) {
	whole, err := png.Decode(bytes.NewReader(raw))
	if err != nil {
		return nil, fmt.Errorf("draw the trend: %w", err)
	}
	size := whole.Bounds()
	flat := image.NewPaletted(size, palette())
	index := map[color.Color]uint8{}
	for y := size.Min.Y; y < size.Max.Y; y++ {
		for x := size.Min.X; x < size.Max.X; x++ {
			c := whole.At(x, y)
			nearest, known := index[c]
			if !known {
				nearest = uint8(flat.Palette.Index(c))
				index[c] = nearest
			}
			if x < 2 || y < 2 || x >= size.Max.X-2 || y >= size.Max.Y-2 {
				nearest = border
			}
			flat.SetColorIndex(x, y, nearest)
		}
	}
	var b bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if err := encoder.Encode(&b, flat); err != nil {
		return nil, fmt.Errorf("draw the trend: %w", err)
	}
	return b.Bytes(), nil
}

const border = 0

// palette has the border and the inks in steps to white, for smooth edges.
func palette() color.Palette {
	p := color.Palette{rgb(0xc9d1db)}
	for _, base := range []uint32{0x1b2430, 0x5b6775, 0x1d4fd8, 0xa9bdf3, 0xb42318} {
		c := rgb(base)
		for step := range 16 {
			mix := func(v uint8) uint8 { return uint8(int(v) + (255-int(v))*step/15) }
			p = append(p, color.RGBA{R: mix(c.R), G: mix(c.G), B: mix(c.B), A: 255})
		}
	}
	return p
}

func rgb(v uint32) color.RGBA {
	return color.RGBA{R: uint8(v >> 16), G: uint8(v >> 8), B: uint8(v), A: 255}
}
