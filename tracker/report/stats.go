package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// quantile is the nearest-rank percentile of values, and false for none.
func quantile[T cmp.Ordered](values []T, percent int) (T, bool) {
	if len(values) == 0 {
		var none T
		return none, false
	}
	s := slices.Sorted(slices.Values(values))
	return s[rank(len(s), percent)], true
}

// rank is the index of the percentile among n rising values.
func rank(n, percent int) int { return max(0, (n*percent+99)/100-1) }

// median is the nearest-rank median, 0 for none.
func median[T cmp.Ordered](values []T) T {
	m, _ := quantile(values, 50)
	return m
}

// few is the count below which no percentage is told.
const few = 10

// ratio words a share. All and none are told of all and none alone.
func ratio(met, of int) Ratio {
	r := Ratio{Met: met, Of: of, Text: "–"}
	switch {
	case of == 0:
	case of < few:
		r.Text = fmt.Sprintf("%d of %d", met, of)
	default:
		r.Text = fmt.Sprintf("%d%%", percent(met, of))
	}
	return r
}

// percent is rounded half up, but 100 stands for all and 0 for none.
func percent(part, whole int) int {
	p := (200*part + whole) / (2 * whole)
	switch {
	case part > 0 && p == 0:
		return 1
	case part < whole && p == 100:
		return 99
	}
	return p
}

// medianRatio is the ratio of the median of some weeks by share; weeks of
// nothing do not count.
func medianRatio(weeks []Ratio) Ratio {
	weeks = slices.DeleteFunc(slices.Clone(weeks), func(r Ratio) bool { return r.Of == 0 })
	if len(weeks) == 0 {
		return ratio(0, 0)
	}
	slices.SortStableFunc(weeks, func(a, b Ratio) int { return cmp.Or(cmp.Compare(a.Met*b.Of, b.Met*a.Of), cmp.Compare(a.Of, b.Of)) })
	return weeks[rank(len(weeks), 50)]
}

// figure tells the last of some weeks against those before.
func figure(weeks []int) Figure {
	last := len(weeks) - 1
	f := Figure{Now: weeks[last]}
	if last > 0 {
		f.LastWeek = weeks[last-1]
		f.Usual = median(weeks[max(0, last-4):last])
	}
	f.Net = f.Now - f.LastWeek
	return f
}

// lengths sums up clocks that were stopped.
func lengths(done []outcome) Lengths {
	n := len(done)
	if n == 0 {
		return Lengths{}
	}
	used, elapsed := make([]time.Duration, n), make([]time.Duration, n)
	for i, o := range done {
		used[i], elapsed[i] = o.used, o.elapsed
	}
	slices.Sort(used)
	slices.Sort(elapsed)
	return Lengths{
		N: n, Median: seconds(used[rank(n, 50)]), P85: seconds(used[rank(n, 85)]),
		ElapsedMedian: seconds(elapsed[rank(n, 50)]), ElapsedP85: seconds(elapsed[rank(n, 85)]),
	}
}

// seconds are whole seconds; what is left over is dropped.
func seconds(d time.Duration) int64 { return int64(d / time.Second) }

// same compares configured names, which mean the same without case.
func same(a, b string) bool { return strings.EqualFold(a, b) }

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
