package mailin

import (
	"fmt"

	"envdesk/tracker"
)

// The names of problems are stable: scripts and tests rely on them.
const (
	problemInternal       = "internal"
	problemMboxFrom       = "mbox-from-line"
	problemBOM            = "byte-order-mark"
	problemCRLines        = "cr-line-ends"
	problemLeadingBlank   = "leading-blank-lines"
	problemSplitHeader    = "split-header"
	problemNoColon        = "header-line-without-colon"
	problemNoBlankLine    = "header-without-blank-line"
	problemBareCR         = "bare-cr-in-header"
	problemNUL            = "nul-in-header"
	problemHeaderTooBig   = "header-too-big"
	problemFieldTooLong   = "field-too-long"
	problemTooManyFields  = "too-many-fields"
	problemNoHeader       = "no-header"
	problemRepeatedField  = "repeated-field"
	problemNoFrom         = "no-from"
	problemBadAddress     = "bad-address"
	problemManyAddresses  = "too-many-addresses"
	problemManyReferences = "too-many-references"
	problemSubjectCut     = "subject-cut"
	problemBadDate        = "bad-date"
	problemNoDate         = "no-date"
	problemNoID           = "no-message-id"
	problemReplyTo        = "reply-to-differs"
	problemBadType        = "bad-content-type"
	problemNoBoundary     = "missing-boundary"
	problemWrongBoundary  = "wrong-boundary"
	problemUnclosed       = "unclosed-multipart"
	problemAfterEnd       = "parts-after-end"
	problemForgedFence    = "suspicious-boundary"
	problemTooDeep        = "too-deep"
	problemTooManyParts   = "too-many-parts"
	problemNoParts        = "no-parts"
	problemBrokenPart     = "broken-part"
	problemPackedParts    = "encoded-multipart"
	problemInlineFile     = "file-in-text"
	problemFileDamaged    = "damaged-file-in-text"
	problemFileEnd        = "file-without-end"
	problemNoFile         = "no-encoded-file"
	problemTNEF           = "bad-tnef"
	problemNotBase64      = "not-base64"
	problemEncoding       = "unknown-transfer-encoding"
	problemBase64         = "bad-base64"
	problemQP             = "bad-quoted-printable"
	problemCharset        = "unknown-charset"
	problemBadText        = "bad-text-bytes"
	problemNoCharset      = "undeclared-charset"
	problemTooBig         = "too-big"
	problemTextCut        = "text-cut"
	problemHTMLAsPlain    = "html-in-plain-text"
	problemNotHTML        = "no-html"
	problemHiddenText     = "hidden-text"
	problemEncrypted      = "encrypted"
	problemCalendar       = "bad-calendar"
)

// problems collects what was wrong with a mail, each name once: a thousand bad
// lines are one problem.
type problems struct{ list []tracker.Problem }

func (p *problems) note(name, format string, args ...any) {
	for i := range p.list {
		if p.list[i].Name == name {
			return
		}
	}
	p.list = append(p.list, tracker.Problem{Name: name, Text: fmt.Sprintf(format, args...)})
}
