package mailin

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

func TestFlowed(t *testing.T) {
	tests := map[string]struct {
		delsp    bool
		in, want string
	}{
		"joined":           {in: "a \nb\nc", want: "a b\nc"},
		"stuffed":          {in: " From x\n  indented", want: "From x\n indented"},
		"quotes apart":     {in: "> a \n> b\nc", want: "> a b\nc"},
		"depths apart":     {in: "> a \n>> b \nc", want: "> a\n>> b\nc"},
		"stuffed quote":    {in: ">> a \n>> b", want: ">> a b"},
		"signature":        {in: "a \n-- \nMe", want: "a\n-- \nMe"},
		"quoted signature": {in: "> a \n> -- \n> Me", want: "> a\n> --\n> Me"},
		"delsp":            {delsp: true, in: "ab \ncd", want: "abcd"},
		"delsp keeps one":  {delsp: true, in: "ab  \ncd", want: "ab cd"},
		"typed blank":      {in: "/ack \nthanks", want: "/ack\nthanks"},
		"paragraphs apart": {in: "a \n\nb", want: "a\n\nb"},
		"line of blanks":   {in: "a\n  \nb", want: "a\n\nb"},
		"wrapped by hand":  {in: "a\nb\n  - c\n", want: "a\nb\n - c"},
		"quoted blank":     {in: "> a\n>\n> b", want: "> a\n>\n> b"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) { require.Equal(t, tt.want, joinLines(unflow(tt.in, tt.delsp))) })
	}
}

// htmlPart is an HTML part of a multipart with the boundary x, as lines.
func htmlPart(s string) []string { return []string{"--x", "Content-Type: text/html", "", s} }

// bodyOf is the body of that multipart.
func bodyOf(parts ...[]string) []string {
	var out []string
	for _, p := range parts {
		out = append(out, p...)
	}
	return append(out, "--x--")
}

func TestChosenBodies(t *testing.T) {
	plain := func(s string) []string { return []string{"--x", "", s} }
	other := func(kind, s string) []string { return []string{"--x", "Content-Type: " + kind, "", s} }
	tests := map[string]struct {
		kind string
		body []string
		want string
	}{
		"no-break spaces":       {"alternative", bodyOf(plain("&nbsp; \u00a0"), htmlPart("<p>a")), "a"},
		"links only":            {"alternative", bodyOf(plain("https://x.test/1\n<https://x.test/2>"), htmlPart("<p>a")), "a"},
		"dashes only":           {"alternative", bodyOf(plain("-- \n----"), htmlPart("<p>a")), "a"},
		"stub in Japanese":      {"alternative", bodyOf(plain("このメールはHTML形式です。"), htmlPart("<p>a")), "a"},
		"stub with a page":      {"alternative", bodyOf(plain("Newsletter im Browser ansehen: https://x.test"), htmlPart("<p>a")), "a"},
		"markup as plain":       {"alternative", bodyOf(plain("<html><body>b</body></html>"), htmlPart("<p>a")), "a"},
		"a sign is a text":      {"alternative", bodyOf(plain("👍"), htmlPart("<p>a")), "👍"},
		"html says nothing":     {"alternative", bodyOf(plain("Your program shows no HTML."), htmlPart("<img>")), "Your program shows no HTML."},
		"named forms":           {"alternative", bodyOf(other("text/plain; name=a.txt", "a"), other("text/html; name=a.html", "b")), "a"},
		"enriched beside plain": {"alternative", bodyOf(plain("a"), other("text/enriched", "<bold>a</bold>")), "a"},
		"the same twice":        {"mixed", bodyOf(plain("Please rotate the key of the stage."), htmlPart("<p>Please <b>rotate</b> the key of the stage.</p>")), "Please rotate the key of the stage."},
		"different texts":       {"mixed", bodyOf(plain("See below."), htmlPart("<p>Build 41 failed</p>")), "See below./Build 41 failed"},
		"text file":             {"mixed", bodyOf(plain("a"), other("text/plain; name=x.log", "log")), "a +x.log"},
		"files only":            {"mixed", bodyOf(other("text/plain; name=x.log", "log"), other("text/plain; name=y.log", "log")), "log +y.log"},
		"text in the middle":    {"mixed", bodyOf(plain("a"), other("image/png; name=i.png", "i"), plain("b")), "a/b +i.png"},
		"report":                {"report", bodyOf(plain("failed"), other("message/delivery-status", "Action: failed"), plain("your text")), "failed + +"},
		"signed":                {"signed", bodyOf(plain("a"), other("application/pgp-signature; name=signature.asc", "s")), "a +signature.asc"},
		"encrypted":             {"encrypted", bodyOf(other("application/pgp-encrypted", "Version: 1"), other("application/octet-stream; name=encrypted.asc", "x")), " + +encrypted.asc"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			m := Parse(mime("multipart/"+tt.kind+"; boundary=x", tt.body...), Options{})
			got := strings.ReplaceAll(strings.ReplaceAll(m.Text, "\r", ""), "\n\n", "/")
			for _, a := range m.Attachments {
				got += " +" + a.Name
			}
			require.Equal(t, tt.want, got)
		})
	}
}

