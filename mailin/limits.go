package mailin

// Limits bound the work that one mail can cause. A field that is zero, negative
// or above its default counts as the default: limits go downwards only. Fields
// that matter most are still taken a little beyond the limits of a header.
type Limits struct {
	HeaderBytes  int   // bytes of a header block; default 256 KiB
	FieldBytes   int   // bytes of one header field; default 998×64
	Fields       int   // fields of a header block; default 1,000
	Addresses    int   // addresses of one field; default 200
	References   int   // ids of References; default 100
	Depth        int   // multiparts inside each other; default 20
	Parts        int   // default 500
	Decoded      int64 // decoded bytes of all parts; default 50 MiB
	Text         int   // bytes of body text; default 256 KiB
	SubjectRunes int   // default 500
	NameRunes    int   // runes of an attachment's name; default 255
}

// htmlFactor allows for markup: the source of an HTML body may be this many
// times as long as the text that is made of it.
const htmlFactor = 4

// partHeader bounds the header block of one part.
const partHeader = 32 << 10

func defaultLimits() Limits {
	return Limits{
		HeaderBytes: 256 << 10, FieldBytes: 998 * 64, Fields: 1000, Addresses: 200, References: 100,
		Depth: 20, Parts: 500, Decoded: 50 << 20, Text: 256 << 10, SubjectRunes: 500, NameRunes: 255,
	}
}

func (l Limits) withDefaults() Limits {
	d := defaultLimits()
	return Limits{
		HeaderBytes: atMost(l.HeaderBytes, d.HeaderBytes), FieldBytes: atMost(l.FieldBytes, d.FieldBytes),
		Fields: atMost(l.Fields, d.Fields), Addresses: atMost(l.Addresses, d.Addresses),
		References: atMost(l.References, d.References), Depth: atMost(l.Depth, d.Depth),
		Parts: atMost(l.Parts, d.Parts), Decoded: atMost(l.Decoded, d.Decoded), Text: atMost(l.Text, d.Text),
		SubjectRunes: atMost(l.SubjectRunes, d.SubjectRunes), NameRunes: atMost(l.NameRunes, d.NameRunes),
	}
}

func atMost[N int | int64](v, most N) N {
	if v <= 0 || v > most {
		return most
	}
	return v
}
