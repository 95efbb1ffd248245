package mailout

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"envdesk/tracker/report"
)

// named is an entry of a digest in a few words.
type named struct{ title, why string }

// digestPreheader names what is listed: as many titles as fit, each list by its
// name, and how many more there are. With few titles it tells why they wait. It is
// at most report.MostPreheader characters long, and at least report.LeastPreheader
// where there is as much to tell.
func digestPreheader(lists []digestList) string {
	text := nameLists(lists, func(n named) string { return n.title })
	if utf8.RuneCountInString(text) >= report.LeastPreheader {
		return text
	}
	return nameLists(lists, func(n named) string {
		if n.why == "" {
			return n.title
		}
		return n.title + " (" + n.why + ")"
	})
}

// nameLists adds names while they fit together with the count of the others. Where
// that is too short the next name is cut.
func nameLists(lists []digestList, name func(named) string) string {
	var heads, names []string // of one entry each: what stands before its name, and that
	total := 0
	for _, l := range lists {
		total += l.Total
		head := l.Name + ": "
		if len(names) > 0 {
			head = "; " + strings.ToLower(l.Name[:1]) + l.Name[1:] + ": "
		}
		for _, n := range l.names {
			heads, names = append(heads, head), append(names, name(n))
			head = ", "
		}
	}
	all, best := "", ""
	for i := range names {
		tail := andMore(total - i - 1)
		text := all + heads[i] + names[i] + tail
		if utf8.RuneCountInString(text) > report.MostPreheader {
			if utf8.RuneCountInString(best) < report.LeastPreheader {
				return cutName(all+heads[i], names[i], tail)
			}
			break
		}
		all, best = all+heads[i]+names[i], text
	}
	return best
}

func andMore(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(" and %d more", n)
}

// cutName shortens a name between what stands around it; where no word of it has
// room, the tail goes.
func cutName(head, name, tail string) string {
	count := utf8.RuneCountInString
	if text := cutAtWord(head+name, report.LeastPreheader-count(tail), report.MostPreheader-count(tail)); count(text) > count(head)+1 {
		return text + tail
	}
	return cutAtWord(head+name, report.LeastPreheader, report.MostPreheader)
}

// cutAtWord shortens a text to least to most characters. Only a word that alone
// would make it too short is cut itself.
func cutAtWord(s string, least, most int) string {
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	runes := []rune(s)[:most]
	for i := most - 1; i >= least-1; i-- {
		if runes[i] != ' ' {
			continue
		}
		if words := strings.TrimRight(string(runes[:i]), " ,;:"); utf8.RuneCountInString(words) >= least-1 {
			return words + "…"
		}
	}
	return strings.TrimRight(string(runes[:most-1]), " ") + "…"
}
