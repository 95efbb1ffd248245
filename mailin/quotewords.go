package mailin

import "strings"

// The tables of this file and of labelwords.go and footerwords.go are words in
// the languages of mail programs. All are in lower case. A new language is new
// words here and a case in a test.

// attributionStarts are first words of attribution lines.
var attributionStarts = wordSet(`on at in am um le el il em op den dne dňa dnia w le: la ma kl na в во у на от vào pada noong στις el: o a al pe în v dana дана ve den: þann
	at: 在 于 於 в: ב ב- בתאריך في بتاريخ در เมื่อ ในวันที่ quoting zitat citando citát citaat cytowanie citeren cituji in: message mensagem missatge wrote`)

// quotingWords start an attribution that names only a person ("Quoting Asha").
var quotingWords = newPhrases("quoting ", "zitat von ", "zitiere ", "citando ", "citando a ", "citaat van ", "citeren ", "cytowanie ", "citování ", "cituji ", "citát ", "citerar ", "citat fra ", "en citant ", "selon ", "mensagem citada por ", "scrive ", "alıntı ")

// writingVerbs say in an attribution that somebody wrote.
var writingVerbs = newPhrases(
	"wrote", "spake", "writes", "write", "you wrote", "you write", "schrieben sie", "schriebst du", "haben sie geschrieben", "écriviez", "écrivais", "avez écrit", "as écrit", "escribiste", "escribías", "has escrito", "hai scritto", "scriveva", "escreveste", "escrevia", "skreiv", "писали", "писала", "писал(а)", "вы писали", "писали", "ви писали", "pisałeś", "pisałaś", "pisal", "psal", "psala", "írtad", "ai scris", "ați scris", "yazdınız", "yazdın", "wrote the following", "wrote as follows", "schrieb", "schreibt", "geschrieben", "a écrit", "a ecrit", "écrivait", "écrit", "escribió", "escribio", "escribiu", "escriu", "va escriure", "ha scritto", "scrisse", "scrive", "escreveu", "schreef", "geschreven", "het volgende geschreven", "skrev", "skreiv", "skrifaði", "kirjoitti",
	"napisał", "napisał(a)", "napisał/a", "napisała", "napisali", "pisze", "написал", "написала", "написал(а)", "написал/а", "писал", "писал(а)", "пишет", "написав", "написала", "написав(ла)", "написав/ла", "пише", "писав", "napsal", "napsala", "napsal(a)", "napísal", "napísala", "napísal(a)", "píše",
	"írta", "yazdı", "yazmış", "şunları yazdı", "a scris", "a scris:", "έγραψε", "написа", "написа/ла", "је написао", "је написао/ла", "je napisao", "je napisala", "je napisao/la", "napisao je", "napisala je", "napisao/la", "napisao", "je napisal", "je napisala", "piše", "menulis", "đã viết", "viết", "rašė", "parašė", "rakstīja", "kirjutas",
	"כתב", "כתבה", "כתב/ה", "כתב(ה)", "كتب", "كتبت", "كتب/كتبت", "تمت كتابة", "نوشت", "نوشته است", "写道", "寫道", "写到", "提到", "のメール", "書きました", "は書きました", "さんが書", "wrote：", "작성", "씀", "쓴 글", "님이 쓴", "ने लिखा", "लिखा", "เขียนว่า", "เขียน", "sinulat", "idatzi zuen",
)

// sayingEnds end an attribution that names only a person.
var sayingEnds = endings{
	" said", " says", " spake", " replied", " commented", " asked", " sagte", " sagt", " meinte", " meint", " sprach", " antwortete", " fragte", " a dit", " disait", " dit", " a répondu", " dijo", " dice", " decía", " respondió", " ha detto", " disse", " dice", " ha risposto", " diz", " falou", " respondeu", " zei", " zegt", " antwoordde", " sa", " säger", " sade", " svarade", " sagde", " siger", " svarede", " sier", " svarte", " sanoi", " vastasi", " powiedział", " powiedziała", " powiedział(a)", " mówi", " odpowiedział", " řekl", " řekla", " řekl(a)", " povedal", " povedala", " mondta", " válaszolta", " a spus", " a zis", " rekao", " rekla", " je rekao", " je dejal", " каза", " сказал", " сказала", " сказал(а)", " говорит", " ответил", " ответила", " сказав", " сказала", " каже", " είπε", " dedi", " dedi ki", " diyor", " אמר", " אמרה", " قال", " قالت", " گفت", " berkata", " nói", "说", "說", "说道", "說道", "曰く", "さんは言いました", "말했습니다", "말함",
}

