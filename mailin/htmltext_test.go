package mailin

import (
	"runtime"
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
		"list":             {"<ul><li>a<li>b<ul><li>c</ul></ul>d", "- a\n- b\n  - c\n\nd"},
		"numbered":         {"<ol><li><p>a</p></li><li>b</li></ol>", "1. a\n2. b"},
		"table":            {"<table><tr><th>a<th>b</tr><tr><td>1</td><td>2</td></tr></table>", "a | b\n1 | 2"},
		"table of blocks":  {"<table><tr><td><div>a</div></td><td><p>b</p></td></tr></table>c", "a | b\n\nc"},
		"layout table":     {"<table><tr><td></td><td><table><tr><td>a</td></tr></table></td></tr></table>b", "a\nb"},
		"cell with lines":  {"<tr><td>a<br>b</td><td>c</td></tr>", "a\nb\nc"},
		"link":             {`<a href="https://x.test/a">here</a>`, "here (https://x.test/a)"},
		"link is its text": {`<a href="https://x.test/a/">x.test/a</a> <a href="mailto:a@b.test">a@b.test</a>`, "x.test/a a@b.test"},
		"mailto":           {`<a href="mailto:a@b.test">Asha</a>`, "Asha (a@b.test)"},
		"link to script":   {`<a href="javascript:x">a</a><a href="#top">b</a><a href="https://x.test"><img></a>`, "ab"},
		"pre":              {"<pre>a\n  b\n\nc</pre>", "a\n  b\n\nc"},
		"blockquote":       {"a<blockquote>b<blockquote>c</blockquote></blockquote>d", "a\n> b\n> > c\nd"},
		"indent":           {`<blockquote style="margin:0 0 0 40px;border:none;padding:0px">a</blockquote>`, "a"},
		"hr":               {"a<hr>b", "a\n\n" + strings.Repeat("_", 32) + "\nb"},
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
			lines := trimLines(htmlLines(tt.html, 256<<10))
			got, _ := newText(joinLines(lines), lines, thread{reply: true})
			require.Equal(t, tt.want, strings.Join(squeeze(strings.Split(got, "\n")), "\n"))
		})
	}
}

