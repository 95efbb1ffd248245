package report

import "sync"

// Programme is the report on everything.
func (c *Collector) Programme() Report { return c.programme().report() }

// Partner is the report for a partner: on what was its own work, by the desk's
// promise and by its own clock. It holds nothing of other partners.
func (c *Collector) Partner(name string) Report { return c.partner(name).report() }

// Requester is the report for a requester: on its own requests.
func (c *Collector) Requester(address string) Report { return c.requester(address).report() }

// report fills in everything that the edition has.
func (v *view) report() Report {
	from, to := v.setup.Week.Bounds(v.setup.Zone)
	weeks := v.tally()
	seenWeeks := weeks[v.begin():]
	r := Report{
		Edition: v.edition, For: v.name, Week: v.setup.Week, From: v.local(from), To: v.local(to), AsOf: v.local(v.asOf),
		Period: period(v.setup.Week, v.setup.Zone),
		InTime: inTime(seenWeeks), Flow: flow(seenWeeks), Quality: quality(weeks[horizon-1]),
		LateNow: figure(each(seenWeeks, func(t tally) int { return t.late })), Open: figure(each(seenWeeks, func(t tally) int { return t.open })),
		Trend: v.trend(weeks), Partners: []PartnerLine{}, Recurring: []Recurring{}, Definitions: v.definitions(),
	}
	v.lists(&r, weeks)
	r.ToLetIn = len(v.waitingToEnter())
	r.Decisions, r.More = v.decisions(r.Late, r.Approvals)
	r.Quiet = r.quiet()
	r.Verdict = r.verdict()
	r.GoodNews = v.goodNews(&r)
	r.Subject, r.Preheader = r.subject(), r.preheader()
	return r
}

// lists fills in what takes long, on two processors. Neither half reads or writes
// what the other one writes: what the view remembers is there before.
func (v *view) lists(r *Report, weeks []tally) {
	v.lateNow()
	var aside sync.WaitGroup
	aside.Go(func() { v.byEdition(r, weeks) })
	r.Late, r.Age, r.Waiting, r.Approvals = v.late(), v.age(), v.waiting(), v.approvals()
	r.Priorities, r.Tickets = v.priorities(), v.rows()
	r.Types = v.groups(func(f *facts) string { return f.kind })
	r.Environments = v.groups(func(f *facts) string { return f.env })
	r.Stacks = v.groups(func(f *facts) string { return f.stack })
	aside.Wait()
}

// byEdition fills in what not every reader gets.
func (v *view) byEdition(r *Report, weeks []tally) {
	switch v.edition {
	case Programme:
		r.Partners, r.Recurring, r.Honesty = v.partnerLines(), v.recurring(), v.honesty(weeks)
		r.Outlook = v.outlook(weeks)
	case PartnerEdition:
		p, ok := v.setup.Directory.Partner(v.name)
		if !ok {
			p.Name = v.name
		}
		line, _ := v.partnerLine(p)
		r.For, r.Partners = p.Name, append(r.Partners, line)
		r.Outlook = v.outlook(weeks)
	}
}

func quality(t tally) Quality {
	return Quality{Resolved: t.solved, CameBack: t.cameBack, FirstRight: ratio(t.firstRight, t.solved)}
}

// quiet reports whether there is nothing to tell.
func (r *Report) quiet() bool {
	return r.InTime.Now.Of == 0 && r.Flow.In.Now == 0 && r.Flow.Out.Now == 0 && r.Open.Now == 0 && r.ToLetIn == 0
}
