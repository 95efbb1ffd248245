package intake

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"envdesk/tracker"
)

// Subject is what a subject line says.
type Subject struct {
	Title   string // without reply prefixes, keys and known tags
	Key     string // REQ-12 in brackets, in front, or in the subject of a reply; or ""
	Named   string // a key anywhere in the subject, or ""
	Tags    []Tag  // known tags, in order
	Unknown []string
	Reply   bool // had a reply or forward prefix
}

// Tag is one known tag: a field and the value it names. Status tags and the
// partner are no fields of a request and have kinds of their own.
type Tag struct {
	Kind  TagKind
	Value string
	Text  string // as written, without brackets
}

// TagKind says what a tag names.
type TagKind string

// The kinds of tags.
const (
	TagPriority    TagKind = TagKind(tracker.FieldPriority)
	TagType        TagKind = TagKind(tracker.FieldType)
	TagStack       TagKind = TagKind(tracker.FieldStack)
	TagEnvironment TagKind = TagKind(tracker.FieldEnvironment)
	TagNeededBy    TagKind = TagKind(tracker.FieldNeededBy)
	TagPartner     TagKind = "partner"
	TagStatus      TagKind = "status" // of replies only
)

// Values returns the values of one kind, in order and once each.
func (s Subject) Values(k TagKind) []string {
	var out []string
	for _, t := range s.Tags {
		if t.Kind == k && !slices.Contains(out, t.Value) {
			out = append(out, t.Value)
		}
	}
	return out
}

// ReadSubject reads a decoded subject line. Received gives the year to dates
// that have none.
func ReadSubject(subject string, r Rules, received time.Time) Subject {
	p := subjectReader{rules: r, received: received.In(zone(r))}
	rest := p.leading(clean(subject))
	rest = p.trailing(rest)
	p.out.Title = strings.TrimSpace(strings.Join(append(p.kept, rest), " "))
	p.out.Named = cmp.Or(p.out.Key, p.bareKey(rest))
	if first, _, _ := strings.Cut(rest, " "); p.out.Reply || p.bareKey(first) != "" {
		p.out.Key = p.out.Named
	}
	return p.out
}

type subjectReader struct {
	rules    Rules
	received time.Time
	out      Subject
	kept     []string // unknown tags before the title
}

var (
	openBrackets  = map[rune]rune{'[': ']', '【': '】', '［': '］', '〔': '〕'}
	priorityLead  = regexp.MustCompile(`(?i)^(p[0-4](?:[ ,|/&]+[\pL\pN-]+){0,3})\s*(?::|：|\s[-–—]\s)\s*`)
	priorityCode  = regexp.MustCompile(`(?i)^(?:p|prio|priority|priorität|priorité|prioridad)[ \-_:]?([0-4])!*$`)
	neededBy      = regexp.MustCompile(`(?i)^(?:needed by|need by|by|due|needed)[ :]+(.+)$`)
	tagSeparators = regexp.MustCompile(`\s*[,|;/·+&]\s*`)
)

// leading reads prefixes and tags from the front.
func (p *subjectReader) leading(s string) string {
	for {
		s = strings.TrimSpace(s)
		if m := cutReplyPrefix(s); m != "" {
			p.out.Reply = true
			s = s[len(m):]
			continue
		}
		if content, rest, ok := cutBracket(s); ok {
			p.bracket(content, &p.kept)
			s = rest
			continue
		}
		if m := findPriorityLead(s); m != nil && p.words(m[1]) {
			s = s[len(m[0]):]
			continue
		}
		return s
	}
}

func findPriorityLead(s string) []string {
	if len(s) < 2 || s[0]|0x20 != 'p' || s[1] < '0' || s[1] > '4' {
		return nil
	}
	return priorityLead.FindStringSubmatch(s)
}

// trailing reads tags from the end, in the order in which they stand, and
// returns what lies before them.
func (p *subjectReader) trailing(s string) string {
	var contents []string
	for {
		content, before, ok := cutTrailingBracket(strings.TrimSpace(s))
		if !ok {
			break
		}
		contents, s = append(contents, content), before
	}
	words := []string{strings.TrimSpace(s)}
	for _, content := range slices.Backward(contents) {
		p.bracket(content, &words)
	}
	return strings.TrimSpace(strings.Join(words, " "))
}

// bracket reads one bracket; what is not understood of it goes to kept.
func (p *subjectReader) bracket(content string, kept *[]string) {
	content = strings.TrimSpace(content)
	if key := p.key(content); key != "" {
		if p.out.Key == "" {
			p.out.Key = key
		}
		return
	}
	if content == "" || p.tag(content) {
		return
	}
	var unknown []string
	for _, piece := range tagSeparators.Split(content, -1) {
		if piece != "" && !p.tag(piece) && !p.words(piece) {
			unknown = append(unknown, piece)
		}
	}
	if len(unknown) > 0 {
		text := strings.Join(unknown, ", ")
		p.out.Unknown = append(p.out.Unknown, text)
		*kept = append(*kept, "["+text+"]")
	}
}

