package tracker_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"envdesk/tracker"
)

var monday = time.Date(2026, 11, 23, 6, 30, 0, 0, time.UTC)

func signer(t testing.TB) tracker.Signer {
	s, err := tracker.NewSigner(tracker.Key{ID: 2, Secret: []byte(strings.Repeat("n", 32))}, tracker.Key{ID: 1, Secret: []byte(strings.Repeat("o", 32))})
	require.NoError(t, err)
	return s
}

func TestTokenIsBoundToTicketRecipientPurposeAndTime(t *testing.T) {
	s := signer(t)
	token := s.Token(tracker.PurposeReply, "REQ-1", "ravi@egov.test", monday)
	assert.Len(t, token, 31)
	assert.True(t, s.Valid(token, tracker.PurposeReply, "req-1", "Ravi@egov.test", monday))
	assert.False(t, s.Valid(token, tracker.PurposeReply, "REQ-2", "ravi@egov.test", monday))
	assert.False(t, s.Valid(token, tracker.PurposeReply, "REQ-1", "eve@egov.test", monday))
	assert.False(t, s.Valid(token, "approve", "REQ-1", "ravi@egov.test", monday))
	assert.True(t, s.Valid(token, tracker.PurposeReply, "REQ-1", "ravi@egov.test", monday.Add(tracker.TokenLife)))
	assert.False(t, s.Valid(token, tracker.PurposeReply, "REQ-1", "ravi@egov.test", monday.Add(tracker.TokenLife+48*time.Hour)))
	for i := range token {
		forged := token[:i] + string('a'+(token[i]-'a'+1)%26) + token[i+1:]
		assert.Equal(t, forged == token, s.Valid(forged, tracker.PurposeReply, "REQ-1", "ravi@egov.test", monday), "letter %d", i)
	}
}

func TestOldKeysStillCheck(t *testing.T) {
	old, err := tracker.NewSigner(tracker.Key{ID: 1, Secret: []byte(strings.Repeat("o", 32))})
	require.NoError(t, err)
	token := old.Token(tracker.PurposeReply, "REQ-1", "a@b.test", monday)
	assert.True(t, signer(t).Valid(token, tracker.PurposeReply, "REQ-1", "a@b.test", monday))
	_, err = tracker.NewSigner()
	assert.Error(t, err)
	_, err = tracker.NewSigner(tracker.Key{ID: 1, Secret: []byte("short")})
	assert.Error(t, err)
}

func TestFindToken(t *testing.T) {
	const desk = "requests@desk.test"
	token := signer(t).Token(tracker.PurposeReply, "REQ-42", "a@b.test", monday)
	want := tracker.ReplyToken{TicketKey: "REQ-42", Token: token}
	for _, s := range []string{tracker.ReplyAddress(desk, "REQ-42", token), strings.ToUpper(tracker.ReplyAddress(desk, "REQ-42", token)), tracker.ReplyID(desk, "REQ-42", token, "0a1b")} {
		got, ok := tracker.FindToken(desk, s)
		assert.True(t, ok, s)
		assert.Equal(t, want, got)
	}
	for _, s := range []string{desk, "requests+req-42@desk.test", "requests+req-42." + token + "@evil.test", "x", "", "@", "requests+.@desk.test"} {
		_, ok := tracker.FindToken(desk, s)
		assert.False(t, ok, s)
	}
}

func FuzzFindToken(f *testing.F) {
	f.Add("requests+req-1.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@desk.test")
	f.Add("req-1.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.00@desk.test")
	s := signer(f)
	f.Fuzz(func(t *testing.T, addr string) {
		rt, ok := tracker.FindToken("requests@desk.test", addr)
		if ok {
			assert.False(t, s.Valid(rt.Token, tracker.PurposeReply, rt.TicketKey, "a@b.test", monday), "nobody guesses a token")
		}
	})
}

func TestDirectoryLookup(t *testing.T) {
	d := tracker.Directory{
		People: []tracker.Person{
			{Name: "Asha", Email: "asha@egov.test", Role: tracker.RoleManager},
			{Email: "*@egov.test", Role: tracker.RoleRequester},
			{Email: "ASHA@egov.test", Role: tracker.RoleDevOps},
		},
		Partners: []tracker.Partner{{Name: "OptIT", Email: "desk@optit.test", Members: []string{"*@optit.test"}}},
	}
	asha := d.Lookup(tracker.Address{Address: "asha@EGOV.test"})
	assert.Equal(t, []tracker.Role{tracker.RoleManager, tracker.RoleDevOps}, asha.Roles)
	assert.Equal(t, "Asha", asha.Address.Name)
	assert.Equal(t, tracker.RoleRequester, d.Lookup(tracker.Address{Address: "ravi@egov.test"}).Role())
	assert.Equal(t, "OptIT", d.Lookup(tracker.Address{Address: "meera@optit.test"}).Partner.Name)
	assert.False(t, d.Lookup(tracker.Address{Address: "ravi@notegov.test"}).Known())
	assert.False(t, d.Lookup(tracker.Address{}).Known())
}

