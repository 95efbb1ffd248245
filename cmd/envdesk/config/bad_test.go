package config

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// bad is a configuration and the one line that tells what is wrong with it,
// without the name of the file.
type bad struct{ name, text, want string }

func runBad(t *testing.T, cases []bad) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := Parse("envdesk.yaml", []byte(c.text))
			require.EqualError(t, err, "envdesk.yaml:"+c.want)
			assert.NotContains(t, err.Error(), "\n")
		})
	}
}

func TestBadYAML(t *testing.T) {
	runBad(t, []bad{
		{"tab indentation", "desk:\n\taddress: a@b.test\n", `2: got a tab in the indentation, want spaces`},
		{"tab after spaces", "desk:\n  address: a@b.test\n \tkey: REQ\n", `3: got a tab in the indentation, want spaces`},
		{"no mapping", "- desk\n", `1: got a list, want sections such as desk, store and imap`},
		{"text alone", "desk", `1: got text, want sections such as desk, store and imap`},
		{"two documents", "store: a.db\n---\nstore: b.db\n", `3: got a second YAML document, want one; remove the line ---`},
		{"unfinished list", "people: [a, b\n", `1: got no valid YAML; sequence end token ']' not found`},
		{"unknown escape", "desk: {address: a@b.test, name: \"a\\q\"}\n", `1: got an unknown escape in a text in " "; put it in ' ', or write \\ for a backslash`},
		{"too little indentation", "desk:\n  address: a@b.test\n key: REQ\n", `3: got no valid YAML; value is not allowed in this context`},
		{"pattern without quotes", "people: [{email: *@egov.test, role: requester}]\n", `1: got a value that starts with a character reserved in YAML; put it in quotes, as in "*@egov.test"`},
		{"an alias", "store: &s a.db\nreopen: {within: *s}\n", `1: store: got a YAML anchor or alias, want the path of a file (and 1 more)`},
		{"a merge", "close: {<<: {after: 5d}}\n", `1: close.<<: got an unknown key, want after`},
		{"a tag", "store: !!str a.db\n", `1: store: got a YAML tag, want the path of a file`},
		{"duplicate section", "store: a.db\ndesk: {address: a@b.test}\nstore: b.db\n", `3: store: got the key a second time, want it once; the first is on line 1`},
		{"duplicate key", "desk:\n  address: a@b.test\n  key: REQ\n  address: c@d.test\n", `4: desk.address: got the key a second time, want it once; the first is on line 2`},
		{"unknown section", "adress: a@b.test\n", `1: adress: got an unknown key, want desk, store, imap, smtp, identity, people, environments, types, stacks, calendar, partners, priorities, routing, reminders, reopen, close or reports`},
		{"section with a slip", "rooting: []\n", `1: rooting: got an unknown key; did you mean routing?`},
		{"unknown key", "desk: {address: a@b.test, timezon: UTC}\n", `1: desk.timezon: got an unknown key; did you mean timezone?`},
		{"unknown key, nothing near", "close: {days: 5}\n", `1: close.days: got an unknown key, want after`},
		{"wrong type: section", "desk: requests@desk.test\n", `1: desk: got "requests@desk.test", want name, address, key, timezone, secret_file and templates`},
		{"wrong type: mapping for text", "store: {path: a.db}\n", `1: store: got a mapping, want the path of a file`},
		{"wrong type: number for text", "desk: {address: a@b.test, name: 5}\n", `1: desk.name: got 5, want text; put it in quotes`},
		{"wrong type: truth for text", "desk: {address: a@b.test, name: true}\n", `1: desk.name: got true, want text; put it in quotes`},
		{"wrong type: text for number", "imap: {server: imaps://a.test, user: u, password_file: p, first_days: two}\n", `1: imap.first_days: got "two", want a whole number from 0 to 36500`},
		{"wrong type: text for list", "environments: Punjab\n", `1: environments: got "Punjab", want a list, in [ ] or a line with - each`},
		{"wrong type: text for truth", "reports: {daily: {to: [], empty: no}}\n", `1: reports.daily.empty: got "no", want true or false`},
		{"wrong type: mapping for list", "people: {name: Asha}\n", `1: people: got a mapping, want a list, in [ ] or a line with - each`},
		{"line break in a name", `desk: {address: a@b.test, name: "A\r\nBcc: b"}`, `1: desk.name: got "A\r\nBcc: b", want one line without control characters`},
		{"not UTF-8", "store: \xff\n", ` got bytes that are not UTF-8, want a text file in UTF-8`},
		{"far too long", strings.Repeat("#", 1<<20+1), ` got a file of more than 1 MiB, want a configuration`},
	})
}

