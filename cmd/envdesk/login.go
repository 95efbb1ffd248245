package main

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-sasl"
	"golang.org/x/oauth2"
	"golang.org/x/oauth2/endpoints"

	"envdesk/cmd/envdesk/config"
	"envdesk/mailin/mailbox"
)

// tokenSource gives access tokens for a login; nil where it has a password.
func tokenSource(l config.Login) func(context.Context) (string, error) {
	switch {
	case l.OAuth2 != nil:
		return refreshedToken(*l.OAuth2)
	case len(l.TokenCommand) > 0:
		return func(ctx context.Context) (string, error) { return commandToken(ctx, l.TokenCommand) }
	}
	return nil
}

// refreshedToken trades the refresh token for access tokens (RFC 6749 §6) and
// keeps each until shortly before it expires.
func refreshedToken(o config.OAuth2) func(context.Context) (string, error) {
	var mu sync.Mutex
	var current *oauth2.Token
	return func(ctx context.Context) (string, error) {
		mu.Lock()
		defer mu.Unlock()
		if current.Valid() {
			return current.AccessToken, nil
		}
		c, refresh, err := oauthClient(o)
		if err != nil {
			return "", err
		}
		if current != nil && current.RefreshToken != "" {
			refresh = current.RefreshToken // the provider may have rotated it
		}
		t, err := c.TokenSource(ctx, &oauth2.Token{RefreshToken: refresh, Expiry: time.Unix(1, 0)}).Token()
		if err != nil {
			return "", fmt.Errorf("oauth2 token from %s: %w", o.Provider, err)
		}
		current = t
		return t.AccessToken, nil
	}
}

func oauthClient(o config.OAuth2) (c oauth2.Config, refresh string, err error) {
	c = oauth2.Config{ClientID: o.ClientID, Endpoint: endpoints.Google}
	if o.Provider == "microsoft365" {
		c.Endpoint = endpoints.AzureAD(cmp.Or(o.Tenant, "common"))
	}
	if o.ClientSecret.IsSet() {
		if c.ClientSecret, err = o.ClientSecret.Read(); err != nil {
			return c, "", err
		}
	}
	refresh, err = o.RefreshToken.Read()
	return c, refresh, err
}

// commandTimeout bounds a token_command.
const commandTimeout = 30 * time.Second

func commandToken(ctx context.Context, command []string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, commandTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err != nil {
		line, _, _ := strings.Cut(strings.TrimSpace(complaint.String()), "\n")
		return "", fmt.Errorf("token_command %s: %w: %s", command[0], err, line)
	}
	token := strings.TrimSpace(string(out))
	if token == "" || strings.ContainsAny(token, " \r\n") {
		return "", fmt.Errorf("token_command %s: it must print one token", command[0])
	}
	return token, nil
}

// password reads the password of a login.
func password(l config.Login) func() (string, error) {
	if !l.Password.IsSet() {
		return nil
	}
	return l.Password.Read
}

// tlsConfig trusts the system's authorities, or the ones of a file.
func tlsConfig(host, caFile string) (*tls.Config, error) {
	c := &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12}
	if caFile == "" {
		return c, nil
	}
	pem, err := os.ReadFile(caFile)
	if err != nil {
		return nil, fmt.Errorf("ca_file: %w", err)
	}
	c.RootCAs = x509.NewCertPool()
	if !c.RootCAs.AppendCertsFromPEM(pem) {
		return nil, errors.New("ca_file " + caFile + ": holds no certificate in PEM form")
	}
	return c, nil
}

// saslAuth logs in with an access token: by XOAUTH2, or by OAUTHBEARER (RFC
// 7628) where the server offers that alone; nil for a login with a password.
func saslAuth(l config.Login) func(context.Context, func(mechanism string) bool) (sasl.Client, error) {
	token := tokenSource(l)
	if token == nil {
		return nil
	}
	return func(ctx context.Context, offered func(string) bool) (sasl.Client, error) {
		t, err := token(ctx)
		if err != nil {
			return nil, err
		}
		if offered(sasl.OAuthBearer) && !offered("XOAUTH2") {
			return sasl.NewOAuthBearerClient(&sasl.OAuthBearerOptions{Username: l.User, Token: t}), nil
		}
		return mailbox.NewXOAuth2(l.User, t), nil
	}
}
