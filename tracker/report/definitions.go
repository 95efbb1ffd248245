package report

import (
	"fmt"

	"envdesk/tracker"
)

// Definition says how something is counted.
type Definition struct {
	Term string `json:"term"`
	Text string `json:"text"`
}

// definitions say how this edition counts.
func (v *view) definitions() []Definition {
	all := []Definition{
		{"In time", "Of all deadlines that fell into the week, pickup and resolve together, those met by acting strictly before them. Work that is still open misses its deadline when it passes. One that was moved, or cancelled with its request, before it came is none. One that passed before its request was let in falls when it is let in."},
		{"Late", "Open, with a deadline passed and what was due still to be done. It stays late while it waits for its requester, or is blocked."},
		{"Open", "Neither resolved nor ended; requests of unknown senders once they are let in."},
		{"In / out", v.inOut()},
		{"Pickup, resolve", "Of what was picked up, or resolved, in the week: working time without waiting for requester or approval, around the clock for priorities that run so; where nothing is promised, as on P4, no clock runs and nothing counts. Median, and p85: 85% took no longer. By nearest rank: always a length that occurred."},
		{"By priority", "Deadlines, pickups and resolves under the priority that the request had then; open work, late work and the CSV under its latest."},
		{"Few", "Shares of fewer than ten are told as counts."},
		{"4 weeks", "The median of the four weeks before this one, by nearest rank: the second lowest."},
		{"Age", "Since the receipt of the request, in days of 24 hours."},
		{"Came back", "Reopened in the week, within seven days of being resolved."},
		{"First time right", "Of those resolved in the week: never reopened until its end, one partner at most, no question asked back."},
	}
	if v.edition != RequesterEdition {
		all = append(all,
			Definition{"Capacity", "Open work and what usually comes in a week, against the limit agreed on or else what is usually closed in a week (medians of four to eight weeks). Under 80% room, to 100% full, above over."},
			Definition{"Own clock", "The same targets from when the partner got the request, by its own working hours."},
			Definition{"Outlook", "10,000 futures drawn from the last six to twelve weeks, with a fixed seed. Its record: how often no more was open than it had said with 85% confidence."},
		)
	}
	if v.edition == Programme {
		all = append(all, Definition{"Could become a utility", "Three requests or more in four weeks, of one type, whose titles have at least half of their words in common."})
	}
	if v.edition == Programme && v.setup.Mails.Downtime > 0 {
		all = append(all, Definition{"Not read", notRead()})
	}
	return all
}

// inOut defines what comes in and goes out for the reader.
func (v *view) inOut() string {
	if v.edition == PartnerEdition {
		return "Given to you and reopened in the week / resolved, cancelled, merged, rejected, handed back and given to others in the week."
	}
	return "Opened and reopened in the week / resolved, cancelled, merged and rejected in the week."
}

// notRead defines when the mailbox counts as not read.
func notRead() string {
	return fmt.Sprintf("The mail server could not be reached, or the desk did not run, for more than %s at a time. What came meanwhile counts by the server's receipt.", Length(tracker.WatchLapse, wholeDay))
}
