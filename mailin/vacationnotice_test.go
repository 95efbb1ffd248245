package mailin

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"envdesk/tracker"
)

// Notices as people word them in their programs, without any mark of a machine.
var notices = map[string][]string{
	"en": {
		"I'm OOO until Monday, 16 November. Please ping Rita for anything that cannot wait.",
		"Hi! I'm out until Monday and will reply then.",
		"I am off work this week. Your message will be read on my return.",
		"Thanks for your email. I'm currently on PTO, back on the 16th.",
		"This mailbox is unattended. Please use the portal instead.",
		"I'm at a training until Wednesday and can't read mail. In urgent cases please contact Rita (rita@optit.test).",
		"My e-mail address has changed; this mailbox is no longer checked. Please update your address book: tom@sky.test.",
		"Hello,\n\nI do not work on Fridays. I will get back to you on Monday.\n\nTom",
		"I'm taking some time off and won't be checking email until 2 January. Happy holidays!",
		"Thank you for your mail. I am on annual leave from 9 to 20 November and will answer as soon as possible after my return. For urgent issues please call the service desk, +91 80 5550 0100.\n\nKind regards\nTom",
		"I will be out of the office starting 09/11/2026 and will not return until 16/11/2026.\n\nI will respond to your message when I return.",
	},
	"de": {
		"Ich habe frei und bin am 16.11. wieder da.",
		"Guten Tag,\n\nvielen Dank für Ihre Nachricht. Ich bin bis einschließlich 13.11.2026 auf einer Schulung und kann meine E-Mails nicht lesen. In dringenden Fällen wenden Sie sich bitte an meine Kollegin Frau Weiß (weiss@optit.test).\n\nFreundliche Grüße\nJens Abel",
		"Dieses Postfach wird nicht mehr gelesen. Bitte nutzen Sie das Portal.",
		"Meine E-Mail-Adresse hat sich geändert. Bitte verwenden Sie ab sofort jens@neu.test.",
		"Bin bis Montag im Urlaub, danach melde ich mich.",
		"Ich bin krank und voraussichtlich ab Mittwoch wieder im Büro. Meine E-Mails werden nicht weitergeleitet.",
		"Ich werde ab 09.11.2026 nicht im Büro sein. Ich kehre zurück am 16.11.2026.\n\nIch werde Ihre Nachricht nach meiner Rückkehr beantworten.",
		"Sehr geehrte Damen und Herren, ich befinde mich derzeit in Elternzeit. Meine Vertretung übernimmt Herr Krause.",
	},
	"fr": {
		"Bonjour,\n\nJe suis en formation jusqu'à mercredi et ne peux pas lire mes mails. En cas d'urgence, contactez Luc.",
		"Je suis en RTT vendredi 13 novembre, de retour lundi. Bonne journée.",
		"Cette boîte aux lettres n'est plus consultée. Merci d'utiliser le portail.",
		"Mon adresse e-mail a changé : écrivez désormais à luc@neuf.test.",
		"Merci pour votre message. Absent pour congés jusqu'au 16 novembre inclus, je vous répondrai à mon retour.",
		"Je serai absent(e) à partir du 09/11/2026 de retour le 16/11/2026.\n\nJe répondrai à votre message dès mon retour.",
	},
	"es": {
		"Hola, estoy de vacaciones hasta el 16 de noviembre. Para temas urgentes escribid a soporte@optit.test. Un saludo",
		"Estoy en un curso hasta el miércoles y no puedo leer el correo. En caso de urgencia, contacte con Ana.",
		"Este buzón ya no se revisa. Utilice el portal.",
		"Mi dirección de correo ha cambiado. Por favor, escriba a ana@nuevo.test.",
		"Gracias por su mensaje. Me encuentro de baja médica y no tengo fecha de reincorporación. Póngase en contacto con mi compañero Luis.",
	},
	"it": {
		"Buongiorno,\n\nsono in ferie fino al 16 novembre compreso. Per urgenze potete rivolgervi a Marco (marco@optit.test).\n\nCordiali saluti",
		"Sono a un corso di formazione fino a mercoledì e non posso leggere la posta. In casi urgenti contattate Marco.",
		"Questa casella non è più controllata. Si prega di usare il portale.",
		"Il mio indirizzo e-mail è cambiato: scrivete a marco@nuovo.test.",
		"Sarò fuori ufficio a partire dal 09/11/2026 e non rientrerò fino al 16/11/2026.\n\nRisponderò al messaggio al mio ritorno.",
	},
	"pt": {
		"Olá, estou de férias até 16/11. Em caso de urgência, procure a Ana no ramal 210.",
		"Estou em treinamento até quarta-feira e não consigo ler e-mails. Assuntos urgentes com a Ana.",
		"Esta caixa de correio não é mais monitorada. Utilize o portal.",
		"Meu e-mail mudou. Por favor, escreva para ana@novo.test.",
		"Estou de folga e retorno na segunda-feira. Obrigada!",
		"Encontro-me ausente do escritório até dia 16 de novembro, sem acesso ao e-mail. Responderei assim que possível.",
	},
	"nl": {
		"Ik ben vrij en maandag weer bereikbaar.",
		"Ik ben op cursus tot en met woensdag en kan geen mail lezen. Neem bij spoed contact op met Jan.",
		"Deze mailbox wordt niet meer gelezen. Gebruik het portaal.",
		"Mijn e-mailadres is gewijzigd in jan@nieuw.test.",
		"Beste lezer,\n\nIk ben met vakantie en lees mijn mail niet. Vanaf 16 november ben ik weer op kantoor.\n\nGroet, Jan",
	},
	"sv": {"Jag är på utbildning till onsdag och läser inte mail. Kontakta Eva vid akuta ärenden.", "Den här brevlådan bevakas inte. Använd portalen i stället.", "Jag har semester och är åter måndag 16/11.", "Min e-postadress har ändrats till eva@ny.test."},
	"nb": {"Jeg har fri til mandag og svarer deg da.", "Jeg er på kurs til onsdag og kan ikke lese e-post. Ved hastesaker, kontakt Kari.", "Denne postkassen overvåkes ikke. Bruk portalen."},
	"da": {"Jeg holder ferie til og med 16. november. Ved hastende sager kontakt Mette.", "Jeg er på kursus til onsdag og læser ikke mail.", "Denne postkasse læses ikke længere. Brug portalen."},
	"fi": {"Olen koulutuksessa keskiviikkoon asti enkä lue sähköpostia. Kiireellisissä asioissa ota yhteyttä Mattiin.", "Olen vapaalla ja palaan maanantaina 16.11.", "Tätä postilaatikkoa ei lueta. Käytä portaalia.", "Sijaisenani toimii Matti. Olen lomalla 16.11. saakka."},
	"pl": {"Mam wolne do poniedziałku, odpiszę po powrocie.", "Jestem na szkoleniu do środy i nie mogę czytać poczty. W pilnych sprawach proszę o kontakt z Anną.", "Ta skrzynka nie jest już sprawdzana. Proszę korzystać z portalu.", "Mój adres e-mail uległ zmianie na anna@nowy.test.", "Dzień dobry,\n\ndziękuję za wiadomość. W dniach 9-16 listopada przebywam na urlopie i nie będę miała dostępu do poczty. W sprawach pilnych zastępuje mnie Jan Nowak (tel. 22 555 01 00).\n\nPozdrawiam\nAnna"},
	"cs": {"Jsem na školení do středy a nemohu číst poštu. V naléhavých případech kontaktujte Janu.", "Mám volno, vrátím se v pondělí 16. 11.", "Tato schránka není sledována. Použijte prosím portál.", "Dobrý den, do 16. 11. čerpám dovolenou. Zastupuje mě kolega Petr."},
	"sk": {"Som na dovolenke do 16. novembra. V naliehavých prípadoch kontaktujte kolegu Petra.", "Táto schránka nie je kontrolovaná. Použite portál."},
	"hu": {"Szabadságon vagyok november 16-ig. Sürgős esetben keresse Annát.", "Képzésen vagyok szerdáig, és nem tudom olvasni a leveleimet. Sürgős ügyben hívja Annát.", "Ezt a postafiókot már nem figyeljük. Kérjük, használja a portált."},
	"ro": {"Sunt în concediu până pe 16 noiembrie. Pentru urgențe, contactați-o pe Ana.", "Sunt la un curs până miercuri și nu pot citi e-mailurile. În cazuri urgente, contactați-o pe Ana.", "Această căsuță nu mai este verificată. Folosiți portalul."},
	"hr": {"Na godišnjem sam odmoru do 16. studenoga. Za hitne slučajeve javite se Ani.", "Na edukaciji sam do srijede i ne mogu čitati poštu. U hitnim slučajevima kontaktirajte Anu.", "Ovaj pretinac se više ne provjerava. Koristite portal."},
	"sl": {"Sem na dopustu do 16. novembra. V nujnih primerih se obrnite na Ano."},
	"bg": {"В отпуск съм до 16 ноември. При спешни случаи се обърнете към Ана.", "На обучение съм до сряда и не чета пощата. При спешност пишете на Ана.", "Тази пощенска кутия вече не се следи. Използвайте портала."},
	"ru": {"Здравствуйте! Я в отпуске до 16 ноября, отвечу после возвращения.", "Я на обучении до среды и не могу читать почту. В срочных случаях пишите Анне.", "Этот почтовый ящик больше не проверяется. Пользуйтесь порталом.", "Мой почтовый адрес изменился: anna@new.test.", "Добрый день. С 09.11 по 16.11 нахожусь в командировке, доступ к почте ограничен. По срочным вопросам звоните Ивану.", "У меня выходной, вернусь в понедельник."},
	"uk": {"Я у відпустці до 16 листопада. У термінових справах пишіть Анні.", "Я на навчанні до середи і не читаю пошту. Терміново — телефонуйте Анні.", "Ця поштова скринька більше не перевіряється. Користуйтеся порталом."},
	"el": {"Βρίσκομαι σε άδεια έως τις 16 Νοεμβρίου. Για επείγοντα επικοινωνήστε με την Άννα.", "Είμαι σε σεμινάριο μέχρι την Τετάρτη και δεν μπορώ να διαβάσω email. Για επείγοντα, η Άννα.", "Αυτή η θυρίδα δεν παρακολουθείται. Χρησιμοποιήστε την πύλη."},
	"tr": {"16 Kasım'a kadar izindeyim. Acil durumlarda Ayşe'ye yazın.", "Çarşambaya kadar eğitimdeyim, e-postalarımı okuyamıyorum. Acil durumda Ayşe ile görüşün.", "Bu posta kutusu artık izlenmiyor. Portalı kullanın."},
	"he": {"אני בחופש עד יום שני ואשיב לאחר מכן.", "אני בהשתלמות עד יום רביעי ולא אוכל לקרוא מיילים. במקרים דחופים נא לפנות לדנה.", "תיבה זו אינה מנוטרת. נא להשתמש בפורטל."},
	"ar": {"أنا في إجازة حتى 16 نوفمبر وسأرد عند عودتي.", "أنا في دورة تدريبية حتى الأربعاء ولا أستطيع قراءة البريد. للأمور العاجلة تواصلوا مع أحمد.", "صندوق البريد هذا غير مراقب. يرجى استخدام البوابة."},
	"fa": {"تا ۱۶ نوامبر در مرخصی هستم. در موارد فوری با علی تماس بگیرید."},
	"hi": {"मैं सोमवार तक छुट्टी पर हूँ, लौटकर उत्तर दूँगा।", "मैं बुधवार तक प्रशिक्षण में हूँ और ईमेल नहीं पढ़ सकता। तत्काल मामलों में मीरा से संपर्क करें।"},
	"th": {"ดิฉันลาพักร้อนถึงวันที่ 16 พฤศจิกายน หากเร่งด่วนกรุณาติดต่อคุณนก"},
	"vi": {"Tôi đang nghỉ phép đến hết ngày 16/11. Việc gấp xin liên hệ chị Lan.", "Tôi tham dự khóa đào tạo đến thứ Tư nên không thể đọc email. Việc gấp vui lòng liên hệ chị Lan."},
	"id": {"Saya sedang cuti sampai 16 November. Untuk hal mendesak hubungi Budi.", "Saya mengikuti pelatihan sampai Rabu dan tidak dapat membaca email. Untuk hal mendesak hubungi Budi."},
	"ms": {"Saya bercuti sehingga 16 November. Untuk hal kecemasan sila hubungi Amir."},
	"zh": {"您好！我休假至11月16日，期间无法及时回复邮件，紧急事宜请联系王伟 13800000000。", "我正在参加培训，周三前不能查看邮件。急事请致电王伟。", "此邮箱已停用，请发送至 wei@new.test。", "感谢您的来信。本人已离职，工作由李娜接手，请联系 li@optit.test。", "您好，我今天请假，明天回复您。", "國慶假期期間放假通知：10月1日至7日休假，如有急事請聯絡王偉。"},
	"ja": {"お世話になっております。\n11月9日から16日まで休暇をいただいております。\nお急ぎの場合は、佐藤（03-5550-0100）までご連絡ください。\nご不便をおかけしますが、よろしくお願いいたします。", "研修のため水曜日までメールを確認できません。緊急の場合は佐藤までお願いします。", "このメールボックスは現在使用されておりません。ポータルをご利用ください。", "メールアドレスが変わりました。今後は ken@new.test までお願いいたします。", "本日は終日不在にしております。明日以降に折り返しご連絡いたします。", "誠に勝手ながら12月29日から1月4日まで年末年始休業とさせていただきます。"},
	"ko": {"안녕하세요. 11월 16일까지 연차로 자리를 비웁니다. 급한 용무는 김민수(010-5550-0100)에게 연락 바랍니다.", "수요일까지 교육 참석으로 메일 확인이 어렵습니다. 급한 건은 김민수에게 연락 주세요.", "이 메일함은 더 이상 확인하지 않습니다. 포털을 이용해 주세요."},
}

