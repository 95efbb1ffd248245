package mailin

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

// attributions are lines as programs write them above an earlier mail, with all
// that makes them certain: below them nothing is new, with or without signs.
var attributions = map[string]string{
	"gmail en":            "On Tue, Mar 10, 2026 at 9:41 AM Asha Rao <asha.rao@egov.test> wrote:",
	"gmail old":           "2026-03-10 9:41 GMT+05:30 Asha Rao <asha.rao@egov.test>:",
	"gmail de":            "Am Di., 10. März 2026 um 09:41 Uhr schrieb Asha Rao <asha.rao@egov.test>:",
	"gmail de android":    "Asha Rao <asha.rao@egov.test> schrieb am Di., 10. März 2026, 09:41:",
	"gmail fr":            "Le mar. 10 mars 2026 à 09:41, Asha Rao <asha.rao@egov.test> a écrit\u00a0:",
	"gmail es":            "El mar, 10 mar 2026 a las 9:41, Asha Rao (<asha.rao@egov.test>) escribió:",
	"gmail it":            "Il giorno mar 10 mar 2026 alle ore 09:41 Asha Rao <asha.rao@egov.test> ha scritto:",
	"gmail pt":            "Em ter., 10 de mar. de 2026 às 09:41, Asha Rao <asha.rao@egov.test> escreveu:",
	"gmail pt-pt":         "Asha Rao <asha.rao@egov.test> escreveu (terça, 10/03/2026 à(s) 09:41):",
	"gmail nl":            "Op di 10 mrt 2026 om 09:41 schreef Asha Rao <asha.rao@egov.test>:",
	"gmail sv":            "Den tis 10 mars 2026 kl 09:41 skrev Asha Rao <asha.rao@egov.test>:",
	"gmail no":            "tir. 10. mar. 2026 kl. 09:41 skrev Asha Rao <asha.rao@egov.test>:",
	"gmail da":            "Den tirs. 10. mar. 2026 kl. 09.41 skrev Asha Rao <asha.rao@egov.test>:",
	"gmail fi":            "ti 10. maalisk. 2026 klo 9.41 Asha Rao (asha.rao@egov.test) kirjoitti:",
	"gmail pl":            "wt., 10 mar 2026 o 09:41 Asha Rao <asha.rao@egov.test> napisał(a):",
	"gmail cs":            "út 10. 3. 2026 v 9:41 odesílatel Asha Rao <asha.rao@egov.test> napsal:",
	"gmail sk":            "ut 10. 3. 2026 o 9:41 Asha Rao <asha.rao@egov.test> napísal(a):",
	"gmail hu":            "Asha Rao <asha.rao@egov.test> ezt írta (időpont: 2026. márc. 10., K, 9:41):",
	"gmail ro":            "În mar., 10 mar. 2026 la 09:41, Asha Rao <asha.rao@egov.test> a scris:",
	"gmail ru":            "вт, 10 мар. 2026 г. в 09:41, Asha Rao <asha.rao@egov.test>:",
	"gmail uk":            "вт, 10 бер. 2026 р. о 09:41 Asha Rao <asha.rao@egov.test> пише:",
	"gmail bg":            "На вт, 10.03.2026 г. в 9:41 Asha Rao <asha.rao@egov.test> написа:",
	"gmail hr":            "uto, 10. ožu 2026. u 09:41 Asha Rao <asha.rao@egov.test> napisao je:",
	"gmail sr":            "уто, 10. мар 2026. у 09:41 Asha Rao <asha.rao@egov.test> је написао/ла:",
	"gmail sl":            "V V tor., 10. mar. 2026 ob 09:41 je oseba Asha Rao <asha.rao@egov.test> napisala:",
	"gmail el":            "Στις Τρί 10 Μαρ 2026 στις 9:41 π.μ., ο χρήστης Asha Rao <asha.rao@egov.test> έγραψε:",
	"gmail tr":            "Asha Rao <asha.rao@egov.test>, 10 Mar 2026 Sal, 09:41 tarihinde şunu yazdı:",
	"gmail he":            "\u202bבתאריך יום ג׳, 10 במרץ 2026 ב-9:41 מאת \u202aAsha Rao\u202c\u200f <\u202aasha.rao@egov.test\u202c\u200f>:\u202c",
	"gmail ar":            "في الثلاثاء، ١٠ مارس ٢٠٢٦ في ٩:٤١ ص تمت كتابة ما يلي بواسطة Asha Rao <asha.rao@egov.test>:",
	"gmail fa":            "در سه\u200cشنبه 10 مارس 2026،\u200f 9:41 Asha Rao <asha.rao@egov.test> نوشت:",
	"gmail hi":            "मंगल, 10 मार्च 2026 को 9:41 am बजे को Asha Rao <asha.rao@egov.test> ने लिखा:",
	"gmail th":            "ในวันที่ อ. 10 มี.ค. 2026 เวลา 09:41 Asha Rao <asha.rao@egov.test> เขียนว่า:",
	"gmail vi":            "Vào Th 3, 10 thg 3, 2026 vào lúc 09:41 Asha Rao <asha.rao@egov.test> đã viết:",
	"gmail id":            "Pada tanggal Sel, 10 Mar 2026 pukul 09.41 Asha Rao <asha.rao@egov.test> menulis:",
	"gmail zh-CN":         "Asha Rao <asha.rao@egov.test> 于2026年3月10日周二 09:41写道：",
	"gmail zh-TW":         "Asha Rao <asha.rao@egov.test> 於 2026年3月10日 週二 上午9:41寫道：",
	"gmail ja":            "2026年3月10日(火) 9:41 Asha Rao <asha.rao@egov.test>:",
	"gmail ko":            "2026년 3월 10일 (화) 오전 9:41, Asha Rao <asha.rao@egov.test>님이 작성:",
	"gmail ca":            "Missatge de Asha Rao <asha.rao@egov.test> del dia dt., 10 de març 2026 a les 9:41:",
	"gmail et":            "Asha Rao <asha.rao@egov.test> kirjutas kuupäeval T, 10. märts 2026 kell 09:41:",
	"gmail lt":            "2026-03-10, an, 09:41 Asha Rao <asha.rao@egov.test> rašė:",
	"apple en":            "On Mar 10, 2026, at 9:41 AM, Asha Rao <asha.rao@egov.test> wrote:",
	"apple de":            "Am 10.03.2026 um 09:41 schrieb Asha Rao <asha.rao@egov.test>:",
	"apple ja":            "2026/03/10 9:41、Asha Rao <asha.rao@egov.test>のメール:",
	"apple zh":            "在 2026年3月10日，09:41，Asha Rao <asha.rao@egov.test> 写道：",
	"apple ko":            "2026. 3. 10. 오전 9:41, Asha Rao <asha.rao@egov.test> 작성:",
	"apple ar":            "في ١٠/٠٣/٢٠٢٦، الساعة ٩:٤١ ص، كتب/كتبت Asha Rao <asha.rao@egov.test>:",
	"apple he":            "ב-10 במרץ 2026, בשעה 9:41, Asha Rao <asha.rao@egov.test> כתב/ה:",
	"outlook mac":         `On 10/03/2026, 09:41, "Asha Rao" <asha.rao@egov.test> wrote:`,
	"proton":              "On Tuesday, March 10th, 2026 at 9:41 AM, Asha Rao <asha.rao@egov.test> wrote:",
	"zoho":                "---- On Tue, 10 Mar 2026 09:41:00 +0530 Asha Rao <asha.rao@egov.test> wrote ----",
	"zoho new":            "---- On Tue, 10 Mar 2026 09:41:00 +0530 Asha Rao <asha.rao@egov.test> wrote ---",
	"eudora":              "At 09:41 AM 3/10/2026, Asha Rao wrote:",
	"spark":               "On 10 Mar 2026, 9:41 AM +0530, Asha Rao <asha.rao@egov.test>, wrote:",
	"yandex":              `10.03.2026, 09:41, "Asha Rao" <asha.rao@egov.test>:`,
	"mail.ru":             "Вторник, 10 марта 2026, 9:41 +03:00 от Asha Rao <asha.rao@egov.test>:",
	"bat ru":              "Вы писали 10 марта 2026 г., 9:41:00:",
	"thunderbird pl":      "W dniu 10.03.2026 o 09:41, Asha Rao pisze:",
	"thunderbird ru":      "10.03.2026 09:41, Asha Rao пишет:",
	"thunderbird zh-TW":   "於 2026/3/10 上午 09:41, Asha Rao 提到:",
	"thunderbird ko":      "2026-03-10 오전 9:41에 Asha Rao 이(가) 쓴 글:",
	"kmail":               "On Tuesday, 10 March 2026 09:41:00 CET Asha Rao wrote:",
	"mutt":                "On Tue, Mar 10, 2026 at 09:41:00AM +0530, Asha Rao wrote:",
	"mutt star":           "* Asha Rao <asha.rao@egov.test> [2026-03-10 09:41]:",
	"claws fr":            "Le Tue, 10 Mar 2026 09:41:00 +0530,\nAsha Rao <asha.rao@egov.test> a écrit :",
	"notes":               "Asha Rao/EGOV@EGOV wrote on 03/10/2026 09:41:00 AM:",
	"tutanota":            "10 Mar 2026, 09:41 by asha.rao@egov.test:",
	"hey":                 "On March 10, 2026, Asha Rao <asha.rao@egov.test> wrote:",
	"fastmail":            "On Tue, 10 Mar 2026, at 9:41 AM, Asha Rao wrote:",
	"163":                 `At 2026-03-10 09:41:00, "Asha Rao" <asha.rao@egov.test> wrote:`,
	"google groups":       "On Mar 10, 9:41 am, Asha Rao <asha.rao@egov.test> wrote:",
	"split by <":          "On Tue, Mar 10, 2026 at 9:41 AM Asha Rao <\nasha.rao@egov.test> wrote:",
	"split in three":      "On Tue, Mar 10, 2026 at 9:41 AM\nAsha Rao\n<asha.rao@egov.test> wrote:",
	"address twice":       "On Tue, Mar 10, 2026 at 9:41 AM Asha Rao <asha.rao@egov.test<mailto:asha.rao@egov.test>> wrote:",
	"name on its line":    "Asha Rao\n<asha.rao@egov.test> schrieb am Di., 10. März 2026, 09:41:",
	"rediff, no colon":    `On Tue, 10 Mar 2026 09:41:00 +0530 "Asha Rao" <asha.rao@egov.test> wrote`,
	"old text in it":      "  On Tue, 10 Mar 2026 at 9:41, Asha Rao<asha.rao@egov.test> wrote:   Which one?",
	"group wise":          ">>> Asha Rao <asha.rao@egov.test> 03/10/26 9:41 AM >>>",
	"yahoo with blank":    "    On Tuesday, March 10, 2026 at 09:41:00 AM GMT+5:30, Asha Rao <asha.rao@egov.test> wrote:",
	"notes i":             "-----Asha Rao <asha.rao@egov.test> wrote: -----",
	"outlook with labels": "From: Asha Rao\nSent: Tuesday, March 10, 2026 9:41 AM\nTo: Desk\nSubject: RE: x",
}

