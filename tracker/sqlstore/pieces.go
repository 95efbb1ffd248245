package sqlstore

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
	"sync"

	"github.com/klauspost/compress/s2"

	"envdesk/tracker"
)

// pieceSize is how many plain bytes a stored piece holds at most, and so the
// most of a mail that is in memory at a time.
const pieceSize = 1 << 20

const (
	addInboundPiece = `INSERT INTO inbound_piece (owner, seq, data) VALUES ($1, $2, $3)`
	addOutboxPiece  = `INSERT INTO outbox_piece (owner, seq, data) VALUES ($1, $2, $3)`
	inboundPiece    = `SELECT data FROM inbound_piece WHERE owner = $1 AND seq = $2`
	outboxPiece     = `SELECT data FROM outbox_piece WHERE owner = $1 AND seq = $2`
)

// pieces cuts mails into pieces and compresses each on its own, with S2: on
// the desk's own mails four times as fast as the fastest zstd, and a third
// larger. Each is kept behind the CRC-32C of its plain bytes.
type pieces struct {
	plain sync.Pool // *[]byte of pieceSize
	crc   *crc32.Table
}

func newPieces() *pieces {
	p := &pieces{crc: crc32.MakeTable(crc32.Castagnoli)}
	p.plain.New = func() any { b := make([]byte, pieceSize); return &b }
	return p
}

func (p *pieces) pack(plain []byte) []byte {
	packed := make([]byte, crc32.Size, crc32.Size+s2.MaxEncodedLen(len(plain)))
	binary.BigEndian.PutUint32(packed, crc32.Checksum(plain, p.crc))
	body := s2.Encode(packed[crc32.Size:cap(packed)], plain)
	return packed[:crc32.Size+len(body)]
}

// unpack uses buf, of pieceSize, for what it returns.
func (p *pieces) unpack(buf, packed []byte) ([]byte, error) {
	if len(packed) < crc32.Size {
		return nil, errors.New("it is damaged: too short")
	}
	size, err := s2.DecodedLen(packed[crc32.Size:])
	if err != nil || size > pieceSize {
		return nil, fmt.Errorf("it is damaged: of %d bytes: %w", size, err)
	}
	plain, err := s2.Decode(buf[:pieceSize], packed[crc32.Size:])
	if err != nil {
		return nil, fmt.Errorf("it is damaged: %w", err)
	}
	if crc32.Checksum(plain, p.crc) != binary.BigEndian.Uint32(packed) {
		return nil, errors.New("it is damaged: its CRC does not fit")
	}
	return plain, nil
}

// digest is what is known of bytes that ran by.
type digest struct {
	hash hash.Hash
	size int64
}

func newDigest() *digest { return &digest{hash: sha256.New()} }

func (d *digest) Write(b []byte) (int, error) {
	d.size += int64(len(b))
	return d.hash.Write(b)
}

func (d *digest) sha256() string { return hex.EncodeToString(d.hash.Sum(nil)) }

// write stores what raw gives under the owner, with the statement of one of the
// two tables.
func (p *pieces) write(ctx context.Context, s *session, add string, owner int64, raw io.Reader) error {
	buf := p.plain.Get().(*[]byte)
	defer p.plain.Put(buf)
	for seq := 0; ; seq++ {
		n, err := io.ReadFull(raw, *buf)
		last := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
		if err != nil && !last {
			return fmt.Errorf("read its bytes: %w", err)
		}
		if n > 0 {
			if _, err := s.exec(ctx, add, owner, seq, p.pack((*buf)[:n])); err != nil {
				return fmt.Errorf("store its bytes: %w", err)
			}
		}
		if last {
			return nil
		}
	}
}

// read writes the owner's bytes to w.
func (p *pieces) read(ctx context.Context, s *session, get string, owner int64, w io.Writer) error {
	buf := p.plain.Get().(*[]byte)
	defer p.plain.Put(buf)
	for seq := 0; ; seq++ {
		var packed []byte
		err := s.get(ctx, get, []any{owner, seq}, &packed)
		if errors.Is(err, tracker.ErrNotFound) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read piece %d: %w", seq, err)
		}
		piece, err := p.unpack(*buf, packed)
		if err != nil {
			return fmt.Errorf("unpack piece %d: %w", seq, err)
		}
		if _, err := w.Write(piece); err != nil {
			return err
		}
	}
}
