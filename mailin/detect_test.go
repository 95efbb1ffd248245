package mailin

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// Names and subjects of a few words, as they come in mail.
var shortTexts = []struct {
	charset string
	enc     encoding.Encoding
	texts   []string
}{
	{"windows-1252", charmap.Windows1252, []string{
		"Jürgen Weiß", "Zugriff für Prüfsystem", "Réunion demain à 10h", "François Lefèvre", "Año nuevo", "José Muñoz", "João Conceição", "Solicitação de acesso", "Åsa Björk", "Søren Ødegård",
		"Kærlig hilsen", "Perché non è così", "don’t wait", "“quoted” – dash", "Über 5 °C", "Preis: 5 €", "ÄNDERUNG BÜRO", "Überprüfung der Maßnahmen", "déjà reçu, très bientôt", "niño", "Käyttöoikeus pyyntö", "Päivää", "coöperatie", "café",
	}},
	{"windows-1251", charmap.Windows1251, []string{"Привет", "Иванов Сергей", "Запрос на доступ", "Отчёт за ноябрь", "СРОЧНО", "Мария Петрова", "Доступ до системи, дякую", "Заявка № 15", "Re: счет", "Здравейте, колеги", "Тест"}},
	{"koi8-r", charmap.KOI8R, []string{"Привет", "Иванов Сергей", "Запрос на доступ", "Отчёт за ноябрь", "СРОЧНО", "Мария Петрова", "Re: счет", "Тест"}},
	{"ibm866", charmap.CodePage866, []string{"Запрос на доступ", "Иванов Сергей", "Отчет за ноябрь"}},
	{"iso-8859-5", charmap.ISO8859_5, []string{"Запрос на доступ", "Иванов Сергей", "Отчет за ноябрь"}},
	{"windows-1250", charmap.Windows1250, []string{"Žádost o přístup", "Jiří Dvořák", "Zażółć gęślą jaźń", "Wniosek o dostęp do środowiska", "Łukasz Wiśniewski", "Köszönöm szépen, őszintén", "Příliš žluťoučký kůň", "Šimun Kovačić"}},
	{"iso-8859-2", charmap.ISO8859_2, []string{"Žádost o přístup", "Jiří Dvořák", "Zażółć gęślą jaźń", "Wniosek o dostęp do środowiska", "Łukasz Wiśniewski", "Příliš žluťoučký kůň", "Šimun Kovačić"}},
	{"windows-1253", charmap.Windows1253, []string{"Καλημέρα", "Αίτημα πρόσβασης", "Γιώργος Παπαδόπουλος"}},
	{"windows-1254", charmap.Windows1254, []string{"Erişim isteği", "Şükrü Yıldız", "Teşekkürler, iyi günler dileriz"}},
	{"windows-1255", charmap.Windows1255, []string{"שלום", "בקשת גישה", "יוסי כהן"}},
	{"windows-1256", charmap.Windows1256, []string{"السلام عليكم", "طلب صلاحية الدخول", "محمد أحمد"}},
	{"windows-874", charmap.Windows874, []string{"สวัสดีครับ", "ขอสิทธิ์เข้าใช้งานระบบ"}},
	{"gb18030", simplifiedchinese.GB18030, []string{"你好", "关于系统权限申请", "张伟", "会议通知", "请确认附件", "王小明", "测试环境部署", "回复: 发票", "Re: 项目进度报告"}},
	{"big5", traditionalchinese.Big5, []string{"您好", "關於系統權限申請", "王小明", "會議通知", "請確認附件", "測試環境", "陳建宏", "回覆: 發票"}},
	{"euc-kr", korean.EUCKR, []string{"안녕하세요", "김철수", "접속 권한 요청", "회의 안내", "견적서 송부드립니다", "테스트"}},
	{"shift_jis", japanese.ShiftJIS, []string{"こんにちは", "山田太郎", "アクセス権限の申請", "会議のご案内", "テスト環境について", "ｱｸｾｽ申請"}},
	{"euc-jp", japanese.EUCJP, []string{"こんにちは", "アクセス権限の申請", "会議のご案内", "テスト環境について", "お世話になっております"}},
}

