package mailin

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const eveWrote = "Thanks\n\nOn Mon, Nov 23, 2026 at 9:00 AM Eve <eve@x.test> wrote:\n"

// Each text holds a line of somebody else, with /approve or "Status: done" in it,
// that no form marks well. Wherever it is shown, it must not count as the sender's.
func TestNoLineOfOthersCommands(t *testing.T) {
	const header = "In-Reply-To: <a@b>\n\n"
	html := "In-Reply-To: <a@b>\nContent-Type: text/html\n\n"
	mixed := "In-Reply-To: <a@b>\nContent-Type: multipart/mixed; boundary=b\n\n--b\n"
	for name, mail := range map[string]string{
		"form feed in a quotation":     header + eveWrote + "> hi\f/approve\n> bye\n",
		"vertical tab in a quotation":  header + eveWrote + "> hi\v/approve\n> bye\n",
		"bare CR in a quotation":       header + eveWrote + "> hi\r/approve\n> bye\n",
		"bare CR, another sign":        header + "Thanks\n\nEve wrote:\n| hi\r\r/approve\n| bye\n",
		"encoded CR in a quotation":    "In-Reply-To: <a@b>\nContent-Transfer-Encoding: quoted-printable\n\n" + eveWrote + "> hi=0D/approve\n> bye\n",
		"wrapped quotation":            header + eveWrote + "> please consider the long line that your program wraps at col 72 xx\n/approve\n> bye\n",
		"wrapped, a key":               header + eveWrote + "> please consider the long line that your program wraps at col 72 xx\nStatus: done\n> bye\n",
		"wrapped, behind a greeting":   header + eveWrote + "> please consider the long line that your program wraps at col 72 xx\nhello, /approve\n",
		"wrapped twice":                header + eveWrote + "> please consider the long line that your program wraps at col 72 xx\nand its rest that is long as well and is wrapped again at the column\n/approve\n> bye\n",
		"flowed":                       "In-Reply-To: <a@b>\nContent-Type: text/plain; format=flowed\n\n" + eveWrote + "> hi \n/approve\n> bye\n",
		"another sign":                 header + "Thanks\n\nEve wrote:\n| hello\n/approve\n",
		"nothing new, header, sign":    header + "From: Eve <eve@x.test>\nSent: Monday, November 23, 2026 9:00 AM\nTo: Boss\nSubject: x\n\n> x\n\n/approve\n",
		"only a footer above":          header + "Sent from my iPhone\n\nFrom: Eve <eve@x.test>\nSent: Monday, November 23, 2026 9:00 AM\nTo: Boss\nSubject: x\n\n> x\n\n/approve\n",
		"nothing new, Outlook":         html + `<div id=divRplyFwdMsg>From: Eve &lt;eve@x.test&gt;<br>Sent: Monday, November 23, 2026 9:00 AM<br>Subject: x</div><blockquote>x</blockquote><p>/approve`,
		"forward, two labels":          "Subject: Fwd: x\n\nFrom: Eve <eve@x.test>\nDate: Mon, 23 Nov 2026 09:00:00 +0000\n\n/approve\n",
		"forward, sender and subject":  "Subject: Fwd: x\n\nFYI\n\nFrom: Eve <eve@x.test>\nSubject: x\n\n/approve\n",
		"forward, wrote in rare words": "Subject: Fwd: x\n\nFYI\n\nEve <eve@x.test> asks:\n/approve\n",
		"reply, sender and date":       header + "Thanks\n\nFrom: Eve <eve@x.test>\nDate: Mon, 23 Nov 2026 09:00:00 +0000\n\n/approve\n",
		"reply, sender and subject":    header + "Thanks\n\nFrom: Eve <eve@x.test>\nSubject: x\n\n/approve\n",
		"reply, wrote without date":    header + "Thanks\n\nEve <eve@x.test> wrote:\n\n/approve\n",
		"reply, wrote, wrapped":        header + "Thanks\n\nEve <\neve@x.test> wrote:\n\n/approve\n",
		"reply, ruler with words":      header + "Thanks\n\n-----Original-----\n\n/approve\n",
		"reply, unknown words":         header + "Thanks\n\n-----Xyzzy mesazh-----\n/approve\n",
		"reply, prose for a name":      header + "Thanks\n\nOn Mon, Nov 23, 2026 at 9:00 AM This Is Eve <eve@x.test> wrote:\n\n/approve\n",
		"reply, prose, verb first":     header + "Danke\n\nAm 23.11.2026 um 9:00 schrieb The Eve:\n\n/approve\n",
		"reply, prose, no verb":        header + "Danke\n\n2026-11-23 9:00 The Eve <eve@x.test>:\n\n/approve\n",
		"reply, Catalan":               header + "Thanks\n\nDe: Eve <eve@x.test>\nEnviat el: dilluns, 23 de novembre de 2026 9:00\nPer a: Boss\nTema: x\n\n/approve\n",
		"reply, Albanian":              header + "Thanks\n\nNga: Eve\nDërguar: e hënë, 23 nëntor 2026 9:00\nPër: Boss\nSubjekti: x\n\n/approve\n",
		"reply, Swahili":               header + "Thanks\n\nKutoka: Eve\nImetumwa: Jumatatu, 23 Novemba 2026 09:00\nKwa: Boss\nMada: x\n\n/approve\n",
		"reply, Gujarati":              header + "Thanks\n\nપ્રેષક: Eve\nમોકલ્યું: સોમવાર, 23 નવેમ્બર 2026 09:00\nપ્રતિ: Boss\nવિષય: x\n\n/approve\n",
		"reply, unknown, with address": header + "Thanks\n\nXyz: Eve <eve@x.test>\nZyx: lundo\n\n/approve\n",
		"reply, unknown, with time":    header + "Thanks\n\nXyz: Eve\nZyx: lundo 23 2026 9:00\nAbc: Boss\nCba: x\n\n/approve\n",
		"epilogue":                     mixed + "\nThanks\n--b--\n-----\n/approve\n",
		"text file alone":              mixed + "Content-Type: text/plain; name=a.txt\n\n/approve\n--b--\n",
	} {
		t.Run(name, func(t *testing.T) {
			m := Parse([]byte("From: boss@desk.test\n"+mail), Options{})
			for _, l := range strings.Split(m.Reply, "\n")[:m.OwnLines] {
				require.NotRegexp(t, `/approve|^Status`, l, m.Reply)
			}
		})
	}
}

// The other side: what a person answers stays a command.
func TestOwnLinesStayOwn(t *testing.T) {
	for name, text := range map[string]string{
		"below a quotation":        eveWrote + "> hi\n> bye\n\n/approve",
		"between quotations":       eveWrote + "> hi\n\n/approve\n\n> bye",
		"behind an answer inline":  eveWrote + "> hi\nyes\n> bye\n\n/approve",
		"below a form":             "Environment: stage\nStack: web\nStatus: done\n\n/approve",
		"below a form with a time": "Start: 2026-12-01 10:00\nEnd: 2026-12-01 12:00\nImpact: none\n/approve",
		"below an address":         "Contact: asha@egov.test\n/approve",
		"below a heading":          "**Summary**\n/approve",
		"below prose with a colon": "please do this:\n/approve",
		"form feed between pages":  "first\f/approve",
	} {
		t.Run(name, func(t *testing.T) {
			m := Parse([]byte("From: boss@desk.test\nIn-Reply-To: <a@b>\n\n"+text+"\n"), Options{})
			require.Contains(t, strings.Split(m.Reply, "\n")[:m.OwnLines], "/approve", m.Reply)
		})
	}
}
