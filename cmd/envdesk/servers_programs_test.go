//go:build servers

package main

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const serverPackages = "dovecot-imapd dovecot-lmtpd postfix swaks curl"

// needServers fails the test where a program is missing: a run without real
// servers must not look like one with them.
func needServers(t *testing.T) {
	t.Helper()
	for _, name := range []string{"dovecot", "postfix", "swaks", "curl"} {
		program(t, name)
	}
}

// program finds a program, also where ordinary users have no sbin in PATH.
func program(t *testing.T, name string) string {
	t.Helper()
	for _, path := range []string{name, "/usr/sbin/" + name} {
		if found, err := exec.LookPath(path); err == nil {
			return found
		}
	}
	missing(t, name)
	return ""
}

func missing(t *testing.T, what string) {
	t.Helper()
	t.Fatalf("%s is not installed; on Debian: apt-get install --no-install-recommends %s", what, serverPackages)
}

// serverDir is a folder that the servers' users may enter, unlike t.TempDir,
// with a short name, since the path of a socket has at most 107 bytes.
func serverDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "envdesk")
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	require.NoError(t, os.Chmod(dir, 0o755))
	return dir
}

// freePort is a port that nobody listens on, below those that the system gives
// to outgoing connections, so that it is still free when a server takes it.
func freePort(t *testing.T) int {
	t.Helper()
	for range 1000 {
		port := 10_000 + int(time.Now().UnixNano()/100%20_000)
		l, err := net.Listen("tcp", localhost(port))
		if err == nil {
			require.NoError(t, l.Close())
			return port
		}
	}
	t.Fatal("no free port")
	return 0
}

func localhost(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }

// awaitPort waits until somebody listens.
func awaitPort(t *testing.T, port int, said *logbook) {
	t.Helper()
	require.Eventually(t, func() bool {
		c, err := net.DialTimeout("tcp", localhost(port), time.Second)
		if err != nil {
			return false
		}
		_ = c.Close()
		return true
	}, 20*time.Second, 20*time.Millisecond, "nobody listens on port %d: %s", port, said)
}

// keeper runs a daemon until stop, or until the test process ends, however that
// comes.
type keeper struct{ *child }

func keepRunning(t *testing.T, as, program string, args ...string) keeper {
	t.Helper()
	k := keeper{newChild(t, roleKeeper, append([]string{as, program}, args...)...)}
	t.Cleanup(k.stop)
	return k
}

// stop ends the daemon in good order and waits for its end.
func (k keeper) stop() {
	k.once.Do(func() {
		_ = k.life.Close()
		_ = k.cmd.Wait()
	})
}

// unprivileged names the user that a server runs as: this one, or for root one
// that may do nothing.
func unprivileged() string {
	if os.Getuid() == 0 {
		return "nobody"
	}
	return ""
}

// giveTo makes a user the owner of all that lies in a folder.
func giveTo(t *testing.T, as, dir string) {
	t.Helper()
	if as == "" {
		return
	}
	uid, gid, err := idsOf(as)
	require.NoError(t, err)
	require.NoError(t, filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Chown(path, uid, gid)
	}))
}

func write(t *testing.T, path, text string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
}