func TestAttributions(t *testing.T) {
	for name, a := range attributions {
		for below, old := range map[string]string{"signs": "> Which cluster?\n> /close", "no signs": "Which cluster?\n/close", "blank": "\n> Which cluster?\n> /close"} {
			t.Run(name+", "+below, func(t *testing.T) {
				for _, gap := range []string{"\n", "\n\n"} {
					got, own := newTextOf("The new one, please.\nThank you."+gap+a+"\n"+old, thread{reply: true})
					require.Equal(t, "The new one, please.\nThank you.", got)
					require.Equal(t, 2, own)
				}
			})
		}
	}
}

// An attribution may be broken wherever a line is long enough for that, and the answer may stand
// below or between.
func TestAttributionsWrapped(t *testing.T) {
	for name, a := range attributions {
		if strings.Contains(a, "\n") || name == "old text in it" || strings.HasPrefix(a, "--") || strings.HasPrefix(a, ">") || name == "rediff, no colon" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			for i := 0; i < len(a); i++ {
				if a[i] != ' ' || utf8.RuneCountInString(a[:i]) < 30 || a[i-1] == ' ' {
					continue
				}
				wrapped := a[:i] + "\n" + a[i+1:]
				got, _ := newTextOf("Yes.\n\n"+wrapped+"\n> Which cluster?\n\nThe new one.\n\n> And when?\n\nToday.", thread{reply: true})
				require.Equal(t, "Yes.\n\nThe new one.\n\nToday.", got, wrapped)
			}
		})
	}
}

