package mailin

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// A command of the plain form counts when the HTML form has it too.
func TestCommandsOfOneForm(t *testing.T) {
	tests := map[string]struct {
		plain, html string
		own         int
	}{
		"the same":          {"Hello\r\n/approve all", "<p>Hello<br>/approve all", 2},
		"plain alone":       {"Hello\r\n/approve", "<p>Hello", 1},
		"key, plain alone":  {"Hello\r\nStatus: done", "<p>Hello", 1},
		"key in a table":    {"Hello\r\nStatus: done", "<p>Hello<table><tr><td>Status<td>done</table>", 2},
		"bold":              {"Hello\r\n*/approve*", "<p>Hello<br><b>/approve</b>", 2},
		"hidden in HTML":    {"Hello\r\n/approve", "<p>Hello<p style='display:none'>/approve", 1},
		"HTML says nothing": {"Hello\r\n/approve", "<img>", 2},
		"no command":        {"Hello\r\nyou", "<p>Hi", 2},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			m := Parse(mime("multipart/alternative; boundary=x", bodyOf([]string{"--x", "", tt.plain}, htmlPart(tt.html))...), Options{})
			require.Equal(t, tt.own, m.OwnLines)
		})
	}
}

// HTML beside the plain text that says the same and a little more adds only that.
func TestHTMLBesidePlain(t *testing.T) {
	m := Parse(mime("multipart/mixed; boundary=x", bodyOf([]string{"--x", "", "Please restart the ERP server in Punjab today because it is slow"}, htmlPart("<p>Please restart the <b>ERP</b> server in Punjab today because it is slow<p>And delete the backup tonight"))...), Options{})
	require.Equal(t, "Please restart the ERP server in Punjab today because it is slow\n\nAnd delete the backup tonight", m.Text)
	require.Equal(t, 1, m.OwnLines)
}
