package mailbox

import (
	"context"
	"encoding/base64"
	"errors"
	"net"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/emersion/go-sasl"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestConfigIsChecked(t *testing.T) {
	good := Config{Addr: "mail.desk.test:993", User: "requests@desk.test", Password: func() (string, error) { return "x", nil }}
	l, err := New(good, &memorySink{})
	require.NoError(t, err)
	assert.Equal(t, "requests@desk.test@mail.desk.test/INBOX", l.Name())
	assert.Equal(t, "mail.desk.test", l.cfg.TLS.ServerName)

	tests := []struct {
		name  string
		spoil func(*Config)
		want  string
	}{
		{"no port", func(c *Config) { c.Addr = "mail.desk.test" }, "missing port"},
		{"no user", func(c *Config) { c.User = "" }, "no user"},
		{"no password", func(c *Config) { c.Password = nil }, "neither a password nor a token"},
		{"security", func(c *Config) { c.Security = "ssl" }, "want tls, starttls or plain"},
		{"plain to a far host", func(c *Config) { c.Security = SecurityPlain }, "for loopback only"},
		{"plain to a far address", func(c *Config) { c.Security, c.Addr = SecurityPlain, "192.0.2.1:143" }, "for loopback only"},
		{"after", func(c *Config) { c.After = "delete" }, "want keep, seen or move:FOLDER"},
		{"move to nowhere", func(c *Config) { c.After = AfterMove }, "want a folder other than INBOX"},
		{"move to itself", func(c *Config) { c.After = AfterMove + "inbox" }, "want a folder other than INBOX"},
		{"idle over bound", func(c *Config) { c.IdleFor = 1 << 60 }, "does not end within the bound"},
	}
	for _, tt := range tests {
		cfg := good
		tt.spoil(&cfg)
		_, err := New(cfg, &memorySink{})
		assert.ErrorContains(t, err, tt.want, tt.name)
	}
	for _, addr := range []string{"localhost:143", "127.0.0.1:143", "[::1]:143"} {
		cfg := good
		cfg.Addr, cfg.Security = addr, SecurityPlain
		_, err := New(cfg, &memorySink{})
		assert.NoError(t, err, addr)
	}
}

func TestLoopbackAddr(t *testing.T) {
	assert.True(t, loopbackAddr(&net.TCPAddr{IP: net.IPv4(127, 0, 0, 9)}))
	assert.True(t, loopbackAddr(&net.TCPAddr{IP: net.IPv6loopback}))
	assert.False(t, loopbackAddr(&net.TCPAddr{IP: net.IPv4(192, 0, 2, 1)}), "localhost may resolve to anything")
	assert.False(t, loopbackAddr(&net.UnixAddr{Name: "@mail"}))
}

func TestNoPasswordToAServerThatIsNotSafe(t *testing.T) {
	tests := []struct {
		name     string
		security string
		quirk    func(*fake)
		want     string
	}{
		{"preauth", SecurityPlain, func(f *fake) { f.greeting = "* PREAUTH welcome" }, "PREAUTH"},
		{"preauth for starttls", SecuritySTARTTLS, func(f *fake) {
			f.greeting = "* PREAUTH welcome"
			f.on["STARTTLS"] = func(c *fakeConn, tag, _ string) bool { c.send("%s BAD logged in", tag); return true }
		}, "no password was sent"},
		{"no starttls", SecuritySTARTTLS, func(f *fake) {
			f.on["STARTTLS"] = func(c *fakeConn, tag, _ string) bool { c.send("%s BAD what", tag); return true }
		}, "no password was sent"},
		{"clear text behind starttls", SecuritySTARTTLS, func(f *fake) {
			f.on["STARTTLS"] = func(c *fakeConn, tag, _ string) bool {
				c.send("%s OK go on\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN", tag)
				_, _ = c.in.ReadString(0)
				return true
			}
		}, "no password was sent"},
		{"not a tls server", SecurityTLS, func(*fake) {}, "tls:"},
		{"login disabled", SecurityPlain, func(f *fake) { f.caps = "IMAP4rev1 LOGINDISABLED" }, "disables LOGIN"},
		{"greeting is bye", SecurityPlain, func(f *fake) { f.greeting = "* BYE go away" }, "greeting"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(1)
				tt.quirk(f)
				l := f.listener(t, &memorySink{}, func(c *Config) { c.Security = tt.security })
				require.ErrorContains(t, l.Once(t.Context()), tt.want)
				assert.Empty(t, f.commands("LOGIN", "AUTHENTICATE"))
			})
		})
	}
}