// weakAttributions name only a person; quotation signs must follow.
var weakAttributions = []string{
	"Asha Rao wrote:", "Asha Rao <asha.rao@egov.test> writes:", "Quoting Asha Rao <asha.rao@egov.test>:", "Zitat von Asha Rao <asha.rao@egov.test>:", "Asha Rao schrieb:", "Asha Rao a écrit\u00a0:", "Asha Rao ha scritto:",
	"In message <x@egov.test> you write:", "Asha Rao skrev:", "Asha Rao пишет:", "2026/3/10 Asha Rao <asha.rao@egov.test>", "On 10 March, Asha wrote:", "--- In desk@groups.test, Asha Rao <asha.rao@egov.test> wrote:",
}

func TestWeakAttributions(t *testing.T) {
	for _, a := range weakAttributions {
		got, _ := newTextOf("Yes.\n\n"+a+"\n> Which cluster?\n\nThe new one.", thread{})
		require.Equal(t, "Yes.\n\nThe new one.", got, a)
		text := "Yes.\n" + a + "\nthe new one."
		got, _ = newTextOf(text, thread{})
		require.Equal(t, text, got, a)
	}
}

// sentences have a date, an address or a verb, and are text.
var sentences = []string{
	"On Monday at 10:00 we saw this:", "The log of 2026-03-10 09:41:", "We wrote to ops@egov.test at 10:00 and got this:", "Please add these users at 10:30:", "These are the addresses, asha@egov.test first:", "From 10.03.2026 on, 09:00 to 17:00:",
	"Please write to asha.rao@egov.test by 10.03.2026 09:41:", "Contact: asha.rao@egov.test", "Date: 2026-03-10", "To: all", "Sent from my account, it fails.", "Original request below:", "-----", "Time needed: 10:00 - 12:00", "Am 10.03.2026 brauchen wir:", "| host | 10:00 |", "--force", "--------- config ---------",
}

