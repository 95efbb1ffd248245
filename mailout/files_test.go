package mailout

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
)

func TestLongTextsAreCutAndAttached(t *testing.T) {
	s := sample(t, "relay-partner")
	whole := strings.Repeat("a \"quoted\" line of the log & more <tags>\n", 2000)
	s.Notice.Data.Text = whole
	m, p := compose(t, desk(t), s.Notice, s.Ticket)
	assert.Equal(t, strings.TrimRight(whole, "\n"), strings.TrimRight(strings.ReplaceAll(p.files[textFile], "\r\n", "\n"), "\n"))
	assert.Contains(t, p.text, "The text goes on in the attached "+textFile)
	assert.Less(t, len(p.html), 70<<10, "Gmail would cut it")
	wellFormed(t, m.Raw, "long text")
}

func TestLongListsAreCut(t *testing.T) {
	s := sample(t, "alert")
	for range 500 {
		s.Notice.Data.Alerts = append(s.Notice.Data.Alerts, tracker.Alert{At: noon, Kind: tracker.AlertForgery, Line: strings.Repeat("<&\"long> ", 200)})
	}
	_, p := compose(t, desk(t), s.Notice, s.Ticket)
	assert.Contains(t, p.text, "And 462 more")
	assert.Less(t, len(p.html), 70<<10)
}

func TestQuotedTextKeepsItsLinesAndColumns(t *testing.T) {
	s := sample(t, "relay-partner")
	s.Notice.Data.Text = "one\r\ntwo\n\n  a   b\n\tc\n" + strings.Repeat("word ", 40) + "\n/cancel\n"
	_, p := compose(t, desk(t), s.Notice, s.Ticket)
	assert.Contains(t, p.text, "> one\n> two\n>\n>   a   b\n>     c\n> word word")
	assert.Contains(t, p.text, "\n> /cancel\n")
	assert.Contains(t, p.html, "one<br>\ntwo<br>\n<br>\n\u00a0 a \u00a0 b<br>\n\u00a0 \u00a0 c<br>")
}

func TestFilesThatGoAlongAndThoseThatDoNot(t *testing.T) {
	s := sample(t, "assignment")
	pdf := []byte("%PDF-1.7\n")
	s.Notice.Data.Attachments = []tracker.Attachment{
		{Name: "plan.pdf", Type: "application/pdf", Size: 9, Content: pdf},
		{Name: "../../etc/पासवर्ड \"x\".txt", Type: "text/plain; charset=utf-8; name=evil", Size: 2, Content: []byte("hi")},
		{Name: "mail.eml", Type: "message/rfc822", Size: 4, Content: []byte("a: b")},
		{Name: "run.exe", Type: "application/octet-stream", Size: 2, Content: []byte("hi")},
		{Name: "gone.pdf", Size: 100},
	}
	m, p := compose(t, desk(t), s.Notice, s.Ticket)
	assert.Equal(t, map[string]string{"plan.pdf": string(pdf), "_.._etc_पासवर्ड _x_.txt": "hi", "mail.eml": "a: b"}, p.files)
	assert.Contains(t, p.types, "application/octet-stream")
	assert.Contains(t, p.text, "run.exe")
	assert.Contains(t, p.text, "Kept at the desk: gone.pdf")
	wellFormed(t, m.Raw, "attachments")
}

func TestDangerousFiles(t *testing.T) {
	zipWithMacro := append([]byte("PK\x03\x04"), []byte("word/vbaProject.bin")...)
	for name, c := range map[string]struct {
		a    tracker.Attachment
		want bool
	}{
		"name":             {tracker.Attachment{Name: "a.exe"}, true},
		"upper case":       {tracker.Attachment{Name: "A.JS"}, true},
		"two extensions":   {tracker.Attachment{Name: "a.pdf.vbs"}, true},
		"a dot behind":     {tracker.Attachment{Name: "a.exe. ."}, true},
		"hidden direction": {tracker.Attachment{Name: "a\u202Efdp.exe"}, true},
		"zero width":       {tracker.Attachment{Name: "a.ex\u200Be"}, true},
		"declared type":    {tracker.Attachment{Name: "a.txt", Type: "Text/HTML; charset=utf-8"}, true},
		"content exe":      {tracker.Attachment{Name: "a.txt", Content: []byte("MZ\x90\x00 and more")}, true},
		"content elf":      {tracker.Attachment{Name: "a", Content: []byte("\x7fELF\x02\x01\x01")}, true},
		"content html":     {tracker.Attachment{Name: "a.txt", Content: []byte("<html><script>x</script>")}, true},
		"content script":   {tracker.Attachment{Name: "a.txt", Content: []byte("#!/bin/sh\nrm -rf x")}, true},
		"content svg":      {tracker.Attachment{Name: "a.png", Content: []byte(`<svg xmlns="http://www.w3.org/2000/svg"></svg>`)}, true},
		"macro":            {tracker.Attachment{Name: "a.docx", Content: zipWithMacro}, true},
		"macro by name":    {tracker.Attachment{Name: "a.xlsm"}, true},
		"disk image":       {tracker.Attachment{Name: "a.iso"}, true},
		"link":             {tracker.Attachment{Name: "a.lnk"}, true},
		"pdf":              {tracker.Attachment{Name: "a.pdf", Content: []byte("%PDF-1.4")}, false},
		"picture":          {tracker.Attachment{Name: "a.png", Type: "image/png", Content: []byte("\x89PNG\r\n\x1a\n")}, false},
		"yaml":             {tracker.Attachment{Name: "values.yaml", Type: "application/yaml", Content: []byte("a: 1\n")}, false},
		"log":              {tracker.Attachment{Name: "app.log", Content: []byte("2026-11-24 ok\n")}, false},
		"zip":              {tracker.Attachment{Name: "a.zip", Content: []byte("PK\x03\x04....a.txt")}, false},
		"no name":          {tracker.Attachment{Content: []byte("text")}, false},
	} {
		c.a.Name = fileName(c.a.Name)
		assert.Equal(t, c.want, dangerous(c.a), name)
	}
}

func TestFilesAreBoundedInAll(t *testing.T) {
	big := make([]byte, 10<<20)
	f := sortFiles(tracker.Notice{Kind: tracker.KindRelay, Data: tracker.NoticeData{Attachments: []tracker.Attachment{
		{Name: "1.log", Content: big}, {Name: "2.log", Content: big}, {Name: "3.log", Content: big[:100]},
	}}})
	assert.Equal(t, []string{"1.log", "3.log"}, []string{f.attached[0].Name, f.attached[1].Name})
	require.Len(t, f.kept, 1)
	assert.Equal(t, "2.log", f.kept[0].Name)
}
