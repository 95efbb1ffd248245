package tracker

// List is what comes by mail again and again to the same readers, a mailing list
// of which the desk is the only author (RFC 2919 §2). Who is on it the
// configuration says.
type List string

// The lists.
const (
	ListWeekly List = "weekly"
	ListDaily  List = "daily"
)

// Report names what readers get by the list.
func (l List) Report() string {
	if l == ListDaily {
		return "daily digest"
	}
	return "weekly report"
}

// Subscription is whether a reader wants what comes by a list.
type Subscription struct {
	List    List
	Address string // in lower case
	Ended   bool   // the reader gets no more of it
}

// Subject is that of a mail to the desk by which its sender makes the subscription
// so: "unsubscribe weekly".
func (s Subscription) Subject() string {
	if s.Ended {
		return "unsubscribe " + string(s.List)
	}
	return "subscribe " + string(s.List)
}
