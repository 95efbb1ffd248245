package mailin

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What programs and phones put below a mail, and what people write who begin alike.
func TestFooters(t *testing.T) {
	for _, f := range []string{
		"Sent from my iPhone", "Sent from my mobile, please excuse typos", "Sent from my phone - sorry for the brevity; it is on the go", "Get Outlook for iOS", "Get Outlook for Android<https://aka.ms/AAb9ysg>", "Get Outlook for iOS or Android", "Outlook für iOS beschaffen",
		"Holen Sie sich Outlook für Android", "Télécharger Outlook pour iOS", "Obtener Outlook para Android", "Scarica Outlook per iOS", "Obter o Outlook para iOS", "Outlook voor Android downloaden", "Hämta Outlook för iOS", "Pobierz program Outlook dla systemu iOS", "Получить Outlook для Android", "获取 Outlook for iOS", "Outlook for Android を入手",
		"Sent via the Samsung Galaxy S10, an AT&T 5G Evolution capable smartphone", "Sent with Proton Mail secure email.", "Sent with Tutanota, the secure & ad-free mailbox:", "Von meinem Samsung Galaxy Smartphone gesendet.", "Enviado desde mi dispositivo móvil", "Envoyé de mon appareil mobile", "Sent from Outlook", "Sent from Outlook Mobile", "Sent from Rediffmail on Android", "Von unterwegs gesendet",
	} {
		require.True(t, isFooter(f), f)
	}
	for _, text := range []string{
		"Get Outlook for the new colleagues, please; they start on Monday.", "Get Outlook for Bob and Asha.", "Get Outlook for iOS devices approved, please; they are blocked.", "Download Outlook for the two laptops.", "Get BlueMail for us as well?",
		"Sent from my desk it takes two hours for each mail.", "Sent from my side: all documents, the key and the form.", "Sent from a shell on the jump host the mail arrives.", "Sent via the portal yesterday, it is ticket 12.", "Sent by mistake, please ignore.", "Sent from my iPhone the mail arrives, from the desktop it does not.", "Sent using TLS 1.2 only; 1.3 fails.",
		"Von meinem Rechner gesendet kommt die Mail an, vom Server nicht.", "Gesendet von wem ist mir unklar, das Log zeigt es nicht?", "Holen Sie sich Outlook für die neuen Kollegen.", "Téléchargez Outlook pour les nouveaux collègues.", "Obtener Outlook para los nuevos compañeros.", "Scarica Outlook per i nuovi colleghi.",
	} {
		require.False(t, isFooter(text), text)
		require.Equal(t, "Hi,\n\n"+text, replyTo("Hi,\n\n"+text))
	}
}

func replyTo(text string) string {
	got, _ := newTextOf(text, thread{reply: true})
	return got
}

// Attributions that name little count right above signs in an answer alone.
func TestFaintAttributions(t *testing.T) {
	for _, a := range []string{"Asha Rao, 09/11/26 16:20:", "Thus spake Asha Rao (asha@egov.test):", "Asha Rao said:", "Asha Rao sagte:", "Asha Rao a dit :", "Asha Rao dijo:", "Asha Rao ha detto:", "Asha Rao disse:", "Asha Rao zei:", "Asha Rao sa:", "Asha Rao powiedziała:", "Asha Rao сказала:", "[09/11/26 16:20] Asha Rao:"} {
		require.Equal(t, "TLS is on.", replyTo("TLS is on.\n\n"+a+"\n> Is TLS on?\n>\n> Asha"), a)
		require.Contains(t, replyTo("TLS is on.\n\n"+a+"\nIs TLS on?"), a)
		if got, _ := newTextOf("TLS is on.\n\n"+a+"\n> Is TLS on?", thread{}); !strings.Contains(a, "@") {
			require.Contains(t, got, a)
		}
	}
	for _, text := range []string{"The log at 09/11/26 16:20 is here:\n> error 5", "What we said:\n> error 5"} {
		require.Contains(t, replyTo(text), text[:strings.IndexByte(text, '\n')])
	}
}

// Notes 5 to 7 set the header of the earlier mail in columns.
func TestNotesColumns(t *testing.T) {
	for _, labels := range [][3]string{{"To", "cc", "Subject"}, {"An", "Kopie", "Thema"}, {"A", "cc", "Objet"}, {"Pour", "cc", "Objet"}, {"Para", "cc", "Asunto"}, {"Per", "CC", "Oggetto"}, {"Para", "cc", "Assunto"}, {"Aan", "cc", "Onderwerp"}, {"Till", "Kopia", "Ärende"}, {"宛先", "cc", "件名"}, {"收件人", "抄送", "主题"}} {
		six := "             Asha Rao                                                  \n             <asha@egov.te                                          " + labels[0] + " \n" +
			"             st>                       Bob Hale <bob@gwl.test>             \n                                                                    " + labels[1] + " \n" +
			"             11/09/2026 04:20                                              \n             PM                                                " + labels[2] + " \n                                       [REQ-113] Mail-in database          \n"
		five := "                    \"Asha Rao\"                                              \n                    <asha@egov.test      " + labels[0] + ":     bob@gwl.test      \n                    >                    " + labels[1] + ":                   \n" +
			"                    11/09/2026           " + labels[2] + ":     [REQ-184] audit   \n                    04:20 PM                                \n"
		local := "             Asha Rao/EGOV                                                 \n             09.11.2026 16:20                                       " + labels[0] + " \n                                       Bob Hale/GWL@GWL                    \n                                                                    " + labels[2] + " \n                                       Audit                  \n"
		for _, head := range []string{six, five, local} {
			require.Equal(t, "Row 4 as well.\n\nBob", replyTo("Row 4 as well.\n\nBob\n\n\n                                                            \n"+head+"           \n\n\nAnd row 4?"), head)
		}
	}
	for _, text := range []string{
		"The table:\n\n          2026-11-09 10:00    node 1      up\n          2026-11-09 10:05    node 2      down\n\nPlease look.",
		"The form has:\n\n          To\n          Subject\n          Body\n\nPlease look.",
		"The code:\n\n          send(To: a@b.test)\n          log(10:00)\n\nPlease look.",
	} {
		require.Equal(t, text, replyTo(text))
	}
}