// words reads tags parted by spaces, all of which must be known.
func (p *subjectReader) words(s string) bool {
	fields := strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(",|;/&", r) })
	before := len(p.out.Tags)
	for i := 0; i < len(fields); {
		n := p.longestTag(fields[i:])
		if n == 0 {
			p.out.Tags = p.out.Tags[:before]
			return false
		}
		i += n
	}
	return len(fields) > 0
}

// longestTag reads the longest run of words that is a tag ("CI Pipelines") and
// returns how many words it has.
func (p *subjectReader) longestTag(words []string) int {
	for n := min(len(words), 4); n > 0; n-- {
		if p.tag(strings.Join(words[:n], " ")) {
			return n
		}
	}
	return 0
}

// tag reads one tag and reports whether it is known.
func (p *subjectReader) tag(text string) bool {
	t, ok := ReadTag(text, p.rules, p.received)
	if ok {
		p.out.Tags = append(p.out.Tags, t)
	}
	return ok
}

// ReadTag reads the text of one tag, without brackets.
func ReadTag(text string, r Rules, received time.Time) (Tag, bool) {
	if v, ok := Priority(text, r.Vocabulary); ok {
		return Tag{TagPriority, v, text}, true
	}
	if m := neededBy.FindStringSubmatch(text); m != nil {
		if d, ok := ReadDate(m[1], received.In(zone(r))); ok {
			return Tag{TagNeededBy, d, text}, true
		}
	}
	kinds := []struct {
		kind  TagKind
		terms []Term
	}{
		{TagType, r.Vocabulary.Types}, {TagEnvironment, r.Vocabulary.Environments},
		{TagStack, r.Vocabulary.Stacks}, {TagPartner, r.Vocabulary.Partners}, {TagStatus, statusTags},
	}
	for _, match := range []func([]Term, string) (string, bool){findExact, find} {
		for _, k := range kinds {
			if v, ok := match(k.terms, text); ok {
				return Tag{k.kind, v, text}, true
			}
		}
	}
	return Tag{}, false
}

// statusTags are the states that a tag on a reply can name.
var statusTags = []Term{
	{Name: "working", Aliases: []string{"in progress"}}, {Name: "waiting"}, {Name: "blocked"},
	{Name: "resolved", Aliases: []string{"done", "fixed"}}, {Name: "closed"},
}

// Priority reads a priority code (P1, prio 1, P1!) or one of its words.
func Priority(text string, v Vocabulary) (string, bool) {
	if m := priorityCode.FindStringSubmatch(strings.TrimSpace(text)); m != nil {
		return findExact(v.Priorities, "P"+m[1])
	}
	return find(v.Priorities, strings.TrimRight(text, "!"))
}

func cutBracket(s string) (content, rest string, ok bool) {
	for open, end := range openBrackets {
		if !strings.HasPrefix(s, string(open)) {
			continue
		}
		body := s[len(string(open)):]
		if i := strings.IndexRune(body, end); i >= 0 && i <= maxTag {
			return body[:i], body[i+len(string(end)):], true
		}
	}
	return "", s, false
}

// maxTag is the longest bracket that is taken for a tag, in bytes.
const maxTag = 120

func cutTrailingBracket(s string) (content, before string, ok bool) {
	for open, end := range openBrackets {
		if !strings.HasSuffix(s, string(end)) {
			continue
		}
		body := strings.TrimSuffix(s, string(end))
		if i := strings.LastIndex(body, string(open)); i >= 0 && len(body)-i <= maxTag {
			return body[i+len(string(open)):], body[:i], true
		}
	}
	return "", s, false
}

// key reads a ticket key such as REQ-12.
func (p *subjectReader) key(s string) string {
	prefix, number, ok := strings.Cut(s, "-")
	if !ok || !strings.EqualFold(prefix, p.rules.KeyPrefix) || number == "" || len(number) > 12 || number[0] == '0' {
		return ""
	}
	if strings.Trim(number, "0123456789") != "" {
		return ""
	}
	return strings.ToUpper(prefix) + "-" + number
}

func (p *subjectReader) bareKey(s string) string {
	for _, word := range strings.FieldsFunc(s, func(r rune) bool { return !(r == '-' || unicode.IsLetter(r) || unicode.IsNumber(r)) }) {
		if key := p.key(word); key != "" {
			return key
		}
	}
	return ""
}

func clean(s string) string { return strings.Join(strings.Fields(s), " ") }

func zone(r Rules) *time.Location {
	if r.Zone == nil {
		return time.UTC
	}
	return r.Zone
}
