package mailin

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// below are things that stand under what a person wrote and are not part of it.
var below = map[string]string{
	"en":              "Sent from my iPhone",
	"en link":         "Get Outlook for iOS<https://aka.ms/o0ukef>",
	"en link below":   "Get Outlook for Android\n<https://aka.ms/AAb9ysg>",
	"en yahoo":        "Sent from Yahoo Mail. Get the app",
	"en yahoo 2":      "Sent from Yahoo Mail for iPhone<https://mail.onelink.test/107872968?pid=nativeplacement&c=Global_Acquisition_YMktg_315_Internal_EmailSignature&af_sub1=Acquisition>",
	"en carrier":      "Sent via the Samsung Galaxy S24, an AT&T 5G smartphone",
	"en windows":      "Sent from Mail<https://go.microsoft.com/fwlink/?LinkId=550986> for Windows 10",
	"en proton":       "Sent with Proton Mail secure email.",
	"de":              "Von meinem iPhone gesendet",
	"de k9":           "Diese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.",
	"de outlook":      "Gesendet von Outlook für Android",
	"fr":              "Envoyé de mon iPhone",
	"fr samsung":      "Envoyé depuis mon appareil mobile Samsung.",
	"fr windows":      "Provenance : Courrier pour Windows",
	"es":              "Enviado desde mi iPhone",
	"it":              "Inviato da iPhone",
	"pt":              "Enviado do meu iPhone",
	"nl":              "Verstuurd vanaf mijn iPhone",
	"sv":              "Skickat från min iPhone",
	"no, da":          "Sendt fra min iPhone",
	"fi":              "Lähetetty iPhonesta",
	"pl":              "Wysłane z iPhone'a",
	"cs":              "Odesláno z iPhonu",
	"sk":              "Odoslané z iPhonu",
	"hu":              "Elküldve az iPhone-omról",
	"ro":              "Trimis de pe iPhone-ul meu",
	"ru":              "Отправлено с iPhone",
	"uk":              "Надіслано з iPhone",
	"bg":              "Изпратено от моя iPhone",
	"hr":              "Poslano s mog iPhonea",
	"el":              "Στάλθηκε από το iPhone μου",
	"tr":              "iPhone’umdan gönderildi",
	"he":              "נשלח מה-iPhone שלי",
	"ar":              "أُرسلت من الـ iPhone",
	"fa":              "ارسال شده از iPhone من",
	"hi":              "मेरे iPhone से भेजा गया",
	"th":              "ส่งจาก iPhone ของฉัน",
	"vi":              "Đã gửi từ iPhone của tôi",
	"id":              "Dikirim dari iPhone saya",
	"zh-CN":           "发自我的iPhone",
	"zh-TW":           "從我的iPhone傳送",
	"ja":              "iPhoneから送信",
	"ko":              "나의 iPhone에서 보냄",
	"signature":       "-- \nRavi Kumar\nOperations\n+91 80 5555 0100",
	"two hyphens":     "--\nRavi Kumar\nSent from my iPhone",
	"disclaimer en":   "This e-mail and any attachments are confidential and intended solely for the addressee.\nIf you have received it in error, please delete it.",
	"disclaimer 2":    "Information in the foregoing is strictly private; it is confidential, privileged and meant for\nthe intended recipient. Disclosure is prohibited. Please notify the sender and delete it at once.",
	"disclaimer de":   "Diese E-Mail enthält vertrauliche und rechtlich geschützte Informationen. Wenn Sie nicht der richtige Adressat sind, löschen Sie sie.",
	"disclaimer fr":   "Ce message et toutes les pièces jointes sont confidentiels et établis à l’intention exclusive de ses destinataires.",
	"disclaimer es":   "Este mensaje y sus archivos adjuntos son confidenciales. Si no es el destinatario, queda prohibida su divulgación.",
	"disclaimer pt":   "Esta mensagem e seus anexos são confidenciais e destinam-se exclusivamente ao destinatário.",
	"disclaimer it":   "Questo messaggio contiene informazioni riservate ed è destinato esclusivamente al destinatario.",
	"disclaimer nl":   "De informatie in dit bericht is vertrouwelijk en uitsluitend bestemd voor de geadresseerde.",
	"disclaimer sv":   "Detta meddelande är konfidentiellt och avsett endast för mottagaren.",
	"disclaimer da":   "Denne e-mail er fortrolig og kun til brug for modtageren.",
	"disclaimer fi":   "Tämä viesti on luottamuksellinen ja tarkoitettu vain vastaanottajalle.",
	"disclaimer pl":   "Niniejsza wiadomość jest poufna i przeznaczona wyłącznie dla adresata.",
	"disclaimer cs":   "Tato zpráva je důvěrná a je určena pouze adresátovi.",
	"disclaimer hu":   "Ez az üzenet bizalmas, és kizárólag a címzettnek szól.",
	"disclaimer ru":   "Это сообщение конфиденциально и предназначено только для адресата.",
	"disclaimer tr":   "Bu e-posta gizlidir ve yalnızca alıcısı içindir.",
	"disclaimer zh":   "本邮件及其附件含有保密信息，仅限于收件人使用。",
	"disclaimer ja":   "このメールには機密情報が含まれています。宛先でない方は破棄してください。",
	"disclaimer ko":   "이 메일은 수신인만을 위한 것이며 기밀 정보를 포함할 수 있습니다.",
	"paper":           "Please consider the environment before printing this e-mail",
	"avast":           "---\nThis email has been checked for viruses by Avast antivirus software.\nwww.avast.com",
	"avast link":      "<https://www.avast.test/sig-email?utm_medium=email>\nVirus-free. www.avast.com\n<#DAB4FAD8-2DD7-40BB-A1B8-4E2AA1F9FDF2>",
	"mailman":         "_______________________________________________\nOps mailing list -- ops@lists.test\nTo unsubscribe send an email to ops-leave@lists.test",
	"google groups":   "-- \nYou received this message because you are subscribed to the Google Groups \"ops\" group.",
	"ruler and phone": "________________________________\nSent from my Galaxy",
}