func TestMislabelledText(t *testing.T) {
	tests := map[string]struct{ kind, body, want, problem string }{
		"html in plain text": {"text/plain", "<!DOCTYPE html>\r\n<p>a</p><p>b</p>", "a\n\nb", problemHTMLAsPlain},
		"plain text as html": {"text/html", "Hi,\r\n\r\na < b &amp; c\r\n<asha@egov.test>", "Hi,\n\na < b & c\n<asha@egov.test>", problemNotHTML},
		"markup in prose":    {"text/plain", "Add <b>x</b>\r\nto the page", "Add <b>x</b>\nto the page", ""},
		"enriched":           {"text/enriched", "<fontfamily><param>Times</param>a</fontfamily> <<b>\r\nc\r\n\r\nd", "a <b> c\nd", ""},
		"richtext":           {"text/richtext", "<bold>a</bold> <lt>b<nl>c\r\nd<comment>e</comment>", "a <b\nc d", ""},
		"unknown subtype":    {"text/x-note", "a", "a", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			m := Parse(mime(tt.kind, tt.body), Options{})
			require.Equal(t, tt.want, m.Text)
			if tt.problem != "" {
				require.Equal(t, []string{tt.problem}, problemNames(m))
			} else {
				require.Empty(t, m.Problems)
			}
		})
	}
}

func TestSignedText(t *testing.T) {
	m := Parse(mime("text/plain", "-----BEGIN PGP SIGNED MESSAGE-----", "Hash: SHA256", "", "Please rotate.", "- -- ", "Asha", "-----BEGIN PGP SIGNATURE-----", "", "iQ", "-----END PGP SIGNATURE-----"), Options{})
	require.Equal(t, "Please rotate.", m.Reply)
	require.Contains(t, m.Text, "iQ")
	require.NotContains(t, m.Text, "- --")
	m = Parse(mime("text/plain", "-----BEGIN PGP MESSAGE-----", "", "hQ"), Options{})
	require.Equal(t, []string{problemEncrypted}, problemNames(m))
}

// A text is cut at its limit, and a reader is told.
func TestLongTexts(t *testing.T) {
	for kind, unit := range map[string]string{"text/plain": "word\r\n", "text/html": "word<br>\r\n", "text/html; charset=iso-8859-1": "<p>\xe9t\xe9</p>", "text/plain; format=flowed": "word \r\n"} {
		m := Parse(mime(kind, strings.Repeat(unit, 100)), Options{Limits: Limits{Text: 300}})
		require.LessOrEqual(t, len(m.Text), 300, kind)
		require.Greater(t, len(m.Text), 200, kind)
		require.Equal(t, []string{problemTextCut}, problemNames(m), kind)
		m = Parse(mime(kind, strings.Repeat(unit, 20)), Options{Limits: Limits{Text: 300}})
		require.Empty(t, m.Problems, kind)
	}
}

// FuzzEnriched: commands of any shape give text that is no longer than its source.
func FuzzEnriched(f *testing.F) {
	f.Add("<bold>a<<b</bold>\n\nc<param>x</param><nofill>\n\n</nofill>", false)
	f.Add("<lt>a<nl><comment>b", true)
	f.Fuzz(func(t *testing.T, src string, rich bool) {
		require.LessOrEqual(t, len(enrichedText(src, rich)), len(src))
	})
}

// FuzzFlowed: joining lines loses no character but blanks and quote signs.
func FuzzFlowed(f *testing.F) {
	f.Add("> a \n> b \n-- \nc \n\n d", false)
	f.Add(">> a  \n>>b\n \n", true)
	f.Fuzz(func(t *testing.T, src string, delsp bool) {
		src = cleanText(strings.ToValidUTF8(src, "?"))
		out := joinLines(unflow(src, delsp))
		require.True(t, utf8.ValidString(out))
		bare := strings.NewReplacer(" ", "", "\n", "", ">", "", "\t", "", "\u00a0", "")
		require.Equal(t, bare.Replace(src), bare.Replace(out))
	})
}
