package intake

import (
	"slices"
	"strings"

	"envdesk/tracker"
)

// decideReply files a mail with its ticket, carries out its commands and tells
// the other side; a mail without proof becomes a note for the manager alone.
func decideReply(in Input, m match) tracker.Decision {
	c := credentials(in, m.ticket)
	if !c.mayFile(m.ticket) && !c.Shell && !in.leaves(c, m.ticket) {
		return unverifiedNote(in, m, c)
	}
	if in.isAuto() {
		return decideAutoReply(in, m, true)
	}
	r := newRun(in, c, m.ticket)
	r.rel = c.relations(m.ticket)
	r.merged, r.comment = m.merged, in.Message.Reply
	if !in.Archive {
		r.comment = in.Orders.Comment
		r.execute(append(r.addedTags(), in.Orders.Commands...))
		r.keptInside()
		r.takeUp()
		r.proceed()
	}
	r.splitOff()
	r.file()
	r.answered()
	r.tell()
	r.tellTarget()
	r.alertForged()
	d := r.decision(tracker.ActionReply, r.summary())
	d.Evidence = m.evidence
	return d
}

func unverifiedNote(in Input, m match, c Credentials) tracker.Decision {
	if in.floods() {
		return flooded(in, c)
	}
	r := unproved(in, c, m.ticket)
	_ = r.change(tracker.Replied{From: in.Message.From, Visibility: tracker.Unverified, MessageID: in.Message.ID})
	who, commanded := in.Message.From.Address, in.commanded()
	switch {
	case c.DMARC == tracker.Fail:
		r.alert(tracker.AlertForgery, "a mail in the name of "+who+" fails its proof (DMARC); it was kept as a note and changed nothing"+commanded)
	case commanded != "" && c.weighty(m.ticket):
		r.alert(tracker.AlertForgery, "a mail in the name of "+who+" does not prove that it comes from there ("+c.describe()+"); it was kept as a note and changed nothing"+commanded)
	default:
		r.alert(tracker.AlertUnverified, "a mail of "+who+" was kept as a note: its sender is not proved, or takes no part in the ticket"+commanded)
	}
	d := r.decision(tracker.ActionReply, "not proved, or takes no part in the ticket: a note that only the manager sees")
	d.Evidence = m.evidence
	return d
}

// file puts the mail into the history: as an internal note, or as a public
// reply. A mail of commands alone posts no comment; what it did is there anyway.
func (r *run) file() {
	visibility := tracker.Public
	inside := r.private || (r.silent() || r.held) && r.hasWords()
	if inside {
		visibility, r.comment = tracker.Internal, ""
	}
	if r.in.Shell || !inside && !r.says() && len(r.results) > 0 {
		return
	}
	_ = r.change(tracker.Replied{From: r.in.Message.From, Visibility: visibility, MessageID: r.in.Message.ID})
}

// answered takes a ticket that waits for its requester up again when the
// requester wrote something.
func (r *run) answered() {
	own := r.t.Requester.Is(r.by.Address)
	if r.t.Status != tracker.StatusWaiting || r.before.Status != tracker.StatusWaiting || !own || !r.says() {
		return
	}
	to := tracker.StatusWorking
	if r.t.PickedUpAt.IsZero() {
		to = tracker.StatusAssigned
	}
	_ = r.change(tracker.StatusChanged{From: tracker.StatusWaiting, To: to, Reason: "the requester answered"})
}

// says reports whether the mail has something for the other side to read.
func (r *run) says() bool {
	return !r.private && r.parted == "" && !r.silent() && !r.held && r.hasWords()
}

func (r *run) hasWords() bool {
	return strings.TrimSpace(r.comment) != "" || len(attached(r.in.Message)) > 0
}

// attached lists the attachments that the sender chose to send; inline pictures
// are mostly logos of signatures and are passed on only with a comment.
func attached(m tracker.Message) []tracker.Attachment {
	return slices.DeleteFunc(slices.Clone(m.Attachments), func(a tracker.Attachment) bool { return a.Inline })
}

// addedTags turns the subject tags that the opening mail did not have into
// their commands.
func (r *run) addedTags() []tracker.Command {
	if r.in.Shell {
		return nil
	}
	var before []Tag
	for _, id := range []int64{r.t.ID, r.merged} {
		if r.in.OpeningSubject != nil && id != 0 {
			before = append(before, ReadSubject(r.in.OpeningSubject(id), r.in.Rules, r.in.Received).Tags...)
		}
	}
	var out []tracker.Command
	for _, t := range r.in.Subject.Tags {
		verb, ok := verbOfTag[t.Kind]
		if !ok || slices.ContainsFunc(before, func(b Tag) bool { return b.Kind == t.Kind && b.Value == t.Value }) || r.has(t) {
			continue
		}
		out = append(out, tracker.Command{Verb: verb, Value: t.Value})
	}
	return out
}

// has reports whether the ticket is already as the tag says.
func (r *run) has(t Tag) bool {
	return t.Kind != TagStatus && t.Kind != TagPartner && strings.EqualFold(r.t.Get(tracker.Field(t.Kind)), t.Value) ||
		t.Kind == TagPartner && strings.EqualFold(r.t.Partner, t.Value) || t.Kind == TagStatus && string(r.t.Status) == t.Value
}

var verbOfTag = map[TagKind]string{
	TagPriority: "priority", TagType: "type", TagStack: "stack", TagEnvironment: "env", TagNeededBy: "needed",
	TagPartner: "assign", TagStatus: "status",
}

// summary is the decision in one sentence.
func (r *run) summary() string {
	var did, refused []string
	for _, res := range r.results {
		if res.Done {
			did = append(did, res.Command.String())
		} else {
			refused = append(refused, res.Command.String())
		}
	}
	s := "filed with " + r.t.Key
	if r.private {
		s += " as an internal note"
	}
	if len(did) > 0 {
		s += "; done: " + strings.Join(did, ", ")
	}
	if len(refused) > 0 {
		s += "; refused: " + strings.Join(refused, ", ")
	}
	return s
}
