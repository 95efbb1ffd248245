package mailin

import "strings"

// label is a line of the header that programs write above an earlier mail.
type label uint8

const (
	labelNone label = iota
	labelFrom
	labelDate
	labelTo
	labelCc
	labelSubject
	labelOther
)

// headerLabels: where a word has two meanings, the first counts.
var headerLabels = joinLabels([]labelWords{
	{labelFrom, `from|von|de|da|van|från|fra|lähettäjä|od|от|від|от кого|від кого|kimden|gönderen|发件人|发件者|寄件者|寄件人|發件人|差出人|送信者|送信元|보낸 사람|보낸사람|보낸이|발신|발신자|प्रेषक|से|feladó|de la|expéditeur|expediteur|remitente|mittente|absender|od koho|avsender|afsender|avsändare|από|αποστολέας|
		מאת|من|المرسل|از|فرستنده|จาก|ผู้ส่ง|từ|người gửi|dari|pengirim|nuo|saatja|kellelt|šalje|pošiljatelj|pošiljalec|отправитель|відправник|изпращач|подател|од|шаље|nadawca|odesílatel|odosielateľ|expeditor|afzender|remetente|daripada|frá|de part de|from user|nga|kutoka|कडून|પ્રેષક|તરફથી|ਵੱਲੋਂ|ਭੇਜਣ ਵਾਲਾ|প্রেরক|থেকে|அனுப்புநர்|அனுப்பியவர்|నుండి|నుంచి|పంపినవారు|ಇಂದ|ಕಳುಹಿಸಿದವರು|അയച്ചയാൾ|മുതൽ|ପ୍ରେରକ`},
	{labelDate, `sent|date|sent on|sent at|date sent|received|gesendet|gesendet am|datum|datum/uhrzeit|envoyé|envoyé le|envoye|envoyé à|envoyée|date d'envoi|date|enviado|enviado el|enviado a las|fecha|fecha de envío|enviada em|enviado em|enviada|enviat|data|data de envio|data e ora|inviato|inviato il|data invio|verzonden|verstuurd|verzonden op|datum verzonden|skickat|skickad|skickat den|sendt|dato|lähetetty|päiväys|päivämäärä|pvm|
		wysłano|wysłane|wysłany|data wysłania|data|отправлено|дата|дата отправки|дата и время|послано|надіслано|відправлено|дата надсилання|gönderildi|gönderilme tarihi|gönderme tarihi|gönderim tarihi|tarih|发送时间|发送日期|发送于|日期|时间|時間|寄件日期|傳送時間|傳送日期|發送時間|寄送日期|送信日時|送信日|日時|日付|날짜|보낸 날짜|보낸날짜|보낸 시간|보낸시간|일시|भेजा गया|भेजने का समय|दिनांक|तारीख|दिनाँक|तिथि|odesláno|odoslané|odoslaná|odeslané|odeslána|datum odeslání|dátum odoslania|elküldve|küldve|dátum|küldés ideje|küldés dátuma|
		trimis|trimis la|trimisă|data trimiterii|ημερομηνία|στάλθηκε|εστάλη|απεσταλμένα|נשלח|תאריך|נשלח בתאריך|تم الإرسال|إرسال|أرسلت|تاريخ الإرسال|التاريخ|تاريخ|أُرسلت|تم إرساله|ارسال شده|ارسال|تاریخ|ส่ง|ส่งเมื่อ|วันที่|วันที่ส่ง|đã gửi|ngày gửi|ngày|vào lúc|gửi|dikirim|tanggal|terkirim|dihantar|изпратено|на дата|дата на изпращане|poslano|poslato|послато|датум|išsiųsta|data|nosūtīts|saadetud|kuupäev|sent|nadano|when|enviat el|dërguar|dërguar më|imetumwa|ilitumwa|tarehe|पाठवले|पाठविले|पाठवलेले|મોકલ્યું|મોકલેલ|તારીખ|ਭੇਜਿਆ|ਭੇਜਿਆ ਗਿਆ|ਮਿਤੀ|ਤਾਰੀਖ|পাঠানো|পাঠানো হয়েছে|প্রেরিত|তারিখ|அனுப்பியது|அனுப்பப்பட்டது|தேதி|పంపబడింది|పంపినది|పంపిన తేదీ|తేదీ|ಕಳುಹಿಸಲಾಗಿದೆ|ಕಳುಹಿಸಿದ್ದು|ದಿನಾಂಕ|അയച്ചത്|തീയതി`},
	{labelTo, `to|an|pour|à|a|para|aan|till|til|vastaanottaja|do|кому|kime|alıcı|收件人|收件者|宛先|送信先|받는 사람|받는사람|받는이|수신|수신자|प्रति|प्राप्तकर्ता|को|komu|címzett|către|catre|destinataire|destinataires|destinatario|destinatari|empfänger|προς|παραλήπτης|אל|עבור|إلى|الى|به|گیرنده|ถึง|đến|tới|người nhận|kepada|untuk|до|получатель|получатели|одержувач|за|prima|primatelj|za|kam|saaja|kellele|adresat|adresaci|příjemce|pro|príjemca|per|hasta|til:|per a|për|kwa|પ્રતિ|ਪ੍ਰਤੀ|ਨੂੰ|প্রতি|প্রাপক|பெறுநர்|కు|వీరికి|గ్రహీత|ಗೆ|ಸ್ವೀಕರಿಸುವವರು|സ്വീകർത്താവ്`},
	{labelCc, `cc|c.c.|cci|bcc|kopie|kopie (cc)|copie|copie à|copia|copia a|copia para|kopia|kopia till|kopi|kopi til|kopiya|копия|копія|копие|抄送|副本|密送|密件副本|参照|참조|숨은참조|숨은 참조|प्रतिलिपि|bilgi|dw|udw|másolat|másolatot kap|másolatot kapnak|kópia|коп|κοιν|κοινοποίηση|עותק|עותק לידיעה|نسخة|نسخة إلى|نسخة كربونية|رونوشت|สำเนา|สำเนาถึง|đồng gửi|đồng kính gửi|tembusan|salinan|do wiadomości|kopio|kopiasaajat|cópia|ccn|cco|skrytá kopie|skrytá|en copie|tk|kopija`},
	{labelSubject, `subject|betreff|thema|ärende|betr|betr.|objet|sujet|asunto|assunto|assumpte|oggetto|ogg|onderwerp|ämne|emne|aihe|temat|тема|konu|主题|主旨|主題|标题|件名|제목|विषय|předmět|predmet|tárgy|subiect|subiectul|θέμα|נושא|הנדון|الموضوع|موضوع|เรื่อง|หัวเรื่อง|chủ đề|tiêu đề|perihal|subjek|perihal:|относно|предмет|tema|temats|tēma|teema|efni|gaia|subjekti|mada|વિષય|ਵਿਸ਼ਾ|বিষয়|பொருள்|தலைப்பு|విషయం|విషయము|ವಿಷಯ|വിഷയം`},
	{labelOther, `importance|priority|sensitivity|reply-to|reply to|replyto|attachments|attachment|organization|organisation|sender|x-mailer|message-id|in-reply-to|references|mime-version|content-type|user-agent|newsgroups|categories|mailed-by|signed-by|resent-from|resent-to|on behalf of|location|when|where|required attendees|attachment(s)|return-path|
		wichtigkeit|priorität|antwort an|antworten an|anlagen|anhänge|anhang|vertraulichkeit|signiert von|ort|importancia|prioridad|responder a|datos adjuntos|adjuntos|archivos adjuntos|priorité|importance|répondre à|pièces jointes|pièce jointe|priorità|importanza|rispondi a|allegati|allegato|prioridade|importância|responder para|responder a|anexos|anexo|prioriteit|urgentie|beantwoorden|antwoorden aan|bijlagen|bijlage|prioritet|svara till|svar til|vigtighed|betydning|viktighet|bilagor|bifogade filer|vedhæftede filer|vedlegg|tärkeys|liitteet|vastaa|vastausosoite|ważność|priorytet|odpowiedz do|załączniki|załącznik|odpowiedź do|odpowiedz|важность|приоритет|вложения|ответить|обратный адрес|кому ответить|вкладення|důležitost|přílohy|odpovědět komu|prílohy|fontosság|mellékletek|válaszcím|importanță|atașamente|önem|ekler|重要性|附件|重要度|添付ファイル|返信先|첨부파일|첨부 파일|첨부|答复|回复地址|优先级|महत्व|अनुलग्नक|προτεραιότητα|συνημμένα|חשיבות|קבצים מצורפים|الأهمية|المرفقات|اهمیت`},
})

