package mailin

import (
	"path"
	"strings"
)

// linkText is the text of an open link.
type linkText struct {
	href string
	text []byte
}

const maxLinkText = 2000

func (l *linkText) add(s string) {
	if l.href != "" && len(l.text) < maxLinkText {
		l.text = append(l.text, s...)
	}
}

func (w *htmlWalker) openLink(href string) {
	w.link = linkText{href: cleanLine(href)}
}

// closeLink writes the address of a link behind its text, unless the text is the
// address. Only addresses that a person could open are shown.
func (w *htmlWalker) closeLink() {
	href, text := w.link.href, string(w.link.text)
	w.link = linkText{}
	if !showable(href) || strings.TrimSpace(text) == "" || sameLink(href, text) || len(href) > maxLinkText {
		return
	}
	if len(href) > len("mailto:") && strings.EqualFold(href[:len("mailto:")], "mailto:") {
		href = href[len("mailto:"):]
	}
	w.put(" (" + href + ")")
}

func showable(href string) bool {
	for _, scheme := range []string{"https://", "http://", "mailto:", "ftp://"} {
		if len(href) > len(scheme) && strings.EqualFold(href[:len(scheme)], scheme) {
			return true
		}
	}
	return false
}

func sameLink(href, text string) bool {
	text = strings.Trim(strings.Join(strings.Fields(text), ""), "<>")
	return bareLink(href) == bareLink(text) || text == href
}

// bareLink is an address without what people leave out when they write it.
func bareLink(s string) string {
	s = strings.ToLower(s)
	if mail, ok := strings.CutPrefix(s, "mailto:"); ok {
		s, _, _ = strings.Cut(mail, "?")
	}
	for _, prefix := range []string{"https://", "http://", "ftp://", "www."} {
		s = strings.TrimPrefix(s, prefix)
	}
	return strings.TrimRight(s, "/")
}

// picture writes the words that stand for a picture: a sign as it is, words in
// brackets. Names of files and pictures that nobody sees say nothing.
func (w *htmlWalker) picture(a attrs) {
	alt := strings.TrimSpace(a.alt)
	alt, _, _ = strings.Cut(alt, "\n")
	if alt = cleanLine(alt); alt == "" || len(alt) > maxLinkText || a.width == "1" || a.width == "0" || pictureFile(alt) {
		return
	}
	if plainLine(alt) || len(alt) > maxSign {
		alt = "[" + alt + "]"
	}
	w.text(alt)
}

// maxSign is the length in bytes of the longest sign: an emoji of a family.
const maxSign = 28

func pictureFile(s string) bool {
	switch strings.ToLower(path.Ext(s)) {
	case ".png", ".jpg", ".jpeg", ".gif", ".bmp", ".svg", ".webp", ".tif", ".tiff", ".heic":
		return true
	}
	return strings.HasPrefix(s, "cid:") || strings.HasPrefix(s, "data:")
}

// control writes what a form shows.
func (w *htmlWalker) control(a attrs) {
	switch strings.ToLower(a.kind) {
	case "hidden", "image", "file", "password":
	case "checkbox", "radio":
		box := "[ ]"
		if a.checked {
			box = "[x]"
		}
		w.text(box)
	default:
		if a.value != "" {
			w.text("[" + cleanLine(a.value) + "]")
		}
	}
}
