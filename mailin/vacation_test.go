package mailin

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
)

func answer(text string) tracker.Auto {
	return Parse([]byte("From: Ravi <ravi@optit.test>\nSubject: Re: [REQ-7] Rotate the key\nIn-Reply-To: <a@desk.test>\nContent-Type: text/plain; charset=utf-8\n\n"+text), Options{}).Auto
}

// Notices of absence without any mark but their words.
func TestVacationWords(t *testing.T) {
	for lang, text := range map[string]string{
		"en":      "I am out of the office until 1 December with limited access to email.\n\nFor urgent matters contact Meera.\n\nRegards,\nRavi\nSenior Engineer\n+91 80 5550 0100",
		"en gone": "I no longer work at OptIT. Please contact desk@optit.test.",
		"de":      "Sehr geehrte Damen und Herren,\n\nich bin bis zum 30.11.2026 nicht im Büro. Ihre E-Mail wird nicht weitergeleitet.\nIn dringenden Fällen wenden Sie sich an Frau Weiß.\n\nMit freundlichen Grüßen",
		"fr":      "Bonjour,\n\nJe suis absente du bureau jusqu’au 30 novembre. En cas d’urgence, merci de contacter le support.",
		"es":      "Estaré fuera de la oficina hasta el 30 de noviembre. Para asuntos urgentes contacte con Ana.",
		"it":      "Sono fuori ufficio fino al 30 novembre. Per urgenze contattare Marco.",
		"pt":      "Estou de férias até 30 de novembro. Em caso de urgência, contate o suporte.",
		"nl":      "Ik ben afwezig tot en met 30 november. Voor dringende zaken kunt u contact opnemen met Jan.",
		"sv":      "Jag är på semester till 30 november. Vid brådskande ärenden, kontakta supporten.",
		"pl":      "Przebywam na urlopie do 30 listopada. W pilnych sprawach proszę o kontakt z Anną.",
		"ru":      "Я в отпуске до 30 ноября. По срочным вопросам обращайтесь к Анне.",
		"tr":      "30 Kasım tarihine kadar yıllık izindeyim. Acil durumlarda Ayşe ile iletişime geçin.",
		"he":      "אני בחופשה עד ה-30 בנובמבר. בנושאים דחופים ניתן לפנות לדנה.",
		"ar":      "أنا في إجازة حتى 30 نوفمبر. للأمور العاجلة يرجى التواصل مع أحمد.",
		"hi":      "मैं 30 नवंबर तक कार्यालय से बाहर हूँ। जरूरी काम के लिए मीरा से संपर्क करें।",
		"zh":      "您好，\n\n我目前正在休假，11月30日返回办公室。如有紧急事宜，请联系王伟。",
		"ja":      "11月30日まで休暇をいただいております。お急ぎの場合は佐藤までご連絡ください。",
		"ko":      "11월 30일까지 휴가 중입니다. 급한 용무는 김민수에게 연락 부탁드립니다.",
	} {
		require.Equal(t, tracker.AutoReply, answer(text), lang)
	}
}

