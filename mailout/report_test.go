package mailout

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"envdesk/tracker"
	"envdesk/tracker/report"
)

func sampleReport(t testing.TB, name string) report.Report {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(sample(t, name).Notice.Data.Report))
	decoder.DisallowUnknownFields()
	var r report.Report
	require.NoError(t, decoder.Decode(&r))
	return r
}

// reported is a mail with the report.
func reported(t testing.TB, r report.Report, note string) (tracker.Mail, mailParts) {
	t.Helper()
	return reportedBy(t, desk(t), r, note)
}

func reportedBy(t testing.TB, c *Composer, r report.Report, note string) (tracker.Mail, mailParts) {
	t.Helper()
	s := sample(t, "report")
	data, err := json.Marshal(r)
	require.NoError(t, err)
	s.Notice.Data.Report, s.Notice.Data.Note = data, note
	return compose(t, c, s.Notice, s.Ticket)
}

func TestHeadOfAReport(t *testing.T) {
	s := sample(t, "report")
	m, p := compose(t, desk(t), s.Notice, s.Ticket)
	assert.Equal(t, "Week 11: 64% in time (7 of 11), 4 late, 5 need you", p.header.Get("Subject"))
	assert.Equal(t, "<weekly.desk.test>", p.header.Get("List-Id"))
	assert.Equal(t, "<mailto:requests@desk.test?subject=unsubscribe%20weekly>", p.header.Get("List-Unsubscribe"))
	assert.Equal(t, "auto-generated", p.header.Get("Auto-Submitted"))
	assert.Empty(t, p.header.Get("Reply-To"))
	assert.Equal(t, []string{"multipart/mixed", "multipart/related", "multipart/alternative", "text/plain", "text/html", "image/png", "text/csv"}, p.types)
	wellFormed(t, m.Raw, "report")
	id := regexp.MustCompile(`src="cid:([^"]+)"`).FindStringSubmatch(p.html)
	require.NotNil(t, id)
	assert.Regexp(t, "(?i)content-id:\\s+<"+regexp.QuoteMeta(id[1])+">", string(m.Raw))
	assert.NotContains(t, m.MessageID, "+", "no token")

	s = sample(t, "digest")
	_, p = compose(t, desk(t), s.Notice, s.Ticket)
	assert.Equal(t, "<daily.desk.test>", p.header.Get("List-Id"))
	assert.Equal(t, "<mailto:requests@desk.test?subject=unsubscribe%20daily>", p.header.Get("List-Unsubscribe"))
	assert.Equal(t, []string{"multipart/alternative", "text/plain", "text/html"}, p.types)
	assert.NotContains(t, p.html, "href", "a digest has words to act, no links")
	s = sample(t, "receipt")
	_, p = compose(t, desk(t), s.Notice, s.Ticket)
	assert.Empty(t, p.header.Get("List-Id"))
}

func TestRenderReportGivesTheBytesOfTheMail(t *testing.T) {
	for _, name := range []string{"report", "report-stakeholder", "report-partner", "report-requester", "report-quiet", "digest", "digest-empty"} {
		s := sample(t, name)
		_, p := compose(t, desk(t), s.Notice, s.Ticket)
		got, err := desk(t).RenderReport(s.Notice)
		require.NoError(t, err)
		assert.Equal(t, p.html, string(got.HTML), name)
		assert.Equal(t, p.text, string(got.Text), name)
		assert.Equal(t, p.header.Get("Subject"), got.Subject)
		assert.Empty(t, got.Problem)
		assert.Equal(t, p.files[got.CSVName], string(got.CSV), name)
		assert.Equal(t, p.files["trend.png"], string(got.PNG), name)
	}
	for _, data := range []string{"", "{", `{"edition":"programme"}`, "null", "[]", `{"headline":"x"}`} {
		for _, kind := range Kinds() {
			_, err := desk(t).RenderReport(tracker.Notice{Kind: kind, Data: tracker.NoticeData{Report: []byte(data)}})
			assert.Error(t, err, "%s %s", kind, data)
		}
	}
}

// What is shown as a sample was counted, not made up.
func TestSamplesAreAWeekThatWasCounted(t *testing.T) {
	for _, edition := range []string{"programme", "partner", "requester"} {
		counted, err := os.ReadFile(filepath.Join("..", "tracker", "report", "testdata", edition+".json"))
		require.NoError(t, err)
		shown, err := os.ReadFile(filepath.Join("samples", edition+".json"))
		require.NoError(t, err)
		assert.Equal(t, string(counted), string(shown), "copy the first to the second")
	}
}

