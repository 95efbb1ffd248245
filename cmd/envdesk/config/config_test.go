package config

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
	"envdesk/tracker/intake"
	"envdesk/tracker/sla"
)

// folder writes files with mode 0600 into a new folder.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	return dir
}

func mustParse(t *testing.T, text string, need ...Section) *Config {
	t.Helper()
	c, err := Parse("envdesk.yaml", []byte(text), need...)
	require.NoError(t, err)
	return c
}

// hoursOf are the windows of a date as people write them.
func hoursOf(c *sla.Calendar, year int, month time.Month, day int) (out []string) {
	for _, w := range c.Windows(sla.NewDate(year, month, day)) {
		out = append(out, w.From.In(c.Zone()).Format("15:04")+"-"+w.To.In(c.Zone()).Format("15:04"))
	}
	return out
}

func contractBytes(t testing.TB) []byte {
	t.Helper()
	data, err := os.ReadFile("../../../testdata/config/contract.yaml")
	require.NoError(t, err)
	return data
}

func TestEveryKeyOfTheContractIsRead(t *testing.T) {
	c, err := Parse("/etc/desk/envdesk.yaml", contractBytes(t), AllSections()...)
	require.NoError(t, err)

	assert.Equal(t, "REQ", c.Desk.Key)
	assert.Equal(t, "Asia/Kolkata", c.Desk.Zone.String())
	assert.Equal(t, "/etc/desk/envdesk.key", c.Desk.SecretFile)
	assert.Equal(t, "/etc/desk/mails", c.Desk.Templates)
	assert.Equal(t, "/etc/desk/envdesk.db", c.Store)

	require.Len(t, c.IMAP, 1)
	assert.Equal(t, Server{Host: "mail.desk.test", Port: 993, Addr: "mail.desk.test:993", Security: TLS}, c.IMAP[0].Server)
	assert.Equal(t, "/etc/desk/imap.pass", c.IMAP[0].Password.File())
	assert.Equal(t, "/etc/desk/ca.pem", c.IMAP[0].CAFile)
	assert.Equal(t, After{Action: "move", Folder: "Processed"}, c.IMAP[0].After)
	assert.Equal(t, Server{Host: "mail.desk.test", Port: 587, Addr: "mail.desk.test:587", Security: StartTLS}, c.SMTP.Server)
	assert.Equal(t, Trust{Provider: "generic", AuthservIDs: []string{"mx.desk.test"}, ReceivedAbove: 1}, c.Trust())

	optit := c.Partners[0]
	assert.Equal(t, tracker.Partner{
		Name: "OptIT", Email: "desk@optit.test", Members: []string{"*@optit.test"}, Environments: []string{"Punjab", "Internal"}, Types: []string{},
		Capacity: 20, NDASigned: time.Date(2026, 1, 10, 0, 0, 0, 0, time.UTC), Status: tracker.Onboarded,
	}, optit.Partner)
	assert.Equal(t, []string{"10:00-13:00", "14:00-19:00"}, hoursOf(optit.Calendar, 2026, 11, 6))
	assert.Equal(t, []string{"09:00-13:00"}, hoursOf(optit.Calendar, 2026, 11, 7))
	assert.Empty(t, hoursOf(optit.Calendar, 2026, 11, 9), "a holiday")
	assert.NotEmpty(t, hoursOf(optit.Calendar, 2026, 1, 26), "a list of its own replaces the desk's")
	assert.Same(t, optit.Calendar, c.Terms().CalendarOf("optit"))
	assert.Same(t, c.Calendar, c.Terms().CalendarOf("GWL"))
	assert.Same(t, c.Calendar, c.Terms().CalendarOf(""))
	assert.Equal(t, tracker.Partner{Name: "GWL", Email: "desk@gwl.test", Status: tracker.Onboarded}, c.Partners[1].Partner)
	assert.Nil(t, c.Partners[1].Calendar)

	assert.Empty(t, hoursOf(c.Calendar, 2026, 1, 26))
	assert.Empty(t, hoursOf(c.Calendar, 2026, 10, 2))
	assert.Equal(t, 9*time.Hour, c.Calendar.FullDay())
	assert.Empty(t, hoursOf(c.Calendar, 2026, 11, 8))
	assert.Equal(t, []string{"09:00-13:00"}, hoursOf(c.Calendar, 2026, 11, 7))
	assert.Equal(t, []intake.Route{{Environment: "Punjab", Partner: "OptIT", Overflow: "GWL"}, {Type: "ProductionIssue", Partner: "GWL"}}, c.Routing)
	assert.Equal(t, []tracker.Role{tracker.RolePartner, tracker.RoleManager}, c.Reminders.Late)
	assert.Equal(t, []Reader{{Email: "board@egov.test", Edition: "programme"}, {Partner: "OptIT", Edition: "partner"}}, c.Reports.Weekly.To)
	assert.Equal(t, Daily{At: 9*60 + 15, To: []tracker.Role{tracker.RoleManager, tracker.RoleDevOps, tracker.RolePartner}}, c.Reports.Daily)
}

