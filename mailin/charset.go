package mailin

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
)

// doubt is what was wrong with the charset of a text: the name of a problem, ""
// for nothing, the label that was written and the charset that the text was
// read in.
type doubt struct{ problem, label, as string }

// decodeCharset turns bytes into valid UTF-8. Its problem is "" or the name of
// what was wrong; text comes out either way.
func decodeCharset(label string, b []byte) (text, problem string) {
	text, d := (&guess{}).decode(label, b)
	return text, d.problem
}

// decodeText is decodeCharset for the text of a part; it notes the problem.
func (p *parser) decodeText(label string, b []byte) string {
	text, d := p.guess.decode(label, b)
	d.note(p.problems, "the text")
	return text
}

func (d doubt) note(p *problems, what string) {
	label := cleanLine(strings.ToValidUTF8(d.label, "\uFFFD"))
	switch d.problem {
	case problemCharset:
		p.note(d.problem, "the charset %q is unknown; %s was read as %s", label, what, d.as)
	case problemNoCharset:
		p.note(d.problem, "%s does not tell its charset; it was read as %s", what, d.as)
	case problemBadText:
		p.note(d.problem, "%s does not fit its charset %q; it was read as %s", what, label, d.as)
	}
}

// guess reads bytes whose charset is not told, or told wrongly. It is what the
// rest of the mail says about that; the zero value knows nothing.
type guess struct {
	pages  []codepage // charsets that the mail names elsewhere
	sample []byte     // other 8-bit text of the mail without a charset
	asked  bool       // it was needed
	finds  int        // how often a charset was searched
	checks int        // how often a declared one was doubted
	last   codepage   // what was found last
	doubts []doubt    // about the header
}

// decode turns bytes of the labelled charset into valid UTF-8. The label is
// believed as long as the bytes fit it and make sense; else UTF-8 is tried, then
// the charsets that the mail names elsewhere, then detection.
func (g *guess) decode(label string, b []byte) (string, doubt) {
	page, known := findPage(label)
	c := codecs[page]
	switch {
	case !known:
		text, as := g.unlabelled(b)
		return text, doubt{problemCharset, label, as}
	case page == pageUTF8 || page == pageASCII:
		return g.unicode(page, label, b)
	case c.stateful:
		return g.stateful(c, label, b)
	}
	return g.eightBit(page, label, b)
}

// unicode reads what is labelled as UTF-8, as ASCII or not at all.
func (g *guess) unicode(page codepage, label string, b []byte) (string, doubt) {
	b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	if joined := joinSurrogates(b); len(joined) < len(b) {
		text, d := g.unicode(page, label, joined)
		if d.problem == "" {
			d = doubt{problemBadText, label, "CESU-8"}
		}
		return text, d
	}
	if utf8.Valid(b) {
		text := string(b)
		if other, ok := sevenBit(b); ok {
			return codecs[other].read(b), doubt{problemBadText, label, codecs[other].name}
		}
		return text, doubt{}
	}
	if hasUTF16Mark(b) {
		return readUTF16(b), doubt{problemBadText, label, "UTF-16"}
	}
	if mostlyUTF8(b) {
		return strings.ToValidUTF8(string(b), "\uFFFD"), doubt{problemBadText, label, "UTF-8"}
	}
	text, as := g.unlabelled(b)
	switch {
	case page == pageUTF8:
		return text, doubt{problemBadText, label, as}
	case as == codecs[pageWestern].name: // what is meant when nothing is said
		return text, doubt{}
	}
	return text, doubt{problemNoCharset, label, as}
}

// sevenBit finds charsets that hide in ASCII: ISO 2022 by its escapes, UTF-16 by
// its zero bytes.
func sevenBit(b []byte) (codepage, bool) {
	if i := bytes.IndexByte(b, esc); i >= 0 {
		switch rest := b[i+1:]; {
		case bytes.HasPrefix(rest, []byte("$)C")):
			return pageISO2022KR, true
		case bytes.HasPrefix(rest, []byte("$)A")):
			return pageISO2022CN, true
		case bytes.HasPrefix(rest, []byte("$B")), bytes.HasPrefix(rest, []byte("$@")), bytes.HasPrefix(rest, []byte("(J")), bytes.HasPrefix(rest, []byte("(I")):
			return pageISO2022JP, true
		}
	}
	if bytes.IndexByte(b, 0) < 0 {
		return 0, false
	}
	even, odd := zeros(b)
	return pageUTF16, len(b) >= 4 && max(even, odd)*3 > len(b) && min(even, odd)*10 < max(even, odd)
}

func hasUTF16Mark(b []byte) bool {
	return len(b)%2 == 0 && (bytes.HasPrefix(b, []byte("\xff\xfe")) || bytes.HasPrefix(b, []byte("\xfe\xff")))
}

// stateful reads charsets in which no byte is what it seems.
func (g *guess) stateful(c codec, label string, b []byte) (string, doubt) {
	if text := c.read(b); !strings.ContainsRune(text, utf8.RuneError) && !strings.ContainsRune(text, 0) {
		return text, doubt{}
	}
	if firstHigh(b) >= 0 && bytes.IndexByte(b, 0) < 0 {
		text, as := g.unlabelled(b)
		return text, doubt{problemBadText, label, as}
	}
	return c.read(b), doubt{problemBadText, label, c.name}
}

