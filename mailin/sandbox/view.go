package sandbox

import (
	"bufio"
	"bytes"
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-message/textproto"
)

// view is a folder as one connection sees it: sequence numbers change only
// when the connection was told.
type view struct {
	folder   *folder
	readOnly bool
	updates  *imapserver.SessionTracker
	woken    chan struct{}
}

// row is a mail as it was when a command began. Its flags are those of then.
type row struct {
	*stored
	seq   uint32
	flags []imap.Flag
}

func (r row) has(flag imap.Flag) bool { return hasFlag(r.flags, flag) }

func (f *folder) open(readOnly bool) *view {
	f.mu.Lock()
	defer f.mu.Unlock()
	v := &view{folder: f, readOnly: readOnly, updates: f.updates.NewSession(), woken: make(chan struct{}, 1)}
	f.views[v] = struct{}{}
	return v
}

func (v *view) close() {
	v.folder.mu.Lock()
	delete(v.folder.views, v)
	v.folder.mu.Unlock()
	v.updates.Close()
}

// idle looks at the updates before it waits: what came between the last command
// and IDLE is told at once.
func (v *view) idle(w *imapserver.UpdateWriter, stop <-chan struct{}) error {
	for {
		if err := v.updates.Poll(w, true); err != nil {
			return err
		}
		select {
		case <-v.woken:
		case <-stop:
			return nil
		}
	}
}

// rows gives the mails of a set that the connection knows of. Change, when
// there is one, is applied to each first.
func (v *view) rows(set imap.NumSet, change func(*stored)) []row {
	v.folder.mu.Lock()
	defer v.folder.mu.Unlock()
	set = v.fixed(set)
	var rows []row
	for i, m := range v.folder.mails {
		r := row{stored: m, seq: uint32(i + 1)}
		if uids, ok := set.(imap.UIDSet); ok && !uids.Contains(m.uid) {
			continue
		}
		if r.seq = v.updates.EncodeSeqNum(r.seq); r.seq == 0 {
			continue
		}
		if seqs, ok := set.(imap.SeqSet); ok && !seqs.Contains(r.seq) {
			continue
		}
		if change != nil {
			change(m)
			v.folder.updates.QueueMessageFlags(uint32(i+1), m.uid, m.flags, v.updates)
		}
		r.flags = m.flags
		rows = append(rows, r)
	}
	return rows
}

// fixed replaces * by the highest number (RFC 9051 §9, seq-number).
func (v *view) fixed(set imap.NumSet) imap.NumSet {
	switch set := set.(type) {
	case imap.SeqSet:
		top := uint32(len(v.folder.mails))
		return imap.SeqSet(fixRanges(set, top, func(r imap.SeqRange) (uint32, uint32) { return r.Start, r.Stop },
			func(a, b uint32) imap.SeqRange { return imap.SeqRange{Start: a, Stop: b} }))
	case imap.UIDSet:
		top := uint32(v.folder.uidNext) - 1
		return imap.UIDSet(fixRanges(set, top, func(r imap.UIDRange) (uint32, uint32) { return uint32(r.Start), uint32(r.Stop) },
			func(a, b uint32) imap.UIDRange { return imap.UIDRange{Start: imap.UID(a), Stop: imap.UID(b)} }))
	}
	return set
}

func fixRanges[R any](ranges []R, top uint32, ends func(R) (uint32, uint32), with func(a, b uint32) R) []R {
	out := make([]R, 0, len(ranges))
	for _, r := range ranges {
		a, b := ends(r)
		if a == 0 {
			a = top
		}
		if b == 0 {
			b = top
		}
		out = append(out, with(min(a, b), max(a, b)))
	}
	return out
}

func (v *view) fetch(w *imapserver.FetchWriter, set imap.NumSet, options *imap.FetchOptions) error {
	var change func(*stored)
	reads := func(s *imap.FetchItemBodySection) bool { return !s.Peek }
	if !v.readOnly && slices.ContainsFunc(options.BodySection, reads) {
		change = func(m *stored) { m.flags = withFlags(m.flags, []imap.Flag{imap.FlagSeen}) }
	}
	for _, r := range v.rows(set, change) {
		if err := r.write(w.CreateMessage(r.seq), options); err != nil {
			return err
		}
	}
	return nil
}

// write closes the response in any case, because it holds the connection.
func (r row) write(w *imapserver.FetchResponseWriter, options *imap.FetchOptions) error {
	w.WriteUID(r.uid)
	if options.Flags {
		w.WriteFlags(r.flags)
	}
	if options.InternalDate {
		w.WriteInternalDate(r.at)
	}
	if options.RFC822Size {
		w.WriteRFC822Size(int64(len(r.raw)))
	}
	if options.Envelope {
		header, _ := textproto.ReadHeader(bufio.NewReader(bytes.NewReader(r.raw)))
		w.WriteEnvelope(imapserver.ExtractEnvelope(header))
	}
	if options.BodyStructure != nil {
		w.WriteBodyStructure(imapserver.ExtractBodyStructure(bytes.NewReader(r.raw)))
	}
	for _, section := range options.BodySection {
		content := r.section(section)
		literal := w.WriteBodySection(section, int64(len(content)))
		_, _ = literal.Write(content) // an error shows at Close
		_ = literal.Close()
	}
	return w.Close()
}

// section cuts a part out of a mail. Whole mails and header blocks are cut by
// bytes, so that damaged mails come out as they are.
func (r row) section(s *imap.FetchItemBodySection) []byte {
	header, body := splitMail(r.raw)
	var content []byte
	switch {
	case len(s.Part) > 0:
		return imapserver.ExtractBodySection(bytes.NewReader(r.raw), s)
	case s.Specifier == imap.PartSpecifierHeader:
		content = append(chosenFields(header, s), "\r\n"...)
	case s.Specifier == imap.PartSpecifierText:
		content = bytes.TrimPrefix(body, []byte("\r\n"))
	default:
		content = r.raw
	}
	return partial(content, s.Partial)
}

func chosenFields(header []byte, s *imap.FetchItemBodySection) []byte {
	in := func(list []string, name string) bool {
		return slices.ContainsFunc(list, func(s string) bool { return strings.EqualFold(s, name) })
	}
	var out []byte
	for _, f := range splitFields(header) {
		if (len(s.HeaderFields) == 0 || in(s.HeaderFields, f.name)) && !in(s.HeaderFieldsNot, f.name) {
			out = append(out, f.raw...)
		}
	}
	return out
}

func partial(content []byte, p *imap.SectionPartial) []byte {
	if p == nil {
		return content
	}
	size := int64(len(content))
	from := min(max(p.Offset, 0), size)
	return content[from : from+min(max(p.Size, 0), size-from)]
}