func TestGoldenReports(t *testing.T) {
	if *update {
		require.NoError(t, os.MkdirAll(filepath.Join(goldenDir, "..", "report"), 0o755))
	}
	c := desk(t)
	for _, s := range Samples(noon) {
		if !counts(s.Notice.Kind) {
			continue
		}
		m, p := compose(t, c, s.Notice, s.Ticket)
		name := filepath.Join("..", "report", s.Name)
		head, _, _ := bytes.Cut(m.Raw, []byte("\r\n\r\n"))
		golden(t, name+".head", append(bytes.ReplaceAll(head, []byte("\r\n"), []byte("\n")), '\n'))
		golden(t, name+".html", []byte(p.html))
		golden(t, name+".txt", []byte(p.text))
		for file, content := range p.files {
			if strings.HasSuffix(file, ".csv") {
				golden(t, name+".csv", []byte(content))
			}
		}
	}
}

func TestAQuietWeekHasThreeLines(t *testing.T) {
	s := sample(t, "report-quiet")
	_, p := compose(t, desk(t), s.Notice, s.Ticket)
	assert.Len(t, strings.Split(strings.TrimSpace(p.text), "\n\n"), 3, p.text)
	assert.Empty(t, p.files)
}

func TestTheFirstWeekIsComparedWithNothing(t *testing.T) {
	r := sampleReport(t, "report")
	_, p := reported(t, r, "")
	assert.Contains(t, p.text, "4 weeks")
	r.Trend.Weeks = r.Trend.Weeks[:1]
	_, p = reported(t, r, "")
	assert.NotContains(t, p.text, "last week")
	assert.Contains(t, p.text, "late now\n")
}

func TestARunningWeekSaysSo(t *testing.T) {
	r := sampleReport(t, "report")
	r.AsOf = r.From.AddDate(0, 0, 3)
	_, p := reported(t, r, "")
	assert.Contains(t, p.text, "The week is not over: this is how it stood Thu 12 Mar, 00:00 IST.")
}

// times makes all lists of a report longer, and the names in it long.
func longer(r report.Report, times int, name string) report.Report {
	r.Decisions, r.Late, r.Partners = repeat(r.Decisions, times), repeat(r.Late, times), repeat(r.Partners, times)
	r.Types, r.Environments, r.Stacks = repeat(r.Types, times), repeat(r.Environments, times), repeat(r.Stacks, times)
	r.Approvals, r.Recurring, r.Tickets, r.GoodNews = repeat(r.Approvals, times), repeat(r.Recurring, times), repeat(r.Tickets, times), repeat(r.GoodNews, times)
	for i := range r.Late {
		r.Late[i].Title, r.Late[i].Who = name, name
	}
	for i := range r.Decisions {
		r.Decisions[i].Item.Title = name
	}
	for i := range r.Partners {
		r.Partners[i].Name = name
	}
	for i := range r.Types {
		r.Types[i].Name = name
	}
	for i := range r.Recurring {
		r.Recurring[i].Title = name
	}
	for i := range r.Approvals {
		r.Approvals[i].Item.Title, r.Approvals[i].From = name, []string{name}
	}
	for i := range r.Tickets {
		r.Tickets[i].Title = name
	}
	return r
}

func repeat[T any](list []T, times int) []T {
	var out []T
	for range times {
		out = append(out, list...)
	}
	return out
}

const (
	longName   = "Provisioning of the second staging cluster for the state review"
	devanagari = "पंजाब के नगर निगमों के लिए नए क्लस्टर का प्रावधान और परीक्षण"
	arabic     = "طلب ترقية العنقود الثاني للمراجعة السنوية في البيئة التجريبية"
)

func TestAnyAmountOfDataFits(t *testing.T) {
	c := desk(t)
	heavy := map[string]string{
		"": "", "table": "|a|b|\n|-|-|\n" + strings.Repeat("|1|2|\n", 700), "list": strings.Repeat("- x\n", 1000), "lines": strings.Repeat("x\n\n", 1300),
		"escapes": strings.Repeat("<>&\"", 1000), "strong": strings.Repeat("**a** b ", 500),
	}
	for _, name := range []string{"report", "report-partner", "report-requester"} {
		for _, times := range []int{1, 3, 100} {
			for what, note := range heavy {
				for _, title := range []string{longName, strings.Repeat(devanagari, 4), strings.Repeat("<", 300)} {
					if what != "" && (times != 100 || name != "report" || title == longName) {
						continue
					}
					m, p := reportedBy(t, c, longer(sampleReport(t, name), times, title), note)
					assert.LessOrEqual(t, len(p.html), maxHTML, "%s × %d, note %s, %.10s", name, times, what, title)
					wellFormed(t, m.Raw, name)
				}
			}
		}
	}
}

