package sandbox

import (
	"bytes"
	"mime"
	"net/mail"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
)

func (v *view) search(kind imapserver.NumKind, criteria *imap.SearchCriteria) (*imap.SearchData, error) {
	v.folder.mu.Lock()
	v.fix(criteria)
	v.folder.mu.Unlock()
	var data imap.SearchData
	var seqs imap.SeqSet
	var uids imap.UIDSet
	for _, r := range v.rows(imap.UIDSet{{Start: 1, Stop: 0}}, nil) {
		if !r.matches(criteria) {
			continue
		}
		num := r.seq
		if kind == imapserver.NumKindUID {
			num = uint32(r.uid)
		}
		seqs.AddNum(r.seq)
		uids.AddNum(r.uid)
		if data.Count == 0 {
			data.Min = num
		}
		data.Max = num
		data.Count++
	}
	if data.All = seqs; kind == imapserver.NumKindUID {
		data.All = uids
	}
	return &data, nil
}

// fix replaces * in all sets of the criteria.
func (v *view) fix(c *imap.SearchCriteria) {
	for i, set := range c.SeqNum {
		if fixed, ok := v.fixed(set).(imap.SeqSet); ok {
			c.SeqNum[i] = fixed
		}
	}
	for i, set := range c.UID {
		if fixed, ok := v.fixed(set).(imap.UIDSet); ok {
			c.UID[i] = fixed
		}
	}
	for i := range c.Not {
		v.fix(&c.Not[i])
	}
	for i := range c.Or {
		v.fix(&c.Or[i][0])
		v.fix(&c.Or[i][1])
	}
}

// matches reports whether all criteria hold. Texts are compared as they stand
// in the mail, without decoding its parts.
func (r row) matches(c *imap.SearchCriteria) bool {
	return r.inSets(c) && r.hasFlags(c) && r.hasSize(c) && r.hasDates(c) && r.hasTexts(c) && r.hasNested(c)
}

func (r row) inSets(c *imap.SearchCriteria) bool {
	return all(c.SeqNum, func(s imap.SeqSet) bool { return s.Contains(r.seq) }) &&
		all(c.UID, func(s imap.UIDSet) bool { return s.Contains(r.uid) })
}

func (r row) hasFlags(c *imap.SearchCriteria) bool {
	return all(c.Flag, r.has) && !slices.ContainsFunc(c.NotFlag, r.has)
}

func (r row) hasSize(c *imap.SearchCriteria) bool {
	size := int64(len(r.raw))
	return (c.Larger == 0 || size > c.Larger) && (c.Smaller == 0 || size < c.Smaller)
}

func (r row) hasDates(c *imap.SearchCriteria) bool {
	if !inDays(r.at, c.Since, c.Before) {
		return false
	}
	if c.SentSince.IsZero() && c.SentBefore.IsZero() {
		return true
	}
	header, _ := splitMail(r.raw)
	for _, f := range splitFields(header) {
		if strings.EqualFold(f.name, "Date") {
			sent, err := mail.ParseDate(f.value())
			return err == nil && inDays(sent, c.SentSince, c.SentBefore)
		}
	}
	return false
}

// inDays compares days and disregards zones (RFC 9051 §6.4.4).
func inDays(t, since, before time.Time) bool {
	day := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
	return (since.IsZero() || !day.Before(since)) && (before.IsZero() || day.Before(before))
}

func (r row) hasTexts(c *imap.SearchCriteria) bool {
	if len(c.Header)+len(c.Body)+len(c.Text) == 0 {
		return true
	}
	header, body := splitMail(r.raw)
	fields := splitFields(header)
	return all(c.Header, func(h imap.SearchCriteriaHeaderField) bool { return hasField(fields, h) }) &&
		all(c.Body, func(s string) bool { return containsFold(body, s) }) &&
		all(c.Text, func(s string) bool { return containsFold(r.raw, s) })
}

func hasField(fields []field, want imap.SearchCriteriaHeaderField) bool {
	var words mime.WordDecoder
	return slices.ContainsFunc(fields, func(f field) bool {
		if !strings.EqualFold(f.name, want.Key) {
			return false
		}
		value := f.value()
		if decoded, err := words.DecodeHeader(value); err == nil {
			value = decoded
		}
		return containsFold([]byte(value), want.Value)
	})
}

func (r row) hasNested(c *imap.SearchCriteria) bool {
	return all(c.Not, func(n imap.SearchCriteria) bool { return !r.matches(&n) }) &&
		all(c.Or, func(or [2]imap.SearchCriteria) bool { return r.matches(&or[0]) || r.matches(&or[1]) })
}

func containsFold(text []byte, part string) bool {
	return bytes.Contains(bytes.ToLower(text), bytes.ToLower([]byte(part)))
}

func all[T any](list []T, ok func(T) bool) bool {
	return !slices.ContainsFunc(list, func(t T) bool { return !ok(t) })
}
