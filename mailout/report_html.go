package mailout

import (
	"html"
	"strconv"
)

// More of the look, for reports.
const (
	soft  = "#eef3ff" // ground of a panel
	track = "#e9edf3" // ground of a bar
)

// panel sets what needs the reader apart.
func (w *htmlWriter) panel(blocks []block) {
	w.put(plainTable, `<tr><td bgcolor="`, soft, `" style="padding:18px 20px 12px;background:`, soft, `;border-radius:10px">`)
	for i, b := range blocks {
		above := roleNone
		if i > 0 {
			above = blocks[i-1].role
		}
		if above == roleButtons {
			w.put(`<div style="font-size:1px;line-height:10px">&nbsp;</div>`)
		}
		w.block(b, above)
	}
	w.put("</td></tr></table>\n")
}

// tiles are figures beside each other, as many as there is room for.
func (w *htmlWriter) tiles(rows []row) {
	w.put(`<div style="font-size:0;margin-bottom:-14px">`)
	for _, r := range rows {
		w.put(`<div style="display:inline-block;vertical-align:top;width:48%;min-width:132px;max-width:138px;margin:0 0 14px"><div style="padding-right:8px">`,
			`<p style="margin:0;font:700 28px/34px `, font, `;color:`, ink, `">`)
		w.runs(r.term)
		w.put(`</p><p style="margin:2px 0 0;font:600 14px/20px `, font, `;color:`, ink, `">`)
		w.runs(r.runs)
		w.put(`</p>`)
		for _, n := range r.notes {
			w.put(`<p style="margin:0;font:400 13px/19px `, font, `;color:`, muted, `">`)
			w.runs(n)
			w.put(`</p>`)
		}
		w.put("</div></div>\n")
	}
	w.put("</div>\n")
}

// entries have what they are about to the left, its figure to the right, and
// below them notes and a bar.
func (w *htmlWriter) entries(rows []row) {
	w.put(`<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="border-collapse:collapse;font:400 14px/20px `, font, `;color:`, muted, wrapAnywhere, `">`, "\n")
	for i, r := range rows {
		rule := ";border-top:1px solid " + line
		if i == 0 {
			rule = ""
		}
		w.put(`<tr><td valign="top" style="padding:8px 12px 8px 0`, rule, `"><span style="font-weight:600;font-size:15px;line-height:22px;color:`, ink, `">`)
		w.runs(r.term)
		w.put(`</span>`)
		for _, n := range r.notes {
			w.put("<br>")
			w.runs(n)
		}
		if r.bar != nil {
			w.put(`<div style="padding:6px 0 2px">`)
			w.pieces(r.bar)
			w.put(`</div>`)
		}
		w.put(`</td><td valign="top" align="right" style="padding:8px 0`, rule, `;font-size:15px;line-height:22px;color:`, ink, `;white-space:nowrap">`)
		w.runs(r.runs)
		w.put("</td></tr>\n")
	}
	w.put("</table>\n")
}

// below sets small words on a line of their own.
func (w *htmlWriter) below(r run, begins bool) {
	if begins {
		w.put("<br>")
	}
	colour := muted
	if r.late {
		colour = red
	}
	w.put(`<span style="font-weight:400;font-size:13px;line-height:18px;color:`, colour, `">`)
	w.pieces(r.pieces)
	w.put("</span>")
}

// figure is a picture that may be missing: what it shows is told beside it.
func (w *htmlWriter) figure(b block) {
	w.put(`<img src="`)
	w.pieces(b.picture)
	w.put(`" width="600" height="200" alt="`)
	for _, r := range b.runs {
		w.pieces(r.pieces)
	}
	w.put(`" style="display:block;width:100%;max-width:600px;height:auto;border:0;font:400 14px/20px `, font, `;color:`, muted, `">`, "\n")
}

// markWidth is the width of the marks of a list, in pixels.
func markWidth(rows []row) string {
	longest := 1
	for _, r := range rows {
		longest = max(longest, len(r.mark))
	}
	return strconv.Itoa(7 + 9*longest)
}

// barHTML is a bar of table cells. Its share is in percent of the width.
func barHTML(v value) string {
	share, _ := strconv.Atoi(v.text)
	share = min(max(share, 0), 100)
	colour := map[string]string{"": blue, "pale": pale, "strong": ink}[v.command]
	cells := ""
	if share > 0 {
		cells = barCell(share, colour)
	}
	if share < 100 {
		cells += barCell(100-share, track)
	}
	return `<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="border-collapse:collapse"><tr>` + cells + `</tr></table>`
}

func barCell(share int, colour string) string {
	return `<td width="` + strconv.Itoa(share) + `%" height="8" bgcolor="` + html.EscapeString(colour) + `" style="font-size:1px;line-height:8px">&nbsp;</td>`
}
