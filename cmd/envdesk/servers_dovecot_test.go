//go:build servers

package main

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-smtp"
	"github.com/stretchr/testify/require"

	"envdesk/mailin"
	"envdesk/tracker"
)

// dovecot is a running Dovecot in which every address has a mailbox, with
// rigPassword, and mail to name+detail goes to name.
type dovecot struct {
	dir                     string
	ca                      authority
	cert, key               string
	imap, imaps, lmtp, sasl int    // ports
	tokenInfo               string // URL at which it asks about access tokens
	keeper                  keeper
}

// startDovecot starts one that takes passwords only, or, with the URL of a
// token service, access tokens too.
func startDovecot(t *testing.T, tokenInfo string) *dovecot {
	t.Helper()
	needServers(t)
	d := &dovecot{dir: serverDir(t), imap: freePort(t), imaps: freePort(t), lmtp: freePort(t), sasl: freePort(t), tokenInfo: tokenInfo}
	d.ca = newAuthority(t, d.dir)
	d.cert, d.key = d.ca.server(t, d.dir)
	for _, sub := range []string{"run", "state", "mail"} {
		require.NoError(t, os.Mkdir(filepath.Join(d.dir, sub), 0o755))
	}
	write(t, filepath.Join(d.dir, "dovecot.conf"), d.conf(t))
	write(t, filepath.Join(d.dir, "token.conf"), "tokeninfo_url = "+tokenInfo+"\nusername_attribute = user\n")
	giveTo(t, unprivileged(), d.dir)
	d.start(t)
	return d
}

func (d *dovecot) start(t *testing.T) {
	t.Helper()
	d.keeper = keepRunning(t, unprivileged(), program(t, "dovecot"), "-F", "-c", filepath.Join(d.dir, "dovecot.conf"))
	for _, port := range []int{d.imap, d.imaps, d.lmtp, d.sasl} {
		awaitPort(t, port, d.keeper.log)
	}
}

func (d *dovecot) conf(t *testing.T) string {
	t.Helper()
	user, group := serverUser(t)
	mechanisms, tokens := "plain login", ""
	if d.tokenInfo != "" {
		mechanisms += " xoauth2 oauthbearer"
		tokens = fmt.Sprintf("passdb {\n  driver = oauth2\n  mechanisms = xoauth2 oauthbearer\n  args = %s/token.conf\n}\n", d.dir)
	}
	return fmt.Sprintf(`base_dir = %[1]s/run
state_dir = %[1]s/state
log_path = %[1]s/log
instance_name = %[2]s
default_internal_user = %[3]s
default_internal_group = %[4]s
default_login_user = %[3]s
protocols = imap lmtp
listen = 127.0.0.1
ssl = yes
ssl_cert = <%[5]s
ssl_key = <%[6]s
auth_mechanisms = %[7]s
mail_location = maildir:~/Maildir
first_valid_uid = 1
recipient_delimiter = +
lmtp_save_to_detail_mailbox = no
mail_max_userip_connections = 100
service imap-login {
  chroot =
  inet_listener imap {
    port = %[8]d
  }
  inet_listener imaps {
    port = %[9]d
    ssl = yes
  }
}
service lmtp {
  inet_listener lmtp {
    port = %[10]d
  }
}
service auth {
  inet_listener {
    port = %[11]d
  }
}
service anvil {
  chroot =
}
service stats {
  chroot =
}
%[12]spassdb {
  driver = static
  mechanisms = plain login
  args = password=%[13]s
}
userdb {
  driver = static
  args = uid=%[3]s gid=%[4]s home=%[1]s/mail/%%Lu allow_all_users=yes
}
namespace inbox {
  inbox = yes
}
`, d.dir, filepath.Base(d.dir), user, group, d.cert, d.key, mechanisms, d.imap, d.imaps, d.lmtp, d.sasl, tokens, rigPassword)
}

// deliver hands a mail over by LMTP (RFC 2033).
func (d *dovecot) deliver(t *testing.T, to string, m rigMail) {
	t.Helper()
	conn, err := net.Dial("tcp", localhost(d.lmtp))
	require.NoError(t, err)
	c := smtp.NewClientLMTP(conn)
	defer c.Close()
	require.NoError(t, c.SendMail(m.from, []string{to}, bytes.NewReader(m.bytes())))
}

