package mailbox

import (
	"fmt"
	"strings"

	"github.com/emersion/go-imap/v2"
)

// mostOwed bounds the marks that are made up for after a lost connection.
const mostOwed = 10_000

// mark does to mails on the server what the configuration says of mails that
// are taken in. It is a courtesy to people who look into the mailbox: where it
// fails, it is told once, and no mail is lost or taken twice for it.
func (l *Listener) mark(s *session, uids []uint32) {
	if len(uids) == 0 || s.readOnly() {
		return
	}
	var set imap.UIDSet
	for _, uid := range uids {
		set.AddNum(imap.UID(uid))
	}
	err := s.mark(set)
	if err != nil && !refused(err) {
		l.owe(s.folder.UIDValidity, uids)
		return
	}
	l.tellUnmarked(err)
}

func (l *Listener) owe(validity uint32, uids []uint32) {
	if l.owed.validity != validity {
		l.owed = owed{validity: validity}
	}
	if len(l.owed.uids)+len(uids) <= mostOwed {
		l.owed.uids = append(l.owed.uids, uids...)
	}
}

func (l *Listener) tellUnmarked(err error) {
	text := ""
	if err != nil {
		text = err.Error()
	}
	if text != "" && text != l.unsaid {
		l.log.Warn("mail that was taken in cannot be marked on the server", "error", err)
	}
	l.unsaid = text
}

func (s *session) mark(set imap.UIDSet) error {
	folder, moves := strings.CutPrefix(s.cfg.After, AfterMove)
	switch {
	case moves:
		return s.move(set, folder)
	case s.cfg.After == AfterSeen:
		return s.flag(set, imap.FlagSeen)
	}
	return s.keyword(set)
}

func (s *session) keyword(set imap.UIDSet) error {
	if !s.keepsKeyword() {
		return nil
	}
	return s.flag(set, Keyword)
}

func (s *session) flag(set imap.UIDSet, flag imap.Flag) error {
	add := &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{flag}}
	if err := s.client.Store(set, add, nil).Close(); err != nil {
		return fmt.Errorf("store %s: %w", flag, err)
	}
	return nil
}

// move never lets a mail go that was not copied, nor one that is not ours:
// without MOVE (RFC 6851) it needs UID EXPUNGE (RFC 4315), and where there is
// neither, the mail stays and gets the keyword. A missing folder is made.
func (s *session) move(set imap.UIDSet, folder string) error {
	transfer := s.copy
	atomic := s.caps.Has(imap.CapMove) && s.client.Caps().Has(imap.CapMove)
	if atomic {
		transfer = s.moveAtOnce
	} else if !s.caps.Has(imap.CapUIDPlus) {
		return s.keyword(set)
	}
	err := transfer(set, folder)
	if refused(err) && s.client.Create(folder, nil).Wait() == nil {
		err = transfer(set, folder)
	}
	if err != nil || atomic {
		return err
	}
	return s.remove(set)
}

// moveAtOnce must be called only where the server has MOVE: the library makes
// up for a missing MOVE in a way that loses mail.
func (s *session) moveAtOnce(set imap.UIDSet, folder string) error {
	if _, err := s.client.Move(set, folder).Wait(); err != nil {
		return fmt.Errorf("move to %s: %w", folder, err)
	}
	return nil
}

func (s *session) copy(set imap.UIDSet, folder string) error {
	if _, err := s.client.Copy(set, folder).Wait(); err != nil {
		return fmt.Errorf("copy to %s: %w", folder, err)
	}
	return nil
}

func (s *session) remove(set imap.UIDSet) error {
	if err := s.flag(set, imap.FlagDeleted); err != nil {
		return err
	}
	if err := s.client.UIDExpunge(set).Close(); err != nil {
		return fmt.Errorf("expunge: %w", err)
	}
	return nil
}
