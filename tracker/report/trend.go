package report

import (
	"fmt"
	"slices"
	"strings"
)

// Trend is how the open work moved over up to eight weeks.
type Trend struct {
	Weeks    []TrendWeek `json:"weeks"`
	Sentence string      `json:"sentence"` // what it shows
	Alt      string      `json:"alt"`      // the same with all numbers, for who does not see the picture
}

// TrendWeek is one week of the trend.
type TrendWeek struct {
	Week   Week   `json:"week"`
	Label  string `json:"label"` // w11
	Open   int    `json:"open"`  // at its end
	Late   int    `json:"late"`  // at its end
	In     int    `json:"in"`
	Out    int    `json:"out"`
	InTime Ratio  `json:"in_time"`
}

// trendWeeks are the weeks of the trend.
const trendWeeks = 8

func (v *view) trend(weeks []tally) Trend {
	var t Trend
	for w := max(v.begin(), horizon-trendWeeks); w < horizon; w++ {
		n := weeks[w]
		week := v.setup.Week.Back(horizon - 1 - w)
		t.Weeks = append(t.Weeks, TrendWeek{
			Week: week, Label: fmt.Sprintf("w%d", week.Number), Open: n.open, Late: n.late, In: n.in(), Out: n.out(), InTime: ratio(n.met, n.due),
		})
	}
	t.Sentence = finding(t.Weeks)
	var all []string
	for _, w := range t.Weeks {
		all = append(all, fmt.Sprintf("%s %d", w.Label, w.Open))
	}
	t.Alt = t.Sentence + " Open at the end of each week: " + strings.Join(all, ", ") + "."
	return t
}

// finding is the sentence that tells what the trend shows. From the end of its
// first week to that of its last one week less has passed than it has.
func finding(weeks []TrendWeek) string {
	first, last, passed := weeks[0].Open, weeks[len(weeks)-1].Open, weekWords(len(weeks)-1)
	switch {
	case len(weeks) == 1 && last == 0:
		return "The first week: nothing is open at its end."
	case len(weeks) == 1:
		return fmt.Sprintf("The first week: %s %s open at its end.", Count(last, "request"), isAre(last))
	case last < first:
		return fmt.Sprintf("Open work fell from %d to %d over %s%s.", first, last, passed, extreme(weeks))
	case last > first:
		return fmt.Sprintf("Open work rose from %d to %d over %s%s.", first, last, passed, extreme(weeks))
	case last == 0 && unmoved(weeks) && len(weeks) > 2:
		return fmt.Sprintf("Nothing was open at the end of any of the %s.", weekWords(len(weeks)))
	case last == 0:
		return fmt.Sprintf("Nothing is open, as %s ago.", passed)
	case unmoved(weeks):
		return fmt.Sprintf("Open work stayed at %d over %s.", last, passed)
	}
	return fmt.Sprintf("Open work is at %d again, as %s ago.", last, passed)
}

// weekWords counts weeks in words: one week, two weeks.
func weekWords(n int) string {
	if n == 1 {
		return "one week"
	}
	return small(n) + " weeks"
}

// unmoved reports whether as many were open at the end of every week.
func unmoved(weeks []TrendWeek) bool {
	return !slices.ContainsFunc(weeks, func(w TrendWeek) bool { return w.Open != weeks[0].Open })
}

// extreme tells when the last week is the highest or the lowest of all.
func extreme(weeks []TrendWeek) string {
	last := weeks[len(weeks)-1].Open
	lowest, highest := true, true
	for _, w := range weeks[:len(weeks)-1] {
		lowest = lowest && last < w.Open
		highest = highest && last > w.Open
	}
	switch {
	case len(weeks) < 3:
	case lowest:
		return ", the lowest of them"
	case highest:
		return ", the highest of them"
	}
	return ""
}
