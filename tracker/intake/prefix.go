package intake

import "strings"

// longestPrefix bounds a reply or forward prefix with its counter, in bytes.
const longestPrefix = 60

// prefixes are what mail programs write before the colon of a subject, in lower
// case.
type prefixes map[string]bool

// replyPrefixes stand before the subject when somebody replies.
var replyPrefixes = prefixSet(
	`re aw antw antwort sv vs va vá ref réf rif r res odp ynt yan rép rép odg atb bls balas`,
	`回复 答复 回覆 答覆 回信 返信 답장 회신 ответ отв отг відп απ σχετ رد ردّ ردًا پاسخ תשובה השב उत्तर ตอบ ตอบกลับ trả_lời`,
)

// forwardPrefixes stand before the subject when somebody forwards.
var forwardPrefixes = prefixSet(
	`fwd fw wg tr rv enc enviado i vb vl pd doorst fs ilt i̇lt trs prosl fyi przek továbbítás továbbitás videresendt vidarebefordrat inoltra inoltro encaminhado encaminhada rsl`,
	`转发 轉寄 转寄 轉發 転送 전달 пересл переслано пер препр πρθ إعادة_توجيه הועבר ส่งต่อ अग्रेषित chuyển_tiếp`,
)

func prefixSet(lists ...string) prefixes {
	set := prefixes{}
	for _, w := range strings.Fields(strings.Join(lists, " ")) {
		set[strings.ReplaceAll(w, "_", " ")] = true
	}
	return set
}

// cutReplyPrefix finds a reply or forward prefix, see prefixes.before.
func cutReplyPrefix(s string) string {
	if p := replyPrefixes.before(s); p != "" {
		return p
	}
	return forwardPrefixes.before(s)
}

// before is the prefix at the start of s with its colon, which may be full-width,
// and the blanks behind it, or ""; counters such as Re[2]: and RE^3: count.
func (p prefixes) before(s string) string {
	end, colon := strings.IndexByte(s[:min(len(s), longestPrefix)], ':'), 1
	if wide := strings.Index(s[:min(len(s), longestPrefix)], "："); wide >= 0 && (end < 0 || wide < end) {
		end, colon = wide, len("：")
	}
	if end <= 0 {
		return ""
	}
	word := strings.TrimRight(s[:end], " \t\u00a00123456789[]()^*.")
	if !p[strings.ToLower(word)] {
		return ""
	}
	rest := strings.TrimLeft(s[end+colon:], " \t\u00a0")
	return s[:len(s)-len(rest)]
}
