package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
)

// A reason of several lines stays within the lines of its event.
func TestShowIndentsWhatHasSeveralLines(t *testing.T) {
	s := shownTicket{Key: "REQ-1", Title: "Root", History: []shownEvent{
		{Seq: 1, At: "2026-11-24T12:00:00+05:30", By: "ops@egov.test", Detail: tracker.Rejected{Need: "type AccessOps", Round: 1, Reason: "Not without a test.\nPlease come back.\n"}, Reason: "one\ntwo"},
		{Seq: 2, At: "2026-11-24T12:00:00+05:30", By: "ops@egov.test", Detail: tracker.Noted{Text: "first\n\nthird"}},
	}}
	var b strings.Builder
	require.NoError(t, s.print(&b))
	_, history, _ := strings.Cut(b.String(), "\nHistory\n")
	history, _, _ = strings.Cut(history, "\nMails\n")
	assert.Equal(t, "    1  2026-11-24 12:00:00 +0530  ops@egov.test  rejected type AccessOps, round 1: Not without a test.\n       Please come back.\n"+
		"       one\n       two\n"+
		"    2  2026-11-24 12:00:00 +0530  ops@egov.test  noted: first\n\n       third\n", history)
}
