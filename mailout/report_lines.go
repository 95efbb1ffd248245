package mailout

import (
	"fmt"
	"strings"
	"time"

	"envdesk/tracker/report"
)

const wholeDay = 24 * time.Hour

// priorityLine is a priority: shares as counts, lengths as median and p85.
type priorityLine struct {
	Priority, Target    string
	InTime, Missed      string // Missed: 1 late
	Notice              string // 1 short
	Pickup, PickupSlow  string
	Resolve, SolvedSlow string
}

func (w weeklyWords) priorities() []priorityLine {
	var out []priorityLine
	for i, l := range w.Priorities {
		if i == 12 {
			break
		}
		one := priorityLine{Priority: oneLine(l.Priority, 20), Target: oneLine(l.Target, 40), InTime: share(l.InTime)}
		if l.Late > 0 {
			one.Missed = held(fmt.Sprintf("%d late", l.Late))
		}
		if l.Notice != nil && l.Due == 0 {
			one.InTime, one.Notice = planned(*l.Notice)
		}
		one.Pickup, one.PickupSlow = slow(l.Pickup, l.Day)
		one.Resolve, one.SolvedSlow = slow(l.Resolve, l.Day)
		out = append(out, one)
	}
	return out
}

// planned tells how requests kept their notice period.
func planned(n report.Notice) (string, string) {
	all := n.InTime + n.Short + n.NeedsDate
	if all == 0 {
		return "–", ""
	}
	return held(fmt.Sprintf("%d planned", all)), facts(some(n.Short, "short"), some(n.NeedsDate, "undated"))
}

func some(n int, what string) string {
	if n == 0 {
		return ""
	}
	return held(fmt.Sprintf("%d %s", n, what))
}

// slow gives the median and the slow end, a dash for nothing.
func slow(l report.Lengths, day int64) (string, string) {
	if l.N == 0 {
		return "–", ""
	}
	return length(l.Median, day), "p85" + noBreak + length(l.P85, day)
}

// length is held together on one line.
func length(seconds, day int64) string {
	return held(report.Length(time.Duration(seconds)*time.Second, time.Duration(day)*time.Second))
}

func elapsed(seconds int64) string { return length(seconds, int64(wholeDay/time.Second)) }

func (w weeklyWords) late() cutList {
	var out cutList
	out.CSV = w.csv("them")
	shown := min(len(w.Late), w.s.room.late)
	for _, i := range w.Late[:shown] {
		out.Entries = append(out.Entries, entry{
			Title: w.title(i.Title), Figure: elapsed(i.LateBy), Bad: true,
			Notes: []string{facts(i.Key, i.Priority, w.words(i.Who, 80), clockWord(i.Clock)+"due "+dueTime(i.Due.In(w.zone), w.To)), w.words(i.Why, 160)},
		})
	}
	out.More = len(w.Late) - shown
	return out
}

// clockWord names the clock where it is not that of the work.
func clockWord(clock string) string {
	if clock == "pickup" {
		return "pickup "
	}
	return ""
}

func (w weeklyWords) ages() []ageLine {
	most := 1
	for _, b := range w.Age.Buckets {
		most = max(most, b.Open)
	}
	var out []ageLine
	for _, b := range w.Age.Buckets {
		one := ageLine{Label: held(b.Label), Open: b.Open, Bar: bar{share: percent(b.Open, most)}}
		if b.Over {
			one.Bar.tone = "strong"
		}
		out = append(out, one)
	}
	return out
}

// percent is a part of a whole; what is not nothing is seen.
func percent(part, whole int) int {
	if part <= 0 || whole <= 0 {
		return 0
	}
	return min(100, max(2, part*100/whole))
}

func (w weeklyWords) partners() cutList {
	full := 100
	for _, p := range w.Partners {
		full = max(full, min(p.Load, mostLoad))
	}
	out := cutList{CSV: w.csv("their requests")}
	shown, more := w.top(len(w.Partners))
	for _, p := range w.Partners[:shown] {
		out.Entries = append(out.Entries, w.partner(p, full))
	}
	out.More = more
	return out
}

