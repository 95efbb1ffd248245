package mailbox

import (
	"context"
	"fmt"
	"strings"

	"github.com/emersion/go-imap/v2"
)

// CheckLine is the outcome of one check.
type CheckLine struct {
	Name string // connect, security, login, folder, marks, waiting
	OK   bool
	Text string // what was found, or what is wrong
}

var checkNames = []string{"connect", "security", "login", "folder", "marks", "waiting"}

// Check connects, logs in and looks into the folder, and changes nothing. The
// error is that of the first check that failed; its line is the last.
func (l *Listener) Check(ctx context.Context) ([]CheckLine, error) {
	var lines []CheckLine
	tell := func(text string) {
		lines = append(lines, CheckLine{Name: checkNames[len(lines)], OK: true, Text: text})
	}
	if err := l.check(ctx, tell); err != nil {
		err = withCause(ctx, err)
		return append(lines, CheckLine{Name: checkNames[len(lines)], Text: err.Error()}), err
	}
	return lines, nil
}

func (l *Listener) check(ctx context.Context, tell func(string)) error {
	s, err := l.connect(ctx, tell)
	if err != nil {
		return err
	}
	defer s.logout()
	// SELECT, not EXAMINE: only it tells which flags can be kept.
	if err := s.open(false); err != nil {
		return err
	}
	tell(fmt.Sprintf("%s, %d mails", l.cfg.Folder, s.folder.NumMessages))
	marks, err := s.marks()
	if err != nil {
		return err
	}
	tell(marks)
	tell(s.waiting())
	return nil
}

// marks says what becomes of a mail that was taken in.
func (s *session) marks() (string, error) {
	folder, moves := strings.CutPrefix(s.cfg.After, AfterMove)
	kept := "nothing marks a mail that was taken in: the folder keeps no keyword"
	if s.keepsKeyword() {
		kept = "keyword " + Keyword
	}
	switch {
	case s.readOnly():
		return "", fmt.Errorf("%s is read-only: mail could be taken in but not marked", s.cfg.Folder)
	case moves && (s.caps.Has(imap.CapMove) || s.caps.Has(imap.CapUIDPlus)):
		return "moved to " + folder, nil
	case moves:
		return kept + "; the server has neither MOVE nor UIDPLUS, so that nothing is moved", nil
	case s.cfg.After == AfterSeen:
		return "flag " + string(imap.FlagSeen), nil
	}
	return kept, nil
}

func (s *session) waiting() string {
	if s.caps.Has(imap.CapIdle) {
		return "IDLE: new mail is told at once"
	}
	return fmt.Sprintf("no IDLE: looks every %s", s.cfg.PollEvery)
}