// More of them, of offices and of those who are gone.
var moreNotices = []string{
	"Hallo, ich bin aktuell nicht im Büro und ab Montag wieder für Sie da. LG Jens",
	"Vielen Dank für Ihre E-Mail.\n\nIch bin ab dem 16.11.2026 wieder persönlich erreichbar. Ihre E-Mail wird aus Datenschutzgründen nicht weitergeleitet.\n\nIn dringenden Angelegenheiten erreichen Sie das Sekretariat unter 089 5550100.",
	"Guten Tag\n\nIch bin ferienhalber bis 16. November abwesend.\n\nFreundliche Grüsse",
	"Der von Ihnen angeschriebene Mitarbeiter Jens Abel ist nicht mehr in unserem Unternehmen tätig. Bitte wenden Sie sich an info@optit.test.",
	"Unser Büro ist vom 24.12. bis 1.1. geschlossen. Wir wünschen frohe Festtage.",
	"Bonjour, actuellement en congés je vous répondrai dès mon retour le 16/11. Pour toute urgence, merci de vous adresser à support@optit.test. Cordialement",
	"Bonjour,\n\nJe ne travaille pas le mercredi. Je traiterai votre message dès jeudi.\n\nBien à vous",
	"Je suis actuellement en congé maternité. Mes dossiers sont suivis par Claire Petit (claire@optit.test).",
	"Buenas, estaré fuera de la oficina hasta el lunes con acceso limitado al correo. Responderé a la vuelta. Gracias.",
	"Estimado/a: a partir del 1 de noviembre ya no formo parte de la empresa. Diríjase a rrhh@optit.test.",
	"Grazie per avermi scritto. Sono in ferie e rientrerò lunedì 16. Leggerò la mail al rientro.",
	"Gentile cliente, i nostri uffici resteranno chiusi dal 24 dicembre al 6 gennaio. Buone feste!",
	"Prezados, estarei ausente no período de 09/11 a 16/11. Demandas urgentes devem ser encaminhadas à Carla.",
	"Boa tarde, informo que já não me encontro a trabalhar na empresa. Por favor contacte geral@optit.test.",
	"Bedankt voor uw bericht. Ik werk niet op vrijdag. Maandag beantwoord ik uw mail.",
	"Momenteel geniet ik van mijn vakantie. Vanaf 16 november lees ik mijn mail weer. Dringend? Bel Jan op 020 5550100.",
	"Dzień dobry, przebywam na urlopie macierzyńskim. W sprawach kadrowych proszę o kontakt z Ewą.",
	"Nie pracuję już w OptIT. Wiadomości proszę kierować na biuro@optit.test.",
	"Добрый день! Спасибо за письмо. Я сейчас в отпуске и смогу ответить только 16 ноября.",
	"Благодарю за письмо! Я больше не работаю в компании. По всем вопросам обращайтесь к Ивану.",
	"お世話になっております。佐藤です。\n本日は有給休暇を取得しております。\n明日以降、確認次第ご返信いたします。",
	"私は10月末で退職いたしました。今後のご連絡は田中（tanaka@optit.test）までお願いいたします。",
	"只今、出張中のためご返信が遅れる場合がございます。",
	"邮件已收到，我正在休产假，工作由李娜代理，电话 010-55500100。",
	"您好，我在出差，网络不便，会在周五统一回复邮件。",
	"您好，本人將於11/9至11/13請假，職務代理人為陳小明，分機 1234。",
	"안녕하세요, 김민수입니다. 출장으로 인해 회신이 늦을 수 있습니다. 양해 부탁드립니다.",
	"Thanks for reaching out! I'm soaking up the sun until Nov 16 and away from my inbox. Rita has you covered.",
	"I have left OptIT. Please direct all mail to desk@optit.test.",
	"I'm on parental leave through March. For DevOps, reach Kiran; for anything else, Meera.",
	"Today is a public holiday in Karnataka and our offices are closed. We will reply on Monday.",
	"Tack för ditt mejl! Jag är föräldraledig till och med mars. Kontakta Eva.",
	"Hei, jeg er i permisjon frem til mars 2027. Kontakt Kari.",
	"Tak for din mail. Jeg er på barsel og vender tilbage i marts.",
	"Kiitos viestistäsi. Olen vuosilomalla 9.-16.11. Lomani aikana sinua palvelee Matti.",
	"Merhaba, 9-16 Kasım tarihleri arasında ofis dışında olacağım. Dönüşümde cevap vereceğim.",
	"Köszönöm levelét! November 16-ig szabadságon vagyok, utána válaszolok.",
	"Děkuji za zprávu. Jsem na mateřské dovolené, obraťte se prosím na Janu.",
	"שלום, תודה על פנייתך. אני בחופשת לידה, ניתן לפנות לדנה.",
	"شكرا لرسالتك. أنا خارج المكتب من 9 إلى 16 نوفمبر مع وصول محدود للبريد.",
}

