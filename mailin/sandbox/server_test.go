package sandbox

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const plainMail = "From: Asha <asha@egov.test>\r\nTo: requests@desk.test\r\nSubject: Access\r\nMessage-ID: <1@egov.test>\r\n\r\nhello\r\n"

func TestMailComesInBySMTPAndOutByIMAP(t *testing.T) {
	s := start(t, Options{Now: func() time.Time { return noon }})
	to := []string{"Requests+req-1.TOKEN@Desk.test", "ops@egov.test"}
	require.NoError(t, send(s, nil, "asha@egov.test", to...))

	assert.Equal(t, []string{"ops@egov.test", "requests@desk.test"}, s.Mailboxes())
	require.Len(t, s.Messages("requests@desk.test"), 1)
	want := string(s.Messages("requests@desk.test")[0])
	assert.Contains(t, want, "Delivered-To: Requests+req-1.TOKEN@Desk.test\r\n")
	assert.Contains(t, want, "dmarc=pass header.from=egov.test\r\n")
	assert.True(t, strings.HasSuffix(want, plainMail))

	c := login(t, s, "REQUESTS@desk.test", nil)
	_, err := c.Select("INBOX", nil).Wait()
	require.NoError(t, err)
	got := fetchAll(t, c)
	require.Len(t, got, 1)
	assert.Equal(t, want, string(got[0].BodySection[0].Bytes))
	assert.Equal(t, int64(len(want)), got[0].RFC822Size)
	assert.True(t, noon.Equal(got[0].InternalDate))
	assert.Empty(t, got[0].Flags, "BODY.PEEK sets no flag")
}

func TestSMTPTakesLoginsButNeedsNone(t *testing.T) {
	s := start(t, Options{})
	for _, auth := range []sasl.Client{sasl.NewPlainClient("", "any", "secret"), sasl.NewLoginClient("any", "secret")} {
		require.NoError(t, send(s, auth, "", "a@b.test"))
	}
	require.Error(t, send(s, sasl.NewPlainClient("", "any", ""), "", "a@b.test"))
	assert.Len(t, s.Messages("a@b.test"), 2)
	assert.Contains(t, string(s.Messages("a@b.test")[0]), "Return-Path: <>\r\n")
}

func TestMailboxOf(t *testing.T) {
	s := &Server{opts: Options{Desk: "env+requests@desk.test"}}
	tests := []struct{ address, want string }{
		{"a@b.test", "a@b.test"},
		{"A+x+y@B.test", "a@b.test"},
		{"env+requests+req-1.tok@desk.test", "env+requests@desk.test"},
		{"Env+Requests@desk.test", "env+requests@desk.test"},
		{"env+other@desk.test", "env@desk.test"},
		{"+x@b.test", "+x@b.test"},
		{"plainuser", "plainuser"},
		{"", ""},
	}
	for _, tt := range tests {
		assert.Equal(t, tt.want, s.mailboxOf(tt.address), tt.address)
	}
}

func TestLoginNeedsSomePassword(t *testing.T) {
	s := start(t, Options{})
	c := dial(t, s, nil)
	require.Error(t, c.Login("a@b.test", "").Wait())
	require.NoError(t, c.Login("a@b.test", "x").Wait())
	list, err := c.List("", "*", nil).Collect()
	require.NoError(t, err)
	var names []string
	for _, l := range list {
		names = append(names, l.Mailbox)
	}
	assert.Equal(t, []string{"Archive", "Archive/Processed", "INBOX", "Sent"}, names)
}

