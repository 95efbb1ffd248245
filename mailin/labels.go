package mailin

import (
	"strconv"
	"strings"
)

// codepage names a charset by its Windows code page number, the one list that
// has nearly all of them. Negative ones are our own.
type codepage int

const (
	pageASCII     codepage = 20127 // also for labels that say nothing
	pageUTF8      codepage = 65001
	pageUTF7      codepage = 65000
	pageUTF16LE   codepage = 1200
	pageUTF16BE   codepage = 1201
	pageUTF16     codepage = -16 // byte order by mark or by looking
	pageUTF32     codepage = -32
	pageWestern   codepage = 1252
	pageISO2022JP codepage = 50220
	pageISO2022KR codepage = 50225
	pageISO2022CN codepage = 50227
	pageHZ        codepage = 52936
	pageGB18030   codepage = 54936
	pageBig5      codepage = 950
	pageKorean    codepage = 949
	pageShiftJIS  codepage = 932
	pageEUCJP     codepage = 51932
	pageKOI8R     codepage = 20866
	pageKOI8U     codepage = 21866
	pageKOI8T     codepage = -8
	pageKZ1048    codepage = -1048
	pageRoman8    codepage = -1051
	pageLatin1    codepage = 28591 // ISO-8859-n is 28590+n
)

// labelNames are squeezed labels that hold no number to go by.
var labelNames = map[string]codepage{
	"": pageASCII, "usascii": pageASCII, "ascii": pageASCII, "ansix341968": pageASCII, "iso646us": pageASCII, "us": pageASCII, "csascii": pageASCII,
	"default": pageASCII, "unknown": pageASCII, "unknown8bit": pageASCII, "none": pageASCII, "binary": pageASCII, "8bit": pageASCII, "7bit": pageASCII,
	"xuserdefined": pageASCII, "xunknown": pageASCII, "xascii": pageASCII, "xusascii": pageASCII, "null": pageASCII, "utf": pageUTF8, "auto": pageASCII, "undefined": pageASCII, "base64": pageASCII, "quotedprintable": pageASCII,
	"utf8": pageUTF8, "utf8mb4": pageUTF8, "utf8mb3": pageUTF8, "utf8n": pageUTF8, "utf8bom": pageUTF8, "unicode11utf8": pageUTF8, "unicode20utf8": pageUTF8, "unicodeutf8": pageUTF8, "csutf8": pageUTF8,
	"utf7": pageUTF7, "unicode11utf7": pageUTF7, "unicode20utf7": pageUTF7, "csutf7": pageUTF7,
	"utf16": pageUTF16, "unicode": pageUTF16, "ucs2": pageUTF16, "iso10646ucs2": pageUTF16, "iso106461": pageUTF16, "csunicode": pageUTF16, "csutf16": pageUTF16,
	"utf16le": pageUTF16LE, "unicodefeff": pageUTF16LE, "utf16be": pageUTF16BE, "unicodefffe": pageUTF16BE,
	"utf32": pageUTF32, "utf32le": 12000, "utf32be": 12001, "ucs4": pageUTF32, "iso10646ucs4": pageUTF32, "csucs4": pageUTF32,
	"latin1": pageLatin1, "l1": pageLatin1, "isolatin1": pageLatin1, "csisolatin1": pageLatin1, "isoir100": pageLatin1, "western": pageLatin1, "iso8859": pageLatin1,
	"ansi": pageWestern, "ansix31101983": pageWestern, "iso885915": 28605, "iso88591windows31latin1": pageWestern, "win": pageWestern, "windows": pageWestern,
	"latin2": 28592, "l2": 28592, "csisolatin2": 28592, "isoir101": 28592, "latin3": 28593, "l3": 28593, "latin4": 28594, "l4": 28594, "csisolatin4": 28594,
	"cyrillic": 28595, "csisolatincyrillic": 28595, "isoir144": 28595, "arabic": 28596, "csisolatinarabic": 28596, "asmo708": 28596, "ecma114": 28596,
	"greek": 28597, "greek8": 28597, "elot928": 28597, "ecma118": 28597, "csisolatingreek": 28597, "hebrew": 28598, "csisolatinhebrew": 28598, "logical": 28598, "visual": 28598,
	"latin5": 28599, "l5": 28599, "csisolatin5": 28599, "turkish": 28599, "latin6": 28600, "l6": 28600, "latin7": 28603, "latin8": 28604, "latin9": 28605, "latin0": 28605, "l9": 28605, "latin10": 28606,
	"koi8r": pageKOI8R, "koi8": pageKOI8R, "koi": pageKOI8R, "cskoi8r": pageKOI8R, "koi8u": pageKOI8U, "koi8ru": pageKOI8U, "koi8t": pageKOI8T,
	"tis620": 874, "tis6202533": 874, "thai": 874, "kz1048": pageKZ1048, "rk1048": pageKZ1048, "strk10482002": pageKZ1048, "hproman8": pageRoman8, "roman8": pageRoman8,
	"gb2312": pageGB18030, "gb231280": pageGB18030, "gbk": pageGB18030, "gb18030": pageGB18030, "chinese": pageGB18030, "csgb2312": pageGB18030, "csiso58gb231280": pageGB18030,
	"euccn": pageGB18030, "cngb": pageGB18030, "gb": pageGB18030, "hz": pageHZ, "hzgb2312": pageHZ, "hzgb": pageHZ,
	"big5": pageBig5, "big5hkscs": pageBig5, "big5eten": pageBig5, "cnbig5": pageBig5, "csbig5": pageBig5, "hkscs": pageBig5, "big5tw": pageBig5, "big5uao": pageBig5,
	"euckr": pageKorean, "ksc56011987": pageKorean, "ksc56011989": pageKorean, "ksc5601": pageKorean, "ksx1001": pageKorean, "uhc": pageKorean, "korean": pageKorean, "cseuckr": pageKorean, "csksc56011987": pageKorean,
	"shiftjis": pageShiftJIS, "sjis": pageShiftJIS, "mskanji": pageShiftJIS, "windows31j": pageShiftJIS, "csshiftjis": pageShiftJIS, "cswindows31j": pageShiftJIS, "shiftjisx0213": pageShiftJIS,
	"eucjp": pageEUCJP, "ujis": pageEUCJP, "eucjpms": pageEUCJP, "cseucpkdfmtjapanese": pageEUCJP, "japanese": pageEUCJP, "jis": pageISO2022JP, "csiso2022jp": pageISO2022JP, "csiso2022kr": pageISO2022KR,
	"macintosh": 10000, "mac": 10000, "macroman": 10000, "csmacintosh": 10000, "applemacroman": 10000, "macgreek": 10006, "maccyrillic": 10007, "macukrainian": 10007,
	"macce": 10029, "maccentraleurope": 10029, "maccentralroman": 10029, "maclatin2": 10029, "maciceland": 10079, "macicelandic": 10079, "macturkish": 10081,
}

