package mailout

import (
	"fmt"
	"html/template"
	"io"
	"strings"
	"sync"

	"github.com/yuin/goldmark/parser"

	"envdesk/templates"
	"envdesk/tracker"
)

// page is a compiled skeleton: everything of a mail but its values. Value 0 is
// the subject.
type page struct {
	html []piece
	size int // of the HTML skeleton
	doc  document
}

// rendered is a mail's words, still without its head.
type rendered struct {
	subject string
	html    []byte
	text    string
	enclosed
}

func (r rendered) writeText(w io.Writer) (int64, error) { return writeAll(w, []byte(r.text)) }
func (r rendered) writeHTML(w io.Writer) (int64, error) { return writeAll(w, r.html) }

func writeAll(w io.Writer, b []byte) (int64, error) {
	n, err := w.Write(b)
	return int64(n), err
}

// fill puts the values in.
func (p *page) fill(values []value, marker string) rendered {
	b := fillHTML(make([]byte, 0, p.size+1024), p.html, values)
	return rendered{subject: values[0].text, html: b, text: plainText(p.doc, values, marker)}
}

// maxPages bounds the cache. The mails of one desk need some dozens; lists of
// many lengths make more.
const maxPages = 512

// press compiles skeletons and keeps what it compiled, since parsing Markdown
// costs more than all the rest of a mail.
type press struct {
	layout *template.Template
	parser parser.Parser
	mu     sync.RWMutex
	pages  map[string]*page
}

func newPress(layout *template.Template) *press {
	return &press{layout: layout, parser: markdown(), pages: map[string]*page{}}
}

// page returns the compiled form of a body and the preheader beside it.
func (p *press) page(body, preheader, marker string) (*page, error) {
	key := marker + "\n" + preheader + "\n" + body
	p.mu.RLock()
	pg := p.pages[key]
	p.mu.RUnlock()
	if pg != nil {
		return pg, nil
	}
	pg, err := p.compile(body, preheader, marker)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.pages) >= maxPages {
		clear(p.pages)
	}
	p.pages[key] = pg
	return pg, nil
}

func (p *press) compile(body, preheader, marker string) (*page, error) {
	doc, err := read(p.parser, body)
	if err != nil {
		return nil, err
	}
	if len(doc.sections) == 0 {
		return nil, fmt.Errorf("the mail is empty")
	}
	laidOut, err := layOut(p.layout, htmlBody(doc), preheader, marker)
	if err != nil {
		return nil, err
	}
	return &page{html: pieces(laidOut), size: len(laidOut), doc: doc}, nil
}

// layOut puts the layout around a body. A mail without its words is none, and one
// whose marker does not stand above them could not be answered: then the error
// names file and line of the layout.
func layOut(layout *template.Template, body, preheader, marker string) (string, error) {
	var b strings.Builder
	err := layout.Execute(&b, map[string]any{
		"Title":     token(slotText, 0),
		"Preheader": strings.TrimSpace(preheader),
		"Marker":    marker,
		"Body":      template.HTML(body), // escaped by htmlWriter; values are not in it yet
	})
	if err != nil {
		return "", err
	}
	above, _, found := strings.Cut(b.String(), body)
	if !found {
		return "", fmt.Errorf("%s:1: the words of the mail are not in it: {{.Body}} has to stand there, as HTML", templates.Layout)
	}
	if !strings.Contains(above, marker) {
		return "", fmt.Errorf("%s:1: {{.Marker}} does not stand above {{.Body}}: a reply could not be told from what it quotes", templates.Layout)
	}
	return b.String(), nil
}

// tryLayout says what no page of the layout could do without.
func tryLayout(layout *template.Template) error {
	for _, marker := range []string{"", tracker.ReplyMarker} {
		for _, preheader := range []string{"", "a line beside the subject"} {
			if _, err := layOut(layout, "<tr><td>the words of a mail</td></tr>", preheader, marker); err != nil {
				return err
			}
		}
	}
	return nil
}

// takesReplies reports whether a mail of the kind invites a reply about its
// ticket: it then has the marker, a bound reply address and buttons.
func takesReplies(n tracker.Notice) bool {
	return n.Ticket != 0 && n.Kind != tracker.KindUnverifiedReceipt && n.Kind != tracker.KindAlert
}