func TestMoreNotices(t *testing.T) {
	for _, text := range moreNotices {
		assert.Equal(t, tracker.AutoReply, answer(text), text)
	}
}

func TestNotices(t *testing.T) {
	for lang, list := range notices {
		for _, text := range list {
			assert.Equal(t, tracker.AutoReply, answer(text), "%s: %s", lang, text)
		}
	}
}

// A notice may say who is away in its subject alone.
func TestNoticeSubjects(t *testing.T) {
	for _, c := range [][2]string{
		{"Out of office", "I am back on the 16th. Rita covers for me."},
		{"Out of Office Re: [REQ-12] Runner image", "Back on the 16th."},
		{"OOO Re: [REQ-12] Runner image", "Back on Monday."},
		{"Re: [REQ-12] Runner image (Out of office)", "Back on the 16th. For urgent matters call Rita."},
		{"Vacation: Re: [REQ-12] Runner image", "Back on the 16th."},
		{"On PTO until Nov 16", "Rita is my backup."},
		{"Ola N is out of the office", "Back on 16 November."},
		{"Ola N is out of the office (returning 16/11/2026)", "I will respond to your message when I return."},
		{"I am out this week Re: [REQ-12] vacation days", "Back on the 16th."},
		{"Away", "Back 16/11."},
		{"Abwesend", "Ab 16.11. wieder da."},
		{"Ola N ist außer Haus.", "Ich kehre zurück am 16.11.2026.\n\nIch werde Ihre Nachricht nach meiner Rückkehr beantworten."},
		{"Urlaub bis 16.11. Re: [REQ-12] Runner image", "Vertretung: Jens"},
		{"Im Urlaub", "Bin am 16.11. zurück."},
		{"Luc Morel est absent(e).", "De retour le 16/11/2026."},
		{"En vacances", "De retour lundi."},
		{"De vacaciones", "Vuelvo el lunes 16."},
		{"Ana Ruiz está ausente de la oficina.", "Regreso el 16/11/2026."},
		{"In ferie", "Rientro il 16 novembre."},
		{"De férias", "Volto dia 16/11."},
		{"Afwezig", "Maandag weer terug."},
		{"Semester", "Åter måndag 16/11."},
		{"Ferie", "Tilbake mandag."},
		{"Lomalla", "Palaan 16.11."},
		{"Urlop", "Wracam 16 listopada."},
		{"Dovolená", "Zpět 16. 11."},
		{"Szabadság", "November 16-án jövök vissza."},
		{"В отпуске", "Вернусь 16 ноября."},
		{"Иван Петров отсутствует на рабочем месте", "Вернусь 16.11.2026."},
		{"У відпустці", "Повернусь 16 листопада."},
		{"İzindeyim", "16 Kasım'da döneceğim."},
		{"בחופשה", "אחזור ב-16 בנובמבר."},
		{"في إجازة", "سأعود يوم 16 نوفمبر."},
		{"休假", "11月16日回来。"},
		{"出张中不在です", "16日に戻ります。"},
		{"休暇中", "16日に戻ります。"},
		{"휴가 중", "16일 복귀합니다."},
		{"Nghỉ phép", "Trở lại ngày 16/11."},
		{"Cuti", "Kembali 16 November."},
	} {
		assert.Equal(t, tracker.AutoReply, titled(c[0], c[1]), "%v", c)
	}
}