// endings are words at the end of a line, as they are.
type endings []string

func (list endings) endOf(s string) bool {
	for _, w := range list {
		if len(s) > len(w) && s[len(s)-1] == w[len(w)-1] && strings.HasSuffix(s, w) {
			return true
		}
	}
	return false
}

// proseWords show that a line with a colon is a sentence of a person and no
// attribution, even when it has a date and a verb.
var proseWords = wordSet(`the we this that they it our i got following these those here is are was were what which please can und wir ich das ist bitte que nous`)

// originalPhrases stand between hyphens above an earlier mail.
var originalPhrases = newPhrases(
	"original message", "original mail", "original e-mail", "original email", "original appointment", "original meeting", "reply message", "quoted message", "previous message", "received message", "end of original", "in reply to", "replied message", "message from", "replying to",
	"ursprüngliche nachricht", "ursprüngliche mail", "ursprüngliche e-mail", "urspr. nachricht", "originalnachricht", "ursprüngl", "original-nachricht", "original nachricht", "originale nachricht", "ursprünglicher termin", "original-mail", "originalmail", "ursprungliche nachricht",
	"message d'origine", "message d’origine", "message original", "message initial", "message originel", "courriel original", "mail original", "mail d'origine", "message reçu", "e-mail d'origine", "rendez-vous d'origine",
	"mensaje original", "mensaje origen", "correo original", "mensaje recibido", "missatge original", "mensaxe orixinal", "messaggio originale", "messaggio originario", "messaggio ricevuto", "messaggio di origine", "email originale", "mensagem original", "email original", "e-mail original", "mensagem recebida",
	"oorspronkelijk bericht", "oorspronkelijke bericht", "origineel bericht", "origineel e-mailbericht", "oprindelig meddelelse", "oprindelig besked", "oprindelig mail", "original besked", "original meddelelse", "original e-mail", "opprinnelig melding", "originalmelding", "opprinneleg melding", "original melding",
	"originalmeddelande", "ursprungligt meddelande", "originalmeddelandet", "alkuperäinen viesti", "alkuperäinen sanoma", "wiadomość oryginalna", "oryginalna wiadomość", "wiadomość pierwotna", "treść oryginalnej", "oryginalny e-mail", "исходное сообщение", "исходное письмо", "оригинальное сообщение", "первоначальное сообщение", "оригинал сообщения", "вихідне повідомлення", "оригінальне повідомлення", "початкове повідомлення", "оригинално съобщение", "оригинално писмо", "първоначално съобщение",
	"původní zpráva", "původní e-mail", "původní email", "původní mail", "puvodni zprava", "pôvodná správa", "pôvodný e-mail", "pôvodný email", "eredeti üzenet", "eredeti levél", "eredeti e-mail", "mesaj original", "mesajul original", "mesajul inițial", "originalna poruka", "izvorna poruka", "originalno sporočilo", "izvirno sporočilo", "оригинална порука", "изворна порука",
	"orijinal mesaj", "özgün ileti", "özgün mesaj", "orijinal ileti", "orjinal mesaj", "αρχικό μήνυμα", "πρωτότυπο μήνυμα", "αρχικό e-mail", "הודעה מקורית", "ההודעה המקורית", "الرسالة الأصلية", "رسالة أصلية", "الرسالة الاصلية", "پیام اصلی", "پیام اولیه",
	"邮件原件", "郵件原件", "原始邮件", "原始信件", "原始郵件", "原始訊息", "原郵件", "原邮件", "原始消息", "回复的原邮件", "回复的邮件", "原始邮件信息", "元のメッセージ", "オリジナル メッセージ", "オリジナルメッセージ", "元のメール", "original メッセージ", "원본 메시지", "원본메시지", "원본 이메일", "원본 전자메일", "원본 메일", "원본메일", "원래 메시지", "मूल संदेश", "मूल सन्देश", "ข้อความต้นฉบับ", "ข้อความเดิม", "thư gốc", "tin nhắn gốc", "tin nhắn ban đầu", "thư ban đầu", "thông báo gốc", "pesan asli", "pesan asal", "mesej asal", "originalus laiškas", "algne kiri", "sākotnējais ziņojums", "jatorrizko mezua",
)

