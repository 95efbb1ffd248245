package mailin

import "strings"

const (
	minColumnIndent = 8  // blanks before each line of such a header
	maxColumnLines  = 40 // blank ones among them
	minColumnLabels = 2
)

// notesColumns recognises the header that Notes 5 to 7 write above the earlier
// mail: sender and date in a column on the left, the labels of recipient and
// subject in one on the right, with their words beside or below them:
//
//	Asha Rao
//	<asha@egov.test>                                To
//	                        Bob Hale
//	11/09/2026 04:20                                cc
//	PM                                         Subject
//	                        Which server?
//
// No label stands first in its line and the words are broken anywhere, so the
// evidence is gathered from all deeply indented lines: a date, an address or
// time, and two different labels.
func (c *cutter) notesColumns(i int) bool {
	if !c.opensParagraph(i) || indent(c.lines[i].text) < minColumnIndent {
		return false
	}
	var b blockEvidence
	var found evidence
	for j := i; j < len(c.lines) && j < i+maxColumnLines; j++ {
		c.looks++
		text := c.lines[j].text
		if c.notes[j].blank {
			continue
		}
		if indent(text) < minColumnIndent || len(text) > maxAttribution {
			break
		}
		e := evidenceIn(text)
		found = evidence{found.date || e.date, found.time || e.time, found.address || e.address}
		b.seen[columnLabel(text)] = true
	}
	labels := add(b.seen[labelTo]) + add(b.seen[labelCc]) + add(b.seen[labelSubject])
	return found.date && (found.time || found.address) && labels >= minColumnLabels
}

// columnLabel reads the label of the right column: the last word of the line, or
// one with a colon behind the words of the left column.
func columnLabel(text string) label {
	text = strings.TrimSpace(text)
	at := strings.LastIndex(text, "  ")
	last := strings.TrimLeft(text[at+1:], " ")
	if l := headerLabels[strings.ToLower(last)]; l != labelNone && l != labelFrom && l != labelDate {
		return l
	}
	for text != "" {
		if l := labelOf(text); l == labelTo || l == labelCc || l == labelSubject {
			return l
		}
		_, rest, ok := strings.Cut(text, "  ")
		if !ok {
			break
		}
		text = strings.TrimLeft(rest, " ")
	}
	return labelNone
}

// indent counts the blanks at the start of a line.
func indent(s string) int {
	n := 0
	for n < len(s) && s[n] == ' ' {
		n++
	}
	return n
}