func TestWhatIsCutIsCounted(t *testing.T) {
	r := sampleReport(t, "report")
	r.Late = repeat(r.Late, 8)
	_, p := reported(t, r, "")
	listed := strings.Count(p.text[strings.Index(p.text, "\nLATE\n"):strings.Index(p.text, "\nAGE OF")], "\n- ")
	assert.Contains(t, p.text, fmt.Sprintf("%d more in the attached CSV.", 32-listed))
	assert.Equal(t, listed+1, strings.Count(p.html[strings.Index(p.html, ">Late</p>"):strings.Index(p.html, ">Age of open work<")], "<tr>"), "and the row of the next section")
}

func TestATableThatNoSpreadsheetTakesForFormulas(t *testing.T) {
	for in, want := range map[string]string{
		"=1+1": "'=1+1", "+1": "'+1", "-1": "'-1", "@x": "'@x", "\tx": "'\tx", "\r=1": "=1", "a=1": "a=1", "": "", "a\nb": "a b", "plain, \"words\"": "plain, \"words\"",
	} {
		rows := []report.Row{{Key: "REQ-1", Title: in, Why: in, Who: in}}
		raw := tableOf(rows, noon.Location())
		assert.True(t, bytes.HasPrefix(raw, []byte("\xef\xbb\xbfkey,title,")), "Excel needs the mark")
		assert.Equal(t, bytes.Count(raw, []byte("\n")), bytes.Count(raw, []byte("\r\n")))
		got, err := csv.NewReader(bytes.NewReader(raw[3:])).ReadAll()
		require.NoError(t, err)
		require.Len(t, got, 2)
		if in == "\r=1" {
			want = "'=1"
		}
		assert.Equal(t, want, strings.TrimSpace(got[1][1]), "%q", in)
		assert.Equal(t, got[1][1], got[1][16])
		assert.Len(t, got[1], len(got[0]))
	}
}

func TestTheTrendIsAPictureOfSteadyBytes(t *testing.T) {
	r := sampleReport(t, "report")
	one, err := drawTrend(r.Trend)
	require.NoError(t, err)
	other, err := drawTrend(r.Trend)
	require.NoError(t, err)
	assert.Equal(t, one, other)
	for i := range r.Trend.Weeks {
		r.Trend.Weeks[i].Open, r.Trend.Weeks[i].Late = 1_000_000-i*997, 500_000
	}
	wide, err := drawTrend(r.Trend)
	require.NoError(t, err)
	assert.LessOrEqual(t, max(len(one), len(wide)), 40_000)
	picture, err := png.Decode(bytes.NewReader(one))
	require.NoError(t, err)
	assert.Equal(t, "1200x400", fmt.Sprintf("%dx%d", picture.Bounds().Dx(), picture.Bounds().Dy()))
	for _, at := range [][2]int{{0, 0}, {1199, 399}, {600, 200}} {
		_, _, _, alpha := picture.At(at[0], at[1]).RGBA()
		assert.EqualValues(t, 0xffff, alpha, "opaque")
	}
	red, green, blue, _ := picture.At(600, 0).RGBA()
	assert.Equal(t, []uint32{0xc9c9, 0xd1d1, 0xdbdb}, []uint32{red, green, blue}, "the border")
}

// visible is the text of an HTML document, as a reader of it sees it.
func visible(t testing.TB, doc string) string {
	t.Helper()
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(doc))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return strings.Join(strings.Fields(strings.ReplaceAll(b.String(), noBreak, " ")), " ")
		case html.TextToken:
			b.WriteString(" " + z.Token().Data)
		}
	}
}