// People tell of an absence too.
func TestPeopleWhoAreAway(t *testing.T) {
	for name, text := range map[string]string{
		"asks for work":              "I will be out of office tomorrow, please deploy today. Thanks",
		"asks a question":            "I am on leave this week. Could you extend the window until Friday?",
		"hands over":                 "I am on leave from Monday.\n\nThe dump is on the share, the restore was tested twice. The key of the vault is in the usual place.\nContact Ravi for anything urgent.",
		"was away":                   "Sorry for the late reply, I was out of the office. The certificate is installed.",
		"commands":                   "/done\n\nI am out of the office from tomorrow.",
		"speaks of notice":           "The automatic reply text is live now on the portal. All tests pass.",
		"status":                     "status: done\n\nI am on leave until Monday.",
		"priority":                   "I am on leave until 5 Dec. Priority: P0",
		"command below":              "I am on leave until Monday and will not see any of my mail before that\n/done",
		"#":                          "#done\n\nI am on leave until 30 Nov.",
		"!":                          "!approve\n\nI am on leave until 30 Nov.",
		"approves":                   "I am on leave until 30 Nov. Approved.",
		"one who needs":              "I will be on leave next week. Ravi needs admin rights on ERP.",
		"one who must":               "I am on vacation until Monday. The deployment must go out on Friday without me.",
		"what is down":               "I am currently travelling. The server is down.",
		"kindly":                     "I am on leave from 1 Dec. Kindly extend the deadline to 10 Dec.",
		"an order":                   "I am out sick today. Assign it to Ravi.",
		"a short order":              "I will be away until Thursday. Deploy without me.",
		"an order behind a stand-in": "Hi, I am on leave till Monday 30 Nov. Ravi will take over. Rollback it.",
		"German":                     "Ich bin im Urlaub bis Montag. Der Server muss neu gestartet werden.",
		"French":                     "Je suis en vacances jusqu'à lundi. Le serveur est en panne.",
		"Spanish":                    "Estoy de vacaciones hasta el lunes. Hay que reiniciar el servidor.",
		"short before":               "Done. I am on leave until Monday.",
		"short no":                   "ok go. i'm away until 30 Nov",
		"only thanks":                "Thank you for your help. I will contact you when I return.",
	} {
		assert.Equal(t, tracker.AutoNone, answer(text), name)
	}
	m := Parse([]byte("Subject: AW: Automatische Antwort: x\nIn-Reply-To: <a@b>\n\nHerr Weber ist bis Freitag im Urlaub."), Options{})
	require.Equal(t, tracker.AutoNone, m.Auto, "an answer to a notice")
}

func TestReceipts(t *testing.T) {
	const thanks = "Thank you for contacting GWL. Your case number is 12."
	require.Equal(t, tracker.AutoReply, answer(thanks+" This is an automated response."))
	require.Equal(t, tracker.AutoReply, Parse([]byte("From: no-reply@gwl.test\nSubject: Case 12\n\n"+thanks), Options{}).Auto)
	require.Equal(t, tracker.AutoReply, Parse([]byte("From: desk@gwl.test\nAuto-Submitted: auto-generated\nSubject: Case 12\n\n"+thanks), Options{}).Auto)
	require.Equal(t, tracker.AutoNone, answer("We have received your request and deployed it. Please test."))
}

func TestFolded(t *testing.T) {
	for in, want := range map[string]string{"  A\u00a0B\r\n\tC ": "a b c", "D’Été": "d'été", "x\u200by\u202e": "xy", "ÄÖ": "äö", "a\u2011b": "a-b", "": "", "　全角　": "全角"} {
		require.Equal(t, want, folded(in), "%q", in)
	}
}

func TestVocabulary(t *testing.T) {
	v := newVocabulary("out of", "büro", "不在", "re")
	for in, want := range map[string]bool{"i am out of it": true, "scout of": false, "im büro": true, "großbüro": false, "只今不在です": true, "re": true, "more": false, "(re": true, "": false, "だre": true, "ü": false} {
		require.Equal(t, want, v.in(in), in)
	}
	require.Equal(t, 3, newVocabulary("abc", "ab").prefix("abcd"))
	require.True(t, v.with(newVocabulary("xyz")).in("a xyz") && v.with().in("out of"))
}

// FuzzVacation: no text breaks the reader of notices, and folding twice is
// folding once.
func FuzzVacation(f *testing.F) {
	f.Add("I am out of the office until 1. Dec. Thanks! Ravi")
	f.Add("。！？。/x か。\n\n不在です。")
	f.Fuzz(func(t *testing.T, text string) {
		text = strings.ToValidUTF8(text, "?")
		n := newNotice(text)
		require.LessOrEqual(t, n.absence+n.unknown, 2*maxSentences)
		for _, s := range noticeSentences(text) {
			require.Equal(t, s, folded(s))
		}
	})
}
