package mailin

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset"
	gomail "github.com/emersion/go-message/mail"
	"github.com/stretchr/testify/require"
)

// benchmarkParse reads the same bytes with Parse and, turn by turn, with bare
// go-message, which decodes the parts and throws them away, and with go-message
// that also decodes the fields a reader shows. It reports how fast Parse is beside
// them: 1 is as fast, 0.5 takes twice the time.
func benchmarkParse(b *testing.B, raw []byte) {
	var ours, theirs, shown time.Duration
	turns := 0
	for b.Loop() {
		ours += clock(turn, func() { Parse(raw, Options{}) })
		theirs += clock(turn, func() { bare(b, raw) })
		shown += clock(turn, func() { withFields(b, raw) })
		turns += turn
	}
	b.ReportMetric(0, "ns/op") // of a turn of both: says nothing
	b.ReportMetric(float64(ours.Microseconds())/float64(turns), "µs/mail")
	b.ReportMetric(float64(turns)/ours.Seconds(), "mails/s")
	b.ReportMetric(float64(len(raw))*float64(turns)/1e6/ours.Seconds(), "MB/s")
	b.ReportMetric(theirs.Seconds()/ours.Seconds(), "of-go-message")
	b.ReportMetric(shown.Seconds()/ours.Seconds(), "of-go-message-with-fields")
}

// turn is how many mails are read before the other reader has its turn.
const turn = 5

func clock(times int, f func()) time.Duration {
	start := time.Now()
	for range times {
		f()
	}
	return time.Since(start)
}

func bare(b *testing.B, raw []byte) {
	e, err := message.Read(bytes.NewReader(raw))
	require.NoError(b, err)
	err = e.Walk(func(_ []int, part *message.Entity, err error) error {
		if part.MultipartReader() == nil {
			_, err = io.Copy(io.Discard, part.Body)
		}
		return err
	})
	require.NoError(b, err)
}

// withFields reads what a mail program shows: the fields and the bodies.
func withFields(b *testing.B, raw []byte) {
	e, err := message.Read(bytes.NewReader(raw))
	require.NoError(b, err)
	r := gomail.NewReader(e)
	_, from := r.Header.AddressList("From")
	_, to := r.Header.AddressList("To")
	_, subject := r.Header.Subject()
	_, date := r.Header.Date()
	_, id := r.Header.MessageID()
	_, references := r.Header.MsgIDList("References")
	require.NoError(b, errors.Join(from, to, subject, date, id, references))
	for {
		part, err := r.NextPart()
		if err == io.EOF {
			return
		}
		require.NoError(b, err)
		_, err = io.Copy(io.Discard, part.Body)
		require.NoError(b, err)
	}
}

const benchHeader = `Return-Path: <asha@egov.test>
Received: from mail.egov.test (mail.egov.test [192.0.2.10]) by mx.desk.test (Postfix) with ESMTPS id 4F2Q; Mon, 23 Nov 2026 10:12:06 +0530
MIME-Version: 1.0
From: =?utf-8?Q?J=C3=BCrgen_Wei=C3=9F?= <jw@egov.test>
To: Environment Requests <requests@desk.test>
Subject: Re: [REQ-12] Rotate the deploy key
Date: Mon, 23 Nov 2026 10:12:04 +0530
Message-ID: <b1@egov.test>
References: <a@desk.test> <b@desk.test>
`

func benchText(n int) string {
	const text = "We need a new namespace for team payments so that the release can be tested.\nCluster: eu-west-1, namespace: payments-stage.\n\n"
	return strings.Repeat(text, n/len(text)+1)[:n]
}

func BenchmarkParse2KB(b *testing.B) {
	raw := benchHeader + "Content-Type: text/plain; charset=utf-8\n\n" + benchText(700) + "\n\nOn Mon, Nov 23, 2026 at 9:00 AM Desk <requests@desk.test> wrote:\n> " + strings.ReplaceAll(benchText(550), "\n", "\n> ")
	benchmarkParse(b, crlf(raw))
}

func BenchmarkParse20KB(b *testing.B) {
	body := strings.ReplaceAll(benchText(7000), "\n", "<br>\n")
	raw := benchHeader + "Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\n\n" + benchText(6000) + "\n--b\nContent-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n<div style=3D\"x\">" + body + "</div>\n--b--\n"
	benchmarkParse(b, crlf(raw))
}

func BenchmarkParse2MB(b *testing.B) {
	file := base64.StdEncoding.EncodeToString(bytes.Repeat([]byte("0123456789"), 150_000))
	var lines strings.Builder
	for ; len(file) > 76; file = file[76:] {
		fmt.Fprintln(&lines, file[:76])
	}
	raw := benchHeader + "Content-Type: multipart/mixed; boundary=b\n\n--b\n\n" + benchText(1000) + "\n--b\nContent-Type: application/zip; name=a.zip\nContent-Transfer-Encoding: base64\n\n" + lines.String() + file + "\n--b--\n"
	benchmarkParse(b, crlf(raw))
}

func crlf(s string) []byte { return []byte(strings.ReplaceAll(s, "\n", "\r\n")) }
