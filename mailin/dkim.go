package mailin

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"github.com/emersion/go-msgauth/dkim"
	"golang.org/x/net/publicsuffix"

	"envdesk/tracker"
)

// maxSignatures bounds how many signatures of one mail are checked.
const maxSignatures = 5

// dkimCheck verifies the signatures of a mail while its body streams by. The
// zero value checks nothing.
type dkimCheck struct {
	pipe   *io.PipeWriter
	result chan []*dkim.Verification
	from   string // strict From address
	once   bool   // no field that must stand once is repeated
	titled bool   // there is a Subject
}

// startDKIM starts a check where one can prove something: keys can be asked for,
// no trusted server has given a DMARC verdict, the sender is plain, a signature of the sender's
// organisation is there, and the header is as it was sent.
func (p *parser) startDKIM(h header, raw []byte) *dkimCheck {
	id := p.m.Identity
	if p.o.LookupTXT == nil || raw == nil || id.DMARC != tracker.None || id.Address == "" || !h.has("DKIM-Signature") {
		return &dkimCheck{}
	}
	r, w := io.Pipe()
	c := &dkimCheck{pipe: w, result: make(chan []*dkim.Verification, 1), from: id.Address, once: singlesOnce(h), titled: h.has("Subject")}
	go verify(io.MultiReader(bytes.NewReader(raw), r), r, c.ownKeys(p.o.LookupTXT), c.result)
	return c
}

var errForeignKey = errors.New("not a key of the sender's organisation")

// ownKeys lets only keys be looked up that can prove the sender, so that a mail
// cannot have any name asked for.
func (c *dkimCheck) ownKeys(lookup func(string) ([]string, error)) func(string) ([]string, error) {
	return func(name string) ([]string, error) {
		if _, domain, ok := strings.Cut(name, "._domainkey."); !ok || !aligned(domain, c.from) {
			return nil, errForeignKey
		}
		return lookup(name)
	}
}

func verify(mail io.Reader, rest *io.PipeReader, lookup func(string) ([]string, error), out chan<- []*dkim.Verification) {
	var found []*dkim.Verification
	defer func() {
		_ = recover() // a signature that breaks the library proves nothing
		_, _ = io.Copy(io.Discard, rest)
		out <- found
	}()
	list, err := dkim.VerifyWithOptions(mail, &dkim.VerifyOptions{LookupTXT: lookup, MaxVerifications: maxSignatures})
	if err == nil || err == dkim.ErrTooManySignatures {
		found = list
	}
}

func singlesOnce(h header) bool {
	for _, name := range singles {
		if h.count(name) > 1 {
			return false
		}
	}
	return true
}

// tee shows the body to the check as it is read.
func (c *dkimCheck) tee(body io.Reader) io.Reader {
	if c.pipe == nil {
		return body
	}
	return io.TeeReader(body, c.pipe)
}

// stop ends the check whatever happened.
func (c *dkimCheck) stop() {
	if c.pipe != nil {
		_ = c.pipe.Close()
	}
}

// finish waits for the check; the body must have been read to its end. A
// signature counts when it is valid, covers From and Subject, has no length tag
// (RFC 6376 §8.2; the library refuses it, and one without From), and is of the
// sender's organisation (RFC 7489 §3.1.1, relaxed alignment).
func (c *dkimCheck) finish(id *tracker.Identity) {
	if c.pipe == nil {
		return
	}
	_ = c.pipe.Close()
	for _, v := range <-c.result {
		switch {
		case !aligned(v.Domain, c.from):
		case v.Err == nil && c.once && c.covers(v):
			id.DKIM, id.DMARC = "pass", tracker.Pass
			return
		case v.Err == nil || dkim.IsPermFail(v.Err):
			id.DKIM = "permerror"
		case dkim.IsTempFail(v.Err):
			id.DKIM = "temperror"
		default:
			id.DKIM = "fail"
		}
	}
}

func (c *dkimCheck) covers(v *dkim.Verification) bool {
	if !c.titled {
		return true
	}
	for _, k := range v.HeaderKeys {
		if strings.EqualFold(k, "Subject") {
			return true
		}
	}
	return false
}

func aligned(domain, from string) bool {
	domain, sender := strings.ToLower(strings.TrimSuffix(domain, ".")), tracker.DomainOf(from)
	if domain == sender {
		return domain != ""
	}
	a, errA := publicsuffix.EffectiveTLDPlusOne(domain)
	b, errB := publicsuffix.EffectiveTLDPlusOne(sender)
	return errA == nil && errB == nil && a == b
}
