package mailin

import (
	"slices"
	"strings"

	"envdesk/tracker"
)

// maxLineAddresses bounds how many addresses of one line are looked at.
const maxLineAddresses = 20

// addresses reads the addresses of one line; true when the line speaks of one
// that may be a recipient.
func (r *plainReport) addresses(l string) bool {
	found := false
	for from, n := 0, 0; from < len(l) && n < maxLineAddresses; n++ {
		at := strings.IndexByte(l[from:], '@')
		if at < 0 {
			break
		}
		start, end := specAround(l, from+at)
		from = max(end, from+at+1)
		if start < 0 || r.foreign(l[start:end]) {
			continue
		}
		rank := rankOf(l[:start], l)
		if rank < 0 {
			continue
		}
		found = true
		r.note(l[start:end], rank)
	}
	if found {
		r.got[r.last-1].add(l)
	}
	return found
}

// foreign reports addresses that no report means as recipients.
func (r *plainReport) foreign(spec string) bool {
	if isMailSystem(spec) || strings.HasPrefix(strings.ToLower(spec), "abuse@") {
		return true
	}
	return slices.ContainsFunc(r.own, func(a string) bool { return tracker.SameAddress(a, spec) })
}

// note remembers an address and makes it the one that the next lines are about.
func (r *plainReport) note(spec string, rank int) {
	for i := range r.got {
		if tracker.SameAddress(r.got[i].address, spec) {
			r.got[i].rank = max(r.got[i].rank, rank)
			r.last = i + 1
			return
		}
	}
	if len(r.got) < maxBounceRecipients {
		r.got = append(r.got, candidate{address: spec, rank: rank})
	}
	r.last = len(r.got)
}

// specAround finds the addr-spec around the @ at i; start is -1 where there is
// none. Letters beyond ASCII count between angle brackets alone, because some
// scripts put no blank before an address.
func specAround(l string, i int) (start, end int) {
	start, end = i, i+1
	for start > 0 && (atomByte(l[start-1]) || l[start-1] == '.') {
		start--
	}
	for end < len(l) && (hostByte(l[end]) || l[end] == '.') {
		end++
	}
	if bracket := strings.LastIndexByte(l[:start], '<'); bracket >= 0 && end < len(l) {
		if stop := strings.IndexByte(l[end:], '>'); stop >= 0 && !strings.ContainsAny(l[bracket+1:end+stop], " \t<,;:") {
			start, end = bracket+1, end+stop
		}
	}
	for start < i && strings.IndexByte("'`.*=/|", l[start]) >= 0 {
		start++
	}
	for end > i+1 && (l[end-1] == '.' || l[end-1] == '-' || l[end-1] == '\'') {
		end--
	}
	bracketed := start > 0 && l[start-1] == '<'
	if start == i || end == i+1 || !bracketed && strings.IndexByte(l[i:end], '.') < 0 {
		return -1, end
	}
	return start, end
}

// rankOf judges an address by what stands before it in its line; -1 for one
// that is there for another reason.
func rankOf(before, l string) int {
	low := strings.TrimRight(folded(before), " <\"'([{:;,=*-`>|•")
	head := strings.TrimLeft(low, " <\"'([*->|•0123456789.)")
	colon := strings.Contains(before[len(before)-min(len(before), 4):], ":") || strings.HasSuffix(before, "：")
	switch {
	case strings.Trim(low, "*-•>#|0123456789.) ") == "":
		return rankPlace
	case hasSuffixOf(low, otherLabels) && !hasSuffixOf(low, triedLabels):
		return -1
	case hasSuffixOf(low, recipientLabels), hasSuffixOf(low, triedLabels):
		return rankPlace
	case colon || strings.HasPrefix(low, "<<<") || replyClass(head+" ") != 0 || findFailure(low) != "":
		return rankLabel
	case failurePhrases.in(folded(l)):
		return rankNamed
	}
	return 0
}

func hasSuffixOf(s string, list []string) bool {
	return slices.ContainsFunc(list, func(w string) bool { return strings.HasSuffix(s, w) })
}

