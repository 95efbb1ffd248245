package intake

import (
	"slices"
	"strings"

	"envdesk/tracker"
)

// Relation is what a sender is to one ticket: it decides which verbs the sender
// may use there.
type Relation string

// The relations. Operators are such on every ticket.
const (
	Requester Relation = "requester" // of this ticket
	Partner   Relation = "partner"   // assigned now
	DevOps    Relation = "devops"
	Manager   Relation = "manager"
	Approver  Relation = "approver" // asked to decide now, and not the requester
	Watcher   Relation = "watcher"  // reads along
	Anyone    Relation = "anyone"   // known to the desk
)

// Limit narrows what somebody may do by a verb, in words for /help.
type Limit string

// The limits.
const (
	UntilPickup Limit = "until it is picked up"
	OwnDomain   Limit = "people of the own domain"
	Oneself     Limit = "oneself"
	InTime      Limit = "not too long after its end"
	ByCode      Limit = "in a reply to the desk's question"
	SameRight   Limit = "as for the command that means the same"
)

// Verb is a reply command.
type Verb struct {
	Name    string
	Aliases []string
	Value   string // what follows it, for /help; "" takes none
	Must    bool   // the value may not be missing
	Does    string
	By      []Relation
	Limits  map[Relation]Limit                  // who of By may not do all of it
	From    []tracker.Status                    // states in which it can be used; nil: any
	To      []tracker.Status                    // states that it leads to; nil: the state stays
	Only    map[tracker.Status][]tracker.Status // states that lead to these instead
	Anew    bool                                // routing and approvals look at the ticket anew behind it
}

// Leads lists the states that the verb may take a ticket to from one in which it
// can be used.
func (v Verb) Leads(from tracker.Status) []tracker.Status {
	if only, ok := v.Only[from]; ok {
		return only
	}
	if v.To == nil {
		return []tracker.Status{from}
	}
	return v.To
}

// Fits reports whether the verb can be used in the state.
func (v Verb) Fits(s tracker.Status) bool { return v.From == nil || slices.Contains(v.From, s) }

// Groups of states in which a verb makes sense.
var (
	unfinished = []tracker.Status{tracker.StatusNew, tracker.StatusAssigned, tracker.StatusWorking, tracker.StatusWaiting, tracker.StatusBlocked}
	withOwner  = unfinished[1:]
	admitted   = append([]tracker.Status{tracker.StatusApproval, tracker.StatusResolved, tracker.StatusClosed}, unfinished...)
	anyOpen    = append([]tracker.Status{tracker.StatusUnverified, tracker.StatusApproval}, unfinished...)
	goesOn     = []tracker.Status{tracker.StatusNew, tracker.StatusAssigned, tracker.StatusWorking} // where the work of a ticket is taken up
)

// Verbs is the table of all reply commands: who may use which, in which state of
// the ticket, and where it leads.
func Verbs() []Verb { return slices.Clone(verbs) }

