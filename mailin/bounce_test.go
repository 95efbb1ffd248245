package mailin

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"envdesk/tracker"
)

func report(status string) tracker.Message {
	return Parse(mime("multipart/report; report-type=delivery-status; boundary=x", "--x", "", "Sorry", "--x", "Content-Type: message/delivery-status", "", status, "--x--"), Options{})
}

func TestDeliveryReports(t *testing.T) {
	const head = "Reporting-MTA: dns; mx\r\n\r\n"
	tests := map[string]struct {
		status string
		want   []tracker.BounceRecipient
	}{
		"failed":               {head + "Final-Recipient: rfc822; a@b.test\r\nAction: failed\r\nStatus: 5.1.1", []tracker.BounceRecipient{{Address: "a@b.test", Action: "failed", Status: "5.1.1", Permanent: true}}},
		"temporary failure":    {head + "Final-Recipient: rfc822;<a@b.test>\r\nAction: FAILED (expired)\r\nStatus: 4.4.7 (timeout)", []tracker.BounceRecipient{{Address: "a@b.test", Action: "failed", Status: "4.4.7"}}},
		"delayed":              {head + "Final-Recipient: rfc822; a@b.test\r\nAction: delayed\r\nStatus: 4.2.0", []tracker.BounceRecipient{{Address: "a@b.test", Action: "delayed", Status: "4.2.0"}}},
		"delivered":            {head + "Final-Recipient: rfc822; a@b.test\r\nAction: delivered\r\nStatus: 2.0.0", []tracker.BounceRecipient{{Address: "a@b.test", Action: "delivered", Status: "2.0.0"}}},
		"no status":            {head + "Final-Recipient: rfc822; a@b.test\r\nAction: failed", []tracker.BounceRecipient{{Address: "a@b.test", Action: "failed", Permanent: true}}},
		"status in diagnostic": {head + "Final-Recipient: rfc822; a@b.test\r\nAction: failed\r\nDiagnostic-Code: smtp; 550 5.7.1 no", []tracker.BounceRecipient{{Address: "a@b.test", Action: "failed", Status: "5.7.1", Permanent: true}}},
		"code in diagnostic":   {head + "Final-Recipient: rfc822; a@b.test\r\nAction: failed\r\nDiagnostic-Code: smtp; 452 full", []tracker.BounceRecipient{{Address: "a@b.test", Action: "failed"}}},
		"original recipient":   {head + "Original-Recipient: rfc822; a@b.test\r\nFinal-Recipient: rfc822; c@d.test\r\nAction: failed\r\nStatus: 5.0.0", []tracker.BounceRecipient{{Address: "a@b.test", Action: "failed", Status: "5.0.0", Permanent: true}}},
		"two recipients":       {head + "Final-Recipient: rfc822; a@b.test\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\nFinal-Recipient: rfc822; c@d.test\r\nAction: relayed\r\nStatus: 2.1.0", []tracker.BounceRecipient{{Address: "a@b.test", Action: "failed", Status: "5.1.1", Permanent: true}, {Address: "c@d.test", Action: "relayed", Status: "2.1.0"}}},
		"nobody named":         {head, []tracker.BounceRecipient{}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			m := report(tt.status)
			require.Equal(t, tracker.AutoBounce, m.Auto)
			require.Equal(t, tt.want, m.Bounce.Recipients)
			require.Equal(t, "Sorry", m.Text)
			require.Len(t, m.Attachments, 1)
		})
	}
}

// A person who passes a report on is not a mail server.
func TestForwardedReportIsNone(t *testing.T) {
	m := Parse(mime("multipart/mixed; boundary=x", "--x", "", "Look, what is this?", "--x", "Content-Type: message/delivery-status", "", "Final-Recipient: rfc822; a@b.test", "--x--"), Options{})
	require.Equal(t, tracker.AutoNone, m.Auto)
	require.Nil(t, m.Bounce)
}

