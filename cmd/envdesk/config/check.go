package config

import (
	"crypto/x509"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"envdesk/tracker"
)

// checkTogether checks what more than one key says.
func (r *reader) checkTogether() {
	r.checkWords()
	if r.whole.has("people") {
		r.checkPeople()
		r.checkApprovals()
	}
	r.checkPartners()
	r.checkDailyReaders()
}

// checkPeople makes sure that somebody gets what no partner fits, and that the
// desk does not write to itself.
func (r *reader) checkPeople() {
	if !r.failed("people") && len(r.c.Directory().WithRole(tracker.RoleManager)) == 0 {
		r.report("people", &fault{got: "no manager with an address", want: "at least one, to whom goes what no partner fits"})
	}
	seen := map[string]bool{}
	for i, p := range r.c.People {
		key := item("people", i) + ".email"
		r.checkLoop(key, p.Email)
		entry := strings.ToLower(p.Email) + " " + string(p.Role)
		if seen[entry] && p.Email != "" {
			r.report(key, &fault{got: quote(p.Email) + " as " + string(p.Role) + " a second time", want: "it once"})
		}
		seen[entry] = true
	}
}

// checkLoop reports an address that is the desk's own.
func (r *reader) checkLoop(key, addr string) {
	if tracker.SameAddress(addr, r.c.Desk.Address) {
		r.report(key, &fault{got: quote(addr) + ", the address of the desk", want: "another, since the desk would write to itself"})
	}
}

func (r *reader) checkPartners() {
	taken := map[string]string{}
	for i, p := range r.c.Partners {
		r.checkLoop(item("partners", i)+".email", p.Email)
		r.checkTaken(taken, item("partners", i)+".email", p.Email, p.Name)
		for j, member := range p.Members {
			key := item(item("partners", i)+".members", j)
			r.checkLoop(key, member)
			r.checkTaken(taken, key, member, p.Name)
		}
	}
}

// checkTaken reports an address or pattern that is another partner's: a mail
// from it could be either's.
func (r *reader) checkTaken(taken map[string]string, key, addr, name string) {
	addr = strings.ToLower(addr)
	if other, ok := taken[addr]; ok && other != name && addr != "" {
		r.report(key, &fault{got: quote(addr) + ", which is " + other + "'s", want: "an address of its own"})
	}
	taken[addr] = name
}

// checkDailyReaders reports a digest that nobody could get.
func (r *reader) checkDailyReaders() {
	for i, role := range r.c.Reports.Daily.To {
		if role == tracker.RolePartner || !r.whole.has("people") || r.failed("people") {
			continue
		}
		if len(r.c.Directory().WithRole(role)) == 0 {
			r.report(item("reports.daily.to", i), &fault{got: `"` + string(role) + `"`, want: "a role that a person with an address has"})
		}
	}
}

// checkFiles looks at the files that the needed sections name. It reads the
// secrets too, so that a desk does not start without them.
func (r *reader) checkFiles(need []Section, mode fs.FileMode) {
	for _, s := range r.c.secrets {
		if !checked(need, s.place.Key) || r.failed(s.place.Key) {
			continue
		}
		if s.inline && isOpenToAll(mode) {
			r.report(s.place.Key, openInline(r.c.File, mode))
			continue
		}
		var p Problem
		if _, err := s.Read(); errors.As(err, &p) {
			r.problems = append(r.problems, p)
		}
	}
	for i, box := range r.c.IMAP {
		key := "imap.ca_file"
		if r.c.lines[item("imap", i)] > 0 {
			key = item("imap", i) + ".ca_file"
		}
		r.checkCA(need, key, box.CAFile)
	}
	if r.c.SMTP != nil {
		r.checkCA(need, "smtp.ca_file", r.c.SMTP.CAFile)
	}
	r.checkTemplates(need)
	if info, err := os.Stat(filepath.Dir(r.c.Store)); checked(need, "store") && (err != nil || !info.IsDir()) {
		r.report("store", &fault{got: r.c.Store + " in a folder that does not exist", fix: "mkdir -p " + filepath.Dir(r.c.Store)})
	}
}