func TestTypesComeOverTheDefaults(t *testing.T) {
	c, err := Parse("envdesk.yaml", contractBytes(t))
	require.NoError(t, err)
	v := c.Vocabulary()
	defaults := intake.DefaultVocabulary()

	require.Len(t, v.Types, len(defaults.Types)+1)
	assert.Equal(t, intake.Term{Name: "AccessOps", Aliases: []string{"access"}, Words: []string{"vpn", "permission"}}, v.Types[2])
	assert.Equal(t, defaults.Types[5], v.Types[5], "an entry without aliases keeps those of the default")
	assert.Equal(t, intake.Term{Name: "Decommission"}, v.Types[len(v.Types)-1])

	require.Len(t, v.Stacks, len(defaults.Stacks)+1)
	assert.Equal(t, intake.Term{Name: "Microservices", Aliases: []string{"svc"}}, v.Stacks[0])
	assert.Equal(t, []intake.Term{{Name: "Punjab", Aliases: []string{"PB"}}, {Name: "Internal"}}, v.Environments)
	assert.Equal(t, []intake.Term{{Name: "OptIT"}, {Name: "GWL"}}, v.Partners)
}

func TestApprovals(t *testing.T) {
	c, err := Parse("envdesk.yaml", contractBytes(t))
	require.NoError(t, err)
	day := sla.Span{Days: 1}
	assert.Equal(t, []intake.Approval{
		{Type: "AccessOps", Role: tracker.RoleDevOps, Quorum: 1, Within: day, Delegate: "asha@egov.test"},
		{Type: "Releases", Role: tracker.RoleDevOps, Quorum: 1, Within: day},
	}, c.Rules().Approvals)
	assert.Equal(t, c.Close, c.Rules().CloseAfter)

	c = mustParse(t, `priorities: {P0: {approval: manager}}
environments: [Internal, {name: Punjab, approval: {by: ciso@egov.test, within: 4h}}]
types: [GitOps, {name: Decommission, approval: {by: manager, quorum: 2}}]
`)
	assert.Equal(t, []intake.Approval{
		{Type: "Decommission", Role: tracker.RoleManager, Quorum: 2, Within: day},
		{Environment: "Punjab", Address: "ciso@egov.test", Quorum: 1, Within: sla.Span{Time: 4 * time.Hour}},
		{Priority: "P0", Role: tracker.RoleManager, Quorum: 1, Within: day},
	}, c.Rules().Approvals, "types, environments, priorities")
	assert.Empty(t, mustParse(t, "").Rules().Approvals)

	sample := Sample().Rules().Approvals
	require.Len(t, sample, 1, "AccessOps by DevOps")
	assert.Equal(t, "type AccessOps", sample[0].Need())
}

func TestAnEmptyFileHasTheDefaults(t *testing.T) {
	for _, text := range []string{"", "# nothing\n", "\ufeff", "desk:\nimap:\n", "---\n"} {
		c := mustParse(t, text)
		want := defaults()
		assert.Equal(t, want.Policy, c.Policy)
		assert.Equal(t, want.Calendar, c.Calendar)
		assert.Equal(t, intake.DefaultVocabulary(), c.Vocabulary())
		assert.Equal(t, "envdesk.db", c.Store)
		assert.Empty(t, c.IMAP)
		assert.Nil(t, c.SMTP)
	}
}