func TestPlainReports(t *testing.T) {
	plain := func(lines ...string) *tracker.Bounce {
		return Parse([]byte("From: MAILER-DAEMON@mx.test\nSubject: failure notice\n\n"+strings.Join(lines, "\n")), Options{}).Bounce
	}
	b := plain("This is the mail system at host mx.", "", "<a@b.test>: host x said: 451 4.7.1 try later", "", "<c@d.test>: unknown user", "    550 no such user")
	require.Equal(t, []tracker.BounceRecipient{{Address: "a@b.test", Action: "failed", Status: "4.7.1"}, {Address: "c@d.test", Action: "failed", Permanent: true}}, b.Recipients)

	b = plain("Warning: message has been delayed", "", "  a@b.test", "    retry later")
	require.Equal(t, []tracker.BounceRecipient{{Address: "a@b.test", Action: "delayed"}}, b.Recipients)

	require.Empty(t, plain("nothing named").Recipients)
}

func TestFindStatus(t *testing.T) {
	for in, want := range map[string]string{"5.1.1": "5.1.1", "x 550 5.1.10 y": "5.1.10", "192.5.1.1": "", "5.1.1.7": "", "3.1.1": "", "5.1": "", "15.1.1": "", "(#5.7.1)": "5.7.1", "4.999.999": "4.999.999"} {
		require.Equal(t, want, findStatus(in), in)
	}
}

func TestReplyClass(t *testing.T) {
	for in, want := range map[string]byte{"550 no": '5', "said: 452 full": '4', "(#450)": '4', "550-5.1.1 x": '5', "192.168.1.550": 0, "1550 words": 0, "550MB": 0, "250 ok": 0, "599 x": 0, "port 587": 0, "'554 5.2.2 full'": '5'} {
		require.Equal(t, want, replyClass(in), in)
	}
}

func TestFindFailure(t *testing.T) {
	for in, want := range map[string]string{"Exim 4.92.3: 550 5.1.1 x": "5.1.1", "Sendmail 5.65.1": "", "2.1.5 then 4.2.2": "4.2.2", "550 5.7.133 x": "5.7.133", "5.1.1.": "5.1.1"} {
		require.Equal(t, want, findFailure(in), in)
	}
}

// Programs write the fields of RFC 3464 in many ways.
func TestDamagedStatusFields(t *testing.T) {
	failed := func(addr, status string) []tracker.BounceRecipient {
		return []tracker.BounceRecipient{{Address: addr, Action: "failed", Status: status, Permanent: true}}
	}
	tests := map[string]struct {
		fields string
		want   []tracker.BounceRecipient
	}{
		"indented":              {"  Final-Recipient: rfc822; a@b.test\n  Action: failed\n  Status: 5.1.1", failed("a@b.test", "5.1.1")},
		"CR line ends":          {"Final-Recipient: rfc822; a@b.test\rAction: failed\rStatus: 5.1.1", failed("a@b.test", "5.1.1")},
		"folded":                {"Final-Recipient: rfc822;\n a@b.test\nAction:\n failed\nStatus: 5.1.1", failed("a@b.test", "5.1.1")},
		"prose before":          {"The facts are these:\nFinal-Recipient: rfc822; a@b.test\nAction: failed\nStatus: 5.1.1", failed("a@b.test", "5.1.1")},
		"action in other words": {"Final-Recipient: rfc822; a@b.test\nAction: Failure (gave up)\nStatus: 5.1.1", failed("a@b.test", "5.1.1")},
		"no action":             {"Final-Recipient: rfc822; a@b.test\nStatus: 5.1.1", failed("a@b.test", "5.1.1")},
		"no type":               {"Final-Recipient: a@b.test\nAction: failed\nStatus: 5.1.1", failed("a@b.test", "5.1.1")},
		"a reply code":          {"Final-Recipient: rfc822;a@b.test\nAction: failed\nStatus: 550\nDiagnostic-Code: smtp;550 5.2.1 off", failed("a@b.test", "5.2.1")},
		"a temporary code":      {"Final-Recipient: rfc822;a@b.test\nAction: failed\nStatus: 450", []tracker.BounceRecipient{{Address: "a@b.test", Action: "failed"}}},
		"local user":            {"Final-Recipient: LOCAL;a\nX-Actual-Recipient: rfc822; a@b.test\nAction: failed\nStatus: 5.1.1", failed("a@b.test", "5.1.1")},
		"quoted local part":     {"Final-Recipient: rfc822; \"R. K. Gill\"@b.test\nAction: failed\nStatus: 5.1.1", failed(`"R. K. Gill"@b.test`, "5.1.1")},
		"utf-8 address":         {`Final-Recipient: utf-8; j\x{F6}rg@b.test` + "\nAction: failed\nStatus: 5.1.1", failed("jörg@b.test", "5.1.1")},
		"two without blank":     {"Final-Recipient: rfc822;a@b.test\nAction: failed\nStatus: 5.1.1\nFinal-Recipient: rfc822;c@d.test\nAction: delayed\nStatus: 4.4.1", append(failed("a@b.test", "5.1.1"), tracker.BounceRecipient{Address: "c@d.test", Action: "delayed", Status: "4.4.1"})},
	}
	for name, tt := range tests {
		require.Equal(t, tt.want, reportRecipients(tt.fields), name)
	}
}