var verbs = []Verb{
	{Name: "ack", Aliases: []string{"pickup", "acknowledge"}, Does: "pick it up: you work on it now",
		By:   []Relation{Partner, DevOps, Manager},
		From: []tracker.Status{tracker.StatusNew, tracker.StatusAssigned, tracker.StatusWaiting}, To: []tracker.Status{tracker.StatusWorking}},
	{Name: "decline", Value: "reason", Does: "hand it back to the programme manager",
		By: []Relation{Partner}, From: withOwner, To: []tracker.Status{tracker.StatusNew}},
	{Name: "wait", Aliases: []string{"waiting"}, Value: "reason [until date]", Must: true, Does: "wait for the requester's answer",
		By:   []Relation{Partner, Manager},
		From: []tracker.Status{tracker.StatusNew, tracker.StatusAssigned, tracker.StatusWorking, tracker.StatusBlocked}, To: []tracker.Status{tracker.StatusWaiting}},
	{Name: "block", Aliases: []string{"blocked"}, Value: "reason", Must: true, Does: "say that you are blocked: DevOps is told",
		By:   []Relation{Partner},
		From: []tracker.Status{tracker.StatusAssigned, tracker.StatusWorking, tracker.StatusWaiting}, To: []tracker.Status{tracker.StatusBlocked}},
	{Name: "unblock", Does: "the way is free again",
		By: []Relation{DevOps, Manager}, From: []tracker.Status{tracker.StatusBlocked}, To: []tracker.Status{tracker.StatusWorking}},
	{Name: "done", Aliases: []string{"resolve", "resolved"}, Value: "note", Does: "it is done; the note goes to the requester",
		By: []Relation{Partner, DevOps, Manager}, From: unfinished, To: []tracker.Status{tracker.StatusResolved}},
	{Name: "close", Value: "reason", Does: "end a resolved request for good",
		By: []Relation{Requester, Manager}, From: []tracker.Status{tracker.StatusResolved}, To: []tracker.Status{tracker.StatusClosed}},
	{Name: "reopen", Value: "reason", Does: "take it up again",
		By: []Relation{Requester, Manager}, Limits: map[Relation]Limit{Requester: InTime},
		From: []tracker.Status{tracker.StatusResolved, tracker.StatusClosed, tracker.StatusCancelled, tracker.StatusRejected},
		To:   goesOn, Only: reopened, Anew: true},
	{Name: "cancel", Value: "reason", Does: "withdraw the request",
		By: []Relation{Requester, Manager}, From: anyOpen, To: []tracker.Status{tracker.StatusCancelled}},
	{Name: "approve", Aliases: []string{"approved"}, Value: "note", Does: "approve it, when the desk asked you to",
		By: []Relation{Approver}, Limits: map[Relation]Limit{Approver: ByCode}, From: []tracker.Status{tracker.StatusApproval},
		To: append([]tracker.Status{tracker.StatusApproval, tracker.StatusBlocked}, goesOn...), Anew: true},
	{Name: "reject", Aliases: []string{"rejected"}, Value: "reason", Does: "reject it, when the desk asked you to approve: the request ends",
		By: []Relation{Approver}, Limits: map[Relation]Limit{Approver: ByCode}, From: []tracker.Status{tracker.StatusApproval},
		To: []tracker.Status{tracker.StatusRejected}},
	{Name: "accept", Does: "let a request of an unknown sender in",
		By: []Relation{Manager}, From: []tracker.Status{tracker.StatusUnverified}, To: []tracker.Status{tracker.StatusNew}, Anew: true},
	{Name: "eta", Value: "date or time", Must: true, Does: "say when it will be done: the requester is told",
		By: []Relation{Partner, DevOps}, From: unfinished},
	{Name: "assign", Value: "partner or address", Must: true, Does: "give it to a partner or a person",
		By: []Relation{Manager, DevOps}, From: unfinished, To: []tracker.Status{tracker.StatusAssigned}},
	{Name: "unassign", Does: "take it from its partner",
		By: []Relation{Manager, DevOps}, From: withOwner, To: []tracker.Status{tracker.StatusNew}},
	{Name: "priority", Aliases: []string{"prio", "p0", "p1", "p2", "p3", "p4"}, Value: "P0…P4", Must: true, Does: "change the priority",
		By: []Relation{Requester, Manager}, Limits: map[Relation]Limit{Requester: UntilPickup}, From: anyOpen, Anew: true},
	{Name: "type", Value: "type", Must: true, Does: "change the type",
		By: []Relation{Requester, Manager}, Limits: map[Relation]Limit{Requester: UntilPickup}, From: anyOpen, Anew: true},
	{Name: "stack", Value: "stack", Must: true, Does: "change the stack",
		By: []Relation{Requester, Manager}, Limits: map[Relation]Limit{Requester: UntilPickup}, From: anyOpen, Anew: true},
	{Name: "env", Aliases: []string{"environment"}, Value: "environment", Must: true, Does: "change the environment",
		By: []Relation{Requester, Manager}, Limits: map[Relation]Limit{Requester: UntilPickup}, From: anyOpen, Anew: true},
	{Name: "needed", Aliases: []string{"neededby"}, Value: "date", Must: true, Does: "say by when it is needed",
		By: []Relation{Requester, Manager}, Limits: map[Relation]Limit{Requester: UntilPickup}, From: anyOpen},
	{Name: "due", Aliases: []string{"sla"}, Value: "date, time or +2d, and why", Must: true, Does: "set when it is due: everybody who works on it is told, the old time stays in the history",
		By: []Relation{Manager}, From: append([]tracker.Status{tracker.StatusApproval}, unfinished...)},
	{Name: "status", Value: "state", Must: true, Does: "set the state: new, assigned, working, waiting, blocked, resolved or closed",
		By:     []Relation{Requester, Partner, DevOps, Manager},
		Limits: map[Relation]Limit{Requester: SameRight, Partner: SameRight, DevOps: SameRight, Manager: SameRight}},
	{Name: "watch", Value: "address", Must: true, Does: "let somebody read along",
		By: []Relation{Requester, Manager}, Limits: map[Relation]Limit{Requester: OwnDomain}, From: admitted},
	{Name: "unwatch", Value: "address", Does: "end that somebody reads along",
		By: []Relation{Requester, Watcher, Manager}, Limits: map[Relation]Limit{Requester: OwnDomain, Watcher: Oneself}, From: admitted},
	{Name: "link", Value: "key", Must: true, Does: "show another request on this one, and this one there",
		By: []Relation{Manager, DevOps}},
	{Name: "merge", Value: "key", Must: true, Does: "end it: it goes on as part of another request",
		By: []Relation{Manager, DevOps}, From: append([]tracker.Status{tracker.StatusApproval}, unfinished...), To: []tracker.Status{tracker.StatusMerged}},
	{Name: "split", Value: "title", Does: "make a new request of what this mail says",
		By: []Relation{Manager, DevOps}, From: admitted},
	{Name: "note", Value: "text", Does: "file this mail as an internal note that the requester never sees",
		By: []Relation{Partner, DevOps, Manager}},
	{Name: "list", Value: "late, due today, unowned, state, P1, environment, partner, type", Does: "get a list of the requests that you may see, the open ones unless you name a state",
		By: []Relation{Anyone}},
	{Name: "mine", Value: "late, due today, state, P1, environment, type", Does: "the same, of what you asked for or work on", By: []Relation{Anyone}},
	{Name: "show", Value: "key", Does: "get what is known of one request", By: []Relation{Anyone}},
	{Name: "report", Does: "get how things stand: what is open, late and due today, as far as you may see it; /report note of the programme manager, with Markdown below it, goes on top of the next weekly report", By: []Relation{Anyone}},
	{Name: "help", Does: "get this list by mail", By: []Relation{Anyone}},
}

