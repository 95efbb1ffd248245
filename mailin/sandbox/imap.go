package sandbox

import (
	"io"
	"slices"
	"sync"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
)

var errReadOnly = &imap.Error{Type: imap.StatusResponseTypeNo, Code: imap.ResponseCodeNoPerm, Text: "The mailbox is read-only"}

// imapSession is one IMAP connection. The protocol server calls it only in the
// states that RFC 9051 §3 allows, so account and view are there when needed.
type imapSession struct {
	server  *Server
	account *account
	mu      sync.Mutex // an IDLE may still run when the connection is lost and Close is called
	view    *view      // nil while no mailbox is selected
}

func (s *imapSession) selected() *view {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.view
}

func (s *imapSession) replace(v *view) (old *view) {
	s.mu.Lock()
	defer s.mu.Unlock()
	old, s.view = s.view, v
	return old
}

var _ interface {
	imapserver.SessionMove
	imapserver.SessionNamespace
	imapserver.SessionAppendLimit
} = (*imapSession)(nil)

func (s *imapSession) Close() error {
	if s.view != nil {
		return s.Unselect()
	}
	return nil
}

func (s *imapSession) Login(user, password string) error {
	if user == "" || password == "" {
		return imapserver.ErrAuthFailed
	}
	s.account = s.server.account(user)
	return nil
}

func (s *imapSession) AppendLimit() uint32 { return MaxSize }

func (s *imapSession) Namespace() (*imap.NamespaceData, error) {
	return &imap.NamespaceData{Personal: []imap.NamespaceDescriptor{{Delim: delimiter}}}, nil
}

func (s *imapSession) Select(name string, options *imap.SelectOptions) (*imap.SelectData, error) {
	f, err := s.account.folder(name)
	if err != nil {
		return nil, err
	}
	s.replace(f.open(options.ReadOnly))
	return f.selectData(options.ReadOnly), nil
}

func (s *imapSession) Unselect() error {
	s.replace(nil).close()
	return nil
}

func (s *imapSession) Create(name string, _ *imap.CreateOptions) error { return s.account.create(name) }

func (s *imapSession) Delete(name string) error { return s.account.delete(name) }

func (s *imapSession) Rename(from, to string, _ *imap.RenameOptions) error {
	return s.account.rename(from, to)
}

func (s *imapSession) Subscribe(name string) error { return s.subscribe(name, true) }

func (s *imapSession) Unsubscribe(name string) error { return s.subscribe(name, false) }

func (s *imapSession) subscribe(name string, yes bool) error {
	f, err := s.account.folder(name)
	if err != nil {
		return err
	}
	f.subscribe(yes)
	return nil
}

func (s *imapSession) List(w *imapserver.ListWriter, ref string, patterns []string, options *imap.ListOptions) error {
	return s.account.list(w, ref, patterns, options)
}

func (s *imapSession) Status(name string, _ *imap.StatusOptions) (*imap.StatusData, error) {
	f, err := s.account.folder(name)
	if err != nil {
		return nil, err
	}
	return f.status(), nil
}

// Append stores the bytes as they are: what a client puts into its own mailbox
// is not incoming mail.
func (s *imapSession) Append(name string, r imap.LiteralReader, options *imap.AppendOptions) (*imap.AppendData, error) {
	f, err := s.account.target(name)
	if err != nil {
		return nil, err
	}
	raw, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	at := options.Time
	if at.IsZero() {
		at = s.server.opts.Now()
	}
	return &imap.AppendData{UIDValidity: f.validity, UID: f.append(raw, at, options.Flags)}, nil
}

func (s *imapSession) Poll(w *imapserver.UpdateWriter, allowExpunge bool) error {
	if s.view == nil {
		return nil
	}
	return s.view.updates.Poll(w, allowExpunge)
}

func (s *imapSession) Idle(w *imapserver.UpdateWriter, stop <-chan struct{}) error {
	v := s.selected()
	if v == nil {
		<-stop
		return nil
	}
	return v.idle(w, stop)
}

func (s *imapSession) Expunge(_ *imapserver.ExpungeWriter, uids *imap.UIDSet) error {
	if s.view.readOnly {
		return errReadOnly
	}
	s.view.folder.expunge(func(m *stored) bool {
		return m.has(imap.FlagDeleted) && (uids == nil || uids.Contains(m.uid))
	})
	return nil
}

func (s *imapSession) Search(kind imapserver.NumKind, criteria *imap.SearchCriteria, _ *imap.SearchOptions) (*imap.SearchData, error) {
	return s.view.search(kind, criteria)
}

func (s *imapSession) Fetch(w *imapserver.FetchWriter, set imap.NumSet, options *imap.FetchOptions) error {
	return s.view.fetch(w, set, options)
}

func (s *imapSession) Store(w *imapserver.FetchWriter, set imap.NumSet, flags *imap.StoreFlags, _ *imap.StoreOptions) error {
	if s.view.readOnly {
		return errReadOnly
	}
	s.view.rows(set, func(m *stored) {
		switch flags.Op {
		case imap.StoreFlagsSet:
			m.flags = slices.Clone(flags.Flags)
		case imap.StoreFlagsAdd:
			m.flags = withFlags(m.flags, flags.Flags)
		case imap.StoreFlagsDel:
			m.flags = withoutFlags(m.flags, flags.Flags)
		}
	})
	s.view.folder.wake()
	if flags.Silent {
		return nil
	}
	return s.view.fetch(w, set, &imap.FetchOptions{Flags: true})
}

func (s *imapSession) Copy(set imap.NumSet, name string) (*imap.CopyData, error) {
	to, err := s.account.target(name)
	if err != nil {
		return nil, err
	}
	return copyRows(s.view.rows(set, nil), to), nil
}

func (s *imapSession) Move(w *imapserver.MoveWriter, set imap.NumSet, name string) error {
	if s.view.readOnly {
		return errReadOnly
	}
	to, err := s.account.target(name)
	if err != nil {
		return err
	}
	rows := s.view.rows(set, nil)
	if data := copyRows(rows, to); data != nil {
		if err := w.WriteCopyData(data); err != nil {
			return err
		}
	}
	moved := map[*stored]bool{}
	for _, r := range rows {
		moved[r.stored] = true
	}
	s.view.folder.expunge(func(m *stored) bool { return moved[m] })
	return nil
}

// copyRows gives nil when there was nothing to copy: a COPYUID without UIDs
// would be malformed (RFC 4315 §3).
func copyRows(rows []row, to *folder) *imap.CopyData {
	if len(rows) == 0 {
		return nil
	}
	data := &imap.CopyData{UIDValidity: to.validity}
	for _, r := range rows {
		data.SourceUIDs.AddNum(r.uid)
		data.DestUIDs.AddNum(to.append(r.raw, r.at, r.flags))
	}
	return data
}