// One line of the text is enough to show how each mail server names a recipient.
func TestWhereServersNameRecipients(t *testing.T) {
	tests := map[string]string{
		"postfix":     "<a@b.test>: host mx.b.test[192.0.2.9] said: 550 5.1.1 unknown (in reply to RCPT TO)",
		"exchange":    "'a@b.test' on 23/11/2026 10:00\n  <mx.b.test #5.1.1>",
		"domino":      "Your document: x\nwas not delivered to: a@b.test\nbecause: 550 5.1.1 unknown",
		"iplanet":     "Recipient address: a@b.test\nReason: 550 5.1.1 unknown",
		"transcript":  ">>> RCPT To:<a@b.test>\n<<< 550 5.1.1 User unknown",
		"answer":      "550 5.1.1 <a@b.test>... User unknown",
		"sentence":    "Your message to a@b.test couldn't be delivered: 550 5.1.1",
		"expanded":    "<a@b.test> (expanded from <team@b.test>): 550 5.1.1 unknown",
		"contact":     "<a@b.test>: 550 5.1.1 unknown\nFor help, contact help@mx.test.",
		"sender":      "MAIL FROM:<desk@desk.test>\nRCPT TO:<a@b.test>\n550 5.1.1 unknown",
		"chinese":     "收件人邮件地址（a@b.test）不存在，邮件无法送达。550 5.1.1",
		"japanese":    "宛先：a@b.test\n550 5.1.1 User unknown",
		"french":      "Votre message n'a pas pu être remis à l'adresse a@b.test (550 5.1.1)",
		"status last": "The address a@b.test does not exist.\n\nThe server said: #5.1.1",
	}
	for name, text := range tests {
		m := Parse([]byte("From: MAILER-DAEMON@mx.test\nTo: desk@desk.test\nSubject: Undeliverable mail\n\nNot delivered:\n\n"+text), Options{})
		require.NotNil(t, m.Bounce, name)
		require.Equal(t, []tracker.BounceRecipient{{Address: "a@b.test", Action: "failed", Status: "5.1.1", Permanent: true}}, m.Bounce.Recipients, name)
	}
}

func TestOriginalID(t *testing.T) {
	tests := map[string]string{
		"copy":        "<a@b.test>: 550\n\n--- Below this line is a copy of the message.\n\nReceived: from x\nMessage-ID: <o@desk.test>",
		"indented":    "<a@b.test>: 550\n\n   Message-Id:\n     <o@desk.test>",
		"quoted":      "<a@b.test>: 550\n\n> Message-ID: <o@desk.test>",
		"in words":    "<a@b.test>: 550\nInternet Message ID: <o@desk.test>",
		"no brackets": "<a@b.test>: 550\nMessage-ID: o@desk.test",
	}
	for name, text := range tests {
		m := Parse([]byte("From: MAILER-DAEMON@mx.test\nSubject: failure notice\n\n"+text), Options{})
		require.NotNil(t, m.Bounce, name)
		require.Equal(t, "o@desk.test", m.Bounce.OriginalMessageID, name)
	}
	m := Parse([]byte("From: MAILER-DAEMON@mx.test\nSubject: failure notice\nIn-Reply-To: <o@desk.test>\n\n<a@b.test>: 550"), Options{})
	require.Equal(t, "o@desk.test", m.Bounce.OriginalMessageID, "what the report answers")
}

