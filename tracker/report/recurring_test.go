package report

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestWordsOfATitle(t *testing.T) {
	names := map[string]bool{"the": true, "punjab": true}
	for title, want := range map[string]string{
		"Rotate the deploy keys (Punjab) 2026": "deploy key rotate", "rotate: DEPLOY-key!": "deploy key rotate", "node7 node 7": "node",
		"access less": "access less", "कुंजी बदलें": "कुंजी बदलें", "2026 / 11": "", "": "",
	} {
		assert.Equal(t, want, strings.Join(wordsOf(title, names), " "), title)
	}
}

// titles makes tickets of titles.
func titles(all ...string) []titled {
	var list []titled
	for i, s := range all {
		f := &facts{id: int64(i + 1), key: fmt.Sprintf("REQ-%d", i+1), title: s}
		list = append(list, titled{&seen{facts: f}, wordsOf(s, nil)})
	}
	return list
}

func TestSimilarTitlesComeTogether(t *testing.T) {
	groups := cluster(titles("rotate deploy key", "open firewall port", "rotate deploy keys today", "key deploy rotate", "restart agent", "open firewall port now", "rotate secret"))
	var got []string
	for _, g := range groups {
		var keys []string
		for _, k := range g {
			keys = append(keys, k.key)
		}
		got = append(got, strings.Join(keys, " "))
	}
	assert.Equal(t, []string{"REQ-1 REQ-3 REQ-4", "REQ-2 REQ-6", "REQ-5", "REQ-7"}, got)
}

func TestTitlesOfMostlyTheSameWordsRecur(t *testing.T) {
	for name, c := range map[string]struct {
		titles []string
		found  bool
	}{
		"two of three words":     {[]string{"VPN access for Ravi", "VPN access for Mina", "VPN access for Joe"}, true},
		"three of four":          {[]string{"Grant VPN access to Ravi", "Grant VPN access to Mina", "Grant VPN access to Joe"}, true},
		"one word of two":        {[]string{"Access Ravi", "Access Mina", "Access Joe"}, false},
		"one word alone":         {[]string{"Access", "access!", "Access 7"}, true},
		"one word and one more":  {[]string{"Access", "Access Mina", "Access Joe"}, false},
		"two of five":            {[]string{"VPN access Ravi laptop home", "VPN access Mina desktop office", "VPN access Joe phone train"}, false},
		"the same but for names": {[]string{"Restart ERP in Punjab", "Restart of ERP", "restart erp 3"}, true},
	} {
		var text strings.Builder
		for i, title := range c.titles {
			fmt.Fprintf(&text, "REQ-%d P3 GitOps Punjab ERP ravi: %s\n  2026-03-1%d 10:00 opened\n", i+1, title, i)
		}
		got := told(t, text.String()).Recurring
		if !c.found {
			assert.Empty(t, got, name)
			continue
		}
		if assert.Len(t, got, 1, name) {
			assert.Equal(t, 3, got[0].Count, name)
			assert.Equal(t, c.titles[0], got[0].Title, name)
		}
	}
}

// TestClusterAgreesWithComparingEveryPair compares with the plain rule: a title
// of the same words goes where the last one went, another joins the earliest of
// those groups whose first title is most like it.
func TestClusterAgreesWithComparingEveryPair(t *testing.T) {
	words := strings.Fields("rotate deploy key open firewall port restart agent slow query add user grant access renew certificate")
	for seed := range uint64(300) {
		rnd := rand.New(rand.NewPCG(seed, 3))
		var all []string
		for range 40 {
			var w []string
			for range 1 + rnd.IntN(5) {
				w = append(w, words[rnd.IntN(4+rnd.IntN(12))])
			}
			all = append(all, strings.Join(w, " "))
		}
		list := titles(all...)
		var want [][]titled
		for _, k := range list {
			best, most := -1, 0.0
			for g := range want {
				if slices.ContainsFunc(want[g], func(o titled) bool { return slices.Equal(o.words, k.words) }) {
					best, most = g, 2
				}
				both := 0
				for _, w := range k.words {
					if slices.Contains(want[g][0].words, w) {
						both++
					}
				}
				alike := float64(both) / float64(len(k.words)+len(want[g][0].words)-both)
				if both >= 2 && alike >= 0.5-1e-9 && alike > most+1e-9 {
					best, most = g, alike
				}
			}
			if best < 0 {
				best, want = len(want), append(want, nil)
			}
			want[best] = append(want[best], k)
		}
		if !assert.Equal(t, want, cluster(list), "seed %d", seed) {
			return
		}
	}
}

// Comparing every pair of them would take minutes.
func TestFiftyThousandTitlesAreClustered(t *testing.T) {
	var all []string
	for i := range 50_000 {
		all = append(all, fmt.Sprintf("rotate deploy key of %c%c%c%c", 'a'+rune(i%26), 'a'+rune(i/26%26), 'a'+rune(i/676%26), 'a'+rune(i/17576)))
	}
	assert.NotEmpty(t, cluster(titles(all...)))
}