func TestBadDesk(t *testing.T) {
	runBad(t, []bad{
		{"no address", "desk: {key: REQ}\n", `1: desk.address: got nothing, want the address that requests are mailed to, such as requests@desk.test`},
		{"empty address", "desk: {address: \"\"}\n", `1: desk.address: got "", want an address such as desk@optit.test`},
		{"address without a domain", "desk: {address: requests@desk}\n", `1: desk.address: got "requests@desk", want an address such as desk@optit.test`},
		{"address with a name", "desk: {address: Desk <a@b.test>}\n", `1: desk.address: got "Desk <a@b.test>", want an address such as desk@optit.test`},
		{"address with +", "desk: {address: a+b@desk.test}\n", `1: desk.address: got "a+b@desk.test", want an address without +; replies come back to it with + and the ticket's key`},
		{"no room for the token", "desk: {address: environment-requests-desk@desk.test}\n", `1: desk.address: got "environment-requests-desk@desk.test", want at most 21 characters before the @; replies come back to it with the ticket's key and a token`},
		{"key with a digit", "desk: {address: a@b.test, key: R2D2}\n", `1: desk.key: got "R2D2", want 2 to 10 letters such as REQ`},
		{"zone IST", "desk: {address: a@b.test, timezone: IST}\n", `1: desk.timezone: got "IST", want a time zone such as Asia/Kolkata; did you mean Asia/Kolkata, Asia/Jerusalem or Europe/Dublin?`},
		{"zone abbreviation that the database has", "desk: {address: a@b.test, timezone: EST}\n", `1: desk.timezone: got "EST", want a time zone such as Asia/Kolkata; did you mean America/New_York?`},
		{"zone of nowhere", "desk: {address: a@b.test, timezone: Asia/Kolkatta}\n", `1: desk.timezone: got "Asia/Kolkatta", want a time zone such as Asia/Kolkata`},
		{"zone of the machine", "desk: {address: a@b.test, timezone: Local}\n", `1: desk.timezone: got "Local", want a time zone such as Asia/Kolkata`},
		{"zone outside the database", "desk: {address: a@b.test, timezone: ../../etc/passwd}\n", `1: desk.timezone: got "../../etc/passwd", want a time zone such as Asia/Kolkata`},
		{"templates on a server", "desk: {address: a@b.test, templates: \"https://desk.test/mails\"}\n", `1: desk.templates: got "https://desk.test/mails", want the path of a folder`},
		{"templates nowhere", "desk:\n  address: a@b.test\n  templates: \"\"\n", `3: desk.templates: got "", want the path of a folder`},
		{"templates in a list", "desk:\n  address: a@b.test\n  templates: [mails]\n", `3: desk.templates: got a list, want the path of a folder`},
		{"templates that are a number", "desk: {address: a@b.test, templates: 5}\n", `1: desk.templates: got 5, want text; put it in quotes`},
		{"templates with a slip", "desk: {address: a@b.test, template: mails}\n", `1: desk.template: got an unknown key; did you mean templates?`},
		{"store is a server", "store: postgres://db.test/desk\n", `1: store: got "postgres://db.test/desk", want the path of a file`},
		{"store in memory", "store: \":memory:\"\n", `1: store: got ":memory:", want the path of a file`},
	})
}

