package intake

import (
	"slices"
	"strings"
	"unicode"

	"envdesk/tracker"
)

// maxThanks is of how many words thanks consist at most.
const maxThanks = 60

// How people say that all is well, and that it is not. A word of more than three
// bytes in the second list counts in whatever form it ends: fail, failed, failing.
var (
	thanking = []string{
		"thanks", "thank", "thankyou", "thx", "works", "working now", "perfect", "great", "solved", "resolved", "fixed", "danke", "merci", "gracias",
		"obrigado", "obrigada", "धन्यवाद", "शुक्रिया", "shukriya", "dhanyavad", "dhanyavaad",
	}
	objecting = []string{
		"not", "still", "but", "however", "again", "error", "fail", "broken", "wrong", "missing", "unable", "cannot", "cant", "dont", "doesnt", "didnt",
		"isnt", "wasnt", "wont", "nicht", "aber", "noch", "pas", "no funciona", "नहीं",
	}
)

// pleading are the words by which people ask: thanks below them are for what is to
// come.
var pleading = []string{"please", "kindly", "can you", "could you", "bitte", "por favor", "कृपया"}

// wantsMore reports whether words ask for something: they are no mere greeting and
// no thanks.
func wantsMore(text string) bool {
	return !courtesyOnly(strings.Split(text, "\n")) && !givesThanks(text)
}

// givesThanks reports whether a short text says that all is well, and objects to
// nothing.
func givesThanks(text string) bool {
	lower := strings.NewReplacer("’", "'", "thanks again", "thanks", "thank you again", "thanks").Replace(strings.ToLower(text))
	if strings.ContainsAny(lower, "?？؟") || strings.Contains(lower, "n't") {
		return false
	}
	words := strings.FieldsFunc(lower, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) })
	if len(words) > maxThanks {
		return false
	}
	all := " " + strings.Join(words, " ") + " "
	objects := slices.ContainsFunc(objecting, func(w string) bool {
		return strings.Contains(all, " "+w+" ") || len(w) > 3 && strings.Contains(all, " "+w)
	})
	has := func(of []string) bool {
		return slices.ContainsFunc(of, func(w string) bool { return strings.Contains(all, " "+w+" ") })
	}
	if above := unsigned(text); has(pleading) && above != text {
		return givesThanks(above)
	}
	return !objects && has(thanking)
}

// unsigned is a text without its closing and the name below it.
func unsigned(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if closing.MatchString(strings.TrimFunc(line, isBlank)) && isName(lines[i+1:]) {
			return strings.Join(lines[:i], "\n")
		}
	}
	return text
}

// takeUp takes a resolved or closed ticket up again when its requester, proved as
// for /reopen, writes more than thanks.
func (r *run) takeUp() {
	done := r.before.Status == tracker.StatusResolved || r.before.Status == tracker.StatusClosed
	own := r.is(Requester) && r.by.Role != tracker.RolePartner
	if !done || r.t.Status != r.before.Status || !own || r.in.Shell || r.in.tooLate(r.t) || r.orders("close") || r.orders("cancel") {
		return
	}
	if r.says() && (wantsMore(r.comment) || len(attached(r.in.Message)) > 0) {
		_ = r.change(tracker.Reopened{Reason: "the requester wrote again"})
	}
}

// onlySigned reports whether nothing but a name stands beside the commands: at
// most two lines of few words, each with a capital, that name nothing that could
// be asked for.
func (in Input) onlySigned() bool {
	lines := slices.DeleteFunc(strings.Split(in.Orders.Comment, "\n"), func(s string) bool { return strings.TrimFunc(s, isBlank) == "" })
	if len(lines) > 2 || len(attached(in.Message)) > 0 {
		return false
	}
	v := in.Rules.Vocabulary
	return !slices.ContainsFunc(lines, func(line string) bool {
		words := strings.Fields(strings.Trim(line, "-–— *\t\r"))
		return len(words) > 3 || slices.ContainsFunc(words, func(w string) bool { return !isNameWord(w) }) ||
			GuessEnvironment(line, v) != "" || in.Rules.guessType(line, "") != ""
	})
}

// isNameWord reports whether a word could be of a name: Mark, O'Neil, R. or राव.
func isNameWord(w string) bool {
	first := []rune(w)[0]
	return !unicode.IsLower(first) && unicode.IsLetter(first) &&
		!strings.ContainsFunc(w, func(r rune) bool {
			return !unicode.IsLetter(r) && !unicode.IsMark(r) && !strings.ContainsRune("-'’.,", r)
		})
}
