package mailin

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"envdesk/tracker"
)

// Each case is a text; the lines that must remain start with "+ ".
func TestNewText(t *testing.T) {
	tests := map[string]struct {
		forward bool
		text    string
	}{
		"no quote": {text: `
+ Please restart.
+
+ Thanks`},
		"gmail, wrapped attribution": {text: `
+ /ack
+ on it

On Mon, Nov 23, 2026 at 10:31 AM Asha Rao <asha@egov.test>
wrote:

> text`},
		"attribution over three lines": {text: `
+ /ack

On Mon, Nov 23, 2026 at
10:31 AM Asha Rao <
asha@egov.test> wrote:
> text`},
		"text right above the attribution": {text: `
+ Port 8443 from 10.0.0.0/8, please.
On 23/11/2026 10:31, Asha Rao wrote:
> Which?`},
		"command right above the attribution": {text: `
+ /eta 2026-11-27 10:00
On 23/11/2026 10:31, Asha Rao wrote:
> When?`},
		"bottom posted": {text: `
On Mon, 23 Nov 2026 10:31:00 +0530, Asha wrote:
> Which cluster?

+ The new one.`},
		"inline": {text: `
+ See below.

Asha Rao <asha@egov.test> writes at 10:31:
> a?
+ yes
> b?
+ no`},
		"attribution without quote signs cuts the rest": {text: `
+ Thanks.

On Monday, November 23, 2026 at 10:31 AM, Asha Rao <asha@egov.test> wrote:

old text
/close`},
		"a weak attribution without quote below is text": {text: `
+ Summary.
+
+ On 12:30 Ravi wrote:
+ please restart the pod`},
		"a sentence with a colon is no attribution": {text: `
+ On Monday at 10:00 we saw this:
+ pod restarted
+ It was seen 2026-11-23 10:00 at 10.0.0.1:
+ > log line`},
		"outlook header": {text: `
+ done

From: Asha Rao
Sent: Monday, November 23, 2026 10:31 AM
To: Desk
Subject: RE: x

old`},
		"outlook header in asterisks": {text: `
+ done

*From:* Asha Rao <asha@egov.test>
*Sent:* Monday
*To:* Desk
*Subject:* RE: x

old`},
		"a filled form is no header": {text: `
+ From: 10.0.0.1
+ To: 10.0.0.2
+ Date: 2026-12-01
+ Port: 443`},
		"original message": {text: `
+ done
-----Original Message-----
From: Asha
old`},
		"german": {text: `
+ erledigt

Am 23.11.26 um 10:31 schrieb Asha:
> alt
-- 
Jürgen`},
		"spanish outlook": {text: `
+ hecho

________________________________
De: Asha Rao <asha@egov.test>
Enviado: lunes, 23 de noviembre de 2026 10:31
Para: Desk
Asunto: x

viejo`},
		"portuguese": {text: `
+ feito

Em seg., 23 de nov. de 2026 às 10:31, Asha <asha@egov.test> escreveu:

> velho`},
		"italian": {text: `
+ fatto

Il giorno lun 23 nov 2026 alle ore 10:31 Asha <asha@egov.test> ha scritto:

> vecchio`},
		"dutch": {text: `
+ klaar

Op ma 23 nov 2026 om 10:31 schreef Asha <asha@egov.test>:

> oud`},
		"hindi": {text: `
+ हो गया

सोम, 23 नव॰ 2026 को 10:31 am बजे को Asha <asha@egov.test> ने लिखा:

> पुराना`},
		"marker": {text: `
+ /ack
+
+ thanks

— reply above this line —
/close`},
		"marker with changed dashes": {text: `
+ /ack

-- reply above this line --
/close`},
		"marker named in a sentence": {text: `
+ I shall reply above this line next time
+ /ack`},
		"quoted marker, answer below": {text: `
> — reply above this line —
> old
+ /unblock`},
		"signature": {text: `
+ /done
-- 
Ravi
/close`},
		"signature above the quote, answer below it": {text: `
+ top
--
Ravi

On 23/11/2026 10:31, Asha wrote:
> old
+ bottom`},
		"two hyphens as a ruler": {text: `
+ a
+ --
+ ` + strings.Repeat("line\n+ ", 15) + `end`},
		"iphone": {text: `
+ /ack

Sent from my iPhone

> On 23 Nov 2026, at 10:31, Asha wrote:
> old`},
		"a sentence like a footer": {text: `
+ Sent from my account, it fails.
+ Please look.`},
		"forward in a reply thread": {forward: true, text: `
+ please do

+ -----Original Message-----
+ From: Asha
+ Sent: Monday 10:31
+ To: Desk
+ Subject: x
+
+ On 23/11/2026 10:31, Ravi wrote:
+ > all of it`},
		"forward by its line": {text: `
+ fyi
+
+ ---------- Forwarded message ---------
+ From: x
+ > kept`},
		"forwarded inside a quote is a quote": {text: `
+ yes
On 23/11/2026 10:31, Asha wrote:
> ---------- Forwarded message ---------
> old`},
		"apple forward": {text: `
+ fyi
+
+ Begin forwarded message:
+
+ > From: x
+ > text`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var all, want []string
			for _, l := range strings.Split(strings.TrimPrefix(tt.text, "\n"), "\n") {
				if kept, ok := strings.CutPrefix(l, "+"); ok {
					l = strings.TrimPrefix(kept, " ")
					want = append(want, l)
				}
				all = append(all, l)
			}
			got, _ := newTextOf(strings.Join(all, "\n"), thread{forward: tt.forward})
			require.Equal(t, squeeze(want), squeeze(strings.Split(got, "\n")))
		})
	}
}

