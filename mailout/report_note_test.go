package mailout

import (
	"bytes"
	"encoding/json"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
	"envdesk/tracker/report"
)

func TestNotesAreMarkdown(t *testing.T) {
	c, quiet := desk(t), sampleReport(t, "report-quiet")
	for in, want := range map[string]struct{ text, html string }{
		"Thank **you** all":                      {"Thank you all", "Thank <strong>you</strong> all"},
		"**a `b` c**":                            {"a b c", "<strong>"},
		"un*frigging*believable":                 {"unfriggingbelievable", "un<strong>frigging</strong>believable"},
		"# Head\n\ntext":                         {"HEAD\n\ntext", ">Head</p>"},
		"- one\n- two\n  - inner\n- three":       {"- one\n- two\n- inner\n- three", ">inner</p>"},
		"1. first\n2. second":                    {"1. first\n2. second", ">2.</p>"},
		"9) nine\n9) ten":                        {"9. nine\n10. ten", ">10.</p>"},
		"1. a\n   - in\n   - too\n2. b":          {"1. a\n- in\n- too\n2. b", ">2.</p>"},
		"- a\n  1. in\n  2. too\n- b":            {"- a\n1. in\n2. too\n- b", ">too</p>"},
		"> said\n> so":                           {"> said so", "border-left"},
		"| a | b |\n|---|--:|\n| x | 12 |":       {"a   b\nx  12", `<th scope="col" align="right"`},
		"[plan](https://wiki.test/x)":            {"plan (https://wiki.test/x)", "plan (https://wiki.test/x)"},
		"[plan](http://wiki.test/x)":             {"plan", "plan"},
		"[x](javascript:alert(1))":               {"x", ">x"},
		"[x](javascript:y) [ok](https://a.test)": {"x ok (https://a.test)", "x ok (https://a.test)"},
		"a **b** **c** d":                        {"a b c d", "<strong>b</strong> <strong>c</strong> d"},
		"![p](https://evil.test/p.png)":          {"p (https://evil.test/p.png)", "p (https://"},
		"<b>bold</b> &amp; <script>x</script>":   {"<b>bold</b> & <script>x</script>", "&lt;b&gt;bold&lt;/b&gt; &amp; &lt;script&gt;"},
		"a\n\n---\n\nb":                          {"a\n\nb", ">b</p>"},
		"::: panel\nx\n:::":                      {"x", ">x</p>"},
		"Term\n: value":                          {"Term\n\nvalue", ">value</p>"},
		"{{.Report.Subject}} {{template \"x\"}}": {`{{.Report.Subject}} {{template "x"}}`, "{{.Report.Subject}}"},
		"\uE000T0\uE001 &#57344;":                {"T0", ">T0"},
		"line one\nline two":                     {"line one line two", "line one line two"},
		"**Term**\n\n    code that is indented":  {"Term\n\ncode that is indented", "code that is indented"},
		"पंजाब **क्लस्टर**":                      {"पंजाब क्लस्टर", "<strong>क्लस्टर</strong>"},
	} {
		_, p := reportedBy(t, c, quiet, in)
		head, rest, ok := strings.Cut(p.text, "A WORD FROM THE PROGRAMME MANAGER\n\n")
		require.True(t, ok, in)
		got, _, _ := strings.Cut(strings.TrimSpace(rest), "\n\n"+strings.Repeat("-", width))
		assert.Equal(t, want.text, got, in)
		assert.Contains(t, p.html, want.html, in)
		assert.NotContains(t, head, got, in)
	}
	for _, in := range []string{"", " \n\t", "\u200b", "---"} {
		_, p := reportedBy(t, c, quiet, in)
		assert.NotContains(t, p.text, "A WORD FROM", "%q", in)
	}
}

var elements = regexp.MustCompile(`<([a-zA-Z!/][^\s>]*)`)

