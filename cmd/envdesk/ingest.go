package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"

	"envdesk/tracker"
	"envdesk/tracker/desk"
)

// ingestBatch bounds one transaction of ingest.
const (
	ingestMails = 100
	ingestBytes = 8 << 20
)

func (a *app) ingestCommand() *cobra.Command {
	var archive bool
	cmd := &cobra.Command{
		Use:   "ingest FILE|DIR|MBOX…|-",
		Short: "Take mails in without IMAP: .eml files, folders, Maildir, mbox, or one mail on standard input",
		Long: "Take mails in without IMAP: .eml files, folders, Maildir, mbox, or one mail on standard input (-).\n" +
			"What is piped in is always one mail, as a mail server delivers it: give an mbox as a file.\n" +
			"A mail came when its file was last written, one of an mbox at the date of its From_ line, but\n" +
			"never later than its file or than now; one on standard input comes now.\n" +
			"Exits with 75 when the store is busy or full, so that a mail server that pipes mail in tries again.",
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return a.ingest(cmd.Context(), args, archive) },
	}
	cmd.Flags().BoolVar(&archive, "archive", false, "take an old mailbox in without telling anybody")
	return cmd
}

func (a *app) ingest(ctx context.Context, args []string, archive bool) error {
	return a.withDesk(ctx, openStore, func(d *desk.Desk) error { return a.ingestInto(ctx, d, args, archive) })
}

func (a *app) ingestInto(ctx context.Context, d *desk.Desk, args []string, archive bool) error {
	in := ingester{app: a, desk: d, archive: archive, counts: map[tracker.Action]int{}}
	if isTerminal(a.err) {
		in.bar = progressbar.NewOptions(-1, progressbar.OptionSetWriter(a.err), progressbar.OptionSetDescription("mails"), progressbar.OptionShowCount(), progressbar.OptionClearOnFinish())
	}
	err := errors.Join(walkMails(args, a.in, func(m source) error { return in.add(ctx, m) }), in.flush(ctx))
	in.summary()
	return err
}

// ingester collects mails into batches and takes them in.
type ingester struct {
	app     *app
	desk    *desk.Desk
	archive bool
	batch   []tracker.Delivery
	open    []io.Closer
	bytes   int64
	counts  map[tracker.Action]int
	bar     *progressbar.ProgressBar
	failed  bool
}

func (in *ingester) add(ctx context.Context, m source) error {
	if in.failed {
		m.Close()
		return nil
	}
	if m.alike > 1 {
		fmt.Fprintf(in.app.err, "envdesk: standard input is one mail and was taken as one, but an mbox of %d mails looks so: "+
			"to take them one by one, give that as a file (envdesk ingest FILE, with no name in .eml)\n", m.alike)
	}
	in.batch = append(in.batch, tracker.Delivery{Received: m.received, Size: m.raw.Size(), Raw: m.raw, Archive: in.archive})
	in.open = append(in.open, m)
	in.bytes += m.raw.Size()
	if len(in.batch) >= ingestMails || in.bytes >= ingestBytes {
		return in.flush(ctx)
	}
	return nil
}

func (in *ingester) flush(ctx context.Context) error {
	defer in.release()
	if len(in.batch) == 0 {
		return nil
	}
	out, err := in.desk.Receive(ctx, in.batch)
	in.failed = err != nil
	for _, o := range out {
		in.counts[o.Action]++
		if in.bar != nil {
			_ = in.bar.Add(1)
			continue
		}
		fmt.Fprintf(in.app.out, "%-11s %-8s %s  %s\n", o.Action, o.Key, o.From, cut(o.Title, 60))
	}
	return err
}

func (in *ingester) release() {
	for _, c := range in.open {
		c.Close()
	}
	in.batch, in.open, in.bytes = in.batch[:0], in.open[:0], 0
}

func (in *ingester) summary() {
	if in.bar != nil {
		_ = in.bar.Finish()
	}
	for _, action := range []tracker.Action{tracker.ActionOpen, tracker.ActionReply, tracker.ActionAnswer, tracker.ActionDuplicate, tracker.ActionIgnore, tracker.ActionQuarantine} {
		if n := in.counts[action]; n > 0 {
			fmt.Fprintf(in.app.out, "%d × %s\n", n, action)
		}
	}
}