func TestUIDValidityIsTheSameEverywhereAndNewAtEachStart(t *testing.T) {
	s := start(t, Options{})
	require.NoError(t, s.Deliver("", "a@b.test", []byte(plainMail), noon))
	c := login(t, s, "a@b.test", nil)
	selected, err := c.Select("INBOX", nil).Wait()
	require.NoError(t, err)
	status, err := c.Status("Archive", &imap.StatusOptions{UIDValidity: true, NumMessages: true}).Wait()
	require.NoError(t, err)
	copied, err := c.Copy(imap.UIDSetNum(1), "Archive").Wait()
	require.NoError(t, err)
	assert.Equal(t, status.UIDValidity, copied.UIDValidity)
	appendCmd := c.Append("INBOX", int64(len(plainMail)), nil)
	_, err = appendCmd.Write([]byte(plainMail))
	require.NoError(t, err)
	require.NoError(t, appendCmd.Close())
	appended, err := appendCmd.Wait()
	require.NoError(t, err)
	assert.Equal(t, selected.UIDValidity, appended.UIDValidity)
	assert.Equal(t, imap.UID(2), appended.UID)

	require.NoError(t, c.Delete("Archive").Wait())
	require.NoError(t, c.Create("Archive", nil).Wait())
	again, err := c.Status("Archive", &imap.StatusOptions{UIDValidity: true}).Wait()
	require.NoError(t, err)
	assert.NotEqual(t, status.UIDValidity, again.UIDValidity)

	first := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	assert.NotEqual(t, startValidity(first), startValidity(first.Add(time.Millisecond)))
	assert.NotEqual(t, startValidity(first), startValidity(first.Add(time.Second)))
}

func TestIdleWakesAtOnce(t *testing.T) {
	s := start(t, Options{})
	exists := make(chan uint32, 16)
	c := login(t, s, "a@b.test", &imapclient.UnilateralDataHandler{Mailbox: func(d *imapclient.UnilateralDataMailbox) {
		if d.NumMessages != nil {
			exists <- *d.NumMessages
		}
	}})
	_, err := c.Select("INBOX", nil).Wait()
	require.NoError(t, err)
	for n := uint32(1); n <= 20; n++ {
		idle, err := c.Idle()
		require.NoError(t, err)
		require.NoError(t, s.Deliver("", "a@b.test", []byte(plainMail), noon))
		assert.Equal(t, n, <-exists)
		require.NoError(t, idle.Close())
		require.NoError(t, idle.Wait())
	}
}

func TestIdleFindsWhatCameBeforeIt(t *testing.T) {
	f := newFolder("INBOX", "", 1)
	v := f.open(false)
	defer v.close()
	f.append([]byte(plainMail), noon, nil)
	assert.Len(t, v.woken, 1)
	assert.Empty(t, v.rows(imap.UIDSetNum(1), nil), "not told yet, so it has no sequence number")
}

func TestFlagsMoveAndExpungeReachOtherSessions(t *testing.T) {
	s := start(t, Options{})
	for range 4 {
		require.NoError(t, s.Deliver("", "a@b.test", []byte(plainMail), noon))
	}
	watcher, c := login(t, s, "a@b.test", nil), login(t, s, "a@b.test", nil)
	for _, client := range []*imapclient.Client{watcher, c} {
		_, err := client.Select("INBOX", nil).Wait()
		require.NoError(t, err)
	}
	add := &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{"$Mine", imap.FlagDeleted}}
	require.NoError(t, c.Store(imap.UIDSetNum(1, 2), add, nil).Close())
	require.NoError(t, c.UIDExpunge(imap.UIDSetNum(2)).Close())
	moved, err := c.Move(imap.UIDSetNum(3, 99), "Archive/Processed").Wait()
	require.NoError(t, err)
	assert.Equal(t, imap.UIDSetNum(3), moved.SourceUIDs)
	_, err = c.Move(imap.UIDSetNum(99), "Archive/Processed").Wait()
	require.NoError(t, err, "a set without mails does no harm")
	_, err = c.Move(imap.UIDSetNum(1), "Nowhere").Wait()
	require.ErrorContains(t, err, "TRYCREATE")

	require.NoError(t, watcher.Noop().Wait())
	assert.Equal(t, uint32(2), watcher.Mailbox().NumMessages)
	got := fetchAll(t, watcher)
	require.Len(t, got, 2)
	assert.Equal(t, []imap.UID{1, 4}, []imap.UID{got[0].UID, got[1].UID})
	assert.ElementsMatch(t, []imap.Flag{"$Mine", imap.FlagDeleted}, got[0].Flags)
}

func TestReadOnlyChangesNothing(t *testing.T) {
	s := start(t, Options{})
	require.NoError(t, s.Deliver("", "a@b.test", []byte(plainMail), noon))
	c := login(t, s, "a@b.test", nil)
	data, err := c.Select("INBOX", &imap.SelectOptions{ReadOnly: true}).Wait()
	require.NoError(t, err)
	assert.Empty(t, data.PermanentFlags)
	require.Error(t, c.Store(imap.UIDSetNum(1), &imap.StoreFlags{Op: imap.StoreFlagsAdd, Flags: []imap.Flag{imap.FlagSeen}}, nil).Close())
	_, err = c.Move(imap.UIDSetNum(1), "Archive").Wait()
	require.Error(t, err)
	require.Error(t, c.Expunge().Close())
}

