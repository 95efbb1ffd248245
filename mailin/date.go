package mailin

import (
	"strconv"
	"strings"
	"time"
)

// date reads the Date field, whose own time it keeps in p.sent. Where it is missing or makes no sense, the mail is
// as old as its topmost Received field says; the zero time when that tells
// nothing either.
func (p *parser) date(h header) time.Time {
	v := h.get("Date")
	t, ok := parseDate(v)
	if ok {
		p.sent = t
		return t
	}
	_, stamp, found := cutLast(h.get("Received"), ';') // RFC 5321 §4.4
	received, ok := parseDate(stamp)
	found = found && ok
	switch {
	case v == "" && found:
		p.problems.note(problemNoDate, "the mail has no date; it was received at the one that is shown")
	case v == "":
		p.problems.note(problemNoDate, "the mail has no date")
	case found:
		p.problems.note(problemBadDate, "the date is not readable; the mail was received at the one that is shown")
	default:
		p.problems.note(problemBadDate, "the date is not readable")
	}
	if !found {
		return time.Time{}
	}
	return received
}

func cutLast(s string, c byte) (before, after string, found bool) {
	i := strings.LastIndexByte(s, c)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+1:], true
}

// maxDate is the longest value that is read as a date.
const maxDate = 200

// parseDate reads a date as RFC 5322 §3.3 and §4.3 and common programs write it.
// The zone is kept as an offset; an unknown zone counts as UTC (RFC 5322 §4.3).
func parseDate(v string) (time.Time, bool) {
	v = strings.TrimSpace(v[:min(len(v), maxDate)])
	if t, ok := standardDate(v); ok {
		return t, true
	}
	return looseDate(v)
}

// looseDate finds the parts of a date by their shape, in any sane order.
func looseDate(v string) (time.Time, bool) {
	if len(v) > 4 && v[4] == '-' {
		if t, err := time.Parse(time.RFC3339, v); err == nil {
			return fixed(t), plausibleYear(t.Year())
		}
	}
	if strings.Contains(v, "年") {
		v = eastern.Replace(v)
	}
	var d dateParts
	plain, comment := splitComments(v)
	sign := "" // one that stands alone before its offset
	for _, w := range strings.FieldsFunc(plain, isDateSeparator) {
		if w == "+" || w == "-" && d.hasTime {
			sign = w
			continue
		}
		d.take(sign + w)
		sign = ""
	}
	if !d.hasZone {
		d.takeWord(strings.ToLower(strings.Trim(comment, " ")))
	}
	return d.time()
}

// eastern makes 2026-11-23 of 2026年11月23日.
var eastern = strings.NewReplacer("年", "-", "月", "-", "日", " ")

func plausibleYear(year int) bool { return year >= 0 && year <= 9999 }

func fixed(t time.Time) time.Time {
	_, offset := t.Zone()
	return t.In(time.FixedZone("", offset))
}

func isDateSeparator(r rune) bool {
	return r == ' ' || r == ',' || r == '\t' || r == '\n' || r == '\r' || r == ';' || r == '"' || r == '\u00a0'
}

// splitComments takes comments (RFC 5322 §3.2.2) out and returns the last one,
// which often names the zone.
func splitComments(s string) (plain, comment string) {
	if strings.IndexByte(s, '(') < 0 {
		return s, ""
	}
	var b strings.Builder
	for {
		head, rest, ok := strings.Cut(s, "(")
		b.WriteString(head)
		if !ok {
			return b.String(), comment
		}
		comment, s, _ = strings.Cut(rest, ")")
		b.WriteByte(' ')
	}
}

func dropComments(s string) string {
	head, _, _ := strings.Cut(s, "(")
	return head
}

// dateParts is what was found; month 0 and day 0 are not found.
type dateParts struct {
	year, month, day          int
	clock                     [3]int
	hasYear, hasTime, hasZone bool
	early                     bool // the month stood before the day; it can be a weekday (mar. 10 nov. 2026)
	badDay                    bool // a number that can be no day stands where it should
	offset                    int  // seconds
	pm, am                    bool
}

func (d *dateParts) take(w string) {
	switch c := w[0]; {
	case !d.hasTime && strings.IndexByte(w, ':') > 0 && isDigit(c):
		d.takeDateTime(w)
	case (c == '+' || c == '-') && len(w) > 1 && isDigit(w[1]):
		d.takeOffset(w)
	case isDigit(c) && strings.Count(w, "-") == 2:
		d.takeDashed(strings.Split(w, "-"))
	case isDigit(c) && strings.Count(w, "/") == 2:
		d.takeSlashed(strings.Split(w, "/"))
	case isDigit(c) && strings.Count(strings.TrimRight(w, "."), ".") == 2:
		d.takeDotted(strings.Split(strings.TrimRight(w, "."), "."))
	case isDigit(c):
		d.takeNumber(w)
	default:
		d.takeWord(strings.ToLower(strings.Trim(w, ".")))
	}
}