func TestWaysToLogIn(t *testing.T) {
	token := func(c sasl.Client) func(*Config) {
		return func(cfg *Config) {
			cfg.Auth = func(context.Context, func(string) bool) (sasl.Client, error) { return c, nil }
		}
	}
	plain := base64.StdEncoding.EncodeToString([]byte("\x00desk\x00secret"))
	xoauth := base64.StdEncoding.EncodeToString([]byte("user=desk\x01auth=Bearer tok\x01\x01"))
	tests := []struct {
		name string
		caps string
		set  func(*Config)
		want string
	}{
		{"login", "IMAP4rev1 AUTH=PLAIN", nil, `LOGIN "desk" "secret"`},
		{"login disabled", "IMAP4rev1 SASL-IR LOGINDISABLED AUTH=PLAIN", nil, "AUTHENTICATE PLAIN " + plain},
		{"password that LOGIN cannot carry", "IMAP4rev1 SASL-IR AUTH=PLAIN", func(c *Config) {
			c.Password = func() (string, error) { return "gehört", nil }
		}, "AUTHENTICATE PLAIN " + base64.StdEncoding.EncodeToString([]byte("\x00desk\x00gehört"))},
		{"xoauth2 at once", "IMAP4rev1 SASL-IR AUTH=XOAUTH2", token(NewXOAuth2("desk", "tok")), "AUTHENTICATE XOAUTH2 " + xoauth},
		{"xoauth2 when asked", "IMAP4rev1 AUTH=XOAUTH2", token(NewXOAuth2("desk", "tok")), "AUTHENTICATE XOAUTH2"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f, sink := newFake(1), &memorySink{}
				f.caps = tt.caps
				f.on["AUTHENTICATE"] = func(c *fakeConn, tag, args string) bool {
					if !strings.Contains(args, " ") {
						c.send("+ ")
						line, _ := c.in.ReadString('\n')
						assert.Equal(t, xoauth, strings.TrimSpace(line))
					}
					c.ok(tag)
					return true
				}
				require.NoError(t, f.listener(t, sink, tt.set).Once(t.Context()))
				assert.Equal(t, []string{tt.want}, f.commands("LOGIN", "AUTHENTICATE"))
				assert.Equal(t, []uint32{1}, sink.uids())
			})
		})
	}
}

func TestRefusedTokenEndsTheLogin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(1)
		f.caps = "IMAP4rev1 SASL-IR AUTH=XOAUTH2"
		f.on["AUTHENTICATE"] = func(c *fakeConn, tag, _ string) bool {
			c.send("+ %s", base64.StdEncoding.EncodeToString([]byte(`{"status":"401"}`)))
			_, _ = c.in.ReadString('\n')
			c.send("%s NO AUTHENTICATE failed", tag)
			return true
		}
		l := f.listener(t, &memorySink{}, func(c *Config) {
			c.Auth = func(context.Context, func(string) bool) (sasl.Client, error) {
				return NewXOAuth2("desk", "expired"), nil
			}
		})
		err := l.Once(t.Context())
		require.ErrorContains(t, err, "AUTHENTICATE failed")
		assert.NotContains(t, err.Error(), "expired")
	})
}

