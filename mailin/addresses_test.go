package mailin

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParseAddresses(t *testing.T) {
	tests := map[string][]string{
		`a@b.test`:                                          {"a@b.test"},
		`Asha Rao <a@b.test>`:                               {"Asha Rao <a@b.test>"},
		`"Rao, Asha" <a@b.test>, c@d.test`:                  {"Rao, Asha <a@b.test>", "c@d.test"},
		`Asha "A." Rao <a@b.test>`:                          {"Asha A. Rao <a@b.test>"},
		`a@b.test (Asha Rao)`:                               {"Asha Rao <a@b.test>"},
		`Asha (Portal (Dev)) <a@b.test>`:                    {"Asha <a@b.test>"},
		`Team: a@b.test, "C" <c@d.test>; e@f.test`:          {"a@b.test", "C <c@d.test>", "e@f.test"},
		`undisclosed-recipients:;`:                          nil,
		`a@b.test; c@d.test`:                                {"a@b.test", "c@d.test"},
		`<@relay.test,@x.test:a@b.test>`:                    {"a@b.test"},
		`Asha <a@b.test`:                                    {"Asha <a@b.test>"},
		`Asha < a @ b.test >`:                               {"Asha <a@b.test>"},
		`"john doe"@b.test`:                                 {`"johndoe"@b.test`},
		`mailto:a@b.test`:                                   {"a@b.test"},
		`'Asha' <a@b.test>`:                                 {"Asha <a@b.test>"},
		`=?utf-8?Q?J=C3=BCrgen?= =?utf-8?Q?_W?= <j@b.test>`: {"Jürgen W <j@b.test>"},
		`"=?utf-8?Q?J=C3=BCrgen?=" <j@b.test>`:              {"Jürgen <j@b.test>"},
		`=?utf-8?Q?a=40evil.test=2C?= <j@b.test>`:           {"a@evil.test, <j@b.test>"},
		`boss@corp.test <evil@x.test>`:                      {"boss@corp.test <evil@x.test>"},
		`root`:                                              {"root <>"},
		`<>`:                                                nil,
		`,,;`:                                               nil,
		`"never closed <a@b.test>`:                          {"never closed <a@b.test>"},
		`Rao, Asha <a@b.test>`:                              {"Rao, Asha <a@b.test>"},
		`Rao, Asha, PMP <a@b.test>, c@d.test`:               {"Rao, Asha, PMP <a@b.test>", "c@d.test"},
		`a@b.test, Rao, Asha <c@d.test>`:                    {"a@b.test", "Rao, Asha <c@d.test>"},
		`root, a@b.test`:                                    {"root <>", "a@b.test"},
		`=?utf-8?Q?Rao, Asha?= <a@b.test>`:                  {"Rao, Asha <a@b.test>"},
		`Support: Level 2 <a@b.test>`:                       {"Support: Level 2 <a@b.test>"},
		`ops.desk (Ops) <a@b.test>`:                         {"ops.desk <a@b.test>"},
		`<<a@b.test>>`:                                      {"a@b.test"},
		`Asha <a@b.test, Bob <c@d.test>`:                    {"Asha <a@b.test>", "Bob <c@d.test>"},
		`<a@b.test; c@d.test>`:                              {"a@b.test", "c@d.test"},
		`a @ b.test`:                                        {"a@b.test"},
		`Asha a@b.test`:                                     {"Asha <a@b.test>"},
		`"a@b.test"`:                                        {"a@b.test"},
		`'a@b.test'`:                                        {"a@b.test"},
		`Asha [mailto:a@b.test]`:                            {"Asha <a@b.test>"},
		`<mailto:a@b.test>`:                                 {"a@b.test"},
		`a@b.test.`:                                         {"a@b.test"},
		`a@[192.0.2.1]`:                                     {"a@[192.0.2.1]"},
		`a@[IPv6:2001:db8::1]`:                              {"a@[IPv6:2001:db8::1]"},
		`<Asha> a@b.test`:                                   {"Asha <a@b.test>"},
		`jörg@bücher.test`:                                  {"jörg@bücher.test"},
		`j@xn--bcher-kva.test`:                              {"j@xn--bcher-kva.test"},
		`=?utf-8?q?Asha_=3Ca=40b.test=3E?=`:                 {"Asha <a@b.test>"},
		`=?utf-8?q?a=40b.test?=`:                            {"a@b.test"},
		`Team: "A, B" <a@b.test>, c@d.test;, e@f.test`:      {"A, B <a@b.test>", "c@d.test", "e@f.test"},
		`a@b.test c@d.test e@f.test`:                        {"a@b.test", "c@d.test", "e@f.test"},
		`<a@b.test> <c@d.test>`:                             {"a@b.test", "c@d.test"},
		`Asha <a@b.test> Bob Ray <c@d.test>`:                {"Asha <a@b.test>", "Bob Ray <c@d.test>"},
		`Asha <Ops> <a@b.test>`:                             {"Asha <a@b.test>"},
		`(Ops) a@b.test`:                                    {"Ops <a@b.test>"},
		`"Rao \"A\", Asha" <a@b.test>`:                      {`Rao "A", Asha <a@b.test>`},
		`Asha@Portal <a@b.test>`:                            {"Asha@Portal <a@b.test>"},
		"\u202eAsha\u200b <a@b.test>":                       {"Asha <a@b.test>"},
		"J\xfcrgen <j@b.test>":                              {"Jürgen <j@b.test>"},
	}
	for in, want := range tests {
		assert.Equal(t, want, showAll(parseAddresses(in, 100)), in)
	}
}

