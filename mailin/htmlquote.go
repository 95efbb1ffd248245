package mailin

import (
	"strings"

	"golang.org/x/net/html/atom"
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
var quoteClasses = wordSet(`gmail_attr yahoo_quoted moz-cite-prefix moz-email-headers-table tutanota_quote airmail_on mail_quote_header yahoo-quoted-begin mb_cite`)

// blockquoteClasses mark a blockquote that is a quotation and no indent.
var blockquoteClasses = wordSet(`gmail_quote protonmail_quote tutanota_quote zmail_extra front-blockquote quote mail_quote clean_bq airmail_quote sh-quote replyblock emailquote iwcquote`)

// originalIDs and originalClasses mark where an earlier mail starts that goes on
// to the end: Outlook's, and those of 163, Samsung, KDE and Apple's sharing sheet.
var (
	originalIDs     = wordSet(`divRplyFwdMsg appendonsend OLK_SRC_BODY_SECTION mail-editor-reference-message-container replySplit isReplyContent ntes-pcmail-quote origbody ms-outlook-mobile-body-separator-line`)
	originalClasses = wordSet(`OutlookMessageHeader mail-editor-reference-message-container ms-outlook-mobile-reference-message zimbra_quote_header`)
)

// signatureIDs and signatureClasses mark what `-- ` marks in plain text.
var (
	signatureIDs     = wordSet(`Signature Zm-_Id_-Sgn ms-outlook-mobile-signature AppleMailSignature mobile-signature composer_signature tutanota_signature mail-editor-signature-container`)
	signatureClasses = wordSet(`gmail_signature gmail_signature_prefix moz-signature protonmail_signature_block ms-outlook-mobile-signature yahoo_signature zmail_signature bloop_sign sh-signature mail-app-auto-signature mb_signature edo-signature nine_signature`)
)

// signatureNames are names of an element that mark a signature (Spark, GMX).
var signatureNames = wordSet(`messageSignatureSection signature`)

// headerBorders are the lines above a header block of Outlook, GMX and Mail.ru,
// as they stand in a style.
var headerBorders = []string{"border-top:solid#e1e1e1", "border-top:solid#b5c4df", "border-top:solid#b5c4de", "border-top:1ptsolid#e1e1e1", "border-top:1ptsolid#b5c4df", "border-top:1.0ptsolid#e1e1e1", "border-top:1ptsolidrgb(225,225,225)", "border-top:1ptsolidrgb(181,196,223)", "border-top-color:rgb(181,196,223)", "border-top-color:rgb(225,225,225)"}

// quotedBy opens a region where the element marks one.
func (w *htmlWalker) quotedBy(e *element, a attrs) {
	if w.region.depth > 0 || a.id == "" && a.class == "" && a.name == "" && a.style == "" && !e.quote {
		return
	}
	id := strings.TrimPrefix(a.id, "ecx")
	for strings.HasPrefix(id, "x_") {
		id = id[2:]
	}
	switch {
	case originalIDs[id] || hasClass(a.class, originalClasses) || headerBorder(e, a.style):
		w.block(false)
		w.original, w.earlier = true, true
	case strings.Contains(id, "yahoo_quoted") || strings.Contains(a.class, "yahoo_quoted") || id == "reply-intro":
		w.openRegion(e, markQuote)
	case signatureIDs[id] || signatureNames[a.name] || strings.HasPrefix(id, "bloop_sign"):
		w.openRegion(e, markSignature)
	case hasClass(a.class, signatureClasses) || strings.HasPrefix(a.class, "ydp") && strings.HasSuffix(a.class, "signature"):
		w.openRegion(e, markSignature)
	case e.quote:
		w.openRegion(e, blockquoteMark(a))
	case hasClass(a.class, quoteClasses):
		w.openRegion(e, markQuote)
	}
}

// blockquoteMark tells a quotation of a mail from one of anything.
func blockquoteMark(a attrs) mark {
	if a.kind == "cite" || a.cite != "" || hasClass(a.class, blockquoteClasses) {
		return markQuote
	}
	return markIndent
}

func headerBorder(e *element, style string) bool {
	if e.tag != atom.Div || !strings.Contains(style, "border-top") {
		return false
	}
	style = strings.ToLower(strings.ReplaceAll(style, " ", ""))
	for _, b := range headerBorders {
		if strings.Contains(style, b) {
			return true
		}
	}
	return false
}

func hasClass(list string, set map[string]bool) bool {
	for list != "" {
		var c string
		c, list, _ = strings.Cut(list, " ")
		for strings.HasPrefix(c, "x_") {
			c = c[2:]
		}
		if set[strings.TrimPrefix(c, "ecx")] {
			return true
		}
	}
	return false
}

func (w *htmlWalker) openRegion(e *element, m mark) {
	if !inlineTag(e.tag) {
		w.block(false)
	}
	e.region, e.quoted = true, e.quoted || m != markSignature
	w.region = region{depth: len(w.open) + 1, start: len(w.lines), mark: m}
}

// closeRegion marks the lines of the region. A forward is no quotation although
// programs wrap it like one.
func (w *htmlWalker) closeRegion() {
	w.endLine()
	r := w.region
	w.region = region{}
	lines := w.lines[min(r.start, len(w.lines)):]
	if (r.mark == markQuote || r.mark == markIndent) && startsForward(lines) {
		return
	}
	for i := range lines {
		if lines[i].mark != markOriginal {
			lines[i].mark = r.mark
		}
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

// maxBlanks is how many blank lines may follow each other.
const maxBlanks = 2

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
		if blank <= maxBlanks {
			out = append(out, l)
		}
	}
	return out
}
