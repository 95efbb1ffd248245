package intake

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"envdesk/tracker"
)

// listSubject is the subject by which a reader ends a list of the desk or takes it
// up again; List-Unsubscribe writes it (RFC 2369 §3.2).
var listSubject = regexp.MustCompile(`(?i)^(un)?subscribe (weekly|daily)\.?$`)

// listWish is what the subject says of a list; false when it says nothing of any.
func (in Input) listWish() (tracker.Subscription, bool) {
	m := listSubject.FindStringSubmatch(withoutLead(clean(in.Message.Subject)))
	if m == nil {
		return tracker.Subscription{}, false
	}
	list := tracker.List(strings.ToLower(m[2]))
	return tracker.Subscription{List: list, Address: in.Message.Identity.Address, Ended: m[1] != ""}, true
}

// withoutLead is the subject of a wish without what mail programs, gateways and
// mailing lists put before it: prefixes of replies and brackets such as [EXTERNAL].
// The prefix of a forward stays: a forward tells what somebody else wants. So does
// a bracket with a digit, as a priority or a key has: it is about a request.
func withoutLead(s string) string {
	for {
		if p := replyPrefixes.before(s); p != "" {
			s = s[len(p):]
			continue
		}
		content, rest, ok := cutBracket(s)
		if !ok || strings.ContainsFunc(content, unicode.IsDigit) {
			return s
		}
		s = strings.TrimSpace(rest)
	}
}

// wishesList reports whether the mail is about a list, whatever else it says: mail
// programs write words of their own into it. It is about no ticket.
func (in Input) wishesList() bool {
	_, ok := in.listWish()
	return ok
}

// decideSubscription ends a list for its reader, or lets him have it again. The
// address alone is to be proved, as for the commands of a requester: nobody else
// need know it, and a machine may write for its owner. Machines get no answer.
func decideSubscription(in Input) tracker.Decision {
	c := credentials(in, tracker.Ticket{})
	wish, _ := in.listWish()
	was, listed := in.subscription(wish)
	stranger := !listed && !c.Sender.Known()
	proved := wish.Address != "" && c.may(KnownRequester, Commands, false)
	switch {
	case in.Archive:
		reason := "archived without telling anybody: nothing was changed for who gets the " + wish.List.Report()
		return tracker.Decision{Action: tracker.ActionIgnore, Reason: reason, Identity: c.describe()}
	case (stranger || !proved) && in.floods():
		return flooded(in, c)
	case !proved:
		return unprovedWish(in, c, wish, listed)
	case !listed:
		return unlistedWish(in, c, wish)
	}
	d := tracker.Decision{
		Action: tracker.ActionAnswer, By: in.actor(tracker.Ticket{}), Identity: c.describe(),
		Subscription: &wish, Reason: wish.Address + " " + getsNow(wish),
	}
	if was.Ended == wish.Ended {
		d.Reason += ", as before"
	} else {
		d.Alerts = in.listAlert(tracker.AlertSubscription, d.Reason+": the reader wrote so on "+in.Received.In(zone(in.Rules)).Format("Mon 2 Jan, 15:04 MST"))
	}
	key := string(tracker.KindSubscription) + "/" + in.Cause
	d.Notices = in.listNotice(c, tracker.Notice{Key: key, Data: tracker.NoticeData{Subscription: &wish}})
	return d
}

// getsNow is what a wish that is done comes to.
func getsNow(s tracker.Subscription) string {
	if s.Ended {
		return "gets no more " + s.List.Report() + "s"
	}
	return "gets the " + s.List.Report()
}

// unprovedWish changes nothing, and answers nobody: who is named may know nothing of
// it. The manager, who is told, can do it by the configuration.
func unprovedWish(in Input, c Credentials, wish tracker.Subscription, listed bool) tracker.Decision {
	reason := "a mail in the name of " + in.Message.From.Address + " says “" + wish.Subject() + "” and does not prove that it comes from there (" +
		c.describe() + "): nothing was changed"
	if in.Message.From.Address == "" {
		reason = "a mail without a sender says “" + wish.Subject() + "”: nothing was changed"
	}
	kind, line := tracker.AlertSubscription, reason
	if c.DMARC == tracker.Fail {
		kind = tracker.AlertForgery
	}
	if listed && wish.Ended {
		line += "; if it is true, take the address out of the reports of the configuration"
	}
	return tracker.Decision{Action: tracker.ActionIgnore, Alerts: in.listAlert(kind, line), Identity: c.describe(), Reason: reason}
}

// unlistedWish answers who is on no such list, once a day. One of a partner's people
// hears where the report of the partner goes.
func unlistedWish(in Input, c Credentials, wish tracker.Subscription) tracker.Decision {
	d := tracker.Decision{
		Action: tracker.ActionAnswer, By: in.actor(tracker.Ticket{}), Identity: c.describe(),
		Reason: wish.Address + " is not on the list of the " + wish.List.Report() + ": nothing was changed",
	}
	why := "it does not go to " + wish.Address + ", so nothing was changed; the programme manager says who gets it"
	if p := c.Sender.Partner; p != nil {
		if _, shared := in.subscription(tracker.Subscription{List: wish.List, Address: p.Email}); shared {
			why = "it goes to " + p.Email + ", the mailbox of " + p.Name + ", so write from there; nothing was changed"
		}
	}
	key := strings.Join([]string{string(tracker.KindSubscription), string(wish.List), withoutDetail(wish.Address), in.Received.In(zone(in.Rules)).Format("2006-01-02")}, "/")
	if !in.told(key) {
		d.Notices = in.listNotice(c, tracker.Notice{Key: key, Data: tracker.NoticeData{Subscription: &wish, Reason: why}})
	}
	return d
}

// subscription is how the address of a wish stands to the list now; false when the
// configuration does not give it the list.
func (in Input) subscription(wish tracker.Subscription) (tracker.Subscription, bool) {
	if in.Subscriptions == nil || wish.Address == "" {
		return tracker.Subscription{}, false
	}
	all := in.Subscriptions(wish.Address)
	i := slices.IndexFunc(all, func(s tracker.Subscription) bool { return s.List == wish.List })
	if i < 0 {
		return tracker.Subscription{}, false
	}
	return all[i], true
}

// listNotice answers the sender, if an answer may go there.
func (in Input) listNotice(c Credentials, n tracker.Notice) []tracker.Notice {
	if !in.answerable() || shut(c.Sender, in.Received) {
		return nil
	}
	n.Kind, n.To, n.As, n.At = tracker.KindSubscription, c.Sender.Address, c.Sender.Role(), in.Received
	n.Data.InReplyTo = in.Message.ID
	return []tracker.Notice{n}
}

func (in Input) listAlert(kind tracker.AlertKind, line string) []tracker.Alert {
	return []tracker.Alert{{At: in.Received, Kind: kind, Line: line}}
}
