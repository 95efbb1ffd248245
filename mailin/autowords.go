package mailin

// autoReplySubjects start the subjects of vacation notices whose other marks are
// missing, in lower case.
var autoReplySubjects = newPhrases(
	"automatic reply:", "automatic reply ", "auto reply:", "auto-reply:", "autoreply:", "auto response:", "auto-response:", "autoresponse:", "automated reply:", "automated response:", "out of office:", "out of office autoreply", "out of office reply", "out of office auto-reply", "out-of-office:", "ooo:", "vacation reply", "i am out of office", "i'm out of office", "on vacation:", "away from the office",
	"automatische antwort:", "abwesenheitsnotiz", "abwesenheitsnachricht", "automatische abwesenheit", "abwesend:", "abwesenheit:", "réponse automatique", "absence du bureau", "message d'absence", "respuesta automática", "respuesta automatica", "fuera de la oficina", "ausente:", "resposta automática", "resposta automatica", "fora do escritório", "risposta automatica", "fuori sede", "fuori ufficio", "automatisch antwoord", "afwezigheidsbericht", "niet aanwezig:",
	"automatiskt svar", "autosvar", "frånvaro", "automatisk svar", "fraværsmelding", "automaattinen vastaus", "poissaoloviesti", "odpowiedź automatyczna", "autoodpowiedź", "automatická odpověď", "automatikus válasz", "otomatik yanıt", "автоответ", "автоматический ответ", "автоматична відповідь", "răspuns automat", "αυτόματη απάντηση",
	"自动回复", "自動回覆", "自動回复", "自動応答", "不在通知", "자동 회신", "자동 응답", "부재중", "स्वचालित उत्तर", "स्वत: उत्तर", "स्वतः उत्तर", "कार्यालय से बाहर", "balasan otomatis", "trả lời tự động", "ตอบกลับอัตโนมัติ",
)
