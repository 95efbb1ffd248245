package mailbox

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// errLost says that the connection was lost while mails were fetched.
var errLost = errors.New("the connection was lost")

// mostUIDs is the largest answer to a search that is believed.
const mostUIDs = 1 << 24

// how says what of a mail is fetched.
type how int

const (
	whole how = iota
	header
	nothing
)

// wanted is a mail that is to be fetched.
type wanted struct {
	uid  imap.UID
	size int64     // RFC822.SIZE, -1 when not told
	at   time.Time // INTERNALDATE, zero when not told
	how  how
}

// arrival is a mail that came.
type arrival struct {
	wanted
	body *body
}

// response is what one FETCH response told; body is nil when there was none.
type response struct {
	uid  imap.UID
	size int64
	at   time.Time
	body *body
}

var (
	wholeMail  = &imap.FetchItemBodySection{Peek: true}
	headerMail = &imap.FetchItemBodySection{
		Specifier: imap.PartSpecifierHeader, Peek: true, Partial: &imap.SectionPartial{Offset: 0, Size: headerMost},
	}
)

// newer lists the UIDs above after, ascending. The server names its highest
// UID for n:* even where that is below n (RFC 9051 §6.4.9).
func (s *session) newer(after uint32) ([]uint32, error) {
	if after == math.MaxUint32 {
		return nil, nil
	}
	found, err := s.search(imap.UIDSet{{Start: imap.UID(after + 1), Stop: 0}})
	if err != nil {
		return nil, err
	}
	var uids []uint32
	for _, uid := range found {
		if uint32(uid) > after {
			uids = append(uids, uint32(uid))
		}
	}
	slices.Sort(uids)
	return uids, nil
}

func (s *session) search(set imap.UIDSet) ([]imap.UID, error) {
	data, err := s.client.UIDSearch(&imap.SearchCriteria{UID: []imap.UIDSet{set}}, nil).Wait()
	if err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	found, _ := data.All.(imap.UIDSet)
	var count uint64
	for _, r := range found {
		count += uint64(r.Stop) - uint64(r.Start) + 1
	}
	if count > mostUIDs {
		return nil, fmt.Errorf("search: the server names %d mails", count)
	}
	uids, _ := found.Nums()
	return uids, nil
}

// sizes asks for size and date of mails, and once more for those that had no
// answer. A mail without one, which may be gone, has size -1.
func (s *session) sizes(uids []uint32) ([]wanted, error) {
	told := map[imap.UID]response{}
	span := imap.UIDSet{{Start: imap.UID(uids[0]), Stop: imap.UID(uids[len(uids)-1])}}
	if err := s.askSizes(span, told); err != nil {
		return nil, err
	}
	var silent imap.UIDSet
	for _, uid := range uids {
		if _, ok := told[imap.UID(uid)]; !ok {
			silent.AddNum(imap.UID(uid))
		}
	}
	if len(silent) > 0 {
		if err := s.askSizes(silent, told); err != nil {
			return nil, err
		}
	}
	list := make([]wanted, len(uids))
	for i, uid := range uids {
		w := wanted{uid: imap.UID(uid), size: -1}
		if r, ok := told[w.uid]; ok {
			w.size, w.at = r.size, r.at
		}
		list[i] = w
	}
	return list, nil
}

func (s *session) askSizes(set imap.UIDSet, told map[imap.UID]response) error {
	all, err := s.fetch(set, &imap.FetchOptions{UID: true, RFC822Size: true, InternalDate: true})
	if err != nil {
		return fmt.Errorf("fetch sizes: %w", err)
	}
	for _, r := range all {
		if r.size >= 0 {
			told[r.uid] = r
		}
	}
	return nil
}

// take fetches the mails of a batch, in order. A mail that is gone is left out;
// one that exists but comes without bytes comes as a body of no bytes, so that
// it gets its row. With an error come those before the first that is missing.
func (s *session) take(b []wanted) ([]arrival, error) {
	got := map[imap.UID]response{}
	err := s.ask(b, got)
	var gone map[imap.UID]bool
	if err == nil {
		gone, err = s.rescue(b, got)
	}
	var list []arrival
	for i, w := range b {
		r, ok := got[w.uid]
		if !ok && err != nil {
			releaseOthers(got, b[i:])
			return list, err
		}
		if !ok && gone[w.uid] {
			continue
		}
		list = append(list, newArrival(w, r))
	}
	return list, err
}

func newArrival(w wanted, r response) arrival {
	if w.at.IsZero() {
		w.at = r.at
	}
	if r.body == nil {
		r.body = &body{headersOnly: true}
	}
	r.body.headersOnly = r.body.headersOnly || w.how != whole
	return arrival{wanted: w, body: r.body}
}

func releaseOthers(got map[imap.UID]response, b []wanted) {
	for _, w := range b {
		got[w.uid].body.release()
	}
}