func TestSentencesAreNoAttributions(t *testing.T) {
	for _, s := range sentences {
		for _, r := range []bool{false, true} {
			text := "Hello,\n" + s + "\nnode 4 is down\n\nplease look"
			got, own := newTextOf(text, thread{reply: r})
			require.Equal(t, text, got, s)
			require.Equal(t, 5, own)
		}
	}
}

func TestUnusualQuotationSigns(t *testing.T) {
	for _, sign := range []string{"| ", ": ", "AR> ", "asha> ", ">> ", "＞ "} {
		text := "Asha Rao wrote on 10.03.2026 09:41:\n\n" + sign + "Which cluster?\n\nThe new one.\n" + sign + "When?\nToday."
		got, _ := newTextOf(text, thread{})
		require.Equal(t, "The new one.\nToday.", got)
	}
}

// What HTML marks and what signs mark comes to the same reply.
func TestHTMLAndTextGiveTheSameReply(t *testing.T) {
	const attr = "On Tue, Mar 10, 2026 at 9:41 AM Asha Rao &lt;asha.rao@egov.test&gt; wrote:"
	want, _ := newTextOf("The new one.\n\n"+strings.NewReplacer("&lt;", "<", "&gt;", ">").Replace(attr)+"\n> Which cluster?\n", thread{reply: true})
	require.Equal(t, "The new one.", want)
	for name, html := range map[string]string{
		"gmail":       `<div class="gmail_quote gmail_quote_container"><div class="gmail_attr">` + attr + `<br></div><blockquote class="gmail_quote">Which cluster?</blockquote></div>`,
		"proton":      `<div class="protonmail_quote">` + attr + `<br><blockquote class="protonmail_quote" type="cite">Which cluster?</blockquote></div>`,
		"apple":       `<div><br><blockquote type="cite"><div>` + attr + `</div><br><div>Which cluster?</div></blockquote></div>`,
		"plain":       `<p>` + attr + `</p><blockquote>Which cluster?</blockquote>`,
		"no quote":    `<p>` + attr + `</p><p>Which cluster?</p>`,
		"roundcube":   `<p id="reply-intro">` + attr + `</p><blockquote type="cite">Which cluster?</blockquote>`,
		"outlook":     `<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0in 0in 0in"><p class="MsoNormal"><b>From:</b> Asha Rao</p></div><p>Which cluster?</p>`,
		"outlook web": `<div id="appendonsend"></div><hr tabindex="-1"><div id="divRplyFwdMsg" dir="ltr"><b>From:</b> Asha Rao</div><div>Which cluster?</div>`,
		"outlook ios": `<div id="ms-outlook-mobile-signature">Get <a href="https://aka.ms/o0ukef">Outlook for iOS</a></div><div id="mail-editor-reference-message-container">Which cluster?</div>`,
		"yahoo":       `<div id="ydp12yahoo_quoted_1" class="ydp12yahoo_quoted"><div>` + attr + `</div>Which cluster?</div>`,
		"163":         `<div id="isReplyContent">At 2026-03-10 09:41:00, "Asha Rao" wrote:<br>Which cluster?</div>`,
		"zimbra":      `<hr id="zwchr" data-marker="__DIVIDER__"><div data-marker="__HEADERS__"><b>From: </b>"Asha Rao" &lt;asha.rao@egov.test&gt;<br><b>To: </b>Ravi<br><b>Sent: </b>Tuesday<br><b>Subject: </b>Re: x</div><br>Which cluster?`,
		"spark":       `<div name="messageSignatureSection"><br>Ravi</div><div name="messageReplySection">` + attr + `<br><blockquote type="cite">Which cluster?</blockquote></div>`,
	} {
		t.Run(name, func(t *testing.T) {
			lines := trimLines(htmlLines("<div>The new one.</div><br>"+html, 4096))
			got, own := newText(joinLines(lines), lines, thread{reply: true})
			require.Equal(t, want, got)
			require.Equal(t, 1, own)
		})
	}
}

