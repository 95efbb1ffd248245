package mailin

import "strings"

// newPartHead reads what a header says of its part; fallback is the type where
// none is declared.
func newPartHead(h header, fallback string) partHead {
	kind, encoding := tidyType(contentType(h))
	p := partHead{
		media: parseMedia(kind), disposition: parseMedia(h.get("Content-Disposition")),
		encoding: contentEncoding(h, encoding), id: contentID(h),
	}
	p.declared = strings.Contains(p.word, "/") && !strings.HasSuffix(p.word, "/")
	switch meant, known := meantTypes[p.word]; {
	case known:
		p.word, p.declared = meant, false
	case !p.declared:
		p.word = fallback
	}
	return p
}

// meantTypes are ways to write a type that no registry has.
var meantTypes = map[string]string{
	"text": "text/plain", "text/": "text/plain", "plain": "text/plain", "plain/text": "text/plain", "text/text": "text/plain", "text/txt": "text/plain",
	"text/ascii": "text/plain", "text/us-ascii": "text/plain", "text/utf-8": "text/plain", "text/plaintext": "text/plain", "text/x-plain": "text/plain", "text-plain": "text/plain", "text/*": "text/plain", "ascii": "text/plain", "application/text": "text/plain",
	"html": "text/html", "text/htm": "text/html", "html/text": "text/html", "text-html": "text/html", "text/x-html": "text/html", "application/html": "text/html",
	"multipart": "multipart/mixed", "multipart/": "multipart/mixed", "mixed": "multipart/mixed", "multipart-mixed": "multipart/mixed", "alternative": "multipart/alternative", "multipart-alternative": "multipart/alternative",
	"rfc822": "message/rfc822", "message": "message/rfc822", "message/": "message/rfc822",
}

// contentType is the value of Content-Type. Of several, the one that names a
// boundary, else the first with a type: gateways put theirs beside the sender's.
func contentType(h header) string {
	first := h.get("Content-Type")
	if h.count("Content-Type") < 2 {
		return first
	}
	best := ""
	for _, v := range h.all("Content-Type") {
		switch {
		case hasFold(v, "multipart/") && strings.Contains(strings.ToLower(v), "boundary"):
			return v
		case best == "" && strings.Contains(v, "/"):
			best = v
		}
	}
	if best == "" {
		return first
	}
	return best
}

// contentEncoding is the transfer encoding that the header names: of several the
// first that changes bytes, and where there is none what stands in Content-Type.
func contentEncoding(h header, inType string) string {
	v := h.get("Content-Transfer-Encoding")
	if v == "" {
		return inType
	}
	if h.count("Content-Transfer-Encoding") > 1 {
		for _, other := range h.all("Content-Transfer-Encoding") {
			if encodes(other) {
				return other
			}
		}
	}
	return v
}

// tidyType puts the semicolon where it belongs behind the type, and takes a
// transfer encoding out that stands among the parameters.
func tidyType(v string) (kind, encoding string) {
	if i := indexFold(v, "content-transfer-encoding"); i > 0 {
		encoding = strings.TrimLeft(v[i+len("content-transfer-encoding"):], " \t:=\"")
		v = strings.TrimRight(v[:i], " \t;")
	}
	end := 0
	for end < len(v) && isTypeByte(v[end]) {
		end++
	}
	rest := strings.TrimLeft(v[end:], " \t,:")
	if end == 0 || len(v) == end || v[end] == ';' || v[end-1] == '/' || rest == "" || strings.IndexByte(`;(/"`, rest[0]) >= 0 {
		return v, encoding
	}
	return v[:end] + "; " + rest, encoding
}

func isTypeByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '/' || c == '-' || c == '+' || c == '.' || c == '_' || c == '*'
}

// indexFold finds an ASCII word in any case; word is in lower case.
func indexFold(s, word string) int {
	for i := 0; i+len(word) <= len(s); i++ {
		if s[i]|0x20 == word[0] && hasFold(s[i:], word) {
			return i
		}
	}
	return -1
}

func contentID(h header) string {
	return strings.Trim(cleanID(h.get("Content-ID")), "<>")
}
