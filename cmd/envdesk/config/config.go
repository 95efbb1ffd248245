// Package config reads envdesk.yaml into a typed Config. It is strict: what is
// not known, not of the right type or makes no sense together is a Problem with
// file, line, key, what stands there, what was wanted and what to do. It must
// never print a secret and never open a connection; the only files it touches
// are the configuration, those it names, and the signing keys.
package config

import (
	_ "embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"envdesk/tracker"
	"envdesk/tracker/intake"
	"envdesk/tracker/sla"
)

// maxFile bounds a configuration in bytes.
const maxFile = 1 << 20

//go:embed sample.yaml
var sampleYAML string

//go:embed init.yaml
var initYAML string

// Config is envdesk.yaml with every default filled in. Paths in it are resolved
// from the folder of the file.
type Config struct {
	File         string // as given to Load or Parse
	Desk         Desk
	Store        string // path of the SQLite file
	IMAP         []IMAP // one a mailbox; empty where the file has none
	SMTP         *SMTP  // nil where the file has none
	Identity     Identity
	People       []tracker.Person
	Partners     []Partner
	Environments []intake.Term
	Types        []intake.Term     // the default types with those of the file over them
	Approvals    []intake.Approval // of types, then of environments, then of priorities, as they stand in the file
	Stacks       []intake.Term
	Policy       *sla.Policy   // of P0 … P4, all five
	Default      string        // priority where no tag names one
	Calendar     *sla.Calendar // of the desk
	Routing      []intake.Route
	Reminders    Reminders
	Reopen       sla.Span // how long after its end a ticket may be reopened by a reply
	Close        sla.Span // how long a resolved ticket waits before it closes by itself
	Reports      Reports

	lines     map[string]int          // key → line, for warnings
	schedules map[string]sla.Schedule // key → what the calendar there was made of, for warnings
	secrets   []Secret
}

// Load reads the file at path, and checks the sections that are named, which
// must be there where nothing can stand in for them. With no section named it
// checks all that stands in the file. What does not let the file be read as a
// whole (syntax, an unknown section) is an error in any case. Of checked
// sections the files are looked at too: passwords must be readable, private and
// not empty.
//
// The error is of type Errors for a bad configuration, and wraps fs.ErrNotExist
// when there is no file at path.
func Load(path string, need ...Section) (*Config, error) {
	data, mode, err := read(path)
	if err != nil {
		return nil, err
	}
	r := parse(path, data)
	r.checkFiles(need, mode)
	return r.result(need)
}

// Parse is Load for bytes that are at hand. It touches no file; name is used in
// errors and its folder to resolve relative paths.
func Parse(name string, data []byte, need ...Section) (*Config, error) {
	return parse(name, data).result(need)
}

// Sample is the configuration with which envdesk runs when it is given none:
// the programme's people, partners and environments, and no mail servers.
func Sample() *Config {
	c, err := Parse("sample.yaml", SampleFile())
	if err != nil {
		panic(err)
	}
	return c
}

// SampleFile is the text of Sample.
func SampleFile() []byte { return []byte(sampleYAML) }

// InitFile is the file that a new desk starts from: every key with its default
// or an example, and a comment each.
func InitFile() []byte { return []byte(initYAML) }

// Rules are the settings by which the desk decides, without the signer.
func (c *Config) Rules() intake.Rules {
	return intake.Rules{
		Desk:            tracker.Address{Name: c.Desk.Name, Address: c.Desk.Address},
		KeyPrefix:       c.Desk.Key,
		Zone:            c.Desk.Zone,
		Vocabulary:      c.Vocabulary(),
		Directory:       c.Directory(),
		Routing:         c.Routing,
		Approvals:       c.Approvals,
		DefaultPriority: c.Default,
		FromSuffices:    c.Identity.FromSuffices(),
		Calendar:        c.Calendar,
		ReopenWithin:    c.Reopen,
		CloseAfter:      c.Close,
		Clock: intake.Clock{
			Ledger: sla.Ledger{c.Terms()}, Late: c.Reminders.Late, Later: c.Reminders.Later, Agenda: c.agenda(),
		},
	}
}

// Vocabulary is what tags and commands can name.
func (c *Config) Vocabulary() intake.Vocabulary {
	v := intake.Vocabulary{
		Priorities:   intake.DefaultVocabulary().Priorities,
		Types:        c.Types,
		Stacks:       c.Stacks,
		Environments: c.Environments,
	}
	for _, p := range c.Partners {
		v.Partners = append(v.Partners, intake.Term{Name: p.Name})
	}
	return v
}

// Directory is who is who.
func (c *Config) Directory() tracker.Directory {
	d := tracker.Directory{People: c.People}
	for _, p := range c.Partners {
		d.Partners = append(d.Partners, p.Partner)
	}
	return d
}

// Trust is what the reading of Authentication-Results needs (RFC 8601).
type Trust struct {
	Provider      string   // generic, gmail or microsoft365
	AuthservIDs   []string // whose fields count
	ReceivedAbove int      // how many Received fields may stand above a field that counts
	FromSuffices  bool     // closed networks only: no proof is asked for
}

// Trust gives the identity section as plain fields.
func (c *Config) Trust() Trust {
	return Trust{
		Provider:      c.Identity.Provider,
		AuthservIDs:   c.Identity.AuthservIDs,
		ReceivedAbove: c.Identity.ReceivedAbove,
		FromSuffices:  c.Identity.FromSuffices(),
	}
}

func read(path string) ([]byte, fs.FileMode, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, 0, fmt.Errorf("%s: %w; `envdesk init` writes one", path, fs.ErrNotExist)
	}
	if err != nil {
		return nil, 0, fmt.Errorf("read configuration: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, 0, fmt.Errorf("read configuration: %w", err)
	}
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, 0, fmt.Errorf("read configuration: %w", err)
	}
	return data, info.Mode(), nil
}

func parse(name string, data []byte) *reader {
	r := newReader(name)
	if r.whole = r.top(data); r.whole != nil {
		r.sections(r.whole)
		r.checkTogether()
	}
	return r
}

// resolve finds a path of the configuration from the file's folder.
func (r *reader) resolve(path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(filepath.Dir(r.c.File), path)
}
