package mailin

import "strings"

// findStatus finds an enhanced status code (RFC 3463 §2): class.subject.detail.
func findStatus(s string) string {
	for i := 0; i+4 < len(s); i++ {
		if (s[i] != '2' && s[i] != '4' && s[i] != '5') || s[i+1] != '.' || i > 0 && (alnum(s[i-1]) || s[i-1] == '.') {
			continue
		}
		n := digits(s[i+2:])
		rest := s[i+2+n:]
		if n < 1 || n > 3 || len(rest) < 2 || rest[0] != '.' {
			continue
		}
		if k := digits(rest[1:]); k >= 1 && k <= 3 && !dotDigit(rest[1+k:]) {
			return s[i : i+2+n+1+k]
		}
	}
	return ""
}

// findFailure finds an enhanced status code of a failure in prose. The subject is
// one of RFC 3463 §3, so that the version of a program is not taken for one.
func findFailure(s string) string {
	for s != "" {
		code := findStatus(s)
		if code == "" {
			return ""
		}
		if code[0] != '2' && code[3] == '.' && code[2] <= '7' {
			return code
		}
		s = s[strings.Index(s, code)+len(code):]
	}
	return ""
}

// dotDigit reports that what seemed a code goes on like an IP address.
func dotDigit(s string) bool { return len(s) > 1 && s[0] == '.' && isDigit(s[1]) }

// replyClass returns the class ('4' or '5') of the first SMTP reply code of a
// failure (RFC 5321 §4.2.1) in s, 0 when there is none.
func replyClass(s string) byte {
	for i := 0; i+2 < len(s); i++ {
		if s[i] != '4' && s[i] != '5' || s[i+1] > '5' || digits(s[i:]) != 3 {
			continue
		}
		if (i == 0 || codeBefore(s[i-1])) && (i+3 == len(s) || codeAfter(s[i+3:])) {
			return s[i]
		}
	}
	return 0
}

func codeBefore(c byte) bool { return strings.IndexByte(" \t:;#(<>\"'=[_/", c) >= 0 }

func codeAfter(s string) bool {
	return strings.IndexByte(" \t-:;,)>\"'\n_#]", s[0]) >= 0 || s[0] == '.' && !dotDigit(s)
}
