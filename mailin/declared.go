package mailin

import (
	"math"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A declared charset that the bytes fit is believed, however odd what comes out
// is: a name of rare characters, three stars, a word of another script. Only a
// reading that is natural where the declared one is not, over more than a handful
// of letters, tells that the label is wrong.

// How much less another reading must cost, in the measure of detect: as a rule,
// and where the declared one has faults that no language has. The charset that
// programs write that do not know any is doubted sooner.
const (
	marginSound         = 20
	marginFaulty        = 8
	marginWestern       = 16
	marginFlawedWestern = 12
)

// doubted tells whether bytes that fit the page they are declared in were meant
// in another one, and in which. extra is as for detect.
func doubted(page codepage, b []byte, extra map[codepage]float64) (codepage, bool) {
	b = detectSample(b)
	declared, ok := readIn(page, b)
	if !ok || declared.high < 2 {
		return page, false
	}
	margin := declared.margin(page)
	best, least := page, math.Inf(1)
	for _, s := range suspects() {
		if s.page == page {
			continue
		}
		if r := s.reading(b); r.natural() && r.cost+s.prior-extra[s.page] < least {
			best, least = s.page, r.cost+s.prior-extra[s.page]
		}
	}
	return best, declared.lenient-least > margin
}

// clean reports text of which every byte had a meaning in its charset.
func clean(text string) bool {
	for _, r := range text {
		if r == utf8.RuneError || r >= 0x80 && r < 0xa0 || r >= 0xe000 && r < 0xf900 {
			return false
		}
	}
	return true
}

// reading is what a text looks like in one page and the language of it that
// suits best.
type reading struct {
	cost    float64 // as detect has it
	lenient float64 // where symbols and other scripts do not count against it
	beyond  float64 // the part of cost that is not ASCII
	usual   float64 // what a character costs at most in that language
	high    int     // characters beyond ASCII
	letters int     // those that are letters
	words   int     // with such characters
	faults  int
}

func readIn(page codepage, b []byte) (reading, bool) {
	for _, s := range suspects() {
		if s.page == page {
			return s.reading(b), true
		}
	}
	return reading{}, false
}

func (s suspect) reading(b []byte) reading {
	text := codecs[s.page].read(b)
	best := reading{cost: math.Inf(1)}
	var language *model
	for _, m := range s.models {
		if ascii, beyond, high := m.cost(text); ascii+beyond < best.cost {
			best = reading{cost: ascii + beyond, beyond: beyond, usual: m.usual, high: high}
			language = m
		}
	}
	best.letters = countLetters(text)
	best.faults = language.faults(text)
	if s.page == pageWestern {
		best.faults += bareWords(text)
	}
	for _, word := range strings.Fields(text) {
		if firstHigh([]byte(word)) >= 0 {
			best.words++
			best.faults += count(inverted(strings.TrimFunc(word, isNoLetter)))
		}
	}
	if best.lenient = best.cost; !best.faulty() {
		best.lenient -= language.pardon(text)
	}
	return best
}

// natural reports words of a language and little else.
func (r reading) natural() bool {
	return r.high > 0 && r.beyond <= float64(r.high)*(r.usual+0.3) && r.faults*10 <= r.high && r.letters*2 > r.high
}

// faulty reports text that no language writes.
func (r reading) faulty() bool {
	return r.faults >= 2 && (r.faults*3 >= r.high || r.faults*2 >= r.words)
}

// margin is how much less another reading must cost than this declared one.
func (r reading) margin(page codepage) float64 {
	switch {
	case r.faulty():
		return marginFaulty
	case page == pageWestern && r.faults*5 >= r.high:
		return marginFlawedWestern
	case r.natural():
		return math.Inf(1)
	case page == pageWestern:
		return marginWestern
	}
	return marginSound
}

func countLetters(text string) (n int) {
	for _, r := range text {
		if r >= utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsMark(r)) {
			n++
		}
	}
	return n
}

// pardon is what a declared charset is let off: symbols, digits and letters of
// other scripts cost no more than a usual character.
func (m *model) pardon(text string) (off float64) {
	most := float64(costQuote)
	if m.level != nil {
		most = m.known - 3
	}
	for _, r := range text {
		if r < utf8.RuneSelf || r == utf8.RuneError {
			continue
		}
		c := m.letter(r)
		switch {
		case unicode.Is(unicode.Han, r) || unicode.Is(unicode.Hangul, r) && r >= 0xac00:
			off += max(c-m.known-2, 0)
		case m.level != nil || !unicode.IsLetter(r) && !unicode.IsMark(r):
			off += max(c-most, 0)
		}
	}
	return off
}

