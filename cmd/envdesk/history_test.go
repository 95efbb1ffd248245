package main

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/cmd/envdesk/config"
	"envdesk/tracker"
)

func TestHistoryTellsDecisionsAndPromises(t *testing.T) {
	zone, err := time.LoadLocation("Asia/Kolkata")
	require.NoError(t, err)
	due := ist(t, "2026-11-24 12:00").UTC()
	for want, c := range map[string]tracker.Change{
		"asked a@b.test, c@d.test to approve: type AccessOps, round 2, 2 needed, by 2026-11-24 12:00 +0530": tracker.ApprovalAsked{Need: "type AccessOps", Round: 2, Quorum: 2, Approvers: []string{"a@b.test", "c@d.test"}, Due: due},
		"asked nobody to approve: priority P0, round 1, 1 needed":                                           tracker.ApprovalAsked{Need: "priority P0", Round: 1, Quorum: 1},
		"approved type AccessOps, round 2: for a month":                                                     tracker.Approved{Need: "type AccessOps", Round: 2, Reason: "for a month"},
		"rejected type AccessOps, round 2":                                                                  tracker.Rejected{Need: "type AccessOps", Round: 2},
		"took the question back: type AccessOps, round 2: env AP":                                           tracker.ApprovalVoided{Need: "type AccessOps", Round: 2, Reason: "env AP"},
		"made it due 2026-11-24 12:00 +0530: the vendor is late":                                            tracker.TargetChanged{Due: due, Reason: "the vendor is late"},
		"made it due 2d later: the vendor is late":                                                          tracker.TargetChanged{Extend: "2d", Reason: "the vendor is late"},
		"reckons it by new terms: a → b":                                                                    tracker.TermsChanged{Old: "a", New: "b"},
		"handed it back from OptIT: nobody picked it up":                                                    tracker.HandedBack{Partner: "OptIT", Reason: "nobody picked it up"},
	} {
		assert.Equal(t, want, history(zone).describe(c))
	}
}

func TestExplainTellsWhatHappensToOtherTickets(t *testing.T) {
	s := newShell(t)
	s.file("envdesk.yaml", string(config.SampleFile())+"\nidentity: {require: from}\n")
	s.file("a.eml", punjabMail)
	s.file("b.eml", "From: meera@egov.test\nTo: requests@desk.test\nSubject: [GitOps][AP] Another key\nMessage-ID: <b@egov.test>\n\nPlease.\n")
	s.ok("ingest", "a.eml", "b.eml")
	link := s.file("c.eml", "From: asha@egov.test\nTo: requests@desk.test\nMessage-ID: <c@egov.test>\nIn-Reply-To: <a@egov.test>\n\n/link REQ-2\n/split The second half\n")
	out := s.ok("explain", link)
	assert.Contains(t, out, "Also       REQ-2: linked it to REQ-1\n")
	assert.Contains(t, out, "Also       a new request: opened it\n")
	var object struct {
		Also []struct {
			Ticket  string
			Changes []struct{ Change, Words string }
		}
	}
	require.NoError(t, json.Unmarshal([]byte(s.ok("explain", link, "--json")), &object))
	require.Len(t, object.Also, 2)
	assert.Equal(t, "REQ-2", object.Also[0].Ticket)
	assert.Equal(t, "linked it to REQ-1", object.Also[0].Changes[0].Words)
}

func TestApprovalOnTheCommandLine(t *testing.T) {
	s := newShell(t)
	s.file("envdesk.yaml", string(config.SampleFile())+"\nidentity: {require: from}\n")
	s.file("a.eml", "From: ravi@egov.test\nTo: requests@desk.test\nSubject: [AccessOps][Punjab] VPN\nMessage-ID: <a@egov.test>\n\nPlease.\n")
	assert.Contains(t, s.ok("explain", "a.eml"), "Mail       approval to ops@egov.test")
	s.ok("ingest", "a.eml")
	assert.Contains(t, s.ok("show", "REQ-1"), "type AccessOps waits for 1 of ops@egov.test, until ")

	code, out, _ := s.run("", "do", "REQ-1", "/assign OptIT", "--as", "asha@egov.test")
	assert.Equal(t, exitProblem, code)
	assert.Contains(t, out, "it waits for the approval of DevOps (type AccessOps)")
	code, out, _ = s.run("", "do", "REQ-1", "/approve", "--as", "asha@egov.test")
	assert.Equal(t, exitProblem, code)
	assert.Contains(t, out, "only who was asked for this approval")
	assert.Contains(t, s.ok("do", "REQ-1", "/approve for a month", "--as", "ops@egov.test"), "approved: approval → new")
	shown := s.ok("show", "REQ-1")
	assert.Contains(t, shown, "approved type AccessOps, round 1: for a month")
	assert.Contains(t, shown, "assigned to OptIT")
	assert.Contains(t, shown, "type AccessOps approved by ops@egov.test")
	s.ok("verify")
}