func TestBadServers(t *testing.T) {
	imap := func(server string) string { return "imap: {server: \"" + server + "\", user: u, password_file: p}\n" }
	smtp := func(server string) string { return "smtp: {server: \"" + server + "\"}\n" }
	runBad(t, []bad{
		{"no server", "imap: {user: u, password_file: p}\n", `1: imap.server: got nothing, want imaps://mail.desk.test or imap+starttls://mail.desk.test`},
		{"port 0", imap("imaps://a.test:0"), `1: imap.server: got "imaps://a.test:0", want a port from 1 to 65535`},
		{"port 70000", imap("imaps://a.test:70000"), `1: imap.server: got "imaps://a.test:70000", want a port from 1 to 65535`},
		{"143 with implicit TLS", imap("imaps://a.test:143"), `1: imap.server: got "imaps://a.test:143", want another port, since 143 does not speak TLS from the start; write imaps://a.test or imap+starttls://a.test`},
		{"993 with STARTTLS", imap("imap+starttls://a.test:993"), `1: imap.server: got "imap+starttls://a.test:993", want another port, since 993 speaks TLS from the start; write imaps://a.test or imap+starttls://a.test`},
		{"465 with STARTTLS", smtp("smtp+starttls://a.test:465"), `1: smtp.server: got "smtp+starttls://a.test:465", want another port, since 465 speaks TLS from the start; write smtps://a.test or smtp+starttls://a.test`},
		{"587 with implicit TLS", smtp("smtps://a.test:587"), `1: smtp.server: got "smtps://a.test:587", want another port, since 587 does not speak TLS from the start; write smtps://a.test or smtp+starttls://a.test`},
		{"plain to the world", imap("imap://a.test"), `1: imap.server: got "imap://a.test", want a connection with TLS, since only loopback may do without; write imaps://a.test or imap+starttls://a.test`},
		{"plain to a name like loopback", smtp("smtp://127.0.0.1.evil.test"), `1: smtp.server: got "smtp://127.0.0.1.evil.test", want a connection with TLS, since only loopback may do without; write smtps://127.0.0.1.evil.test or smtp+starttls://127.0.0.1.evil.test`},
		{"no scheme", imap("mail.desk.test:993"), `1: imap.server: got "mail.desk.test:993", want imaps://mail.desk.test or imap+starttls://mail.desk.test`},
		{"scheme of the other kind", imap("smtps://a.test"), `1: imap.server: got "smtps://a.test", want imaps://mail.desk.test or imap+starttls://mail.desk.test`},
		{"no host", smtp("smtps://"), `1: smtp.server: got "smtps://", want smtps://mail.desk.test or smtp+starttls://mail.desk.test`},
		{"path", imap("imaps://a.test/INBOX"), `1: imap.server: got "imaps://a.test/INBOX", want imaps://mail.desk.test or imap+starttls://mail.desk.test`},
		{"password in the URL", imap("imaps://u:hunter2@a.test"), `1: imap.server: got a URL with a user in it, want imaps://mail.desk.test or imap+starttls://mail.desk.test; put the user under user and the password under password_file`},
		{"no user", "imap: {server: imaps://a.test, password_file: p}\n", `1: imap.password_file: got no user beside it, want user, the name to log in with (and 1 more)`},
		{"no proof", "smtp: {server: smtps://a.test, user: u}\n", `1: smtp.user: got nothing that proves it, want password_file, password, oauth2 or token_command`},
		{"two proofs", "smtp: {server: smtps://a.test, user: u, password: hunter2, password_file: p}\n", `1: smtp.password_file: got password and password_file, want one of them`},
		{"empty password", "smtp: {server: smtps://a.test, user: u, password: \"\"}\n", `1: smtp.password: got an empty password, want a password, or password_file`},
		{"password that is a number", "smtp: {server: smtps://a.test, user: u, password: 4711}\n", `1: smtp.password: got a number, want text; put it in quotes`},
		{"password that is a list", "smtp: {server: smtps://a.test, user: u, password: [hunter2]}\n", `1: smtp.password: got a list, want text; put it in quotes`},
		{"password_file without a name", "smtp: {server: smtps://a.test, user: u, password_file: \"\"}\n", `1: smtp.password_file: got text that names no file, want the path of a file`},
		{"command without a program", "smtp: {server: smtps://a.test, user: u, token_command: []}\n", `1: smtp.token_command: got an empty list, want a program, as in [get-token, --for, imap]`},
		{"oauth2 without a token", "smtp: {server: smtps://a.test, user: u, oauth2: {provider: microsoft365, client_id: id}}\n", `1: smtp.oauth2.refresh_token_file: got nothing, want the file with the refresh token`},
		{"oauth2 of nobody", "smtp: {server: smtps://a.test, user: u, oauth2: {provider: google, client_id: id, refresh_token_file: t}}\n", `1: smtp.oauth2.provider: got "google", want gmail or microsoft365`},
		{"gmail with a tenant", "smtp: {server: smtps://a.test, user: u, oauth2: {provider: gmail, client_id: id, client_secret_file: s, refresh_token_file: t, tenant: x}}\n", `1: smtp.oauth2.tenant: got a tenant, want none with gmail`},
		{"gmail without a secret", "smtp: {server: smtps://a.test, user: u, oauth2: {provider: gmail, client_id: id, refresh_token_file: t}}\n", `1: smtp.oauth2.client_secret_file: got nothing, want the file with the secret that the provider gave the application`},
		{"after nothing known", "imap: {server: imaps://a.test, user: u, password_file: p, after: sen}\n", `1: imap.after: got "sen", want keep, seen or move:FOLDER; did you mean seen?`},
		{"move to nowhere", "imap: {server: imaps://a.test, user: u, password_file: p, after: \"move:\"}\n", `1: imap.after: got "move:", want a folder, as in move:Processed`},
		{"move to where it is", "imap: {server: imaps://a.test, user: u, password_file: p, after: move:inbox}\n", `1: imap.after: got "move:inbox", want another folder than the one that is read`},
		{"mailbox twice", "imap:\n- {server: imaps://a.test, user: u, password_file: p}\n- {server: imaps://a.test, user: u, password_file: p}\n", `3: imap[1].folder: got a mailbox a second time, want each mailbox once`},
		{"unknown provider", "identity: {provider: outlook}\n", `1: identity.provider: got "outlook", want generic, gmail or microsoft365`},
		{"unknown proof", "identity: {require: none}\n", `1: identity.require: got "none", want verified or from`},
		{"Received below zero", "identity: {received_above: -1}\n", `1: identity.received_above: got -1, want a whole number from 0 to 20`},
		{"authserv-id with a comment", "identity: {trusted_authserv_ids: [\"mx (a)\"]}\n", `1: identity.trusted_authserv_ids[0]: got "mx (a)", want the name of a server such as mx.desk.test`},
	})
}