func TestNoSecretNoLogin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(1)
		broken := errors.New("no such file")
		l := f.listener(t, &memorySink{}, func(c *Config) { c.Password = func() (string, error) { return "", broken } })
		require.ErrorIs(t, l.Once(t.Context()), broken)
		l = f.listener(t, &memorySink{}, func(c *Config) {
			c.Auth = func(context.Context, func(string) bool) (sasl.Client, error) { return nil, broken }
		})
		require.ErrorIs(t, l.Once(t.Context()), broken)
		assert.Empty(t, f.commands("LOGIN", "AUTHENTICATE"))
	})
}

func TestCapabilitiesCountAfterLogin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(1)
		f.caps = "IMAP4rev1 MOVE UIDPLUS"
		f.on["LOGIN"] = func(c *fakeConn, tag, _ string) bool {
			f.caps = "IMAP4rev1"
			c.ok(tag) // does not say so
			return true
		}
		require.NoError(t, f.listener(t, &memorySink{}, func(c *Config) { c.After = "move:Done" }).Once(t.Context()))
		assert.Empty(t, f.commands("UID MOVE", "UID COPY", "UID EXPUNGE", "EXPUNGE"))
	})
}

func TestCheck(t *testing.T) {
	tests := []struct {
		name  string
		quirk func(*fake)
		after string
		want  []CheckLine
	}{
		{"all well", func(*fake) {}, "", []CheckLine{
			{"connect", true, "127.0.0.1:143"}, {"security", true, "no TLS, to loopback"}, {"login", true, "desk"},
			{"folder", true, "INBOX, 2 mails"}, {"marks", true, "keyword $EnvdeskTaken"}, {"waiting", true, "IDLE: new mail is told at once"},
		}},
		{"a poor server", func(f *fake) { f.caps, f.flags = "IMAP4rev1", `\Seen` }, "move:Done", []CheckLine{
			{"connect", true, "127.0.0.1:143"}, {"security", true, "no TLS, to loopback"}, {"login", true, "desk"},
			{"folder", true, "INBOX, 2 mails"},
			{"marks", true, "nothing marks a mail that was taken in: the folder keeps no keyword; the server has neither MOVE nor UIDPLUS, so that nothing is moved"},
			{"waiting", true, "no IDLE: looks every 15s"},
		}},
		{"wrong password", func(f *fake) {
			f.on["LOGIN"] = func(c *fakeConn, tag, _ string) bool { c.send("%s NO [AUTHENTICATIONFAILED] no", tag); return true }
		}, "", []CheckLine{
			{"connect", true, "127.0.0.1:143"}, {"security", true, "no TLS, to loopback"},
			{"login", false, "log in as desk: imap: NO [AUTHENTICATIONFAILED] no"},
		}},
		{"read-only", func(f *fake) { f.flags = "" }, "seen", []CheckLine{
			{"connect", true, "127.0.0.1:143"}, {"security", true, "no TLS, to loopback"}, {"login", true, "desk"},
			{"folder", true, "INBOX, 2 mails"}, {"marks", false, "INBOX is read-only: mail could be taken in but not marked"},
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(1, 2)
				tt.quirk(f)
				lines, err := f.listener(t, &memorySink{}, func(c *Config) { c.After = tt.after }).Check(t.Context())
				assert.Equal(t, tt.want, lines)
				assert.Equal(t, !lines[len(lines)-1].OK, err != nil)
				assert.Empty(t, f.commands("UID", "STORE"), "nothing is touched")
			})
		})
	}
}

func TestUIDs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(4, 2, 9)
		validity, uids, err := f.listener(t, &memorySink{}, nil).UIDs(t.Context())
		require.NoError(t, err)
		assert.Equal(t, uint32(7), validity)
		assert.Equal(t, []uint32{2, 4, 9}, uids)
		assert.Equal(t, []string{`EXAMINE INBOX`}, f.commands("EXAMINE", "SELECT"))

		f.on["UID SEARCH"] = func(c *fakeConn, tag, _ string) bool {
			c.send("* ESEARCH (TAG %q) UID ALL 1:4294967295", tag)
			c.ok(tag)
			return true
		}
		_, _, err = f.listener(t, &memorySink{}, nil).UIDs(t.Context())
		require.ErrorContains(t, err, "names 4294967295 mails")
	})
}