type labelWords struct {
	label label
	words string
}

func joinLabels(lists []labelWords) map[string]label {
	out := map[string]label{}
	for _, list := range lists {
		for _, w := range strings.Split(list.words, "|") {
			if w = strings.TrimSpace(w); out[w] == labelNone {
				out[w] = list.label
			}
		}
	}
	return out
}

// maxHeaderLabel bounds what is looked at of a line for its colon, in bytes.
const maxHeaderLabel = 48

// labelOf reads the label at the start of a line, which may be set in asterisks.
func labelOf(s string) label {
	if s != "" && !letterByte(s[0]) {
		s = strings.TrimLeft(s, " \t*_|")
	}
	if s == "" || s[0] < 'A' || s[0] == '[' {
		return labelNone
	}
	head := s[:min(len(s), maxHeaderLabel)]
	i := strings.IndexByte(head, ':')
	if s[0] >= 0x80 {
		if wide := strings.Index(head, "："); wide >= 0 && (i < 0 || wide < i) {
			i = wide
		}
		if i > 0 {
			return headerLabels[strings.ToLower(strings.Trim(stripped(head[:i]), " \t*_|"))]
		}
	}
	if i <= 0 {
		return labelNone
	}
	return asciiLabel(head[:i])
}

// asciiLabel looks a word up in lower case without making a string of it.
func asciiLabel(s string) label {
	s = strings.TrimRight(s, " \t*_|\u00a0\u202f")
	var buf [maxHeaderLabel]byte
	n := 0
	for ; n < len(s); n++ {
		c := s[n]
		if c >= 0x80 {
			return headerLabels[strings.ToLower(s)]
		}
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		buf[n] = c
	}
	return headerLabels[string(buf[:n])]
}