func titled(subject, text string) tracker.Auto {
	return Parse([]byte("From: Ola N <ola@optit.test>\nSubject: "+subject+"\nIn-Reply-To: <a@desk.test>\nContent-Type: text/plain; charset=utf-8\n\n"+text), Options{}).Auto
}

// What people write who speak of absences, closed mailboxes and new addresses.
func TestNearNotices(t *testing.T) {
	for _, c := range [][2]string{
		{"Re: [REQ-12] Runner", "I'm OOO on Friday, so can we do it on Thursday? I would test right after lunch."},
		{"Re: [REQ-12] Runner", "I'm out of ideas. The cache is mounted, but the job still fails."},
		{"Out of office plugin for the portal", "Please add the out of office plugin to the staging portal; it needs the mail scope."},
		{"OOO settings reset after migration", "All users lost their OOO settings. Can you restore the table?"},
		{"Vacation calendar", "The vacation calendar misses Diwali on staging. It is there on production."},
		{"Vacation: wrong total in the report", "The report sums the days twice on staging. The query is attached below."},
		{"Re: Out of office", "Thanks, I will write to Rita then."},
		{"Re: [REQ-12] Accès", "Luc est absent jusqu'à lundi mais j'ai testé à sa place : tout fonctionne. Vous pouvez clore."},
		{"Re: [REQ-12] Access", "Rita is on vacation until Monday, but I tested it for her: works fine. You can close this."},
		{"AW: [REQ-12] Zugang", "Petra ist bis Montag im Urlaub, ich habe es selbst getestet. Funktioniert, danke."},
		{"Re: [REQ-12] Acceso", "Luis está de vacaciones hasta el lunes, pero ya he probado yo: todo funciona. Puede cerrar."},
		{"Re: [REQ-12] Accesso", "Marco è in ferie fino a lunedì, ma ho provato io e tutto funziona. Potete chiudere."},
		{"Re: [REQ-12] Acesso", "A Ana está de férias até segunda, mas já testei e está funcionando. Pode fechar."},
		{"Re: [REQ-12] Toegang", "Jan is met vakantie tot maandag, maar ik heb het getest: alles werkt. Mag dicht."},
		{"Odp: [REQ-12] Dostęp", "Anna jest na urlopie do poniedziałku, ale sprawdziłem za nią: wszystko działa."},
		{"Re: [REQ-12] Доступ", "Анна в отпуске до понедельника, но я проверил: всё работает. Можно закрывать."},
		{"Re: [REQ-12] 访问", "王伟休假至周一，我已测试，一切正常，可以关闭。"},
		{"Re: [REQ-12] アクセス", "佐藤は月曜まで休暇中ですが、代わりにテストしました。クローズしてください。"},
		{"AW: [REQ-12] Server", "Der Server ist seit heute Morgen nicht erreichbar."},
		{"Re: [REQ-12] VPN", "The VPN is currently unavailable since 10:00."},
		{"Re: [REQ-12] Mailbox", "This mailbox is not visible in Outlook yet."},
		{"AW: [REQ-12] Postfach", "Dieses Postfach braucht mehr Platz, bis Freitag bitte 50 GB."},
		{"Re: [REQ-12] Boîte", "Cette boîte doit recevoir les alertes du cluster de test."},
		{"Re: [REQ-12] Account", "This account is no longer in use. Please delete it."},
		{"Re: [REQ-12] Holiday", "OK, go ahead."},
		{"Re: [REQ-1] x", "I'm back from vacation. The node is up, thanks for the help."},
		{"Re: [REQ-1] x", "I was on leave until yesterday. The certificate is in place now."},
		{"Re: [REQ-1] x", "Ich war bis gestern im Urlaub. Die Rolle fehlt noch immer."},
		{"Re: [REQ-1] x", "J'étais absent hier. Le certificat est installé."},
		{"Re: [REQ-1] x", "Estuve de vacaciones. El acceso sigue sin funcionar."},
		{"Re: [REQ-1] x", "The user is on leave; her account must stay locked until she returns. Set the flag to 30 days."},
		{"Re: [REQ-1] x", "Asha is away, so approve it in her place."},
		{"Re: [REQ-1] x", "The pod is unavailable again. Logs below."},
		{"Re: [REQ-1] x", "Der Kollege ist im Urlaub, die Freigabe erteile ich: bitte ausrollen."},
		{"Re: [REQ-1] x", "Approved. I'm on leave from tomorrow, Kiran has the keys."},
		{"Re: [REQ-1] x", "Yes, deploy it at 18:00. I will be out of the office from 19:00."},
		{"Leave portal down", "The leave portal shows an error page since this morning."},
		{"Annual leave report", "The annual leave report is wrong on staging. It counts Sundays."},
		{"Urlaub", "Der Urlaubsantrag lässt sich auf der Testumgebung nicht speichern. Können Sie das Log prüfen?"},
		{"Congés", "Le module des congés ne charge plus sur l'environnement de test."},
		{"Absence", "The absence module needs a second node on UAT by Friday."},
		{"Ferie - test environment", "We need a test environment for ferie by Monday."},
		{"Re: [REQ-1] x", "Non funziona. Sono in ferie da domani, quindi serve oggi."},
		{"Re: [REQ-1] x", "Nie działa. Jutro jestem na urlopie."},
		{"Re: [REQ-1] x", "确认一下，服务器还是连不上，我明天休假，请今天处理。"},
		{"Re: [REQ-1] x", "承認します。明日は休暇をいただいておりますので、本日中にお願いします。"},
	} {
		assert.Equal(t, tracker.AutoNone, titled(c[0], c[1]), "%v", c)
	}
}