// labelFamilies are what stands before a number.
var labelFamilies = []string{"windows", "win", "cp", "ibm", "dos", "ms", "mscp", "codepage", "mswin", "oem", "csibm", "cspc", "cswindows", ""}

// otherNumbers are numbers by which IBM and others call a charset.
var otherNumbers = map[codepage]codepage{
	367: pageASCII, 813: 28597, 819: pageLatin1, 878: pageKOI8R, 912: 28592, 913: 28593, 914: 28594, 915: 28595, 916: 28598, 920: 28599, 923: 28605, 936: pageGB18030, 943: pageShiftJIS,
	951: pageBig5, 954: pageEUCJP, 970: pageKorean, 1089: 28596, 1168: pageKOI8U, 1208: pageUTF8, 1386: pageGB18030, 5601: pageKorean, 10008: pageGB18030, 20932: pageEUCJP, 20936: pageGB18030, 20949: pageKorean,
	28601: 874, 38598: 28598, 50221: pageISO2022JP, 50222: pageISO2022JP, 50229: pageISO2022CN, 51936: pageGB18030, 51949: pageKorean, 51950: pageBig5,
}

// findPage finds the charset that a label means, however it is written: blanks,
// quotes, hyphens, underscores, an x- before it and junk behind it do not count.
func findPage(label string) (codepage, bool) {
	if len(label) == 5 && strings.EqualFold(label, "utf-8") {
		return pageUTF8, true
	}
	name := squeezeLabel(label)
	if page, ok := namedPage(name); ok {
		return page, true
	}
	for _, junk := range []string{"8bit", "7bit", "esc", "formatflowed", "html", "textplain"} {
		if s, ok := strings.CutSuffix(name, junk); ok {
			return namedPage(s)
		}
	}
	return pageASCII, false
}