// partner has the traction first, then the work against the capacity.
func (w weeklyWords) partner(p report.PartnerLine, full int) entry {
	moved := fmt.Sprintf("%d given", p.Opened)
	if p.Reopened > 0 {
		moved += fmt.Sprintf(", %d reopened", p.Reopened)
	}
	moved += fmt.Sprintf(", %d closed", p.Closed)
	if p.Given > 0 {
		moved += fmt.Sprintf(", %d handed back or on", p.Given)
	}
	one := entry{Title: w.words(p.Name, 80), Figure: "–", Notes: []string{
		facts(w.words(strings.Join(p.Environments, ", "), 100), held(fmt.Sprintf("%d open", p.Open)), held(fmt.Sprintf("%d late", p.LateNow))),
		moved + ", net " + signed(p.Net) + inTime(p),
	}}
	one.Notes = append(one.Notes, bandwidth(p))
	if p.Label == "" {
		return one
	}
	share := percent(p.Load, full)
	switch {
	case p.Capacity == 0:
		one.Figure, share = p.Label, 100
	case p.Load > mostLoad:
		one.Figure = fmt.Sprintf("over %d%%", mostLoad)
	default:
		one.Figure = fmt.Sprintf("%d%%, %s", p.Load, p.Label)
	}
	one.Bar = &bar{share: share}
	if p.Label == report.LabelOver {
		one.Bar.tone = "strong"
	}
	return one
}

// mostLoad is the highest load that is told as a number, in percent.
const mostLoad = 999

// weeksToExpect are the weeks of history below which nothing is expected.
const weeksToExpect = 4

// bandwidth tells the work of a partner and what it is measured against.
func bandwidth(p report.PartnerLine) string {
	work, capacity := fmt.Sprintf("%d open + %d expected", p.Open, p.Expected), fmt.Sprintf("%d usually closed in a week", p.Capacity)
	if p.Expected == 0 && p.Weeks < weeksToExpect {
		work = fmt.Sprintf("%d open", p.Open)
	}
	switch {
	case p.Label == "" && p.Weeks < weeksToExpect:
		return "Capacity not known yet"
	case p.Capacity == 0:
		capacity = "none usually closed in a week"
	case p.Basis == "limit":
		capacity = fmt.Sprintf("%d agreed as its limit", p.Capacity)
	}
	return work + ", " + capacity
}

// inTime tells the desk's promise, and the partner's own clock where it differs.
func inTime(p report.PartnerLine) string {
	if p.InTime.Of == 0 && p.OwnInTime.Of == 0 {
		return ""
	}
	text := " · in time " + share(p.InTime)
	if p.OwnInTime != p.InTime {
		text += ", by its own clock " + share(p.OwnInTime)
	}
	return text
}

func (w weeklyWords) groups() []group {
	var out []group
	for _, g := range []struct {
		name  string
		lines []report.GroupLine
	}{{"Type", w.Types}, {"Environment", w.Environments}, {"Stack", w.Stacks}} {
		if len(g.lines) == 0 || len(g.lines) == 1 && g.lines[0].Name == "" {
			continue
		}
		one := group{Name: g.name, CSV: w.csv("their requests")}
		shown := min(len(g.lines), w.s.room.groups)
		one.More = len(g.lines) - shown
		for _, l := range g.lines[:shown] {
			one.Lines = append(one.Lines, w.groupWords(l))
		}
		out = append(out, one)
	}
	return out
}

func (w weeklyWords) groupWords(l report.GroupLine) groupLine {
	one := groupLine{Name: w.words(l.Name, 60), Open: l.Open, Flow: held(fmt.Sprintf("%d / %d", l.In, l.Out)), InTime: share(l.InTime)}
	if one.Name == "" {
		one.Name = "not named"
	}
	if l.LateNow > 0 {
		one.Late = fmt.Sprint(l.LateNow)
	}
	return one
}

