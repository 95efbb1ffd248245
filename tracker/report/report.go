package report

import (
	"time"
)

// Edition is for whom a report is.
type Edition string

// The editions. A partner's has what was its own work and nothing of other
// partners; a requester's has its own requests.
const (
	Programme        Edition = "programme"
	PartnerEdition   Edition = "partner"
	RequesterEdition Edition = "requester"
)

// Report is a weekly report: numbers and the sentences that tell them. Its JSON
// form is kept in the archive: fields are added, never renamed. Instants are in
// the desk's zone, lengths in seconds. Lists are whole; who draws them cuts them.
type Report struct {
	Edition   Edition   `json:"edition"`
	For       string    `json:"for,omitempty"` // name of the partner, or address of the requester
	Week      Week      `json:"week"`
	From      time.Time `json:"from"`
	To        time.Time `json:"to"` // the first instant behind the week
	AsOf      time.Time `json:"as_of"`
	Period    string    `json:"period"` // Mon 9 – Sun 15 Mar 2026, IST
	Subject   string    `json:"subject"`
	Preheader string    `json:"preheader"`
	Verdict   Verdict   `json:"verdict"`
	Quiet     bool      `json:"quiet"` // nothing came in, was due, is open or waits: the verdict says it all

	Decisions []Decision `json:"decisions"` // at most five, the weightiest first
	More      int        `json:"decisions_more"`
	ToLetIn   int        `json:"to_let_in"` // requests of unknown senders that wait; in the programme's edition alone

	InTime  InTime  `json:"in_time"`
	LateNow Figure  `json:"late_now"`
	Open    Figure  `json:"open"`
	Flow    Flow    `json:"flow"`
	Quality Quality `json:"quality"`

	Priorities   []PriorityLine `json:"priorities"`
	Late         []Item         `json:"late"` // longest late first
	Age          Age            `json:"age"`
	Partners     []PartnerLine  `json:"partners"` // in a partner's edition its own line alone
	Types        []GroupLine    `json:"types"`
	Environments []GroupLine    `json:"environments"`
	Stacks       []GroupLine    `json:"stacks"`
	Waiting      []WaitingLine  `json:"waiting"`
	Approvals    []Approval     `json:"approvals"` // longest waiting first; in the programme's edition alone

	Trend       Trend        `json:"trend"`
	Outlook     *Outlook     `json:"outlook"` // not in a requester's edition
	GoodNews    []string     `json:"good_news"`
	Recurring   []Recurring  `json:"recurring"` // in the programme's edition alone
	Honesty     *Honesty     `json:"honesty"`   // in the programme's edition alone
	Tickets     []Row        `json:"tickets"`   // all of the week
	Definitions []Definition `json:"definitions"`
}

// Verdict is the report in two sentences.
type Verdict struct {
	Headline string `json:"headline"`
	Detail   string `json:"detail"`
}

// Ratio is how many of some things were so.
type Ratio struct {
	Met  int    `json:"met"`
	Of   int    `json:"of"`
	Text string `json:"text"` // 92%, or 2 of 3 below ten, or – for nothing
}

// InTime is the share met of all deadlines that fell into the week.
type InTime struct {
	Now      Ratio `json:"now"`
	LastWeek Ratio `json:"last_week"`
	Usual    Ratio `json:"usual"` // of the median week of the four before; weeks without a deadline do not count
}

// Figure is a number at the end of the week and what it was before.
type Figure struct {
	Now      int `json:"now"`
	LastWeek int `json:"last_week"`
	Usual    int `json:"usual"` // median of the four weeks before, of those that the desk has seen
	Net      int `json:"net"`   // against last week
}

// Flow is what came in and what went out in the week. In = Opened + Reopened +
// Received, Out = Resolved + Dropped + Given.
type Flow struct {
	In       Figure `json:"in"`
	Out      Figure `json:"out"`
	Opened   int    `json:"opened"` // in a partner's edition: assigned to it
	Reopened int    `json:"reopened"`
	Resolved int    `json:"resolved"`
	Dropped  int    `json:"dropped"` // cancelled, merged or rejected
	Given    int    `json:"given"`   // a partner's: handed back or given to others
}

// Quality is how well the work held.
type Quality struct {
	Resolved   int   `json:"resolved"`    // in the week
	CameBack   int   `json:"came_back"`   // reopened in the week, within seven days of being resolved
	FirstRight Ratio `json:"first_right"` // of those resolved: not reopened by the end of the week, not given on, no question asked back
}