// forwardPhrases stand above a forwarded mail.
var forwardPhrases = newPhrases(
	"forwarded message", "begin forwarded message", "forwarded by", "forwarded mail", "forwarded email", "forwarded e-mail", "forwarded from", "forwarded letter", "start of forwarded", "this is a forwarded message", "message forwarded",
	"weitergeleitete nachricht", "weitergeleitete mail", "weitergeleitete e-mail", "anfang der weitergeleiteten", "beginn der weitergeleiteten", "weitergeleitet von", "message transféré", "message réexpédié", "début du message transféré", "début du message réexpédié", "courriel transféré", "transféré par", "e-mail transféré", "mail transféré", "message transmis", "début du courriel",
	"mensaje reenviado", "inicio del mensaje reenviado", "correo reenviado", "comienzo del mensaje reenviado", "reenviado por", "missatge reenviat", "mensaxe reenviada", "messaggio inoltrato", "inizio messaggio inoltrato", "inizio del messaggio inoltrato", "inoltrato da", "mail inoltrata", "email inoltrata", "inizio mail inoltrata",
	"mensagem encaminhada", "mensagem reencaminhada", "início da mensagem encaminhada", "início da mensagem reencaminhada", "encaminhado por", "e-mail encaminhado", "doorgestuurd bericht", "begin doorgestuurd bericht", "doorgezonden bericht", "begin van doorgestuurd", "doorgestuurd door", "vidarebefordrat meddelande", "vidarebefordrat mejl", "vidarebefordrat brev", "vidarebefordrat av", "börja vidarebefordrat", "början på vidarebefordrat", "start på vidarebefordrat",
	"videresendt besked", "videresendt meddelelse", "videresendt melding", "videresendt mail", "videresendt e-post", "videresendt af", "videresendt av", "start på videresendt", "begynnelse på videresendt", "vidaresend melding", "videresendt e-mail", "påbegynt videresendt", "start på den videresendte", "begynder videresendt", "starten på den videresendte", "välitetty viesti", "välitetty posti", "välitetyn viestin alku", "viesti välitetty", "edelleenlähetetty viesti", "alkaa välitetty viesti",
	"przekazana wiadomość", "wiadomość przekazana", "początek przekazywanej", "początek przekazanej", "wiadomość przesłana dalej", "przesłana dalej", "treść przekazanej", "treść przekazywanej", "przesłane przez", "пересылаемое сообщение", "пересланное сообщение", "пересылаемое письмо", "перенаправленное сообщение", "начало пересылаемого", "начало переадресованного", "пересланное письмо", "перенаправлено", "пересилається", "переслане повідомлення", "переспрямоване повідомлення", "початок переадресованого", "початок листа", "пересланий лист", "препратено съобщение", "начало на препратеното", "препратено писмо",
	"přeposlaná zpráva", "předaná zpráva", "přeposlaný e-mail", "přeposlaný email", "začátek přeposlané", "preposlaná správa", "preposlaný e-mail", "začiatok preposlanej", "odovzdaná správa", "továbbított üzenet", "továbbított levél", "a továbbított levél kezdete", "továbbított e-mail", "továbbított üzenet kezdete", "mesaj redirecționat", "mesaj redirectionat", "mesaj transmis", "mesaj retransmis", "începutul mesajului", "proslijeđena poruka", "prosleđena poruka", "proslijeđeno", "прослеђена порука", "posredovano sporočilo",
	"iletilen mesaj", "yönlendirilen ileti", "iletilen ileti", "yönlendirilmiş mesaj", "yönlendirilen mesaj", "iletilmiş mesaj", "iletiyi başlat", "προωθημένο μήνυμα", "αρχή προωθημένου", "έναρξη προωθημένου", "הודעה שהועברה", "הודעה מועברת", "תחילת ההודעה", "תחילתה של הודעה", "رسالة معاد توجيهها", "الرسالة المعاد توجيهها", "رسالة محولة", "بداية الرسالة", "رسالة تم تمريرها", "پیام هدایت\u200cشده", "پیام هدایت شده", "پیام ارسال شده", "پیام بازارسال",
	"转发的邮件", "转发邮件", "转发信息", "转发的邮件信息", "轉寄郵件", "轉寄的郵件", "轉寄訊息", "轉寄的訊息", "转发", "開始轉寄", "开始转发", "以下是转发", "以下為轉寄", "下面是被转发", "下面是被轉發", "転送されたメッセージ", "転送メッセージ", "転送されたメール", "転送メール", "以下は転送", "転送元", "전달된 메시지", "전달된 메일", "전달 메일", "전달받은 메시지", "전달된 메시지 시작", "अग्रेषित संदेश", "अग्रेषित सन्देश", "फ़ॉरवर्ड किया गया", "ข้อความที่ส่งต่อ", "เริ่มข้อความที่ส่งต่อ", "ส่งต่อข้อความ", "thư chuyển tiếp", "thư đã chuyển tiếp", "tin nhắn được chuyển tiếp", "bắt đầu thư", "bắt đầu chuyển tiếp", "pesan terusan", "pesan diteruskan", "pesan yang diteruskan", "awal pesan", "mesej dimajukan", "permulaan pesan", "mulai pesan", "persiųstas laiškas", "pārsūtīts ziņojums", "edastatud kiri", "edastatud sõnum",
)