// Mail programs, newsletters and broken markup, each as it is written in the wild.
func TestHTMLOfPrograms(t *testing.T) {
	tests := map[string]struct{ html, want string }{
		"gmail":                     {`<div dir="ltr"><div>Hello,</div><div><br></div><div>the VPN is down.<br>Please help.</div><div><br></div><div>Asha</div></div>`, "Hello,\n\nthe VPN is down.\nPlease help.\n\nAsha"},
		"outlook lines":             {"<div class=WordSection1><p class=MsoNormal>Hi,<o:p></o:p></p><p class=MsoNormal><o:p>&nbsp;</o:p></p><p class=MsoNormal>please\r\nrotate.<o:p></o:p></p><p class=MsoNormal>Asha<o:p></o:p></p></div>", "Hi,\n\nplease rotate.\nAsha"},
		"outlook with space":        {"<style><!--\np.MsoNormal, li.MsoNormal\n\t{margin-top:0in;\n\tmargin-bottom:8.0pt;}\n--></style><p class=MsoNormal>a</p><p class=MsoNormal>b</p>", "a\n\nb"},
		"outlook without space":     {"<style>p.MsoNormal, li.MsoNormal {margin:0in;margin-bottom:.0001pt;}</style><p class=MsoNormal>a</p><p class=MsoNormal>b</p>", "a\nb"},
		"outlook bullets":           {`<p class=MsoListParagraph style='margin-left:.5in;mso-list:l0 level1 lfo1'><![if !supportLists]><span style='mso-list:Ignore'>·<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp; </span></span><![endif]>first<o:p></o:p></p><p class=MsoListParagraph><span style='mso-list:Ignore'>2.<span>&nbsp;&nbsp; </span></span>second</p>`, "- first\n2. second"},
		"outlook on the web":        {`<div class="elementToProof" style="font-family:Aptos">a</div><div class="elementToProof"><br></div><div class="elementToProof">b</div>`, "a\n\nb"},
		"paragraphs without space":  {`<p style="margin-top:0px;margin-bottom:0px">a</p><p style="margin: 0in 0in 0.0001pt">b</p><p style="margin:0 0 10px">c</p><p style="margin:0">d`, "a\nb\nc\n\nd"},
		"outlook on the web, old":   {"<style type=\"text/css\" style=\"display:none;\"> P {margin-top:0;margin-bottom:0;} </style><p>a</p><p>b</p><p><br></p><p>c</p>", "a\nb\n\nc"},
		"word document":             {"<!--[if gte mso 9]><xml><o:OfficeDocumentSettings/></xml><![endif]--><xml><w:View>Normal</w:View></xml>a", "a"},
		"head without end":          {"<html><head><meta charset=utf-8><title>t</title><body>a", "a"},
		"title without end":         {"<html><head><title><body><p>a</p>", "a"},
		"title that ends itself":    {"<html><head><title/></head><body>a<br/>b</body></html>", "a\nb"},
		"style without end":         {"<style>p {color:red}<p>a</p>", "p {color:red}\n\na"},
		"comment without end":       {"<!-- a <p>b</p>", "a\n\nb"},
		"cut tag":                   {"<p>a</p><p>b <a href=", "a\n\nb"},
		"cdata":                     {"<p><![CDATA[a & b]]></p>", "a & b"},
		"upper case":                {"<P>a<BR>b</P><BLOCKQUOTE TYPE=CITE>c</BLOCKQUOTE>", "a\nb\n\n> c"},
		"address as a tag":          {"Asha Rao <asha@egov.test> and <https://egov.test/a>", "Asha Rao <asha@egov.test> and <https://egov.test/a>"},
		"broken references":         {"a &amp b&nbsp c &lt d &#150; &#x2013; &bogus; &", "a & b c < d – – &bogus; &"},
		"soft hyphens and joiners":  {"pay&shy;ment a&zwnj;b", "payment a\u200cb"},
		"preheader":                 {`<div style="display:none!important;max-height:0">x</div><div style="max-height:0px;overflow:hidden">y</div><div style="font-size:1px;max-height:0;opacity:0">z</div><p>a</p>`, "a"},
		"hidden by class":           {"<style>.pre, td.x{display:none} @media (max-width:600px){.col{display:none}}</style><div class='a pre'>x</div><p class=col>a</p>", "a"},
		"hidden by attribute":       {"<p hidden>x</p><p style='visibility: hidden'>y</p>a", "a"},
		"no size around text":       {`<td style="font-size:0px"><div style="font-size:13px">a</div>b</td>`, "a"},
		"button for all but one":    {`<!--[if mso]><v:rect>x</v:rect><![endif]--><a href="https://x.test" style="mso-hide:all">Go</a>`, "Go (https://x.test)"},
		"everything hidden":         {`<div style="display:none">a</div>`, "a"},
		"not for outlook":           {"<!--[if !mso]><!-->a<!--<![endif]-->b", "ab"},
		"start and type of a list":  {"<ol start=3 type=a><li>x<li>y</ol><ol type=I><li>x<li value=4>y</ol>", "c. x\nd. y\n\nI. x\nIV. y"},
		"reversed list":             {"<ol reversed start=2><li>x<li>y</ol>", "2. x\n1. y"},
		"list without bullets":      {"<ul style='list-style:none'><li>x<li>y</ul>", "x\ny"},
		"empty item":                {"<ul><li></li><li>a</li></ul>", "- a"},
		"empty cells of data":       {"<table border=1><tr><td>a<td><td>c<tr><td>d<td>e<td></table>", "a |  | c\nd | e"},
		"short lines in data":       {"<table border=1><tr><td><p>a</p><p>b</p></td><td>c</td></tr></table>", "a b | c"},
		"columns of a layout":       {"<table><tr><td><p>a</p><p>b</p></td><td><p>c</p></td></tr></table>", "a\n\nb\n\nc"},
		"spacer cells":              {"<table><tr><td>&nbsp;</td><td>a</td><td width=10></td><td>b</td></tr></table>", "a | b"},
		"quoted table":              {"<blockquote><table><tr><td>a</td><td>b</td></tr></table></blockquote>", "> a | b"},
		"table in a table":          {"<table><tr><td><table><tr><td>a<td>b</tr><tr><td>c<td>d</tr></table></td><td>e</td></tr></table>", "a | b\nc | d\ne"},
		"pictures":                  {`<img alt="Build graph"><img src=x width=1 height=1 alt=track><img alt="image001.png"><img alt="👍">`, "[Build graph]👍"},
		"picture in a link":         {`<a href="https://x.test/c"><img alt="Confirm"></a>`, "[Confirm] (https://x.test/c)"},
		"query of a link":           {`<a href="https://x.test/a?id=7">https://x.test/a</a> <a href="MAILTO:a@b.test?subject=x">a@b.test</a>`, "https://x.test/a (https://x.test/a?id=7) a@b.test"},
		"words of a link":           {`<a href="https://x.test/a">the <b>build</b> log</a>.`, "the build log (https://x.test/a)."},
		"form":                      {`<form><input type=checkbox checked> prod <input type=hidden value=x><textarea>note</textarea><input type=submit value=Send></form>`, "[x] prod\nnote\n[Send]"},
		"pre-wrap":                  {"<div style='white-space: pre-wrap'>a\n  b</div><div style='white-space:pre-line'>a  b\nc</div>", "a\n  b\na b\nc"},
		"pre with a first line end": {"<pre class='moz-quote-pre'>\na\n\tb\n</pre>", "a\n\tb"},
		"cut back to normal":        {"<pre>a\n<span style='white-space:normal'>b\nc</span></pre>", "a\nb c"},
		"end of a cell":             {"<table><tr><td><div>a</td><td>b</td></tr></table>c", "a | b\nc"},
		"stray ends":                {"a</div></td></table>b</p>c</br>d", "ab\n\nc\nd"},
		"paragraph in a block":      {"<p>a<div>b</div>c</p>d", "a\n\nb\nc\n\nd"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) { require.Equal(t, tt.want, htmlText(tt.html)) })
	}
}