// PriorityLine is one priority. Deadlines are those of both clocks that fell
// into the week.
type PriorityLine struct {
	Priority string  `json:"priority"`
	Target   string  `json:"target"` // 4h / 12h, 24×7
	Due      int     `json:"due"`
	Met      int     `json:"met"`
	Late     int     `json:"late"`
	InTime   Ratio   `json:"in_time"`
	Open     int     `json:"open"`
	LateNow  int     `json:"late_now"`
	Pickup   Lengths `json:"pickup"`  // of what was picked up in the week
	Resolve  Lengths `json:"resolve"` // of what was resolved in the week
	Day      int64   `json:"day_seconds"`
	Notice   *Notice `json:"notice,omitempty"` // of a priority that asks for one
}

// Lengths are the middle and the slow end of some lengths of time, all zero for
// none.
type Lengths struct {
	N             int   `json:"n"`
	Median        int64 `json:"median_seconds"` // working time; a working day has Day seconds
	P85           int64 `json:"p85_seconds"`
	ElapsedMedian int64 `json:"elapsed_median_seconds"`
	ElapsedP85    int64 `json:"elapsed_p85_seconds"`
}

// Notice is how requests of the week with a notice period came.
type Notice struct {
	InTime    int `json:"in_time"`
	Short     int `json:"short"`
	NeedsDate int `json:"needs_date"`
}

// Item is a ticket in a list.
type Item struct {
	Key      string    `json:"key"`
	Title    string    `json:"title"`
	Priority string    `json:"priority"`
	Type     string    `json:"type"`
	Who      string    `json:"who"` // who has it: the partner, a person, or nobody; who sent it while it waits to be let in
	Status   string    `json:"status"`
	Clock    string    `json:"clock,omitempty"` // pickup or resolve
	Due      time.Time `json:"due,omitzero"`    // when late: the first due instant that was missed
	OwnDue   time.Time `json:"own_due,omitzero"`
	LateBy   int64     `json:"late_by_seconds,omitempty"`
	Since    time.Time `json:"since"` // since when it waits on who has to act
	Why      string    `json:"why"`
}

// Decision is something that a person has to decide.
type Decision struct {
	Kind   string `json:"kind"` // approval, accept, owner, word or answer
	Item   Item   `json:"item"`
	Line   string `json:"line"` // waits 4 days for Meera
	Waited int64  `json:"waited_seconds"`
}

// The kinds of decisions: an approval that waits, a request of an unknown sender
// that waits to be let in, a late ticket that nobody has, one whose owner has said
// nothing since it fell due, and one that waits for its requester, who reads this.
const (
	DecideApproval = "approval"
	DecideAccept   = "accept"
	DecideOwner    = "owner"
	DecideWord     = "word"
	DecideAnswer   = "answer"
)

// Approval is a ticket that waits for approvers.
type Approval struct {
	Item    Item      `json:"item"`
	Need    string    `json:"need"`
	Asked   time.Time `json:"asked"`
	Waited  int64     `json:"waited_seconds"`
	From    []string  `json:"from"` // who has not decided yet, by name
	Missing int       `json:"missing"`
}

// Age is how long the open work is there, from its receipt, in days of 24 hours.
type Age struct {
	Buckets []Bucket `json:"buckets"`
	Oldest  *Item    `json:"oldest"`
	Days    int      `json:"oldest_days"`
	Line    string   `json:"line"` // Oldest: REQ-871, 31 days, waits for its requester.
}

// Bucket counts the open tickets of some age.
type Bucket struct {
	Label string `json:"label"`
	Open  int    `json:"open"`
	Over  bool   `json:"over"` // the oldest bucket
}

// GroupLine counts the tickets of one type, environment or stack.
type GroupLine struct {
	Name     string `json:"name"`
	Open     int    `json:"open"`
	In       int    `json:"in"`
	Out      int    `json:"out"`
	LateNow  int    `json:"late_now"`
	InTime   Ratio  `json:"in_time"`
	Resolved int    `json:"resolved"`
}

// WaitingLine tells on whom open work waits, and how long.
type WaitingLine struct {
	Whom    string `json:"whom"` // us, partner, requester or approver
	Open    int    `json:"open"`
	Median  int64  `json:"median_seconds"` // elapsed, since it waits on them
	Longest int64  `json:"longest_seconds"`
	Key     string `json:"key"` // which waits longest
}
