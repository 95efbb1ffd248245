package sqlstore

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"time"
	"unicode/utf8"

	"envdesk/tracker"
)

// epoch stands for the first instant of 1970, because 0 means never. Servers
// that know no date give it.
const epoch = math.MinInt64

// micros is the stored form of an instant.
func micros(t time.Time) int64 {
	switch {
	case t.IsZero():
		return 0
	case t.UnixMicro() == 0:
		return epoch
	}
	return t.UnixMicro()
}

// instant scans what micros gave, in UTC.
type instant struct{ t *time.Time }

func (i instant) Scan(src any) error {
	n, ok := src.(int64)
	switch {
	case !ok:
		return fmt.Errorf("an instant is stored as %T", src)
	case n == 0:
		*i.t = time.Time{}
	case n == epoch:
		*i.t = time.UnixMicro(0).UTC()
	default:
		*i.t = time.UnixMicro(n).UTC()
	}
	return nil
}

// list is the stored form of a list of texts; empty for none.
func list(texts []string) (string, error) {
	if len(texts) == 0 {
		return "", nil
	}
	data, err := json.Marshal(texts)
	return string(data), err
}

// listOf scans what list gave.
type listOf struct{ texts *[]string }

func (l listOf) Scan(src any) error {
	text, ok := src.(string)
	if !ok {
		return fmt.Errorf("a list is stored as %T", src)
	}
	*l.texts = nil
	if text == "" {
		return nil
	}
	return json.Unmarshal([]byte(text), l.texts)
}

// encodeApproval is the stored form of an approval; "" where none was needed.
func encodeApproval(a tracker.Approval) (string, error) {
	if a.State == "" && a.Round == 0 {
		return "", nil
	}
	data, err := json.Marshal(a)
	return string(data), err
}

// approval scans what encodeApproval gave.
type approval struct{ to *tracker.Approval }

func (a approval) Scan(src any) error {
	text, ok := src.(string)
	if !ok {
		return fmt.Errorf("an approval is stored as %T", src)
	}
	*a.to = tracker.Approval{}
	if text == "" {
		return nil
	}
	return json.Unmarshal([]byte(text), a.to)
}

// plain makes a text that every SQL database takes: valid UTF-8 without NUL.
func plain(s string) string {
	if isPlain(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if r == 0 {
			return -1
		}
		return r
	}, s)
}

func isPlain(s string) bool {
	return utf8.ValidString(s) && strings.IndexByte(s, 0) < 0
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

// truth scans a flag.
type truth struct{ to *bool }

func (t truth) Scan(src any) error {
	n, ok := src.(int64)
	if !ok {
		return fmt.Errorf("%T is no flag", src)
	}
	*t.to = n != 0
	return nil
}
