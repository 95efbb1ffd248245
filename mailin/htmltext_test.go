package mailin

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func htmlText(src string) string { return joinLines(trimLines(htmlLines(src, 256<<10))) }

func TestHTMLText(t *testing.T) {
	tests := map[string]struct{ html, want string }{
		"paragraphs":       {"<p>a</p><p>b</p>", "a\n\nb"},
		"divs and br":      {"<div>a</div><div>b<br>c</div>", "a\nb\nc"},
		"gmail blank line": {"<div>a</div><div><br></div><div>b</div>", "a\n\nb"},
		"outlook blank":    {"<p class=MsoNormal>a</p><p class=MsoNormal>&nbsp;</p><p class=MsoNormal>b</p>", "a\n\nb"},
		"blanks":           {"a \n\t b&nbsp;&nbsp;c", "a b c"},
		"zero width":       {"com&#8203;mand&#xFEFF;", "command"},
		"inline tags":      {"a<b>b</b>c <i>d</i>", "abc d"},
		"wrong nesting":    {"<div><b>a<div>b</b>c</div></div>d", "a\nbc\nd"},
		"entities":         {"a &lt; b &amp;&amp; c &gt; d", "a < b && c > d"},
		"script and style": {"<style>p{}</style>a<script>alert('<p>x')</script>b<!-- c -->", "ab"},
		"head":             {"<head><title>t</title></head><body>a", "a"},
		"hidden":           {`a<div style="DISPLAY: none">preheader</div>b<span style="mso-hide:all">c</span>`, "ab"},
		"list":             {"<ul><li>a<li>b<ul><li>c</ul></ul>d", "- a\n- b\n  - c\nd"},
		"numbered":         {"<ol><li><p>a</p></li><li>b</li></ol>", "1. a\n2. b"},
		"table":            {"<table><tr><th>a<th>b</tr><tr><td>1</td><td>2</td></tr></table>", "a | b\n1 | 2"},
		"table of blocks":  {"<table><tr><td><div>a</div></td><td><p>b</p></td></tr></table>c", "a | b\n\nc"},
		"layout table":     {"<table><tr><td></td><td><table><tr><td>a</td></tr></table></td></tr></table>b", "a\nb"},
		"cell with lines":  {"<tr><td>a<br>b</td><td>c</td></tr>", "a\nb | c"},
		"link":             {`<a href="https://x.test/a">here</a>`, "here (https://x.test/a)"},
		"link is its text": {`<a href="https://x.test/a/">x.test/a</a> <a href="mailto:a@b.test">a@b.test</a>`, "x.test/a a@b.test"},
		"mailto":           {`<a href="mailto:a@b.test">Asha</a>`, "Asha (a@b.test)"},
		"link to script":   {`<a href="javascript:x">a</a><a href="#top">b</a><a href="https://x.test"><img></a>`, "ab"},
		"pre":              {"<pre>a\n  b\n\nc</pre>", "a\n  b\n\nc"},
		"blockquote":       {"a<blockquote>b<blockquote>c</blockquote></blockquote>d", "a\n> b\n> > c\nd"},
		"indent":           {`<blockquote style="margin:0 0 0 40px;border:none;padding:0px">a</blockquote>`, "a"},
		"hr":               {"a<hr>b", "a\n" + strings.Repeat("_", 32) + "\nb"},
		"conditional":      {"<!--[if mso]><p>x</p><![endif]-->a<![if !mso]>b<![endif]>", "ab"},
		"unclosed":         {"<div>a <b>b", "a b"},
		"nested tag trick": {"<scr<script>ipt>a</script>b", "ipt>ab"},
		"bare angle":       {"1 < 2 and 3 > 2", "1 < 2 and 3 > 2"},
		"nothing":          {"<div></div>", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) { require.Equal(t, tt.want, htmlText(tt.html)) })
	}
}

