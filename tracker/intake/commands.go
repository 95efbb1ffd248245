package intake

import (
	"regexp"
	"strings"
	"unicode"

	"envdesk/tracker"
)

// Orders is what the new text of a mail commands, and what is left of it when
// the command lines are taken out.
type Orders struct {
	Commands []tracker.Command
	// Comment is the text without command lines; "" when only greetings and
	// closings remain: a mail of commands alone.
	Comment string
}

// maxCommandLine bounds what is looked at of a line, in bytes.
const maxCommandLine = 400

var (
	slashCommand   = regexp.MustCompile(`^([/#!])([\pL][\pL\pN_]{0,30})(?:[:\s]\s*(.*))?$`)
	keyCommand     = regexp.MustCompile(`(?i)^(priority|type|stack|environment|status|eta|needed[ -]by)\s*:\s*(\S.*)$`)
	manyBlankLines = regexp.MustCompile(`\n(?:[ \t]*\n){2,}`)
	// A greeting may stand on a line of its own or before the command.
	greeting = regexp.MustCompile(`(?i)^(?:hi|hello|hey|dear|namaste|good (?:morning|afternoon|evening|day)|greetings)\b[^/#!.?]{0,40}?(?:[,!:–-]|$)\s*`)
	closing  = regexp.MustCompile(`(?i)^(?:(?:kind|best|warm|many)?\s*(?:regards|wishes)|thanks(?: and regards| & regards| a lot| in advance)?|thank you|thx|cheers|br|sincerely|yours(?: sincerely| faithfully)?|mfg|viele grüße|cordialement|saludos|धन्यवाद)\s*[,.!–-]*$`)
)

// rootFolders are no verbs: "/etc is full" is prose.
var rootFolders = map[string]bool{
	"bin": true, "boot": true, "data": true, "dev": true, "etc": true, "home": true, "lib": true, "mnt": true,
	"opt": true, "proc": true, "root": true, "run": true, "srv": true, "sys": true, "tmp": true, "usr": true, "var": true,
}

// OrdersOf reads the orders of a mail from the lines that its sender wrote.
func OrdersOf(m tracker.Message) Orders { return readCommands(m.Reply, m.OwnLines) }

// PublicPart is what a mail says to the other side, with its files, where it was
// not filed as an internal note: all but its commands.
func PublicPart(m tracker.Message) (text string, files []tracker.Attachment) {
	if m.Auto != tracker.AutoNone && m.Auto != "" {
		return m.Reply, attached(m)
	}
	return OrdersOf(m).Comment, attached(m)
}

// ReadCommands finds the command lines of a text: each alone on its line, behind
// a greeting at most.
func ReadCommands(text string) Orders { return readCommands(text, strings.Count(text, "\n")+1) }

// readCommands looks for commands in the first lines only, as many as own says.
func readCommands(text string, own int) Orders {
	var out Orders
	var rest []string
	for i, line := range strings.Split(text, "\n") {
		if c, ok := readCommand(line); ok && i < own {
			c.Line = i + 1
			out.Commands = append(out.Commands, c)
			continue
		}
		rest = append(rest, line)
	}
	switch {
	case len(out.Commands) == 0:
		out.Comment = strings.Trim(text, "\n ")
	case !courtesyOnly(rest):
		// Where a command stood, two blank lines may have met.
		out.Comment = strings.Trim(manyBlankLines.ReplaceAllString(strings.Join(rest, "\n"), "\n\n"), "\n ")
	}
	return out
}

func readCommand(line string) (tracker.Command, bool) {
	line = strings.TrimFunc(line, isBlank)
	if line == "" || len(line) > maxCommandLine {
		return tracker.Command{}, false
	}
	if m := greeting.FindString(line); m != "" && len(m) < len(line) {
		line = line[len(m):]
	}
	if m := slashCommand.FindStringSubmatch(line); m != nil {
		return slash(m[1], strings.ToLower(m[2]), strings.TrimSpace(m[3]))
	}
	if m := keyCommand.FindStringSubmatch(line); m != nil {
		verb := strings.ToLower(strings.NewReplacer(" ", "", "-", "").Replace(m[1]))
		return tracker.Command{Verb: canonical(verb), Value: strings.TrimSpace(m[2])}, true
	}
	return tracker.Command{}, false
}

// slash takes a line that starts with a sign and a word. An unknown word is a
// command only behind a slash, and not when it is a folder of the root.
func slash(sign, word, value string) (tracker.Command, bool) {
	verb := canonical(word)
	known := knownVerb(verb)
	if !known && (sign != "/" || rootFolders[word]) {
		return tracker.Command{}, false
	}
	if priorityVerb(verb) {
		return tracker.Command{Verb: "priority", Value: strings.TrimSpace(strings.ToUpper(verb) + " " + value)}, true
	}
	return tracker.Command{Verb: verb, Value: value}, true
}

// courtesyOnly reports whether the lines hold nothing but greetings and a
// closing with a name of at most four short lines.
func courtesyOnly(lines []string) bool {
	for i, line := range lines {
		line = strings.TrimFunc(line, isBlank)
		switch {
		case line == "" || greeting.FindString(line) == line:
		case closing.MatchString(line):
			return isName(lines[i+1:])
		default:
			return false
		}
	}
	return true
}

// isName reports whether the lines could be the name below a closing.
func isName(lines []string) bool {
	n := 0
	for _, line := range lines {
		line = strings.TrimFunc(line, isBlank)
		if line == "" {
			continue
		}
		if n++; n > 4 || len([]rune(line)) > 60 || strings.ContainsAny(line, "?!") {
			return false
		}
	}
	return true
}

func isBlank(r rune) bool { return unicode.IsSpace(r) || r == '\u200b' || r == '\ufeff' || r == '*' }
