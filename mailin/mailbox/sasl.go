package mailbox

import "github.com/emersion/go-sasl"

// NewXOAuth2 is a SASL client for XOAUTH2, the mechanism in which Microsoft and
// Google take OAuth 2.0 access tokens. Where the server offers OAUTHBEARER (RFC
// 7628), sasl.NewOAuthBearerClient does the same.
func NewXOAuth2(user, token string) sasl.Client { return xoauth2{user, token} }

type xoauth2 struct{ user, token string }

func (x xoauth2) Start() (mechanism string, response []byte, err error) {
	return "XOAUTH2", []byte("user=" + x.user + "\x01auth=Bearer " + x.token + "\x01\x01"), nil
}

// Next answers the error report of the server with nothing, upon which the
// server refuses the login.
func (xoauth2) Next([]byte) ([]byte, error) { return []byte{}, nil }
