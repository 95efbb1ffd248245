package intake

import (
	"fmt"
	"reflect"
	"strings"
	"time"

	"envdesk/tracker"
)

// secrecy says who may read a word.
type secrecy int

const (
	shared   secrecy = iota // who takes part in the ticket, its approvers and operators
	internal                // operators
	handed                  // the new owner, or who is to approve it first, and operators
	deciding                // the requester, the approvers and operators: not the partner
	mine                    // whoever wrote it
	known                   // everybody
	hidden                  // nobody, in no mail of the ticket: the manager hears of it otherwise
)

// canary is a word that stands in one mail only. Its author may read it, unless
// the mail proves nothing.
type canary struct {
	what   secrecy
	ticket int64
	author string
	name   bool // the name of the author, which goes along when the ticket is split
}

// aviary holds the canaries of one sequence.
type aviary struct{ birds []canary }

const birdLength = len("qz00000")

// word makes a new canary; what it is, is known when its mail has been decided.
func (a *aviary) word() string {
	a.birds = append(a.birds, canary{what: hidden})
	return fmt.Sprintf("qz%05d", len(a.birds)-1)
}

// canariesIn lists the canaries in all strings of a value.
func canariesIn(v any) []int {
	var found []int
	walk(reflect.ValueOf(v), func(s string) {
		for {
			i := strings.Index(s, "qz")
			if i < 0 || len(s) < i+birdLength {
				return
			}
			n := 0
			if _, err := fmt.Sscanf(s[i+2:i+birdLength], "%05d", &n); err == nil {
				found = append(found, n)
			}
			s = s[i+2:]
		}
	})
	return found
}

var timeType = reflect.TypeFor[time.Time]()

// walk gives all strings of a value, keys of maps included.
func walk(v reflect.Value, see func(string)) {
	switch v.Kind() {
	case reflect.String:
		see(v.String())
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			walk(v.Elem(), see)
		}
	case reflect.Slice:
		for i := range v.Len() {
			walk(v.Index(i), see)
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next(); {
			walk(it.Key(), see)
			walk(it.Value(), see)
		}
	case reflect.Struct:
		if v.Type() == timeType {
			return
		}
		for i := range v.NumField() {
			walk(v.Field(i), see)
		}
	}
}

// mayRead says it in words of its own: who may read a canary now.
func (c canary) mayRead(r Rules, t tracker.Ticket, before tracker.Ticket, to string) bool {
	who := r.Directory.Lookup(tracker.Address{Address: to})
	switch {
	case c.what == hidden:
		return false
	case c.what == known:
		return true
	case c.author != "" && tracker.SameAddress(c.author, to), who.Has(tracker.RoleManager), who.Has(tracker.RoleDevOps):
		return true
	}
	switch c.what {
	case shared:
		return knows(before, who) || knows(t, who)
	case handed:
		return t.AssignedTo(who) || asked(t, to)
	case deciding:
		return t.Requester.Is(to) || asked(before, to) || asked(t, to)
	}
	return false
}

// knows reports whether somebody takes part in a ticket that was let in, or is
// asked to approve it.
func knows(t tracker.Ticket, who tracker.Sender) bool {
	return t.Admitted && t.Participates(who) || asked(t, who.Address.Address)
}

func asked(t tracker.Ticket, addr string) bool {
	return t.Approval.State == tracker.ApprovalPending && t.Approval.Asked(addr) && !t.Requester.Is(addr)
}
