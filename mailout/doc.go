// Package mailout turns notices into mails and sends them. Composer is pure:
// notice and ticket in, bytes out. Dispatcher takes composed mails from the
// outbox, one by one, and SMTP hands them to a server.
//
// The words of a mail stand in Markdown templates (package templates). User
// data never reaches the Markdown parser: every printing action of a template
// wraps its value in a slot, the slots are taken out before the Markdown is
// parsed, and both renderings fill them in at the end, escaped for their place.
// The package must never open a connection other than to the configured SMTP
// server, never change a ticket, and never send a mail that is not in the outbox.
package mailout
