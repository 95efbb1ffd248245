// Package report has the numbers and the words of the weekly report and of the
// daily digest. It is pure: no I/O, no clock, no markup. What it gives is drawn
// by mailout, printed as JSON and kept in the archive.
//
// A report is made as of an instant, at the latest the end of its week. What
// happened strictly before that instant counts and nothing else: histories are
// cut there, so that a past week, built again from the same histories, the same
// ledger and the same directory, gives the same bytes for ever. An event that is
// recorded behind one of a later time counts from that later time on.
//
// A Collector takes the histories and gives the reports of all editions and the
// digests. Its result depends neither on their order nor on how many processors
// read them.
//
// The store must give every ticket that is open or has an event at or behind
// Since. It may give more: a ticket that is not open as of the instant of the
// report and has no event in the sixteen weeks before the end of its week counts
// nowhere. Tickets may come in any order, each once.
//
// Counts are of requests that were let in: one of an unknown sender begins to
// exist when the manager accepts it. The median and the 85th percentile are by
// nearest rank: of n values in rising order the ⌈n·p/100⌉th, so always one that
// was observed; of four weeks the median is the second lowest.
package report
