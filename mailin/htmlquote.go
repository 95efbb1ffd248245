package mailin

import (
	"strings"
)

// region is a stretch of HTML that mail programs mark as quotation or signature.
// Only the outermost one is tracked.
type region struct {
	depth int // of its element in the stack, 0: none open
	start int // its first line
	mark  mark
}

// quoteClasses mark an element whose whole content is an earlier mail or the line
// above it. Gmail's and Proton's own wrappers are not among them: answers between
// quotations stand inside of these too, and the quotations are blockquotes.
var quoteClasses = map[string]bool{
	"gmail_attr": true, "yahoo_quoted": true, "moz-cite-prefix": true, "moz-email-headers-table": true, "tutanota_quote": true,
}

// blockquoteClasses mark a blockquote that is a quotation and no indent.
var blockquoteClasses = map[string]bool{"gmail_quote": true, "protonmail_quote": true, "tutanota_quote": true, "zmail_extra": true}

// signatureClasses mark what `-- ` marks in plain text.
var signatureClasses = map[string]bool{
	"gmail_signature": true, "gmail_signature_prefix": true, "moz-signature": true, "protonmail_signature_block": true, "ms-outlook-mobile-signature": true, "yahoo_signature": true,
}

// quotedBy opens a region where the element marks one. divRplyFwdMsg,
// appendonsend and OLK_SRC_BODY_SECTION are Outlook's: all that follows them is
// the earlier mail. Outlook puts x_ before ids that it quotes.
func (w *htmlWalker) quotedBy(e *element, a attrs) {
	if w.region.depth > 0 {
		return
	}
	switch id := strings.TrimPrefix(a.id, "x_"); {
	case id == "divRplyFwdMsg" || id == "appendonsend" || id == "OLK_SRC_BODY_SECTION":
		w.block(false)
		w.original = true
	case strings.HasPrefix(id, "yahoo_quoted"):
		w.openRegion(e, markQuote)
	case id == "Signature" || id == "ms-outlook-mobile-signature":
		w.openRegion(e, markSignature)
	case e.quote && (a.kind == "cite" || a.cite != "" || hasClass(a.class, blockquoteClasses)):
		w.openRegion(e, markQuote)
	case hasClass(a.class, signatureClasses):
		w.openRegion(e, markSignature)
	case hasClass(a.class, quoteClasses):
		w.openRegion(e, markQuote)
	}
}

func hasClass(list string, set map[string]bool) bool {
	for list != "" {
		var c string
		c, list, _ = strings.Cut(list, " ")
		if set[strings.TrimPrefix(c, "x_")] {
			return true
		}
	}
	return false
}

func (w *htmlWalker) openRegion(e *element, m mark) {
	if !inlineTag(e.tag) {
		w.block(false)
	}
	e.region = true
	w.region = region{depth: len(w.open) + 1, start: len(w.lines), mark: m}
}

// closeRegion marks the lines of the region. A forward is no quotation although
// programs wrap it like one.
func (w *htmlWalker) closeRegion() {
	w.endLine()
	r := w.region
	w.region = region{}
	lines := w.lines[r.start:]
	if r.mark == markQuote && startsForward(lines) {
		return
	}
	for i := range lines {
		lines[i].mark = r.mark
	}
}

func startsForward(lines []line) bool {
	for _, l := range lines {
		if t := strings.TrimLeft(l.text, "> "); t != "" {
			return isForwardLine(t)
		}
	}
	return false
}

// finish drops runs of blank lines, which layout tables leave behind.
func (w *htmlWalker) finish() []line {
	out := w.lines[:0]
	blank := 0
	for _, l := range w.lines {
		if strings.Trim(l.text, " |>") == "" {
			blank++
		} else {
			blank = 0
		}
		if blank <= 2 {
			out = append(out, l)
		}
	}
	return out
}