func newTextOf(text string, t thread) (string, int) {
	lines := trimLines(splitLines(text))
	return newText(joinLines(lines), lines, t)
}

// squeeze drops blank lines: how many remain at a cut does not matter here.
func squeeze(lines []string) []string {
	out := []string{}
	for _, l := range lines {
		if strings.TrimSpace(l) != "" {
			out = append(out, l)
		}
	}
	return out
}

func TestNothingNewGivesTheWholeText(t *testing.T) {
	for _, text := range []string{"> only a quote", tracker.ReplyMarker + "\nold", "-- \nsignature", "On 23/11/2026 10:31, Asha wrote:\n> x"} {
		got, own := newTextOf(text, thread{})
		require.Equal(t, text, got)
		require.Zero(t, own, "a quotation commands nothing")
	}
}

func TestOwnLinesEndAtAForwardedMail(t *testing.T) {
	for text, want := range map[string]int{
		"/ack\nfine": 2,
		"\n\nplease see\n\n---------- Forwarded message ---------\nFrom: x@y.test\n\n/approve": 1,
		"---------- Forwarded message ---------\n/approve":                                     0,
		"/ack\n> quoted\nbelow": 2,
	} {
		_, own := newTextOf(text, thread{reply: true})
		require.Equal(t, want, own, text)
	}
}

func TestForwardSubject(t *testing.T) {
	for _, s := range []string{"Fwd: x", "FW: Re: x", "[REQ-1] WG: x", "Tr : x", "转发：x", "ENC: x"} {
		require.True(t, forwardSubject(s), s)
	}
	for _, s := range []string{"Re: Fwd: x", "x", "Forward: the port", "P1: x", "[P1", "AW: x"} {
		require.False(t, forwardSubject(s), s)
	}
}

// hostileLines are lines that make naive cutters look ahead again and again.
var hostileLines = []string{
	"On x y\n", "On Mon, Nov 23, 2026 at 10:31 AM a@b.c\n", "From: a@b.c\n", "From: a@b.c\nSubject: x\n", "--\n", "> a\n", "\n", "Sent from my iPhone\n\n", "a@b.c wrote 10:31 2026\nx\n", "-----Original\n", "-- \n> \n", "1:1\n", "a: b\n",
}

func TestCutIsLinear(t *testing.T) {
	looks := func(s string, n int) int {
		all := 0
		for _, reply := range []bool{false, true} {
			c := cutter{lines: splitLines(strings.Repeat(s, n)), thread: thread{reply: reply}}
			c.run()
			all += c.looks
		}
		return all
	}
	for _, s := range hostileLines {
		small, large := looks(s, 1000), looks(s, 10_000)
		require.LessOrEqual(t, large, 11*small, "%q", s)
		require.LessOrEqual(t, large, 60*10_000*(strings.Count(s, "\n")), "%q", s)
	}
}