// The tiles of HTML and text, the rows of the CSV and the JSON tell the same.
func TestNumbersAgree(t *testing.T) {
	tile := func(text, label string) []string {
		m := regexp.MustCompile(`(\S+(?: of \d+| / \d+)?) +` + label + `(?: · | )((?:\d+ of \d+ (?:· )?)?last week .*?4 weeks (?:\d+%|\d+ of \d+|\d+ / \d+|\d+|–))`).FindStringSubmatch(text)
		require.NotNil(t, m, "%s in %s", label, text)
		return append([]string{m[1]}, regexp.MustCompile(`\d+%?|–`).FindAllString(strings.ReplaceAll(strings.ReplaceAll(m[2], "4 weeks", ""), "−", "-"), -1)...)
	}
	for _, name := range []string{"report", "report-partner", "report-requester"} {
		r := sampleReport(t, name)
		_, p := reported(t, r, "")
		flat := strings.Join(strings.Fields(p.text), " ")
		for _, label := range []string{"in time", "late now", "open", "in / out"} {
			assert.Equal(t, tile(flat, label), tile(visible(t, p.html), label), "%s: %s", name, label)
		}
		num := strconv.Itoa
		assert.Equal(t, r.InTime.Now.Text, tile(flat, "in time")[0])
		assert.Equal(t, []string{num(r.LateNow.Now), num(r.LateNow.LastWeek)}, tile(flat, "late now")[:2])
		assert.Equal(t, []string{num(r.Open.Now), num(r.Open.LastWeek)}, tile(flat, "open")[:2])
		assert.Equal(t, []string{num(r.Flow.In.Now) + " / " + num(r.Flow.Out.Now), num(r.Flow.In.LastWeek), num(r.Flow.Out.LastWeek), num(r.Flow.In.Usual), num(r.Flow.Out.Usual)}, tile(flat, "in / out"))

		rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(p.files["requests-"+r.Week.String()+".csv"], "\uFEFF"))).ReadAll()
		require.NoError(t, err)
		assert.Equal(t, r.Open.Now, sum(t, rows, "open"), name)
		assert.Equal(t, r.LateNow.Now, sum(t, rows, "late"), name)
		assert.Equal(t, r.InTime.Now.Of, sum(t, rows, "deadlines_in_week"), name)
		assert.Equal(t, r.InTime.Now.Met, sum(t, rows, "deadlines_met"), name)
		linesAgree(t, r, p)
	}
}

// sum adds up a column, yes as one.
func sum(t testing.TB, rows [][]string, column string) int {
	t.Helper()
	total, at := 0, -1
	for i, name := range rows[0] {
		if name == column {
			at = i
		}
	}
	require.GreaterOrEqual(t, at, 0, column)
	for _, r := range rows[1:] {
		if n, err := strconv.Atoi(r[at]); err == nil {
			total += n
		} else if r[at] == "yes" {
			total++
		}
	}
	return total
}

// linesAgree looks each number of the lists up, in both parts of the mail.
func linesAgree(t testing.TB, r report.Report, p mailParts) {
	t.Helper()
	both := func(pattern string) {
		re := regexp.MustCompile(pattern)
		assert.Regexp(t, re, strings.Join(strings.Fields(p.text), " "))
		assert.Regexp(t, re, visible(t, p.html))
	}
	for _, l := range r.Priorities {
		if l.Due > 0 {
			assert.Contains(t, p.text, fmt.Sprintf("%d of %d", l.Met, l.Due))
			both(fmt.Sprintf(`%s .{0,40}?%d of %d`, l.Priority, l.Met, l.Due))
		}
	}
	for _, b := range r.Age.Buckets {
		both(fmt.Sprintf(`%s [█\s]*%d `, b.Label, b.Open))
	}
	for _, w := range r.Trend.Weeks {
		both(fmt.Sprintf(`%s [█\s]*%d %d %d %d `, w.Label, w.Open, w.Late, w.In, w.Out))
	}
	for _, l := range r.Partners {
		both(fmt.Sprintf(`%s.*?%d open · %d late`, l.Name, l.Open, l.LateNow))
	}
	for _, l := range r.Late {
		both(regexp.QuoteMeta(l.Key))
	}
	for _, list := range [][]report.GroupLine{r.Types, r.Environments, r.Stacks} {
		for _, l := range list[:min(len(list), rooms()[0].groups)] {
			both(fmt.Sprintf(`%s %d %d %d / %d %s `, regexp.QuoteMeta(l.Name), l.Open, l.LateNow, l.In, l.Out, strings.ReplaceAll(share(l.InTime), noBreak, " ")))
		}
	}
}

// The two forms of a mail that counts have the same numbers, each as often.
func TestBothFormsHaveTheSameNumbers(t *testing.T) {
	numbers := func(text string) []string {
		all := regexp.MustCompile(`\d+`).FindAllString(text, -1)
		slices.Sort(all)
		return all
	}
	for _, s := range specimens(t) {
		if !strings.HasPrefix(s.Name, "report") && !strings.HasPrefix(s.Name, "digest") {
			continue
		}
		page := visible(t, s.Parts.html)
		_, page, ok := strings.Cut(page, "Environment Requests · ") // behind title and preheader
		require.True(t, ok, s.Name)
		_, text, ok := strings.Cut(s.Parts.text, "Environment Requests · ")
		require.True(t, ok, s.Name)
		assert.Equal(t, numbers(text), numbers(page), s.Name)
	}
}
