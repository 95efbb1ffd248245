package config

import (
	"strings"
)

// login reads user and proof, of which there is one at most.
func (r *reader) login(m *mapping) Login {
	var l Login
	var given []string
	for _, key := range []string{"password", "password_file", "oauth2", "token_command"} {
		if m.has(key) {
			given = append(given, key)
		}
	}
	scan(m, "user", &l.User, parseText)
	for _, key := range []string{"password", "password_file"} {
		if s := r.secret(m, key); s.IsSet() {
			l.Password = s
		}
	}
	l.OAuth2 = r.oauth2(m)
	scanList(m, "token_command", &l.TokenCommand, parseArgument)
	r.checkLogin(m, l, given)
	return l
}

func (r *reader) checkLogin(m *mapping, l Login, given []string) {
	const proofs = "password_file, password, oauth2 or token_command"
	switch {
	case len(given) > 1:
		m.report(given[1], &fault{got: list(given[:len(given)-1]) + " and " + given[len(given)-1], want: "one of them"})
	case len(given) == 1 && !m.has("user"):
		m.report(given[0], &fault{got: "no user beside it", want: "user, the name to log in with"})
	case len(given) == 0 && m.has("user"):
		m.report("user", &fault{got: "nothing that proves it", want: proofs})
	case m.has("token_command") && l.TokenCommand != nil && len(l.TokenCommand) == 0:
		m.report("token_command", &fault{got: "an empty list", want: "a program, as in [get-token, --for, imap]"})
	}
}

// oauth2 reads the settings of an access by refresh token.
func (r *reader) oauth2(m *mapping) *OAuth2 {
	if !m.has("oauth2") {
		m.known = append(m.known, "oauth2")
		return nil
	}
	o := &OAuth2{}
	m.within("oauth2", "provider, client_id, client_secret_file and refresh_token_file", func(m *mapping) {
		scan(m, "provider", &o.Provider, choice("gmail", "microsoft365"))
		m.require("provider", "gmail or microsoft365")
		scan(m, "client_id", &o.ClientID, parseText)
		m.require("client_id", "the id that the provider gave the application")
		o.ClientSecret = r.secret(m, "client_secret_file")
		if o.Provider == "gmail" {
			m.require("client_secret_file", "the file with the secret that the provider gave the application")
		}
		o.RefreshToken = r.secret(m, "refresh_token_file")
		m.require("refresh_token_file", "the file with the refresh token")
		scan(m, "tenant", &o.Tenant, parseText)
		if o.Provider == "gmail" && m.has("tenant") {
			m.report("tenant", &fault{got: "a tenant", want: "none with gmail"})
		}
	})
	return o
}

// secret reads a secret or the name of the file that holds it. It is the one
// place where a value of the file must not be shown.
func (r *reader) secret(m *mapping, key string) Secret {
	n, ok := m.take(key)
	if !ok {
		return Secret{}
	}
	at := m.at(key)
	text, single := scalarOf(n)
	if kind := kindOf(n); kind != "text" || !single {
		r.report(at, &fault{got: kind, want: "text", fix: "put it in quotes"})
		return Secret{}
	}
	place := Problem{File: r.c.File, Line: r.c.line(at), Key: at}
	var s Secret
	if !strings.HasSuffix(key, "_file") {
		s = inlineSecret(place, text)
	} else if _, f := parseText(text); f != nil {
		r.report(at, &fault{got: kindOf(n) + " that names no file", want: "the path of a file"})
		return Secret{}
	} else {
		s = fileSecret(place, r.resolve(text))
	}
	if text == "" {
		r.report(at, &fault{got: "an empty password", want: "a password, or password_file"})
	}
	r.c.secrets = append(r.c.secrets, s)
	return s
}

// parseArgument takes an argument of a command; it is not shown, since it may
// be a secret.
func parseArgument(s string) (string, *fault) {
	if _, f := parseText(s); f != nil {
		return "", &fault{got: "an argument that is no line of text", want: "text"}
	}
	return s, nil
}