// ask fetches the batch and ticks off what came with its bytes: that the command
// ended well proves nothing.
func (s *session) ask(b []wanted, got map[imap.UID]response) error {
	if b[0].how == nothing {
		got[b[0].uid] = response{}
		return nil
	}
	var set imap.UIDSet
	for _, w := range b {
		set.AddNum(w.uid)
	}
	all, err := s.fetch(set, b[0].how.options())
	tick(all, b, got)
	if err != nil {
		return fmt.Errorf("fetch uid %s: %w", set, err)
	}
	return nil
}

func tick(all []response, b []wanted, got map[imap.UID]response) {
	for _, r := range all {
		i := slices.IndexFunc(b, func(w wanted) bool { return w.uid == r.uid })
		_, twice := got[r.uid]
		if i < 0 || twice || r.body == nil || (r.body.size == 0 && b[i].size != 0) {
			r.body.release()
			continue
		}
		got[r.uid] = r
	}
}

// rescue looks after the mails that did not come: it tries each alone, by UID
// and then by number, for servers that name the UID only behind the bytes. It
// returns those that do not exist any more.
func (s *session) rescue(b []wanted, got map[imap.UID]response) (gone map[imap.UID]bool, err error) {
	var missing imap.UIDSet
	gone = map[imap.UID]bool{}
	for _, w := range b {
		if _, ok := got[w.uid]; !ok {
			missing.AddNum(w.uid)
			gone[w.uid] = true
		}
	}
	if len(missing) == 0 {
		return nil, nil
	}
	alive, err := s.search(missing)
	if err != nil {
		return gone, err
	}
	for _, w := range b {
		if !gone[w.uid] || !slices.Contains(alive, w.uid) {
			continue
		}
		delete(gone, w.uid)
		if err := s.rescueOne(w, got); err != nil {
			return gone, fmt.Errorf("fetch uid %d: %w", w.uid, err)
		}
	}
	return gone, nil
}

func (s *session) rescueOne(w wanted, got map[imap.UID]response) error {
	one := []wanted{w}
	if err := s.ask(one, got); err != nil {
		return err
	}
	if _, ok := got[w.uid]; ok {
		return nil
	}
	data, err := s.client.Search(&imap.SearchCriteria{UID: []imap.UIDSet{imap.UIDSetNum(w.uid)}}, nil).Wait()
	if err != nil {
		return fmt.Errorf("search: %w", err)
	}
	if seq, ok := data.All.(imap.SeqSet); ok && len(seq) == 1 && seq[0].Start == seq[0].Stop {
		all, err := s.fetch(seq, w.how.options())
		tick(all, one, got)
		if err != nil {
			return err
		}
	}
	if _, ok := got[w.uid]; !ok {
		got[w.uid] = response{}
	}
	return nil
}

func (h how) options() *imap.FetchOptions {
	section := wholeMail
	if h == header {
		section = headerMail
	}
	return &imap.FetchOptions{UID: true, RFC822Size: true, InternalDate: true, BodySection: []*imap.FetchItemBodySection{section}}
}

// fetch runs one FETCH to its end. With an error come the responses that were
// whole.
func (s *session) fetch(set imap.NumSet, options *imap.FetchOptions) ([]response, error) {
	cmd := s.client.Fetch(set, options)
	var all []response
	var local error
	for msg := cmd.Next(); msg != nil; msg = cmd.Next() {
		r, err := s.read(msg)
		if errors.Is(err, errCut) {
			// The reader of the connection must have ended before the command
			// is closed: both would read the same buffer.
			_ = s.client.Close()
			_ = cmd.Close()
			return all, fmt.Errorf("%w: %w", errLost, err)
		}
		if err != nil {
			local = err
			continue
		}
		all = append(all, r)
	}
	if err := cmd.Close(); err != nil {
		if refused(err) {
			return all, err
		}
		return all, fmt.Errorf("%w: %w", errLost, err)
	}
	return all, local
}

// read reads one FETCH response to its end.
func (s *session) read(msg *imapclient.FetchMessageData) (response, error) {
	r := response{size: -1}
	var local error
	for item := msg.Next(); item != nil; item = msg.Next() {
		switch item := item.(type) {
		case imapclient.FetchItemDataUID:
			r.uid = item.UID
		case imapclient.FetchItemDataRFC822Size:
			r.size = item.Size
		case imapclient.FetchItemDataInternalDate:
			r.at = item.Time
		case imapclient.FetchItemDataBodySection:
			if item.Literal == nil {
				continue
			}
			b, err := readBody(item.Literal, s.cfg.MaxSize, s.cfg.SpoolDir)
			if errors.Is(err, errCut) {
				r.body.release()
				return r, err
			}
			r.body.release()
			r.body, local = b, errors.Join(local, err)
		}
	}
	if local != nil {
		r.body.release()
	}
	return r, local
}
