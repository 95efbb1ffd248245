package mailin

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/emersion/go-msgauth/dkim"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
)

func TestWhoseResultsCount(t *testing.T) {
	const (
		received = "Received: from x by mx.desk.test; now"
		pass     = "Authentication-Results: mx.desk.test; dkim=pass; spf=pass; dmarc=pass header.from=egov.test"
		fail     = "Authentication-Results: mx.desk.test; dkim=fail; spf=fail; dmarc=fail header.from=egov.test"
		none     = "Authentication-Results: mx.desk.test; dkim=none; dmarc=none header.from=egov.test"
		other    = "Authentication-Results: mx.evil.test; dmarc=pass header.from=egov.test"
	)
	generic := Trust{AuthservIDs: []string{"MX.desk.test"}, ReceivedAbove: 1}
	tests := map[string]struct {
		trust  Trust
		fields []string
		want   tracker.Verdict
	}{
		"nobody is trusted":                   {Trust{}, []string{pass}, tracker.None},
		"no field":                            {generic, []string{received}, tracker.None},
		"on top":                              {generic, []string{pass, received}, tracker.Pass},
		"one Received above":                  {generic, []string{received, pass, received}, tracker.Pass},
		"two Received above":                  {generic, []string{received, received, pass}, tracker.None},
		"none may be above":                   {Trust{AuthservIDs: []string{"mx.desk.test"}}, []string{received, pass}, tracker.None},
		"another id":                          {generic, []string{other}, tracker.None},
		"another id above":                    {generic, []string{other, pass}, tracker.Pass},
		"fail":                                {generic, []string{fail}, tracker.Fail},
		"forged pass below Received":          {generic, []string{fail, received, pass}, tracker.Fail},
		"forged pass, true one says none":     {generic, []string{none, received, pass}, tracker.None},
		"fail beside pass":                    {generic, []string{pass, fail}, tracker.Fail},
		"pass beside none":                    {generic, []string{none, pass}, tracker.None},
		"forged behind another id":            {generic, []string{"Authentication-Results: mx.desk.test; spf=pass", other, pass}, tracker.None},
		"fields of one server":                {generic, []string{"Authentication-Results: mx.desk.test; spf=pass", pass}, tracker.Pass},
		"not beside: field between":           {generic, []string{"Authentication-Results: mx.desk.test; spf=pass", "X-A: b", pass}, tracker.None},
		"other domain in the result":          {generic, []string{"Authentication-Results: mx.desk.test; dmarc=pass header.from=evil.test"}, tracker.None},
		"pass in a comment":                   {generic, []string{"Authentication-Results: mx.desk.test; spf=none (; dmarc=pass)"}, tracker.None},
		"pass in quotes":                      {generic, []string{`Authentication-Results: mx.desk.test; spf=none reason="x; dmarc=pass"`}, tracker.None},
		"comment never closed":                {generic, []string{"Authentication-Results: mx.desk.test; spf=none (x; dmarc=pass"}, tracker.None},
		"version 1":                           {generic, []string{"Authentication-Results: mx.desk.test 1; dmarc=pass"}, tracker.Pass},
		"version 2":                           {generic, []string{"Authentication-Results: mx.desk.test 2; dmarc=pass"}, tracker.None},
		"blanks and case":                     {generic, []string{"authentication-results:\n mx.desk.test ;\n DMARC = PASS (p=none)\n header.from = EGOV.test"}, tracker.Pass},
		"best guess is no pass":               {generic, []string{"Authentication-Results: mx.desk.test; dmarc=bestguesspass"}, tracker.None},
		"renamed by the server":               {generic, []string{"Authentication-Results-Original: mx.desk.test; dmarc=pass", "X-Authentication-Results: mx.desk.test; dmarc=pass"}, tracker.None},
		"gmail":                               {Trust{Provider: "gmail"}, []string{received, received, "Authentication-Results: mx.google.com; dmarc=pass"}, tracker.Pass},
		"gmail, too far down":                 {Trust{Provider: "gmail"}, []string{received, received, received, "Authentication-Results: mx.google.com; dmarc=pass"}, tracker.None},
		"gmail, only its own first field":     {Trust{Provider: "gmail"}, []string{"Authentication-Results: mx.google.com; spf=none", "Authentication-Results: mx.google.com; dmarc=pass"}, tracker.None},
		"microsoft":                           {Trust{Provider: "microsoft365"}, []string{"Received: from a by b.outlook.com with x", "Authentication-Results: spf=pass; dmarc=pass action=none header.from=egov.test;compauth=pass"}, tracker.Pass},
		"microsoft, foreign server above":     {Trust{Provider: "microsoft365"}, []string{"Received: from a by b.evil.test", "Authentication-Results: dmarc=pass"}, tracker.None},
		"microsoft, field with an id":         {Trust{Provider: "microsoft365"}, []string{"Received: from a by b.outlook.com", "Authentication-Results: evil.test; dmarc=pass", "Authentication-Results: dmarc=pass"}, tracker.None},
		"microsoft's form is not generic":     {generic, []string{"Authentication-Results: spf=pass; dmarc=pass"}, tracker.None},
		"rspamd":                              {generic, []string{"Authentication-Results: mx.desk.test;\n\tdkim=pass header.d=egov.test header.s=s1 header.b=AbC=;\n\tspf=pass (mx.desk.test: domain of asha@egov.test designates 192.0.2.1 as permitted sender) smtp.mailfrom=asha@egov.test;\n\tdmarc=pass (policy=reject) header.from=egov.test"}, tracker.Pass},
		"OpenDMARC above OpenDKIM":            {generic, []string{"Authentication-Results: mx.desk.test; dmarc=pass (p=none dis=none) header.from=egov.test", "Authentication-Results: mx.desk.test;\n\tdkim=pass (2048-bit key) header.d=egov.test header.i=@egov.test"}, tracker.Pass},
		"ARC is the word of others":           {generic, []string{"ARC-Authentication-Results: i=1; mx.desk.test; dmarc=pass header.from=egov.test"}, tracker.None},
		"an ARC instance is no id":            {generic, []string{"Authentication-Results: i=1; mx.desk.test; dmarc=pass"}, tracker.None},
		"temperror is no pass":                {generic, []string{"Authentication-Results: mx.desk.test; dmarc=temperror header.from=egov.test"}, tracker.None},
		"pass for a subdomain":                {generic, []string{"Authentication-Results: mx.desk.test; dmarc=pass header.from=mail.egov.test"}, tracker.None},
		"pass and fail in one field":          {generic, []string{"Authentication-Results: mx.desk.test; dmarc=pass; dmarc=fail"}, tracker.Fail},
		"id as a prefix":                      {generic, []string{"Authentication-Results: mx.desk.test.evil.test; dmarc=pass"}, tracker.None},
		"id in quotes":                        {generic, []string{`Authentication-Results: "mx.desk.test"; dmarc=pass`}, tracker.Pass},
		"comment before the id":               {generic, []string{"Authentication-Results: (x; y) mx.desk.test; dmarc=pass"}, tracker.Pass},
		"microsoft, inner hop":                {Trust{Provider: "microsoft365"}, []string{"Received: from a by b.prod.exchangelabs.com with HTTPS", "Received: from c by d.prod.outlook.com", "Authentication-Results: spf=pass; dmarc=pass header.from=egov.test"}, tracker.Pass},
		"microsoft, renamed field":            {Trust{Provider: "microsoft365"}, []string{"Received: from a by b.prod.outlook.com", "Authentication-Results-Original: dmarc=pass header.from=egov.test"}, tracker.None},
		"a pass for another domain":           {generic, []string{"Authentication-Results: mx.desk.test; dmarc=pass header.from=evil.test; dmarc=none header.from=egov.test"}, tracker.None},
		"passes for two domains":              {generic, []string{"Authentication-Results: mx.desk.test; dmarc=pass header.from=evil.test; dmarc=pass header.from=egov.test"}, tracker.None},
		"one pass that names two domains":     {generic, []string{"Authentication-Results: mx.desk.test; dmarc=pass header.from=egov.test header.from=evil.test"}, tracker.None},
		"passes for two domains, beside":      {generic, []string{pass, "Authentication-Results: mx.desk.test; dmarc=pass header.from=evil.test"}, tracker.None},
		"pass and then none":                  {generic, []string{"Authentication-Results: mx.desk.test; dmarc=pass; dmarc=none"}, tracker.None},
		"pass and then temperror":             {generic, []string{"Authentication-Results: mx.desk.test; dmarc=pass; dmarc=temperror"}, tracker.None},
		"pass and then no keyword":            {generic, []string{"Authentication-Results: mx.desk.test; dmarc=pass; dmarc=?"}, tracker.None},
		"none beside pass":                    {generic, []string{pass, none}, tracker.None},
		"the same pass twice":                 {generic, []string{pass, pass}, tracker.Pass},
		"words of the sender close a comment": {generic, []string{`Authentication-Results: mx.desk.test; spf=pass (domain of "x); dmarc=pass header.from=egov.test; y=z ("@evil.test) smtp.mailfrom=evil.test; dmarc=none header.from=egov.test`}, tracker.None},
		"a comment opened over the verdict":   {generic, []string{`Authentication-Results: mx.desk.test; spf=pass (domain of "x); dmarc=pass; y=z (("@evil.test) smtp.mailfrom=evil.test; dmarc=none`}, tracker.None},
		"two comments around the verdict":     {generic, []string{`Authentication-Results: mx.desk.test; spf=pass (domain of "x); dmarc=pass; y=z ( ("@evil.test); dmarc=none; dkim=pass header.i="x)"@evil.test`}, tracker.None},
		"a verdict swallowed by quotes":       {generic, []string{`Authentication-Results: mx.desk.test; dmarc=pass; y="; dmarc=none`}, tracker.None},
		"fail before a broken end":            {generic, []string{`Authentication-Results: mx.desk.test; dmarc=fail; y=(`}, tracker.Fail},
		"quotes in a comment":                 {generic, []string{`Authentication-Results: mx.desk.test; spf=pass (domain of "a b"@egov.test); dmarc=pass`}, tracker.Pass},
		"gmail, no Received above":            {Trust{Provider: "gmail"}, []string{"Authentication-Results: mx.google.com; dmarc=pass"}, tracker.None},
		"gmail, one Received above":           {Trust{Provider: "gmail"}, []string{received, "Authentication-Results: mx.google.com; dmarc=pass"}, tracker.Pass},
		"microsoft, no Received above":        {Trust{Provider: "microsoft365"}, []string{"Authentication-Results: spf=pass; dmarc=pass header.from=egov.test"}, tracker.None},
		"microsoft, a host that says by":      {Trust{Provider: "microsoft365"}, []string{"Received: from by x.outlook.com by mx.evil.test with SMTP; now", "Authentication-Results: dmarc=pass"}, tracker.None},
		"microsoft, by in a comment":          {Trust{Provider: "microsoft365"}, []string{"Received: from x (by a.outlook.com) by mx.evil.test", "Authentication-Results: dmarc=pass"}, tracker.None},
		"microsoft, by behind the date":       {Trust{Provider: "microsoft365"}, []string{"Received: from x; by a.outlook.com", "Authentication-Results: dmarc=pass"}, tracker.None},
		"microsoft, comments and folds":       {Trust{Provider: "microsoft365"}, []string{"Received: from A.eurprd01.prod.exchangelabs.com (2603:10a6::5)\n by B.EURPRD01.PROD.OUTLOOK.COM with HTTPS; Mon, 23 Nov 2026 10:00:00 +0000", "Authentication-Results: spf=pass; dmarc=pass header.from=egov.test"}, tracker.Pass},
		"unknown provider trusts nothing":     {Trust{Provider: "x", AuthservIDs: []string{"mx.desk.test"}}, []string{pass}, tracker.None},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			raw := strings.Join(tt.fields, "\n") + "\nFrom: Asha <asha@egov.test>\n\nx"
			require.Equal(t, tt.want, Parse([]byte(raw), Options{Trust: tt.trust}).Identity.DMARC)
		})
	}
}