const (
	people = "people: [{email: asha@egov.test, role: manager}]\n"
	optit  = "partners: [{name: OptIT, email: desk@optit.test}]\n"
)

func TestBadPeopleAndPartners(t *testing.T) {
	runBad(t, []bad{
		{"no manager", "people:\n- {email: ops@egov.test, role: devops}\n", `1: people: got no manager with an address, want at least one, to whom goes what no partner fits`},
		{"manager is a pattern", "people:\n- {email: \"*@egov.test\", role: manager}\n", `1: people: got no manager with an address, want at least one, to whom goes what no partner fits`},
		{"everybody is manager", people[:len(people)-2] + ", {email: \"*\", role: manager}]\n", `1: people[1].email: got "*", want an address, since a manager is not everybody`},
		{"unknown role", "people:\n- {email: asha@egov.test, role: manger}\n", `2: people[0].role: got "manger", want requester, manager, devops or stakeholder; did you mean manager?`},
		{"no role", "people:\n- {email: asha@egov.test}\n", `2: people[0].role: got nothing, want requester, manager, devops or stakeholder`},
		{"no address", "people:\n- {name: Asha, role: manager}\n", `2: people[0].email: got nothing, want an address or a pattern such as "*@egov.test"`},
		{"person twice", "people:\n- {email: asha@egov.test, role: manager}\n- {email: Asha@egov.test, role: manager}\n", `3: people[1].email: got "Asha@egov.test" as manager a second time, want it once`},
		{"person is the desk", "desk: {address: requests@desk.test}\npeople:\n- {email: requests@desk.test, role: manager}\n", `3: people[0].email: got "requests@desk.test", the address of the desk, want another, since the desk would write to itself`},
		{"partner is the desk", "desk: {address: requests@desk.test}\npartners: [{name: OptIT, email: Requests@desk.test}]\n", `2: partners[0].email: got "Requests@desk.test", the address of the desk, want another, since the desk would write to itself`},
		{"partner without address", "partners:\n- name: OptIT\n", `2: partners[0].email: got nothing, want an address such as desk@optit.test`},
		{"partner with half an address", "partners:\n- name: GWL\n  email: desk@gwl.test\n- name: OptIT\n  email: desk@optit\n", `5: partners[1].email: got "desk@optit", want an address such as desk@optit.test`},
		{"partner without name", "partners: [{email: desk@optit.test}]\n", `1: partners[0].name: got nothing, want a name`},
		{"two partners, one name", "partners:\n- {name: OptIT, email: a@optit.test}\n- {name: Opt-IT, email: b@optit.test}\n", `3: partners[1].name: got "Opt-IT" a second time, want each name once`},
		{"two partners, one address", "partners:\n- {name: OptIT, email: desk@optit.test}\n- {name: GWL, email: desk@optit.test}\n", `3: partners[1].email: got "desk@optit.test", which is OptIT's, want an address of its own`},
		{"two partners, one domain", "partners:\n- {name: OptIT, email: a@x.test, members: [\"*@x.test\"]}\n- {name: GWL, email: b@y.test, members: [\"*@x.test\"]}\n", `3: partners[1].members[0]: got "*@x.test", which is OptIT's, want an address of its own`},
		{"everybody is a member", "partners: [{name: OptIT, email: desk@optit.test, members: [\"*\"]}]\n", `1: partners[0].members[0]: got "*", want an address or a pattern such as "*@optit.test", since a partner is not everybody`},
		{"unknown environment", "environments: [Punjab]\npartners: [{name: OptIT, email: desk@optit.test, environments: [Panjab]}]\n", `2: partners[0].environments[0]: got "Panjab", want Punjab; did you mean Punjab?`},
		{"no environments at all", "partners: [{name: OptIT, email: desk@optit.test, environments: [Punjab]}]\n", `1: partners[0].environments[0]: got "Punjab", want no name, since none is configured`},
		{"unknown status", "partners: [{name: OptIT, email: desk@optit.test, status: onbording}]\n", `1: partners[0].status: got "onbording", want shortlisted, onboarding, onboarded or left; did you mean onboarding?`},
		{"capacity below zero", "partners: [{name: OptIT, email: desk@optit.test, capacity: -1}]\n", `1: partners[0].capacity: got -1, want a whole number from 0 to 100000`},
		{"NDA of no day", "partners: [{name: OptIT, email: desk@optit.test, nda_signed: 2026-02-30}]\n", `1: partners[0].nda_signed: got "2026-02-30", want a date that exists, such as 2026-01-26`},
	})
}

