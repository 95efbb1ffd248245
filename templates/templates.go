// Package templates holds the words of every mail of the desk: one Markdown
// file a kind and one HTML layout around them. It only carries the files;
// package mailout executes them. It must never hold code that decides
// anything.
//
// The Markdown has these conventions:
//
//	one paragraph above the headline   small line: for whom, which request
//	# Headline                         what happened, or what is wanted from this reader
//	the paragraph below it             lead: the next thing to know
//	[Label]({{.Reply "/ack"}}) …       a paragraph of links alone: buttons; the
//	                                   one written **[Label](…)** is the main one
//	Term, then ": value" below it      a field
//	## Head                            small capitals
//	### Head                           the same with its letters kept, for names,
//	                                   keys, addresses and commands
//	| a | b |, then |---|--:|, …       a table with a head; numbers to the right
//	`late`                             a warning, in red
//	_small_ in a table or a panel      muted, on a line below
//	::: tiles, entries or panel        up to ":::": fields whose first ": value" is a
//	                                   figure, others are notes, {{.Bar}} is a bar; a
//	                                   panel has any blocks, on a ground of its own
//	![what it shows]({{.Picture}})     a picture that goes with the mail
//	> {{.Text}}                        quoted words, their line breaks kept
//	---                                a new section; the last one is the footer
//
// {{define "preheader"}} is the line that a mailbox shows beside the subject,
// {{define "subject"}} the subject of a mail that is about no ticket.
package templates

import "embed"

// FS holds KIND.md for each kind of tracker.NoticeKind, and layout.html.
//
//go:embed *.md layout.html
var FS embed.FS

// Layout is the name of the HTML around every mail.
const Layout = "layout.html"

// File is the name of the Markdown file of a kind of mail.
func File(kind string) string { return kind + ".md" }