func (w weeklyWords) waiting() []waitingLine {
	var out []waitingLine
	us := "Us"
	if w.Edition != report.Programme {
		us = "The desk"
	}
	names := map[string]string{"us": us, "partner": "Partner", "requester": "Requester", "approver": "Approver"}
	for _, l := range w.Waiting {
		name, ok := names[l.Whom]
		if !ok {
			name = oneLine(l.Whom, 40)
		}
		out = append(out, waitingLine{Whom: name, Open: l.Open, Median: ago(l.Median), Longest: ago(l.Longest), Key: l.Key})
	}
	return out
}

func ago(seconds int64) string { return held(report.Ago(time.Duration(seconds) * time.Second)) }

func (w weeklyWords) approvals() cutList {
	var out cutList
	out.CSV = w.csv("them")
	shown := min(len(w.Approvals), w.s.room.lines, 5)
	for _, a := range w.Approvals[:shown] {
		out.Entries = append(out.Entries, entry{
			Title: w.title(a.Item.Title), Figure: ago(a.Waited),
			Notes: []string{facts(a.Item.Key, w.words(a.Need, 80), "asked of "+w.words(strings.Join(a.From, ", "), 120))},
		})
	}
	out.More = len(w.Approvals) - shown
	return out
}

func (w weeklyWords) trend() trend {
	t := trend{Sentence: w.Trend.Sentence, Alt: w.Trend.Alt}
	if w.s.enclosed.trend != nil {
		t.Picture = &picture{url: "cid:" + w.s.enclosed.trend.id}
	}
	most := 1
	for _, l := range w.Trend.Weeks {
		most = max(most, l.Open)
	}
	for i, l := range w.Trend.Weeks {
		one := trendLine{Label: l.Label, Open: l.Open, In: l.In, Out: l.Out, Bar: bar{share: percent(l.Open, most), tone: "pale"}}
		if i == len(w.Trend.Weeks)-1 {
			one.Bar.tone = ""
		}
		if l.Late > 0 {
			one.Late = fmt.Sprint(l.Late)
		}
		t.Weeks = append(t.Weeks, one)
	}
	return t
}

func (w weeklyWords) outlook() *outlook {
	o := w.Outlook
	if o == nil || o.Sentence == "" {
		return nil
	}
	return &outlook{Sentence: o.Sentence, Record: o.Record}
}

func (w weeklyWords) recurring() cutList {
	var out cutList
	shown := min(len(w.Recurring), w.s.room.lines, 5)
	for _, r := range w.Recurring[:shown] {
		each := ""
		if r.Median > 0 {
			each = "about " + length(r.Median, r.Day) + " of work each"
		}
		out.Entries = append(out.Entries, entry{
			Title: w.title(r.Title), Figure: held(fmt.Sprintf("%d times", r.Count)), Notes: []string{facts(w.words(r.Type, 60), each)}, Keys: keys(r.Keys),
		})
	}
	out.More = len(w.Recurring) - shown
	return out
}

func keys(all []string) []key {
	var out []key
	for _, k := range all[:min(len(all), 5)] {
		out = append(out, key(k))
	}
	return out
}

// quality tells how many of those resolved were right the first time.
func (w weeklyWords) quality() string {
	q := w.Quality
	if q.Resolved == 0 {
		return ""
	}
	back := "none came back"
	if q.CameBack > 0 {
		back = fmt.Sprintf("%d came back within seven days", q.CameBack)
	}
	return rightFirst(q.Resolved, q.FirstRight.Met) + "; " + back + "."
}

func rightFirst(resolved, right int) string {
	const well = "right the first time"
	switch {
	case resolved == 1 && right == 1:
		return "The one resolved was " + well
	case resolved == 1:
		return "The one resolved was not " + well
	case resolved == 2 && right == 2:
		return "Both of those resolved were " + well
	case resolved == right:
		return fmt.Sprintf("All %d resolved were %s", resolved, well)
	case resolved == 2 && right == 0:
		return "2 resolved, neither of them " + well
	case right == 0:
		return fmt.Sprintf("%d resolved, none of them %s", resolved, well)
	}
	return fmt.Sprintf("%d resolved, %d of them %s", resolved, right, well)
}