// A note has no element but those of the mails, and no link.
func TestNotesAreRenderedSafely(t *testing.T) {
	allowed, c, quiet := map[string]bool{}, desk(t), sampleReport(t, "report-quiet")
	_, plain := reportedBy(t, c, quiet, "a **b**\n\n> q\n\n- l\n\n|a|b|\n|-|-|\n|1|2|")
	for _, m := range elements.FindAllStringSubmatch(plain.html, -1) {
		allowed[m[1]] = true
	}
	for _, one := range append(slices.Clone(payloads), strings.Repeat("> ", 200)+"x", strings.Repeat("- ", 200)+"x", strings.Repeat("[", 500), strings.Repeat("*", 500), strings.Repeat("**a", 300)) {
		for _, note := range []string{one, "text " + one + " text", "# " + one, "- " + one, "> " + one, "| " + one + " | b |\n|---|---|\n| x | " + one + " |", "[a](" + one + ")", "**" + one + "**"} {
			m, p := reportedBy(t, c, quiet, note)
			for _, e := range elements.FindAllStringSubmatch(p.html, -1) {
				assert.True(t, allowed[e[1]], "%q makes %s", note, e[0])
			}
			assert.NotContains(t, p.html, "<a ", "%q", note)
			assert.Empty(t, unwanted.FindString(p.html+p.text), "%q", note)
			wellFormed(t, m.Raw, note)
		}
	}
}

// oneOfAFew are fields that decide what is shown.
var oneOfAFew = regexp.MustCompile(`\.(Edition|Label|Basis|Clock|Kind)$`)

// Whatever stands in a report, it adds no element and no attribute.
func TestNoWordOfAReportAddsAnElement(t *testing.T) {
	c := desk(t)
	with := func(word string) string {
		r := sampleReport(t, "report")
		r.Types, r.Stacks, r.Late, r.Recurring = r.Types[:2], nil, r.Late[:2], r.Recurring[:1] // so that no list is cut for its words
		fields(reflect.ValueOf(&r).Elem(), "report", func(path string, v reflect.Value) {
			if !oneOfAFew.MatchString(path) && v.String() != "" {
				v.SetString(word)
			}
		})
		r.Trend.Alt = word
		m, p := reportedBy(t, c, r, "")
		wellFormed(t, m.Raw, word)
		assert.Empty(t, unwanted.FindString(p.html+p.text), "%q", word)
		return regexp.MustCompile(`(alt|href|src)="(\\.|[^"\\])*"`).ReplaceAllString(shape(t, p.html), "$1")
	}
	want := with("word")
	for _, payload := range volleys() {
		if oneLine(payload, 80) == "" {
			continue
		}
		assert.Equal(t, want, with(payload), "%q", payload)
	}
}

func FuzzNote(f *testing.F) {
	for _, p := range payloads {
		f.Add(p)
	}
	c, s := desk(f), sample(f, "report-quiet")
	f.Fuzz(func(t *testing.T, note string) {
		s.Notice.Data.Note = note
		m, p := compose(t, c, s.Notice, s.Ticket)
		wellFormed(t, m.Raw, "fuzz")
		assert.NotContains(t, p.html, "<script")
		assert.NotContains(t, p.html, "<a ")
		assert.Empty(t, unwanted.FindString(p.html+p.text))
	})
}

func FuzzReport(f *testing.F) {
	for _, name := range []string{"report", "report-quiet", "digest"} {
		f.Add(sample(f, name).Notice.Data.Report)
	}
	c := desk(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		kind := tracker.KindDigest
		if bytes.Contains(data, []byte("edition")) {
			kind = tracker.KindReport
		}
		out, err := c.RenderReport(tracker.Notice{Kind: kind, As: tracker.RoleManager, Data: tracker.NoticeData{Report: data}})
		if err != nil {
			return
		}
		assert.True(t, json.Valid(data))
		assert.NotEmpty(t, out.Text)
		assert.LessOrEqual(t, len(out.HTML), 2*maxHTML)
		var r report.Report
		_ = json.Unmarshal(data, &r)
		assert.Equal(t, len(r.Tickets) > 0, len(out.CSV) > 0)
	})
}
