package mailout

import (
	"embed"
	"encoding/json"
	"fmt"
	"time"

	"envdesk/tracker"
	"envdesk/tracker/report"
)

// sampleWeek is one week in March 2026, counted for the programme, for a partner and
// for a requester.
//
//go:embed samples/*.json
var sampleWeek embed.FS

const sampleNote = "Thank you all: the **state review** went well.\n\nNext week:\n\n- the Bihar cluster moves on *Tuesday*\n- access approvals go to Meera\n\nThe plan is [here](https://wiki.egov.test/plan)."

// reports are the samples of what is counted.
func (s sampler) reports() []Sample {
	report := s.week("report", "programme", tracker.RoleManager)
	report.Notice.Data.Note = sampleNote
	return []Sample{
		report, s.week("report-stakeholder", "programme", tracker.RoleStakeholder),
		s.week("report-partner", "partner", tracker.RolePartner), s.week("report-requester", "requester", tracker.RoleRequester), s.weekQuiet(),
		s.daily("digest", tracker.RoleManager, "2 late, 3 due today, 2 wait on you (1 late), 1 blocked, 1 without owner"),
		s.daily("digest-devops", tracker.RoleDevOps, "2 late, 3 due today, 1 waits on you (1 late), 1 blocked, 1 without owner"),
		s.daily("digest-partner", tracker.RolePartner, "2 late, 3 due today, 1 waits on you, 1 blocked"),
		s.daily("digest-requester", tracker.RoleRequester, "2 late, 3 due today, 1 waits on you"),
		s.dailyEmpty(),
	}
}

// counted is a report or a digest, given as such or in JSON.
func (s sampler) counted(name string, as tracker.Role, v any) Sample {
	kind := tracker.KindReport
	if _, ok := v.(report.Digest); ok {
		kind = tracker.KindDigest
	}
	data, ok := v.([]byte)
	if !ok {
		data, _ = json.Marshal(v) // plain numbers and words
	}
	to := map[tracker.Role]tracker.Address{tracker.RolePartner: samplePartner, tracker.RoleRequester: sampleRequester, tracker.RoleStakeholder: {Address: "board@egov.test"}}[as]
	if to.Address == "" {
		to = sampleManager
	}
	n := tracker.Notice{Key: "weekly/sample/" + name, Kind: kind, To: to, As: as, At: s.now, Data: tracker.NoticeData{Report: data}}
	return Sample{name, n, tracker.Ticket{}}
}

func (s sampler) week(name, edition string, as tracker.Role) Sample {
	data, _ := sampleWeek.ReadFile("samples/" + edition + ".json") // it is embedded
	return s.counted(name, as, data)
}

func (s sampler) weekQuiet() Sample {
	from := s.now.UTC().Truncate(24 * time.Hour)
	from = from.AddDate(0, 0, -int(from.Weekday()+6)%7-7)
	year, week := from.ISOWeek()
	return s.counted("report-quiet", tracker.RoleManager, report.Report{
		Edition: report.Programme, Week: report.Week{Year: year, Number: week}, From: from, To: from.AddDate(0, 0, 7), AsOf: from.AddDate(0, 0, 7), Quiet: true,
		Period: from.Format("Mon 2 Jan") + " – " + from.AddDate(0, 0, 6).Format("Mon 2 Jan 2006") + ", UTC", Subject: fmt.Sprintf("Week %d: a quiet week", week),
		Preheader: "Nothing came in, nothing was due, and nothing is open.",
		Verdict:   report.Verdict{Headline: "A quiet week.", Detail: "Nothing came in, nothing was due, and nothing is open."},
	})
}

func (s sampler) item(n int, title, why string) report.DigestItem {
	return report.DigestItem{Item: report.Item{Key: fmt.Sprintf("REQ-%d", n), Title: title, Priority: fmt.Sprintf("P%d", 1+n%3), Type: "GitOps", Who: "OptIT", Status: "working", Clock: "resolve", Since: s.now.Add(-time.Duration(n) * time.Hour), Why: why}}
}