func TestPartnerBarrier(t *testing.T) {
	p := tracker.Partner{Name: "GWL", Status: tracker.Onboarded, NDASigned: monday.AddDate(0, -1, 0)}
	assert.Empty(t, p.Barrier(monday))
	for _, change := range []func(*tracker.Partner){
		func(p *tracker.Partner) { p.NDASigned = time.Time{} },
		func(p *tracker.Partner) { p.NDASigned = monday.AddDate(0, 0, 1) },
		func(p *tracker.Partner) { p.Status = tracker.Shortlisted },
		func(p *tracker.Partner) { p.Status = tracker.Left },
	} {
		q := p
		change(&q)
		assert.NotEmpty(t, q.Barrier(monday))
	}
}

// samples has one change of every kind that can be stored.
func samples() []tracker.Change {
	return []tracker.Change{
		tracker.Opened{Key: "REQ-1", Title: "x", Requester: tracker.Address{Name: "R", Address: "r@x.test"}, Priority: "P1", Guessed: []tracker.Field{tracker.FieldType}},
		tracker.Classified{Field: tracker.FieldType, Old: "", New: "GitOps"}, tracker.Assigned{Partner: "OptIT"}, tracker.PickedUp{},
		tracker.Replied{From: tracker.Address{Address: "p@x.test"}, Visibility: tracker.Public}, tracker.Noted{Text: "n"},
		tracker.StatusChanged{From: tracker.StatusWorking, To: tracker.StatusWaiting, Reason: "why"}, tracker.Refused{Command: "/x", Why: "y"},
		tracker.Resolved{Note: "n"}, tracker.Reopened{Reason: "r"}, tracker.Declined{Partner: "OptIT"}, tracker.Cancelled{Reason: "c"}, tracker.Closed{Reason: "z"},
	}
}

func TestChangesSurviveTheirStoredForm(t *testing.T) {
	for _, c := range append(samples(), tracker.Accepted{}) {
		data, err := tracker.EncodeChange(c)
		require.NoError(t, err)
		back, err := tracker.DecodeChange(c.Kind(), data)
		require.NoError(t, err)
		assert.Equal(t, c, back)
	}
	_, err := tracker.DecodeChange("unheard", []byte("{}"))
	assert.Error(t, err)
}

func TestFoldFindsEveryTampering(t *testing.T) {
	ticket, events, err := tracker.Record(tracker.Ticket{}, tracker.Event{Ticket: 1, At: monday, By: tracker.Actor{Address: "r@x.test"}}, samples())
	require.NoError(t, err)
	folded, err := tracker.Fold(events)
	require.NoError(t, err)
	assert.Empty(t, tracker.Differ(ticket, folded))

	rapid.Check(t, func(t *rapid.T) {
		forged := append([]tracker.Event(nil), events...)
		i := rapid.IntRange(0, len(forged)-1).Draw(t, "event")
		switch rapid.IntRange(0, 4).Draw(t, "how") {
		case 0:
			forged[i].At = forged[i].At.Add(time.Second)
		case 1:
			forged[i].By.Address = "eve@x.test"
		case 2:
			forged[i].Reason = "because"
		case 3:
			forged[i].Change = tracker.Noted{Text: "something else"}
		case 4:
			if i == len(forged)-1 {
				i-- // a cut tail is found by comparing with the projection
			}
			forged = append(forged[:i], forged[i+1:]...)
		}
		if _, err := tracker.Fold(forged); err == nil {
			t.Fatalf("event %d was changed and nobody noticed", i)
		}
	})
}

func TestApplyRefusesWhatDoesNotFit(t *testing.T) {
	opened, _, err := tracker.Record(tracker.Ticket{}, tracker.Event{Ticket: 1, At: monday}, samples()[:1])
	require.NoError(t, err)
	for _, c := range []tracker.Change{
		samples()[0], tracker.Accepted{}, tracker.StatusChanged{From: tracker.StatusWorking, To: tracker.StatusWaiting},
		tracker.Classified{Field: tracker.FieldPriority, Old: "P4", New: "P0"},
	} {
		_, _, err := tracker.Record(opened, tracker.Event{Ticket: 1, At: monday}, []tracker.Change{c})
		assert.Error(t, err, c.Kind())
	}
	_, _, err = tracker.Record(tracker.Ticket{}, tracker.Event{Ticket: 1, At: monday}, []tracker.Change{tracker.PickedUp{}})
	assert.Error(t, err)
}

func TestDifferNamesTheField(t *testing.T) {
	a := tracker.Ticket{ID: 1, OpenedAt: monday}
	b := a
	b.OpenedAt = monday.In(time.FixedZone("IST", 19800))
	assert.Empty(t, tracker.Differ(a, b), "the same instant")
	b.Title = "y"
	assert.Equal(t, "Title", tracker.Differ(a, b))
}