// takeDateTime reads a clock, perhaps with the date before it (2026-11-23T10:12)
// or the zone behind it (10:12:04Z, 10:12:04+0530).
func (d *dateParts) takeDateTime(w string) {
	if date, clock, ok := strings.Cut(w, "T"); ok {
		d.take(date)
		w = clock
	}
	end := 0
	for end < len(w) && (isDigit(w[end]) || w[end] == ':' || w[end] == '.') {
		end++
	}
	d.takeClock(w[:end])
	if end < len(w) {
		d.take(w[end:])
	}
}

func (d *dateParts) takeClock(w string) {
	for i, part := range strings.SplitN(w, ":", 3) {
		part, _, _ = strings.Cut(part, ".")
		n, err := strconv.Atoi(part)
		if err != nil || n < 0 {
			return
		}
		d.clock[i] = n
	}
	d.hasTime = true
}

// takeDashed reads 2026-11-23, 23-11-2026 and 23-Nov-2026.
func (d *dateParts) takeDashed(parts []string) {
	first, err1 := strconv.Atoi(parts[0])
	month, err2 := strconv.Atoi(parts[1])
	last, err3 := strconv.Atoi(parts[2])
	switch {
	case err1 == nil && err2 == nil && err3 == nil && len(parts[0]) == 4:
		d.set(first, 4, month, last)
	case err1 == nil && err2 == nil && err3 == nil:
		d.set(last, len(parts[2]), month, first)
	default:
		for _, part := range parts {
			if part != "" {
				d.take(part)
			}
		}
	}
}

// takeDotted reads 23.11.2026, the day first as everywhere dots are written, and
// behind a day and its month the clock 14.05.06.
func (d *dateParts) takeDotted(parts []string) {
	if d.day > 0 && d.month > 0 && !d.hasTime {
		d.takeClock(strings.Join(parts, ":"))
		return
	}
	d.takeDashed(parts)
}

// takeSlashed reads 2026/11/23 and 11/23/2026; the day comes first where the
// other order gives no month.
func (d *dateParts) takeSlashed(parts []string) {
	month, err1 := strconv.Atoi(parts[0])
	day, err2 := strconv.Atoi(parts[1])
	year, err3 := strconv.Atoi(parts[2])
	switch {
	case err1 != nil || err2 != nil || err3 != nil:
	case len(parts[0]) == 4:
		d.set(month, 4, day, year)
	case month > 12:
		d.set(year, len(parts[2]), day, month)
	default:
		d.set(year, len(parts[2]), month, day)
	}
}

func (d *dateParts) set(year, digits, month, day int) {
	if month < 1 || month > 12 || day < 1 || day > 31 {
		d.badDay = true
		return
	}
	d.year, d.hasYear, d.month, d.day = fullYear(year, digits), true, month, day
}

// takeOffset reads +0530, +05:30, +5 and -0000; one that no place on earth has
// counts as UTC.
func (d *dateParts) takeOffset(w string) {
	if d.hasZone && d.offset != 0 {
		return
	}
	digits := strings.ReplaceAll(w[1:], ":", "")
	n, err := strconv.Atoi(digits)
	if err != nil || len(digits) > 4 || n < 0 {
		return
	}
	d.hasZone = true
	d.offset = (n/100*60 + n%100) * 60
	if len(digits) <= 2 {
		d.offset = n * 3600
	}
	if d.offset > 15*3600 {
		d.offset = 0
	}
	if w[0] == '-' {
		d.offset = -d.offset
	}
}

func (d *dateParts) takeNumber(w string) {
	digits := strings.TrimRight(strings.Trim(w, "."), "stndrh")
	monthly := strings.TrimRight(digits, "月월")
	n, err := strconv.Atoi(monthly)
	switch {
	case err != nil:
	case monthly != digits: // 11月
		d.month = monthNumbered(n)
	case d.day == 0 && n >= 1 && n <= 31 && len(digits) <= 2:
		d.day = n
	case d.day == 0 && !d.hasYear && len(digits) <= 2:
		d.badDay = true
	case !d.hasYear:
		d.year, d.hasYear = fullYear(n, len(digits)), true
	}
}

func monthNumbered(n int) int {
	if n < 1 || n > 12 {
		return 0
	}
	return n
}

// fullYear reads years of two and three digits (RFC 5322 §4.3).
func fullYear(n, digits int) int {
	switch {
	case digits == 2 && n < 50:
		return n + 2000
	case digits <= 3:
		return n + 1900
	}
	return n
}

