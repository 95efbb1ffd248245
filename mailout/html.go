package mailout

import (
	"cmp"
	"html"
	"strings"
)

// The look: one column, system fonts, one accent. Every style stands at its
// element, since Gmail's app and Outlook do not read a style sheet.
const (
	font  = "-apple-system,'Segoe UI',Roboto,Arial,sans-serif"
	ink   = "#1b2430"
	muted = "#5b6775"
	line  = "#e3e7ec"
	paper = "#ffffff"
	blue  = "#1d4fd8"
	pale  = "#b8c7f5"
	red   = "#b42318" // for what is late, and nothing else

	wrapAnywhere = ";word-break:break-word;overflow-wrap:anywhere"
	dataTable    = `<table width="100%" cellpadding="0" cellspacing="0" border="0" style="border-collapse:collapse;font:400 15px/22px ` + font + `;color:` + ink + `">`
	plainTable   = `<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="border-collapse:collapse">`
)

// htmlBody renders the sections as the rows of the layout's inner table. User
// data stays in slots.
func htmlBody(d document) string {
	var w htmlWriter
	for i, s := range d.sections {
		w.section(s, i == 0, i == len(d.sections)-1)
	}
	return w.b.String()
}

type htmlWriter struct{ b strings.Builder }

func (w *htmlWriter) put(parts ...string) {
	for _, p := range parts {
		w.b.WriteString(p)
	}
}

func (w *htmlWriter) section(s []block, first, last bool) {
	switch {
	case first:
		w.put(`<tr><td style="padding:26px 28px 22px">`)
	case last:
		w.put(`<tr><td style="padding:18px 28px 24px;border-top:1px solid `, line, `">`)
	default:
		w.put(`<tr><td style="padding:24px 28px;border-top:1px solid `, line, `">`)
	}
	for i, b := range s {
		above := roleNone
		if i > 0 {
			above = s[i-1].role
		}
		w.block(b, above)
	}
	w.put("</td></tr>\n")
}

func (w *htmlWriter) block(b block, above role) {
	switch b.role {
	case roleHeadline:
		w.put(`<h1 style="margin:8px 0 6px;font:700 22px/29px `, font, `;color:`, ink, wrapAnywhere, `">`)
		w.runs(b.runs)
		w.put("</h1>\n")
	case roleButtons:
		w.buttons(b.rows, above)
	case roleFields:
		w.fields(b.rows)
	case roleQuote:
		w.quote(b.rows)
	case roleList:
		w.list(b.rows)
	case roleTable:
		w.table(b.rows)
	case rolePanel:
		w.panel(b.blocks)
	case roleTiles:
		w.tiles(b.rows)
	case roleEntries:
		w.entries(b.rows)
	case roleFigure:
		w.figure(b)
	default:
		w.paragraph(b, above)
	}
}

// looks gives paragraphs their size/line height, colour and the space above.
var looks = map[role]struct{ size, colour, above string }{
	roleKicker: {"14px/21px", muted, "0"},
	roleLead:   {"16px/24px", muted, "0"},
	roleHead:   {"12px/16px", muted, "0"},
	roleKept:   {"13px/18px", muted, "0"},
	roleBody:   {"15px/23px", ink, "12px"},
	roleNote:   {"14px/21px", muted, "12px"},
	roleFooter: {"13px/20px", muted, "6px"},
}

var headLetters = map[role]string{roleHead: ";letter-spacing:.06em;text-transform:uppercase", roleKept: wrapAnywhere}

func isHead(r role) bool { return r == roleHead || r == roleKept }

func (w *htmlWriter) paragraph(b block, above role) {
	look := looks[b.role]
	space := look.above
	switch {
	case above == roleNone || isHead(above):
		space = "0"
	case above == roleButtons:
		space = "2px"
	case above == roleNote:
		space = "4px"
	}
	if isHead(b.role) {
		space = "0 0 12px"
		if above != roleNone {
			space = "22px 0 8px"
		}
		w.put(`<p style="margin:`, space, `;font:600 `, look.size, ` `, font, headLetters[b.role])
	} else {
		w.put(`<p style="margin:`, space, ` 0 0;font:400 `, look.size, ` `, font, wrapAnywhere)
	}
	w.put(`;color:`, look.colour, `">`)
	w.runs(b.runs)
	w.put("</p>\n")
}

// Buttons are 46 px high and 8 px apart; the padding is the link's own, so that
// all of it can be touched.
func (w *htmlWriter) buttons(rows []row, above role) {
	space := "16px"
	if above == roleNone {
		space = "0"
	}
	w.put(`<div style="padding:`, space, ` 0 0">`)
	for _, r := range rows {
		fill, text, border := paper, blue, pale
		if r.primary {
			fill, text, border = blue, paper, blue
		}
		w.put(`<a href="`)
		w.pieces(r.href)
		w.put(`" style="display:inline-block;min-width:72px;padding:12px 18px;margin:0 8px 8px 0;border:1px solid `, border,
			`;border-radius:8px;background:`, fill, `;color:`, text, `;font:600 15px/20px `, font, `;text-align:center;text-decoration:none">`)
		w.runs(r.runs)
		w.put("</a>")
	}
	w.put("</div>\n")
}

