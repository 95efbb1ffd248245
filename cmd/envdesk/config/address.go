package config

import (
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"envdesk/tracker"
)

// parseAddress takes an addr-spec of RFC 5322 §3.4.1 in its plain form: a
// dot-atom of ASCII at a domain name. Quoted local parts and address literals
// are refused, since nothing that is configured needs them.
func parseAddress(s string) (string, *fault) {
	f := want("an address such as desk@optit.test")
	i := strings.LastIndexByte(s, '@')
	if i < 0 || !isDotAtom(s[:i]) || !isDomain(s[i+1:]) {
		return "", f
	}
	if len(s[:i]) > 64 || len(s) > 254 { // RFC 5321 §4.5.3.1
		return "", want("an address of at most 254 characters, 64 before the @")
	}
	return s, nil
}

// parsePattern takes an address, *@domain or *.
func parsePattern(s string) (string, *fault) {
	if domain, ok := strings.CutPrefix(s, "*@"); ok && isDomain(domain) || s == "*" {
		return s, nil
	}
	if _, f := parseAddress(s); f != nil {
		return "", want(`an address or a pattern such as "*@optit.test"`)
	}
	return s, nil
}

func isPattern(s string) bool { return strings.HasPrefix(s, "*") }

// isDotAtom tells the local parts that need no quotes (RFC 5322 §3.2.3).
func isDotAtom(s string) bool {
	for atom := range strings.SplitSeq(s, ".") {
		if atom == "" || strings.ContainsFunc(atom, func(r rune) bool { return !isAlnum(r) && !strings.ContainsRune("!#$%&'+-/=?^_`{|}~", r) }) {
			return false
		}
	}
	return true
}

// parseDomain takes a domain name and gives it in lower case.
func parseDomain(s string) (string, *fault) {
	if !isDomain(s) {
		return "", want("a domain such as egov.test")
	}
	return strings.ToLower(s), nil
}

// isDomain tells names of two labels or more; others in their ASCII form.
func isDomain(s string) bool { return strings.Contains(s, ".") && isHostName(s) }

// isHostName tells names of letters, digits and hyphens (RFC 1123 §2.1).
func isHostName(s string) bool {
	if len(s) > 253 {
		return false
	}
	for label := range strings.SplitSeq(s, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		if strings.ContainsFunc(label, func(r rune) bool { return !isAlnum(r) && r != '-' }) {
			return false
		}
	}
	return true
}

func isAlnum(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
}

func sameDomain(a, b string) bool { return tracker.DomainOf(a) == tracker.DomainOf(b) }

// Security is how the connection to a mail server is protected.
type Security string

// The ways to connect. Plain is for loopback only.
const (
	TLS      Security = "tls"      // TLS from the first byte (RFC 8314 §3)
	StartTLS Security = "starttls" // STARTTLS required before anything else
	Plain    Security = "plain"
)

// Server is where a mail server listens.
type Server struct {
	Host     string
	Port     int
	Addr     string // host:port, for dialling
	Security Security
}

// protocol is a kind of mail server: its name in URLs and its ports.
type protocol struct {
	name                string
	tls, startTLS, bare int
	never               []int // ports on which TLS does not begin with the first byte
}

func imapProtocol() protocol {
	return protocol{name: "imap", tls: 993, startTLS: 143, bare: 143, never: []int{143}}
}

func smtpProtocol() protocol {
	return protocol{name: "smtp", tls: 465, startTLS: 587, bare: 25, never: []int{587, 25}}
}

// parse takes the URL of a server. A URL with a password in it is not shown.
func (p protocol) parse(s string) (Server, *fault) {
	wanted := p.name + "s://mail.desk.test or " + p.name + "+starttls://mail.desk.test"
	u, err := url.Parse(s)
	if strings.Contains(s, "@") {
		return Server{}, &fault{got: "a URL with a user in it", want: wanted, fix: "put the user under user and the password under password_file"}
	}
	if err != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
		return Server{}, want("%s", wanted)
	}
	srv := Server{Host: u.Hostname()}
	switch u.Scheme {
	case p.name + "s":
		srv.Security, srv.Port = TLS, p.tls
	case p.name + "+starttls":
		srv.Security, srv.Port = StartTLS, p.startTLS
	case p.name:
		srv.Security, srv.Port = Plain, p.bare
	default:
		return Server{}, want("%s", wanted)
	}
	if _, err := netip.ParseAddr(srv.Host); err != nil && !isHostName(srv.Host) {
		return Server{}, want("%s", wanted)
	}
	return p.finish(srv, u.Port())
}

func (p protocol) finish(srv Server, port string) (Server, *fault) {
	if port != "" {
		n, f := number(1, 65535)(port)
		if f != nil {
			return Server{}, want("a port from 1 to 65535")
		}
		srv.Port = n
	}
	srv.Addr = net.JoinHostPort(srv.Host, strconv.Itoa(srv.Port))
	return srv, p.mismatch(srv)
}

// mismatch tells when the port cannot speak what the scheme says.
func (p protocol) mismatch(srv Server) *fault {
	host := strings.TrimSuffix(srv.Addr, ":"+strconv.Itoa(srv.Port))
	fix := "write " + p.name + "s://" + host + " or " + p.name + "+starttls://" + host
	switch {
	case srv.Security == Plain && !isLoopback(srv.Host):
		return &fault{want: "a connection with TLS, since only loopback may do without", fix: fix}
	case srv.Security == StartTLS && srv.Port == p.tls:
		return &fault{want: "another port, since " + strconv.Itoa(p.tls) + " speaks TLS from the start", fix: fix}
	case srv.Security == TLS:
		for _, n := range p.never {
			if srv.Port == n {
				return &fault{want: "another port, since " + strconv.Itoa(n) + " does not speak TLS from the start", fix: fix}
			}
		}
	}
	return nil
}

func isLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}
