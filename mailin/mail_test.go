package mailin

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/require"

	"envdesk/tracker"
)

var update = flag.Bool("update", false, "write the .json files of testdata/mail anew")

const mailDir = "../testdata/mail"

// golden is a Message as a person reads it in testdata/mail: texts as lists of
// lines, what is empty left out.
type golden struct {
	ID          string           `json:"id,omitempty"`
	InReplyTo   []string         `json:"in_reply_to,omitempty"`
	References  []string         `json:"references,omitempty"`
	From        string           `json:"from,omitempty"`
	ReplyTo     []string         `json:"reply_to,omitempty"`
	To          []string         `json:"to,omitempty"`
	Cc          []string         `json:"cc,omitempty"`
	DeliveredTo []string         `json:"delivered_to,omitempty"`
	Subject     string           `json:"subject,omitempty"`
	Date        string           `json:"date,omitempty"`
	Auto        tracker.Auto     `json:"auto"`
	NullSender  bool             `json:"null_sender,omitempty"`
	Bounce      *tracker.Bounce  `json:"bounce,omitempty"`
	Text        []string         `json:"text"`
	Reply       []string         `json:"reply"`
	OwnLines    int              `json:"own_lines"`
	Attachments []goldenFile     `json:"attachments,omitempty"`
	Identity    tracker.Identity `json:"identity"`
	Problems    []string         `json:"problems,omitempty"`
	Size        int64            `json:"size"`
	Fingerprint string           `json:"fingerprint"`
}

type goldenFile struct {
	tracker.Attachment
	Kept int `json:"kept"` // bytes of Content
}

func goldenOf(m tracker.Message) golden {
	g := golden{
		ID: m.ID, InReplyTo: m.InReplyTo, References: m.References, From: show(m.From), ReplyTo: showAll(m.ReplyTo), To: showAll(m.To), Cc: showAll(m.Cc),
		DeliveredTo: m.DeliveredTo, Subject: m.Subject, Auto: m.Auto, NullSender: m.NullSender, Bounce: m.Bounce, Text: strings.Split(m.Text, "\n"),
		Reply: strings.Split(m.Reply, "\n"), OwnLines: m.OwnLines, Identity: m.Identity, Size: m.Size, Fingerprint: m.Fingerprint,
	}
	if !m.Date.IsZero() {
		g.Date = m.Date.Format(time.RFC3339)
	}
	for _, a := range m.Attachments {
		g.Attachments = append(g.Attachments, goldenFile{a, len(a.Content)})
	}
	for _, p := range m.Problems {
		g.Problems = append(g.Problems, p.Name+": "+p.Text)
	}
	return g
}

func show(a tracker.Address) string {
	if a.Name == "" {
		return a.Address
	}
	return strings.TrimSpace(a.Name + " <" + a.Address + ">")
}

func showAll(list []tracker.Address) []string {
	var out []string
	for _, a := range list {
		out = append(out, show(a))
	}
	return out
}

// goldenOptions trust the server that the mails of testdata/mail came through.
// A mail of identity whose name starts with gmail or m365 is read with that preset.
func goldenOptions(name string) Options {
	o := Options{KeepAttachments: 1 << 20, Trust: Trust{AuthservIDs: []string{"mx.desk.test"}, ReceivedAbove: 1}}
	switch {
	case strings.HasPrefix(name, "identity/gmail"):
		o.Trust = Trust{Provider: "gmail"}
	case strings.HasPrefix(name, "identity/m365"):
		o.Trust = Trust{Provider: "microsoft365"}
	}
	return o
}

// mailFiles are the mails of testdata/mail: CLASS/NAME.eml.
func mailFiles(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(mailDir, "*", "*.eml"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	return files
}

// className is CLASS/NAME of a file.
func className(file string) string {
	return filepath.Base(filepath.Dir(file)) + "/" + strings.TrimSuffix(filepath.Base(file), ".eml")
}

func TestMails(t *testing.T) {
	for _, file := range mailFiles(t) {
		name := className(file)
		t.Run(name, func(t *testing.T) {
			raw, err := os.ReadFile(file)
			require.NoError(t, err)
			m := Parse(raw, goldenOptions(name))
			checkInvariants(t, raw, m)
			compareGolden(t, strings.TrimSuffix(file, ".eml")+".json", goldenOf(m))

			streamed, err := Read(iotest.OneByteReader(bytes.NewReader(raw)), goldenOptions(name))
			require.NoError(t, err)
			require.Equal(t, m, streamed, "Read and Parse must agree")
		})
	}
}

// TestClassesAreTold: README.md of testdata/mail has a row for each class, and no other.
func TestClassesAreTold(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join(mailDir, "README.md"))
	require.NoError(t, err)
	told := map[string]bool{}
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-z0-9-]+)` \\|").FindAllSubmatch(readme, -1) {
		told[string(row[1])] = true
	}
	there := map[string]bool{}
	for _, file := range mailFiles(t) {
		there[filepath.Base(filepath.Dir(file))] = true
	}
	require.Equal(t, there, told)
}

func compareGolden(t *testing.T, file string, g golden) {
	t.Helper()
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	require.NoError(t, enc.Encode(g))
	if *update {
		require.NoError(t, os.WriteFile(file, b.Bytes(), 0o644))
		return
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err, "run `go test ./mailin -update` and read the new file")
	require.Equal(t, string(want), b.String())
}