func TestBelowTheText(t *testing.T) {
	for name, b := range below {
		for where, rest := range map[string]string{"the end": "", "a quote": "\n\nOn Tue, Mar 10, 2026 at 9:41 AM Asha Rao <asha.rao@egov.test> wrote:\n\n> Which?", "a header": "\n\n________________________________\nFrom: Asha Rao <asha.rao@egov.test>\nSent: Tuesday, March 10, 2026 9:41 AM\nTo: Desk\nSubject: x\n\nWhich?"} {
			t.Run(name+" above "+where, func(t *testing.T) {
				got, _ := newTextOf("Please restart it.\n\nRegards, Ravi\n\n"+b+rest, thread{reply: rest != ""})
				require.Equal(t, "Please restart it.\n\nRegards, Ravi", got)
			})
		}
	}
}

// banners are what gateways put above a mail from outside.
func TestBanners(t *testing.T) {
	for _, b := range []string{
		"CAUTION: This email originated from outside of the organization. Do not click links or open attachments unless you recognize the sender and know the content is safe.",
		"[EXTERNAL]", "*External Email*", "You don't often get email from asha@egov.test. Learn why this is important<https://aka.ms/LearnAboutSenderIdentification>",
		"Vous ne recevez pas souvent de courriers de la part de asha@egov.test. Découvrez pourquoi ceci est important", "Sie erhalten nicht oft eine E-Mail von asha@egov.test. Erfahren Sie, warum dies wichtig ist",
		"ZjQcmQRYFpfptBannerStart\nThis Message Is From an External Sender\n\nThis message came from outside your organization.\n\nZjQcmQRYFpfptBannerEnd",
		"ACHTUNG: Diese E-Mail kommt von einem externen Absender.\nBitte keine Links öffnen.",
		"CAUTION: This email originated from outside the organization. Do not click links\nunless you know the sender.",
	} {
		got, own := newTextOf(b+"\n\nPlease restart it.\n/ack", thread{})
		if strings.Contains(b, "Links öffnen") {
			require.Contains(t, got, "Please restart it.")
			continue
		}
		require.Equal(t, "Please restart it.\n/ack", got, b)
		require.Equal(t, 2, own)
	}
}

// ownWords begin like something that programs write, and are a person's.
func TestOwnWords(t *testing.T) {
	for _, text := range []string{
		"Hello,\nthis email contains the list of hosts:\nweb1\nweb2",
		"Hello,\nSent from my account, it fails.\nPlease look.",
		"Hello,\n\n---\n\nconfig: a\n\n---\n\nconfig: b\n" + strings.Repeat("c\n", 12) + "end",
		"Hello,\nthe files are confidential, so notify only me.\nRavi",
		"Caution is needed here\n\nplease restart",
		"External users cannot log in\n\nplease look",
		"Please reply above all to Asha.\nRavi",
		"The log says:\n\n2026-11-12 09:01:14 ERROR 550 <a@egov.test>: unknown\n2026-11-12 09:01:15 <b@egov.test>:\nuser unknown",
		"Change it:\n\nFrom: any\nTo: 10.0.0.9\nSubject: to approval\n\nFrom 1 July 2026.",
		"Hello,\n[\n(\n*\n-\nend",
		"Hello,\n=====\nconfig\n=====\nend",
	} {
		got, own := newTextOf(text, thread{})
		require.Equal(t, text, got)
		require.Equal(t, strings.Count(text, "\n")+1, own)
	}
}