func TestDelayedOrFailed(t *testing.T) {
	tests := map[string]string{
		"Warning: could not send message for past 4 hours|Will keep trying until message is 5 days old":                               "delayed",
		"Mail delivery failed|This is a permanent error. retry timeout exceeded, the message was delayed":                             "failed",
		"Delivery Status Notification (Delay)|You'll be notified if the delivery fails permanently.":                                  "delayed",
		"Warning: message 1t delayed 24 hours|No action is required on your part. Eventually the mail delivery software will give up": "delayed",
		"Delivery Status Notification (Failure)|It will be retried never":                                                             "failed",
		"Verzögert: x|Es wird weiterhin versucht, die Nachricht zuzustellen.":                                                         "delayed",
		"Undeliverable: x|Not delivered.\n--- Below this line is a copy of the message.\nSubject: Payment has been delayed":           "failed",
	}
	for in, want := range tests {
		subject, text, _ := strings.Cut(in, "|")
		require.Equal(t, want, plainAction(&clues{subject: folded(subject)}, tracker.Message{Text: text}), in)
	}
}

// Reports from a sender who could be a person.
func TestUnsignedReports(t *testing.T) {
	for _, text := range []string{
		"Your message could not be delivered to a@b.test. Please check the address and try again.",
		"Your message to a@b.test was rejected: 550 5.1.1 user unknown. Please check the spelling.",
		"The following recipient could not be reached: a@b.test\n\nCan you try again later?",
	} {
		raw := "From: Gate <gate@b.test>\nSubject: Undeliverable: Payment\n\n" + text
		require.NotNil(t, Parse([]byte(raw), Options{}).Bounce, text)
	}
}

// What only looks like a delivery report.
func TestNoBounce(t *testing.T) {
	tests := map[string]string{
		"a person forwards one":   "From: meera@optit.test\nSubject: Fwd: Undelivered Mail Returned to Sender\n\nLook:\n\nThis is the mail system at host mx.\n<a@b.test>: 550 5.1.1 unknown",
		"a person tells of one":   "From: meera@optit.test\nSubject: Mail delivery failed in the signup service\n\nHi, the log says: 550 5.1.1 <a@b.test>: User unknown",
		"a complaint (RFC 5965)":  "From: feedback@isp.test\nSubject: complaint\nContent-Type: multipart/report; report-type=feedback-report; boundary=x\n\n--x\n\nabuse\n--x\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\n--x--",
		"a receipt (RFC 8098)":    "From: postmaster@b.test\nSubject: Read: x\nContent-Type: multipart/report; report-type=disposition-notification; boundary=x\n\n--x\n\nread\n--x--",
		"a notice of a virus":     "From: postmaster@b.test\nSubject: Virus found\n\nYour mail to us held one.",
		"a full mailbox":          "From: postmaster@b.test\nSubject: quota report\n\nYour account has exceeded quota, new mail may be rejected.",
		"a log in an alert":       "From: alerts@b.test\nAuto-Submitted: auto-generated\nSubject: [FIRING] mail\n\nremote host said: 550 5.1.1 <a@b.test>",
		"an answer to a desk":     "From: asha@egov.test\nSubject: Re: Delivery report\n\nThe message could not be delivered to a@b.test.",
		"a newsletter at a bound": "From: news@b.test\nReturn-Path: <>\nSubject: November\n\nDelivery to the following recipient is free.",
	}
	for name, raw := range tests {
		require.Nil(t, Parse([]byte(raw), Options{}).Bounce, name)
	}
}

// FuzzBounce: any report gives addresses that stand in it, within bounds.
func FuzzBounce(f *testing.F) {
	f.Add("<a@b.test>: host x said: 550 5.1.1 no\n\nFinal-Recipient: rfc822; c@d.test\nAction: failed")
	f.Add(">>> RCPT To:<a@b>\n<<< 450 4.7.1 later\nMessage-ID:\n <x@y>")
	f.Add(strings.Repeat("a@b.c ", 300))
	f.Add("收件人a@b.cn不存在 <é@b.test> Recipient： x@y.z")
	f.Fuzz(func(t *testing.T, text string) {
		text = strings.ToValidUTF8(text, "?")
		r := newPlainReport(&clues{}, tracker.Message{Text: text})
		r.read(text)
		require.LessOrEqual(t, len(r.got), maxBounceRecipients)
		for _, c := range r.recipients() {
			require.Contains(t, text, c.Address)
			require.True(t, utf8.ValidString(c.Address))
			require.NotContains(t, c.Address, " ")
		}
		require.LessOrEqual(t, len(reportRecipients(text)), maxBounceRecipients)
	})
}