func TestAddressLimit(t *testing.T) {
	m := parseText("To: "+strings.Repeat("a@b.test, ", 5000), "", "x")
	require.Len(t, m.To, 200)
	require.Contains(t, problemNames(m), problemManyAddresses)
}

// The strict address is one that no two readers can understand differently.
func TestIdentityAddress(t *testing.T) {
	tests := map[string]string{
		"From: asha@egov.test":                           "asha@egov.test",
		"From: Asha.Rao+desk@EGOV.test":                  "asha.rao+desk@egov.test",
		"From: Asha Q. Rao <asha@egov.test>":             "asha@egov.test",
		`From: "Rao, Asha (Portal)" <asha@egov.test>`:    "asha@egov.test",
		`From: "boss@corp.test" <asha@egov.test>`:        "asha@egov.test",
		"From: =?utf-8?Q?J=C3=BCrgen?= <jw@vendor.test>": "jw@vendor.test",
		"From: Jürgen <jw@vendor.test>":                  "jw@vendor.test",
		"From: <asha@egov.test>":                         "asha@egov.test",
		"From:\n Asha\n <asha@egov.test>":                "asha@egov.test",
		"From: a@b.test, c@d.test":                       "",
		"From: a@b.test\nFrom: a@b.test":                 "",
		"From: a@b.test\nfrom : c@d.test":                "",
		"From: Group: a@b.test;":                         "",
		"From: a@b.test (comment)":                       "",
		"From: Asha (x) <a@b.test>":                      "",
		"From: <a@b.test> <c@d.test>":                    "",
		"From: <a@b.test> c":                             "",
		"From: boss@corp.test <a@b.test>":                "",
		"From: Rao, Asha <a@b.test>":                     "",
		`From: "a b"@b.test`:                             "",
		"From: a@[192.0.2.1]":                            "",
		"From: =?utf-8?Q?a=40b.test?=":                   "",
		"From: <=?utf-8?Q?a?=@b.test>":                   "",
		"From: a..b@c.test":                              "",
		"From: a@b..test":                                "",
		"From: a@b@c.test":                               "",
		"From: аsha@egov.test":                           "", // Cyrillic а
		"From: a@b.test>":                                "",
		"From: Asha <a@b.test":                           "",
		"From: <@relay.test:a@b.test>":                   "",
		"From: root":                                     "",
		"From:":                                          "",
		"Sender: a@b.test":                               "",
		"From: " + strings.Repeat("a", 65) + "@b.test":   "",
		`From: "never closed <a@b.test>`:                 "",
		`From: "a> ORCPT=x@y"@b.test`:                    "",
		"From: a\x00b@c.test":                            "",
		"From: a\rb@c.test":                              "",
		"From: a b@c.test":                               "",
	}
	for in, want := range tests {
		m := Parse([]byte(in+"\n\nx"), Options{})
		require.Equal(t, want, m.Identity.Address, in)
	}
}
