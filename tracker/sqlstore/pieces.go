package sqlstore

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"sync"

	"github.com/klauspost/compress/zstd"

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

// pieces cuts mails into pieces and compresses each on its own.
type pieces struct {
	enc   *zstd.Encoder
	dec   *zstd.Decoder
	plain sync.Pool // *[]byte of pieceSize
}

func newPieces() (*pieces, error) {
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedFastest),
		zstd.WithWindowSize(256<<10), zstd.WithLowerEncoderMem(true))
	if err != nil {
		return nil, fmt.Errorf("set up compression: %w", err)
	}
	dec, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(readers), zstd.WithDecoderMaxMemory(pieceSize),
		zstd.WithDecoderLowmem(true))
	if err != nil {
		return nil, fmt.Errorf("set up compression: %w", err)
	}
	p := &pieces{enc: enc, dec: dec}
	p.plain.New = func() any { b := make([]byte, pieceSize); return &b }
	return p, nil
}

func (p *pieces) close() {
	p.dec.Close()
	_ = p.enc.Close() // it only ever encoded whole pieces
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
// two tables, and tells what it was.
func (p *pieces) write(ctx context.Context, s *session, add string, owner int64, raw io.Reader) (*digest, error) {
	buf := p.plain.Get().(*[]byte)
	defer p.plain.Put(buf)
	seen := newDigest()
	for seq := 0; ; seq++ {
		n, err := io.ReadFull(raw, *buf)
		last := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
		if err != nil && !last {
			return nil, fmt.Errorf("read its bytes: %w", err)
		}
		if n > 0 {
			_, _ = seen.Write((*buf)[:n]) // a hash gives no error
			if _, err := s.exec(ctx, add, owner, seq, p.enc.EncodeAll((*buf)[:n], nil)); err != nil {
				return nil, fmt.Errorf("store its bytes: %w", err)
			}
		}
		if last {
			return seen, nil
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
		piece, err := p.dec.DecodeAll(packed, (*buf)[:0])
		if err != nil {
			return fmt.Errorf("unpack piece %d: it is damaged: %w", seq, err)
		}
		if _, err := w.Write(piece); err != nil {
			return err
		}
	}
}
