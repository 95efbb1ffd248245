package sqlstore

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// ErrInUse says that another process holds the lock of LockInstance.
var ErrInUse = errors.New("uses it already")

// LockInstance makes the caller the only one of its kind for the store at path,
// by a lock on the file PATH.lock beside it. It does not wait: the error names
// the process that holds the lock. The lock goes with release or with the
// process; the file stays.
func LockInstance(path string) (release func(), err error) {
	name, err := lockName(path)
	if err != nil {
		return nil, fmt.Errorf("lock store %s: %w", path, err)
	}
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock store %s: %w", path, err)
	}
	if err := lock(f); err != nil {
		_ = f.Close() // the lock failed, nothing was written
		return nil, fmt.Errorf("lock store %s: %w", path, err)
	}
	return func() { _ = f.Close() }, nil // closing releases; nothing was left to write
}

func lock(f *os.File) error {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return fmt.Errorf("%s %w", holder(f), ErrInUse)
	}
	if err != nil {
		return err
	}
	// The number is for people; the lock holds without it, on a full disk too.
	if f.Truncate(0) == nil {
		_, _ = f.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	}
	return nil
}

func holder(f *os.File) string {
	data, err := io.ReadAll(io.LimitReader(f, 32))
	pid, bad := strconv.Atoi(strings.TrimSpace(string(data)))
	if err != nil || bad != nil {
		return "another process"
	}
	return fmt.Sprintf("process %d", pid)
}

// lockName follows links, so that two names of one store share a lock. The
// store itself need not be there yet.
func lockName(path string) (string, error) {
	real, err := filepath.EvalSymlinks(path)
	if errors.Is(err, os.ErrNotExist) {
		dir, err := filepath.EvalSymlinks(filepath.Dir(path))
		return filepath.Join(dir, filepath.Base(path)) + ".lock", err
	}
	return real + ".lock", err
}
