package mailin

import "strings"

const (
	maxSignature  = 10 // lines below two hyphens without a blank
	maxFooter     = 110
	maxBanner     = 8
	maxParagraph  = 12
	fewOfSecrecy  = 2 // words of secrecy in a paragraph that starts like a disclaimer
	muchOfSecrecy = 4 // in one that starts otherwise
)

// signatureMark recognises `-- ` (RFC 3676 §4.3). Without its blank it counts
// only when little follows: two hyphens can also be a ruler in a text.
func (c *cutter) signatureMark(i int, t string) bool {
	if len(t) > 3 || c.lines[i].text == "-- " {
		return c.lines[i].text == "-- "
	}
	if j := c.nextText(i); j < len(c.lines) && strings.HasPrefix(c.lines[j].text, "--") {
		return false // comments of SQL
	}
	return (t == "--" || t == "—" || t == "–" || t == "__") && c.littleFollows(i, maxSignature)
}

// littleFollows reports that at most n lines follow before the end or the next
// quotation.
func (c *cutter) littleFollows(i, n int) bool {
	for j := c.nextText(i); j < len(c.lines) && !c.hasQuoteSign(j) && c.lines[j].mark == markNone; j = c.nextText(j) {
		c.looks++
		if n--; n < 0 {
			return c.startsEarlier(j)
		}
		if c.startsEarlier(j) {
			return true
		}
	}
	return true
}

// startsEarlier reports a line with which an earlier mail starts.
func (c *cutter) startsEarlier(j int) bool {
	t := stripped(c.lines[j].text)
	return isMarker(t) || isOriginalLine(t) || isForwardLine(t) || c.headerBlock(j) || c.attribution(j, t) > 0
}

// endsAt reports whether nothing new can follow line i.
func (c *cutter) endsAt(i int) bool {
	c.looks++
	j := c.nextText(i)
	if j < len(c.lines) && isLink(stripped(c.lines[j].text)) {
		j = c.nextText(j)
	}
	if j == len(c.lines) || c.hasQuoteSign(j) || c.lines[j].mark != markNone {
		return true
	}
	t := stripped(c.lines[j].text)
	return isRuler(t) || isFooter(t) || c.isDisclaimer(j, t) || c.isMachineFooter(j, t) || c.signatureMark(j, t) || c.startsEarlier(j)
}

// isFooter recognises the line that a phone or program adds; a line with more in
// it than such a line has is text.
func isFooter(t string) bool {
	t = unsigned(t)
	n := footers.length(t)
	if n == 0 {
		return false
	}
	for _, link := range []string{"<http", "(http", "[http", " http"} {
		if at := strings.Index(t, link); at >= n {
			t = t[:at]
		}
	}
	return len(t) < maxFooter && !footerIsProse(t[:n], t[n:])
}

// footerIsProse reports a sentence of a person that begins like a footer: "Sent from my
// desk it takes two hours", "Get Outlook for the new colleagues, please". A real
// one names a device or program and says little more, or asks for patience.
func footerIsProse(opening, rest string) bool {
	if excuseWords.within(opening) || excuseWords.within(rest) {
		return false
	}
	if appNames.within(opening) && !strings.HasPrefix(strings.ToLower(opening), "sent") {
		return rest != "" && (isSentence(rest) || strings.ContainsAny(rest, ";?") || !platforms.within(opening+rest) && isAdvert(opening))
	}
	comma := strings.IndexAny(rest, ",;")
	long := comma >= 0 && len(opening)+len(rest) > 60
	if deviceWords.within(opening+rest) || appWords.within(opening+rest) {
		return long && isSentence(rest[comma:]) && !appWords.within(opening)
	}
	return isSentence(rest) || strings.ContainsAny(rest, ";?") || strings.Count(rest, " ") > 6 || long && strings.Contains(rest, ", ")
}

// isAdvert reports an opening that ends where the platform follows: "Get Outlook for ".
func isAdvert(opening string) bool {
	word := opening[strings.LastIndexByte(strings.TrimRight(opening, " "), ' ')+1:]
	return advertEnds[strings.ToLower(strings.TrimRight(word, " "))]
}

var (
	appNames   = newPhrases("outlook", "bluemail", "typeapp")
	advertEnds = wordSet(`for für pour para per voor för til pro na`)
)

// isDeviceLine reports a footer that names the device or program and says no
// more: wherever it stands, no person typed it.
func isDeviceLine(t string) bool {
	t = strings.TrimRight(t, ".! ")
	return len(t) < 60 && !strings.ContainsAny(t, ",.!?;") && deviceWords.within(t)
}

// unsigned cuts the signs off with which a line may be set apart.
func unsigned(t string) string {
	if letterByte(t[0]) {
		return t
	}
	return strings.TrimLeft(t, rulerSigns+"\"'“„«»[(")
}

// isLink reports a line that is only a link.
func isLink(t string) bool {
	t = strings.TrimLeft(t, "<([")
	return (strings.HasPrefix(t, "https://") || strings.HasPrefix(t, "http://")) && !strings.Contains(t, " ")
}

// isDisclaimer recognises the paragraph that companies put below every mail by
// its first words and by its talk of secrecy.
func (c *cutter) isDisclaimer(i int, t string) bool {
	if c.last < 0 || len(t) < 8 {
		return false
	}
	t = unsigned(t)
	if disclaimerTitles.start(t) {
		return true
	}
	if !disclaimers.start(t) {
		return false
	}
	hits := 0
	for j := i; j < len(c.lines) && j < i+maxParagraph && !c.notes[j].blank && hits < fewOfSecrecy; j++ {
		c.looks++
		hits += secrecy.count(clip(c.lines[j].text))
	}
	return hits >= fewOfSecrecy
}