func namedPage(name string) (codepage, bool) {
	for range 3 {
		if page, ok := labelNames[name]; ok {
			return page, true
		}
		if page, ok := numberedPage(name); ok {
			return page, true
		}
		if name, _ = strings.CutPrefix(name, "x"); labelNames[name] == pageASCII {
			break
		}
	}
	return pageASCII, false
}

// numberedPage reads windows1252, cp850, iso88591, 8859-15, iso2022jp.
func numberedPage(name string) (codepage, bool) {
	if page, ok := iso2022Page(name); ok {
		return page, true
	}
	if _, part, ok := strings.Cut(name, "8859"); ok && (name[:len(name)-len(part)-4] == "" || strings.HasSuffix(name[:len(name)-len(part)-4], "iso")) {
		return isoPart(part)
	}
	for _, family := range labelFamilies {
		digits, ok := strings.CutPrefix(name, family)
		if !ok || digits == "" {
			continue
		}
		n, err := strconv.ParseUint(digits, 10, 16)
		if err != nil {
			continue
		}
		return knownPage(codepage(n))
	}
	return pageASCII, false
}

func iso2022Page(name string) (codepage, bool) {
	rest, ok := strings.CutPrefix(name, "iso2022")
	switch {
	case !ok:
	case strings.HasPrefix(rest, "jp"):
		return pageISO2022JP, true
	case strings.HasPrefix(rest, "kr"):
		return pageISO2022KR, true
	case strings.HasPrefix(rest, "cn"):
		return pageISO2022CN, true
	}
	return pageASCII, false
}

func isoPart(s string) (codepage, bool) {
	end := 0
	for end < len(s) && end < 2 && isDigit(s[end]) {
		end++
	}
	for ; end > 0; end-- {
		if n, _ := strconv.Atoi(s[:end]); n >= 1 && n <= 16 {
			return knownPage(pageLatin1 - 1 + codepage(n))
		}
	}
	return pageLatin1, s == ""
}

func knownPage(page codepage) (codepage, bool) {
	if other, ok := otherNumbers[page]; ok {
		page = other
	}
	_, ok := codecs[page]
	return page, ok
}

// squeezeLabel leaves the letters and digits of a label in lower case, up to what
// ends a label: a semicolon, a comma, a bracket, the year of an ISO name or the
// language of an encoded-word.
func squeezeLabel(label string) string {
	label = strings.TrimLeft(label, " \t\"'_=*")
	if i := strings.IndexAny(label, ";,(:*?<"); i >= 0 {
		label = label[:i]
	}
	if _, after, ok := strings.Cut(label, "="); ok { // charset=charset=utf-8
		label = after
	}
	out := make([]byte, 0, 32)
	for i := 0; i < len(label) && len(out) < 32; i++ {
		switch c := label[i]; {
		case c >= 'A' && c <= 'Z':
			out = append(out, c+'a'-'A')
		case c >= 'a' && c <= 'z', isDigit(c):
			out = append(out, c)
		}
	}
	return string(out)
}