// A few words are enough to find their charset, under a label that says nothing
// and under one that is wrong.
func TestDetectShortTexts(t *testing.T) {
	for _, tt := range shortTexts {
		for _, text := range tt.texts {
			raw, err := tt.enc.NewEncoder().String(text)
			require.NoError(t, err, text)
			for _, label := range []string{"", "utf-8", "us-ascii", "no-such-charset"} {
				got, _ := decodeCharset(label, []byte(raw))
				if got != text {
					t.Errorf("%s as %q: %q is read as %q", tt.charset, label, text, got)
				}
			}
			got, problem := decodeCharset(tt.charset, []byte(raw))
			if got != text || problem != "" {
				t.Errorf("%s: %q is read as %q: %s", tt.charset, text, got, problem)
			}
		}
	}
}

// UTF-8 is recognised under whatever label it stands.
func TestUTF8UnderOtherLabels(t *testing.T) {
	for _, tt := range shortTexts {
		for _, text := range tt.texts {
			for _, label := range []string{"iso-8859-1", "windows-1251", "gb2312", "big5", "shift_jis", "euc-kr", "koi8-r", "iso-2022-jp", "us-ascii", ""} {
				got, _ := decodeCharset(label, []byte(text))
				if got != text && len([]rune(strings.Map(highRune, text))) > 2 {
					t.Errorf("%q as %s is read as %q", text, label, got)
				}
			}
		}
	}
}

func highRune(r rune) rune {
	if r < 0x80 {
		return -1
	}
	return r
}

// A label that always decodes is wrong all the same where what comes out is no
// language and another charset makes one.
func TestWrongLabels(t *testing.T) {
	tests := []struct {
		label string
		enc   encoding.Encoding
		text  string
	}{
		{"iso-8859-1", charmap.Windows1251, "Запрос на доступ"},
		{"iso-8859-1", charmap.KOI8R, "Запрос на доступ"},
		{"windows-1252", charmap.Windows1253, "Αίτημα πρόσβασης"},
		{"iso-8859-1", simplifiedchinese.GB18030, "关于系统权限申请"},
		{"iso-8859-1", japanese.ShiftJIS, "アクセス権限の申請"},
		{"gb2312", traditionalchinese.Big5, "關於系統權限申請"},
		{"big5", simplifiedchinese.GB18030, "关于系统权限申请"},
		{"koi8-r", charmap.Windows1251, "Запрос на доступ"},
		{"windows-1251", charmap.KOI8R, "Запрос на доступ"},
		{"iso-2022-jp", japanese.ShiftJIS, "アクセス権限の申請"},
		{"shift_jis", japanese.EUCJP, "アクセス権限の申請"},
		{"gb2312", charmap.Windows1252, "Zugriff für Prüfsystem"},
		{"iso-8859-1", simplifiedchinese.GB18030, "回复: 发票"},
		{"iso-8859-1", simplifiedchinese.GB18030, "你好"},
		{"iso-8859-1", traditionalchinese.Big5, "會議通知"},
		{"iso-8859-1", charmap.Windows874, "ขอสิทธิ์เข้าใช้งานระบบ"},
		{"windows-1255", charmap.ISO8859_2, "Příliš žluťoučký kůň"},
		{"koi8-r", charmap.Windows1251, "Здравейте, колеги"},
		{"windows-874", charmap.KOI8R, "Запрос на доступ"},
		{"koi8-r", korean.EUCKR, "접속 권한 요청"},
	}
	for _, tt := range tests {
		raw, err := tt.enc.NewEncoder().String(tt.text)
		require.NoError(t, err)
		got, problem := decodeCharset(tt.label, []byte(raw))
		require.Equal(t, tt.text, got, "%s", tt.label)
		require.Equal(t, problemBadText, problem)
	}
}

