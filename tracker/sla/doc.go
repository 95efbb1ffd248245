// Package sla is the clock of the desk: calendars of working time, the policy
// of each priority, and the pickup and resolve clocks of a ticket. A clock is a
// pure function of what happened to the ticket, the policy, the calendar and
// the present: nothing here is stored, does I/O or asks what time it is.
//
// Instants are given and returned in UTC; local dates are those of the
// calendar's zone. A target is kept by acting strictly before its due instant:
// at the due instant it is late.
package sla
