package mailout

import (
	"slices"
	"strings"

	"envdesk/tracker"
	"envdesk/tracker/report"
)

// acts says what the reader may do about the decisions of the report.
func (w weeklyWords) acts() string {
	switch {
	case w.s.as == tracker.RoleManager || w.s.as == tracker.RoleDevOps:
		return "operator"
	case w.Edition == report.PartnerEdition && w.s.as == tracker.RolePartner:
		return "partner"
	case w.Edition == report.RequesterEdition:
		return "requester"
	}
	return ""
}

func (w weeklyWords) decisions() ([]decision, int) {
	var out []decision
	shown, more := w.top(min(len(w.Decisions), report.MostDecisions))
	for i, d := range w.Decisions[:shown] {
		from := ""
		if d.Kind == report.DecideAccept && d.Item.Who != "" {
			from = "from " + w.words(d.Item.Who, 60)
		}
		out = append(out, decision{
			Number: i + 1, Title: w.title(d.Item.Title), Actions: w.actions(d),
			Facts: facts(d.Item.Key, strings.TrimSpace(d.Item.Priority+" "+d.Item.Type), from, oneLine(d.Line, w.s.room.title+40)),
		})
	}
	return out, more + w.More
}

// lists reports whether a decision of one of the kinds is listed.
func (w weeklyWords) lists(kinds ...string) bool {
	shown, _ := w.top(min(len(w.Decisions), report.MostDecisions))
	return slices.ContainsFunc(w.Decisions[:shown], func(d report.Decision) bool { return slices.Contains(kinds, d.Kind) })
}

// actions are what this reader can do about a decision. An approval is given with
// the mail that asked for it, and by no other; the manager alone lets requests in.
func (w weeklyWords) actions(d report.Decision) []button {
	begin := func(label, words string) button { return button{Label: label, Write: w.write(d.Item, words)} }
	var all []button
	switch w.acts() + " " + d.Kind {
	case "operator " + report.DecideOwner:
		all = []button{begin("Assign "+d.Item.Key, "/assign ")}
	case "operator " + report.DecideWord:
		all = []button{begin("Ask "+w.words(d.Item.Who, 30), ""), begin("Re-assign", "/assign ")}
	case "operator " + report.DecideApproval:
		return []button{begin("Write about "+d.Item.Key, "")}
	case "operator " + report.DecideAccept:
		if !w.manages() {
			return nil
		}
		all = []button{begin("Let it in", "/accept"), begin("Cancel it", "/cancel ")}
	case "partner " + report.DecideWord:
		all = []button{begin("Say when", "/eta "), begin("Done", "/done ")}
		if d.Item.Status == string(tracker.StatusAssigned) {
			all = slices.Insert(all, 0, begin("Pick up", "/ack"))
		}
	case "requester " + report.DecideAnswer:
		all = []button{begin("Answer "+d.Item.Key, "")}
	default:
		return nil
	}
	all[0].First = true
	return all
}

func (w weeklyWords) manages() bool { return w.s.as == tracker.RoleManager }

// write begins a mail to the desk about a request.
func (w weeklyWords) write(i report.Item, words string) link {
	return replyLink(w.s.Address, "["+i.Key+"] "+w.title(i.Title), words)
}
