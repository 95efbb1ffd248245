package report

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// A preheader, what a list of mails shows behind the subject, has LeastPreheader to
// MostPreheader characters: less lets the list show what follows, more is not shown.
const (
	LeastPreheader = 80
	MostPreheader  = 100
)

// preheader is what a list of mails shows behind the subject: what the subject
// does not say. It has at most 100 characters, and at least 80 when anything is
// open.
func (r *Report) preheader() string {
	if r.Quiet {
		return fit(r.quietness())
	}
	return fit(said([]string{
		r.urgentInTime(), r.urgentLate(), r.backlog(), r.outsiders(), r.worstLate(), r.approvalsWaiting(),
		r.cameIn(), r.wentOut(), r.oldest(), r.overCapacity(),
	}))
}

// fit joins the sentences that fit, in their order. When they are few it adds the
// beginning of one that does not.
func fit(sentences []string) string {
	text := ""
	var left []string
	for _, s := range sentences {
		if longer := strings.TrimSpace(text + " " + s); utf8.RuneCountInString(longer) <= MostPreheader {
			text = longer
		} else {
			left = append(left, s)
		}
	}
	best := text
	for _, s := range left {
		if utf8.RuneCountInString(best) >= LeastPreheader {
			break
		}
		if longer := cutWords(strings.TrimSpace(text+" "+s), MostPreheader); utf8.RuneCountInString(longer) > utf8.RuneCountInString(best) {
			best = longer
		}
	}
	return best
}

// cutWords shortens a text to at most n characters, behind a word that is no
// number, which without its unit would say something else; a first word that is
// longer is cut itself.
func cutWords(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	head := string([]rune(s)[:n])
	end := strings.LastIndexByte(head, ' ')
	if end < 0 {
		return cutText(s, n)
	}
	words := strings.Fields(head[:end])
	for len(words) > 1 && isNumber(words[len(words)-1]) {
		words = words[:len(words)-1]
	}
	return strings.TrimRight(strings.Join(words, " "), ",;:.") + "…"
}

func isNumber(word string) bool {
	return word[0] >= '0' && word[0] <= '9'
}

// worstLate tells of what is late for longest.
func (r *Report) worstLate() string {
	if len(r.Late) == 0 {
		return ""
	}
	i := r.Late[0]
	return fmt.Sprintf("%s is late by %s.", i.Key, Length(time.Duration(i.LateBy)*time.Second, wholeDay))
}

func (r *Report) approvalsWaiting() string {
	switch n := len(r.Approvals); n {
	case 0:
		return ""
	case 1:
		return "1 approval waits."
	default:
		return fmt.Sprintf("%d approvals wait.", n)
	}
}

func (r *Report) cameIn() string {
	if n := r.Flow.In.Now; n > 0 {
		return Count(n, "request") + " came in."
	}
	return "Nothing came in."
}

func (r *Report) wentOut() string {
	if n := r.Flow.Out.Now; n > 0 {
		return fmt.Sprintf("%d went out.", n)
	}
	return "Nothing went out."
}

// oldest tells how old the oldest open work is.
func (r *Report) oldest() string {
	switch o := r.Age.Oldest; {
	case o == nil:
		return ""
	case r.Age.Days == 0:
		return o.Key + " is the oldest open work: under a day."
	default:
		return fmt.Sprintf("%s is the oldest open work: %s.", o.Key, Count(r.Age.Days, "day"))
	}
}

// overCapacity names who has more than fits.
func (r *Report) overCapacity() string {
	var over []string
	for _, p := range r.Partners {
		if p.Label == LabelOver {
			over = append(over, p.Name)
		}
	}
	switch n := len(over); {
	case n == 0:
		return ""
	case r.Edition == PartnerEdition:
		return "You are over your capacity."
	case n == 1:
		return over[0] + " is over its capacity."
	case n == 2:
		return list(over) + " are over their capacity."
	default:
		return fmt.Sprintf("%d partners are over their capacity.", n)
	}
}
