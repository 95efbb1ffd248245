package mailin

import (
	"strings"
	"time"
)

// standardDate reads a date as nearly every program writes it, "Mon, 23 Nov 2026
// 10:12:04 +0530" (RFC 5322 §3.3). False is for all other forms and for days that
// do not exist.
func standardDate(v string) (time.Time, bool) {
	if len(v) > 5 && v[3:5] == ", " && strings.Contains("Mon Tue Wed Thu Fri Sat Sun", v[:3]) {
		v = v[5:]
	}
	if len(v) == len("2 Nov 2026 10:12:04 +0530") {
		v = "0" + v
	}
	if len(v) != len("23 Nov 2026 10:12:04 +0530") || !shaped(v, "00 Aaa 0000 00:00:00 ?0000") {
		return time.Time{}, false
	}
	day, year := digitsOf(v[:2]), digitsOf(v[7:11])
	hour, minute, second := digitsOf(v[12:14]), digitsOf(v[15:17]), digitsOf(v[18:20])
	offset := digitsOf(v[22:24])*60 + digitsOf(v[24:26])
	month := strings.Index("JanFebMarAprMayJunJulAugSepOctNovDec", v[3:6])
	if month < 0 || month%3 != 0 || hour > 23 || minute > 59 || second > 59 || offset > 15*60 || v[24] > '5' {
		return time.Time{}, false
	}
	if v[21] == '-' {
		offset = -offset
	}
	t := time.Date(year, time.Month(month/3+1), day, hour, minute, second, 0, time.FixedZone("", offset*60))
	return t, t.Day() == day
}

// shaped reports whether s is like the pattern, byte by byte: 0 is a digit, A and
// a are letters, ? is a sign, all others are themselves.
func shaped(s, pattern string) bool {
	for i := range len(pattern) {
		ok := s[i] == pattern[i]
		switch pattern[i] {
		case '0':
			ok = isDigit(s[i])
		case 'A':
			ok = s[i] >= 'A' && s[i] <= 'Z'
		case 'a':
			ok = s[i] >= 'a' && s[i] <= 'z'
		case '?':
			ok = s[i] == '+' || s[i] == '-'
		}
		if !ok {
			return false
		}
	}
	return true
}

// digitsOf is the number that the digits of s are.
func digitsOf(s string) int {
	n := 0
	for i := range len(s) {
		n = n*10 + int(s[i]-'0')
	}
	return n
}
