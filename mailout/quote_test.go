package mailout

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestParagraphsThatAMailProgramBroke(t *testing.T) {
	const (
		wide  = "replace it today, before the audit looks at it tomorrow. The repository is" // 74 columns
		other = "billing-service, the cluster punjab-prod."
	)
	long := strings.Repeat("word ", 30) + "end"
	for name, c := range map[string]struct{ in, want string }{
		"goes on":                  {wide + "\n" + other, wide + " " + other},
		"three lines":              {wide + "\n" + wide + "\n" + other, wide + " " + wide + " " + other},
		"a space at the line end":  {wide + " \n" + other, wide + " " + other},
		"Devanagari":               {strings.Repeat("क", 70) + "\nपंजाब", strings.Repeat("क", 70) + " पंजाब"},
		"a paragraph of its own":   {wide + "\n\n" + other, wide + "\n\n" + other},
		"short lines":              {"Since ten this morning.\nno more.", "Since ten this morning.\nno more."},
		"room was left":            {wide + "\nit is short\nand goes on", wide + " it is short\nand goes on"},
		"a capital":                {wide + "\nRegards", wide + "\nRegards"},
		"a list":                   {wide + "\n- one", wide + "\n- one"},
		"a number":                 {wide + "\n2. two", wide + "\n2. two"},
		"what follows is told":     {strings.TrimSuffix(wide, " is") + " is:\nbilling-service", strings.TrimSuffix(wide, " is") + " is:\nbilling-service"},
		"a command":                {wide + "\n/etc/hosts", wide + "\n/etc/hosts"},
		"code":                     {strings.Repeat("a ", 34) + "--from=x\nkubectl get pods", strings.Repeat("a ", 34) + "--from=x\nkubectl get pods"},
		"indented":                 {wide + "\n  billing", wide + "\n  billing"},
		"a log, wider than a mail": {long + "\nnext " + long, long + "\nnext " + long},
		"too narrow":               {strings.Repeat("a", 59) + "\nb", strings.Repeat("a", 59) + "\nb"},
		"just wide enough":         {strings.Repeat("a", 60) + "\nb", strings.Repeat("a", 60) + " b"},
		"just narrow enough":       {strings.Repeat("a", 100) + "\nb", strings.Repeat("a", 100) + " b"},
		"too wide":                 {strings.Repeat("a", 101) + "\nb", strings.Repeat("a", 101) + "\nb"},
		"nothing":                  {"", ""},
	} {
		assert.Equal(t, c.want, flowed(c.in), name)
	}
}

// No line of a quoted text is left with a single word by wrapping it.
func TestAQuotedLineThatIsABitTooLong(t *testing.T) {
	s := sample(t, "relay")
	for in, want := range map[string]string{
		"replace it today, before the audit looks at it tomorrow. The repository is\nbilling-service.": "\n> replace it today, before the audit looks at it tomorrow. The\n> repository is billing-service.\n",
		"Since 11:40 no citizen of Andhra gets a receipt after paying property tax.\nThe log follows.": "\n> Since 11:40 no citizen of Andhra gets a receipt after paying property tax.\n> The log follows.\n",
		strings.Repeat("x ", 37) + "yy":  "\n> " + strings.Repeat("x ", 37) + "yy\n", // 78 columns
		strings.Repeat("x ", 37) + "yyy": "\n> " + strings.Repeat("x ", 34) + "x\n> x x yyy\n",
		strings.Repeat("word ", 16):      "\n> word word word word word word word word word word word word word word\n> word word\n",
	} {
		s.Notice.Data.Text = in
		_, p := compose(t, desk(t), s.Notice, s.Ticket)
		assert.Contains(t, p.text, want)
	}
	s.Notice.Data.Text = "replace it today, before the audit looks at it tomorrow. The repository is\nbilling-service.\nRegards"
	_, p := compose(t, desk(t), s.Notice, s.Ticket)
	assert.Contains(t, p.html, "The repository is billing-service.<br>\nRegards", "a phone breaks the line where it ends")
}