// recipientLabels stand right before the address of a recipient.
var recipientLabels = []string{
	"rcpt to", "recipient", "recipients", "recipient(s", "recipient address", "email address", "e-mail address", "rfc822", "deliver to", "delivered to", "delivery to", "delivering to", "reached", "mail for", "message for", "message to", "mail to", "email to", "e-mail to", "messages to", "addressed to", "sent to", "send to", "undeliverable to", "undelivered to", "undeliverable", "undeliverable address", "error-for", "unknown user", "unknown recipient", "unknown address", "unknown host", "unknown host/user", "unknown local user", "invalid recipient", "invalid user", "invalid address", "no such user", "bad address", "the address", "the user", "user", "mailbox", "mailbox for", "mailbox of", "the mailbox", "account", "failed address", "failed recipient", "bounced address", "failed", "failed for", "exceeds allowed size", "could not reach", "nobody by the name", "orcpt", "quota for", "for user", "original recipient", "final recipient", "intended recipient",
	"empfänger", "empfängeradresse", "die adresse", "adressat", "benutzer", "folgende adresse", "nachricht an", "e-mail an", "mail an", "zustellung an", "destinataire", "destinataires", "l'adresse", "adresse", "remise à", "message à", "utilisateur", "destinatario", "destinatarios", "dirección", "usuario", "mensaje a", "entregar a", "buzón", "indirizzo", "all'indirizzo", "utente", "casella", "messaggio a", "endereço", "usuário", "utilizador", "destinatário", "mensagem para", "entregue a", "entregue para", "ontvanger", "adres", "bericht aan", "mottagare", "mottaker", "modtager", "vastaanottaja", "odbiorca", "odbiorcy", "adresat", "příjemce", "příjemci", "címzett", "destinatarul", "получатель", "получателя", "получателю", "адрес", "адресат", "адресату", "адресу", "пользователь", "пользователя", "παραλήπτη", "alıcı", "alıcıya", "נמען", "المستلم",
	"收件人", "收件人地址", "收件者", "收信人", "邮件地址", "邮箱", "用户", "宛先", "あて先", "宛先アドレス", "送信先", "受信者", "受信者アドレス", "받는 사람", "받는사람", "수신자", "수신인",
}

// triedLabels end like labels of other people.
var triedLabels = []string{"tried to contact", "trying to contact", "tried to reach", "trying to reach"}

// otherLabels stand right before addresses of other people.
var otherLabels = []string{
	"from", "mail from", "sender", "sender address", "reply-to", "reply to", "contact", "expanded from", "generated from", "postmaster", "administrator", "support", "help desk", "helpdesk", "write to", "send mail to", "send email to", "send e-mail to", "send an email to", "send a mail to", "send a message to", "please email", "complaints to", "report to", "visit", "envelope-from", "message-id", "message id", "id", "on behalf of", "by", "at", "you", "absender", "kontakt", "expéditeur", "contactez", "remitente", "mittente", "remetente", "afzender", "avsändare", "отправитель", "发件人", "寄件者", "差出人", "送信者", "보낸 사람", "보낸사람",
}

// recipients are the candidates of the highest rank found. The sender of the mail
// counts where nobody else is named and where a recipient would stand: mails to
// oneself bounce too.
func (r *plainReport) recipients() []tracker.BounceRecipient {
	best, alone := r.bestRank()
	out := []tracker.BounceRecipient{}
	for _, c := range r.got {
		if c.rank < best || !alone && c.rank < rankHeaders && r.isSender(c.address) {
			continue
		}
		if c.status == "" && c.class == 0 {
			c.reason = r.loose
		}
		out = append(out, c.recipient(r.action))
	}
	return out
}

// bestRank also tells whether the mail's own sender is all that is named.
func (r *plainReport) bestRank() (best int, alone bool) {
	alone = true
	for _, c := range r.got {
		if !r.isSender(c.address) {
			best, alone = max(best, c.rank), false
		}
	}
	switch {
	case alone:
		return rankLabel, true
	case best == 0 && len(r.got) > 2: // several addresses, none in a telling place
		return rankNamed, false
	}
	return best, false
}

func (r *plainReport) isSender(spec string) bool {
	return slices.ContainsFunc(r.sender, func(a string) bool { return tracker.SameAddress(a, spec) })
}

func (c candidate) recipient(action string) tracker.BounceRecipient {
	b := tracker.BounceRecipient{Address: c.address, Action: action, Status: c.status}
	temporary := c.class == '4'
	if c.status != "" {
		temporary = c.status[0] == '4'
	}
	b.Permanent = action == "failed" && !temporary
	return b
}

// returnedTo is the last resort: the mail that came back had one recipient.
func (r *plainReport) returnedTo(all []*part) []tracker.BounceRecipient {
	out := []tracker.BounceRecipient{}
	for _, n := range all {
		if !isReturned(n) {
			continue
		}
		h := innerHeader(n)
		to := parseAddresses(h.get("To"), 2)
		if len(to) == 1 && to[0].Address != "" && !h.has("Cc") {
			c := candidate{address: to[0].Address, reason: r.loose}
			return append(out, c.recipient(r.action))
		}
	}
	return out
}
