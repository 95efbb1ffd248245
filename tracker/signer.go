package tracker

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"strings"
	"time"
)

// TokenLife is how long a reply token stays valid: longer than any ticket
// should live, short enough that an old archive opens nothing.
const TokenLife = 400 * 24 * time.Hour

// ApprovalLife is how long the code of an approval mail stays valid.
const ApprovalLife = 3 * 24 * time.Hour

// PurposeReply is the purpose of the token in Reply-To and Message-ID.
const PurposeReply = "reply"

// PurposeApproval is the purpose of the token in a mail that asks for an
// approval: the one-time code of that round. It proves no less than the token of
// any other mail.
func PurposeApproval(round int) string { return fmt.Sprintf("%s/%d", approvalPurpose, round) }

const approvalPurpose = "approval"

const (
	macSize   = 16 // bytes of HMAC-SHA256 kept
	tokenSize = 1 + 2 + macSize
)

var tokenText = base32.StdEncoding.WithPadding(base32.NoPadding)

// Key is one signing key. ID tells keys apart across rotations.
type Key struct {
	ID     byte
	Secret []byte
}

// Signer makes and checks the tokens that bind a reply address to a ticket and
// one recipient: HMAC-SHA256(key, ticket ‖ recipient ‖ purpose ‖ expiry), cut to
// 16 bytes. The first key signs, all check.
type Signer struct{ keys []Key }

// NewSigner returns a signer; there must be at least one key of 16 bytes or
// more, and ids must differ.
func NewSigner(keys ...Key) (Signer, error) {
	seen := map[byte]bool{}
	for _, k := range keys {
		if len(k.Secret) < 16 || seen[k.ID] {
			return Signer{}, fmt.Errorf("signing key %d: shorter than 16 bytes, or its id is used twice", k.ID)
		}
		seen[k.ID] = true
	}
	if len(keys) == 0 {
		return Signer{}, fmt.Errorf("no signing key")
	}
	return Signer{keys: keys}, nil
}

// Token returns the token for a ticket and recipient made at the given time: 31
// characters a–z and 2–7.
func (s Signer) Token(purpose, ticketKey, recipient string, made time.Time) string {
	k := s.keys[0]
	life := TokenLife
	if strings.HasPrefix(purpose, approvalPurpose) {
		life = ApprovalLife
	}
	expiry := uint16(made.Add(life).Unix() / 86400)
	raw := append([]byte{k.ID, byte(expiry >> 8), byte(expiry)}, mac(k, purpose, ticketKey, recipient, expiry)...)
	return strings.ToLower(tokenText.EncodeToString(raw))
}

// Valid reports whether the token was made by this desk for the ticket and
// recipient and has not expired at now.
func (s Signer) Valid(token, purpose, ticketKey, recipient string, now time.Time) bool {
	token = strings.ToUpper(token)
	raw, err := tokenText.DecodeString(token)
	// The last letter has spare bits: only one spelling of a token is valid.
	if err != nil || len(raw) != tokenSize || tokenText.EncodeToString(raw) != token {
		return false
	}
	expiry := binary.BigEndian.Uint16(raw[1:3])
	for _, k := range s.keys {
		if k.ID == raw[0] && hmac.Equal(raw[3:], mac(k, purpose, ticketKey, recipient, expiry)) {
			return now.Unix()/86400 <= int64(expiry)
		}
	}
	return false
}

func mac(k Key, purpose, ticketKey, recipient string, expiry uint16) []byte {
	h := hmac.New(sha256.New, k.Secret)
	for _, part := range []string{strings.ToLower(ticketKey), strings.ToLower(recipient), purpose} {
		_ = binary.Write(h, binary.BigEndian, uint32(len(part)))
		h.Write([]byte(part))
	}
	_ = binary.Write(h, binary.BigEndian, expiry)
	return h.Sum(nil)[:macSize]
}

// ReplyAddress is the desk's address with key and token in its local part
// (RFC 5233 subaddressing): requests+req-42.TOKEN@desk.test.
func ReplyAddress(desk, ticketKey, token string) string {
	at := strings.LastIndexByte(desk, '@')
	return desk[:at] + "+" + strings.ToLower(ticketKey) + "." + token + desk[at:]
}

// ReplyID is the Message-ID, without angle brackets, of a mail of the desk; it
// carries the same key and token as the reply address, so that In-Reply-To and
// References hold them where a server strips subaddresses. Serial makes it
// unique among the mails of one ticket to one recipient.
func ReplyID(desk, ticketKey, token, serial string) string {
	return strings.ToLower(ticketKey) + "." + token + "." + serial + "@" + DomainOf(desk)
}

// ReplyToken is a ticket key with a token, as found in a mail; unchecked.
type ReplyToken struct {
	TicketKey string // upper case
	Token     string
}

// FindToken reads an address or a Message-ID of the desk that was made by
// ReplyAddress or ReplyID. False when there is no token in it.
func FindToken(desk, s string) (ReplyToken, bool) {
	s = strings.ToLower(s)
	desk = strings.ToLower(desk)
	local, domain, ok := cutLast(s, "@")
	deskLocal, deskDomain, _ := cutLast(desk, "@")
	if !ok || domain != deskDomain {
		return ReplyToken{}, false
	}
	local = strings.TrimPrefix(local, deskLocal+"+")
	key, rest, ok := strings.Cut(local, ".")
	token, _, _ := strings.Cut(rest, ".")
	if !ok || len(token) != tokenText.EncodedLen(tokenSize) || !strings.Contains(key, "-") {
		return ReplyToken{}, false
	}
	return ReplyToken{TicketKey: strings.ToUpper(key), Token: token}, true
}

func cutLast(s, sep string) (before, after string, ok bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}