// markerPhrases are in the line that help desks put above their mails: what
// stands above it in an answer is new.
var markerPhrases = newPhrases(
	"reply above this line", "please reply above this line", "please type your reply above this line", "please type your reply above", "type your reply above this line", "type your response above this line", "please do not write below this line", "please do not reply below this line", "write above this line", "write your reply above", "add your reply above", "enter your reply above", "respond above this line", "please respond above this line", "reply above to", "replies above this line", "do not write below this line", "reply above the dotted line", "to respond, reply above", "to reply, type above", "to reply, please type above", "to post a comment, reply above", "in replies all text above this line", "in replies all text below this line", "add a comment by typing above", "reply with your comments above this line", "write your comment above this line", "when replying, please", "please enter your reply above", "your reply above this line", "reply only above this line", "replies below this line", "reply above line", "please leave this line", "reply above",
	"bitte geben sie ihre antwort oberhalb dieser zeile ein", "bitte geben sie ihre antwort oberhalb", "bitte geben sie ihre antwort über", "bitte antworten sie oberhalb", "bitte oberhalb dieser zeile", "antworten sie oberhalb dieser zeile", "bitte schreiben sie ihre antwort über", "antwort oberhalb dieser", "bitte über dieser zeile antworten", "ihre antwort bitte oberhalb",
	"veuillez taper votre réponse au-dessus de cette ligne", "veuillez saisir votre réponse au-dessus", "veuillez répondre au-dessus", "répondre au-dessus de cette ligne", "répondez au-dessus de cette ligne", "saisissez votre réponse au-dessus", "tapez votre réponse au-dessus", "merci de répondre au-dessus", "ecrivez votre réponse au-dessus", "écrivez votre réponse au-dessus", "merci d'écrire votre réponse au-dessus",
	"por favor, escriba su respuesta sobre esta línea", "por favor, escriba su respuesta", "escriba su respuesta por encima", "escriba su respuesta sobre", "escribe tu respuesta por encima", "por favor escriba su respuesta", "responda por encima de esta línea", "responder por encima de esta línea", "por favor responda por encima", "por favor, responda por encima", "escribir respuesta encima", "responda encima de esta línea",
	"digite sua resposta acima desta linha", "por favor, digite sua resposta acima", "digite a sua resposta acima", "escreva a sua resposta acima", "responda acima desta linha", "favor digitar sua resposta acima", "insira a sua resposta acima", "por favor, responda acima", "por favor, escreva a sua resposta acima", "responder acima desta linha",
	"digitare la risposta sopra questa riga", "scrivi la tua risposta sopra", "scrivere la risposta sopra", "digita la tua risposta sopra", "rispondere sopra questa riga", "rispondi sopra questa riga", "inserire la risposta sopra", "si prega di rispondere sopra",
	"typ uw antwoord boven deze regel", "gelieve uw antwoord boven", "typ je antwoord boven", "antwoord boven deze regel", "typ uw reactie boven", "reageer boven deze regel", "plaats uw antwoord boven", "skriv ditt svar ovanför denna rad", "skriv ditt svar ovanför", "vänligen skriv ditt svar ovanför", "svara ovanför denna rad", "skriv dit svar over denne linje", "skriv svar over denne linje", "svar over denne linje", "skriv ditt svar over denne linjen", "vennligst skriv svaret ditt over", "svar over denne linjen", "kirjoita vastauksesi tämän rivin yläpuolelle", "vastaa tämän rivin yläpuolelle",
	"wpisz swoją odpowiedź powyżej tej linii", "wpisz odpowiedź powyżej", "proszę wpisać odpowiedź powyżej", "odpowiedz powyżej tej linii", "prosimy o odpowiedź powyżej", "odpowiedź wpisz powyżej", "napište svou odpověď nad tento řádek", "napište odpověď nad tento řádek", "prosím odpovězte nad", "odpověď pište nad", "prosím, odpovedzte nad", "odpovedzte nad touto čiarou", "kérjük, e sor felett válaszoljon", "kérjük, e sor fölé írja", "válaszát e sor fölé", "scrieți răspunsul deasupra acestei linii", "răspundeți deasupra acestei linii", "vă rugăm să scrieți răspunsul deasupra",
	"пожалуйста, введите свой ответ над этой строкой", "введите ваш ответ над этой", "введите ответ выше этой", "пожалуйста, введите ответ над", "пожалуйста, напишите ответ выше", "ответьте выше этой линии", "пишите ответ выше этой", "пожалуйста, отвечайте выше", "напишите свой ответ выше", "ответ пишите выше", "ваш ответ должен быть выше", "введіть вашу відповідь вище", "будь ласка, введіть свою відповідь над", "будь ласка, пишіть відповідь вище", "моля, въведете отговора си над", "lütfen yanıtınızı bu satırın üstüne yazın", "lütfen yanıtınızı bu satırın", "yanıtınızı bu satırın üzerine", "παρακαλώ απαντήστε πάνω από", "παρακαλούμε απαντήστε πάνω", "נא להקליד את התשובה מעל", "אנא השב מעל", "השב מעל שורה זו", "נא להשיב מעל", "يرجى كتابة ردك فوق هذا السطر", "الرجاء كتابة الرد فوق", "اكتب ردك فوق هذا السطر", "الرد فوق هذا السطر",
	"この行より上に返信", "この行より上に返信を入力してください", "この線より上に返信", "この行の上に返信", "返信はこの行より上", "请在此行上方输入您的回复", "请在此行上方", "请在此线以上", "请在这一行之上", "請在此行上方", "請在此線以上", "이 줄 위에 답장을 입력", "이 줄 위에 회신", "이 줄 위에 답변", "कृपया इस पंक्ति के ऊपर", "इस पंक्ति के ऊपर", "กรุณาพิมพ์คำตอบเหนือบรรทัดนี้", "vui lòng nhập trả lời của bạn phía trên", "vui lòng trả lời phía trên dòng này", "ketik balasan anda di atas baris ini", "harap ketik balasan anda di atas", "balas di atas baris ini",
)