func TestSearch(t *testing.T) {
	s := start(t, Options{})
	second := strings.NewReplacer("<1@", "<2@", "Access", "=?utf-8?q?Pr=C3=BCfung?=", "hello", "bye").Replace(plainMail)
	require.NoError(t, s.Deliver("", "a@b.test", []byte(plainMail), noon))
	require.NoError(t, s.Deliver("", "a@b.test", []byte(second), noon.AddDate(0, 0, 3)))
	c := login(t, s, "a@b.test", nil)
	_, err := c.Select("INBOX", nil).Wait()
	require.NoError(t, err)
	seen := &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{imap.FlagSeen}}
	require.NoError(t, c.Store(imap.UIDSetNum(1), seen, nil).Close())
	header := func(k, v string) *imap.SearchCriteria {
		return &imap.SearchCriteria{Header: []imap.SearchCriteriaHeaderField{{Key: k, Value: v}}}
	}
	tests := []struct {
		name     string
		criteria *imap.SearchCriteria
		want     []imap.UID
	}{
		{"all", &imap.SearchCriteria{}, []imap.UID{1, 2}},
		{"uid range", &imap.SearchCriteria{UID: []imap.UIDSet{{{Start: 2, Stop: 0}}}}, []imap.UID{2}},
		{"above the highest", &imap.SearchCriteria{UID: []imap.UIDSet{{{Start: 9, Stop: 0}}}}, []imap.UID{2}},
		{"message id", header("Message-ID", "<2@egov.test>"), []imap.UID{2}},
		{"decoded subject", header("Subject", "prüfung"), []imap.UID{2}},
		{"seen", &imap.SearchCriteria{Flag: []imap.Flag{imap.FlagSeen}}, []imap.UID{1}},
		{"unseen", &imap.SearchCriteria{NotFlag: []imap.Flag{imap.FlagSeen}}, []imap.UID{2}},
		{"since", &imap.SearchCriteria{Since: noon.AddDate(0, 0, 1)}, []imap.UID{2}},
		{"body", &imap.SearchCriteria{Body: []string{"HELLO"}}, []imap.UID{1}},
		{"not", &imap.SearchCriteria{Not: []imap.SearchCriteria{{Body: []string{"hello"}}}}, []imap.UID{2}},
		{"or", &imap.SearchCriteria{Or: [][2]imap.SearchCriteria{{{Body: []string{"hello"}}, {Body: []string{"bye"}}}}}, []imap.UID{1, 2}},
		{"larger", &imap.SearchCriteria{Larger: 1 << 20}, nil},
	}
	for _, tt := range tests {
		data, err := c.UIDSearch(tt.criteria, nil).Wait()
		require.NoError(t, err, tt.name)
		assert.Equal(t, tt.want, data.AllUIDs(), tt.name)
	}
}

func TestDamagedMailComesOutWhole(t *testing.T) {
	s := start(t, Options{})
	raw := "From: a@b.test\r\nthis line is no field\r\n : nor this\r\n\r\nbody\x00\xff\r\n"
	require.NoError(t, s.Deliver("", "a@b.test", []byte(raw), noon))
	c := login(t, s, "a@b.test", nil)
	_, err := c.Select("INBOX", nil).Wait()
	require.NoError(t, err)
	assert.True(t, strings.HasSuffix(string(fetchAll(t, c)[0].BodySection[0].Bytes), raw))

	header := &imap.FetchItemBodySection{Specifier: imap.PartSpecifierHeader, Peek: true, Partial: &imap.SectionPartial{Offset: 0, Size: 11}}
	text := &imap.FetchItemBodySection{Specifier: imap.PartSpecifierText, Peek: true}
	some := &imap.FetchItemBodySection{Specifier: imap.PartSpecifierHeader, Peek: true, HeaderFields: []string{"from"}}
	got, err := c.Fetch(imap.UIDSetNum(1), &imap.FetchOptions{Envelope: true, BodyStructure: &imap.FetchItemBodyStructure{Extended: true},
		BodySection: []*imap.FetchItemBodySection{header, text, some}}).Collect()
	require.NoError(t, err)
	assert.Equal(t, "Return-Path", string(got[0].FindBodySection(header)))
	assert.Equal(t, "body\x00\xff\r\n", string(got[0].FindBodySection(text)))
	assert.Equal(t, "From: a@b.test\r\n\r\n", string(got[0].FindBodySection(some)))
}

