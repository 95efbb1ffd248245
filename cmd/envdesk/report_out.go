package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/pflag"

	"envdesk/cmd/envdesk/config"
	"envdesk/mailout"
	"envdesk/tracker"
	"envdesk/tracker/desk"
	"envdesk/tracker/report"
)

// reportOutputs is where a report goes, in which forms; "-" is the standard
// output.
type reportOutputs struct {
	html, text, csv, eml string
	json                 bool   // to the standard output
	jsonFile             string // no flag has it
}

func (o *reportOutputs) flags(f *pflag.FlagSet, table bool) {
	f.StringVar(&o.html, "html", "", "write the HTML to `FILE`, and the picture of the trend beside it as .png")
	f.StringVar(&o.text, "text", "", "write the text to `FILE`")
	if table {
		f.StringVar(&o.csv, "csv", "", "write the table of all requests to `FILE`")
	}
	f.StringVar(&o.eml, "eml", "", "write the whole mail to `FILE`")
	f.BoolVar(&o.json, "json", false, "print the figures as a JSON object")
}

// none reports whether nothing says where to.
func (o reportOutputs) none() bool { return o == reportOutputs{} }

// check makes sure that one thing at most goes to the standard output.
func (o reportOutputs) check() error {
	n := 0
	for _, is := range []bool{o.html == "-", o.text == "-", o.csv == "-", o.eml == "-", o.json} {
		if is {
			n++
		}
	}
	if n > 1 {
		return usage("only one of --json and the files named - can go to the standard output")
	}
	return nil
}

// renderer draws reports.
type renderer interface {
	RenderReport(n tracker.Notice) (mailout.Rendered, error)
}

// writeReport writes the report, as its reader gets it, in the forms that are wanted;
// its text where none is.
func (a *app) writeReport(c tracker.Composer, r tracker.KeptReport, to recipient, o reportOutputs) error {
	draw, ok := c.(renderer)
	if !ok {
		return errors.New("this desk draws no reports")
	}
	notice := reportNotice(r, to)
	drawn, err := draw.RenderReport(notice)
	if err != nil {
		return err
	}
	if drawn.Problem != "" {
		fmt.Fprintln(a.err, "envdesk: "+drawn.Problem)
	}
	if o.none() {
		o.text = "-"
	}
	if o.json {
		o.jsonFile = "-"
	}
	return errors.Join(
		a.writeHTML(o.html, drawn), a.writeTo(o.text, drawn.Text), a.writeTo(o.csv, drawn.CSV),
		a.writeMail(o.eml, c, notice), a.writeFigures(o.jsonFile, r.Data),
	)
}

func (a *app) writeMail(file string, c tracker.Composer, n tracker.Notice) error {
	if file == "" {
		return nil
	}
	m, _, err := c.Compose(n, tracker.Ticket{})
	if err != nil {
		return err
	}
	return a.writeTo(file, m.Raw)
}

// writeFigures writes the JSON for people to read.
func (a *app) writeFigures(file string, data []byte) error {
	var b bytes.Buffer
	if err := json.Indent(&b, data, "", "  "); err != nil {
		return err
	}
	b.WriteByte('\n')
	return a.writeTo(file, b.Bytes())
}

// writeHTML writes the HTML, and its picture where a browser finds it.
func (a *app) writeHTML(file string, drawn mailout.Rendered) error {
	html := string(drawn.HTML)
	if file != "" && file != "-" && len(drawn.PNG) > 0 {
		picture := strings.TrimSuffix(file, filepath.Ext(file)) + ".png"
		if err := os.WriteFile(picture, drawn.PNG, 0o644); err != nil {
			return err
		}
		html = strings.ReplaceAll(html, "cid:"+drawn.PictureID, filepath.Base(picture))
	}
	return a.writeTo(file, []byte(html))
}

// writeTo writes a file, or to the standard output; nowhere for "".
func (a *app) writeTo(file string, data []byte) (err error) {
	switch file {
	case "":
	case "-":
		_, err = a.out.Write(data)
	default:
		err = os.WriteFile(file, data, 0o644)
	}
	return err
}

// recipient is who reads a report, and as what.
type recipient struct {
	to tracker.Address
	as tracker.Role
}

// reportNotice is the report as a mail to one reader.
func reportNotice(r tracker.KeptReport, to recipient) tracker.Notice {
	n := tracker.Notice{
		Key: r.Name + "/" + strings.ToLower(to.to.Address), Kind: tracker.KindReport, To: to.to, As: to.as, At: r.Made,
		Data: tracker.NoticeData{Report: r.Data, Note: r.Note},
	}
	if strings.HasPrefix(r.Name, "daily/") {
		n.Key, n.Kind = r.Name, tracker.KindDigest
	}
	return n
}

// weeklyReader is who is the first to get an edition; without one in the
// configuration whom it is about, or the manager.
func weeklyReader(c *config.Config, e desk.Edition) recipient {
	dir := c.Directory()
	as := func(a tracker.Address) recipient {
		who := dir.Lookup(a)
		return recipient{who.Address, e.ReadBy(who)}
	}
	for _, r := range c.Reports.Weekly.To {
		if read := weeklyReaderOf(r); read.Edition == e && r.Email != "" {
			return as(tracker.Address{Address: r.Email})
		}
	}
	switch e.Kind {
	case report.PartnerEdition:
		p, _ := dir.Partner(e.For)
		return recipient{tracker.Address{Name: p.Name, Address: p.Email}, tracker.RolePartner}
	case report.RequesterEdition:
		return as(tracker.Address{Address: e.For})
	}
	managers := append(dir.WithRole(tracker.RoleManager), tracker.Address{Address: cmp.Or(c.Desk.Address, "board@desk.invalid")})
	return as(managers[0])
}