func TestSampleIsTheProgramme(t *testing.T) {
	c := Sample()
	rules := c.Rules()
	assert.Equal(t, tracker.Address{Name: "Environment Requests", Address: "requests@desk.test"}, rules.Desk)
	assert.Equal(t, "REQ", rules.KeyPrefix)
	assert.Equal(t, "P3", rules.DefaultPriority)
	assert.False(t, rules.FromSuffices)
	assert.Same(t, c.Calendar, rules.Calendar)
	assert.Equal(t, sla.Span{Days: 10}, rules.ReopenWithin)
	assert.Len(t, rules.Routing, 4)

	at := time.Date(2026, 3, 10, 0, 0, 0, 0, time.UTC)
	for name, barred := range map[string]bool{"OptIT": false, "GWL": false, "MacroSkies": true} {
		p, ok := rules.Directory.Partner(name)
		require.True(t, ok, name)
		assert.Equal(t, barred, p.Barrier(at) != "", name)
	}
	assert.Equal(t, tracker.RoleManager, rules.Directory.Lookup(tracker.Address{Address: "asha@egov.test"}).Role())
	assert.Equal(t, tracker.RoleRequester, rules.Directory.Lookup(tracker.Address{Address: "someone@egov.test"}).Role())

	_, err := Parse("sample.yaml", SampleFile(), DeskSections()...)
	require.NoError(t, err, "all that a desk decides by is there")
}

func TestInitFileLoadsOnceItsPasswordsAreThere(t *testing.T) {
	dir := folder(t, map[string]string{"envdesk.yaml": string(InitFile())})
	path := filepath.Join(dir, "envdesk.yaml")

	_, err := Load(path, AllSections()...)
	require.ErrorContains(t, err, "imap.password_file: got "+filepath.Join(dir, "imap.pass")+": no such file or directory")

	for _, name := range []string{"imap.pass", "smtp.pass"} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte("secret\n"), 0o600))
	}
	c, err := Load(path, AllSections()...)
	require.NoError(t, err)
	password, err := c.IMAP[0].Password.Read()
	require.NoError(t, err)
	assert.Equal(t, "secret", password)
	assert.Empty(t, c.Warnings(time.Date(2026, 3, 10, 0, 0, 0, 0, time.UTC)))
}

// What `envdesk init` shows as the value of a key is its default.
func TestInitFileShowsTheDefaults(t *testing.T) {
	c, err := Parse("envdesk.yaml", InitFile())
	require.NoError(t, err)
	want := defaults()
	assert.Equal(t, want.Policy, c.Policy)
	assert.Equal(t, want.Default, c.Default)
	assert.Equal(t, want.Reminders, c.Reminders)
	assert.Equal(t, want.Reopen, c.Reopen)
	assert.Equal(t, want.Close, c.Close)
	assert.Equal(t, want.Vocabulary().Types, c.Vocabulary().Types)
	assert.Equal(t, want.Vocabulary().Stacks, c.Vocabulary().Stacks)
	assert.Equal(t, want.Desk.Name, c.Desk.Name)
	for day := 2; day < 9; day++ {
		assert.Equal(t, hoursOf(want.Calendar, 2026, 3, day), hoursOf(c.Calendar, 2026, 3, day))
	}
}

func TestOnlyTheNeededSectionsAreChecked(t *testing.T) {
	const broken = "desk: {address: nonsense, timezone: Europe/Berlin}\nstore: my.db\nimap: {server: nonsense}\n"
	c := mustParse(t, broken, SectionStore, SectionTimezone)
	assert.Equal(t, "my.db", c.Store)
	assert.Equal(t, "Europe/Berlin", c.Desk.Zone.String())

	_, err := Parse("envdesk.yaml", []byte(broken), SectionDesk)
	require.EqualError(t, err, `envdesk.yaml:1: desk.address: got "nonsense", want an address such as desk@optit.test`)
	_, err = Parse("envdesk.yaml", []byte(broken), SectionIMAP)
	require.ErrorContains(t, err, "envdesk.yaml:3: imap.server:")
	_, err = Parse("envdesk.yaml", []byte("impa: {}\n"), SectionStore)
	require.ErrorContains(t, err, "impa", "an unknown section is an error whatever is needed")
}

