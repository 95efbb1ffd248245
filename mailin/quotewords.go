package mailin

import "strings"

// The tables of this file are words in the languages of mail programs. All are in
// lower case. A new language is new words here and a mail in testdata/mail.

// attributionStarts are first words of attribution lines.
var attributionStarts = wordSet(`on am le el il em op den dne dnia w в le: vào pada at el: na 在 于 於 dňa la ma`)

// writingVerbs say in an attribution that somebody wrote.
var writingVerbs = []string{
	"wrote", "writes", "schrieb", "a écrit", "escribió", "escribio", "ha scritto", "scrisse", "escreveu", "schreef", "skrev", "skreiv", "kirjoitti", "napisał", "napisał(a)", "napisała", "pisze",
	"написал", "написала", "написал(а)", "пишет", "написав", "napsal", "napsal(a)", "napísal", "írta", "yazdı", "yazmış", "a scris", "έγραψε", "написа", "je napisao", "je napisal", "menulis", "đã viết", "rašė", "rakstīja", "kirjutas", "כתב", "כתבה", "كتب",
	"写道", "寫道", "写到", "のメール", "書きました", "작성", "씀", "ने लिखा", "लिखा", "เขียนว่า",
}

// label is a line of the header that programs write above an earlier mail.
type label uint8

const (
	labelNone label = iota
	labelFrom
	labelDate
	labelTo
	labelCc
	labelSubject
)

var headerLabels = joinLabels(map[label]string{
	labelFrom:    `from|von|de|da|van|från|fra|lähettäjä|od|от|від|kimden|gönderen|发件人|寄件者|寄件人|差出人|送信者|보낸 사람|प्रेषक|से|feladó|de la|expéditeur|remitente|mittente|absender|od koho|avsender|afsender|από`,
	labelDate:    `sent|date|gesendet|datum|envoyé|envoyé le|date d'envoi|enviado|enviado el|fecha|enviada em|enviado em|enviada|data|inviato|verzonden|skickat|sendt|dato|lähetetty|päivämäärä|wysłano|data wysłania|отправлено|дата|надіслано|gönderildi|gönderilme tarihi|tarih|发送时间|发送日期|日期|寄件日期|傳送時間|送信日時|送信日|日時|보낸 날짜|날짜|भेजा गया|दिनांक|तारीख|odesláno|datum odeslání|elküldve|dátum|trimis|skickad|на дата|ημερομηνία|odoslané`,
	labelTo:      `to|an|à|a|para|aan|till|til|vastaanottaja|do|кому|kime|alıcı|收件人|宛先|받는 사람|प्रति|को|komu|címzett|către|destinataire|destinatario|empfänger|προς`,
	labelCc:      `cc|kopie|copie|copia|kopia|kopi|копия|抄送|副本|참조|प्रतिलिपि|bilgi|dw|másolatot kap`,
	labelSubject: `subject|betreff|objet|asunto|assunto|oggetto|onderwerp|ämne|emne|aihe|temat|тема|konu|主题|主旨|件名|제목|विषय|předmět|tárgy|subiect|θέμα|predmet`,
})

// originalPhrases stand between hyphens above an earlier mail.
var originalPhrases = newPhrases(
	"original message", "original appointment", "ursprüngliche nachricht", "originalnachricht", "original-nachricht", "message d'origine", "message original", "message initial", "mensaje original", "messaggio originale", "messaggio originario", "mensagem original",
	"oorspronkelijk bericht", "oprindelig meddelelse", "opprinnelig melding", "originalmeddelande", "ursprungligt meddelande", "alkuperäinen viesti", "wiadomość oryginalna", "oryginalna wiadomość", "исходное сообщение", "původní zpráva", "orijinal mesaj", "özgün ileti",
	"原始邮件", "原始郵件", "元のメッセージ", "원본 메시지", "원본 메일", "मूल संदेश", "reply message", "reply above",
)

// forwardPhrases stand above a forwarded mail.
var forwardPhrases = newPhrases(
	"forwarded message", "begin forwarded message", "forwarded by", "weitergeleitete nachricht", "anfang der weitergeleiteten nachricht", "message transféré", "début du message transféré", "début du message réexpédié", "mensaje reenviado", "inicio del mensaje reenviado", "messaggio inoltrato", "inizio messaggio inoltrato",
	"mensagem encaminhada", "início da mensagem encaminhada", "início da mensagem reencaminhada", "doorgestuurd bericht", "begin doorgestuurd bericht", "vidarebefordrat meddelande", "videresendt besked", "videresendt melding", "välitetty viesti", "przekazana wiadomość", "пересылаемое сообщение", "přeposlaná zpráva", "iletilen mesaj", "yönlendirilen ileti",
	"转发的邮件", "轉寄郵件", "轉寄的郵件", "転送されたメッセージ", "전달된 메시지", "अग्रेषित संदेश", "forwarded mail",
)