// daily is a digest; requesters and partners have no list of what has no owner, and
// requesters none of what is blocked.
func (s sampler) daily(name string, as tracker.Role, headline string) Sample {
	late := []report.DigestItem{s.item(42, "Cluster upgrade in Punjab", "last word Fri 20 Nov"), s.item(47, "CI runner out of disk", "not picked up")}
	late[0].Due, late[0].LateBy = s.now.Add(-51*time.Hour), 51*3600
	late[1].Due, late[1].LateBy, late[1].Clock, late[1].Status = s.now.Add(-190*time.Minute), 190*60, "pickup", "assigned"
	today := []report.DigestItem{s.item(48, "Rotate the deploy key", "last word yesterday"), s.item(49, "Restart the build agents", "not picked up"), s.item(50, "Certificate of the portal", "no word yet")}
	today[1].Status = "assigned"
	var hours []report.Hour
	for i := range today {
		today[i].Due = s.now.Truncate(time.Hour).Add(time.Duration(i+1) * 2 * time.Hour)
		hours = append(hours, report.Hour{From: today[i].Due, Due: 1})
	}
	for i := range late {
		late[i].Need = sampleNeed(as, late[i].Status)
	}
	for i := range today {
		if as == tracker.RolePartner {
			today[i].Need = sampleNeed(as, today[i].Status)
		}
	}
	d := report.Digest{
		AsOf: s.now, Reader: report.DigestReader{Role: as}, Headline: headline, Hours: hours,
		Late: report.DigestList{Items: late}, Today: report.DigestList{Items: today}, OnYou: report.DigestList{Items: s.onReader(as)},
	}
	if as != tracker.RoleRequester {
		d.Blocked = report.DigestList{Items: []report.DigestItem{s.item(44, "Open the firewall for node 108", "blocked: the change window is on Thursday")}}
		d.Blocked.Items[0].Status, d.Blocked.Items[0].Need = "blocked", sampleNeed(as, "blocked")
	}
	if as == tracker.RoleManager || as == tracker.RoleDevOps {
		d.NoOwner = report.DigestList{Items: []report.DigestItem{s.item(39, "Disk alarms at night", "nobody has it: handed back by MacroSkies")}}
		d.NoOwner.Items[0].Who, d.NoOwner.Items[0].Status, d.NoOwner.Items[0].Need = "nobody", "new", report.NeedOwner
	}
	return s.counted(name, as, d)
}

// onReader is what waits on the reader: an approval, and for the manager a request
// to be let in; a partner's new work; a question to the requester.
func (s sampler) onReader(as tracker.Role) []report.DigestItem {
	one := s.item(51, "Access to staging-db for R. Iyer", "waits for your approval, 1 d 3 h late")
	switch as {
	case tracker.RolePartner:
		one.Why, one.Status, one.Need = "not picked up", "assigned", report.NeedPickup
		return []report.DigestItem{one}
	case tracker.RoleRequester:
		one.Why, one.Status, one.Need = "waits for your answer: which account is it?", "waiting", report.NeedAnswer
		return []report.DigestItem{one}
	}
	one.Who, one.Status, one.Need = "nobody", "approval", report.NeedApproval
	one.Due, one.LateBy = s.now.Add(-27*time.Hour), 27*3600
	if as == tracker.RoleDevOps {
		return []report.DigestItem{one}
	}
	enters := s.item(53, "Login of the portal fails", "waits to be let in")
	enters.Who, enters.Status, enters.Need, enters.Since = "joe@free.test", "unverified", report.NeedAccept, s.now.Add(-20*time.Hour)
	return []report.DigestItem{one, enters}
}

// sampleNeed is what late work in a state asks of a reader.
func sampleNeed(as tracker.Role, status string) report.Need {
	switch {
	case as == tracker.RoleRequester:
		return ""
	case as == tracker.RolePartner:
		return map[string]report.Need{"assigned": report.NeedPickup, "working": report.NeedWork}[status]
	case status == "blocked":
		return report.NeedUnblock
	}
	return report.NeedWord
}

func (s sampler) dailyEmpty() Sample {
	return s.counted("digest-empty", tracker.RoleManager, report.Digest{AsOf: s.now, Reader: report.DigestReader{Role: tracker.RoleManager}, Headline: "Nothing is late, due today or waits on you."})
}
