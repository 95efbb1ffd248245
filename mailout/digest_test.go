package mailout

import (
	"encoding/json"
	"fmt"
	"html"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
	"envdesk/tracker/report"
)

var tags = regexp.MustCompile(`<[^>]*>`)

// digested composes a digest.
func digested(t testing.TB, c *Composer, d report.Digest) mailParts {
	t.Helper()
	data, err := json.Marshal(d)
	require.NoError(t, err)
	n := tracker.Notice{Key: "daily/2026-03-11/asha@egov.test", Kind: tracker.KindDigest, To: sampleManager, As: d.Reader.Role, At: d.AsOf, Data: tracker.NoticeData{Report: data}}
	_, p := compose(t, c, n, tracker.Ticket{})
	return p
}

// digestOf has items with the needs in the lists, which are named l, t, y, b and u.
func digestOf(role tracker.Role, lists map[string][]report.Need) report.Digest {
	now := time.Date(2026, 3, 11, 3, 45, 0, 0, time.UTC)
	d := report.Digest{AsOf: now, Reader: report.DigestReader{Role: role}, Headline: "Some work"}
	n := 0
	for name, l := range map[string]*report.DigestList{"l": &d.Late, "t": &d.Today, "y": &d.OnYou, "b": &d.Blocked, "u": &d.NoOwner} {
		for _, need := range lists[name] {
			n++
			l.Items = append(l.Items, report.DigestItem{Need: need, Item: report.Item{Key: fmt.Sprintf("REQ-%d", n), Title: "Disk full", Priority: "P1", Who: "OptIT", LateBy: 3600, Due: now, Since: now.Add(-time.Hour), Why: "no word yet"}})
		}
	}
	return d
}

func TestHintsOfADigestFitWhatIsListed(t *testing.T) {
	const manager, devops, partner, requester = tracker.RoleManager, tracker.RoleDevOps, tracker.RolePartner, tracker.RoleRequester
	type needs = []report.Need
	for _, tt := range []struct {
		role  tracker.Role
		list  string
		needs needs
		want  string
	}{
		{manager, "l", needs{report.NeedWord}, "Ask who has it, or say /assign and another partner’s name."},
		{manager, "l", needs{report.NeedOwner}, "Say /assign and a partner’s name."},
		{manager, "l", needs{report.NeedOwner, report.NeedWord, report.NeedWord}, "Ask who has it, or say /assign and a partner’s name."},
		{manager, "l", needs{report.NeedWord, report.NeedUnblock}, "Ask who has it, or say /assign and another partner’s name; clear the way of what is blocked, then say /unblock."},
		{manager, "l", needs{report.NeedWork, report.NeedOwner, report.NeedUnblock}, "Finish your own work with /done and a note. Say /assign and a partner’s name; clear the way of what is blocked, then say /unblock."},
		{manager, "l", needs{report.NeedPickup, report.NeedWork, report.NeedWord}, "Take what is not picked up with /ack; finish the rest with /done and a note. Ask who has it, or say /assign and another partner’s name."},
		{manager, "l", needs{""}, ""},
		{manager, "t", needs{"", report.NeedOwner}, "Say /assign and a partner’s name."},
		{manager, "y", needs{report.NeedApproval}, "Decide with the mail that asked you."},
		{manager, "y", needs{report.NeedAccept}, "Let it in with /accept, or end it with /cancel."},
		{manager, "y", needs{report.NeedApproval, report.NeedAccept}, "Decide with the mail that asked you; let a request in with /accept, or end it with /cancel."},
		{manager, "y", needs{report.NeedApproval, report.NeedAccept, report.NeedWork}, "Decide with the mail that asked you; let a request in with /accept, or end it with /cancel. Finish your own work with /done and a note."},
		{manager, "b", needs{report.NeedUnblock}, "Clear the way, then say /unblock."},
		{manager, "u", needs{report.NeedOwner}, "Say /assign and a partner’s name."},
		{devops, "y", needs{report.NeedUnblock}, "Clear the way, then say /unblock."},
		{devops, "y", needs{report.NeedWork, report.NeedUnblock}, "Finish your own work with /done and a note, or say /eta and a time. Clear the way of what is blocked, then say /unblock."},
		{devops, "y", needs{report.NeedApproval, report.NeedUnblock}, "Decide with the mail that asked you. Clear the way of what is blocked, then say /unblock."},
		{devops, "y", needs{report.NeedApproval, report.NeedPickup, report.NeedUnblock}, "Decide with the mail that asked you. Take what is not picked up with /ack; clear the way of what is blocked, then say /unblock."},
		{partner, "l", needs{report.NeedPickup}, "Take it with /ack, or say /decline and why."},
		{partner, "l", needs{report.NeedWork, report.NeedWork}, "Finish with /done and a note, or say /eta and a time."},
		{partner, "t", needs{report.NeedWork, report.NeedPickup, ""}, "Take what is not picked up with /ack; finish the rest with /done and a note, or say /eta and a time."},
		{partner, "y", needs{report.NeedPickup}, "Take it with /ack, or say /decline and why."},
		{partner, "b", needs{""}, ""},
		{requester, "l", needs{""}, ""},
		{requester, "y", needs{report.NeedAnswer}, "Write your answer: the work goes on when it is here."},
	} {
		p := digested(t, desk(t), digestOf(tt.role, map[string][]report.Need{tt.list: tt.needs}))
		_, rest, ok := strings.Cut(p.text, "no word yet\n\n"+strings.Repeat("-", 3))
		if tt.want != "" {
			i := strings.LastIndex(p.text, "no word yet\n\n") + len("no word yet\n\n")
			hint, _, _ := strings.Cut(p.text[i:], "\n\n")
			assert.Equal(t, tt.want, strings.ReplaceAll(hint, "\n", " "), "%s %s %v", tt.role, tt.list, tt.needs)
			assert.Contains(t, html.UnescapeString(tags.ReplaceAllString(p.html, "")), tt.want)
			assert.LessOrEqual(t, strings.Count(hint, "."), 2, hint)
		} else {
			assert.True(t, ok, "no hint at all: %s %s", tt.role, rest)
		}
	}
}

