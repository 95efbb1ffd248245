package mailout

import "envdesk/tracker"

func (s sampler) subscription(name string, wish tracker.Subscription) Sample {
	wish.Address = sampleManager.Address
	n := s.notice(tracker.KindSubscription, sampleManager, tracker.RoleManager, tracker.NoticeData{Subscription: &wish})
	n.Key, n.Ticket, n.Data.References = "subscription/latest@egov.test", 0, nil
	return Sample{name, n, tracker.Ticket{}}
}

func (s sampler) subscriptionUnlisted() Sample {
	one := s.subscription("subscription-unlisted", tracker.Subscription{List: tracker.ListWeekly, Ended: true})
	to := tracker.Address{Name: sampleEngineer.Name, Address: sampleEngineer.Address}
	one.Notice.To, one.Notice.As, one.Notice.Data.Subscription.Address = to, tracker.RolePartner, to.Address
	one.Notice.Data.Reason = "it goes to desk@optit.test, the mailbox of OptIT, so write from there; nothing was changed"
	return one
}
