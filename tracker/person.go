package tracker

import (
	"slices"
	"strings"
	"time"
)

// Role is what a person is to the desk.
type Role string

// The roles. A partner's people are found through their Partner; Shell is
// nobody's role but says in a history that the command line was used.
const (
	RoleRequester   Role = "requester"
	RoleManager     Role = "manager" // programme manager
	RoleDevOps      Role = "devops"
	RoleStakeholder Role = "stakeholder"
	RoleApprover    Role = "approver" // decides on a ticket, and is nothing else to the desk
	RolePartner     Role = "partner"
	RoleNobody      Role = "nobody" // an unknown sender
	RoleDesk        Role = "desk"   // the desk itself
)

// Person is one entry of the configured people: an address, or a pattern such
// as *@egov.test or *.
type Person struct {
	Name  string
	Email string
	Role  Role
}

// PartnerStatus is how far a partner's on-boarding is.
type PartnerStatus string

// The stages of on-boarding.
const (
	Shortlisted PartnerStatus = "shortlisted"
	Onboarding  PartnerStatus = "onboarding"
	Onboarded   PartnerStatus = "onboarded"
	Left        PartnerStatus = "left"
)

// Partner is a vendor that owns environments and works on tickets.
type Partner struct {
	Name         string
	Email        string
	Members      []string // addresses and patterns; Email is always a member
	Environments []string
	Types        []string // empty: all
	Capacity     int      // open tickets, 0: no limit
	NDASigned    time.Time
	Status       PartnerStatus
}

// Barrier says why the partner must not get a ticket or any mail at time now,
// or "" when it may.
func (p Partner) Barrier(now time.Time) string {
	switch {
	case p.Status == Left:
		return p.Name + " has left the programme"
	case p.Status != Onboarded:
		return p.Name + " is not on-boarded yet (" + string(p.Status) + ")"
	case p.NDASigned.IsZero():
		return p.Name + " has not signed the NDA"
	case p.NDASigned.After(now):
		return p.Name + " has not signed the NDA yet (from " + p.NDASigned.Format(time.DateOnly) + ")"
	}
	return ""
}

// HasMember reports whether addr belongs to the partner.
func (p Partner) HasMember(addr string) bool {
	return SameAddress(p.Email, addr) || slices.ContainsFunc(p.Members, func(m string) bool { return MatchAddress(m, addr) })
}

// MatchAddress reports whether addr fits the pattern: an address, *@domain or *.
func MatchAddress(pattern, addr string) bool {
	switch {
	case addr == "":
		return false
	case pattern == "*":
		return true
	case strings.HasPrefix(pattern, "*@"):
		return lowerASCII(pattern[2:]) == DomainOf(addr)
	}
	return SameAddress(pattern, addr)
}

// Sender is an address with what the directory knows of it.
type Sender struct {
	Address Address
	Named   bool     // the name is the configured one
	Roles   []Role   // empty for a stranger; a partner's member has RolePartner
	Partner *Partner // the partner it belongs to, or nil
}

// Has reports whether the sender has the role.
func (s Sender) Has(r Role) bool { return slices.Contains(s.Roles, r) }

// Known reports whether the directory knows the sender at all.
func (s Sender) Known() bool { return len(s.Roles) > 0 }

// Role is the sender's weightiest role, for histories and greetings.
func (s Sender) Role() Role {
	for _, r := range []Role{RoleManager, RoleDevOps, RolePartner, RoleRequester, RoleStakeholder} {
		if s.Has(r) {
			return r
		}
	}
	return RoleNobody
}

// Directory is who is who.
type Directory struct {
	People   []Person
	Partners []Partner
}

// Lookup tells what is known of an address. An entry with the exact address
// beats patterns: a manager under *@egov.test is no mere requester. Patterns
// count together otherwise.
func (d Directory) Lookup(addr Address) Sender {
	s := Sender{Address: addr}
	exact := slices.ContainsFunc(d.People, func(p Person) bool { return SameAddress(p.Email, addr.Address) })
	for _, p := range d.People {
		if exact && !SameAddress(p.Email, addr.Address) || !MatchAddress(p.Email, addr.Address) {
			continue
		}
		if !s.Has(p.Role) {
			s.Roles = append(s.Roles, p.Role)
		}
		if exact && p.Name != "" {
			s.Address.Name, s.Named = p.Name, true
		}
	}
	for i := range d.Partners {
		if d.Partners[i].HasMember(addr.Address) {
			s.Partner = &d.Partners[i]
			s.Roles = append(s.Roles, RolePartner)
			break
		}
	}
	return s
}

// Partner finds a partner by its configured name, without case.
func (d Directory) Partner(name string) (Partner, bool) {
	i := slices.IndexFunc(d.Partners, func(p Partner) bool { return strings.EqualFold(p.Name, name) })
	if i < 0 {
		return Partner{}, false
	}
	return d.Partners[i], true
}

// WithRole lists the people with a role who have an address of their own, in
// the order of the configuration; patterns name nobody.
func (d Directory) WithRole(r Role) []Address {
	var out []Address
	for _, p := range d.People {
		if p.Role == r && !strings.Contains(p.Email, "*") {
			out = append(out, Address{Name: p.Name, Address: p.Email})
		}
	}
	return out
}