// anyDigest is a digest as the report may give it.
func anyDigest(d *rand.Rand) report.Digest {
	role := []tracker.Role{tracker.RoleManager, tracker.RoleDevOps, tracker.RolePartner, tracker.RoleRequester}[d.IntN(4)]
	all := []report.Need{"", report.NeedApproval, report.NeedAccept, report.NeedAnswer, report.NeedPickup, report.NeedWork, report.NeedOwner, report.NeedUnblock, report.NeedWord}
	words := []string{"Disk", "full", "on", "the", "build", "agents", "of", "Punjab", "certificate", "Verwaltungsgemeinschaft", "पंजाब", strings.Repeat("x", 130)}
	lists := map[string][]report.Need{}
	for _, name := range []string{"l", "t", "y", "b", "u"} {
		for range max(0, d.IntN(8)-2) {
			lists[name] = append(lists[name], all[d.IntN(len(all))])
		}
	}
	one := digestOf(role, lists)
	for _, l := range []*report.DigestList{&one.Late, &one.Today, &one.OnYou, &one.Blocked, &one.NoOwner} {
		for i := range l.Items {
			title := []string{}
			for range 1 + d.IntN(8) {
				title = append(title, words[min(d.IntN(13), d.IntN(13))%len(words)])
			}
			l.Items[i].Title = strings.Join(title, " ")
		}
		if len(l.Items) == 5 {
			l.More = d.IntN(20)
		}
	}
	one.Hours = []report.Hour{{From: one.AsOf, Due: one.Today.Total()}}
	return one
}

func TestADigestIsOneScreenWithoutHoles(t *testing.T) {
	c := desk(t)
	check := func(name string, p mailParts) {
		assert.NotContains(t, strings.ReplaceAll(p.text, "\r", ""), "\n\n\n", name)
		assert.NotContains(t, p.html, "></p>", name)
		assert.LessOrEqual(t, strings.Count(p.text, "\n- "), mostDigest, name)
	}
	for seed := range uint64(300) {
		d := anyDigest(rand.New(rand.NewPCG(seed, 5)))
		p := digested(t, c, d)
		check(fmt.Sprint("seed ", seed), p)
		for _, l := range []report.DigestList{d.Late, d.Today, d.OnYou, d.Blocked, d.NoOwner} {
			if l.Total() > 0 {
				assert.Contains(t, p.text, fmt.Sprintf(" · %d\n\n", l.Total()), "seed %d: each list is there", seed)
			}
		}
		if t.Failed() {
			t.Fatal(p.text)
		}
	}
	for _, name := range []string{"digest", "digest-devops", "digest-partner", "digest-requester", "digest-empty"} {
		s := sample(t, name)
		_, p := compose(t, c, s.Notice, s.Ticket)
		check(name, p)
	}
}

func TestPreheadersOfDigests(t *testing.T) {
	list := func(name string, total int, titles ...string) digestList {
		l := digestList{Name: name, Total: total}
		for _, title := range titles {
			l.names = append(l.names, named{title, "not picked up"})
		}
		return l
	}
	for _, tt := range []struct {
		lists []digestList
		want  string
	}{
		{nil, ""},
		{[]digestList{list("Late now", 1, "Disk full")}, "Late now: Disk full (not picked up)"},
		{[]digestList{list("Late now", 1, "Disk full"), list("Due today", 2, "Rotate keys", "Node 7")}, "Late now: Disk full (not picked up); due today: Rotate keys (not picked up), Node 7 (not picked up)"},
		{[]digestList{list("Late now", 8, "Cluster upgrade in Punjab", "CI runner out of disk", "Rotate the deploy key")}, "Late now: Cluster upgrade in Punjab, CI runner out of disk, Rotate the deploy key and 5 more"},
		{
			[]digestList{list("Late now", 2, "Cluster upgrade in Punjab", "CI runner out of disk"), list("Due today", 7, "Rotate the deploy key")},
			"Late now: Cluster upgrade in Punjab, CI runner out of disk; due today: Rotate the deploy… and 6 more",
		},
		{[]digestList{list("Due today", 1, strings.Repeat("x", 120))}, "Due today: " + strings.Repeat("x", 88) + "…"},
	} {
		assert.Equal(t, tt.want, digestPreheader(tt.lists))
	}
}

func TestPreheadersAreAsLongAsThereIsToSay(t *testing.T) {
	s := desk(t).settings
	for seed := range uint64(3000) {
		d := anyDigest(rand.New(rand.NewPCG(seed, 7)))
		data, err := json.Marshal(d)
		require.NoError(t, err)
		var v view
		require.NoError(t, v.readDigest(s, tracker.Notice{Data: tracker.NoticeData{Report: data}}))
		least := 0
		for _, l := range v.Digest.Lists {
			least += len(l.Name)
			for _, n := range l.names {
				least += utf8.RuneCountInString(n.title+n.why) + 3
			}
		}
		got := v.Digest.Preheader
		assert.LessOrEqual(t, utf8.RuneCountInString(got), 100, "seed %d: %s", seed, got)
		if least >= 130 {
			assert.GreaterOrEqual(t, utf8.RuneCountInString(got), 80, "seed %d: %s", seed, got)
		}
		assert.Equal(t, len(v.Digest.Lists) == 0, got == "")
		assert.NotEqual(t, v.Digest.Day+": "+v.Digest.Headline, got)
	}
}
