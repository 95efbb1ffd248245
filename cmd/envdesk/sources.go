package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// source is one mail outside of a mailbox.
type source struct {
	io.Closer
	raw      *io.SectionReader
	received time.Time
	alike    int // of standard input: how many mails an mbox of the same bytes has
}

// walkMails calls f with every mail of the arguments: files, mbox files,
// Maildirs, folders of .eml files, and - for standard input. f closes them.
func walkMails(args []string, in io.Reader, f func(source) error) error {
	var missing error
	for _, arg := range args {
		err := walkArgument(arg, in, f)
		if errors.Is(err, fs.ErrNotExist) { // the others are taken all the same
			missing = errors.Join(missing, err)
		} else if err != nil {
			return err
		}
	}
	return missing
}

func walkArgument(arg string, in io.Reader, f func(source) error) error {
	if arg == "-" {
		return walkInput(in, f)
	}
	info, err := os.Stat(arg)
	switch {
	case err != nil:
		return err
	case !info.IsDir():
		return walkFile(arg, f)
	case isMaildir(arg):
		return walkMaildir(arg, f)
	}
	return walkFolder(arg, f)
}

// walkInput takes standard input as one mail, received now: what a mail server
// pipes in may hold lines in its body that would begin another mail in an mbox.
func walkInput(in io.Reader, f func(source) error) error {
	file, err := os.CreateTemp("", "envdesk-ingest-*")
	if err != nil {
		return later("standard input", err)
	}
	// The name goes at once; the bytes stay until the file is closed.
	err = os.Remove(file.Name())
	size, copyErr := io.Copy(file, in)
	if err = errors.Join(err, copyErr); err != nil {
		file.Close()
		return later("standard input", err)
	}
	all, now := io.NewSectionReader(file, 0, size), time.Now()
	parts, err := mboxParts(all, now)
	if err != nil {
		file.Close()
		return later("standard input", err)
	}
	return f(source{Closer: file, raw: all, received: now, alike: len(parts)})
}

// later is a failure to keep the mail: the mail server that pipes it in is to try
// again.
func later(what string, err error) error {
	return &exitError{exitLater, fmt.Errorf("%s: %w", what, err)}
}

// walkFile takes a file by its kind: one mail where its name or its place says
// so, else an mbox when it begins with a From_ line.
func walkFile(path string, f func(source) error) error {
	if strings.EqualFold(filepath.Ext(path), ".eml") {
		return walkMail(path, f)
	}
	file, info, err := openFile(path)
	if err != nil {
		return err
	}
	return walkOpen(file, info.Size(), info.ModTime(), f)
}

// walkMail takes a file as one mail.
func walkMail(path string, f func(source) error) error {
	file, info, err := openFile(path)
	if err != nil {
		return err
	}
	return f(source{Closer: file, raw: io.NewSectionReader(file, 0, info.Size()), received: info.ModTime()})
}

func openFile(path string) (*os.File, fs.FileInfo, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	info, err := file.Stat()
	if err != nil {
		file.Close()
		return nil, nil, err
	}
	return file, info, nil
}

// walkOpen takes an open file: an mbox when it begins with a From_ line, one mail
// otherwise.
func walkOpen(file *os.File, size int64, received time.Time, f func(source) error) error {
	all := io.NewSectionReader(file, 0, size)
	mails, err := splitMbox(all, received)
	if err != nil {
		file.Close()
		return fmt.Errorf("%s: %w", file.Name(), err)
	}
	if len(mails) == 0 {
		return f(source{Closer: file, raw: all, received: received})
	}
	last := len(mails) - 1
	for i, m := range mails {
		m.Closer = io.NopCloser(nil)
		if i == last {
			m.Closer = file
		}
		if err := f(m); err != nil {
			return err
		}
	}
	return nil
}

// splitMbox finds the mails of an mbox file. None for a file that is no mbox.
func splitMbox(all *io.SectionReader, fallback time.Time) ([]source, error) {
	parts, err := mboxParts(all, fallback)
	if err != nil {
		return nil, err
	}
	var out []source
	for _, p := range parts {
		raw, err := mboxMail(all, p)
		if err != nil {
			return nil, err
		}
		out = append(out, source{raw: raw, received: p.received})
	}
	return out, nil
}

// mboxPart is where a mail stands in an mbox.
type mboxPart struct {
	start, end int64
	received   time.Time
	escaped    bool // a line of it was quoted, see escapedFrom
}

