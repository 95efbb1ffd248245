package sandbox

import (
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
)

// folder is one IMAP mailbox. Its mails are in UID order.
type folder struct {
	validity uint32
	use      imap.MailboxAttr
	updates  *imapserver.MailboxTracker

	mu         sync.Mutex
	name       string
	subscribed bool
	mails      []*stored
	uidNext    imap.UID
	views      map[*view]struct{}
}

// stored is a mail in a folder. Flags are replaced, never changed in place.
type stored struct {
	uid   imap.UID
	raw   []byte
	at    time.Time
	flags []imap.Flag
}

func newFolder(name string, use imap.MailboxAttr, validity uint32) *folder {
	return &folder{
		name: name, use: use, validity: validity, subscribed: true,
		updates: imapserver.NewMailboxTracker(0), uidNext: 1, views: map[*view]struct{}{},
	}
}

func (f *folder) append(raw []byte, at time.Time, flags []imap.Flag) imap.UID {
	f.mu.Lock()
	m := &stored{uid: f.uidNext, raw: raw, at: at, flags: flags}
	f.uidNext++
	f.mails = append(f.mails, m)
	f.updates.QueueNumMessages(uint32(len(f.mails)))
	f.mu.Unlock()
	f.wake()
	return m.uid
}

// expunge removes the mails that pick chooses.
func (f *folder) expunge(pick func(*stored) bool) {
	f.mu.Lock()
	for i := len(f.mails) - 1; i >= 0; i-- {
		if pick(f.mails[i]) {
			f.mails = slices.Delete(f.mails, i, i+1)
			f.updates.QueueExpunge(uint32(i + 1))
		}
	}
	f.mu.Unlock()
	f.wake()
}

// wake tells the waiting IDLE commands to look at their updates. It comes after
// the update was queued, so that none is missed.
func (f *folder) wake() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for v := range f.views {
		select {
		case v.woken <- struct{}{}:
		default:
		}
	}
}

func (f *folder) bytes() [][]byte {
	f.mu.Lock()
	defer f.mu.Unlock()
	all := make([][]byte, len(f.mails))
	for i, m := range f.mails {
		all[i] = m.raw
	}
	return all
}

func (f *folder) title() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.name
}

func (f *folder) rename(name string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.name = name
}

func (f *folder) subscribe(yes bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.subscribed = yes
}

func (f *folder) selectData(readOnly bool) *imap.SelectData {
	f.mu.Lock()
	defer f.mu.Unlock()
	flags := []imap.Flag{imap.FlagAnswered, imap.FlagFlagged, imap.FlagDeleted, imap.FlagSeen, imap.FlagDraft}
	for _, m := range f.mails {
		flags = withFlags(flags, m.flags)
	}
	data := &imap.SelectData{
		Flags: flags, NumMessages: uint32(len(f.mails)), UIDNext: f.uidNext, UIDValidity: f.validity,
	}
	if !readOnly {
		data.PermanentFlags = append(slices.Clone(flags), imap.FlagWildcard)
	}
	return data
}

func (f *folder) listData(options *imap.ListOptions) *imap.ListData {
	f.mu.Lock()
	defer f.mu.Unlock()
	if (options.SelectSubscribed && !f.subscribed) || (options.SelectSpecialUse && f.use == "") {
		return nil
	}
	data := &imap.ListData{Mailbox: f.name, Delim: delimiter}
	if f.subscribed && (options.ReturnSubscribed || options.SelectSubscribed) {
		data.Attrs = append(data.Attrs, imap.MailboxAttrSubscribed)
	}
	if f.use != "" {
		data.Attrs = append(data.Attrs, f.use)
	}
	if options.ReturnStatus != nil {
		data.Status = f.statusLocked()
	}
	return data
}

func (f *folder) status() *imap.StatusData {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.statusLocked()
}

// statusLocked gives every item; the protocol server writes those asked for.
func (f *folder) statusLocked() *imap.StatusData {
	var size int64
	total, unseen, deleted, recent := uint32(len(f.mails)), uint32(0), uint32(0), uint32(0)
	for _, m := range f.mails {
		size += int64(len(m.raw))
		if !m.has(imap.FlagSeen) {
			unseen++
		}
		if m.has(imap.FlagDeleted) {
			deleted++
		}
	}
	return &imap.StatusData{
		Mailbox: f.name, NumMessages: &total, UIDNext: f.uidNext, UIDValidity: f.validity,
		NumUnseen: &unseen, NumDeleted: &deleted, Size: &size, NumRecent: &recent,
	}
}

func (m *stored) has(flag imap.Flag) bool { return hasFlag(m.flags, flag) }

// hasFlag compares without case (RFC 9051 §9, flag-keyword).
func hasFlag(flags []imap.Flag, flag imap.Flag) bool {
	return slices.ContainsFunc(flags, func(f imap.Flag) bool { return strings.EqualFold(string(f), string(flag)) })
}

// withFlags is a new list that has the flags of both, each once.
func withFlags(have, more []imap.Flag) []imap.Flag {
	out := slices.Clone(have)
	for _, flag := range more {
		if !hasFlag(out, flag) {
			out = append(out, flag)
		}
	}
	return out
}

func withoutFlags(have, less []imap.Flag) []imap.Flag {
	return slices.DeleteFunc(slices.Clone(have), func(f imap.Flag) bool { return hasFlag(less, f) })
}
