package mailin

import "strings"

// armour marks the lines of OpenPGP's frame around a signed text (RFC 9580 §7)
// and takes its dash escapes back, so that what was signed reads as written.
func armour(lines []line) []line {
	inside := false
	for i := 0; i < len(lines); i++ {
		l := &lines[i]
		switch {
		case len(l.text) == 0 || l.text[0] != '-':
		case l.text == "-----BEGIN PGP SIGNED MESSAGE-----":
			inside = true
			i = markUntil(lines, i, "")
		case l.text == "-----BEGIN PGP SIGNATURE-----":
			inside = false
			i = markUntil(lines, i, "-----END PGP SIGNATURE-----")
		case inside && strings.HasPrefix(l.text, "- -"):
			l.text = l.text[2:]
			if l.text == "--" {
				l.text = "-- " // the blank of a signature mark is lost in signing
			}
		}
	}
	return lines
}

// markUntil marks the lines from i to the one that is end, or to the last one,
// and answers the place of that.
func markUntil(lines []line, i int, end string) int {
	for ; i < len(lines); i++ {
		lines[i].mark = markSignature
		if lines[i].text == end {
			return i
		}
	}
	return i
}

// noteEncrypted tells a reader why there is no text: the desk holds no keys.
func (p *parser) noteEncrypted(root *part) {
	for _, n := range leaves(root, nil) {
		if n.head.encrypted() && len(n.spares) == 0 {
			p.problems.note(problemEncrypted, "a part is encrypted; it cannot be read here")
			return
		}
	}
	if strings.HasPrefix(p.m.Text, "-----BEGIN PGP MESSAGE-----") {
		p.problems.note(problemEncrypted, "the text is encrypted; it cannot be read here")
	}
}

// encrypted reports the parts of OpenPGP (RFC 3156 §4) and S/MIME (RFC 8551
// §3.3) that only the owner of a key can open. A name tells where the S/MIME
// type is missing.
func (p partHead) encrypted() bool {
	switch p.word {
	case "application/pgp-encrypted":
		return true
	case "application/pkcs7-mime", "application/x-pkcs7-mime":
		kind := strings.ToLower(p.param("smime-type"))
		return kind == "enveloped-data" || kind == "authenveloped-data" || kind == ""
	}
	return false
}

// calendarLine tells the first invitation of the mail in a line, unless the text
// tells its time already. A calendar without a method is a file: it is told only
// where there is no text.
func (p *parser) calendarLine(root *part) string {
	for _, n := range leaves(root, nil) {
		if n.head.word != "text/calendar" {
			continue
		}
		v, ok := parseCalendar(p.decodedText(n))
		if !ok {
			p.problems.note(problemCalendar, "a calendar part has no event that can be read")
			continue
		}
		if v.method == "" {
			v.method = strings.ToUpper(n.head.param("method"))
		}
		if v.told(p.m.Text) || v.method == "" && p.m.Text != "" {
			return ""
		}
		return v.line()
	}
	return ""
}
