package intake

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// say writes what was read in one line: "P1 type=GitOps | title | unknown: foo".
func say(s Subject) string {
	var tags []string
	for _, t := range s.Tags {
		if t.Kind == TagPriority {
			tags = append(tags, t.Value)
		} else {
			tags = append(tags, string(t.Kind)+"="+t.Value)
		}
	}
	out := strings.Join(tags, " ") + " | " + s.Title
	if s.Key != "" {
		out += " | " + s.Key
	}
	if len(s.Unknown) > 0 {
		out += " | unknown: " + strings.Join(s.Unknown, "; ")
	}
	return strings.TrimSpace(out)
}

func TestReadSubject(t *testing.T) {
	r := testRules(t)
	for subject, want := range map[string]string{
		"[P1][GitOps] Rotate the deploy key": "P1 type=GitOps | Rotate the deploy key",
		"[gitops] [p1] Rotate":               "type=GitOps P1 | Rotate",
		"Rotate [P1][GitOps]":                "P1 type=GitOps | Rotate",
		"[P1] Rotate [Punjab]":               "P1 environment=Punjab | Rotate",
		"Re: Fwd: [P1] Rotate":               "P1 | Rotate",
		"Odg: RE[2]： İLT: Πρθ: RE^3: Rotate": " | Rotate",
		"回复：转发: Trả lời: Réf. : [P1] Rotate": "P1 | Rotate",
		"Note: Rotate":                       " | Note: Rotate",
		"AW: WG: [P1] Rotate":                "P1 | Rotate",
		"SV: [P1] Rotate":                    "P1 | Rotate",
		"RV: Re[2]: [P1] Rotate":             "P1 | Rotate",
		"回复：[P1] Rotate":                     "P1 | Rotate",
		"[env-users] [P1] Rotate":            "P1 | [env-users] Rotate | unknown: env-users",
		"[P1 GitOps] Rotate":                 "P1 type=GitOps | Rotate",
		"[P1, Punjab] Rotate":                "P1 environment=Punjab | Rotate",
		"[P1|ERP] Rotate":                    "P1 stack=ERP | Rotate",
		"[P1/GitOps] Rotate":                 "P1 type=GitOps | Rotate",
		"【P1】Rotate":                         "P1 | Rotate",
		"P1: Rotate":                         "P1 | Rotate",
		"P1 - Rotate":                        "P1 | Rotate",
		"P1 GitOps: Rotate":                  "P1 type=GitOps | Rotate",
		"P100: Rotate":                       " | P100: Rotate",
		"[urgent] Rotate":                    "P1 | Rotate",
		"[Prio 2] Rotate":                    "P2 | Rotate",
		"[P0][P3] Rotate":                    "P0 P3 | Rotate",
		"[ci pipelines] x":                   "type=CI-Pipelines | x",
		"[CI Pipelines P2] x":                "type=CI-Pipelines P2 | x",
		"[Enhancement] x":                    "type=NewFeature | x",
		"[Punj] x":                           "environment=Punjab | x",
		"[Pun] x":                            " | [Pun] x | unknown: Pun",
		"[Punjba] x":                         "environment=Punjab | x",
		"[Troubelshooting] x":                "type=Troubleshooting | x",
		"[PB] x":                             "environment=Punjab | x",
		"[A] x":                              " | [A] x | unknown: A",
		"[foo] x":                            " | [foo] x | unknown: foo",
		"[P1][foo] x":                        "P1 | [foo] x | unknown: foo",
		"[P1 foo bar] x":                     " | [P1 foo bar] x | unknown: P1 foo bar",
		"[by 2026-12-20] x":                  "needed_by=2026-12-20 | x",
		"[needed by 20 Dec] x":               "needed_by=2026-12-20 | x",
		"[by 5 Jan] x":                       "needed_by=2027-01-05 | x",
		"[OptIT] x":                          "partner=OptIT | x",
		"Re: [REQ-12] Rotate":                " | Rotate | REQ-12",
		"Re: [req-12][P0] Rotate":            "P0 | Rotate | REQ-12",
		"any news on REQ-12?":                " | any news on REQ-12?",
		"Re: any news on REQ-12?":            " | any news on REQ-12? | REQ-12",
		"REQ-12 any news?":                   " | REQ-12 any news? | REQ-12",
		"[P2] as in REQ-12":                  "P2 | as in REQ-12",
		"[Resolved] [REQ-12] Rotate":         "status=resolved | Rotate | REQ-12",
		"Rotate [the old] key":               " | Rotate [the old] key",
		"":                                   "|",
		"[]":                                 "|",
		"[low disk space] on db1":            " | [low disk space] on db1 | unknown: low disk space",
	} {
		assert.Equal(t, strings.TrimSpace(want), say(ReadSubject(subject, r, noon)), subject)
	}
}

