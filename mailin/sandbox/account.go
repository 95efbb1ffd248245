package sandbox

import (
	"slices"
	"strings"
	"sync"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
)

const delimiter = '/'

var errNoFolder = &imap.Error{Type: imap.StatusResponseTypeNo, Code: imap.ResponseCodeNonExistent, Text: "No such mailbox"}

// account is the set of folders of one user.
type account struct {
	validity uint32

	mu      sync.Mutex
	folders map[string]*folder
	made    map[string]uint32 // how often a folder of that name was made
}

func newAccount(validity uint32) *account {
	a := &account{validity: validity, folders: map[string]*folder{}, made: map[string]uint32{}}
	a.add("INBOX", "")
	a.add("Sent", imap.MailboxAttrSent)
	a.add("Archive", imap.MailboxAttrArchive)
	a.add("Archive/Processed", "")
	return a
}

// add makes a folder. One that is made again under the same name gets another
// UIDVALIDITY.
func (a *account) add(name string, use imap.MailboxAttr) {
	a.made[name]++
	a.folders[name] = newFolder(name, use, a.validity+a.made[name])
}

func (a *account) folder(name string) (*folder, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if f := a.folders[name]; f != nil {
		return f, nil
	}
	return nil, errNoFolder
}

// target finds the folder that a COPY, MOVE or APPEND names; the answer when
// there is none is that of RFC 9051 §6.4.7.
func (a *account) target(name string) (*folder, error) {
	f, err := a.folder(name)
	if err != nil {
		return nil, &imap.Error{Type: imap.StatusResponseTypeNo, Code: imap.ResponseCodeTryCreate, Text: "No such mailbox"}
	}
	return f, nil
}

func (a *account) create(name string) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	name = strings.TrimRight(name, string(delimiter))
	if a.folders[name] != nil {
		return errExists
	}
	a.add(name, "")
	return nil
}

var errExists = &imap.Error{Type: imap.StatusResponseTypeNo, Code: imap.ResponseCodeAlreadyExists, Text: "Mailbox already exists"}

func (a *account) delete(name string) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if name == "INBOX" {
		return &imap.Error{Type: imap.StatusResponseTypeNo, Code: imap.ResponseCodeCannot, Text: "INBOX stays"}
	}
	if a.folders[name] == nil {
		return errNoFolder
	}
	delete(a.folders, name)
	return nil
}

func (a *account) rename(from, to string) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	f := a.folders[from]
	switch {
	case f == nil:
		return errNoFolder
	case a.folders[to] != nil:
		return errExists
	case from == "INBOX":
		return &imap.Error{Type: imap.StatusResponseTypeNo, Code: imap.ResponseCodeCannot, Text: "INBOX stays"}
	}
	f.rename(to)
	a.folders[to] = f
	delete(a.folders, from)
	return nil
}

func (a *account) list(w *imapserver.ListWriter, ref string, patterns []string, options *imap.ListOptions) error {
	if len(patterns) == 0 {
		return w.WriteList(&imap.ListData{Attrs: []imap.MailboxAttr{imap.MailboxAttrNoSelect}, Delim: delimiter})
	}
	for _, f := range a.sorted() {
		matches := func(p string) bool { return imapserver.MatchList(f.title(), delimiter, ref, p) }
		if !slices.ContainsFunc(patterns, matches) {
			continue
		}
		if data := f.listData(options); data != nil {
			if err := w.WriteList(data); err != nil {
				return err
			}
		}
	}
	return nil
}

func (a *account) sorted() []*folder {
	a.mu.Lock()
	defer a.mu.Unlock()
	list := make([]*folder, 0, len(a.folders))
	for _, f := range a.folders {
		list = append(list, f)
	}
	slices.SortFunc(list, func(x, y *folder) int { return strings.Compare(x.title(), y.title()) })
	return list
}