// eightBit reads charsets in which ASCII is ASCII.
func (g *guess) eightBit(page codepage, label string, b []byte) (string, doubt) {
	if firstHigh(b) < 0 {
		if other, ok := sevenBit(b); ok {
			return codecs[other].read(b), doubt{problemBadText, label, codecs[other].name}
		}
		return string(b), doubt{}
	}
	if utf8.Valid(b) && isReallyUTF8(page, b) {
		return string(b), doubt{problemBadText, label, "UTF-8"}
	}
	page = windowsPage(page)
	if better := g.check(page, b); better != page {
		return codecs[better].read(b), doubt{problemBadText, label, codecs[better].name}
	}
	text := codecs[page].read(b)
	return text, doubtOf(text, label, codecs[page].name)
}

// check returns the page that bytes which are declared in page are in.
func (g *guess) check(page codepage, b []byte) codepage {
	text := codecs[page].read(detectSample(b))
	switch {
	case plausible(page, text):
		return page
	case clean(text):
		return g.confirm(page, b)
	}
	extra := map[codepage]float64{page: bonusDeclared}
	if page == pageWestern {
		extra[page] = bonusWestern
	}
	return g.find(b, extra)
}

// confirm is check for bytes that fit the page.
func (g *guess) confirm(page codepage, b []byte) codepage {
	if g.checks++; g.checks > maxFinds {
		return page
	}
	extra := map[codepage]float64{}
	for _, p := range g.pages {
		extra[p] = bonusNamed
	}
	better, wrong := doubted(page, b, extra)
	if !wrong {
		return page
	}
	g.asked = true
	return better
}

func doubtOf(text, label, as string) doubt {
	if strings.ContainsRune(text, utf8.RuneError) {
		return doubt{problemBadText, label, as}
	}
	return doubt{}
}

// windowsPage is the page under which detection knows a charset.
func windowsPage(page codepage) codepage {
	switch page {
	case pageLatin1:
		return pageWestern
	case 28599:
		return 1254
	}
	return page
}

// What speaks for a charset, in the measure of detect.
const (
	bonusDeclared = 8
	bonusWestern  = 3 // declared as what programs write that do not know
	bonusNamed    = 6
)

// unlabelled reads bytes that are in any charset.
func (g *guess) unlabelled(b []byte) (text, as string) {
	if utf8.Valid(b) {
		return string(b), "UTF-8"
	}
	page := g.find(b, map[codepage]float64{})
	return codecs[page].read(b), codecs[page].name
}

// maxFinds bounds how often one guess searches; then what was found last is true.
const maxFinds = 16

// find finds the charset of 8-bit bytes that are no UTF-8.
func (g *guess) find(b []byte, extra map[codepage]float64) codepage {
	g.asked = true
	if g.finds++; g.finds <= maxFinds {
		g.last = g.search(b, extra)
	}
	return g.last
}

func (g *guess) search(b []byte, extra map[codepage]float64) codepage {
	for _, page := range g.pages {
		if clean(codecs[page].read(detectSample(b))) && g.confirm(page, b) == page {
			return page
		}
		extra[page] = max(extra[page], bonusNamed)
	}
	all := append(append(bytes.Clone(b[:min(len(b), maxDetect)]), '\n'), g.sample...)
	if len(b) > maxDetect {
		all = b
	}
	return detect(all, extra)
}

// isReallyUTF8 tells whether 8-bit bytes that are valid UTF-8 were meant as it
// although they are labelled otherwise. Only pairs of bytes can be so by chance,
// in a charset of pairs; then the characters would come from anywhere.
func isReallyUTF8(page codepage, b []byte) bool {
	switch page {
	case pageGB18030, pageBig5, pageKorean, pageEUCJP, pageShiftJIS:
	default:
		return true
	}
	pairs, scripts := 0, map[rune]bool{}
	for _, r := range string(b) {
		switch {
		case r >= 0x800:
			return true
		case r >= 0x80:
			pairs++
			scripts[max(r>>8, 1)] = true
		}
	}
	return pairs > 2 && len(scripts) == 1
}

// mostlyUTF8 reports whether text that is not valid UTF-8 was still meant as it:
// it has more characters of several bytes than bytes that fit nowhere.
func mostlyUTF8(b []byte) bool {
	good, bad := 0, 0
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		switch {
		case r == utf8.RuneError && n == 1:
			bad++
		case n > 1:
			good++
		}
		b = b[n:]
	}
	return good > bad
}

// escaped reads a header field with escape sequences of ISO 2022. Bytes between
// them may look like any character of the header's syntax, so this comes first.
func (g *guess) escaped(s string) string {
	if strings.IndexByte(s, esc) < 0 || !utf8.ValidString(s) {
		return s
	}
	if _, ok := sevenBit([]byte(s)); !ok {
		return s
	}
	return g.header(s)
}

// headerText makes valid UTF-8 of raw header bytes (RFC 6532, or older 8-bit).
func headerText(s string) string { return (&guess{}).header(s) }

// header is headerText with what the mail tells.
func (g *guess) header(s string) string {
	if utf8.ValidString(s) && strings.IndexByte(s, esc) < 0 {
		return s
	}
	text, d := g.decode("", []byte(s))
	g.doubt(d)
	return text
}

func (g *guess) doubt(d doubt) {
	if d.problem != "" {
		g.doubts = append(g.doubts, d)
	}
}

// htmlLabel is the charset that an HTML document declares in itself, "" when it
// declares none.
func htmlLabel(b []byte) string {
	head := b[:min(len(b), 1024)]
	if !bytes.Contains(bytes.ToLower(head), []byte("charset")) {
		return ""
	}
	if _, name, certain := charset.DetermineEncoding(head, ""); certain || name != "windows-1252" {
		return name
	}
	return ""
}