func TestBadWordsAndRoutes(t *testing.T) {
	runBad(t, []bad{
		{"environment twice", "environments: [Punjab, punjab]\n", `1: environments[1]: got "punjab" a second time, want each name once`},
		{"type twice", "types:\n- {name: GitOps}\n- gitops\n", `3: types[1]: got "gitops" a second time, want each name once`},
		{"alias of another", "stacks: [{name: Payments, aliases: [ERP]}]\n", `1: stacks: got "ERP" for both ERP and Payments, want each name and alias once`},
		{"name of nothing", "environments: [\"--\"]\n", `1: environments[0]: got "--", want a name with letters or digits, without [ ] | , and /`},
		{"name with a bracket", "environments: [\"a]b\"]\n", `1: environments[0]: got "a]b", want a name with letters or digits, without [ ] | , and /`},
		{"entry without name", "environments: [{aliases: [x]}]\n", `1: environments[0].name: got nothing, want a name`},
		{"words of an environment", "environments: [{name: X, words: [y]}]\n", `1: environments[0].words: got an unknown key, want name, aliases or approval`},
		{"approver is nobody", people + "types: [{name: AccessOps, approval: devops}]\n", `2: types[0].approval: got "devops", want a role that a person with an address has`},
		{"approver is a word", "types: [{name: AccessOps, approval: anyone}]\n", `1: types[0].approval: got "anyone", want devops, manager or an address`},
		{"approval by nobody", "types: [{name: AccessOps, approval: {quorum: 1}}]\n", `1: types[0].approval.by: got nothing, want devops, manager or an address`},
		{"approver is the desk", "desk: {address: requests@desk.test}\n" + people + "types: [{name: AccessOps, approval: requests@desk.test}]\n", `3: types[0].approval.by: got "requests@desk.test", the address of the desk, want another, since the desk would write to itself`},
		{"more approvers than people", people + "types:\n- name: AccessOps\n  approval:\n    by: manager\n    quorum: 2\n", `6: types[0].approval.quorum: got 2, want at most 1, since no more people have the role manager`},
		{"quorum by one person twice", "people: [{email: a@b.test, role: manager}, {email: ops@b.test, role: devops}, {email: Ops+pager@b.test, role: devops}]\ntypes: [{name: AccessOps, approval: {by: devops, quorum: 2}}]\n", `2: types[0].approval.quorum: got 2, want at most 1, since no more people have the role devops`},
		{"quorum of one address", "types: [{name: AccessOps, approval: {by: a@b.test, quorum: 2}}]\n", `1: types[0].approval.quorum: got 2, want 1, since one address approves`},
		{"approver of an environment is nobody", people + "environments:\n- Internal\n- {name: Punjab, approval: devops}\n", `4: environments[1].approval: got "devops", want a role that a person with an address has`},
		{"approver of a priority is a word", "priorities:\n  P1: {pickup: 2h}\n  P0: {approval: boss}\n", `3: priorities.P0.approval: got "boss", want devops, manager or an address`},
		{"unknown key of an approval", "priorities: {P0: {approval: {by: manager, quorom: 1}}}\n", `1: priorities.P0.approval.quorom: got an unknown key; did you mean quorum?`},
		{"delegate is the desk", "desk: {address: requests@desk.test}\n" + people + "types: [{name: AccessOps, approval: {by: manager, delegate: requests@desk.test}}]\n", `3: types[0].approval.delegate: got "requests@desk.test", the address of the desk, want another, since the desk would write to itself`},
		{"delegate is the one approver", people + "environments: [{name: Punjab, approval: {by: ciso@b.test, delegate: CISO@b.test}}]\n", `2: environments[0].approval.delegate: got "CISO@b.test", who is the approver, want somebody else`},
		{"delegate is the one approver by another address", people + "environments: [{name: Punjab, approval: {by: manager, delegate: asha+deputy@egov.test}}]\n", `2: environments[0].approval.delegate: got "asha+deputy@egov.test", who is the approver, want somebody else`},
		{"approval in no time", "types: [{name: AccessOps, approval: {by: manager, within: 0d}}]\n", `1: types[0].approval.within: got "0d", want a duration above zero such as 30m, 4h, 3d or 2w`},
		{"route to nobody", "environments: [Punjab]\nrouting:\n- {environment: Punjab}\n", `3: routing[0].partner: got nothing, want the name of a partner`},
		{"route to an unknown partner", optit + "routing:\n- partner: Optit\n- partner: OptTI\n", `4: routing[1].partner: got "OptTI", want OptIT; did you mean OptIT?`},
		{"route of an unknown environment", optit + "environments: [Punjab, AP]\nrouting:\n- {environment: Kerala, partner: OptIT}\n", `4: routing[0].environment: got "Kerala", want Punjab or AP`},
		{"route of an unknown type", optit + "routing:\n- {type: GitOp, partner: OptIT}\n", `3: routing[0].type: got "GitOp", want InfraProvision, NewFeature, AccessOps, GitOps, DeploymentSupport, Releases, CI-Pipelines, ProductionIssue or Troubleshooting; did you mean GitOps?`},
		{"route of an unknown priority", optit + "routing:\n- {priority: P5, partner: OptIT}\n", `3: routing[0].priority: got "P5", want P0, P1, P2, P3 or P4; did you mean P0?`},
		{"route of no domain", optit + "routing:\n- {domain: \"*@egov.test\", partner: OptIT}\n", `3: routing[0].domain: got "*@egov.test", want a domain such as egov.test`},
		{"overflow to itself", optit + "routing:\n- {partner: OptIT, overflow: OptIT}\n", `3: routing[0].overflow: got "OptIT", want another partner than the one that is full`},
	})
}