// months are the names by which programs write them, from their start. Names of
// other languages stand where the English one does not already match.
var months = [12][]string{
	{"jan", "ene", "gen", "янв", "sty", "led", "oca", "tam"}, {"feb", "fév", "fev", "фев", "lut", "úno", "uno", "şub", "hel"},
	{"mar", "mär", "mrz", "mrt", "maa", "мар", "bře", "bre"}, {"apr", "avr", "abr", "апр", "kwi", "dub", "nis", "huh"},
	{"may", "mai", "mag", "mei", "maj", "мая", "май", "kvě", "kve", "tou"}, {"juin", "jun", "giu", "июн", "cze", "červn", "cervn", "haz", "kes", "čvn"},
	{"juil", "jul", "lug", "июл", "lip", "červe", "cerve", "tem", "hei", "čvc"}, {"aug", "aoû", "aou", "ago", "авг", "sie", "srp", "ağu", "elo"},
	{"sep", "set", "сен", "wrz", "zář", "zar", "eyl", "syy"}, {"oct", "okt", "out", "ott", "окт", "paź", "paz", "říj", "rij", "eki", "lok"},
	{"nov", "ноя", "lis", "kas"}, {"dec", "dez", "déc", "dic", "des", "дек", "gru", "pro", "ara", "jou"},
}

// zones are names of zones, in minutes: those of RFC 5322 §4.3, and others that
// mean one zone only or nearly so.
var zones = map[string]int{
	"ut": 0, "utc": 0, "gmt": 0, "z": 0, "wet": 0, "est": -300, "edt": -240, "cst": -360, "cdt": -300, "mst": -420, "mdt": -360, "pst": -480, "pdt": -420,
	"akst": -540, "akdt": -480, "hst": -600, "ast": -240, "adt": -180, "nst": -210, "ndt": -150, "brt": -180, "brst": -120, "art": -180,
	"bst": 60, "west": 60, "cet": 60, "cest": 120, "mez": 60, "mesz": 120, "met": 60, "mest": 120, "eet": 120, "eest": 180, "msk": 180, "msd": 240, "trt": 180,
	"ist": 330, "pkt": 300, "npt": 345, "ict": 420, "wib": 420, "hkt": 480, "sgt": 480, "awst": 480, "jst": 540, "kst": 540, "acst": 570, "aest": 600, "aedt": 660, "nzst": 720, "nzdt": 780,
	"sast": 120, "eat": 180, "gst": 240,
}

// takeWord reads names of months and zones and the halves of a day. Weekdays and
// the letters of military zones say nothing (RFC 5322 §4.3).
func (d *dateParts) takeWord(w string) {
	if name, sign, offset := cutSign(w); sign != "" && (name == "gmt" || name == "utc" || name == "ut") {
		d.takeOffset(sign + offset)
		return
	}
	if minutes, ok := zones[w]; ok {
		if !d.hasZone {
			d.offset, d.hasZone = minutes*60, true
		}
		return
	}
	switch w {
	case "am", "a.m":
		d.am = true
	case "pm", "p.m":
		d.pm = true
	}
	if month := easternMonth(w); month > 0 {
		d.month = month
		return
	}
	if month := monthNamed(w); month > 0 && (d.month == 0 || d.early && d.day > 0) {
		d.month, d.early = month, d.day == 0
	}
}

func cutSign(w string) (before, sign, after string) {
	if i := strings.IndexAny(w, "+-"); i > 0 {
		return w[:i], w[i : i+1], w[i+1:]
	}
	return w, "", ""
}

// easternMonth reads 十一月; 0 is none.
func easternMonth(w string) int {
	name, ok := strings.CutSuffix(w, "月")
	if !ok {
		return 0
	}
	for i, month := range strings.Fields("一 二 三 四 五 六 七 八 九 十 十一 十二") {
		if name == month {
			return i + 1
		}
	}
	return 0
}

// monthNamed is 1 to 12, or 0.
func monthNamed(w string) int {
	for i, names := range months {
		for _, name := range names {
			if strings.HasPrefix(w, name) {
				return i + 1
			}
		}
	}
	return 0
}

func (d *dateParts) time() (time.Time, bool) {
	if d.day == 0 || d.month == 0 || !d.hasYear || d.badDay || !plausibleYear(d.year) {
		return time.Time{}, false
	}
	hour := d.clock[0]
	switch {
	case d.pm && hour < 12:
		hour += 12
	case d.am && hour == 12:
		hour = 0
	}
	if hour > 23 || d.clock[1] > 59 || d.clock[2] > 60 {
		return time.Time{}, false
	}
	t := time.Date(d.year, time.Month(d.month), d.day, hour, d.clock[1], d.clock[2], 0, time.FixedZone("", d.offset))
	return t, t.Day() == d.day || d.clock[2] == 60
}