// A right label is believed, however odd its text.
func TestRightLabels(t *testing.T) {
	tests := []struct {
		label string
		enc   encoding.Encoding
		texts []string
	}{
		{"iso-8859-1", charmap.Windows1252, []string{
			"Søren & François", "Þór Guðmundsson", "Stefán Þór Jónsson", "Ýmir Þorsteinsson", "Smørrebrød à la carte", "© 2026 Acme® – 20 % §5 ±3 µm ½", "£50 für ½ Stück", "Œuvre complète", "cœur, sœur, œuf",
			"naïve façade, Zoë & Chloë", "Ångström Ökonomie", "ÉCOLE SUPÉRIEURE", "¿Qué tal? ¡Hola!", "São Paulo à noite", "Größe 5×7 cm²", "1º andar, 2ª porta", "Fête de l’été", "«Très bien»", "±5 °C ±2 µm", "¼ ½ ¾", "Ñandú", "à", "ø", "Ö", "ð", "Jõgi Väino",
			"Núñez, Jürgen und Søren", "Crème brûlée für Åse", "·····", "°°°", "×××", "½", "Ølåsen", "ÆØÅ æøå", "Übergröße ÄÖÜ", "Bjørn Ærø", "señor Peña, año, niño", "ação, órgão, três, você", "Così è più là giù", "Mañana ¿vienes?",
		}},
		{"iso-8859-15", charmap.ISO8859_15, []string{"5 €", "Œuvre", "Šimon"}},
		{"windows-1251", charmap.Windows1251, []string{"Да", "Я", "№ 5", "«Запрос»", "ООО «Ромашка»", "ИП ИВАНОВ", "Re: ФИО", "ЩИТ", "съезд", "Fwd: отчёт.docx", "їжак, ґанок", "Њива, џак"}},
		{"koi8-r", charmap.KOI8R, []string{"Да", "Я", "ООО РОМАШКА", "ИП ИВАНОВ", "Re: ФИО", "Fwd: отчёт.docx", "съезд"}},
		{"gb2312", simplifiedchinese.GB18030, []string{"王镕喆", "张三", "李", "你", "阿里云", "赵鑫磊", "Re: 答复: 请示", "淘宝网订单", "燊", "饕餮盛宴"}},
		{"big5", traditionalchinese.Big5, []string{"陳", "王", "鄭淑芬", "林鈺婷", "Re: 回覆", "龔鑫"}},
		{"euc-kr", korean.EUCKR, []string{"김", "최뮤", "쀼", "박근혜 님", "홍길동", "Re: 답장", "大韓民國"}},
		{"shift_jis", japanese.ShiftJIS, []string{"林", "齋藤", "渡邉 薫", "佐々木", "ﾃｽﾄ", "ｱｸｾｽ", "Re: 件名", "髙橋", "〆切"}},
		{"euc-jp", japanese.EUCJP, []string{"林", "齋藤", "渡邊 薫", "佐々木", "Re: 件名"}},
		{"iso-8859-2", charmap.ISO8859_2, []string{"Żółw", "Łódź", "Ś", "Čeněk Šmíd", "Győr", "ŐSZ", "Đuro Čolić", "Ştefan Ţepeş"}},
		{"windows-1250", charmap.Windows1250, []string{"Żółw", "Łódź", "Ś", "Čeněk Šmíd", "Győr", "Đuro Čolić", "„cytat”"}},
		{"windows-1254", charmap.Windows1254, []string{"İyi günler", "Şişli", "Ğ", "ışık", "Çağrı"}},
		{"windows-1253", charmap.Windows1253, []string{"Ναι", "ΟΧΙ", "Ωραία", "ΑΘΗΝΑ"}},
		{"windows-1255", charmap.Windows1255, []string{"כן", "דוד", "שָׁלוֹם"}},
		{"windows-1256", charmap.Windows1256, []string{"نعم", "علي رضا", "مُحَمَّد"}},
		{"windows-1257", charmap.Windows1257, []string{"Šiauliai", "Jūratė", "Āboliņš", "Rīga"}},
		{"windows-1258", charmap.Windows1258, []string{"Đà", "ơn"}},
		{"windows-874", charmap.Windows874, []string{"ขอบคุณ", "ก"}},
	}
	for _, tt := range tests {
		for _, text := range tt.texts {
			raw, err := tt.enc.NewEncoder().String(text)
			require.NoError(t, err, text)
			got, problem := decodeCharset(tt.label, []byte(raw))
			if got != text || problem != "" {
				t.Errorf("%s: %q is read as %q: %s", tt.label, text, got, problem)
			}
		}
	}
}

