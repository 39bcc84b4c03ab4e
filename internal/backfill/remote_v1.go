package backfill

import (
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// writeRequest is a request of version 1, encoded: remote.API takes what knows its size.
type writeRequest []byte

// SizeVT returns the number of bytes.
func (w writeRequest) SizeVT() int { return len(w) }

// MarshalToSizedBufferVT copies the request into b, which has its size.
func (w writeRequest) MarshalToSizedBufferVT(b []byte) (int, error) { return copy(b, w), nil }

// The fields of WriteRequest, TimeSeries, Label and Sample.
const (
	fieldSeries  = 1
	fieldLabels  = 1
	fieldSamples = 2
	fieldFirst   = 1
	fieldSecond  = 2
)

// requestV1 is a request of version 1.
func requestV1(batch []Series) writeRequest {
	var out, series, part []byte
	for _, s := range batch {
		series = series[:0]
		for _, l := range s.all() {
			part = protowire.AppendTag(part[:0], fieldFirst, protowire.BytesType)
			part = protowire.AppendString(part, l.Name)
			part = protowire.AppendTag(part, fieldSecond, protowire.BytesType)
			part = protowire.AppendString(part, l.Value)
			series = protowire.AppendTag(series, fieldLabels, protowire.BytesType)
			series = protowire.AppendBytes(series, part)
		}
		for _, p := range s.Points {
			part = protowire.AppendTag(part[:0], fieldFirst, protowire.Fixed64Type)
			part = protowire.AppendFixed64(part, math.Float64bits(p.Value))
			part = protowire.AppendTag(part, fieldSecond, protowire.VarintType)
			part = protowire.AppendVarint(part, uint64(p.At))
			series = protowire.AppendTag(series, fieldSamples, protowire.BytesType)
			series = protowire.AppendBytes(series, part)
		}
		out = protowire.AppendTag(out, fieldSeries, protowire.BytesType)
		out = protowire.AppendBytes(out, series)
	}
	return out
}