func TestResultWords(t *testing.T) {
	raw := "Authentication-Results: mx.desk.test; dkim=fail header.d=list.test; dkim=pass header.d=egov.test; spf=softfail (why)\nFrom: a@egov.test, b@egov.test\n\nx"
	id := Parse([]byte(raw), Options{Trust: Trust{AuthservIDs: []string{"mx.desk.test"}}}).Identity
	require.Equal(t, tracker.Identity{DMARC: tracker.None, DKIM: "pass", SPF: "softfail"}, id)

	raw = "Authentication-Results: mx.desk.test; dmarc=pass\n" + strings.TrimPrefix(raw, "Authentication-Results: mx.desk.test; dkim=fail header.d=list.test; dkim=pass header.d=egov.test; spf=softfail (why)\n")
	require.Equal(t, tracker.None, Parse([]byte(raw), Options{Trust: Trust{AuthservIDs: []string{"mx.desk.test"}}}).Identity.DMARC, "two senders prove nothing")
}

// signer signs mails with a fixed key; its look-up answers for that key alone.
type signer struct{ key ed25519.PrivateKey }

func newSigner() signer { return signer{ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, 32))} }

func (s signer) sign(t *testing.T, domain, mail string, fields ...string) string {
	var out bytes.Buffer
	o := &dkim.SignOptions{Domain: domain, Selector: "s", Signer: s.key, HeaderCanonicalization: dkim.CanonicalizationRelaxed, BodyCanonicalization: dkim.CanonicalizationRelaxed, HeaderKeys: fields}
	require.NoError(t, dkim.Sign(&out, strings.NewReader(mail), o))
	return out.String()
}

