// Package tracker holds the nouns of the desk: messages, tickets, the events
// that make a ticket, the notices that leave it, the people, and the interfaces
// behind which they are kept. It imports the standard library only, does no
// I/O of its own and never asks what time it is.
package tracker