func TestGuesses(t *testing.T) {
	v := testRules(t).Vocabulary
	for title, want := range map[string]string{
		"Rotate the key for Punjab":  "Punjab",
		"Rotate the key for punjab!": "Punjab",
		"New server in Andhra":       "AP",
		"PB is down":                 "", // an alias of less than four letters
		"Punjab and Bihar":           "", // two are named
		"Punjabi text is broken":     "",
		"AP gateway":                 "AP",
	} {
		assert.Equal(t, want, GuessEnvironment(title, v), title)
	}
	assert.Equal(t, "Andhra-Pradesh", GuessEnvironment("deploy in andhra pradesh", Vocabulary{Environments: []Term{{Name: "Andhra-Pradesh"}}}))
	assert.Equal(t, "AccessOps", Rules{Vocabulary: v}.guessType("VPN for Meera", "P2"))
	assert.Equal(t, "GitOps", Rules{Vocabulary: testRulesOnly(v, "GitOps")}.guessType("the deploy key expired", "P2"))
}

// testRulesOnly keeps one type, so that a guess is not ambiguous.
func testRulesOnly(v Vocabulary, name string) Vocabulary {
	for _, t := range v.Types {
		if t.Name == name {
			v.Types = []Term{t}
		}
	}
	return v
}

func TestReadCommands(t *testing.T) {
	for text, want := range map[string]string{
		"/ack":                                   "/ack |",
		"Hi,\n/ack\nRegards,\nMeera":             "/ack |",
		"Hi team, /ack":                          "/ack |",
		"#done keys rotated":                     "/done keys rotated |",
		"!close":                                 "/close |",
		"/p0":                                    "/priority P0 |",
		"/pickup":                                "/ack |",
		"Priority: P1":                           "/priority P1 |",
		"ETA: Friday":                            "/eta Friday |",
		"Needed by: 20 December 2026":            "/needed 20 December 2026 |",
		"Note: the key is old":                   "| Note: the key is old",
		"#1 is broken":                           "| #1 is broken",
		"#hashtag":                               "| #hashtag",
		"/etc is full":                           "| /etc is full",
		"/var/log is full":                       "| /var/log is full",
		"/resolvd":                               "/resolvd |",
		"see /done":                              "| see /done",
		"It works.\n/done all good\nSee you":     "/done all good | It works.\nSee you",
		"thanks":                                 "| thanks",
		"/done\nThanks, and please also check B": "/done | Thanks, and please also check B",
	} {
		o := ReadCommands(text)
		var cs []string
		for _, c := range o.Commands {
			cs = append(cs, c.String())
		}
		assert.Equal(t, want, strings.TrimSpace(strings.Join(cs, ", ")+" | "+o.Comment), text)
	}
}

func TestReadDate(t *testing.T) {
	for s, want := range map[string]string{
		"2026-12-20": "2026-12-20", "20 Dec": "2026-12-20", "20th December 2026": "2026-12-20", "20/12/2026": "2026-12-20",
		"Dec 20, 2026": "2026-12-20", "Sun, 20 Dec 2026": "2026-12-20", "today": "2026-11-23", "tomorrow": "2026-11-24",
		"23 Nov": "2026-11-23", "22 Nov": "2027-11-22", "3 Sept": "2027-09-03", "31 Feb": "", "soon": "", "29 Feb": "2028-02-29",
	} {
		got, _ := ReadDate(s, noon.In(testRules(t).Zone))
		assert.Equal(t, want, got, s)
	}
}

func FuzzReadSubject(f *testing.F) {
	for _, s := range []string{"[P1][GitOps] x", "Re: [REQ-1] x", "【P1】", "P1 - [by 20 Dec] x", "[[[]]]", "Re[2]: [x"} {
		f.Add(s)
	}
	r := testRules(f)
	f.Fuzz(func(t *testing.T, subject string) {
		s := ReadSubject(subject, r, noon)
		// What was not understood stays in the title.
		for _, u := range s.Unknown {
			assert.Contains(t, s.Title, u)
		}
	})
}

func FuzzReadCommands(f *testing.F) {
	for _, s := range []string{"/ack", "Hi,\n/done x\n", "Priority: P1\ntext", "#done", "/x/y", "0\n\n\n0"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		o := ReadCommands(text)
		lines := strings.Split(text, "\n")
		for _, c := range o.Commands {
			assert.NotEmpty(t, strings.TrimSpace(lines[c.Line-1]))
		}
		if len(o.Commands) == 0 {
			assert.Equal(t, strings.Trim(text, "\n "), o.Comment)
		}
	})
}
