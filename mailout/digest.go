package mailout

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"envdesk/tracker"
	"envdesk/tracker/report"
)

// daily is what the template of the digest sees.
type daily struct {
	Headline  string
	Preheader string // what is listed first, by title; "" when nothing is
	Day       string // Tue 24 Nov
	Time      string // 09:15 IST
	Desk      string // the desk's address
	Example   string // a key, to show how it is named
	Empty     bool
	Lists     []digestList
}

// digestList is a list of the digest. Its kind is late, today, you, blocked or
// unowned, its reader a role.
type digestList struct {
	Kind, Name, Reader string
	Total, More        int
	Hours              string // of what is due today, when it is more than is listed: 10:00 2, 14:00 1
	Entries            []entry

	needs []report.Need // of the entries
	names []named
}

// Has reports whether an entry has one of the needs, which are those of package
// report.
func (l digestList) Has(needs ...string) bool {
	return slices.ContainsFunc(l.needs, func(n report.Need) bool { return slices.Contains(needs, string(n)) })
}

// mostDigest is how many lines of all lists one screen has room for.
const mostDigest = 12

func (v *view) readDigest(s Settings, n tracker.Notice) error {
	var d report.Digest
	if err := json.Unmarshal(n.Data.Report, &d); err != nil {
		return fmt.Errorf("read the digest: %w", err)
	}
	if d.AsOf.IsZero() {
		return fmt.Errorf("read the digest: it is of no time")
	}
	now := d.AsOf.In(s.Zone)
	one := &daily{
		Headline: oneLine(d.Headline, 200), Day: held(now.Format("Mon 2 Jan")), Time: held(now.Format("15:04 MST")), Desk: s.Address, Empty: d.Empty(),
	}
	words := dailyWords{Digest: d, now: now}
	for _, l := range words.lists() {
		if len(l.Entries) > 0 {
			one.Lists = append(one.Lists, l)
		}
	}
	if len(one.Lists) > 0 {
		one.Example, one.Preheader = words.first(), digestPreheader(one.Lists)
	}
	v.Digest = one
	return nil
}

// dailyWords words a digest.
type dailyWords struct {
	report.Digest
	now time.Time // in the desk's zone
}

func (w dailyWords) lists() []digestList {
	all := []digestList{
		{Kind: "late", Name: "Late now"}, {Kind: "today", Name: "Due today"}, {Kind: "you", Name: "Waiting on you"},
		{Kind: "blocked", Name: "Blocked"}, {Kind: "unowned", Name: "Without an owner"},
	}
	from := []report.DigestList{w.Late, w.Today, w.OnYou, w.Blocked, w.NoOwner}
	lines := roomFor(from)
	for i := range all {
		l := &all[i]
		l.Reader, l.Total = string(w.Reader.Role), from[i].Total()
		for _, item := range from[i].Items[:lines[i]] {
			l.add(w.entry(l.Kind, item), item)
		}
		l.More = l.Total - len(l.Entries)
	}
	if all[1].More > 0 {
		all[1].Hours = w.hours()
	}
	return all
}

// roomFor shortens the longest lists until all fit on one screen.
func roomFor(lists []report.DigestList) []int {
	lines, sum := make([]int, len(lists)), 0
	for i, l := range lists {
		lines[i] = len(l.Items)
		sum += lines[i]
	}
	for ; sum > mostDigest; sum-- {
		longest := 0
		for i := range lines {
			if lines[i] >= lines[longest] {
				longest = i
			}
		}
		lines[longest]--
	}
	return lines
}

func (l *digestList) add(e entry, i report.DigestItem) {
	l.Entries, l.needs = append(l.Entries, e), append(l.needs, i.Need)
	l.names = append(l.names, named{e.Title, oneLine(i.Why, 60)})
}

func (w dailyWords) entry(kind string, i report.DigestItem) entry {
	one := entry{Title: oneLine(i.Title, 100)}
	who := oneLine(i.Who, 80)
	if w.Reader.Role == tracker.RolePartner || i.Who == "nobody" {
		who = ""
	}
	one.Notes = []string{facts(i.Key, i.Priority, who, oneLine(i.Why, 120))}
	switch {
	case kind == "late":
		one.Figure, one.Bad = elapsed(i.LateBy), true
	case kind == "today":
		one.Figure = held(i.Due.In(w.now.Location()).Format("15:04"))
		if i.Clock == "pickup" {
			one.Figure = "pickup" + noBreak + one.Figure
		}
	default:
		one.Figure = ago(int64(w.now.Sub(i.Since) / time.Second))
	}
	return one
}

// hours tell how what is due spreads over the day.
func (w dailyWords) hours() string {
	var parts []string
	for _, h := range w.Hours {
		from := h.From.In(w.now.Location())
		parts = append(parts, held(fmt.Sprintf("%s–%s: %d", from.Format("15:04"), from.Add(time.Hour).Format("15:04"), h.Due)))
	}
	return strings.Join(parts, ", ")
}

// first is the key of the first request that is listed.
func (w dailyWords) first() string {
	for _, l := range []report.DigestList{w.Late, w.Today, w.OnYou, w.Blocked, w.NoOwner} {
		if len(l.Items) > 0 {
			return l.Items[0].Key
		}
	}
	return ""
}