// What fits its charset is kept, however odd: symbols, full-width letters, other
// scripts, rare characters, a few letters that another charset likes better. The
// same holds for raw bytes in the header of a mail that tells its charset.
func TestOddTextOfDeclaredCharset(t *testing.T) {
	tests := []struct {
		label string
		enc   encoding.Encoding
		texts []string
	}{
		{"big5", traditionalchinese.Big5, []string{"★☆★", "■□■ 通知 ■□■", "啫喱", "【公告】", "Заявка", "ＡＢＣ", "お知らせ", "喺邊度", "堃", "ㄅㄆㄇ"}},
		{"euc-kr", korean.EUCKR, []string{"【】", "★☆★", "ㅋㅋㅋㅋㅋㅋ", "ㅠㅠ", "긴급 ★★★", "Заявка", "お知らせ", "뷁", "大韓民國 萬歲", "㈜테스트"}},
		{"shift_jis", japanese.ShiftJIS, []string{"ＡＢＣ", "髙﨑", "Заявка №5", "(´Д｀)", "■□■", "①②③", "αβγ", "ｷﾀ━━(ﾟ∀ﾟ)━━!!", "♪♪"}},
		{"euc-jp", japanese.EUCJP, []string{"(´Д｀)", "ＡＢＣ", "Привет мир", "(´・ω・｀)", "■□■", "髙", "鷗外"}},
		{"gb2312", simplifiedchinese.GB18030, []string{"ＡＢＣ", "ＶＰＮ组", "Заявка ЗАЯВКА", "Игорь", "■□■ お知らせ ■□■", "テスト", "ΑΒΓ", "㈠", "囧rz", "赟", "淼鑫", "Запрос на доступ к тестовой среде", "關於測試環境", "A轉B", "犇骉"}},
		{"windows-1254", charmap.Windows1254, []string{"ŞİŞ", "ÇÖŞ", "ĞÜŞİÖÇ", "ığüşiöç", "ÖĞRENCİ İŞLERİ"}},
		{"iso-8859-13", charmap.ISO8859_13, []string{"ąčę", "ĄČĘĖĮŠŲŪŽ", "šū", "ĀĒ"}},
		{"iso-8859-1", charmap.Windows1252, []string{"Æ Ø Å", "ÀÉÈ", "ÅÄÖ", "æ ø å", "éèà", "Ñ Ñ Ñ", "þð", "ÁÉÍÓÚ", "áéíóú ÁÉÍÓÚ", "âêîôû", "åäöÅÄÖ", "ÖÄÅ öäå", "éé éé", "«été»", "¿qué? ¡olé!", "col·laboració il·lusió"}},
		{"windows-1252", charmap.Windows1252, []string{"• • •", "œŒ", "‰ † ‡", "€€€"}},
		{"iso-8859-2", charmap.ISO8859_2, []string{"ŻÓŁĆ", "ŻÓŁĆ żółć", "ŐŰ", "ěščřžýáíé"}},
		{"iso-8859-7", charmap.ISO8859_7, []string{"ΟΧΙ", "όχι", "αβγδ"}},
		{"koi8-r", charmap.KOI8R, []string{"ЯЯ", "ССС", "ЭЭЭ", "ФСБ ФНС", "═══", "░▒▓"}},
		{"windows-1251", charmap.Windows1251, []string{"ССС", "ёЁ", "ФСБ ФНС", "їїї", "Ўў", "ыыыыы", "йцукен", "«запрос»"}},
		{"ibm866", charmap.CodePage866, []string{"ССС", "╔══╗"}},
		{"cp850", charmap.CodePage850, []string{"ÄÖÜ", "éèà"}},
		{"macintosh", charmap.Macintosh, []string{"ÄÖÜ", "• •", "ñ ñ"}},
		{"windows-1255", charmap.Windows1255, []string{"שָׁלוֹם", "בְּרֵאשִׁית בָּרָא אֱלֹהִים"}},
		{"windows-1256", charmap.Windows1256, []string{"ههههه", "مُحَمَّد", "گچپژ"}},
		{"tis-620", charmap.Windows874, []string{"๑๒๓", "๒๕๖๙", "ๆๆ", "ก ข ค"}},
	}
	for _, tt := range tests {
		for _, text := range tt.texts {
			raw, err := tt.enc.NewEncoder().String(text)
			require.NoError(t, err, text)
			word, problem := decodeCharset(tt.label, []byte(raw))
			if word != text || problem != "" {
				t.Errorf("%s: %q is read as %q: %s", tt.label, text, word, problem)
			}
			var g guess
			g.named(tt.label)
			if header := g.header(raw); header != text {
				t.Errorf("raw %s: %q is read as %q", tt.label, text, header)
			}
		}
	}
}

// In a long list of names every one is read, those with a right label as it says.
func TestManyNames(t *testing.T) {
	words := strings.Repeat("=?iso-8859-1?Q?J=FCrgen?= <a@b.test>, =?koi8-r?B?8NLJ18XU?= <c@d.test>, =?utf-8?Q?Ren=E9e?= <e@f.test>, ", 60)
	list := parseAddresses(words, 200)
	require.Len(t, list, 180)
	for i, a := range list {
		require.Equal(t, []string{"Jürgen", "Привет", "Renée"}[i%3], a.Name)
	}
}
