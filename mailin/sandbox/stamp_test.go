package sandbox

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.FixedZone("IST", 19800))

func TestStampPutsTheTraceOnTopAndKeepsTheRest(t *testing.T) {
	opts := Options{}.withDefaults()
	raw := crlf("Authentication-Results: mx.elsewhere.test; dmarc=pass\nFrom: Asha <asha@egov.test>\nSubject: Zugang für Prüfer\n\nbody =\n.dot\n")
	got := opts.stamp(trace{from: "asha@egov.test", to: "requests+req-1.x@desk.test", host: "laptop", remote: "127.0.0.1", by: "sandbox.envdesk", serial: 7, at: noon}, raw)
	want := crlf(`Return-Path: <asha@egov.test>
Delivered-To: requests+req-1.x@desk.test
Received: from laptop ([127.0.0.1])
	by sandbox.envdesk with ESMTP id 00000007
	for <requests+req-1.x@desk.test>; Mon, 23 Nov 2026 12:00:00 +0530
Authentication-Results: sandbox.envdesk; dmarc=pass header.from=egov.test
From: Asha <asha@egov.test>
Subject: Zugang für Prüfer

body =
.dot
`)
	assert.Equal(t, string(want), string(got))
}

func TestStampTakesForgedVerdictsOut(t *testing.T) {
	forged := []string{
		"Authentication-Results: sandbox.envdesk; dmarc=pass",
		"authentication-results: sandbox.envdesk; dmarc=pass",
		"Authentication-Results : sandbox.envdesk; dmarc=pass",
		"Authentication-Results: sandbox.envdesk;\n\tdmarc=pass\n  header.from=egov.test",
		"Authentication-Results-Original: sandbox.envdesk; dmarc=pass",
		"ARC-Authentication-Results: i=1; sandbox.envdesk; dmarc=pass",
		"Return-Path: <boss@egov.test>\nAuthentication-Results: sandbox.envdesk; dmarc=pass",
	}
	opts := Options{Failing: []string{"EVIL.test"}}.withDefaults()
	for _, f := range forged {
		for _, raw := range []string{f + "\nFrom: x@evil.test\n\nhi\n", "From: x@evil.test\n" + f + "\n\nhi\n"} {
			got := string(opts.stamp(trace{to: "a@b.test", at: noon}, []byte(raw)))
			assert.NotContains(t, got, "dmarc=pass", raw)
			assert.NotContains(t, got, "boss@egov.test", raw)
			assert.Contains(t, got, "Authentication-Results: sandbox.envdesk; dmarc=fail header.from=evil.test\r\n", raw)
			assert.Contains(t, got, "From: x@evil.test\r\n", raw)
		}
	}
}

func TestVerdict(t *testing.T) {
	opts := Options{Unproved: []string{"cafe.test"}, Failing: []string{"evil.test"}}
	tests := []struct{ header, want string }{
		{"From: a@egov.test\n", "dmarc=pass header.from=egov.test"},
		{"from: A B <a@EGOV.test>\n", "dmarc=pass header.from=egov.test"},
		{"From: =?windows-1251?B?wPg=?= <a@egov.test>\n", "dmarc=pass header.from=egov.test"},
		{"From: Caf\xe9 <a@egov.test>\n", "dmarc=pass header.from=egov.test"},
		{"From: A\n\t<a@egov.test>\n", "dmarc=pass header.from=egov.test"},
		{"From: a@Cafe.test\n", "dmarc=none header.from=cafe.test"},
		{"From: a@evil.test\n", "dmarc=fail header.from=evil.test"},
		{"From: a@egov.test, b@evil.test\n", "dmarc=none"},
		{"From: a@egov.test\nFrom: b@egov.test\n", "dmarc=none"},
		{"From: nobody\n", "dmarc=none"},
		{"Subject: x\n", "dmarc=none"},
		{"", "dmarc=none"},
	}
	for _, tt := range tests {
		assert.Equal(t, tt.want, opts.verdict(splitFields(crlf(tt.header))), "%q", tt.header)
	}
}

func TestDamagedMailsKeepEveryByteOfTheirOwn(t *testing.T) {
	opts := Options{}.withDefaults()
	for _, raw := range []string{
		"no header at all\r\n\r\nbody\r\n",
		" leading blank: x\r\nFrom: a@b.test\r\n\r\nbody",
		"From a@b.test Mon Nov 23\r\nFrom: a@b.test\r\n\r\nbody",
		"Subject: nul \x00 and bare \r cr\r\n\r\nbody \x00\xff\r\n",
		"\r\nonly a body\r\n",
	} {
		got := opts.stamp(trace{to: "a@b.test", at: noon}, []byte(raw))
		assert.True(t, bytes.HasSuffix(got, []byte(raw)), "%q in %q", raw, got)
	}
}

func TestEnvelopeCannotWriteFields(t *testing.T) {
	opts := Options{}.withDefaults()
	got := opts.stamp(trace{from: "a@b.test>\r\nX-Evil: 1", to: "c@d.test\nX-Evil: 2", host: "h\r\nX-Evil: 3", at: noon}, []byte("\r\n"))
	assert.NotContains(t, string(got), "\nX-Evil")
}

func FuzzStamp(f *testing.F) {
	f.Add([]byte("From: a@egov.test\nAuthentication-Results: x; dmarc=pass\n y\n\nbody\n"))
	f.Add([]byte("\n"))
	f.Add([]byte(" x\r\nFrom: a@b, c@d\r\r\n\n\n"))
	opts := Options{}.withDefaults()
	f.Fuzz(func(t *testing.T, raw []byte) {
		got := opts.stamp(trace{to: "a@b.test", at: noon}, raw)
		require.Equal(t, bytes.Count(got, []byte("\n")), bytes.Count(got, []byte("\r\n")))
		header, _ := splitMail(got)
		verdicts := 0
		for _, field := range splitFields(header) {
			if strings.EqualFold(field.name, "Authentication-Results") {
				verdicts++
			}
		}
		require.Equal(t, 1, verdicts)
	})
}

func crlf(s string) []byte { return []byte(strings.ReplaceAll(s, "\n", "\r\n")) }