// reopened says where /reopen leads from some states: what was resolved had an
// owner, and what nobody had let in before it was cancelled is not let in by it.
var reopened = map[tracker.Status][]tracker.Status{
	tracker.StatusResolved:  {tracker.StatusAssigned, tracker.StatusWorking},
	tracker.StatusCancelled: append([]tracker.Status{tracker.StatusUnverified}, goesOn...),
}

// limited reports whether the sender may use the verb within the limit only.
func (r *run) limited(name string, to Limit) bool {
	v, _ := findVerb(name)
	within := false
	for _, rel := range v.By {
		if !r.is(rel) {
			continue
		}
		if v.Limits[rel] == "" {
			return false
		}
		within = within || v.Limits[rel] == to
	}
	return within
}

func findVerb(name string) (Verb, bool) {
	i := slices.IndexFunc(verbs, func(v Verb) bool { return v.Name == name })
	if i < 0 {
		return Verb{}, false
	}
	return verbs[i], true
}

// canonical replaces an alias by its verb; p0 … p4 stay, they carry a value.
func canonical(word string) string {
	for _, v := range verbs {
		if !priorityVerb(word) && slices.Contains(v.Aliases, word) {
			return v.Name
		}
	}
	return word
}

func knownVerb(word string) bool {
	_, ok := findVerb(word)
	return ok || priorityVerb(word)
}

// priorityVerb reports whether the word is one of /p0 … /p4.
func priorityVerb(word string) bool {
	return len(word) == 2 && word[0] == 'p' && word[1] >= '0' && word[1] <= '4'
}

// nearestVerb finds the verb that a mistyped one may mean, or "".
func nearestVerb(word string) string {
	for _, v := range verbs {
		for _, name := range append([]string{v.Name}, v.Aliases...) {
			if oneSlip(name, word) || len(word) >= 3 && strings.HasPrefix(name, word) || len(name) >= 3 && strings.HasPrefix(word, name) {
				return v.Name
			}
		}
	}
	return ""
}