func TestBlockquoteOfANewMailIsContent(t *testing.T) {
	lines := trimLines(htmlLines("<p>The handbook says:</p><blockquote><p>a</p><p>b</p><p>c</p></blockquote><p>Please rotate ours.</p>", 4096))
	got, _ := newText(joinLines(lines), lines, thread{})
	require.Equal(t, joinLines(lines), got)
}

func TestSignsWithoutEvidence(t *testing.T) {
	tests := map[string]struct {
		reply      bool
		text, want string
	}{
		"a prompt in a new mail":     {false, "I ran\n> make deploy\nand it failed.", "I ran\n> make deploy\nand it failed."},
		"in a reply it is a quote":   {true, "Yes.\n> And the other?\nNo.", "Yes.\nNo."},
		"three lines are a quote":    {false, "Yes.\n> a\n> b\n> c\nNo.", "Yes.\nNo."},
		"two at the end are":         {false, "Yes.\n\n> a\n> b", "Yes."},
		"the rest of a broken line":  {true, "> The certificate of the production gateway will end on Friday, so do you want\nit renewed\n> today or tomorrow?\nToday.", "Today."},
		"an answer under a question": {true, "> Do you want the certificate of the production gateway to be renewed today?\nyes\n> And the key?\nno", "yes\nno"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, _ := newTextOf(tt.text, thread{reply: tt.reply})
			require.Equal(t, tt.want, got)
		})
	}
}