func TestBadTimes(t *testing.T) {
	const span = "want a duration above zero such as 30m, 4h, 3d or 2w"
	runBad(t, []bad{
		{"end before opening", "calendar: {hours: \"18:00-09:00\"}\n", `1: calendar.hours: got "18:00-09:00", want hours that end after they begin`},
		{"overlapping hours", "calendar:\n  hours: [\"13:00-18:00\", \"09:00-13:30\"]\n", `2: calendar.hours: got 09:00-13:30 and 13:00-18:00, which overlap, want windows one after the other`},
		{"24:01", "calendar: {hours: \"09:00-24:01\"}\n", `1: calendar.hours: got "09:00-24:01", want hours such as "09:00-18:00", at most to 24:00`},
		{"hours without an end", "calendar: {hours: 9}\n", `1: calendar.hours: got 9, want hours such as "09:00-18:00", at most to 24:00`},
		{"holiday that does not exist", "calendar:\n  holidays:\n    - 2026-01-26\n    - 2026-02-30\n", `4: calendar.holidays[1]: got "2026-02-30", want a date that exists, such as 2026-01-26`},
		{"unknown day", "calendar: {days: Mon-Fry}\n", `1: calendar.days: got "Mon-Fry", want days such as Mon-Fri or [Mon, Wed, Sat]`},
		{"unknown half day", "calendar: {half_days: {Sonday: \"09:00-13:00\"}}\n", `1: calendar.half_days.Sonday: got an unknown key, want Sun, Mon, Tue, Wed, Thu, Fri or Sat`},
		{"no working time", "calendar: {days: []}\n", `1: calendar: got no working time, want days with hours`},
		{"partner without working time", "partners: [{name: OptIT, email: a@b.test, calendar: {hours: []}}]\n", `1: partners[0].calendar: got no working time, want days with hours`},
		{"unknown priority", "priorities: {P5: {pickup: 1d}}\n", `1: priorities.P5: got an unknown key; did you mean P0?`},
		{"unknown default", "priorities: {default: urgent}\n", `1: priorities.default: got "urgent", want P0, P1, P2, P3 or P4`},
		{"zero target", "priorities: {P2: {resolve: 0d}}\n", `1: priorities.P2.resolve: got "0d", want eod or a duration above zero such as 12h, 3d or 2w`},
		{"negative target", "priorities: {P2: {pickup: -1d}}\n", `1: priorities.P2.pickup: got "-1d", ` + span},
		{"target without unit", "priorities: {P2: {pickup: 4}}\n", `1: priorities.P2.pickup: got 4, ` + span},
		{"P1 longer than P2", "priorities:\n  P1: {resolve: 5d}\n  P2: {resolve: 3d}\n", `2: priorities.P1.resolve: got "5d", want at most the 3d of P2`},
		{"P2 longer than P3 in hours", "priorities:\n  P2: {pickup: 19h}\n", `2: priorities.P2.pickup: got "19h", want at most the 2d of P3`},
		{"P3 shorter than the P2 that the file leaves", "priorities:\n  P3: {pickup: 4h}\n", `2: priorities.P3.pickup: got "4h", want at least the 1d of P2`},
		{"cap without eod", "priorities: {P2: {cap: 12h}}\n", `1: priorities.P2.cap: got a cap, want it only with resolve: eod`},
		{"cap in days", "priorities: {P1: {cap: 2d}}\n", `1: priorities.P1.cap: got "2d", want a duration of at most 24h such as 30m or 12h`},
		{"floor above cap", "priorities: {P1: {cap: 2h, floor: 3h}}\n", `1: priorities.P1.floor: got "3h", want at most the cap of 2h`},
		{"end of an endless day", "priorities: {P1: {clock: 24x7}}\n", `1: priorities.P1.clock: got "24x7", want business with resolve: eod`},
		{"unknown clock", "priorities: {P0: {clock: 24/7}}\n", `1: priorities.P0.clock: got "24/7", want business or 24x7; did you mean 24x7?`},
		{"notice and target", "priorities: {P4: {resolve: 30d, notice: 21}}\n", `1: priorities.P4.notice: got notice beside resolve, want one of them`},
		{"no notice", "priorities: {P4: {notice: 0}}\n", `1: priorities.P4.notice: got 0, want a whole number from 1 to 366`},
		{"reopen for ever", "reopen: {within: forever}\n", `1: reopen.within: got "forever", ` + span},
	})
}

