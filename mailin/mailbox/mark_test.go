package mailbox

import (
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMarks(t *testing.T) {
	const store, deleted = `UID STORE 1:2 +FLAGS.SILENT ($EnvdeskTaken)`, `UID STORE 1:2 +FLAGS.SILENT (\Deleted)`
	tests := []struct {
		name  string
		after string
		caps  string
		flags string
		want  []string
	}{
		{"keyword", "keep", "IMAP4rev1", `\Seen \*`, []string{store}},
		{"keyword by name", "keep", "IMAP4rev1", `\Seen $envdesktaken`, []string{store}},
		{"no keywords", "keep", "IMAP4rev1", `\Seen`, nil},
		{"seen", "seen", "IMAP4rev1", `\Seen`, []string{`UID STORE 1:2 +FLAGS.SILENT (\Seen)`}},
		{"read-only", "seen", "IMAP4rev1", ``, nil},
		{"read-only move", "move:Done", "IMAP4rev1 MOVE", ``, nil},
		{"move", "move:Done", "IMAP4rev1 MOVE UIDPLUS", `\Seen \*`, []string{`UID MOVE 1:2 "Done"`}},
		{"no move", "move:Done", "IMAP4rev1 UIDPLUS", `\Seen \*`, []string{`UID COPY 1:2 "Done"`, deleted, `UID EXPUNGE 1:2`}},
		{"neither", "move:Done", "IMAP4rev1", `\Seen \*`, []string{store}},
		{"neither, and no keywords", "move:Done", "IMAP4rev1", `\Seen`, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f, sink, log := newFake(1, 2), &memorySink{}, &logLines{}
				f.caps, f.flags = tt.caps, tt.flags
				l := f.listener(t, sink, func(c *Config) { c.After, c.Log = tt.after, log.logger() })
				require.NoError(t, l.Once(t.Context()))
				assert.Equal(t, []uint32{1, 2}, sink.uids())
				assert.Equal(t, tt.want, f.commands("UID STORE", "UID COPY", "UID MOVE", "UID EXPUNGE", "EXPUNGE", "COPY", "MOVE", "CREATE"))
				if tt.flags == "" {
					assert.Equal(t, 1, log.count("read-only"))
				}
			})
		})
	}
}

func TestMissingFolderIsMade(t *testing.T) {
	for _, command := range []string{"UID MOVE", "UID COPY"} {
		synctest.Test(t, func(t *testing.T) {
			f, made := newFake(1), false
			f.caps = map[string]string{"UID MOVE": "IMAP4rev1 MOVE", "UID COPY": "IMAP4rev1 UIDPLUS"}[command]
			f.on["CREATE"] = func(*fakeConn, string, string) bool { made = true; return false }
			f.on[command] = func(c *fakeConn, tag, _ string) bool {
				if !made {
					c.send("%s NO [TRYCREATE] no such mailbox", tag)
				}
				return !made
			}
			require.NoError(t, f.listener(t, &memorySink{}, func(c *Config) { c.After = "move:Done" }).Once(t.Context()))
			assert.Equal(t, []string{command + ` 1 "Done"`, `CREATE "Done"`, command + ` 1 "Done"`}, f.commands(command, "CREATE"))
		})
	}
}

func TestAMailThatCannotBeCopiedStays(t *testing.T) {
	for _, create := range []string{"OK made", "NO [ALREADYEXISTS] it is there"} {
		synctest.Test(t, func(t *testing.T) {
			f, sink, log := newFake(1), &memorySink{}, &logLines{}
			f.caps = "IMAP4rev1 UIDPLUS"
			f.on["UID COPY"] = func(c *fakeConn, tag, _ string) bool { c.send("%s NO [OVERQUOTA] full", tag); return true }
			f.on["CREATE"] = func(c *fakeConn, tag, _ string) bool { c.send("%s %s", tag, create); return true }
			l := f.listener(t, sink, func(c *Config) { c.After, c.Log = "move:Done", log.logger() })
			require.NoError(t, l.Once(t.Context()))
			f.add(2, "Subject: two\r\n\r\n")
			require.NoError(t, l.Once(t.Context()))
			assert.Equal(t, []uint32{1, 2}, sink.uids(), "the mail is taken, and only once")
			assert.Empty(t, f.commands("UID STORE", "UID EXPUNGE", "EXPUNGE"))
			assert.Equal(t, 1, log.count("cannot be marked"), "told once")
		})
	}
}

func TestAFailureAfterTheCopyDoesNotCopyAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(1)
		f.caps = "IMAP4rev1 UIDPLUS"
		f.on["UID STORE"] = func(c *fakeConn, tag, _ string) bool { c.send("%s NO not allowed", tag); return true }
		require.NoError(t, f.listener(t, &memorySink{}, func(c *Config) { c.After = "move:Done" }).Once(t.Context()))
		assert.Len(t, f.commands("UID COPY"), 1)
		assert.Empty(t, f.commands("UID EXPUNGE", "EXPUNGE"))
	})
}
