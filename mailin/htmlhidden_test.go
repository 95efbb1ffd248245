package mailin

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What a reader of the mail cannot see is no text of it.
func TestHiddenHTML(t *testing.T) {
	styles := []string{
		"display:none", "display:none ! important", "display:none!important;display:block", "/*x*/display:none", "display:/**/none", `displa\79:none`, "DISPLAY:NONE", "background:url(a;b);display:none",
		"visibility:hidden", "visibility:collapse", "opacity:0", "filter:opacity(0)", "content-visibility:hidden", "mso-hide:all",
		"max-height:0", "height:0;overflow:hidden", "height:0px;overflow:clip", "width:0;overflow:hidden", "position:absolute;left:-9999px", "text-indent:-9999px", "margin-left:-9999px", "left:-100em",
		"position:absolute;clip:rect(0,0,0,0)", "clip:rect(0 0 0 0)", "clip-path:inset(100%)", "transform:scale(0)",
		"font-size:0", "font-size:.1em", "font-size:0%", "font-size:1px", "font:0/0 a", "line-height:0", "font:12px/0 a",
		"color:transparent", "color:#fff", "color:white;background:white", "color:rgba(0, 0, 0, 0)", "color:#FEFEFE", "background:#000;color:#000", "-webkit-text-fill-color:transparent",
	}
	for _, s := range styles {
		require.Equal(t, "a\nc", htmlText(`<div>a</div><div style="`+s+`">/approve</div><div>c</div>`), s)
		require.Equal(t, "a\nc", htmlText(`<div>a</div><div><b style="`+s+`">/approve</b></div><div>c</div>`), s)
	}
	for _, s := range []string{
		`<style>.b{display:none}</style><p class=b>x</p>`, `<style>#z{display:none}</style><p id=z>x</p>`, `<style>section{display:none}</style><section>x</section>`, `<style>.a.b{display:none}</style><p class="b a">x</p>`,
		`<style>@media screen{.b{display:none}}</style><p class=b>x</p>`, `<style>.b{visibility:hidden}</style><p class=b>x</p>`, `<style>.b{font-size:0}</style><p class=b>x</p>`, `<p class=b>x</p><style>.b{display:none}</style>`,
		`<style>@charset "x";.b{display:none}</style><p class=b>x</p>`, `<style>.b/**/{display:none}</style><p class=b>x</p>`,
		`<b hidden>a<b>x</b><br>x</b>`, `<foo hidden>x<bar>x</bar><br>x</foo>`, `<font style="display:none">a<font>x</font>x</font>`, `<font color=white>x</font>`,
		`<dialog>x</dialog>`, `<ruby><rp>x</rp></ruby>`, `<audio>x</audio>`, `<div style="display:none">` + strings.Repeat("<div>", 500) + strings.Repeat("</div>", 500) + `x</div>`,
	} {
		require.Equal(t, "a\nc", strings.ReplaceAll(htmlText(`<div>a</div>`+s+`<div>c</div>`), "\n\n", "\n"), s)
	}
}

func TestShownHTML(t *testing.T) {
	for _, s := range []string{
		`<div style="display:none;display:block">x</div>`, `<div style="background:#036;color:#fff">x</div>`, `<table bgcolor="#003366"><tr><td style="color:white">x</td></tr></table>`, `<table background=a.png><tr><td><font color=white>x</font></td></tr></table>`,
		`<style>.h{background:#036}</style><div class=h><b style="color:#fff">x</b></div>`, `<body style="background:black;color:white">x</body>`, `<div style="color:#fff"><span style="color:#333">x</span></div>`, `<div style="font-size:0;line-height:0"><span style="font-size:13px">x</span></div>`,
		`<style>@media (max-width:600px){.b{display:none}}@media print{.b{display:none}}</style><div class=b>x</div>`, `<style>u + .b .b{display:none}</style><div class=b>x</div>`, `<dialog open>x</dialog>`, `<div style="height:0">x</div>`, `<div style="opacity:.8;text-indent:-18pt;margin-left:-5px">x</div>`, `<p style="font:7.0pt 'Times New Roman'">x</p>`, `<div style="color:#fff;background:linear-gradient(red,blue)">x</div>`,
		`<blockquote type=cite><style>div{display:none}</style></blockquote><div>x</div>`, `<span style="display:none"><div style="display:none">y</div></span>x`,
	} {
		require.Equal(t, "x", strings.Trim(htmlText(s), ">\n "), s)
	}
}

// Where all is hidden, all is shown, but it commands nothing.
func TestAllHidden(t *testing.T) {
	for _, s := range []string{`<p style="display:none">/approve</p>`, `<font color=white>/approve</font><img src=x>`, `<style>p{display:none}</style><p>/approve`} {
		m := Parse(mime("text/html", s), Options{})
		require.Equal(t, "/approve", m.Text, s)
		require.Equal(t, "/approve", m.Reply, s)
		require.Zero(t, m.OwnLines, s)
		require.Equal(t, []string{problemHiddenText}, problemNames(m), s)
	}
}

// A quotation ends where it ends, however deep its elements are.
func TestDeepQuotations(t *testing.T) {
	deep := func(open, end string, n int) string { return strings.Repeat(open, n) + "x" + strings.Repeat(end, n) }
	for name, quoted := range map[string]string{
		"divs":       deep("<div>", "</div>", 300),
		"spans":      deep("<span>", "</span>", 300),
		"quotes":     deep("<blockquote>", "</blockquote>", 300),
		"tables":     deep("<table><tr><td>", "</td></tr></table>", 100),
		"far deeper": deep("<div>", "</div>", 6000),
	} {
		for _, s := range []string{
			`<p>Thanks</p><div><blockquote type=cite>` + quoted + `<p>/approve</p></blockquote></div>`,
			`<p>Thanks</p><div><div class="yahoo_quoted">` + quoted + `<p>/approve</p></div></div>`,
			`<p>Thanks</p>` + quoted[:strings.Index(quoted, "x")] + `<blockquote type=cite>/approve</blockquote>`,
		} {
			lines := htmlLines(s, 256<<10)
			_, own := newText(joinLines(lines), lines, thread{reply: true})
			require.Less(t, own, 2, name)
		}
	}
	require.Equal(t, "> a\n> /approve\nb", htmlText(`<div><blockquote type=cite><div>a</td></span></section><div>/approve</div></div></blockquote>b</div>`))
}

// The time and the memory of nested tables do not grow with the square of their
// depth.
func TestDeepTables(t *testing.T) {
	s := htmlText(strings.Repeat("<table><tr><td>a<td>", 1000))
	require.Less(t, len(s), 20_000)
	require.Equal(t, 1000, strings.Count(s, "a"))
}