func TestBadReports(t *testing.T) {
	runBad(t, []bad{
		{"Funday", "reports: {weekly: {at: Funday 09:00, to: []}}\n", `1: reports.weekly.at: got "Funday 09:00", want a day and a time such as Mon 09:00; did you mean Sunday?`},
		{"25 o'clock", "reports: {daily: {at: \"25:00\", to: []}}\n", `1: reports.daily.at: got "25:00", want a time from 00:00 to 23:59`},
		{"no reader", "reports: {weekly: {at: Mon 09:00}}\n", `1: reports.weekly.to: got nothing, want who gets it, or [] for nobody`},
		{"reader is nobody", "reports: {weekly: {to: [{edition: programme}]}}\n", `1: reports.weekly.to[0].email: got nobody, want email or partner`},
		{"unknown partner", "reports: {weekly: {to: [{partner: OptIT}]}}\n", `1: reports.weekly.to[0].partner: got "OptIT", want no name, since none is configured`},
		{"reader twice", optit + "reports:\n  weekly:\n    to:\n    - partner: OptIT\n    - {partner: OptIT, edition: partner}\n", `6: reports.weekly.to[1].email: got a reader a second time, want each reader once`},
		{"programme for a partner", optit + "reports: {weekly: {to: [{partner: OptIT, edition: programme}]}}\n", `2: reports.weekly.to[0].edition: got "programme", want the partner edition, since the other shows all partners`},
		{"programme for a partner's address", optit + "reports: {weekly: {to: [{email: desk@optit.test}]}}\n", `2: reports.weekly.to[0].edition: got "programme", want the partner edition, since the other shows all partners`},
		{"edition of no partner", "reports: {weekly: {to: [{email: a@b.test, edition: partner}]}}\n", `1: reports.weekly.to[0].edition: got "partner", want partner too, the name of the one it is about`},
		{"edition of another partner", "partners: [{name: OptIT, email: desk@optit.test}, {name: GWL, email: desk@gwl.test}]\nreports: {weekly: {to: [{email: desk@gwl.test, partner: OptIT}]}}\n", `2: reports.weekly.to[0].email: got "desk@gwl.test", which is GWL's, want no address of another partner than OptIT`},
		{"requests of a partner", optit + "reports: {weekly: {to: [{partner: OptIT, edition: requester}]}}\n", `2: reports.weekly.to[0].edition: got "requester", want email alone: it is about that person's own requests`},
		{"digest for nobody", people + "reports: {daily: {to: [devops]}}\n", `2: reports.daily.to[0]: got "devops", want a role that a person with an address has`},
		{"digest for a stranger", "reports: {daily: {to: [boss]}}\n", `1: reports.daily.to[0]: got "boss", want manager, devops, stakeholder or partners`},
		{"report of another time", "reports: {monthly: {to: []}}\n", `1: reports.monthly: got an unknown key, want weekly or daily`},
		{"more than all", "reminders: {at: [50, 100]}\n", `1: reminders.at[1]: got 100, want a whole number from 1 to 99`},
		{"reminder for a stranger", "reminders: {late: [manger]}\n", `1: reminders.late[0]: got "manger", want partner, manager, devops, requester or stakeholder; did you mean manager?`},
	})
}