func TestNeededSectionsMustBeThere(t *testing.T) {
	_, err := Parse("envdesk.yaml", nil, AllSections()...)
	var found Errors
	require.ErrorAs(t, err, &found)
	var keys []string
	for _, p := range found {
		keys = append(keys, p.Key)
	}
	assert.Equal(t, []string{"desk", "people", "imap", "smtp"}, keys)
	assert.Equal(t, "envdesk.yaml: imap: got nothing, want the mailbox to listen to", found[2].Error())
}

func TestAllProblemsAreCollectedInTheOrderOfTheFile(t *testing.T) {
	_, err := Parse("envdesk.yaml", []byte("desk:\n  timezone: IST\n  adress: a@b.test\n  address: a@b.test\nclose: {after: soon}\n"))
	require.EqualError(t, err, "envdesk.yaml:2: desk.timezone: got \"IST\", want a time zone such as Asia/Kolkata; did you mean Asia/Kolkata, Asia/Jerusalem or Europe/Dublin? (and 2 more)")
	var p Problem
	require.ErrorAs(t, err, &p)
	assert.Equal(t, 2, p.Line)
	var all Errors
	require.ErrorAs(t, err, &all)
	assert.Equal(t, "envdesk.yaml:3: desk.adress: got an unknown key; did you mean address?", all[1].Error())
	assert.Equal(t, "envdesk.yaml:5: close.after: got \"soon\", want a duration above zero such as 30m, 4h, 3d or 2w", all[2].Error())
}

func TestMissingFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "envdesk.yaml")
	_, err := Load(path)
	require.ErrorIs(t, err, fs.ErrNotExist)
	assert.EqualError(t, err, path+": file does not exist; `envdesk init` writes one")
}

func TestSeveralMailboxes(t *testing.T) {
	c := mustParse(t, `imap:
  - {server: "imap://localhost:1143", user: a, password: "${A}"}
  - {server: "imap+starttls://[::1]", user: b, token_command: [get-token, b]}
  - {server: "imaps://imap.gmail.com", user: c, oauth2: {provider: gmail, client_id: id, client_secret_file: s, refresh_token_file: /run/t}}
`)
	require.Len(t, c.IMAP, 3)
	assert.Equal(t, Server{Host: "localhost", Port: 1143, Addr: "localhost:1143", Security: Plain}, c.IMAP[0].Server)
	assert.Equal(t, Server{Host: "::1", Port: 143, Addr: "[::1]:143", Security: StartTLS}, c.IMAP[1].Server)
	assert.Equal(t, []string{"get-token", "b"}, c.IMAP[1].TokenCommand)
	assert.Equal(t, "/run/t", c.IMAP[2].OAuth2.RefreshToken.File())
	assert.False(t, c.IMAP[2].Password.IsSet())
}

func TestGmailBringsItsOwnTrust(t *testing.T) {
	c := mustParse(t, "identity: {provider: gmail}")
	assert.Equal(t, Trust{Provider: "gmail", AuthservIDs: []string{"mx.google.com"}, ReceivedAbove: 2}, c.Trust())
	c = mustParse(t, "identity: {provider: gmail, received_above: 3, require: from}")
	assert.Equal(t, Trust{Provider: "gmail", AuthservIDs: []string{"mx.google.com"}, ReceivedAbove: 3, FromSuffices: true}, c.Trust())
}

func TestWindowsLineEndsAndFlowStyleKeepTheirLines(t *testing.T) {
	_, err := Parse("envdesk.yaml", []byte("desk: {\r\n  address: a@b.test,\r\n  key: R2\r\n}\r\n"))
	require.EqualError(t, err, `envdesk.yaml:3: desk.key: got "R2", want 2 to 10 letters such as REQ`)
}