// forwardPrefixes start the subject of a forward.
var forwardPrefixes = wordSet(`fw fwd wg tr rv enc i inoltro doorst vl vb пересл пер 转发 轉寄 転送 전달 ilt pd`)

// footers are what phones and programs put below a mail; a line starts with one.
var footers = newPhrases(
	"sent from my ", "sent from mail for windows", "sent from outlook", "sent from yahoo mail", "sent from proton mail", "sent with proton mail", "sent from samsung mobile", "sent from gmail mobile", "sent from blackberry", "sent via blackberry", "sent from a mobile", "sent from mobile", "sent using ", "sent with mailspring",
	"get outlook for ", "get bluemail for ", "download outlook for ", "yahoo mail: search, organize", "yahoo mail: search, organise",
	"von meinem ", "gesendet von meinem", "von unterwegs gesendet", "gesendet mit", "diese nachricht wurde von meinem", "holen sie sich outlook für", "outlook für ios", "outlook für android",
	"envoyé de mon", "envoyé depuis", "envoyé à partir de", "télécharger outlook pour", "obtenez outlook pour",
	"enviado desde mi", "enviado desde outlook", "enviado desde correo", "obtener outlook para", "enviado do meu", "enviado de meu", "enviado a partir do", "enviado via ", "obter o outlook para", "obtenha o outlook para",
	"inviato da ", "inviato dal mio", "scarica outlook per", "ottieni outlook per", "verstuurd vanaf mijn", "verzonden vanaf mijn", "verzonden met", "outlook voor ",
	"skickat från min", "sendt fra min", "lähetetty ", "wysłane z ", "отправлено с ", "отправлено из ", "odesláno z", "iphone'umdan gönderildi", "发自我的", "從我的", "iphoneから送信", "나의 iphone에서 보냄", "मेरे iphone से भेजा गया", "मेरे आईफ़ोन से भेजा गया",
)

// disclaimers start the paragraph that companies put below every mail.
var disclaimers = newPhrases(
	"confidentiality notice", "disclaimer:", "this email and any attachments", "this e-mail and any attachments", "this email and any files transmitted", "this e-mail and any files transmitted", "this message and any attachments", "this message contains confidential", "this email is confidential", "this e-mail is confidential",
	"the information contained in this e", "the information transmitted is intended", "the contents of this e", "diese e-mail enthält vertrauliche", "diese nachricht enthält vertrauliche", "ce message et toutes les pièces jointes", "este mensaje y sus archivos adjuntos", "este correo electrónico y ", "esta mensagem e seus anexos",
)

func wordSet(s string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(s) {
		set[w] = true
	}
	return set
}

func joinLabels(words map[label]string) map[string]label {
	out := map[string]label{}
	for l, list := range words {
		for _, w := range strings.Split(list, "|") {
			out[w] = l
		}
	}
	return out
}

// labelOf reads the label at the start of a line, which may be set in asterisks.
func labelOf(s string) label {
	s = strings.TrimLeft(s, " \t*")
	i := strings.IndexByte(s, ':')
	if wide := strings.Index(s, "："); wide >= 0 && (i < 0 || wide < i) {
		i = wide
	}
	if i <= 0 || i > 60 {
		return labelNone
	}
	return headerLabels[strings.ToLower(strings.Trim(s[:i], " \t*\u00a0"))]
}

// isOriginalLine recognises "-----Original Message-----".
func isOriginalLine(t string) bool { return dashed(t, originalPhrases) }

// isForwardLine recognises the line above a forwarded mail.
func isForwardLine(t string) bool {
	if dashed(t, forwardPhrases) {
		return true
	}
	return len(t) < 80 && strings.HasSuffix(t, ":") && forwardPhrases.start(t)
}

func dashed(t string, p phrases) bool {
	if len(t) > 120 || !strings.HasPrefix(t, "--") && !strings.HasPrefix(t, "——") && !strings.HasPrefix(t, "__") {
		return false
	}
	return p.start(strings.TrimLeft(t, "-_— *"))
}

// isFooter recognises the line that a phone or program adds; a line with more in
// it than such a line has is text.
func isFooter(t string) bool {
	return len(t) < 90 && footers.start(strings.TrimLeft(t, "<([*_ "))
}

func isDisclaimer(t string) bool {
	return len(t) > 10 && disclaimers.start(t)
}

// forwardSubject reports a subject that says "forward" before it says anything
// else; tags in brackets may stand before it.
func forwardSubject(s string) bool {
	for s = strings.TrimSpace(s); strings.HasPrefix(s, "["); s = strings.TrimSpace(s) {
		_, after, ok := strings.Cut(s, "]")
		if !ok {
			return false
		}
		s = after
	}
	i := strings.IndexAny(s, ":：")
	return i > 0 && i <= 24 && forwardPrefixes[strings.ToLower(strings.TrimSpace(s[:i]))]
}
