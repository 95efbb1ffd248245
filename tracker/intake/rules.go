// Package intake decides what a mail means to the desk: its subject tags, its
// reply commands, the thread it belongs to, who is proved to have sent it, what
// that allows, who works on the ticket and who is told. All of it is pure: the
// facts are passed in and a tracker.Decision comes out. It must never read a
// store, a file or a clock.
package intake

import (
	"time"

	"envdesk/tracker"
	"envdesk/tracker/sla"
)

// Rules are the settings by which the desk decides.
type Rules struct {
	Desk            tracker.Address // the desk's own name and address
	KeyPrefix       string          // upper case, such as REQ
	Zone            *time.Location  // of the desk: dates in tags and commands are read in it
	Vocabulary      Vocabulary
	Directory       tracker.Directory
	Routing         []Route       // first match counts
	Approvals       []Approval    // each that fits a ticket must be given, in this order, before anybody works on it
	DefaultPriority string        // P0 … P4, where no tag names one
	Calendar        *sla.Calendar // of the desk: what business days are; nil: all days are
	ReopenWithin    sla.Span      // how long after its end a reply takes a ticket up again; zero: for ever
	CloseAfter      sla.Span      // how long after it was resolved a ticket closes by itself; zero: never
	// FromSuffices takes a mail without authentication results for proved. For
	// closed networks only.
	FromSuffices bool
	Signer       tracker.Signer
	Clock        Clock
}

// Clock is by what the clock of a ticket runs and who hears of it. Without a
// ledger nobody is reminded.
type Clock struct {
	Ledger sla.Ledger     // the last terms are those of the configuration
	Late   []tracker.Role // told when a target is missed
	Later  []tracker.Role // told when it is still missed a working day later
	Agenda string         // names all that says when the desk has something to do on a ticket: what differs has another name
}

// Vocabulary is what tags and commands can name.
type Vocabulary struct {
	Priorities   []Term // P0 … P4, most urgent first
	Types        []Term
	Stacks       []Term
	Environments []Term
	Partners     []Term
}

// Term is a name with its other spellings.
type Term struct {
	Name    string
	Aliases []string
	Words   []string // words of a title that let a type be guessed
}

// Route names the partner for tickets that match all its non-empty fields.
type Route struct {
	Environment string
	Type        string
	Stack       string
	Priority    string
	Domain      string // of the requester's address
	Partner     string
	Overflow    string // partner to take over when Partner is at capacity, or ""
}

// Approval says that tickets with a type, an environment or a priority need one.
// One of these three is set, and one of Role and Address.
type Approval struct {
	Type        string
	Environment string
	Priority    string
	Role        tracker.Role // DevOps or manager
	Address     string
	Quorum      int      // how many must approve
	Within      sla.Span // then the delegate is asked too
	Delegate    string   // address; "": the manager
}

// Need names what of a ticket needs the approval: "type AccessOps".
func (a Approval) Need() string {
	switch {
	case a.Type != "":
		return "type " + a.Type
	case a.Environment != "":
		return "environment " + a.Environment
	}
	return "priority " + a.Priority
}

// DefaultVocabulary has the priorities, types and stacks that every desk
// starts with; environments and partners come from the configuration.
func DefaultVocabulary() Vocabulary {
	return Vocabulary{
		Priorities: []Term{
			{Name: "P0", Aliases: []string{"critical", "emergency", "outage", "blocker"}},
			{Name: "P1", Aliases: []string{"urgent", "high", "asap"}},
			{Name: "P2", Aliases: []string{"medium", "normal"}},
			{Name: "P3", Aliases: []string{"low"}},
			{Name: "P4", Aliases: []string{"planned"}},
		},
		Types: []Term{
			{Name: "InfraProvision", Aliases: []string{"infra", "infrastructure", "provision", "provisioning"}, Words: []string{"provision", "cluster", "server", "vm", "database"}},
			{Name: "NewFeature", Aliases: []string{"enhancement", "feature"}, Words: []string{"enhancement", "feature"}},
			{Name: "AccessOps", Aliases: []string{"access"}, Words: []string{"access", "vpn", "permission", "permissions", "login", "password"}},
			{Name: "GitOps", Aliases: []string{"git"}, Words: []string{"deploy key", "argocd", "helm", "repository", "git"}},
			{Name: "DeploymentSupport", Aliases: []string{"deployment", "deploy"}, Words: []string{"deployment", "deploy", "rollout"}},
			{Name: "Releases", Aliases: []string{"release"}, Words: []string{"release"}},
			{Name: "CI-Pipelines", Aliases: []string{"ci", "pipeline", "pipelines", "cicd"}, Words: []string{"pipeline", "jenkins", "build", "runner"}},
			{Name: "ProductionIssue", Aliases: []string{"production", "prod", "incident"}, Words: []string{"production", "outage", "incident"}},
			{Name: "Troubleshooting", Aliases: []string{"trouble", "debug", "issue"}, Words: []string{"error", "failing", "crash", "troubleshoot"}},
		},
		Stacks: []Term{
			{Name: "Microservices", Aliases: []string{"microservice", "ms"}},
			{Name: "ERP"},
			{Name: "Co-Ex", Aliases: []string{"coexistence"}},
			{Name: "Portal"},
		},
	}
}