// Deep and unbalanced markup must cost no more than flat markup of its size.
func TestHTMLOfManyElements(t *testing.T) {
	for _, s := range []string{"<div>", "</div>", "<blockquote>", "<span>", "</span><span>", "<table><tr><td>", "<a href=https://x.test>", "<ul><li>", "<div class=gmail_quote>", "<p>x", "<td>"} {
		src := strings.Repeat(s, 100_000/len(s)) + "end"
		require.True(t, strings.Contains(htmlText(src), "end"), s)
	}
}

// HTML of many short lines takes no more than others of its size.
func TestHTMLMemory(t *testing.T) {
	parts := "Content-Type: multipart/mixed; boundary=b\n\n" + fill("--b\nContent-Type: text/html\n\n"+strings.Repeat("<p>a", 500)+"\n", 1<<20)
	for name, raw := range map[string]string{
		"blank lines": htmlMail("<p style='white-space:pre-line'>" + fill("\n", 1<<20)),
		"lines":       htmlMail("<p style='white-space:pre-line'>" + fill("a\n", 1<<20)),
		"pre":         htmlMail("<pre>" + fill("a\n", 1<<20)),
		"parts":       parts,
		"breaks":      htmlMail(fill("<br>", 1<<20)),
		"nested":      htmlMail(fill("<a>", 1<<20)),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		m := Parse([]byte(raw), Options{})
		runtime.ReadMemStats(&after)
		require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(64<<20), name)
		require.NotContains(t, problemNames(m), problemInternal)
	}
}
