package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"os/user"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// The test binary plays other programs when this variable names one of them:
// a desk that can be killed, a mail server that does not share the desk's
// memory, and a keeper that no daemon of a test outlives.
const (
	roleVar        = "ENVDESK_TEST_ROLE"
	roleDesk       = "desk"
	roleMailServer = "mail-server"
	roleKeeper     = "keeper"
)

func TestMain(m *testing.M) {
	switch os.Getenv(roleVar) {
	case roleDesk:
		go leaveWithParent()
		main()
	case roleMailServer:
		go leaveWithParent()
		os.Exit(playMailServer())
	case roleKeeper:
		os.Exit(keep(os.Args[1], os.Args[2], os.Args[3:]))
	}
	os.Exit(m.Run())
}

// leaveWithParent ends the process when the test does, however that ends: the
// other side of standard input is then closed.
func leaveWithParent() {
	_, _ = io.Copy(io.Discard, os.Stdin)
	os.Exit(3)
}

// keep runs a daemon in the foreground, as the given user ("" for the present
// one), until standard input ends.
func keep(as, program string, args []string) int {
	signal.Notify(make(chan os.Signal, 1), os.Interrupt) // the daemon ends first; it must not inherit an ignored signal
	parent, cancel := context.WithCancel(context.Background())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		cancel()
	}()
	cmd := exec.CommandContext(parent, program, args...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 10 * time.Second
	credential, err := credentialOf(as)
	if err == nil {
		// A process group of its own: Postfix's master signals its whole group, and
		// Dovecot leaves sessions behind that were busy in the last ten seconds.
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: credential, Setpgid: true}
		if err = cmd.Start(); err == nil {
			err = cmd.Wait()
			_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		}
	}
	if err != nil && parent.Err() == nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", program, err)
		return 1
	}
	return 0
}

func credentialOf(as string) (*syscall.Credential, error) {
	if as == "" {
		return nil, nil
	}
	uid, gid, err := idsOf(as)
	if err != nil {
		return nil, err
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
}

func idsOf(name string) (uid, gid int, err error) {
	u, err := user.Lookup(name)
	if err != nil {
		return 0, 0, err
	}
	if uid, err = strconv.Atoi(u.Uid); err != nil {
		return 0, 0, err
	}
	gid, err = strconv.Atoi(u.Gid)
	return uid, gid, err
}