// checkTemplates makes sure that the templates of the desk's own can be looked
// for. What stands in them is not looked at.
func (r *reader) checkTemplates(need []Section) {
	path := r.c.Desk.Templates
	if path == "" || !checked(need, string(SectionTemplates)) {
		return
	}
	f := &fault{want: "a folder with mail templates"}
	info, err := os.Stat(path)
	if err == nil && info.IsDir() {
		_, err = os.ReadDir(path)
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		f.got, f.fix = path+", which does not exist", "envdesk mail templates --dir "+path+" writes the built-in ones there"
	case err != nil:
		f.got = unreadable(path, err).got
	case !info.IsDir():
		f.got = path + ", a file"
	default:
		return
	}
	r.report(string(SectionTemplates), f)
}

func openInline(path string, mode fs.FileMode) *fault {
	f := openToAll(path, mode)
	f.got = "a password in a file with mode " + f.got[len(path+" with mode "):]
	f.fix += ", or use password_file"
	return f
}

func (r *reader) checkCA(need []Section, key, path string) {
	if path == "" || !checked(need, key) {
		return
	}
	data, err := os.ReadFile(path)
	switch {
	case err != nil:
		r.report(key, unreadable(path, err))
	case !x509.NewCertPool().AppendCertsFromPEM(data):
		r.report(key, &fault{got: path + " without a certificate", want: "PEM, from -----BEGIN CERTIFICATE-----"})
	}
}

// Warnings are what is allowed but seldom meant; serve tells them at every start.
func (c *Config) Warnings(now time.Time) []Problem {
	var out Errors
	warn := func(key, got, want, fix string) {
		out = append(out, Problem{File: c.File, Line: c.line(key), Key: key, Got: got, Want: want, Fix: fix})
	}
	c.warnIdentity(warn)
	c.warnDomains(warn)
	c.warnPartners(now, warn)
	c.warnTargets(warn)
	c.warnHolidays(now, "calendar", warn)
	for i := range c.Partners {
		if key := item("partners", i) + ".calendar"; c.lines[key+".holidays"] > 0 {
			c.warnHolidays(now, key, warn)
		}
	}
	return out.sorted()
}

type warner func(key, got, want, fix string)

func (c *Config) warnIdentity(warn warner) {
	switch {
	case c.Identity.FromSuffices():
		warn("identity.require", "from", "verified", "anybody who writes a known address into From commands the desk; for closed networks only")
	case c.Identity.Provider == "generic" && len(c.Identity.AuthservIDs) == 0:
		warn("identity.trusted_authserv_ids", "none", "the name with which your mail server signs its results", "without it nobody is proved by DMARC results; the name stands in the Authentication-Results of mails that came in")
	}
	for i, p := range c.People {
		if isPattern(p.Email) && (p.Role == tracker.RoleManager || p.Role == tracker.RoleDevOps) {
			warn(item("people", i)+".email", quote(p.Email), "single addresses", "everybody in the domain commands as "+string(p.Role))
		}
	}
}

// warnDomains warns of a desk that shares its domain: accounts elsewhere that
// verify an address of the domain by mail could be opened through a ticket.
func (c *Config) warnDomains(warn warner) {
	if c.Desk.Address == "" {
		return
	}
	for i, p := range c.People {
		if sameDomain(p.Email, c.Desk.Address) {
			warn(item("people", i)+".email", quote(p.Email)+" in the domain of the desk", "a domain of its own for the desk", "")
			break
		}
	}
	for i, p := range c.Partners {
		if sameDomain(p.Email, c.Desk.Address) {
			warn(item("partners", i)+".email", quote(p.Email)+" in the domain of the desk", "a domain of its own for the desk", "")
		}
	}
}

func (c *Config) warnPartners(now time.Time, warn warner) {
	for i, p := range c.Partners {
		if why := p.Barrier(now); p.Status == tracker.Onboarded && why != "" {
			warn(item("partners", i), "onboarded without a valid nda_signed", "the date of signature", why+", and gets no tickets")
		}
	}
}

func (c *Config) warnHolidays(now time.Time, key string, warn warner) {
	s := c.schedules[key]
	if len(s.Holidays) == 0 {
		return
	}
	last, year := s.Holidays[len(s.Holidays)-1].String(), now.In(s.Zone).Format("2006")
	if last[:4] < year {
		warn(key+".holidays", "dates up to "+last+" only", "those of "+year, "")
	}
}
