package mailout

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/wneessen/go-mail"

	"envdesk/tracker"
	"envdesk/tracker/report"
)

// maxHTML bounds the HTML of a report, far below the 102 KB at which Gmail cuts.
const maxHTML = 70_000

// Rendered is a report or a digest as it is mailed. A digest, and a week in which
// nothing was, have neither CSV nor PNG.
type Rendered struct {
	Subject   string
	HTML      []byte
	Text      []byte
	CSV       []byte // the requests of the week
	CSVName   string
	PNG       []byte // the trend; the HTML names it by PictureID
	PictureID string
	Problem   string // of a template of the override directory; the built-in one was used
}

// RenderReport renders what a notice of a report or a digest mails to its reader, to
// the byte.
func (c *Composer) RenderReport(n tracker.Notice) (Rendered, error) {
	if !counts(n.Kind) {
		return Rendered{}, fmt.Errorf("render %s: it is no report", n.Kind)
	}
	words, problem, err := c.renderReport(n, &view{Desk: c.settings.Name})
	if err != nil {
		return Rendered{}, fmt.Errorf("render %s: %w", n.Kind, err)
	}
	out := Rendered{Subject: words.subject, HTML: words.html, Text: []byte(words.text), Problem: problem}
	if words.trend != nil {
		out.PNG, out.PictureID = words.trend.png, words.trend.id
	}
	if words.table != nil {
		out.CSV, out.CSVName = words.table.Content, words.table.Name
	}
	return out, nil
}

func counts(kind tracker.NoticeKind) bool {
	return kind == tracker.KindReport || kind == tracker.KindDigest
}

// renderWords renders the notice, a report with its lists as long as there is
// room for.
func (c *Composer) renderWords(n tracker.Notice, v *view) (rendered, string, error) {
	if counts(n.Kind) {
		return c.renderReport(n, v)
	}
	return c.render(n, v)
}

func (c *Composer) renderReport(n tracker.Notice, v *view) (rendered, string, error) {
	if n.Kind == tracker.KindDigest {
		if err := v.readDigest(c.settings, n); err != nil {
			return rendered{}, "", err
		}
		return c.render(n, v)
	}
	r, err := readReport(n.Data.Report)
	if err != nil {
		return rendered{}, "", err
	}
	enclosed, err := c.enclose(r)
	if err != nil {
		return rendered{}, "", err
	}
	var words rendered
	var problem string
	for _, room := range rooms() {
		v.Report = newWeekly(r, weeklySettings{Settings: c.settings, room: room, note: n.Data.Note, as: n.As, enclosed: enclosed})
		if words, problem, err = c.render(n, v); err != nil || len(words.html) <= maxHTML {
			break
		}
	}
	words.enclosed = enclosed
	return words, problem, err
}

// tryReport fills the view of a sample.
func (v *view) tryReport(s Settings, n tracker.Notice) error {
	switch n.Kind {
	case tracker.KindDigest:
		return v.readDigest(s, n)
	case tracker.KindReport:
		r, err := readReport(n.Data.Report)
		if err != nil {
			return err
		}
		v.Report = newWeekly(r, weeklySettings{Settings: s, room: rooms()[0], note: n.Data.Note, as: n.As})
	}
	return nil
}

// room is how much of its lists a report shows, how long titles and the note are.
type room struct{ late, lines, groups, title, note int }

// rooms are tried in turn until the report is small enough; the last one always
// is. What is late stays longest of the lists, and all of them give way before the
// note does.
func rooms() []room {
	all := []room{
		{10, 10, 8, 120, tracker.MaxReportNote},
		{10, 6, 5, 90, tracker.MaxReportNote},
		{10, 4, 3, 70, tracker.MaxReportNote},
		{6, 3, 2, 60, tracker.MaxReportNote},
		{3, 2, 2, 40, tracker.MaxReportNote},
		{2, 2, 2, 30, tracker.MaxReportNote},
	}
	for least := all[len(all)-1]; least.note > 100; {
		least.note /= 2
		all = append(all, least)
	}
	return all
}

func readReport(data []byte) (report.Report, error) {
	var r report.Report
	if err := json.Unmarshal(data, &r); err != nil {
		return r, fmt.Errorf("read the report: %w", err)
	}
	if r.From.IsZero() || r.To.IsZero() {
		return r, fmt.Errorf("read the report: it is of no week")
	}
	return r, nil
}

// enclosed goes with the words of a report.
type enclosed struct {
	trend *drawing
	table *tracker.Attachment
}

// drawing is a picture that the HTML names by its id.
type drawing struct {
	id  string
	png []byte
}

func (c *Composer) enclose(r report.Report) (enclosed, error) {
	var e enclosed
	if !r.Quiet && len(r.Trend.Weeks) > 1 {
		png, err := c.gallery.trend(r.Trend)
		if err != nil {
			return e, err
		}
		sum := sha256.Sum256([]byte(r.Trend.Alt))
		e.trend = &drawing{id: "trend." + hex.EncodeToString(sum[:6]) + "@" + tracker.DomainOf(c.settings.Address), png: png}
	}
	if len(r.Tickets) > 0 {
		content := tableOf(r.Tickets, c.settings.Zone)
		e.table = &tracker.Attachment{Name: "requests-" + r.Week.String() + ".csv", Type: "text/csv; charset=utf-8", Size: int64(len(content)), Content: content}
	}
	return e, nil
}

// enclose adds the picture beside the words and the table below them.
func enclose(msg *mail.Msg, e enclosed) error {
	if e.trend != nil {
		err := msg.EmbedReader("trend.png", bytes.NewReader(e.trend.png), mail.WithFileContentID("<"+e.trend.id+">"), mail.WithFileContentType("image/png"))
		if err != nil {
			return fmt.Errorf("write mail: %w", err)
		}
	}
	if e.table != nil {
		msg.AttachReadSeeker(e.table.Name, bytes.NewReader(e.table.Content), asFile(*e.table))
	}
	return nil
}

// list is by what mail programs sort mails that come again and again, and how a
// reader ends them (RFC 2919, RFC 2369 §3.2).
type list struct{ id, unsubscribe string }

func (s Settings) list(kind tracker.NoticeKind) list {
	domain, err := asciiDomain(tracker.DomainOf(s.Address))
	name := map[tracker.NoticeKind]tracker.List{tracker.KindReport: tracker.ListWeekly, tracker.KindDigest: tracker.ListDaily}[kind]
	if name == "" || err != nil {
		return list{}
	}
	local, _, _ := strings.Cut(s.Address, "@")
	return list{
		id:          "<" + string(name) + "." + domain + ">",
		unsubscribe: "<mailto:" + escape(local) + "@" + domain + "?subject=" + escape(tracker.Subscription{List: name, Ended: true}.Subject()) + ">",
	}
}
