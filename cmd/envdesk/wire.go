package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"envdesk/cmd/envdesk/config"
	"envdesk/mailin"
	"envdesk/mailout"
	"envdesk/tracker"
	"envdesk/tracker/desk"
	"envdesk/tracker/sqlstore"
)

// keepAttachments is how much attachment content of one mail is passed on: what
// fits, encoded, into the 25 MB that most servers take.
const keepAttachments = 18 << 20

// newDesk builds the desk on a store.
func newDesk(c *config.Config, store tracker.Store, now func() time.Time, log *slog.Logger) (*desk.Desk, error) {
	keys, err := config.LoadKeys(c.Desk.SecretFile)
	if err != nil {
		return nil, &exitError{exitUsage, err}
	}
	rules := c.Rules()
	if rules.Signer, err = tracker.NewSigner(keys...); err != nil {
		return nil, &exitError{exitUsage, fmt.Errorf("%s: %w", c.Desk.SecretFile, err)}
	}
	composer, err := newComposer(c, rules.Signer, log)
	if err != nil {
		return nil, err
	}
	return &desk.Desk{
		Store: store, Rules: rules, Read: reader(c, newKeyFinder().find), Compose: composer, Now: now, Log: log, Reports: reportPlan(c.Reports),
	}, nil
}

// mailSettings is what the mails take from the configuration.
func mailSettings(c *config.Config, signer tracker.Signer) mailout.Settings {
	people := c.Rules().Directory
	return mailout.Settings{
		Name: c.Desk.Name, Address: c.Desk.Address, Zone: c.Desk.Zone, Signer: signer, CloseAfter: c.Close.String(), OverrideDir: c.Desk.Templates,
		NameApprover: func(address string) string { return approverName(people.Lookup(tracker.Address{Address: address})) },
		NamePerson:   func(address string) string { return people.Lookup(tracker.Address{Address: address}).Address.Name },
	}
}

// approverName names somebody who approves by what he is to the desk, else by the
// name that the configuration gives him; "" for an address alone.
func approverName(who tracker.Sender) string {
	switch {
	case who.Has(tracker.RoleDevOps):
		return "DevOps"
	case who.Has(tracker.RoleManager):
		return "the programme manager"
	case who.Named:
		return who.Address.Name
	}
	return ""
}

// reader reads mails as the configuration says. The look-up fetches DKIM keys;
// nil asks no server.
func reader(c *config.Config, lookupTXT func(string) ([]string, error)) func(io.Reader) (tracker.Message, error) {
	trust := c.Trust()
	o := mailin.Options{
		Trust:           mailin.Trust{Provider: trust.Provider, AuthservIDs: trust.AuthservIDs, ReceivedAbove: trust.ReceivedAbove},
		KeepAttachments: keepAttachments,
		LookupTXT:       lookupTXT,
	}
	return func(r io.Reader) (tracker.Message, error) { return mailin.Read(r, o) }
}

// openStore opens the store for writing beside a running serve.
func openStore(ctx context.Context, c *config.Config) (*sqlstore.Store, error) {
	s, err := sqlstore.Open(ctx, c.Store)
	if err != nil {
		return nil, fmt.Errorf("store %s: %w", c.Store, err)
	}
	return s, nil
}

// openExisting is openStore for what can only be done to a store that is there.
func openExisting(ctx context.Context, c *config.Config) (*sqlstore.Store, error) {
	if !exists(c.Store) {
		return nil, fmt.Errorf("there is no store %s yet", c.Store)
	}
	return openStore(ctx, c)
}

// readStore opens the store for reading; nil without an error when there is
// none yet.
func readStore(ctx context.Context, c *config.Config) (*sqlstore.Store, error) {
	s, err := sqlstore.OpenReader(ctx, c.Store)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("store %s: %w", c.Store, err)
	}
	return s, nil
}

// withDesk calls f with the desk of the configuration, on the store that open
// opens.
func (a *app) withDesk(ctx context.Context, open func(context.Context, *config.Config) (*sqlstore.Store, error), f func(*desk.Desk) error) error {
	c, err := a.load(config.DeskSections()...)
	if err != nil {
		return err
	}
	s, err := open(ctx, c)
	if err != nil {
		return err
	}
	defer s.Close()
	d, err := newDesk(c, s, a.now, slog.New(slog.NewTextHandler(a.err, nil)))
	if err != nil {
		return err
	}
	return f(d)
}

// withStore calls f with the store, which must be there.
func (a *app) withStore(ctx context.Context, f func(*sqlstore.Store) error) error {
	c, err := a.load(config.SectionStore)
	if err != nil {
		return err
	}
	s, err := openExisting(ctx, c)
	if err != nil {
		return err
	}
	defer s.Close()
	return f(s)
}

// reading calls f with the store for reading; nil where there is none yet. Need
// is what of the configuration it takes beside the store and the zone.
func (a *app) reading(ctx context.Context, f func(*config.Config, *sqlstore.Store) error, need ...config.Section) error {
	c, err := a.load(append(need, config.SectionStore, config.SectionTimezone)...)
	if err != nil {
		return err
	}
	s, err := readStore(ctx, c)
	if err != nil {
		return err
	}
	if s != nil {
		defer s.Close()
	}
	return f(c, s)
}

// view calls f with a view of the store. What names the thing that is looked for
// where there is no store.
func (a *app) view(ctx context.Context, what string, f func(*config.Config, tracker.View) error, need ...config.Section) error {
	return a.reading(ctx, func(c *config.Config, s *sqlstore.Store) error {
		if s == nil {
			return fmt.Errorf("%s: there is no store %s yet", what, c.Store)
		}
		return s.View(ctx, func(v tracker.View) error { return f(c, v) })
	}, need...)
}

// numberOf reads the number by which a command shows a mail.
func numberOf(command, arg string) (int64, error) {
	id, err := strconv.ParseInt(arg, 10, 64)
	if err != nil {
		list, _, _ := strings.Cut(command, " ")
		return 0, usage("%s %s: give the number that `envdesk %s` shows", command, arg, list)
	}
	return id, nil
}