func TestHTMLReply(t *testing.T) {
	tests := map[string]struct{ html, want string }{
		"gmail":          {`<div>/ack</div><div class="gmail_quote"><div class="gmail_attr">Le lun. X a écrit&nbsp;:</div><blockquote class="gmail_quote">/close</blockquote></div>`, "/ack"},
		"gmail inline":   {`<div class="gmail_quote"><div class="gmail_attr">On X wrote:</div><blockquote class="gmail_quote">a?</blockquote><div>yes</div><blockquote class="gmail_quote">b?</blockquote><div>no</div></div>`, "yes\nno"},
		"gmail indent":   {`<div>see</div><blockquote class="gmail_quote" style="margin: 0 0 0 40px; border: none; padding: 0px"><div>this</div></blockquote>`, "see\nthis"},
		"outlook web":    {`<div>/ack</div><div id="appendonsend"></div><hr><div id="divRplyFwdMsg">x</div><div>/close</div>`, "/ack"},
		"rewritten id":   {`<div>/ack</div><hr><div id="x_divRplyFwdMsg">x</div>/close`, "/ack"},
		"outlook mac":    {`<div>/ack</div><span id="OLK_SRC_BODY_SECTION">old</span><div>/close</div>`, "/ack"},
		"apple":          {`<div>/ack</div><blockquote type="cite"><div>On X wrote:</div>/close</blockquote>`, "/ack"},
		"ids in a quote": {`<blockquote type="cite">a<div id="x_divRplyFwdMsg">b</div></blockquote><div>answer</div>`, "answer"},
		"yahoo":          {`<div>/ack</div><div id="ydp12yahoo_quoted_1" class="ydp12yahoo_quoted yahoo_quoted">/close</div>`, "/ack"},
		"proton":         {`<div>/ack</div><div class="protonmail_quote">On Monday, November 23rd, 2026 at 8:55 AM, X &lt;x@y.test&gt; wrote:<br><blockquote class="protonmail_quote" type="cite">/close</blockquote></div>`, "/ack"},
		"thunderbird":    {`<div class="moz-cite-prefix">On X Y wrote:<br></div><blockquote type="cite" cite="mid:x"><p>a</p></blockquote><p>/ack</p><div class="moz-signature">-- <br>Me</div>`, "/ack"},
		"signature":      {`<div>/ack</div><div id="Signature"><p>Me</p><p>/close</p></div>`, "/ack"},
		"marker":         {`<p>/ack</p><table><tr><td>— reply above this line —</td></tr></table><p>/close</p>`, "/ack"},
		"command lines":  {"<p>Hi,<br>\n/ack<br>&nbsp;/eta 18:00&nbsp;</p>", "Hi,\n/ack\n/eta 18:00"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, _ := newText(trimLines(htmlLines(tt.html, 256<<10)), false)
			require.Equal(t, tt.want, strings.Join(squeeze(strings.Split(got, "\n")), "\n"))
		})
	}
}

// Deep and unbalanced markup must cost no more than flat markup of its size.
func TestHTMLOfManyElements(t *testing.T) {
	for _, s := range []string{"<div>", "</div>", "<blockquote>", "<span>", "</span><span>", "<table><tr><td>", "<a href=https://x.test>", "<ul><li>", "<div class=gmail_quote>", "<p>x", "<td>"} {
		src := strings.Repeat(s, 100_000/len(s)) + "end"
		require.True(t, strings.Contains(htmlText(src), "end"), s)
	}
}

func TestFlowed(t *testing.T) {
	tests := map[string]struct {
		delsp    bool
		in, want string
	}{
		"joined":           {in: "a \nb\nc", want: "a b\nc"},
		"stuffed":          {in: " From x\n  indented", want: "From x\n indented"},
		"quotes apart":     {in: "> a \n> b\nc", want: "> a b\nc"},
		"depths apart":     {in: "> a \n>> b \nc", want: "> a\n>> b\nc"},
		"signature":        {in: "a \n-- \nMe", want: "a\n-- \nMe"},
		"delsp":            {delsp: true, in: "ab \ncd", want: "abcd"},
		"typed blank":      {in: "/ack \nthanks", want: "/ack\nthanks"},
		"paragraphs apart": {in: "a \n\nb", want: "a\n\nb"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) { require.Equal(t, tt.want, joinLines(unflow(tt.in, tt.delsp))) })
	}
}