func (w *htmlWriter) fields(rows []row) {
	w.put(plainTable, "\n")
	for _, r := range rows {
		w.put(`<tr><td width="1%" valign="top" style="padding:5px 16px 5px 0;white-space:nowrap"><p style="margin:0;font:400 14px/22px `, font, `;color:`, muted, `">`)
		w.runs(r.term)
		w.put(`</p></td><td style="padding:5px 0"><p style="margin:0;font:400 15px/22px `, font, `;color:`, ink, wrapAnywhere, `">`)
		w.runs(r.runs)
		w.put("</p></td></tr>\n")
	}
	w.put("</table>\n")
}

func (w *htmlWriter) quote(rows []row) {
	w.put(plainTable, `<tr><td style="padding:4px 0 4px 16px;border-left:3px solid `, line, `">`)
	for i, r := range rows {
		margin := "0"
		if i > 0 {
			margin = "12px 0 0"
		}
		w.put(`<p style="margin:`, margin, `;font:400 15px/23px `, font, `;color:`, ink, wrapAnywhere, `">`)
		for _, run := range r.runs {
			w.pieces(quoted(run.pieces))
		}
		w.put("</p>")
	}
	w.put("</td></tr></table>\n")
}

func quoted(ps []piece) []piece {
	out := append([]piece(nil), ps...)
	for i := range out {
		if out[i].kind == slotText {
			out[i].kind = slotQuote
		}
	}
	return out
}

// A list is a table with a mark in its first column: Outlook indents <ul> at
// will.
func (w *htmlWriter) list(rows []row) {
	w.put(plainTable, "\n")
	wide := markWidth(rows)
	for _, r := range rows {
		w.put(`<tr><td width="`, wide, `" valign="top" style="padding:4px 0"><p style="margin:0;font:400 15px/22px `, font, `;color:`, muted, `">`, cmp.Or(r.mark, "·"), `</p></td>`,
			`<td style="padding:4px 0"><p style="margin:0;font:400 15px/22px `, font, `;color:`, ink, wrapAnywhere, `">`)
		w.runs(r.runs)
		w.put("</p></td></tr>\n")
	}
	w.put("</table>\n")
}

// A table of numbers has its head and the first cell of each line as such, for
// who hears it read.
func (w *htmlWriter) table(rows []row) {
	w.put(dataTable, "\n")
	for i, r := range rows {
		w.put("<tr>")
		for j, c := range r.cells {
			w.cell(c, i == 0, j == 0, hasBelow(rows))
		}
		w.put("</tr>\n")
	}
	w.put("</table>\n")
}

// cell leaves the font to its table.
func (w *htmlWriter) cell(c cell, head, first, tall bool) {
	tag, scope, look := "td", "", ""
	switch {
	case head:
		tag, scope, look = "th", ` scope="col"`, ";font-weight:400;font-size:12px;line-height:16px;color:"+muted
	case first:
		tag, scope, look = "th", ` scope="row"`, ";font-weight:600"+wrapAnywhere
	case isBar(c.runs):
		scope = ` width="40%"`
	case c.right:
		look = ";white-space:nowrap"
	}
	side, space, valign := "left", "6px 4px 6px 0", ""
	if c.right {
		side, space = "right", "6px 0 6px 8px"
	}
	if isBar(c.runs) {
		space = "6px"
	} else if tall && !head {
		valign = ` valign="top"`
	}
	w.put("<", tag, scope, ` align="`, side, `"`, valign, ` style="padding:`, space, `;border-bottom:1px solid `, line, look, `">`)
	w.runs(c.runs)
	w.put("</", tag, ">")
}

func (w *htmlWriter) runs(runs []run) {
	for i, r := range runs {
		switch {
		case r.br:
			w.put("<br>")
		case r.below:
			w.below(r, i == 0 || !runs[i-1].below)
		case r.late:
			w.put(`<strong style="color:`, red, `">`)
			w.pieces(r.pieces)
			w.put("</strong>")
		case r.strong:
			w.put("<strong>")
			w.pieces(r.pieces)
			w.put("</strong>")
		default:
			w.pieces(r.pieces)
		}
	}
}

func (w *htmlWriter) pieces(ps []piece) {
	for _, p := range ps {
		if p.kind == 0 {
			w.put(html.EscapeString(p.literal))
			continue
		}
		w.put(token(p.kind, p.slot))
	}
}

// fillHTML appends the pieces of an HTML skeleton with the values in their
// slots, escaped: for running text and quoted attributes alike.
func fillHTML(b []byte, ps []piece, values []value) []byte {
	for _, p := range ps {
		switch p.kind {
		case 0:
			b = append(b, p.literal...)
		case slotQuote:
			b = append(b, quoteHTML(values[p.slot].text)...)
		case slotKey:
			b = append(b, `<span style="white-space:nowrap">`+html.EscapeString(values[p.slot].text)+"</span>"...)
		case slotBar:
			b = append(b, barHTML(values[p.slot])...)
		default:
			b = append(b, html.EscapeString(values[p.slot].text)...)
		}
	}
	return b
}

// quoteHTML keeps line breaks and, for logs and code, runs of spaces.
func quoteHTML(s string) string {
	s = html.EscapeString(strings.TrimSpace(flowed(s)))
	s = strings.ReplaceAll(s, "\t", "    ")
	s = strings.ReplaceAll(s, "\n ", "\n\u00a0")
	s = strings.ReplaceAll(s, "  ", " \u00a0")
	return strings.ReplaceAll(s, "\n", "<br>\n")
}
