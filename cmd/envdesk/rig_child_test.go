package main

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// child is the test binary in another role.
type child struct {
	cmd  *exec.Cmd
	life io.Closer // its standard input: it lives no longer than this
	out  *logbook
	log  *logbook
	once sync.Once
}

// startChild starts the test binary in a role. It is killed when the test ends.
func startChild(t testing.TB, role string, args ...string) *child {
	t.Helper()
	c := newChild(t, role, args...)
	t.Cleanup(c.kill)
	return c
}

func newChild(t testing.TB, role string, args ...string) *child {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	c := &child{cmd: exec.Command(self, args...), out: newLogbook(), log: newLogbook()}
	c.cmd.Env = append(os.Environ(), roleVar+"="+role)
	c.cmd.Stdout, c.cmd.Stderr = c.out, c.log
	c.life, err = c.cmd.StdinPipe()
	require.NoError(t, err)
	require.NoError(t, c.cmd.Start())
	return c
}

// kill ends the child by SIGKILL and waits for its end.
func (c *child) kill() {
	c.once.Do(func() {
		_ = c.cmd.Process.Kill()
		_ = c.cmd.Wait()
	})
}

// stop asks the child to end and gives its exit code.
func (c *child) stop(t testing.TB, signal os.Signal, limit time.Duration) int {
	t.Helper()
	late := time.AfterFunc(limit, func() { _ = c.cmd.Process.Kill() })
	defer late.Stop()
	c.once.Do(func() {
		_ = c.cmd.Process.Signal(signal)
		_ = c.cmd.Wait()
	})
	return c.cmd.ProcessState.ExitCode()
}

// logbook keeps the lines that a program writes and lets tests wait for them.
type logbook struct {
	mu    sync.Mutex
	lines []string
	rest  []byte
	grown chan struct{} // closed at the next line
}

func newLogbook() *logbook { return &logbook{grown: make(chan struct{})} }

func (l *logbook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rest = append(l.rest, p...)
	for {
		line, rest, ok := bytes.Cut(l.rest, []byte("\n"))
		if !ok {
			return len(p), nil
		}
		l.lines, l.rest = append(l.lines, string(line)), slices.Clone(rest)
		close(l.grown)
		l.grown = make(chan struct{})
	}
}

// since gives the lines from the nth on and a channel that tells of more.
func (l *logbook) since(n int) ([]string, <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.lines[n:]), l.grown
}

func (l *logbook) String() string {
	lines, _ := l.since(0)
	return strings.Join(lines, "\n")
}

// await reports whether n lines with all the words came before the limit or
// the end of quit, which may be nil.
func (l *logbook) await(n int, limit time.Duration, quit <-chan struct{}, words ...string) bool {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	for seen := 0; ; {
		lines, grown := l.since(seen)
		seen += len(lines)
		for _, line := range lines {
			if !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(line, w) }) {
				n--
			}
		}
		if n <= 0 {
			return true
		}
		select {
		case <-grown:
		case <-quit:
			return false
		case <-timer.C:
			return false
		}
	}
}