// inbox gives the mails in a mailbox; none when it was never used. It reads the
// files, so that nobody but the desk sets a flag.
func (d *dovecot) inbox(t *testing.T, user string) []tracker.Message {
	t.Helper()
	var out []tracker.Message
	for _, sub := range []string{"new", "cur"} {
		files, err := filepath.Glob(filepath.Join(d.dir, "mail", user, "Maildir", sub, "*"))
		require.NoError(t, err)
		for _, name := range files {
			f, err := os.Open(name)
			if os.IsNotExist(err) {
				return d.inbox(t, user) // a session has moved it from new to cur meanwhile
			}
			require.NoError(t, err)
			m, err := mailin.Read(f, mailin.Options{})
			require.NoError(t, errors.Join(err, f.Close()))
			out = append(out, m)
		}
	}
	return out
}

// awaitMail waits for a mail in a mailbox whose subject holds one text and whose
// body, its lines joined, another.
func (d *dovecot) awaitMail(t *testing.T, user, subject, text string) (found tracker.Message) {
	t.Helper()
	require.Eventually(t, func() bool {
		list := d.inbox(t, user)
		i := slices.IndexFunc(list, func(m tracker.Message) bool {
			return strings.Contains(m.Subject, subject) && strings.Contains(strings.Join(strings.Fields(m.Text), " "), text)
		})
		if i >= 0 {
			found = list[i]
		}
		return i >= 0
	}, 15*time.Second, 20*time.Millisecond, "no mail %q with %q comes to %s: %v", subject, text, user, texts{d, t, user})
	return found
}

// flags gives the flags and keywords of all mails in a folder, in UID order, as
// any mail program sees them.
func (d *dovecot) flags(t *testing.T, user, folder string) [][]imap.Flag {
	t.Helper()
	conn, err := net.Dial("tcp", localhost(d.imap))
	require.NoError(t, err)
	c, err := imapclient.NewStartTLS(conn, &imapclient.Options{TLSConfig: d.ca.client()})
	require.NoError(t, err)
	defer c.Close()
	require.NoError(t, c.Login(user, rigPassword).Wait())
	data, err := c.Select(folder, &imap.SelectOptions{ReadOnly: true}).Wait()
	if err != nil || data.NumMessages == 0 {
		return nil
	}
	list, err := c.Fetch(imap.SeqSet{imap.SeqRange{Start: 1, Stop: 0}}, &imap.FetchOptions{Flags: true, UID: true}).Collect()
	require.NoError(t, err)
	var out [][]imap.Flag
	for _, m := range list {
		out = append(out, m.Flags)
	}
	return out
}

// awaitFlags waits until the folder has n mails that all have the flag.
func (d *dovecot) awaitFlags(t *testing.T, user, folder string, n int, flag imap.Flag) {
	t.Helper()
	require.Eventually(t, func() bool {
		list := d.flags(t, user, folder)
		without := func(fs []imap.Flag) bool {
			return flag != "" && !slices.ContainsFunc(fs, func(f imap.Flag) bool { return strings.EqualFold(string(f), string(flag)) })
		}
		return len(list) == n && !slices.ContainsFunc(list, without)
	}, 10*time.Second, 100*time.Millisecond, "%s of %s never has %d mails with flag %q", folder, user, n, flag)
}

// serverUser names the user and the group that a server runs as.
func serverUser(t *testing.T) (name, group string) {
	t.Helper()
	u, err := user.Current()
	require.NoError(t, err)
	if as := unprivileged(); as != "" {
		u, err = user.Lookup(as)
		require.NoError(t, err)
	}
	g, err := user.LookupGroupId(u.Gid)
	require.NoError(t, err)
	return u.Username, g.Name
}

// texts shows what lies in a mailbox when a test has failed.
type texts struct {
	d    *dovecot
	t    *testing.T
	user string
}

func (x texts) String() string {
	var b strings.Builder
	for _, m := range x.d.inbox(x.t, x.user) {
		fmt.Fprintf(&b, "\n--- %s\n%s", m.Subject, m.Text)
	}
	return b.String()
}
