package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"regexp"
	"runtime"
	"strings"
)

// maxSecret bounds a password or a token in bytes.
const maxSecret = 64 << 10

// hidden stands for every secret that is shown.
const hidden = "***"

// Secret is a password or a token that is read when it is needed. However it is
// printed, logged or encoded, it is ***.
type Secret struct {
	// The value lies behind a function, where no printing of a struct around
	// it reaches.
	read   func() (string, error)
	place  Problem // where it is configured
	file   string
	inline bool // the value itself stands in the configuration
}

// IsSet reports whether a secret is configured.
func (s Secret) IsSet() bool { return s.read != nil }

// File is the path of the file that holds the secret, or "".
func (s Secret) File() string { return s.file }

// Read gives the secret as it is now. One line end behind it is dropped. An
// unset, empty or many-line secret is an error, and so are a file that others
// than its owner and group can read and an environment variable that is not
// set. The error is of type Problem where a configured secret cannot be had.
func (s Secret) Read() (string, error) {
	if s.read == nil {
		return "", errors.New("no secret is configured")
	}
	return s.read()
}

// String is ***.
func (Secret) String() string { return hidden }

// GoString is ***.
func (Secret) GoString() string { return hidden }

// MarshalText gives ***, and so does every encoding that uses it, such as JSON.
func (Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// LogValue is ***.
func (Secret) LogValue() slog.Value { return slog.StringValue(hidden) }

// inlineSecret is a secret that stands in the configuration, or a mixture of
// text and ${NAME}s of the environment.
func inlineSecret(place Problem, text string) Secret {
	names := regexp.MustCompile(`\$\{([A-Za-z_][A-Za-z0-9_]*)\}`)
	return Secret{
		place:  place,
		inline: text != "" && !names.MatchString(text),
		read: func() (string, error) {
			var unset string
			value := names.ReplaceAllStringFunc(text, func(ref string) string {
				v := os.Getenv(ref[2 : len(ref)-1])
				if v == "" && unset == "" {
					unset = ref
				}
				return v
			})
			if unset != "" {
				return "", place.of(&fault{got: unset, want: "it in the environment, not empty"})
			}
			return usable(place, value, "a password")
		},
	}
}

// fileSecret is a secret in a file of its own.
func fileSecret(place Problem, path string) Secret {
	return Secret{place: place, file: path, read: func() (string, error) {
		data, f := readPrivate(path)
		if f != nil {
			return "", place.of(f)
		}
		return usable(place, strings.TrimSuffix(strings.TrimSuffix(string(data), "\n"), "\r"), path)
	}}
}

// usable refuses what no mail server could take for a secret.
func usable(place Problem, value, what string) (string, error) {
	switch {
	case value == "":
		return "", place.of(&fault{got: what + " that is empty", want: "a secret in it"})
	case strings.ContainsAny(value, "\r\n\x00"):
		return "", place.of(&fault{got: what + " with more than one line", want: "the secret alone"})
	}
	return value, nil
}

// of is the problem at this place.
func (p Problem) of(f *fault) Problem {
	p.Got, p.Want, p.Fix = f.got, f.want, f.fix
	return p
}

// readPrivate reads a small file that not everybody can read.
func readPrivate(path string) ([]byte, *fault) {
	f, err := os.Open(path)
	if err != nil {
		return nil, unreadable(path, err)
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil:
		return nil, unreadable(path, err)
	case info.IsDir():
		return nil, &fault{got: path + ", a folder", want: "a file"}
	case isOpenToAll(info.Mode()):
		return nil, openToAll(path, info.Mode())
	}
	data, err := io.ReadAll(io.LimitReader(f, maxSecret+1))
	switch {
	case err != nil:
		return nil, unreadable(path, err)
	case len(data) > maxSecret:
		return nil, &fault{got: path + " with more than 64 KiB", want: "a secret"}
	}
	return data, nil
}

// isOpenToAll reports whether others than owner and group may use the file.
// Windows keeps that elsewhere.
func isOpenToAll(mode fs.FileMode) bool {
	return runtime.GOOS != "windows" && mode.Perm()&0o007 != 0
}

func openToAll(path string, mode fs.FileMode) *fault {
	return &fault{got: fmt.Sprintf("%s with mode %04o", path, mode.Perm()), want: "a file that others cannot read", fix: "chmod 600 " + path}
}

// unreadable says in few words why a file cannot be read.
func unreadable(path string, err error) *fault {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		err = pe.Err
	}
	return &fault{got: path + ": " + err.Error(), want: "a file that can be read"}
}
