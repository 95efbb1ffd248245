package config

import (
	"slices"
	"strings"
)

// Section is a part of the configuration that can be checked on its own: a key
// of the file with all that is below it.
type Section string

// The sections of envdesk.yaml; Timezone and Templates are parts of Desk.
const (
	SectionDesk         Section = "desk"
	SectionTimezone     Section = "desk.timezone"
	SectionTemplates    Section = "desk.templates"
	SectionStore        Section = "store"
	SectionIMAP         Section = "imap"
	SectionSMTP         Section = "smtp"
	SectionIdentity     Section = "identity"
	SectionPeople       Section = "people"
	SectionPartners     Section = "partners"
	SectionEnvironments Section = "environments"
	SectionTypes        Section = "types"
	SectionStacks       Section = "stacks"
	SectionPriorities   Section = "priorities"
	SectionCalendar     Section = "calendar"
	SectionRouting      Section = "routing"
	SectionReminders    Section = "reminders"
	SectionReopen       Section = "reopen"
	SectionClose        Section = "close"
	SectionReports      Section = "reports"
)

// AllSections is what a desk on real mail servers needs.
func AllSections() []Section {
	return append(DeskSections(), SectionIMAP, SectionSMTP)
}

// DeskSections is what the desk needs to decide, but for the mail servers.
func DeskSections() []Section {
	return []Section{
		SectionDesk, SectionStore, SectionIdentity, SectionPeople, SectionPartners, SectionEnvironments, SectionTypes, SectionStacks,
		SectionPriorities, SectionCalendar, SectionRouting, SectionReminders, SectionReopen, SectionClose, SectionReports,
	}
}

// ParseSections is what the reading of a mail and its tags needs.
func ParseSections() []Section {
	return []Section{SectionTimezone, SectionIdentity, SectionPartners, SectionEnvironments, SectionTypes, SectionStacks}
}

// ClockSections is what the clocks of tickets run by.
func ClockSections() []Section {
	return []Section{SectionTimezone, SectionPartners, SectionPriorities, SectionCalendar, SectionReminders}
}

// holds reports whether the key is the section or lies in it.
func (s Section) holds(key string) bool {
	rest, ok := strings.CutPrefix(key, string(s))
	return ok && (rest == "" || rest[0] == '.' || rest[0] == '[')
}

// checked reports whether the key is to be checked when these sections are needed.
func checked(need []Section, key string) bool {
	return len(need) == 0 || slices.ContainsFunc(need, func(s Section) bool { return s.holds(key) })
}

// missing are the problems of needed sections that the file does not have and
// that no default can stand in for.
func (r *reader) missing(need []Section) Errors {
	wants := map[Section]string{
		SectionDesk:   "desk: {address: requests@desk.test}",
		SectionPeople: "at least one manager, to whom goes what no partner fits",
		SectionIMAP:   "the mailbox to listen to",
		SectionSMTP:   "the server that sends",
	}
	var out Errors
	for _, s := range need {
		if want := wants[s]; want != "" && !r.whole.has(string(s)) {
			out = append(out, Problem{File: r.c.File, Key: string(s), Got: "nothing", Want: want})
		}
	}
	return out
}