func (s signer) lookup(domain string) ([]string, error) {
	if domain != "s._domainkey.egov.test" && domain != "s._domainkey.mail.egov.test" && domain != "s._domainkey.evil.test" {
		return nil, errors.New("no such name")
	}
	return []string{"v=DKIM1; k=ed25519; p=" + base64.StdEncoding.EncodeToString(s.key.Public().(ed25519.PublicKey))}, nil
}

func TestOwnDKIMCheck(t *testing.T) {
	s := newSigner()
	const mail = "From: Asha <asha@egov.test>\r\nSubject: close it\r\nTo: desk@desk.test\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\npreamble\r\n--x\r\n\r\n/close\r\n--x--\r\nepilogue\r\n"
	all := []string{"From", "Subject", "To"}
	good := s.sign(t, "egov.test", mail, all...)
	tests := map[string]struct {
		raw   string
		dmarc tracker.Verdict
		dkim  string
	}{
		"valid":                       {good, tracker.Pass, "pass"},
		"bare LF":                     {strings.ReplaceAll(good, "\r\n", "\n"), tracker.Pass, "pass"},
		"subdomain signs":             {s.sign(t, "mail.egov.test", mail, all...), tracker.Pass, "pass"},
		"other domain signs":          {s.sign(t, "evil.test", mail, all...), tracker.None, "none"},
		"two signatures":              {s.sign(t, "evil.test", good, all...), tracker.Pass, "pass"},
		"body changed":                {strings.Replace(good, "/close", "/reopen", 1), tracker.None, "fail"},
		"epilogue changed":            {good + "x", tracker.None, "fail"},
		"subject changed":             {strings.Replace(good, "close it", "open it", 1), tracker.None, "fail"},
		"subject not signed":          {s.sign(t, "egov.test", mail, "From", "To"), tracker.None, "permerror"},
		"second subject":              {"Subject: [P0] other\r\n" + good, tracker.None, "permerror"},
		"second From":                 {"From: x@egov.test\r\n" + good, tracker.None, "none"},
		"length tag":                  {strings.Replace(good, "v=1;", "v=1; l=3;", 1), tracker.None, "fail"},
		"key unknown":                 {strings.Replace(good, "s=s;", "s=t;", 1), tracker.None, "permerror"},
		"no signature":                {mail, tracker.None, "none"},
		"damaged header":              {strings.Replace(good, "To: ", "garbage\r\nTo: ", 1), tracker.None, "none"},
		"a trusted server has spoken": {"Authentication-Results: mx.desk.test; dmarc=fail\r\n" + good, tracker.Fail, "none"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			m := Parse([]byte(tt.raw), Options{LookupTXT: s.lookup, Trust: Trust{AuthservIDs: []string{"mx.desk.test"}}})
			require.Equal(t, tt.dmarc, m.Identity.DMARC)
			require.Equal(t, tt.dkim, m.Identity.DKIM)
			require.NotContains(t, problemNames(m), problemInternal)
		})
	}
	require.Equal(t, tracker.None, Parse([]byte(good), Options{}).Identity.DMARC, "without a look-up nothing is checked")

	var asked atomic.Int32
	count := func(name string) ([]string, error) {
		asked.Add(1)
		return s.lookup(name)
	}
	Parse([]byte(s.sign(t, "evil.test", mail, all...)), Options{LookupTXT: count})
	require.Zero(t, asked.Load(), "a foreign key was asked for")
}

func TestAligned(t *testing.T) {
	require.True(t, aligned("EGOV.test.", "a@egov.test"))
	require.True(t, aligned("mail.egov.co.uk", "a@egov.co.uk"))
	require.False(t, aligned("other.co.uk", "a@egov.co.uk"))
	require.False(t, aligned("co.uk", "a@egov.co.uk"))
	require.False(t, aligned("egov.test.evil.test", "a@egov.test"))
	require.False(t, aligned("", "a@egov.test"))
}