// faults counts what stands in no language: letters of two scripts in a word, a
// capital behind a small letter, a final form inside a word, a symbol between
// letters, a mark without its letter.
func (m *model) faults(text string) (n int) {
	last := ' '
	for i, r := range text {
		next := ' '
		if rest := text[i+utf8.RuneLen(r):]; rest != "" {
			next, _ = utf8.DecodeRuneInString(rest)
		}
		if r >= utf8.RuneSelf || last >= utf8.RuneSelf {
			n += m.fault(last, r, next)
		}
		last = r
	}
	return n
}

// bareWords rates long Latin words in which each letter has an accent.
func bareWords(text string) (n int) {
	run := 0
	for _, r := range text + " " {
		switch {
		case r >= utf8.RuneSelf && scriptOf(r) == latinScript:
			run++
		case !unicode.IsLetter(r):
			n, run = n+max(run-5, 0), 0
		default:
			run = math.MinInt32
		}
	}
	return n
}

// inverted reports a word of a small letter and capitals behind it: the charsets
// of Russian have them the other way round.
func inverted(word string) bool {
	first, size := utf8.DecodeRuneInString(word)
	rest := word[size:]
	return unicode.IsLower(first) && len(rest) > 4 && strings.IndexFunc(rest, isNotCapital) < 0
}

func isNoLetter(r rune) bool { return !unicode.IsLetter(r) }

func isNotCapital(r rune) bool { return r < utf8.RuneSelf || !unicode.IsUpper(r) }

// fault reports one at r, as 0 or 1.
func (m *model) fault(last, r, next rune) int {
	here, before := scriptOf(r), scriptOf(last)
	switch {
	case unicode.IsMark(r) && here != noScript:
		return count(here != before)
	case here == hanScript || before == hanScript:
		return count(m.strays(last, r))
	case here != noScript && before != noScript && !strings.ContainsRune(inner, r):
		return count(here != before || unicode.IsUpper(r) && unicode.IsLower(last) || strings.ContainsRune(finals, last))
	case m.level == nil && isSymbol(r):
		return count(inWord(last, r) && (inWord(next, r) || next == r) || misplaced(last, next))
	case m.level == nil && strings.ContainsRune(inner, r):
		return count(before != noScript && scriptOf(next) != noScript)
	}
	return 0
}

// inWord reports what belongs to the word of the symbol beside it.
func inWord(r, beside rune) bool {
	return r != beside && (r == '·' || scriptOf(r) != noScript || isSymbol(r))
}

// misplaced reports the place of a symbol before a small letter that starts a
// word, or behind a foreign letter that ends one.
func misplaced(last, next rune) bool {
	return last == ' ' && unicode.IsLower(next) || next == ' ' && last >= utf8.RuneSelf && unicode.IsLetter(last)
}

// isSymbol reports signs that stand between no letters, foreign digits too.
func isSymbol(r rune) bool {
	return r >= 0xa1 && (strings.ContainsRune(symbols, r) || r >= 0x2500 && r < 0x25a0 || unicode.IsDigit(r) && r < 0xff00)
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}

// strays reports a rare ideograph beside a small Latin letter: in names of both
// stand common ones and capitals.
func (m *model) strays(a, b rune) bool {
	if a >= utf8.RuneSelf {
		a, b = b, a
	}
	return a >= 'a' && a <= 'z' && scriptOf(b) == hanScript && m.letter(b) > m.known
}

const (
	finals  = "ςךםןףץ"                             // letters that end a word
	symbols = "£¥¢¤¦§¨©¬®¯°±²³´¶¸¹¼½¾×÷√⌠∙≈≤≥₪๏๚๛" // signs that stand between no letters
	inner   = "ªº«»¿¡“”„‘‚˜ˆ‰†‡•™‹›"               // these may stand before and behind one
)

// script groups letters that stand in a word together.
type script int

const (
	noScript script = iota
	latinScript
	hanScript // with kana and Hangul
	cyrillicScript
	greekScript
	hebrewScript
	arabicScript
	thaiScript
)

// scriptRanges are the scripts of the charsets that are detected.
var scriptRanges = []struct {
	script
	table *unicode.RangeTable
}{
	{latinScript, unicode.Latin}, {cyrillicScript, unicode.Cyrillic}, {greekScript, unicode.Greek}, {hebrewScript, unicode.Hebrew}, {arabicScript, unicode.Arabic}, {thaiScript, unicode.Thai},
	{hanScript, unicode.Han}, {hanScript, unicode.Hangul}, {hanScript, unicode.Hiragana}, {hanScript, unicode.Katakana},
}

func scriptOf(r rune) script {
	switch {
	case asciiLetter(r):
		return latinScript
	case r < 0xaa || !unicode.IsLetter(r) && !unicode.IsMark(r) || r >= 0xff21 && r <= 0xff5a:
		return noScript
	}
	for _, s := range scriptRanges {
		if unicode.Is(s.table, r) {
			return s.script
		}
	}
	return noScript
}