// isMachineFooter recognises what lists, scanners and free mailers add: a line of
// theirs, or a ruler above one.
func (c *cutter) isMachineFooter(i int, t string) bool {
	if c.last < 0 {
		return false
	}
	if machineFooters.start(unsigned(t)) {
		return true
	}
	j := c.nextText(i)
	if j == len(c.lines) || len(t) < 2 || !isRuler(t) {
		return false
	}
	c.looks++
	below := stripped(c.lines[j].text)
	return machineFooters.start(below) || len(t) >= 20 && isListLine(below)
}

// isListLine recognises the first line below the ruler of a mailing list: "desk
// mailing list", "desk mailing list -- desk@lists.test".
func isListLine(t string) bool {
	if len(t) > 160 {
		return false
	}
	name, _, ok := strings.Cut(t, "mailing list")
	return ok && strings.Count(strings.TrimSpace(name), " ") < 3 || strings.HasPrefix(t, "To unsubscribe")
}

// trimLinks drops the links right above the footer of a scanner: they are its own.
func (c *cutter) trimLinks() {
	for c.last > 0 && isLink(c.lines[c.last].text) && strings.HasPrefix(c.lines[c.last].text, "<") {
		c.drop()
	}
}

// isBanner recognises what a gateway puts above a mail from outside.
func (c *cutter) isBanner(i int, t string) bool {
	c.looks++
	t = strings.TrimLeft(t, "*_-=|!⚠️ \t")
	if t == "" || !banners.start(t) {
		return false
	}
	return len(t) > 20 || strings.HasSuffix(t, "]") || strings.HasSuffix(t, "*") || strings.HasSuffix(t, "】") || strings.HasSuffix(t, ")")
}

// cutBanner drops a banner: its paragraph, or all to its mark of an end.
func (c *cutter) cutBanner(i int, t string) int {
	c.seam = true
	marked := strings.HasPrefix(t, "ZjQcmQRY")
	n := 1
	for ; n < maxBanner && i+n < len(c.lines); n++ {
		c.looks++
		l := stripped(c.lines[i+n].text)
		if marked && bannerEnds.start(l) {
			return n + 1
		}
		if !marked && (l == "" || !c.bannerGoesOn(i+n, l)) {
			break
		}
	}
	return n
}

// bannerGoesOn reports whether line i, right below a line of a banner, is still
// part of it: the sentence above has not ended, or it is one of banners too.
func (c *cutter) bannerGoesOn(i int, t string) bool {
	above := stripped(c.lines[i-1].text)
	return banners.start(t) || above != "" && len(above) > 40 && !strings.ContainsAny(above[len(above)-1:], ".!]:*>)")
}

// trimTail drops, at the end of what was kept, what leads over to the earlier
// mail, and paragraphs that are disclaimers although they start otherwise.
func (c *cutter) trimTail() {
	for c.last >= 0 && (c.done || c.seam) && leadsOver(stripped(c.lines[c.last].text)) {
		c.drop()
	}
	for c.last > 0 && c.last != c.trimmed && c.secretTail() {
		for end := c.last; c.last > 0 && !c.notes[end].blank && c.notes[end].keep; end-- {
			c.drop()
		}
	}
	c.trimmed = c.last
}

// secretTail reports whether the paragraph kept last speaks of secrecy as only a
// disclaimer does. The first paragraph is never one.
func (c *cutter) secretTail() bool {
	hits, size, i := 0, 0, c.last
	for n := 0; i >= 0 && c.notes[i].keep && !c.notes[i].blank && n < maxParagraph; i, n = i-1, n+1 {
		c.looks++
		text := c.lines[i].text
		size += len(text)
		hits += secrecy.count(clip(text))
	}
	return i > 0 && c.notes[i].blank && size > 150 && hits >= muchOfSecrecy
}

// leadsOver reports a line that stands above an earlier mail: a ruler, also with
// words between its ends, the line of Notes, or "Original Message" without a
// ruler (BlackBerry).
func leadsOver(t string) bool {
	if isRuler(t) || isNotesLine(t) || len(t) < 40 && originalPhrases.start(t) {
		return true
	}
	rest, ok := unruled(t)
	return ok && len(t) < 90 && len(rest)-len(strings.TrimRight(rest, rulerSigns)) >= 2
}

// trimLabels drops the recipient and subject that Yandex writes, below a ruler,
// above its attribution.
func (c *cutter) trimLabels() {
	i := c.last
	for n := 0; n < 4 && i > 0 && labelOf(c.lines[i].text) != labelNone; n++ {
		c.looks++
		i--
	}
	if i >= 0 && i < c.last && c.notes[i].keep && !c.notes[i].blank && isRuler(stripped(c.lines[i].text)) {
		for c.last >= i && c.last >= 0 {
			c.drop()
		}
	}
}

// clip bounds what is looked at of a long line.
func clip(s string) string { return s[:min(len(s), 2*maxAttribution)] }

// isNotesLine recognises what Notes puts above the header of an earlier mail:
// "Asha Rao ---03/10/2026 09:41:00 AM---Please restart".
func isNotesLine(t string) bool {
	name, rest, ok := strings.Cut(t[:min(len(t), maxAttribution)], " ---")
	if !ok || name == "" {
		return false
	}
	stamp, _, ok := strings.Cut(rest, "---")
	e := evidenceIn(stamp)
	return ok && e.date && e.time
}
