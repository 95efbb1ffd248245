package config

import (
	"path/filepath"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"envdesk/tracker"
)

// sections reads the file. What later sections refer to comes first.
func (r *reader) sections(m *mapping) {
	r.c.Store, r.c.Desk.SecretFile = r.resolve("envdesk.db"), r.resolve("envdesk.key")
	m.within("desk", "name, address, key, timezone, secret_file and templates", r.desk)
	r.path(m, "store", &r.c.Store)
	r.imap(m)
	m.within("smtp", "server, user and password_file", r.smtp)
	m.within("identity", "provider, trusted_authserv_ids, received_above and require", r.identity)
	m.eachMapping("people", "{name: …, email: …, role: …}", r.person)
	r.words(m)
	r.deskCalendar(m)
	m.eachMapping("partners", "{name: …, email: …}", r.partner)
	m.within("priorities", "P0 to P4 and default", r.priorities)
	m.eachMapping("routing", "{environment: …, partner: …}", r.route)
	m.within("reminders", "at, late and later", r.reminders)
	m.within("reopen", "{within: 10d}", func(m *mapping) { scan(m, "within", &r.c.Reopen, parseSpan) })
	m.within("close", "{after: 5d}", func(m *mapping) { scan(m, "after", &r.c.Close, parseSpan) })
	m.within("reports", "weekly and daily", r.reports)
	m.close()
	r.approvals()
	r.c.Policy.Version = policyVersion(r.c.Policy)
}

func (r *reader) desk(m *mapping) {
	d := &r.c.Desk
	scan(m, "name", &d.Name, parseText)
	scan(m, "address", &d.Address, parseAddress)
	m.require("address", "the address that requests are mailed to, such as requests@desk.test")
	scan(m, "key", &d.Key, parseKey)
	scan(m, "timezone", &d.Zone, parseZone)
	r.path(m, "secret_file", &d.SecretFile)
	r.folder(m, "templates", &d.Templates)
	if f := replyRoom(d.Address, d.Key); f != nil {
		m.report("address", f)
	}
}

// replyRoom checks that the reply addresses of the desk fit: its local part
// grows by +key-123456.token, and may have 64 octets (RFC 5321 §4.5.3.1.1).
func replyRoom(address, key string) *fault {
	local, _, _ := strings.Cut(address, "@")
	if strings.Contains(local, "+") {
		return &fault{got: quote(address), want: "an address without +", fix: "replies come back to it with + and the ticket's key"}
	}
	const token = 31
	if room := 64 - len("+") - len(key) - len("-123456.") - token; len(local) > room {
		return &fault{got: quote(address), want: "at most " + strconv.Itoa(room) + " characters before the @", fix: "replies come back to it with the ticket's key and a token"}
	}
	return nil
}

// path reads the name of a file.
func (r *reader) path(m *mapping, key string, into *string) {
	scan(m, key, into, func(s string) (string, *fault) {
		if !isPath(s) || strings.HasSuffix(s, "/") {
			return "", want("the path of a file")
		}
		s, f := parseText(s)
		return r.resolve(s), f
	})
}

// folder reads the name of a folder.
func (r *reader) folder(m *mapping, key string, into *string) {
	scan(m, key, into, func(s string) (string, *fault) {
		if !isPath(s) {
			return "", want("the path of a folder")
		}
		s, f := parseText(s)
		return filepath.Clean(r.resolve(s)), f
	})
}

// isPath tells a path from an address of something else.
func isPath(s string) bool {
	return s != "" && !strings.Contains(s, "://") && !strings.HasPrefix(s, ":") && !strings.HasPrefix(s, "file:")
}

// imap reads one mailbox or a list of them.
func (r *reader) imap(m *mapping) {
	n, ok := m.take("imap")
	if !ok {
		return
	}
	const wanted = "server, user and password_file"
	if _, isList := n.(*ast.SequenceNode); isList {
		m.eachMapping("imap", wanted, r.mailbox)
		return
	}
	m.within("imap", wanted, r.mailbox)
}

func (r *reader) mailbox(m *mapping) {
	box := IMAP{Folder: "INBOX", FirstDays: 2, After: After{Action: "keep"}}
	box.Server = r.server(m, imapProtocol())
	box.Login = r.login(m)
	m.require("user", "the user to log in as")
	r.path(m, "ca_file", &box.CAFile)
	scan(m, "folder", &box.Folder, parseText)
	scan(m, "first_days", &box.FirstDays, number(0, 36500))
	scan(m, "after", &box.After, parseAfter)
	if strings.EqualFold(box.After.Folder, box.Folder) {
		m.report("after", &fault{got: quote("move:" + box.After.Folder), want: "another folder than the one that is read"})
	}
	for _, other := range r.c.IMAP {
		if box.Addr != "" && box.Addr == other.Addr && box.User == other.User && box.Folder == other.Folder {
			m.report("folder", &fault{got: "a mailbox a second time", want: "each mailbox once"})
		}
	}
	r.c.IMAP = append(r.c.IMAP, box)
}

func parseAfter(s string) (After, *fault) {
	if folder, ok := strings.CutPrefix(s, "move:"); ok {
		folder = strings.TrimSpace(folder)
		if _, f := parseText(folder); f != nil {
			return After{}, want("a folder, as in move:Processed")
		}
		return After{Action: "move", Folder: folder}, nil
	}
	action, f := choice("keep", "seen", "move:FOLDER")(s)
	return After{Action: action}, f
}

func (r *reader) smtp(m *mapping) {
	s := &SMTP{Server: r.server(m, smtpProtocol()), Login: r.login(m)}
	r.path(m, "ca_file", &s.CAFile)
	r.c.SMTP = s
}

func (r *reader) server(m *mapping, p protocol) Server {
	var s Server
	scan(m, "server", &s, p.parse)
	m.require("server", p.name+"s://mail.desk.test or "+p.name+"+starttls://mail.desk.test")
	return s
}

func (r *reader) identity(m *mapping) {
	i := &r.c.Identity
	scan(m, "provider", &i.Provider, choice("generic", "gmail", "microsoft365"))
	if i.Provider == "gmail" {
		i.AuthservIDs, i.ReceivedAbove = []string{"mx.google.com"}, 2
	}
	scanList(m, "trusted_authserv_ids", &i.AuthservIDs, parseAuthservID)
	scan(m, "received_above", &i.ReceivedAbove, number(0, 20))
	scan(m, "require", &i.Require, choice("verified", "from"))
}

// parseAuthservID takes the name with which a server signs its results. Most
// are host names, but none has to be (RFC 8601 §2.5).
func parseAuthservID(s string) (string, *fault) {
	if s == "" || len(s) > maxText || strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune(`;="()`, r) }) {
		return "", want("the name of a server such as mx.desk.test")
	}
	return strings.ToLower(s), nil
}

func (r *reader) person(m *mapping) {
	var p tracker.Person
	scan(m, "name", &p.Name, parseText)
	scan(m, "email", &p.Email, parsePattern)
	m.require("email", `an address or a pattern such as "*@egov.test"`)
	scan(m, "role", &p.Role, choice(tracker.RoleRequester, tracker.RoleManager, tracker.RoleDevOps, tracker.RoleStakeholder))
	m.require("role", "requester, manager, devops or stakeholder")
	if p.Email == "*" && (p.Role == tracker.RoleManager || p.Role == tracker.RoleDevOps) {
		m.report("email", &fault{got: `"*"`, want: "an address, since a " + string(p.Role) + " is not everybody"})
	}
	r.c.People = append(r.c.People, p)
}