// forwardPrefixes start the subject of a forward.
var forwardPrefixes = wordSet(`fw fwd wg tr rv enc i inoltro doorst vl vb vs: пересл пер переслано 转发 轉寄 転送 전달 전달: ilt i̇lt pd fs továbbítás továbbít πρθ הועבר pr prv pres trans ileti yml chuyển redir réexp pd. встр. fw: fyi`)

// replyPrefixes start the subject of a reply.
var replyPrefixes = wordSet(`re aw sv vs antw odp r ref rif res rép ynt yan atb bls ots 答复 回复 回覆 返信 답장 회신 отв ответ antwort vá rsp ρεσ απ השב תגובה رد پاسخ ตอบกลับ trả balasan od odg to جواب`)

func wordSet(s string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(s) {
		set[w] = true
	}
	return set
}

// forwardSubject reports a subject that says "forward" before it says anything
// else; tags in brackets may stand before it.
func forwardSubject(s string) bool { return subjectStarts(s, forwardPrefixes) }

// replySubject reports a subject that says "reply" first.
func replySubject(s string) bool { return subjectStarts(s, replyPrefixes) }

func subjectStarts(s string, prefixes map[string]bool) bool {
	for s = strings.TrimSpace(s); strings.HasPrefix(s, "["); s = strings.TrimSpace(s) {
		_, after, ok := strings.Cut(s, "]")
		if !ok {
			return false
		}
		s = after
	}
	i := strings.IndexAny(s, ":：")
	if i <= 0 || i > 24 {
		return false
	}
	word, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(s[:i])), "[") // Re[2]:
	return prefixes[word]
}
