package page

import (
	"encoding/binary"
	"hash/crc32"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/zstd"
)

// encoding is a content encoding in which segments can be joined by putting one
// behind the other.
type encoding int

const (
	identity encoding = iota
	gzipped           // segments are runs of deflate blocks within one gzip member
	zstded            // segments are zstd frames
	encodings
)

// String returns the value of Content-Encoding.
func (e encoding) String() string { return [...]string{"identity", "gzip", "zstd"}[e] }

// segment is a run of the page's bytes, encoded so that it can be put behind and
// before any other.
type segment struct {
	data  []byte
	plain extent
}

// extent is the size and, for gzip, the CRC-32 of plain bytes.
type extent struct {
	size int
	crc  uint32
}

// packer makes segments of one encoding. It is not safe for concurrent use.
type packer struct {
	encoding encoding
	deflate  *flate.Writer
	zstd     *zstd.Encoder
	out      []byte // what deflate writes
}

// pack appends plain to dst, encoded, and returns its extent. It keeps nothing of
// either.
func (p *packer) pack(dst, plain []byte) ([]byte, extent) {
	added := extent{size: len(plain)}
	switch p.encoding {
	case gzipped:
		added.crc = crc32.ChecksumIEEE(plain)
		return p.gzip(dst, plain), added
	case zstded:
		return p.frame(dst, plain), added
	}
	return append(dst, plain...), added
}

// gzip compresses at the fastest level, and that is half of the cost of a
// refresh. The flush ends the segment on a byte. Neither a valid level
// nor a write to a packer fails.
func (p *packer) gzip(dst, plain []byte) []byte {
	if p.deflate == nil {
		p.deflate, _ = flate.NewWriter(nil, flate.BestSpeed)
	}
	p.out = dst
	p.deflate.Reset(p)
	_, _ = p.deflate.Write(plain)
	_ = p.deflate.Flush()
	dst, p.out = p.out, nil
	return dst
}

// Write appends b to what is packed.
func (p *packer) Write(b []byte) (int, error) {
	p.out = append(p.out, b...)
	return len(b), nil
}

// frame makes a zstd frame. RFC 9659 allows a window of 8 MiB; that of the
// fastest level is 4 MiB. The options are valid.
func (p *packer) frame(dst, plain []byte) []byte {
	if p.zstd == nil {
		p.zstd, _ = zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest),
			zstd.WithEncoderConcurrency(1), zstd.WithLowerEncoderMem(true))
	}
	return p.zstd.EncodeAll(plain, dst)
}

// header returns the bytes before the segments.
func (e encoding) header() []byte {
	if e == gzipped {
		return []byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255} // RFC 1952: deflate, no name, no time, no system
	}
	return nil
}

// trailer returns the bytes behind the segments, whose content has the extent plain.
func (e encoding) trailer(plain extent) []byte {
	if e != gzipped {
		return nil
	}
	b := make([]byte, 0, 10)
	b = append(b, 3, 0) // an empty last block
	b = binary.LittleEndian.AppendUint32(b, plain.crc)
	return binary.LittleEndian.AppendUint32(b, uint32(plain.size))
}

// then is the extent of e with next behind it.
func (e extent) then(next extent) extent {
	return extent{e.size + next.size, shift(e.crc, next.size) ^ next.crc}
}

// less is the extent of what follows start in e: start.then(e.less(start))
// is e.
func (e extent) less(start extent) extent {
	size := e.size - start.size
	return extent{size, e.crc ^ shift(start.crc, size)}
}

// shift multiplies a CRC, as a polynomial, by x^(8·size): what a run of bytes
// gives to the CRC of itself with size bytes behind it. The complement that CRC-32
// takes at both ends cancels out.
func shift(crc uint32, size int) uint32 {
	if crc == 0 {
		return 0
	}
	for k := 0; size>>k != 0; k++ {
		if size>>k&1 != 0 {
			crc = multiply(powers[k%len(powers)], crc)
		}
	}
	return crc
}

// powers holds x^(8·2^k), with which the CRC-32 of 2^k further bytes is found.
// The sequence begins again after 32, as x^(2^32-1) is 1.
var powers = func() (p [32]uint32) {
	p[0] = 1 << 23 // the coefficient of x^0 is the highest bit
	for k := 1; k < len(p); k++ {
		p[k] = multiply(p[k-1], p[k-1])
	}
	return p
}()

// multiply returns a·b modulo the polynomial of CRC-32.
func multiply(a, b uint32) (product uint32) {
	for bit := uint32(1 << 31); bit != 0; bit >>= 1 {
		if a&bit != 0 {
			product ^= b
		}
		odd := b & 1
		b >>= 1
		if odd != 0 {
			b ^= crc32.IEEE
		}
	}
	return product
}