// mboxParts finds where the mails of an mbox file stand (RFC 4155): each begins
// behind a line "From sender date" at the start of the file or after a blank line;
// the first may lack the date. None for a file that is no mbox.
func mboxParts(all *io.SectionReader, fallback time.Time) (parts []mboxPart, err error) {
	var at int64
	blank := true
	r := bufio.NewReaderSize(io.NewSectionReader(all, 0, all.Size()), 64<<10)
	for !errors.Is(err, io.EOF) {
		var line []byte
		line, err = r.ReadSlice('\n')
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
			return nil, err
		}
		end := at + int64(len(line))
		if date, ok := fromLine(line); ok && blank && (at == 0 || !date.IsZero()) {
			parts = append(parts, mboxPart{start: end, received: orTime(date, fallback)})
		} else if at == 0 {
			return nil, nil
		}
		last := &parts[len(parts)-1]
		last.escaped = last.escaped || escapedFrom.Match(line)
		blank = len(bytes.TrimSpace(line)) == 0
		at = end
		last.end = end
	}
	return parts, nil
}

// escapedFrom is a line that was quoted so that it does not look like a From_
// line; one ">" of it is taken away again (the mboxrd rule).
var escapedFrom = regexp.MustCompile(`(?m)^>+From `)

// mboxMail is one mail of an mbox, read from the file as long as nothing in it
// was quoted.
func mboxMail(all *io.SectionReader, p mboxPart) (*io.SectionReader, error) {
	mail := io.NewSectionReader(all, p.start, p.end-p.start)
	if !p.escaped {
		return mail, nil
	}
	raw, err := io.ReadAll(mail)
	if err != nil {
		return nil, err
	}
	raw = escapedFrom.ReplaceAllFunc(raw, func(line []byte) []byte { return line[1:] })
	return io.NewSectionReader(bytes.NewReader(raw), 0, int64(len(raw))), nil
}

// fromLine reads "From sender Mon Nov 23 10:00:00 2026".
func fromLine(line []byte) (time.Time, bool) {
	rest, ok := bytes.CutPrefix(line, []byte("From "))
	if !ok {
		return time.Time{}, false
	}
	fields := strings.Fields(string(rest))
	for i := 1; i < len(fields); i++ {
		for _, layout := range fromLineDates {
			if t, err := time.Parse(layout, strings.Join(fields[i:], " ")); err == nil {
				return t, true
			}
		}
	}
	return time.Time{}, len(fields) >= 2
}

// fromLineDates are the dates that programs write into From_ lines.
var fromLineDates = []string{
	time.ANSIC, "Mon Jan _2 15:04 2006", time.RubyDate, time.UnixDate, "Mon Jan _2 15:04:05 2006 -0700", "Mon, _2 Jan 2006 15:04:05 -0700",
}

func orTime(t, other time.Time) time.Time {
	if t.IsZero() || t.After(other) {
		return other
	}
	return t
}

func isMaildir(dir string) bool {
	for _, sub := range []string{"cur", "new"} {
		if info, err := os.Stat(filepath.Join(dir, sub)); err != nil || !info.IsDir() {
			return false
		}
	}
	return true
}

// walkMaildir takes the mails of cur and new in the order of their delivery.
func walkMaildir(dir string, f func(source) error) error {
	var files []string
	for _, sub := range []string{"cur", "new"} {
		entries, err := os.ReadDir(filepath.Join(dir, sub))
		if err != nil {
			return err
		}
		for _, e := range entries {
			if e.Type().IsRegular() && !strings.HasPrefix(e.Name(), ".") {
				files = append(files, filepath.Join(dir, sub, e.Name()))
			}
		}
	}
	slices.SortFunc(files, func(a, b string) int { return strings.Compare(filepath.Base(a), filepath.Base(b)) })
	for _, path := range files {
		if err := walkMail(path, f); err != nil {
			return err
		}
	}
	return nil
}

// walkFolder takes the .eml and .mbox files below a folder in the order of
// their names, and the Maildirs in it.
func walkFolder(dir string, f func(source) error) error {
	return filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		switch ext := strings.ToLower(filepath.Ext(path)); {
		case err != nil:
			return err
		case e.IsDir() && isMaildir(path):
			if err := walkMaildir(path, f); err != nil {
				return err
			}
			return fs.SkipDir
		case e.Type().IsRegular() && (ext == ".eml" || ext == ".mbox"):
			return walkFile(path, f)
		}
		return nil
	})
}

// isTerminal reports whether a person watches the stream.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
