package report

// Definition says how something is counted.
type Definition struct {
	Term string `json:"term"`
	Text string `json:"text"`
}

// definitions say how this edition counts.
func (v *view) definitions() []Definition {
	all := []Definition{
		{"In time", "Of all deadlines that fell into the week, those met, pickup and resolve together. A deadline is met by acting strictly before it; one of work that is still open is missed when it passes. A deadline that was moved before it came, or whose request was cancelled before it, is none."},
		{"Late", "Open, and a deadline of a clock that still runs has passed."},
		{"Open", "Asks for work: neither resolved nor ended. Requests of unknown senders count once they are accepted."},
		{"In / out", v.inOut()},
		{"Pickup, resolve", "Median, and p85: 85% took no longer. Working time without waiting for requester or approval; around the clock for priorities that run so. By nearest rank: always a length that occurred. Of what was picked up, or resolved, in the week."},
		{"Few", "Shares of fewer than ten are told as counts."},
		{"4 weeks", "The median of the four weeks before this one, by nearest rank: the second lowest of four."},
		{"Age", "Since the receipt of the request, in days of 24 hours."},
		{"Came back", "Reopened in the week, within seven days of being resolved."},
		{"First time right", "Of those resolved in the week: never reopened, with one partner at most, and no question asked back."},
	}
	if v.edition != RequesterEdition {
		all = append(all,
			Definition{"Capacity", "Open work and what usually comes in a week, against the limit agreed on or, without one, what is usually closed in a week (medians of up to eight weeks, from four on). Under 80% room, to 100% full, above over."},
			Definition{"Own clock", "The same targets from when the partner got the request, by its own working hours."},
			Definition{"Outlook", "10,000 futures drawn from the last six to twelve weeks, with a fixed seed. Its record: how often no more was open than it had said with 85% confidence."},
		)
	}
	if v.edition == Programme {
		all = append(all, Definition{"Could become a utility", "Three requests or more in four weeks, of one type and with titles of mostly the same words."})
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
