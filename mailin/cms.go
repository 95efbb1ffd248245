package mailin

import "bytes"

// derValue is one value of ASN.1 in BER or DER.
type derValue struct {
	tag  byte
	body []byte
}

const (
	tagOctets    = 0x04
	tagOID       = 0x06
	tagSequence  = 0x30
	tagOctetList = 0x24 // an octet string in pieces
	tagZero      = 0xa0 // [0] EXPLICIT
)

// maxBER bounds how deep values of indefinite length are followed.
const maxBER = 16

// cutBER reads the value at the start of b: tags of one byte, lengths of up to
// four bytes or indefinite ones.
func cutBER(b []byte, depth int) (v derValue, rest []byte, ok bool) {
	if len(b) < 2 || b[0]&0x1f == 0x1f || depth > maxBER {
		return derValue{}, nil, false
	}
	v.tag = b[0]
	size, head := int(b[1]), 2
	switch {
	case size == 0x80:
		return cutIndefinite(b, depth)
	case size > 0x80:
		n := size & 0x7f
		if n > 4 || len(b) < 2+n {
			return derValue{}, nil, false
		}
		size = 0
		for _, c := range b[2 : 2+n] {
			size = size<<8 | int(c)
		}
		head += n
	}
	if size < 0 || size > len(b)-head {
		return derValue{}, nil, false
	}
	v.body = b[head : head+size]
	return v, b[head+size:], true
}

// cutIndefinite finds the end of a value that two zero bytes end.
func cutIndefinite(b []byte, depth int) (derValue, []byte, bool) {
	rest := b[2:]
	for len(rest) >= 2 && (rest[0] != 0 || rest[1] != 0) {
		var ok bool
		if _, rest, ok = cutBER(rest, depth+1); !ok {
			return derValue{}, nil, false
		}
	}
	if len(rest) < 2 {
		return derValue{}, nil, false
	}
	return derValue{b[0], b[2 : len(b)-len(rest)]}, rest[2:], true
}

// The object ids of RFC 5652 §4 and §5.1.
var (
	oidData   = []byte{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01}
	oidSigned = []byte{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02}
)

// signedContent is the content that a CMS signed-data carries (RFC 5652 §5.1,
// §5.2). The signature is not checked. False for all other messages.
func signedContent(b []byte) ([]byte, bool) {
	info, ok := typed(b, oidSigned)
	if !ok {
		return nil, false
	}
	signed, _, ok := cutBER(info, 0)
	if !ok || signed.tag != tagSequence {
		return nil, false
	}
	rest := signed.body
	for range 3 { // version, digestAlgorithms, encapContentInfo
		var v derValue
		if v, rest, ok = cutBER(rest, 0); !ok {
			return nil, false
		}
		if v.tag == tagSequence {
			return octetsOf(v.body)
		}
	}
	return nil, false
}

// typed is what a ContentInfo of the type holds.
func typed(b, oid []byte) ([]byte, bool) {
	seq, _, ok := cutBER(b, 0)
	if !ok || seq.tag != tagSequence {
		return nil, false
	}
	return explicit(seq.body, oid)
}

func explicit(b, oid []byte) ([]byte, bool) {
	kind, rest, ok := cutBER(b, 0)
	if !ok || kind.tag != tagOID || !bytes.Equal(kind.body, oid) {
		return nil, false
	}
	v, _, ok := cutBER(rest, 0)
	return v.body, ok && v.tag == tagZero
}

func octetsOf(b []byte) ([]byte, bool) {
	inner, ok := explicit(b, oidData)
	if !ok {
		return nil, false
	}
	v, _, ok := cutBER(inner, 0)
	if !ok {
		return nil, false
	}
	if v.tag == tagOctets {
		return v.body, true
	}
	content, ok := octets(make([]byte, 0, len(v.body)), v, 0)
	if !ok {
		return nil, false
	}
	return content, true
}

// octets joins an octet string that is written in pieces.
func octets(dst []byte, v derValue, depth int) ([]byte, bool) {
	if v.tag == tagOctets {
		return append(dst, v.body...), true
	}
	if v.tag != tagOctetList || depth > maxBER {
		return nil, false
	}
	for rest := v.body; len(rest) > 0; {
		var piece derValue
		var ok bool
		if piece, rest, ok = cutBER(rest, 0); !ok {
			return dst, len(dst) > 0
		}
		if dst, ok = octets(dst, piece, depth+1); !ok {
			return nil, false
		}
	}
	return dst, true
}
