package config

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"envdesk/tracker"
)

// keySize is the length of a new signing key in bytes.
const keySize = 32

// LoadKeys reads the signing keys of a desk for tracker.NewSigner: one a line,
// its number from 1 to 255 and its bytes in hexadecimal; the first signs, all
// check. Without a file it makes one, with a random key and for its owner only;
// of several processes that do so at once, all get the same key. A file that
// everybody can read is refused. Errors never hold a key.
func LoadKeys(path string) ([]tracker.Key, error) {
	_, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err := createKeys(path); err != nil {
			return nil, fmt.Errorf("create signing key %s: %w", path, err)
		}
	}
	data, f := readPrivate(path)
	if f != nil {
		return nil, Problem{File: path}.of(f)
	}
	return parseKeys(path, string(data))
}

// createKeys makes the file of keys. It writes the whole of it under another
// name first, and links it then, so that nobody sees a part of it and the first
// of several processes wins.
func createKeys(path string) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	defer tmp.Close()
	secret := make([]byte, keySize)
	_, _ = rand.Read(secret) // never fails, as documented
	if _, err := fmt.Fprintf(tmp, "1 %s\n", hex.EncodeToString(secret)); err != nil {
		return err
	}
	if err := tmp.Sync(); err != nil {
		return err
	}
	if err := os.Link(tmp.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// syncFolder makes the entries of a folder durable.
func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// parseKeys reads the lines of a file of keys; empty ones and those from # on
// do not count.
func parseKeys(name, text string) ([]tracker.Key, error) {
	var keys []tracker.Key
	lines := map[byte]int{}
	number := 0
	for line := range strings.Lines(text) {
		number++
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		place := Problem{File: name, Line: number}
		k, ok := parseKeyLine(line)
		if !ok {
			return nil, place.of(&fault{got: "a line that is no key", want: "a number from 1 to 255 and at least 32 hexadecimal digits"})
		}
		if first := lines[k.ID]; first > 0 {
			return nil, place.of(&fault{got: "key " + strconv.Itoa(int(k.ID)) + " a second time", want: "it once; the first is on line " + strconv.Itoa(first)})
		}
		lines[k.ID] = number
		keys = append(keys, k)
	}
	if len(keys) == 0 {
		return nil, Problem{File: name}.of(&fault{got: "no signing key", want: "one a line", fix: "restore the file from a backup, or remove it to make a new key: then replies to older mails prove nothing"})
	}
	return keys, nil
}

func parseKeyLine(line string) (tracker.Key, bool) {
	id, digits, _ := strings.Cut(line, " ")
	n, err := strconv.ParseUint(id, 10, 8)
	if err != nil || n == 0 {
		return tracker.Key{}, false
	}
	secret, err := hex.DecodeString(strings.TrimSpace(digits))
	return tracker.Key{ID: byte(n), Secret: secret}, err == nil && len(secret) >= keySize/2
}
