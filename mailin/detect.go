package mailin

import (
	"bytes"
	"math"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// Charsets are detected by reading the bytes in each that is common in mail and
// asking how likely what comes out is. Likelihoods are natural logarithms,
// negated: the reading that costs least wins.

// model tells what one language costs.
type model struct {
	letters map[rune]float64
	level   *runeSet // characters that are well known but not frequent
	known   float64  // what one of level costs
	rare    float64  // what any other letter costs
	usual   float64  // what a letter costs at most, over a text of the language
	vowels  bool     // the language writes vowels, seldom two or many consonants in a row
	// beside is what a letter costs more beside an ASCII letter, alone what it
	// costs where none is: é stands between other letters, ж never does.
	beside, alone float64
}

// suspect is a charset that bytes of unknown charset can be in.
type suspect struct {
	page   codepage
	prior  float64 // how rare it is
	models []*model
}

// maxDetect is how much of a text is looked at.
const maxDetect = 1024

// detect returns the charset in which the bytes read best. extra are pages that
// something speaks for, with what that is worth.
func detect(b []byte, extra map[codepage]float64) codepage {
	b = detectSample(b)
	best, least := pageWestern, math.Inf(1)
	for _, s := range suspects() {
		if c := s.cost(b) + s.prior - extra[s.page]; c < least {
			best, least = s.page, c
		}
	}
	return best
}

// enough is how many characters beyond ASCII can be judged without comparison.
const enough = 60

// plausible reports whether long text that was read in a charset makes sense in
// one of its languages. Charsets without a model are believed.
func plausible(page codepage, text string) bool {
	for _, s := range suspects() {
		if s.page != page {
			continue
		}
		for _, m := range s.models {
			if _, cost, high := m.cost(text); high >= enough && cost <= float64(high)*m.usual {
				return true
			}
		}
		return false
	}
	return true
}

// detectSample is the part of b that tells most: lines with 8-bit bytes.
func detectSample(b []byte) []byte {
	if len(b) <= maxDetect {
		return b
	}
	out := make([]byte, 0, maxDetect)
	for len(b) > 0 && len(out) < maxDetect {
		i := firstHigh(b)
		if i < 0 {
			break
		}
		start := bytes.LastIndexByte(b[:i], '\n') + 1
		start = max(start, i-40)
		end := len(b)
		if n := bytes.IndexByte(b[i:], '\n'); n >= 0 {
			end = i + n + 1
		}
		out = append(out, b[start:min(end, start+maxDetect-len(out))]...)
		b = b[end:]
	}
	return out
}

// firstHigh returns the place of the first byte that is not ASCII, or -1.
func firstHigh(b []byte) int {
	for i, c := range b {
		if c >= utf8.RuneSelf {
			return i
		}
	}
	return -1
}

func (s suspect) cost(b []byte) float64 {
	text := codecs[s.page].read(b)
	least := math.Inf(1)
	for _, m := range s.models {
		ascii, beyond, _ := m.cost(text)
		least = min(least, ascii+beyond)
	}
	return least
}

// What characters cost that no language owns.
const (
	costASCII    = 3
	costControl  = 12
	costNoFit    = 25 // U+FFFD and the controls above ASCII
	costSymbol   = 10
	costRepeated = 1
	costShout    = 4   // a capital behind a small letter
	costCapital  = 0.8 // a capital
	costCapitals = 0.3 // one behind another
	costSame     = 0.7 // a vowel behind a vowel, a consonant behind a consonant
	costQuote    = 4   // marks of any language
	costSign     = 4.5
	costMark     = 8
	costInside   = 4 // a mark inside a word
)

// cost is what a text costs in the language, its ASCII and what is beyond it, and
// how many characters the latter are.
func (m *model) cost(text string) (ascii, beyond float64, high int) {
	last := ' '
	for i, r := range text {
		if r < utf8.RuneSelf {
			ascii += m.ascii(r, last)
			last = r
			continue
		}
		next, _ := utf8.DecodeRuneInString(text[i+utf8.RuneLen(r):])
		high++
		beyond += m.high(r, last, next)
		last = r
	}
	return ascii, beyond, high
}

func (m *model) ascii(r, last rune) float64 {
	switch {
	case r < ' ' && r != '\n' && r != '\r' && r != '\t':
		return costControl
	case last >= utf8.RuneSelf && r >= 'A' && r <= 'Z' && unicode.IsLower(last):
		return costASCII + costShout
	}
	return costASCII
}

func (m *model) high(r, last, next rune) float64 {
	if r == last && !unicode.IsLetter(r) && r != utf8.RuneError {
		return costRepeated
	}
	c := m.letter(r)
	if !unicode.IsLetter(r) {
		if clings(r, last, next) {
			c += costInside
		}
		return c
	}
	switch {
	case asciiLetter(last) || asciiLetter(next):
		c += m.beside
	case unicode.IsLetter(last) || unicode.IsLetter(next) || unicode.IsMark(next):
		if m.beside == 0 {
			c += min(m.alone, 2)
		}
	default:
		c += m.alone
	}
	if m.vowels && unicode.IsLetter(last) && vowel(last) == vowel(r) {
		c += costSame
	}
	if unicode.IsUpper(r) {
		c += capital(last)
	}
	return c
}

// clings reports a mark that stands where none does: inside a word, before one,
// or behind one of another alphabet.
func clings(r, last, next rune) bool {
	switch {
	case r == '’' || unicode.IsMark(r):
		return false
	case unicode.IsLetter(last) && unicode.IsLetter(next):
		return true
	case strings.ContainsRune(marks, r):
		return unicode.IsLower(next)
	}
	return strings.ContainsRune(signs, r) && last >= utf8.RuneSelf && unicode.IsLetter(last)
}

func capital(last rune) float64 {
	switch {
	case unicode.IsLower(last):
		return costShout
	case unicode.IsUpper(last):
		return costCapitals
	}
	return costCapital
}

func vowel(r rune) bool {
	return strings.ContainsRune("аеиоуыэюяёіїєαεηιουωάέήίόύώ", unicode.ToLower(r))
}

func asciiLetter(r rune) bool { return r|0x20 >= 'a' && r|0x20 <= 'z' }

func (m *model) letter(r rune) float64 {
	if c, ok := m.letters[r]; ok {
		return c
	}
	switch {
	case r == utf8.RuneError || r < 0xa0 || r >= 0xe000 && r < 0xf900:
		return costNoFit
	case m.level.has(r):
		return m.known
	}
	if c, ok := m.letters[unicode.ToLower(r)]; ok {
		return c
	}
	switch {
	case strings.ContainsRune(quotes, r):
		return costQuote
	case strings.ContainsRune(signs, r):
		return costSign
	case strings.ContainsRune(marks, r):
		return costMark
	}
	if unicode.IsLetter(r) || unicode.IsMark(r) {
		return m.rare
	}
	return costSymbol
}

// Signs beyond ASCII that stand in text of any language.
const (
	quotes = "\u00a0€’‘“”„–—…«»"
	signs  = "°±µ²³¼½¾×ªº¿¡"
	marks  = "•¬¢¥£©®§·´№"
)

// runeSet is a set of characters of the basic plane.
type runeSet [1 << 10]uint64

func (s *runeSet) add(r rune) { s[r>>6&1023] |= 1 << (r & 63) }

func (s *runeSet) has(r rune) bool { return s != nil && r < 1<<16 && s[r>>6]&(1<<(r&63)) != 0 }

// suspects are built when the first text needs them.
var suspects = sync.OnceValue(func() []suspect {
	cyrillic, central := alphabetic("ru", "uk", "bg", "sr"), latin("pl", "cs", "sk", "hu", "hr", "ro", "de")
	western := latin("fr", "de", "es", "pt", "it", "sv", "da", "nl", "ca", "is")
	return []suspect{
		{pageWestern, 0, western}, {1251, 1, cyrillic}, {pageKOI8R, 1, cyrillic}, {pageGB18030, 2, []*model{chineseModel(hanziSimplified, pageGB18030, 0xb0, 0xd7)}},
		{pageBig5, 2, []*model{chineseModel(hanziTraditional, pageBig5, 0xa4, 0xc6)}}, {pageKorean, 2, []*model{koreanModel()}}, {pageShiftJIS, 2, []*model{japaneseModel()}}, {pageEUCJP, 3, []*model{japaneseModel()}},
		{1250, 1.2, central}, {28592, 1.2, central}, {1254, 1, latin("tr")}, {1257, 2.5, latin("lt", "lv", "et")}, {28603, 4, latin("lt", "lv")},
		{1253, 1.5, alphabetic("el")}, {28597, 2, alphabetic("el")}, {1255, 1, alphabetic("he")}, {28598, 2, alphabetic("he")}, {1256, 1.5, alphabetic("ar")}, {28596, 2.5, alphabetic("ar")}, {874, 2, alphabetic("th")},
		{866, 3, cyrillic}, {28595, 3, cyrillic}, {10007, 5, cyrillic}, {10000, 4, western}, {850, 4, western}, {852, 5, central},
	}
})

func latin(tongues ...string) (out []*model) {
	for _, t := range tongues {
		m := &model{rare: 7, usual: 4.6, alone: 5}
		first := 2.5
		switch t {
		case "is": // few write it, and its letters are Turkish ones by another charset
			first = 3.5
		case "fr", "it", "es", "pt": // à, é, ó and ¿ stand alone
			m.alone = 2.5
		}
		m.letters = ranked(latinLetters[t], first, 0.3)
		out = append(out, m)
	}
	return out
}

func alphabetic(tongues ...string) (out []*model) {
	for _, t := range tongues {
		vowels := strings.ContainsAny(alphabets[t], "аα")
		out = append(out, &model{letters: ranked(alphabets[t], 2.3, 0.11), rare: 7, usual: 4, vowels: vowels, beside: 4, alone: 2})
	}
	return out
}

// ranked gives the first character the lowest cost, and each one behind it more.
func ranked(letters string, first, step float64) map[rune]float64 {
	out := map[rune]float64{}
	for _, r := range letters {
		if _, seen := out[r]; !seen {
			out[r] = first
			first += step
		}
	}
	return out
}

// level collects the characters of a page of two bytes whose first byte is in
// the given range: the standards put what is in daily use first.
func level(page codepage, from, to byte) *runeSet {
	var s runeSet
	pairs := make([]byte, 0, 2*256)
	for hi := int(from); hi <= int(to); hi++ {
		pairs = pairs[:0]
		for lo := 0xa1; lo <= 0xfe; lo++ {
			pairs = append(pairs, byte(hi), byte(lo))
		}
		if page == pageBig5 {
			for lo := 0x40; lo <= 0x7e; lo++ {
				pairs = append(pairs, byte(hi), byte(lo))
			}
		}
		for _, r := range codecs[page].read(pairs) {
			if r != utf8.RuneError {
				s.add(r)
			}
		}
	}
	return &s
}

// ideographs is a language of characters of two bytes, which cost twice what a
// letter of one byte does.
func ideographs(common string, known *runeSet) *model {
	m := &model{letters: ranked(common, 5.4, 0.004), level: known, known: 9, rare: 13, usual: 8, beside: 1}
	for _, r := range cjkMarks {
		m.letters[r] = 5.5
	}
	return m
}

func chineseModel(common string, page codepage, from, to byte) *model {
	return ideographs(common, level(page, from, to))
}

func koreanModel() *model {
	m := ideographs(hangul, level(pageKorean, 0xb0, 0xc8))
	m.rare = 10 // names in Chinese characters
	return m
}

func japaneseModel() *model {
	m := ideographs(kanji, level(pageEUCJP, 0xb0, 0xcf))
	for r, c := range ranked(hiragana, 3.8, 0.04) {
		m.letters[r] = c
	}
	for r, c := range ranked(katakana, 4.5, 0.04) {
		m.letters[r] = c
	}
	for r := range ranked(halfKana, 0, 0) {
		m.letters[r] = 5.5
	}
	for _, r := range "｡｢｣､･" { // their bytes stand before each kana of EUC-JP
		m.letters[r] = 13
	}
	m.usual = 7
	return m
}