func TestManyMails(t *testing.T) {
	s := start(t, Options{})
	c := login(t, s, "a@b.test", nil)
	_, err := c.Select("INBOX", nil).Wait()
	require.NoError(t, err)
	body := strings.Repeat("0123456789012345678901234567890123456789\r\n", 45)
	for i := range 10_000 {
		raw := fmt.Sprintf("From: a@egov.test\r\nMessage-ID: <%d@egov.test>\r\n\r\n%s", i, body)
		require.NoError(t, s.Deliver("", "a@b.test", []byte(raw), noon))
	}
	data, err := c.UIDSearch(&imap.SearchCriteria{}, nil).Wait()
	require.NoError(t, err)
	assert.Empty(t, data.AllUIDs(), "not told yet")
	data, err = c.UIDSearch(&imap.SearchCriteria{}, nil).Wait()
	require.NoError(t, err)
	assert.Len(t, data.AllUIDs(), 10_000)
}

func TestTooLargeIsRefused(t *testing.T) {
	s := start(t, Options{})
	require.Error(t, s.Deliver("", "a@b.test", make([]byte, MaxSize+1), noon))
	require.Error(t, s.Deliver("", " ", []byte(plainMail), noon))
}

func TestSMTPLimitsAndExtensions(t *testing.T) {
	s := start(t, Options{})
	c, err := smtp.Dial(s.SMTPAddr())
	require.NoError(t, err)
	defer c.Close()
	limit, ok := c.MaxMessageSize()
	require.True(t, ok)
	assert.Equal(t, MaxSize, limit)
	require.NoError(t, c.Mail("ä@b.test", &smtp.MailOptions{UTF8: true}))
	require.NoError(t, c.Rcpt("a@b.test", nil))
	w, err := c.Data()
	require.NoError(t, err)
	_, err = io.WriteString(w, "Subject: ä\r\n\r\n.\r\n..x\r\n")
	require.NoError(t, err)
	require.NoError(t, w.Close())
	assert.True(t, strings.HasSuffix(string(s.Messages("a@b.test")[0]), "Subject: ä\r\n\r\n.\r\n..x\r\n"))
}

func start(t *testing.T, opts Options) *Server {
	t.Helper()
	s, err := Start(opts)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

func send(s *Server, auth sasl.Client, from string, to ...string) error {
	c, err := smtp.Dial(s.SMTPAddr())
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }()
	if auth != nil {
		if err := c.Auth(auth); err != nil {
			return err
		}
	}
	return c.SendMail(from, to, strings.NewReader(plainMail))
}

func dial(t *testing.T, s *Server, h *imapclient.UnilateralDataHandler) *imapclient.Client {
	t.Helper()
	c, err := imapclient.DialInsecure(s.IMAPAddr(), &imapclient.Options{UnilateralDataHandler: h})
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func login(t *testing.T, s *Server, user string, h *imapclient.UnilateralDataHandler) *imapclient.Client {
	t.Helper()
	c := dial(t, s, h)
	require.NoError(t, c.Login(user, "x").Wait())
	return c
}

func fetchAll(t *testing.T, c *imapclient.Client) []*imapclient.FetchMessageBuffer {
	t.Helper()
	all, err := c.Fetch(imap.UIDSet{{Start: 1, Stop: 0}}, &imap.FetchOptions{
		UID: true, Flags: true, InternalDate: true, RFC822Size: true, BodySection: []*imap.FetchItemBodySection{{Peek: true}},
	}).Collect()
	require.NoError(t, err)
	slices.SortFunc(all, func(a, b *imapclient.FetchMessageBuffer) int { return int(a.UID) - int(b.UID) })
	return all
}

// A server may be closed before it has begun to serve.
func TestCloseRightAfterStart(t *testing.T) {
	for range 100 {
		s, err := Start(Options{})
		require.NoError(t, err)
		require.NoError(t, s.Close())
	}
}
